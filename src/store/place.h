/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new ledger in the place of one, or where there is none: for engines whose ledgers are files, and a part of their driver. Others take
 * new ledgers by db_fill_open(), and replace none. */
#ifndef BILLCTL_STORE_PLACE_H
#define BILLCTL_STORE_PLACE_H

#include "base/new-file.h"

#include <glib.h>

struct db_place {
  char *path;            /* links followed */
  gboolean is_taken;
  const char *what;      /* "a ledger", "a file that is no ledger"; static */
};
void db_place_clear (struct db_place *place);
typedef struct db_place db_place_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (db_place_t, db_place_clear)
/* What is at `path`. ERROR_REFUSED for what cannot be replaced (a folder, a device), and where a file is left over that SQLite would take
 * for part of a new ledger. */
gboolean db_place_look (const char *path, struct db_place *ret, GError **error);
/* `file`, begun beside it, becomes the ledger of that place at one instant, with owner and group of what was there; that is kept whole
 * beside it as *ret_kept (NULL when there was nothing). ERROR_LEDGER when others have it open. */
gboolean db_place_fill (const struct db_place *place, struct new_file *file, gboolean is_shared, char **ret_kept, GError **error);

#endif
