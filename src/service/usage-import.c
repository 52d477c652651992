/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing usage: rows become events, events go into batches, and one transaction holds it all. */
#include "service/usage-import.h"

#include "base/error.h"
#include "service/usage-event.h"
#include "service/usage-import-private.h"
#include "service/usage-late.h"
#include "service/usage-names.h"
#include "service/usage-reversal.h"
#include "store/audit.h"
#include "store/ledger.h"

#include <glib/gstdio.h>
#include <string.h>

/* RAW_BYTES: rows kept for the file of rejects take room from the batch. */
enum { PROGRESS_ROWS = 4096, RAW_BYTES = 32 * 1024 * 1024 };

enum row_flag { FLAG_NEGATIVE = 1, FLAG_LATE = 2, FLAG_ZONELESS = 4, FLAG_RECORD = 8 };

/* What must be known of an event in the batch, should it turn out that its id is taken. */
struct pending {
  guint64 line : 56;
  guint64 flags : 8; /* enum row_flag */
};

/* The row itself, where rejected rows are written. */
struct pending_raw {
  guint32 offset; /* in import->raw */
  guint32 length;
};

/* A row that takes an event back, which may stand further down in the file: it waits until all events are stored. */
struct waiting {
  gint64 line;
  gboolean is_record;
  char *raw; /* NULL: no rejects are written */
  gsize raw_length;
  char *parts[EVENT_PART_COUNT];
};

struct import {
  struct ledger *ledger;
  const struct usage_import_request *request;
  struct event_map *map;
  struct row_source *rows;
  struct timezone_cache *zones;
  struct usage_event_rules rules;
  struct usage_names *names;
  struct usage_batch *batch;
  struct import_problems *problems;
  GArray *pending; /* struct pending, of the events in the batch */
  GArray *places;  /* struct pending_raw, likewise; NULL: no rejects are written */
  GString *raw;
  GArray *waiting; /* struct waiting */
  GError *failure; /* of writing rejects, from inside the listener */
  gint64 source_id;
  gint64 seen;
  gint64 stored_bytes; /* of the file */
  struct usage_counts counts;
  gint64 flagged[3]; /* recorded events by flag */
  struct usage_import_result result;
};

void
usage_import_result_clear (struct usage_import_result *result)
{
  g_clear_pointer (&result->rejects, g_free);
}

static void
waiting_clear (gpointer data)
{
  struct waiting *waiting = data;
  g_free (waiting->raw);
  for (int part = 0; part < EVENT_PART_COUNT; part++)
    g_free (waiting->parts[part]);
}

static void
import_clear (struct import *import)
{
  event_map_free (import->map);
  row_source_free (import->rows);
  timezone_cache_free (import->zones);
  usage_names_free (import->names);
  usage_batch_free (import->batch);
  import_problems_free (import->problems);
  g_clear_pointer (&import->pending, g_array_unref);
  g_clear_pointer (&import->places, g_array_unref);
  if (import->raw != NULL)
    g_string_free (import->raw, TRUE);
  g_clear_pointer (&import->waiting, g_array_unref);
  g_clear_error (&import->failure);
  usage_import_result_clear (&import->result);
}
typedef struct import import_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (import_t, import_clear)

/* --- Before the rows --- */

static gboolean
resolve_rules (struct import *import, GError **error)
{
  if (import->request->timezone != NULL) {
    import->rules.zoneless = ZONELESS_IS_CIVIL;
    import->zones = timezone_cache_new ();
    return timezone_cache_get (import->zones, import->request->timezone, &import->rules.zone, error);
  }
  import->rules.zoneless = event_map_is_native (import->map) ? ZONELESS_UNNAMED : ZONELESS_IS_UTC;
  return TRUE;
}

