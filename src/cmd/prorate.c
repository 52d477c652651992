/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl prorate: what a change of plan within a period costs. */
#include "service/prorate.h"

#include "base/error.h"
#include "cmd/catalog-changes.h"
#include "cmd/commands.h"
#include "core/money.h"
#include "service/plan-words.h"

struct args {
  const char *catalog;
  const char *from, *to;
  const char *interval;
  struct time_argument anchor, at;
  const char *timezone;
  int basis;
};


static const struct option options[] = {
  OPTION_STRING_FROM (struct args, catalog, "catalog", 0, "FILE", "catalog file, - for standard input; the ledger without it", COMPLETE_FILE),
  OPTION_STRING_FROM (struct args, from, "from", 0, "PLAN", "code of the plan until the change", COMPLETE_PLAN),
  OPTION_STRING_FROM (struct args, to, "to", 0, "PLAN", "code of the plan from the change on", COMPLETE_PLAN),
  OPTION_TIME (struct args, anchor, "anchor", 0, "day that periods are counted from"),
  OPTION_TIME (struct args, at, "at", 0, "when the plan changes"),
  OPTION_STRING (struct args, interval, "interval", 'i', "INTERVAL", "how often fees are due, as both plans offer it: month, year …"),
  OPTION_STRING_FROM (struct args, timezone, "timezone", 0, "ZONE", "zone of the billing days; UTC without it", COMPLETE_TIMEZONE),
  OPTION_CHOICE (struct args, basis, "basis", 0, plan_proration_names, "what a part of a period is measured by; as each plan has it without it"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl prorate --catalog catalog.json --from starter --to professional --anchor 2026-01-01 --at 2026-01-16",
  NULL,
};

static const struct column line_columns[] = {
  { .key = "what", .title = "What", .kind = CELL_CODE },
  { .key = "plan", .title = "Plan", .kind = CELL_CODE, .spare = 1 },
  { .key = "period_from", .title = "From", .kind = CELL_DATE },
  { .key = "period_until", .title = "Until", .kind = CELL_DATE },
  { .key = "quantity", .title = "Quantity", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "unit_price", .title = "Price", .kind = CELL_DECIMAL },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "ratio", .title = "Ratio", .kind = CELL_CODE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
};

/* "16/31"; nothing for all of it. */
static struct cell
ratio_cell (const struct prorated_line *line, char text[static 48])
{
  g_snprintf (text, 48, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, line->ratio.numerator, line->ratio.denominator);
  return line->ratio.numerator == line->ratio.denominator ? cell_null () : cell_code (text);
}

static gboolean
write_line (struct document *document, const struct prorated *prorated, const struct prorated_line *line, GError **error)
{
  char ratio[48], exact[EXACT_TEXT_SIZE];
  g_autofree char *price = amount_words (line->fee_minor, line->plan->currency);
  exact_format (&line->exact, exact);
  const struct cell cells[] = {
    cell_code (line == &prorated->unused ? "unused" : "remaining"),
    cell_code (line->plan->code),
    cell_date (prorated->changed_on),
    cell_date (prorated->period.days.end),
    cell_decimal ("1"),
    cell_decimal (price),
    cell_decimal (exact),
    ratio_cell (line, ratio),
    cell_money (line->amount_minor, line->plan->currency),
  };
  return document_row (document, cells, error);
}

static gboolean
write_fields (struct document *document, const struct prorated *prorated, GError **error)
{
  const struct prorated_line *unused = &prorated->unused, *remaining = &prorated->remaining;
  g_autofree char *bases = unused->basis == remaining->basis ? g_strdup (plan_proration_names[unused->basis])
                                                             : g_strdup_printf ("%s, %s", plan_proration_names[unused->basis], plan_proration_names[remaining->basis]);
  char ratio[48];
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (prorated->interval, interval);
  const struct field {
    const char *key, *title;
    struct cell cell;
  } fields[] = {
    { "from", "From", cell_code (unused->plan->code) },
    { "to", "To", cell_code (remaining->plan->code) },
    { "interval", "Interval", cell_code (interval) },
    { "basis", "Basis", cell_code (bases) },
    { "period_from", "Period from", cell_date (prorated->period.days.start) },
    { "period_until", "Period until", cell_date (prorated->period.days.end) },
    { "period_start", "Starts at", cell_instant (prorated->period.from_us) },
    { "period_end", "Ends at", cell_instant (prorated->period.to_us) },
    { "changed_on", "Changed on", cell_date (prorated->changed_on) },
    { "changed_at", "Changed at", cell_instant (prorated->changed_at_us) },
    { "ratio", "Ratio", ratio_cell (unused, ratio) },
    { "currency", "Currency", cell_currency (unused->plan->currency->code) },
    { "net", "Net", cell_money (prorated->net_minor, unused->plan->currency) },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!document_field (document, fields[i].key, fields[i].title, fields[i].cell, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_prorated (struct invocation *invocation, const struct prorated *prorated, GError **error)
{
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error) && write_fields (document, prorated, error)
         && document_begin_section (document, "lines", "Lines", line_columns, G_N_ELEMENTS (line_columns), error)
         && write_line (document, prorated, &prorated->unused, error) && write_line (document, prorated, &prorated->remaining, error)
         && document_end_section (document, error) && document_close (document, error);
}

static gboolean
check_args (const struct args *args, GError **error)
{
  if (args->from == NULL || args->to == NULL)
    return error_set (error, ERROR_USAGE, "both plans are needed: --from PLAN --to PLAN");
  if (!args->anchor.given || !args->at.given)
    return error_set (error, ERROR_USAGE, "both times are needed: --anchor TIME --at TIME");
  return TRUE;
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const struct price_list_request source = { args->catalog, invocation->ledger_path, invocation->as_of_us, problems };
  const struct prorate_request request = {
    .from = args->from,
    .to = args->to,
    .interval = args->interval,
    .anchor = &args->anchor.time,
    .at = &args->at.time,
    .timezone = args->timezone == NULL ? "UTC" : args->timezone,
    .basis = args->basis,
  };
  g_autoptr (price_list_t) list = NULL;
  struct prorated prorated;
  if (!check_args (args, error))
    return FALSE;
  if (!price_list_open (&source, &list, error)) {
    tell_catalog_problems (invocation, problems);
    return FALSE;
  }
  return prorate (list, &request, &prorated, error) && write_prorated (invocation, &prorated, error);
}

const struct command command_prorate = {
  .path = "prorate",
  .summary = "what a change of plan within a period costs",
  .description = "A calculator: nothing is written, and with --catalog no ledger is read. Two signed lines: what is unused of the old fee, "
                 "and the rest of the period under the new one, by the same exact ratio. The day of the change belongs to the new plan.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = WRITES_ROWS | USES_PAGER,
  .run = run,
};
