/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a line came about, as compact JSON (grammar in billctl-json(5)). Values that say nothing are left out: an included
 * quantity of 0, a flat price of 0, a filter where there is none. */
#ifndef BILLCTL_SERVICE_DERIVATION_H
#define BILLCTL_SERVICE_DERIVATION_H

#include "service/draft.h"

#include <glib.h>

/* Each replaces the contents of `ret`. `billable` is the quantity after what is included, `converted` that in billed units. */
void derivation_of_fee (GString *ret, const struct line_place *place, const struct fee_line *fee, struct decimal billable);
void derivation_of_one_off (GString *ret, const struct one_off_line *one_off);
void derivation_of_usage (GString *ret, const struct line_place *place, const struct usage_line *usage, struct decimal converted,
                          const struct price_result *result);
void derivation_of_bound (GString *ret, const struct line_place *place, const struct bound_line *bound, enum price_bound which,
                          gint64 charged_minor);
void derivation_of_late (GString *ret, const struct line_place *place, const struct late_line *late);
void derivation_of_part (GString *ret, const struct line_place *place, const struct usage_line *usage, const struct usage_part *part,
                         const char *now);

/* What of the quantity costs nothing, as a finished derivation says it; NULL: none of it. */
gboolean derivation_included (const char *derivation, char **ret, GError **error);

#endif
