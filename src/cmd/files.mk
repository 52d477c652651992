# SPDX-License-Identifier: GPL-3.0-or-later
# The commands. Append a line for each: billctl_cmd_SOURCES += src/cmd/….c
billctl_cmd_SOURCES = src/cmd/commands.h src/cmd/list.c
billctl_cmd_SOURCES += src/cmd/complete.c
billctl_cmd_SOURCES += src/cmd/completion.c src/cmd/completion-scripts.h
billctl_cmd_SOURCES += src/cmd/help.c
billctl_cmd_SOURCES += src/cmd/introspect.c
billctl_cmd_SOURCES += src/cmd/billed-invoice.c src/cmd/billed-invoice.h
billctl_cmd_SOURCES += src/cmd/invoice-document.c src/cmd/invoice-document.h src/cmd/invoice-explain.c src/cmd/invoice-preview.c src/cmd/explain-document.c src/cmd/explain-document.h src/cmd/invoice-finalize.c src/cmd/invoice-generate.c src/cmd/invoice-list.c src/cmd/invoice-show.c src/cmd/invoice-void.c
billctl_cmd_SOURCES += src/cmd/settled-invoice.c src/cmd/settled-invoice.h src/cmd/invoice-pay.c src/cmd/invoice-uncollectible.c \
  src/cmd/customer-adjust.c src/cmd/customer-balance.c
billctl_cmd_SOURCES += src/cmd/charge-document.c src/cmd/charge-document.h src/cmd/charge-add.c src/cmd/charge-list.c src/cmd/charge-remove.c
billctl_cmd_SOURCES += src/cmd/invoice-create.c src/cmd/invoice-discard.c
billctl_cmd_SOURCES += src/cmd/invoice-credit.c src/cmd/credit-note-list.c src/cmd/credit-note-show.c src/cmd/invoice-numbers.c
billctl_cmd_SOURCES += src/cmd/export.c src/cmd/output-file.c src/cmd/output-file.h
billctl_cmd_SOURCES += src/cmd/journal-accounts.c src/cmd/journal-balance.c src/cmd/journal-close.c \
  src/cmd/journal-document.c src/cmd/journal-document.h src/cmd/journal-export.c src/cmd/journal-show.c
billctl_cmd_SOURCES += src/cmd/verify.c
billctl_cmd_SOURCES += src/cmd/ledger-copy-document.c src/cmd/ledger-copy-document.h src/cmd/ledger-backup.c src/cmd/ledger-copy.c src/cmd/ledger-info.c \
  src/cmd/ledger-migrate.c src/cmd/ledger-restore.c src/cmd/ledger-send.c src/cmd/ledger-access-apply.c src/cmd/ledger-access-grant.c \
  src/cmd/ledger-access-list.c src/cmd/ledger-access-revoke.c
billctl_cmd_SOURCES += src/cmd/estimate.c src/cmd/prorate.c src/cmd/schedule.c
billctl_cmd_SOURCES += src/cmd/config.c src/cmd/init.c
billctl_cmd_SOURCES += src/cmd/coupon-document.c src/cmd/coupon-document.h src/cmd/coupon-apply.c src/cmd/coupon-archive.c \
  src/cmd/coupon-list.c src/cmd/coupon-reactivate.c src/cmd/coupon-remove.c src/cmd/coupon-show.c
billctl_cmd_SOURCES += src/cmd/customer-document.c src/cmd/customer-document.h \
  src/cmd/customer-add.c src/cmd/customer-import.c src/cmd/customer-list.c src/cmd/customer-show.c src/cmd/customer-update.c
billctl_cmd_SOURCES += src/cmd/subscribe.c src/cmd/subscription-document.c src/cmd/subscription-document.h \
  src/cmd/subscription-list.c src/cmd/subscription-show.c
billctl_cmd_SOURCES += src/cmd/change-document.c src/cmd/change-document.h src/cmd/subscription-cancel.c src/cmd/subscription-change.c \
  src/cmd/subscription-extend-trial.c src/cmd/subscription-history.c src/cmd/subscription-pause.c src/cmd/subscription-renew.c \
  src/cmd/subscription-resume.c src/cmd/subscription-set.c src/cmd/subscription-undo.c
billctl_cmd_SOURCES += src/cmd/catalog-changes.c src/cmd/catalog-changes.h src/cmd/metric-list.c src/cmd/tax-list.c src/cmd/report-tax.c \
  src/cmd/issuer-document.c src/cmd/issuer-document.h src/cmd/issuer-show.c src/cmd/issuer-update.c src/cmd/plans-apply.c src/cmd/plans-compare.c
billctl_cmd_SOURCES += src/cmd/plan-charges.c src/cmd/plan-charges.h src/cmd/plan-sections.c src/cmd/plan-sections.h \
  src/cmd/plans-archive.c src/cmd/plans-lint.c src/cmd/plans-impact.c src/cmd/plans-migrate.c src/cmd/plans-diff.c src/cmd/plans-list.c src/cmd/plans-show.c
billctl_cmd_SOURCES += src/cmd/usage-import.c src/cmd/usage-record.c src/cmd/usage-show.c \
  src/cmd/usage-late.c src/cmd/usage-snapshot.c src/cmd/usage-void.c src/cmd/usage-correct.c src/cmd/usage-correction.c src/cmd/usage-correction.h
billctl_cmd_SOURCES += src/cmd/stripe-sync.c
billctl_cmd_SOURCES += src/cmd/version.c

# The completion scripts as C strings; their names say which is whose.
nodist_billctl_SOURCES = src/cmd/completion-scripts.c
MOSTLYCLEANFILES = src/cmd/completion-scripts.c
src/cmd/completion-scripts.c: completions/billctl.bash completions/_billctl completions/billctl.fish
	$(AM_V_GEN)$(MKDIR_P) src/cmd && { echo '/* Made from completions/. */' && echo '#include "cmd/completion-scripts.h"' && \
	for part in bash:billctl.bash zsh:_billctl fish:billctl.fish; do \
	  echo "const char completion_script_$${part%%:*}[] ="; \
	  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/  "/' -e 's/$$/\\n"/' "$(srcdir)/completions/$${part#*:}" || exit 1; \
	  echo '  ;'; \
	done; } >$@.tmp && mv $@.tmp $@
