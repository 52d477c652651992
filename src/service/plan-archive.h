/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that are not sold any more. */
#ifndef BILLCTL_SERVICE_PLAN_ARCHIVE_H
#define BILLCTL_SERVICE_PLAN_ARCHIVE_H

#include <glib.h>

struct ledger;

struct plan_archive_result {
  gboolean changed;   /* FALSE: it was so already */
  gint64 subscribers; /* subscriptions that stay on it */
};

/* Archives the plan, or sells it again. Its subscriptions are left alone. ERROR_NOT_FOUND. */
gboolean plan_archive (struct ledger *ledger, const char *code, gboolean undo, struct plan_archive_result *ret, GError **error);

#endif
