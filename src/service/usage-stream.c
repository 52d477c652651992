/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording a stream of events: lines that are there together share a commit. */
#include "base/csv.h"
#include "base/error.h"
#include "base/input.h"
#include "service/event-line.h"
#include "service/usage-event.h"
#include "service/usage-late.h"
#include "service/usage-record.h"
#include "service/usage-reversal.h"
#include "store/audit.h"
#include "store/ledger.h"

struct stream {
  struct ledger *ledger;
  const struct usage_stream_request *request;
  struct input *input;
  struct event_line *parser;
  struct usage_names *names;
  struct usage_batch *batch;
  struct usage_reversals *reversals;
  struct usage_counts counts; /* of the group */
  gint64 source_id;
  gint64 line;
  GArray *results;     /* struct usage_line_result of the group */
  GArray *places;      /* guint: of the events in the batch, among the results */
  GStringChunk *texts; /* their texts */
  struct usage_stream_result done;
};

static void
stream_clear (struct stream *stream)
{
  input_free (stream->input);
  event_line_free (stream->parser);
  usage_names_free (stream->names);
  usage_batch_free (stream->batch);
  usage_reversals_free (stream->reversals);
  g_array_unref (stream->results);
  g_array_unref (stream->places);
  g_string_chunk_free (stream->texts);
}
typedef struct stream stream_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (stream_t, stream_clear)

static void
reject (struct stream *stream, struct usage_line_result *result, const GError *problem)
{
  g_autofree char *message = error_message_text (problem);
  g_autofree char *hint = error_hint_text (problem);
  g_autofree char *both = hint == NULL ? NULL : g_strdup_printf ("%s (%s)", message, hint);
  result->outcome = USAGE_LINE_REJECTED;
  result->problem = g_string_chunk_insert (stream->texts, both == NULL ? message : both);
}

static void
hear_of_known (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome,
               const char *differs)
{
  struct stream *stream = data;
  struct usage_line_result *result
      = &g_array_index (stream->results, struct usage_line_result, g_array_index (stream->places, guint, place));
  g_autofree char *id = g_strndup (event_id, event_id_length);
  g_autoptr (GError) problem = NULL;
  if (outcome == USAGE_DUPLICATE) {
    result->outcome = USAGE_LINE_DUPLICATE;
    return;
  }
  usage_event_conflict (id, differs, &problem);
  reject (stream, result, problem);
}

/* What was read so far is stored. */
static gboolean
store_batch (struct stream *stream, GError **error)
{
  const struct usage_listener listener = { .report = hear_of_known, .data = stream };
  gboolean ok = usage_batch_store (stream->batch, &listener, &stream->counts, error);
  g_array_set_size (stream->places, 0);
  return ok;
}

/* An event that takes another one back: that one must be stored before. */
static gboolean
take_reversal (struct stream *stream, const struct usage_event_rules *rules, const struct event_fields *fields,
               struct usage_line_result *result, GError **error)
{
  gboolean known = FALSE;
  if (!store_batch (stream, error) || !usage_reversals_add (stream->reversals, stream->names, rules, fields, &known, error)
      || !usage_reversals_store (stream->reversals, &stream->counts, error))
    return FALSE;
  result->outcome = known ? USAGE_LINE_DUPLICATE : USAGE_LINE_RECORDED;
  return TRUE;
}

