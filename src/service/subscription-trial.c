/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials that last longer, or shorter. */
#include "service/subscription-change.h"

#include "base/error.h"
#include "service/subscribe.h"
#include "service/subscription-phase.h"
#include "store/phase.h"

static gboolean
find_trial_end (const struct subscription_context *context, const struct trial_request *request, const struct subscription_view *view,
                struct date *ret, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  struct date today = phase_day (context, view, NULL), old = view->life.phases[0].anchor;
  char text[DATE_TEXT_SIZE], was[DATE_TEXT_SIZE];
  *ret = request->until != NULL ? phase_day (context, view, request->until) : (struct date){ old.day + (gint32) MIN (request->days, TRIAL_DAYS_MAX) };
  date_format (*ret, text);
  date_format (old, was);
  if (ret->day == old.day)
    return error_set (error, ERROR_REFUSED, "the trial of subscription %s lasts until %s already", subscription->code, was);
  if (ret->day < today.day)
    return error_set (error, ERROR_REFUSED, "the trial of subscription %s cannot end on %s, which is over", subscription->code, text);
  if (ret->day - subscription->start.day > TRIAL_DAYS_MAX)
    return error_set (error, ERROR_USAGE, "a trial lasts at most %d days", TRIAL_DAYS_MAX);
  return TRUE;
}

static gboolean
check_trial (const struct subscription_context *context, const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  struct date today = phase_day (context, view, NULL), anchor = view->life.phases[0].anchor;
  char text[DATE_TEXT_SIZE];
  date_format (anchor, text);
  if (!phase_check_runs (view, today.day < subscription->start.day ? subscription->start : today, error))
    return FALSE;
  if (anchor.day <= subscription->start.day)
    return error_set (error, ERROR_REFUSED, "subscription %s has no trial", subscription->code);
  if (today.day >= anchor.day || subscription->has_billed_through)
    return error_set (error, ERROR_REFUSED, "the trial of subscription %s was over on %s", subscription->code, text);
  return TRUE;
}

/* Nothing is billed yet, so that all phases so far may begin their periods on another day. */
static gboolean
move_anchor (struct subscription_context *context, struct subscription_view *view, struct date anchor, GError **error)
{
  struct subscription *subscription = &view->row->subscription;
  for (gsize i = 0; subscription->phases > 1 && i < view->life.count; i++)
    if (view->life.phases[i].anchor.day == view->life.phases[0].anchor.day
        && !phase_set_anchor (context->ledger, subscription->id, view->life.phases[i].number, anchor, error))
      return FALSE;
  subscription->anchor = anchor;
  subscription->fees_from_us = subscription->usage_from_us = timezone_day_start_us (view->zone, anchor);
  return subscription_set_terms (context->ledger, subscription, error) && subscription_set_billed (context->ledger, subscription, error);
}

static gboolean
trial_work (struct subscription_context *context, const void *data, struct change_result *result, GError **error)
{
  const struct trial_request *request = data;
  g_auto (subscription_view_t) view = { 0 };
  struct date end = { 0 };
  if (!subscription_get (context, request->subscription, &view, error) || !check_trial (context, &view, error)
      || !find_trial_end (context, request, &view, &end, error))
    return FALSE;
  char old[DATE_TEXT_SIZE], new[DATE_TEXT_SIZE];
  date_format (view.life.phases[0].anchor, old);
  date_format (end, new);
  result->kind = end.day > view.life.phases[0].anchor.day ? "longer trial" : "shorter trial";
  result->effective = end;
  result->effective_us = timezone_day_start_us (view.zone, end);
  result->detail = g_strdup_printf ("trial until %s instead of %s", new, old);
  const struct phase_words words = { "trial", result->detail };
  return move_anchor (context, &view, end, error) && phase_event (context->ledger, &view.row->subscription, end, &words, error)
         && phase_result_bare (context, view.row->subscription.code, result, error);
}

gboolean
subscription_extend_trial (struct subscription_context *context, const struct trial_request *request, struct change_result *ret,
                           GError **error)
{
  return phase_transaction (context, trial_work, request, ret, error);
}
