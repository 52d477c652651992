/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading invoices. */
#include "service/invoice.h"

#include "base/error.h"
#include "base/timezone.h"
#include "service/derivation.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/settlement.h"

#include <string.h>

static gboolean
make_row (const struct invoice *invoice, const char *reference, struct timezone_cache *zones, gint64 as_of_us, struct invoice_row *ret,
          GError **error)
{
  const struct timezone *zone = NULL;
  if (!timezone_cache_get (zones, invoice->timezone, &zone, error))
    return FALSE;
  *ret = (struct invoice_row){
    .reference = reference,
    .draft = invoice->status == INVOICE_DRAFT,
    .customer = invoice->customer_code,
    .customer_name = invoice->customer_name,
    .email = invoice->email,
    .timezone = invoice->timezone,
    .status = invoice_status_name (invoice->status),
    .overdue = invoice->status == INVOICE_OPEN && timezone_date (zone, as_of_us).day > timezone_date (zone, invoice->due_at_us).day,
    .currency = currency_find (invoice->currency),
    .billed_at_us = invoice->billed_at_us,
    .issued_at_us = invoice->issued_at_us,
    .due_at_us = invoice->due_at_us,
    .billed_on = timezone_date (zone, invoice->billed_at_us),
    .issued_on = timezone_date (zone, invoice->issued_at_us),
    .due_on = timezone_date (zone, invoice->due_at_us),
    .country = invoice->country,
    .tax_id = invoice->tax_id,
    .tax_note = invoice->tax_note,
    .subtotal_minor = invoice->subtotal_minor,
    .tax_minor = invoice->tax_minor,
    .total_minor = invoice->total_minor,
    .owed_minor = invoice->status == INVOICE_OPEN ? invoice->total_minor - invoice->settled_minor : 0,
    .discount_minor = invoice->discount_minor,
    .void_reason = invoice->void_reason,
  };
  return TRUE;
}

struct listing {
  struct timezone_cache *zones;
  gint64 as_of_us;
  gboolean only_overdue;
  invoice_row_visit visit;
  void *data;
};

static gboolean
visit_listed (const struct invoice *invoice, void *data, GError **error)
{
  const struct listing *listing = data;
  struct invoice_row row;
  g_autofree char *reference = invoice_reference (invoice);
  if (!make_row (invoice, reference, listing->zones, listing->as_of_us, &row, error))
    return FALSE;
  return (listing->only_overdue && !row.overdue) || listing->visit (&row, listing->data, error);
}

gboolean
invoice_list (struct ledger *ledger, const struct invoice_list_request *request, invoice_row_visit visit, void *data, GError **error)
{
  struct invoice_filter filter = { .from_us = request->from_us, .to_us = request->to_us };
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct listing listing = { .zones = zones, .as_of_us = request->as_of_us, .visit = visit, .data = data };
  if (request->status != NULL && strcmp (request->status, "overdue") == 0) {
    listing.only_overdue = filter.has_status = TRUE;
    filter.status = INVOICE_OPEN;
  } else if (request->status != NULL) {
    filter.has_status = TRUE;
    if (!invoice_status_parse (request->status, &filter.status)) {
      error_set (error, ERROR_USAGE, "there is no invoice status '%s'", request->status);
      return error_add_hint (error, "draft, open, paid, void, uncollectible, or overdue");
    }
  }
  if (request->customer != NULL) {
    g_autoptr (customer_t) customer = NULL;
    if (!customer_find_by_code (ledger, request->customer, &customer, error))
      return FALSE;
    filter.customer_id = customer->id;
  }
  return invoice_each (ledger, &filter, visit_listed, &listing, error);
}

struct showing {
  const struct timezone *zone;
  const struct invoice_show_request *request;
};

