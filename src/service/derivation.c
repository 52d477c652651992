/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivations of lines as compact JSON. */
#include "service/derivation.h"

#include "base/json.h"
#include "core/date.h"
#include "core/money.h"
#include "store/usage.h"

#include <string.h>

static void
add_key (GString *out, const char *key)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, key);
  g_string_append (out, "\":");
}

static void
add_plain (GString *out, const char *key, const char *text)
{
  add_key (out, key);
  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
}

static void
add_text (GString *out, const char *key, const char *text)
{
  add_key (out, key);
  json_append_string (out, text);
}

static void
add_decimal (GString *out, const char *key, struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  add_plain (out, key, text);
}

static void
add_decimal_unless_zero (GString *out, const char *key, struct decimal value)
{
  if (decimal_sign (value) != 0)
    add_decimal (out, key, value);
}

static void
add_exact (GString *out, const char *key, const struct exact *value)
{
  char text[EXACT_TEXT_SIZE];
  exact_format (value, text);
  add_plain (out, key, text);
}

static void
add_integer (GString *out, const char *key, gint64 value)
{
  char text[24];
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
  add_key (out, key);
  g_string_append (out, text);
}

static void
add_instant (GString *out, const char *key, gint64 instant_us)
{
  char text[INSTANT_TEXT_SIZE];
  instant_format (instant_us, text);
  add_plain (out, key, text);
}

/* A fraction as the percentage that it was made from. */
static void
add_discount (GString *out, struct decimal discount)
{
  struct decimal percent;
  if (decimal_sign (discount) != 0 && decimal_to_percent (discount, &percent) == DECIMAL_OK)
    add_decimal (out, "discount_percent", percent);
}

void
derivation_of_one_off (GString *ret, const struct one_off_line *one_off)
{
  g_string_assign (ret, "{");
  add_plain (ret, "rule", "one_off");
  add_decimal (ret, "quantity", one_off->quantity);
  add_decimal (ret, "unit_price", one_off->unit_price);
  g_string_append_c (ret, '}');
}

void
derivation_of_fee (GString *ret, const struct line_place *place, const struct fee_line *fee, struct decimal billable)
{
  g_string_assign (ret, "{");
  add_plain (ret, "rule", "fee");
  if (place->role != LINE_REGULAR)
    add_plain (ret, "part", line_role_name (place->role));
  if (place->own_cycle)
    add_plain (ret, "cycle", "own");
  add_decimal (ret, "quantity", fee->count);
  add_decimal_unless_zero (ret, "included", fee->included);
  if (decimal_compare (billable, fee->count) != 0)
    add_decimal (ret, "billable", billable);
  add_decimal (ret, "unit_price", fee->unit_price);
  add_discount (ret, place->plan->discount);
  g_string_append_c (ret, '}');
}

static const char *const part_names[] = { "units", "event_fee", "event_min", "event_max" };

static void
add_step (GString *out, const struct price_step *step)
{
  g_string_append_c (out, '{');
  if (step->part != PRICE_PART_UNITS)
    add_plain (out, "part", part_names[step->part]);
  add_decimal (out, "quantity", step->quantity);
  add_decimal (out, "unit_price", step->unit_price);
  add_decimal_unless_zero (out, "flat_price", step->flat_price);
  if (step->tiered) {
    add_decimal (out, "from", step->tier_from);
    if (!step->unbounded)
      add_decimal (out, "to", step->tier_to);
  }
  add_exact (out, "amount", &step->amount);
  g_string_append_c (out, '}');
}

static void
add_free_events (GString *out, const struct usage_events *events)
{
  if (events->free_count != 0)
    add_integer (out, "free_events", events->free_count);
  add_decimal_unless_zero (out, "free_amount", events->free);
}

static void
add_conversion (GString *out, const struct conversion *conversion, struct decimal converted)
{
  if (conversion_is_none (conversion))
    return;
  add_decimal_unless_zero (out, "unit_size", conversion->unit_size);
  if (conversion->rounding != CONVERSION_EXACT) {
    add_plain (out, "round", plan_rounding_names[conversion->rounding]);
    add_decimal (out, "to", conversion->block);
  }
  add_decimal (out, "converted", converted);
}

static void
add_estimate (GString *out, struct window from)
{
  if (from.to_us <= from.from_us)
    return;
  add_key (out, "estimate");
  g_string_append (out, "true");
  add_key (out, "estimated_from");
  g_string_append_c (out, '{');
  add_instant (out, "start", from.from_us);
  add_instant (out, "end", from.to_us);
  g_string_append_c (out, '}');
}

