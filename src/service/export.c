/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports. Each kind is its columns and a function that writes its rows. */
#include "service/export.h"

#include "base/error.h"
#include "base/json.h"
#include "base/timezone.h"
#include "service/invoice.h"
#include "service/subscription.h"
#include "store/codes.h"
#include "store/credit-note.h"
#include "store/customer.h"
#include "store/export.h"
#include "store/ledger.h"
#include "store/subscription.h"

#include <string.h>

enum { ROWS_PER_REPORT = 4096 };

struct export {
  struct ledger *ledger;
  const struct export_request *request;
  struct document *document;
  struct timezone_cache *zones;
  struct plan_cache *plans;
  gint64 customer_id; /* 0: all */
  gint64 rows;
  struct codes *customers;
  struct codes *metrics;
  struct codes *subscriptions;
  struct codes *sources;
  struct codes *versions;
};
typedef struct export export_t;

static void
export_clear (struct export *export)
{
  timezone_cache_free (export->zones);
  plan_cache_free (export->plans);
  codes_free (export->customers);
  codes_free (export->metrics);
  codes_free (export->subscriptions);
  codes_free (export->sources);
  codes_free (export->versions);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (export_t, export_clear)

static gboolean
put_row (struct export *export, const struct cell *cells, GError **error)
{
  if (++export->rows % ROWS_PER_REPORT == 0)
    progress_report (export->request->progress, export->rows, 0);
  return document_row (export->document, cells, error);
}

static const struct column invoice_columns[] = {
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "overdue", .title = "Overdue", .kind = CELL_BOOLEAN },
  { .key = "billed_on", .title = "Fell due", .kind = CELL_DATE },
  { .key = "issued_on", .title = "Issued", .kind = CELL_DATE },
  { .key = "due_on", .title = "Payable by", .kind = CELL_DATE },
  { .key = "billed_at", .title = "Fell due at", .kind = CELL_INSTANT },
  { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "void_reason", .title = "Void because", .kind = CELL_TEXT },
  { .key = "amount_due", .title = "Amount due", .kind = CELL_MONEY, .total = TRUE },
  { .key = "subtotal", .title = "Subtotal", .kind = CELL_MONEY, .total = TRUE },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY, .total = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .total = TRUE },
  { .key = "tax_note", .title = "Tax note", .kind = CELL_TEXT },
  { .key = "country", .title = "Country", .kind = CELL_CODE },
  { .key = "tax_id", .title = "Tax id", .kind = CELL_TEXT },
};

static gboolean
write_invoice (const struct invoice_row *row, void *data, GError **error)
{
  gboolean counts = strcmp (row->status, "void") != 0;
  const struct cell cells[] = {
    cell_code (row->reference),
    cell_code (row->customer),
    cell_text (row->customer_name),
    cell_code (row->status),
    cell_boolean (row->overdue),
    cell_date (row->billed_on),
    row->draft ? cell_null () : cell_date (row->issued_on),
    row->draft ? cell_null () : cell_date (row->due_on),
    cell_instant (row->billed_at_us),
    cell_money_if (counts, row->total_minor, row->currency),
    cell_currency (row->currency->code),
    cell_text (row->void_reason),
    row->draft ? cell_null () : cell_money (row->owed_minor, row->currency),
    cell_money_if (counts, row->subtotal_minor, row->currency),
    cell_money_if (counts, row->discount_minor, row->currency),
    cell_money_if (counts, row->tax_minor, row->currency),
    cell_text (row->tax_note),
    cell_code (row->country),
    cell_text (row->tax_id),
  };
  return put_row (data, cells, error);
}

static gboolean
write_invoices (struct export *export, GError **error)
{
  struct invoice_list_request request = {
    .customer = export->request->customer,
    .from_us = export->request->from_us,
    .to_us = export->request->to_us,
    .as_of_us = export->request->as_of_us,
  };
  return invoice_list (export->ledger, &request, write_invoice, export, error);
}

static const struct column line_columns[] = {
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "position", .title = "Line", .kind = CELL_INTEGER },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "plan", .title = "Plan", .kind = CELL_CODE },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "period_start", .title = "Period start", .kind = CELL_INSTANT },
  { .key = "period_end", .title = "Period end", .kind = CELL_INSTANT },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "unit_price", .title = "Unit price", .kind = CELL_DECIMAL },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL },
  { .key = "ratio", .title = "Ratio", .kind = CELL_CODE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "derivation", .title = "Derivation", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY, .total = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .total = TRUE },
  { .key = "category", .title = "Category", .kind = CELL_CODE },
  { .key = "discounts", .title = "Discounts", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "taxes", .title = "Taxes", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "role", .title = "Role", .kind = CELL_CODE },
};

