/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices, lines and number series in the ledger. */
#include "store/invoice.h"

#include "base/error.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"

#include <string.h>

static const char *const status_names[] = { "draft", "open", "paid", "void", "uncollectible" };

const char *
invoice_status_name (enum invoice_status status)
{
  return status_names[status];
}

gboolean
invoice_status_parse (const char *text, enum invoice_status *ret)
{
  if (strcmp (text, "voided") == 0)
    text = "void";
  for (gsize i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (text, status_names[i]) == 0) {
      *ret = (enum invoice_status) i;
      return TRUE;
    }
  return FALSE;
}

const char *
line_role_name (enum line_role role)
{
  static const char *const names[] = { "regular", "unused", "remaining", "late" };
  return names[role];
}

static enum line_role
line_role_parse (const char *text)
{
  for (enum line_role role = LINE_REGULAR; role <= LINE_LATE; role++)
    if (strcmp (line_role_name (role), text) == 0)
      return role;
  BUG ("unknown role of a line in the ledger");
}

gboolean
invoice_insert (struct ledger *ledger, const struct invoice *invoice, gint64 *ret_id, GError **error)
{
  gboolean draft = invoice->status == INVOICE_DRAFT;
  gint64 id = invoice->id;
  if (id == 0 && !known_next_id (ledger, KNOWN_INVOICE, &id, error))
    return FALSE;
  if (!db_execute (ledger_db (ledger), draft ? SQL_INVOICE_INSERT : SQL_INVOICE_INSERT_ISSUED, NULL, error, "tiittiIIiiiittiiitII",
                   invoice->number, invoice->issuer_id, invoice->customer_id, invoice->currency, status_names[invoice->status],
                   invoice->billed_at_us, invoice->issued_at_us, draft, invoice->due_at_us, draft, invoice->total_minor,
                   invoice->usage_seen, ledger_now_us (ledger), id, invoice->manual ? "manual" : "periodic",
                   invoice->scope == NULL ? "" : invoice->scope, invoice->subtotal_minor, invoice->discount_minor, invoice->tax_minor,
                   invoice->tax_note, invoice->replaces_id, invoice->replaces_id == 0, invoice->net_days, invoice->net_days == 0))
    return FALSE;
  *ret_id = id;
  return TRUE;
}

gboolean
invoice_line_insert (struct ledger *ledger, const struct invoice_line *line, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_INVOICE_LINE_INSERT, NULL, error, "iiIIttItiiittttititiittt", line->invoice_id, line->position,
                     line->subscription_id, line->subscription_id == 0, line->plan_version_id, line->plan_version_id == 0, line->kind, line->code, line->metric_id, line->metric_id == 0,
                     line->description, line->period_index, line->period_start_us, line->period_end_us, line->quantity,
                     line->unit_price, line->exact_amount, line->ratio, line->amount_minor, line->derivation,
                     line->phase, line_role_name (line->role), line->discount_minor, line->tax_minor, line->category, line->discounts,
                     line->taxes);
}

gboolean
invoice_tax_insert (struct ledger *ledger, gint64 invoice_id, gint64 position, const struct invoice_tax *tax, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_INVOICE_TAX_INSERT, NULL, error, "iitttttii", invoice_id, position, tax->code, tax->name, tax->kind,
                     tax->percent, tax->country, tax->base_minor, tax->tax_minor);
}

gboolean
invoice_each_tax (struct ledger *ledger, gint64 invoice_id, invoice_tax_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_INVOICE_TAXES, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    struct invoice_tax tax = {
      .code = db_text (query, 0, NULL),
      .name = db_text (query, 1, NULL),
      .kind = db_text (query, 2, NULL),
      .percent = db_text (query, 3, NULL),
      .country = db_text (query, 4, NULL),
      .base_minor = db_int64 (query, 5),
      .tax_minor = db_int64 (query, 6),
    };
    if (!(ok = visit (&tax, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
invoice_delete_draft (struct ledger *ledger, gint64 id, GError **error)
{
  known_forget_id (ledger, KNOWN_INVOICE);
  return db_execute (ledger_db (ledger), SQL_INVOICE_DELETE_LINES, NULL, error, "i", id)
         && db_execute (ledger_db (ledger), SQL_INVOICE_DELETE_TAXES, NULL, error, "i", id)
         && db_execute (ledger_db (ledger), SQL_INVOICE_DELETE, NULL, error, "i", id);
}

gboolean
invoice_any_draft (struct ledger *ledger, gint64 first_customer_id, gint64 last_customer_id, gboolean *ret, GError **error)
{
  gint64 id = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_INVOICE_HAS_DRAFTS, 0, &id, error, "ii", first_customer_id, last_customer_id))
    return FALSE;
  *ret = id != 0;
  return TRUE;
}

gboolean
invoice_run_size (struct ledger *ledger, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_INVOICE_SUBSCRIPTIONS, 0, ret, error, "");
}

static gboolean
read_drafts (struct query *query, GArray *ret, GError **error)
{
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct invoice_draft_key key = { .id = db_int64 (query, 0), .billed_at_us = db_int64 (query, 1), .customer_id = db_int64 (query, 3) };
    g_strlcpy (key.currency, db_text (query, 2, NULL), sizeof key.currency);
    g_strlcpy (key.scope, db_text (query, 4, NULL), sizeof key.scope);
    g_array_append_val (ret, key);
  }
  return FALSE;
}

