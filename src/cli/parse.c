/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, read by the tables. */
#include "cli/parse.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/lookup.h"

#include <string.h>

/* The arguments without the command's words. */
struct cursor {
  const GPtrArray *arguments;
  guint next;
};

static gboolean
is_option_text (const char *text)
{
  return text[0] == '-' && text[1] != '\0';
}

gboolean
is_negative_number (const char *text)
{
  return text[0] == '-' && (g_ascii_isdigit (text[1]) || (text[1] == '.' && g_ascii_isdigit (text[2])));
}

static const struct option *
find_in (const struct option *options, const char *name, gsize length)
{
  for (; options != NULL && options->name != NULL; options++)
    if (strncmp (options->name, name, length) == 0 && options->name[length] == '\0')
      return options;
  return NULL;
}

static const struct option *
find_letter_in (const struct option *options, char letter)
{
  for (; options != NULL && options->name != NULL; options++)
    if (options->letter != 0 && options->letter == letter)
      return options;
  return NULL;
}

static const struct option *
own_or_global (const struct option *own, const struct option *shared, enum global *ret_global)
{
  if (ret_global != NULL)
    *ret_global = own != NULL || shared == NULL ? GLOBAL_COUNT : (enum global) (shared - global_options);
  return own != NULL ? own : shared;
}

const struct option *
option_find (const struct command *command, const char *name, gsize length, enum global *ret_global)
{
  const struct option *own = command == NULL ? NULL : find_in (command->options, name, length);
  return own_or_global (own, find_in (global_options, name, length), ret_global);
}

const struct option *
option_find_letter (const struct command *command, char letter, enum global *ret_global)
{
  const struct option *own = command == NULL ? NULL : find_letter_in (command->options, letter);
  return own_or_global (own, find_letter_in (global_options, letter), ret_global);
}

static gboolean
takes_operands (const struct command *command)
{
  return command != NULL && command->operands != NULL && command->operands[0].name != NULL;
}

/* Whether an option that wants a value must not swallow this argument: forgetting the value in `--name --dry-run`
 * would write. */
static gboolean
is_known_option (const struct command *command, const char *text)
{
  if (!is_option_text (text))
    return FALSE;
  if (text[1] != '-')
    return option_find_letter (command, text[1], NULL) != NULL;
  return text[2] == '\0' || option_find (command, text + 2, strcspn (text + 2, "="), NULL) != NULL;
}

/* --- Messages --- */

/* Options that the command takes, by name; borrowed strings, NULL-terminated. */
static GPtrArray *
option_names (const struct command *command)
{
  GPtrArray *names = g_ptr_array_new ();
  const struct option *own = command == NULL ? NULL : command->options;
  for (; own != NULL && own->name != NULL; own++)
    g_ptr_array_add (names, (gpointer) own->name);
  for (guint i = 0; i < GLOBAL_COUNT; i++)
    if (command == NULL || global_is_accepted ((enum global) i, command))
      g_ptr_array_add (names, (gpointer) global_options[i].name);
  g_ptr_array_add (names, NULL);
  return names;
}

static gboolean
unknown_option (const struct command *command, const char *typed, GError **error)
{
  g_autofree char *shown = g_strndup (typed, strcspn (typed, "="));
  const char *name = shown + strspn (shown, "-");
  if (command == NULL)
    error_set (error, ERROR_USAGE, "unknown option '%s' before the command", shown);
  else
    error_set (error, ERROR_USAGE, "unknown option '%s' for '%s'", shown, command->path);
  g_autoptr (GPtrArray) names = option_names (command);
  const char *nearest = strlen (name) < 2 ? NULL : text_nearest (name, (const char *const *) names->pdata);
  if (nearest != NULL)
    return error_add_hint (error, "did you mean '--%s'?", nearest);
  if (command == NULL)
    return error_add_hint (error,
                           "options of a command stand behind it; 'billctl help' lists those that may stand before");
  return error_add_hint (error, "'billctl help %s' lists its options", command->path);
}

