/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion: what may stand at the cursor. */
#include "cli/complete.h"

#include "base/timezone.h"
#include "cli/external.h"
#include "cli/globals.h"
#include "cli/lookup.h"
#include "cli/parse.h"
#include "core/currency.h"
#include "store/ledger.h"

#include <string.h>

/* What the words in front of the cursor have settled. The parser cannot tell: it wants a whole line. */
struct state {
  const struct complete_request *request;
  const struct command *command;
  char *path;
  gboolean path_closed; /* an operand or option came behind the command */
  gboolean options_ended;
  const struct option *pending; /* its value comes next */
  GPtrArray *used;              /* const struct option * */
  GPtrArray *operands;          /* const char * */
  const char *ledger_path;
  GPtrArray *candidates;
};

static void
state_clear (struct state *state)
{
  g_free (state->path);
  g_ptr_array_unref (state->used);
  g_ptr_array_unref (state->operands);
}

/* --- In front of the cursor --- */

static void
take_value (struct state *state, const struct option *option, const char *value)
{
  if (option == &global_options[GLOBAL_LEDGER])
    state->ledger_path = value;
}

static void
take_option (struct state *state, const struct option *option, const char *value)
{
  g_ptr_array_add (state->used, (gpointer) option);
  if (option->kind == OPTION_KIND_FLAG)
    return;
  if (value == NULL)
    state->pending = option;
  else
    take_value (state, option, value);
}

static void
take_dashes (struct state *state, const char *word)
{
  state->path_closed = state->command != NULL;
  if (word[1] == '-') {
    gsize length = strcspn (word + 2, "=");
    const struct option *option = option_find (state->command, word + 2, length, NULL);
    if (option != NULL)
      take_option (state, option, word[2 + length] == '=' ? word + 3 + length : NULL);
    return;
  }
  for (const char *letter = word + 1; *letter != '\0'; letter++) {
    const struct option *option = option_find_letter (state->command, *letter, NULL);
    if (option == NULL)
      return;
    take_option (state, option, letter[1] == '\0' ? NULL : letter + 1);
    if (option->kind != OPTION_KIND_FLAG)
      return;
  }
}

static void
take_word (struct state *state, const char *word)
{
  if (state->pending != NULL) {
    take_value (state, state->pending, word);
    state->pending = NULL;
  } else if (!state->options_ended && strcmp (word, "--") == 0) {
    state->options_ended = TRUE;
  } else if (!state->options_ended && word[0] == '-' && word[1] != '\0' && !is_negative_number (word)) {
    take_dashes (state, word);
  } else if (state->path_closed || !command_extend (state->request->commands, word, &state->path, &state->command)) {
    state->path_closed = TRUE;
    g_ptr_array_add (state->operands, (gpointer) word);
  }
}

/* --- At the cursor --- */

static void
add (struct state *state, const char *before, const char *value, const char *description)
{
  g_ptr_array_add (state->candidates,
                   g_strconcat (before, value, description == NULL ? NULL : "\t", description, NULL));
}

static void
add_matching (struct state *state, const char *before, const char *prefix, const char *const *values)
{
  for (; *values != NULL; values++)
    if (g_str_has_prefix (*values, prefix))
      add (state, before, *values, NULL);
}

/* The commands' words below `path`, each once. */
static void
add_commands (struct state *state, const char *path, const char *prefix)
{
  g_autofree char *previous = g_strdup ("");
  for (const struct command *const *at = state->request->commands; *at != NULL; at++) {
    g_autofree char *word = (*at)->hidden ? NULL : command_word_after (*at, path);
    if (word == NULL || !g_str_has_prefix (word, prefix) || strcmp (word, previous) == 0)
      continue;
    g_autofree char *whole = path[0] == '\0' ? g_strdup (word) : g_strconcat (path, " ", word, NULL);
    add (state, "", word, strcmp ((*at)->path, whole) == 0 ? (*at)->summary : NULL);
    g_free (previous);
    previous = g_steal_pointer (&word);
  }
}

static void
add_currencies (struct state *state, const char *before, const char *prefix)
{
  size_t count = 0;
  const struct currency *table = currency_table (&count);
  for (size_t i = 0; i < count; i++)
    if (g_ascii_strncasecmp (table[i].code, prefix, strlen (prefix)) == 0)
      add (state, before, table[i].code, NULL);
}

static void
add_timezones (struct state *state, const char *before, const char *prefix)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  if (!timezone_names (names, NULL))
    return;
  for (guint i = 0; i < names->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (names, i), prefix))
      add (state, before, g_ptr_array_index (names, i), NULL);
}

/* The program for another engine completes the same words. */
static void
become_engine (const struct state *state)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  static const char *const command[] = { "billctl", "complete", "--" };
  for (gsize i = 0; i < G_N_ELEMENTS (command); i++)
    g_ptr_array_add (argv, (gpointer) (gsize) command[i]);
  for (const char *const *word = state->request->words; *word != NULL; word++)
    g_ptr_array_add (argv, (gpointer) (gsize) *word);
  g_ptr_array_add (argv, NULL);
  external_become_engine (state->ledger_path, (char **) argv->pdata, state->request->exec_path, NULL);
}

