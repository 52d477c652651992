/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalog files and plan definitions: a catalog that is accepted holds plans whose definitions can be read again, to the same
 * text; bytes that are no definition are refused, never half read. */
#include "fuzz.h"

#include "service/catalog.h"
#include "service/plan.h"

#include <string.h>

static void
check_definition (const struct catalog_plan *plan)
{
  g_autoptr (plan_t) again = NULL;
  g_autoptr (GError) error = NULL;
  HOLDS (plan_parse (plan->terms->definition, plan->record.code, plan->record.name, &again, &error));
  HOLDS (strcmp (again->definition, plan->terms->definition) == 0);
  HOLDS (again->charge_count == plan->terms->charge_count && again->fee_count == plan->terms->fee_count);
}

static void
check_catalog (const char *text, size_t size)
{
  g_autoptr (catalog_t) catalog = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_object) value = NULL;
  const struct catalog_source source = { .path = "fuzz.json", .text = text, .length = size };
  gboolean is_read
      = catalog_parse (&source, &value, &error) && catalog_check (NULL, source.path, value, problems, &catalog, &error);
  HOLDS (is_read == (error == NULL) && is_read == (catalog != NULL));
  HOLDS (problems->len <= CATALOG_PROBLEMS_MAX);
  for (guint i = 0; is_read && i < catalog->plans->len; i++)
    check_definition (catalog->plans->pdata[i]);
}

static void
check_plan (const char *text)
{
  g_autoptr (plan_t) plan = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_parsed = plan_parse (text, "code", "Name", &plan, &error);
  HOLDS (is_parsed == (error == NULL) && is_parsed == (plan != NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = size == 0 ? "" : (const char *) data;
  check_catalog (text, size);
  g_autofree char *terminated = g_strndup (text, size);
  check_plan (terminated);
  return 0;
}
