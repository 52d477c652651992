/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean" for codes that the ledger does not have. */
#include "store/nearest.h"

#include "base/error.h"
#include "base/text.h"
#include "store/db.h"
#include "store/ledger.h"

#include <string.h>

enum { CANDIDATES_MAX = 20000, WORD_LENGTH_MAX = 128 };

/* A hint is a courtesy: when the codes cannot be read, the error at hand is the one to report. */
static GPtrArray *
read_codes (struct ledger *ledger, enum statement codes)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), codes, &query, NULL))
    return list;
  gboolean row = FALSE;
  while (list->len < CANDIDATES_MAX && db_step (query, &row, NULL) && row)
    g_ptr_array_add (list, g_strdup (db_text (query, 1, NULL)));
  db_query_free (query);
  return list;
}

gboolean
nearest_add_hint (struct ledger *ledger, enum statement codes, const char *word, const char *otherwise, GError **error)
{
  if (error == NULL)
    return FALSE;
  const char *nearest = NULL;
  g_autoptr (GPtrArray) list = NULL;
  if (strlen (word) <= WORD_LENGTH_MAX) {
    list = read_codes (ledger, codes);
    g_ptr_array_add (list, NULL);
    nearest = text_nearest (word, (const char *const *) list->pdata);
  }
  if (nearest != NULL)
    return error_add_hint (error, "did you mean '%s'?", nearest);
  return otherwise == NULL ? FALSE : error_add_hint (error, "%s", otherwise);
}
