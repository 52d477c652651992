/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of catalog files, with every problem noted. */
#include "service/catalog-reader.h"

#include "base/error.h"
#include "base/text.h"
#include "core/money.h"

#include <json-c/linkhash.h>
#include <string.h>

/* So that a quantity with 12 decimals at a price with 18 is still discounted exactly. */
enum { DISCOUNT_SCALE_MAX = 4 };

void
reader_problem (struct catalog_reader *reader, const struct json_node *node, const char *format, ...)
{
  if (++reader->problem_count > CATALOG_PROBLEMS_MAX)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *path = json_node_path (node);
  guint line = MAX (json_node_line (node), 1);
  g_ptr_array_add (reader->problems, g_strdup_printf ("%s:%u: %s%s%s", reader->file, line, path, *path == '\0' ? "" : ": ", message));
}

/* ", did you mean 'x'?" or nothing; newly allocated. */
static char *
suggestion (const char *word, const char *const *candidates)
{
  const char *near = text_nearest (word, candidates);
  return near == NULL ? g_strdup ("") : g_strdup_printf (", did you mean '%s'?", near);
}

gboolean
reader_check_object (struct catalog_reader *reader, const struct json_node *node, const char *const *known)
{
  if (!json_node_is (node, json_type_object)) {
    reader_problem (reader, node, "expected an object, found %s", json_node_found (node));
    return FALSE;
  }
  json_object_object_foreach (node->value, key, unused) {
    (void) unused;
    if (g_strv_contains (known, key))
      continue;
    struct json_node member = json_node_member (node, key);
    g_autofree char *hint = suggestion (key, known);
    reader_problem (reader, &member, "there is no such field here%s", hint);
  }
  return TRUE;
}

gboolean
reader_check_list (struct catalog_reader *reader, const struct json_node *node)
{
  if (node->value == NULL || json_node_is (node, json_type_array))
    return TRUE;
  reader_problem (reader, node, "expected a list, found %s", json_node_found (node));
  return FALSE;
}

gboolean
reader_check_new (struct catalog_reader *reader, const struct json_node *node, GHashTable *seen, const char *code, const char *kind)
{
  if (g_hash_table_add (seen, g_strdup (code)))
    return TRUE;
  reader_problem (reader, node, "the %s '%s' stands twice", kind, code);
  return FALSE;
}

/* What every field has in common: is there a value of the type? */
static gboolean
expect (struct catalog_reader *reader, const struct json_node *node, json_type type)
{
  g_autoptr (GError) local = NULL;
  if (json_node_expect (node, type, &local))
    return TRUE;
  const char *cause = strstr (local->message, "expected "); /* the path is said by reader_problem() */
  reader_problem (reader, node, "%s", cause == NULL ? local->message : cause);
  return FALSE;
}

gboolean
read_text (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence, const char **ret)
{
  struct json_node node = json_node_member (object, key);
  if (node.value == NULL && presence == OPTIONAL)
    return TRUE;
  if (!expect (reader, &node, json_type_string))
    return FALSE;
  *ret = json_object_get_string (node.value);
  return TRUE;
}

gboolean
read_code (struct catalog_reader *reader, const struct json_node *object, const char *key, const char **ret)
{
  const char *code = NULL;
  struct json_node node = json_node_member (object, key);
  if (!read_text (reader, object, key, REQUIRED, &code))
    return FALSE;
  if (!text_is_code (code)) {
    reader_problem (reader, &node, "'%s' is not a code: letters, digits and _ . : - without spaces, 128 at most", code);
    return FALSE;
  }
  *ret = code;
  return TRUE;
}

gboolean
read_category (struct catalog_reader *reader, const struct json_node *object, json_object *definition)
{
  const char *category = NULL;
  struct json_node node = json_node_member (object, "category");
  if (node.value == NULL)
    return TRUE;
  if (!read_code (reader, object, "category", &category))
    return FALSE;
  put_text (definition, "category", category);
  return TRUE;
}

gboolean
read_word (struct catalog_reader *reader, const struct json_node *object, const char *key, const char *const *words, int *ret)
{
  const char *word = NULL;
  if (!read_text (reader, object, key, OPTIONAL, &word))
    return FALSE;
  if (word == NULL)
    return TRUE;
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0) {
      *ret = i;
      return TRUE;
    }
  struct json_node node = json_node_member (object, key);
  g_autofree char *list = g_strjoinv (", ", (char **) (gpointer) (gsize) words);
  reader_problem (reader, &node, "'%s' is not one of %s", word, list);
  return FALSE;
}