static gboolean
write_line (const struct export_line *line, void *data, GError **error)
{
  struct export *export = data;
  const struct currency *currency = currency_find (line->currency);
  gboolean counts = strcmp (line->status, "void") != 0;
  char draft[32];
  g_snprintf (draft, sizeof draft, "draft-%" G_GINT64_FORMAT, line->invoice_id);
  const struct cell cells[] = {
    cell_code (line->number == NULL ? draft : line->number),
    cell_integer (line->position),
    cell_code (line->status),
    cell_code (codes_get (export->customers, line->customer_id)),
    cell_code (codes_get (export->subscriptions, line->subscription_id)),
    cell_code (codes_get (export->versions, line->plan_version_id)),
    cell_code (line->kind),
    cell_code (line->code),
    line->metric_id == 0 ? cell_null () : cell_code (codes_get (export->metrics, line->metric_id)),
    cell_text (line->description),
    cell_instant (line->period_start_us),
    cell_instant (line->period_end_us),
    cell_decimal (line->quantity),
    cell_decimal (line->unit_price),
    cell_decimal (line->exact_amount),
    cell_code (line->ratio),
    cell_money_if (counts, line->amount_minor, currency),
    cell_currency (line->currency),
    cell_json (line->derivation),
    cell_money_if (counts, line->discount_minor, currency),
    cell_money_if (counts, line->tax_minor, currency),
    cell_code (line->category),
    cell_json (line->discounts == NULL ? "[]" : line->discounts),
    cell_json (line->taxes == NULL ? "[]" : line->taxes),
    cell_code (line->role),
  };
  return put_row (export, cells, error);
}

static struct export_filter
filter_of (const struct export *export)
{
  return (struct export_filter){ export->customer_id, export->request->from_us, export->request->to_us, export->request->late };
}

static gboolean
write_lines (struct export *export, GError **error)
{
  struct export_filter filter = filter_of (export);
  return codes_load (export->ledger, CODES_OF_CUSTOMERS, &export->customers, error)
         && codes_load (export->ledger, CODES_OF_SUBSCRIPTIONS, &export->subscriptions, error)
         && codes_load (export->ledger, CODES_OF_PLAN_VERSIONS, &export->versions, error)
         && codes_load (export->ledger, CODES_OF_METRICS, &export->metrics, error)
         && export_each_line (export->ledger, &filter, write_line, export, error);
}

static const struct column usage_columns[] = {
  { .key = "id", .title = "Event", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "metric", .title = "Metric", .kind = CELL_CODE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "time", .title = "Time", .kind = CELL_INSTANT },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "source", .title = "Source", .kind = CELL_CODE },
  { .key = "properties", .title = "Properties", .kind = CELL_JSON },
  { .key = "reverses", .title = "Reverses", .kind = CELL_CODE },
};

static gboolean
write_event (const struct export_event *event, void *data, GError **error)
{
  struct export *export = data;
  const struct cell cells[] = {
    cell_code (event->event_id),
    cell_code (codes_get (export->customers, event->customer_id)),
    cell_code (codes_get (export->metrics, event->metric_id)),
    cell_decimal (event->quantity),
    cell_instant (event->at_us),
    event->subscription_id == 0 ? cell_null () : cell_code (codes_get (export->subscriptions, event->subscription_id)),
    event->source_id == 0 ? cell_null () : cell_code (codes_get (export->sources, event->source_id)),
    cell_json (event->properties),
    cell_code (event->reverses),
  };
  return put_row (export, cells, error);
}

static gboolean
write_usage (struct export *export, GError **error)
{
  struct export_filter filter = filter_of (export);
  return codes_load (export->ledger, CODES_OF_CUSTOMERS, &export->customers, error)
         && codes_load (export->ledger, CODES_OF_METRICS, &export->metrics, error)
         && codes_load (export->ledger, CODES_OF_SUBSCRIPTIONS, &export->subscriptions, error)
         && codes_load (export->ledger, CODES_OF_SOURCES, &export->sources, error)
         && export_each_event (export->ledger, &filter, write_event, export, error);
}

/* The columns that `billctl customer import` reads. */
static const struct column customer_columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "email", .title = "E-mail", .kind = CELL_TEXT },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "timezone", .title = "Time zone", .kind = CELL_TEXT },
  { .key = "locale", .title = "Locale", .kind = CELL_CODE },
  { .key = "address", .title = "Address", .kind = CELL_TEXT },
  { .key = "country", .title = "Country", .kind = CELL_CODE },
  { .key = "region", .title = "Region", .kind = CELL_CODE },
  { .key = "tax_id", .title = "Tax id", .kind = CELL_TEXT },
  { .key = "tax_exempt", .title = "Tax exempt", .kind = CELL_TEXT },
  { .key = "parent", .title = "Parent", .kind = CELL_CODE },
};

