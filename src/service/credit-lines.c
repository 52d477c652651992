/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left of the lines of an issued invoice. */
#include "service/credit-lines.h"

#include "base/error.h"
#include "core/money.h"
#include "service/amount.h"
#include "store/credit-note.h"

#include <string.h>

struct credit_lines {
  char *number; /* of the invoice */
  const struct currency *currency;
  gint64 left_minor;
  GArray *lines; /* struct creditable */
  GStringChunk *text;
  GPtrArray *owned; /* arrays of taxes */
};

void
credit_lines_free (struct credit_lines *lines)
{
  if (lines == NULL)
    return;
  g_free (lines->number);
  g_array_unref (lines->lines);
  g_string_chunk_free (lines->text);
  g_ptr_array_unref (lines->owned);
  g_free (lines);
}

gsize
credit_lines_count (const struct credit_lines *lines)
{
  return lines->lines->len;
}

const struct creditable *
credit_lines_at (const struct credit_lines *lines, gsize index)
{
  return &g_array_index (lines->lines, struct creditable, index);
}

gint64
credit_lines_left (const struct credit_lines *lines)
{
  return lines->left_minor;
}

/* --- Loading --- */

/* Before they are known by number. */
struct read_taxes {
  const struct credit_lines *lines;
  GArray *taxes; /* struct line_tax */
};

static gboolean
read_tax (const struct line_tax *tax, void *data, GError **error)
{
  struct read_taxes *read = data;
  struct line_tax copy = *tax;
  (void) error;
  copy.code = g_string_chunk_insert_const (read->lines->text, tax->code);
  copy.kind = g_string_chunk_insert_const (read->lines->text, tax->kind);
  copy.percent = g_string_chunk_insert_const (read->lines->text, tax->percent);
  g_array_append_val (read->taxes, copy);
  return TRUE;
}

static gboolean
add_line (const struct invoice_line *line, void *data, GError **error)
{
  struct credit_lines *lines = data;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (struct line_tax));
  struct read_taxes read = { lines, found };
  if (!line_taxes_each (line->taxes, read_tax, &read, error))
    return FALSE;
  struct creditable creditable = {
    .position = line->position,
    .kind = g_string_chunk_insert_const (lines->text, line->kind),
    .description = g_string_chunk_insert (lines->text, line->description),
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .line = { .price = line->amount_minor - line->discount_minor, .taxes = g_new0 (struct credit_tax, found->len), .tax_count = found->len },
    .taxes = g_memdup2 (found->data, found->len * sizeof (struct line_tax)),
  };
  g_ptr_array_add (lines->owned, creditable.line.taxes);
  g_ptr_array_add (lines->owned, creditable.taxes);
  for (gsize i = 0; i < found->len; i++)
    creditable.line.taxes[i] = (struct credit_tax){
      .amount = creditable.taxes[i].tax_minor,
      .base = creditable.taxes[i].base_minor,
      .on_top = strcmp (creditable.taxes[i].kind, "exclusive") == 0,
    };
  g_array_append_val (lines->lines, creditable);
  return TRUE;
}

static struct creditable *
find_line (const struct credit_lines *lines, gint64 position)
{
  for (guint i = 0; i < lines->lines->len; i++) {
    struct creditable *creditable = &g_array_index (lines->lines, struct creditable, i);
    if (creditable->position == position)
      return creditable;
  }
  return NULL;
}

static gboolean
take_off_tax (const struct line_tax *credited, void *data, GError **error)
{
  struct creditable *creditable = data;
  (void) error;
  for (gsize i = 0; i < creditable->line.tax_count; i++)
    if (strcmp (creditable->taxes[i].code, credited->code) == 0) {
      creditable->line.taxes[i].credited += credited->tax_minor;
      creditable->line.taxes[i].base_credited += credited->base_minor;
    }
  return TRUE;
}

static gboolean
take_off_credited (const struct credit_note_line *credited, void *data, GError **error)
{
  const struct credit_lines *lines = data;
  struct creditable *creditable = find_line (lines, credited->invoice_position);
  if (creditable == NULL)
    return error_set (error, ERROR_LEDGER, "a credit note of invoice %s credits a line that it does not have", lines->number);
  creditable->line.credited += credited->amount_minor;
  return line_taxes_each (credited->taxes, take_off_tax, creditable, error);
}

