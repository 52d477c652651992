/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the usage on an issued invoice was computed from. */
#ifndef BILLCTL_SERVICE_USAGE_SNAPSHOT_H
#define BILLCTL_SERVICE_USAGE_SNAPSHOT_H

#include "core/currency.h"

#include <glib.h>

struct ledger;

struct snapshot_head {
  const char *invoice;
  const char *customer;
  const struct currency *currency;
  gint64 billed_at_us;
  gint64 issued_at_us;
  gint64 usage_seen; /* the last event that had been stored then: none after it counts */
};

/* One line of usage. Text is borrowed until the visitor returns. */
struct snapshot_line {
  gint64 position;
  const char *role;
  const char *subscription;
  const char *metric;
  const char *filter; /* NULL: none, and so is the next */
  const char *group;
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity; /* what the events add up to, in the units of the metric */
  gint64 events;        /* within the period */
  gint64 first_us;      /* of these; 0 where there are none */
  gint64 last_us;
  gint64 amount_minor;
};

struct snapshot_event {
  gint64 position; /* of the line that it counts for */
  gint64 at_us;
  const char *metric;
  const char *filter;
  const char *quantity;
  const char *event_id;
  const char *source;
  const char *properties; /* NULL: none */
};

/* `head` once, then `line` for each line of usage, or `event` for each event, line by line. */
struct snapshot_request {
  const char *reference;
  gboolean (*head) (const struct snapshot_head *head, void *data, GError **error);
  gboolean (*line) (const struct snapshot_line *line, void *data, GError **error);
  gboolean (*event) (const struct snapshot_event *event, void *data, GError **error); /* NULL: lines */
  void *data;
};

/* ERROR_REFUSED for a draft; ERROR_LEDGER when the events that the ledger has do not come to what the invoice says. */
gboolean usage_snapshot (struct ledger *ledger, const struct snapshot_request *request, GError **error);

#endif
