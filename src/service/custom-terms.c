/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of one subscription. */
#include "service/custom-terms.h"

#include "base/error.h"
#include "base/text.h"
#include "service/catalog-fields.h"
#include "service/catalog-shape.h"
#include "service/catalog.h"
#include "service/custom-set.h"
#include "service/plan-words.h"
#include "store/audit.h"

#include <json-c/linkhash.h>
#include <string.h>

struct custom_terms {
  char *name;           /* of what they were read from, in messages */
  json_object *changes; /* those of the file, then those that were set */
  GPtrArray *sets;      /* json_object: each for itself, since what it names must be there */
};

void
custom_terms_free (struct custom_terms *terms)
{
  if (terms == NULL)
    return;
  g_free (terms->name);
  json_object_put (terms->changes);
  g_ptr_array_unref (terms->sets);
  g_free (terms);
}

static json_object *
member (json_object *object, const char *key)
{
  json_object *value = NULL;
  return json_object_is_type (object, json_type_object) && json_object_object_get_ex (object, key, &value) ? value : NULL;
}

/* --- Reading --- */

/* What makes a plan the plan that it is. */
static gboolean
check_field (const char *file, const char *key, GError **error)
{
  static const char *const fixed[] = { "code", "name", "description", "metadata", "currencies", "customer", NULL };
  if (g_strv_contains (fixed, key))
    return error_set (error, ERROR_USAGE, "%s: the %s of a plan is not a term of one subscription", file, key);
  if (g_strv_contains (catalog_plan_fields, key) || strcmp (key, "addon_prices") == 0)
    return TRUE;
  const char *near = text_nearest (key, catalog_plan_fields);
  error_set (error, ERROR_USAGE, "%s: there is no term '%s'", file, key);
  return near == NULL ? FALSE : error_add_hint (error, "did you mean '%s'?", near);
}

static gboolean
read_file (const char *file, json_object **ret, GError **error)
{
  g_autoptr (json_object) value = NULL;
  if (!json_read_file (file, JSON_WITH_COMMENTS, &value, error))
    return FALSE;
  if (!json_object_is_type (value, json_type_object))
    return error_set (error, ERROR_USAGE, "%s: expected an object with the terms that differ", file);
  json_object_object_foreach (value, key, unused) {
    (void) unused;
    if (!check_field (file, key, error))
      return FALSE;
  }
  *ret = g_steal_pointer (&value);
  return TRUE;
}

gboolean
custom_terms_read (const struct custom_terms_request *request, struct custom_terms **ret, GError **error)
{
  gboolean has_sets = request->sets != NULL && request->sets[0] != NULL;
  *ret = NULL;
  if (!has_sets && request->file == NULL)
    return TRUE;
  g_autoptr (custom_terms_t) terms = g_new0 (struct custom_terms, 1);
  terms->name = g_strdup (request->file == NULL ? "custom terms" : strcmp (request->file, "-") == 0 ? "standard input" : request->file);
  terms->sets = g_ptr_array_new_with_free_func (json_value_free);
  if (request->file != NULL && !read_file (request->file, &terms->changes, error))
    return FALSE;
  if (terms->changes == NULL)
    terms->changes = json_object_new_object ();
  for (gsize i = 0; has_sets && request->sets[i] != NULL; i++) {
    json_object *change = NULL;
    if (!custom_set_read (request->sets[i], &change, error))
      return FALSE;
    g_ptr_array_add (terms->sets, change);
  }
  *ret = g_steal_pointer (&terms);
  return TRUE;
}

const char *
custom_terms_currency (const struct custom_terms *terms)
{
  const char *currency = NULL;
  for (guint i = 0; i <= terms->sets->len; i++) {
    json_object *value = member (i == 0 ? terms->changes : g_ptr_array_index (terms->sets, i - 1), "currency");
    if (json_object_is_type (value, json_type_string))
      currency = json_object_get_string (value);
  }
  return currency;
}

/* --- What they are made from --- */

/* The version, its terms, and what differs from them so far. */
struct base {
  struct plan_version *version;
  json_object *definition;
  json_object *changes;
};

static void
base_clear (struct base *base)
{
  g_clear_pointer (&base->version, plan_version_free);
  g_clear_pointer (&base->definition, json_object_put);
  g_clear_pointer (&base->changes, json_object_put);
}
typedef struct base base_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (base_t, base_clear)

static gboolean
parse (const char *text, json_object **ret, GError **error)
{
  g_clear_pointer (ret, json_object_put);
  return json_parse_text (text, strlen (text), "plan version", JSON_PLAIN, ret, error);
}

