/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing and releasing late usage. */
#include "service/late-list.h"

#include "base/text.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"

#include <string.h>

const char *const usage_late_status_names[] = { "open", "billed", "ignored", "held", NULL };

static gboolean
find_chosen (struct ledger *ledger, const struct late_list_request *request, struct usage_late_chosen *ret, GError **error)
{
  g_autoptr (customer_t) customer = NULL;
  g_autoptr (metric_t) metric = NULL;
  if ((request->customer != NULL && !customer_find_by_code (ledger, request->customer, &customer, error))
      || (request->metric != NULL && !metric_find (ledger, request->metric, &metric, error)))
    return FALSE;
  *ret = (struct usage_late_chosen){ customer == NULL ? 0 : customer->id, metric == NULL ? 0 : metric->id };
  return TRUE;
}

static gboolean
choose (const struct usage_late_event *event, void *data, GError **error)
{
  const struct late_list_request *request = data;
  if (request->status >= 0 && event->status != (enum usage_late_status) request->status)
    return TRUE;
  if (request->metric != NULL && strcmp (request->metric, event->metric) != 0)
    return TRUE;
  return request->visit (event, request->data, error);
}

gboolean
late_list (struct ledger *ledger, const struct late_list_request *request, GError **error)
{
  struct usage_late_chosen chosen = { 0 };
  struct late_list_request copy = *request;
  return find_chosen (ledger, request, &chosen, error) && usage_late_each (ledger, chosen.customer_id, choose, &copy, error);
}

static gboolean
release (struct ledger *ledger, const struct late_list_request *request, gint64 *ret, GError **error)
{
  struct usage_late_chosen chosen = { 0 };
  if (!find_chosen (ledger, request, &chosen, error) || !usage_late_release (ledger, chosen, ret, error))
    return FALSE;
  g_autofree char *events = text_counted (*ret, "event");
  return *ret == 0
         || audit_add (ledger, error, "late usage released: %s%s%s%s%s", events, request->customer == NULL ? "" : " of customer ",
                       request->customer == NULL ? "" : request->customer, request->metric == NULL ? "" : " of metric ",
                       request->metric == NULL ? "" : request->metric);
}

gboolean
late_release (struct ledger *ledger, const struct late_list_request *request, gint64 *ret, GError **error)
{
  gint64 count = 0;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!release (ledger, request, &count, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  if (!ledger_commit (ledger, error))
    return FALSE;
  *ret = count;
  return TRUE;
}
