/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reading side of a copy: every table in the order of its key, once, whatever the other side has already; what it has is not sent, but
 * proved like the rest. */
#include "store/copy-stream.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/migrations.h"
#include "store/setting.h"
#include "store/table-proof.h"
#include "store/verify.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
clear_table (gpointer data)
{
  db_table_clear (data);
}

static gint64
rows_of (const GArray *tables, const char *name)
{
  for (guint i = 0; i < tables->len; i++)
    if (strcmp (g_array_index (tables, struct db_table, i).name, name) == 0)
      return g_array_index (tables, struct db_table, i).rows;
  return 0;
}

static gboolean
append_facts (struct ledger *ledger, GString *text, GError **error)
{
  g_autofree char *id = NULL, *shared = NULL;
  struct audit_head head = { 0 };
  if (!setting_get (ledger, "ledger.id", &id, error) || !setting_get (ledger, SETTING_SHARED, &shared, error) || !audit_head (ledger, &head, error))
    return FALSE;
  g_string_append_printf (text, COPY_STREAM_NAME "\nschema %" G_GINT64_FORMAT "\nid %s\naudit %" G_GINT64_FORMAT " %s\nshared %s\n",
                          ledger_schema_version (ledger), id, head.rows, head.hash == NULL ? "-" : head.hash, shared);
  if (ledger_advice (ledger) != NULL)
    g_string_append_printf (text, "advice %s\n", ledger_advice (ledger));
  g_free (head.hash);
  return TRUE;
}

static gboolean
send_head (struct ledger *ledger, int out, GError **error)
{
  g_autoptr (GArray) tables = g_array_new (FALSE, FALSE, sizeof (struct db_table));
  GString *text = g_string_new (NULL);
  g_array_set_clear_func (tables, clear_table);
  gboolean ok = append_facts (ledger, text, error) && db_count_rows (ledger_db (ledger), tables, error);
  for (const struct table_layout *table = newest_tables; ok && table->name != NULL; table++)
    g_string_append_printf (text, "table %s %" G_GINT64_FORMAT "\n", table->name, rows_of (tables, table->name));
  ok = ok && copy_frame_send (out, COPY_HEAD, text->str, text->len, error);
  g_string_free (text, TRUE);
  return ok;
}

/* "go 5 1000 0 …"; NULL when the other side wants nothing more. */
static char **
receive_answer (int in)
{
  GString *line = g_string_new (NULL);
  char c = '\0';
  ssize_t got = 0;
  while (((got = read (in, &c, 1)) == 1 && c != '\n') || (got < 0 && errno == EINTR))
    if (got == 1)
      g_string_append_c (line, c);
  char **words = got == 1 && g_str_has_prefix (line->str, "go ") ? g_strsplit (line->str + 3, " ", -1) : NULL;
  g_string_free (line, TRUE);
  return words;
}

/* Rows of one table that wait to be sent. */
struct sending {
  int out;
  gint64 had; /* by the other side */
  gint64 seen;
  guint32 rows;
  GByteArray *buffer; /* begins with room for their number */
};

static gboolean
flush (struct sending *sending, GError **error)
{
  guint32 ordered = GUINT32_TO_BE (sending->rows);
  if (sending->rows == 0)
    return TRUE;
  memcpy (sending->buffer->data, &ordered, sizeof ordered);
  gboolean ok = copy_frame_send (sending->out, COPY_ROWS, sending->buffer->data, sending->buffer->len, error);
  g_byte_array_set_size (sending->buffer, sizeof ordered);
  sending->rows = 0;
  return ok;
}

static gboolean
send_row (void *data, const guint8 *row, gsize length, GError **error)
{
  struct sending *sending = data;
  if (sending->seen++ < sending->had)
    return TRUE;
  g_byte_array_append (sending->buffer, row, (guint) length);
  sending->rows++;
  return sending->buffer->len < COPY_ROWS_BYTES || flush (sending, error);
}

static gboolean
send_table (struct ledger *ledger, const struct table_layout *table, gint64 had, int out, GError **error)
{
  g_auto (table_proof_t) proof = { 0 };
  g_autoptr (GByteArray) buffer = g_byte_array_sized_new (COPY_ROWS_BYTES * 2);
  g_byte_array_set_size (buffer, sizeof (guint32));
  struct sending sending = { .out = out, .had = had, .buffer = buffer };
  if (!table_proof_read (ledger_db (ledger), table, (struct row_visitor) { send_row, &sending }, &proof, error) || !flush (&sending, error))
    return FALSE;
  g_autofree char *text = table_proof_text (&proof);
  return copy_frame_send (out, COPY_TABLE_END, text, strlen (text), error);
}

static gboolean
fail_unsound (struct ledger *ledger, const char *problem, GError **error)
{
  error_set (error, ERROR_LEDGER, "the ledger %s is not sound: %s", ledger_path (ledger), problem);
  return error_add_hint (error, "`billctl verify` tells all that is wrong; leave it as it is, and look for a backup");
}

static gboolean
check_sound (struct ledger *ledger, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  gint64 rows = 0, broken = 0;
  if (!verify_schema (ledger, problems, error) || !verify_database (ledger, problems, error) || !audit_check (ledger, &rows, &broken, error))
    return FALSE;
  if (problems->len > 0)
    return fail_unsound (ledger, g_ptr_array_index (problems, 0), error);
  return broken == 0 || fail_unsound (ledger, "the chain of its audit log is broken", error);
}

/* The rows go first: while the other side makes indices, this one looks whether the ledger is sound. */
static gboolean
send_all (struct ledger *ledger, int in, int out, GError **error)
{
  if (!db_want_all_rows (ledger_db (ledger), error) || !send_head (ledger, out, error))
    return FALSE;
  g_auto (GStrv) answer = receive_answer (in);
  if (answer == NULL)
    return TRUE;
  guint count = g_strv_length (answer), i = 0;
  for (const struct table_layout *table = newest_tables; table->name != NULL; table++, i++)
    if (!send_table (ledger, table, i < count ? g_ascii_strtoll (answer[i], NULL, 10) : 0, out, error))
      return FALSE;
  return check_sound (ledger, error) && copy_frame_send (out, COPY_END, "", 0, error);
}

gboolean
copy_send (struct ledger *ledger, int in, int out, GError **error)
{
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = send_all (ledger, in, out, error);
  ledger_rollback (ledger);
  return ok;
}
