/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an event to its line. */
#include "service/counted-lines.h"

#include "core/date.h"
#include "store/invoice.h"
#include "store/usage.h"

#include <json-c/json.h>
#include <string.h>

/* How an event finds its line. */
struct known_line {
  gint64 position;
  gint64 subscription_id;
  gint64 phase;
  gint64 metric_id;
  gint64 period_start_us;
  gint64 at_us;   /* of a line in advance, its event; G_MININT64: it is for many */
  char *filter;
  char *property; /* by which it is split; NULL: it is not */
  char *group;    /* "": the events without it */
};

struct counted_lines {
  GArray *known; /* struct known_line */
};

static void
known_line_clear (gpointer data)
{
  struct known_line *known = data;
  g_free (known->filter);
  g_free (known->property);
  g_free (known->group);
}

struct counted_lines *
counted_lines_new (void)
{
  struct counted_lines *lines = g_new0 (struct counted_lines, 1);
  lines->known = g_array_new (FALSE, FALSE, sizeof (struct known_line));
  g_array_set_clear_func (lines->known, known_line_clear);
  return lines;
}

void
counted_lines_free (struct counted_lines *lines)
{
  if (lines == NULL)
    return;
  g_array_unref (lines->known);
  g_free (lines);
}

const char *
derivation_text (json_object *derivation, const char *key)
{
  json_object *value = NULL;
  return derivation != NULL && json_object_object_get_ex (derivation, key, &value) ? json_object_get_string (value) : NULL;
}

gint64
derivation_instant (json_object *derivation, const char *key)
{
  const char *text = derivation_text (derivation, key);
  struct time_text time;
  return text != NULL && time_parse (text, strlen (text), &time) == TIME_OK ? time_instant_us (&time) : 0;
}

json_object *
derivation_of_events (json_object *derivation)
{
  json_object *now = NULL;
  const char *rule = derivation_text (derivation, "rule");
  gboolean is_difference = g_strcmp0 (rule, "late") == 0 || g_strcmp0 (rule, "in_advance") == 0;
  if (!is_difference)
    return derivation;
  return json_object_object_get_ex (derivation, "now", &now) ? now : NULL;
}

gboolean
derivation_is_bound (json_object *derivation)
{
  const char *rule = derivation_text (derivation, "rule");
  return derivation_text (derivation, "bound") != NULL || rule == NULL || g_str_has_prefix (rule, "minimum")
         || g_str_has_prefix (rule, "maximum");
}

void
counted_lines_add (struct counted_lines *lines, const struct invoice_line *line, json_object *derivation)
{
  const char *filter = derivation_text (derivation, "filter"), *group = derivation_text (derivation, "group");
  gint64 at_us = derivation_instant (derivation, "at");
  const struct known_line known = {
    .position = line->position,
    .subscription_id = line->subscription_id,
    .phase = line->phase,
    .metric_id = line->metric_id,
    .period_start_us = line->period_start_us,
    .at_us = at_us == 0 ? G_MININT64 : at_us,
    .filter = g_strdup (filter == NULL ? "" : filter),
    .property = g_strdup (derivation_text (derivation_of_events (derivation), "property")),
    .group = g_strdup (group == NULL ? "" : group),
  };
  g_array_append_val (lines->known, known);
}

static gboolean
is_of_group (const struct known_line *known, const struct usage_event *event)
{
  if (known->property == NULL)
    return TRUE;
  json_object *properties = event->properties == NULL ? NULL : json_tokener_parse (event->properties);
  const char *value = derivation_text (properties, known->property);
  gboolean same = strcmp (value == NULL ? "" : value, known->group) == 0;
  json_object_put (properties);
  return same;
}

gboolean
counted_lines_find (const struct counted_lines *lines, const struct due_counted *counted, gint64 *ret_position)
{
  const struct line_place *place = counted->place;
  for (guint i = 0; i < lines->known->len; i++) {
    const struct known_line *known = &g_array_index (lines->known, struct known_line, i);
    if (known->subscription_id == place->subscription_id && known->phase == place->phase && known->metric_id == counted->metric_id
        && known->period_start_us == place->period.from_us && strcmp (known->filter, counted->filter) == 0
        && (known->at_us == G_MININT64 || known->at_us == counted->event->at_us) && is_of_group (known, counted->event)) {
      *ret_position = known->position;
      return TRUE;
    }
  }
  return FALSE;
}