/* Where rejected rows go; NULL when none are written. */
static gboolean
rejects_path (const struct import *import, char **ret, GError **error)
{
  const struct usage_import_request *request = import->request;
  *ret = NULL;
  if (!request->keep_going) {
    if (request->rejects == NULL)
      return TRUE;
    error_set (error, ERROR_USAGE, "--rejects '%s': without --keep-going nothing is recorded and no rejects are written",
               request->rejects);
    return error_add_hint (error, "add --keep-going");
  }
  if (g_strcmp0 (request->rejects, "-") == 0)
    return error_set (error, ERROR_USAGE, "--rejects '-': the rejected rows need a file, since standard output has the answer");
  if (request->rejects == NULL && strcmp (request->path, "-") == 0) {
    error_set (error, ERROR_USAGE, "--keep-going: a file for the rejected rows of standard input is needed");
    return error_add_hint (error, "add --rejects FILE");
  }
  if (!ledger_is_dry_run (import->ledger))
    *ret = request->rejects != NULL ? g_strdup (request->rejects) : g_strconcat (request->path, ".rejects.csv", NULL);
  return TRUE;
}

static gboolean
open_file (struct import *import, GError **error)
{
  const struct usage_import_request *request = import->request;
  g_autofree char *rejects = NULL;
  if (!event_map_new (request->maps, request->conditions, &import->map, error) || !resolve_rules (import, error)
      || !rejects_path (import, &rejects, error) || !row_source_open (request, import->map, &import->rows, error))
    return FALSE;
  g_autofree char *header = row_source_header (import->rows);
  import->problems = import_problems_new (row_source_name (import->rows), rejects, header);
  import->pending = g_array_new (FALSE, FALSE, sizeof (struct pending));
  import->places = rejects == NULL ? NULL : g_array_new (FALSE, FALSE, sizeof (struct pending_raw));
  import->raw = rejects == NULL ? NULL : g_string_new (NULL);
  import->waiting = g_array_new (FALSE, FALSE, sizeof (struct waiting));
  g_array_set_clear_func (import->waiting, waiting_clear);
  return TRUE;
}

/* --- Rows --- */

/* Takes the problem over, with its place. */
static gboolean
reject (struct import *import, const struct import_row *row, GError *problem, GError **error)
{
  error_prefix (&problem, "%s: line %" G_GINT64_FORMAT ": ", row_source_name (import->rows), row->line);
  return import_problems_add (import->problems, row, problem, error);
}

static void
count_flags (struct import *import, guint8 flags, gint64 by)
{
  for (int i = 0; i < 3; i++)
    if (flags & 1 << i)
      import->flagged[i] += by;
}

/* An event that was not recorded after all. */
static void
hear_of_known (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome,
               const char *differs)
{
  struct import *import = data;
  const struct pending *pending = &g_array_index (import->pending, struct pending, place);
  count_flags (import, pending->flags, -1);
  if (outcome != USAGE_CONFLICT)
    return;
  GError *problem = NULL;
  g_autofree char *id = g_strndup (event_id, event_id_length);
  usage_event_conflict (id, differs, &problem);
  struct import_row row = { .line = (gint64) pending->line, .is_record = (pending->flags & FLAG_RECORD) != 0 };
  if (import->raw != NULL) {
    const struct pending_raw *raw = &g_array_index (import->places, struct pending_raw, place);
    row.raw = import->raw->str + raw->offset;
    row.raw_length = raw->length;
  }
  reject (import, &row, problem, import->failure == NULL ? &import->failure : NULL);
}

/* What counts is what is stored, since reading takes a tenth of the time. */
static void
tell_progress (void *data, gint64 done, gint64 total)
{
  const struct import *import = data;
  gint64 read = row_source_position (import->rows) - import->stored_bytes;
  progress_report (import->request->progress, import->stored_bytes + read / total * done + read % total * done / total,
                   row_source_size (import->rows));
}

static gboolean
store_batch (struct import *import, GError **error)
{
  const struct usage_listener listener = { .report = hear_of_known, .progress = tell_progress, .data = import };
  if (!usage_batch_store (import->batch, &listener, &import->counts, error))
    return FALSE;
  import->stored_bytes = row_source_position (import->rows);
  if (import->failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&import->failure));
    return FALSE;
  }
  g_array_set_size (import->pending, 0);
  if (import->raw != NULL) {
    g_array_set_size (import->places, 0);
    g_string_truncate (import->raw, 0);
  }
  return TRUE;
}