static void
add_from_ledger (struct state *state, enum completion completion, const char *before, const char *prefix)
{
  if (state->request->source == NULL)
    return;
  become_engine (state);
  struct ledger_open_request open = { .path = state->ledger_path, .mode = LEDGER_READ, .command = "complete" };
  g_autoptr (ledger_t) ledger = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  if (!ledger_open (&open, &ledger, NULL) || !state->request->source (ledger, completion, prefix, found))
    return;
  for (guint i = 0; i < found->len; i++)
    add (state, before, g_ptr_array_index (found, i), NULL);
}

static void
add_values (struct state *state, enum completion completion, const char *before, const char *prefix)
{
  switch (completion) {
    case COMPLETE_NONE:
      break;
    case COMPLETE_FILE:
      add (state, "", ":file", NULL);
      break;
    case COMPLETE_CURRENCY:
      add_currencies (state, before, prefix);
      break;
    case COMPLETE_TIMEZONE:
      add_timezones (state, before, prefix);
      break;
    case COMPLETE_COMMAND: {
      g_ptr_array_add (state->operands, NULL);
      g_autofree char *path = g_strjoinv (" ", (char **) state->operands->pdata);
      g_ptr_array_set_size (state->operands, (gint) state->operands->len - 1);
      add_commands (state, path, prefix);
      break;
    }
    default:
      add_from_ledger (state, completion, before, prefix);
      break;
  }
}

static void
add_option_values (struct state *state, const struct option *option, const char *before, const char *prefix)
{
  if (option->kind == OPTION_KIND_CHOICE)
    add_matching (state, before, prefix, option->choices);
  else if (option->kind != OPTION_KIND_FLAG)
    add_values (state, option->completion, before, prefix);
}

static void
add_option (struct state *state, const struct option *option, const char *prefix)
{
  gboolean again = option->kind == OPTION_KIND_LIST || option == &global_options[GLOBAL_VERBOSE];
  if (!again && g_ptr_array_find (state->used, option, NULL))
    return;
  g_autofree char *word = g_strconcat ("--", option->name, NULL);
  if (g_str_has_prefix (word, prefix))
    add (state, "", word, option->help);
}

static void
add_options (struct state *state, const char *prefix)
{
  const struct command *command = state->command;
  for (const struct option *own = command == NULL ? NULL : command->options; own != NULL && own->name != NULL; own++)
    add_option (state, own, prefix);
  for (guint i = 0; i < GLOBAL_COUNT; i++) {
    enum global global = GLOBAL_COUNT;
    const struct option *option
        = option_find (command, global_options[i].name, strlen (global_options[i].name), &global);
    if (global != GLOBAL_COUNT && (command == NULL || global_is_accepted (global, command)))
      add_option (state, option, prefix);
  }
}

/* The operand that stands next; the last one may be repeated. */
static const struct operand *
next_operand (const struct state *state)
{
  const struct operand *operand = state->command == NULL ? NULL : state->command->operands;
  for (guint i = 0; operand != NULL && operand->name != NULL; operand++, i++)
    if (i == state->operands->len || operand->count == OPERAND_MANY || operand->count == OPERAND_ANY)
      return operand;
  return NULL;
}

static void
add_words (struct state *state, const char *prefix)
{
  if (!state->path_closed)
    add_commands (state, state->path, prefix);
  const struct operand *operand = next_operand (state);
  if (operand == NULL)
    return;
  g_auto (GStrv) choices = operand_choices (operand);
  if (choices != NULL)
    add_matching (state, "", prefix, (const char *const *) choices);
  else
    add_values (state, operand->completion, "", prefix);
}

static void
complete_last (struct state *state, const char *word)
{
  if (state->pending != NULL) {
    add_option_values (state, state->pending, "", word);
    return;
  }
  if (state->options_ended || word[0] != '-') {
    add_words (state, word);
    return;
  }
  const char *equals = strchr (word, '=');
  if (equals == NULL || word[1] != '-') {
    add_options (state, word);
    return;
  }
  const struct option *option = option_find (state->command, word + 2, (gsize) (equals - word - 2), NULL);
  g_autofree char *before = g_strndup (word, (gsize) (equals + 1 - word));
  if (option != NULL)
    add_option_values (state, option, before, equals + 1);
}

GPtrArray *
complete_words (const struct complete_request *request)
{
  struct state state = { .request = request, .path = g_strdup (""), .ledger_path = request->ledger_path };
  state.used = g_ptr_array_new ();
  state.operands = g_ptr_array_new ();
  state.candidates = g_ptr_array_new_with_free_func (g_free);
  const char *const *word = request->words;
  for (; word[0] != NULL && word[1] != NULL; word++)
    take_word (&state, *word);
  complete_last (&state, word[0] == NULL ? "" : word[0]);
  state_clear (&state);
  return state.candidates;
}
