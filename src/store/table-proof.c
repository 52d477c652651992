/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a table, told so that two of them can be compared. */
#include "store/table-proof.h"

#include "base/error.h"
#include "store/db.h"
#include "store/migrations.h"

#include <string.h>

void
table_proof_begin (struct table_proof *proof, const struct table_layout *table)
{
  proof->table = table;
  proof->columns = strlen (table->types);
  proof->sums = g_new0 (int128, proof->columns);
  proof->digest = g_checksum_new (G_CHECKSUM_SHA256);
}

void
table_proof_clear (struct table_proof *proof)
{
  g_clear_pointer (&proof->sums, g_free);
  g_clear_pointer (&proof->digest, g_checksum_free);
}

gboolean
row_value (const guint8 **at, const guint8 *end, const guint8 **ret, gint32 *ret_length)
{
  gint32 length = 0;
  if (end - *at < (gssize) sizeof length)
    return FALSE;
  memcpy (&length, *at, sizeof length);
  length = GINT32_FROM_BE (length);
  *at += sizeof length;
  if (length < -1 || length > end - *at)
    return FALSE;
  *ret = *at;
  *ret_length = length;
  *at += MAX (length, 0);
  return TRUE;
}

gint64
row_int64 (const guint8 *value)
{
  gint64 number = 0;
  memcpy (&number, value, sizeof number);
  return GINT64_FROM_BE (number);
}

gboolean
table_proof_add (struct table_proof *proof, const guint8 *row, gsize length, GError **error)
{
  const guint8 *at = row + sizeof (gint16), *end = row + length, *value = NULL;
  gint32 size = 0;
  for (gsize i = 0; i < proof->columns; i++) {
    gboolean is_number = proof->table->types[i] == 'i';
    if (!row_value (&at, end, &value, &size) || (is_number && size != -1 && size != sizeof (gint64)))
      return error_set (error, ERROR_LEDGER, "a row of %s has another form than its table", proof->table->name);
    if (is_number && size != -1)
      proof->sums[i] += row_int64 (value);
  }
  g_checksum_update (proof->digest, row, (gssize) length);
  proof->rows++;
  return TRUE;
}

gboolean
table_proof_read (struct db *db, const struct table_layout *table, struct row_visitor visitor, struct table_proof *proof, GError **error)
{
  g_autoptr (db_rows_t) rows = NULL;
  g_autoptr (GByteArray) row = g_byte_array_new ();
  gboolean any = TRUE;
  table_proof_begin (proof, table);
  if (!db_rows_begin (db, table, &rows, error))
    return FALSE;
  while (any) {
    g_byte_array_set_size (row, 0);
    if (!db_rows_next (rows, row, &any, error)
        || (any && (!table_proof_add (proof, row->data, row->len, error)
                    || (visitor.use != NULL && !visitor.use (visitor.data, row->data, row->len, error)))))
      return FALSE;
  }
  return TRUE;
}

/* The printf of GLib knows no such numbers. Newly allocated. */
static char *
int128_text (int128 number)
{
  uint128 rest = number < 0 ? -(uint128) number : (uint128) number;
  char text[48];
  char *at = text + sizeof text;
  *--at = '\0';
  do {
    *--at = (char) ('0' + (int) (rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (number < 0)
    *--at = '-';
  return g_strdup (at);
}

char *
table_proof_text (const struct table_proof *proof)
{
  GString *text = g_string_new (NULL);
  g_auto (GStrv) columns = g_strsplit (proof->table->columns, ", ", -1);
  g_string_printf (text, "rows %" G_GINT64_FORMAT "\nsha256 %s\n", proof->rows, g_checksum_get_string (proof->digest));
  for (gsize i = 0; i < proof->columns; i++) {
    g_autofree char *sum = int128_text (proof->sums[i]);
    if (proof->table->types[i] == 'i')
      g_string_append_printf (text, "sum %s %s\n", columns[i], sum);
  }
  return g_string_free (text, FALSE);
}

gboolean
table_told_read (const char *text, struct table_told *told)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *rows = g_strdup_printf ("rows %" G_GINT64_FORMAT, told->rows);
  if (lines[0] == NULL || strcmp (lines[0], rows) != 0 || lines[1] == NULL || !g_str_has_prefix (lines[1], "sha256 "))
    return FALSE;
  told->sha256 = g_strdup (lines[1] + strlen ("sha256 "));
  told->columns = g_ptr_array_new_with_free_func (g_free);
  told->sums = g_ptr_array_new_with_free_func (g_free);
  for (char **line = lines + 2; *line != NULL && **line != '\0'; line++) {
    g_auto (GStrv) words = g_strsplit (*line, " ", 3);
    if (g_strv_length (words) != 3 || strcmp (words[0], "sum") != 0)
      return FALSE;
    g_ptr_array_add (told->columns, g_strdup (words[1]));
    g_ptr_array_add (told->sums, g_strdup (words[2]));
  }
  return TRUE;
}

void
table_told_clear (struct table_told *told)
{
  g_clear_pointer (&told->sha256, g_free);
  g_clear_pointer (&told->columns, g_ptr_array_unref);
  g_clear_pointer (&told->sums, g_ptr_array_unref);
}
