/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage that is only supposed. */
#include "service/estimate-usage.h"

#include "base/error.h"
#include "base/json.h"
#include "core/decimal.h"

#include <string.h>

void
supposed_event_free (struct supposed_event *event)
{
  if (event == NULL)
    return;
  g_free (event->quantity);
  g_free (event->properties);
  g_free (event);
}
typedef struct supposed_event supposed_event_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (supposed_event_t, supposed_event_free)

/* One "NAME=VALUE"; false when it is none. The value may be empty. */
static gboolean
split (const char *text, char **ret_name, const char **ret_value)
{
  const char *sign = strchr (text, '=');
  if (sign == NULL || sign == text)
    return FALSE;
  *ret_name = g_strndup (text, (gsize) (sign - text));
  *ret_value = sign + 1;
  return TRUE;
}

static gboolean
read_properties (const char *text, char *const *parts, char **ret, GError **error)
{
  if (*parts == NULL)
    return TRUE;
  g_autoptr (json_object) properties = json_object_new_object ();
  for (; *parts != NULL; parts++) {
    g_autofree char *name = NULL;
    const char *value = NULL;
    if (!split (*parts, &name, &value)) {
      error_set (error, ERROR_USAGE, "usage '%s': '%s' is not a property", text, *parts);
      return error_add_hint (error, "write METRIC=QUANTITY,PROPERTY=VALUE,… as in api_calls=1000,region=eu");
    }
    if (json_object_object_get_ex (properties, name, NULL))
      return error_set (error, ERROR_USAGE, "usage '%s': the property '%s' stands twice", text, name);
    json_object_object_add (properties, name, json_object_new_string (value));
  }
  *ret = g_strdup (json_object_to_json_string_ext (properties, JSON_C_TO_STRING_PLAIN));
  return TRUE;
}

static gboolean
check_quantity (const struct supposed_event *event, GError **error)
{
  struct decimal quantity;
  enum decimal_status status = decimal_parse (event->quantity, strlen (event->quantity), &quantity);
  if (status != DECIMAL_OK)
    return error_set (error, ERROR_USAGE, "usage '%s': '%s' %s", event->text, event->quantity, decimal_status_text (status));
  if (decimal_sign (quantity) < 0 && strcmp (event->metric->negative, "refuse") == 0)
    return error_set (error, ERROR_USAGE, "usage '%s' is negative, which the metric '%s' refuses", event->text, event->metric->code);
  return TRUE;
}

static gboolean
read_event (struct price_list *list, const char *text, struct supposed_event **ret, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autoptr (supposed_event_t) event = g_new0 (struct supposed_event, 1);
  g_autofree char *metric = NULL;
  const char *quantity = NULL;
  event->text = text;
  if (parts[0] == NULL || !split (parts[0], &metric, &quantity)) {
    error_set (error, ERROR_USAGE, "usage '%s' is not METRIC=QUANTITY", text);
    return error_add_hint (error, "for example --usage api_calls=1000, or --usage api_calls=1000,region=eu");
  }
  event->quantity = g_strdup (quantity);
  if (!price_list_metric (list, metric, &event->metric, error) || !check_quantity (event, error)
      || !read_properties (text, parts + 1, &event->properties, error))
    return FALSE;
  if (!aggregation_parse (event->metric->aggregation, &event->aggregation))
    return error_set (error, ERROR_LEDGER, "metric %s has an unknown aggregation '%s'", metric, event->metric->aggregation);
  *ret = g_steal_pointer (&event);
  return TRUE;
}

gboolean
supposed_usage_read (struct price_list *list, const char *const *texts, GPtrArray *ret, GError **error)
{
  for (; texts != NULL && *texts != NULL; texts++) {
    struct supposed_event *event = NULL;
    if (!read_event (list, *texts, &event, error))
      return FALSE;
    g_ptr_array_add (ret, event);
  }
  return TRUE;
}

gboolean
supposed_usage_aggregate (const GPtrArray *events, const char *metric, struct aggregator *aggregator,
                          const struct aggregate_request *request, const struct usage_bucket **ret, GError **error)
{
  aggregator_begin (aggregator, request);
  for (guint i = 0; i < events->len; i++) {
    const struct supposed_event *supposed = g_ptr_array_index (events, i);
    const struct usage_event event = {
      .at_us = EVENT_WITHOUT_TIME,
      .quantity = supposed->quantity,
      .quantity_length = strlen (supposed->quantity),
      .event_id = supposed->text,
      .properties = supposed->properties,
    };
    if (strcmp (supposed->metric->code, metric) == 0 && !aggregator_add (aggregator, request, &event, error))
      return FALSE;
  }
  return aggregator_end (aggregator, request, ret, error);
}
