/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON as billctl takes it: RFC 8259 to the letter, with places in every message.
 *
 * Parsing refuses what json-c would let pass: other encodings than UTF-8, NaN and Infinity, single quotes, control characters
 * and NUL in strings, unpaired surrogates, leading zeros, integers beyond 64 bits, a key that stands twice in one object,
 * nesting deeper than JSON_DEPTH_MAX, anything behind the value. Comments are accepted only where a person writes the file. */
#ifndef BILLCTL_BASE_JSON_H
#define BILLCTL_BASE_JSON_H

#include <glib.h>
#include <json-c/json_object.h>

enum { JSON_DEPTH_MAX = 64 };

void json_value_free (gpointer value); /* json_object_put for containers */

enum json_syntax {
  JSON_PLAIN,
  JSON_WITH_COMMENTS, /* line and block comments as in C; values remember their line (json_node_line) */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* `what` begins the message: "catalog.json:12:5: unexpected character '}'" (ERROR_USAGE). *ret is NULL for a JSON null, else to be
 * freed with json_object_put. Bytes from text to text + length are read, no more. */
gboolean json_parse_text (const char *text, gsize length, const char *what, enum json_syntax syntax, json_object **ret, GError **error);

enum { JSON_FILE_MAX = 64 * 1024 * 1024 };

/* The same for a file of JSON_FILE_MAX bytes at most; "-" is standard input. ERROR_NOT_FOUND when there is none. */
gboolean json_read_file (const char *path, enum json_syntax syntax, json_object **ret, GError **error);

/* Sorted keys, no spaces: equal values give equal text. Newly allocated. */
char *json_canonical (json_object *value);

/* Appends the text as a JSON string in its quotes; bytes that are not UTF-8 become U+FFFD. */
void json_append_string (GString *out, const char *text);

/* A value and the way to it, for messages that name the place. Nodes live on the stack of whoever walks; `value` is NULL for
 * what is missing or null. */
struct json_node {
  const struct json_node *parent; /* NULL for the root */
  const char *key;                /* in an object; NULL in a list */
  gsize index;                    /* in a list */
  json_object *value;             /* borrowed */
};

struct json_node json_node_member (const struct json_node *object, const char *key); /* missing when it is no object */
struct json_node json_node_element (const struct json_node *list, gsize index);
gsize json_node_length (const struct json_node *list); /* 0 when it is no list */
gboolean json_node_is (const struct json_node *node, json_type type);

/* "plans[2].charges[0].unit_price"; "" for the root. Newly allocated. */
char *json_node_path (const struct json_node *node);
/* The line that the value, or the nearest value around it, began in; 0 when it is not known. */
guint json_node_line (const struct json_node *node);
/* What stands there, in words: "a string", "null", "nothing" … */
const char *json_node_found (const struct json_node *node);

/* ERROR_USAGE "plans[2].name: expected a string, found a number". Text is borrowed from the value. */
gboolean json_node_string (const struct json_node *node, const char **ret, GError **error);
gboolean json_node_int64 (const struct json_node *node, gint64 *ret, GError **error);
gboolean json_node_boolean (const struct json_node *node, gboolean *ret, GError **error);
gboolean json_node_expect (const struct json_node *node, json_type type, GError **error);

#endif
