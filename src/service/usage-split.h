/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One amount over the values of a property, in proportion to their quantities. */
#ifndef BILLCTL_SERVICE_USAGE_SPLIT_H
#define BILLCTL_SERVICE_USAGE_SPLIT_H

#include "service/aggregate.h"

#include <glib.h>

/* Parts of the amount, one for each share, which add up to it: by largest remainder, the earlier of equals first. Where some
 * quantities are below zero, what is above takes its proportion of the amount first, and the others share the rest, so that each part
 * has the sign of its quantity. Where they come to nothing in all, the first one has it. FALSE: it does not fit. */
gboolean usage_split (gint64 amount_minor, const struct usage_share *shares, gsize count, gint64 *parts);

#endif
