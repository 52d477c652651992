/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a copy of a ledger. */
#include "cmd/ledger-copy-document.h"

gboolean
ledger_copy_fields (struct document *document, const struct copy_facts *facts, GError **error)
{
  return document_field (document, "schema_version", "Schema version", cell_integer (facts->version), error)
         && document_field (document, "size_bytes", "Bytes", facts->size_bytes == 0 ? cell_null () : cell_integer (facts->size_bytes), error)
         && document_field (document, "tables", "Tables", cell_integer (facts->tables), error)
         && document_field (document, "rows", "Rows", cell_integer (facts->rows), error)
         && document_field (document, "audit_rows", "Audit log", cell_integer (facts->head.rows), error)
         && document_field (document, "audit_head", "Its last hash", cell_code (facts->head.hash), error);
}
