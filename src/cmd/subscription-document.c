/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions as an answer. */
#include "cmd/subscription-document.h"

#include "base/json.h"

#include <string.h>

const struct column subscription_columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE, .spare = 3 },
  { .key = "plan", .title = "Plan", .kind = CELL_CODE },
  { .key = "version", .title = "Version", .kind = CELL_INTEGER, .spare = 4 },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
  { .key = "interval", .title = "Interval", .kind = CELL_CODE, .spare = 5 },
  { .key = "alignment", .title = "Alignment", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "start", .title = "Start", .kind = CELL_DATE, .spare = 1 },
  { .key = "billed_from", .title = "Billed from", .kind = CELL_DATE, .hidden = TRUE },
  { .key = "end", .title = "End", .kind = CELL_DATE, .hidden = TRUE },
  { .key = "next_billing_at", .title = "Next billing", .kind = CELL_INSTANT, .hidden = TRUE },
};

const gsize subscription_column_count = G_N_ELEMENTS (subscription_columns);

static struct cell
optional_date (gboolean given, struct date date)
{
  return given ? cell_date (date) : cell_null ();
}

static struct cell
next_billing (const struct subscription_state *state)
{
  return state->has_next_billing ? cell_instant (state->next_billing_us) : cell_null ();
}

gboolean
subscription_document_row (const struct subscription_row *row, const struct life_phase *phase, const struct subscription_state *state,
                           void *document, GError **error)
{
  const struct subscription *subscription = &row->subscription;
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (phase->fee_interval, interval);
  const struct cell cells[] = {
    cell_code (subscription->code),
    cell_code (row->customer_code),
    cell_code (phase->plan->code),
    cell_integer (phase->plan->version),
    cell_code (subscription_status_name (state->status)),
    cell_code (interval),
    cell_code (alignment_name (phase->alignment)),
    cell_date (subscription->start),
    cell_date (subscription->anchor),
    optional_date (subscription->has_end, subscription->end),
    next_billing (state),
  };
  return document_row (document, cells, error);
}

static gboolean
write_terms (struct document *document, const struct subscription_view *view, enum format format, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct subscription_state *state = &view->state;
  gboolean is_plain = *view->plan->variant == '\0', shown = !is_plain || format != FORMAT_TABLE;
  const struct cell terms = is_plain ? cell_null () : cell_code (view->plan->variant);
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (view->phase->fee_interval, interval);
  return document_field (document, "code", "Code", cell_code (subscription->code), error)
         && document_field (document, "customer", "Customer", cell_code (view->row->customer_code), error)
         && document_field (document, "customer_name", "Name", cell_text (view->row->customer_name), error)
         && document_field (document, "plan", "Plan", cell_code (view->plan->code), error)
         && document_field (document, "version", "Version", cell_integer (view->plan->version), error)
         && (!shown || document_field (document, "terms", "Terms", terms, error))
         && document_field (document, "status", "Status", cell_code (subscription_status_name (state->status)), error)
         && document_field (document, "interval", "Interval", cell_code (interval), error)
         && document_field (document, "alignment", "Alignment", cell_code (alignment_name (view->phase->alignment)), error)
         && document_field (document, "timezone", "Time zone", cell_text (view->row->timezone), error);
}

static gboolean
write_days (struct document *document, const struct subscription_view *view, GError **error)
{
  const struct subscription *subscription = &view->row->subscription;
  const struct subscription_state *state = &view->state;
  const struct {
    const char *key, *title;
    struct cell cell;
  } fields[] = {
    { "start", "Start", cell_date (subscription->start) },
    { "trial_end", "Trial until", optional_date (state->has_trial, view->life.phases[0].anchor) },
    { "billed_from", "Billed from", cell_date (subscription->anchor) },
    { "end", "End", optional_date (subscription->has_end, subscription->end) },
    { "fee_period_from", "Fee period from", optional_date (state->has_fee_period, state->fee_period.start) },
    { "fee_period_until", "Fee period until", optional_date (state->has_fee_period, state->fee_period.end) },
    { "usage_period_from", "Usage period from", optional_date (state->has_usage_period, state->usage_period.start) },
    { "usage_period_until", "Usage period until", optional_date (state->has_usage_period, state->usage_period.end) },
    { "fees_billed_until", "Fees billed until", optional_date (state->has_fees_billed, state->fees_billed_to) },
    { "usage_billed_until", "Usage billed until", optional_date (state->has_usage_billed, state->usage_billed_to) },
    { "next_change_on", "Next change", optional_date (state->has_next_change, state->next_change) },
    { "next_billing_at", "Next billing", next_billing (state) },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!document_field (document, fields[i].key, fields[i].title, fields[i].cell, error))
      return FALSE;
  return TRUE;
}

