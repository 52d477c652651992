/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids and codes in memory. Ids are dense, so an array serves. */
#include "store/codes.h"

#include "store/db.h"
#include "store/ledger.h"

struct codes {
  GPtrArray *by_id; /* borrowed from text; NULL where there is no such id */
  GStringChunk *text;
};

gboolean
codes_load (struct ledger *ledger, enum codes_of of, struct codes **ret, GError **error)
{
  static const enum statement statements[] = { SQL_CODES_CUSTOMER, SQL_CODES_METRIC, SQL_CODES_SUBSCRIPTION, SQL_CODES_SOURCE,
                                               SQL_CODES_PLAN_VERSION };
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), statements[of], &query, error))
    return FALSE;
  g_autoptr (codes_t) codes = g_new0 (struct codes, 1);
  codes->by_id = g_ptr_array_new ();
  codes->text = g_string_chunk_new (64 * 1024);
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row) {
      *ret = g_steal_pointer (&codes);
      return TRUE;
    }
    guint id = (guint) db_int64 (query, 0);
    if (id >= codes->by_id->len)
      g_ptr_array_set_size (codes->by_id, (gint) id + 1);
    codes->by_id->pdata[id] = g_string_chunk_insert (codes->text, db_text (query, 1, NULL));
  }
  return FALSE;
}

const char *
codes_get (const struct codes *codes, gint64 id)
{
  return id < 0 || id >= (gint64) codes->by_id->len ? NULL : codes->by_id->pdata[id];
}

void
codes_free (struct codes *codes)
{
  if (codes == NULL)
    return;
  g_ptr_array_unref (codes->by_id);
  g_string_chunk_free (codes->text);
  g_free (codes);
}
