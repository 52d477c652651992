/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streaming whole tables out: events and invoice lines, in the order in which they were written. */
#ifndef BILLCTL_STORE_EXPORT_H
#define BILLCTL_STORE_EXPORT_H

#include <glib.h>

struct ledger;

struct export_filter {
  gint64 customer_id; /* 0: all */
  gint64 from_us;     /* half-open: events by their time, lines by when their invoice fell due */
  gint64 to_us;
  gboolean late; /* events only: those that came after their period was billed */
};

/* Text is borrowed until the visitor returns; ids of 0 mean none. */
struct export_event {
  gint64 id;
  const char *event_id;
  gint64 source_id;
  gint64 customer_id;
  gint64 subscription_id;
  gint64 metric_id;
  gint64 at_us;
  const char *quantity;
  const char *properties; /* JSON object or NULL */
  const char *reverses;   /* id of the event of the same source that this one takes back, or NULL */
};

struct export_line {
  gint64 invoice_id;
  const char *number; /* NULL: a draft */
  const char *status;
  const char *currency;
  gint64 customer_id;
  gint64 position;
  gint64 subscription_id;
  gint64 plan_version_id;
  const char *kind;
  const char *code;
  gint64 metric_id;
  const char *description;
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity;
  const char *unit_price;
  const char *exact_amount;
  const char *ratio;
  gint64 amount_minor;
  const char *derivation;
  gint64 discount_minor;
  gint64 tax_minor;
  const char *category;  /* may be NULL, as the next */
  const char *discounts; /* JSON, as is the next */
  const char *taxes;
  const char *role;      /* "regular" … */
};

typedef gboolean (*export_event_visit) (const struct export_event *event, void *data, GError **error);
typedef gboolean (*export_line_visit) (const struct export_line *line, void *data, GError **error);
gboolean export_each_event (struct ledger *ledger, const struct export_filter *filter, export_event_visit visit, void *data, GError **error);
gboolean export_each_line (struct ledger *ledger, const struct export_filter *filter, export_line_visit visit, void *data, GError **error);

#endif
