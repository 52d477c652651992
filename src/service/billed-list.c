/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the invoices of one transaction. */
#include "service/billed-list.h"

struct billed_list {
  GArray *invoices; /* struct billed_invoice */
  GStringChunk *texts;
};

struct billed_list *
billed_list_new (void)
{
  struct billed_list *list = g_new0 (struct billed_list, 1);
  list->invoices = g_array_new (FALSE, FALSE, sizeof (struct billed_invoice));
  list->texts = g_string_chunk_new (4096);
  return list;
}

void
billed_list_free (struct billed_list *list)
{
  if (list == NULL)
    return;
  g_array_unref (list->invoices);
  g_string_chunk_free (list->texts);
  g_free (list);
}

void
billed_list_add (struct billed_list *list, const struct billed_invoice *invoice)
{
  struct billed_invoice copy = *invoice;
  copy.reference = g_string_chunk_insert (list->texts, invoice->reference);
  copy.customer = g_string_chunk_insert (list->texts, invoice->customer);
  g_array_append_val (list->invoices, copy);
}

gboolean
billed_list_tell (struct billed_list *list, gboolean (*report) (const struct billed_invoice *invoice, void *data, GError **error),
                  void *data, GError **error)
{
  gboolean ok = TRUE;
  for (guint i = 0; ok && report != NULL && i < list->invoices->len; i++)
    ok = report (&g_array_index (list->invoices, struct billed_invoice, i), data, error);
  g_array_set_size (list->invoices, 0);
  g_string_chunk_clear (list->texts);
  return ok;
}
