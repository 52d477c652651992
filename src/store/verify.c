/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs about the stored rows. */
#include "store/verify.h"

#include "store/invoice.h"
#include "store/ledger.h"
#include "store/verify-private.h"

#include <string.h>

gboolean
verify_each_problem (struct ledger *ledger, enum statement id, char *(*describe) (struct query *query), GPtrArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), id, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    if (ret->len < PROBLEMS_MAX)
      g_ptr_array_add (ret, describe (query));
  }
  return FALSE;
}

gboolean
verify_database (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return db_check_integrity (ledger_db (ledger), ret_problems, error);
}

gboolean
verify_sees_all (struct ledger *ledger, GError **error)
{
  return db_check_sees_all (ledger_db (ledger), error);
}

gboolean
verify_schema (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return db_check_schema (ledger_db (ledger), ret_problems, error);
}

static char *
describe_sum (struct query *query)
{
  const char *number = db_text (query, 1, NULL);
  struct invoice named = { .id = db_int64 (query, 0), .number = number };
  g_autofree char *reference = invoice_reference (&named);
  if (db_int64 (query, 4) == 0)
    return g_strdup_printf ("invoice %s has no lines", reference);
  if (db_int64 (query, 4) != db_int64 (query, 5))
    return g_strdup_printf ("invoice %s lacks a line", reference);
  return g_strdup_printf ("invoice %s has a total of %" G_GINT64_FORMAT " minor units, its lines add up to %" G_GINT64_FORMAT, reference,
                          db_int64 (query, 2), db_int64 (query, 3));
}

static char *
describe_part (struct query *query)
{
  struct invoice named = { .id = db_int64 (query, 0), .number = db_text (query, 1, NULL) };
  g_autofree char *reference = invoice_reference (&named);
  return g_strdup_printf ("invoice %s: subtotal, discount or tax are not the sums of those of its lines", reference);
}

static char *
describe_note (struct query *query)
{
  return g_strdup_printf ("credit note %s is not the sum of its lines, or not what it takes off its invoice", db_text (query, 0, NULL));
}

static char *
describe_credited (struct query *query)
{
  return g_strdup_printf ("line %" G_GINT64_FORMAT " of invoice %s is credited beyond what it is", db_int64 (query, 1), db_text (query, 0, NULL));
}

gboolean
verify_invoice_sums (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return verify_each_problem (ledger, SQL_VERIFY_INVOICE_SUMS, describe_sum, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_INVOICE_PARTS, describe_part, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_CREDIT_NOTES, describe_note, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_CREDITED_LINES, describe_credited, ret_problems, error);
}

static char *
describe_twice (struct query *query)
{
  return g_strdup_printf ("subscription %s: %s %s of period %" G_GINT64_FORMAT " is billed %" G_GINT64_FORMAT " times",
                          db_text (query, 0, NULL), db_text (query, 1, NULL), db_text (query, 2, NULL), db_int64 (query, 3),
                          db_int64 (query, 4));
}

static char *
describe_counter (struct query *query)
{
  return g_strdup_printf ("subscription %s: issued invoices bill %" G_GINT64_FORMAT " fee and %" G_GINT64_FORMAT
                          " usage periods, but %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " are counted",
                          db_text (query, 0, NULL), db_int64 (query, 1), db_int64 (query, 3), db_int64 (query, 2), db_int64 (query, 4));
}

static char *
describe_charge (struct query *query)
{
  return g_strdup_printf ("charge %" G_GINT64_FORMAT " counts as billed with invoice %s, which does not have it", db_int64 (query, 0),
                          db_text (query, 1, NULL));
}

gboolean
verify_periods (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return verify_each_problem (ledger, SQL_VERIFY_PERIOD_TWICE, describe_twice, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_USAGE_TWICE, describe_twice, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_COUNTERS, describe_counter, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_CHARGES, describe_charge, ret_problems, error);
}

static char *
describe_settled (struct query *query)
{
  return g_strdup_printf ("invoice %s is %s, but %" G_GINT64_FORMAT " minor units are owed on it", db_text (query, 0, NULL),
                          db_text (query, 1, NULL), db_int64 (query, 2));
}

static char *
describe_sides (struct query *query)
{
  return g_strdup_printf ("invoice %s has %" G_GINT64_FORMAT " minor units from the balance, whose movements for it come to %" G_GINT64_FORMAT,
                          db_text (query, 0, NULL), db_int64 (query, 1), db_int64 (query, 2));
}

static char *
describe_balance (struct query *query)
{
  return g_strdup_printf ("customer %s has a balance of %" G_GINT64_FORMAT " minor units of %s, below zero", db_text (query, 0, NULL),
                          db_int64 (query, 2), db_text (query, 1, NULL));
}

gboolean
verify_settlements (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  return verify_each_problem (ledger, SQL_VERIFY_SETTLED, describe_settled, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_BALANCE_SIDES, describe_sides, ret_problems, error)
         && verify_each_problem (ledger, SQL_VERIFY_BALANCES, describe_balance, ret_problems, error);
}

