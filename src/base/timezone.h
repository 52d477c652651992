/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IANA time zones: civil midnights of a zone as instants, and back. */
#ifndef BILLCTL_BASE_TIMEZONE_H
#define BILLCTL_BASE_TIMEZONE_H

#include "core/date.h"

#include <glib.h>

struct timezone; /* immutable, reference-counted by its cache */

/* Zones by name, loaded once per process and owned by the cache. One thread. */
struct timezone_cache;
struct timezone_cache *timezone_cache_new (void);
void timezone_cache_free (struct timezone_cache *cache);
typedef struct timezone_cache timezone_cache_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (timezone_cache_t, timezone_cache_free)

/* "Europe/Berlin", "UTC". ERROR_USAGE with a did-you-mean hint for a name that the zone database lacks; offsets such as
 * "+01:00" are not names. */
gboolean timezone_cache_get (struct timezone_cache *cache, const char *name, const struct timezone **ret, GError **error);
const char *timezone_name (const struct timezone *zone);

/* The first instant of the civil day in the zone (a midnight that a clock change skips gives the first instant after
 * it; one that happens twice gives the first). Remembered per zone: cheap when asked often. */
gint64 timezone_day_start_us (const struct timezone *zone, struct date date);

/* The civil day that the instant falls on in the zone: day_start (date) <= instant < day_start (date + 1), always. Where clocks
 * go back across a midnight, the new day has begun at its first midnight. */
struct date timezone_date (const struct timezone *zone, gint64 instant_us);

/* The instant of a parsed time: its own zone wins; without one it is civil time of `zone` (a skipped time becomes the
 * first instant after the gap, a repeated one is the first). A date alone is the day's start. */
gint64 timezone_resolve (const struct timezone *zone, const struct time_text *time);

/* Names for completion and did-you-mean, newly allocated strings; from zone1970.tab/tzdata. */
gboolean timezone_names (GPtrArray *ret, GError **error);

#endif
