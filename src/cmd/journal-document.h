/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of the books as rows of a document. */
#ifndef BILLCTL_CMD_JOURNAL_DOCUMENT_H
#define BILLCTL_CMD_JOURNAL_DOCUMENT_H

#include "render/document.h"
#include "service/journal.h"

/* What an entry can be: NULL-terminated. */
extern const char *const journal_kinds[];

gboolean journal_document_begin (struct document *document, GError **error);
/* `document` is a struct document whose list has begun. */
gboolean journal_document_row (const struct journal_line *line, void *document, GError **error);

#endif
