/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help pages from the tables. */
#include "cli/help.h"

#include "base/text.h"
#include "cli/globals.h"
#include "cli/lookup.h"
#include "cli/parse.h"

#include <string.h>

enum { WIDTH_MAX = 80, WIDTH_MIN = 60, LEFT_MAX = 26, CHOICES_MAX = 24 };

/* A blank at which a line must not be broken. */
#define FIXED_BLANK '\t'

/* Subjects of the overview. What no subject names is listed last, so that a new command needs no line here. */
static const struct subject {
  const char *title;
  const char *first_words[6];
} subjects[] = {
  { "Catalog", { "plans", "metric", "tax" } },
  { "Customers, their coupons and one-off charges", { "customer", "coupon", "charge" } },
  { "Subscriptions", { "subscribe", "subscription" } },
  { "Usage", { "usage" } },
  { "Invoices and credit notes", { "invoice", "credit-note", "issuer" } },
  { "Books and taxes", { "journal", "report" } },
  { "Calculators", { "estimate", "prorate", "schedule" } },
  { "Data out", { "export", "stripe" } },
  { "Ledger", { "init", "config", "ledger", "verify" } },
  { "billctl itself", { "help", "version", "introspect", "completion" } },
};

static int
page_width (int width)
{
  return width <= 0 ? WIDTH_MAX : CLAMP (width, WIDTH_MIN, WIDTH_MAX);
}

/* Appends the words from column `at` on; further lines begin at column `indent` with `joint` before their end. */
static void
append_words (GString *page, const char *text, gsize at, gsize indent, gsize width, const char *joint)
{
  gsize room = width - text_display_width (joint, -1);
  gboolean is_first = TRUE;
  while (*text != '\0') {
    gsize length = strcspn (text, " \n");
    g_autofree char *word = g_strdelimit (g_strndup (text, length), (const char[]) { FIXED_BLANK, '\0' }, ' ');
    gsize columns = text_display_width (word, -1);
    if (!is_first && at + 1 + columns > room) {
      g_string_append_printf (page, "%s\n%*s", joint, (int) indent, "");
      at = indent;
    } else if (!is_first) {
      g_string_append_c (page, ' ');
      at++;
    }
    g_string_append (page, word);
    at += columns;
    is_first = FALSE;
    text += length;
    text += strspn (text, " \n");
  }
  g_string_append_c (page, '\n');
}

static void
append_paragraph (GString *page, const char *text, gsize indent, gsize width)
{
  g_string_append_printf (page, "%*s", (int) indent, "");
  append_words (page, text, indent, indent, width, "");
}

/* Paragraphs stand apart by an empty line. One that begins with a blank is kept as it is. */
static void
append_description (GString *page, const char *text, gsize width)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n\n", -1);
  for (gsize i = 0; paragraphs[i] != NULL; i++) {
    g_string_append_c (page, '\n');
    if (paragraphs[i][0] == ' ')
      g_string_append_printf (page, "%s\n", paragraphs[i]);
    else
      append_paragraph (page, paragraphs[i], 0, width);
  }
}

/* --- Two columns --- */

struct line {
  char *left;
  char *right;
};

static void
line_clear (struct line *line)
{
  g_free (line->left);
  g_free (line->right);
}

static GArray *
lines_new (void)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (struct line));
  g_array_set_clear_func (lines, (GDestroyNotify) line_clear);
  return lines;
}

static void
lines_add (GArray *lines, char *left, char *right)
{
  struct line line = { left, right };
  g_array_append_val (lines, line);
}

static gsize
left_width (const GArray *lines)
{
  gsize widest = 0;
  for (guint i = 0; i < lines->len; i++) {
    gsize width = text_display_width (g_array_index (lines, struct line, i).left, -1);
    /* One long name does not push everything else to the right; its explanation starts on the next line. */
    if (width <= LEFT_MAX)
      widest = MAX (widest, width);
  }
  return widest;
}

static void
append_lines (GString *page, const GArray *lines, gsize left, gsize width)
{
  gsize column = 2 + left + 2;
  for (guint i = 0; i < lines->len; i++) {
    const struct line *line = &g_array_index (lines, struct line, i);
    gsize used = text_display_width (line->left, -1);
    g_string_append_printf (page, "  %s", line->left);
    if (used > left)
      g_string_append_printf (page, "\n%*s", (int) column, "");
    else
      g_string_append_printf (page, "%*s", (int) (column - 2 - used), "");
    append_words (page, line->right, column, column, width, "");
  }
}

