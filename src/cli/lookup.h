/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding commands in the table by their words. */
#ifndef BILLCTL_CLI_LOOKUP_H
#define BILLCTL_CLI_LOOKUP_H

#include "cli/command.h"

/* The longest command has three words. */
enum { COMMAND_WORDS_MAX = 3 };

/* "invoice generate"; NULL when there is none. */
const struct command *command_find (const struct command *const *commands, const char *path);

/* Whether commands begin with `path` and a further word. Hidden ones do not make a group. */
gboolean command_is_group (const struct command *const *commands, const char *path);

/* Takes one more word of the command line into *path when that names a command or begins one: TRUE, and *command is
 * the command, or NULL so far. */
gboolean command_extend (const struct command *const *commands, const char *word, char **path,
                         const struct command **command);

/* The word that follows `group` in the command's path ("" for the first word), newly allocated; NULL when the
 * command is not in the group. */
char *command_word_after (const struct command *command, const char *group);

/* What someone who typed these words (NULL-terminated, `group` of them already understood) may have meant: a path or
 * a group's name, newly allocated; NULL when nothing is near. */
char *command_guess (const struct command *const *commands, const char *group, const char *const *words);

/* ERROR_USAGE about words[0], which is no command of `group`; with a guess as its hint. Returns FALSE. */
gboolean command_unknown (const struct command *const *commands, const char *group, const char *const *words,
                          GError **error);

/* The words as a path: of a command, a group, or "" for no words. Newly allocated in *ret. */
gboolean command_path_from_words (const struct command *const *commands, const char *const *words, char **ret,
                                  GError **error);

/* The words that an operand allows ("bash|zsh|fish"), a NULL-terminated array to free with g_strfreev; NULL when it
 * is not of that kind. */
char **operand_choices (const struct operand *operand);

/* What stands for the option's value in help: "FILE", or the choices "table|json"; NULL for flags. Newly allocated. */
char *option_value_name (const struct option *option);

#endif
