/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of a subscription costs within the periods that were charged before it. */
#ifndef BILLCTL_SERVICE_DUE_CHANGE_H
#define BILLCTL_SERVICE_DUE_CHANGE_H

#include "service/due.h"

/* The place of the phase (not the first), and which of its lines: those that stand on no issued invoice and fall due by then, or
 * `again` those that fell due exactly then. */
struct due_change {
  gsize phase;
  gint64 due_us;
  gboolean again;
};

/* The lines for the beginning of a phase: for each fee that is charged otherwise from then on, the unused part of every period that
 * was charged by the terms before, and the remaining part by the new terms; then one-off add-ons that came with it. What was charged
 * is what the period began with and what prorated changes made of it: a change that was not prorated is neither given back nor charged
 * by a later one. An unused part never comes to more than what was charged for it, since it is a smaller part of the same amount, and
 * carries its share of the discount that was taken off then. What is paid in arrears falls due with its period. */
gboolean due_change_add (struct ledger *ledger, const struct billed_subscription *billed, const struct due_change *asked,
                         struct draft_sheet *sheet, GError **error);

#endif
