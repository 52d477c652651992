/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zones by name, and the civil days of a zone.
 *
 * The zone files are read here and not by the C library or GLib: both keep process-wide state, and GLib 2.74 knows no summer
 * time after 2037. A civil time that a clock change skips, or that a zone never had, becomes the first instant after it;
 * so a day starts at the first instant whose clock shows its midnight or later, and days divide time without gap or overlap. */
#include "base/timezone.h"

#include "base/error.h"
#include "base/text.h"
#include "base/tzif.h"

#include <string.h>

enum { MEMO_SIZE = 512, NAME_LENGTH_MAX = 64 };

struct memo {
  gboolean known[MEMO_SIZE];
  gint32 day[MEMO_SIZE];
  gint64 start_us[MEMO_SIZE];
};

struct timezone {
  char *name;
  struct tzif *tzif;
  struct memo *memo; /* answers by day modulo its size */
};

struct timezone_cache {
  GHashTable *zones; /* name -> struct timezone */
};

static void
zone_free (gpointer data)
{
  struct timezone *zone = data;
  g_free (zone->name);
  tzif_free (zone->tzif);
  g_free (zone->memo);
  g_free (zone);
}

struct timezone_cache *
timezone_cache_new (void)
{
  struct timezone_cache *cache = g_new0 (struct timezone_cache, 1);
  cache->zones = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, zone_free);
  return cache;
}

void
timezone_cache_free (struct timezone_cache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_destroy (cache->zones);
  g_free (cache);
}

/* The same folder that the C library uses. */
static const char *
zone_folder (void)
{
  const char *folder = g_getenv ("TZDIR");
  return folder == NULL || *folder == '\0' ? "/usr/share/zoneinfo" : folder;
}

/* A name is a relative path of plain words; some files of the folder are no zones, or not by the rules of civil time. */
static gboolean
is_name (const char *name)
{
  static const char *const others[] = { "localtime", "posixrules", "Factory" };
  if (!g_ascii_isalpha (name[0]) || strlen (name) > NAME_LENGTH_MAX)
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("_+-", *at) == NULL && (*at != '/' || !g_ascii_isalpha (at[1])))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (strcmp (name, others[i]) == 0)
      return FALSE;
  return !g_str_has_prefix (name, "posix/") && !g_str_has_prefix (name, "right/");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* tzdata.zi: "Z NAME rules…" and "L TARGET NAME"; zone1970.tab and zone.tab: "COUNTRIES COORDINATES NAME [COMMENTS]". */
static const char *
name_in_line (char **words, gboolean compact)
{
  guint count = g_strv_length (words);
  if (!compact)
    return count >= 3 && words[0][0] != '#' ? words[2] : NULL;
  if (count >= 2 && strcmp (words[0], "Z") == 0)
    return words[1];
  return count == 3 && strcmp (words[0], "L") == 0 ? words[2] : NULL;
}

gboolean
timezone_names (GPtrArray *ret, GError **error)
{
  static const char *const lists[] = { "tzdata.zi", "zone1970.tab", "zone.tab" };
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autofree char *path = g_build_filename (zone_folder (), lists[i], NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents (path, &text, NULL, NULL))
      continue;
    guint first = ret->len;
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
      g_auto (GStrv) words = g_strsplit_set (*line, " \t", -1);
      const char *name = name_in_line (words, i == 0);
      if (name != NULL && is_name (name) && strcmp (name, "UTC") != 0)
        g_ptr_array_add (ret, g_strdup (name));
    }
    g_ptr_array_add (ret, g_strdup ("UTC"));
    if (first == 0)
      g_ptr_array_sort (ret, compare_names);
    return TRUE;
  }
  error_set (error, ERROR_FAILED, "there is no list of time zones in %s", zone_folder ());
  return error_add_hint (error, "install the package tzdata, or set TZDIR to the folder that has it");
}

/* "europe/berlin" and "berlin" are meant as clearly as a slip of the finger. */
static const char *
nearest_name (const char *word, const GPtrArray *names)
{
  const char *city = NULL;
  gsize cities = 0;
  g_autofree char *spaced = g_strdelimit (g_strdup (word), " ", '_');
  for (guint i = 0; i < names->len - 1; i++) {
    const char *name = g_ptr_array_index (names, i);
    if (g_ascii_strcasecmp (name, spaced) == 0)
      return name;
    const char *last = strrchr (name, '/');
    if (last != NULL && g_ascii_strcasecmp (last + 1, spaced) == 0) {
      city = name;
      cities++;
    }
  }
  return cities == 1 ? city : text_nearest (spaced, (const char *const *) names->pdata);
}

