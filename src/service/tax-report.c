/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of tax rates, and what taxes came to in a period. */
#include "service/tax-report.h"

#include "base/error.h"
#include "base/json.h"
#include "core/money.h"
#include "store/invoice.h"
#include "store/ledger.h"

#include <string.h>

/* --- Rates --- */

struct listing {
  const struct tax_list_request *request;
  tax_rate_visit visit;
  void *data;
};

static gboolean
list_rate (const struct tax_rate_row *rate, void *data, GError **error)
{
  const struct listing *listing = data;
  const gint64 day = listing->request->day.day;
  gboolean holds = rate->from_day <= day && (rate->until_day == 0 || day < rate->until_day);
  return (!holds && !listing->request->all) || listing->visit (rate, listing->data, error);
}

gboolean
tax_list (struct ledger *ledger, const struct tax_list_request *request, tax_rate_visit visit, void *data, GError **error)
{
  struct listing listing = { request, visit, data };
  return tax_rate_each (ledger, NULL, list_rate, &listing, error);
}

/* --- The report --- */

struct group {
  struct tax_report_row row; /* texts are kept by the report */
  gint64 last_note_id;       /* the credit note that was counted last */
};

struct report {
  struct ledger *ledger;
  enum tax_grouping by;
  GStringChunk *text;
  GPtrArray *groups;  /* struct group */
  /* Of the credit note at hand: */
  gint64 invoice_id;
  GArray *taxes;      /* struct invoice_tax of its invoice, texts kept by the report */
};

static const char *
keep (struct report *report, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert_const (report->text, text);
}

static gboolean
same_group (const struct report *report, const struct tax_report_row *a, const struct tax_report_row *b)
{
  if (a->currency != b->currency || g_strcmp0 (a->country, b->country) != 0)
    return FALSE;
  return report->by == TAX_BY_COUNTRY
         || (strcmp (a->code, b->code) == 0 && strcmp (a->kind, b->kind) == 0 && strcmp (a->percent, b->percent) == 0);
}

static gboolean
add (struct report *report, const struct tax_report_row *row, gint64 note_id, GError **error)
{
  struct group *group = NULL;
  for (guint i = 0; group == NULL && i < report->groups->len; i++) {
    struct group *known = g_ptr_array_index (report->groups, i);
    if (same_group (report, &known->row, row))
      group = known;
  }
  if (group == NULL) {
    gboolean by_rate = report->by == TAX_BY_RATE;
    g_ptr_array_add (report->groups, group = g_new0 (struct group, 1));
    group->row.currency = row->currency;
    group->row.country = keep (report, row->country);
    group->row.code = by_rate ? keep (report, row->code) : NULL;
    group->row.name = by_rate ? keep (report, row->name) : NULL;
    group->row.kind = by_rate ? keep (report, row->kind) : NULL;
    group->row.percent = by_rate ? keep (report, row->percent) : NULL;
  }
  group->row.invoices += row->invoices;
  if (note_id != 0 && group->last_note_id != note_id)
    group->row.credit_notes++;
  group->last_note_id = note_id;
  return (money_add (group->row.base_minor, row->base_minor, &group->row.base_minor)
          && money_add (group->row.tax_minor, row->tax_minor, &group->row.tax_minor))
         || error_set (error, ERROR_FAILED, "the taxes of the period do not fit 64 bits of minor units");
}

static gboolean
add_issued (const struct tax_issued_row *issued, void *data, GError **error)
{
  const struct tax_report_row row = {
    .currency = currency_find (issued->currency),
    .country = issued->country,
    .code = issued->code,
    .name = issued->name,
    .kind = issued->kind,
    .percent = issued->percent,
    .invoices = issued->invoices,
    .base_minor = issued->base_minor,
    .tax_minor = issued->tax_minor,
  };
  return add (data, &row, 0, error);
}

static gboolean
take_tax (const struct invoice_tax *tax, void *data, GError **error)
{
  struct report *report = data;
  struct invoice_tax copy = *tax;
  (void) error;
  copy.code = keep (report, tax->code);
  copy.name = keep (report, tax->name);
  copy.kind = keep (report, tax->kind);
  copy.percent = keep (report, tax->percent);
  copy.country = keep (report, tax->country);
  g_array_append_val (report->taxes, copy);
  return TRUE;
}