static gboolean
value_error (const struct option *option, const char *wanted, const char *value, GError **error)
{
  return error_set (error, ERROR_USAGE, "'--%s' wants %s, not '%s'", option->name, wanted, value);
}

/* "table, json or csv" */
static char *
words_in_a_row (const char *const *words)
{
  GString *row = g_string_new (NULL);
  for (gsize i = 0; words[i] != NULL; i++) {
    if (i > 0)
      g_string_append (row, words[i + 1] == NULL ? " or " : ", ");
    g_string_append (row, words[i]);
  }
  return g_string_free (row, FALSE);
}

static gboolean
check_utf8 (const char *name, enum completion completion, const char *value, GError **error)
{
  gsize offset = 0;
  /* File names are the system's, any bytes. */
  if (completion == COMPLETE_FILE || text_is_utf8 (value, -1, &offset))
    return TRUE;
  return error_set (error, ERROR_USAGE, "%s is not valid UTF-8 from byte %" G_GSIZE_FORMAT " on: '%s'", name,
                    offset + 1, value);
}

/* --- Values --- */

static gboolean
assign_choice (const struct option *option, const char *value, int *field, GError **error)
{
  for (int i = 0; option->choices[i] != NULL; i++) {
    if (strcmp (option->choices[i], value) == 0) {
      *field = i;
      return TRUE;
    }
  }
  g_autofree char *wanted = words_in_a_row (option->choices);
  value_error (option, wanted, value, error);
  const char *nearest = text_nearest (value, option->choices);
  return nearest == NULL ? FALSE : error_add_hint (error, "did you mean '--%s=%s'?", option->name, nearest);
}

static gboolean
assign_integer (const struct option *option, const char *value, gint64 *field, GError **error)
{
  gint64 number = 0;
  /* GLib would take a leading '+' and blanks in some versions and not in others. */
  if (!g_ascii_isdigit (value[0]) || !g_ascii_string_to_signed (value, 10, 1, G_MAXINT64, &number, NULL))
    return value_error (option, "a whole number from 1 on", value, error);
  *field = number;
  return TRUE;
}

/* The list that belongs to a repeated option of the command. */
static GPtrArray *
list_of (struct parsed *parsed, const struct option *option)
{
  guint index = 0;
  for (const struct option *before = parsed->command->options; before != option; before++)
    index += before->kind == OPTION_KIND_LIST ? 1 : 0;
  return g_ptr_array_index (parsed->lists, index);
}

static void
append_to_list (struct parsed *parsed, const struct option *option, const char *value, const char ***field)
{
  GPtrArray *list = list_of (parsed, option);
  g_ptr_array_insert (list, (gint) list->len - 1, (gpointer) value);
  *field = (const char **) list->pdata;
}

static gboolean
is_given (const struct option *option, gconstpointer field)
{
  switch (option->kind) {
    case OPTION_KIND_STRING:
      return *(const char *const *) field != NULL;
    case OPTION_KIND_INTEGER:
      return *(const gint64 *) field != 0;
    case OPTION_KIND_TIME:
      return ((const struct time_argument *) field)->given;
    case OPTION_KIND_CHOICE:
      return *(const int *) field >= 0;
    case OPTION_KIND_FLAG:
    case OPTION_KIND_LIST:
      return FALSE;
  }
  return FALSE;
}

static gboolean
check_value (const struct option *option, const char *name, const char *value, GError **error)
{
  if (value[0] == '\0' && option->completion == COMPLETE_FILE)
    return error_set (error, ERROR_USAGE, "%s needs the name of a file, not ''", name);
  return check_utf8 (name, option->completion, value, error);
}

