/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The usage of an issued invoice, from its lines and from the events again. */
#include "service/usage-snapshot.h"

#include "base/error.h"
#include "core/date.h"
#include "service/verify-lines.h"
#include "store/codes.h"
#include "store/invoice.h"
#include "store/ledger.h"
#include "store/usage.h"

#include <json-c/json.h>
#include <string.h>

struct snapshot {
  struct ledger *ledger;
  const struct snapshot_request *request;
  struct invoice *invoice;
  struct codes *metrics;
  GArray *known; /* struct known_line */
};
typedef struct snapshot snapshot_t;

/* How an event finds its line. */
struct known_line {
  gint64 position;
  gint64 subscription_id;
  gint64 phase;
  gint64 metric_id;
  enum line_role role;
  gint64 period_start_us;
  gint64 at_us;     /* of a line in advance, its event; G_MININT64: it is for many */
  char *filter;
  char *property; /* by which it is split; NULL: it is not */
  char *group;    /* "": the events without it */
};

static void
known_line_clear (gpointer data)
{
  struct known_line *known = data;
  g_free (known->filter);
  g_free (known->property);
  g_free (known->group);
}

static void
snapshot_clear (struct snapshot *snapshot)
{
  invoice_free (snapshot->invoice);
  codes_free (snapshot->metrics);
  g_clear_pointer (&snapshot->known, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (snapshot_t, snapshot_clear)

/* --- Lines --- */

static const char *
member_text (json_object *object, const char *key)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, key, &value) ? json_object_get_string (value) : NULL;
}

static gint64
member_instant (json_object *object, const char *key)
{
  const char *text = member_text (object, key);
  struct time_text time;
  return text != NULL && time_parse (text, strlen (text), &time) == TIME_OK ? time_instant_us (&time) : 0;
}

/* The derivation that says events and quantity: that of a difference is what it comes to now. NULL: nothing does. */
static json_object *
usage_derivation (json_object *derivation)
{
  json_object *now = NULL;
  const char *rule = member_text (derivation, "rule");
  gboolean is_difference = g_strcmp0 (rule, "late") == 0 || g_strcmp0 (rule, "in_advance") == 0;
  if (!is_difference)
    return derivation;
  return json_object_object_get_ex (derivation, "now", &now) ? now : NULL;
}

static gboolean
is_bound (json_object *derivation)
{
  const char *rule = member_text (derivation, "rule");
  return member_text (derivation, "bound") != NULL || rule == NULL || g_str_has_prefix (rule, "minimum") || g_str_has_prefix (rule, "maximum");
}

static void
remember (struct snapshot *snapshot, const struct invoice_line *line, json_object *derivation)
{
  const char *filter = member_text (derivation, "filter"), *group = member_text (derivation, "group");
  json_object *usage = usage_derivation (derivation);
  gint64 at_us = member_instant (derivation, "at");
  struct known_line known = {
    .position = line->position,
    .subscription_id = line->subscription_id,
    .phase = line->phase,
    .metric_id = line->metric_id,
    .role = line->role,
    .period_start_us = line->period_start_us,
    .at_us = at_us == 0 ? G_MININT64 : at_us,
    .filter = g_strdup (filter == NULL ? "" : filter),
    .property = usage == NULL ? NULL : g_strdup (member_text (usage, "property")),
    .group = g_strdup (group == NULL ? "" : group),
  };
  g_array_append_val (snapshot->known, known);
}

static gboolean
tell_line (const struct snapshot *snapshot, const struct invoice_line *line, json_object *derivation, GError **error)
{
  json_object *usage = usage_derivation (derivation), *events = NULL;
  const struct snapshot_line told = {
    .position = line->position,
    .role = line_role_name (line->role),
    .subscription = line->subscription_code,
    .metric = codes_get (snapshot->metrics, line->metric_id),
    .filter = member_text (derivation, "filter"),
    .group = member_text (derivation, "group"),
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .quantity = usage == NULL ? "0" : member_text (usage, "quantity"),
    .events = usage != NULL && json_object_object_get_ex (usage, "events", &events) ? json_object_get_int64 (events) : 0,
    .first_us = usage == NULL ? 0 : member_instant (usage, "first"),
    .last_us = usage == NULL ? 0 : member_instant (usage, "last"),
    .amount_minor = line->amount_minor,
  };
  return snapshot->request->line (&told, snapshot->request->data, error);
}

