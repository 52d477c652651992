/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion: what may stand at the cursor of a half-written command line. */
#ifndef BILLCTL_CLI_COMPLETE_H
#define BILLCTL_CLI_COMPLETE_H

#include "cli/command.h"

/* Adds codes and names of the ledger that begin with `prefix`, newly allocated: "acme" or "acme\tAcme GmbH". FALSE
 * when they cannot be had; nobody is told. */
typedef gboolean (*complete_source) (struct ledger *ledger, enum completion completion, const char *prefix,
                                     GPtrArray *ret);

struct complete_request {
  const struct command *const *commands;
  const char *const *words; /* behind "billctl"; the last one is being written and may be empty */
  complete_source source;   /* NULL: nothing from the ledger */
  const char *ledger_path;  /* where no --ledger stands among the words */
  const char *exec_path;    /* where the programs for other engines are */
};

/* One candidate a line: the whole word, and behind a tab what it is. A line ":file" asks the shell for file names.
 * Candidates of "--option=val" are whole words too. The ledger is opened only when its values are wanted, and for
 * reading. Newly allocated strings in a new array. */
GPtrArray *complete_words (const struct complete_request *request);

#endif