static gboolean
fail_unknown (const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  if (!timezone_names (names, error))
    return FALSE;
  g_ptr_array_add (names, NULL);
  g_autofree char *shown = text_sanitize (name, -1);
  error_set (error, ERROR_USAGE, "there is no time zone '%s'", shown);
  const char *nearest = strlen (name) > NAME_LENGTH_MAX ? NULL : nearest_name (name, names);
  if (nearest != NULL)
    return error_add_hint (error, "did you mean '%s'?", nearest);
  return error_add_hint (error, "time zones have names such as Europe/Berlin, America/New_York or UTC");
}

static gboolean
load (const char *name, struct tzif **ret, GError **error)
{
  if (strcmp (name, "UTC") == 0) {
    *ret = tzif_new_utc ();
    return TRUE;
  }
  if (!is_name (name))
    return fail_unknown (name, error);
  g_autofree char *path = g_build_filename (zone_folder (), name, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return fail_unknown (name, error);
  const char *problem = NULL;
  struct tzif *tzif = tzif_new ((const guint8 *) bytes, length, &problem);
  if (tzif == NULL)
    return error_set (error, ERROR_FAILED, "cannot use the time zone %s: %s: %s", name, path, problem);
  *ret = tzif;
  return TRUE;
}

gboolean
timezone_cache_get (struct timezone_cache *cache, const char *name, const struct timezone **ret, GError **error)
{
  struct timezone *zone = g_hash_table_lookup (cache->zones, name);
  if (zone == NULL) {
    struct tzif *tzif = NULL;
    if (!load (name, &tzif, error))
      return FALSE;
    zone = g_new0 (struct timezone, 1);
    zone->name = g_strdup (name);
    zone->tzif = tzif;
    zone->memo = g_new0 (struct memo, 1);
    g_hash_table_insert (cache->zones, zone->name, zone);
  }
  *ret = zone;
  return TRUE;
}

const char *
timezone_name (const struct timezone *zone)
{
  return zone->name;
}

static gint64
floor_seconds (gint64 instant_us)
{
  gint64 seconds = instant_us / MICROSECONDS_PER_SECOND;
  return instant_us % MICROSECONDS_PER_SECOND < 0 ? seconds - 1 : seconds;
}

/* The first instant whose clock shows `local_us` (a civil time read as if it were UTC) or later. */
static gint64
first_instant_us (const struct timezone *zone, gint64 local_us)
{
  gint64 from = floor_seconds (local_us) - TZIF_OFFSET_MOST;
  for (;;) {
    struct tzif_span span = tzif_span_at (zone->tzif, from);
    gint64 instant_us = MAX (local_us - span.offset * MICROSECONDS_PER_SECOND, from * MICROSECONDS_PER_SECOND);
    if (floor_seconds (instant_us) < span.end)
      return instant_us;
    from = span.end;
  }
}

gint64
timezone_day_start_us (const struct timezone *zone, struct date date)
{
  struct memo *memo = zone->memo;
  guint slot = (guint) date.day % MEMO_SIZE;
  if (!memo->known[slot] || memo->day[slot] != date.day) {
    memo->start_us[slot] = first_instant_us (zone, date.day * MICROSECONDS_PER_DAY);
    memo->day[slot] = date.day;
    memo->known[slot] = TRUE;
  }
  return memo->start_us[slot];
}

/* Where clocks were put back across a midnight, the new day has begun once and for all. */
struct date
timezone_date (const struct timezone *zone, gint64 instant_us)
{
  gint64 local_us = instant_us + tzif_span_at (zone->tzif, floor_seconds (instant_us)).offset * MICROSECONDS_PER_SECOND;
  gint64 day = local_us / MICROSECONDS_PER_DAY;
  if (local_us % MICROSECONDS_PER_DAY < 0)
    day--;
  struct date date = { (gint32) day };
  while (timezone_day_start_us (zone, (struct date){ date.day + 1 }) <= instant_us)
    date.day++;
  return date;
}

gint64
timezone_resolve (const struct timezone *zone, const struct time_text *time)
{
  if (time->has_zone)
    return time_instant_us (time);
  if (!time->has_time)
    return timezone_day_start_us (zone, time->date);
  return first_instant_us (zone, time->date.day * MICROSECONDS_PER_DAY + time->of_day_us);
}
