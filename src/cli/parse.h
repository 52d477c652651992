/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, read by the tables: which command, its arguments struct, its operands, the global options. */
#ifndef BILLCTL_CLI_PARSE_H
#define BILLCTL_CLI_PARSE_H

#include "cli/globals.h"

enum verb {
  VERB_NONE,    /* no word at all */
  VERB_COMMAND, /* `command` */
  VERB_GROUP,   /* "billctl invoice": `path` is a group and no verb follows */
  VERB_UNKNOWN, /* the word at `unknown_index` is no command of `path` ("" at the top) */
};

struct parsed {
  enum verb verb;
  const struct command *command;
  char *path;        /* the words that were understood */
  int unknown_index; /* in argv */
  struct globals globals;
  guint globals_given;  /* bit 1 << enum global */
  gpointer args;        /* of command->args_size, filled in; NULL when that is 0 */
  GPtrArray *operands;  /* const char *, NULL-terminated behind the last */
  GPtrArray *lists;     /* GPtrArray * of each repeated option, in the order of the table */
};

/* Reads everything behind argv[0]; strings are borrowed from argv. Operands are checked by number and allowed words.
 * With --help or --version nothing is checked behind them. ERROR_USAGE names what is wrong; *ret is then still to be
 * cleared, and says whether help was asked for. */
gboolean command_line_parse (const struct command *const *commands, char *const *argv, struct parsed *ret,
                             GError **error);
void parsed_clear (struct parsed *parsed);
typedef struct parsed parsed_t; /* for g_auto (parsed_t) only */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (parsed_t, parsed_clear)

/* The long option of that name that holds for the command (NULL: none yet): its own, or the global one. NULL when
 * there is none; *ret_global (may be NULL) is GLOBAL_COUNT for a command's own. */
const struct option *option_find (const struct command *command, const char *name, gsize length,
                                  enum global *ret_global);
const struct option *option_find_letter (const struct command *command, char letter, enum global *ret_global);

/* "-5", "-.5": a number, not an option. */
gboolean is_negative_number (const char *text);

#endif
