/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tax rates of a catalog file: read, compared with the ledger, written to it. A file has all rates of each code that it names. */
#include "service/catalog-tax.h"

#include "base/error.h"
#include "core/date.h"
#include "core/tax.h"
#include "service/catalog-fields.h"
#include "service/catalog-reader.h"
#include "service/customer-check.h"

#include <string.h>

static void
free_row (gpointer data)
{
  struct tax_rate_row *row = data;
  const char *const texts[] = { row->code, row->name, row->kind, row->percent, row->country, row->region, row->category };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((gpointer) texts[i]);
  g_free (row);
}

void
catalog_tax_free (struct catalog_tax *tax)
{
  if (tax == NULL)
    return;
  g_free (tax->code);
  g_ptr_array_unref (tax->rates);
  g_free (tax);
}

static struct tax_rate_row *
copy_row (const struct tax_rate_row *row)
{
  struct tax_rate_row *copy = g_memdup2 (row, sizeof *row);
  const char **const texts[] = { &copy->code, &copy->name, &copy->kind, &copy->percent, &copy->country, &copy->region, &copy->category };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup (*texts[i]);
  return copy;
}

static struct catalog_tax *
new_tax (const char *code)
{
  struct catalog_tax *tax = g_new (struct catalog_tax, 1);
  *tax = (struct catalog_tax){ g_strdup (code), g_ptr_array_new_with_free_func (free_row) };
  return tax;
}

/* --- Reading --- */

