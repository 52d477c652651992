/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a writer waits for another one, on every engine. */
#ifndef BILLCTL_STORE_DB_BUSY_H
#define BILLCTL_STORE_DB_BUSY_H

#include <glib.h>

/* 30 seconds, or what BILLCTL_BUSY_TIMEOUT_MS says; ERROR_USAGE when that is no number. */
gboolean busy_limit_find (gint64 *ret_ms, GError **error);

#endif
