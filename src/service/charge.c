/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges. */
#include "service/charge.h"

#include "base/error.h"
#include "base/text.h"
#include "base/timezone.h"
#include "core/exact.h"
#include "core/money.h"
#include "service/amount.h"
#include "service/plan.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/one-off.h"
#include "store/subscription.h"

#include <string.h>

/* --- Reading --- */

struct reading {
  struct timezone_cache *zones;
  charge_visit visit;
  void *data;
};

static gboolean
amount_of (const struct one_off *charge, const struct currency *currency, gint64 *ret_minor)
{
  struct decimal quantity, unit_price;
  struct exact amount;
  return currency != NULL && decimal_parse (charge->quantity, strlen (charge->quantity), &quantity) == DECIMAL_OK
         && decimal_parse (charge->unit_price, strlen (charge->unit_price), &unit_price) == DECIMAL_OK
         && exact_product (quantity, unit_price, &amount) && exact_round (&amount, RATIO_ONE, currency->digits, ret_minor);
}

static gboolean
visit_charge (const struct one_off *charge, void *data, GError **error)
{
  const struct reading *reading = data;
  const struct timezone *zone = NULL;
  struct charge_row row = {
    .id = charge->id,
    .customer = charge->customer,
    .subscription = charge->subscription,
    .due_us = charge->due_us,
    .code = charge->code,
    .description = charge->description,
    .category = charge->category,
    .quantity = charge->quantity,
    .unit_price = charge->unit_price,
    .currency = currency_find (charge->currency),
    .status = charge->is_removed ? "removed" : charge->invoice_id != 0 ? "billed" : "waiting",
    .invoice = charge->invoice,
  };
  if (!timezone_cache_get (reading->zones, charge->timezone, &zone, error))
    return FALSE;
  row.due_on = timezone_date (zone, charge->due_us);
  if (!amount_of (charge, row.currency, &row.amount_minor))
    return error_set (error, ERROR_LEDGER, "charge %" G_GINT64_FORMAT " is not well formed", charge->id);
  return reading->visit (&row, reading->data, error);
}

gboolean
charge_list (struct ledger *ledger, const char *customer, gboolean only_waiting, charge_visit visit, void *data, GError **error)
{
  g_autoptr (customer_t) found = NULL;
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct reading reading = { zones, visit, data };
  return (customer == NULL || customer_find_by_code (ledger, customer, &found, error))
         && one_off_each (ledger, found == NULL ? 0 : found->id, only_waiting, visit_charge, &reading, error);
}

static const char **
texts_of (struct charge_row *row, gsize index)
{
  const char **const texts[] = { &row->customer,    &row->subscription, &row->code,       &row->description,
                                 &row->category, &row->quantity,     &row->unit_price, &row->invoice };
  return index < G_N_ELEMENTS (texts) ? texts[index] : NULL;
}

void
charge_row_clear (struct charge_row *row)
{
  for (gsize i = 0; texts_of (row, i) != NULL; i++)
    g_clear_pointer ((char **) (gpointer) texts_of (row, i), g_free);
}

static gboolean
keep_row (const struct charge_row *row, void *data, GError **error)
{
  struct charge_row *kept = data;
  (void) error;
  *kept = *row;
  for (gsize i = 0; texts_of (kept, i) != NULL; i++)
    *texts_of (kept, i) = g_strdup (*texts_of (kept, i));
  return TRUE;
}

/* --- Adding --- */

struct adding {
  struct ledger *ledger;
  const struct charge_request *request;
  struct customer *customer;
  const struct currency *currency;
  struct one_off charge;
  char quantity[DECIMAL_TEXT_SIZE];
  char unit_price[DECIMAL_TEXT_SIZE];
  gint64 amount_minor;
};
typedef struct adding adding_t;

