/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl estimate: what a plan would cost. */
#include "service/estimate.h"

#include "base/error.h"
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"

#include <string.h>

struct args {
  const char *catalog;
  const char **plans;
  gint64 version;
  const char *interval;
  const char **usage;
  const char **quantities;
  const char **addons;
  const char **coupons;
  const char *tax;
  const char *currency;
  gboolean compare;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, catalog, "catalog", 0, "FILE", "catalog file, - for standard input; the ledger without it", COMPLETE_FILE),
  OPTION_LIST_FROM (struct args, plans, "plan", 0, "PLAN", "code of the plan; with --compare may be repeated", COMPLETE_PLAN),
  OPTION_INTEGER (struct args, version, "version", 0, "N", "version of the plan in the ledger; the newest without it"),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "how often fees are due, as the plan offers it: month, year …"),
  OPTION_LIST_FROM (struct args, usage, "usage", 'u', "METRIC=QUANTITY[,PROPERTY=VALUE…]", "an event of one usage period; may be repeated",
                    COMPLETE_METRIC),
  OPTION_LIST (struct args, quantities, "quantity", 0, "NAME=N", "how many of what the plan licenses; may be repeated"),
  OPTION_LIST_FROM (struct args, addons, "addon", 0, "CODE[=N]", "add-on of the plan; may be repeated", COMPLETE_ADDON),
  OPTION_LIST_FROM (struct args, coupons, "coupon", 0, "CODE", "coupon to take off, in the order of being named; may be repeated", COMPLETE_COUPON),
  OPTION_STRING (struct args, tax, "tax", 0, "RATE", "tax in percent that comes on top"),
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "the plan's prices in that currency; nothing is converted", COMPLETE_CURRENCY),
  OPTION_FLAG (struct args, compare, "compare", 0, "compare the plans named, or all, and name the cheapest"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl estimate --catalog catalog.json --plan professional --usage api_calls=52300 --quantity team_members=12",
  "billctl estimate --catalog catalog.json --plan professional --coupon WELCOME20 --tax 19",
  "billctl estimate --compare --usage api_calls=52300 --usage call_minutes=2340.5",
  NULL,
};

/* --- One plan --- */

static const struct column line_columns[] = {
  { .key = "position", .title = "#", .kind = CELL_INTEGER },
  { .key = "description", .title = "Description", .kind = CELL_TEXT },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE, .spare = 1 },
  { .key = "code", .title = "Code", .kind = CELL_CODE, .hidden = TRUE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY },
  { .key = "discounts", .title = "Discounts", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY },
  { .key = "derivation", .title = "Derivation", .kind = CELL_JSON, .hidden = TRUE },
};

/* In a table only what was asked for. */
static void
hide_columns (struct column *columns, gsize count, const struct args *args)
{
  for (gsize i = 0; i < count; i++)
    if (strcmp (columns[i].key, "discount") == 0)
      columns[i].hidden = args->coupons[0] == NULL;
    else if (strcmp (columns[i].key, "tax") == 0)
      columns[i].hidden = args->tax == NULL;
}

static struct cell
total_cell (const struct estimate *estimate, gint64 minor)
{
  return estimate->amounts.has_total ? cell_money (minor, estimate->plan->currency) : cell_null ();
}

