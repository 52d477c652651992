/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products and prices: the catalog as Stripe has it. */
#include "stripe/objects-private.h"

#include "base/error.h"

#include <string.h>

enum { PRODUCT_NAME_MAX_LENGTH = 5000, DESCRIPTION_MAX_LENGTH = 40000, NICKNAME_MAX_LENGTH = 5000 };

/* --- products --------------------------------------------------------------------------------------------------- */

/* "-HH" stands for one byte. A '-' of the code's own stays as it is unless it would be read as such. */
static void
append_id_part (GString *id, const char *code)
{
  for (const char *c = code; *c != '\0'; c++) {
    gboolean looks_escaped = *c == '-' && g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]);
    if (g_ascii_isalnum (*c) || *c == '_' || (*c == '-' && !looks_escaped))
      g_string_append_c (id, *c);
    else
      g_string_append_printf (id, "-%02x", (guint)(guchar)*c);
  }
}

char *
stripe_product_id (const char *ledger, const char *plan)
{
  GString *id = g_string_new ("billctl_");
  if (ledger != NULL) {
    append_id_part (id, ledger);
    g_string_append_c (id, '_');
  }
  append_id_part (id, plan);
  return g_string_free (id, FALSE);
}

gboolean
stripe_product_create (const struct stripe_product *wanted, struct form *form, GError **error)
{
  g_autofree char *id = stripe_product_id (wanted->ledger, wanted->plan);
  form_add (form, "id", id);
  if (!add_limited (form, "name", wanted->name, PRODUCT_NAME_MAX_LENGTH, "plan's name", error))
    return FALSE;
  if (wanted->description != NULL && *wanted->description != '\0'
      && !add_limited (form, "description", wanted->description, DESCRIPTION_MAX_LENGTH, "plan's description", error))
    return FALSE;
  if (!wanted->active)
    form_add_boolean (form, "active", FALSE);
  return form_add_metadata (form, "billctl_plan", wanted->plan, error)
         && (wanted->ledger == NULL || form_add_metadata (form, "billctl_ledger", wanted->ledger, error));
}

gboolean
stripe_product_read (json_object *object, struct stripe_product_seen *ret, GError **error)
{
  struct stripe_product_seen seen = { 0 };
  if (!object_identity (object, "product", &seen.id, error))
    return FALSE;
  seen.deleted = object_boolean (object, "deleted");
  seen.name = object_text (object, "name");
  seen.description = object_text (object, "description");
  seen.active = object_boolean (object, "active");
  seen.default_price = stripe_reference (object_member (object, "default_price"));
  seen.plan = object_metadata (object, "billctl_plan");
  seen.ledger = object_metadata (object, "billctl_ledger");
  if (!seen.deleted && !object_needs (seen.name, "product", "name", error))
    return FALSE;
  *ret = seen;
  return TRUE;
}

gboolean
stripe_product_update (const struct stripe_product *wanted, const struct stripe_product_seen *seen, struct form *form,
                       GString *fields, GError **error)
{
  if (!add_changed (form, "name", wanted->name, seen->name, PRODUCT_NAME_MAX_LENGTH, fields, error)
      || !add_changed (form, "description", wanted->description, seen->description, DESCRIPTION_MAX_LENGTH, fields, error))
    return FALSE;
  if (!wanted->active != !seen->active) {
    form_add_boolean (form, "active", wanted->active);
    note_field (fields, "active");
  }
  return add_changed_metadata (form, "billctl_plan", wanted->plan, seen->plan, fields, error)
         && add_changed_metadata (form, "billctl_ledger", wanted->ledger, seen->ledger, fields, error);
}

gboolean
stripe_product_is_ours (const struct stripe_product *wanted, const struct stripe_product_seen *seen)
{
  return !seen->deleted && g_strcmp0 (wanted->plan, seen->plan) == 0 && g_strcmp0 (wanted->ledger, seen->ledger) == 0;
}

void
stripe_product_set_default_price (const char *price, struct form *form)
{
  form_add (form, "default_price", price);
}

/* --- prices ----------------------------------------------------------------------------------------------------- */

