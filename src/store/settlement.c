/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements, payments and balances in the ledger. */
#include "store/settlement.h"

#include "base/error.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

static const char *const kind_names[SETTLEMENT_KINDS] = { "balance", "payment", "credit_note", "write_off" };

gboolean
settlement_insert (struct ledger *ledger, const struct settlement *settlement, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SETTLEMENT_INSERT, NULL, error, "itiIIi", settlement->invoice_id,
                     kind_names[settlement->kind], settlement->amount_minor, settlement->payment_id, settlement->payment_id == 0,
                     settlement->credit_note_id, settlement->credit_note_id == 0, ledger_now_us (ledger));
}

gboolean
settlement_sums_read (struct ledger *ledger, gint64 invoice_id, struct settlement_sums *ret, GError **error)
{
  struct query *query = NULL;
  struct settlement_sums sums = { { 0 } };
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_SETTLEMENT_SUMS, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  while (db_step (query, &row, error)) {
    if (!row) {
      *ret = sums;
      return TRUE;
    }
    for (int kind = 0; kind < SETTLEMENT_KINDS; kind++)
      if (strcmp (kind_names[kind], db_text (query, 0, NULL)) == 0)
        sums.of[kind] = db_int64 (query, 1);
  }
  return FALSE;
}

gboolean
payment_insert (struct ledger *ledger, const struct payment *payment, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_PAYMENT_INSERT, NULL, error, "itittii", payment->customer_id, payment->currency,
                   payment->amount_minor, payment->method, payment->reference, payment->received_at_us, ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

const char *
balance_kind_name (enum balance_kind kind)
{
  static const char *const names[] = { "credit_note", "negative_invoice", "overpayment", "applied", "returned", "adjustment" };
  return names[kind];
}

gboolean
balance_movement_insert (struct ledger *ledger, const struct balance_movement *movement, gint64 *ret_id, GError **error)
{
  known_note (ledger, KNOWN_BALANCE, movement->customer_id);
  if (!db_execute (ledger_db (ledger), SQL_BALANCE_INSERT, NULL, error, "ititIIIti", movement->customer_id, movement->currency,
                     movement->amount_minor, balance_kind_name (movement->kind), movement->invoice_id, movement->invoice_id == 0,
                     movement->credit_note_id, movement->credit_note_id == 0, movement->payment_id, movement->payment_id == 0,
                     movement->note, ledger_now_us (ledger)))
    return FALSE;
  if (ret_id != NULL)
    *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
balance_read (struct ledger *ledger, gint64 customer_id, const char *currency, gint64 *ret_minor, GError **error)
{
  gboolean has = TRUE;
  *ret_minor = 0;
  if (!known_has (ledger, KNOWN_BALANCE, customer_id, &has, error) || !has)
    return !has;
  return db_find_int64 (ledger_db (ledger), SQL_BALANCE_SUM, 0, ret_minor, error, "it", customer_id, currency);
}

gboolean
balance_each (struct ledger *ledger, gint64 customer_id, balance_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE, ok = TRUE;
  if (!db_query (ledger_db (ledger), SQL_BALANCE_WALK, &query, error))
    return FALSE;
  db_bind (query, "i", customer_id);
  while ((ok = db_step (query, &row, error)) && row) {
    const struct balance_row movement = {
      .currency = db_text (query, 0, NULL),
      .amount_minor = db_int64 (query, 1),
      .kind = db_text (query, 2, NULL),
      .invoice = db_text (query, 3, NULL),
      .credit_note = db_text (query, 4, NULL),
      .note = db_text (query, 5, NULL),
      .at_us = db_int64 (query, 6),
    };
    if (!(ok = visit (&movement, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}
