/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The secret API key: where it comes from, whether it may be used, and how it may be shown.
 *
 * It is looked for in STRIPE_API_KEY, then in a file, then from a command; the first of them that is set decides. Its text stays
 * in one allocation, which is wiped when it is freed, and stands in no message. */
#ifndef BILLCTL_STRIPE_KEY_H
#define BILLCTL_STRIPE_KEY_H

#include <glib.h>

#define STRIPE_KEY_VARIABLE "STRIPE_API_KEY"

struct stripe_key;
typedef struct stripe_key stripe_key_t; /* for g_autoptr (stripe_key_t) only */

struct stripe_key_source {
  const char *file;    /* NULL: none. Must be a plain file of ours that nobody else can read (mode 0600 or 0400) */
  const char *command; /* NULL: none. Run by /bin/sh -c; the first line of its output is the key */
  gboolean allow_live; /* else a live key is ERROR_REFUSED */
};

/* ERROR_USAGE when there is no key or it is none (with a hint), ERROR_REFUSED for a file that others can read and for a live key
 * that was not asked for, ERROR_FAILED when the command fails. The variable is wiped and removed from the environment in every
 * case, so that children started afterwards do not get it. */
gboolean stripe_key_load (const struct stripe_key_source *source, struct stripe_key **ret, GError **error);

/* Checks the shape of one key: sk_ or rk_, test or live, then letters, digits and '_'. ERROR_USAGE; the message does not quote
 * it. */
gboolean stripe_key_new (const char *text, gsize length, struct stripe_key **ret, GError **error);
void stripe_key_free (struct stripe_key *key); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (stripe_key_t, stripe_key_free)

/* Borrowed; for the HTTP helper's descriptor and nothing else. */
const char *stripe_key_text (const struct stripe_key *key);
gboolean stripe_key_is_live (const struct stripe_key *key);

/* "sk_test_************cdef": the first eight and the last four characters; only the first eight of a short key. Newly allocated.
 */
char *stripe_key_redacted (const struct stripe_key *key);

#endif