gboolean
read_flag (struct catalog_reader *reader, const struct json_node *object, const char *key, gboolean *ret)
{
  struct json_node node = json_node_member (object, key);
  if (node.value == NULL)
    return TRUE;
  if (!expect (reader, &node, json_type_boolean))
    return FALSE;
  *ret = json_object_get_boolean (node.value);
  return TRUE;
}

gboolean
read_count (struct catalog_reader *reader, const struct json_node *object, const char *key, int most, int *ret)
{
  struct json_node node = json_node_member (object, key);
  if (node.value == NULL)
    return TRUE;
  if (!expect (reader, &node, json_type_int))
    return FALSE;
  gint64 count = json_object_get_int64 (node.value);
  if (count < 0 || count > most) {
    reader_problem (reader, &node, "%" G_GINT64_FORMAT " is not from 0 to %d", count, most);
    return FALSE;
  }
  *ret = (int) count;
  return TRUE;
}

gboolean
read_currency (struct catalog_reader *reader, const struct json_node *object, const struct currency **ret)
{
  const char *code = NULL;
  if (!read_text (reader, object, "currency", OPTIONAL, &code))
    return FALSE;
  if (code == NULL)
    return TRUE;
  const struct currency *currency = currency_find (code);
  if (currency == NULL) {
    struct json_node node = json_node_member (object, "currency");
    reader_problem (reader, &node, "'%s' is not an ISO 4217 currency, such as USD or EUR", code);
    return FALSE;
  }
  *ret = currency;
  return TRUE;
}

/* The text of a decimal that may be written as a string only, or as a JSON integer too. */
static gboolean
decimal_text (struct catalog_reader *reader, const struct json_node *node, gboolean integers, const char **ret)
{
  if (json_node_is (node, json_type_string) || (integers && json_node_is (node, json_type_int))) {
    *ret = json_object_get_string (node->value);
    return TRUE;
  }
  if (json_node_is (node, json_type_double) || json_node_is (node, json_type_int))
    reader_problem (reader, node, "%s must be a string: write \"%s\"", json_object_get_string (node->value),
                    json_object_get_string (node->value));
  else
    reader_problem (reader, node, "expected a decimal in a string, such as \"0.10\", found %s", json_node_found (node));
  return FALSE;
}

static gboolean
check_decimal (struct catalog_reader *reader, const struct json_node *node, const char *text, struct decimal *ret)
{
  struct decimal value = DECIMAL_ZERO;
  enum decimal_status status = decimal_parse (text, strlen (text), &value);
  if (status != DECIMAL_OK)
    reader_problem (reader, node, "'%s' %s%s", text, decimal_status_text (status), status == DECIMAL_SYNTAX ? " such as 12.5" : "");
  else if (decimal_sign (value) < 0)
    reader_problem (reader, node, "'%s' is negative; it must be 0 or more", text);
  else {
    *ret = value;
    return TRUE;
  }
  return FALSE;
}

gboolean
read_quantity (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence, struct decimal *ret)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (node.value == NULL && presence == OPTIONAL)
    return TRUE;
  return decimal_text (reader, &node, TRUE, &text) && check_decimal (reader, &node, text, ret);
}

gboolean
read_unit_price (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
                 struct decimal *ret)
{
  struct json_node node = json_node_member (object, key);
  const char *text = NULL;
  if (node.value == NULL && presence == OPTIONAL)
    return TRUE;
  return decimal_text (reader, &node, FALSE, &text) && check_decimal (reader, &node, text, ret);
}

static void
amount_problem (struct catalog_reader *reader, const struct json_node *node, const struct currency *currency)
{
  const char *text = json_object_get_string (node->value);
  char sample[MONEY_TEXT_SIZE];
  gint64 minor = 0;
  if (currency == NULL || money_parse (text, strlen (text), currency, &minor) != MONEY_OK)
    minor = 9900;
  money_format (minor, currency == NULL ? currency_find ("USD") : currency, sample);
  reader_problem (reader, node, "%s is a number: write \"%s\", a string in major units", text, sample);
}

gboolean
read_amount (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
             const struct currency *currency, gint64 *ret_minor)
{
  struct json_node node = json_node_member (object, key);
  if (node.value == NULL && presence == OPTIONAL)
    return TRUE;
  if (json_node_is (&node, json_type_int) || json_node_is (&node, json_type_double)) {
    amount_problem (reader, &node, currency);
    return FALSE;
  }
  if (!json_node_is (&node, json_type_string)) {
    reader_problem (reader, &node, "expected an amount in a string, such as \"99.00\", found %s", json_node_found (&node));
    return FALSE;
  }
  const char *text = json_object_get_string (node.value);
  struct decimal value = DECIMAL_ZERO;
  if (!check_decimal (reader, &node, text, &value))
    return FALSE;
  switch (currency == NULL ? MONEY_OK : money_parse (text, strlen (text), currency, ret_minor)) {
  case MONEY_OK:
    return TRUE;
  case MONEY_TOO_MANY_PLACES:
    reader_problem (reader, &node, "'%s' is in the wrong number of decimals: %s has %d", text, currency->code, currency->digits);
    break;
  case MONEY_SYNTAX:
    reader_problem (reader, &node, "'%s' is not an amount such as 99.00", text);
    break;
  case MONEY_OVERFLOW:
    reader_problem (reader, &node, "'%s' is too large", text);
    break;
  }
  return FALSE;
}

