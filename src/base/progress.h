/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long work tells how far it is, without knowing who listens. */
#ifndef BILLCTL_BASE_PROGRESS_H
#define BILLCTL_BASE_PROGRESS_H

#include <glib.h>

/* `done` and `total` are in the unit that the work chose (bytes, rows, subscriptions); a total of 0 is not known.
 * Calling it often is cheap: the listener decides when to show something. */
struct progress_sink {
  void (*report) (void *data, gint64 done, gint64 total);
  void *data;
};

/* For services: `sink` may be NULL or empty. */
static inline void
progress_report (const struct progress_sink *sink, gint64 done, gint64 total)
{
  if (sink != NULL && sink->report != NULL)
    sink->report (sink->data, done, total);
}

#endif
