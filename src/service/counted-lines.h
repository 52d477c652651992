/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of an invoice for which events count, and which event counts for which of them. */
#ifndef BILLCTL_SERVICE_COUNTED_LINES_H
#define BILLCTL_SERVICE_COUNTED_LINES_H

#include "service/due.h"

#include <glib.h>
#include <json-c/json_object.h>

/* Members of a derivation (see billctl-json(5)); NULL or 0 where there is none. */
const char *derivation_text (json_object *derivation, const char *key);
gint64 derivation_instant (json_object *derivation, const char *key);
/* The one that says events and quantity: that of a difference is what it comes to now. NULL: nothing does. */
json_object *derivation_of_events (json_object *derivation);
/* Is it a bound, for which no event counts by itself? */
gboolean derivation_is_bound (json_object *derivation);

struct counted_lines;
struct counted_lines *counted_lines_new (void);
void counted_lines_free (struct counted_lines *lines); /* NULL is fine */
typedef struct counted_lines counted_lines_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (counted_lines_t, counted_lines_free)

/* A line of usage that is no bound, with its derivation. */
void counted_lines_add (struct counted_lines *lines, const struct invoice_line *line, json_object *derivation);
/* FALSE: for none of them. */
gboolean counted_lines_find (const struct counted_lines *lines, const struct due_counted *counted, gint64 *ret_position);

#endif
