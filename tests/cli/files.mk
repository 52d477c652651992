# SPDX-License-Identifier: GPL-3.0-or-later
# Shell tests of commands, one line each: CLI_TESTS += tests/cli/NAME.t
CLI_TESTS += tests/cli/dispatch.t

# The house itself.
CLI_TESTS += tests/cli/architecture.t
EXTRA_DIST += tests/architecture/layers tests/architecture/needed-libraries

# The ledger, its customers, and who takes which plan.
CLI_TESTS += tests/cli/init.t tests/cli/customer.t tests/cli/subscribe.t tests/cli/subscription-life.t tests/cli/payer.t
CLI_TESTS += tests/cli/ledger.t tests/cli/ledger-ops.t
EXTRA_DIST += tests/cli/sample-ledger.sh

# What is sold.
CLI_TESTS += tests/cli/plans.t
CLI_TESTS += tests/cli/install.t tests/cli/output.t

# Usage on its way in, and what is shown of it.
CLI_TESTS += tests/cli/usage.t

# All commands together, and what may happen to them.
CLI_TESTS += tests/cli/bad-input.t
CLI_TESTS += tests/cli/walk.t tests/cli/examples.t tests/cli/faults.t tests/cli/concurrency.t tests/cli/many-writers.t

# What a person reads, and what the shell offers.
CLI_TESTS += tests/cli/manual.t tests/cli/demo.t tests/cli/completion-values.t
EXTRA_DIST += tests/cli/examples.awk

# Invoices: their life, their figures, what is proved about them, and how they leave.
CLI_TESTS += tests/cli/invoice.t tests/cli/billing.t tests/cli/proration.t tests/cli/filters.t \
  tests/cli/attribution.t tests/cli/currencies.t tests/cli/export.t tests/cli/verify.t tests/cli/focus.t \
  tests/cli/late-usage.t tests/cli/estimates.t tests/cli/models.t tests/cli/model.t tests/cli/bounds.t tests/cli/levels.t tests/cli/units.t tests/cli/tax.t

# Plans: their terms, and those of one subscription; what becomes of them.
CLI_TESTS += tests/cli/plan-terms.t tests/cli/custom-terms.t tests/cli/plans-life.t tests/cli/catalog-schema.t

# What is owed on them.
CLI_TESTS += tests/cli/documents.t tests/cli/charges.t tests/cli/payments.t tests/cli/credit-notes.t
CLI_TESTS += tests/cli/coupons.t

# Usage that is set right, and that stays.
CLI_TESTS += tests/cli/corrections.t tests/cli/gauges.t tests/cli/in-advance.t tests/cli/snapshot.t tests/cli/split.t tests/cli/explain.t tests/cli/preview.t

# Calculators.
CLI_TESTS += tests/cli/estimate.t tests/cli/prorate.t tests/cli/schedule.t
EXTRA_DIST += tests/cli/billing.sh tests/cli/model.py tests/cli/explained.py

# The books.
CLI_TESTS += tests/cli/journal.t tests/cli/books-random.t