/* What the plan calls it; its code when it has no such thing. */
static const char *
item_name (const struct plan *plan, const struct subscription_item *item)
{
  if (item->kind == SUBSCRIPTION_QUANTITY) {
    const struct plan_quantity *quantity = plan_find_quantity (plan, item->code);
    return quantity == NULL ? item->code : quantity->name;
  }
  const struct plan_addon *addon = plan_find_addon (plan, item->code);
  return addon == NULL ? item->code : addon->name;
}

static gboolean
write_items (struct document *document, const struct subscription_view *view, enum subscription_item_kind kind, GError **error)
{
  static const struct column columns[] = {
    { .key = "code", .title = "Code", .kind = CELL_CODE },
    { .key = "name", .title = "Name", .kind = CELL_TEXT },
    { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  };
  gboolean addons = kind == SUBSCRIPTION_ADDON;
  if (!document_begin_section (document, addons ? "addons" : "quantities", addons ? "Add-ons" : "Quantities", columns,
                               G_N_ELEMENTS (columns), error))
    return FALSE;
  for (gsize i = 0; i < view->phase->items.count; i++) {
    const struct subscription_item *item = &view->phase->items.items[i];
    if (item->kind != kind)
      continue;
    char quantity[DECIMAL_TEXT_SIZE];
    decimal_format (item->quantity, quantity);
    const struct cell cells[] = { cell_code (item->code), cell_text (item_name (view->plan, item)), cell_decimal (quantity) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

/* {"seats":"5"}: codes and decimals need no escapes. */
static gboolean
write_items_in_one (struct document *document, const struct subscription_view *view, enum subscription_item_kind kind, GError **error)
{
  g_autoptr (GString) items = g_string_new ("{");
  for (gsize i = 0; i < view->phase->items.count; i++) {
    const struct subscription_item *item = &view->phase->items.items[i];
    char quantity[DECIMAL_TEXT_SIZE];
    decimal_format (item->quantity, quantity);
    if (item->kind == kind)
      g_string_append_printf (items, "%s\"%s\":\"%s\"", items->len > 1 ? "," : "", item->code, quantity);
  }
  g_string_append_c (items, '}');
  gboolean addons = kind == SUBSCRIPTION_ADDON;
  return document_field (document, addons ? "addons" : "quantities", addons ? "Add-ons" : "Quantities", cell_json (items->str), error);
}

/* ["base month 99.00 -> 89.00 USD"] */
static gboolean
write_differences_in_one (struct document *document, const GPtrArray *differences, GError **error)
{
  g_autoptr (GString) list = g_string_new ("[");
  for (guint i = 0; i < differences->len; i++) {
    g_string_append (list, i == 0 ? "" : ",");
    json_append_string (list, g_ptr_array_index (differences, i));
  }
  g_string_append_c (list, ']');
  return document_field (document, "custom_terms", "Custom terms", cell_json (list->str), error);
}

static gboolean
write_differences (struct document *document, const GPtrArray *differences, GError **error)
{
  static const struct column columns[] = { { .key = "term", .title = "Term", .kind = CELL_TEXT, .wrap = TRUE } };
  if (!document_begin_section (document, "custom_terms", "Custom terms", columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < differences->len; i++) {
    const struct cell cells[] = { cell_text (g_ptr_array_index (differences, i)) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

gboolean
subscription_document_write (const struct invocation *invocation, const struct subscription_view *view, GError **error)
{
  /* One row is one subscription there, not one of its quantities. */
  enum format format = invocation->render.format;
  gboolean one_row = format == FORMAT_CSV || format == FORMAT_NDJSON;
  gboolean (*write) (struct document *, const struct subscription_view *, enum subscription_item_kind, GError **)
      = one_row ? write_items_in_one : write_items;
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error) && write_terms (document, view, format, error)
         && write_days (document, view, error)
         && (one_row ? write_differences_in_one : write_differences) (document, view->differences, error)
         && write (document, view, SUBSCRIPTION_QUANTITY, error) && write (document, view, SUBSCRIPTION_ADDON, error)
         && document_close (document, error);
}
