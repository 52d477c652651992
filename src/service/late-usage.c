/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for late usage. */
#include "service/late-usage.h"

#include "base/error.h"
#include "core/money.h"
#include "service/life.h"
#include "service/usage-estimate.h"

#include <json-c/json.h>
#include <string.h>

/* What one price or one bound of a period came to, before or now. */
struct sum {
  const char *kind;
  const char *code;
  gint64 metric_id;
  gint64 phase;
  const char *metric; /* NULL: none */
  const char *filter;
  const char *group;
  const char *bound;
  const char *description;
  const char *unit_price;
  const char *category;
  const char *derivation;
  gboolean in_advance;
  struct window period;
  struct late_side side;
  gboolean is_met; /* its counterpart was found */
};

/* One billed period of a subscription. */
struct old_period {
  const struct late_request *request;
  gsize index;
  struct life_period period;
  GStringChunk *text;
  GArray *before;       /* struct sum */
  GArray *estimates;    /* struct usage_estimate: what stands there until something comes for it */
  gint64 cut_us;        /* when the late lines fall due: charges in advance count up to there */
  gboolean with_arrears; /* what is billed when the period is over was billed */
  struct window billed; /* that of the regular lines */
  gboolean has_regular;
};

static void
old_period_clear (struct old_period *old)
{
  g_string_chunk_free (old->text);
  g_array_unref (old->before);
  g_array_unref (old->estimates);
}
typedef struct old_period old_period_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (old_period_t, old_period_clear)

/* --- Which events --- */

