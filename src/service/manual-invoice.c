/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices that are written by hand. */
#include "service/manual-invoice.h"

#include "base/error.h"
#include "service/discount.h"
#include "service/kept-draft.h"
#include "service/manual-lines.h"
#include "store/audit.h"
#include "store/customer.h"
#include "store/ledger.h"

struct writing {
  struct ledger *ledger;
  const struct manual_invoice_request *request;
  GArray *lines; /* struct manual_line */
  struct billed_customer *customer;
  struct numbering *numbering;
  struct billed_list *billed;
};
typedef struct writing writing_t;

static void
writing_clear (struct writing *writing)
{
  g_clear_pointer (&writing->lines, g_array_unref);
  g_clear_pointer (&writing->customer, billed_customer_free);
  g_clear_pointer (&writing->numbering, numbering_free);
  g_clear_pointer (&writing->billed, billed_list_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (writing_t, writing_clear)

static gboolean
read_lines (struct writing *writing, GError **error)
{
  const struct manual_invoice_request *request = writing->request;
  writing->lines = manual_lines_new ();
  for (gsize i = 0; request->lines[i] != NULL; i++)
    if (!manual_lines_add (writing->lines, request->lines[i], error))
      return FALSE;
  if (request->file != NULL && !manual_lines_read (writing->lines, request->file, error))
    return FALSE;
  if (writing->lines->len > 0)
    return TRUE;
  error_set (error, ERROR_USAGE, "an invoice has lines");
  return error_add_hint (error, "--line \"DESCRIPTION;QUANTITY;PRICE\", or --from FILE");
}

static gboolean
draw_up (struct writing *writing, GError **error)
{
  struct billed_customer *customer = writing->customer;
  draft_sheet_clear (customer->sheet);
  for (guint i = 0; i < writing->lines->len; i++) {
    const struct manual_line *line = &g_array_index (writing->lines, struct manual_line, i);
    const struct one_off_line one_off = {
      .due_us = writing->request->as_of_us,
      .currency = customer->currency,
      .at_us = writing->request->as_of_us,
      .code = line->code,
      .description = line->description,
      .category = line->category,
      .quantity = line->quantity,
      .unit_price = line->unit_price,
    };
    if (!draft_add_one_off (customer->sheet, &one_off, error))
      return FALSE;
  }
  const struct tax_payer taxed = { customer->id, customer->issuer_id, customer->zone };
  tax_book_for (customer->rules.taxes, &taxed);
  return discount_rules_for_customer (customer->rules.discounts, customer->id, error)
         && draft_sheet_close (customer->sheet, &customer->rules, error);
}

static gboolean
write_down (struct writing *writing, GError **error)
{
  g_autoptr (customer_t) found = NULL;
  const struct manual_invoice_request *request = writing->request;
  const struct invoice head = { .net_days = request->due_days };
  gint64 id = 0;
  if (!customer_find_by_code (writing->ledger, request->customer, &found, error)
      || !billed_customer_new (writing->ledger, &writing->customer, error) || !billed_customer_load (writing->customer, found->id, error)
      || !draw_up (writing, error) || !kept_draft_store (writing->customer, &head, &id, error))
    return FALSE;
  if (!request->finalize) {
    kept_draft_tell (writing->customer, id, writing->billed);
    return audit_add (writing->ledger, error, "customer %s: draft-%" G_GINT64_FORMAT " written by hand", found->code, id);
  }
  return numbering_new (writing->ledger, request->as_of_us, &writing->numbering, error)
         && kept_draft_issue (writing->customer, writing->numbering, id, writing->billed, error)
         && numbering_store (writing->numbering, error)
         && audit_add (writing->ledger, error, "customer %s: an invoice written by hand and issued", found->code);
}

gboolean
manual_invoice_create (struct ledger *ledger, const struct manual_invoice_request *request, GError **error)
{
  g_auto (writing_t) writing = { .ledger = ledger, .request = request, .billed = billed_list_new () };
  if (!read_lines (&writing, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!write_down (&writing, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return ledger_commit (ledger, error) && billed_list_tell (writing.billed, request->report_invoice, request->data, error);
}
