/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing up the invoices of one customer. */
#include "service/draft.h"

#include "base/error.h"
#include "core/money.h"
#include "service/derivation.h"
#include "service/plan-words.h"
#include "store/ledger.h"

#include <string.h>

static const char *const kind_names[] = { "base", "quantity", "addon", "usage", "spending", "one_off" };

const char *
line_kind_name (enum line_kind kind)
{
  return kind_names[kind];
}

struct entry {
  gint64 due_us;
  const struct currency *currency;
  const char *scope;
  gint64 sequence; /* in the order of being added: sorting is stable */
  struct invoice_line line;
};

struct draft {
  gint64 due_us;
  const struct currency *currency;
  const char *scope;
  gint64 subtotal_minor;
  gint64 discount_minor;
  struct taxed_result taxed;
  gint64 total_minor;
  gsize first;
  gsize count;
  gsize first_tax;
  gsize tax_count;
};

struct draft_sheet {
  GStringChunk *text;
  GString *scratch;
  GArray *entries; /* struct entry, until closed */
  GArray *lines;   /* struct invoice_line, after that */
  GArray *drafts;  /* struct draft */
  GArray *taxes;   /* struct invoice_tax, of all drafts */
};

struct draft_sheet *
draft_sheet_new (void)
{
  struct draft_sheet *sheet = g_new0 (struct draft_sheet, 1);
  sheet->text = g_string_chunk_new (8192);
  sheet->scratch = g_string_sized_new (512);
  sheet->entries = g_array_new (FALSE, FALSE, sizeof (struct entry));
  sheet->lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line));
  sheet->drafts = g_array_new (FALSE, FALSE, sizeof (struct draft));
  sheet->taxes = g_array_new (FALSE, FALSE, sizeof (struct invoice_tax));
  return sheet;
}

void
draft_sheet_free (struct draft_sheet *sheet)
{
  if (sheet == NULL)
    return;
  g_string_chunk_free (sheet->text);
  g_string_free (sheet->scratch, TRUE);
  g_array_unref (sheet->entries);
  g_array_unref (sheet->lines);
  g_array_unref (sheet->drafts);
  g_array_unref (sheet->taxes);
  g_free (sheet);
}

void
draft_sheet_clear (struct draft_sheet *sheet)
{
  g_string_chunk_clear (sheet->text);
  g_array_set_size (sheet->entries, 0);
  g_array_set_size (sheet->lines, 0);
  g_array_set_size (sheet->drafts, 0);
  g_array_set_size (sheet->taxes, 0);
}

static const char *
keep (struct draft_sheet *sheet, const char *text)
{
  return g_string_chunk_insert (sheet->text, text);
}

static const char *
keep_decimal (struct draft_sheet *sheet, struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  return keep (sheet, text);
}

/* With at least the decimals of the currency: "10.00", "0.002". */
static const char *
keep_price (struct draft_sheet *sheet, struct decimal price, const struct currency *currency)
{
  g_autofree char *text = unit_price_words (price, currency);
  return keep (sheet, text);
}

static const char *
keep_role (struct draft_sheet *sheet, enum line_role role, const char *description)
{
  static const char *const prefixes[] = { "", "Unused: ", "Remaining: ", "Late: " };
  if (role == LINE_REGULAR)
    return keep (sheet, description);
  g_autofree char *text = g_strconcat (prefixes[role], description, NULL);
  return keep (sheet, text);
}

static const char *
keep_exact (struct draft_sheet *sheet, const struct exact *value)
{
  char text[EXACT_TEXT_SIZE];
  exact_format (value, text);
  return keep (sheet, text);
}

static gboolean
does_not_fit (const struct line_place *place, const char *what, GError **error)
{
  return error_set (error, ERROR_FAILED, "%s of plan %s: the amount does not fit", what, place->plan->code);
}

