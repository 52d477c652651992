/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as JSON objects, one to a line. */
#ifndef BILLCTL_SERVICE_EVENT_LINE_H
#define BILLCTL_SERVICE_EVENT_LINE_H

#include "service/event-map.h"

#include <glib.h>

/* One JSON object {"id": …, "customer": …, "metric": …, "quantity": …, "time": …, "subscription": …, "reverses": …, "properties": {…}} as
 * fields. Property values may be strings, numbers, true or false, which all become text; null is missing. */
struct event_line;
struct event_line *event_line_new (void);
void event_line_free (struct event_line *line); /* NULL is fine */
typedef struct event_line event_line_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (event_line_t, event_line_free)

/* *ret points into the text and into `line`, until the next call. ERROR_USAGE "column 17: …", or about a member. */
gboolean event_line_parse (struct event_line *line, const char *text, gsize length, struct event_fields *ret, GError **error);
/* Of the line that was just parsed: a part or else a property; text is NULL when it is missing. */
struct csv_field event_line_value (const struct event_line *line, const char *name);

/* One JSON object of any layout: values[i] becomes the text of the member names[i] (NULL-terminated list), NULL when it is
 * missing, null, an object or a list. */
gboolean event_line_members (struct event_line *line, const char *text, gsize length, const char *const *names,
                             struct csv_field *values, GError **error);

#endif
