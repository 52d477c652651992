/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the columns of a file to the parts of an event: the language of --map and --where.
 *
 *   --map "id=Id,customer=SubAccountId,metric={ServiceName}_{ConsumedUnit},quantity=ConsumedQuantity,time=Start,cost=ListCost"
 *
 * KEY=VALUE,KEY=VALUE …. The keys id, customer, metric, quantity, time (all needed) and subscription are the parts of the
 * event, and so is reverses, the id of an event of the same source that this one takes back (usage-reversal.h); any other key, or
 * property.KEY, is a property. A value is the name of a column, a 'literal' in single quotes (doubled
 * inside: 'it''s'), or a template: text with columns in braces ('{{' and '}}' stand for braces). Commas inside quotes and
 * braces do not separate. Customer and metric become codes: a template always, a column where it is no code already.
 *
 * A file with the columns id, customer, metric, quantity, time needs no map; its other columns are properties. */
#ifndef BILLCTL_SERVICE_EVENT_MAP_H
#define BILLCTL_SERVICE_EVENT_MAP_H

#include "base/csv.h"

#include <glib.h>

enum event_part { EVENT_ID, EVENT_CUSTOMER, EVENT_METRIC, EVENT_QUANTITY, EVENT_TIME, EVENT_SUBSCRIPTION, EVENT_REVERSES, EVENT_PART_COUNT };

/* "id", "customer" … */
const char *event_part_name (enum event_part part);

/* How the text of a customer or metric becomes a code. */
enum event_code {
  EVENT_CODE_EXACT,  /* it is the code */
  EVENT_CODE_LOOSE,  /* it is the code if it has the form of one, else it is turned into one */
  EVENT_CODE_FORMED, /* it is turned into one */
};

/* An event as text. Borrowed. */
struct event_fields {
  struct csv_field of[EVENT_PART_COUNT]; /* text is NULL for what is missing */
  const char *properties;                /* canonical JSON object of strings, its keys sorted; NULL: none */
  gsize properties_length;
};

struct event_map;

/* `maps` and `conditions` are the values of --map and --where, NULL-terminated; without maps the columns have the names of the
 * parts. ERROR_USAGE says what is wrong with which text. */
gboolean event_map_new (const char *const *maps, const char *const *conditions, struct event_map **ret, GError **error);
void event_map_free (struct event_map *map); /* NULL is fine */
typedef struct event_map event_map_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (event_map_t, event_map_free)

gboolean event_map_is_native (const struct event_map *map); /* there was no --map */
gboolean event_map_has_conditions (const struct event_map *map);
enum event_code event_map_code (const struct event_map *map, enum event_part part); /* CUSTOMER or METRIC */

/* The columns that the map and the conditions name, each once; NULL-terminated, owned by the map. */
const char *const *event_map_columns (const struct event_map *map);

/* Says where the columns are: `columns` are the names in the order in which event_map_accepts() and event_map_apply() will
 * get their values (NULL-terminated; copied). ERROR_USAGE when one is missing, with the ones that exist; `file` begins the
 * message. */
gboolean event_map_bind (struct event_map *map, const char *const *columns, const char *file, GError **error);

/* The same for records whose members have names: event_map_columns() is the order of their values. */
void event_map_bind_members (struct event_map *map);
/* The first column of a condition for which seen[i] (in the order of event_map_columns) is not set; NULL when there is none. */
const char *event_map_unseen (const struct event_map *map, const gboolean *seen);

/* Whether all conditions hold for the row. A text of NULL counts as empty. */
gboolean event_map_accepts (const struct event_map *map, const struct csv_field *row);

/* The event of a row; valid until the next call and as long as the row. Missing is what is empty, and with --map also
 * the word NULL or null. */
void event_map_apply (struct event_map *map, const struct csv_field *row, struct event_fields *ret);

/* Properties that come one by one, from anywhere: brings them into their canonical text. Empty values are dropped. */
struct event_property {
  const char *key;
  gsize key_length;
  const char *value;
  gsize value_length;
};
/* Sorts `properties` and appends their JSON object to `out`, nothing when none is left. FALSE: a key stands twice; *ret_repeated
 * is it. */
gboolean event_properties_write (struct event_property *properties, gsize count, GString *out,
                                 struct event_property *ret_repeated);

#endif
