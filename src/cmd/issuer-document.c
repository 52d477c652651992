/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One issuer as an answer. */
#include "cmd/issuer-document.h"

const char *
issuer_document_code (const struct invocation *invocation)
{
  return invocation->operands[0] == NULL ? "default" : invocation->operands[0];
}

/* People get the lines of an address in a row, programs as they are. */
static char *
address_text (const struct invocation *invocation, const struct issuer *issuer)
{
  if (issuer->address == NULL || invocation->render.format != FORMAT_TABLE)
    return g_strdup (issuer->address);
  g_auto (GStrv) lines = g_strsplit (issuer->address, "\n", -1);
  return g_strjoinv (", ", lines);
}

gboolean
issuer_document (const struct invocation *invocation, const struct issuer *issuer, GError **error)
{
  g_autoptr (document_t) document = NULL;
  g_autofree char *address = address_text (invocation, issuer);
  return document_new (&invocation->render, &document, error)
         && document_field (document, "code", "Code", cell_code (issuer->code), error)
         && document_field (document, "name", "Name", cell_text (issuer->name), error)
         && document_field (document, "address", "Address", cell_text (address), error)
         && document_field (document, "country", "Country", cell_code (issuer->country), error)
         && document_field (document, "region", "Region", cell_code (issuer->region), error)
         && document_field (document, "tax_id", "Tax id", cell_text (issuer->tax_id), error)
         && document_field (document, "number_pattern", "Invoices", cell_text (issuer->number_pattern), error)
         && document_field (document, "credit_note_pattern", "Credit notes", cell_text (issuer->credit_note_pattern), error)
         && document_close (document, error);
}
