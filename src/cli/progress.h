/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "importing usage: 45% (450000 of 1000000 events), 120000 events/s, 5 s left" on a terminal's standard error.
 *
 *   struct progress *progress = progress_new (invocation, "importing usage", 0, "events");
 *   struct progress_sink sink = progress_sink (progress);   -> request.progress = &sink
 *   …
 *   progress_finish (progress);
 *
 * Shown after a second, ten times a second at most, wiped at the end. Nothing is shown with --quiet or when standard
 * error is not a terminal; BILLCTL_PROGRESS=always shows every report at once, one per line (for tests),
 * BILLCTL_PROGRESS=never none. */
#ifndef BILLCTL_CLI_PROGRESS_H
#define BILLCTL_CLI_PROGRESS_H

#include "base/progress.h"
#include "cli/command.h"

struct progress;

/* `title` and `unit` (plural; "bytes" are shown as KiB, MiB …) are borrowed and must live as long. `total` is 0 when
 * not known. Never NULL. One at a time. */
struct progress *progress_new (const struct invocation *invocation, const char *title, gint64 total, const char *unit);

/* `total` of 0 keeps the one that is known. */
void progress_update (struct progress *progress, gint64 done, gint64 total);

/* Borrows `progress`. */
struct progress_sink progress_sink (struct progress *progress);

/* Wipes the line and frees; NULL is fine. */
void progress_finish (struct progress *progress);
typedef struct progress progress_t; /* for g_autoptr (progress_t) only */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (progress_t, progress_finish)

/* Before other text goes to standard error: wipes the line that is shown, if any. It comes back with the next
 * report. */
void progress_hide (void);

#endif
