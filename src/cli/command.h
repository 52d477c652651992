/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table per command, many views of it.
 *
 * Each file in src/cmd defines one `const struct command`. From it come the parser, `-h` and `billctl help`, "did you
 * mean", the OPTIONS of the manual pages, shell completion, `billctl introspect`, and the tests that walk every command.
 * Options are bound by offsetof into the command's own arguments struct; the macros check the field's type at compile
 * time.
 *
 *   struct args { const char *name; gboolean finalize; const char **properties; };
 *   static const struct option options[] = {
 *     OPTION_STRING (struct args, name, "name", 0, "TEXT", "display name"),
 *     OPTION_FLAG (struct args, finalize, "finalize", 0, "number and open the invoices at once"),
 *     OPTION_LIST (struct args, properties, "property", 'p', "KEY=VALUE", "event property; may be repeated"),
 *     OPTION_END
 *   };
 *   static const struct operand operands[] = { { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE }, OPERAND_END };
 *   const struct command command_customer_add = { .path = "customer add", .summary = "add a customer", .operands = operands,
 *     .options = options, .args_size = sizeof (struct args), .needs = NEEDS_LEDGER_WRITE, .run = run };
 */
#ifndef BILLCTL_CLI_COMMAND_H
#define BILLCTL_CLI_COMMAND_H

#include "core/date.h"
#include "core/decimal.h"
#include "render/document.h"

#include <glib.h>

struct ledger;

enum option_kind { OPTION_KIND_FLAG, OPTION_KIND_STRING, OPTION_KIND_INTEGER, OPTION_KIND_TIME, OPTION_KIND_CHOICE, OPTION_KIND_LIST };

/* Where completion finds values. */
enum completion {
  COMPLETE_NONE, COMPLETE_FILE, COMPLETE_CUSTOMER, COMPLETE_PLAN, COMPLETE_METRIC, COMPLETE_SUBSCRIPTION, COMPLETE_INVOICE,
  COMPLETE_CURRENCY, COMPLETE_TIMEZONE, COMPLETE_COMMAND, COMPLETE_SETTING, COMPLETE_ADDON, COMPLETE_ACCOUNT, COMPLETE_CREDIT_NOTE,
  COMPLETE_COUPON, COMPLETE_HOLDER, COMPLETE_CHARGE, COMPLETE_ROLE
};

/* A time as it was typed. Dates alone are resolved by the service in the zone that applies (customer or ledger). */
struct time_argument {
  gboolean given;
  const char *text; /* as typed, for messages */
  struct time_text time;
};

struct option {
  const char *name; /* without dashes */
  char letter;      /* 0: none */
  enum option_kind kind;
  gsize offset;
  const char *value_name;     /* NULL for flags */
  const char *help;           /* one line, lower case, no full stop */
  const char *const *choices; /* CHOICE: NULL-terminated; the field receives the index, -1 when not given */
  enum completion completion;
};

/* The field's offset; does not compile unless the field has exactly that type. */
#define OPTION_CHECKED(T, field, type) (offsetof (T, field) + 0 * sizeof (_Generic (((T *) 0)->field, type : 'x')))
#define OPTION_FLAG(T, field, name, letter, help) \
  { name, letter, OPTION_KIND_FLAG, OPTION_CHECKED (T, field, gboolean), NULL, help, NULL, COMPLETE_NONE }
#define OPTION_STRING(T, field, name, letter, value, help) OPTION_STRING_FROM (T, field, name, letter, value, help, COMPLETE_NONE)
#define OPTION_STRING_FROM(T, field, name, letter, value, help, source) \
  { name, letter, OPTION_KIND_STRING, OPTION_CHECKED (T, field, const char *), value, help, NULL, source }
#define OPTION_INTEGER(T, field, name, letter, value, help) /* gint64 from 1 on; 0 when not given */ \
  { name, letter, OPTION_KIND_INTEGER, OPTION_CHECKED (T, field, gint64), value, help, NULL, COMPLETE_NONE }
#define OPTION_TIME(T, field, name, letter, help) /* struct time_argument */ \
  { name, letter, OPTION_KIND_TIME, OPTION_CHECKED (T, field.given, gboolean) - offsetof (struct time_argument, given), "TIME", help, NULL, COMPLETE_NONE }
#define OPTION_CHOICE(T, field, name, letter, choices, help) /* int */ \
  { name, letter, OPTION_KIND_CHOICE, OPTION_CHECKED (T, field, int), NULL, help, choices, COMPLETE_NONE }
