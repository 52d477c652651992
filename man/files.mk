# SPDX-License-Identifier: GPL-3.0-or-later
# The manual. The prose stands in man/PAGE.in; names, summaries, synopses, operands, options and lists are put into it from the
# tables of the program that was built. A new command adds its page here.
MANUAL_PAGES = man/billctl.1 \
  man/billctl-completion.1 man/billctl-config.1 man/billctl-estimate.1 man/billctl-export.1 man/billctl-help.1 man/billctl-init.1 man/billctl-introspect.1 \
  man/billctl-coupon-apply.1 man/billctl-coupon-archive.1 man/billctl-coupon-list.1 man/billctl-coupon-reactivate.1 \
  man/billctl-coupon-remove.1 man/billctl-coupon-show.1 \
  man/billctl-customer-add.1 man/billctl-customer-import.1 man/billctl-customer-list.1 man/billctl-customer-show.1 \
  man/billctl-customer-update.1 man/billctl-customer-adjust.1 man/billctl-customer-balance.1 \
  man/billctl-invoice-explain.1 man/billctl-invoice-preview.1 man/billctl-invoice-finalize.1 man/billctl-invoice-generate.1 man/billctl-invoice-list.1 man/billctl-invoice-show.1 \
  man/billctl-invoice-void.1 man/billctl-invoice-pay.1 man/billctl-invoice-uncollectible.1 \
  man/billctl-charge-add.1 man/billctl-charge-list.1 man/billctl-charge-remove.1 \
  man/billctl-invoice-create.1 man/billctl-invoice-discard.1 man/billctl-invoice-credit.1 man/billctl-invoice-numbers.1 man/billctl-credit-note-list.1 man/billctl-credit-note-show.1 \
  man/billctl-journal-accounts.1 man/billctl-journal-balance.1 man/billctl-journal-close.1 man/billctl-journal-export.1 \
  man/billctl-journal-show.1 \
  man/billctl-ledger-access-apply.1 man/billctl-ledger-access-grant.1 man/billctl-ledger-access-list.1 man/billctl-ledger-access-revoke.1 \
  man/billctl-ledger-backup.1 man/billctl-ledger-copy.1 man/billctl-ledger-info.1 man/billctl-ledger-migrate.1 man/billctl-ledger-restore.1 man/billctl-metric-list.1 \
  man/billctl-tax-list.1 man/billctl-report-tax.1 man/billctl-issuer-show.1 man/billctl-issuer-update.1 \
  man/billctl-plans-apply.1 man/billctl-plans-archive.1 man/billctl-plans-lint.1 man/billctl-plans-impact.1 man/billctl-plans-migrate.1 man/billctl-plans-compare.1 man/billctl-plans-diff.1 man/billctl-plans-list.1 man/billctl-plans-show.1 \
  man/billctl-catalog.5 man/billctl-json.5 \
  man/billctl-prorate.1 man/billctl-schedule.1 \
  man/billctl-stripe-sync.1 \
  man/billctl-subscribe.1 man/billctl-subscription-list.1 man/billctl-subscription-show.1 \
  man/billctl-subscription-cancel.1 man/billctl-subscription-change.1 man/billctl-subscription-extend-trial.1 \
  man/billctl-subscription-history.1 man/billctl-subscription-pause.1 man/billctl-subscription-renew.1 \
  man/billctl-subscription-resume.1 man/billctl-subscription-set.1 man/billctl-subscription-undo.1 \
  man/billctl-usage-correct.1 man/billctl-usage-import.1 man/billctl-usage-late.1 man/billctl-usage-record.1 man/billctl-usage-show.1 man/billctl-usage-snapshot.1 man/billctl-usage-void.1 \
  man/billctl-verify.1 man/billctl-version.1
man_MANS = $(MANUAL_PAGES)
dist_noinst_DATA = $(MANUAL_PAGES:=.in) man/page.awk
CLEANFILES += $(MANUAL_PAGES) man/parts

# Whose tables: when billctl is built for another machine, name one that runs on this one.
MANUAL_BILLCTL = ./billctl$(EXEEXT)

# Stays as it is, with its date, while the tables say the same, so that a change of the program alone makes no page anew.
man/parts: billctl$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && $(MANUAL_BILLCTL) introspect --manual >$@.tmp && \
	if cmp -s $@.tmp $@; then rm -f $@.tmp; else mv $@.tmp $@; fi

$(MANUAL_PAGES): %: %.in man/parts man/page.awk NEWS
	$(AM_V_GEN)page=$(@F) && $(AWK) -v page=$${page%.*} -v version='$(PACKAGE_VERSION)' -f $(srcdir)/man/page.awk \
	  $(srcdir)/NEWS man/parts $< >$@.tmp && mv $@.tmp $@