static void
add_event (struct import *import, const struct import_row *row, const struct usage_made *made)
{
  int flags = (made->is_negative ? FLAG_NEGATIVE : 0) | (made->is_late ? FLAG_LATE : 0) | (made->is_zoneless ? FLAG_ZONELESS : 0)
              | (row->is_record ? FLAG_RECORD : 0);
  struct pending pending = { .line = (guint64) row->line & ((G_GUINT64_CONSTANT (1) << 56) - 1), .flags = (guint8) flags };
  if (import->raw != NULL) {
    struct pending_raw raw = { (guint32) import->raw->len, (guint32) row->raw_length };
    g_array_append_val (import->places, raw);
    g_string_append_len (import->raw, row->raw, (gssize) row->raw_length);
  }
  count_flags (import, pending.flags, 1);
  g_array_append_val (import->pending, pending);
  usage_batch_add (import->batch, &made->event);
}

static gboolean
is_full (const struct import *import)
{
  return usage_batch_is_full (import->batch) || (import->raw != NULL && import->raw->len >= RAW_BYTES);
}

static void
let_wait (struct import *import, const struct import_row *row)
{
  struct waiting waiting = { .line = row->line, .is_record = row->is_record };
  if (import->raw != NULL) {
    waiting.raw = g_strndup (row->raw, row->raw_length);
    waiting.raw_length = row->raw_length;
  }
  for (int part = 0; part < EVENT_PART_COUNT; part++)
    if (usage_event_has (&row->fields, (enum event_part) part))
      waiting.parts[part] = g_strndup (row->fields.of[part].text, row->fields.of[part].length);
  g_array_append_val (import->waiting, waiting);
}

static gboolean
take_waiting_row (struct import *import, struct usage_reversals *reversals, const struct waiting *waiting, GError **error)
{
  struct import_row row = { .line = waiting->line, .raw = waiting->raw, .raw_length = waiting->raw_length, .is_record = waiting->is_record };
  GError *problem = NULL;
  gboolean known = FALSE;
  for (int part = 0; part < EVENT_PART_COUNT; part++)
    row.fields.of[part]
        = (struct csv_field){ waiting->parts[part], waiting->parts[part] == NULL ? 0 : strlen (waiting->parts[part]) };
  if (usage_reversals_add (reversals, import->names, &import->rules, &row.fields, &known, &problem)) {
    import->counts.duplicates += known ? 1 : 0;
    return TRUE;
  }
  if (usage_event_is_problem (problem))
    return reject (import, &row, problem, error);
  g_propagate_error (error, problem);
  return FALSE;
}

/* Some of them may be late, which only the plans can tell. */
static gboolean
take_waiting_rows (struct import *import, GError **error)
{
  const char *source = import->request->source == NULL ? "" : import->request->source;
  g_autoptr (usage_reversals_t) reversals = usage_reversals_new (import->ledger, (struct usage_feed){ import->source_id, source });
  for (guint i = 0; i < import->waiting->len; i++)
    if (!take_waiting_row (import, reversals, &g_array_index (import->waiting, struct waiting, i), error))
      return FALSE;
  import->flagged[1] += import->waiting->len;
  return usage_reversals_store (reversals, &import->counts, error);
}