gboolean
invoice_drafts_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), customer_id == 0 ? SQL_INVOICE_DRAFTS : SQL_INVOICE_DRAFTS_OF_CUSTOMER, &query, error))
    return FALSE;
  db_bind (query, customer_id == 0 ? "" : "i", customer_id);
  return read_drafts (query, ret, error);
}

gboolean
invoice_kept_drafts (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_INVOICE_KEPT_DRAFTS, &query, error))
    return FALSE;
  db_bind (query, "I", customer_id, customer_id == 0);
  return read_drafts (query, ret, error);
}

gboolean
invoice_name_scope (struct ledger *ledger, gint64 id, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_INVOICE_NAME_SCOPE, NULL, error, "i", id);
}

gboolean
invoice_replacement (struct ledger *ledger, gint64 id, char **ret, GError **error)
{
  g_autoptr (query_t) query = NULL;
  if (!db_find (ledger_db (ledger), SQL_INVOICE_REPLACEMENT, &query, error, "i", id))
    return FALSE;
  *ret = query == NULL ? NULL : g_strdup (db_text (query, 0, NULL));
  return TRUE;
}

gboolean
invoice_issue (struct ledger *ledger, const struct invoice_issue *issue, GError **error)
{
  gint64 changes = 0;
  if (!db_execute (ledger_db (ledger), SQL_INVOICE_ISSUE, &changes, error, "itiii", issue->id, issue->number, issue->issued_at_us,
                   issue->due_at_us, issue->usage_seen))
    return FALSE;
  return changes == 1 ? TRUE : error_set (error, ERROR_REFUSED, "invoice draft-%" G_GINT64_FORMAT " is not a draft any more", issue->id);
}

gboolean
invoice_set_status (struct ledger *ledger, gint64 id, enum invoice_status status, GError **error)
{
  gint64 changes = 0;
  if (!db_execute (ledger_db (ledger), SQL_INVOICE_SET_STATUS, &changes, error, "it", id, status_names[status]))
    return FALSE;
  return changes == 1 ? TRUE : error_set (error, ERROR_REFUSED, "only an issued invoice that is not void can become %s", status_names[status]);
}

gboolean
invoice_set_void (struct ledger *ledger, gint64 id, const char *reason, GError **error)
{
  gint64 changes = 0;
  if (!db_execute (ledger_db (ledger), SQL_INVOICE_VOID, &changes, error, "it", id, reason))
    return FALSE;
  return changes == 1 ? TRUE : error_set (error, ERROR_REFUSED, "only an open, unpaid invoice can be voided");
}

static void
read_invoice (struct query *query, struct invoice *ret)
{
  *ret = (struct invoice){
    .id = db_int64 (query, 0),
    .number = db_text (query, 1, NULL),
    .issuer_id = db_int64 (query, 2),
    .customer_id = db_int64 (query, 3),
    .currency = db_text (query, 4, NULL),
    .billed_at_us = db_int64 (query, 6),
    .issued_at_us = db_int64 (query, 7),
    .due_at_us = db_int64 (query, 8),
    .total_minor = db_int64 (query, 9),
    .usage_seen = db_int64 (query, 10),
    .void_reason = db_text (query, 11, NULL),
    .customer_code = db_text (query, 12, NULL),
    .customer_name = db_text (query, 13, NULL),
    .timezone = db_text (query, 14, NULL),
    .email = db_text (query, 15, NULL),
    .manual = strcmp (db_text (query, 16, NULL), "manual") == 0,
    .scope = db_text (query, 17, NULL),
    .subtotal_minor = db_int64 (query, 18),
    .discount_minor = db_int64 (query, 19),
    .tax_minor = db_int64 (query, 20),
    .tax_note = db_text (query, 21, NULL),
    .replaces_id = db_int64 (query, 22),
    .created_at_us = db_int64 (query, 23),
    .net_days = db_int64 (query, 24),
    .settled_minor = db_int64 (query, 25),
    .country = db_text (query, 26, NULL),
    .tax_id = db_text (query, 27, NULL),
  };
  if (!invoice_status_parse (db_text (query, 5, NULL), &ret->status))
    BUG ("unknown invoice status in the ledger");
}

