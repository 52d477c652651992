/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing side of a copy between engines. */
#include "store/copy-receive.h"

#include "base/error.h"
#include "store/copy-stream.h"
#include "store/db.h"
#include "store/ledger-private.h"
#include "store/ledger.h"
#include "store/migrations.h"
#include "store/setting.h"
#include "store/table-proof.h"
#include "store/verify.h"

#include <string.h>

/* What is written between two commits: so much is lost at most when it is cut off. */
enum { STEP_BYTES = 32 * 1024 * 1024 };

void
receive_result_clear (struct receive_result *result)
{
  g_clear_pointer (&result->id, g_free);
  g_clear_pointer (&result->roles, g_free);
  g_clear_pointer (&result->advice, g_free);
  g_clear_pointer (&result->source_advice, g_free);
  g_clear_pointer (&result->head.hash, g_free);
  g_clear_pointer (&result->tables, g_array_unref);
}

static void
clear_told (gpointer data)
{
  table_told_clear (data);
}

struct receiving {
  const struct receive_request *request;
  struct receive_result *result;
  struct db *db;     /* belongs to the ledger around it */
  char *note;        /* the head, which says what the source is */
  gint64 *had;       /* rows of each table that are here already */
  GPtrArray *proofs; /* char *: what the source says of each table */
  gint64 done;
  gboolean is_useless; /* what is here, since it is not what the source has, or the source is not sound */
};

static void
receiving_clear (struct receiving *receiving)
{
  g_free (receiving->note);
  g_free (receiving->had);
  g_clear_pointer (&receiving->proofs, g_ptr_array_unref);
}
typedef struct receiving receiving_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (receiving_t, receiving_clear)

/* --- What the source is --- */

static gboolean
fail_stream (GError **error)
{
  error_set (error, ERROR_FAILED, "the program that reads the ledger does not say what this one expects");
  return error_add_hint (error, "both must be of one version of billctl; BILLCTL_EXEC_PATH says where the other one is");
}

/* What a source says against itself will be so the next time; a connection that was lost will not. */
static gboolean
take_frame (struct receiving *receiving, enum copy_frame *ret, const guint8 **ret_bytes, gsize *ret_length, GError **error)
{
  g_autoptr (GError) said = NULL;
  if (copy_frame_take (receiving->request->source, ret, ret_bytes, ret_length, &said))
    return TRUE;
  receiving->is_useless = error_exit_status (said) == ERROR_LEDGER;
  g_propagate_error (error, g_steal_pointer (&said));
  return FALSE;
}

static void
read_line (struct receive_result *result, const char *name, char **words)
{
  if (strcmp (name, "schema") == 0)
    result->version = g_ascii_strtoll (words[0], NULL, 10);
  else if (strcmp (name, "id") == 0)
    result->id = g_strdup (words[0]);
  else if (strcmp (name, "advice") == 0)
    result->source_advice = g_strjoinv (" ", words);
  else if (strcmp (name, "shared") == 0)
    result->is_shared = setting_is_shared (words[0]);
  else if (strcmp (name, "audit") == 0 && words[1] != NULL) {
    result->head.rows = g_ascii_strtoll (words[0], NULL, 10);
    result->head.hash = strcmp (words[1], "-") == 0 ? NULL : g_strdup (words[1]);
  }
}

/* Every table of the schema, in its order. */
static gboolean
read_table (struct receive_result *result, char **words)
{
  const struct table_layout *table = &newest_tables[result->tables->len];
  if (table->name == NULL || words[0] == NULL || words[1] == NULL || strcmp (table->name, words[0]) != 0)
    return FALSE;
  struct table_told told = { .name = table->name, .rows = g_ascii_strtoll (words[1], NULL, 10) };
  result->rows += told.rows;
  g_array_append_val (result->tables, told);
  return TRUE;
}

