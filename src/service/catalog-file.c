/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a whole catalog file: metrics, add-ons, credits, plans, coupons, taxes. */
#include "base/error.h"
#include "base/text.h"
#include "core/money.h"
#include "service/aggregate.h"
#include "service/catalog-reader.h"

#include <json-c/linkhash.h>
#include <string.h>

enum { NAME_MAX_CHARACTERS = 256, TEXT_MAX_BYTES = 4096, SHOWN_MAX = 60 };

static void
free_plan (gpointer data)
{
  struct catalog_plan *plan = data;
  g_free (plan->record.code);
  g_free (plan->record.name);
  g_free (plan->record.description);
  g_free (plan->record.metadata);
  plan_free (plan->terms);
  g_ptr_array_unref (plan->variants);
  g_free (plan);
}

static void
free_addon (gpointer data)
{
  struct catalog_addon *addon = data;
  json_object_put (addon->definition);
  g_hash_table_unref (addon->others);
  g_free (addon);
}

static struct catalog *
new_catalog (void)
{
  struct catalog *catalog = g_new (struct catalog, 1);
  catalog->metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) metric_free);
  catalog->credit_events = g_ptr_array_new_with_free_func ((GDestroyNotify) credit_event_free);
  catalog->credit_packages = g_ptr_array_new_with_free_func ((GDestroyNotify) credit_package_free);
  catalog->plans = g_ptr_array_new_with_free_func (free_plan);
  catalog->coupons = g_ptr_array_new_with_free_func ((GDestroyNotify) coupon_free);
  catalog->taxes = g_ptr_array_new_with_free_func ((GDestroyNotify) catalog_tax_free);
  return catalog;
}

void
catalog_free (struct catalog *catalog)
{
  if (catalog == NULL)
    return;
  g_ptr_array_unref (catalog->metrics);
  g_ptr_array_unref (catalog->credit_events);
  g_ptr_array_unref (catalog->credit_packages);
  g_ptr_array_unref (catalog->plans);
  g_ptr_array_unref (catalog->coupons);
  g_ptr_array_unref (catalog->taxes);
  g_free (catalog);
}

/* What is measured stays until it changes; a weighted_sum always does, and a count of events has no level that could. */
static void
check_persistent (struct catalog_reader *reader, const struct json_node *node, int aggregation)
{
  struct json_node field = json_node_member (node, "persistent");
  if (aggregation == AGGREGATE_WEIGHTED_SUM)
    reader_problem (reader, &field, "a weighted_sum stays from period to period by itself: leave it out");
  else if (aggregation == AGGREGATE_COUNT)
    reader_problem (reader, &field, "a count of events has nothing that stays: sum, max, last or unique have");
}

static void
check_property (struct catalog_reader *reader, const struct json_node *node, int aggregation, const char *property)
{
  struct json_node field = json_node_member (node, "property");
  if (aggregation == AGGREGATE_UNIQUE && property == NULL)
    reader_problem (reader, node, "the aggregation unique needs a property: which event property is counted");
  else if (aggregation != AGGREGATE_UNIQUE && property != NULL)
    reader_problem (reader, &field, "only the aggregation unique reads a property");
}