gboolean
stripe_recurring_encode (struct interval interval, struct stripe_recurring *ret, GError **error)
{
  /* Three years. Source: recurring.interval_count in the API reference, which names no figure for days. */
  static const struct {
    const char *name;
    int factor;
    int most;
  } rows[] = {
    [INTERVAL_DAY] = { "day", 1, 1095 },     [INTERVAL_WEEK] = { "week", 1, 156 }, [INTERVAL_MONTH] = { "month", 1, 36 },
    [INTERVAL_QUARTER] = { "month", 3, 36 }, [INTERVAL_YEAR] = { "year", 1, 3 },
  };
  int count = interval.count * rows[interval.unit].factor;
  if (count > rows[interval.unit].most)
    return error_set (error, ERROR_REFUSED, "Stripe bills every three years at the least, not every %d %ss", count,
                      rows[interval.unit].name);
  *ret = (struct stripe_recurring){ rows[interval.unit].name, count };
  return TRUE;
}

gboolean
stripe_price_lookup_key (const char *plan, struct interval interval, const struct currency *currency, char **ret, GError **error)
{
  static const char *const names[] = { [INTERVAL_DAY] = "day",
                                       [INTERVAL_WEEK] = "week",
                                       [INTERVAL_MONTH] = "month",
                                       [INTERVAL_QUARTER] = "quarter",
                                       [INTERVAL_YEAR] = "year" };
  g_autofree char *code = g_ascii_strdown (currency->code, -1);
  g_autofree char *key = interval.count == 1 ? g_strdup_printf ("%s_%s_%s", plan, names[interval.unit], code)
                                             : g_strdup_printf ("%s_%s%d_%s", plan, names[interval.unit], interval.count, code);
  if (strlen (key) > STRIPE_LOOKUP_KEY_LENGTH_MAX)
    return error_set (error, ERROR_USAGE, "the lookup key of plan %s has more than the %d characters that Stripe takes", plan,
                      (int)STRIPE_LOOKUP_KEY_LENGTH_MAX);
  *ret = g_steal_pointer (&key);
  return TRUE;
}

static void
version_text (const struct stripe_price *wanted, char text[24])
{
  g_snprintf (text, 24, "%" G_GINT64_FORMAT, wanted->version);
}

gboolean
stripe_price_create (const struct stripe_price *wanted, gboolean transfer_lookup_key, struct form *form, GError **error)
{
  struct stripe_recurring recurring = { 0 };
  char version[24];
  g_autofree char *currency = g_ascii_strdown (wanted->currency->code, -1);
  if (!stripe_recurring_encode (wanted->interval, &recurring, error))
    return FALSE;
  version_text (wanted, version);
  form_add (form, "currency", currency);
  form_add (form, "product", wanted->product);
  form_add (form, wanted->amount.is_integer ? "unit_amount" : "unit_amount_decimal", wanted->amount.text);
  form_add (form, "recurring[interval]", recurring.interval);
  form_add_integer (form, "recurring[interval_count]", recurring.count);
  form_add (form, "lookup_key", wanted->lookup_key);
  if (transfer_lookup_key)
    form_add_boolean (form, "transfer_lookup_key", TRUE);
  if (wanted->nickname != NULL && !add_limited (form, "nickname", wanted->nickname, NICKNAME_MAX_LENGTH, "price's name", error))
    return FALSE;
  return form_add_metadata (form, "billctl_plan", wanted->plan, error)
         && form_add_metadata (form, "billctl_version", version, error)
         && (wanted->ledger == NULL || form_add_metadata (form, "billctl_ledger", wanted->ledger, error));
}

/* unit_amount_decimal is text, unit_amount a number; the first has the decimals. */
static void
read_amount (json_object *object, struct stripe_price_seen *seen)
{
  json_object *amount = object_member (object, "unit_amount");
  const char *text = object_text (object, "unit_amount_decimal");
  if (text != NULL && strlen (text) < sizeof seen->unit_amount)
    g_strlcpy (seen->unit_amount, text, sizeof seen->unit_amount);
  else if (json_object_is_type (amount, json_type_int))
    g_snprintf (seen->unit_amount, sizeof seen->unit_amount, "%" G_GINT64_FORMAT, json_object_get_int64 (amount));
}