/* The line as an event of the batch, or rejected. Only trouble with the ledger is a failure. */
static gboolean
take_line (struct stream *stream, const char *text, gsize length, GError **error)
{
  static const struct usage_event_rules rules = { .zoneless = ZONELESS_REFUSED };
  struct usage_line_result result = { .line = stream->line };
  struct event_fields fields = { 0 };
  struct usage_made made = { 0 };
  g_autoptr (GError) problem = NULL;
  gboolean ok = event_line_parse (stream->parser, text, length, &fields, &problem);
  if (ok && fields.of[EVENT_ID].text != NULL)
    result.id = g_string_chunk_insert_len (stream->texts, fields.of[EVENT_ID].text, (gssize) fields.of[EVENT_ID].length);
  gboolean is_reversal = ok && usage_event_has (&fields, EVENT_REVERSES);
  if (is_reversal)
    ok = take_reversal (stream, &rules, &fields, &result, &problem);
  else
    ok = ok && usage_event_make (stream->names, &rules, &fields, &made, &problem);
  if (!ok && !usage_event_is_problem (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (!ok)
    reject (stream, &result, problem);
  if (ok && !is_reversal) {
    g_array_append_val (stream->places, stream->results->len);
    usage_batch_add (stream->batch, &made.event);
  }
  g_array_append_val (stream->results, result);
  return TRUE;
}

/* Reads lines until no more wait or the group is full; *ret_end: there are no more at all. The first one may be waited for,
 * outside of any transaction. */
static gboolean
read_group (struct stream *stream, gboolean *ret_end, GError **error)
{
  const char *text = NULL;
  gsize length = 0;
  gboolean is_there = TRUE;
  *ret_end = FALSE;
  while (stream->results->len < USAGE_GROUP_MAX && !usage_batch_is_full (stream->batch)) {
    if (stream->results->len > 0 && !input_has_line (stream->input, &is_there, error))
      return FALSE;
    if (!is_there)
      return TRUE;
    if (!input_line (stream->input, CSV_RECORD_MAX, &text, &length, error))
      return FALSE;
    if (text == NULL) {
      *ret_end = TRUE;
      return TRUE;
    }
    stream->line++;
    if (length == 0)
      continue;
    if (stream->results->len == 0 && !ledger_begin (stream->ledger, error))
      return FALSE;
    if (!take_line (stream, text, length, error))
      return FALSE;
  }
  return TRUE;
}

static void
count_group (const struct stream *stream, struct usage_stream_result *group)
{
  for (guint i = 0; i < stream->results->len; i++) {
    const struct usage_line_result *result = &g_array_index (stream->results, struct usage_line_result, i);
    if (result->outcome == USAGE_LINE_RECORDED)
      group->recorded++;
    else if (result->outcome == USAGE_LINE_DUPLICATE)
      group->duplicates++;
    else
      group->rejected++;
  }
}

static gboolean
commit_group (struct stream *stream, GError **error)
{
  struct usage_stream_result group = { 0 };
  if (!store_batch (stream, error) || !usage_note_late (stream->ledger, &stream->counts, &group.late, error))
    return FALSE;
  stream->counts = (struct usage_counts){ 0 };
  count_group (stream, &group);
  if (group.recorded > 0
      && !audit_add (stream->ledger, error,
                     "usage recorded: %" G_GINT64_FORMAT " events, %" G_GINT64_FORMAT " duplicates, %" G_GINT64_FORMAT
                     " rejected",
                     group.recorded, group.duplicates, group.rejected))
    return FALSE;
  if (!ledger_commit (stream->ledger, error))
    return FALSE;
  stream->done.recorded += group.recorded;
  stream->done.duplicates += group.duplicates;
  stream->done.rejected += group.rejected;
  stream->done.late += group.late;
  return TRUE;
}

static gboolean
tell_group (struct stream *stream, GError **error)
{
  guint length = stream->results->len;
  for (guint i = 0; i < length; i++)
    if (!stream->request->tell (stream->request->data, &g_array_index (stream->results, struct usage_line_result, i),
                                i + 1 == length, error))
      return FALSE;
  g_array_set_size (stream->results, 0);
  g_array_set_size (stream->places, 0);
  g_string_chunk_clear (stream->texts);
  return TRUE;
}

static gboolean
take_group (struct stream *stream, gboolean *ret_end, GError **error)
{
  if (!read_group (stream, ret_end, error))
    return FALSE;
  return stream->results->len == 0 || (commit_group (stream, error) && tell_group (stream, error));
}

/* The source is made in a transaction of its own: it stays what it is, whatever becomes of the first group. */
static gboolean
prepare (struct stream *stream, GError **error)
{
  const char *source = stream->request->source == NULL ? "" : stream->request->source;
  static const struct usage_names_request exact = { .customer_code = EVENT_CODE_EXACT, .metric_code = EVENT_CODE_EXACT };
  if (!input_open (stream->request->path, &stream->input, error) || !input_skip_mark (stream->input, error)
      || !ledger_begin (stream->ledger, error))
    return FALSE;
  if (!usage_event_source (stream->ledger, source, &stream->source_id, error) || !ledger_commit (stream->ledger, error))
    return FALSE;
  stream->parser = event_line_new ();
  stream->names = usage_names_new (stream->ledger, &exact);
  stream->batch = usage_batch_new (stream->ledger, stream->source_id, source);
  stream->reversals = usage_reversals_new (stream->ledger, (struct usage_feed){ stream->source_id, source });
  return TRUE;
}

gboolean
usage_record_stream (struct ledger *ledger, const struct usage_stream_request *request, struct usage_stream_result *ret,
                     GError **error)
{
  g_auto (stream_t) stream = {
    .ledger = ledger,
    .request = request,
    .results = g_array_new (FALSE, FALSE, sizeof (struct usage_line_result)),
    .places = g_array_new (FALSE, FALSE, sizeof (guint)),
    .texts = g_string_chunk_new (64 * 1024),
  };
  gboolean end = FALSE, ok = prepare (&stream, error);
  while (ok && !end)
    ok = take_group (&stream, &end, error);
  if (!ok)
    ledger_rollback (ledger);
  *ret = stream.done;
  return ok;
}