/* Makes the row's event. A problem with the row is noted and is no failure. */
static gboolean
take_row (struct import *import, const struct import_row *row, GError **error)
{
  struct usage_made made = { 0 };
  GError *problem = NULL;
  if (usage_event_has (&row->fields, EVENT_REVERSES)) {
    let_wait (import, row);
    return TRUE;
  }
  if (usage_event_make (import->names, &import->rules, &row->fields, &made, &problem)) {
    add_event (import, row, &made);
    return !is_full (import) || store_batch (import, error);
  }
  if (usage_event_is_problem (problem))
    return reject (import, row, problem, error);
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
take_rows (struct import *import, GError **error)
{
  struct import_row row = { 0 };
  for (;;) {
    GError *problem = NULL;
    enum row_status status = row_source_next (import->rows, &row, &problem);
    if (status == ROW_FAILED) {
      g_propagate_error (error, problem);
      return FALSE;
    }
    if (status == ROW_END)
      return row_source_finish (import->rows, error) && store_batch (import, error) && take_waiting_rows (import, error);
    if (import->seen++ % PROGRESS_ROWS == 0)
      progress_report (import->request->progress, import->stored_bytes, row_source_size (import->rows));
    if (status == ROW_SKIPPED)
      import->result.skipped++;
    else if (status == ROW_BAD ? !import_problems_add (import->problems, &row, problem, error) : !take_row (import, &row, error))
      return FALSE;
  }
}

/* --- The whole --- */

static gboolean
fail_rows (const struct import *import, GPtrArray *problems, GError **error)
{
  gint64 bad = import_problems_count (import->problems);
  GError *only = import_problems_only (import->problems);
  if (only != NULL) {
    g_propagate_error (error, only);
    return error_add_hint (error, "nothing was recorded; --keep-going records the other rows");
  }
  if (problems != NULL)
    import_problems_list (import->problems, problems);
  error_set (error, ERROR_USAGE, "%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows are not right; nothing was recorded",
             row_source_name (import->rows), bad, import->seen);
  return error_add_hint (error, "--keep-going records the other rows and writes these to a file");
}

static gboolean
write_records (struct import *import, GError **error)
{
  struct usage_import_result *result = &import->result;
  const char *name = row_source_name (import->rows);
  result->recorded = import->counts.recorded;
  result->duplicates = import->counts.duplicates;
  result->rejected = import_problems_count (import->problems);
  result->negative = import->flagged[0];
  result->zoneless = import->flagged[2];
  result->zoneless_is_utc = import->rules.zoneless == ZONELESS_IS_UTC;
  result->customers_created = usage_names_created (import->names, EVENT_CUSTOMER);
  result->metrics_created = usage_names_created (import->names, EVENT_METRIC);
  if (import->flagged[1] > 0 && !usage_note_late (import->ledger, &import->counts, &result->late, error))
    return FALSE;
  const struct usage_import_row row = {
    .source_id = import->source_id,
    .file = name,
    .counts = import->counts,
    .rejected = result->rejected,
  };
  return usage_import_insert (import->ledger, &row, error)
         && audit_add (import->ledger, error,
                       "usage imported from %s: %" G_GINT64_FORMAT " recorded, %" G_GINT64_FORMAT " duplicates, %" G_GINT64_FORMAT
                       " rejected; %" G_GINT64_FORMAT " customers and %" G_GINT64_FORMAT " metrics added",
                       name, result->recorded, result->duplicates, result->rejected, result->customers_created,
                       result->metrics_created);
}

static gboolean
import_file (struct import *import, GPtrArray *problems, GError **error)
{
  const struct usage_import_request *request = import->request;
  const char *source = request->source == NULL ? "" : request->source;
  const struct usage_names_request names = {
    .customer_code = event_map_code (import->map, EVENT_CUSTOMER),
    .metric_code = event_map_code (import->map, EVENT_METRIC),
    .create_customers = request->create_customers,
    .create_metrics = request->create_metrics,
  };
  import->names = usage_names_new (import->ledger, &names);
  if (!usage_event_source (import->ledger, request->source, &import->source_id, error))
    return FALSE;
  import->batch = usage_batch_new (import->ledger, import->source_id, source);
  if (!take_rows (import, error))
    return FALSE;
  if (!request->keep_going && import_problems_count (import->problems) > 0)
    return fail_rows (import, problems, error);
  if (!write_records (import, error) || !import_problems_keep (import->problems, &import->result.rejects, error))
    return FALSE;
  if (problems != NULL)
    import_problems_list (import->problems, problems);
  if (ledger_commit (import->ledger, error))
    return TRUE;
  if (import->result.rejects != NULL)
    g_unlink (import->result.rejects);
  return FALSE;
}

gboolean
usage_import (struct ledger *ledger, const struct usage_import_request *request, GPtrArray *problems,
              struct usage_import_result *ret, GError **error)
{
  g_auto (import_t) import = { .ledger = ledger, .request = request };
  if (!open_file (&import, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!import_file (&import, problems, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = import.result;
  import.result.rejects = NULL;
  return TRUE;
}