/* Completes a line with its period, its one rounding and its derivation, and adds it. */
static gboolean
add_line (struct draft_sheet *sheet, const struct line_place *place, struct invoice_line *line, const struct exact *amount, GError **error)
{
  if (!exact_round (amount, place->ratio, place->plan->currency->digits, &line->amount_minor))
    return does_not_fit (place, line->code, error);
  line->subscription_id = place->subscription_id;
  line->phase = place->phase;
  line->role = place->role;
  line->plan_version_id = place->plan->version_id;
  line->period_index = place->period_index;
  line->period_start_us = place->period.from_us;
  line->period_end_us = place->period.to_us;
  line->exact_amount = keep_exact (sheet, amount);
  if (place->ratio.numerator != place->ratio.denominator) {
    char ratio[48];
    g_snprintf (ratio, sizeof ratio, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, place->ratio.numerator, place->ratio.denominator);
    line->ratio = keep (sheet, ratio);
  }
  line->derivation = keep (sheet, sheet->scratch->str);
  struct entry entry = {
    .due_us = place->due_us,
    .currency = place->plan->currency,
    .scope = place->scope == NULL || *place->scope == '\0' ? "" : keep (sheet, place->scope),
    .sequence = sheet->entries->len,
    .line = *line,
  };
  g_array_append_val (sheet->entries, entry);
  return TRUE;
}

/* Takes a discount off, exactly. */
static gboolean
take_off (struct decimal discount, struct exact *amount)
{
  struct decimal rest;
  return decimal_sign (discount) == 0
         || (decimal_subtract (decimal_from_int64 (1), discount, &rest) == DECIMAL_OK && exact_multiply (amount, rest, amount));
}

gboolean
draft_add_fee (struct draft_sheet *sheet, const struct line_place *place, const struct fee_line *fee, GError **error)
{
  struct decimal billable;
  if (decimal_subtract (fee->count, fee->included, &billable) != DECIMAL_OK)
    return does_not_fit (place, fee->code, error);
  if (decimal_sign (billable) < 0)
    billable = DECIMAL_ZERO;
  struct exact amount, none = exact_zero ();
  if (!exact_product (billable, fee->unit_price, &amount) || !take_off (place->plan->discount, &amount)
      || (place->role == LINE_UNUSED && !exact_subtract (&none, &amount, &amount)))
    return does_not_fit (place, fee->code, error);
  if (decimal_sign (fee->unit_price) == 0 || decimal_sign (fee->count) == 0)
    return TRUE;
  struct invoice_line line = {
    .kind = kind_names[fee->kind],
    .code = fee->code,
    .description = keep_role (sheet, place->role, fee->description),
    .quantity = keep_decimal (sheet, fee->count),
    .unit_price = keep_price (sheet, fee->unit_price, place->plan->currency),
    .category = fee->category,
  };
  derivation_of_fee (sheet->scratch, place, fee, billable);
  return add_line (sheet, place, &line, &amount, error);
}

/* The quantity in billed units, the steps of its price, and the exact amount. */
struct rated {
  struct decimal quantity;
  struct price_result result;
  struct exact amount;
};

static gboolean
rate (const struct line_place *place, const struct usage_line *usage, struct rated *ret, GError **error)
{
  struct usage_total total = usage->bucket->total;
  if (conversion_apply (usage->conversion, usage->bucket->total.quantity, &total.quantity) != DECIMAL_OK)
    return does_not_fit (place, usage->code, error);
  switch (price_rate (&usage->rate->price, &total, &ret->result)) {
    case PRICE_OK:
      break;
    case PRICE_OVERFLOW:
      return does_not_fit (place, usage->code, error);
    default:
      return error_set (error, ERROR_LEDGER, "charge %s of plan %s has a price that is not well formed", usage->code, place->plan->code);
  }
  ret->quantity = total.quantity;
  ret->amount = ret->result.amount;
  return take_off (usage->discount, &ret->amount) || does_not_fit (place, usage->code, error);
}

