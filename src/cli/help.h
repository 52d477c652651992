/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help pages from the tables: at most `width` columns and never more than 80. All text is newly allocated and ends
 * in a newline, except the usage line. */
#ifndef BILLCTL_CLI_HELP_H
#define BILLCTL_CLI_HELP_H

#include "cli/command.h"

/* "billctl customer add CUSTOMER [OPTIONS]" */
char *help_usage (const struct command *command);

/* Every command by subject, and the global options. */
char *help_overview (const struct command *const *commands, int width);

/* Subject `index` of the overview: its title (static), and its commands (const struct command *) appended to `ret`. NULL behind the
 * last subject. */
const char *help_subject (const struct command *const *commands, guint index, GPtrArray *ret);

/* The commands that begin with the words of `group`. */
char *help_group (const struct command *const *commands, const char *group, int width);

char *help_command (const struct command *command, int width);

#endif