static struct invoice *
copy_invoice (const struct invoice *invoice)
{
  struct invoice *copy = g_new (struct invoice, 1);
  *copy = *invoice;
  copy->number = g_strdup (invoice->number);
  copy->currency = g_strdup (invoice->currency);
  copy->void_reason = g_strdup (invoice->void_reason);
  copy->customer_code = g_strdup (invoice->customer_code);
  copy->customer_name = g_strdup (invoice->customer_name);
  copy->timezone = g_strdup (invoice->timezone);
  copy->email = g_strdup (invoice->email);
  copy->scope = g_strdup (invoice->scope);
  copy->country = g_strdup (invoice->country);
  copy->tax_id = g_strdup (invoice->tax_id);
  copy->tax_note = g_strdup (invoice->tax_note);
  return copy;
}

void
invoice_free (struct invoice *invoice)
{
  if (invoice == NULL)
    return;
  g_free ((char *) invoice->number);
  g_free ((char *) invoice->currency);
  g_free ((char *) invoice->void_reason);
  g_free ((char *) invoice->customer_code);
  g_free ((char *) invoice->customer_name);
  g_free ((char *) invoice->timezone);
  g_free ((char *) invoice->email);
  g_free ((char *) invoice->scope);
  g_free ((char *) invoice->country);
  g_free ((char *) invoice->tax_id);
  g_free ((char *) invoice->tax_note);
  g_free (invoice);
}

char *
invoice_reference (const struct invoice *invoice)
{
  return invoice->number != NULL ? g_strdup (invoice->number) : g_strdup_printf ("draft-%" G_GINT64_FORMAT, invoice->id);
}

gboolean
invoice_find (struct ledger *ledger, const char *reference, struct invoice **ret, GError **error)
{
  static const char prefix[] = "draft-";
  gint64 id = 0;
  struct query *query = NULL;
  gboolean by_id = g_str_has_prefix (reference, prefix)
                   && g_ascii_string_to_signed (reference + strlen (prefix), 10, 1, G_MAXINT64, &id, NULL);
  if (by_id ? !db_find (ledger_db (ledger), SQL_INVOICE_BY_ID, &query, error, "i", id)
            : !db_find (ledger_db (ledger), SQL_INVOICE_BY_NUMBER, &query, error, "t", reference))
    return FALSE;
  if (query == NULL) {
    error_set (error, ERROR_NOT_FOUND, "there is no invoice '%s'", reference);
    return error_add_hint (error, "`billctl invoice list` shows them; a draft is named draft-N");
  }
  struct invoice found;
  read_invoice (query, &found);
  if (by_id && found.status != INVOICE_DRAFT) {
    error_set (error, ERROR_NOT_FOUND, "%s is not a draft any more: it became %s", reference, found.number);
    db_reset (query);
    return FALSE;
  }
  *ret = copy_invoice (&found);
  db_reset (query);
  return TRUE;
}

gboolean
invoice_find_by_id (struct ledger *ledger, gint64 id, struct invoice **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_INVOICE_BY_ID, &query, error, "i", id))
    return FALSE;
  if (query == NULL)
    return error_set (error, ERROR_LEDGER, "the ledger lacks invoice %" G_GINT64_FORMAT, id);
  struct invoice found;
  read_invoice (query, &found);
  *ret = copy_invoice (&found);
  db_reset (query);
  return TRUE;
}

gboolean
invoice_each (struct ledger *ledger, const struct invoice_filter *filter, invoice_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), filter->customer_id == 0 ? SQL_INVOICE_WALK : SQL_INVOICE_WALK_CUSTOMER, &query, error))
    return FALSE;
  db_bind (query, "Itii", filter->customer_id, filter->customer_id == 0, filter->has_status ? status_names[filter->status] : NULL,
           filter->from_us, filter->to_us);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    struct invoice invoice;
    read_invoice (query, &invoice);
    if (!(ok = visit (&invoice, data, error)))
      break;
  }
  db_query_free (query);
  return ok;
}

