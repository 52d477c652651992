/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking events. */
#include "service/usage-event.h"

#include "base/error.h"
#include "base/text.h"
#include "store/usage.h"

#include <string.h>

enum { SHOWN_MAX = 60, SOURCE_LENGTH_MAX = 128 };

gboolean
usage_event_is_problem (const GError *error)
{
  return error->domain == BILLCTL_ERROR
         && (error->code == ERROR_USAGE || error->code == ERROR_NOT_FOUND || error->code == ERROR_REFUSED);
}

/* "quantity '1,5' is not a decimal number" */
static gboolean
fail_value (enum event_part part, struct csv_field value, enum error_code code, GError **error, const char *what)
{
  gsize length = MIN (value.length, SHOWN_MAX);
  g_autofree char *shown = text_sanitize (value.text, (gssize) length);
  return error_set (error, code, "%s '%s%s' %s", event_part_name (part), shown, length < value.length ? "…" : "", what);
}

/* Ids stand in messages, lists and files of others. */
static gboolean
check_id (struct csv_field id, GError **error)
{
  if (id.length > EVENT_ID_LENGTH_MAX) {
    fail_value (EVENT_ID, id, ERROR_USAGE, error, "is too long");
    return error_add_hint (error, "an id has at most %d bytes", EVENT_ID_LENGTH_MAX);
  }
  gboolean is_printable = TRUE; /* and ASCII, as nearly all are */
  for (gsize i = 0; i < id.length; i++)
    is_printable = is_printable && id.text[i] >= 0x20 && id.text[i] < 0x7f;
  return is_printable || text_is_plain (id.text, (gssize) id.length)
         || fail_value (EVENT_ID, id, ERROR_USAGE, error, "has control characters");
}

gboolean
usage_event_has (const struct event_fields *fields, enum event_part part)
{
  return fields->of[part].text != NULL && fields->of[part].length > 0;
}

static gboolean
check_present (const struct event_fields *fields, GError **error)
{
  for (int part = 0; part < EVENT_SUBSCRIPTION; part++)
    if (!usage_event_has (fields, (enum event_part) part))
      return error_set (error, ERROR_USAGE, "%s is missing", event_part_name ((enum event_part) part));
  return check_id (fields->of[EVENT_ID], error);
}

gboolean
usage_event_check_id (const struct event_fields *fields, GError **error)
{
  if (!usage_event_has (fields, EVENT_ID))
    return error_set (error, ERROR_USAGE, "%s is missing", event_part_name (EVENT_ID));
  return check_id (fields->of[EVENT_ID], error);
}

gboolean
usage_event_quantity (struct csv_field text, struct usage_made *ret, GError **error)
{
  struct decimal quantity;
  enum decimal_status status = decimal_parse (text.text, text.length, &quantity);
  if (status != DECIMAL_OK) {
    fail_value (EVENT_QUANTITY, text, ERROR_USAGE, error, decimal_status_text (status));
    return error_add_hint (error, "write it like 15.5 or 9.984E-7: up to 38 digits, 18 of them after the point");
  }
  ret->is_negative = decimal_sign (quantity) < 0;
  ret->event.quantity_length = decimal_format (quantity, ret->quantity);
  ret->event.quantity = ret->quantity;
  return TRUE;
}

gboolean
usage_event_time (const struct usage_event_rules *rules, struct csv_field text, struct usage_made *ret, GError **error)
{
  struct time_text time;
  enum time_status status = time_parse (text.text, text.length, &time);
  if (status != TIME_OK) {
    fail_value (EVENT_TIME, text, ERROR_USAGE, error, time_status_text (status));
    return error_add_hint (error, "write it like 2026-02-28T10:00:00Z");
  }
  ret->is_zoneless = !time.has_zone;
  if (!time.has_zone && (rules->zoneless == ZONELESS_REFUSED || rules->zoneless == ZONELESS_UNNAMED)) {
    fail_value (EVENT_TIME, text, ERROR_USAGE, error, "has no time zone");
    return error_add_hint (error, "add Z or an offset such as +01:00%s",
                           rules->zoneless == ZONELESS_UNNAMED ? ", or pass --timezone ZONE" : "");
  }
  if (!time.has_zone && rules->zoneless == ZONELESS_IS_CIVIL)
    ret->event.at_us = timezone_resolve (rules->zone, &time);
  else
    ret->event.at_us = time_instant_us (&time);
  return TRUE;
}