static void
read_metric (struct catalog_reader *reader, const struct json_node *node, GPtrArray *metrics)
{
  static const char *const signs[] = { "refuse", "allow", NULL };
  const char *aggregations[AGGREGATE_WEIGHTED_SUM + 2] = { NULL };
  for (int i = 0; i <= AGGREGATE_WEIGHTED_SUM; i++)
    aggregations[i] = aggregation_name ((enum aggregation) i);
  const char *code = NULL, *unit = "unit", *property = NULL;
  int aggregation = AGGREGATE_SUM, negative = 0, late = 0;
  gboolean persistent = FALSE;
  if (!reader_check_object (reader, node, catalog_metric_fields) || !read_code (reader, node, "code", &code))
    return;
  const char *name = code;
  read_text (reader, node, "name", OPTIONAL, &name);
  read_text (reader, node, "unit", OPTIONAL, &unit);
  if (read_text (reader, node, "property", OPTIONAL, &property) && read_word (reader, node, "aggregation", aggregations, &aggregation))
    check_property (reader, node, aggregation, property);
  read_word (reader, node, "negative", signs, &negative);
  read_word (reader, node, "late", metric_late_names, &late);
  if (read_flag (reader, node, "persistent", &persistent) && persistent)
    check_persistent (reader, node, aggregation);
  if (g_hash_table_contains (reader->metrics, code)) {
    reader_problem (reader, node, "the metric '%s' stands twice", code);
    return;
  }
  struct metric *metric = g_new (struct metric, 1);
  *metric = (struct metric){ .code = g_strdup (code),
                             .name = g_strdup (name),
                             .unit = g_strdup (unit),
                             .aggregation = g_strdup (aggregations[aggregation]),
                             .property = g_strdup (property),
                             .negative = g_strdup (signs[negative]),
                             .persistent = persistent,
                             .late = g_strdup (metric_late_names[late]) };
  g_ptr_array_add (metrics, metric);
  g_hash_table_insert (reader->metrics, g_strdup (code), metric);
}

static char *
decimal_to_text (struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  decimal_format (value, text);
  return g_strdup (text);
}

static void
read_credit_event (struct catalog_reader *reader, const struct json_node *node, GHashTable *seen, GPtrArray *events)
{
  const char *code = NULL;
  struct decimal credits = DECIMAL_ZERO;
  if (!reader_check_object (reader, node, catalog_credit_event_fields) || !read_code (reader, node, "event", &code)
      || !read_quantity (reader, node, "credits", REQUIRED, &credits)
      || !reader_check_new (reader, node, seen, code, "credit event"))
    return;
  struct credit_event *event = g_new (struct credit_event, 1);
  *event = (struct credit_event){ g_strdup (code), decimal_to_text (credits) };
  g_ptr_array_add (events, event);
}

static void
read_credit_package (struct catalog_reader *reader, const struct json_node *node, GHashTable *seen, GPtrArray *packages)
{
  const char *code = NULL;
  const struct currency *currency = reader->currency;
  struct decimal credits = DECIMAL_ZERO;
  gint64 minor = 0;
  if (!reader_check_object (reader, node, catalog_credit_package_fields) || !read_code (reader, node, "code", &code))
    return;
  const char *name = code;
  if (!read_text (reader, node, "name", OPTIONAL, &name) || !read_quantity (reader, node, "credits", REQUIRED, &credits)
      || !read_currency (reader, node, &currency) || !read_amount (reader, node, "amount", REQUIRED, currency, &minor)
      || !reader_check_new (reader, node, seen, code, "credit package"))
    return;
  if (currency == NULL) {
    reader_problem (reader, node, "there is no currency, neither here nor at the top of the file");
    return;
  }
  struct credit_package *package = g_new (struct credit_package, 1);
  *package = (struct credit_package){ g_strdup (code), g_strdup (name), decimal_to_text (credits), minor, g_strdup (currency->code) };
  g_ptr_array_add (packages, package);
}

static void
read_credits (struct catalog_reader *reader, const struct json_node *root, struct catalog *catalog)
{
  struct json_node events = json_node_member (root, "credit_events"), packages = json_node_member (root, "credit_packages");
  g_autoptr (GHashTable) seen_events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen_packages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader_check_list (reader, &events);
  for (gsize i = 0; i < json_node_length (&events); i++) {
    struct json_node node = json_node_element (&events, i);
    read_credit_event (reader, &node, seen_events, catalog->credit_events);
  }
  reader_check_list (reader, &packages);
  for (gsize i = 0; i < json_node_length (&packages); i++) {
    struct json_node node = json_node_element (&packages, i);
    read_credit_package (reader, &node, seen_packages, catalog->credit_packages);
  }
}

