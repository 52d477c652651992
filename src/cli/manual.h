/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the manual pages take from the tables, in man(7) macros: man/page.awk puts it into the pages' prose. */
#ifndef BILLCTL_CLI_MANUAL_H
#define BILLCTL_CLI_MANUAL_H

#include "cli/command.h"

/* Every part behind a line `.\" part PAGE NAME`; newly allocated.
 *
 * For each command that is not hidden, PAGE being "billctl-customer-add": SUMMARY (one line of text), SYNOPSIS, DESCRIPTION (without
 * their headings), OPERANDS and OPTIONS (with them; OPERANDS may be empty). For the page "billctl": COMMANDS by subject, GLOBALS and
 * STATUSES. */
char *manual_parts (const struct command *const *commands);

#endif
