/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coupons of a catalog file. */
#include "base/error.h"
#include "core/money.h"
#include "service/catalog-fields.h"
#include "service/catalog-reader.h"
#include "service/coupon-terms.h"

#include <string.h>

/* --- What is taken off --- */

static gboolean
read_percent (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  struct json_node field = json_node_member (node, "percent");
  struct decimal percent = DECIMAL_ZERO, fraction;
  if (!read_quantity (reader, node, "percent", REQUIRED, &percent))
    return FALSE;
  const char *text = json_object_get_string (field.value);
  if (decimal_compare (percent, decimal_from_int64 (100)) > 0) {
    reader_problem (reader, &field, "'%s' is above 100 %%: a coupon takes off what there is, and no more", text);
    return FALSE;
  }
  if (decimal_sign (percent) == 0) {
    reader_problem (reader, &field, "'%s' takes nothing off: write a percentage above 0, up to 100", text);
    return FALSE;
  }
  if (decimal_from_percent (percent, &fraction) != DECIMAL_OK) {
    reader_problem (reader, &field, "'%s' has more than 16 digits after the point", text);
    return FALSE;
  }
  put_decimal (definition, "percent", percent);
  return TRUE;
}

static gboolean
read_coupon_amount (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  struct json_node field = json_node_member (node, "amount");
  const struct currency *currency = reader->currency;
  gint64 minor = 0;
  if (!read_currency (reader, node, &currency) || !read_amount (reader, node, "amount", REQUIRED, currency, &minor))
    return FALSE;
  if (currency == NULL) {
    reader_problem (reader, node, "there is no currency, neither here nor at the top of the file");
    return FALSE;
  }
  if (minor == 0) {
    reader_problem (reader, &field, "'%s' takes nothing off: write an amount above 0", json_object_get_string (field.value));
    return FALSE;
  }
  char text[MONEY_TEXT_SIZE];
  money_format (minor, currency, text);
  put_text (definition, "amount", text);
  put_text (definition, "currency", currency->code);
  return TRUE;
}

static gboolean
read_what (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  gboolean has_percent = json_node_member (node, "percent").value != NULL, has_amount = json_node_member (node, "amount").value != NULL;
  struct json_node currency = json_node_member (node, "currency");
  if (has_percent == has_amount) {
    reader_problem (reader, node, "a coupon has either a percent or an amount");
    return FALSE;
  }
  if (has_percent && currency.value != NULL) {
    reader_problem (reader, &currency, "a currency goes with an amount, not with a percent");
    return FALSE;
  }
  return has_percent ? read_percent (reader, node, definition) : read_coupon_amount (reader, node, definition);
}

/* --- How long --- */

static void
duration_problem (struct catalog_reader *reader, const struct json_node *field)
{
  reader_problem (reader, field, "write \"once\", \"forever\", or { \"periods\": N } with N from 1 to %d", COUPON_PERIODS_MAX);
}

/* One period is "once": equal terms have equal text. */
static gboolean
read_duration (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  static const char *const words[] = { "once", "forever", NULL };
  struct json_node field = json_node_member (node, "duration");
  int word = 0, periods = 0;
  if (field.value == NULL) {
    reader_problem (reader, node, "how long it lasts is missing: duration");
    return FALSE;
  }
  if (json_node_is (&field, json_type_string)) {
    if (!read_word (reader, node, "duration", words, &word))
      return FALSE;
    put_text (definition, "duration", words[word]);
    return TRUE;
  }
  if (!json_node_is (&field, json_type_object)) {
    duration_problem (reader, &field);
    return FALSE;
  }
  if (!reader_check_object (reader, &field, catalog_coupon_duration_fields) || !read_count (reader, &field, "periods", COUPON_PERIODS_MAX, &periods))
    return FALSE;
  if (periods == 0) {
    duration_problem (reader, &field);
    return FALSE;
  }
  if (periods == 1) {
    put_text (definition, "duration", "once");
    return TRUE;
  }
  json_object *counted = json_object_new_object ();
  put_count (counted, "periods", periods);
  json_object_object_add (definition, "duration", counted);
  return TRUE;
}

/* --- What it is for --- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A list of words, each once, sorted: into the definition, and as they are into `ret`. */
static gboolean
read_words (struct catalog_reader *reader, const struct json_node *cover, const char *key, json_object *definition, GPtrArray *ret)
{
  struct json_node list = json_node_member (cover, key);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  if (!reader_check_list (reader, &list))
    return FALSE;
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node node = json_node_element (&list, i);
    if (!json_node_is (&node, json_type_string)) {
      reader_problem (reader, &node, "expected a string, found %s", json_node_found (&node));
      return FALSE;
    }
    char *word = (char *) (gpointer) (gsize) json_object_get_string (node.value);
    if (g_hash_table_add (seen, word))
      g_ptr_array_add (ret, word);
  }
  g_ptr_array_sort (ret, compare_texts);
  json_object *words = json_object_new_array ();
  for (guint i = 0; i < ret->len; i++)
    json_object_array_add (words, json_object_new_string (g_ptr_array_index (ret, i)));
  put_list (definition, key, words);
  return TRUE;
}

static gboolean
check_plan (struct catalog_reader *reader, const struct json_node *node, GHashTable *plans, const char *code)
{
  g_autoptr (plan_record_t) found = NULL;
  if (g_hash_table_contains (plans, code) || reader->failure != NULL)
    return TRUE;
  if (reader->ledger != NULL && !plan_record_lookup (reader->ledger, code, &found, &reader->failure))
    return FALSE;
  if (found == NULL)
    reader_problem (reader, node, "there is no plan '%s' in this file or in the ledger", code);
  return found != NULL;
}