static gboolean
make_metric (struct usage_names *names, const struct event_fields *fields, struct usage_made *ret, GError **error)
{
  const struct usage_name *metric = NULL;
  if (!usage_names_find (names, EVENT_METRIC, fields->of[EVENT_METRIC], &metric, error))
    return FALSE;
  ret->event.metric_id = metric->id;
  if (!ret->is_negative || metric->negative)
    return TRUE;
  g_autofree char *code = g_strndup (fields->of[EVENT_METRIC].text, fields->of[EVENT_METRIC].length);
  g_autofree char *what = g_strdup_printf ("is negative, which the metric '%s' refuses", code);
  fail_value (EVENT_QUANTITY, fields->of[EVENT_QUANTITY], ERROR_REFUSED, error, what);
  return error_add_hint (error, "a correction is an event of its own with a negative quantity: let the metric take it with "
                                "\"negative\": \"allow\" in the catalog");
}

static gboolean
make_subscription (struct usage_names *names, struct csv_field text, struct usage_made *ret, GError **error)
{
  const struct usage_name *subscription = NULL;
  ret->event.subscription_id = 0;
  if (text.text == NULL || text.length == 0)
    return TRUE;
  if (!usage_names_find (names, EVENT_SUBSCRIPTION, text, &subscription, error))
    return FALSE;
  if (subscription->customer_id != ret->event.customer_id)
    return fail_value (EVENT_SUBSCRIPTION, text, ERROR_USAGE, error, "belongs to another customer");
  ret->event.subscription_id = subscription->id;
  return TRUE;
}

gboolean
usage_event_make (struct usage_names *names, const struct usage_event_rules *rules, const struct event_fields *fields,
                  struct usage_made *ret, GError **error)
{
  const struct usage_name *customer = NULL;
  if (!check_present (fields, error) || !usage_event_quantity (fields->of[EVENT_QUANTITY], ret, error)
      || !usage_event_time (rules, fields->of[EVENT_TIME], ret, error) || !make_metric (names, fields, ret, error)
      || !usage_names_find (names, EVENT_CUSTOMER, fields->of[EVENT_CUSTOMER], &customer, error))
    return FALSE;
  ret->event.customer_id = customer->id;
  ret->is_late = ret->event.at_us < customer->billed_until_us;
  if (!make_subscription (names, fields->of[EVENT_SUBSCRIPTION], ret, error))
    return FALSE;
  ret->event.event_id = fields->of[EVENT_ID].text;
  ret->event.event_id_length = fields->of[EVENT_ID].length;
  ret->event.properties = fields->properties;
  ret->event.properties_length = fields->properties_length;
  return TRUE;
}

gboolean
usage_event_source (struct ledger *ledger, const char *name, gint64 *ret, GError **error)
{
  if (name == NULL)
    return usage_source (ledger, "", ret, error);
  if (strlen (name) > SOURCE_LENGTH_MAX)
    return error_set (error, ERROR_USAGE, "source '%.*s…' is longer than %d bytes", SHOWN_MAX, name, SOURCE_LENGTH_MAX);
  if (!text_is_plain (name, -1))
    return error_set (error, ERROR_USAGE, "source '%s' has control characters", name);
  return usage_source (ledger, name, ret, error);
}

gboolean
usage_event_conflict (const char *id, const char *differs, GError **error)
{
  const char *other = g_str_has_suffix (differs, "s") ? "other" : "another";
  error_set (error, ERROR_REFUSED, "id '%s' is already recorded with %s %s", id, other, differs);
  return error_add_hint (error, "an event never changes; a correction is an event of its own, with its own id");
}
