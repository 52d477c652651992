/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading rows into SQLite: one after the other, which is as fast as it gets within one process. */
#include "store/db.h"

struct load {
  struct db *db;
  struct query *insert;
  struct load_request request;
  guint64 rows;
};

gboolean
db_load_begin (struct db *db, const struct load_request *request, struct load **ret, GError **error)
{
  struct query *insert = NULL;
  if (!db_query (db, request->id, &insert, error))
    return FALSE;
  struct load *load = g_new0 (struct load, 1);
  load->db = db;
  load->insert = insert;
  load->request = *request;
  *ret = load;
  return TRUE;
}

struct query *
db_load_row (struct load *load)
{
  return load->insert;
}

gboolean
db_load_add (struct load *load, GError **error)
{
  gboolean any = FALSE;
  guint64 row = load->rows++;
  if (!db_step (load->insert, &any, error))
    return FALSE;
  return load->request.skipped == NULL || db_changes (load->db) > 0 || load->request.skipped (load->request.data, row, error);
}

gboolean
db_load_end (struct load *load, GError **error)
{
  (void) load;
  (void) error;
  return TRUE;
}

void
db_load_free (struct load *load)
{
  g_free (load);
}
