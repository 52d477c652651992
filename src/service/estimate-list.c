/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing estimates. */
#include "service/estimate-list.h"

#include "base/error.h"
#include "service/billed-customer.h"
#include "service/usage-estimate.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/invoice.h"
#include "store/ledger.h"
#include "store/usage.h"

struct listing {
  struct ledger *ledger;
  const struct estimate_list_request *request;
  struct billed_customer *customer; /* the payer at hand */
  gint64 customer_id;               /* of the request; 0: all */
  gint64 metric_id;                 /* likewise */
  gsize index;                      /* of the subscription at hand */
  GArray *estimates;                /* struct usage_estimate: the line at hand */
};

static void
listing_clear (struct listing *listing)
{
  g_clear_pointer (&listing->customer, billed_customer_free);
  g_clear_pointer (&listing->estimates, g_array_unref);
}
typedef struct listing listing_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (listing_t, listing_clear)

static gboolean
came_for (const struct listing *listing, const struct due_request *due, const struct usage_late_entry *entry, const struct estimated_line *line)
{
  const struct due_event event = { entry->customer_id, entry->metric_id, entry->subscription_id, entry->at_us };
  return entry->metric_id == line->metric_id && entry->at_us >= line->period_start_us && entry->at_us < line->period_end_us
         && due_counts_for (listing->customer->due, due, &event, listing->index);
}

/* How many events came for it, and the last invoice on which one counts; id 0: none does. */
static struct invoice_order
what_came (const struct listing *listing, const struct estimated_line *line, gint64 *ret_events)
{
  const struct due_request due = billed_customer_request (listing->customer, 0);
  struct invoice_order last = { 0 };
  *ret_events = 0;
  for (guint i = 0; i < listing->customer->late->len; i++) {
    const struct usage_late_entry *entry = &g_array_index (listing->customer->late, struct usage_late_entry, i);
    if (!came_for (listing, &due, entry, line))
      continue;
    ++*ret_events;
    if (entry->billed.id != 0 && (last.id == 0 || invoice_order_compare (&entry->billed, &last) > 0))
      last = entry->billed;
  }
  return last;
}

static gboolean
visit_line (const struct estimated_line *line, void *data, GError **error)
{
  struct listing *listing = data;
  const struct estimate_list_request *request = listing->request;
  g_autoptr (invoice_t) settled = NULL;
  const struct usage_estimate like = { .code = (char *) line->metric };
  if (listing->metric_id != 0 && line->metric_id != listing->metric_id)
    return TRUE;
  struct listed_estimate told = {
    .customer = line->customer,
    .subscription = line->subscription,
    .metric = line->metric,
    .period_start_us = line->period_start_us,
    .period_end_us = line->period_end_us,
    .quantity = line->quantity,
    .amount_minor = line->amount_minor,
    .currency = currency_find (line->currency),
    .invoice = line->invoice,
  };
  struct invoice_order last = what_came (listing, line, &told.events);
  if (request->which != ESTIMATES_ALL && (request->which == ESTIMATES_OPEN) != (last.id == 0))
    return TRUE;
  if (last.id != 0 && !invoice_find_by_id (listing->ledger, last.id, &settled, error))
    return FALSE;
  g_array_set_size (listing->estimates, 0);
  if (!usage_estimate_read (line->derivation, &like, listing->estimates, error))
    return FALSE;
  const char *filter = g_array_index (listing->estimates, struct usage_estimate, 0).filter;
  told.filter = *filter == '\0' ? NULL : filter;
  told.settled_by = settled == NULL ? NULL : settled->number;
  return request->visit (&told, request->data, error);
}

static gboolean
list_payer (struct listing *listing, GError **error)
{
  const GArray *subscriptions = listing->customer->subscriptions;
  for (guint i = 0; i < subscriptions->len; i++) {
    const struct subscription *subscription = &g_array_index (subscriptions, struct billed_subscription, i).subscription;
    if (listing->customer_id != 0 && subscription->customer_id != listing->customer_id)
      continue;
    listing->index = i;
    if (!estimated_line_each (listing->ledger, subscription->id, visit_line, listing, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
list_payers (struct listing *listing, gint64 first, gint64 last, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  struct billed_customer *customer = listing->customer;
  if (!subscription_walk_begin (listing->ledger, first, last, &walk, error))
    return FALSE;
  for (;;) {
    const struct subscription_row *row = NULL;
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    gboolean other = row == NULL || row->subscription.payer_id != customer->id;
    if (other && customer->id != 0 && !list_payer (listing, error))
      return FALSE;
    if (row == NULL)
      return TRUE;
    if ((other && !billed_customer_start (customer, row, error)) || !billed_customer_add (customer, row, error))
      return FALSE;
  }
}

static gboolean
list (struct listing *listing, GError **error)
{
  const struct estimate_list_request *request = listing->request;
  g_autoptr (customer_t) customer = NULL;
  g_autoptr (metric_t) metric = NULL;
  gint64 first = 1, last = G_MAXINT64;
  if ((request->customer != NULL && !customer_find_by_code (listing->ledger, request->customer, &customer, error))
      || (request->metric != NULL && !metric_find (listing->ledger, request->metric, &metric, error)))
    return FALSE;
  listing->customer_id = customer == NULL ? 0 : customer->id;
  listing->metric_id = metric == NULL ? 0 : metric->id;
  if (customer != NULL) {
    if (!subscription_payer (listing->ledger, customer->id, &first, error))
      return FALSE;
    last = first;
  }
  return billed_customer_new (listing->ledger, &listing->customer, error) && list_payers (listing, first, last, error);
}

gboolean
estimate_list (struct ledger *ledger, const struct estimate_list_request *request, GError **error)
{
  g_auto (listing_t) listing = {
    .ledger = ledger,
    .request = request,
    .estimates = usage_estimates_new (),
  };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = list (&listing, error);
  ledger_rollback (ledger);
  return ok;
}
