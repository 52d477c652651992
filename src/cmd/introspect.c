/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl introspect: the command table for programs: manual pages, tests, front ends. */
#include "base/error.h"
#include "cli/globals.h"
#include "cli/lookup.h"
#include "cli/manual.h"
#include "cmd/commands.h"

#include <json-c/json.h>
#include <string.h>

typedef struct json_object json_value;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_value, json_object_put)

static const char *const kind_names[] = {
  [OPTION_KIND_FLAG] = "flag", [OPTION_KIND_STRING] = "string", [OPTION_KIND_INTEGER] = "integer",
  [OPTION_KIND_TIME] = "time", [OPTION_KIND_CHOICE] = "choice", [OPTION_KIND_LIST] = "list",
};

static const char *const completion_names[] = {
  [COMPLETE_NONE] = NULL, [COMPLETE_FILE] = "file", [COMPLETE_CUSTOMER] = "customer", [COMPLETE_PLAN] = "plan",
  [COMPLETE_METRIC] = "metric", [COMPLETE_SUBSCRIPTION] = "subscription", [COMPLETE_INVOICE] = "invoice",
  [COMPLETE_CURRENCY] = "currency", [COMPLETE_TIMEZONE] = "timezone", [COMPLETE_COMMAND] = "command",
  [COMPLETE_SETTING] = "setting", [COMPLETE_ADDON] = "addon", [COMPLETE_ACCOUNT] = "account",
  [COMPLETE_CREDIT_NOTE] = "credit-note",
  [COMPLETE_COUPON] = "coupon", [COMPLETE_HOLDER] = "customer or subscription",
  [COMPLETE_CHARGE] = "charge", [COMPLETE_ROLE] = "role",
};

static const char *const count_names[] = {
  [OPERAND_ONE] = "one", [OPERAND_OPTIONAL] = "optional", [OPERAND_MANY] = "many", [OPERAND_ANY] = "any",
};

static const struct need {
  unsigned bit;
  const char *name;
} needs[] = {
  { NEEDS_LEDGER_READ, "ledger-read" }, { NEEDS_LEDGER_WRITE, "ledger-write" }, { NEEDS_NETWORK, "network" },
  { WRITES_ROWS, "rows" }, { USES_PAGER, "pager" }, { ACCEPTS_DRY_RUN, "dry-run" },
  { ANY_SCHEMA_VERSION, "any-schema-version" },
};

/* --- Parts as JSON --- */

static void
put_text (json_value *object, const char *key, const char *text)
{
  json_object_object_add (object, key, text == NULL ? NULL : json_object_new_string (text));
}

static json_value *
strings_json (const char *const *strings)
{
  json_value *array = json_object_new_array ();
  for (; strings != NULL && *strings != NULL; strings++)
    json_object_array_add (array, json_object_new_string (*strings));
  return array;
}

static json_value *
options_json (const struct option *options)
{
  json_value *array = json_object_new_array ();
  for (; options != NULL && options->name != NULL; options++) {
    json_value *object = json_object_new_object ();
    const char letter[] = { options->letter, '\0' };
    put_text (object, "name", options->name);
    put_text (object, "letter", options->letter == 0 ? NULL : letter);
    put_text (object, "kind", kind_names[options->kind]);
    put_text (object, "value_name", options->value_name);
    put_text (object, "help", options->help);
    json_object_object_add (object, "choices", options->choices == NULL ? NULL : strings_json (options->choices));
    put_text (object, "completion", completion_names[options->completion]);
    json_object_array_add (array, object);
  }
  return array;
}

static json_value *
operands_json (const struct operand *operands)
{
  json_value *array = json_object_new_array ();
  for (; operands != NULL && operands->name != NULL; operands++) {
    json_value *object = json_object_new_object ();
    g_auto (GStrv) choices = operand_choices (operands);
    put_text (object, "name", operands->name);
    put_text (object, "count", count_names[operands->count]);
    put_text (object, "help", operands->help);
    json_object_object_add (object, "choices", choices == NULL ? NULL : strings_json ((const char *const *) choices));
    put_text (object, "completion", completion_names[operands->completion]);
    json_object_array_add (array, object);
  }
  return array;
}

static json_value *
needs_json (const struct command *command)
{
  json_value *array = json_object_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    if ((command->needs & needs[i].bit) != 0)
      json_object_array_add (array, json_object_new_string (needs[i].name));
  return array;
}

