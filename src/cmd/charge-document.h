/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges as answers. */
#ifndef BILLCTL_CMD_CHARGE_DOCUMENT_H
#define BILLCTL_CMD_CHARGE_DOCUMENT_H

#include "cli/command.h"
#include "service/charge.h"

enum { CHARGE_COLUMN_COUNT = 13 };
extern const struct column charge_columns[CHARGE_COLUMN_COUNT];

/* A charge_visit; `document` is a struct document in a list of those columns. */
gboolean charge_document_row (const struct charge_row *row, void *document, GError **error);

/* One charge: as a document with --format, else as a line: "charge 3: 25.00 USD for acme …", with what `what` says of it. */
gboolean charge_document_answer (const struct invocation *invocation, const struct charge_row *row, const char *what, GError **error);

#endif