static gboolean
does_not_fit (const struct credit_lines *lines, GError **error)
{
  return error_set (error, ERROR_FAILED, "what is credited of invoice %s does not fit 64 bits of minor units", lines->number);
}

gboolean
credit_lines_load (struct ledger *ledger, const struct invoice *invoice, struct credit_lines **ret, GError **error)
{
  g_autoptr (credit_lines_t) lines = g_new0 (struct credit_lines, 1);
  lines->number = g_strdup (invoice->number);
  lines->currency = currency_find (invoice->currency);
  lines->lines = g_array_new (FALSE, FALSE, sizeof (struct creditable));
  lines->text = g_string_chunk_new (1024);
  lines->owned = g_ptr_array_new_with_free_func (g_free);
  if (!invoice_each_line (ledger, invoice->id, add_line, lines, error)
      || !credit_note_each_credited (ledger, invoice->id, take_off_credited, lines, error))
    return FALSE;
  for (guint i = 0; i < lines->lines->len; i++) {
    gint64 left_minor = 0;
    if (!credit_left (&g_array_index (lines->lines, struct creditable, i).line, &left_minor)
        || !money_add (lines->left_minor, left_minor, &lines->left_minor))
      return does_not_fit (lines, error);
  }
  *ret = g_steal_pointer (&lines);
  return TRUE;
}

/* --- Choosing --- */

static gboolean
refuse_line (const struct credit_lines *lines, const struct creditable *creditable, gint64 wanted_minor, GError **error)
{
  gint64 left_minor = creditable->line.price - creditable->line.credited;
  g_autofree char *wanted = money_words (wanted_minor, lines->currency);
  g_autofree char *left = money_words (left_minor, lines->currency);
  if (creditable->line.price < 0)
    error_set (error, ERROR_REFUSED, "line %" G_GINT64_FORMAT " of invoice %s gives back %s already", creditable->position, lines->number,
               left);
  else if (left_minor == 0)
    error_set (error, ERROR_REFUSED, "nothing is left of line %" G_GINT64_FORMAT " of invoice %s to be credited", creditable->position,
               lines->number);
  else if (wanted_minor <= 0)
    return error_set (error, ERROR_USAGE, "%s of line %" G_GINT64_FORMAT ": what is credited is above zero", wanted, creditable->position);
  else
    error_set (error, ERROR_REFUSED, "%s are more than the %s that are left of line %" G_GINT64_FORMAT " of invoice %s", wanted, left,
               creditable->position, lines->number);
  return error_add_hint (error, "`billctl invoice show %s` has the lines, --all credits all that is left", lines->number);
}

/* "2" or "2=10.00". */
static gboolean
choose_line (struct credit_lines *lines, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *number = equals == NULL ? g_strdup (text) : g_strndup (text, (gsize) (equals - text));
  gint64 position = 0, amount_minor = 0;
  if (!g_ascii_string_to_signed (number, 10, 1, G_MAXINT64, &position, NULL)) {
    error_set (error, ERROR_USAGE, "'%s' does not begin with the number of a line", text);
    return error_add_hint (error, "--line 2 for what is left of it, --line 2=10.00 for so much of its price");
  }
  struct creditable *creditable = find_line (lines, position);
  if (creditable == NULL)
    return error_set (error, ERROR_NOT_FOUND, "invoice %s has no line %" G_GINT64_FORMAT ": its last one is %u", lines->number, position,
                      lines->lines->len);
  if (creditable->line.now != 0)
    return error_set (error, ERROR_USAGE, "line %" G_GINT64_FORMAT " is named twice", position);
  if (equals != NULL && !amount_parse ("amount", equals + 1, lines->currency, &amount_minor, error))
    return FALSE;
  if (equals == NULL)
    amount_minor = creditable->line.price - creditable->line.credited;
  return (amount_minor > 0 && credit_price (&creditable->line, amount_minor)) || refuse_line (lines, creditable, amount_minor, error);
}

static void
choose_all (struct credit_lines *lines)
{
  for (guint i = 0; i < lines->lines->len; i++)
    credit_rest (&g_array_index (lines->lines, struct creditable, i).line);
}