gboolean
draft_rate_usage (const struct line_place *place, const struct usage_line *usage, struct late_side *ret, GError **error)
{
  struct rated rated;
  if (!rate (place, usage, &rated, error))
    return FALSE;
  ret->quantity = rated.quantity;
  return exact_round (&rated.amount, RATIO_ONE, place->plan->currency->digits, &ret->amount_minor) || does_not_fit (place, usage->code, error);
}

static const char *
unit_price_of (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage)
{
  enum price_model model = usage->rate->price.model;
  gboolean has = model == PRICE_PER_UNIT || model == PRICE_PACKAGE;
  return has ? keep_price (sheet, usage->rate->price.unit_price, place->plan->currency) : NULL;
}

gboolean
draft_add_part (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage, const struct usage_part *part,
                GError **error)
{
  struct rated rated;
  if (!rate (place, usage, &rated, error))
    return FALSE;
  const char *value = part->share->value;
  g_autofree char *description = *value == '\0' ? g_strdup_printf ("%s, without %s", usage->description, part->property)
                                                : g_strdup_printf ("%s, %s %s", usage->description, part->property, value);
  struct invoice_line line = {
    .kind = kind_names[LINE_USAGE],
    .code = usage->code,
    .metric_id = usage->metric_id,
    .description = keep (sheet, description),
    .quantity = keep_decimal (sheet, part->share->quantity),
    .unit_price = unit_price_of (sheet, place, usage),
    .category = usage->category,
  };
  struct exact amount = exact_from_decimal (money_to_decimal (part->amount_minor, place->plan->currency));
  derivation_of_usage (sheet->scratch, place, usage, rated.quantity, &rated.result);
  g_autofree char *now = g_strdup (sheet->scratch->str);
  derivation_of_part (sheet->scratch, place, usage, part, now);
  return add_line (sheet, place, &line, &amount, error);
}

gboolean
draft_add_step (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage, const struct usage_step *step,
                GError **error)
{
  struct rated rated;
  if (!rate (place, usage, &rated, error))
    return FALSE;
  derivation_of_usage (sheet->scratch, place, usage, rated.quantity, &rated.result);
  g_autofree char *now = g_strdup (sheet->scratch->str);
  const struct late_line line = {
    .kind = kind_names[LINE_USAGE],
    .code = usage->code,
    .description = usage->description,
    .metric = usage->metric,
    .metric_id = usage->metric_id,
    .filter = usage->rate->code,
    .group = "",
    .bound = "",
    .unit_price = unit_price_of (sheet, place, usage),
    .category = usage->category,
    .in_advance = TRUE,
    .event = step->event,
    .before = step->before,
    .after = step->after,
    .now = now,
  };
  return draft_add_late (sheet, place, &line, error);
}

gboolean
draft_add_usage (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage, GError **error)
{
  struct rated rated;
  if (!rate (place, usage, &rated, error))
    return FALSE;
  gboolean is_estimate = place->estimated_from.to_us > place->estimated_from.from_us;
  g_autofree char *description = g_strconcat (usage->description, is_estimate ? " (estimate)" : "", NULL);
  struct invoice_line line = {
    .kind = kind_names[LINE_USAGE],
    .code = usage->code,
    .metric_id = usage->metric_id,
    .description = keep (sheet, description),
    .quantity = keep_decimal (sheet, rated.quantity),
    .unit_price = unit_price_of (sheet, place, usage),
    .category = usage->category,
  };
  derivation_of_usage (sheet->scratch, place, usage, rated.quantity, &rated.result);
  return add_line (sheet, place, &line, &rated.amount, error);
}

void
draft_set_discount (struct draft_sheet *sheet, gint64 discount_minor, const char *discounts)
{
  struct invoice_line *line = &g_array_index (sheet->entries, struct entry, sheet->entries->len - 1).line;
  line->discount_minor = discount_minor;
  line->discounts = discounts == NULL ? NULL : keep (sheet, discounts);
  line->discount_is_set = TRUE;
}

