libservice_a_SOURCES = \
  src/service/plan.c src/service/plan.h \
  src/service/plan-lines.c src/service/plan-lines.h src/service/plan-order.c src/service/plan-order.h \
  src/service/aggregate.c src/service/aggregate.h \
  src/service/billed-customer.c src/service/billed-customer.h src/service/billed-list.c src/service/billed-list.h \
  src/service/billing.c src/service/billing.h src/service/billing-issue.c \
  src/service/booking.c src/service/booking.h \
  src/service/catalog-currency.c src/service/catalog-fields.c src/service/catalog-fields.h src/service/catalog-shape.c src/service/catalog-shape.h \
  src/service/coupon.c src/service/coupon.h src/service/coupon-view.c \
  src/service/coupon-terms.c src/service/coupon-terms.h src/service/catalog-coupon.c \
  src/service/catalog.h src/service/catalog-apply.c src/service/catalog-file.c src/service/catalog-plan.c \
  src/service/catalog-price.c src/service/catalog-reader.c src/service/catalog-reader.h \
  src/service/catalog-view.c src/service/catalog-view.h \
  src/service/custom-set.c src/service/custom-set.h src/service/custom-terms.c src/service/custom-terms.h \
  src/service/plan-impact.c src/service/plan-impact.h src/service/usage-periods.c src/service/usage-periods.h \
  src/service/plan-migrate.c src/service/plan-migrate.h src/service/plan-archive.c src/service/plan-archive.h src/service/catalog-lint.c src/service/catalog-lint.h \
  src/service/plan-differences.c src/service/plan-words.c src/service/plan-words.h \
  src/service/catalog-tax.c src/service/catalog-tax.h \
  src/service/complete.c src/service/complete.h \
  src/service/config.c src/service/config.h \
  src/service/customer.c src/service/customer.h src/service/customer-check.c src/service/customer-check.h \
  src/service/customer-import.c src/service/customer-import.h \
  src/service/derivation.c src/service/derivation.h \
  src/service/discount.c src/service/discount.h \
  src/service/draft.c src/service/draft.h \
  src/service/due.c src/service/due.h src/service/due-change.c src/service/due-change.h src/service/due-addon.c src/service/due-addon.h \
  src/service/due-advance.c src/service/due-advance.h \
  src/service/estimate.c src/service/estimate.h src/service/estimate-bill.c src/service/estimate-bill.h src/service/estimate-usage.c src/service/estimate-usage.h \
  src/service/export.c src/service/export.h \
  src/service/ledger-access.c src/service/ledger-access.h \
  src/service/ledger-backup.c src/service/ledger-backup.h src/service/ledger-copy.c src/service/ledger-copy.h src/service/ledger-info.c src/service/ledger-info.h src/service/ledger-migrate.c src/service/ledger-migrate.h \
  src/service/life.c src/service/life.h \
  src/service/init.c src/service/init.h \
  src/service/invoice.c src/service/invoice.h \
  src/service/credit-lines.c src/service/credit-lines.h src/service/credit-note.c src/service/credit-note.h \
  src/service/charge.c src/service/charge.h src/service/one-offs.c src/service/one-offs.h \
  src/service/kept-draft.c src/service/kept-draft.h src/service/manual-invoice.c src/service/manual-invoice.h \
  src/service/manual-lines.c src/service/manual-lines.h src/service/voiding.c src/service/voiding.h \
  src/service/issued.c src/service/issued.h \
  src/service/journal.c src/service/journal.h src/service/journal-close.c src/service/journal-close.h \
  src/service/journal-export.c src/service/journal-export.h \
  src/service/numbering.c src/service/numbering.h \
  src/service/amount.c src/service/amount.h src/service/settlement.c src/service/settlement.h \
  src/service/payment.c src/service/payment.h src/service/balance.c src/service/balance.h \
  src/service/price-list.c src/service/price-list.h src/service/prorate.c src/service/prorate.h \
  src/service/schedule.c src/service/schedule.h \
  src/service/stripe-sync.c src/service/stripe-sync.h src/service/stripe-sync-private.h src/service/stripe-sync-decide.c \
  src/service/stripe-sync-look.c src/service/stripe-sync-recover.c src/service/stripe-sync-send.c src/service/stripe-sync-trouble.c \
  src/service/stripe-sync-wanted.c \
  src/service/subscribe.c src/service/subscribe.h src/service/subscription.c src/service/subscription.h \
  src/service/tax.c src/service/tax.h src/service/tax-report.c src/service/tax-report.h \
  src/service/issuer.c src/service/issuer.h \
  src/service/subscription-change.c src/service/subscription-change.h src/service/subscription-end.c src/service/subscription-pause.c \
  src/service/subscription-phase.c src/service/subscription-phase.h src/service/subscription-preview.c src/service/subscription-trial.c \
  src/service/time-range.c src/service/time-range.h \
  src/service/event-line.c src/service/event-line.h src/service/event-map.c src/service/event-map.h \
  src/service/usage-event.c src/service/usage-event.h src/service/usage-names.c src/service/usage-names.h \
  src/service/usage-import.c src/service/usage-import.h src/service/usage-import-private.h \
  src/service/usage-import-problems.c src/service/usage-import-rows.c \
  src/service/usage-record.c src/service/usage-record.h src/service/usage-stream.c \
  src/service/late-usage.c src/service/late-usage.h src/service/usage-late.c src/service/usage-late.h src/service/usage-reversal.c src/service/usage-reversal.h \
  src/service/usage-correct.c src/service/usage-correct.h src/service/usage-split.c src/service/usage-split.h src/service/usage-estimate.c src/service/usage-estimate.h src/service/estimate-list.c src/service/estimate-list.h src/service/usage-snapshot.c src/service/usage-snapshot.h src/service/counted-lines.c src/service/counted-lines.h src/service/late-list.c src/service/late-list.h \
  src/service/usage-show.c src/service/usage-show.h \
  src/service/preview.c src/service/preview.h src/service/explain.c src/service/explain.h src/service/explain-private.h src/service/explain-node.c src/service/explain-words.c \
  src/service/explain-line.c src/service/explain-rule.c src/service/explain-usage.c src/service/explain-deduction.c \
  src/service/verify.c src/service/verify.h src/service/verify-invoice.c src/service/verify-invoice.h src/service/verify-books.c src/service/verify-books.h src/service/verify-lines.c src/service/verify-lines.h \
  src/service/verify-taxes.c src/service/verify-taxes.h src/service/verify-discounts.c src/service/verify-discounts.h
