/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line parser and the help pages, against a table of commands that nothing else uses. */
#include "base/error.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/lookup.h"
#include "cli/parse.h"

#include "tap-main.h"

#include <string.h>

/* --- The commands --- */

struct add_args {
  const char *name;
  gboolean urgent;
  gint64 seats;
  struct time_argument start;
  int interval;
  const char **tags;
  const char **addons;
};

static const char *const intervals[] = { "day", "month", "year", NULL };

static const struct option add_options[] = {
  OPTION_STRING (struct add_args, name, "name", 'n', "TEXT", "display name"),
  OPTION_FLAG (struct add_args, urgent, "urgent", 'u', "do it first"),
  OPTION_INTEGER (struct add_args, seats, "seats", 0, "N", "how many seats"),
  OPTION_TIME (struct add_args, start, "start", 0, "when it begins"),
  OPTION_CHOICE (struct add_args, interval, "interval", 0, intervals, "how often it is billed"),
  OPTION_LIST (struct add_args, tags, "tag", 't', "KEY=VALUE", "a tag; may be repeated"),
  OPTION_LIST (struct add_args, addons, "addon", 0, "CODE", "an add-on; may be repeated"),
  OPTION_END
};

static const struct operand add_operands[] = {
  { "CUSTOMER", "code of the customer", COMPLETE_CUSTOMER, OPERAND_ONE },
  { "QUANTITY", "how much", COMPLETE_NONE, OPERAND_OPTIONAL },
  OPERAND_END
};

static const struct operand many_operands[] = {
  { "FIRST", "the first file", COMPLETE_FILE, OPERAND_ONE },
  { "FILE", "more files", COMPLETE_FILE, OPERAND_MANY },
  OPERAND_END
};

static const struct operand shell_operands[] = { { "bash|zsh|fish", "a shell", COMPLETE_NONE, OPERAND_ONE }, OPERAND_END };

/* Like `export`, it has a --format of its own. */
struct export_args {
  int format;
};

static const char *const export_formats[] = { "csv", "xlsx", NULL };

static const struct option export_options[] = {
  OPTION_CHOICE (struct export_args, format, "format", 0, export_formats, "kind of file"), OPTION_END
};

static gboolean
run_nothing (struct invocation *invocation, GError **error)
{
  (void) invocation;
  (void) error;
  return TRUE;
}

static const char *const long_examples[] = {
  "billctl thing add acme --name \"A rather long name for a customer\" --seats 25 --interval month --start 2026-01-01",
  "billctl thing add acme --seats 25 --interval month --start 2026-01-01 --name 'A rather long name'", NULL
};