static gboolean
write_customer (struct export *export, const struct customer *customer, GError **error)
{
  const struct cell cells[] = {
    cell_code (customer->code),
    cell_text (customer->name),
    cell_text (customer->email),
    cell_currency (customer->currency),
    cell_text (customer->timezone),
    cell_code (customer->locale),
    cell_text (customer->address),
    cell_code (customer->country),
    cell_code (customer->region),
    cell_text (customer->tax_id),
    cell_text (customer->tax_exempt),
    cell_code (customer->parent_code),
  };
  return put_row (export, cells, error);
}

static gboolean
write_customers (struct export *export, GError **error)
{
  g_autoptr (customer_walk_t) walk = NULL;
  struct customer_filter filter = { 0 };
  if (!customer_walk_begin (export->ledger, &filter, &walk, error))
    return FALSE;
  for (;;) {
    const struct customer *customer = NULL;
    gint64 subscriptions = 0;
    if (!customer_walk_next (walk, &customer, &subscriptions, error))
      return FALSE;
    if (customer == NULL)
      return TRUE;
    gboolean wanted = (export->customer_id == 0 || customer->id == export->customer_id)
                      && customer->created_at_us >= export->request->from_us && customer->created_at_us < export->request->to_us;
    if (wanted && !write_customer (export, customer, error))
      return FALSE;
  }
}

static const struct column subscription_columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "plan", .title = "Plan", .kind = CELL_CODE },
  { .key = "version", .title = "Version", .kind = CELL_INTEGER },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "interval", .title = "Interval", .kind = CELL_CODE },
  { .key = "alignment", .title = "Alignment", .kind = CELL_CODE },
  { .key = "start", .title = "Start", .kind = CELL_DATE },
  { .key = "billed_from", .title = "Billed from", .kind = CELL_DATE },
  { .key = "end", .title = "End", .kind = CELL_DATE },
  { .key = "fee_periods_billed", .title = "Fee periods billed", .kind = CELL_INTEGER },
  { .key = "usage_periods_billed", .title = "Usage periods billed", .kind = CELL_INTEGER },
  { .key = "quantities", .title = "Quantities", .kind = CELL_JSON },
  { .key = "addons", .title = "Add-ons", .kind = CELL_JSON },
};

static char *
items_json (const struct subscription_items *items, enum subscription_item_kind kind)
{
  GString *text = g_string_new ("{");
  for (gsize i = 0; i < items->count; i++) {
    if (items->items[i].kind != kind)
      continue;
    char quantity[DECIMAL_TEXT_SIZE];
    decimal_format (items->items[i].quantity, quantity);
    if (text->len > 1)
      g_string_append_c (text, ',');
    json_append_string (text, items->items[i].code);
    g_string_append_printf (text, ":\"%s\"", quantity);
  }
  return g_string_free (g_string_append_c (text, '}'), FALSE);
}

static gboolean
write_subscription (struct export *export, const struct subscription_row *row, const struct timezone *zone, GError **error)
{
  const struct subscription *subscription = &row->subscription;
  g_auto (life_t) life = { 0 };
  struct subscription_state state;
  if (!life_load (export->ledger, export->plans, subscription, zone, &life, error))
    return FALSE;
  const struct life_phase *phase = life_phase_on (&life, timezone_date (zone, export->request->as_of_us));
  subscription_state_at (subscription, &life, zone, export->request->as_of_us, &state);
  g_autofree char *quantities = items_json (&phase->items, SUBSCRIPTION_QUANTITY);
  g_autofree char *addons = items_json (&phase->items, SUBSCRIPTION_ADDON);
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (phase->fee_interval, interval);
  const struct cell cells[] = {
    cell_code (subscription->code),
    cell_code (row->customer_code),
    cell_code (phase->plan->code),
    cell_integer (phase->plan->version),
    cell_code (subscription_status_name (state.status)),
    cell_code (interval),
    cell_code (alignment_name (phase->alignment)),
    cell_date (subscription->start),
    cell_date (phase->anchor),
    subscription->has_end ? cell_date (subscription->end) : cell_null (),
    cell_integer (subscription->fees_billed),
    cell_integer (subscription->usage_billed),
    cell_json (quantities),
    cell_json (addons),
  };
  return put_row (export, cells, error);
}

