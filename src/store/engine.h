/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which database engine a ledger is kept in, told from its name alone: no library is needed for that. */
#ifndef BILLCTL_STORE_ENGINE_H
#define BILLCTL_STORE_ENGINE_H

#include <glib.h>

/* ERROR_USAGE for a name that looks like that of a database on some other server (scheme://…): no file is meant by it. */
gboolean engine_check_name (const char *path, GError **error);

/* "postgresql" for postgresql://…, postgres://… and service=NAME, as libpq takes them; "sqlite" for everything else, a file. */
const char *engine_of_path (const char *path);
gboolean engine_path_is_file (const char *path);
const char *engine_program (const char *engine); /* "billctl-postgresql"; "billctl" */

/* The name of a ledger as it may stand in messages: passwords in a URL or in a list of settings are left out. */
char *engine_path_shown (const char *path);
/* Writes over a word of the command line what may be shown of it, so that lists of processes have no password. */
void engine_hide_password (char *word);

#endif
