/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a copy of a ledger, as fields of an answer. */
#ifndef BILLCTL_CMD_LEDGER_COPY_DOCUMENT_H
#define BILLCTL_CMD_LEDGER_COPY_DOCUMENT_H

#include "cli/command.h"
#include "service/ledger-backup.h"

gboolean ledger_copy_fields (struct document *document, const struct copy_facts *facts, GError **error);

#endif