static gboolean
check_kind (struct catalog_reader *reader, const struct json_node *node, const char *kind)
{
  if (g_strv_contains (coupon_kind_names, kind))
    return TRUE;
  g_autofree char *list = g_strjoinv (", ", (char **) (gpointer) (gsize) coupon_kind_names);
  reader_problem (reader, node, "'%s' is not one of %s", kind, list);
  return FALSE;
}

static gboolean
read_cover (struct catalog_reader *reader, const struct json_node *node, GHashTable *plans, json_object *definition)
{
  struct json_node cover = json_node_member (node, "applies_to");
  g_autoptr (GPtrArray) plan_codes = g_ptr_array_new (), metrics = g_ptr_array_new (), kinds = g_ptr_array_new ();
  if (cover.value == NULL)
    return TRUE;
  json_object *made = json_object_new_object ();
  json_object_object_add (definition, "applies_to", made);
  if (!reader_check_object (reader, &cover, catalog_coupon_cover_fields) || !read_words (reader, &cover, "plans", made, plan_codes)
      || !read_words (reader, &cover, "metrics", made, metrics) || !read_words (reader, &cover, "kinds", made, kinds))
    return FALSE;
  gboolean good = TRUE, has_usage = kinds->len == 0;
  for (guint i = 0; i < plan_codes->len; i++)
    good = check_plan (reader, &cover, plans, g_ptr_array_index (plan_codes, i)) && good;
  for (guint i = 0; i < metrics->len; i++)
    good = reader_find_metric (reader, &cover, g_ptr_array_index (metrics, i)) != NULL && good;
  for (guint i = 0; i < kinds->len; i++) {
    good = check_kind (reader, &cover, g_ptr_array_index (kinds, i)) && good;
    has_usage = has_usage || strcmp (g_ptr_array_index (kinds, i), "usage") == 0;
  }
  if (metrics->len > 0 && !has_usage) {
    reader_problem (reader, &cover, "metrics say which usage it is for: add \"usage\" to kinds, or leave kinds out");
    return FALSE;
  }
  if (json_object_object_length (made) == 0)
    json_object_object_del (definition, "applies_to");
  return good;
}

/* --- Who may redeem it --- */

static gboolean
read_expiry (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  struct json_node field = json_node_member (node, "expires");
  const char *text = NULL;
  struct time_text time;
  if (!read_text (reader, node, "expires", OPTIONAL, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;
  enum time_status status = time_parse (text, strlen (text), &time);
  if (status != TIME_OK || time.has_time) {
    reader_problem (reader, &field, "'%s' is not a day such as 2026-12-31%s%s", text, status == TIME_OK ? "" : ": ",
                    status == TIME_OK ? "" : time_status_text (status));
    return FALSE;
  }
  put_text (definition, "expires", text);
  return TRUE;
}

static gboolean
read_conditions (struct catalog_reader *reader, const struct json_node *node, json_object *definition)
{
  static const char *const per_customer[] = { "any", "once", NULL };
  static const char *const scopes[] = { "any", "subscription", "customer", NULL };
  struct json_node limit = json_node_member (node, "max_redemptions");
  int most = 0, once = 0, scope = 0;
  gboolean good = read_count (reader, node, "max_redemptions", COUPON_REDEMPTIONS_MAX, &most);
  if (good && limit.value != NULL && most == 0) {
    reader_problem (reader, &limit, "0 redemptions: nobody could have it; leave it out for as many as come");
    good = FALSE;
  }
  good = read_word (reader, node, "per_customer", per_customer, &once) && good;
  good = read_word (reader, node, "scope", scopes, &scope) && good;
  if (most > 0)
    put_count (definition, "max_redemptions", most);
  if (once > 0)
    put_text (definition, "per_customer", per_customer[once]);
  if (scope > 0)
    put_text (definition, "scope", scopes[scope]);
  return read_expiry (reader, node, definition) && good;
}

static void
read_coupon (struct catalog_reader *reader, const struct json_node *node, GHashTable *plans, GHashTable *seen, GPtrArray *ret)
{
  const char *code = NULL;
  g_autoptr (json_object) definition = json_object_new_object ();
  if (!reader_check_object (reader, node, catalog_coupon_fields) || !read_code (reader, node, "code", &code)
      || !reader_check_new (reader, node, seen, code, "coupon"))
    return;
  const char *name = code;
  gboolean good = read_text (reader, node, "name", OPTIONAL, &name);
  good = read_what (reader, node, definition) && good;
  good = read_duration (reader, node, definition) && good;
  good = read_cover (reader, node, plans, definition) && good;
  good = read_conditions (reader, node, definition) && good;
  if (!good)
    return;
  struct coupon *coupon = g_new0 (struct coupon, 1);
  coupon->code = g_strdup (code);
  coupon->name = g_strdup (name);
  coupon->definition = json_canonical (definition);
  g_ptr_array_add (ret, coupon);
}

void
read_coupons (struct catalog_reader *reader, const struct json_node *list, GHashTable *plans, GPtrArray *ret)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader_check_list (reader, list);
  for (gsize i = 0; i < json_node_length (list); i++) {
    struct json_node node = json_node_element (list, i);
    read_coupon (reader, &node, plans, seen, ret);
  }
}
