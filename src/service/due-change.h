/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of a subscription costs within the periods that were charged before it. */
#ifndef BILLCTL_SERVICE_DUE_CHANGE_H
#define BILLCTL_SERVICE_DUE_CHANGE_H

#include "service/due.h"

/* The lines for the beginning of the phase at that place (not the first): for each fee that is charged otherwise from then on, the
 * unused part of every period that was charged by the terms before, and the remaining part by the new terms; then one-off add-ons
 * that came with it. An unused part never comes to more than what was charged for it, since it is a smaller part of the same
 * amount, and carries its share of the discount that was taken off then. */
gboolean due_change_add (struct ledger *ledger, const struct billed_subscription *billed, gsize phase, struct draft_sheet *sheet,
                         GError **error);

#endif
