/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Request parameters as Stripe takes them: application/x-www-form-urlencoded, nested names in brackets.
 *
 *   form_add (form, "recurring[interval]", "month");    recurring[interval]=month
 *   form_add_element (form, "lookup_keys", 0, "pro");    lookup_keys[0]=pro
 *
 * The same text is the body of a POST and the query of a GET. Parameters stand in the order in which they were added, so equal
 * calls give equal text: what was stored with an idempotency key can be sent again byte for byte. */
#ifndef BILLCTL_STRIPE_FORM_H
#define BILLCTL_STRIPE_FORM_H

#include <glib.h>

struct form;
typedef struct form form_t; /* for g_autoptr (form_t) only */

/* Source: "Metadata" in the Stripe API reference. */
enum { FORM_METADATA_KEY_MAX = 40, FORM_METADATA_VALUE_MAX = 500 };

struct form *form_new (void);
void form_free (struct form *form); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (form_t, form_free)

/* `name` may hold brackets, which stay as they are; everything else outside [A-Za-z0-9._~-] is percent-encoded in name and value.
 * An empty value clears a field at Stripe. */
void form_add (struct form *form, const char *name, const char *value);
void form_add_integer (struct form *form, const char *name, gint64 value);
void form_add_boolean (struct form *form, const char *name, gboolean value);
void form_add_element (struct form *form, const char *list, guint index, const char *value);

/* metadata[key]=value. ERROR_USAGE for a value of more than 500 characters; a key of more than 40 characters or with brackets is
 * a programmer's error. */
gboolean form_add_metadata (struct form *form, const char *key, const char *value, GError **error);

/* "a=b&c[d]=e"; "" when empty. Borrowed until the next change. */
const char *form_text (const struct form *form);
gboolean form_is_empty (const struct form *form);

/* "/v1/prices", "price_1", NULL -> "/v1/prices/price_1"; with "finalize" -> "/v1/prices/price_1/finalize". The id is
 * percent-encoded. Newly allocated. */
char *form_path (const char *collection, const char *id, const char *action);

#endif
