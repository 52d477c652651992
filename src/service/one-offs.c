/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges on the invoices of a payer. */
#include "service/one-offs.h"

#include "base/error.h"
#include "store/ledger.h"
#include "store/one-off.h"

#include <string.h>

struct collecting {
  struct billed_customer *customer;
  gint64 through_us;
};

static gint64
next_boundary (const struct billed_customer *customer, const struct one_off *charge, const char *scope, const struct currency *currency)
{
  gint64 next_us = G_MAXINT64;
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    const struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    if (strcmp (billed->scope, scope) != 0 || billed->life.phases[0].plan->currency != currency)
      continue;
    next_us = MIN (next_us, billed_subscription_next_due (billed, charge->due_us));
  }
  return next_us;
}

/* On whose invoice: that of its subscription, that of a customer whose parent pays apart, or the common one. */
static const char *
scope_of (const struct billed_customer *customer, const struct one_off *charge, char buffer[24])
{
  for (guint i = 0; charge->subscription_id != 0 && i < customer->subscriptions->len; i++) {
    const struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    if (billed->subscription.id == charge->subscription_id)
      return billed->scope;
  }
  buffer[0] = '\0';
  if (charge->is_apart && charge->customer_id != customer->id)
    g_snprintf (buffer, 24, "c:%" G_GINT64_FORMAT, charge->customer_id);
  return buffer;
}

static gboolean
take_figures (const struct one_off *charge, struct one_off_line *line, GError **error)
{
  line->currency = currency_find (charge->currency);
  line->id = charge->id;
  line->subscription_id = charge->subscription_id;
  line->at_us = charge->due_us;
  line->code = charge->code;
  line->description = charge->description;
  line->category = charge->category;
  if (line->currency == NULL || decimal_parse (charge->quantity, strlen (charge->quantity), &line->quantity) != DECIMAL_OK
      || decimal_parse (charge->unit_price, strlen (charge->unit_price), &line->unit_price) != DECIMAL_OK)
    return error_set (error, ERROR_LEDGER, "charge %" G_GINT64_FORMAT " is not well formed", charge->id);
  return TRUE;
}

static gboolean
add_charge (const struct one_off *charge, void *data, GError **error)
{
  const struct collecting *collecting = data;
  const struct billed_customer *customer = collecting->customer;
  char buffer[24];
  struct one_off_line line = { .scope = scope_of (customer, charge, buffer) };
  if (!take_figures (charge, &line, error))
    return FALSE;
  gint64 on_draft_us = draft_sheet_next_due (customer->sheet, line.scope, line.currency, charge->due_us);
  gint64 boundary_us = next_boundary (customer, charge, line.scope, line.currency);
  line.due_us = MIN (on_draft_us, boundary_us);
  if (line.due_us == G_MAXINT64)
    line.due_us = charge->due_us;
  return line.due_us > collecting->through_us || draft_add_one_off (customer->sheet, &line, error);
}

gboolean
one_offs_collect (struct billed_customer *customer, gint64 through_us, GError **error)
{
  struct collecting collecting = { customer, through_us };
  return one_off_each_due (customer->ledger, customer->id, through_us, add_charge, &collecting, error);
}

/* --- Again --- */

struct again {
  struct billed_customer *customer;
  gint64 position;
  gint64 charge_id; /* 0: it stands for itself */
};

static gboolean
add_again (const struct one_off *charge, void *data, GError **error)
{
  const struct again *again = data;
  struct one_off_line line = { .scope = "" };
  return take_figures (charge, &line, error) && draft_add_one_off (again->customer->sheet, &line, error);
}

/* The currency of the line is that of its invoice. */
static gboolean
find_line (const struct invoice_line *stored, void *data, GError **error)
{
  struct again *again = data;
  if (stored->position != again->position)
    return TRUE;
  again->charge_id = stored->period_index;
  if (again->charge_id != 0)
    return TRUE;
  const struct one_off charge = {
    .due_us = stored->period_start_us,
    .subscription_id = stored->subscription_id,
    .code = stored->code,
    .description = stored->description,
    .quantity = stored->quantity,
    .unit_price = stored->unit_price == NULL ? "" : stored->unit_price,
    .currency = again->customer->currency->code,
    .category = stored->category,
  };
  return add_again (&charge, again, error);
}

gboolean
one_off_again (struct billed_customer *customer, gint64 invoice_id, gint64 position, GError **error)
{
  struct again again = { .customer = customer, .position = position };
  if (!invoice_each_line (customer->ledger, invoice_id, find_line, &again, error))
    return FALSE;
  return again.charge_id == 0 || one_off_find (customer->ledger, again.charge_id, add_again, &again, error);
}
