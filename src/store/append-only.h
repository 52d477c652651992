/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables whose rows are never changed and never removed: what the drivers close besides the triggers of the schema. */
#ifndef BILLCTL_STORE_APPEND_ONLY_H
#define BILLCTL_STORE_APPEND_ONLY_H

#include <glib.h>

gboolean append_only_table (const char *table);

#endif
