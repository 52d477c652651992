/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Corrections by hand. */
#include "service/usage-correct.h"

#include "base/error.h"
#include "base/text.h"
#include "service/usage-late.h"
#include "service/usage-reversal.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

void
usage_correct_result_clear (struct usage_correct_result *result)
{
  g_clear_pointer (&result->void_id, g_free);
  g_clear_pointer (&result->id, g_free);
}

struct correction {
  struct ledger *ledger;
  const struct usage_correct_request *request;
  struct usage_feed feed;
  struct usage_stored *original;
  struct metric *metric;
  struct usage_counts counts;
};
typedef struct correction correction_t;

static void
correction_clear (struct correction *correction)
{
  usage_stored_free (correction->original);
  metric_free (correction->metric);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (correction_t, correction_clear)

static struct csv_field
field_of (const char *text)
{
  return (struct csv_field){ text, text == NULL ? 0 : strlen (text) };
}

static gboolean
find_event (struct correction *correction, GError **error)
{
  const struct usage_correct_request *request = correction->request;
  correction->feed.name = request->source == NULL ? "" : request->source;
  if (!usage_source_find (correction->ledger, correction->feed.name, &correction->feed.id, error))
    return FALSE;
  if (correction->feed.id >= 0
      && !usage_stored_find (correction->ledger, correction->feed, request->event_id, strlen (request->event_id), &correction->original,
                             error))
    return FALSE;
  if (correction->original == NULL)
    return usage_reversal_not_found (correction->feed, request->event_id, error);
  return metric_get (correction->ledger, correction->original->metric_id, &correction->metric, error);
}

static gboolean
reverse (struct correction *correction, const char *void_id, GError **error)
{
  static const struct usage_names_request exact = { .customer_code = EVENT_CODE_EXACT, .metric_code = EVENT_CODE_EXACT };
  static const struct usage_event_rules rules = { .zoneless = ZONELESS_REFUSED };
  g_autoptr (usage_names_t) names = usage_names_new (correction->ledger, &exact);
  g_autoptr (usage_reversals_t) reversals = usage_reversals_new (correction->ledger, correction->feed);
  struct event_fields fields = { .properties = NULL };
  gboolean known = FALSE;
  fields.of[EVENT_ID] = field_of (void_id);
  fields.of[EVENT_REVERSES] = field_of (correction->request->event_id);
  if (!usage_reversals_add (reversals, names, &rules, &fields, &known, error))
    return FALSE;
  if (known) {
    error_set (error, ERROR_REFUSED, "event '%s' is already reversed by event '%s'", correction->request->event_id, void_id);
    return error_add_hint (error, "an event is reversed once, whole");
  }
  return usage_reversals_store (reversals, &correction->counts, error);
}

struct verdict {
  gboolean known;
  const char *differs;
};

static void
hear_verdict (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome, const char *differs)
{
  struct verdict *verdict = data;
  (void) place;
  (void) event_id;
  (void) event_id_length;
  verdict->known = TRUE;
  verdict->differs = outcome == USAGE_CONFLICT ? differs : NULL;
}

static gboolean
check_quantity (const struct correction *correction, const struct usage_made *made, GError **error)
{
  const struct usage_correct_request *request = correction->request;
  if (strcmp (made->quantity, correction->original->quantity) == 0)
    return error_set (error, ERROR_REFUSED, "event '%s' has the quantity %s already", request->event_id, made->quantity);
  if (!made->is_negative || strcmp (correction->metric->negative, "allow") == 0)
    return TRUE;
  error_set (error, ERROR_REFUSED, "quantity '%s' is negative, which the metric '%s' refuses", request->quantity, correction->metric->code);
  return error_add_hint (error, "to take the event back altogether: billctl usage void %s", request->event_id);
}

/* The event again, with another quantity. */
static gboolean
record_again (struct correction *correction, const char *id, GError **error)
{
  const struct usage_stored *original = correction->original;
  struct event_fields fields = { .properties = NULL };
  struct usage_made made = { 0 };
  struct verdict verdict = { FALSE, NULL };
  const struct usage_listener listener = { .report = hear_verdict, .data = &verdict };
  fields.of[EVENT_ID] = field_of (id);
  if (!usage_event_check_id (&fields, error) || !usage_event_quantity (field_of (correction->request->quantity), &made, error)
      || !check_quantity (correction, &made, error))
    return FALSE;
  made.event.customer_id = original->customer_id;
  made.event.metric_id = original->metric_id;
  made.event.subscription_id = original->subscription_id;
  made.event.at_us = original->at_us;
  made.event.event_id = id;
  made.event.event_id_length = strlen (id);
  made.event.properties = original->properties;
  made.event.properties_length = original->properties == NULL ? 0 : strlen (original->properties);
  g_autoptr (usage_batch_t) batch = usage_batch_new (correction->ledger, correction->feed.id, correction->feed.name);
  usage_batch_add (batch, &made.event);
  if (!usage_batch_store (batch, &listener, &correction->counts, error))
    return FALSE;
  if (!verdict.known)
    return TRUE;
  error_set (error, ERROR_REFUSED, "id '%s' is already recorded", id);
  return error_add_hint (error, "give the corrected event an id of its own with --id ID");
}

static gboolean
write_audit (const struct correction *correction, const struct usage_correct_result *result, GError **error)
{
  const struct usage_correct_request *request = correction->request;
  const struct usage_stored *original = correction->original;
  g_autoptr (customer_t) customer = NULL;
  const char *reason = request->reason == NULL ? "" : request->reason, *colon = *reason == '\0' ? "" : ": ";
  if (!customer_find_by_id (correction->ledger, original->customer_id, &customer, error))
    return FALSE;
  if (result->id == NULL)
    return audit_add (correction->ledger, error, "usage %s voided by %s: customer %s, metric %s, quantity %s%s%s", original->event_id,
                      result->void_id, customer->code, correction->metric->code, original->quantity, colon, reason);
  return audit_add (correction->ledger, error, "usage %s corrected by %s and %s: customer %s, metric %s, quantity %s, before that %s%s%s",
                    original->event_id, result->void_id, result->id, customer->code, correction->metric->code, request->quantity,
                    original->quantity, colon, reason);
}

static gboolean
correct (struct correction *correction, struct usage_correct_result *ret, GError **error)
{
  gint64 late = 0;
  if (!find_event (correction, error) || !reverse (correction, ret->void_id, error)
      || (ret->id != NULL && !record_again (correction, ret->id, error))
      || !usage_note_late (correction->ledger, &correction->counts, &late, error))
    return FALSE;
  ret->is_late = late > 0;
  return write_audit (correction, ret, error);
}

gboolean
usage_correct (struct ledger *ledger, const struct usage_correct_request *request, struct usage_correct_result *ret, GError **error)
{
  g_auto (correction_t) correction = { .ledger = ledger, .request = request };
  g_auto (usage_correct_result_t) result = {
    .void_id = request->void_id != NULL ? g_strdup (request->void_id) : g_strconcat (request->event_id, ":void", NULL),
  };
  if (request->quantity != NULL)
    result.id = request->id != NULL ? g_strdup (request->id) : g_strconcat (request->event_id, ":corrected", NULL);
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!correct (&correction, &result, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = result;
  result = (struct usage_correct_result){ 0 };
  return TRUE;
}