/* A year is 12 months and a quarter is 3, so that equal terms have equal text. */
static struct interval
normal_interval (struct interval interval)
{
  int months = interval.unit == INTERVAL_MONTH     ? interval.count
               : interval.unit == INTERVAL_QUARTER ? 3 * interval.count
               : interval.unit == INTERVAL_YEAR    ? 12 * interval.count
                                                   : 0;
  if (months == 0)
    return interval;
  if (months % 12 == 0)
    return (struct interval){ INTERVAL_YEAR, months / 12 };
  return months % 3 == 0 ? (struct interval){ INTERVAL_QUARTER, months / 3 } : (struct interval){ INTERVAL_MONTH, months };
}

static gboolean
read_interval_object (struct catalog_reader *reader, const struct json_node *node, struct interval *ret)
{
  static const char *const units[] = { "day", "week", "month", "quarter", "year", NULL };
  int unit = -1, count = 1;
  reader_check_object (reader, node, catalog_interval_fields);
  if (!read_word (reader, node, "unit", units, &unit) || !read_count (reader, node, "count", 1000, &count))
    return FALSE;
  if (unit < 0 || count == 0) {
    reader_problem (reader, node, "an interval has a unit and a count from 1 to 1000, such as { \"unit\": \"day\", \"count\": 30 }");
    return FALSE;
  }
  *ret = (struct interval){ (enum interval_unit) unit, count };
  return TRUE;
}

gboolean
read_interval (struct catalog_reader *reader, const struct json_node *object, const char *key, enum presence presence,
               struct interval *ret)
{
  struct json_node node = json_node_member (object, key);
  if (node.value == NULL && presence == OPTIONAL)
    return TRUE;
  struct interval interval = { INTERVAL_MONTH, 1 };
  if (json_node_is (&node, json_type_object)) {
    if (!read_interval_object (reader, &node, &interval))
      return FALSE;
  } else {
    if (!expect (reader, &node, json_type_string))
      return FALSE;
    const char *text = json_object_get_string (node.value);
    if (!interval_parse (text, strlen (text), &interval)) {
      reader_problem (reader, &node, "'%s' is not an interval such as \"month\", \"year\" or \"30 days\"", text);
      return FALSE;
    }
  }
  *ret = normal_interval (interval);
  return TRUE;
}

int
interval_order (struct interval a, struct interval b)
{
  /* Lengths in ten-thousandths of a day; a month is a twelfth of 365.25 days. */
  static const gint64 lengths[] = { 10000, 70000, 304375, 913125, 3652500 };
  gint64 first = lengths[a.unit] * a.count, second = lengths[b.unit] * b.count;
  return (first > second) - (first < second);
}

static int
compare_fees (gconstpointer a, gconstpointer b)
{
  return interval_order (((const struct plan_fee *) a)->interval, ((const struct plan_fee *) b)->interval);
}

gboolean
read_fees (struct catalog_reader *reader, const struct json_node *list, const struct currency *currency, GArray *ret)
{
  gboolean good = reader_check_list (reader, list);
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    struct plan_fee fee = { .amount_minor = 0 };
    if (!reader_check_object (reader, &node, catalog_fee_fields)) {
      good = FALSE;
      continue;
    }
    gboolean has_interval = read_interval (reader, &node, "interval", REQUIRED, &fee.interval);
    good = read_amount (reader, &node, "amount", REQUIRED, currency, &fee.amount_minor) && has_interval && good;
    if (!has_interval)
      continue;
    for (guint k = 0; k < ret->len; k++)
      if (interval_equal (g_array_index (ret, struct plan_fee, k).interval, fee.interval)) {
        reader_problem (reader, &node, "the interval stands twice");
        good = FALSE;
        break;
      }
    g_array_append_val (ret, fee);
  }
  g_array_sort (ret, compare_fees);
  return good;
}

