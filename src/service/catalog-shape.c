/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as catalog files write them. */
#include "service/catalog-shape.h"

#include "core/decimal.h"
#include "core/period.h"
#include "service/catalog-fields.h"

#include <glib.h>
#include <json-c/linkhash.h>
#include <string.h>

static json_object *
member (json_object *object, const char *key)
{
  json_object *value = NULL;
  return json_object_is_type (object, json_type_object) && json_object_object_get_ex (object, key, &value) ? value : NULL;
}

static const char *
text_of (json_object *object, const char *key)
{
  json_object *value = member (object, key);
  return json_object_is_type (value, json_type_string) ? json_object_get_string (value) : NULL;
}

static void
share (json_object *object, const char *key, json_object *value)
{
  json_object_object_add (object, key, json_object_get (value));
}

/* The members of an object, which the copy shares. */
static json_object *
copy_of (json_object *object)
{
  json_object *copy = json_object_new_object ();
  json_object_object_foreach (object, key, value) {
    share (copy, key, value);
  }
  return copy;
}

/* A list of what `make` makes of each element. */
static json_object *
map_list (json_object *list, json_object *(*make) (json_object *element))
{
  json_object *made = json_object_new_array ();
  for (gsize i = 0; i < json_object_array_length (list); i++)
    json_object_array_add (made, make (json_object_array_get_idx (list, i)));
  return made;
}

/* --- From definitions --- */

/* A price of zero is left out of definitions, but a file must say it. */
static json_object *
tier_of (json_object *tier)
{
  json_object *made = copy_of (tier);
  if (member (tier, "unit_price") == NULL && member (tier, "percent") == NULL && member (tier, "flat_price") == NULL)
    json_object_object_add (made, "flat_price", json_object_new_string ("0"));
  return made;
}

/* The fields of a price stand beside the others. */
static void
spread_price (json_object *made)
{
  json_object *price = json_object_get (member (made, "price"));
  json_object_object_del (made, "price");
  if (price == NULL)
    return;
  json_object_object_foreach (price, key, value) {
    share (made, key, value);
  }
  json_object *tiers = member (price, "tiers");
  if (tiers != NULL)
    json_object_object_add (made, "tiers", map_list (tiers, tier_of));
  json_object_put (price);
}

static json_object *
filter_of (json_object *filter)
{
  json_object *made = copy_of (filter), *match = json_object_new_object (), *pairs = member (filter, "match");
  for (gsize i = 0; i < json_object_array_length (pairs); i++) {
    json_object *pair = json_object_array_get_idx (pairs, i);
    share (match, json_object_get_string (json_object_array_get_idx (pair, 0)), json_object_array_get_idx (pair, 1));
  }
  json_object_object_add (made, "match", match);
  spread_price (made);
  return made;
}

static json_object *
charge_of (json_object *charge)
{
  json_object *made = copy_of (charge), *filters = member (charge, "filters");
  if (filters != NULL)
    json_object_object_add (made, "filters", map_list (filters, filter_of));
  spread_price (made);
  /* That of all metrics has no code that could be written. */
  if (g_strcmp0 (text_of (charge, "code"), text_of (charge, "metric")) == 0)
    json_object_object_del (made, "code");
  return made;
}

static json_object *
addon_code_of (json_object *addon)
{
  return json_object_get (member (addon, "code"));
}

json_object *
catalog_shape_of (json_object *definition)
{
  json_object *made = copy_of (definition), *charges = member (definition, "charges"), *addons = member (definition, "addons");
  json_object *credits = member (definition, "credits");
  if (charges != NULL)
    json_object_object_add (made, "charges", map_list (charges, charge_of));
  if (addons != NULL)
    json_object_object_add (made, "addons", map_list (addons, addon_code_of));
  if (credits != NULL) {
    json_object *included = json_object_new_object ();
    share (included, "included", credits);
    json_object_object_add (made, "credits", included);
  }
  return made;
}

/* --- Changes --- */

static gboolean
same_text (json_object *a, json_object *b, const char *key)
{
  const char *first = text_of (a, key), *second = text_of (b, key);
  return first != NULL && second != NULL && strcmp (first, second) == 0;
}

static gboolean
same_code (json_object *base, json_object *change)
{
  return same_text (base, change, "code");
}

static gboolean
same_metric (json_object *base, json_object *change)
{
  return same_text (base, change, "metric");
}

/* A charge goes by its code, which is that of its metric where it names none. */
static gboolean
same_charge (json_object *base, json_object *change)
{
  const char *wanted = text_of (change, "code"), *code = text_of (base, "code");
  if (wanted == NULL)
    return same_metric (base, change);
  return g_strcmp0 (code == NULL ? text_of (base, "metric") : code, wanted) == 0;
}