const struct invoice_line *
draft_last_line (const struct draft_sheet *sheet, gsize mark)
{
  return sheet->entries->len == mark ? NULL : &g_array_index (sheet->entries, struct entry, sheet->entries->len - 1).line;
}

gboolean
draft_add_one_off (struct draft_sheet *sheet, const struct one_off_line *one_off, GError **error)
{
  struct exact amount;
  struct invoice_line line = {
    .subscription_id = one_off->subscription_id,
    .kind = kind_names[LINE_ONE_OFF],
    .code = keep (sheet, one_off->code),
    .description = keep (sheet, one_off->description),
    .period_index = one_off->id,
    .period_start_us = one_off->at_us,
    .period_end_us = one_off->at_us,
    .quantity = keep_decimal (sheet, one_off->quantity),
    .unit_price = keep_price (sheet, one_off->unit_price, one_off->currency),
    .category = one_off->category == NULL ? NULL : keep (sheet, one_off->category),
  };
  if (!exact_product (one_off->quantity, one_off->unit_price, &amount)
      || !exact_round (&amount, RATIO_ONE, one_off->currency->digits, &line.amount_minor))
    return error_set (error, ERROR_FAILED, "%s: the amount does not fit", one_off->description);
  line.exact_amount = keep_exact (sheet, &amount);
  derivation_of_one_off (sheet->scratch, one_off);
  line.derivation = keep (sheet, sheet->scratch->str);
  struct entry entry = {
    .due_us = one_off->due_us,
    .currency = one_off->currency,
    .scope = one_off->scope == NULL || *one_off->scope == '\0' ? "" : keep (sheet, one_off->scope),
    .sequence = sheet->entries->len,
    .line = line,
  };
  g_array_append_val (sheet->entries, entry);
  return TRUE;
}

gint64
draft_sheet_next_due (const struct draft_sheet *sheet, const char *scope, const struct currency *currency, gint64 from_us)
{
  gint64 next_us = G_MAXINT64;
  for (guint i = 0; i < sheet->entries->len; i++) {
    const struct entry *entry = &g_array_index (sheet->entries, struct entry, i);
    if (entry->due_us >= from_us && entry->due_us < next_us && entry->currency == currency && strcmp (entry->scope, scope) == 0
        && strcmp (entry->line.kind, kind_names[LINE_ONE_OFF]) != 0)
      next_us = entry->due_us;
  }
  return next_us;
}

gsize
draft_sheet_mark (const struct draft_sheet *sheet)
{
  return sheet->entries->len;
}

gboolean
draft_add_bound (struct draft_sheet *sheet, const struct line_place *place, const struct bound_line *bound, GError **error)
{
  const struct currency *currency = place->plan->currency;
  gint64 charged_minor = 0, change_minor = 0;
  enum price_bound which = PRICE_BOUND_NONE;
  for (gsize i = bound->first; i < sheet->entries->len; i++)
    if (!money_add (charged_minor, g_array_index (sheet->entries, struct entry, i).line.amount_minor, &charged_minor))
      return does_not_fit (place, bound->code, error);
  if (!price_bounds_apply (bound->bounds, place->ratio, currency->digits, charged_minor, &which, &change_minor))
    return does_not_fit (place, bound->code, error);
  if (which == PRICE_BOUND_NONE)
    return TRUE;
  gboolean least = which == PRICE_BOUND_MINIMUM, all = bound->name == NULL;
  g_autofree char *description = all ? g_strdup (least ? "Minimum spend" : "Maximum spend")
                                     : g_strconcat (bound->name, least ? ": minimum" : ": maximum", NULL);
  struct invoice_line line = {
    .kind = kind_names[all ? LINE_SPENDING : LINE_USAGE],
    .code = bound->code,
    .metric_id = bound->metric_id,
    .description = keep (sheet, description),
    .quantity = "1",
    .category = bound->category,
  };
  struct exact amount = exact_from_decimal (money_to_decimal (change_minor, currency));
  derivation_of_bound (sheet->scratch, place, bound, which, charged_minor);
  struct line_place whole = *place;
  whole.ratio = RATIO_ONE;
  return add_line (sheet, &whole, &line, &amount, error);
}

