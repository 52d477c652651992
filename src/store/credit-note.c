/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit notes in the ledger. */
#include "store/credit-note.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"

const char *
credit_kind_name (enum credit_kind kind)
{
  static const char *const names[] = { "refund", "balance", "write_off" };
  return names[kind];
}

gboolean
credit_note_insert (struct ledger *ledger, const struct credit_note *note, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_CREDIT_NOTE_INSERT, NULL, error, "tiiitttiiii", note->number, note->invoice_id, note->issuer_id,
                   note->customer_id, note->currency, credit_kind_name (note->kind), note->reason, note->subtotal_minor, note->tax_minor,
                   note->total_minor, note->issued_at_us))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
credit_note_line_insert (struct ledger *ledger, gint64 note_id, const struct credit_note_line *line, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_CREDIT_NOTE_LINE_INSERT, NULL, error, "iiitiit", note_id, line->position,
                     line->invoice_position, line->description, line->amount_minor, line->tax_minor, line->taxes);
}

static struct credit_note
read_note (struct query *query)
{
  return (struct credit_note){
    .id = db_int64 (query, 0),
    .number = db_text (query, 1, NULL),
    .invoice = db_text (query, 2, NULL),
    .customer = db_text (query, 3, NULL),
    .customer_name = db_text (query, 4, NULL),
    .timezone = db_text (query, 5, NULL),
    .currency = db_text (query, 6, NULL),
    .kind_name = db_text (query, 7, NULL),
    .reason = db_text (query, 8, NULL),
    .subtotal_minor = db_int64 (query, 9),
    .tax_minor = db_int64 (query, 10),
    .total_minor = db_int64 (query, 11),
    .issued_at_us = db_int64 (query, 12),
  };
}

gboolean
credit_note_find (struct ledger *ledger, const char *number, credit_note_visit visit, void *data, GError **error)
{
  g_autoptr (query_t) query = NULL;
  if (!db_find (ledger_db (ledger), SQL_CREDIT_NOTE_BY_NUMBER, &query, error, "t", number))
    return FALSE;
  if (query == NULL) {
    error_set (error, ERROR_NOT_FOUND, "there is no credit note '%s'", number);
    return error_add_hint (error, "`billctl credit-note list` shows them");
  }
  const struct credit_note note = read_note (query);
  return visit (&note, data, error);
}

gboolean
credit_note_each (struct ledger *ledger, const struct credit_note_filter *filter, credit_note_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  gboolean one = filter->invoice_id != 0, row = FALSE, ok = TRUE;
  if (!db_cursor (ledger_db (ledger), one ? SQL_CREDIT_NOTE_WALK_INVOICE : SQL_CREDIT_NOTE_WALK, &query, error))
    return FALSE;
  db_bind (query, one ? "Iiii" : "Iii", filter->customer_id, filter->customer_id == 0, filter->from_us, filter->to_us, filter->invoice_id);
  while ((ok = db_step (query, &row, error)) && row) {
    const struct credit_note note = read_note (query);
    if (!(ok = visit (&note, data, error)))
      break;
  }
  db_query_free (query);
  return ok;
}

static gboolean
walk_lines (struct query *query, credit_note_line_visit visit, void *data, GError **error)
{
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    const struct credit_note_line line = {
      .position = db_int64 (query, 0),
      .invoice_position = db_int64 (query, 1),
      .description = db_text (query, 2, NULL),
      .amount_minor = db_int64 (query, 3),
      .tax_minor = db_int64 (query, 4),
      .taxes = db_text (query, 5, NULL),
    };
    if (!(ok = visit (&line, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
credit_note_each_line (struct ledger *ledger, gint64 note_id, credit_note_line_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_CREDIT_NOTE_LINES, &query, error))
    return FALSE;
  db_bind (query, "i", note_id);
  return walk_lines (query, visit, data, error);
}

gboolean
credit_note_each_credited (struct ledger *ledger, gint64 invoice_id, credit_note_line_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_CREDITED_OF_INVOICE, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  return walk_lines (query, visit, data, error);
}