static const struct invoice_tax *
find_tax (const struct report *report, const char *code)
{
  for (guint i = 0; i < report->taxes->len; i++) {
    const struct invoice_tax *tax = &g_array_index (report->taxes, struct invoice_tax, i);
    if (strcmp (tax->code, code) == 0)
      return tax;
  }
  return NULL;
}

/* What a credit note says of one tax of one line. */
static gboolean
read_credited (const struct report *report, const struct json_node *list, gsize index, const struct invoice_tax **ret_tax, gint64 *ret_minor,
               GError **error)
{
  const char *code = NULL;
  struct json_node node = json_node_element (list, index);
  struct json_node code_node = json_node_member (&node, "code"), amount = json_node_member (&node, "amount");
  if (!json_node_string (&code_node, &code, error) || !json_node_int64 (&amount, ret_minor, error))
    return FALSE;
  *ret_tax = find_tax (report, code);
  return *ret_tax != NULL || error_set (error, ERROR_LEDGER, "a credit note has a tax '%s' that its invoice has not", code);
}

/* The base of each rate is what is credited without the taxes inside it. */
static gboolean
add_credited_taxes (struct report *report, const struct tax_credited_row *credited, const struct json_node *list, GError **error)
{
  gint64 base = credited->amount_minor;
  for (int pass = 0; pass < 2; pass++)
    for (gsize i = 0; i < json_node_length (list); i++) {
      const struct invoice_tax *tax = NULL;
      gint64 minor = 0;
      if (!read_credited (report, list, i, &tax, &minor, error))
        return FALSE;
      if (pass == 0)
        base -= strcmp (tax->kind, "inclusive") == 0 ? minor : 0;
      const struct tax_report_row row = {
        .currency = currency_find (credited->currency),
        .country = tax->country,
        .code = tax->code,
        .name = tax->name,
        .kind = tax->kind,
        .percent = tax->percent,
        .base_minor = -base,
        .tax_minor = -minor,
      };
      if (pass == 1 && !add (report, &row, credited->note_id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_credited (const struct tax_credited_row *credited, void *data, GError **error)
{
  struct report *report = data;
  g_autoptr (json_object) value = NULL;
  if (report->invoice_id != credited->invoice_id) {
    g_array_set_size (report->taxes, 0);
    report->invoice_id = credited->invoice_id;
    if (!invoice_each_tax (report->ledger, credited->invoice_id, take_tax, report, error))
      return FALSE;
  }
  if (!json_parse_text (credited->taxes, strlen (credited->taxes), "taxes", JSON_PLAIN, &value, error))
    return FALSE;
  const struct json_node list = { .value = value };
  return add_credited_taxes (report, credited, &list, error);
}

static gint
compare_groups (gconstpointer left, gconstpointer right)
{
  const struct tax_report_row *a = &(*(const struct group *const *) left)->row, *b = &(*(const struct group *const *) right)->row;
  const char *const keys[][2] = { { a->currency->code, b->currency->code }, { a->country, b->country }, { a->code, b->code },
                                  { a->kind, b->kind }, { a->percent, b->percent } };
  gint order = 0;
  for (gsize i = 0; order == 0 && i < G_N_ELEMENTS (keys); i++)
    order = g_strcmp0 (keys[i][0], keys[i][1]);
  return order;
}

static gboolean
collect (struct report *report, const struct tax_report_request *request, GError **error)
{
  return tax_each_issued (report->ledger, request->from_us, request->to_us, request->by == TAX_BY_COUNTRY, add_issued, report, error)
         && tax_each_credited (report->ledger, request->from_us, request->to_us, add_credited, report, error);
}

gboolean
tax_report (struct ledger *ledger, const struct tax_report_request *request, tax_report_visit visit, void *data, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) taxes = g_array_new (FALSE, FALSE, sizeof (struct invoice_tax));
  struct report report = { .ledger = ledger, .by = request->by, .groups = groups, .taxes = taxes, .text = g_string_chunk_new (1024) };
  gboolean ok = ledger_begin_read (ledger, error);
  if (ok) {
    ok = collect (&report, request, error);
    ledger_rollback (ledger);
  }
  g_ptr_array_sort (groups, compare_groups);
  for (guint i = 0; ok && i < groups->len; i++)
    ok = visit (&((const struct group *) g_ptr_array_index (groups, i))->row, data, error);
  g_string_chunk_free (report.text);
  return ok;
}
