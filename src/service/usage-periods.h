/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How usage periods go into the periods of fees. */
#ifndef BILLCTL_SERVICE_USAGE_PERIODS_H
#define BILLCTL_SERVICE_USAGE_PERIODS_H

#include "core/period.h"

#include <glib.h>

/* How many usage periods one interval of the fees has, or shorter intervals a longer one; 0 when they do not divide it. */
gint64 usage_periods_in (struct interval fees, struct interval usage);

#endif