gboolean
draft_add_late (struct draft_sheet *sheet, const struct line_place *place, const struct late_line *late, GError **error)
{
  struct decimal quantity = decimal_from_int64 (1);
  gint64 change_minor = 0;
  if ((*late->bound == '\0' && decimal_subtract (late->after.quantity, late->before.quantity, &quantity) != DECIMAL_OK)
      || !money_subtract (late->after.amount_minor, late->before.amount_minor, &change_minor))
    return does_not_fit (place, late->code, error);
  struct invoice_line line = {
    .kind = keep (sheet, late->kind),
    .code = keep (sheet, late->code),
    .metric_id = late->metric_id,
    .description = keep_role (sheet, place->role, late->description),
    .quantity = keep_decimal (sheet, quantity),
    .unit_price = late->unit_price == NULL ? NULL : keep (sheet, late->unit_price),
    .category = late->category == NULL ? NULL : keep (sheet, late->category),
  };
  struct exact amount = exact_from_decimal (money_to_decimal (change_minor, place->plan->currency));
  derivation_of_late (sheet->scratch, place, late);
  return add_line (sheet, place, &line, &amount, error);
}

static gint
compare_entries (gconstpointer left, gconstpointer right)
{
  const struct entry *a = left, *b = right;
  if (a->due_us != b->due_us)
    return a->due_us < b->due_us ? -1 : 1;
  if (a->currency != b->currency)
    return strcmp (a->currency->code, b->currency->code);
  if (a->scope != b->scope && strcmp (a->scope, b->scope) != 0)
    return strcmp (a->scope, b->scope);
  return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static gboolean
belongs_to_draft (const struct draft *draft, const struct entry *entry)
{
  return draft->due_us == entry->due_us && draft->currency == entry->currency && strcmp (draft->scope, entry->scope) == 0;
}

/* The entries become lines of one draft per instant, currency and scope. */
static void
group (struct draft_sheet *sheet)
{
  struct draft *draft = NULL;
  g_array_sort (sheet->entries, compare_entries);
  for (guint i = 0; i < sheet->entries->len; i++) {
    struct entry *entry = &g_array_index (sheet->entries, struct entry, i);
    if (draft == NULL || !belongs_to_draft (draft, entry)) {
      struct draft next = { .due_us = entry->due_us, .currency = entry->currency, .scope = entry->scope, .first = i };
      g_array_append_val (sheet->drafts, next);
      draft = &g_array_index (sheet->drafts, struct draft, sheet->drafts->len - 1);
    }
    entry->line.position = (gint64) ++draft->count;
    g_array_append_val (sheet->lines, entry->line);
  }
}

static gboolean
apply_discounts (struct draft_sheet *sheet, struct draft *draft, const struct draft_rules *rules, GError **error)
{
  const struct discount_draft discounted = {
    .due_us = draft->due_us,
    .currency = draft->currency,
    .lines = &g_array_index (sheet->lines, struct invoice_line, draft->first),
    .count = draft->count,
    .text = sheet->text,
  };
  return rules->apply_discounts (rules->discounts, &discounted, error);
}

static gboolean
apply_taxes (struct draft_sheet *sheet, struct draft *draft, const struct draft_rules *rules, GError **error)
{
  const struct taxed_draft taxed = {
    .due_us = draft->due_us,
    .lines = &g_array_index (sheet->lines, struct invoice_line, draft->first),
    .count = draft->count,
    .text = sheet->text,
  };
  draft->first_tax = sheet->taxes->len;
  if (!tax_apply (rules->taxes, &taxed, sheet->taxes, &draft->taxed, error))
    return FALSE;
  draft->tax_count = sheet->taxes->len - draft->first_tax;
  return TRUE;
}

static gboolean
add_up (const struct draft_sheet *sheet, struct draft *draft, GError **error)
{
  gboolean fits = TRUE;
  for (gsize i = draft->first; i < draft->first + draft->count; i++) {
    const struct invoice_line *line = &g_array_index (sheet->lines, struct invoice_line, i);
    fits = fits && money_add (draft->subtotal_minor, line->amount_minor, &draft->subtotal_minor)
           && money_add (draft->discount_minor, line->discount_minor, &draft->discount_minor);
  }
  if (!fits || !money_subtract (draft->subtotal_minor, draft->discount_minor, &draft->total_minor)
      || !money_add (draft->total_minor, draft->taxed.added_minor, &draft->total_minor))
    return error_set (error, ERROR_FAILED, "the total of an invoice does not fit 64 bits of minor units");
  return TRUE;
}

void
draft_sheet_join (struct draft_sheet *sheet)
{
  draft_sheet_join_at (sheet, 0);
}

void
draft_sheet_join_at (struct draft_sheet *sheet, gint64 due_us)
{
  for (guint i = 0; i < sheet->entries->len; i++) {
    struct entry *entry = &g_array_index (sheet->entries, struct entry, i);
    entry->due_us = due_us;
    entry->scope = "";
  }
}

gboolean
draft_sheet_close (struct draft_sheet *sheet, const struct draft_rules *rules, GError **error)
{
  group (sheet);
  for (guint i = 0; i < sheet->drafts->len; i++) {
    struct draft *draft = &g_array_index (sheet->drafts, struct draft, i);
    if (rules != NULL && rules->apply_discounts != NULL && !apply_discounts (sheet, draft, rules, error))
      return FALSE;
    if (rules != NULL && rules->taxes != NULL && !apply_taxes (sheet, draft, rules, error))
      return FALSE;
    if (!add_up (sheet, draft, error))
      return FALSE;
  }
  return TRUE;
}

gsize
draft_count (const struct draft_sheet *sheet)
{
  return sheet->drafts->len;
}

struct draft_view
draft_at (const struct draft_sheet *sheet, gsize index)
{
  const struct draft *draft = &g_array_index (sheet->drafts, struct draft, index);
  return (struct draft_view){
    .due_us = draft->due_us,
    .currency = draft->currency,
    .scope = draft->scope,
    .subtotal_minor = draft->subtotal_minor,
    .discount_minor = draft->discount_minor,
    .tax_minor = draft->taxed.tax_minor,
    .tax_note = draft->taxed.note,
    .no_place = draft->taxed.no_place,
    .tax_count = draft->tax_count,
    .taxes = draft->tax_count == 0 ? NULL : &g_array_index (sheet->taxes, struct invoice_tax, draft->first_tax),
    .total_minor = draft->total_minor,
    .line_count = draft->count,
    .lines = &g_array_index (sheet->lines, struct invoice_line, draft->first),
  };
}

gboolean
line_figures_equal (const struct invoice_line *a, const struct invoice_line *b)
{
  return a->subscription_id == b->subscription_id && a->plan_version_id == b->plan_version_id && strcmp (a->kind, b->kind) == 0
         && strcmp (a->code, b->code) == 0 && a->metric_id == b->metric_id && a->period_index == b->period_index
         && a->period_start_us == b->period_start_us && a->period_end_us == b->period_end_us && a->amount_minor == b->amount_minor
         && strcmp (a->quantity, b->quantity) == 0 && g_strcmp0 (a->unit_price, b->unit_price) == 0
         && strcmp (a->exact_amount, b->exact_amount) == 0 && g_strcmp0 (a->ratio, b->ratio) == 0
         && g_strcmp0 (a->category, b->category) == 0 && strcmp (a->derivation, b->derivation) == 0;
}

static gboolean
deductions_equal (const struct invoice_line *a, const struct invoice_line *b)
{
  return a->discount_minor == b->discount_minor && a->tax_minor == b->tax_minor && g_strcmp0 (a->discounts, b->discounts) == 0
         && g_strcmp0 (a->taxes, b->taxes) == 0;
}

struct comparison {
  struct draft_view view;
  gsize seen;
  gboolean equal;
};

static gboolean
compare_line (const struct invoice_line *stored, void *data, GError **error)
{
  (void) error;
  struct comparison *comparison = data;
  if (comparison->seen >= comparison->view.line_count) {
    comparison->equal = FALSE;
    return TRUE;
  }
  const struct invoice_line *line = &comparison->view.lines[comparison->seen++];
  comparison->equal = comparison->equal && strcmp (stored->description, line->description) == 0 && line_figures_equal (stored, line)
                      && deductions_equal (stored, line);
  return TRUE;
}

struct tax_comparison {
  struct draft_view view;
  gsize seen;
  gboolean equal;
};

static gboolean
compare_tax (const struct invoice_tax *stored, void *data, GError **error)
{
  struct tax_comparison *comparison = data;
  (void) error;
  if (comparison->seen >= comparison->view.tax_count) {
    comparison->equal = FALSE;
    return TRUE;
  }
  const struct invoice_tax *tax = &comparison->view.taxes[comparison->seen++];
  comparison->equal = comparison->equal && strcmp (stored->code, tax->code) == 0 && strcmp (stored->name, tax->name) == 0
                      && strcmp (stored->kind, tax->kind) == 0 && strcmp (stored->percent, tax->percent) == 0
                      && g_strcmp0 (stored->country, tax->country) == 0 && stored->base_minor == tax->base_minor
                      && stored->tax_minor == tax->tax_minor;
  return TRUE;
}

/* Where there are no taxes the lines have shown it. */
static gboolean
taxes_equal (const struct draft_view *view, struct ledger *ledger, gint64 invoice_id, gboolean *ret, GError **error)
{
  struct tax_comparison comparison = { .view = *view, .equal = TRUE };
  if (view->tax_count > 0 && !invoice_each_tax (ledger, invoice_id, compare_tax, &comparison, error))
    return FALSE;
  *ret = comparison.equal && comparison.seen == view->tax_count;
  return TRUE;
}

gboolean
draft_equals_stored (const struct draft_sheet *sheet, gsize index, struct ledger *ledger, gint64 invoice_id, gboolean *ret, GError **error)
{
  struct comparison comparison = { .view = draft_at (sheet, index), .equal = TRUE };
  if (!invoice_each_line (ledger, invoice_id, compare_line, &comparison, error))
    return FALSE;
  *ret = comparison.equal && comparison.seen == comparison.view.line_count;
  return !*ret || taxes_equal (&comparison.view, ledger, invoice_id, ret, error);
}

gboolean
draft_write (const struct draft_view *view, struct ledger *ledger, const struct invoice *invoice, gint64 *ret_id, GError **error)
{
  struct invoice row = *invoice;
  row.currency = view->currency->code;
  row.billed_at_us = view->due_us;
  row.total_minor = view->total_minor;
  row.subtotal_minor = view->subtotal_minor;
  row.discount_minor = view->discount_minor;
  row.tax_minor = view->tax_minor;
  row.tax_note = view->tax_note;
  gint64 id = 0;
  if (!invoice_insert (ledger, &row, &id, error))
    return FALSE;
  for (gsize i = 0; i < view->line_count; i++) {
    struct invoice_line line = view->lines[i];
    line.invoice_id = id;
    if (!invoice_line_insert (ledger, &line, error))
      return FALSE;
  }
  for (gsize i = 0; i < view->tax_count; i++)
    if (!invoice_tax_insert (ledger, id, (gint64) i + 1, &view->taxes[i], error))
      return FALSE;
  *ret_id = id;
  return TRUE;
}