static gboolean
has_own_option (const struct command *command, const char *name)
{
  for (const struct option *option = command->options; option != NULL && option->name != NULL; option++)
    if (strcmp (option->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Names of the global options that mean something to the command. */
static json_value *
accepted_json (const struct command *command)
{
  json_value *array = json_object_new_array ();
  for (guint i = 0; i < GLOBAL_COUNT; i++)
    if (global_is_accepted ((enum global) i, command) && !has_own_option (command, global_options[i].name))
      json_object_array_add (array, json_object_new_string (global_options[i].name));
  return array;
}

/* --- The document --- */

static const char *
json_text (json_value *value)
{
  return json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static const struct column command_columns[] = {
  { .key = "path", .title = "Command", .kind = CELL_CODE },
  { .key = "summary", .title = "Summary", .kind = CELL_TEXT },
  { .key = "description", .title = "Description", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "hidden", .title = "Hidden", .kind = CELL_BOOLEAN, .hidden = TRUE },
  { .key = "needs", .title = "Needs", .kind = CELL_JSON },
  { .key = "operands", .title = "Operands", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "options", .title = "Options", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "global_options", .title = "Global options", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "examples", .title = "Examples", .kind = CELL_JSON, .hidden = TRUE },
};

static gboolean
command_row (struct document *document, const struct command *command, GError **error)
{
  g_autoptr (json_value) needed = needs_json (command);
  g_autoptr (json_value) operands = operands_json (command->operands);
  g_autoptr (json_value) options = options_json (command->options);
  g_autoptr (json_value) accepted = accepted_json (command);
  g_autoptr (json_value) examples = strings_json (command->examples);
  const struct cell cells[] = {
    cell_code (command->path),
    cell_text (command->summary),
    cell_text (command->description),
    cell_boolean (command->hidden),
    cell_json (json_text (needed)),
    cell_json (json_text (operands)),
    cell_json (json_text (options)),
    cell_json (json_text (accepted)),
    cell_json (json_text (examples)),
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (cells) == G_N_ELEMENTS (command_columns));
  return document_row (document, cells, error);
}

static gboolean
is_below (const struct command *command, const char *path)
{
  gsize length = strlen (path);
  return length == 0 || (strncmp (command->path, path, length) == 0 && strchr (" ", command->path[length]) != NULL);
}

static gboolean
write_commands (struct document *document, const struct invocation *invocation, const char *path, GError **error)
{
  if (!document_begin_section (document, "commands", "Commands", command_columns, G_N_ELEMENTS (command_columns),
                               error))
    return FALSE;
  for (const struct command *const *command = invocation->commands; *command != NULL; command++)
    if (is_below (*command, path) && !command_row (document, *command, error))
      return FALSE;
  return document_end_section (document, error);
}

static gboolean
write_exit_statuses (struct document *document, GError **error)
{
  const struct column columns[] = {
    { .key = "status", .title = "Exit status", .kind = CELL_INTEGER },
    { .key = "meaning", .title = "Meaning", .kind = CELL_TEXT },
  };
  if (!document_begin_section (document, "exit_statuses", "Exit statuses", columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (int status = 0; error_status_meaning (status) != NULL; status++) {
    const struct cell cells[] = { cell_integer (status), cell_text (error_status_meaning (status)) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

static gboolean
global_option_row (struct document *document, const struct option *option, GError **error)
{
  const char letter[] = { option->letter, '\0' };
  g_autoptr (json_value) choices = strings_json (option->choices);
  const struct cell cells[] = {
    cell_code (option->name),
    cell_code (option->letter == 0 ? NULL : letter),
    cell_code (kind_names[option->kind]),
    cell_code (option->value_name),
    cell_json (option->choices == NULL ? NULL : json_text (choices)),
    cell_code (completion_names[option->completion]),
    cell_text (option->help),
  };
  return document_row (document, cells, error);
}

static gboolean
write_global_options (struct document *document, GError **error)
{
  const struct column columns[] = {
    { .key = "name", .title = "Global option", .kind = CELL_CODE },
    { .key = "letter", .title = "Letter", .kind = CELL_CODE },
    { .key = "kind", .title = "Kind", .kind = CELL_CODE },
    { .key = "value_name", .title = "Value", .kind = CELL_CODE, .hidden = TRUE },
    { .key = "choices", .title = "Choices", .kind = CELL_JSON, .hidden = TRUE },
    { .key = "completion", .title = "Completion", .kind = CELL_CODE, .hidden = TRUE },
    { .key = "help", .title = "Explanation", .kind = CELL_TEXT },
  };
  if (!document_begin_section (document, "global_options", "Global options", columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (const struct option *option = global_options; option->name != NULL; option++)
    if (!global_option_row (document, option, error))
      return FALSE;
  return document_end_section (document, error);
}

struct args {
  gboolean manual;
};

static gboolean
run_manual (const struct invocation *invocation, GError **error)
{
  if (invocation->operand_count > 0 || invocation->format_given)
    return error_set (error, ERROR_USAGE, "'--manual' writes the parts of all manual pages: it takes no command and no '--format'");
  g_autofree char *parts = manual_parts (invocation->commands);
  fputs (parts, invocation->render.out);
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  if (args->manual)
    return run_manual (invocation, error);
  g_autofree char *path = NULL;
  g_autoptr (document_t) document = NULL;
  struct render_request request = invocation->render;
  if (!invocation->format_given)
    request.format = FORMAT_JSON;
  return command_path_from_words (invocation->commands, invocation->operands, &path, error)
         && document_new (&request, &document, error)
         && document_field (document, "name", "Name", cell_text ("billctl"), error)
         && document_field (document, "version", "Version", cell_text (PACKAGE_VERSION), error)
         && write_commands (document, invocation, path, error) && write_global_options (document, error)
         && write_exit_statuses (document, error) && document_close (document, error);
}

static const struct operand operands[] = {
  { "COMMAND", "words of a command, or the first ones of several; else all commands", COMPLETE_COMMAND, OPERAND_ANY },
  OPERAND_END
};

static const struct option options[] = {
  OPTION_FLAG (struct args, manual, "manual", 0, "write what the manual pages take from the tables, in man(7) macros"),
  OPTION_END
};

static const char *const examples[] = { "billctl introspect", "billctl introspect version --format ndjson", NULL };

const struct command command_introspect = {
  .path = "introspect",
  .summary = "describe the commands for programs",
  .description = "Answers with JSON unless --format says otherwise: every command with its operands and options, the "
                 "global options and the exit statuses.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = WRITES_ROWS,
  .run = run,
};