static gboolean
read_interval (json_object *entry, struct interval *ret)
{
  const char *text = text_of (entry, "interval");
  json_object *object = member (entry, "interval"), *count = member (object, "count");
  const char *unit = text_of (object, "unit");
  if (text == NULL && unit == NULL)
    return FALSE;
  g_autofree char *words = text != NULL ? g_strdup (text) : g_strdup_printf ("%s:%s", unit, count == NULL ? "1" : json_object_get_string (count));
  return interval_parse (words, strlen (words), ret);
}

static gboolean
same_interval (json_object *base, json_object *change)
{
  struct interval a, b;
  return read_interval (base, &a) && read_interval (change, &b) && interval_equal (a, b);
}

static gboolean
same_match (json_object *base, json_object *change)
{
  json_object *a = member (base, "match"), *b = member (change, "match");
  if (a == NULL || b == NULL)
    return FALSE;
  g_autofree char *first = json_canonical (a), *second = json_canonical (b);
  return strcmp (first, second) == 0;
}

/* The lists whose entries are known by something. */
static const struct keyed_list {
  const char *key;
  gboolean (*same) (json_object *base, json_object *change);
} keyed_lists[] = {
  { "prices", same_interval }, { "quantities", same_code }, { "charges", same_charge }, { "limits", same_metric }, { "filters", same_match },
};

static const struct keyed_list *
find_keyed_list (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keyed_lists); i++)
    if (strcmp (keyed_lists[i].key, key) == 0)
      return &keyed_lists[i];
  return NULL;
}

static json_object *merge (json_object *base, json_object *changes, gboolean keep_nulls);

static json_object *
merge_list (json_object *base, json_object *changes, const struct keyed_list *kind, gboolean keep_nulls)
{
  json_object *made = json_object_new_array ();
  for (gsize i = 0; i < json_object_array_length (base); i++)
    json_object_array_add (made, json_object_get (json_object_array_get_idx (base, i)));
  for (gsize i = 0; i < json_object_array_length (changes); i++) {
    json_object *change = json_object_array_get_idx (changes, i);
    gsize place = 0;
    while (place < json_object_array_length (made) && !kind->same (json_object_array_get_idx (made, place), change))
      place++;
    if (place == json_object_array_length (made))
      json_object_array_add (made, json_object_get (change));
    else
      json_object_array_put_idx (made, place, merge (json_object_array_get_idx (made, place), change, keep_nulls));
  }
  return made;
}

/* What the change replaces without naming it. */
static void
drop_outdated (json_object *made, json_object *changes)
{
  const char *model = text_of (changes, "model");
  if (model != NULL && g_strcmp0 (model, text_of (made, "model")) != 0) {
    for (gsize i = 0; catalog_price_fields[i] != NULL; i++)
      json_object_object_del (made, catalog_price_fields[i]);
    json_object_object_del (made, "filters");
  }
  /* A quantity has the one or the other. */
  if (member (changes, "unit_price") != NULL)
    json_object_object_del (made, "prices");
  if (member (changes, "prices") != NULL && member (made, "code") != NULL)
    json_object_object_del (made, "unit_price");
}

static json_object *
merge (json_object *base, json_object *changes, gboolean keep_nulls)
{
  if (!json_object_is_type (base, json_type_object) || !json_object_is_type (changes, json_type_object))
    return json_object_get (changes);
  json_object *made = copy_of (base);
  drop_outdated (made, changes);
  json_object_object_foreach (changes, key, value) {
    json_object *old = member (made, key);
    const struct keyed_list *kind = find_keyed_list (key);
    gboolean lists = json_object_is_type (old, json_type_array) && json_object_is_type (value, json_type_array);
    if (value == NULL && !keep_nulls)
      json_object_object_del (made, key);
    else if (kind != NULL && lists)
      json_object_object_add (made, key, merge_list (old, value, kind, keep_nulls));
    else if (old != NULL && json_object_is_type (value, json_type_object) && strcmp (key, "interval") != 0 && strcmp (key, "match") != 0)
      json_object_object_add (made, key, merge (old, value, keep_nulls));
    else
      share (made, key, value);
  }
  return made;
}

json_object *
catalog_shape_merge (json_object *base, json_object *changes)
{
  return merge (base, changes, FALSE);
}

json_object *
catalog_shape_join (json_object *changes, json_object *more)
{
  return merge (changes, more, TRUE);
}

/* --- Without prices --- */

/* What is in a currency: of a plan, and of a quantity, a charge or a filter. */
static const char *const plan_prices[] = { "prices", "minimum_spend", "maximum_spend", NULL };
static const char *const item_prices[] = { "prices",    "unit_price", "amount",    "package_price",  "tiers",          "event_fee",
                                           "free_amount", "event_min",  "event_max", "minimum_amount", "maximum_amount", NULL };

