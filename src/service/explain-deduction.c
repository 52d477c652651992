/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discounts and taxes as nodes: on each line, and all of an invoice. */
#include "service/explain-private.h"

#include "base/error.h"
#include "core/money.h"
#include "service/coupon.h"
#include "service/discount.h"
#include "service/plan-words.h"
#include "service/tax.h"

#include <string.h>

/* --- Discounts --- */

struct discounting {
  struct explainer *explainer;
  const struct invoice_line *line;
  struct explain_node *parent;
  GHashTable *nodes; /* redemption id -> struct explain_node, below the parent; NULL: one line alone */
  GError **error;
};

static gboolean
say_coupon (struct discounting *work, const struct line_discount *discount, struct explain_node *node, GError **error)
{
  g_autoptr (redeemed_t) redeemed = NULL;
  if (!redemption_row_copy (work->explainer->ledger, discount->redemption_id, work->explainer->invoice->billed_at_us, &redeemed, error))
    return FALSE;
  explain_fact (node, "coupon", discount->coupon);
  explain_fact_integer (node, "redemption", discount->redemption_id);
  if (redeemed == NULL)
    return TRUE;
  g_autofree char *what = coupon_discount_words (redeemed->terms), *lasts = coupon_duration_words (redeemed->terms);
  g_autofree char *covers = coupon_cover_words (redeemed->terms);
  explain_node_say (node, "%s off, %s, %s%s", what, lasts, *covers == '\0' ? "every line" : "for ", covers);
  explain_node_say (node, "taken before taxes, rounded once and spread over the lines above zero; the parts add up by largest remainder");
  return TRUE;
}

static struct explain_node *
coupon_node (struct discounting *work, const struct line_discount *discount, GError **error)
{
  struct explain_node *node = g_hash_table_lookup (work->nodes, &discount->redemption_id);
  if (node != NULL)
    return node;
  node = explain_node_add (work->parent, EXPLAIN_DISCOUNT, g_strdup_printf ("coupon %s", discount->coupon));
  node->adds = TRUE;
  explain_node_set_amount (node, 0);
  g_hash_table_insert (work->nodes, g_memdup2 (&discount->redemption_id, sizeof discount->redemption_id), node);
  return say_coupon (work, discount, node, error) ? node : NULL;
}

/* On a line it is said beside its amount, of which it is no part. */
static gboolean
add_discount (const struct line_discount *discount, void *data, GError **error)
{
  struct discounting *work = data;
  const struct invoice_line *line = work->line;
  struct explain_node *parent = work->nodes == NULL ? work->parent : coupon_node (work, discount, error);
  if (parent == NULL)
    return FALSE;
  const char *back = line->role == LINE_UNUSED ? ", given back with the unused part" : "";
  struct explain_node *node = explain_node_add (
    parent, EXPLAIN_DISCOUNT, work->nodes == NULL ? g_strdup_printf ("coupon %s%s", discount->coupon, back)
                                                  : g_strdup_printf ("line %" G_GINT64_FORMAT ", %s%s", line->position, line->description, back));
  node->position = line->position;
  node->adds = work->nodes != NULL;
  explain_node_set_amount (node, -discount->amount_minor);
  explain_fact (node, "coupon", discount->coupon);
  explain_fact_integer (node, "redemption", discount->redemption_id);
  return work->nodes == NULL || money_subtract (parent->amount_minor, discount->amount_minor, &parent->amount_minor)
         || error_set (error, ERROR_LEDGER, "what coupon %s takes off does not fit", discount->coupon);
}

gboolean
explain_discounts (struct explainer *explainer, struct explain_node *total, GError **error)
{
  g_autoptr (GHashTable) nodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  struct discounting work = { .explainer = explainer, .nodes = nodes };
  if (explainer->invoice->discount_minor == 0)
    return TRUE;
  work.parent = explain_node_add (total, EXPLAIN_DISCOUNTS, g_strdup ("discounts"));
  work.parent->adds = TRUE;
  explain_node_set_amount (work.parent, -explainer->invoice->discount_minor);
  for (guint i = 0; i < explainer->lines->len; i++) {
    work.line = &g_array_index (explainer->lines, struct invoice_line, i);
    if (!line_discounts_each (work.line->discounts, add_discount, &work, error))
      return FALSE;
  }
  for (guint i = 0; i < work.parent->children->len; i++)
    explain_node_sum_amounts (g_ptr_array_index (work.parent->children, i));
  explain_node_sum_amounts (work.parent);
  return TRUE;
}

/* --- Taxes --- */

struct taxing {
  struct explainer *explainer;
  const struct invoice_line *line;
  struct explain_node *parent;
  const struct invoice_tax *rate; /* NULL: all rates, on one line alone */
};

static gboolean
is_percentage (const char *kind)
{
  return strcmp (kind, "exclusive") == 0 || strcmp (kind, "inclusive") == 0;
}

static char *
kind_words (const char *kind)
{
  if (strcmp (kind, "reverse_charge") == 0)
    return g_strdup ("reverse charge: the customer accounts for it");
  if (strcmp (kind, "exempt") == 0)
    return g_strdup ("exempt: not taxed");
  return strcmp (kind, "zero") == 0 ? g_strdup ("taxed at nothing") : g_strdup (kind);
}

