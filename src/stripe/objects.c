/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading and writing objects: what all kinds have in common; customers and meters. */
#include "stripe/objects-private.h"

#include "base/error.h"

#include <string.h>

enum {
  NAME_MAX_LENGTH = 256,
  EMAIL_MAX_LENGTH = 512,
  TEXT_MAX_LENGTH = 5000,
  EVENT_NAME_MAX_LENGTH = 100,
  DISPLAY_NAME_MAX_LENGTH = 250
};

/* --- reading ---------------------------------------------------------------------------------------------------- */

json_object *
object_member (json_object *object, const char *name)
{
  json_object *value;
  if (!json_object_is_type (object, json_type_object) || !json_object_object_get_ex (object, name, &value))
    return NULL;
  return value;
}

const char *
object_text (json_object *object, const char *name)
{
  json_object *value = object_member (object, name);
  return json_object_is_type (value, json_type_string) ? json_object_get_string (value) : NULL;
}

gboolean
object_boolean (json_object *object, const char *name)
{
  json_object *value = object_member (object, name);
  return json_object_is_type (value, json_type_boolean) && json_object_get_boolean (value);
}

const char *
object_metadata (json_object *object, const char *key)
{
  return object_text (object_member (object, "metadata"), key);
}

const char *
stripe_reference (json_object *value)
{
  if (json_object_is_type (value, json_type_string))
    return json_object_get_string (value);
  return object_text (value, "id");
}

gboolean
object_needs (const char *value, const char *kind, const char *name, GError **error)
{
  return value != NULL || error_set (error, ERROR_REMOTE, "Stripe sent a %s without its %s", kind, name);
}

