/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say of a ledger as a whole. */
#include "store/facts.h"

#include "store/db.h"
#include "store/ledger.h"
#include "store/setting.h"

void
ledger_facts_clear (struct ledger_facts *facts)
{
  g_clear_pointer (&facts->id, g_free);
  g_clear_pointer (&facts->name, g_free);
  g_clear_pointer (&facts->shared, g_free);
  g_clear_pointer (&facts->head.hash, g_free);
  g_clear_pointer (&facts->tables, g_array_unref);
  g_clear_pointer (&facts->names, g_ptr_array_unref);
}

static gboolean
read_tables (struct ledger *ledger, struct ledger_facts *ret, GError **error)
{
  g_autoptr (GArray) tables = g_array_new (FALSE, FALSE, sizeof (struct db_table));
  ret->tables = g_array_new (FALSE, FALSE, sizeof (struct table_facts));
  ret->names = g_ptr_array_new_with_free_func (g_free);
  gboolean ok = db_count_rows (ledger_db (ledger), tables, error);
  for (guint i = 0; i < tables->len; i++) {
    const struct db_table *table = &g_array_index (tables, struct db_table, i);
    struct table_facts facts = { .name = table->name, .rows = table->rows };
    g_ptr_array_add (ret->names, table->name);
    g_array_append_val (ret->tables, facts);
  }
  return ok;
}

static gboolean
read_all (struct ledger *ledger, struct ledger_facts *ret, GError **error)
{
  struct db_facts facts = { 0 };
  if (!db_check_sees_all (ledger_db (ledger), error) || !read_tables (ledger, ret, error) || !audit_head (ledger, &ret->head, error) || !setting_get (ledger, "ledger.id", &ret->id, error)
      || !setting_get (ledger, "ledger.name", &ret->name, error) || !setting_get (ledger, SETTING_SHARED, &ret->shared, error)
      || !db_find_int64 (ledger_db (ledger), SQL_LEDGER_DRAFTS, 0, &ret->drafts, error, "") || !db_facts (ledger_db (ledger), &facts, error))
    return FALSE;
  ret->engine = facts.engine;
  ret->engine_version = facts.version;
  ret->size_bytes = facts.size_bytes;
  ret->mode = facts.mode;
  ret->version = ledger_schema_version (ledger);
  ret->newest_version = ledger_newest_version ();
  return TRUE;
}

gboolean
ledger_facts_read (struct ledger *ledger, struct ledger_facts *ret, GError **error)
{
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = read_all (ledger, ret, error);
  ledger_rollback (ledger);
  return ok;
}
