/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cancellation, undoing, renewal. */
#include "service/subscription-change.h"

#include "base/error.h"
#include "service/due-addon.h"
#include "service/subscription-phase.h"
#include "store/audit.h"
#include "store/phase.h"

#include <string.h>

/* --- Cancellation --- */

/* The first day that is not billed any more. Today is still billed. */
static gboolean
find_end (const struct subscription_context *context, const struct cancel_request *request, const struct subscription_view *view,
          struct date *ret, GError **error)
{
  struct date today = phase_day (context, view, NULL), end;
  const struct subscription *subscription = &view->row->subscription;
  if (request->at != NULL)
    end = phase_day (context, view, request->at);
  else if (request->now)
    end = (struct date){ today.day + 1 };
  else
    end = phase_period_end (view, today);
  if (end.day <= subscription->start.day) {
    char text[DATE_TEXT_SIZE], start[DATE_TEXT_SIZE];
    date_format (end, text);
    date_format (subscription->start, start);
    return error_set (error, ERROR_REFUSED, "subscription %s starts on %s: it cannot end on %s", subscription->code, start, text);
  }
  *ret = end;
  return TRUE;
}

static gboolean
check_cancel (const struct subscription_view *view, struct date end, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  char text[DATE_TEXT_SIZE];
  date_format (subscription->end, text);
  if (subscription->has_end && subscription->is_canceled) {
    error_set (error, ERROR_REFUSED, "subscription %s is canceled already, as of %s", subscription->code, text);
    return error_add_hint (error, "`billctl subscription undo %s` takes that back while it is not over", subscription->code);
  }
  if (subscription->has_end && end.day >= subscription->end.day)
    return error_set (error, ERROR_REFUSED, "subscription %s ends on %s anyway", subscription->code, text);
  return phase_check_last (view, end, error);
}

static gboolean
cancel_work (struct subscription_context *context, const void *data, struct change_result *result, GError **error)
{
  const struct cancel_request *request = data;
  g_auto (subscription_view_t) view = { 0 };
  struct date end = { 0 };
  if (!subscription_get (context, request->subscription, &view, error) || !find_end (context, request, &view, &end, error)
      || !check_cancel (&view, end, error))
    return FALSE;
  struct subscription *subscription = &view.row->subscription;
  struct phase_plan plan = phase_plan_from (&view, end, timezone_day_start_us (view.zone, end));
  char text[DATE_TEXT_SIZE];
  date_format (end, text);
  plan.phase.state = PHASE_ENDED;
  plan.due_at_start = TRUE;
  plan.proration = request->proration == CHANGE_NONE ? CHANGE_NONE : CHANGE_CREATE;
  subscription->has_end = TRUE;
  subscription->end = end;
  subscription->is_canceled = TRUE;
  result->kind = "cancellation";
  result->detail = g_strdup_printf ("ends on %s%s%s", text, request->reason == NULL ? "" : ": ", request->reason == NULL ? "" : request->reason);
  const struct phase_words words = { "canceled", result->detail };
  return phase_record (context, &view, &plan, &words, error) && phase_result (context, &view, result, error);
}

gboolean
subscription_cancel (struct subscription_context *context, const struct cancel_request *request, struct change_result *ret, GError **error)
{
  return phase_transaction (context, cancel_work, request, ret, error);
}

/* --- What is over --- */

static gboolean
ends_inside (const struct cycle *cycle, struct date end, gint64 *ret_index)
{
  struct period period;
  *ret_index = cycle_index (cycle, end);
  return *ret_index >= 0 && cycle_period (cycle, *ret_index, &period) && period.start.day < end.day;
}

/* Did the end cut a period short that was charged before periods began anew with the phase? */
static gboolean
cut_before (const struct subscription_view *view, gsize phase, struct date end)
{
  const struct life *life = &view->life;
  struct life_position at = life_position_on (life, phase - 1, LIFE_FEES, view->zone, (struct date){ end.day - 1 });
  struct life_period period;
  return life_step (life, LIFE_FEES, view->zone, &at, &period) && period.days.end.day == end.day && period.days.end.day < period.whole.end.day
         && (period.days.start.day < life->phases[phase].from.day || life_is_settled (&life->phases[phase], &period));
}

static gboolean
is_fee_short (const struct subscription_view *view, struct date end)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct life *life = &view->life;
  const struct life_phase *last = &life->phases[life->count - 1];
  struct cycle cycle = { last->anchor, last->fee_interval, last->alignment };
  gint64 index = 0;
  if (ends_inside (&cycle, end, &index) && timezone_date (view->zone, subscription->fees_from_us).day == end.day)
    return TRUE;
  for (gsize p = 1; !subscription->is_canceled && p < life->count; p++)
    if (life->phases[p].state != PHASE_ENDED && !life_goes_on (life, p) && cut_before (view, p, end))
      return TRUE;
  return FALSE;
}

