/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: what parses has a canonical text that parses to the same canonical text; with comments no less is accepted. */
#include "fuzz.h"

#include "base/json.h"

#include <string.h>

static json_object *
parse (const char *text, size_t size, enum json_syntax syntax)
{
  g_autoptr (GError) error = NULL;
  json_object *value = NULL;
  gboolean is_parsed = json_parse_text (text, size, "fuzz.json", syntax, &value, &error);
  HOLDS (is_parsed == (error == NULL));
  HOLDS (is_parsed || value == NULL);
  HOLDS (is_parsed || g_str_has_prefix (error->message, "fuzz.json:"));
  HOLDS (is_parsed || g_utf8_validate (error->message, -1, NULL));
  return value;
}

static void
check_canonical (json_object *value)
{
  g_autofree char *text = json_canonical (value);
  g_autoptr (json_object) again = parse (text, strlen (text), JSON_PLAIN);
  HOLDS (again != NULL);
  g_autofree char *same = json_canonical (again);
  HOLDS (strcmp (text, same) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (json_object) plain = parse (text, size, JSON_PLAIN);
  g_autoptr (json_object) commented = parse (text, size, JSON_WITH_COMMENTS);
  if (plain != NULL) {
    HOLDS (commented != NULL);
    check_canonical (plain);
  }
  return 0;
}
