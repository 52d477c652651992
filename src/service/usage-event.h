/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the texts of an event to what the ledger stores: the checks that every way in shares. */
#ifndef BILLCTL_SERVICE_USAGE_EVENT_H
#define BILLCTL_SERVICE_USAGE_EVENT_H

#include "base/timezone.h"
#include "core/decimal.h"
#include "service/event-map.h"
#include "service/usage-names.h"
#include "store/usage-batch.h"

#include <glib.h>

enum { EVENT_ID_LENGTH_MAX = 512 };

/* What a time without a zone means. */
enum zoneless {
  ZONELESS_REFUSED, /* and there is no other way */
  ZONELESS_UNNAMED, /* refused, but --timezone can name one */
  ZONELESS_IS_UTC,
  ZONELESS_IS_CIVIL,
};

struct usage_event_rules {
  enum zoneless zoneless;
  const struct timezone *zone; /* CIVIL */
};

struct usage_made {
  struct usage_new event; /* its texts are borrowed from the fields, its quantity from `quantity` */
  char quantity[DECIMAL_TEXT_SIZE];
  gboolean is_negative;
  gboolean is_late;     /* falls before what is billed of some subscription: may be late, see usage-late.h */
  gboolean is_zoneless; /* its time stood without a zone */
};

/* What is wrong is ERROR_USAGE, ERROR_NOT_FOUND or ERROR_REFUSED, and says field, value and what would be right;
 * anything else is trouble with the ledger. */
gboolean usage_event_make (struct usage_names *names, const struct usage_event_rules *rules, const struct event_fields *fields,
                           struct usage_made *ret, GError **error);
/* The parts of it by themselves: *ret receives quantity and sign, or the instant. */
gboolean usage_event_has (const struct event_fields *fields, enum event_part part);
gboolean usage_event_check_id (const struct event_fields *fields, GError **error);
gboolean usage_event_quantity (struct csv_field text, struct usage_made *ret, GError **error);
gboolean usage_event_time (const struct usage_event_rules *rules, struct csv_field text, struct usage_made *ret, GError **error);
/* The feed that ids are unique within: the number of its name, which is plain text of 128 bytes at most; NULL is "". */
gboolean usage_event_source (struct ledger *ledger, const char *name, gint64 *ret, GError **error);
/* ERROR_REFUSED: the id is known with other content; `differs` as usage_listener.report has it. Returns FALSE. */
gboolean usage_event_conflict (const char *id, const char *differs, GError **error);
/* Whether an error concerns one event alone. */
gboolean usage_event_is_problem (const GError *error);

#endif