static gboolean
write_fields (struct document *document, const struct invocation *invocation, const struct estimate *estimate, GError **error)
{
  const struct args *args = invocation->args;
  const struct plan *plan = estimate->plan;
  const struct estimate_amounts *amounts = &estimate->amounts;
  gboolean is_table = invocation->render.format == FORMAT_TABLE;
  char interval[INTERVAL_TEXT_SIZE], usage_interval[INTERVAL_TEXT_SIZE];
  interval_format (estimate->interval, interval);
  interval_format (plan->usage_interval, usage_interval);
  const struct field {
    const char *key, *title;
    struct cell cell;
    gboolean left_out;
  } fields[] = {
    { "plan", "Plan", cell_code (plan->code), FALSE },
    { "name", "Name", cell_text (plan->name), FALSE },
    { "version", "Version", plan->version == 0 ? cell_null () : cell_integer (plan->version), FALSE },
    { "interval", "Interval", cell_code (interval), FALSE },
    { "usage_interval", "Usage by the", cell_code (usage_interval), FALSE },
    { "usage_periods", "Usage periods", cell_integer (estimate->usage_periods), FALSE },
    { "currency", "Currency", cell_currency (plan->currency->code), FALSE },
    { "fees", "Fees", cell_money (amounts->fees_minor, plan->currency), FALSE },
    { "usage", "Usage", cell_money (amounts->usage_minor, plan->currency), FALSE },
    { "discount", "Discount", total_cell (estimate, amounts->discount_minor), is_table && args->coupons[0] == NULL },
    { "tax_rate", "Tax rate", args->tax == NULL ? cell_null () : cell_decimal (args->tax), is_table && args->tax == NULL },
    { "tax", "Tax", total_cell (estimate, amounts->tax_minor), is_table && args->tax == NULL },
    { "total", "Total", total_cell (estimate, amounts->total_minor), FALSE },
    { "note", "Note", cell_text (estimate->note), is_table && estimate->note == NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!fields[i].left_out && !document_field (document, fields[i].key, fields[i].title, fields[i].cell, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_line (struct document *document, const struct estimate *estimate, gint64 position, const struct invoice_line *line, GError **error)
{
  const struct cell cells[] = {
    cell_integer (position),
    cell_text (line->description),
    cell_code (line->kind),
    cell_code (line->code),
    cell_decimal (line->quantity),
    cell_decimal (line->unit_price),
    cell_decimal (line->exact_amount),
    cell_money (line->amount_minor, estimate->plan->currency),
    cell_money (line->discount_minor, estimate->plan->currency),
    cell_json (line->discounts == NULL ? "[]" : line->discounts),
    cell_money (g_array_index (estimate->taxes, gint64, position - 1), estimate->plan->currency),
    cell_json (line->derivation),
  };
  return document_row (document, cells, error);
}

static gboolean
write_estimate (struct invocation *invocation, const struct estimate *estimate, GError **error)
{
  g_autoptr (document_t) document = NULL;
  struct column columns[G_N_ELEMENTS (line_columns)];
  gint64 position = 0;
  memcpy (columns, line_columns, sizeof columns);
  hide_columns (columns, G_N_ELEMENTS (columns), invocation->args);
  if (!document_new (&invocation->render, &document, error) || !write_fields (document, invocation, estimate, error)
      || !document_begin_section (document, "lines", "Lines", columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (gsize d = 0; d < draft_count (estimate->sheet); d++) {
    struct draft_view view = draft_at (estimate->sheet, d);
    for (gsize i = 0; i < view.line_count; i++)
      if (!write_line (document, estimate, ++position, &view.lines[i], error))
        return FALSE;
  }
  return document_end_section (document, error) && document_close (document, error);
}

/* --- Several plans --- */

static const struct column plan_columns[] = {
  { .key = "plan", .title = "Plan", .kind = CELL_CODE },
  { .key = "version", .title = "Version", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .hidden = TRUE },
  { .key = "interval", .title = "Interval", .kind = CELL_CODE, .spare = 1 },
  { .key = "fees", .title = "Fees", .kind = CELL_MONEY },
  { .key = "usage", .title = "Usage", .kind = CELL_MONEY },
  { .key = "usage_periods", .title = "Usage periods", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "discount", .title = "Discount", .kind = CELL_MONEY },
  { .key = "tax", .title = "Tax", .kind = CELL_MONEY },
  { .key = "total", .title = "Total", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "cheapest", .title = "Cheapest", .kind = CELL_BOOLEAN },
  { .key = "note", .title = "Note", .kind = CELL_TEXT, .spare = 2 },
};

static gboolean
write_plan (struct document *document, const struct estimate *estimate, GError **error)
{
  const struct plan *plan = estimate->plan;
  gboolean possible = estimate->sheet != NULL;
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (estimate->interval, interval);
  const struct cell cells[] = {
    cell_code (plan->code),
    plan->version == 0 ? cell_null () : cell_integer (plan->version),
    cell_text (plan->name),
    possible ? cell_code (interval) : cell_null (),
    possible ? cell_money (estimate->amounts.fees_minor, plan->currency) : cell_null (),
    possible ? cell_money (estimate->amounts.usage_minor, plan->currency) : cell_null (),
    possible ? cell_integer (estimate->usage_periods) : cell_null (),
    total_cell (estimate, estimate->amounts.discount_minor),
    total_cell (estimate, estimate->amounts.tax_minor),
    total_cell (estimate, estimate->amounts.total_minor),
    cell_currency (plan->currency->code),
    cell_boolean (estimate->is_cheapest),
    cell_text (estimate->note),
  };
  return document_row (document, cells, error);
}

static gboolean
write_plans (struct invocation *invocation, const GPtrArray *estimates, GError **error)
{
  g_autoptr (document_t) document = NULL;
  struct column columns[G_N_ELEMENTS (plan_columns)];
  memcpy (columns, plan_columns, sizeof columns);
  hide_columns (columns, G_N_ELEMENTS (columns), invocation->args);
  if (!document_new (&invocation->render, &document, error)
      || !document_begin_list (document, columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < estimates->len; i++)
    if (!write_plan (document, g_ptr_array_index (estimates, i), error))
      return FALSE;
  return document_end_list (document, error) && document_close (document, error);
}

/* --- The command --- */

static gboolean
check_args (const struct args *args, GError **error)
{
  if (!args->compare && args->plans[0] == NULL)
    return error_set (error, ERROR_USAGE, "the plan is missing: --plan PLAN, or --compare");
  if (!args->compare && args->plans[1] != NULL)
    return error_set (error, ERROR_USAGE, "several plans go with --compare");
  if (args->version != 0 && (args->compare || args->catalog != NULL))
    return error_set (error, ERROR_USAGE, "--version goes with one plan of a ledger, not with --%s", args->compare ? "compare" : "catalog");
  return TRUE;
}

static gboolean
answer (struct invocation *invocation, struct price_list *list, GError **error)
{
  const struct args *args = invocation->args;
  const struct estimate_request request = {
    .order = { args->interval, args->quantities, args->addons },
    .usage = args->usage,
    .coupons = args->coupons,
    .currency = args->currency,
    .tax = args->tax,
    .at_us = invocation->as_of_us,
  };
  if (args->compare) {
    g_autoptr (GPtrArray) estimates = g_ptr_array_new_with_free_func ((GDestroyNotify) estimate_free);
    return estimate_compare (list, args->plans, &request, estimates, error) && write_plans (invocation, estimates, error);
  }
  g_autoptr (estimate_t) estimate = NULL;
  return estimate_plan (list, args->plans[0], args->version, &request, &estimate, error) && write_estimate (invocation, estimate, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const struct price_list_request request = { args->catalog, invocation->ledger_path, invocation->as_of_us, problems };
  g_autoptr (price_list_t) list = NULL;
  if (!check_args (args, error))
    return FALSE;
  if (!price_list_open (&request, &list, error)) {
    tell_catalog_problems (invocation, problems);
    return FALSE;
  }
  return answer (invocation, list, error);
}

const struct command command_estimate = {
  .path = "estimate",
  .summary = "what a plan would cost for some usage",
  .description = "A calculator: nothing is written, and with --catalog no ledger is read. Its lines are those of one whole period, made by "
                 "the same code as invoices. Each --usage is one event; several of a metric are aggregated as the metric says.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = WRITES_ROWS | USES_PAGER,
  .run = run,
};