gboolean
reader_check_currencies (struct catalog_reader *reader, const struct json_node *node, const struct currency *own)
{
  if (!json_node_is (node, json_type_object)) {
    reader_problem (reader, node, "expected an object by currencies, such as { \"EUR\": { … } }, found %s", json_node_found (node));
    return FALSE;
  }
  json_object_object_foreach (node->value, code, unused) {
    (void) unused;
    struct json_node member = json_node_member (node, code);
    const struct currency *currency = currency_find (code);
    if (currency == NULL || strcmp (currency->code, code) != 0)
      reader_problem (reader, &member, "'%s' is not an ISO 4217 currency in upper case, such as USD or EUR", code);
    else if (currency == own)
      reader_problem (reader, &member, "%s is the currency of the prices themselves", code);
  }
  return TRUE;
}

gboolean
read_discount (struct catalog_reader *reader, const struct json_node *object, struct decimal *ret_percent)
{
  struct json_node node = json_node_member (object, "discount_percent");
  struct decimal percent = DECIMAL_ZERO;
  if (node.value == NULL)
    return TRUE;
  if (!read_quantity (reader, object, node.key, REQUIRED, &percent))
    return FALSE;
  if (decimal_compare (percent, decimal_from_int64 (100)) > 0 || percent.scale > DISCOUNT_SCALE_MAX) {
    reader_problem (reader, &node, "'%s' is not a percentage from 0 to 100 with at most %d decimals", json_object_get_string (node.value),
                    DISCOUNT_SCALE_MAX);
    return FALSE;
  }
  *ret_percent = percent;
  return TRUE;
}

gboolean
read_bound_fields (struct catalog_reader *reader, const struct json_node *object, struct bound_fields fields,
                   const struct currency *currency, json_object *definition)
{
  struct json_node most = json_node_member (object, fields.most);
  gint64 least_minor = 0, most_minor = 0;
  gboolean good = read_amount (reader, object, fields.least, OPTIONAL, currency, &least_minor);
  if (!read_amount (reader, object, fields.most, OPTIONAL, currency, &most_minor) || !good || currency == NULL)
    return FALSE;
  if (most.value != NULL && most_minor == 0) {
    reader_problem (reader, &most, "it must be above 0: leave it out where there is no upper bound");
    return FALSE;
  }
  if (most.value != NULL && most_minor < least_minor) {
    reader_problem (reader, &most, "the %s is below the %s", fields.most, fields.least);
    return FALSE;
  }
  if (least_minor != 0)
    put_decimal (definition, fields.least, money_to_decimal (least_minor, currency));
  if (most_minor != 0)
    put_decimal (definition, fields.most, money_to_decimal (most_minor, currency));
  return TRUE;
}

static void
metric_problem (struct catalog_reader *reader, const struct json_node *node, const char *code)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key = NULL;
  g_hash_table_iter_init (&iter, reader->metrics);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (codes, key);
  g_ptr_array_add (codes, NULL);
  g_autofree char *hint = suggestion (code, (const char *const *) codes->pdata);
  reader_problem (reader, node, "there is no metric '%s' in this file or in the ledger%s", code, hint);
}

const struct metric *
reader_find_metric (struct catalog_reader *reader, const struct json_node *node, const char *code)
{
  struct metric *metric = g_hash_table_lookup (reader->metrics, code);
  if (metric == NULL && reader->ledger != NULL && reader->failure == NULL) {
    if (!metric_lookup (reader->ledger, code, &metric, &reader->failure))
      return NULL;
    if (metric != NULL) {
      g_ptr_array_add (reader->ledger_metrics, metric);
      g_hash_table_insert (reader->metrics, g_strdup (code), metric);
    }
  }
  if (metric == NULL)
    metric_problem (reader, node, code);
  return metric;
}

void
put_text (json_object *object, const char *key, const char *text)
{
  json_object_object_add (object, key, json_object_new_string (text));
}

void
put_decimal (json_object *object, const char *key, struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  put_text (object, key, text);
}

void
put_count (json_object *object, const char *key, int count)
{
  json_object_object_add (object, key, json_object_new_int (count));
}

void
put_interval (json_object *object, const char *key, struct interval interval)
{
  char text[INTERVAL_TEXT_SIZE];
  interval_format (interval, text);
  put_text (object, key, text);
}

void
put_list (json_object *object, const char *key, json_object *list)
{
  if (json_object_array_length (list) > 0)
    json_object_object_add (object, key, list);
  else
    json_object_put (list);
}

json_object *
fees_definition (const GArray *fees, const struct currency *currency)
{
  json_object *list = json_object_new_array ();
  for (guint i = 0; i < fees->len; i++) {
    const struct plan_fee *fee = &g_array_index (fees, struct plan_fee, i);
    json_object *entry = json_object_new_object ();
    char text[MONEY_TEXT_SIZE];
    money_format (fee->amount_minor, currency, text);
    put_interval (entry, "interval", fee->interval);
    put_text (entry, "amount", text);
    json_object_array_add (list, entry);
  }
  return list;
}