gboolean
object_identity (json_object *object, const char *kind, const char **ret, GError **error)
{
  const char *id = object_text (object, "id");
  const char *seen = object_text (object, "object");
  if (g_strcmp0 (seen, kind) != 0)
    return error_set (error, ERROR_REMOTE, "Stripe sent %s instead of a %s", seen == NULL ? "something" : seen, kind);
  if (!object_needs (id, kind, "id", error))
    return FALSE;
  *ret = id;
  return TRUE;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static gboolean
check_length (const char *value, glong most, const char *what, GError **error)
{
  glong length = g_utf8_strlen (value, -1);
  return length <= most || error_set (error, ERROR_USAGE, "the %s has %ld characters, Stripe takes %ld", what, length, most);
}

gboolean
add_limited (struct form *form, const char *name, const char *value, glong most, const char *what, GError **error)
{
  if (!check_length (value, most, what, error))
    return FALSE;
  form_add (form, name, value);
  return TRUE;
}

void
note_field (GString *fields, const char *name)
{
  if (fields->len > 0)
    g_string_append (fields, ", ");
  g_string_append (fields, name);
}

gboolean
add_changed (struct form *form, const char *name, const char *value, const char *seen, glong most, GString *fields,
             GError **error)
{
  const char *wanted = value == NULL ? "" : value;
  if (strcmp (wanted, seen == NULL ? "" : seen) == 0)
    return TRUE;
  if (!add_limited (form, name, wanted, most, name, error))
    return FALSE;
  note_field (fields, name);
  return TRUE;
}

gboolean
add_changed_metadata (struct form *form, const char *key, const char *value, const char *seen, GString *fields, GError **error)
{
  if (value == NULL || g_strcmp0 (value, seen) == 0)
    return TRUE;
  if (!form_add_metadata (form, key, value, error))
    return FALSE;
  note_field (fields, key);
  return TRUE;
}

/* --- customers -------------------------------------------------------------------------------------------------- */

/* The two lines that Stripe has for a street address; owned. */
struct lines {
  char *line1;
  char *line2;
};

static struct lines
split_address (const char *address)
{
  struct lines lines = { NULL, NULL };
  if (address == NULL)
    return lines;
  g_auto (GStrv) parts = g_strsplit (address, "\n", 2);
  if (parts[0] == NULL)
    return lines;
  lines.line1 = g_strdup (parts[0]);
  if (parts[1] != NULL) {
    g_auto (GStrv) rest = g_strsplit (g_strchomp (parts[1]), "\n", -1);
    lines.line2 = g_strjoinv (", ", rest);
  }
  return lines;
}

/* An address is replaced as a whole, so all of it is sent when any of it differs. */
static gboolean
add_address (const struct stripe_customer *wanted, const struct stripe_customer_seen *seen, struct form *form, GString *fields,
             GError **error)
{
  struct lines lines = split_address (wanted->address);
  const struct {
    const char *name, *value, *seen;
  } rows[] = {
    { "address[line1]", lines.line1, seen->line1 },
    { "address[line2]", lines.line2, seen->line2 },
    { "address[country]", wanted->country, seen->country },
  };
  gboolean ok = TRUE, differs = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    differs = differs || strcmp (rows[i].value == NULL ? "" : rows[i].value, rows[i].seen == NULL ? "" : rows[i].seen) != 0;
  for (gsize i = 0; ok && differs && i < G_N_ELEMENTS (rows); i++)
    ok = add_limited (form, rows[i].name, rows[i].value == NULL ? "" : rows[i].value, TEXT_MAX_LENGTH, "customer's address",
                      error);
  if (ok && differs)
    note_field (fields, "address");
  g_free (lines.line1);
  g_free (lines.line2);
  return ok;
}

gboolean
stripe_customer_update (const struct stripe_customer *wanted, const struct stripe_customer_seen *seen, struct form *form,
                        GString *fields, GError **error)
{
  return add_changed (form, "name", wanted->name, seen->name, NAME_MAX_LENGTH, fields, error)
         && add_changed (form, "email", wanted->email, seen->email, EMAIL_MAX_LENGTH, fields, error)
         && add_address (wanted, seen, form, fields, error)
         && add_changed_metadata (form, "billctl_customer", wanted->code, seen->code, fields, error)
         && add_changed_metadata (form, "billctl_ledger", wanted->ledger, seen->ledger, fields, error);
}

/* Everything that is set differs from nothing. */
gboolean
stripe_customer_create (const struct stripe_customer *wanted, struct form *form, GError **error)
{
  g_autoptr (GString) fields = g_string_new (NULL);
  return stripe_customer_update (wanted, &(struct stripe_customer_seen){ 0 }, form, fields, error);
}

gboolean
stripe_customer_read (json_object *object, struct stripe_customer_seen *ret, GError **error)
{
  struct stripe_customer_seen seen = { 0 };
  if (!object_identity (object, "customer", &seen.id, error))
    return FALSE;
  json_object *address = object_member (object, "address");
  seen.deleted = object_boolean (object, "deleted");
  seen.name = object_text (object, "name");
  seen.email = object_text (object, "email");
  seen.country = object_text (address, "country");
  seen.line1 = object_text (address, "line1");
  seen.line2 = object_text (address, "line2");
  seen.code = object_metadata (object, "billctl_customer");
  seen.ledger = object_metadata (object, "billctl_ledger");
  *ret = seen;
  return TRUE;
}

gboolean
stripe_customer_is_ours (const struct stripe_customer *wanted, const struct stripe_customer_seen *seen)
{
  return !seen->deleted && g_strcmp0 (wanted->code, seen->code) == 0 && g_strcmp0 (wanted->ledger, seen->ledger) == 0;
}

/* --- meters ----------------------------------------------------------------------------------------------------- */

gboolean
stripe_meter_create (const struct stripe_meter *wanted, struct form *form, GError **error)
{
  static const char *const formulas[] = { "count", "sum", "last", NULL };
  if (!g_strv_contains (formulas, wanted->aggregation))
    return error_set (error, ERROR_REFUSED, "Stripe has no meter that aggregates by %s (metric %s)", wanted->aggregation,
                      wanted->event_name);
  if (!add_limited (form, "display_name", wanted->display_name, DISPLAY_NAME_MAX_LENGTH, "metric's name", error)
      || !add_limited (form, "event_name", wanted->event_name, EVENT_NAME_MAX_LENGTH, "metric's code", error))
    return FALSE;
  form_add (form, "default_aggregation[formula]", wanted->aggregation);
  form_add (form, "customer_mapping[type]", "by_id");
  form_add (form, "customer_mapping[event_payload_key]", "stripe_customer_id");
  form_add (form, "value_settings[event_payload_key]", "value");
  return TRUE;
}

gboolean
stripe_meter_read (json_object *object, struct stripe_meter_seen *ret, GError **error)
{
  struct stripe_meter_seen seen = { 0 };
  if (!object_identity (object, "billing.meter", &seen.id, error))
    return FALSE;
  seen.event_name = object_text (object, "event_name");
  seen.display_name = object_text (object, "display_name");
  seen.formula = object_text (object_member (object, "default_aggregation"), "formula");
  seen.active = g_strcmp0 (object_text (object, "status"), "active") == 0;
  if (!object_needs (seen.event_name, "meter", "event name", error) || !object_needs (seen.formula, "meter", "formula", error))
    return FALSE;
  *ret = seen;
  return TRUE;
}
