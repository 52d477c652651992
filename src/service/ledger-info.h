/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say of a ledger. */
#ifndef BILLCTL_SERVICE_LEDGER_INFO_H
#define BILLCTL_SERVICE_LEDGER_INFO_H

#include "store/facts.h"

gboolean ledger_info (struct ledger *ledger, struct ledger_facts *ret, GError **error);

#endif