static gboolean
write_subscriptions (struct export *export, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  struct subscription_filter filter = { .customer_id = export->customer_id };
  if (!subscription_list_begin (export->ledger, &filter, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    const struct timezone *zone = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if (!timezone_cache_get (export->zones, row->timezone, &zone, error))
      return FALSE;
    gint64 start_us = timezone_day_start_us (zone, row->subscription.start);
    if (start_us >= export->request->from_us && start_us < export->request->to_us && !write_subscription (export, row, zone, error))
      return FALSE;
  }
}

static const struct column credit_note_columns[] = {
  { .key = "credit_note", .title = "Credit note", .kind = CELL_CODE },
  { .key = "invoice", .title = "Invoice", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "issued_at", .title = "Issued at", .kind = CELL_INSTANT },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },
  { .key = "reason", .title = "Reason", .kind = CELL_TEXT },
  { .key = "position", .title = "Position", .kind = CELL_INTEGER },
  { .key = "invoice_line", .title = "Line", .kind = CELL_INTEGER },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .total = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY, .total = TRUE },
  { .key = "taxes", .title = "Taxes", .kind = CELL_JSON },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

struct noted {
  struct export *export;
  const struct credit_note *note;
};

static gboolean
write_credit_note_line (const struct credit_note_line *line, void *data, GError **error)
{
  const struct noted *noted = data;
  const struct credit_note *note = noted->note;
  const struct currency *currency = currency_find (note->currency);
  const struct cell cells[] = {
    cell_code (note->number),
    cell_code (note->invoice),
    cell_code (note->customer),
    cell_text (note->customer_name),
    cell_instant (note->issued_at_us),
    cell_code (note->kind_name),
    cell_text (note->reason),
    cell_integer (line->position),
    cell_integer (line->invoice_position),
    cell_text (line->description),
    cell_money (line->amount_minor, currency),
    cell_money (line->tax_minor, currency),
    cell_json (line->taxes),
    cell_currency (note->currency),
  };
  return put_row (noted->export, cells, error);
}

static gboolean
write_credit_note (const struct credit_note *note, void *data, GError **error)
{
  struct export *export = data;
  struct noted noted = { .export = export, .note = note };
  return credit_note_each_line (export->ledger, note->id, write_credit_note_line, &noted, error);
}

static gboolean
write_credit_notes (struct export *export, GError **error)
{
  const struct credit_note_filter filter = {
    .customer_id = export->customer_id,
    .from_us = export->request->from_us,
    .to_us = export->request->to_us,
  };
  return credit_note_each (export->ledger, &filter, write_credit_note, export, error);
}

static const struct {
  const char *name;
  const struct column *columns;
  gsize column_count;
  gboolean (*write) (struct export *export, GError **error);
} kinds[] = {
  [EXPORT_INVOICES] = { "invoices", invoice_columns, G_N_ELEMENTS (invoice_columns), write_invoices },
  [EXPORT_LINES] = { "lines", line_columns, G_N_ELEMENTS (line_columns), write_lines },
  [EXPORT_USAGE] = { "usage", usage_columns, G_N_ELEMENTS (usage_columns), write_usage },
  [EXPORT_CUSTOMERS] = { "customers", customer_columns, G_N_ELEMENTS (customer_columns), write_customers },
  [EXPORT_SUBSCRIPTIONS] = { "subscriptions", subscription_columns, G_N_ELEMENTS (subscription_columns), write_subscriptions },
  [EXPORT_CREDIT_NOTES] = { "credit_notes", credit_note_columns, G_N_ELEMENTS (credit_note_columns), write_credit_notes },
};

gboolean
export_kind_parse (const char *text, enum export_kind *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].name, text) == 0) {
      *ret = (enum export_kind) i;
      return TRUE;
    }
  return FALSE;
}

const char *
export_kind_name (enum export_kind kind)
{
  return kinds[kind].name;
}

gboolean
export_write (struct ledger *ledger, const struct export_request *request, struct document *document, gint64 *ret_rows, GError **error)
{
  g_auto (export_t) export = { .ledger = ledger, .request = request, .document = document, .zones = timezone_cache_new (), .plans = plan_cache_new (ledger) };
  if (request->customer != NULL && !customer_id_by_code (ledger, request->customer, &export.customer_id, error))
    return FALSE;
  if (request->customer != NULL && export.customer_id == 0)
    return customer_fail_unknown (ledger, request->customer, error);
  gboolean ok = ledger_begin_read (ledger, error)
                && document_begin_list (document, kinds[request->kind].columns, kinds[request->kind].column_count, error)
                && kinds[request->kind].write (&export, error) && document_end_list (document, error);
  ledger_rollback (ledger);
  if (ok)
    *ret_rows = export.rows;
  return ok;
}