static gboolean
read_head (struct receiving *receiving, GError **error)
{
  enum copy_frame type = COPY_END;
  const guint8 *bytes = NULL;
  gsize length = 0;
  struct receive_result *result = receiving->result;
  if (!take_frame (receiving, &type, &bytes, &length, error))
    return FALSE;
  receiving->note = g_strndup ((const char *) bytes, length);
  g_auto (GStrv) lines = g_strsplit (receiving->note, "\n", -1);
  gboolean ok = type == COPY_HEAD && g_strcmp0 (lines[0], COPY_STREAM_NAME) == 0;
  result->tables = g_array_new (FALSE, TRUE, sizeof (struct table_told));
  g_array_set_clear_func (result->tables, clear_told);
  for (char **line = lines + 1; ok && *line != NULL && **line != '\0'; line++) {
    g_auto (GStrv) words = g_strsplit (*line, " ", -1);
    if (strcmp (words[0], "table") == 0)
      ok = read_table (result, words + 1);
    else if (words[1] != NULL)
      read_line (result, words[0], words + 1);
  }
  ok = ok && newest_tables[result->tables->len].name == NULL && result->version == ledger_newest_version () && result->id != NULL;
  return ok || fail_stream (error);
}

/* --- What is here of it --- */

static void
clear_table (gpointer data)
{
  db_table_clear (data);
}

static gboolean
count_had (struct receiving *receiving, GError **error)
{
  g_autoptr (GArray) tables = g_array_new (FALSE, FALSE, sizeof (struct db_table));
  g_array_set_clear_func (tables, clear_table);
  if (!db_count_rows (receiving->db, tables, error))
    return FALSE;
  for (guint i = 0; i < tables->len; i++)
    for (guint t = 0; t < receiving->result->tables->len; t++)
      if (strcmp (newest_tables[t].name, g_array_index (tables, struct db_table, i).name) == 0) {
        receiving->had[t] = g_array_index (tables, struct db_table, i).rows;
        receiving->done += receiving->had[t];
      }
  return TRUE;
}

/* In a dry run it is as if all were here. */
static void
have_all (struct receiving *receiving)
{
  for (guint t = 0; t < receiving->result->tables->len; t++)
    receiving->had[t] = g_array_index (receiving->result->tables, struct table_told, t).rows;
}

static gboolean
begin (struct receiving *receiving, GError **error)
{
  const struct receive_request *request = receiving->request;
  g_autofree char *note = NULL;
  if (!db_fill_note (receiving->db, &note, error))
    return FALSE;
  gboolean goes_on = note != NULL && !request->restart && strcmp (note, receiving->note) == 0;
  if (!(goes_on ? count_had (receiving, error) : db_fill_begin (receiving->db, receiving->note, error)))
    return FALSE;
  if (request->tell != NULL)
    request->tell (request->data, goes_on ? COPY_GOES_ON : note == NULL ? COPY_STARTS : COPY_STARTS_OVER, receiving->done);
  return TRUE;
}

/* --- Rows --- */

static gboolean
send_answer (struct receiving *receiving, GError **error)
{
  GString *line = g_string_new ("go");
  for (guint t = 0; t < receiving->result->tables->len; t++)
    g_string_append_printf (line, " %" G_GINT64_FORMAT, receiving->had[t]);
  g_string_append_c (line, '\n');
  gboolean ok = process_write (receiving->request->source, line->str, line->len, error);
  g_string_free (line, TRUE);
  return ok;
}

static gboolean
put_frame (struct receiving *receiving, struct db_put *put, const guint8 *bytes, gsize length, GError **error)
{
  guint32 count = 0;
  if (length < sizeof count)
    return fail_stream (error);
  memcpy (&count, bytes, sizeof count);
  receiving->done += GUINT32_FROM_BE (count);
  progress_report (receiving->request->progress, receiving->done, receiving->result->rows);
  return db_put_rows (put, bytes + sizeof count, length - sizeof count, error);
}

static gboolean
take_proof (struct receiving *receiving, const guint8 *bytes, gsize length, GError **error)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  struct table_told *told = &g_array_index (receiving->result->tables, struct table_told, receiving->proofs->len);
  if (!table_told_read (text, told))
    return fail_stream (error);
  g_ptr_array_add (receiving->proofs, g_steal_pointer (&text));
  return TRUE;
}