static gboolean
is_addon_short (const struct subscription_context *context, const struct subscription_view *view, const char *code, gboolean *ret,
                GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  struct life_clock clock = due_addon_clock (&view->life, code);
  const struct cycle cycle = { view->life.phases[0].anchor, clock.interval, view->life.phases[0].alignment };
  struct life_period period;
  gint64 index = 0, billed = 0;
  if (!subscription_addon_billed (context->ledger, subscription->id, code, &billed, error))
    return FALSE;
  *ret = FALSE;
  if (!ends_inside (&cycle, subscription->end, &index) || billed <= index)
    return TRUE;
  struct life_position at = life_position_at (&view->life, clock, view->zone, index);
  *ret = life_step (&view->life, clock, view->zone, &at, &period) && period.days.end.day == subscription->end.day;
  return TRUE;
}

/* A last period that was charged as a short one cannot grow any more: of the fees, or of an add-on with a cycle of its own. */
static gboolean
check_last_period (const struct subscription_context *context, const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  gboolean is_short = is_fee_short (view, subscription->end);
  due_addon_codes (&view->life, codes);
  for (guint i = 0; i < codes->len && !is_short; i++)
    if (!is_addon_short (context, view, g_ptr_array_index (codes, i), &is_short, error))
      return FALSE;
  char text[DATE_TEXT_SIZE];
  date_format (subscription->end, text);
  return !is_short
         || error_set (error, ERROR_REFUSED, "the last period of subscription %s, up to %s, is billed as a short one", subscription->code, text);
}

/* --- Undoing --- */

static gboolean
check_undo (const struct subscription_context *context, const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  char text[DATE_TEXT_SIZE];
  if (view->life.count == 1)
    return error_set (error, ERROR_REFUSED, "subscription %s was never changed", subscription->code);
  date_format (last->from, text);
  if (phase_day (context, view, NULL).day > last->from.day)
    return error_set (error, ERROR_REFUSED, "the last change of subscription %s took effect on %s: it is over", subscription->code, text);
  gint64 billed_us = MIN (last->adjust_at_us, last->from_us);
  if (subscription->has_billed_through && subscription->billed_through_us >= billed_us
      && (!last->has_settled || last->settled_us < billed_us))
    return error_set (error, ERROR_REFUSED, "the last change of subscription %s, from %s, stands on an issued invoice", subscription->code,
                      text);
  return last->state != PHASE_ENDED || check_last_period (context, view, error);
}

