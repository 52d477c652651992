/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl ledger info: what the ledger is. */
#include "cmd/commands.h"
#include "service/init.h"
#include "service/ledger-info.h"

static const char *const examples[] = { "billctl ledger info", "billctl ledger info --format json", NULL };

static const struct column columns[] = {
  { .key = "table", .title = "Table", .kind = CELL_CODE },
  { .key = "rows", .title = "Rows", .kind = CELL_INTEGER },
};

static struct cell
instant_or_null (gboolean is_there, gint64 at_us)
{
  return is_there ? cell_instant (at_us) : cell_null ();
}

static gboolean
write_schema (struct document *document, const struct ledger_facts *facts, GError **error)
{
  return document_field (document, "engine", "Engine", cell_code (facts->engine), error)
         && document_field (document, "engine_version", "Its version", cell_text (facts->engine_version), error)
         && document_field (document, "schema_version", "Schema version", cell_integer (facts->version), error)
         && document_field (document, "newest_version", "Newest version", cell_integer (facts->newest_version), error)
         && document_field (document, "size_bytes", "Bytes", cell_integer (facts->size_bytes), error);
}

static gboolean
write_fields (struct document *document, const struct invocation *invocation, const struct ledger_facts *facts, GError **error)
{
  g_autofree char *mode = facts->mode < 0 ? NULL : g_strdup_printf ("%04o", (unsigned) facts->mode);
  g_autofree char *name = ledger_name (invocation->ledger_path);
  gboolean is_written = facts->head.hash != NULL;
  return document_field (document, "ledger", "Ledger", cell_text (name), error)
         && document_field (document, "id", "Id", cell_code (facts->id), error)
         && document_field (document, "name", "Name", facts->name[0] == '\0' ? cell_null () : cell_text (facts->name), error)
         && write_schema (document, facts, error)
         && document_field (document, "mode", "Mode", cell_code (mode), error)
         && document_field (document, "shared", "Shared", cell_code (facts->shared), error)
         && document_field (document, "created", "Created", instant_or_null (is_written, facts->head.first_us), error)
         && document_field (document, "last_change", "Last change", instant_or_null (is_written, facts->head.last_us), error)
         && document_field (document, "audit_rows", "Audit log", cell_integer (facts->head.rows), error)
         && document_field (document, "audit_head", "Its last hash", cell_code (facts->head.hash), error)
         && document_field (document, "drafts", "Open drafts", cell_integer (facts->drafts), error);
}

/* People get the tables that have rows. */
static gboolean
write_tables (struct document *document, const struct invocation *invocation, const struct ledger_facts *facts, GError **error)
{
  for (guint i = 0; i < facts->tables->len; i++) {
    const struct table_facts *table = &g_array_index (facts->tables, struct table_facts, i);
    const struct cell cells[] = { cell_code (table->name), cell_integer (table->rows) };
    if ((table->rows > 0 || invocation->render.format != FORMAT_TABLE) && !document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (ledger_facts_t) facts = { 0 };
  g_autoptr (document_t) document = NULL;
  return ledger_info (invocation->ledger, &facts, error) && document_new (&invocation->render, &document, error)
         && write_fields (document, invocation, &facts, error)
         && document_begin_section (document, "tables", "Tables", columns, G_N_ELEMENTS (columns), error)
         && write_tables (document, invocation, &facts, error) && document_end_section (document, error) && document_close (document, error);
}

const struct command command_ledger_info = {
  .path = "ledger info",
  .summary = "say what the ledger is: engine, schema, size, rows",
  .description = "Also of a ledger that must be migrated first. Counts every table; writes nothing.",
  .examples = examples,
  .needs = NEEDS_LEDGER_READ | ANY_SCHEMA_VERSION | WRITES_ROWS,
  .run = run,
};