/* Rows from one commit to the next, of one table. *ret_end: its proof came, which is at the end of the list then. */
static gboolean
fill_step (struct receiving *receiving, const struct table_layout *table, gboolean *ret_end, GError **error)
{
  g_autoptr (db_put_t) put = NULL;
  enum copy_frame type = COPY_ROWS;
  const guint8 *bytes = NULL;
  gsize length = 0, written = 0;
  while (written < STEP_BYTES && take_frame (receiving, &type, &bytes, &length, error)) {
    if (type == COPY_TABLE_END) {
      *ret_end = TRUE;
      return take_proof (receiving, bytes, length, error) && (put == NULL || db_put_end (put, error));
    }
    if (type != COPY_ROWS)
      return fail_stream (error);
    if ((put == NULL && !db_put_begin (receiving->db, table, &put, error)) || !put_frame (receiving, put, bytes, length, error))
      return FALSE;
    written += length;
  }
  return written >= STEP_BYTES && db_put_end (put, error);
}

static gboolean
fill_table (struct receiving *receiving, const struct table_layout *table, GError **error)
{
  gboolean is_end = FALSE;
  while (!is_end) {
    if (!db_begin_write (receiving->db, error))
      return FALSE;
    if (!fill_step (receiving, table, &is_end, error) || !db_commit (receiving->db, error)) {
      db_rollback (receiving->db);
      return FALSE;
    }
  }
  return TRUE;
}

/* --- Proofs --- */

/* The first line that is not the same. */
static gboolean
fail_different (struct receiving *receiving, const char *table, const char *here, const char *there, GError **error)
{
  g_auto (GStrv) ours = g_strsplit (here, "\n", -1), theirs = g_strsplit (there, "\n", -1);
  guint i = 0;
  receiving->is_useless = TRUE;
  while (ours[i] != NULL && theirs[i] != NULL && strcmp (ours[i], theirs[i]) == 0)
    i++;
  error_set (error, ERROR_LEDGER, "the copy %s is not what the original is: %s has %s, and there %s", db_path (receiving->db), table,
             ours[i] == NULL ? "nothing" : ours[i], theirs[i] == NULL ? "nothing" : theirs[i]);
  return error_add_hint (error, "run it again: it begins anew");
}

static gboolean
prove_tables (struct receiving *receiving, GError **error)
{
  for (guint t = 0; t < receiving->result->tables->len; t++) {
    g_auto (table_proof_t) proof = { 0 };
    if (!table_proof_read (receiving->db, &newest_tables[t], (struct row_visitor) { NULL, NULL }, &proof, error))
      return FALSE;
    g_autofree char *here = table_proof_text (&proof);
    const char *there = g_ptr_array_index (receiving->proofs, t);
    if (strcmp (here, there) != 0)
      return fail_different (receiving, newest_tables[t].name, here, there, error);
  }
  return TRUE;
}

static gboolean
prove_ledger (struct receiving *receiving, struct ledger *ledger, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  struct audit_head head = { 0 };
  gint64 rows = 0, broken = 0;
  if (!verify_database (ledger, problems, error) || !verify_schema (ledger, problems, error) || !audit_check (ledger, &rows, &broken, error)
      || !audit_head (ledger, &head, error))
    return FALSE;
  g_autofree char *hash = head.hash;
  if (problems->len > 0)
    return error_set (error, ERROR_LEDGER, "the copy %s is not sound: %s", ledger_path (ledger), (const char *) g_ptr_array_index (problems, 0));
  if (broken != 0 || rows != receiving->result->head.rows || g_strcmp0 (hash, receiving->result->head.hash) != 0)
    return error_set (error, ERROR_LEDGER, "the copy %s does not have the audit log of the original", ledger_path (ledger));
  return TRUE;
}

/* The source says last whether it is sound; that it had something to say against itself comes as its error. */
static gboolean
await_end (struct receiving *receiving, GError **error)
{
  enum copy_frame type = COPY_ROWS;
  const guint8 *bytes = NULL;
  gsize length = 0;
  if (!take_frame (receiving, &type, &bytes, &length, error))
    return FALSE;
  return type == COPY_END ? process_finish_ours (receiving->request->source, error) : fail_stream (error);
}

