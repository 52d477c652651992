/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zone files (RFC 9636) and the POSIX rule in their footer. */
#include "base/tzif.h"

#include "core/date.h"

#include <string.h>

enum {
  HEADER_SIZE = 44,
  COUNT_MAX = 65536, /* far above every real file; keeps the size arithmetic small */
  TYPE_SIZE = 6,
  RULE_YEARS = 4,
  SECONDS_PER_HOUR = 3600,
  SECONDS_PER_DAY = 86400,
};

/* "Jn" (1 … 365, never 29 February), "n" (0 … 365) or "Mm.w.d", and the time of that day. */
struct rule_date {
  char kind;
  int month, week, weekday; /* 'M'; weekday 0 is Sunday */
  int day;                  /* 'J' and 'n' */
  int seconds;
};

/* What the footer says: a standard time and perhaps a second one between two dates of every year. */
struct rule {
  gboolean given;
  gboolean has_summer;
  int offset;
  int summer_offset;
  struct rule_date summer_start; /* in standard time */
  struct rule_date summer_end;   /* in summer time */
};

struct tzif {
  gsize count;
  gint64 *times;  /* ascending */
  int *offsets;   /* from times[i] on */
  int first_offset;
  struct rule rule;
};

struct header {
  char version;
  guint32 utc_count, standard_count, leap_count, time_count, type_count, char_count;
};

static guint32
read_uint32 (const guint8 *at)
{
  return ((guint32) at[0] << 24) | ((guint32) at[1] << 16) | ((guint32) at[2] << 8) | at[3];
}

static gint64
read_time (const guint8 *at, gsize size)
{
  if (size == 4)
    return (gint32) read_uint32 (at);
  return (gint64) (((guint64) read_uint32 (at) << 32) | read_uint32 (at + 4));
}

static gboolean
read_header (const guint8 *bytes, gsize length, struct header *ret)
{
  if (length < HEADER_SIZE || memcmp (bytes, "TZif", 4) != 0)
    return FALSE;
  ret->version = (char) bytes[4];
  guint32 *const counts[] = { &ret->utc_count,  &ret->standard_count, &ret->leap_count,
                              &ret->time_count, &ret->type_count,     &ret->char_count };
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
    *counts[i] = read_uint32 (bytes + 20 + 4 * i);
    if (*counts[i] > COUNT_MAX)
      return FALSE;
  }
  return TRUE;
}

static gsize
block_size (const struct header *header, gsize time_size)
{
  return header->time_count * (time_size + 1) + header->type_count * TYPE_SIZE + header->char_count
         + header->leap_count * (time_size + 4) + header->standard_count + header->utc_count;
}