/* Custom terms are made from what the old ones were made from. */
static gboolean
load_base (struct ledger *ledger, gint64 version_id, struct base *base, GError **error)
{
  if (!plan_version_get (ledger, version_id, &base->version, error))
    return FALSE;
  if (base->version->base_id == 0)
    base->changes = json_object_new_object ();
  else {
    g_autoptr (plan_version_t) custom = g_steal_pointer (&base->version);
    if (!parse (custom->overrides, &base->changes, error) || !plan_version_get (ledger, custom->base_id, &base->version, error))
      return FALSE;
  }
  return parse (base->version->definition, &base->definition, error);
}

/* The version in the currency that is wanted: itself, its prices in that, or, when it has none, *ret_foreign. */
static gboolean
choose_currency (struct ledger *ledger, const char *wanted, struct base *base, gboolean *ret_foreign, GError **error)
{
  const char *variants[] = { "", wanted };
  *ret_foreign = FALSE;
  if (wanted == NULL || strcmp (json_object_get_string (member (base->definition, "currency")), wanted) == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (variants); i++) {
    g_autoptr (plan_version_t) other = NULL;
    g_autoptr (json_object) definition = NULL;
    if (!plan_version_look_up (ledger, base->version->plan_id, base->version->version, variants[i], &other, error))
      return FALSE;
    if (other == NULL || !parse (other->definition, &definition, error))
      continue;
    if (strcmp (json_object_get_string (member (definition, "currency")), wanted) == 0) {
      base_t chosen = { g_steal_pointer (&other), g_steal_pointer (&definition), g_steal_pointer (&base->changes) };
      base_clear (base);
      *base = chosen;
      return TRUE;
    }
  }
  *ret_foreign = TRUE;
  return TRUE;
}

/* --- Putting them together --- */

/* The code of a charge, which may be that of its metric, of a quantity or of an add-on; NULL when it has none. */
static const char *
code_of (json_object *entry)
{
  json_object *code = member (entry, "code");
  if (code == NULL)
    code = member (entry, "metric");
  return code == NULL ? NULL : json_object_get_string (code);
}