/* Is it an amount or a price, or are there some in the list? Nothing costs nothing in every currency. */
static gboolean
has_price (json_object *value)
{
  static const char *const fields[] = { "amount", "unit_price", "flat_price" };
  struct decimal number;
  if (json_object_is_type (value, json_type_string)) {
    const char *text = json_object_get_string (value);
    return decimal_parse (text, strlen (text), &number) != DECIMAL_OK || decimal_sign (number) != 0;
  }
  if (!json_object_is_type (value, json_type_array))
    return value != NULL;
  for (gsize i = 0; i < json_object_array_length (value); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (fields); k++) {
      json_object *price = member (json_object_array_get_idx (value, i), fields[k]);
      if (price != NULL && has_price (price))
        return TRUE;
    }
  return FALSE;
}

static void
drop_prices (json_object *object, const char *const *fields)
{
  for (gsize i = 0; fields[i] != NULL; i++)
    if (has_price (member (object, fields[i])))
      json_object_object_del (object, fields[i]);
}

/* A charge, a filter or a quantity. */
static json_object *
item_without_prices (json_object *item)
{
  if (!json_object_is_type (item, json_type_object))
    return json_object_get (item);
  json_object *made = copy_of (item), *filters = member (item, "filters");
  drop_prices (made, item_prices);
  if (json_object_is_type (filters, json_type_array))
    json_object_object_add (made, "filters", map_list (filters, item_without_prices));
  return made;
}

static const char *const priced_lists[] = { "quantities", "charges" };

json_object *
catalog_shape_without_prices (json_object *plan)
{
  json_object *made = copy_of (plan);
  drop_prices (made, plan_prices);
  json_object_object_del (made, "currency");
  json_object_object_del (made, "currencies");
  for (gsize i = 0; i < G_N_ELEMENTS (priced_lists); i++) {
    json_object *list = member (plan, priced_lists[i]);
    if (json_object_is_type (list, json_type_array))
      json_object_object_add (made, priced_lists[i], map_list (list, item_without_prices));
  }
  return made;
}

static json_object *
find_entry (json_object *list, const struct keyed_list *kind, json_object *entry)
{
  for (gsize i = 0; json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++)
    if (kind->same (entry, json_object_array_get_idx (list, i)))
      return json_object_array_get_idx (list, i);
  return NULL;
}

/* What the changes say of it, be it that there is none. */
static gboolean
says (json_object *changes, const char *key)
{
  gboolean is_price = strcmp (key, "unit_price") == 0 || strcmp (key, "prices") == 0;
  return json_object_is_type (changes, json_type_object)
         && (json_object_object_get_ex (changes, key, NULL)
             || (is_price
                 && (json_object_object_get_ex (changes, "prices", NULL) || json_object_object_get_ex (changes, "unit_price", NULL)))
             || json_object_object_get_ex (changes, "model", NULL));
}

static char *
find_unsaid (json_object *object, json_object *changes, const char *const *fields, const char *subject)
{
  for (gsize i = 0; fields[i] != NULL; i++)
    if (has_price (member (object, fields[i])) && !says (changes, fields[i]))
      return g_strdup_printf ("%s%s%s", subject, *subject == '\0' ? "" : " ", fields[i]);
  return NULL;
}

/* Of one item of a list, and of its filters. */
static char *
find_unsaid_item (json_object *item, json_object *changes)
{
  const char *code = text_of (item, "code"), *metric = text_of (item, "metric");
  json_object *filters = member (item, "filters");
  char *found = find_unsaid (item, changes, item_prices, code != NULL ? code : metric != NULL ? metric : "");
  for (gsize i = 0; found == NULL && json_object_is_type (filters, json_type_array) && i < json_object_array_length (filters); i++) {
    json_object *filter = json_object_array_get_idx (filters, i);
    g_autofree char *match = member (filter, "match") == NULL ? g_strdup ("") : json_canonical (member (filter, "match"));
    found = find_unsaid (filter, find_entry (member (changes, "filters"), find_keyed_list ("filters"), filter), item_prices, match);
  }
  return found;
}

char *
catalog_shape_find_unsaid (json_object *plan, json_object *changes)
{
  char *found = find_unsaid (plan, changes, plan_prices, "");
  for (gsize l = 0; l < G_N_ELEMENTS (priced_lists); l++) {
    json_object *list = member (plan, priced_lists[l]);
    const struct keyed_list *kind = find_keyed_list (priced_lists[l]);
    for (gsize i = 0; found == NULL && json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++) {
      json_object *item = json_object_array_get_idx (list, i);
      found = find_unsaid_item (item, find_entry (member (changes, priced_lists[l]), kind, item));
    }
  }
  return found;
}