static gboolean
assign (struct parsed *parsed, const struct option *option, enum global global, const char *value, GError **error)
{
  gpointer fields = global == GLOBAL_COUNT ? parsed->args : &parsed->globals;
  gpointer field = G_STRUCT_MEMBER_P (fields, option->offset);
  g_autofree char *name = g_strdup_printf ("'--%s'", option->name);
  if (global != GLOBAL_COUNT)
    parsed->globals_given |= 1U << global;
  else if (is_given (option, field))
    /* Whoever asks for two customers must not get one of them. */
    return error_set (error, ERROR_USAGE, "%s is given twice", name);
  if (value != NULL && !check_value (option, name, value, error))
    return FALSE;
  switch (option->kind) {
    case OPTION_KIND_FLAG:
      *(gboolean *) field = global == GLOBAL_VERBOSE ? *(gboolean *) field + 1 : TRUE;
      return TRUE;
    case OPTION_KIND_STRING:
      *(const char **) field = value;
      return TRUE;
    case OPTION_KIND_INTEGER:
      return assign_integer (option, value, field, error);
    case OPTION_KIND_TIME:
      return time_argument_parse (name, value, field, error);
    case OPTION_KIND_CHOICE:
      return assign_choice (option, value, field, error);
    case OPTION_KIND_LIST:
      append_to_list (parsed, option, value, field);
      return TRUE;
  }
  BUG ("option '--%s' has no kind", option->name);
}

/* --- Options --- */

/* The value behind "=" or glued to the letter, or else the next argument. */
static gboolean
take_value (const struct command *command, const struct option *option, struct cursor *cursor, const char **value,
            GError **error)
{
  if (*value != NULL)
    return TRUE;
  const char *next = cursor->next < cursor->arguments->len ? g_ptr_array_index (cursor->arguments, cursor->next) : NULL;
  if (next == NULL || is_known_option (command, next)) {
    g_autofree char *placeholder = option_value_name (option);
    error_set (error, ERROR_USAGE, "'--%s' needs a value: %s", option->name, placeholder);
    return next == NULL ? FALSE : error_add_hint (error, "write '--%s=%s' if that is the value", option->name, next);
  }
  *value = next;
  cursor->next++;
  return TRUE;
}

static gboolean
parse_long (struct parsed *parsed, const char *text, struct cursor *cursor, GError **error)
{
  gsize length = strcspn (text + 2, "=");
  const char *value = text[2 + length] == '=' ? text + 3 + length : NULL;
  enum global global = GLOBAL_COUNT;
  const struct option *option = option_find (parsed->command, text + 2, length, &global);
  if (option == NULL)
    return unknown_option (parsed->command, text, error);
  if (option->kind == OPTION_KIND_FLAG && value != NULL)
    return error_set (error, ERROR_USAGE, "'--%s' takes no value, but '%s' was given", option->name, value);
  if (option->kind != OPTION_KIND_FLAG && !take_value (parsed->command, option, cursor, &value, error))
    return FALSE;
  return assign (parsed, option, global, value, error);
}

/* "-v", "-qv", "-o FILE", "-oFILE" */
static gboolean
parse_letters (struct parsed *parsed, const char *text, struct cursor *cursor, GError **error)
{
  /* "-format" is a slip for "--format", not the letters f, o, r … */
  if (text[2] != '\0' && option_find (parsed->command, text + 1, strcspn (text + 1, "="), NULL) != NULL)
    return unknown_option (parsed->command, text, error);
  for (const char *letter = text + 1; *letter != '\0'; letter++) {
    enum global global = GLOBAL_COUNT;
    const struct option *option = option_find_letter (parsed->command, *letter, &global);
    if (option == NULL) {
      g_autofree char *shown = letter == text + 1 ? g_strdup (text) : g_strdup_printf ("-%c", *letter);
      return unknown_option (parsed->command, shown, error);
    }
    if (option->kind == OPTION_KIND_FLAG) {
      if (!assign (parsed, option, global, NULL, error))
        return FALSE;
      continue;
    }
    const char *value = letter[1] == '\0' ? NULL : letter + 1 + (letter[1] == '=' ? 1 : 0);
    return take_value (parsed->command, option, cursor, &value, error) && assign (parsed, option, global, value, error);
  }
  return TRUE;
}

