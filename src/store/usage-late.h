/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late usage on its way onto an invoice, and what stands on issued invoices of the period that it belongs to. */
#ifndef BILLCTL_STORE_USAGE_LATE_H
#define BILLCTL_STORE_USAGE_LATE_H

#include <glib.h>

struct ledger;

/* Where an invoice stands among those of a customer in the order of being drawn up. */
struct invoice_order {
  gint64 usage_seen;
  gint64 billed_at_us;
  gint64 id; /* 0: none */
};
int invoice_order_compare (const struct invoice_order *a, const struct invoice_order *b);

struct usage_late_entry {
  gint64 usage_id;
  gint64 customer_id;
  gint64 metric_id;
  gint64 subscription_id;      /* 0: it names none */
  gint64 at_us;
  gboolean waits;              /* it is ignored, or held and not released */
  struct invoice_order billed; /* the invoice from which on it counts */
};
/* Appends all late events of a customer, by id. */
gboolean usage_late_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error);
/* It counts from the invoice on, which was issued. */
gboolean usage_late_set_billed (struct ledger *ledger, gint64 usage_id, gint64 invoice_id, GError **error);

/* One line of usage, or of a bound of spending, on an issued invoice. Text is borrowed until the visitor returns. */
struct billed_usage_line {
  const char *kind;
  const char *code;
  gint64 metric_id;
  gint64 phase;
  gboolean is_late;
  const char *description;
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity;
  const char *unit_price; /* NULL: none */
  gint64 amount_minor;
  const char *derivation;
  const char *category;   /* NULL: none */
  struct invoice_order on;
  struct invoice_order replaced_by; /* the invoice that was issued again for it; id 0: none */
};
typedef gboolean (*billed_usage_visit) (const struct billed_usage_line *line, void *data, GError **error);
/* Those of one period, in whatever stretch of the subscription's life has one of that number. */
struct billed_usage_period {
  gint64 subscription_id;
  gint64 period_index;
};
gboolean billed_usage_each (struct ledger *ledger, struct billed_usage_period period, billed_usage_visit visit, void *data, GError **error);

/* One line that is an estimate, on an issued invoice that is not void. Text is borrowed until the visitor returns. */
struct estimated_line {
  const char *customer;
  const char *subscription;
  gint64 metric_id;
  const char *metric;
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity;
  gint64 amount_minor;
  const char *currency;
  const char *derivation;
  const char *invoice;
};
typedef gboolean (*estimated_line_visit) (const struct estimated_line *line, void *data, GError **error);
/* Those of a subscription, by period. */
gboolean estimated_line_each (struct ledger *ledger, gint64 subscription_id, estimated_line_visit visit, void *data, GError **error);

#endif