static gboolean
has_entry (json_object *list, const char *code)
{
  for (gsize i = 0; json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++)
    if (g_strcmp0 (code_of (json_object_array_get_idx (list, i)), code) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
fail_missing (const struct base *base, const char *what, const char *code, json_object *list, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (gsize i = 0; json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++) {
    const char *known_code = code_of (json_object_array_get_idx (list, i));
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", known_code == NULL ? "" : known_code);
  }
  error_set (error, ERROR_NOT_FOUND, "plan %s version %" G_GINT64_FORMAT " has no %s '%s'", base->version->plan_code, base->version->version,
             what, code);
  return error_add_hint (error, known->len == 0 ? "it has none at all" : "it has: %s", known->str);
}

/* A set changes what is there: a code that was mistyped must not become a new charge. */
static gboolean
check_set (const struct base *base, json_object *shape, json_object *set, GError **error)
{
  static const char *const lists[][2] = { { "charges", "charge" }, { "quantities", "quantity" } };
  json_object *prices = member (set, "addon_prices");
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    json_object *change = member (set, lists[i][0]), *list = member (shape, lists[i][0]);
    const char *code = change == NULL ? NULL : code_of (json_object_array_get_idx (change, 0));
    if (code != NULL && !has_entry (list, code))
      return fail_missing (base, lists[i][1], code, list, error);
  }
  if (prices == NULL)
    return TRUE;
  json_object_object_foreach (prices, code, unused) {
    (void) unused;
    if (!has_entry (member (base->definition, "addons"), code))
      return fail_missing (base, "add-on", code, member (base->definition, "addons"), error);
  }
  return TRUE;
}

/* All changes in one, which are what the row keeps. */
static gboolean
join_changes (const struct base *base, const struct custom_terms *terms, json_object **ret, GError **error)
{
  g_autoptr (json_object) joined = catalog_shape_join (base->changes, terms->changes), shape = catalog_shape_of (base->definition);
  for (guint i = 0; i < terms->sets->len; i++) {
    json_object *set = g_ptr_array_index (terms->sets, i);
    g_autoptr (json_object) now = catalog_shape_merge (shape, joined);
    if (!check_set (base, now, set, error))
      return FALSE;
    json_object *next = catalog_shape_join (joined, set);
    json_object_put (joined);
    joined = next;
  }
  *ret = g_steal_pointer (&joined);
  return TRUE;
}

/* The add-ons with their prices; in a currency that the plan does not have, those whose prices were agreed. */
static json_object *
addons_of (const struct base *base, json_object *changes, gboolean foreign)
{
  json_object *addons = member (base->definition, "addons"), *prices = member (changes, "addon_prices"), *made = json_object_new_array ();
  for (gsize i = 0; addons != NULL && i < json_object_array_length (addons); i++) {
    json_object *addon = json_object_array_get_idx (addons, i), *price = member (prices, json_object_get_string (member (addon, "code")));
    if (foreign && price == NULL)
      continue;
    g_autoptr (json_object) empty = json_object_new_object (), bare = catalog_shape_merge (addon, empty);
    if (foreign) {
      json_object_object_del (bare, "prices");
      json_object_object_del (bare, "amount");
    }
    json_object_array_add (made, price == NULL ? json_object_get (bare) : catalog_shape_merge (bare, price));
  }
  return made;
}

static json_object *
codes_of (json_object *addons)
{
  json_object *codes = json_object_new_array ();
  for (gsize i = 0; i < json_object_array_length (addons); i++)
    json_object_array_add (codes, json_object_get (member (json_object_array_get_idx (addons, i), "code")));
  return codes;
}

/* A catalog file with the one plan, so that its rules are those of any other. */
static gboolean
make_file (const struct base *base, json_object *changes, gboolean foreign, const char *currency, json_object **ret, GError **error)
{
  g_autoptr (json_object) shape = catalog_shape_of (base->definition), empty = json_object_new_object (),
               terms = catalog_shape_join (changes, empty);
  json_object *addons = addons_of (base, changes, foreign), *file = json_object_new_object (), *plans = json_object_new_array ();
  g_autoptr (json_object) root = file;
  json_object_object_add (file, "addons", addons);
  json_object_object_add (file, "plans", plans);
  if (foreign) {
    g_autofree char *unsaid = catalog_shape_find_unsaid (shape, changes);
    if (unsaid != NULL) {
      error_set (error, ERROR_REFUSED, "plan %s is not sold in %s, and its %s in that currency was not agreed", base->version->plan_code,
                 currency, unsaid);
      return error_add_hint (error, "set each of its prices, or take it away with an empty value");
    }
    json_object *bare = catalog_shape_without_prices (shape);
    json_object_put (shape);
    shape = bare;
    json_object_object_add (shape, "addons", codes_of (addons));
  }
  json_object_object_del (terms, "addon_prices");
  json_object *plan = catalog_shape_merge (shape, terms);
  json_object_object_add (plan, "code", json_object_new_string (base->version->plan_code));
  json_object_array_add (plans, plan);
  if (currency == NULL)
    currency = json_object_get_string (member (base->definition, "currency"));
  json_object_object_add (file, "currency", json_object_new_string (currency));
  *ret = g_steal_pointer (&root);
  return TRUE;
}

/* "custom terms:1: plans[0].prices[0].amount: …" -> "prices[0].amount: …": there is no file whose lines could be looked up. */
static const char *
without_place (const char *problem)
{
  static const char prefix[] = "custom terms:1: ", plan[] = "plans[0].";
  if (g_str_has_prefix (problem, prefix))
    problem += strlen (prefix);
  return g_str_has_prefix (problem, plan) ? problem + strlen (plan) : problem;
}

static gboolean
check_file (struct ledger *ledger, const struct custom_terms *terms, json_object *file, struct catalog **ret, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  if (catalog_check (ledger, terms->name, file, problems, ret, &local))
    return TRUE;
  if (!g_error_matches (local, BILLCTL_ERROR, ERROR_USAGE)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (problems->len == 0)
    return error_set (error, ERROR_USAGE, "%s", without_place (local->message));
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (all, "%s%s", i == 0 ? "" : "; ", without_place (g_ptr_array_index (problems, i)));
  return error_set (error, ERROR_USAGE, "%s", all->str);
}

/* --- The row --- */

static gboolean
write_version (struct ledger *ledger, const struct base *base, const struct plan *plan, json_object *changes, gint64 *ret_id, GError **error)
{
  gint64 count = 0;
  g_autofree char *overrides = json_canonical (changes);
  g_autoptr (GPtrArray) details = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (plan_t) before = NULL;
  if (!plan_version_custom_count (ledger, base->version->plan_id, base->version->version, &count, error)
      || !plan_from_version (base->version, &before, error))
    return FALSE;
  g_autofree char *variant = g_strdup_printf ("custom:%" G_GINT64_FORMAT, count + 1);
  const struct plan_version version = {
    .plan_id = base->version->plan_id,
    .version = base->version->version,
    .variant = variant,
    .base_id = base->version->id,
    .overrides = overrides,
    .definition = (char *) (gpointer) (gsize) plan->definition,
  };
  plan_differences (before, plan, details);
  g_ptr_array_add (details, NULL);
  g_autofree char *words = g_strjoinv ("; ", (char **) details->pdata), *safe = text_sanitize (words, -1);
  return plan_version_insert (ledger, &version, ret_id, error)
         && audit_add (ledger, error, "plan %s version %" G_GINT64_FORMAT ", terms %s: %s", base->version->plan_code, version.version, variant,
                       safe);
}

static gboolean
find_or_write (struct ledger *ledger, const struct base *base, const struct plan *plan, json_object *changes, gint64 *ret_id, GError **error)
{
  *ret_id = base->version->id;
  if (strcmp (base->version->definition, plan->definition) == 0)
    return TRUE;
  if (!plan_version_custom_find (ledger, base->version->id, plan->definition, ret_id, error))
    return FALSE;
  return *ret_id != 0 || write_version (ledger, base, plan, changes, ret_id, error);
}

static gboolean
make_on (struct ledger *ledger, struct base *base, const struct custom_terms *terms, gint64 *ret_version_id, GError **error)
{
  g_autoptr (json_object) changes = NULL, file = NULL;
  g_autoptr (catalog_t) catalog = NULL;
  gboolean foreign = FALSE;
  if (!join_changes (base, terms, &changes, error))
    return FALSE;
  json_object *named = member (changes, "currency");
  g_autofree char *currency = json_object_is_type (named, json_type_string) ? g_ascii_strup (json_object_get_string (named), -1) : NULL;
  if (currency != NULL && currency_find (currency) == NULL)
    return error_set (error, ERROR_USAGE, "currency: '%s' is not an ISO 4217 currency, such as USD or EUR", currency);
  if (!choose_currency (ledger, currency, base, &foreign, error) || !make_file (base, changes, foreign, currency, &file, error)
      || !check_file (ledger, terms, file, &catalog, error))
    return FALSE;
  const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, 0);
  return find_or_write (ledger, base, plan->terms, changes, ret_version_id, error);
}

gboolean
custom_terms_make (struct ledger *ledger, gint64 version_id, const struct custom_terms *terms, gint64 *ret_version_id, GError **error)
{
  g_auto (base_t) base = { 0 };
  return load_base (ledger, version_id, &base, error) && make_on (ledger, &base, terms, ret_version_id, error);
}

gboolean
custom_terms_move (struct ledger *ledger, gint64 custom_id, gint64 base_id, gint64 *ret_version_id, GError **error)
{
  g_auto (base_t) agreed = { 0 }, base = { 0 };
  g_autoptr (custom_terms_t) none = g_new0 (struct custom_terms, 1);
  none->name = g_strdup ("custom terms");
  none->changes = json_object_new_object ();
  none->sets = g_ptr_array_new ();
  if (!load_base (ledger, custom_id, &agreed, error) || !load_base (ledger, base_id, &base, error))
    return FALSE;
  json_object_put (base.changes);
  base.changes = json_object_get (agreed.changes);
  return make_on (ledger, &base, none, ret_version_id, error);
}

gboolean
custom_terms_try (struct ledger *ledger, const char *overrides, const struct plan *base, json_object *metrics, struct plan **ret,
                  GError **error)
{
  g_auto (base_t) made = { 0 };
  g_autoptr (json_object) file = NULL;
  g_autoptr (catalog_t) catalog = NULL;
  const struct custom_terms terms = { .name = (char *) (gpointer) (gsize) "custom terms" };
  made.version = g_new0 (struct plan_version, 1);
  made.version->plan_code = g_strdup (base->code);
  made.version->version = base->version;
  if (!parse (overrides, &made.changes, error) || !parse (base->definition, &made.definition, error))
    return FALSE;
  json_object *named = member (made.changes, "currency");
  g_autofree char *currency = json_object_is_type (named, json_type_string) ? g_ascii_strup (json_object_get_string (named), -1) : NULL;
  gboolean foreign = currency != NULL && strcmp (currency, base->currency->code) != 0;
  if (!make_file (&made, made.changes, foreign, currency, &file, error))
    return FALSE;
  if (metrics != NULL)
    json_object_object_add (file, "metrics", json_object_get (metrics));
  if (!check_file (ledger, &terms, file, &catalog, error))
    return FALSE;
  const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, 0);
  return plan_parse (plan->terms->definition, base->code, base->name, ret, error);
}

gboolean
custom_terms_differences (struct ledger *ledger, gint64 version_id, GPtrArray *ret, GError **error)
{
  g_autoptr (plan_version_t) version = NULL, base = NULL;
  g_autoptr (plan_t) next = NULL, before = NULL;
  if (!plan_version_get (ledger, version_id, &version, error))
    return FALSE;
  if (version->base_id == 0)
    return TRUE;
  if (!plan_version_get (ledger, version->base_id, &base, error) || !plan_from_version (version, &next, error)
      || !plan_from_version (base, &before, error))
    return FALSE;
  plan_differences (before, next, ret);
  return TRUE;
}
