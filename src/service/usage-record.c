/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording one event. */
#include "service/usage-record.h"

#include "base/error.h"
#include "base/text.h"
#include "service/usage-event.h"
#include "service/usage-late.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

void
usage_record_result_clear (struct usage_record_result *result)
{
  g_clear_pointer (&result->id, g_free);
}

static struct csv_field
field_of (const char *text)
{
  return (struct csv_field){ text, text == NULL ? 0 : strlen (text) };
}

/* "key=value" … as canonical JSON. */
static gboolean
write_properties (const char *const *texts, GString *out, GError **error)
{
  g_autoptr (GArray) properties = g_array_new (FALSE, FALSE, sizeof (struct event_property));
  for (; texts != NULL && *texts != NULL; texts++) {
    const char *equals = strchr (*texts, '=');
    if (equals == NULL || equals == *texts || !text_is_utf8 (*texts, (gssize) strlen (*texts), NULL)) {
      g_autofree char *shown = text_sanitize (*texts, -1);
      return error_set (error, ERROR_USAGE, "--property '%s': expected KEY=VALUE in UTF-8", shown);
    }
    struct event_property property = { *texts, (gsize) (equals - *texts), equals + 1, strlen (equals + 1) };
    g_array_append_val (properties, property);
  }
  struct event_property repeated = { NULL, 0, NULL, 0 };
  if (event_properties_write ((struct event_property *) (gpointer) properties->data, properties->len, out, &repeated))
    return TRUE;
  return error_set (error, ERROR_USAGE, "--property '%.*s': it is given twice", (int) repeated.key_length, repeated.key);
}

/* The instant of --at as RFC 3339 text, since events are checked as text. */
static gboolean
resolve_time (struct ledger *ledger, const struct usage_record_request *request, char text[INSTANT_TEXT_SIZE], GError **error)
{
  gint64 at_us = ledger_now_us (ledger);
  if (request->at != NULL && request->at->has_zone)
    at_us = time_instant_us (request->at);
  else if (request->at != NULL) {
    g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
    g_autoptr (customer_t) customer = NULL;
    const struct timezone *zone = NULL;
    if (!customer_find_by_code (ledger, request->customer, &customer, error)
        || !timezone_cache_get (zones, customer->timezone, &zone, error))
      return FALSE;
    at_us = timezone_resolve (zone, request->at);
  }
  instant_format (at_us, text);
  return TRUE;
}

struct verdict {
  enum usage_outcome outcome;
  const char *differs;
};

static void
hear_verdict (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome,
              const char *differs)
{
  struct verdict *verdict = data;
  (void) place;
  (void) event_id;
  (void) event_id_length;
  verdict->outcome = outcome;
  verdict->differs = differs;
}

static gboolean
store_one (struct ledger *ledger, const char *source, const struct usage_made *made, struct verdict *ret, gint64 *ret_late,
           GError **error)
{
  const struct usage_listener listener = { .report = hear_verdict, .data = ret };
  struct usage_counts counts = { 0 };
  gint64 source_id = 0;
  if (!usage_event_source (ledger, source, &source_id, error))
    return FALSE;
  g_autoptr (usage_batch_t) batch = usage_batch_new (ledger, source_id, source);
  usage_batch_add (batch, &made->event);
  return usage_batch_store (batch, &listener, &counts, error) && usage_note_late (ledger, &counts, ret_late, error);
}

static gboolean
record (struct ledger *ledger, const struct usage_record_request *request, const char *id, struct usage_record_result *ret,
        GError **error)
{
  static const struct usage_names_request exact = { .customer_code = EVENT_CODE_EXACT, .metric_code = EVENT_CODE_EXACT };
  static const struct usage_event_rules rules = { .zoneless = ZONELESS_REFUSED };
  const char *source = request->source == NULL ? "" : request->source;
  char at[INSTANT_TEXT_SIZE];
  g_autoptr (GString) properties = g_string_new (NULL);
  g_autoptr (usage_names_t) names = usage_names_new (ledger, &exact);
  struct usage_made made = { 0 };
  struct verdict verdict = { USAGE_RECORDED, NULL };
  gint64 late = 0;
  if (!resolve_time (ledger, request, at, error) || !write_properties (request->properties, properties, error))
    return FALSE;
  const struct event_fields fields = {
    .of = { field_of (id), field_of (request->customer), field_of (request->metric), field_of (request->quantity), field_of (at),
            field_of (request->subscription) },
    .properties = properties->len == 0 ? NULL : properties->str,
    .properties_length = properties->len,
  };
  if (!usage_event_make (names, &rules, &fields, &made, error))
    return FALSE;
  made.event.any_time = request->at == NULL;
  if (!store_one (ledger, source, &made, &verdict, &late, error))
    return FALSE;
  if (verdict.outcome == USAGE_CONFLICT)
    return usage_event_conflict (id, verdict.differs, error);
  ret->is_duplicate = verdict.outcome == USAGE_DUPLICATE;
  ret->is_late = late > 0;
  ret->at_us = made.event.at_us;
  return ret->is_duplicate
         || audit_add (ledger, error, "usage %s recorded: customer %s, metric %s, quantity %s", id, request->customer,
                       request->metric, made.quantity);
}

gboolean
usage_record (struct ledger *ledger, const struct usage_record_request *request, struct usage_record_result *ret, GError **error)
{
  g_auto (usage_record_result_t) result = { .id = request->id == NULL ? g_uuid_string_random () : g_strdup (request->id) };
  if (request->id != NULL && !text_is_utf8 (request->id, (gssize) strlen (request->id), NULL))
    return error_set (error, ERROR_USAGE, "--id: it is not UTF-8");
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!record (ledger, request, result.id, &result, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = result;
  result.id = NULL;
  return TRUE;
}
