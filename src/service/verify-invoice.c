/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invoice proved. */
#include "service/verify-invoice.h"

#include "core/currency.h"
#include "core/exact.h"
#include "core/money.h"
#include "service/verify-discounts.h"
#include "service/verify-lines.h"
#include "service/verify-taxes.h"
#include "store/invoice.h"

#include <stdlib.h>
#include <string.h>

struct proof {
  const struct invoice *invoice;
  const char *reference;
  const struct currency *currency;
  struct invoice_proof found;
  due_visit visit;
  void *data;
  GPtrArray *problems;
  gboolean fits;
  gint64 subtotal_minor, discount_minor, line_tax_minor; /* of the lines */
  gint64 tax_minor, added_minor;                         /* of the rates; what is not inside the prices */
};

static void
add (struct proof *proof, gint64 *sum_minor, gint64 minor)
{
  proof->fits = money_add (*sum_minor, minor, sum_minor) && proof->fits;
}

static gboolean
parse_ratio (const char *text, struct ratio *ret)
{
  char *end = NULL;
  *ret = RATIO_ONE;
  if (text == NULL)
    return TRUE;
  ret->numerator = g_ascii_strtoll (text, &end, 10);
  if (end == text || *end != '/')
    return FALSE;
  text = end + 1;
  ret->denominator = g_ascii_strtoll (text, &end, 10);
  return end != text && *end == '\0' && ret->denominator > 0;
}

static gboolean
prove_line (const struct invoice_line *line, void *data, GError **error)
{
  struct proof *proof = data;
  struct exact exact;
  struct ratio ratio;
  gint64 rounded_minor = 0;
  (void) error;
  if (++proof->found.lines != line->position)
    g_ptr_array_add (proof->problems, g_strdup_printf ("invoice %s lacks a line", proof->reference));
  gboolean rounds = exact_parse (line->exact_amount, strlen (line->exact_amount), &exact) && parse_ratio (line->ratio, &ratio)
                    && exact_round (&exact, ratio, proof->currency->digits, &rounded_minor) && rounded_minor == line->amount_minor;
  if (!rounds)
    g_ptr_array_add (proof->problems, g_strdup_printf ("line %" G_GINT64_FORMAT " of invoice %s: %s%s%s %s does not round to %" G_GINT64_FORMAT
                                                       " minor units", line->position, proof->reference, line->exact_amount,
                                                       line->ratio == NULL ? "" : " x ", line->ratio == NULL ? "" : line->ratio,
                                                       proof->currency->code, line->amount_minor));
  proof->found.discounts += line->discounts != NULL;
  add (proof, &proof->subtotal_minor, line->amount_minor);
  add (proof, &proof->discount_minor, line->discount_minor);
  add (proof, &proof->line_tax_minor, line->tax_minor);
  return TRUE;
}

static gboolean
prove_tax (const struct invoice_tax *tax, void *data, GError **error)
{
  struct proof *proof = data;
  (void) error;
  proof->found.taxes++;
  add (proof, &proof->tax_minor, tax->tax_minor);
  if (strcmp (tax->kind, "exclusive") == 0)
    add (proof, &proof->added_minor, tax->tax_minor);
  return TRUE;
}

static void
expect (struct proof *proof, const char *what, gint64 stored_minor, gint64 found_minor)
{
  if (stored_minor != found_minor)
    g_ptr_array_add (proof->problems, g_strdup_printf ("invoice %s has a %s of %" G_GINT64_FORMAT " minor units, added up it is %" G_GINT64_FORMAT,
                                                       proof->reference, what, stored_minor, found_minor));
}

static void
prove_totals (struct proof *proof)
{
  const struct invoice *invoice = proof->invoice;
  gint64 total_minor = 0;
  gboolean fits = proof->fits && money_subtract (proof->subtotal_minor, proof->discount_minor, &total_minor)
                  && money_add (total_minor, proof->added_minor, &total_minor);
  if (!fits) {
    g_ptr_array_add (proof->problems, g_strdup_printf ("the total of invoice %s does not fit 64 bits of minor units", proof->reference));
    return;
  }
  expect (proof, "subtotal", invoice->subtotal_minor, proof->subtotal_minor);
  expect (proof, "discount", invoice->discount_minor, proof->discount_minor);
  expect (proof, "tax", invoice->tax_minor, proof->tax_minor);
  expect (proof, "tax", invoice->tax_minor, proof->line_tax_minor);
  expect (proof, "total", invoice->total_minor, total_minor);
}

static gboolean
count_event (void *data, const struct due_counted *counted, GError **error)
{
  struct proof *proof = data;
  proof->found.events++;
  return proof->visit == NULL || proof->visit (proof->data, counted, error);
}

gboolean
verify_invoice (struct ledger *ledger, const struct invoice *invoice, due_visit visit, void *data, struct invoice_proof *ret,
                GPtrArray *ret_problems, GError **error)
{
  g_autofree char *reference = invoice_reference (invoice);
  struct proof proof = {
    .invoice = invoice,
    .reference = reference,
    .currency = currency_find (invoice->currency),
    .visit = visit,
    .data = data,
    .problems = ret_problems,
    .fits = TRUE,
  };
  if (!invoice_each_line (ledger, invoice->id, prove_line, &proof, error) || !invoice_each_tax (ledger, invoice->id, prove_tax, &proof, error))
    return FALSE;
  prove_totals (&proof);
  if (!verify_invoice_again (ledger, invoice, count_event, &proof, ret_problems, error)
      || !verify_invoice_discounts (ledger, invoice, ret_problems, error) || !verify_invoice_taxes (ledger, invoice, ret_problems, error))
    return FALSE;
  *ret = proof.found;
  return TRUE;
}
