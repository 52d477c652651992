/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that a change brings, drawn up by the code that bills them. */
#include "service/subscription-phase.h"

#include "base/error.h"
#include "core/money.h"
#include "service/billed-customer.h"
#include "service/derivation.h"

/* Those of the change itself, and the first fees of periods that begin anew with it. */
static gboolean
is_of_change (const struct change_result *result, const struct invoice_line *line, gint64 due_us)
{
  const struct life *life = &result->view.life;
  if (line->subscription_id != result->view.row->subscription.id || line->phase < result->first_phase)
    return FALSE;
  if (line->role == LINE_UNUSED || line->role == LINE_REMAINING)
    return TRUE;
  for (gsize i = 0; i < life->count; i++)
    if (life->phases[i].number == line->phase && life->phases[i].from_us == due_us)
      return line->role == LINE_REGULAR;
  return FALSE;
}

static gboolean
take_line (struct change_result *result, const struct invoice_line *line, gint64 due_us, GError **error)
{
  const struct timezone *zone = result->view.zone;
  char *included = NULL;
  if (!derivation_included (line->derivation, &included, error))
    return FALSE;
  const struct change_line taken = {
    .description = g_strdup (line->description),
    .from = timezone_date (zone, line->period_start_us),
    .until = timezone_date (zone, line->period_end_us),
    .quantity = g_strdup (line->quantity),
    .included = included,
    .unit_price = g_strdup (line->unit_price),
    .exact_amount = g_strdup (line->exact_amount),
    .ratio = g_strdup (line->ratio),
    .amount_minor = line->amount_minor,
    .due_on = timezone_date (zone, due_us),
  };
  g_array_append_val (result->lines, taken);
  result->has_due = TRUE;
  result->due_us = due_us;
  return money_add (result->total_minor, line->amount_minor, &result->total_minor)
         || error_set (error, ERROR_FAILED, "the sum of the lines does not fit 64 bits of minor units");
}

gboolean
subscription_preview (struct subscription_context *context, struct change_result *result, GError **error)
{
  const struct life *life = &result->view.life;
  gint64 through_us = G_MININT64;
  g_autoptr (billed_customer_t) customer = NULL;
  for (gsize i = 0; i < life->count; i++)
    if (life->phases[i].number >= result->first_phase)
      through_us = MAX (through_us, MAX (life->phases[i].adjust_at_us, life->phases[i].from_us));
  if (!billed_customer_new (context->ledger, &customer, error)
      || !billed_customer_load (customer, result->view.row->subscription.payer_id, error))
    return FALSE;
  struct due_request request = billed_customer_request (customer, through_us);
  request.only_fees = TRUE;
  if (!due_collect (customer->due, &request, customer->sheet, error) || !draft_sheet_close (customer->sheet, NULL, error))
    return FALSE;
  for (gsize d = 0; d < draft_count (customer->sheet); d++) {
    struct draft_view draft = draft_at (customer->sheet, d);
    for (gsize i = 0; i < draft.line_count; i++)
      if (is_of_change (result, &draft.lines[i], draft.due_us) && !take_line (result, &draft.lines[i], draft.due_us, error))
        return FALSE;
  }
  return TRUE;
}
