/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: one GError domain whose codes are the exit statuses of billctl(1).
 *
 * A message is lower case without a full stop and says what failed, to what. A hint, if any, is the command or the value
 * that mends it; it is kept inside the message behind "\nhint: " and printed on a line of its own. */
#ifndef BILLCTL_BASE_ERROR_H
#define BILLCTL_BASE_ERROR_H

#include <glib.h>

enum error_code {
  ERROR_FAILED = 1,    /* failed */
  ERROR_USAGE = 2,     /* wrong usage, malformed input */
  ERROR_NOT_FOUND = 3, /* a customer, plan, invoice … that does not exist */
  ERROR_REFUSED = 4,   /* refused by a rule: immutable document, hard limit */
  ERROR_REMOTE = 5,    /* the remote side failed or is out of reach */
  ERROR_PARTIAL = 6,   /* done in part, the rest listed */
  ERROR_LEDGER = 7,    /* ledger busy, newer than the program, or damaged */
};

#define BILLCTL_ERROR (billctl_error_quark ())
GQuark billctl_error_quark (void);

/* g_set_error in our domain. `error` may be NULL. Always returns FALSE, so that `return error_set (…)` reads well. */
gboolean error_set (GError **error, enum error_code code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Adds a hint to *error when there is one and it has none yet. Returns FALSE. */
gboolean error_add_hint (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Prefixes what *you* were doing: "importing usage.csv: " + message. Returns FALSE. */
gboolean error_prefix (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The message without its hint, and the hint (NULL when there is none); both newly allocated. */
char *error_message_text (const GError *error);
char *error_hint_text (const GError *error);

/* The exit status of a failed command: the code in our domain, 1 for any other domain. */
int error_exit_status (const GError *error);

/* What an exit status means, 0 being success: lower case, no full stop, static. NULL behind the last. */
const char *error_status_meaning (int status);

/* A programmer's error: says where and aborts. */
#define BUG(...) g_error (__VA_ARGS__)

#endif