gboolean
stripe_price_read (json_object *object, struct stripe_price_seen *ret, GError **error)
{
  const char *id;
  if (!object_identity (object, "price", &id, error)
      || !object_needs (stripe_reference (object_member (object, "product")), "price", "product", error)
      || !object_needs (object_text (object, "currency"), "price", "currency", error))
    return FALSE;
  json_object *recurring = object_member (object, "recurring");
  json_object *count = object_member (recurring, "interval_count");
  *ret = (struct stripe_price_seen){
    .id = id,
    .product = stripe_reference (object_member (object, "product")),
    .currency = object_text (object, "currency"),
    .active = object_boolean (object, "active"),
    .lookup_key = object_text (object, "lookup_key"),
    .interval = object_text (recurring, "interval"),
    .interval_count = json_object_is_type (count, json_type_int) ? json_object_get_int64 (count) : 1,
    .usage_type = object_text (recurring, "usage_type"),
    .plan = object_metadata (object, "billctl_plan"),
    .version = object_metadata (object, "billctl_version"),
    .ledger = object_metadata (object, "billctl_ledger"),
  };
  read_amount (object, ret);
  return TRUE;
}

static void
note_difference (GString *differences, const char *what, const char *seen, const char *wanted)
{
  if (differences->len > 0)
    g_string_append (differences, "; ");
  g_string_append_printf (differences, "%s %s, not %s", what, seen == NULL ? "none" : seen, wanted);
}

static gboolean
same_amount (const char *seen, const char *wanted)
{
  struct decimal a, b;
  return decimal_parse (seen, strlen (seen), &a) == DECIMAL_OK && decimal_parse (wanted, strlen (wanted), &b) == DECIMAL_OK
         && decimal_compare (a, b) == 0;
}

gboolean
stripe_price_matches (const struct stripe_price *wanted, const struct stripe_price_seen *seen, GString *differences,
                      GError **error)
{
  struct stripe_recurring recurring = { 0 };
  if (!stripe_recurring_encode (wanted->interval, &recurring, error))
    return FALSE;
  gsize before = differences->len;
  if (strcmp (seen->product, wanted->product) != 0)
    note_difference (differences, "product", seen->product, wanted->product);
  if (g_ascii_strcasecmp (seen->currency, wanted->currency->code) != 0)
    note_difference (differences, "currency", seen->currency, wanted->currency->code);
  if (!same_amount (seen->unit_amount, wanted->amount.text))
    note_difference (differences, "amount", *seen->unit_amount == '\0' ? NULL : seen->unit_amount, wanted->amount.text);
  if (g_strcmp0 (seen->interval, recurring.interval) != 0 || seen->interval_count != recurring.count) {
    g_autofree char *is
        = seen->interval == NULL ? NULL : g_strdup_printf ("%s × %" G_GINT64_FORMAT, seen->interval, seen->interval_count);
    g_autofree char *should = g_strdup_printf ("%s × %d", recurring.interval, recurring.count);
    note_difference (differences, "interval", is, should);
  }
  if (seen->interval != NULL && g_strcmp0 (seen->usage_type, "licensed") != 0)
    note_difference (differences, "usage type", seen->usage_type, "licensed");
  return differences->len == before;
}

gboolean
stripe_price_update (const struct stripe_price *wanted, const struct stripe_price_seen *seen, struct form *form, GString *fields,
                     GError **error)
{
  char version[24];
  version_text (wanted, version);
  if (!seen->active) {
    form_add_boolean (form, "active", TRUE);
    note_field (fields, "active");
  }
  if (!add_changed (form, "lookup_key", wanted->lookup_key, seen->lookup_key, STRIPE_LOOKUP_KEY_LENGTH_MAX, fields, error))
    return FALSE;
  if (g_strcmp0 (wanted->lookup_key, seen->lookup_key) != 0)
    form_add_boolean (form, "transfer_lookup_key", TRUE);
  return add_changed_metadata (form, "billctl_plan", wanted->plan, seen->plan, fields, error)
         && add_changed_metadata (form, "billctl_version", version, seen->version, fields, error)
         && add_changed_metadata (form, "billctl_ledger", wanted->ledger, seen->ledger, fields, error);
}

void
stripe_price_retire (struct form *form)
{
  form_add_boolean (form, "active", FALSE);
}

void
stripe_price_lookup (const char *const *keys, guint count, struct form *form)
{
  if (count > STRIPE_LOOKUP_KEYS_MAX)
    BUG ("%u lookup keys in one request", count);
  for (guint i = 0; i < count; i++)
    form_add_element (form, "lookup_keys", i, keys[i]);
}
