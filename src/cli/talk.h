/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to standard error besides invocation_say(). */
#ifndef BILLCTL_CLI_TALK_H
#define BILLCTL_CLI_TALK_H

#include <glib.h>

/* "billctl: message" and "hint: …", made harmless for terminals. */
void talk_error (const GError *error);

#endif
