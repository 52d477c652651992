/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the texts in events to the ids of customers, metrics and subscriptions: each is looked up once and remembered.
 *
 * To be used inside the transaction that stores the events. */
#ifndef BILLCTL_SERVICE_USAGE_NAMES_H
#define BILLCTL_SERVICE_USAGE_NAMES_H

#include "service/event-map.h"

#include <glib.h>

struct ledger;
struct usage_names;

struct usage_names_request {
  enum event_code customer_code; /* how texts become codes */
  enum event_code metric_code;
  gboolean create_customers; /* with the settings' currency and time zone */
  gboolean create_metrics;   /* sum; negative quantities allowed, since a foreign feed carries its own corrections */
};

/* What an event needs to know of its customer, metric or subscription. */
struct usage_name {
  gint64 id;
  gboolean negative;      /* metric: negative quantities are allowed */
  gint64 customer_id;     /* subscription: whose it is */
  gint64 billed_until_us; /* customer: usage before it is billed for some subscription; G_MININT64: none is */
};

struct usage_names *usage_names_new (struct ledger *ledger, const struct usage_names_request *request);
void usage_names_free (struct usage_names *names); /* NULL is fine */
typedef struct usage_names usage_names_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (usage_names_t, usage_names_free)

/* *ret is borrowed until the next call. ERROR_NOT_FOUND "there is no customer 'x'", with a hint for the first few;
 * ERROR_USAGE for a text that cannot be a code. */
gboolean usage_names_find (struct usage_names *names, enum event_part part, struct csv_field text, const struct usage_name **ret,
                           GError **error);

gint64 usage_names_created (const struct usage_names *names, enum event_part part); /* CUSTOMER or METRIC */

#endif
