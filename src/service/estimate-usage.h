/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that is only supposed: events as a person types them. */
#ifndef BILLCTL_SERVICE_ESTIMATE_USAGE_H
#define BILLCTL_SERVICE_ESTIMATE_USAGE_H

#include "service/aggregate.h"
#include "service/price-list.h"
#include "store/usage.h"

#include <glib.h>

struct supposed_event {
  const struct metric *metric; /* of the price list */
  enum aggregation aggregation;
  char *quantity;
  char *properties; /* JSON object; NULL when it has none */
  const char *text; /* as typed; borrowed */
};

/* Appends struct supposed_event, to be freed with supposed_event_free(). */
gboolean supposed_usage_read (struct price_list *list, const char *const *texts, GPtrArray *ret, GError **error);
void supposed_event_free (struct supposed_event *event);

/* Hands the events of the metric to the aggregator, in their order. */
gboolean supposed_usage_aggregate (const GPtrArray *events, const char *metric, struct aggregator *aggregator,
                                   const struct aggregate_request *request, const struct usage_bucket **ret, GError **error);

#endif
