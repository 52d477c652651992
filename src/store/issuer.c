/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuers in the ledger. */
#include "store/issuer.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/nearest.h"

gboolean
issuer_find (struct ledger *ledger, const char *code, struct issuer *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_ISSUER_FIND, &query, error, "t", code))
    return FALSE;
  if (query == NULL) {
    error_set (error, ERROR_NOT_FOUND, "there is no issuer '%s'", code);
    return nearest_add_hint (ledger, SQL_ISSUER_CODES, code, "the issuer of a new ledger is called default", error);
  }
  *ret = (struct issuer){
    .id = db_int64 (query, 0),
    .code = g_strdup (db_text (query, 1, NULL)),
    .name = g_strdup (db_text (query, 2, NULL)),
    .address = g_strdup (db_text (query, 3, NULL)),
    .country = g_strdup (db_text (query, 4, NULL)),
    .region = g_strdup (db_text (query, 5, NULL)),
    .tax_id = g_strdup (db_text (query, 6, NULL)),
    .number_pattern = g_strdup (db_text (query, 7, NULL)),
    .credit_note_pattern = g_strdup (db_text (query, 8, NULL)),
  };
  db_reset (query);
  return TRUE;
}

void
issuer_clear (struct issuer *issuer)
{
  char *const texts[] = { issuer->code,    issuer->name,   issuer->address,        issuer->country,
                          issuer->region,  issuer->tax_id, issuer->number_pattern, issuer->credit_note_pattern };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  *issuer = (struct issuer){ 0 };
}

gboolean
issuer_update (struct ledger *ledger, const struct issuer *issuer, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_ISSUER_UPDATE, NULL, error, "ittttttt", issuer->id, issuer->name, issuer->address,
                     issuer->country, issuer->region, issuer->tax_id, issuer->number_pattern, issuer->credit_note_pattern);
}

gboolean
issuer_last_number (struct ledger *ledger, gint64 id, enum number_document document, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_ISSUER_LAST_NUMBER, 0, ret, error, "it", id,
                        document == NUMBER_OF_INVOICE ? "invoice" : "credit_note");
}
