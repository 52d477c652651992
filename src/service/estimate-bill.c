/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invoices of one interval, added up. */
#include "service/estimate-bill.h"

#include "base/error.h"
#include "core/money.h"
#include "core/tax.h"

#include <string.h>

gboolean
estimate_read_tax (const char *text, struct decimal *ret, GError **error)
{
  struct decimal percent;
  int64_t parts = 0;
  enum decimal_status status = decimal_parse (text, strlen (text), &percent);
  if (status != DECIMAL_OK)
    return error_set (error, ERROR_USAGE, "tax rate '%s' %s", text, decimal_status_text (status));
  if (decimal_sign (percent) < 0)
    return error_set (error, ERROR_USAGE, "tax rate '%s' is negative; it must be from 0 to 100 percent", text);
  if (decimal_compare (percent, decimal_from_int64 (100)) > 0)
    return error_set (error, ERROR_USAGE, "tax rate '%s' is above 100 percent", text);
  if (!tax_percent_to_parts (percent, &parts))
    return error_set (error, ERROR_USAGE, "tax rate '%s' has more than %d decimals", text, TAX_PERCENT_PLACES_MAX);
  *ret = percent;
  return TRUE;
}

static gboolean
fail (GError **error)
{
  return error_set (error, ERROR_FAILED, "the total does not fit 64 bits of minor units");
}

/* One instant: some lines of the first draft, each with what is taken off it. */
struct instant {
  GArray *lines; /* struct invoice_line */
  gint64 subtotal_minor;
  gint64 discount_minor;
  gint64 tax_minor;
};

static gboolean
tax_instant (const struct estimate_bill *bill, struct instant *instant, GArray *ret_taxes, GError **error)
{
  g_autofree int64_t *nets = g_new0 (int64_t, instant->lines->len + 1);
  g_autofree struct tax_entry *entries = g_new0 (struct tax_entry, instant->lines->len + 1);
  struct tax_rate rate = { .kind = TAX_EXCLUSIVE };
  struct tax_total total = { 0 };
  if (!tax_percent_to_parts (bill->tax_percent, &rate.parts))
    return fail (error);
  for (guint i = 0; i < instant->lines->len; i++) {
    const struct invoice_line *line = &g_array_index (instant->lines, struct invoice_line, i);
    nets[i] = line->amount_minor - line->discount_minor;
    entries[i].line = i;
  }
  const struct tax_sheet sheet = { .rounding = TAX_ROUND_INVOICE, .rate_count = 1, .rates = &rate, .nets_minor = nets,
                                   .entry_count = instant->lines->len, .entries = entries, .totals = &total };
  if (!tax_compute (&sheet))
    return fail (error);
  for (guint i = 0; ret_taxes != NULL && i < instant->lines->len; i++)
    g_array_append_val (ret_taxes, entries[i].tax_minor);
  instant->tax_minor = total.tax_minor;
  return TRUE;
}

static gboolean
add_up (struct instant *instant, GError **error)
{
  for (guint i = 0; i < instant->lines->len; i++) {
    const struct invoice_line *line = &g_array_index (instant->lines, struct invoice_line, i);
    if (!money_add (instant->subtotal_minor, line->amount_minor, &instant->subtotal_minor)
        || !money_add (instant->discount_minor, line->discount_minor, &instant->discount_minor))
      return fail (error);
  }
  return TRUE;
}

static gboolean
add_instant (const struct instant *instant, struct estimate_amounts *amounts, GError **error)
{
  gint64 net_minor = 0;
  if (!money_subtract (instant->subtotal_minor, instant->discount_minor, &net_minor)
      || !money_add (amounts->total_minor, net_minor, &amounts->total_minor)
      || !money_add (amounts->total_minor, instant->tax_minor, &amounts->total_minor)
      || !money_add (amounts->discount_minor, instant->discount_minor, &amounts->discount_minor)
      || !money_add (amounts->tax_minor, instant->tax_minor, &amounts->tax_minor))
    return fail (error);
  return TRUE;
}

static gboolean
is_usage (const struct invoice_line *line)
{
  return strcmp (line->kind, "usage") == 0 || strcmp (line->kind, "spending") == 0;
}

/* The line at each of its instants: `often` times. */
static gboolean
add_fees (const struct draft_view *first, const struct estimate_bill *bill, struct estimate_amounts *amounts, GError **error)
{
  for (gsize i = 0; i < first->line_count; i++) {
    const struct invoice_line *line = &first->lines[i];
    gint64 often = is_usage (line) ? 1 : MAX (bill->counts[i], 1);
    gint64 *sum = is_usage (line) ? &amounts->usage_minor : &amounts->fees_minor;
    for (gint64 n = 0; n < often; n++)
      if (!money_add (*sum, line->amount_minor, sum))
        return fail (error);
  }
  return TRUE;
}

/* How many instants there are: each count divides the largest. 0: they do not. */
static gint64
count_instants (const struct estimate_bill *bill, gsize line_count)
{
  gint64 most = 1;
  for (gsize i = 0; i < line_count; i++)
    most = MAX (most, bill->counts[i]);
  for (gsize i = 0; i < line_count; i++)
    if (bill->counts[i] == 0 || most % bill->counts[i] != 0)
      return 0;
  return most;
}

/* Instant k bears every line whose turn it is. */
static gboolean
bill_later (const struct estimate_bill *bill, const struct draft_view *first, gint64 k, gint64 instants, struct estimate_amounts *amounts,
            GError **error)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line));
  struct instant instant = { .lines = lines };
  for (gsize i = 0; i < first->line_count; i++) {
    struct invoice_line line = first->lines[i];
    line.discount_minor = 0;
    line.discounts = NULL;
    if (k % (instants / bill->counts[i]) == 0)
      g_array_append_val (lines, line);
  }
  GStringChunk *text = g_string_chunk_new (1024);
  const struct discount_draft draft = { .due_us = k, .currency = bill->currency, .lines = (struct invoice_line *) (gpointer) lines->data,
                                        .count = lines->len, .text = text };
  gboolean done = (bill->rules == NULL || discount_apply (bill->rules, &draft, error)) && add_up (&instant, error)
                  && tax_instant (bill, &instant, NULL, error) && add_instant (&instant, amounts, error);
  g_string_chunk_free (text);
  return done;
}

gboolean
estimate_bill (const struct estimate_bill *bill, struct estimate_amounts *ret, GArray *taxes, GError **error)
{
  const struct draft_rules rules = { .apply_discounts = bill->rules == NULL ? NULL : discount_apply, .discounts = bill->rules };
  struct estimate_amounts amounts = { .has_total = TRUE };
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line));
  struct instant instant = { .lines = lines };
  draft_sheet_join (bill->sheet);
  if (!draft_sheet_close (bill->sheet, &rules, error))
    return FALSE;
  struct draft_view first = { .line_count = 0 };
  if (draft_count (bill->sheet) > 0)
    first = draft_at (bill->sheet, 0);
  if (first.line_count > 0)
    g_array_append_vals (lines, first.lines, (guint) first.line_count);
  if (!add_up (&instant, error) || !tax_instant (bill, &instant, taxes, error) || !add_instant (&instant, &amounts, error)
      || !add_fees (&first, bill, &amounts, error))
    return FALSE;
  gint64 instants = count_instants (bill, first.line_count);
  amounts.has_total = instants > 0;
  for (gint64 k = 1; k < instants; k++)
    if (!bill_later (bill, &first, k, instants, &amounts, error))
      return FALSE;
  *ret = amounts;
  return TRUE;
}
