/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issued invoices booked again. */
#include "service/verify-books.h"

#include "base/error.h"
#include "service/booking.h"
#include "store/invoice.h"
#include "store/verify.h"

enum { PROBLEMS_MAX = 100 };

struct rebooking {
  struct ledger *ledger;
  struct timezone_cache *zones;
  GStringChunk *text;
  GArray *lines; /* struct invoice_line, with what booking reads */
  GArray *taxes; /* struct invoice_tax, likewise */
  gint64 invoices;
  GPtrArray *problems;
};
typedef struct rebooking rebooking_t;

static void
rebooking_clear (struct rebooking *rebooking)
{
  timezone_cache_free (rebooking->zones);
  g_string_chunk_free (rebooking->text);
  g_array_unref (rebooking->lines);
  g_array_unref (rebooking->taxes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (rebooking_t, rebooking_clear)

static gboolean
keep_line (const struct invoice_line *line, void *data, GError **error)
{
  struct rebooking *rebooking = data;
  struct invoice_line kept = {
    .kind = g_string_chunk_insert_const (rebooking->text, line->kind),
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .amount_minor = line->amount_minor,
    .discount_minor = line->discount_minor,
    .tax_minor = line->tax_minor,
    .taxes = line->taxes == NULL ? NULL : g_string_chunk_insert (rebooking->text, line->taxes),
  };
  (void) error;
  g_array_append_val (rebooking->lines, kept);
  return TRUE;
}

static gboolean
keep_tax (const struct invoice_tax *tax, void *data, GError **error)
{
  struct rebooking *rebooking = data;
  struct invoice_tax kept = { .kind = g_string_chunk_insert_const (rebooking->text, tax->kind), .tax_minor = tax->tax_minor };
  (void) error;
  g_array_append_val (rebooking->taxes, kept);
  return TRUE;
}

static gboolean
book_again (struct rebooking *rebooking, const struct invoice *invoice, gboolean *ret_same, GError **error)
{
  struct booked_invoice booked = {
    .id = invoice->id,
    .customer_id = invoice->customer_id,
    .number = invoice->number,
    .currency = invoice->currency,
    .issued_at_us = invoice->issued_at_us,
    .total_minor = invoice->total_minor,
  };
  g_string_chunk_clear (rebooking->text);
  g_array_set_size (rebooking->lines, 0);
  g_array_set_size (rebooking->taxes, 0);
  if (!invoice_each_line (rebooking->ledger, invoice->id, keep_line, rebooking, error)
      || !invoice_each_tax (rebooking->ledger, invoice->id, keep_tax, rebooking, error)
      || !timezone_cache_get (rebooking->zones, invoice->timezone, &booked.zone, error))
    return FALSE;
  booked.lines = (const struct invoice_line *) (gpointer) rebooking->lines->data;
  booked.line_count = rebooking->lines->len;
  booked.taxes = (const struct invoice_tax *) (gpointer) rebooking->taxes->data;
  booked.tax_count = rebooking->taxes->len;
  return booking_invoice_check (rebooking->ledger, &booked, ret_same, error);
}

/* That it cannot be booked again is a problem like any other. */
static gboolean
prove_invoice (const struct invoice *invoice, void *data, GError **error)
{
  struct rebooking *rebooking = data;
  g_autoptr (GError) failure = NULL;
  gboolean forward = FALSE, same = FALSE;
  if (invoice->status == INVOICE_DRAFT)
    return TRUE;
  rebooking->invoices++;
  if (!verify_is_brought_forward (rebooking->ledger, invoice->id, &forward, error))
    return FALSE;
  if (forward || (book_again (rebooking, invoice, &same, &failure) && same) || rebooking->problems->len >= PROBLEMS_MAX)
    return TRUE;
  g_autofree char *why = failure == NULL ? NULL : error_message_text (failure);
  g_ptr_array_add (rebooking->problems, why == NULL ? g_strdup_printf ("invoice %s is not in the books as it was issued", invoice->number)
                                                    : g_strdup_printf ("invoice %s cannot be booked again: %s", invoice->number, why));
  return TRUE;
}

gboolean
verify_invoices_booked (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error)
{
  g_auto (rebooking_t) rebooking = {
    .ledger = ledger,
    .zones = timezone_cache_new (),
    .text = g_string_chunk_new (4096),
    .lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line)),
    .taxes = g_array_new (FALSE, FALSE, sizeof (struct invoice_tax)),
    .problems = ret_problems,
  };
  const struct invoice_filter all = { .from_us = G_MININT64, .to_us = G_MAXINT64 };
  if (!invoice_each (ledger, &all, prove_invoice, &rebooking, error))
    return FALSE;
  *ret_invoices = rebooking.invoices;
  return TRUE;
}
