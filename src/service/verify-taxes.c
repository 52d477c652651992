/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The taxes of invoices, computed again. Which rates hold for a line is taken from the line; their figures are not. */
#include "service/verify-taxes.h"

#include "base/error.h"
#include "core/tax.h"
#include "service/tax.h"
#include "store/invoice.h"
#include "store/verify.h"

#include <string.h>

enum { PROBLEMS_MAX = 100 };

/* One invoice at a time. */
struct taxed {
  struct ledger *ledger;
  GPtrArray *problems;
  GStringChunk *text;
  GPtrArray *codes;  /* of the rates */
  GArray *rates;     /* struct tax_rate, beside the codes */
  GArray *stored;    /* struct tax_total, beside them: what the invoice says */
  GArray *totals;    /* struct tax_total, beside them: what comes out */
  GArray *nets;      /* gint64, of the lines */
  GArray *entries;   /* struct tax_entry */
  GArray *said;      /* struct tax_total, beside the entries: what the lines say */
  const char *wrong; /* NULL: nothing yet */
  gint64 line_tax_minor;
};

static gboolean
take_rate (const struct invoice_tax *tax, void *data, GError **error)
{
  struct taxed *taxed = data;
  struct decimal percent;
  struct tax_rate rate = { 0 };
  const struct tax_total total = { tax->base_minor, tax->tax_minor };
  (void) error;
  if (!tax_kind_parse (tax->kind, &rate.kind) || decimal_parse (tax->percent, strlen (tax->percent), &percent) != DECIMAL_OK
      || !tax_percent_to_parts (percent, &rate.parts))
    taxed->wrong = "has a rate that is not well formed";
  g_ptr_array_add (taxed->codes, g_string_chunk_insert_const (taxed->text, tax->code));
  g_array_append_val (taxed->rates, rate);
  g_array_append_val (taxed->stored, total);
  return TRUE;
}

static gboolean
take_line_tax (const struct line_tax *tax, void *data, GError **error)
{
  struct taxed *taxed = data;
  struct tax_entry entry = { .line = taxed->nets->len - 1, .rate = taxed->codes->len };
  const struct tax_total said = { tax->base_minor, tax->tax_minor };
  (void) error;
  for (guint i = 0; i < taxed->codes->len; i++)
    if (strcmp (g_ptr_array_index (taxed->codes, i), tax->code) == 0)
      entry.rate = i;
  if (entry.rate == taxed->codes->len) {
    taxed->wrong = "has a line with a tax that the invoice has not";
    return TRUE;
  }
  taxed->line_tax_minor += tax->tax_minor;
  g_array_append_val (taxed->entries, entry);
  g_array_append_val (taxed->said, said);
  return TRUE;
}

static gboolean
take_line (const struct invoice_line *line, void *data, GError **error)
{
  struct taxed *taxed = data;
  const gint64 net = line->amount_minor - line->discount_minor;
  g_array_append_val (taxed->nets, net);
  taxed->line_tax_minor = 0;
  if (!line_taxes_each (line->taxes, take_line_tax, taxed, error))
    return FALSE;
  if (taxed->wrong == NULL && taxed->line_tax_minor != line->tax_minor)
    taxed->wrong = "has a line whose taxes do not add up to what it says";
  return TRUE;
}

static gboolean
equal (const struct tax_total *a, gint64 base_minor, gint64 tax_minor)
{
  return a->base_minor == base_minor && a->tax_minor == tax_minor;
}

static gboolean
is_right (const struct taxed *taxed, enum tax_rounding rounding)
{
  const struct tax_sheet sheet = {
    .rounding = rounding,
    .rate_count = taxed->rates->len,
    .rates = (const struct tax_rate *) (gpointer) taxed->rates->data,
    .nets_minor = (const gint64 *) (gpointer) taxed->nets->data,
    .entry_count = taxed->entries->len,
    .entries = (struct tax_entry *) (gpointer) taxed->entries->data,
    .totals = (struct tax_total *) (gpointer) taxed->totals->data,
  };
  gboolean right = tax_compute (&sheet);
  for (guint i = 0; right && i < taxed->rates->len; i++)
    right = equal (&g_array_index (taxed->stored, struct tax_total, i), sheet.totals[i].base_minor, sheet.totals[i].tax_minor);
  for (guint i = 0; right && i < taxed->entries->len; i++)
    right = equal (&g_array_index (taxed->said, struct tax_total, i), sheet.entries[i].base_minor, sheet.entries[i].tax_minor);
  return right;
}

