/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One issuer as an answer. */
#ifndef BILLCTL_CMD_ISSUER_DOCUMENT_H
#define BILLCTL_CMD_ISSUER_DOCUMENT_H

#include "cli/command.h"
#include "service/issuer.h"

/* The operand, or the issuer that every ledger has. */
const char *issuer_document_code (const struct invocation *invocation);

gboolean issuer_document (const struct invocation *invocation, const struct issuer *issuer, GError **error);

#endif
