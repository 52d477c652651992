/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The prices of a plan in other currencies. */
#include "service/catalog-reader.h"
#include "service/catalog-shape.h"

#include <json-c/linkhash.h>

/* The plan with the prices of one more currency, as a file would write it; NULL with the problems noted. */
static json_object *
plan_in (struct catalog_reader *reader, const struct json_node *plan, const struct json_node *changes, const struct currency *currency)
{
  g_autofree char *unsaid = catalog_shape_find_unsaid (plan->value, changes->value);
  if (unsaid != NULL) {
    reader_problem (reader, changes, "it lacks the plan's %s in %s; null says that there is none", unsaid, currency->code);
    return NULL;
  }
  g_autoptr (json_object) bare = catalog_shape_without_prices (plan->value);
  json_object *made = catalog_shape_merge (bare, changes->value);
  json_object_object_add (made, "currency", json_object_new_string (currency->code));
  return made;
}

void
read_plan_currencies (struct catalog_reader *reader, const struct json_node *plan, const struct currency *own, GPtrArray *ret_definitions)
{
  struct json_node list = json_node_member (plan, "currencies");
  if (list.value == NULL || !reader_check_currencies (reader, &list, own))
    return;
  json_object_object_foreach (list.value, code, unused) {
    (void) unused;
    struct json_node changes = json_node_member (&list, code);
    const struct currency *currency = currency_find (code);
    gsize problems = reader->problem_count;
    if (currency == NULL || currency == own || !reader_check_object (reader, &changes, catalog_currency_fields)
        || reader->problem_count != problems)
      continue;
    g_autoptr (json_object) shape = plan_in (reader, plan, &changes, currency);
    struct json_node node = { .parent = &list, .key = code, .value = shape };
    json_object *definition = shape == NULL ? NULL : read_plan_terms (reader, &node);
    if (definition != NULL)
      g_ptr_array_add (ret_definitions, definition);
  }
}
