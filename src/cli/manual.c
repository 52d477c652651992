/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of manual pages from the tables. Macros: man(7). */
#include "cli/manual.h"

#include "base/error.h"
#include "cli/globals.h"
#include "cli/help.h"
#include "cli/lookup.h"
#include "cli/parse.h"

#include <string.h>

/* --- Text --- */

/* As it stands, also where it is copied from the page into a shell. Only the start of a line could be taken for a macro. */
static void
append_text (GString *out, const char *text)
{
  if (*text == '.' || *text == '\'')
    g_string_append (out, "\\&");
  for (; *text != '\0'; text++) {
    switch (*text) {
      case '\\':
        g_string_append (out, "\\e");
        break;
      case '-':
        g_string_append (out, "\\-");
        break;
      case '\'':
        g_string_append (out, "\\(aq");
        break;
      case '`':
        g_string_append (out, "\\(ga");
        break;
      case '^':
        g_string_append (out, "\\(ha");
        break;
      case '~':
        g_string_append (out, "\\(ti");
        break;
      default:
        g_string_append_c (out, *text);
        break;
    }
  }
}

static gboolean
starts_with_a_word (const char *text)
{
  gsize length = strcspn (text, " ,;:");
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]) && (i == 0 || text[i] != '-'))
      return FALSE;
  return length > 0;
}

/* The tables hold texts without a capital and a full stop. */
static void
append_sentence (GString *out, const char *text)
{
  g_autofree char *sentence = g_strdup (text);
  if (starts_with_a_word (sentence))
    sentence[0] = g_ascii_toupper (sentence[0]);
  append_text (out, sentence);
  g_string_append (out, g_str_has_suffix (text, ".") ? "\n" : ".\n");
}

static void
append_styled (GString *out, char style, const char *text)
{
  g_string_append_printf (out, "\\f%c", style);
  append_text (out, text);
  g_string_append (out, "\\fR");
}

/* "bash|zsh|fish": words to be typed as they are. */
static void
append_choices (GString *out, char *const *choices)
{
  for (gsize i = 0; choices[i] != NULL; i++) {
    if (i > 0)
      g_string_append (out, "|\\:"); /* a line may end here */
    append_styled (out, 'B', choices[i]);
  }
}

static void
append_page_name (GString *out, const struct command *command)
{
  g_autofree char *name = g_strdelimit (g_strdup (command->path), " ", '-');
  g_string_append_printf (out, "billctl-%s", name);
}

static void
begin_part (GString *out, const struct command *command, const char *part)
{
  g_string_append (out, ".\\\" part ");
  if (command == NULL)
    g_string_append (out, "billctl");
  else
    append_page_name (out, command);
  g_string_append_printf (out, " %s\n", part);
}

/* --- Options and operands --- */

static void
append_option (GString *out, const struct option *option)
{
  const char letter[] = { '-', option->letter, '\0' };
  g_autofree char *name = g_strconcat ("--", option->name, NULL);
  g_string_append (out, ".TP\n");
  if (option->letter != 0) {
    append_styled (out, 'B', letter);
    g_string_append (out, ", ");
  }
  append_styled (out, 'B', name);
  if (option->kind != OPTION_KIND_FLAG)
    g_string_append_c (out, ' ');
  if (option->kind == OPTION_KIND_CHOICE)
    append_choices (out, (char *const *) option->choices);
  else if (option->kind != OPTION_KIND_FLAG)
    append_styled (out, 'I', option->value_name);
  g_string_append_c (out, '\n');
  append_sentence (out, option->help);
}

static void
append_operand_name (GString *out, const struct operand *operand)
{
  g_auto (GStrv) choices = operand_choices (operand);
  if (choices == NULL)
    append_styled (out, 'I', operand->name);
  else
    append_choices (out, choices);
}

static void
append_operands (GString *out, const struct operand *operands)
{
  if (operands == NULL || operands->name == NULL)
    return;
  g_string_append (out, ".SH OPERANDS\n");
  for (; operands->name != NULL; operands++) {
    g_string_append (out, ".TP\n");
    append_operand_name (out, operands);
    g_string_append_c (out, '\n');
    append_sentence (out, operands->help);
  }
}

/* The global options that not every command takes, by name only: billctl(1) explains them all. */
static void
append_accepted_globals (GString *out, const struct command *command)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (guint i = 0; i < GLOBAL_COUNT; i++) {
    enum global found = GLOBAL_COUNT;
    option_find (command, global_options[i].name, strlen (global_options[i].name), &found);
    if (found != GLOBAL_COUNT && global_refusal (found) != NULL && global_is_accepted (found, command))
      g_ptr_array_add (names, (gpointer) global_options[i].name);
  }
  g_string_append (out, "The global options are explained in\n.BR billctl (1)");
  g_string_append (out, names->len == 0 ? ".\n" : ";\nof those that not every command takes, this one takes\n");
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *name = g_strconcat ("--", names->pdata[i], NULL);
    if (i > 0 && i + 1 == names->len)
      g_string_append (out, "and\n");
    g_string_append (out, ".BR ");
    append_text (out, name);
    g_string_append (out, i + 2 < names->len ? " ,\n" : i + 1 < names->len ? "\n" : " .\n");
  }
}