/* Names and texts go onto invoices and terminals: none may hide or move what stands around it. */
static void
check_text (struct catalog_reader *reader, const struct json_node *node, const char *key)
{
  const char *text = json_object_get_string (node->value);
  gboolean is_name = strcmp (key, "name") == 0 || strcmp (key, "unit") == 0;
  if (!text_is_plain (text, -1))
    reader_problem (reader, node, "'%.*s' has control characters: write it as plain text on one line", SHOWN_MAX, text);
  else if (is_name && *text == '\0')
    reader_problem (reader, node, "it is empty: leave it out, or say something");
  else if (is_name && g_utf8_strlen (text, -1) > NAME_MAX_CHARACTERS)
    reader_problem (reader, node, "it is longer than %d characters", NAME_MAX_CHARACTERS);
  else if (strlen (text) > TEXT_MAX_BYTES)
    reader_problem (reader, node, "it is longer than %d bytes", TEXT_MAX_BYTES);
}

/* All strings and keys of the file, however deep. */
static void
check_texts (struct catalog_reader *reader, const struct json_node *node, const char *key)
{
  if (json_node_is (node, json_type_string))
    check_text (reader, node, key);
  if (json_node_is (node, json_type_array))
    for (gsize i = 0; i < json_node_length (node); i++) {
      struct json_node element = json_node_element (node, i);
      check_texts (reader, &element, key);
    }
  if (!json_node_is (node, json_type_object))
    return;
  json_object_object_foreach (node->value, name, unused) {
    (void) unused;
    struct json_node member = json_node_member (node, name);
    if (!text_is_plain (name, -1))
      reader_problem (reader, &member, "the name of this field has control characters");
    check_texts (reader, &member, name);
  }
}

/* Metadata is kept as canonical JSON; a missing one is the empty object. */
static char *
read_metadata (struct catalog_reader *reader, const struct json_node *plan)
{
  struct json_node node = json_node_member (plan, "metadata");
  if (node.value == NULL)
    return g_strdup ("{}");
  if (!json_node_is (&node, json_type_object)) {
    reader_problem (reader, &node, "expected an object of strings, found %s", json_node_found (&node));
    return g_strdup ("{}");
  }
  json_object_object_foreach (node.value, key, value) {
    struct json_node member = json_node_member (&node, key);
    if (json_object_get_type (value) != json_type_string)
      reader_problem (reader, &member, "expected a string, found %s", json_node_found (&member));
  }
  return json_canonical (node.value);
}

/* The reader of definitions must take whatever this file lets through. */
static struct plan *
parse_terms (struct catalog_reader *reader, const struct json_node *node, json_object *definition, const struct plan_record *record)
{
  g_autofree char *text = json_canonical (definition);
  g_autoptr (GError) local = NULL;
  struct plan *plan = NULL;
  if (!plan_parse (text, record->code, record->name, &plan, &local))
    reader_problem (reader, node, "%s", local->message);
  return plan;
}

static gint
compare_currencies (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const struct plan *const *) a)->currency->code, (*(const struct plan *const *) b)->currency->code);
}

static void
read_variants (struct catalog_reader *reader, const struct json_node *node, struct catalog_plan *plan)
{
  g_autoptr (GPtrArray) definitions = g_ptr_array_new_with_free_func (json_value_free);
  read_plan_currencies (reader, node, plan->terms->currency, definitions);
  for (guint i = 0; i < definitions->len; i++) {
    struct plan *terms = parse_terms (reader, node, g_ptr_array_index (definitions, i), &plan->record);
    if (terms != NULL)
      g_ptr_array_add (plan->variants, terms);
  }
  g_ptr_array_sort (plan->variants, compare_currencies);
}

static void
read_plan (struct catalog_reader *reader, const struct json_node *node, GHashTable *seen, GPtrArray *plans)
{
  const char *code = NULL, *description = "";
  g_autoptr (json_object) definition = read_plan_terms (reader, node);
  if (!json_node_is (node, json_type_object) || !read_code (reader, node, "code", &code)
      || !reader_check_new (reader, node, seen, code, "plan"))
    return;
  const char *name = code;
  read_text (reader, node, "name", OPTIONAL, &name);
  read_text (reader, node, "description", OPTIONAL, &description);
  struct catalog_plan *plan = g_new0 (struct catalog_plan, 1);
  g_ptr_array_add (plans, plan);
  plan->variants = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  plan->record.code = g_strdup (code);
  plan->record.name = g_strdup (name);
  plan->record.description = g_strdup (description);
  plan->record.metadata = read_metadata (reader, node);
  if (definition == NULL || reader->failure != NULL)
    return;
  plan->terms = parse_terms (reader, node, definition, &plan->record);
  if (plan->terms != NULL)
    read_variants (reader, node, plan);
}

