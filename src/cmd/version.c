/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl version */
#include "cmd/commands.h"
#include "service/init.h"

#include <json-c/json.h>

struct part {
  const char *key;
  const char *title;
  const char *version;
};

static gboolean
print_document (const struct invocation *invocation, const struct part *parts, gsize count, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!document_new (&invocation->render, &document, error)
      || !document_field (document, "name", "Name", cell_text ("billctl"), error)
      || !document_field (document, "version", "Version", cell_text (PACKAGE_VERSION), error))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    if (!document_field (document, parts[i].key, parts[i].title, cell_text (parts[i].version), error))
      return FALSE;
  return document_close (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_autofree char *glib = g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
  const struct engine engine = engine_of_program ();
  g_autofree char *engine_version = engine.version;
  g_autofree char *engine_key = g_strconcat (engine.code, "_version", NULL);
  const struct part parts[] = {
    { engine_key, engine.name, engine_version },
    { "glib_version", "GLib", glib },
    { "json_c_version", "json-c", json_c_version () },
  };
  gsize count = invocation->verbose > 0 ? G_N_ELEMENTS (parts) : 0;
  if (invocation->format_given || invocation->render.columns != NULL)
    return print_document (invocation, parts, count, error);
  fprintf (invocation->render.out, "billctl %s\n", PACKAGE_VERSION);
  for (gsize i = 0; i < count; i++)
    fprintf (invocation->render.out, "%s %s\n", parts[i].title, parts[i].version);
  return TRUE;
}

static const char *const examples[] = { "billctl version", "billctl version --format json", NULL };

const struct command command_version = {
  .path = "version",
  .summary = "print the version of billctl",
  .description = "With --verbose also the versions of the libraries that it runs with.",
  .examples = examples,
  .needs = WRITES_ROWS,
  .run = run,
};
