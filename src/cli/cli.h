/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program around the commands. */
#ifndef BILLCTL_CLI_CLI_H
#define BILLCTL_CLI_CLI_H

#include "cli/command.h"

/* Runs one command line and returns the exit status. `commands` is NULL-terminated and sorted by path; `now_us` is
 * the clock, read once. */
int cli_main (char **argv, const struct command *const *commands, gint64 now_us);

#endif
