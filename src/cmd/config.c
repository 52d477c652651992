/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl config: the settings of the ledger. */
#include "base/error.h"
#include "cmd/commands.h"
#include "service/config.h"

struct args {
  gboolean unset;
};

static const struct option options[] = {
  OPTION_FLAG (struct args, unset, "unset", 0, "take NAME back to its default"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "NAME", "setting to show or change; all are listed without it", COMPLETE_SETTING, OPERAND_OPTIONAL },
  { "VALUE", "what it is to be", COMPLETE_NONE, OPERAND_OPTIONAL },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl config",
  "billctl config invoice.net-days",
  "billctl config invoice.net-days 30",
  "billctl config invoice.net-days --unset",
  NULL,
};

static const struct column columns[] = {
  { .key = "name", .title = "Setting", .kind = CELL_CODE },
  { .key = "value", .title = "Value", .kind = CELL_TEXT },
  { .key = "default", .title = "Default", .kind = CELL_BOOLEAN },
  { .key = "help", .title = "Meaning", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_row (const struct config_entry *entry, void *data, GError **error)
{
  const struct cell cells[] = {
    cell_code (entry->name),
    cell_text (entry->value),
    cell_boolean (entry->is_default),
    cell_text (entry->help),
  };
  return document_row (data, cells, error);
}

static gboolean
list (const struct invocation *invocation, const char *name, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && config_each (invocation->ledger, name, write_row, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

static gboolean
print_value (const struct config_entry *entry, void *data, GError **error)
{
  const struct invocation *invocation = data;
  (void) error;
  fprintf (invocation->render.out, "%s\n", entry->value);
  return TRUE;
}

static gboolean
change (const struct invocation *invocation, const char *name, const char *value, GError **error)
{
  gboolean changed = FALSE;
  if (!config_set (invocation->ledger, name, value, &changed, error))
    return FALSE;
  if (!changed)
    invocation_say (invocation, "%s: nothing to change", name);
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const char *name = invocation->operands[0];
  const char *value = name == NULL ? NULL : invocation->operands[1];
  if (args->unset && (name == NULL || value != NULL))
    return error_set (error, ERROR_USAGE, "'--unset' goes with the name of one setting and no value");
  if (args->unset || value != NULL)
    return change (invocation, name, value, error);
  /* A script that asks for one setting wants its value and nothing else. */
  if (name != NULL && !invocation->format_given && invocation->render.columns == NULL)
    return config_each (invocation->ledger, name, print_value, invocation, error);
  return list (invocation, name, error);
}

const struct command command_config = {
  .path = "config",
  .summary = "show or change settings of the ledger",
  .description = "With a name alone the value of that setting is printed.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