#define OPTION_LIST(T, field, name, letter, value, help) OPTION_LIST_FROM (T, field, name, letter, value, help, COMPLETE_NONE)
#define OPTION_LIST_FROM(T, field, name, letter, value, help, source) /* const char **: NULL-terminated, never NULL */ \
  { name, letter, OPTION_KIND_LIST, OPTION_CHECKED (T, field, const char **), value, help, NULL, source }
#define OPTION_END { NULL, 0, OPTION_KIND_FLAG, 0, NULL, NULL, NULL, COMPLETE_NONE }

enum operand_count { OPERAND_ONE, OPERAND_OPTIONAL, OPERAND_MANY /* one or more, last only */, OPERAND_ANY /* none or more, last only */ };

struct operand {
  const char *name; /* "CUSTOMER"; or the words that are allowed, which the parser then insists on: "bash|zsh|fish" */
  const char *help;
  enum completion completion;
  enum operand_count count;
};
#define OPERAND_END { NULL, NULL, COMPLETE_NONE, OPERAND_ONE }

enum command_needs {
  NEEDS_NOTHING = 0,
  NEEDS_LEDGER_READ = 1 << 0,
  NEEDS_LEDGER_WRITE = 1 << 1, /* accepts --dry-run: the dispatcher opens the ledger so that commits become rollbacks */
  NEEDS_NETWORK = 1 << 2,      /* documentation and introspect */
  WRITES_ROWS = 1 << 3,        /* answers with rows or a document: accepts --format, --columns, --no-header */
  USES_PAGER = 1 << 4,
  ACCEPTS_DRY_RUN = 1 << 5,    /* for commands without NEEDS_LEDGER_WRITE (init, export -o …) that honour invocation.dry_run themselves */
  ANY_SCHEMA_VERSION = 1 << 6, /* with NEEDS_LEDGER_READ: a ledger that must be migrated is opened as it is */
};

/* What a run gets. Everything in it is borrowed from the dispatcher. */
struct invocation {
  const struct command *command;
  const void *args;           /* the command's own struct, filled in */
  const char *const *operands; /* NULL-terminated */
  int operand_count;
  struct ledger *ledger;      /* open when the command needs one, else NULL */
  const char *ledger_path;    /* as resolved from --ledger, BILLCTL_LEDGER, the default; never NULL */
  const char *actor;          /* --actor, BILLCTL_ACTOR; NULL: the login name (for commands that open a ledger themselves) */
  gint64 as_of_us;            /* --as-of, BILLCTL_AS_OF, or the clock (read once) */
  gboolean as_of_given;
  gboolean format_given;
  gboolean dry_run;
  gboolean assume_yes;        /* --yes */
  gboolean quiet;             /* no talk on stderr but errors */
  int verbose;                /* number of --verbose */
  const char *exec_path;      /* helpers' folder: BILLCTL_EXEC_PATH or $(libexecdir)/billctl */
  struct render_request render; /* format, columns, out (stdout or the pager), width, colour: ready for document_new */
  const struct command *const *commands; /* the whole list, NULL-terminated, sorted by path */
  int exit_status;            /* a successful run may set ERROR_PARTIAL */
};

enum { ENGINE_ANY = -1 }; /* whatever program it is started in */

struct command {
  const char *path;    /* "invoice generate" */
  const char *summary; /* one line, lower case, no full stop */
  const char *description; /* a paragraph or two for help; may be NULL */
  const char *const *examples; /* NULL-terminated command lines; may be NULL */
  const struct operand *operands; /* may be NULL */
  const struct option *options;   /* may be NULL */
  gsize args_size;                /* 0 when there are no options */
  unsigned needs;                 /* enum command_needs */
  gboolean hidden;                /* plumbing: not in help's list, still in introspect */
  int engine_operand;             /* from 1: the operand that names the ledger whose engine's program runs it; 0: the ledger does; ENGINE_ANY */
  gboolean (*run) (struct invocation *invocation, GError **error);
};

/* Talk on stderr, unless --quiet: one line, prefixed by nothing. */
void invocation_say (const struct invocation *invocation, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "warning: …" on stderr, also with --quiet. */
void invocation_warn (const struct invocation *invocation, const char *format, ...) G_GNUC_PRINTF (2, 3);
void invocation_advise (const struct invocation *invocation, const char *advice); /* what ledger_advice() says, unless --quiet; NULL: nothing */

/* "billctl: …" on stderr, also with --quiet: one of several things that are wrong, before the error that counts them. */
void invocation_problem (const struct invocation *invocation, const char *problem);

/* Asks on the terminal; TRUE with --yes; ERROR_USAGE with a hint about --yes when there is no terminal, ERROR_REFUSED when declined. */
gboolean invocation_confirm (const struct invocation *invocation, const char *question, GError **error);

#endif