static const struct command add = {
  .path = "thing add", .summary = "add a thing", .examples = long_examples, .operands = add_operands, .options = add_options,
  .description = "A first paragraph that is long enough to be wrapped, because it says again what the summary says.\n\nA second.",
  .args_size = sizeof (struct add_args), .needs = NEEDS_LEDGER_WRITE, .run = run_nothing
};
static const struct command export = {
  .path = "export", .summary = "export things", .options = export_options, .args_size = sizeof (struct export_args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS, .run = run_nothing
};
static const struct command join = { .path = "join", .summary = "join files", .operands = many_operands, .run = run_nothing };
static const struct command shell = { .path = "shell", .summary = "choose", .operands = shell_operands, .run = run_nothing };
static const struct command list = { .path = "thing list", .summary = "list things", .needs = NEEDS_LEDGER_READ | WRITES_ROWS,
                                     .run = run_nothing };
static const struct command three = { .path = "thing part show", .summary = "show a part", .run = run_nothing };
static const struct command plumbing = { .path = "plumbing", .summary = "inner works", .hidden = TRUE, .run = run_nothing };
static const struct command *const commands[] = { &export, &join, &plumbing, &shell, &add, &list, &three, NULL };

/* --- Parsing a line --- */

/* Splits at blanks as a shell would; the words live until the next call. */
static gboolean
parse_line (const char *line, struct parsed *ret, GError **error)
{
  static char **words;
  g_strfreev (words);
  words = NULL;
  g_autofree char *whole = g_strconcat ("billctl ", line, NULL);
  ck_assert (g_shell_parse_argv (whole, NULL, &words, NULL));
  return command_line_parse (commands, words, ret, error);
}

#define ASSERT_PARSES(line, parsed) \
  do { \
    g_autoptr (GError) asserted = NULL; \
    gboolean is_parsed = parse_line ((line), (parsed), &asserted); \
    ck_assert_msg (is_parsed, "%s: %s", (line), asserted == NULL ? "" : asserted->message); \
  } while (0)

static const char *
operand_at (const struct parsed *parsed, guint index)
{
  ck_assert_uint_lt (index, parsed->operands->len);
  return g_ptr_array_index (parsed->operands, index);
}

START_TEST (every_kind_of_option)
{
  g_auto (parsed_t) parsed = { 0 };
  ASSERT_PARSES ("thing add acme --name=Acme -u --seats 25 --start 2026-01-05T10:00:00Z --interval month -t a=1 --tag b=2", &parsed);
  const struct add_args *args = parsed.args;
  ck_assert_ptr_eq (parsed.command, &add);
  ck_assert_str_eq (args->name, "Acme");
  ck_assert_int_eq (args->urgent, TRUE);
  ck_assert_int_eq (args->seats, 25);
  ck_assert (args->start.given && args->start.time.has_zone);
  ck_assert_str_eq (args->start.text, "2026-01-05T10:00:00Z");
  ck_assert_int_eq (args->interval, 1);
  ck_assert_str_eq (args->tags[0], "a=1");
  ck_assert_str_eq (args->tags[1], "b=2");
  ck_assert_ptr_null (args->tags[2]);
  ck_assert_ptr_nonnull (args->addons);
  ck_assert_ptr_null (args->addons[0]);
  ck_assert_str_eq (operand_at (&parsed, 0), "acme");
  ck_assert_ptr_null (operand_at (&parsed, 1));
}
END_TEST

START_TEST (nothing_given)
{
  g_auto (parsed_t) parsed = { 0 };
  ASSERT_PARSES ("thing add acme", &parsed);
  const struct add_args *args = parsed.args;
  ck_assert_ptr_null (args->name);
  ck_assert_int_eq (args->urgent, FALSE);
  ck_assert_int_eq (args->seats, 0);
  ck_assert_int_eq (args->start.given, FALSE);
  ck_assert_int_eq (args->interval, -1);
  ck_assert_ptr_null (args->tags[0]);
  ck_assert_int_eq (parsed.globals.format, -1);
  ck_assert_int_eq (parsed.globals.color, -1);
}
END_TEST

START_TEST (ways_to_write_it)
{
  const char *const lines[] = {
    "thing add acme --name Acme --quiet",  "--quiet thing add acme --name Acme", "thing --quiet add --name Acme acme",
    "-q thing add -n Acme acme",           "thing add -nAcme acme -q",           "thing add -qn Acme acme",
    "thing add -n=Acme -q -- acme",        "thing add acme -q --name=Acme",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (parsed_t) parsed = { 0 };
    ASSERT_PARSES (lines[i], &parsed);
    ck_assert_ptr_eq (parsed.command, &add);
    ck_assert_str_eq (((const struct add_args *) parsed.args)->name, "Acme");
    ck_assert_int_eq (parsed.globals.quiet, TRUE);
    ck_assert_uint_eq (parsed.operands->len, 2);
    ck_assert_str_eq (operand_at (&parsed, 0), "acme");
  }
}
END_TEST

START_TEST (operands_that_look_like_options)
{
  const struct {
    const char *line, *quantity;
  } rows[] = {
    { "thing add acme -5", "-5" },         { "thing add acme -1.5e3", "-1.5e3" }, { "thing add acme -.5", "-.5" },
    { "thing add acme -", "-" },           { "thing add acme -- --name", "--name" }, { "thing add -- acme -u", "-u" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (parsed_t) parsed = { 0 };
    ASSERT_PARSES (rows[i].line, &parsed);
    ck_assert_str_eq (operand_at (&parsed, 0), "acme");
    ck_assert_str_eq (operand_at (&parsed, 1), rows[i].quantity);
  }
}
END_TEST

START_TEST (values_that_look_like_options)
{
  g_auto (parsed_t) parsed = { 0 };
  ASSERT_PARSES ("thing add acme --seats 7 --name=--urgent", &parsed);
  const struct add_args *args = parsed.args;
  ck_assert_int_eq (args->seats, 7);
  ck_assert_str_eq (args->name, "--urgent");
  ck_assert_int_eq (args->urgent, FALSE);
}
END_TEST

START_TEST (options_for_all)
{
  g_auto (parsed_t) parsed = { 0 };
  ASSERT_PARSES ("--ledger a.db -v thing --as-of=2026-02-01 list --format json -v --columns a,b --no-header --color never", &parsed);
  ck_assert_ptr_eq (parsed.command, &list);
  ck_assert_str_eq (parsed.globals.ledger, "a.db");
  ck_assert_int_eq (parsed.globals.verbose, 2);
  ck_assert_str_eq (parsed.globals.as_of.text, "2026-02-01");
  ck_assert_int_eq (parsed.globals.format, FORMAT_JSON);
  ck_assert_str_eq (parsed.globals.columns, "a,b");
  ck_assert_int_eq (parsed.globals.no_header, TRUE);
  ck_assert_int_eq (parsed.globals.color, COLOR_NEVER);
}
END_TEST

START_TEST (own_option_wins_over_global)
{
  const char *const lines[] = { "export --format xlsx", "--format xlsx export" };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (parsed_t) parsed = { 0 };
    ASSERT_PARSES (lines[i], &parsed);
    ck_assert_int_eq (((const struct export_args *) parsed.args)->format, 1);
    ck_assert_int_eq (parsed.globals.format, -1);
  }
}
END_TEST

START_TEST (verbs)
{
  const struct {
    const char *line;
    enum verb verb;
    const char *path;
    int unknown_index;
  } rows[] = {
    { "", VERB_NONE, "", 0 },
    { "--quiet", VERB_NONE, "", 0 },
    { "thing", VERB_GROUP, "thing", 0 },
    { "thing part", VERB_GROUP, "thing part", 0 },
    { "thing part show", VERB_COMMAND, "thing part show", 0 },
    { "thing -h", VERB_GROUP, "thing", 0 },
    { "nothing at --all", VERB_UNKNOWN, "", 1 },
    { "--ledger x thing addd", VERB_UNKNOWN, "thing", 4 },
    { "'thing add' acme", VERB_UNKNOWN, "", 1 },
    { "Thing add acme", VERB_UNKNOWN, "", 1 },
    { "thi add acme", VERB_UNKNOWN, "", 1 },
    { "thing ''", VERB_UNKNOWN, "thing", 2 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (parsed_t) parsed = { 0 };
    ASSERT_PARSES (rows[i].line, &parsed);
    ck_assert_msg (parsed.verb == rows[i].verb, "%s: %d", rows[i].line, parsed.verb);
    ck_assert_str_eq (parsed.path, rows[i].path);
    ck_assert_int_eq (parsed.unknown_index, rows[i].unknown_index);
  }
}
END_TEST

START_TEST (help_needs_nothing_else)
{
  const char *const lines[] = { "thing add -h", "thing add --help", "-h thing add", "thing -h add a b c", "thing list -h --dry-run" };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (parsed_t) parsed = { 0 };
    ASSERT_PARSES (lines[i], &parsed);
    ck_assert_int_eq (parsed.globals.help, TRUE);
    ck_assert_int_eq (parsed.verb, VERB_COMMAND);
  }
}
END_TEST

/* --- Wrong lines --- */

START_TEST (wrong_lines)
{
  const struct {
    const char *line, *message, *hint;
  } rows[] = {
    { "thing add acme --nmae x", "unknown option '--nmae' for 'thing add'", "did you mean '--name'?" },
    { "thing add acme --nam x", "unknown option '--nam' for 'thing add'", "did you mean '--name'?" },
    { "thing add acme --nam=x", "unknown option '--nam' for 'thing add'", "did you mean '--name'?" },
    { "thing add acme --zebra", "unknown option '--zebra' for 'thing add'", "'billctl help thing add' lists its options" },
    { "thing add acme -x", "unknown option '-x' for 'thing add'", "'billctl help thing add' lists its options" },
    { "thing add acme -ux", "unknown option '-x' for 'thing add'", "'billctl help thing add' lists its options" },
    { "thing add acme -name x", "unknown option '-name' for 'thing add'", "did you mean '--name'?" },
    { "thing add acme --NAME x", "unknown option '--NAME' for 'thing add'", "'billctl help thing add' lists its options" },
    { "--name x thing add acme", "unknown option '--name' before the command",
      "options of a command stand behind it; 'billctl help' lists those that may stand before" },
    { "--qiet thing list", "unknown option '--qiet' before the command", "did you mean '--quiet'?" },
    { "thing list -5", "unknown option '-5' for 'thing list'", "'billctl help thing list' lists its options" },
    { "thing add acme --urgent=yes", "'--urgent' takes no value, but 'yes' was given", NULL },
    { "thing add acme --name", "'--name' needs a value: TEXT", NULL },
    { "thing add acme --name --urgent", "'--name' needs a value: TEXT", "write '--name=--urgent' if that is the value" },
    { "thing add acme --name --dry-run", "'--name' needs a value: TEXT", "write '--name=--dry-run' if that is the value" },
    { "thing add acme -n -u", "'--name' needs a value: TEXT", "write '--name=-u' if that is the value" },
    { "thing add acme -n --", "'--name' needs a value: TEXT", "write '--name=--' if that is the value" },
    { "thing add acme --seats 0", "'--seats' wants a whole number from 1 on, not '0'", NULL },
    { "thing add acme --seats -7", "'--seats' wants a whole number from 1 on, not '-7'", NULL },
    { "thing add --name other --name Acme acme", "'--name' is given twice", NULL },
    { "thing add acme --seats 1.5", "'--seats' wants a whole number from 1 on, not '1.5'", NULL },
    { "thing add acme --seats ' 1'", "'--seats' wants a whole number from 1 on, not ' 1'", NULL },
    { "thing add acme --seats +1", "'--seats' wants a whole number from 1 on, not '+1'", NULL },
    { "thing add acme --seats=", "'--seats' wants a whole number from 1 on, not ''", NULL },
    { "thing add acme --seats 9223372036854775808", "'--seats' wants a whole number from 1 on, not '9223372036854775808'", NULL },
    { "thing add acme --interval monht", "'--interval' wants day, month or year, not 'monht'", "did you mean '--interval=month'?" },
    { "thing add acme --interval mon", "'--interval' wants day, month or year, not 'mon'", "did you mean '--interval=month'?" },
    { "thing add acme --interval 2", "'--interval' wants day, month or year, not '2'", NULL },
    { "thing add acme --start 2026-01-05T10:00:00", "'--start' has '2026-01-05T10:00:00', which names no time zone",
      "write 2026-01-05T10:00:00Z for UTC, or add the offset as in 2026-01-05T10:00:00+01:00" },
    { "thing add", "'thing add' needs CUSTOMER: code of the customer",
      "it is written 'billctl thing add CUSTOMER [QUANTITY] [OPTIONS]'" },
    { "thing add a b c", "'thing add' does not know what to do with 'c': one operand too many",
      "it is written 'billctl thing add CUSTOMER [QUANTITY] [OPTIONS]'" },
    { "thing list a", "'thing list' takes no operands, but 'a' was given", NULL },
    { "thing list -", "'thing list' takes no operands, but '-' was given", NULL },
    { "join a", "'join' needs FILE: more files", "it is written 'billctl join FIRST FILE...'" },
    { "shell csh", "'shell' wants bash, zsh or fish, not 'csh'", "did you mean 'zsh'?" },
    { "shell", "'shell' needs bash|zsh|fish: a shell", "it is written 'billctl shell bash|zsh|fish'" },
    { "thing list --dry-run", "'thing list' does not take '--dry-run': it changes nothing anyway", NULL },
    { "--yes thing list", "'thing list' does not take '--yes': it asks nothing", NULL },
    { "thing add acme --format csv", "'thing add' does not take '--format': it does not answer with rows", NULL },
    { "export --format json", "'--format' wants csv or xlsx, not 'json'", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (parsed_t) parsed = { 0 };
    g_autoptr (GError) error = NULL;
    ck_assert_msg (!parse_line (rows[i].line, &parsed, &error), "parsed: %s", rows[i].line);
    g_autofree char *message = error_message_text (error);
    g_autofree char *hint = error_hint_text (error);
    ck_assert_str_eq (message, rows[i].message);
    ck_assert_pstr_eq (hint, rows[i].hint);
    ck_assert_int_eq (error_exit_status (error), ERROR_USAGE);
  }
}
END_TEST

START_TEST (bytes_that_are_not_utf8)
{
  char *name[] = { "billctl", "thing", "add", "acme", "--name", "Caf\xe9", NULL };
  char *operand[] = { "billctl", "thing", "add", "caf\xe9", NULL };
  char *file[] = { "billctl", "join", "caf\xe9", "b", NULL };
  g_auto (parsed_t) first = { 0 };
  g_auto (parsed_t) second = { 0 };
  g_auto (parsed_t) third = { 0 };
  g_autoptr (GError) error = NULL;
  ck_assert (!command_line_parse (commands, name, &first, &error));
  ck_assert_str_eq (error->message, "'--name' is not valid UTF-8 from byte 4 on: 'Caf\xe9'");
  ck_assert (!command_line_parse (commands, operand, &second, NULL));
  ck_assert (command_line_parse (commands, file, &third, NULL));
}
END_TEST

START_TEST (guesses)
{
  const struct {
    const char *group, *words[3], *guess;
  } rows[] = {
    { "", { "thnig", "add" }, "thing add" },
    { "", { "things", "lsit" }, "thing list" },
    { "", { "things", "unlike" }, "thing" },
    { "", { "things" }, "thing" },
    { "", { "exprot", "x" }, "export" },
    { "", { "list" }, "thing list" },
    { "", { "zebra" }, NULL },
    { "", { "plumbin" }, NULL }, /* hidden */
    { "thing", { "ad" }, "thing add" },
    { "thing", { "zebra" }, NULL },
    { "thing", { "prat", "shwo" }, "thing part show" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *guess = command_guess (commands, rows[i].group, rows[i].words);
    ck_assert_pstr_eq (guess, rows[i].guess);
  }
}
END_TEST

/* --- Help --- */

static void
assert_fits (const char *page, gsize width)
{
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    ck_assert_msg (text_display_width (lines[i], -1) <= width, "too wide: %s", lines[i]);
    ck_assert_msg (!g_str_has_suffix (lines[i], " "), "blank at the end: '%s'", lines[i]);
  }
}

START_TEST (help_page)
{
  g_autofree char *page = help_command (&add, 200);
  ck_assert_str_eq (page,
                    "usage: billctl thing add CUSTOMER [QUANTITY] [OPTIONS]\n"
                    "\n"
                    "Add a thing.\n"
                    "\n"
                    "A first paragraph that is long enough to be wrapped, because it says again what\n"
                    "the summary says.\n"
                    "\n"
                    "A second.\n"
                    "\n"
                    "Operands\n"
                    "  CUSTOMER  code of the customer\n"
                    "  QUANTITY  how much\n"
                    "\n"
                    "Options\n"
                    "  -n, --name TEXT      display name\n"
                    "  -u, --urgent         do it first\n"
                    "      --seats N        how many seats\n"
                    "      --start TIME     when it begins\n"
                    "      --interval day|month|year\n"
                    "                       how often it is billed\n"
                    "  -t, --tag KEY=VALUE  a tag; may be repeated\n"
                    "      --addon CODE     an add-on; may be repeated\n"
                    "\n"
                    "Global options ('billctl help' explains them)\n"
                    "  --ledger FILE; --as-of TIME; --dry-run; --yes; -q, --quiet; -v, --verbose;\n"
                    "  --no-pager; --color auto|always|never; --actor NAME; -h, --help; --version\n"
                    "\n"
                    "Examples\n"
                    "  billctl thing add acme --name \"A rather long name for a customer\" --seats 25 \\\n"
                    "      --interval month --start 2026-01-01\n"
                    "  billctl thing add acme --seats 25 --interval month --start 2026-01-01 --name \\\n"
                    "      'A rather long name'\n"
                    "\n"
                    "See billctl-thing-add(1).\n");
}
END_TEST

START_TEST (help_fits)
{
  for (int width = 60; width <= 80; width++) {
    g_autofree char *overview = help_overview (commands, width);
    g_autofree char *group = help_group (commands, "thing", width);
    g_autofree char *page = help_command (&add, width);
    assert_fits (overview, (gsize) width);
    assert_fits (group, (gsize) width);
    assert_fits (page, (gsize) width);
  }
  g_autofree char *overview = help_overview (commands, 0);
  ck_assert_ptr_nonnull (strstr (overview, "\n  thing part show  show a part\n"));
  ck_assert_ptr_null (strstr (overview, "plumbing"));
  g_autofree char *group = help_group (commands, "thing", 0);
  ck_assert_ptr_nonnull (strstr (group, "\n  thing list       list things\n"));
  ck_assert_ptr_null (strstr (group, "export"));
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("cli");
  TCase *tests = tcase_create ("options");
  tcase_add_test (tests, every_kind_of_option);
  tcase_add_test (tests, nothing_given);
  tcase_add_test (tests, ways_to_write_it);
  tcase_add_test (tests, operands_that_look_like_options);
  tcase_add_test (tests, values_that_look_like_options);
  tcase_add_test (tests, options_for_all);
  tcase_add_test (tests, own_option_wins_over_global);
  tcase_add_test (tests, verbs);
  tcase_add_test (tests, help_needs_nothing_else);
  tcase_add_test (tests, wrong_lines);
  tcase_add_test (tests, bytes_that_are_not_utf8);
  tcase_add_test (tests, guesses);
  tcase_add_test (tests, help_page);
  tcase_add_test (tests, help_fits);
  suite_add_tcase (suite, tests);
  return suite;
}