static void
adding_clear (struct adding *adding)
{
  g_clear_pointer (&adding->customer, customer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (adding_t, adding_clear)

/* Its currency is that of the subscription's plan. */
static gboolean
find_subscription (struct adding *adding, GError **error)
{
  const struct charge_request *request = adding->request;
  g_autoptr (subscription_row_t) row = NULL;
  g_autoptr (plan_cache_t) plans = plan_cache_new (adding->ledger);
  const struct plan *plan = NULL;
  adding->currency = currency_find (adding->customer->currency);
  if (request->subscription == NULL)
    return TRUE;
  if (!subscription_find (adding->ledger, request->subscription, &row, error))
    return FALSE;
  if (row->subscription.customer_id != adding->customer->id)
    return error_set (error, ERROR_REFUSED, "subscription %s is one of customer %s, not of %s", request->subscription, row->customer_code,
                      adding->customer->code);
  if (!plan_cache_get (plans, row->subscription.plan_version_id, &plan, error))
    return FALSE;
  adding->charge.subscription_id = row->subscription.id;
  adding->currency = plan->currency;
  return TRUE;
}

static gboolean
read_decimal (const char *what, const char *text, struct decimal *ret, GError **error)
{
  enum decimal_status status = decimal_parse (text, strlen (text), ret);
  return status == DECIMAL_OK || error_set (error, ERROR_USAGE, "%s '%s' %s", what, text, decimal_status_text (status));
}

static gboolean
read_price (struct adding *adding, struct decimal *ret_quantity, struct decimal *ret_unit_price, GError **error)
{
  const struct charge_request *request = adding->request;
  gint64 amount_minor = 0;
  if ((request->amount != NULL) == (request->quantity != NULL || request->unit_price != NULL)
      || (request->quantity != NULL) != (request->unit_price != NULL)) {
    error_set (error, ERROR_USAGE, "it is not said how much to charge");
    return error_add_hint (error, "--amount AMOUNT, or --quantity N and --unit-price PRICE");
  }
  *ret_quantity = decimal_from_int64 (1);
  if (request->amount == NULL)
    return read_decimal ("quantity", request->quantity, ret_quantity, error)
           && read_decimal ("unit price", request->unit_price, ret_unit_price, error);
  if (!amount_parse ("amount", request->amount, adding->currency, &amount_minor, error))
    return FALSE;
  *ret_unit_price = money_to_decimal (amount_minor, adding->currency);
  return TRUE;
}

static gboolean
set_price (struct adding *adding, GError **error)
{
  struct decimal quantity, unit_price;
  if (!read_price (adding, &quantity, &unit_price, error))
    return FALSE;
  if (decimal_sign (quantity) <= 0)
    return error_set (error, ERROR_USAGE, "quantity '%s': it is above zero", adding->request->quantity);
  if (decimal_sign (unit_price) < 0) {
    error_set (error, ERROR_USAGE, "a charge is above zero");
    return error_add_hint (error, "--credit gives an amount above zero to the customer");
  }
  if (adding->request->is_credit)
    unit_price = decimal_negate (unit_price);
  decimal_format (quantity, adding->quantity);
  decimal_format (unit_price, adding->unit_price);
  adding->charge.quantity = adding->quantity;
  adding->charge.unit_price = adding->unit_price;
  if (!amount_of (&adding->charge, adding->currency, &adding->amount_minor))
    return error_set (error, ERROR_USAGE, "%s × %s does not fit 64 bits of minor units", adding->quantity, adding->unit_price);
  return adding->amount_minor != 0 || error_set (error, ERROR_USAGE, "the charge comes to nothing");
}

static gboolean
set_words (struct adding *adding, GError **error)
{
  const struct charge_request *request = adding->request;
  if (request->description == NULL || *request->description == '\0')
    return error_set (error, ERROR_USAGE, "--description is missing: what shall stand on the invoice?");
  if (!text_is_plain (request->description, -1))
    return error_set (error, ERROR_USAGE, "description '%s' has control characters", request->description);
  if (request->code != NULL && !text_is_code (request->code))
    return error_set (error, ERROR_USAGE, "code '%s' is no code: letters, digits, and . _ : - behind the first", request->code);
  if (request->category != NULL && !text_is_code (request->category))
    return error_set (error, ERROR_USAGE, "category '%s' is no code: letters, digits, and . _ : - behind the first", request->category);
  adding->charge.description = request->description;
  adding->charge.code = request->code == NULL ? "one-off" : request->code;
  adding->charge.category = request->category;
  return TRUE;
}

static gboolean
set_time (struct adding *adding, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  const struct timezone *zone = NULL;
  if (!timezone_cache_get (zones, adding->customer->timezone, &zone, error))
    return FALSE;
  adding->charge.due_us = adding->request->at == NULL ? adding->request->as_of_us : timezone_resolve (zone, adding->request->at);
  return TRUE;
}

static gboolean
add (struct adding *adding, gint64 *ret_id, GError **error)
{
  if (!customer_find_by_code (adding->ledger, adding->request->customer, &adding->customer, error) || !find_subscription (adding, error)
      || !set_price (adding, error) || !set_words (adding, error) || !set_time (adding, error))
    return FALSE;
  adding->charge.customer_id = adding->customer->id;
  adding->charge.currency = adding->currency->code;
  g_autofree char *amount = money_words (adding->amount_minor, adding->currency);
  return one_off_insert (adding->ledger, &adding->charge, ret_id, error)
         && audit_add (adding->ledger, error, "customer %s: charge %" G_GINT64_FORMAT " of %s added: %s", adding->customer->code, *ret_id, amount,
                       adding->charge.description);
}

gboolean
charge_add (struct ledger *ledger, const struct charge_request *request, struct charge_row *ret, GError **error)
{
  g_auto (adding_t) adding = { .ledger = ledger, .request = request };
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  g_auto (charge_row_t) row = { 0 };
  struct reading reading = { zones, keep_row, &row };
  gint64 id = 0;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!add (&adding, &id, error) || !one_off_find (ledger, id, visit_charge, &reading, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = row;
  row = (struct charge_row){ 0 };
  return TRUE;
}

/* --- Taking back --- */

static gboolean
refuse_settled (const struct charge_row *row, void *data, GError **error)
{
  (void) data;
  if (row->invoice == NULL)
    return error_set (error, ERROR_REFUSED, "charge %" G_GINT64_FORMAT " is removed already", row->id);
  error_set (error, ERROR_REFUSED, "charge %" G_GINT64_FORMAT " is billed with invoice %s", row->id, row->invoice);
  return error_add_hint (error, "billctl invoice credit %s takes it back", row->invoice);
}

static gboolean
take_back (struct ledger *ledger, gint64 id, struct reading *reading, GError **error)
{
  struct reading refusal = { reading->zones, refuse_settled, NULL };
  gboolean done = FALSE;
  if (!one_off_remove (ledger, id, &done, error))
    return FALSE;
  return one_off_find (ledger, id, visit_charge, done ? reading : &refusal, error)
         && audit_add (ledger, error, "charge %" G_GINT64_FORMAT " removed", id);
}

gboolean
charge_remove (struct ledger *ledger, gint64 id, struct charge_row *ret, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  g_auto (charge_row_t) row = { 0 };
  struct reading reading = { zones, keep_row, &row };
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!take_back (ledger, id, &reading, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = row;
  row = (struct charge_row){ 0 };
  return TRUE;
}
