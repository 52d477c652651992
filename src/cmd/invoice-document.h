/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invoice with its lines and taxes as an answer: the visitors of invoice_show(). */
#ifndef BILLCTL_CMD_INVOICE_DOCUMENT_H
#define BILLCTL_CMD_INVOICE_DOCUMENT_H

#include "cli/command.h"
#include "service/invoice.h"

struct invoice_view {
  struct document *document;
  const struct currency *currency; /* set by the head */
  gboolean brief;                  /* for people */
};

/* `data` is a struct invoice_view. The caller ends the last section and closes the document. */
gboolean invoice_document_head (const struct invoice_row *row, const struct invoice_settled *settled, void *data, GError **error);
gboolean invoice_document_line (const struct invoice_line_row *row, void *data, GError **error);
gboolean invoice_document_foot (const struct invoice_row *row, const struct invoice_tax *taxes, gsize count, void *data, GError **error);

#endif