static gboolean
add_line_tax (const struct line_tax *tax, void *data, GError **error)
{
  const struct taxing *work = data;
  const struct currency *currency = work->explainer->currency;
  g_autofree char *base = amount_words (tax->base_minor, currency);
  (void) error;
  if (work->rate != NULL && strcmp (work->rate->code, tax->code) != 0)
    return TRUE;
  gboolean alone = work->rate == NULL;
  g_autofree char *percent = is_percentage (tax->kind) ? g_strdup_printf (" %s %%%s", tax->percent, strcmp (tax->kind, "inclusive") == 0 ? ", inside the price," : "")
                                                       : g_strdup ("");
  struct explain_node *node = explain_node_add (
    work->parent, EXPLAIN_TAX, alone ? g_strdup_printf ("tax %s%s on %s", tax->code, percent, base)
                                     : g_strdup_printf ("line %" G_GINT64_FORMAT ", %s: on %s", work->line->position, work->line->description, base));
  node->position = work->line->position;
  node->adds = !alone;
  explain_node_set_amount (node, tax->tax_minor);
  explain_fact (node, "code", tax->code);
  explain_fact (node, "kind", tax->kind);
  explain_fact (node, "percent", tax->percent);
  explain_fact_integer (node, "base", tax->base_minor);
  return TRUE;
}

/* base x percent, where one rounding of it gives what stands there; otherwise the lines were rounded each by itself, or the rate is one of
 * several inside the same price. */
static void
say_rounding (struct explain_node *node, const struct invoice_tax *tax, const struct currency *currency)
{
  struct decimal percent, fraction, base = money_to_decimal (tax->base_minor, currency);
  struct exact exact;
  gint64 rounded_minor = 0;
  if (strcmp (tax->kind, "exclusive") != 0 || decimal_parse (tax->percent, strlen (tax->percent), &percent) != DECIMAL_OK
      || decimal_from_percent (percent, &fraction) != DECIMAL_OK || !exact_product (base, fraction, &exact)
      || !exact_round (&exact, RATIO_ONE, currency->digits, &rounded_minor))
    return;
  g_autofree char *unrounded = explain_exact_words (&exact), *amount = amount_words (tax->tax_minor, currency), *of = amount_words (tax->base_minor, currency);
  explain_fact (node, "unrounded", unrounded);
  if (rounded_minor == tax->tax_minor)
    explain_node_say (node, "%s x %s %% = %s, rounded once, half away from zero: %s", of, tax->percent, unrounded, amount);
  else
    explain_node_say (node, "%s x %s %% = %s; each line is rounded by itself, half away from zero, in all %s", of, tax->percent, unrounded, amount);
}

static void
say_inclusive (struct explain_node *node, const struct invoice_tax *tax, const struct currency *currency)
{
  gint64 gross_minor = 0;
  if (!money_add (tax->base_minor, tax->tax_minor, &gross_minor))
    return;
  g_autofree char *amount = amount_words (tax->tax_minor, currency), *base = amount_words (tax->base_minor, currency);
  explain_node_say (node, "is inside the prices, and not added: %s of them is this tax, on %s without it", amount, base);
}

static gboolean
add_tax (struct explainer *explainer, struct explain_node *total, const struct invoice_tax *tax, GError **error)
{
  gboolean inside = strcmp (tax->kind, "inclusive") == 0;
  g_autofree char *base = amount_words (tax->base_minor, explainer->currency);
  struct explain_node *node = explain_node_add (total, EXPLAIN_TAX, is_percentage (tax->kind) ? g_strdup_printf ("%s %s %% on %s", tax->name, tax->percent, base)
                                                                                              : g_strdup_printf ("%s on %s", tax->name, base));
  node->adds = strcmp (tax->kind, "exclusive") == 0;
  explain_node_set_amount (node, tax->tax_minor);
  explain_fact (node, "code", tax->code);
  explain_fact (node, "kind", tax->kind);
  explain_fact (node, "percent", tax->percent);
  explain_fact (node, "country", tax->country);
  explain_fact_integer (node, "base", tax->base_minor);
  if (inside)
    say_inclusive (node, tax, explainer->currency);
  else if (is_percentage (tax->kind))
    say_rounding (node, tax, explainer->currency);
  else {
    g_autofree char *words = kind_words (tax->kind);
    explain_node_say (node, "%s", words);
  }
  struct taxing work = { .explainer = explainer, .parent = node, .rate = tax };
  for (guint i = 0; i < explainer->lines->len; i++) {
    work.line = &g_array_index (explainer->lines, struct invoice_line, i);
    if (!line_taxes_each (work.line->taxes, add_line_tax, &work, error))
      return FALSE;
  }
  if (node->children->len > 1)
    explain_node_say (node, "the parts of the lines add up to it by largest remainder");
  explain_node_sum_amounts (node);
  return TRUE;
}

gboolean
explain_taxes (struct explainer *explainer, struct explain_node *total, GError **error)
{
  for (guint i = 0; i < explainer->taxes->len; i++)
    if (!add_tax (explainer, total, &g_array_index (explainer->taxes, struct invoice_tax, i), error))
      return FALSE;
  return TRUE;
}

gboolean
explain_deductions (struct explainer *explainer, const struct invoice_line *line, struct explain_node *node, GError **error)
{
  struct discounting discounts = { .explainer = explainer, .line = line, .parent = node };
  struct taxing taxes = { .explainer = explainer, .line = line, .parent = node };
  return line_discounts_each (line->discounts, add_discount, &discounts, error) && line_taxes_each (line->taxes, add_line_tax, &taxes, error);
}
