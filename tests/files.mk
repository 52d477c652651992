# SPDX-License-Identifier: GPL-3.0-or-later
# Tests: unit programs (Check), shell tests (TAP); all speak TAP to automake's driver.

EXTRA_DIST = tests/tap.sh tests/unit/without-check.t
check_PROGRAMS =
UNIT_TESTS =
if HAVE_CHECK
include tests/unit/files.mk
else
UNIT_TESTS += tests/unit/without-check.t
endif

CLI_TESTS =
include tests/cli/files.mk
include tests/scenarios/files.mk
STRIPE_TESTS =
include tests/stripe/files.mk
include tests/fuzz/files.mk
include tests/bench/files.mk

# The command tests once more, on a server of their own: tests/cli/NAME-postgresql.t is made for each.
POSTGRESQL_TESTS =
if HAVE_POSTGRESQL
include tests/postgresql/files.mk
# Sanitizers look at the driver, which those that take the longest ways through it will do for.
if SANITIZERS
TESTED_ON_POSTGRESQL = tests/cli/walk.t tests/cli/billing.t tests/cli/usage.t tests/cli/invoice.t tests/cli/export.t tests/cli/payments.t tests/cli/verify.t \
  tests/cli/many-writers.t
else
TESTED_ON_POSTGRESQL = $(CLI_TESTS)
endif
CLI_TESTS_ON_POSTGRESQL = $(TESTED_ON_POSTGRESQL:.t=-postgresql.t)
POSTGRESQL_TESTS += $(CLI_TESTS_ON_POSTGRESQL)
endif
$(CLI_TESTS_ON_POSTGRESQL): Makefile
	$(AM_V_GEN)$(MKDIR_P) tests/cli && { echo 'BILLCTL_TEST_ENGINE=postgresql; export BILLCTL_TEST_ENGINE'; \
	  printf '. "$$srcdir/%s"\n' '$(@:-postgresql.t=.t)'; } >$@
CLEANFILES += $(CLI_TESTS_ON_POSTGRESQL)

TESTS = $(UNIT_TESTS) $(FUZZ_TESTS) $(CLI_TESTS) $(STRIPE_TESTS) $(POSTGRESQL_TESTS)
TEST_EXTENSIONS = .t
T_LOG_COMPILER = $(SHELL)
LOG_DRIVER = env $(DEFAULT_SIGNALS) AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
T_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
  srcdir='$(abs_top_srcdir)'; builddir='$(abs_top_builddir)'; \
  BILLCTL_VECTORS=$${BILLCTL_VECTORS:-'$(abs_top_srcdir)/../shared/vectors'}; \
  export srcdir builddir BILLCTL_VECTORS;
EXTRA_DIST += $(CLI_TESTS) $(STRIPE_TESTS) tests/postgresql/ledger.t tests/postgresql/sql.t tests/postgresql/faults.t tests/postgresql/failover.t tests/postgresql/bad-server.t tests/postgresql/hold.sh tests/postgresql/server tests/postgresql/ledgers.sh \
  tests/postgresql/sqlite.sql tests/postgresql/bin/billctl tests/postgresql/bin/cmp tests/postgresql/bin/cp tests/postgresql/bin/rm \
  tests/postgresql/bin/sqlite3
EXTRA_DIST += tests/postgresql/access.t tests/postgresql/roles.t tests/postgresql/tls.t
EXTRA_DIST += tests/postgresql/copy.t tests/postgresql/migrate.t tests/postgresql/bulk.t
