/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that are programs of their own: `billctl foo` runs billctl-foo. */
#ifndef BILLCTL_CLI_EXTERNAL_H
#define BILLCTL_CLI_EXTERNAL_H

#include "cli/parse.h"

/* Becomes the program billctl-WORD of the exec path or else of PATH, for the unknown word in argv, with the
 * arguments behind it. --ledger, --as-of and --actor in front of the word go along as BILLCTL_LEDGER, BILLCTL_AS_OF
 * and BILLCTL_ACTOR. Returns TRUE when there is no such program, FALSE (ERROR_USAGE, ERROR_FAILED) when it cannot be
 * run. */
gboolean external_become (const struct parsed *parsed, char **argv, const char *exec_path, GError **error);

/* Becomes the program for the engine of the ledger, when that is not this one's: the same commands on another database, from the
 * exec path. BILLCTL_PROGRAM tells it where this one is. NULL: any will do. Returns TRUE when this program is the right one, or there is no other: opening the ledger then says so. */
gboolean external_become_engine (const char *ledger_path, char **argv, const char *exec_path, GError **error);

#endif
