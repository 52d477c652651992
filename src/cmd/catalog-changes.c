/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of the catalog as rows. */
#include "cmd/catalog-changes.h"

#include "service/catalog.h"

static const struct column columns[] = {
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "change", .title = "Change", .kind = CELL_CODE },
  { .key = "detail", .title = "Detail", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_row (struct document *document, const struct catalog_change *change, const char *detail, GError **error)
{
  g_autofree char *text = catalog_change_text (change);
  const struct cell cells[] = { cell_code (change->kind), cell_code (change->code), cell_code (text), cell_text (detail) };
  return document_row (document, cells, error);
}

static gboolean
write_change (struct document *document, const struct catalog_change *change, enum catalog_layout layout, GError **error)
{
  g_autoptr (GString) details = g_string_new (NULL);
  for (guint i = 0; i < change->details->len; i++) {
    const char *detail = g_ptr_array_index (change->details, i);
    if (layout == ONE_ROW_PER_CHANGE)
      g_string_append_printf (details, "%s%s", i == 0 ? "" : "; ", detail);
    else if (!write_row (document, change, detail, error))
      return FALSE;
  }
  if (layout == ONE_ROW_PER_DETAIL && change->details->len > 0)
    return TRUE;
  return write_row (document, change, details->str, error);
}

gboolean
write_catalog_changes (struct invocation *invocation, GPtrArray *changes, enum catalog_layout layout, gboolean unchanged, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error))
    return FALSE;
  if (!document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++) {
    const struct catalog_change *change = g_ptr_array_index (changes, i);
    if ((unchanged || change->verdict != CATALOG_UNCHANGED) && !write_change (document, change, layout, error))
      return FALSE;
  }
  return document_end_list (document, error) && document_close (document, error);
}

void
tell_catalog_problems (const struct invocation *invocation, const GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    invocation_problem (invocation, g_ptr_array_index (problems, i));
}
