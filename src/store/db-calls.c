/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every driver offers on top of its own steps: lists of parameters, statements without rows, single rows. */
#include "store/db.h"

#include "base/error.h"

static void
bind_list (struct query *query, const char *types, va_list arguments)
{
  for (int i = 0; types[i] != '\0'; i++) {
    switch (types[i]) {
      case 'i':
        db_bind_int64 (query, i + 1, va_arg (arguments, gint64));
        break;
      case 't':
        db_bind_text (query, i + 1, va_arg (arguments, const char *), -1);
        break;
      case 'I': {
        gint64 value = va_arg (arguments, gint64);
        if (va_arg (arguments, gboolean))
          db_bind_null (query, i + 1);
        else
          db_bind_int64 (query, i + 1, value);
        break;
      }
      case 'n':
        db_bind_null (query, i + 1);
        break;
      default:
        BUG ("unknown parameter type '%c'", types[i]);
    }
  }
}

void
db_bind (struct query *query, const char *types, ...)
{
  va_list arguments;
  va_start (arguments, types);
  bind_list (query, types, arguments);
  va_end (arguments);
}

gboolean
db_execute (struct db *db, enum statement id, gint64 *ret_changes, GError **error, const char *types, ...)
{
  struct query *query = NULL;
  if (!db_query (db, id, &query, error))
    return FALSE;
  va_list arguments;
  va_start (arguments, types);
  bind_list (query, types, arguments);
  va_end (arguments);
  if (ret_changes == NULL)
    return db_run (query, error);
  gboolean row = FALSE;
  if (!db_step (query, &row, error))
    return FALSE;
  if (row)
    db_reset (query);
  *ret_changes = db_changes (db);
  return TRUE;
}

static gboolean
find_list (struct db *db, enum statement id, struct query **ret, GError **error, const char *types, va_list arguments)
{
  struct query *query = NULL;
  if (!db_query (db, id, &query, error))
    return FALSE;
  bind_list (query, types, arguments);
  gboolean row = FALSE;
  if (!db_step (query, &row, error))
    return FALSE;
  *ret = row ? query : NULL;
  return TRUE;
}

gboolean
db_find (struct db *db, enum statement id, struct query **ret, GError **error, const char *types, ...)
{
  va_list arguments;
  va_start (arguments, types);
  gboolean ok = find_list (db, id, ret, error, types, arguments);
  va_end (arguments);
  return ok;
}

gboolean
db_find_int64 (struct db *db, enum statement id, gint64 otherwise, gint64 *ret, GError **error, const char *types, ...)
{
  struct query *query = NULL;
  va_list arguments;
  va_start (arguments, types);
  gboolean ok = find_list (db, id, &query, error, types, arguments);
  va_end (arguments);
  if (!ok)
    return FALSE;
  *ret = query == NULL || db_is_null (query, 0) ? otherwise : db_int64 (query, 0);
  if (query != NULL)
    db_reset (query);
  return TRUE;
}

gboolean
db_each_alone (struct db *db, const struct db_each *each, GError **error)
{
  struct query *query = NULL;
  if (each->keys->len > 0 && !db_query (db, each->id, &query, error))
    return FALSE;
  for (guint i = 0; i < each->keys->len; i++) {
    gboolean row = FALSE;
    db_bind_int64 (query, 1, g_array_index (each->keys, gint64, i));
    do {
      if (!db_step (query, &row, error))
        return FALSE;
      if (row && !each->visit (each->data, i, query, error)) {
        db_reset (query);
        return FALSE;
      }
    } while (row);
  }
  return TRUE;
}
