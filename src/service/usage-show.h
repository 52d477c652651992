/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a customer used: totals by metric, by day, by property, or the events themselves. */
#ifndef BILLCTL_SERVICE_USAGE_SHOW_H
#define BILLCTL_SERVICE_USAGE_SHOW_H

#include "core/date.h"
#include "core/decimal.h"

#include <glib.h>

struct ledger;

enum usage_grouping { USAGE_BY_METRIC, USAGE_BY_DAY, USAGE_BY_PROPERTY };

/* The events of one metric that belong together. Text is borrowed until the call returns. */
struct usage_group {
  const char *metric;
  const char *unit;
  struct date day;      /* BY_DAY: in the customer's zone */
  const char *property; /* BY_PROPERTY: its value; NULL for the events without it */
  gint64 events;        /* without those that were taken back, and those that take them back */
  const char *quantity; /* exact sum */
  gint64 first_us;
  gint64 last_us;
};

struct usage_listed {
  gint64 at_us;
  const char *metric;
  const char *quantity;
  const char *event_id;
  const char *source;
  const char *subscription; /* NULL: none */
  const char *properties;   /* JSON object; NULL: none */
  const char *reverses;     /* id of the event that this one takes back; NULL: none */
};

struct usage_show_request {
  const char *customer;
  const char *metric;           /* NULL: all */
  const struct time_text *from; /* NULL: from the first event; a date is a day of the customer */
  const struct time_text *to;   /* not included */
  enum usage_grouping grouping;
  const char *property; /* BY_PROPERTY */
  /* One of them: groups come by metric, then day or property; events by time. */
  gboolean (*each_group) (void *data, const struct usage_group *group, GError **error);
  gboolean (*each_event) (void *data, const struct usage_listed *event, GError **error);
  void *data;
};

gboolean usage_show (struct ledger *ledger, const struct usage_show_request *request, GError **error);

#endif