/* Within the transaction that makes it a ledger. */
static gboolean
complete (struct receiving *receiving, struct ledger *ledger, GError **error)
{
  return db_fill_finish (receiving->db, error) && db_set_schema_version (receiving->db, ledger_newest_version (), error)
         && prove_tables (receiving, error) && prove_ledger (receiving, ledger, error) && await_end (receiving, error)
         && db_commit (receiving->db, error);
}

/* What hinders the copy may be that the original is not sound, which the source says better. */
static void
ask_source (struct receiving *receiving, GError **error)
{
  g_autoptr (GError) said = NULL;
  int status = error_exit_status (*error);
  if ((status != ERROR_LEDGER && status != ERROR_REFUSED) || receiving->is_useless || await_end (receiving, &said) || !receiving->is_useless)
    return;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&said));
}

static gboolean
publish (struct receiving *receiving, struct ledger *ledger, GError **error)
{
  struct db_facts facts = { 0 };
  if (!db_facts (receiving->db, &facts, error))
    return FALSE;
  receiving->result->size_bytes = facts.size_bytes;
  return receiving->request->file != NULL
         || (db_set_access (receiving->db, receiving->result->is_shared, FALSE, error) && db_publish (ledger_db (ledger), error));
}

static gboolean
make_ledger (struct receiving *receiving, struct ledger *ledger, GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (!db_begin_write (receiving->db, error))
    return FALSE;
  if (complete (receiving, ledger, &problem))
    return publish (receiving, ledger, error);
  ask_source (receiving, &problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
fill_tables (struct receiving *receiving, GError **error)
{
  for (const struct table_layout *table = newest_tables; table->name != NULL; table++)
    if (!fill_table (receiving, table, error))
      return FALSE;
  return TRUE;
}

static gboolean
fill_all (struct receiving *receiving, GError **error)
{
  const struct ledger_open_request open = { .path = receiving->request->to, .mode = LEDGER_WRITE, .now_us = receiving->request->now_us };
  if (!db_fill_open (receiving->request->to, receiving->request->file, receiving->request->without_roles, &receiving->db, error))
    return FALSE;
  g_autoptr (ledger_t) ledger = ledger_around (receiving->db, &open);
  gboolean ok = begin (receiving, error) && send_answer (receiving, error) && fill_tables (receiving, error) && make_ledger (receiving, ledger, error);
  if (!ok && receiving->is_useless) {
    db_rollback (receiving->db);
    db_fill_discard (receiving->db);
  }
  return ok;
}

static gboolean
only_prove (struct receiving *receiving, GError **error)
{
  enum copy_frame type = COPY_ROWS;
  const guint8 *bytes = NULL;
  gsize length = 0;
  have_all (receiving);
  if (!send_answer (receiving, error))
    return FALSE;
  for (guint t = 0; t < receiving->result->tables->len; t++)
    if (!take_frame (receiving, &type, &bytes, &length, error) || !take_proof (receiving, bytes, length, error))
      return FALSE;
  return await_end (receiving, error);
}

gboolean
copy_receive (const struct receive_request *request, struct receive_result *ret, GError **error)
{
  g_auto (receive_result_t) result = { 0 };
  g_auto (receiving_t) receiving = { .request = request, .result = &result };
  struct db_place_words words = { NULL, NULL };
  gboolean ok = request->file != NULL || db_fill_check (request->to, request->without_roles, &result.is_begun, &words, error);
  result.roles = words.roles;
  result.advice = words.advice;
  if (!ok || !read_head (&receiving, error))
    return FALSE;
  receiving.proofs = g_ptr_array_new_with_free_func (g_free);
  receiving.had = g_new0 (gint64, result.tables->len);
  if (!(request->dry_run ? only_prove (&receiving, error) : fill_all (&receiving, error)))
    return FALSE;
  *ret = result;
  memset (&result, 0, sizeof result);
  return TRUE;
}
