/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding commands in the table by their words. */
#include "cli/lookup.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

const struct command *
command_find (const struct command *const *commands, const char *path)
{
  for (; *commands != NULL; commands++)
    if (strcmp ((*commands)->path, path) == 0)
      return *commands;
  return NULL;
}

/* What follows the group and the blank behind it; NULL when the command is not in the group. */
static const char *
path_behind (const struct command *command, const char *group)
{
  gsize length = strlen (group);
  if (length == 0)
    return command->path;
  return strncmp (command->path, group, length) == 0 && command->path[length] == ' ' ? command->path + length + 1
                                                                                     : NULL;
}

gboolean
command_is_group (const struct command *const *commands, const char *path)
{
  for (; *commands != NULL; commands++)
    if (!(*commands)->hidden && path_behind (*commands, path) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
command_extend (const struct command *const *commands, const char *word, char **path, const struct command **command)
{
  /* A blank inside one argument is not the blank between two words. */
  if (word[0] == '\0' || strchr (word, ' ') != NULL)
    return FALSE;
  g_autofree char *longer = (*path)[0] == '\0' ? g_strdup (word) : g_strconcat (*path, " ", word, NULL);
  const struct command *found = command_find (commands, longer);
  if (found == NULL && !command_is_group (commands, longer))
    return FALSE;
  *command = found;
  g_free (*path);
  *path = g_steal_pointer (&longer);
  return TRUE;
}

char *
command_word_after (const struct command *command, const char *group)
{
  const char *rest = path_behind (command, group);
  return rest == NULL ? NULL : g_strndup (rest, strcspn (rest, " "));
}

/* The word below `group` that is nearest to `word`; newly allocated. */
static char *
nearest_word (const struct command *const *commands, const char *group, const char *word)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  for (; *commands != NULL; commands++) {
    char *candidate = (*commands)->hidden ? NULL : command_word_after (*commands, group);
    const char *previous = words->len == 0 ? "" : g_ptr_array_index (words, words->len - 1);
    if (candidate != NULL && strcmp (candidate, previous) != 0)
      g_ptr_array_add (words, candidate);
    else
      g_free (candidate);
  }
  g_ptr_array_add (words, NULL);
  return g_strdup (text_nearest (word, (const char *const *) words->pdata));
}

/* "generate" -> "invoice generate", when only one command ends so. */
static char *
only_path_ending_in (const struct command *const *commands, const char *word)
{
  const char *found = NULL;
  for (; *commands != NULL; commands++) {
    const char *last = strrchr ((*commands)->path, ' ');
    if ((*commands)->hidden || last == NULL || strcmp (last + 1, word) != 0)
      continue;
    if (found != NULL)
      return NULL;
    found = (*commands)->path;
  }
  return g_strdup (found);
}

char *
command_guess (const struct command *const *commands, const char *group, const char *const *words)
{
  if (words[0] == NULL)
    return NULL;
  g_autofree char *word = nearest_word (commands, group, words[0]);
  if (word == NULL)
    return group[0] == '\0' ? only_path_ending_in (commands, words[0]) : NULL;
  g_autofree char *path = group[0] == '\0' ? g_strdup (word) : g_strconcat (group, " ", word, NULL);
  if (command_find (commands, path) == NULL && words[1] != NULL) {
    char *longer = command_guess (commands, path, words + 1);
    if (longer != NULL)
      return longer;
  }
  return g_steal_pointer (&path);
}

gboolean
command_unknown (const struct command *const *commands, const char *group, const char *const *words, GError **error)
{
  const char *blank = group[0] == '\0' ? "" : " ";
  error_set (error, ERROR_USAGE, "unknown command '%s%s%s'", group, blank, words[0]);
  g_autofree char *guess = command_guess (commands, group, words);
  if (guess != NULL)
    return error_add_hint (error, "did you mean '%s'?", guess);
  return error_add_hint (error, "'billctl help%s%s' lists the commands", blank, group);
}

gboolean
command_path_from_words (const struct command *const *commands, const char *const *words, char **ret, GError **error)
{
  g_autofree char *path = g_strdup ("");
  const struct command *command = NULL;
  for (; *words != NULL; words++)
    if (!command_extend (commands, *words, &path, &command))
      return command_unknown (commands, path, words, error);
  *ret = g_steal_pointer (&path);
  return TRUE;
}

char **
operand_choices (const struct operand *operand)
{
  return strchr (operand->name, '|') == NULL ? NULL : g_strsplit (operand->name, "|", -1);
}

char *
option_value_name (const struct option *option)
{
  if (option->kind == OPTION_KIND_FLAG)
    return NULL;
  if (option->kind == OPTION_KIND_CHOICE)
    return g_strjoinv ("|", (char **) option->choices);
  return g_strdup (option->value_name);
}