/* --- Parts of a page --- */

char *
help_usage (const struct command *command)
{
  GString *usage = g_string_new ("billctl ");
  g_string_append (usage, command->path);
  for (const struct operand *operand = command->operands; operand != NULL && operand->name != NULL; operand++) {
    switch (operand->count) {
      case OPERAND_ONE:
        g_string_append_printf (usage, " %s", operand->name);
        break;
      case OPERAND_OPTIONAL:
        g_string_append_printf (usage, " [%s]", operand->name);
        break;
      case OPERAND_MANY:
        g_string_append_printf (usage, " %s...", operand->name);
        break;
      case OPERAND_ANY:
        g_string_append_printf (usage, " [%s...]", operand->name);
        break;
    }
  }
  if (command->options != NULL && command->options[0].name != NULL)
    g_string_append (usage, " [OPTIONS]");
  return g_string_free (usage, FALSE);
}

static gboolean
has_letters (const struct option *options)
{
  for (; options->name != NULL; options++)
    if (options->letter != 0)
      return TRUE;
  return FALSE;
}

/* Long lists of choices stand in the explanation instead. */
static gboolean
spells_out_choices (const struct option *option)
{
  g_autofree char *value = option_value_name (option);
  return option->kind == OPTION_KIND_CHOICE && strlen (value) > CHOICES_MAX;
}

static char *
option_left (const struct option *option, gboolean with_letters)
{
  GString *left = g_string_new (NULL);
  if (option->letter != 0)
    g_string_append_printf (left, "-%c, ", option->letter);
  else if (with_letters)
    g_string_append (left, "    ");
  g_string_append_printf (left, "--%s", option->name);
  g_autofree char *value = spells_out_choices (option) ? g_strdup ("CHOICE") : option_value_name (option);
  if (value != NULL)
    g_string_append_printf (left, " %s", value);
  return g_string_free (left, FALSE);
}

static char *
option_right (const struct option *option)
{
  if (!spells_out_choices (option))
    return g_strdup (option->help);
  g_autofree char *choices = g_strjoinv (", ", (char **) option->choices);
  return g_strdup_printf ("%s: %s", option->help, choices);
}

static void
append_options (GString *page, const char *title, const struct option *options, gsize width)
{
  if (options == NULL || options->name == NULL)
    return;
  g_autoptr (GArray) lines = lines_new ();
  gboolean with_letters = has_letters (options);
  for (; options->name != NULL; options++)
    lines_add (lines, option_left (options, with_letters), option_right (options));
  g_string_append_printf (page, "\n%s\n", title);
  append_lines (page, lines, left_width (lines), width);
}

static void
append_operands (GString *page, const struct operand *operands, gsize width)
{
  if (operands == NULL || operands->name == NULL)
    return;
  g_autoptr (GArray) lines = lines_new ();
  for (; operands->name != NULL; operands++)
    lines_add (lines, g_strdup (operands->name), g_strdup (operands->help));
  g_string_append (page, "\nOperands\n");
  append_lines (page, lines, left_width (lines), width);
}

/* Only the names; the overview explains them. */
static void
append_globals_briefly (GString *page, const struct command *command, gsize width)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < GLOBAL_COUNT; i++) {
    enum global found = GLOBAL_COUNT;
    const struct option *option
        = option_find (command, global_options[i].name, strlen (global_options[i].name), &found);
    if (found == GLOBAL_COUNT || !global_is_accepted (found, command))
      continue;
    g_autofree char *left = option_left (option, FALSE);
    g_strdelimit (left, " ", FIXED_BLANK);
    g_string_append_printf (names, "%s%s", names->len > 0 ? "; " : "", left);
  }
  g_string_append (page, "\nGlobal options ('billctl help' explains them)\n");
  append_paragraph (page, names->str, 2, width);
  g_string_free (names, TRUE);
}

/* A line may be broken between words of the shell, not within one that stands in quotes. */
static char *
fix_quoted_blanks (const char *example)
{
  char *ret = g_strdup (example);
  char quote = '\0';
  for (char *at = ret; *at != '\0'; at++) {
    if (quote != '\0' && *at == ' ')
      *at = FIXED_BLANK;
    else if (*at == quote)
      quote = '\0';
    else if (quote == '\0' && (*at == '"' || *at == '\''))
      quote = *at;
  }
  return ret;
}

