/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is at the other end of the standard streams, and the pager in front of it. */
#ifndef BILLCTL_CLI_TERMINAL_H
#define BILLCTL_CLI_TERMINAL_H

#include "cli/globals.h"

/* Gives closed standard streams an end that cannot be used, so that no file opened later becomes one of them and
 * writing to a closed standard output is still an error. */
void terminal_secure_streams (void);

/* Columns of the terminal: COLUMNS, else what it says itself, else 80. */
int terminal_width (void);

/* For standard output: --color, NO_COLOR, and whether it is a terminal that can. */
gboolean terminal_wants_color (enum color color);

/* Puts the pager (BILLCTL_PAGER, PAGER, less -FRX) behind standard output when that is a terminal. Does nothing when
 * there is none to start. */
void pager_start (void);

/* Closes standard output and waits until the pager was left. FALSE when there is no such program, so that nobody has
 * seen the answer. TRUE without a pager. */
gboolean pager_finish (void);
gboolean pager_is_running (void);

/* Brings out what was printed so far. The first reason why that failed is kept: errno, or 0. */
void terminal_flush (void);
int terminal_flush_errno (void);

/* TRUE when standard output is a pipe that nobody reads any more. */
gboolean terminal_reader_is_gone (void);

#endif
