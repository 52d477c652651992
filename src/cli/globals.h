/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that every command shares: one table like any command's own. */
#ifndef BILLCTL_CLI_GLOBALS_H
#define BILLCTL_CLI_GLOBALS_H

#include "cli/command.h"

/* In the order of the table. */
enum global {
  GLOBAL_LEDGER, GLOBAL_AS_OF, GLOBAL_FORMAT, GLOBAL_COLUMNS, GLOBAL_NO_HEADER, GLOBAL_DRY_RUN, GLOBAL_YES,
  GLOBAL_QUIET, GLOBAL_VERBOSE, GLOBAL_NO_PAGER, GLOBAL_COLOR, GLOBAL_ACTOR, GLOBAL_HELP, GLOBAL_VERSION,
  GLOBAL_COUNT
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct globals {
  const char *ledger;
  struct time_argument as_of;
  int format; /* enum format, -1 when not given */
  const char *columns;
  gboolean no_header;
  gboolean dry_run;
  gboolean yes;
  gboolean quiet;
  int verbose; /* counted */
  gboolean no_pager;
  int color; /* enum color, -1 when not given */
  const char *actor;
  gboolean help;
  gboolean version;
};

/* GLOBAL_COUNT entries and OPTION_END. */
extern const struct option global_options[];

/* Whether the option means anything to the command; and if not, why (static text). */
gboolean global_is_accepted (enum global global, const struct command *command);
const char *global_refusal (enum global global);

/* --as-of and BILLCTL_AS_OF: a date alone is midnight UTC. `name` is what messages call it:
 * "'--as-of'". */
gboolean global_parse_as_of (const char *name, const char *text, gint64 *ret_us, GError **error);

/* A time as the options take it: a date, or a date and time with its zone. */
gboolean time_argument_parse (const char *name, const char *text, struct time_argument *ret, GError **error);

#endif
