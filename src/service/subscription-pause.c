/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pauses. */
#include "service/subscription-change.h"

#include "base/error.h"
#include "service/subscription-phase.h"

static gboolean
is_paused (const struct life_phase *phase)
{
  return phase->state == PHASE_PAUSED || phase->state == PHASE_PAUSED_BILLED;
}

/* Behind the view as it stands then. */
static gboolean
record_resume (struct subscription_context *context, const char *code, struct date day, int proration, struct change_result *result,
               GError **error)
{
  g_auto (subscription_view_t) view = { 0 };
  if (!subscription_get (context, code, &view, error))
    return FALSE;
  const struct life_phase *last = &view.life.phases[view.life.count - 1];
  char text[DATE_TEXT_SIZE];
  date_format (day, text);
  struct phase_plan plan = phase_plan_from (&view, day, timezone_day_start_us (view.zone, day));
  plan.phase.state = PHASE_ACTIVE;
  plan.phase.items = last->items;
  plan.due_at_start = TRUE;
  plan.proration = proration == CHANGE_NONE ? CHANGE_NONE : CHANGE_CREATE;
  g_autofree char *detail = g_strdup_printf ("goes on from %s", text);
  const struct phase_words words = { "resumed", detail };
  if (!phase_record (context, &view, &plan, &words, error))
    return FALSE;
  if (result->detail == NULL)
    result->detail = g_steal_pointer (&detail);
  return TRUE;
}

static gboolean
check_pause (const struct subscription_context *context, const struct pause_request *request, const struct subscription_view *view,
             struct date day, GError **error)
{
  const struct life_phase *last = &view->life.phases[view->life.count - 1];
  if (!phase_check_runs (view, day, error) || !phase_check_last (view, day, error))
    return FALSE;
  if (is_paused (last))
    return error_set (error, ERROR_REFUSED, "subscription %s is paused already", view->row->subscription.code);
  if (request->until != NULL && phase_day (context, view, request->until).day <= day.day)
    return error_set (error, ERROR_USAGE, "the end of the pause is not after its start");
  return TRUE;
}

static gboolean
pause_work (struct subscription_context *context, const void *data, struct change_result *result, GError **error)
{
  const struct pause_request *request = data;
  g_auto (subscription_view_t) view = { 0 };
  if (!subscription_get (context, request->subscription, &view, error))
    return FALSE;
  struct date day = phase_day (context, &view, request->at);
  if (!check_pause (context, request, &view, day, error))
    return FALSE;
  struct phase_plan plan = phase_plan_from (&view, day, timezone_day_start_us (view.zone, day));
  char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
  date_format (day, from);
  plan.phase.state = request->billed ? PHASE_PAUSED_BILLED : PHASE_PAUSED;
  plan.due_at_start = TRUE;
  plan.proration = request->proration == CHANGE_NONE ? CHANGE_NONE : CHANGE_CREATE;
  if (request->until != NULL)
    date_format (phase_day (context, &view, request->until), until);
  result->kind = "pause";
  result->detail = g_strdup_printf ("paused from %s%s%s, %s", from, request->until == NULL ? "" : " to ", request->until == NULL ? "" : until,
                                    request->billed ? "billed all the same" : "without billing");
  const struct phase_words words = { "paused", result->detail };
  const char *code = view.row->subscription.code;
  return phase_record (context, &view, &plan, &words, error)
         && (request->until == NULL
             || record_resume (context, code, phase_day (context, &view, request->until), request->proration, result, error))
         && phase_result (context, &view, result, error);
}

gboolean
subscription_pause (struct subscription_context *context, const struct pause_request *request, struct change_result *ret, GError **error)
{
  return phase_transaction (context, pause_work, request, ret, error);
}

static gboolean
resume_work (struct subscription_context *context, const void *data, struct change_result *result, GError **error)
{
  const struct resume_request *request = data;
  g_auto (subscription_view_t) view = { 0 };
  if (!subscription_get (context, request->subscription, &view, error))
    return FALSE;
  struct date day = phase_day (context, &view, request->at);
  const struct life_phase *last = &view.life.phases[view.life.count - 1];
  if (!phase_check_runs (&view, day, error) || !phase_check_last (&view, day, error))
    return FALSE;
  if (!is_paused (last))
    return error_set (error, ERROR_REFUSED, "subscription %s is not paused", view.row->subscription.code);
  result->kind = "resumption";
  return record_resume (context, view.row->subscription.code, day, request->proration, result, error)
         && phase_result (context, &view, result, error);
}

gboolean
subscription_resume (struct subscription_context *context, const struct resume_request *request, struct change_result *ret, GError **error)
{
  return phase_transaction (context, resume_work, request, ret, error);
}
