/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Add-ons that are billed in a cycle of their own, whatever the interval of the plan's fees. */
#ifndef BILLCTL_SERVICE_DUE_ADDON_H
#define BILLCTL_SERVICE_DUE_ADDON_H

#include "service/due.h"

#include <glib.h>

/* Codes of such add-ons that the subscription has in any of its phases: owned by the life. */
void due_addon_codes (const struct life *life, GPtrArray *ret);
/* The add-on as the phase has it; FALSE when it has none. Its price is that of one period of its interval. */
gboolean due_addon_terms (const struct life_phase *phase, const char *code, struct fee_line *ret, struct interval *ret_interval);

struct life_clock due_addon_clock (const struct life *life, const char *code); /* counts its periods */

gboolean due_addons_collect (struct ledger *ledger, const struct due_request *request, const struct billed_subscription *billed,
                             struct draft_sheet *sheet, GError **error);
gboolean due_addon_again (const struct billed_subscription *billed, const char *code, const struct due_again *again,
                          struct draft_sheet *sheet, GError **error);
/* Writes down which of their periods are billed. */
gboolean due_addons_move_on (struct ledger *ledger, const struct billed_subscription *billed, gint64 through_us, gboolean *ret_moved,
                             GError **error);

/* Behind what is billed; *ret_clock counts its periods. */
gboolean due_addon_position (struct ledger *ledger, const struct billed_subscription *billed, const char *code, struct life_clock *ret_clock,
                             struct life_position *ret, GError **error);

#endif