/* The terms of the row are those before it again. */
static gboolean
take_back (struct subscription_context *context, struct subscription_view *view, GError **error)
{
  struct subscription *subscription = &view->row->subscription;
  const struct life_phase *last = &view->life.phases[view->life.count - 1], *before = last - 1;
  if (last->state == PHASE_ENDED) {
    subscription->has_end = subscription->has_contract_end;
    subscription->end = subscription->contract_end;
    subscription->is_canceled = FALSE;
  }
  subscription->phases--;
  subscription->plan_version_id = before->plan->version_id;
  subscription->fee_interval = before->fee_interval;
  subscription->alignment = before->alignment;
  if (!phase_delete (context->ledger, subscription->id, last->number, error)
      || (subscription->phases == 1 && !phase_delete (context->ledger, subscription->id, before->number, error))
      || !subscription_set_terms (context->ledger, subscription, error)
      || !subscription_items_delete (context->ledger, subscription->id, error))
    return FALSE;
  for (gsize i = 0; i < before->items.count; i++)
    if (!subscription_item_insert (context->ledger, subscription->id, &before->items.items[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
undo_work (struct subscription_context *context, const void *request, struct change_result *result, GError **error)
{
  g_auto (subscription_view_t) view = { 0 };
  if (!subscription_get (context, request, &view, error) || !check_undo (context, &view, error))
    return FALSE;
  const struct life_phase *last = &view.life.phases[view.life.count - 1];
  char text[DATE_TEXT_SIZE];
  date_format (last->from, text);
  result->kind = "undo";
  result->effective = last->from;
  result->effective_us = last->from_us;
  result->detail = g_strdup_printf ("%s from %s taken back", last->state == PHASE_ENDED ? "cancellation" : "change", text);
  const struct phase_words words = { "undone", result->detail };
  return take_back (context, &view, error) && phase_event (context->ledger, &view.row->subscription, result->effective, &words, error)
         && phase_result_bare (context, view.row->subscription.code, result, error);
}

static gboolean
cancel_undo_work (struct subscription_context *context, const void *request, struct change_result *result, GError **error)
{
  g_auto (subscription_view_t) view = { 0 };
  if (!subscription_get (context, request, &view, error))
    return FALSE;
  if (view.life.phases[view.life.count - 1].state != PHASE_ENDED)
    return error_set (error, ERROR_REFUSED, "subscription %s is not canceled", view.row->subscription.code);
  return undo_work (context, request, result, error);
}

gboolean
subscription_cancel_undo (struct subscription_context *context, const char *subscription, struct change_result *ret, GError **error)
{
  return phase_transaction (context, cancel_undo_work, subscription, ret, error);
}

gboolean
subscription_undo (struct subscription_context *context, const char *subscription, struct change_result *ret, GError **error)
{
  return phase_transaction (context, undo_work, subscription, ret, error);
}

/* --- History --- */

gboolean
subscription_history (struct subscription_context *context, const char *subscription, subscription_event_visit visit, void *data,
                      GError **error)
{
  g_auto (subscription_view_t) view = { 0 };
  return subscription_get (context, subscription, &view, error)
         && subscription_event_each (context->ledger, view.row->subscription.id, visit, data, error);
}

/* --- Renewal --- */

static gboolean
find_new_end (const struct subscription_context *context, const struct renew_request *request, const struct subscription_view *view,
              struct date *ret, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  char old[DATE_TEXT_SIZE], new[DATE_TEXT_SIZE];
  if (request->until != NULL)
    *ret = phase_day (context, view, request->until);
  else {
    struct cycle cycle = { last->anchor, last->fee_interval, last->alignment };
    gint64 periods = MAX (request->periods, 1), index = cycle_index (&cycle, subscription->contract_end);
    struct period period;
    /* An end inside a period: that period is completed first. */
    if (index >= 0 && cycle_period (&cycle, index, &period) && period.start.day == subscription->contract_end.day)
      index--;
    if (!cycle_period (&cycle, index + periods, &period))
      return error_set (error, ERROR_USAGE, "%" G_GINT64_FORMAT " more periods do not lie in the calendar", periods);
    *ret = period.end;
  }
  if (ret->day > subscription->contract_end.day)
    return TRUE;
  date_format (subscription->contract_end, old);
  date_format (*ret, new);
  return error_set (error, ERROR_REFUSED, "subscription %s ends on %s: %s is no later end", subscription->code, old, new);
}

/* A change that was recorded when everything up to the end was billed settled with what there was. Fees behind that end would fall due
 * before it did, under the old terms, and nobody would settle them. */
static gboolean
check_changes_after_end (const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  gint64 end_us = timezone_day_start_us (view->zone, subscription->end);
  for (gsize i = 1; i < view->life.count; i++) {
    const struct life_phase *phase = &view->life.phases[i];
    char text[DATE_TEXT_SIZE];
    if (phase->state == PHASE_ENDED || !phase->has_settled || phase->settled_us < end_us)
      continue;
    date_format (subscription->end, text);
    error_set (error, ERROR_REFUSED, "subscription %s was changed after it had ended on %s and was billed", subscription->code, text);
    return error_add_hint (error, "`billctl subscribe` begins anew on that day");
  }
  return TRUE;
}

static gboolean
check_renew (const struct subscription_context *context, const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  if (subscription->is_canceled) {
    error_set (error, ERROR_REFUSED, "subscription %s is canceled: there is nothing to renew", subscription->code);
    return error_add_hint (error, "`billctl subscription undo %s` takes a cancellation back; `billctl subscribe` begins anew", subscription->code);
  }
  if (!subscription->has_end)
    return error_set (error, ERROR_REFUSED, "subscription %s has no end: it renews itself", subscription->code);
  return check_changes_after_end (view, error) && check_last_period (context, view, error);
}

static gboolean
renew_work (struct subscription_context *context, const void *data, struct change_result *result, GError **error)
{
  const struct renew_request *request = data;
  g_auto (subscription_view_t) view = { 0 };
  struct date end = { 0 };
  if (!subscription_get (context, request->subscription, &view, error) || !check_renew (context, &view, error)
      || (!request->for_ever && !find_new_end (context, request, &view, &end, error)))
    return FALSE;
  struct subscription *subscription = &view.row->subscription;
  char old[DATE_TEXT_SIZE], new[DATE_TEXT_SIZE];
  date_format (subscription->end, old);
  date_format (end, new);
  result->kind = "renewal";
  result->effective = subscription->end;
  result->effective_us = timezone_day_start_us (view.zone, subscription->end);
  result->detail = request->for_ever ? g_strdup_printf ("goes on behind %s, without an end", old)
                                     : g_strdup_printf ("ends on %s instead of %s", new, old);
  subscription->has_end = subscription->has_contract_end = !request->for_ever;
  subscription->end = subscription->contract_end = end;
  const struct phase_words words = { "renewed", result->detail };
  return subscription_set_terms (context->ledger, subscription, error)
         && phase_event (context->ledger, subscription, result->effective, &words, error)
         && phase_result_bare (context, subscription->code, result, error);
}

gboolean
subscription_renew (struct subscription_context *context, const struct renew_request *request, struct change_result *ret, GError **error)
{
  return phase_transaction (context, renew_work, request, ret, error);
}