gboolean
invoice_each_line (struct ledger *ledger, gint64 invoice_id, invoice_line_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_INVOICE_LINES, &query, error))
    return FALSE;
  db_bind (query, "i", invoice_id);
  gboolean row = FALSE, ok = TRUE;
  while ((ok = db_step (query, &row, error)) && row) {
    struct invoice_line line = {
      .invoice_id = invoice_id,
      .position = db_int64 (query, 0),
      .subscription_id = db_int64 (query, 1),
      .plan_version_id = db_int64 (query, 2),
      .kind = db_text (query, 3, NULL),
      .code = db_text (query, 4, NULL),
      .metric_id = db_int64 (query, 5),
      .description = db_text (query, 6, NULL),
      .period_index = db_int64 (query, 7),
      .period_start_us = db_int64 (query, 8),
      .period_end_us = db_int64 (query, 9),
      .quantity = db_text (query, 10, NULL),
      .unit_price = db_text (query, 11, NULL),
      .exact_amount = db_text (query, 12, NULL),
      .ratio = db_text (query, 13, NULL),
      .amount_minor = db_int64 (query, 14),
      .derivation = db_text (query, 15, NULL),
      .subscription_code = db_text (query, 16, NULL),
      .phase = db_int64 (query, 17),
      .role = line_role_parse (db_text (query, 18, NULL)),
      .discount_minor = db_int64 (query, 19),
      .tax_minor = db_int64 (query, 20),
      .category = db_text (query, 21, NULL),
      .discounts = db_text (query, 22, NULL),
      .taxes = db_text (query, 23, NULL),
    };
    if (!(ok = visit (&line, data, error))) {
      db_reset (query);
      break;
    }
  }
  return ok;
}

gboolean
invoice_find_charge (struct ledger *ledger, const struct invoice_charge_key *key, gint64 *ret_amount_minor, gint64 *ret_discount_minor,
                     char **ret_discounts, GError **error)
{
  g_autoptr (query_t) query = NULL;
  if (!db_find (ledger_db (ledger), SQL_INVOICE_FIND_CHARGE, &query, error, "iiitti", key->customer_id, key->billed_at_us,
                key->subscription_id, key->kind, key->code, key->period_end_us))
    return FALSE;
  *ret_amount_minor = query == NULL ? 0 : db_int64 (query, 0);
  *ret_discount_minor = query == NULL ? 0 : db_int64 (query, 1);
  *ret_discounts = query == NULL ? NULL : g_strdup (db_text (query, 2, NULL));
  return TRUE;
}

static const char *const number_documents[] = { "invoice", "credit_note" };

gboolean
number_series_load (struct ledger *ledger, gint64 issuer_id, enum number_document document, int year, struct number_series *ret,
                    GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_ISSUER_PATTERN, &query, error, "i", issuer_id))
    return FALSE;
  if (query == NULL)
    return error_set (error, ERROR_LEDGER, "the ledger lacks issuer %" G_GINT64_FORMAT, issuer_id);
  g_autofree char *pattern = g_strdup (db_text (query, document == NUMBER_OF_INVOICE ? 0 : 1, NULL));
  db_reset (query);
  if (strstr (pattern, "{year}") == NULL)
    year = 0;
  gint64 last = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_SERIES_GET, 0, &last, error, "iti", issuer_id, number_documents[document],
                      (gint64) year))
    return FALSE;
  *ret = (struct number_series){ .issuer_id = issuer_id, .document = document, .year = year, .last_number = last, .pattern = g_steal_pointer (&pattern) };
  return TRUE;
}

char *
number_series_next (struct number_series *series)
{
  GString *number = g_string_sized_new (24);
  series->last_number++;
  for (const char *p = series->pattern; *p != '\0';) {
    if (g_str_has_prefix (p, "{year}")) {
      g_string_append_printf (number, "%04d", series->year);
      p += strlen ("{year}");
    } else if (g_str_has_prefix (p, "{seq:") && g_ascii_isdigit (p[5]) && p[6] == '}') {
      g_string_append_printf (number, "%0*" G_GINT64_FORMAT, p[5] - '0', series->last_number);
      p += strlen ("{seq:6}");
    } else
      g_string_append_c (number, *p++);
  }
  return g_string_free (number, FALSE);
}

gboolean
number_series_store (struct ledger *ledger, const struct number_series *series, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SERIES_SET, NULL, error, "itii", series->issuer_id, number_documents[series->document],
                     (gint64) series->year, series->last_number);
}

void
number_series_clear (struct number_series *series)
{
  g_clear_pointer (&series->pattern, g_free);
}