static gboolean
parse_arguments (struct parsed *parsed, const GPtrArray *arguments, GError **error)
{
  struct cursor cursor = { .arguments = arguments };
  gboolean options_ended = FALSE;
  while (cursor.next < arguments->len) {
    const char *text = g_ptr_array_index (arguments, cursor.next++);
    gboolean is_operand = options_ended || !is_option_text (text)
                          || (takes_operands (parsed->command) && is_negative_number (text)
                              && option_find_letter (parsed->command, text[1], NULL) == NULL);
    if (is_operand)
      g_ptr_array_add (parsed->operands, (gpointer) text);
    else if (strcmp (text, "--") == 0)
      options_ended = TRUE;
    else if (!(text[1] == '-' ? parse_long : parse_letters) (parsed, text, &cursor, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Operands --- */

static gboolean
check_word (const struct command *command, const struct operand *operand, const char *word, GError **error)
{
  if (word[0] == '\0' && operand->completion == COMPLETE_FILE)
    return error_set (error, ERROR_USAGE, "'%s' needs the name of a file, not ''", command->path);
  if (!check_utf8 ("an operand", operand->completion, word, error))
    return FALSE;
  g_auto (GStrv) choices = operand_choices (operand);
  if (choices == NULL || g_strv_contains ((const char *const *) choices, word))
    return TRUE;
  g_autofree char *wanted = words_in_a_row ((const char *const *) choices);
  error_set (error, ERROR_USAGE, "'%s' wants %s, not '%s'", command->path, wanted, word);
  const char *nearest = text_nearest (word, (const char *const *) choices);
  return nearest == NULL ? FALSE : error_add_hint (error, "did you mean '%s'?", nearest);
}

static gboolean
operand_missing (const struct command *command, const struct operand *operand, GError **error)
{
  g_autofree char *usage = help_usage (command);
  error_set (error, ERROR_USAGE, "'%s' needs %s: %s", command->path, operand->name, operand->help);
  return error_add_hint (error, "it is written '%s'", usage);
}

static gboolean
check_operands (const struct command *command, const GPtrArray *words, GError **error)
{
  guint used = 0;
  for (const struct operand *operand = command->operands; operand != NULL && operand->name != NULL; operand++) {
    gboolean needed = operand->count == OPERAND_ONE || operand->count == OPERAND_MANY;
    gboolean repeated = operand->count == OPERAND_MANY || operand->count == OPERAND_ANY;
    if (needed && used == words->len)
      return operand_missing (command, operand, error);
    guint end = repeated ? words->len : MIN (used + 1, words->len);
    for (; used < end; used++)
      if (!check_word (command, operand, g_ptr_array_index (words, used), error))
        return FALSE;
  }
  if (used == words->len)
    return TRUE;
  const char *extra = g_ptr_array_index (words, used);
  if (!takes_operands (command))
    return error_set (error, ERROR_USAGE, "'%s' takes no operands, but '%s' was given", command->path, extra);
  g_autofree char *usage = help_usage (command);
  error_set (error, ERROR_USAGE, "'%s' does not know what to do with '%s': one operand too many", command->path, extra);
  return error_add_hint (error, "it is written '%s'", usage);
}

static gboolean
check_globals (const struct parsed *parsed, GError **error)
{
  for (guint i = 0; i < GLOBAL_COUNT; i++) {
    enum global global = (enum global) i;
    if ((parsed->globals_given & (1U << i)) != 0 && !global_is_accepted (global, parsed->command))
      return error_set (error, ERROR_USAGE, "'%s' does not take '--%s': %s", parsed->command->path,
                        global_options[i].name, global_refusal (global));
  }
  return TRUE;
}

/* --- The command's words --- */

/* Skips a global option that stands before or between the command's words; its value too. */
static gboolean
skip_global (char *const *argv, int *index, GPtrArray *rest, GError **error)
{
  const char *text = argv[*index];
  const struct option *option = NULL;
  gboolean has_value = FALSE;
  if (text[1] == '-') {
    gsize length = strcspn (text + 2, "=");
    option = option_find (NULL, text + 2, length, NULL);
    has_value = text[2 + length] == '=';
  } else {
    option = option_find_letter (NULL, text[1], NULL);
    has_value = TRUE; /* no global option with a letter takes a value */
  }
  if (option == NULL)
    return unknown_option (NULL, text, error);
  g_ptr_array_add (rest, (gpointer) text);
  if (option->kind != OPTION_KIND_FLAG && !has_value && argv[*index + 1] != NULL) {
    *index += 1;
    g_ptr_array_add (rest, argv[*index]);
  }
  return TRUE;
}

/* Finds the command; everything else goes to `rest`. What stands behind an unknown word is not looked at. */
static gboolean
parse_verb (const struct command *const *commands, char *const *argv, struct parsed *parsed, GPtrArray *rest,
            GError **error)
{
  gboolean options_ended = FALSE;
  int index = 1;
  for (; argv[0] != NULL && argv[index] != NULL; index++) {
    const char *text = argv[index];
    if (!options_ended && is_option_text (text)) {
      if (parsed->command != NULL)
        break;
      options_ended = strcmp (text, "--") == 0;
      if (options_ended)
        g_ptr_array_add (rest, (gpointer) text);
      else if (!skip_global (argv, &index, rest, error))
        return FALSE;
    } else if (!command_extend (commands, text, &parsed->path, &parsed->command)) {
      if (parsed->command != NULL)
        break;
      parsed->verb = VERB_UNKNOWN;
      parsed->unknown_index = index;
      return TRUE;
    }
  }
  if (parsed->command == NULL)
    parsed->verb = parsed->path[0] == '\0' ? VERB_NONE : VERB_GROUP;
  else
    parsed->verb = VERB_COMMAND;
  for (; argv[0] != NULL && argv[index] != NULL; index++)
    g_ptr_array_add (rest, argv[index]);
  return TRUE;
}

/* Fields that are not 0 when not given. */
static void
prepare_args (struct parsed *parsed)
{
  parsed->globals.format = -1;
  parsed->globals.color = -1;
  if (parsed->command == NULL || parsed->command->args_size == 0)
    return;
  parsed->args = g_malloc0 (parsed->command->args_size);
  for (const struct option *option = parsed->command->options; option != NULL && option->name != NULL; option++) {
    gpointer field = G_STRUCT_MEMBER_P (parsed->args, option->offset);
    if (option->kind == OPTION_KIND_CHOICE) {
      *(int *) field = -1;
    } else if (option->kind == OPTION_KIND_LIST) {
      GPtrArray *list = g_ptr_array_new ();
      g_ptr_array_add (list, NULL);
      g_ptr_array_add (parsed->lists, list);
      *(const char ***) field = (const char **) list->pdata;
    }
  }
}

gboolean
command_line_parse (const struct command *const *commands, char *const *argv, struct parsed *ret, GError **error)
{
  *ret = (struct parsed) { .path = g_strdup (""), .operands = g_ptr_array_new () };
  ret->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  if (!parse_verb (commands, argv, ret, rest, error))
    return FALSE;
  prepare_args (ret);
  if (!parse_arguments (ret, rest, error))
    return FALSE;
  gboolean is_checked = ret->verb == VERB_COMMAND && !ret->globals.help && !ret->globals.version;
  if (is_checked && !(check_globals (ret, error) && check_operands (ret->command, ret->operands, error)))
    return FALSE;
  g_ptr_array_add (ret->operands, NULL);
  return TRUE;
}

void
parsed_clear (struct parsed *parsed)
{
  g_clear_pointer (&parsed->path, g_free);
  g_clear_pointer (&parsed->args, g_free);
  g_clear_pointer (&parsed->operands, g_ptr_array_unref);
  g_clear_pointer (&parsed->lists, g_ptr_array_unref);
}
