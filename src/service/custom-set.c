/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms that are set on the command line. */
#include "service/custom-set.h"

#include "base/error.h"
#include "base/text.h"
#include "core/period.h"
#include "service/catalog-fields.h"

#include <string.h>

/* What stands before and behind the sign. */
struct set {
  const char *text;
  char *path;
  const char *value;
};

static gboolean
fail_path (const struct set *set, const char *why, GError **error)
{
  error_set (error, ERROR_USAGE, "'%s' cannot be set: %s", set->path, why);
  return error_add_hint (error, "base.month=89.00, charge.calls.unit_price=0.08, limit.calls=5000, discount_percent=10 are examples");
}

/* Some fields are whole numbers in JSON; an empty value takes the field away. */
static json_object *
value_of (const char *field, const char *value)
{
  static const char *const whole[] = { "trial_days", "grace_days", "retries", "free_events", NULL };
  gint64 number = 0;
  if (*value == '\0')
    return NULL;
  if (g_strv_contains (whole, field) && g_ascii_string_to_signed (value, 10, 0, G_MAXINT, &number, NULL))
    return json_object_new_int64 (number);
  return json_object_new_string (value);
}

/* { "KEY": value } */
static json_object *
object_of (const char *key, json_object *value)
{
  json_object *object = json_object_new_object ();
  json_object_object_add (object, key, value);
  return object;
}

static json_object *
list_of (json_object *entry)
{
  json_object *list = json_object_new_array ();
  json_object_array_add (list, entry);
  return list;
}

/* { "KEY": [ { "ID": code, "FIELD": value } ] } */
static json_object *
entry_of (const char *key, const char *id, const char *code, const char *field, json_object *value)
{
  json_object *entry = object_of (id, json_object_new_string (code));
  json_object_object_add (entry, field, value);
  return object_of (key, list_of (entry));
}

static gboolean
is_interval (const char *text)
{
  struct interval interval;
  return interval_parse (text, strlen (text), &interval);
}

/* Splits "CODE.FIELD" at its last dot: codes may have dots. *ret_field is NULL when there is none. */
static char *
split_last (const char *rest, const char **ret_field)
{
  const char *dot = strrchr (rest, '.');
  *ret_field = dot == NULL ? NULL : dot + 1;
  return dot == NULL ? g_strdup (rest) : g_strndup (rest, (gsize) (dot - rest));
}

static gboolean
read_base (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  if (!is_interval (rest))
    return fail_path (set, "a base fee is that of an interval, such as base.month", error);
  *ret = entry_of ("prices", "interval", rest, "amount", value_of ("amount", set->value));
  return TRUE;
}

static gboolean
read_quantity (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  static const char *const fields[] = { "included", "default", "min", "max", "unit_price", "name", NULL };
  const char *field = NULL;
  g_autofree char *code = split_last (rest, &field);
  if (field != NULL && is_interval (field)) {
    json_object *price = object_of ("interval", json_object_new_string (field));
    json_object_object_add (price, "unit_price", value_of (field, set->value));
    *ret = entry_of ("quantities", "code", code, "prices", list_of (price));
    return TRUE;
  }
  if (field == NULL || !g_strv_contains (fields, field))
    return fail_path (set, "of a quantity there are included, default, min, max, unit_price, and its price by interval, as in quantity.seats.month",
                      error);
  *ret = entry_of ("quantities", "code", code, field, value_of (field, set->value));
  return TRUE;
}

static gboolean
read_charge (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  static const char *const lists[] = { "code", "metric", "model", "filters", "round", "tiers", NULL };
  const char *field = NULL;
  g_autofree char *code = split_last (rest, &field);
  if (field == NULL || !g_strv_contains (catalog_charge_fields, field))
    return fail_path (set, "a field of a charge is meant, such as charge.calls.unit_price", error);
  if (g_strv_contains (lists, field))
    return fail_path (set, "this goes into a file, see --terms", error);
  *ret = entry_of ("charges", "code", code, field, value_of (field, set->value));
  return TRUE;
}

static gboolean
read_limit (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  static const char *const fields[] = { "kind", "reset", NULL };
  const char *field = NULL;
  g_autofree char *code = split_last (rest, &field);
  (void) error;
  if (field != NULL && g_strv_contains (fields, field))
    *ret = entry_of ("limits", "metric", code, field, value_of (field, set->value));
  else
    *ret = entry_of ("limits", "metric", rest, "value", value_of ("value", set->value));
  return TRUE;
}

static gboolean
read_addon (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  const char *field = NULL;
  g_autofree char *code = split_last (rest, &field);
  json_object *amount = value_of ("amount", set->value);
  (void) error;
  if (field == NULL || !is_interval (field)) {
    *ret = object_of ("addon_prices", object_of (rest, object_of ("amount", amount)));
    return TRUE;
  }
  json_object *price = object_of ("interval", json_object_new_string (field));
  json_object_object_add (price, "amount", amount);
  *ret = object_of ("addon_prices", object_of (code, object_of ("prices", list_of (price))));
  return TRUE;
}

static gboolean
read_feature (const struct set *set, const char *rest, json_object **ret, GError **error)
{
  (void) error;
  *ret = object_of ("features", object_of (rest, value_of (rest, set->value)));
  return TRUE;
}

/* What has one value in the plan itself. */
static gboolean
read_plain (const struct set *set, json_object **ret, GError **error)
{
  static const char *const fields[]
      = { "currency", "minimum_spend", "maximum_spend", "discount_percent", "proration", "usage_interval", "billing", "alignment", "type",
          "trial_days", "trial_payment_method", "grace_days", "retries", NULL };
  if (strcmp (set->path, "credits") == 0) {
    json_object *included = value_of ("credits", set->value);
    *ret = object_of ("credits", included == NULL ? NULL : object_of ("included", included));
    return TRUE;
  }
  if (!g_strv_contains (fields, set->path)) {
    const char *near = text_nearest (set->path, fields);
    if (near == NULL)
      return fail_path (set, "there is no such term", error);
    error_set (error, ERROR_USAGE, "'%s' cannot be set: there is no such term", set->path);
    return error_add_hint (error, "did you mean '%s'?", near);
  }
  *ret = object_of (set->path, value_of (set->path, set->value));
  return TRUE;
}

static gboolean
read_path (const struct set *set, json_object **ret, GError **error)
{
  static const struct {
    const char *prefix;
    gboolean (*read) (const struct set *set, const char *rest, json_object **ret, GError **error);
  } sections[] = {
    { "base.", read_base },   { "quantity.", read_quantity }, { "charge.", read_charge },
    { "limit.", read_limit }, { "addon.", read_addon },       { "feature.", read_feature },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    if (g_str_has_prefix (set->path, sections[i].prefix)) {
      const char *rest = set->path + strlen (sections[i].prefix);
      return *rest == '\0' ? fail_path (set, "its code is missing", error) : sections[i].read (set, rest, ret, error);
    }
  return read_plain (set, ret, error);
}

gboolean
custom_set_read (const char *text, json_object **ret, GError **error)
{
  const char *sign = strchr (text, '=');
  if (sign == NULL || !text_is_plain (text, -1)) {
    error_set (error, ERROR_USAGE, "'%s' does not set a term", text);
    return error_add_hint (error, "write PATH=VALUE, such as base.month=89.00");
  }
  g_autofree char *path = g_strndup (text, (gsize) (sign - text));
  const struct set set = { text, path, sign + 1 };
  return read_path (&set, ret, error);
}