void
derivation_of_usage (GString *ret, const struct line_place *place, const struct usage_line *usage, struct decimal converted,
                     const struct price_result *result)
{
  const struct price *price = &usage->rate->price;
  g_string_assign (ret, "{");
  add_plain (ret, "rule", price_model_name (price->model));
  add_text (ret, "metric", usage->metric);
  add_plain (ret, "aggregation", aggregation_name (usage->aggregation));
  if (*usage->rate->code != '\0')
    add_text (ret, "filter", usage->rate->code);
  if (place->in_advance)
    add_plain (ret, "billing", "advance");
  add_estimate (ret, place->estimated_from);
  add_integer (ret, "events", usage->bucket->total.event_count);
  if (usage->bucket->total.event_count > 0 && usage->bucket->first_us != EVENT_WITHOUT_TIME) {
    add_instant (ret, "first", usage->bucket->first_us);
    add_instant (ret, "last", usage->bucket->last_us);
  }
  add_decimal_unless_zero (ret, "level_at_start", usage->bucket->carried);
  if (usage->aggregation == AGGREGATE_WEIGHTED_SUM) {
    add_exact (ret, "level_microseconds", &usage->bucket->level_times);
    add_integer (ret, "microseconds", place->whole_us);
  }
  add_decimal (ret, "quantity", usage->bucket->total.quantity);
  add_conversion (ret, usage->conversion, converted);
  add_decimal_unless_zero (ret, "included", price->included);
  if (price->model == PRICE_PACKAGE)
    add_decimal (ret, "package_size", price->package_size);
  if (price->model == PRICE_DYNAMIC) {
    add_exact (ret, "event_amounts", &usage->bucket->total.amount);
    add_decimal (ret, "multiplier", price->multiplier);
  } else {
    if (price_model_is_by_event (price->model))
      add_free_events (ret, &usage->bucket->total.events);
    add_decimal (ret, "billable", result->billable);
    add_key (ret, "steps");
    g_string_append_c (ret, '[');
    for (gsize i = 0; i < result->step_count; i++) {
      if (i > 0)
        g_string_append_c (ret, ',');
      add_step (ret, &result->steps[i]);
    }
    g_string_append_c (ret, ']');
  }
  add_discount (ret, usage->discount);
  g_string_append_c (ret, '}');
}

void
derivation_of_bound (GString *ret, const struct line_place *place, const struct bound_line *bound, enum price_bound which,
                     gint64 charged_minor)
{
  gboolean least = which == PRICE_BOUND_MINIMUM;
  g_string_assign (ret, "{");
  if (bound->metric == NULL)
    add_plain (ret, "rule", least ? "minimum_spend" : "maximum_spend");
  else {
    add_plain (ret, "rule", least ? "minimum" : "maximum");
    add_text (ret, "metric", bound->metric);
  }
  add_decimal (ret, "bound", least ? bound->bounds->minimum : bound->bounds->maximum);
  if (place->ratio.numerator != place->ratio.denominator) {
    char ratio[48];
    g_snprintf (ratio, sizeof ratio, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, place->ratio.numerator, place->ratio.denominator);
    add_plain (ret, "ratio", ratio);
  }
  add_decimal (ret, "charged", money_to_decimal (charged_minor, place->plan->currency));
  g_string_append_c (ret, '}');
}

static void
add_text_unless_empty (GString *out, const char *key, const char *text)
{
  if (text != NULL && *text != '\0')
    add_text (out, key, text);
}

static void
add_side (GString *out, const char *key, const struct line_place *place, const struct late_side *side)
{
  add_key (out, key);
  g_string_append_c (out, '{');
  add_decimal (out, "quantity", side->quantity);
  add_decimal (out, "amount", money_to_decimal (side->amount_minor, place->plan->currency));
  g_string_append_c (out, '}');
}

void
derivation_of_late (GString *ret, const struct line_place *place, const struct late_line *late)
{
  g_string_assign (ret, "{");
  add_plain (ret, "rule", place->role == LINE_LATE ? "late" : "in_advance");
  if (late->in_advance)
    add_plain (ret, "billing", "advance");
  add_text_unless_empty (ret, "metric", late->metric);
  add_text_unless_empty (ret, "filter", late->filter);
  add_text_unless_empty (ret, "group", late->group);
  add_text_unless_empty (ret, "bound", late->bound);
  if (late->event != NULL) {
    add_text (ret, "event", late->event->event_id);
    add_text_unless_empty (ret, "source", late->event->source);
    add_instant (ret, "at", late->event->at_us);
  }
  add_side (ret, "before", place, &late->before);
  add_side (ret, "after", place, &late->after);
  if (late->now != NULL) {
    add_key (ret, "now");
    g_string_append (ret, late->now);
  }
  g_string_append_c (ret, '}');
}

void
derivation_of_part (GString *ret, const struct line_place *place, const struct usage_line *usage, const struct usage_part *part,
                    const char *now)
{
  const struct usage_share *share = part->share;
  g_string_assign (ret, "{");
  add_plain (ret, "rule", "share");
  add_text (ret, "metric", usage->metric);
  add_text_unless_empty (ret, "filter", usage->rate->code);
  add_text (ret, "property", part->property);
  add_text_unless_empty (ret, "group", share->value);
  add_integer (ret, "events", share->event_count);
  if (share->event_count > 0 && share->first_us != EVENT_WITHOUT_TIME) {
    add_instant (ret, "first", share->first_us);
    add_instant (ret, "last", share->last_us);
  }
  add_decimal (ret, "quantity", share->quantity);
  add_side (ret, "whole", place, &part->whole);
  add_key (ret, "now");
  g_string_append (ret, now);
  g_string_append_c (ret, '}');
}

gboolean
derivation_included (const char *derivation, char **ret, GError **error)
{
  g_autoptr (json_object) value = NULL;
  if (!json_parse_text (derivation, strlen (derivation), "derivation", JSON_PLAIN, &value, error))
    return FALSE;
  json_object *included = NULL;
  json_object_object_get_ex (value, "included", &included);
  *ret = included == NULL ? NULL : g_strdup (json_object_get_string (included));
  return TRUE;
}
