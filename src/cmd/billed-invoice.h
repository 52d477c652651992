/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows in which generate and finalize say what became of each invoice. */
#ifndef BILLCTL_CMD_BILLED_INVOICE_H
#define BILLCTL_CMD_BILLED_INVOICE_H

#include "base/error.h"
#include "cli/command.h"
#include "service/billing.h"

struct billed_invoice_writer {
  struct invocation *invocation;
  struct document *document; /* made by begin */
};
void billed_invoice_clear (struct billed_invoice_writer *writer);
typedef struct billed_invoice_writer billed_invoice_writer_t; /* for g_auto (billed_invoice_writer_t) only */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (billed_invoice_writer_t, billed_invoice_clear)

gboolean billed_invoice_begin (struct billed_invoice_writer *writer, GError **error);
gboolean billed_invoice_row (const struct billed_invoice *invoice, void *writer, GError **error);
gboolean billed_invoice_warn (const struct billing_failure *failure, void *writer, GError **error);
gboolean billed_invoice_end (struct billed_invoice_writer *writer, GError **error);

/* The exit status of a run that left `failed` customers out. */
void billed_invoice_settle (struct invocation *invocation, gint64 failed);

#endif