/* Counts on from nothing to the last number, each of which a document must have. */
static gboolean
walk_series (struct ledger *ledger, struct number_series *series, struct series_state *state, GPtrArray *ret_problems, GError **error)
{
  gboolean invoices = series->document == NUMBER_OF_INVOICE;
  gint64 last = series->last_number;
  for (series->last_number = 0; series->last_number < last;) {
    gint64 id = 0;
    g_autofree char *number = number_series_next (series);
    if (!db_find_int64 (ledger_db (ledger), invoices ? SQL_VERIFY_NUMBER_EXISTS : SQL_VERIFY_CREDIT_NUMBER_EXISTS, 0, &id, error, "ti", number,
                        series->issuer_id))
      return FALSE;
    state->missing += id == 0;
    if (id == 0 && ret_problems->len < PROBLEMS_MAX)
      g_ptr_array_add (ret_problems, g_strdup_printf ("%s number %s was given out, but there is no such %s", state->document, number,
                                                      state->document));
  }
  return TRUE;
}

static char *
number_in_series (const struct number_series *series, gint64 number)
{
  struct number_series before = *series;
  before.last_number = number - 1;
  return number_series_next (&before);
}

static gboolean
take_series (struct ledger *ledger, struct query *query, GPtrArray *ret_problems, struct series_visitor visitor, gint64 given[2], GError **error)
{
  gboolean invoices = strcmp (db_text (query, 4, NULL), "invoice") == 0;
  struct number_series series = {
    .issuer_id = db_int64 (query, 0),
    .document = invoices ? NUMBER_OF_INVOICE : NUMBER_OF_CREDIT_NOTE,
    .year = (int) db_int64 (query, 1),
    .last_number = db_int64 (query, 2),
    .pattern = g_strdup (db_text (query, 3, NULL)),
  };
  g_autofree char *first = number_in_series (&series, 1), *last = number_in_series (&series, series.last_number);
  g_autofree char *issuer = g_strdup (db_text (query, 5, NULL));
  struct series_state state = {
    .document = invoices ? "invoice" : "credit note",
    .issuer = issuer,
    .year = series.year,
    .first = first,
    .last = last,
    .count = series.last_number,
  };
  given[series.document] += series.last_number;
  gboolean ok = walk_series (ledger, &series, &state, ret_problems, error)
                && (visitor.visit == NULL || visitor.visit (&state, visitor.data, error));
  number_series_clear (&series);
  return ok;
}

/* As many documents have a number as were given out. */
static gboolean
count_numbered (struct ledger *ledger, const gint64 given[2], GPtrArray *ret_problems, GError **error)
{
  static const enum statement counts[] = { SQL_VERIFY_NUMBERED, SQL_VERIFY_CREDIT_NUMBERED };
  static const char *const nouns[] = { "invoices", "credit notes" };
  for (int document = NUMBER_OF_INVOICE; document <= NUMBER_OF_CREDIT_NOTE; document++) {
    gint64 numbered = 0;
    if (!db_find_int64 (ledger_db (ledger), counts[document], 0, &numbered, error, ""))
      return FALSE;
    if (numbered != given[document])
      g_ptr_array_add (ret_problems, g_strdup_printf ("%" G_GINT64_FORMAT " %s have a number, but %" G_GINT64_FORMAT " numbers were given out",
                                                      numbered, nouns[document], given[document]));
  }
  return TRUE;
}

gboolean
verify_number_series (struct ledger *ledger, GPtrArray *ret_problems, struct series_visitor visitor, GError **error)
{
  struct query *query = NULL;
  gint64 given[2] = { 0, 0 };
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_VERIFY_SERIES, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return count_numbered (ledger, given, ret_problems, error);
    if (!take_series (ledger, query, ret_problems, visitor, given, error)) {
      db_reset (query);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
verify_usage_keys (struct ledger *ledger, GPtrArray *ret_problems, GError **error)
{
  gint64 difference = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_VERIFY_USAGE_KEYS, 0, &difference, error, ""))
    return FALSE;
  if (difference != 0)
    g_ptr_array_add (ret_problems, g_strdup_printf ("there are %" G_GINT64_FORMAT " more keys than usage events", difference));
  return TRUE;
}

gboolean
verify_size (struct ledger *ledger, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_VERIFY_SIZE, 0, ret, error, "");
}

gboolean
verify_discounted_invoices (struct ledger *ledger, GPtrArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_VERIFY_DISCOUNTED, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct invoice named = { .id = db_int64 (query, 0), .number = db_text (query, 1, NULL) };
    g_ptr_array_add (ret, invoice_reference (&named));
  }
  return FALSE;
}

gboolean
verify_plan_version_ids (struct ledger *ledger, GArray *ret, GError **error)
{
  struct query *query = NULL;
  gboolean row = FALSE;
  if (!db_query (ledger_db (ledger), SQL_VERIFY_PLAN_VERSIONS, &query, error))
    return FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    gint64 id = db_int64 (query, 0);
    g_array_append_val (ret, id);
  }
  return FALSE;
}

gboolean
verify_taxed_invoices (struct ledger *ledger, GArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_VERIFY_TAXED, &query, error))
    return FALSE;
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct verify_taxed invoice = { .id = db_int64 (query, 0) };
    const char *number = db_text (query, 1, NULL);
    if (number == NULL)
      g_snprintf (invoice.reference, sizeof invoice.reference, "draft-%" G_GINT64_FORMAT, invoice.id);
    else
      g_strlcpy (invoice.reference, number, sizeof invoice.reference);
    g_array_append_val (ret, invoice);
  }
  return FALSE;
}