static void
append_examples (GString *page, const char *const *examples, gsize width)
{
  if (examples == NULL || examples[0] == NULL)
    return;
  g_string_append (page, "\nExamples\n");
  for (; *examples != NULL; examples++) {
    g_autofree char *example = fix_quoted_blanks (*examples);
    g_string_append (page, "  ");
    append_words (page, example, 2, 6, width, " \\");
  }
}

char *
help_command (const struct command *command, int terminal_width)
{
  gsize width = (gsize) page_width (terminal_width);
  g_autofree char *usage = help_usage (command);
  GString *page = g_string_new ("usage: ");
  append_words (page, usage, 7, 15, width, "");
  g_string_append_c (page, '\n');
  g_autofree char *summary = g_strconcat (command->summary, ".", NULL);
  summary[0] = g_ascii_toupper (summary[0]);
  append_paragraph (page, summary, 0, width);
  if (command->description != NULL)
    append_description (page, command->description, width);
  append_operands (page, command->operands, width);
  append_options (page, "Options", command->options, width);
  append_globals_briefly (page, command, width);
  append_examples (page, command->examples, width);
  g_autofree char *manual = g_strdelimit (g_strdup (command->path), " ", '-');
  if (!command->hidden)
    g_string_append_printf (page, "\nSee billctl-%s(1).\n", manual);
  return g_string_free (page, FALSE);
}

/* --- Lists of commands --- */

static const struct subject *
subject_of (const struct command *command)
{
  g_autofree char *word = command_word_after (command, "");
  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (subjects[i].first_words) && subjects[i].first_words[j] != NULL; j++)
      if (strcmp (subjects[i].first_words[j], word) == 0)
        return &subjects[i];
  return NULL;
}

static gsize
path_width (const struct command *const *commands)
{
  gsize widest = 0;
  for (; *commands != NULL; commands++)
    if (!(*commands)->hidden)
      widest = MAX (widest, strlen ((*commands)->path));
  return widest;
}

const char *
help_subject (const struct command *const *commands, guint index, GPtrArray *ret)
{
  if (index > G_N_ELEMENTS (subjects))
    return NULL;
  const struct subject *subject = index == G_N_ELEMENTS (subjects) ? NULL : &subjects[index];
  for (; *commands != NULL; commands++)
    if (!(*commands)->hidden && subject_of (*commands) == subject)
      g_ptr_array_add (ret, (gpointer) *commands);
  return subject == NULL ? "More" : subject->title;
}

static void
append_subject (GString *page, const char *title, const GPtrArray *commands, gsize left, gsize width)
{
  g_autoptr (GArray) lines = lines_new ();
  for (guint i = 0; i < commands->len; i++) {
    const struct command *command = commands->pdata[i];
    lines_add (lines, g_strdup (command->path), g_strdup (command->summary));
  }
  if (lines->len == 0)
    return;
  g_string_append_printf (page, "\n%s\n", title);
  append_lines (page, lines, left, width);
}

char *
help_overview (const struct command *const *commands, int terminal_width)
{
  gsize width = (gsize) page_width (terminal_width);
  GString *page = g_string_new ("usage: billctl [GLOBAL OPTIONS] COMMAND [ARGUMENTS]\n");
  g_autoptr (GPtrArray) of_subject = g_ptr_array_new ();
  const char *title = NULL;
  for (guint i = 0; (title = help_subject (commands, i, of_subject)) != NULL; i++) {
    append_subject (page, title, of_subject, path_width (commands), width);
    g_ptr_array_set_size (of_subject, 0);
  }
  append_options (page, "Global options (before or after the command)", global_options, width);
  g_string_append (page, "\n'billctl help COMMAND' explains a command. See billctl(1).\n");
  return g_string_free (page, FALSE);
}

char *
help_group (const struct command *const *commands, const char *group, int terminal_width)
{
  gsize width = (gsize) page_width (terminal_width);
  g_autoptr (GArray) lines = lines_new ();
  for (; *commands != NULL; commands++) {
    g_autofree char *word = (*commands)->hidden ? NULL : command_word_after (*commands, group);
    if (word != NULL)
      lines_add (lines, g_strdup ((*commands)->path), g_strdup ((*commands)->summary));
  }
  GString *page = g_string_new (NULL);
  g_string_append_printf (page, "usage: billctl %s COMMAND [ARGUMENTS]\n\n", group);
  append_lines (page, lines, left_width (lines), width);
  g_string_append_printf (page, "\n'billctl help %s COMMAND' explains one of them.\n", group);
  return g_string_free (page, FALSE);
}