static void
read_root (struct catalog_reader *reader, const struct json_node *root, struct catalog *catalog)
{
  const char *label = NULL;
  if (!reader_check_object (reader, root, catalog_file_fields))
    return;
  check_texts (reader, root, "");
  read_text (reader, root, "catalog", OPTIONAL, &label);
  read_currency (reader, root, &reader->currency);
  struct json_node metrics = json_node_member (root, "metrics"), addons = json_node_member (root, "addons");
  struct json_node plans = json_node_member (root, "plans"), coupons = json_node_member (root, "coupons");
  struct json_node taxes = json_node_member (root, "taxes");
  reader_check_list (reader, &metrics);
  for (gsize i = 0; i < json_node_length (&metrics); i++) {
    struct json_node node = json_node_element (&metrics, i);
    read_metric (reader, &node, catalog->metrics);
  }
  read_addons (reader, &addons);
  read_credits (reader, root, catalog);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader_check_list (reader, &plans);
  for (gsize i = 0; i < json_node_length (&plans); i++) {
    struct json_node node = json_node_element (&plans, i);
    read_plan (reader, &node, seen, catalog->plans);
  }
  read_coupons (reader, &coupons, seen, catalog->coupons);
  read_taxes (reader, &taxes, catalog->taxes);
}

/* One problem is the error itself; several go to `problems`, and the error counts them. */
static gboolean
fail_with_problems (const struct catalog_reader *reader, GPtrArray *problems, GError **error)
{
  if (reader->problem_count == 1)
    return error_set (error, ERROR_USAGE, "%s", (const char *) g_ptr_array_index (reader->problems, 0));
  if (problems != NULL)
    for (guint i = 0; i < reader->problems->len; i++)
      g_ptr_array_add (problems, g_strdup (g_ptr_array_index (reader->problems, i)));
  gsize hidden = reader->problem_count - reader->problems->len;
  if (hidden > 0)
    return error_set (error, ERROR_USAGE, "%s has %" G_GSIZE_FORMAT " problems, of which the first %u are listed; nothing was applied",
                      reader->file, reader->problem_count, reader->problems->len);
  return error_set (error, ERROR_USAGE, "%s has %" G_GSIZE_FORMAT " problems; nothing was applied", reader->file, reader->problem_count);
}

gboolean
catalog_parse (const struct catalog_source *source, json_object **ret, GError **error)
{
  if (source->text == NULL)
    return json_read_file (source->path, JSON_WITH_COMMENTS, ret, error);
  return json_parse_text (source->text, source->length, source->path, JSON_WITH_COMMENTS, ret, error);
}

gboolean
catalog_check (struct ledger *ledger, const char *path, json_object *value, GPtrArray *problems, struct catalog **ret, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) borrowed = g_ptr_array_new_with_free_func ((GDestroyNotify) metric_free);
  g_autoptr (GHashTable) metrics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) addons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_addon);
  g_autoptr (catalog_t) catalog = new_catalog ();
  struct catalog_reader reader = { .ledger = ledger,
                                   .file = strcmp (path, "-") == 0 ? "standard input" : path,
                                   .problems = texts,
                                   .metrics = metrics,
                                   .ledger_metrics = borrowed,
                                   .addons = addons };
  struct json_node root = { .value = value };
  read_root (&reader, &root, catalog);
  if (reader.failure != NULL) {
    g_propagate_error (error, reader.failure);
    return FALSE;
  }
  if (reader.problem_count > 0)
    return fail_with_problems (&reader, problems, error);
  *ret = g_steal_pointer (&catalog);
  return TRUE;
}