/* Reads digits; FALSE when there are none or the number is larger than `most`. */
static gboolean
read_number (const char **at, int most, int *ret)
{
  int value = 0;
  const char *start = *at;
  for (; g_ascii_isdigit (**at); (*at)++) {
    value = value * 10 + (**at - '0');
    if (value > most)
      return FALSE;
  }
  *ret = value;
  return *at != start;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static gboolean
read_clock (const char **at, int hours_most, int *ret)
{
  int sign = **at == '-' ? -1 : 1;
  if (**at == '-' || **at == '+')
    (*at)++;
  int hours = 0, minutes = 0, seconds = 0;
  if (!read_number (at, hours_most, &hours))
    return FALSE;
  if (**at == ':') {
    (*at)++;
    if (!read_number (at, 59, &minutes))
      return FALSE;
    if (**at == ':') {
      (*at)++;
      if (!read_number (at, 59, &seconds))
        return FALSE;
    }
  }
  *ret = sign * (hours * SECONDS_PER_HOUR + minutes * 60 + seconds);
  return TRUE;
}

/* "CET" or "<+03>": passed over. */
static gboolean
skip_name (const char **at)
{
  const char *start = *at;
  if (**at == '<') {
    const char *end = strchr (*at, '>');
    *at = end == NULL ? *at : end + 1;
    return end != NULL;
  }
  while (g_ascii_isalpha (**at))
    (*at)++;
  return *at - start >= 3;
}

static gboolean
read_rule_date (const char **at, struct rule_date *ret)
{
  struct rule_date date = { .kind = **at, .seconds = 2 * SECONDS_PER_HOUR };
  if (date.kind == 'M') {
    (*at)++;
    if (!read_number (at, 12, &date.month) || date.month < 1 || *(*at)++ != '.' || !read_number (at, 5, &date.week) || date.week < 1
        || *(*at)++ != '.' || !read_number (at, 6, &date.weekday))
      return FALSE;
  } else if (date.kind == 'J') {
    (*at)++;
    if (!read_number (at, 365, &date.day) || date.day < 1)
      return FALSE;
  } else {
    date.kind = 'n';
    if (!read_number (at, 365, &date.day))
      return FALSE;
  }
  if (**at == '/') {
    (*at)++;
    if (!read_clock (at, 167, &date.seconds))
      return FALSE;
  }
  *ret = date;
  return TRUE;
}

/* POSIX writes offsets west of Greenwich; ours are east of it. */
static gboolean
read_rule (const char *text, struct rule *ret)
{
  struct rule rule = { .given = TRUE };
  int west = 0;
  if (!skip_name (&text) || !read_clock (&text, 24, &west))
    return FALSE;
  rule.offset = -west;
  if (*text != '\0') {
    rule.has_summer = TRUE;
    rule.summer_offset = rule.offset + SECONDS_PER_HOUR;
    if (!skip_name (&text))
      return FALSE;
    if (*text != ',') {
      if (!read_clock (&text, 24, &west))
        return FALSE;
      rule.summer_offset = -west;
    }
    if (*text++ != ',' || !read_rule_date (&text, &rule.summer_start) || *text++ != ',' || !read_rule_date (&text, &rule.summer_end)
        || *text != '\0')
      return FALSE;
  }
  *ret = rule;
  return TRUE;
}

/* LF rule LF; an empty rule says nothing about the future. */
static gboolean
read_footer (const guint8 *bytes, gsize length, struct rule *ret)
{
  const guint8 *end = length < 2 || bytes[0] != '\n' ? NULL : memchr (bytes + 1, '\n', length - 1);
  if (end == NULL || memchr (bytes, '\0', (gsize) (end - bytes)) != NULL)
    return FALSE;
  g_autofree char *text = g_strndup ((const char *) bytes + 1, (gsize) (end - bytes - 1));
  if (*text == '\0')
    return TRUE;
  return read_rule (text, ret);
}

static gboolean
type_offset (const guint8 *types, const struct header *header, guint8 type, int *ret)
{
  if (type >= header->type_count)
    return FALSE;
  gint32 offset = (gint32) read_uint32 (types + (gsize) type * TYPE_SIZE);
  if (offset < TZIF_OFFSET_LEAST || offset > TZIF_OFFSET_MOST)
    return FALSE;
  *ret = offset;
  return TRUE;
}

static gboolean
read_block (struct tzif *tzif, const guint8 *block, const struct header *header, gsize time_size)
{
  const guint8 *indices = block + header->time_count * time_size;
  const guint8 *types = indices + header->time_count;
  tzif->count = header->time_count;
  tzif->times = g_new (gint64, tzif->count);
  tzif->offsets = g_new (int, tzif->count);
  if (!type_offset (types, header, 0, &tzif->first_offset))
    return FALSE;
  for (gsize i = 0; i < tzif->count; i++) {
    tzif->times[i] = read_time (block + i * time_size, time_size);
    if ((i > 0 && tzif->times[i] <= tzif->times[i - 1]) || !type_offset (types, header, indices[i], &tzif->offsets[i]))
      return FALSE;
  }
  return TRUE;
}

struct tzif *
tzif_new (const guint8 *bytes, gsize length, const char **ret_problem)
{
  struct header header;
  gsize time_size = 4;
  *ret_problem = "it is not a time zone file";
  if (!read_header (bytes, length, &header))
    return NULL;
  *ret_problem = "the time zone file is damaged";
  gsize start = HEADER_SIZE;
  if (header.version != '\0') {
    /* The first block is for old readers. */
    start += block_size (&header, 4);
    if (start > length || !read_header (bytes + start, length - start, &header))
      return NULL;
    start += HEADER_SIZE;
    time_size = 8;
  }
  gsize size = block_size (&header, time_size);
  if (size > length - start)
    return NULL;
  if (header.leap_count > 0) {
    *ret_problem = "it counts leap seconds";
    return NULL;
  }
  struct tzif *tzif = g_new0 (struct tzif, 1);
  if (!read_block (tzif, bytes + start, &header, time_size)
      || (time_size == 8 && !read_footer (bytes + start + size, length - start - size, &tzif->rule))) {
    tzif_free (tzif);
    return NULL;
  }
  *ret_problem = NULL;
  return tzif;
}

struct tzif *
tzif_new_utc (void)
{
  return g_new0 (struct tzif, 1);
}

void
tzif_free (struct tzif *tzif)
{
  if (tzif == NULL)
    return;
  g_free (tzif->times);
  g_free (tzif->offsets);
  g_free (tzif);
}

/* The civil day of a rule date in a year, as seconds of its midnight read as if it were UTC. */
static gint64
rule_midnight (const struct rule_date *rule, int year)
{
  struct date date = { 0 };
  struct civil first = { year, rule->kind == 'M' ? rule->month : 1, 1 };
  date_from_civil (first, &date);
  int add = rule->day;
  if (rule->kind == 'J') {
    gboolean after_leap_day = rule->day >= 60 && date_days_in_month (year, 2) == 29;
    add = rule->day - (after_leap_day ? 0 : 1);
  } else if (rule->kind == 'M') {
    /* date_weekday (Sunday) is 7; week 5 is the last. */
    add = (rule->weekday - date_weekday (date) % 7 + 7) % 7 + 7 * (rule->week - 1);
    while (add >= date_days_in_month (year, rule->month))
      add -= 7;
  }
  return ((gint64) date.day + add) * SECONDS_PER_DAY;
}

static int
year_of (gint64 instant)
{
  gint64 day = instant / SECONDS_PER_DAY;
  struct civil civil = date_to_civil ((struct date){ (gint32) CLAMP (day, -719162, 2932896) });
  return civil.year;
}

/* The changes of the years around an instant are worked out and the pair that encloses it is taken. */
static struct tzif_span
rule_span (const struct rule *rule, gint64 instant)
{
  struct tzif_span span = { G_MININT64, G_MAXINT64, rule->offset };
  if (!rule->has_summer)
    return span;
  int first_year = year_of (instant) - 2;
  for (int i = 0; i < 2 * RULE_YEARS; i++) {
    int year = first_year + i / 2;
    if (year < 1 || year > 9999)
      continue;
    /* Where summer spans the new year, its end stands before its start within one year; the order is by time either way. */
    gint64 starts = rule_midnight (&rule->summer_start, year) + rule->summer_start.seconds - rule->offset;
    gint64 ends = rule_midnight (&rule->summer_end, year) + rule->summer_end.seconds - rule->summer_offset;
    gboolean to_summer = (i % 2 == 0) == (starts < ends);
    gint64 change = to_summer ? starts : ends;
    if (change > instant) {
      span.end = MIN (span.end, change);
      continue;
    }
    span.start = change;
    span.offset = to_summer ? rule->summer_offset : rule->offset;
  }
  return span;
}

struct tzif_span
tzif_span_at (const struct tzif *tzif, gint64 instant)
{
  if (tzif->count == 0 && !tzif->rule.given)
    return (struct tzif_span){ G_MININT64, G_MAXINT64, tzif->first_offset };
  gsize low = 0, high = tzif->count; /* the first transition after the instant */
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    if (tzif->times[middle] <= instant)
      low = middle + 1;
    else
      high = middle;
  }
  gint64 start = low == 0 ? G_MININT64 : tzif->times[low - 1];
  if (low == tzif->count && tzif->rule.given) {
    struct tzif_span span = rule_span (&tzif->rule, instant);
    span.start = MAX (span.start, start);
    return span;
  }
  return (struct tzif_span){ start, low == tzif->count ? G_MAXINT64 : tzif->times[low],
                             low == 0 ? tzif->first_offset : tzif->offsets[low - 1] };
}