static void
append_options (GString *out, const struct command *command)
{
  const struct option *option = command->options;
  g_string_append (out, ".SH OPTIONS\n");
  for (; option != NULL && option->name != NULL; option++)
    append_option (out, option);
  if (option != command->options)
    g_string_append (out, ".PP\n");
  append_accepted_globals (out, command);
}

/* --- A command --- */

static void
append_synopsis (GString *out, const struct command *command)
{
  g_autofree char *words = g_strconcat ("billctl ", command->path, NULL);
  append_styled (out, 'B', words);
  for (const struct operand *operand = command->operands; operand != NULL && operand->name != NULL; operand++) {
    gboolean may_lack = operand->count == OPERAND_OPTIONAL || operand->count == OPERAND_ANY;
    g_string_append (out, may_lack ? " [" : " ");
    append_operand_name (out, operand);
    if (operand->count == OPERAND_MANY || operand->count == OPERAND_ANY)
      g_string_append (out, "...");
    if (may_lack)
      g_string_append_c (out, ']');
  }
  g_string_append (out, " [\\fIOPTION\\fR...]\n");
}

/* One line for each piece between the separators. */
static void
append_lines (GString *out, const char *text, const char *separator, const char *end)
{
  g_auto (GStrv) lines = g_strsplit (text, separator, -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    append_text (out, lines[i]);
    g_string_append (out, lines[i + 1] == NULL ? "\n" : end);
  }
}

/* Paragraphs stand apart by an empty line. One that begins with a blank is kept as it is; in the others a sentence is a line, so that
 * the formatter sees where it ends. */
static void
append_description (GString *out, const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text == NULL ? "" : text, "\n\n", -1);
  for (gsize i = 0; paragraphs[i] != NULL; i++) {
    gboolean as_it_is = paragraphs[i][0] == ' ';
    g_string_append (out, i > 0 ? ".PP\n" : "");
    g_string_append (out, as_it_is ? ".EX\n" : "");
    append_lines (out, paragraphs[i], as_it_is ? "\n" : ". ", as_it_is ? "\n" : ".\n");
    g_string_append (out, as_it_is ? ".EE\n" : "");
  }
}

static void
append_command (GString *out, const struct command *command)
{
  begin_part (out, command, "SUMMARY");
  append_text (out, command->summary);
  g_string_append_c (out, '\n');
  begin_part (out, command, "SYNOPSIS");
  append_synopsis (out, command);
  begin_part (out, command, "DESCRIPTION");
  append_description (out, command->description);
  begin_part (out, command, "OPERANDS");
  append_operands (out, command->operands);
  begin_part (out, command, "OPTIONS");
  append_options (out, command);
}

/* --- billctl(1) --- */

static void
append_commands (GString *out, const struct command *const *commands)
{
  begin_part (out, NULL, "COMMANDS");
  g_autoptr (GPtrArray) of_subject = g_ptr_array_new ();
  const char *title = NULL;
  for (guint subject = 0; (title = help_subject (commands, subject, of_subject)) != NULL; subject++) {
    if (of_subject->len > 0) {
      g_string_append (out, ".SS ");
      append_text (out, title);
      g_string_append_c (out, '\n');
    }
    for (guint i = 0; i < of_subject->len; i++) {
      const struct command *command = of_subject->pdata[i];
      g_autoptr (GString) name = g_string_new (NULL);
      append_page_name (name, command);
      g_string_append (out, ".TP\n.BR ");
      append_text (out, name->str);
      g_string_append (out, " (1)\n");
      append_sentence (out, command->summary);
    }
    g_ptr_array_set_size (of_subject, 0);
  }
}

static void
append_exit_statuses (GString *out)
{
  begin_part (out, NULL, "STATUSES");
  const char *meaning = NULL;
  for (int status = 0; (meaning = error_status_meaning (status)) != NULL; status++) {
    g_string_append_printf (out, ".TP\n.B %d\n", status);
    append_sentence (out, meaning);
  }
}

char *
manual_parts (const struct command *const *commands)
{
  GString *out = g_string_new (NULL);
  append_commands (out, commands);
  begin_part (out, NULL, "GLOBALS");
  for (const struct option *option = global_options; option->name != NULL; option++)
    append_option (out, option);
  append_exit_statuses (out);
  for (; *commands != NULL; commands++)
    if (!(*commands)->hidden)
      append_command (out, *commands);
  return g_string_free (out, FALSE);
}