static gboolean
read_day (struct catalog_reader *reader, const struct json_node *object, const char *key, gint64 *ret)
{
  struct json_node node = json_node_member (object, key);
  struct time_text time;
  const char *text = NULL;
  if (!read_text (reader, object, key, OPTIONAL, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;
  enum time_status status = time_parse (text, strlen (text), &time);
  if (status != TIME_OK || time.has_time) {
    reader_problem (reader, &node, "'%s' %s", text, status == TIME_OK ? "is more than a day, such as 2026-07-01" : time_status_text (status));
    return FALSE;
  }
  *ret = time.date.day;
  return TRUE;
}

/* Zero and exempt have none; the others say it. */
static gboolean
read_tax_percent (struct catalog_reader *reader, const struct json_node *object, enum tax_kind kind, char text[DECIMAL_TEXT_SIZE])
{
  struct json_node node = json_node_member (object, "percent");
  gboolean taxed = kind == TAX_EXCLUSIVE || kind == TAX_INCLUSIVE;
  struct decimal percent = DECIMAL_ZERO;
  gint64 parts = 0;
  if (!read_quantity (reader, object, "percent", taxed ? REQUIRED : OPTIONAL, &percent))
    return FALSE;
  if (!tax_percent_to_parts (percent, &parts)) {
    reader_problem (reader, &node, "'%s' is not a percentage from 0 to 100 with at most %d decimals", json_object_get_string (node.value),
                    TAX_PERCENT_PLACES_MAX);
    return FALSE;
  }
  if (!taxed && parts != 0) {
    reader_problem (reader, &node, "the kind %s has no percentage", tax_kind_name (kind));
    return FALSE;
  }
  decimal_format (percent, text);
  return TRUE;
}

static gboolean
read_place (struct catalog_reader *reader, const struct json_node *object, char **ret_country, char **ret_region)
{
  struct json_node country_node = json_node_member (object, "country"), region_node = json_node_member (object, "region");
  const char *country = NULL, *region = NULL;
  g_autoptr (GError) local = NULL;
  if (!read_text (reader, object, "country", OPTIONAL, &country))
    return FALSE;
  if (country != NULL && !customer_check_country ("country", country, ret_country, &local)) {
    reader_problem (reader, &country_node, "'%s' is not a country code of ISO 3166, such as DE or US", country);
    return FALSE;
  }
  if (region_node.value == NULL)
    return TRUE;
  if (country == NULL) {
    reader_problem (reader, &region_node, "a region needs its country");
    return FALSE;
  }
  if (!read_code (reader, object, "region", &region))
    return FALSE;
  *ret_region = g_ascii_strup (region, -1);
  return TRUE;
}

static struct catalog_tax *
find_tax (GPtrArray *taxes, const char *code)
{
  for (guint i = 0; i < taxes->len; i++) {
    struct catalog_tax *tax = g_ptr_array_index (taxes, i);
    if (strcmp (tax->code, code) == 0)
      return tax;
  }
  return NULL;
}

static gboolean
overlap (const struct tax_rate_row *a, const struct tax_rate_row *b)
{
  return (a->until_day == 0 || b->from_day < a->until_day) && (b->until_day == 0 || a->from_day < b->until_day);
}

static gboolean
check_validity (struct catalog_reader *reader, const struct json_node *node, const struct catalog_tax *tax, const struct tax_rate_row *row)
{
  struct json_node until = json_node_member (node, "until");
  if (row->until_day != 0 && row->until_day <= row->from_day) {
    reader_problem (reader, &until, "it is the first day on which the rate does not hold, and comes after from");
    return FALSE;
  }
  for (guint i = 0; i < tax->rates->len; i++)
    if (overlap (g_ptr_array_index (tax->rates, i), row)) {
      reader_problem (reader, node, "the tax '%s' has another rate at the same time: say from and until which day each holds", row->code);
      return FALSE;
    }
  return TRUE;
}

static gint
compare_days (gconstpointer left, gconstpointer right)
{
  const struct tax_rate_row *const *a = left, *const *b = right;
  return (*a)->from_day < (*b)->from_day ? -1 : (*a)->from_day > (*b)->from_day;
}

static void
read_tax (struct catalog_reader *reader, const struct json_node *node, GPtrArray *taxes)
{
  const char *kinds[] = { tax_kind_name (TAX_EXCLUSIVE), tax_kind_name (TAX_INCLUSIVE), tax_kind_name (TAX_ZERO), tax_kind_name (TAX_EXEMPT), NULL };
  struct json_node category_node = json_node_member (node, "category");
  struct tax_rate_row row = { .from_day = TAX_DAY_FIRST };
  char percent[DECIMAL_TEXT_SIZE] = "0";
  g_autofree char *country = NULL, *region = NULL;
  int kind = TAX_EXCLUSIVE;
  if (!reader_check_object (reader, node, catalog_tax_fields) || !read_code (reader, node, "code", &row.code))
    return;
  row.name = row.code;
  gboolean good = read_text (reader, node, "name", OPTIONAL, &row.name);
  good = (category_node.value == NULL || read_code (reader, node, "category", &row.category)) && good;
  good = read_place (reader, node, &country, &region) && good;
  good = read_day (reader, node, "from", &row.from_day) && good;
  good = read_day (reader, node, "until", &row.until_day) && good;
  good = read_word (reader, node, "kind", kinds, &kind) && read_tax_percent (reader, node, (enum tax_kind) kind, percent) && good;
  struct catalog_tax *tax = find_tax (taxes, row.code);
  if (tax == NULL)
    g_ptr_array_add (taxes, tax = new_tax (row.code));
  if (!good || !check_validity (reader, node, tax, &row))
    return;
  row.kind = kinds[kind];
  row.percent = percent;
  row.country = country;
  row.region = region;
  g_ptr_array_add (tax->rates, copy_row (&row));
  g_ptr_array_sort (tax->rates, compare_days);
}

void
read_taxes (struct catalog_reader *reader, const struct json_node *list, GPtrArray *ret)
{
  reader_check_list (reader, list);
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    read_tax (reader, &node, ret);
  }
}

/* --- Comparing and writing --- */

/* "16 % exclusive, DE, for ebook". */
static char *
terms_words (const struct tax_rate_row *row)
{
  GString *words = g_string_new (NULL);
  if (strcmp (row->kind, tax_kind_name (TAX_ZERO)) != 0 && strcmp (row->kind, tax_kind_name (TAX_EXEMPT)) != 0)
    g_string_append_printf (words, "%s %% ", row->percent);
  g_string_append (words, row->kind);
  if (row->country != NULL)
    g_string_append_printf (words, ", %s%s%s", row->country, row->region == NULL ? "" : "-", row->region == NULL ? "" : row->region);
  if (row->category != NULL)
    g_string_append_printf (words, ", for %s", row->category);
  return g_string_free (words, FALSE);
}

/* " from 2020-07-01 until 2021-01-01"; nothing when it always holds. */
static char *
validity_words (const struct tax_rate_row *row)
{
  char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
  date_format ((struct date){ (gint32) row->from_day }, from);
  date_format ((struct date){ (gint32) row->until_day }, until);
  gboolean always = row->from_day == TAX_DAY_FIRST, for_ever = row->until_day == 0;
  return g_strconcat (always ? "" : " from ", always ? "" : from, for_ever ? "" : " until ", for_ever ? "" : until, NULL);
}

static char *
row_words (const struct tax_rate_row *row)
{
  g_autofree char *terms = terms_words (row), *validity = validity_words (row);
  return g_strconcat (terms, validity, NULL);
}

static void
take_difference (GPtrArray *details, const struct tax_rate_row *before, const struct tax_rate_row *next)
{
  g_autofree char *old = before == NULL ? NULL : row_words (before), *fresh = next == NULL ? NULL : row_words (next);
  if (before == NULL)
    g_ptr_array_add (details, g_steal_pointer (&fresh));
  else if (next == NULL)
    g_ptr_array_add (details, g_strconcat (old, " -> none", NULL));
  else if (strcmp (old, fresh) != 0)
    g_ptr_array_add (details, g_strconcat (old, " -> ", fresh, NULL));
  if (before != NULL && next != NULL && strcmp (before->name, next->name) != 0)
    g_ptr_array_add (details, g_strdup_printf ("name %s -> %s", before->name, next->name));
}

static gboolean
take_stored (const struct tax_rate_row *row, void *data, GError **error)
{
  (void) error;
  g_ptr_array_add (data, copy_row (row));
  return TRUE;
}

gboolean
catalog_tax_compare (struct ledger *ledger, const struct catalog_tax *tax, GPtrArray *details, enum catalog_verdict *ret, GError **error)
{
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func (free_row);
  if (!tax_rate_each (ledger, tax->code, take_stored, stored, error))
    return FALSE;
  for (guint i = 0, k = 0; i < stored->len || k < tax->rates->len;) {
    const struct tax_rate_row *before = i < stored->len ? g_ptr_array_index (stored, i) : NULL;
    const struct tax_rate_row *next = k < tax->rates->len ? g_ptr_array_index (tax->rates, k) : NULL;
    gboolean old = before != NULL && (next == NULL || before->from_day <= next->from_day);
    gboolean fresh = next != NULL && (before == NULL || next->from_day <= before->from_day);
    take_difference (details, old ? before : NULL, fresh ? next : NULL);
    i += old ? 1 : 0;
    k += fresh ? 1 : 0;
  }
  *ret = stored->len == 0 ? CATALOG_ADDED : details->len > 0 ? CATALOG_CHANGED : CATALOG_UNCHANGED;
  return TRUE;
}

gboolean
catalog_tax_write (struct ledger *ledger, const struct catalog_tax *tax, GError **error)
{
  if (!tax_rates_delete (ledger, tax->code, error))
    return FALSE;
  for (guint i = 0; i < tax->rates->len; i++)
    if (!tax_rate_insert (ledger, g_ptr_array_index (tax->rates, i), error))
      return FALSE;
  return TRUE;
}