static gboolean
visit_line (const struct invoice_line *line, void *data, GError **error)
{
  const struct showing *showing = data;
  g_autofree char *included = NULL;
  if (!derivation_included (line->derivation, &included, error))
    return FALSE;
  struct invoice_line_row row = {
    .position = line->position,
    .subscription = line->subscription_code,
    .kind = line->kind,
    .code = line->code,
    .description = line->description,
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .period_from = timezone_date (showing->zone, line->period_start_us),
    .period_until = timezone_date (showing->zone, line->period_end_us),
    .quantity = line->quantity,
    .included = included,
    .unit_price = line->unit_price,
    .exact_amount = line->exact_amount,
    .ratio = line->ratio,
    .amount_minor = line->amount_minor,
    .discount_minor = line->discount_minor,
    .discounts = line->discounts,
    .tax_minor = line->tax_minor,
    .taxes = line->taxes,
    .category = line->category,
    .role = line_role_name (line->role),
    .derivation = line->derivation,
  };
  return showing->request->line (&row, showing->request->data, error);
}

/* Taxes with their texts, for longer than the query. */
struct taxes {
  GStringChunk *text;
  GArray *array; /* struct invoice_tax */
};

static const char *
keep (const struct taxes *taxes, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert_const (taxes->text, text);
}

static gboolean
take_tax (const struct invoice_tax *tax, void *data, GError **error)
{
  const struct taxes *taxes = data;
  (void) error;
  const struct invoice_tax copy = {
    .code = keep (taxes, tax->code),
    .name = keep (taxes, tax->name),
    .kind = keep (taxes, tax->kind),
    .percent = keep (taxes, tax->percent),
    .country = keep (taxes, tax->country),
    .base_minor = tax->base_minor,
    .tax_minor = tax->tax_minor,
  };
  g_array_append_val (taxes->array, copy);
  return TRUE;
}

static gboolean
show_foot (struct ledger *ledger, gint64 invoice_id, const struct invoice_show_request *request, const struct invoice_row *row, GError **error)
{
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (struct invoice_tax));
  struct taxes taxes = { g_string_chunk_new (256), array };
  gboolean ok = invoice_each_tax (ledger, invoice_id, take_tax, &taxes, error)
                && request->foot (row, (const struct invoice_tax *) (gpointer) array->data, array->len, request->data, error);
  g_string_chunk_free (taxes.text);
  return ok;
}

gboolean
invoice_show (struct ledger *ledger, const struct invoice_show_request *request, GError **error)
{
  g_autoptr (invoice_t) invoice = NULL;
  if (!invoice_find (ledger, request->reference, &invoice, error))
    return FALSE;
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct showing showing = { .request = request };
  struct invoice_row row;
  struct settlement_sums sums;
  g_autofree char *reference = invoice_reference (invoice);
  if (!settlement_sums_read (ledger, invoice->id, &sums, error))
    return FALSE;
  g_autofree char *replaced_by = NULL;
  g_autoptr (invoice_t) replaced = NULL;
  if (!invoice_replacement (ledger, invoice->id, &replaced_by, error)
      || (invoice->replaces_id != 0 && !invoice_find_by_id (ledger, invoice->replaces_id, &replaced, error)))
    return FALSE;
  const struct invoice_settled settled = {
    .replaces = replaced == NULL ? NULL : replaced->number,
    .replaced_by = replaced_by,
    .credited_minor = sums.of[SETTLEMENT_CREDIT_NOTE],
    .balance_minor = sums.of[SETTLEMENT_BALANCE],
    .paid_minor = sums.of[SETTLEMENT_PAYMENT],
    .written_off_minor = sums.of[SETTLEMENT_WRITE_OFF],
  };
  return make_row (invoice, reference, zones, request->as_of_us, &row, error) && request->head (&row, &settled, request->data, error)
         && timezone_cache_get (zones, invoice->timezone, &showing.zone, error)
         && invoice_each_line (ledger, invoice->id, visit_line, &showing, error)
         && show_foot (ledger, invoice->id, request, &row, error);
}

gboolean
invoice_show_drawn (const struct invoice_drawn *drawn, const struct invoice_show_request *request, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct showing showing = { .request = request };
  const struct invoice_settled nothing = { 0 };
  struct invoice_row row;
  if (!make_row (drawn->invoice, NULL, zones, request->as_of_us, &row, error) || !request->head (&row, &nothing, request->data, error)
      || !timezone_cache_get (zones, drawn->invoice->timezone, &showing.zone, error))
    return FALSE;
  for (gsize i = 0; i < drawn->line_count; i++)
    if (!visit_line (&drawn->lines[i], &showing, error))
      return FALSE;
  return request->foot (&row, drawn->taxes, drawn->tax_count, request->data, error);
}