static void
begin (struct taxed *taxed)
{
  GArray *const arrays[] = { taxed->rates, taxed->stored, taxed->totals, taxed->nets, taxed->entries, taxed->said };
  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_set_size (arrays[i], 0);
  g_ptr_array_set_size (taxed->codes, 0);
  g_string_chunk_clear (taxed->text);
  taxed->wrong = NULL;
}

/* The setting for the rounding may have changed since then, so either will do. */
static gboolean
prove_invoice (struct taxed *taxed, const struct verify_taxed *invoice, GError **error)
{
  begin (taxed);
  if (!invoice_each_tax (taxed->ledger, invoice->id, take_rate, taxed, error)
      || !invoice_each_line (taxed->ledger, invoice->id, take_line, taxed, error))
    return error_prefix (error, "invoice %s: ", invoice->reference);
  g_array_set_size (taxed->totals, taxed->rates->len);
  if (taxed->wrong == NULL && !is_right (taxed, TAX_ROUND_INVOICE) && !is_right (taxed, TAX_ROUND_LINE))
    taxed->wrong = "has taxes that do not follow from its lines and rates";
  if (taxed->wrong != NULL && taxed->problems->len < PROBLEMS_MAX)
    g_ptr_array_add (taxed->problems, g_strdup_printf ("invoice %s %s", invoice->reference, taxed->wrong));
  return TRUE;
}

static void
taxed_init (struct taxed *taxed, struct ledger *ledger, GPtrArray *problems)
{
  *taxed = (struct taxed){
    .ledger = ledger,
    .problems = problems,
    .text = g_string_chunk_new (256),
    .codes = g_ptr_array_new (),
    .rates = g_array_new (FALSE, FALSE, sizeof (struct tax_rate)),
    .stored = g_array_new (FALSE, FALSE, sizeof (struct tax_total)),
    .totals = g_array_new (FALSE, FALSE, sizeof (struct tax_total)),
    .nets = g_array_new (FALSE, FALSE, sizeof (gint64)),
    .entries = g_array_new (FALSE, FALSE, sizeof (struct tax_entry)),
    .said = g_array_new (FALSE, FALSE, sizeof (struct tax_total)),
  };
}

static void
taxed_clear (struct taxed *taxed)
{
  GArray *const arrays[] = { taxed->rates, taxed->stored, taxed->totals, taxed->nets, taxed->entries, taxed->said };
  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_unref (arrays[i]);
  g_ptr_array_unref (taxed->codes);
  g_string_chunk_free (taxed->text);
}

gboolean
verify_taxes (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error)
{
  g_autoptr (GArray) invoices = g_array_new (FALSE, FALSE, sizeof (struct verify_taxed));
  struct taxed taxed;
  taxed_init (&taxed, ledger, ret_problems);
  gboolean ok = verify_taxed_invoices (ledger, invoices, error);
  for (guint i = 0; ok && i < invoices->len; i++)
    ok = prove_invoice (&taxed, &g_array_index (invoices, struct verify_taxed, i), error);
  taxed_clear (&taxed);
  *ret_invoices = invoices->len;
  return ok;
}

gboolean
verify_invoice_taxes (struct ledger *ledger, const struct invoice *invoice, GPtrArray *ret_problems, GError **error)
{
  g_autofree char *reference = invoice_reference (invoice);
  struct verify_taxed one = { .id = invoice->id };
  struct taxed taxed;
  g_strlcpy (one.reference, reference, sizeof one.reference);
  taxed_init (&taxed, ledger, ret_problems);
  gboolean ok = prove_invoice (&taxed, &one, error);
  taxed_clear (&taxed);
  return ok;
}
