/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say of a ledger. */
#include "service/ledger-info.h"

gboolean
ledger_info (struct ledger *ledger, struct ledger_facts *ret, GError **error)
{
  return ledger_facts_read (ledger, ret, error);
}
