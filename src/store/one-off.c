/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges in the ledger. */
#include "store/one-off.h"

#include "base/error.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

gboolean
one_off_insert (struct ledger *ledger, const struct one_off *charge, gint64 *ret_id, GError **error)
{
  known_note (ledger, KNOWN_CHARGE, charge->customer_id);
  if (!db_execute (ledger_db (ledger), SQL_ONE_OFF_INSERT, NULL, error, "iIitttttti", charge->customer_id, charge->subscription_id,
                   charge->subscription_id == 0, charge->due_us, charge->code, charge->description, charge->quantity, charge->unit_price,
                   charge->currency, charge->category, ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

static gboolean
change_one (struct ledger *ledger, enum statement id, gint64 charge, gint64 value, gboolean *ret_done, GError **error)
{
  gint64 changes = 0;
  if (!db_execute (ledger_db (ledger), id, &changes, error, "ii", charge, value))
    return FALSE;
  *ret_done = changes == 1;
  return TRUE;
}

gboolean
one_off_remove (struct ledger *ledger, gint64 id, gboolean *ret_done, GError **error)
{
  return change_one (ledger, SQL_ONE_OFF_REMOVE, id, ledger_now_us (ledger), ret_done, error);
}

gboolean
one_off_set_billed (struct ledger *ledger, gint64 id, gint64 invoice_id, gboolean *ret_done, GError **error)
{
  return change_one (ledger, SQL_ONE_OFF_BILLED, id, invoice_id, ret_done, error);
}

static struct one_off
read_row (struct query *query)
{
  return (struct one_off){
    .id = db_int64 (query, 0),
    .customer_id = db_int64 (query, 1),
    .subscription_id = db_int64 (query, 2),
    .due_us = db_int64 (query, 3),
    .code = db_text (query, 4, NULL),
    .description = db_text (query, 5, NULL),
    .quantity = db_text (query, 6, NULL),
    .unit_price = db_text (query, 7, NULL),
    .currency = db_text (query, 8, NULL),
    .category = db_text (query, 9, NULL),
    .invoice_id = db_int64 (query, 10),
    .is_removed = !db_is_null (query, 11),
    .customer = db_text (query, 12, NULL),
    .subscription = db_text (query, 13, NULL),
    .invoice = db_text (query, 14, NULL),
    .is_apart = strcmp (db_text (query, 15, NULL), "parent_apart") == 0,
    .timezone = db_text (query, 16, NULL),
  };
}

static gboolean
walk (struct query *query, one_off_visit visit, void *data, GError **error)
{
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct one_off charge = read_row (query);
    if (!(ok = visit (&charge, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
one_off_find (struct ledger *ledger, gint64 id, one_off_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  if (!db_find (ledger_db (ledger), SQL_ONE_OFF_BY_ID, &query, error, "i", id))
    return FALSE;
  if (query == NULL) {
    error_set (error, ERROR_NOT_FOUND, "there is no charge %" G_GINT64_FORMAT, id);
    return error_add_hint (error, "`billctl charge list` shows them");
  }
  const struct one_off charge = read_row (query);
  return visit (&charge, data, error);
}

gboolean
one_off_each (struct ledger *ledger, gint64 customer_id, gboolean only_waiting, one_off_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_ONE_OFF_WALK, &query, error))
    return FALSE;
  db_bind (query, "Ii", customer_id, customer_id == 0, (gint64) (only_waiting ? 1 : 0));
  return walk (query, visit, data, error);
}

gboolean
one_off_each_due (struct ledger *ledger, gint64 payer_id, gint64 through_us, one_off_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean has = TRUE;
  if (!known_has (ledger, KNOWN_CHARGE, payer_id, &has, error) || !has)
    return !has;
  if (!db_query (ledger_db (ledger), SQL_ONE_OFF_DUE, &query, error))
    return FALSE;
  db_bind (query, "ii", payer_id, through_us);
  return walk (query, visit, data, error);
}

gboolean
one_off_lone_payers (struct ledger *ledger, gint64 first, gint64 last, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_ONE_OFF_LONE_PAYERS, &query, error))
    return FALSE;
  db_bind (query, "ii", first, last);
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    gint64 id = db_int64 (query, 0);
    g_array_append_val (ret, id);
  }
  return FALSE;
}
