/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zone files as RFC 9636 (TZif) describes them: from an instant to the offset that clocks had or will have.
 *
 * Versions 1 to 4. From the last transition on, the rule in the footer holds for ever, so that years after 2037 have their
 * summers too. Times are whole seconds since 1970-01-01T00:00:00Z without leap seconds; files that count leap seconds
 * ("right/…") are refused. */
#ifndef BILLCTL_BASE_TZIF_H
#define BILLCTL_BASE_TZIF_H

#include <glib.h>

struct tzif;

/* The largest offsets that the format allows, in seconds east of UTC. */
enum { TZIF_OFFSET_LEAST = -89999, TZIF_OFFSET_MOST = 93599 };

/* A run of time with one offset: start <= t < end. G_MININT64 and G_MAXINT64 stand for "always". */
struct tzif_span {
  gint64 start;
  gint64 end;
  int offset; /* local = UTC + offset */
};

/* NULL when the bytes are no such file; *ret_problem (static text) says why. */
struct tzif *tzif_new (const guint8 *bytes, gsize length, const char **ret_problem);
struct tzif *tzif_new_utc (void);
void tzif_free (struct tzif *tzif);

/* The span that the instant lies in. */
struct tzif_span tzif_span_at (const struct tzif *tzif, gint64 instant);

#endif
