/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of a plan as the sections of a document: prices, quantities, charges, limits, features, add-ons. */
#ifndef BILLCTL_CMD_PLAN_SECTIONS_H
#define BILLCTL_CMD_PLAN_SECTIONS_H

#include "render/document.h"
#include "service/plan.h"

gboolean write_plan_sections (struct document *document, const struct plan *plan, GError **error);

#endif