static gboolean
counts_on (const struct usage_late_entry *entry, const struct invoice_order *on)
{
  if (on == NULL)
    return entry->billed.id != 0 || !entry->waits;
  return entry->billed.id != 0 && invoice_order_compare (&entry->billed, on) <= 0;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

void
late_left_out (const GArray *entries, const struct invoice_order *on, GArray *ret)
{
  for (guint i = 0; i < entries->len; i++) {
    const struct usage_late_entry *entry = &g_array_index (entries, struct usage_late_entry, i);
    if (!counts_on (entry, on))
      g_array_append_val (ret, entry->usage_id);
  }
  g_array_sort (ret, compare_ids);
}

/* --- What a line is about --- */

static const char *
member_text (json_object *object, const char *key)
{
  json_object *value = NULL;
  return object != NULL && json_object_object_get_ex (object, key, &value) ? json_object_get_string (value) : NULL;
}

static const char *
keep (GStringChunk *text, const char *value)
{
  return value == NULL ? NULL : g_string_chunk_insert_const (text, value);
}

static const char *
keep_member (GStringChunk *text, json_object *object, const char *key)
{
  const char *value = member_text (object, key);
  return keep (text, value == NULL ? "" : value);
}

/* Price or bound, by what the derivation says. */
static void
read_subject (GStringChunk *text, const char *derivation, struct sum *sum)
{
  json_object *object = json_tokener_parse (derivation);
  const char *rule = member_text (object, "rule");
  gboolean is_bound = rule != NULL && (g_str_has_prefix (rule, "minimum") || g_str_has_prefix (rule, "maximum"));
  sum->metric = keep (text, member_text (object, "metric"));
  sum->filter = keep_member (text, object, "filter");
  sum->group = keep_member (text, object, "group");
  sum->in_advance = member_text (object, "billing") != NULL;
  sum->bound = is_bound ? keep (text, rule) : keep_member (text, object, "bound");
  json_object_put (object);
}

static gboolean
is_same_subject (const struct sum *a, const struct sum *b)
{
  return a->phase == b->phase && a->metric_id == b->metric_id && a->in_advance == b->in_advance && strcmp (a->kind, b->kind) == 0 && strcmp (a->code, b->code) == 0
         && strcmp (a->filter, b->filter) == 0 && strcmp (a->group, b->group) == 0 && strcmp (a->bound, b->bound) == 0;
}

static struct sum *
find_sum (GArray *sums, const struct sum *like)
{
  for (guint i = 0; i < sums->len; i++)
    if (is_same_subject (&g_array_index (sums, struct sum, i), like))
      return &g_array_index (sums, struct sum, i);
  return NULL;
}

static gboolean
add_side (struct late_side *to, const struct late_side *side, GError **error)
{
  if (decimal_add (to->quantity, side->quantity, &to->quantity) == DECIMAL_OK
      && money_add (to->amount_minor, side->amount_minor, &to->amount_minor))
    return TRUE;
  return error_set (error, ERROR_FAILED, "what was billed for a period does not fit");
}

static gboolean
read_side (const char *quantity, gint64 amount_minor, struct late_side *ret, GError **error)
{
  ret->amount_minor = amount_minor;
  return decimal_parse (quantity, strlen (quantity), &ret->quantity) == DECIMAL_OK
         || error_set (error, ERROR_LEDGER, "the ledger holds a quantity that is not a decimal: '%s'", quantity);
}

/* --- What was billed before --- */

static gboolean
precedes (const struct billed_usage_line *line, const struct invoice_order *on)
{
  if (on == NULL)
    return line->replaced_by.id == 0;
  return invoice_order_compare (&line->on, on) < 0
         && (line->replaced_by.id == 0 || invoice_order_compare (&line->replaced_by, on) > 0);
}

static gboolean
is_of_period (const struct old_period *old, gint64 phase)
{
  const struct life *life = &old->request->due->subscriptions[old->index].life;
  return phase >= life->phases[old->period.stretch].number && phase <= life->phases[old->period.last].number;
}

static void
widen (struct old_period *old, const struct billed_usage_line *line)
{
  old->billed.from_us = old->has_regular ? MIN (old->billed.from_us, line->period_start_us) : line->period_start_us;
  old->billed.to_us = old->has_regular ? MAX (old->billed.to_us, line->period_end_us) : line->period_end_us;
  old->has_regular = TRUE;
}

static gboolean
note_estimate (const struct old_period *old, const struct billed_usage_line *line, GError **error)
{
  struct usage_estimate estimate = {
    .subscription_id = old->request->due->subscriptions[old->index].subscription.id,
    .period_index = old->period.index,
    .phase = line->phase,
    .code = (char *) line->code,
  };
  return !usage_estimate_is (line->is_late ? LINE_LATE : LINE_REGULAR, line->derivation)
         || usage_estimate_read (line->derivation, &estimate, old->estimates, error);
}

static gboolean
note_billed (const struct billed_usage_line *line, void *data, GError **error)
{
  struct old_period *old = data;
  struct late_side side;
  gboolean in_advance = strstr (line->derivation, "\"billing\":\"advance\"") != NULL;
  if (!is_of_period (old, line->phase) || !precedes (line, old->request->on))
    return TRUE;
  if (!line->is_late && !in_advance)
    widen (old, line);
  if (!note_estimate (old, line, error))
    return FALSE;
  struct sum sum = {
    .kind = keep (old->text, line->kind),
    .code = keep (old->text, line->code),
    .metric_id = line->metric_id,
    .phase = line->phase,
    .unit_price = keep (old->text, line->unit_price),
    .category = keep (old->text, line->category),
    .period = { line->period_start_us, line->period_end_us },
  };
  read_subject (old->text, line->derivation, &sum);
  if (!read_side (line->quantity, line->amount_minor, &side, error))
    return FALSE;
  struct sum *known = find_sum (old->before, &sum);
  if (known == NULL) {
    sum.description = g_str_has_prefix (line->description, "Late: ") ? line->description + strlen ("Late: ") : line->description;
    sum.description = keep (old->text, sum.description);
    g_array_append_val (old->before, sum);
    known = &g_array_index (old->before, struct sum, old->before->len - 1);
  }
  return add_side (&known->side, &side, error);
}

/* A period of which no part has terms of its own has the window that stands on its lines: the zone may have changed since then. */
static void
settle_window (struct old_period *old, struct life_position *at)
{
  const struct life *life = &old->request->due->subscriptions[old->index].life;
  gsize next = old->period.terms + 1;
  if (!old->has_regular || (next < life->count && life->phases[next].from.day < old->period.days.end.day))
    return;
  old->period.window = old->billed;
  at->from_us = old->billed.to_us;
}

/* Is the period one that may have late lines? One that is billed; with charges in advance also one that is not over. */
static gboolean
is_old (struct old_period *old, const struct life_position *end)
{
  const struct life_period *period = &old->period;
  old->with_arrears = period->stretch < end->phase || (period->stretch == end->phase && period->index < end->index);
  return old->with_arrears
         || (period->window.from_us < old->cut_us && due_has_advance (&old->request->due->subscriptions[old->index]));
}

/* The next such period with what stands on invoices of it; *ret_any: there is one. */
static gboolean
next_billed (struct old_period *old, struct life_position *at, gboolean *ret_any, GError **error)
{
  const struct billed_subscription *billed = &old->request->due->subscriptions[old->index];
  struct life_position end = life_position_billed (&billed->life, &billed->subscription, LIFE_USAGE);
  g_array_set_size (old->before, 0);
  g_array_set_size (old->estimates, 0);
  g_string_chunk_clear (old->text);
  old->has_regular = FALSE;
  *ret_any = FALSE;
  if (!life_next (&billed->life, LIFE_USAGE, billed->zone, at, &old->period) || !is_old (old, &end))
    return TRUE;
  const struct billed_usage_period asked = { billed->subscription.id, old->period.index };
  if (!billed_usage_each (old->request->ledger, asked, note_billed, old, error))
    return FALSE;
  settle_window (old, at);
  *ret_any = TRUE;
  return TRUE;
}

/* --- The difference --- */

static const struct life_phase *
phase_of (const struct old_period *old, gint64 number)
{
  const struct life *life = &old->request->due->subscriptions[old->index].life;
  gsize i = 0;
  while (i + 1 < life->count && life->phases[i].number < number)
    i++;
  return &life->phases[i];
}

static gboolean
add_difference (const struct old_period *old, const struct sum *sum, const struct late_side *before, const struct late_side *after,
                gint64 due_us, GError **error)
{
  const struct billed_subscription *billed = &old->request->due->subscriptions[old->index];
  if (before->amount_minor == after->amount_minor
      && (*sum->bound != '\0' || sum->in_advance || decimal_compare (before->quantity, after->quantity) == 0))
    return TRUE;
  const struct line_place place = {
    .subscription_id = billed->subscription.id,
    .phase = sum->phase,
    .role = LINE_LATE,
    .scope = billed->scope,
    .plan = phase_of (old, sum->phase)->plan,
    .due_us = due_us,
    .period_index = old->period.index,
    .period = sum->period,
    .ratio = RATIO_ONE,
  };
  const struct late_line late = {
    .kind = sum->kind,
    .code = sum->code,
    .description = sum->description,
    .metric = sum->metric,
    .metric_id = sum->metric_id,
    .filter = sum->filter,
    .group = sum->group,
    .bound = sum->bound,
    .unit_price = sum->unit_price,
    .category = sum->category,
    .in_advance = sum->in_advance,
    .before = *before,
    .after = *after,
    .now = sum->derivation,
  };
  return draft_add_late (old->request->sheet, &place, &late, error);
}

static gboolean
add_line (struct old_period *old, const struct invoice_line *line, gint64 due_us, GError **error)
{
  struct late_side after, none = { DECIMAL_ZERO, 0 };
  struct sum now = {
    .kind = line->kind,
    .code = line->code,
    .metric_id = line->metric_id,
    .phase = line->phase,
    .description = line->description,
    .unit_price = line->unit_price,
    .category = line->category,
    .derivation = line->derivation,
    .period = { line->period_start_us, line->period_end_us },
  };
  read_subject (old->text, line->derivation, &now);
  struct sum *before = find_sum (old->before, &now);
  if (before != NULL)
    before->is_met = TRUE;
  return read_side (line->quantity, line->amount_minor, &after, error)
         && add_difference (old, &now, before == NULL ? &none : &before->side, &after, due_us, error);
}

/* All of the period as it comes to now, on the scratch. */
static gboolean
draw_up (const struct old_period *old, GError **error)
{
  const struct late_request *request = old->request;
  const struct billed_subscription *billed = &request->due->subscriptions[old->index];
  struct due_again again = {
    .index = old->index,
    .phase = billed->life.phases[old->period.terms].number,
    .period_index = old->period.index,
    .period = old->period.window,
    .due = { G_MININT64, old->cut_us },
    .estimates = old->estimates,
    .keep_estimates = TRUE,
  };
  draft_sheet_clear (request->scratch);
  if (old->with_arrears && !due_usage_again (request->reader, request->due, &again, request->scratch, error))
    return FALSE;
  again.usage = DUE_ADVANCE_TOTAL;
  return !due_has_advance (billed) || due_usage_again (request->reader, request->due, &again, request->scratch, error);
}

/* That against what was billed. */
static gboolean
add_period (struct old_period *old, gint64 due_us, GError **error)
{
  const struct late_request *request = old->request;
  const struct late_side none = { DECIMAL_ZERO, 0 };
  struct draft_view view = { 0 };
  if (!draw_up (old, error))
    return FALSE;
  draft_sheet_join (request->scratch);
  if (!draft_sheet_close (request->scratch, NULL, error))
    return FALSE;
  if (draft_count (request->scratch) > 0)
    view = draft_at (request->scratch, 0);
  for (gsize i = 0; i < view.line_count; i++)
    if (!add_line (old, &view.lines[i], due_us, error))
      return FALSE;
  for (guint i = 0; i < old->before->len; i++) {
    const struct sum *sum = &g_array_index (old->before, struct sum, i);
    if (!sum->is_met && (old->with_arrears || sum->in_advance) && !add_difference (old, sum, &sum->side, &none, due_us, error))
      return FALSE;
  }
  return TRUE;
}

/* --- From events to periods --- */

/* When the late usage of the subscription falls due; FALSE: nothing of it does. */
static gboolean
find_due (const struct late_request *request, gsize index, struct late_alone alone, gint64 *ret_us)
{
  const struct billed_subscription *billed = &request->due->subscriptions[index];
  /* Of a charge in advance, everything up to the late line counts: it must not stand before what is billed. */
  gboolean after = due_has_advance (billed) && billed->subscription.has_billed_through;
  gint64 from_us = after ? billed->subscription.billed_through_us + 1 : G_MININT64;
  *ret_us = draft_sheet_next_due (request->sheet, billed->scope, billed->life.phases[0].plan->currency, from_us);
  if (*ret_us != G_MAXINT64)
    return TRUE;
  *ret_us = alone.at_us;
  return alone.allowed;
}

/* Does the event change what the period comes to? */
static gboolean
touches (const struct late_request *request, const struct usage_late_entry *entry, struct window window)
{
  return entry->at_us < window.to_us && (entry->at_us >= window.from_us || due_metric_stays (request->reader, entry->metric_id));
}

/* The late usage of one subscription: every billed period that one of the events touches. */
static gboolean
add_subscription (const struct late_request *request, gsize index, const GArray *entries, gint64 due_us, GError **error)
{
  const struct billed_subscription *billed = &request->due->subscriptions[index];
  g_auto (old_period_t) old = {
    .request = request,
    .index = index,
    .cut_us = due_us,
    .text = g_string_chunk_new (1024),
    .before = g_array_new (FALSE, FALSE, sizeof (struct sum)),
    .estimates = usage_estimates_new (),
  };
  struct life_position at = life_position_start (&billed->life, 0, LIFE_USAGE, billed->zone);
  for (;;) {
    gboolean any = FALSE, touched = FALSE;
    if (!next_billed (&old, &at, &any, error))
      return FALSE;
    if (!any)
      return TRUE;
    for (guint i = 0; i < entries->len && !touched; i++)
      touched = touches (request, &g_array_index (entries, struct usage_late_entry, i), old.period.window);
    if (touched && !add_period (&old, due_us, error))
      return FALSE;
  }
}

static gboolean
counts_for (const struct late_request *request, const struct usage_late_entry *entry, gsize index)
{
  const struct due_event event = { entry->customer_id, entry->metric_id, entry->subscription_id, entry->at_us };
  return entry->billed.id == 0 && !entry->waits && due_counts_for (request->reader, request->due, &event, index);
}

gboolean
late_usage_add (const struct late_request *request, const GArray *entries, struct late_alone alone, GArray *ret_placed, GError **error)
{
  g_autoptr (GArray) chosen = g_array_new (FALSE, FALSE, sizeof (struct usage_late_entry));
  for (gsize index = 0; entries->len > 0 && index < request->due->count; index++) {
    const struct billed_subscription *billed = &request->due->subscriptions[index];
    gint64 due_us = 0;
    g_array_set_size (chosen, 0);
    for (guint i = 0; i < entries->len; i++) {
      const struct usage_late_entry *entry = &g_array_index (entries, struct usage_late_entry, i);
      if (counts_for (request, entry, index))
        g_array_append_vals (chosen, entry, 1);
    }
    if (chosen->len == 0 || !find_due (request, index, alone, &due_us))
      continue;
    if (!add_subscription (request, index, chosen, due_us, error))
      return FALSE;
    for (guint i = 0; i < chosen->len; i++) {
      struct late_placed placed = { g_array_index (chosen, struct usage_late_entry, i).usage_id, billed->scope,
                                    billed->life.phases[0].plan->currency, due_us };
      g_array_append_val (ret_placed, placed);
    }
  }
  return TRUE;
}

gboolean
late_usage_again (const struct late_request *request, const struct late_again *again, GError **error)
{
  const struct billed_subscription *billed = &request->due->subscriptions[again->index];
  g_auto (old_period_t) old = {
    .request = request,
    .index = again->index,
    .cut_us = request->due->as_of_us,
    .text = g_string_chunk_new (1024),
    .before = g_array_new (FALSE, FALSE, sizeof (struct sum)),
    .estimates = usage_estimates_new (),
  };
  struct life_position at = life_position_start (&billed->life, 0, LIFE_USAGE, billed->zone);
  for (;;) {
    gboolean any = FALSE;
    if (!next_billed (&old, &at, &any, error))
      return FALSE;
    if (!any)
      return TRUE;
    old.with_arrears = again->with_arrears;
    if (old.period.index == again->period_index && is_of_period (&old, again->phase))
      return add_period (&old, 0, error);
  }
}
