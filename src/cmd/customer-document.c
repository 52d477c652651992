/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One customer as an answer. */
#include "cmd/customer-document.h"

#include "base/text.h"

/* People get the lines of an address in a row, programs as they are. */
static char *
address_text (const struct invocation *invocation, const struct customer_view *view)
{
  const char *address = view->values.of[CUSTOMER_ADDRESS];
  if (address == NULL || invocation->render.format != FORMAT_TABLE)
    return g_strdup (address);
  g_auto (GStrv) lines = g_strsplit (address, "\n", -1);
  return g_strjoinv (", ", lines);
}

const char *const customer_payer_choices[] = { "self", "parent", "parent-apart", NULL };

gboolean
customer_document_fields (const struct invocation *invocation, struct document *document, const struct customer_view *view, GError **error)
{
  const struct customer *customer = view->customer;
  g_autofree char *address = address_text (invocation, view);
  gint64 second_us = customer->created_at_us - customer->created_at_us % G_USEC_PER_SEC;
  return document_field (document, "code", "Code", cell_code (customer->code), error)
         && document_field (document, "name", "Name", cell_text (customer->name), error)
         && document_field (document, "email", "E-mail", cell_text (customer->email), error)
         && document_field (document, "currency", "Currency", cell_currency (customer->currency), error)
         && document_field (document, "timezone", "Time zone", cell_text (customer->timezone), error)
         && document_field (document, "locale", "Locale", cell_code (customer->locale), error)
         && document_field (document, "address", "Address", cell_text (address), error)
         && document_field (document, "country", "Country", cell_code (customer->country), error)
         && document_field (document, "region", "Region", cell_code (customer->region), error)
         && document_field (document, "tax_id", "Tax id", cell_text (customer->tax_id), error)
         && document_field (document, "tax_exempt", "Tax exempt", cell_text (customer->tax_exempt), error)
         && document_field (document, "payment_method", "Payment method", cell_code (customer->payment_method), error)
         && document_field (document, "parent", "Parent", cell_code (customer->parent_code), error)
         && document_field (document, "payer", "Paid by", cell_code (customer->payer), error)
         && document_field (document, "invoices", "Invoices", cell_code (customer->grouping), error)
         && document_field (document, "created_at", "Added", cell_instant (second_us), error);
}

gboolean
customer_document_answer (const struct invocation *invocation, const struct customer_view *view, GError **error)
{
  const struct customer *customer = view->customer;
  if (invocation->format_given || invocation->render.columns != NULL) {
    g_autoptr (document_t) document = NULL;
    return document_new (&invocation->render, &document, error) && customer_document_fields (invocation, document, view, error)
           && document_close (document, error);
  }
  g_autofree char *name = text_sanitize (customer->name, -1);
  fprintf (invocation->render.out, "%s: %s, %s, %s\n", customer->code, name, customer->currency, customer->timezone);
  return TRUE;
}