static gboolean
visit_line (const struct invoice_line *line, void *data, GError **error)
{
  struct snapshot *snapshot = data;
  gboolean ok = TRUE;
  if (strcmp (line->kind, "usage") != 0)
    return TRUE;
  json_object *derivation = json_tokener_parse (line->derivation);
  if (derivation == NULL)
    return error_set (error, ERROR_LEDGER, "line %" G_GINT64_FORMAT " of invoice %s has a derivation that is no JSON", line->position,
                      snapshot->invoice->number);
  if (!is_bound (derivation)) {
    remember (snapshot, line, derivation);
    ok = snapshot->request->event != NULL || tell_line (snapshot, line, derivation, error);
  }
  json_object_put (derivation);
  return ok;
}

/* --- Events --- */

static gboolean
is_of_group (const struct known_line *known, const struct usage_event *event)
{
  if (known->property == NULL)
    return TRUE;
  json_object *properties = event->properties == NULL ? NULL : json_tokener_parse (event->properties);
  const char *value = properties == NULL ? NULL : member_text (properties, known->property);
  gboolean same = strcmp (value == NULL ? "" : value, known->group) == 0;
  json_object_put (properties);
  return same;
}

static const struct known_line *
find_line (const struct snapshot *snapshot, const struct due_counted *counted)
{
  const struct line_place *place = counted->place;
  for (guint i = 0; i < snapshot->known->len; i++) {
    const struct known_line *known = &g_array_index (snapshot->known, struct known_line, i);
    if (known->subscription_id == place->subscription_id && known->phase == place->phase && known->metric_id == counted->metric_id
        && known->period_start_us == place->period.from_us && strcmp (known->filter, counted->filter) == 0
        && (known->at_us == G_MININT64 || known->at_us == counted->event->at_us) && is_of_group (known, counted->event))
      return known;
  }
  return NULL;
}

static gboolean
visit_event (void *data, const struct due_counted *counted, GError **error)
{
  const struct snapshot *snapshot = data;
  const struct known_line *known = find_line (snapshot, counted);
  const struct usage_event *event = counted->event;
  if (known == NULL)
    return TRUE;
  const struct snapshot_event told = {
    .position = known->position,
    .at_us = event->at_us,
    .metric = codes_get (snapshot->metrics, counted->metric_id),
    .filter = *counted->filter == '\0' ? NULL : counted->filter,
    .quantity = event->quantity,
    .event_id = event->event_id,
    .source = event->source,
    .properties = event->properties,
  };
  return snapshot->request->event (&told, snapshot->request->data, error);
}

/* --- The whole --- */

static gboolean
prove (const struct snapshot *snapshot, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  if (!verify_invoice_again (snapshot->ledger, snapshot->invoice, NULL, NULL, problems, error))
    return FALSE;
  if (problems->len == 0)
    return TRUE;
  error_set (error, ERROR_LEDGER, "the events of the ledger do not come to what the invoice says: %s",
             (const char *) g_ptr_array_index (problems, 0));
  return error_add_hint (error, "`billctl verify` looks at the whole ledger");
}

static gboolean
show (struct snapshot *snapshot, GError **error)
{
  const struct snapshot_request *request = snapshot->request;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  if (!invoice_find (snapshot->ledger, request->reference, &snapshot->invoice, error))
    return FALSE;
  const struct invoice *invoice = snapshot->invoice;
  if (invoice->status == INVOICE_DRAFT) {
    error_set (error, ERROR_REFUSED, "%s is a draft: what it comes to may change with each event", request->reference);
    return error_add_hint (error, "billctl usage show %s shows the usage that there is", invoice->customer_code);
  }
  if (!prove (snapshot, error) || !codes_load (snapshot->ledger, CODES_OF_METRICS, &snapshot->metrics, error))
    return FALSE;
  const struct snapshot_head head = {
    .invoice = invoice->number,
    .customer = invoice->customer_code,
    .currency = currency_find (invoice->currency),
    .billed_at_us = invoice->billed_at_us,
    .issued_at_us = invoice->issued_at_us,
    .usage_seen = invoice->usage_seen,
  };
  snapshot->known = g_array_new (FALSE, FALSE, sizeof (struct known_line));
  g_array_set_clear_func (snapshot->known, known_line_clear);
  return request->head (&head, request->data, error) && invoice_each_line (snapshot->ledger, invoice->id, visit_line, snapshot, error)
         && (request->event == NULL
             || verify_invoice_again (snapshot->ledger, invoice, visit_event, snapshot, problems, error));
}

gboolean
usage_snapshot (struct ledger *ledger, const struct snapshot_request *request, GError **error)
{
  g_auto (snapshot_t) snapshot = { .ledger = ledger, .request = request };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = show (&snapshot, error);
  ledger_rollback (ledger);
  return ok;
}
