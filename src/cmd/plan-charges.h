/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charges of a plan as a table: a row for each tier of each price. */
#ifndef BILLCTL_CMD_PLAN_CHARGES_H
#define BILLCTL_CMD_PLAN_CHARGES_H

#include "render/document.h"
#include "service/plan.h"

enum { PLAN_CHARGE_COLUMNS = 27 };
extern const struct column plan_charge_columns[PLAN_CHARGE_COLUMNS];

gboolean write_plan_charges (struct document *document, const struct plan *plan, GError **error);

/* Hides columns that would stay empty from people. */
void narrow_plan_charges (const struct plan *plan, struct column *columns);

#endif
