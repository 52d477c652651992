/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax rates in the ledger. */
#include "store/tax.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"

gboolean
tax_rate_each (struct ledger *ledger, const char *code, tax_rate_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), code == NULL ? SQL_TAX_RATES : SQL_TAX_RATES_OF_CODE, &query, error))
    return FALSE;
  db_bind (query, code == NULL ? "" : "t", code);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct tax_rate_row rate = {
      .code = db_text (query, 0, NULL),
      .name = db_text (query, 1, NULL),
      .kind = db_text (query, 2, NULL),
      .percent = db_text (query, 3, NULL),
      .country = db_text (query, 4, NULL),
      .region = db_text (query, 5, NULL),
      .category = db_text (query, 6, NULL),
      .from_day = db_int64 (query, 7),
      .until_day = db_int64 (query, 8),
    };
    if (!(ok = visit (&rate, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
tax_rate_insert (struct ledger *ledger, const struct tax_rate_row *rate, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_TAX_RATE_INSERT, NULL, error, "tttttttiIi", rate->code, rate->name, rate->kind, rate->percent,
                     rate->country, rate->region, rate->category, rate->from_day, rate->until_day, rate->until_day == 0,
                     ledger_now_us (ledger));
}

gboolean
tax_rates_delete (struct ledger *ledger, const char *code, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_TAX_RATES_DELETE, NULL, error, "t", code);
}

gboolean
tax_payer_read (struct ledger *ledger, gint64 customer_id, gint64 issuer_id, struct tax_payer_row *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_TAX_PAYER, &query, error, "ii", customer_id, issuer_id))
    return FALSE;
  if (query == NULL)
    return error_set (error, ERROR_LEDGER, "the ledger lacks customer %" G_GINT64_FORMAT " or issuer %" G_GINT64_FORMAT, customer_id,
                      issuer_id);
  *ret = (struct tax_payer_row){
    .country = g_strdup (db_text (query, 0, NULL)),
    .region = g_strdup (db_text (query, 1, NULL)),
    .exempt = g_strdup (db_text (query, 2, NULL)),
    .tax_id = g_strdup (db_text (query, 3, NULL)),
    .issuer_country = g_strdup (db_text (query, 4, NULL)),
  };
  db_reset (query);
  return TRUE;
}

void
tax_payer_clear (struct tax_payer_row *payer)
{
  g_free (payer->country);
  g_free (payer->region);
  g_free (payer->exempt);
  g_free (payer->tax_id);
  g_free (payer->issuer_country);
  *payer = (struct tax_payer_row){ 0 };
}

gboolean
tax_each_issued (struct ledger *ledger, gint64 from_us, gint64 to_us, gboolean by_country, tax_issued_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), by_country ? SQL_TAX_ISSUED_BY_COUNTRY : SQL_TAX_ISSUED, &query, error))
    return FALSE;
  db_bind (query, "ii", from_us, to_us);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct tax_issued_row issued = {
      .currency = db_text (query, 0, NULL),
      .country = db_text (query, 1, NULL),
      .code = db_text (query, 2, NULL),
      .kind = db_text (query, 3, NULL),
      .percent = db_text (query, 4, NULL),
      .name = db_text (query, 5, NULL),
      .invoices = db_int64 (query, 6),
      .base_minor = db_int64 (query, 7),
      .tax_minor = db_int64 (query, 8),
    };
    if (!(ok = visit (&issued, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
tax_each_credited (struct ledger *ledger, gint64 from_us, gint64 to_us, tax_credited_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_TAX_CREDITED, &query, error))
    return FALSE;
  db_bind (query, "ii", from_us, to_us);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct tax_credited_row credited = {
      .note_id = db_int64 (query, 0),
      .invoice_id = db_int64 (query, 1),
      .currency = db_text (query, 2, NULL),
      .amount_minor = db_int64 (query, 3),
      .taxes = db_text (query, 4, NULL),
    };
    if (!(ok = visit (&credited, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}