/* Over the lines that are above zero; those below are only credited with all the rest. */
static gboolean
choose_amount (struct credit_lines *lines, const char *text, GError **error)
{
  gint64 amount_minor = 0;
  guint count = lines->lines->len;
  g_autofree gint64 *weights = g_new0 (gint64, count), *parts = g_new0 (gint64, count);
  if (!amount_parse ("amount", text, lines->currency, &amount_minor, error))
    return FALSE;
  if (amount_minor <= 0)
    return error_set (error, ERROR_USAGE, "amount '%s': what is credited is above zero", text);
  if (amount_minor > lines->left_minor) {
    g_autofree char *wanted = money_words (amount_minor, lines->currency);
    g_autofree char *left = money_words (lines->left_minor, lines->currency);
    return error_set (error, ERROR_REFUSED, "%s are more than the %s that are left of invoice %s", wanted, left, lines->number);
  }
  if (amount_minor == lines->left_minor) {
    choose_all (lines);
    return TRUE;
  }
  for (guint i = 0; i < count; i++)
    if (!credit_left (&g_array_index (lines->lines, struct creditable, i).line, &weights[i]))
      return does_not_fit (lines, error);
    else
      weights[i] = MAX (weights[i], 0);
  if (!money_distribute (amount_minor, weights, count, parts))
    return does_not_fit (lines, error);
  for (guint i = 0; i < count; i++)
    if (parts[i] > 0 && !credit_amount (&g_array_index (lines->lines, struct creditable, i).line, parts[i]))
      return does_not_fit (lines, error);
  return TRUE;
}

gboolean
credit_lines_choose (struct credit_lines *lines, const struct credit_choice *choice, GError **error)
{
  int ways = (choice->lines[0] != NULL) + (choice->amount != NULL) + choice->all;
  if (ways != 1) {
    error_set (error, ERROR_USAGE, ways == 0 ? "it is not said what to credit" : "--line, --amount and --all: only one of them");
    return error_add_hint (error, "--line N for lines, --amount AMOUNT for an amount with its taxes, --all for all that is left");
  }
  if (lines->left_minor <= 0)
    return error_set (error, ERROR_REFUSED, "nothing is left of invoice %s to be credited", lines->number);
  if (choice->all)
    choose_all (lines);
  if (choice->amount != NULL)
    return choose_amount (lines, choice->amount, error);
  for (gsize i = 0; choice->lines[i] != NULL; i++)
    if (!choose_line (lines, choice->lines[i], error))
      return FALSE;
  return TRUE;
}

/* --- What is taken --- */

gboolean
credit_lines_sum (const struct credit_lines *lines, struct credit_sums *ret, GError **error)
{
  struct credit_sums sums = { 0 };
  for (guint i = 0; i < lines->lines->len; i++) {
    const struct credit_line *line = &g_array_index (lines->lines, struct creditable, i).line;
    gint64 now_minor = 0;
    if (!money_add (sums.subtotal_minor, line->now, &sums.subtotal_minor) || !credit_now (line, &now_minor)
        || !money_add (sums.total_minor, now_minor, &sums.total_minor))
      return does_not_fit (lines, error);
    for (gsize k = 0; k < line->tax_count; k++)
      if (!money_add (sums.tax_minor, line->taxes[k].now, &sums.tax_minor))
        return does_not_fit (lines, error);
  }
  if (sums.total_minor > lines->left_minor) {
    g_autofree char *wanted = money_words (sums.total_minor, lines->currency);
    g_autofree char *left = money_words (lines->left_minor, lines->currency);
    return error_set (error, ERROR_REFUSED, "%s are more than the %s that are left of invoice %s", wanted, left, lines->number);
  }
  *ret = sums;
  return TRUE;
}

char *
creditable_taxes_json (const struct creditable *creditable)
{
  g_autoptr (GString) out = g_string_new (NULL);
  for (gsize i = 0; i < creditable->line.tax_count; i++) {
    struct line_tax tax = creditable->taxes[i];
    tax.tax_minor = creditable->line.taxes[i].now;
    tax.base_minor = creditable->line.taxes[i].base_now;
    line_tax_append (out, &tax);
  }
  return out->len == 0 ? NULL : g_string_free (g_string_append_c (g_steal_pointer (&out), ']'), FALSE);
}
