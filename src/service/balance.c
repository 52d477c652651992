/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The balances of customers. */
#include "service/balance.h"

#include "base/error.h"
#include "core/money.h"
#include "service/amount.h"
#include "service/settlement.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

struct listing {
  gboolean (*each) (const struct balance_entry *entry, void *data, GError **error);
  void *data;
  const struct currency *currency; /* of the last one */
  gint64 balance_minor;
};

static gboolean
visit (const struct balance_row *row, void *data, GError **error)
{
  struct listing *listing = data;
  const struct currency *currency = currency_find (row->currency);
  if (currency != listing->currency)
    listing->balance_minor = 0;
  listing->currency = currency;
  if (!money_add (listing->balance_minor, row->amount_minor, &listing->balance_minor))
    return error_set (error, ERROR_LEDGER, "the balance does not fit 64 bits of minor units");
  const struct balance_entry entry = {
    .kind = row->kind,
    .amount_minor = row->amount_minor,
    .balance_minor = listing->balance_minor,
    .currency = currency,
    .invoice = row->invoice,
    .credit_note = row->credit_note,
    .note = row->note,
    .at_us = row->at_us,
  };
  return listing->each (&entry, listing->data, error);
}

gboolean
balance_list (struct ledger *ledger, const char *customer, gboolean (*each) (const struct balance_entry *entry, void *data, GError **error),
              void *data, GError **error)
{
  g_autoptr (customer_t) found = NULL;
  struct listing listing = { .each = each, .data = data };
  return customer_find_by_code (ledger, customer, &found, error) && balance_each (ledger, found->id, visit, &listing, error);
}

static gboolean
adjust (struct ledger *ledger, const struct balance_adjustment *adjustment, struct balance_entry *ret, GError **error)
{
  g_autoptr (customer_t) customer = NULL;
  struct balance_movement movement = { .kind = BALANCE_ADJUSTMENT, .note = adjustment->reason };
  gint64 before_minor = 0, after_minor = 0;
  if (!customer_find_by_code (ledger, adjustment->customer, &customer, error))
    return FALSE;
  const struct currency *currency = currency_find (adjustment->currency == NULL ? customer->currency : adjustment->currency);
  if (currency == NULL)
    return error_set (error, ERROR_USAGE, "there is no currency '%s'", adjustment->currency);
  movement.customer_id = customer->id;
  movement.currency = currency->code;
  if (!amount_parse ("amount", adjustment->amount, currency, &movement.amount_minor, error)
      || !balance_read (ledger, customer->id, currency->code, &before_minor, error))
    return FALSE;
  if (movement.amount_minor == 0)
    return error_set (error, ERROR_USAGE, "amount '%s' changes nothing", adjustment->amount);
  g_autofree char *words = money_words (before_minor, currency);
  if (!money_add (before_minor, movement.amount_minor, &after_minor))
    return error_set (error, ERROR_FAILED, "the balance of customer %s does not fit 64 bits of minor units", customer->code);
  if (after_minor < 0)
    return error_set (error, ERROR_REFUSED, "the balance of customer %s is short: it has %s", customer->code, words);
  *ret = (struct balance_entry){
    .kind = balance_kind_name (movement.kind),
    .amount_minor = movement.amount_minor,
    .balance_minor = after_minor,
    .currency = currency,
    .note = adjustment->reason,
    .at_us = ledger_now_us (ledger),
  };
  g_autofree char *amount = money_words (movement.amount_minor, currency);
  struct booked_balance booked = {
    .kind = BOOKED_BALANCE_ADJUSTED,
    .customer_id = customer->id,
    .customer = customer->code,
    .currency = currency->code,
    .amount_minor = movement.amount_minor,
    .at_us = ledger_now_us (ledger),
  };
  return balance_movement_insert (ledger, &movement, &booked.movement_id, error) && booking_balance (ledger, &booked, error)
         && audit_add (ledger, error, "customer %s: balance adjusted by %s: %s", customer->code, amount, adjustment->reason);
}

gboolean
balance_adjust (struct ledger *ledger, const struct balance_adjustment *adjustment, struct balance_entry *ret, GError **error)
{
  struct balance_entry entry;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!adjust (ledger, adjustment, &entry, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = entry;
  return TRUE;
}
