/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions and their items. */
#include "store/subscription.h"

#include "base/error.h"
#include "store/db.h"
#include "store/known.h"
#include "store/ledger.h"
#include "store/nearest.h"

#include <string.h>

struct subscription_walk {
  struct query *query;
  char *plan_code; /* bound to the query */
  gboolean with_plan;
  struct subscription_row row;
};

static const char status_names[][12] = {
  [SUBSCRIPTION_TRIALING] = "trialing", [SUBSCRIPTION_ACTIVE] = "active",     [SUBSCRIPTION_PAST_DUE] = "past_due",
  [SUBSCRIPTION_PAUSED] = "paused",     [SUBSCRIPTION_CANCELED] = "canceled", [SUBSCRIPTION_EXPIRED] = "expired",
};

static const char alignment_names[][12] = { [ALIGN_ANNIVERSARY] = "anniversary", [ALIGN_CALENDAR] = "calendar" };

static const char item_kind_names[][12] = { [SUBSCRIPTION_QUANTITY] = "quantity", [SUBSCRIPTION_ADDON] = "addon" };

const char *
subscription_status_name (enum subscription_status status)
{
  return status_names[status];
}

gboolean
subscription_status_parse (const char *text, enum subscription_status *ret)
{
  static const struct {
    char text[12];
    enum subscription_status status;
  } others[] = { { "cancelled", SUBSCRIPTION_CANCELED }, { "past-due", SUBSCRIPTION_PAST_DUE }, { "trial", SUBSCRIPTION_TRIALING } };
  for (gsize i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (text, status_names[i]) == 0) {
      *ret = (enum subscription_status) i;
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (strcmp (text, others[i].text) == 0) {
      *ret = others[i].status;
      return TRUE;
    }
  return FALSE;
}

enum subscription_status
subscription_status_on (const struct subscription *subscription, struct date day)
{
  if (subscription->status != SUBSCRIPTION_TRIALING && subscription->status != SUBSCRIPTION_ACTIVE)
    return subscription->status;
  if (subscription->has_end && day.day >= subscription->end.day)
    return subscription->is_canceled ? SUBSCRIPTION_CANCELED : SUBSCRIPTION_EXPIRED;
  if (subscription->status == SUBSCRIPTION_TRIALING && day.day < subscription->anchor.day)
    return SUBSCRIPTION_TRIALING;
  return SUBSCRIPTION_ACTIVE;
}

const char *
alignment_name (enum alignment alignment)
{
  return alignment_names[alignment];
}

gboolean
alignment_parse (const char *text, enum alignment *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (alignment_names); i++)
    if (strcmp (text, alignment_names[i]) == 0) {
      *ret = (enum alignment) i;
      return TRUE;
    }
  return FALSE;
}

static struct date
date_column (struct query *query, int column)
{
  return (struct date){ (gint32) db_int64 (query, column) };
}

static gboolean
read_row (struct query *query, gboolean with_plan, struct subscription_row *ret, GError **error)
{
  gsize length = 0;
  const char *interval = db_text (query, 4, &length);
  struct subscription_row row = {
    .subscription = {
      .id = db_int64 (query, 0),
      .code = db_text (query, 1, NULL),
      .customer_id = db_int64 (query, 2),
      .plan_version_id = db_int64 (query, 3),
      .start = date_column (query, 7),
      .anchor = date_column (query, 8),
      .has_end = !db_is_null (query, 9),
      .end = date_column (query, 9),
      .fees_billed = db_int64 (query, 10),
      .usage_billed = db_int64 (query, 11),
      .created_at_us = db_int64 (query, 12),
      .fees_from_us = db_int64 (query, 17),
      .usage_from_us = db_int64 (query, 18),
      .payer_id = db_int64 (query, 19),
      .phases = db_int64 (query, 20),
      .fees_phase = db_int64 (query, 21),
      .usage_phase = db_int64 (query, 22),
      .has_billed_through = !db_is_null (query, 23),
      .billed_through_us = db_int64 (query, 23),
      .has_contract_end = !db_is_null (query, 24),
      .contract_end = date_column (query, 24),
      .is_canceled = g_strcmp0 (db_text (query, 25, NULL), "cancel") == 0,
    },
    .customer_code = db_text (query, 13, NULL),
    .currency = db_text (query, 14, NULL),
    .timezone = db_text (query, 15, NULL),
    .issuer_id = db_int64 (query, 16),
  };
  if (!interval_parse (interval, length, &row.subscription.fee_interval))
    return error_set (error, ERROR_LEDGER, "subscription %s has the interval '%s', which is none", row.subscription.code, interval);
  if (!alignment_parse (db_text (query, 5, NULL), &row.subscription.alignment)
      || !subscription_status_parse (db_text (query, 6, NULL), &row.subscription.status))
    return error_set (error, ERROR_LEDGER, "subscription %s has an alignment or status that does not exist", row.subscription.code);
  if (with_plan) {
    row.plan_code = db_text (query, 26, NULL);
    row.plan_version = db_int64 (query, 27);
    row.customer_name = db_text (query, 28, NULL);
    row.plan_name = db_text (query, 29, NULL);
  } else {
    row.payer_code = db_text (query, 26, NULL);
    row.payer_currency = db_text (query, 27, NULL);
    row.payer_timezone = db_text (query, 28, NULL);
    row.payer_issuer_id = db_int64 (query, 29);
    row.is_apart = strcmp (db_text (query, 30, NULL), "apart") == 0;
    row.is_child_apart = strcmp (db_text (query, 31, NULL), "parent_apart") == 0;
  }
  *ret = row;
  return TRUE;
}

static struct subscription_row *
copy (const struct subscription_row *row)
{
  struct subscription_row *fresh = g_memdup2 (row, sizeof *row);
  const char **const texts[] = { &fresh->subscription.code, &fresh->customer_code, &fresh->currency, &fresh->timezone,
                                 &fresh->plan_code,         &fresh->customer_name, &fresh->plan_name };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup (*texts[i]);
  return fresh;
}

void
subscription_row_free (struct subscription_row *row)
{
  if (row == NULL)
    return;
  const char *const texts[] = { row->subscription.code, row->customer_code, row->currency, row->timezone,
                                row->plan_code,         row->customer_name, row->plan_name };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((gpointer) texts[i]);
  g_free (row);
}

gboolean
subscription_look_up (struct ledger *ledger, const char *code, struct subscription_row **ret, GError **error)
{
  g_autoptr (query_t) query = NULL;
  if (!db_find (ledger_db (ledger), SQL_SUBSCRIPTION_FIND, &query, error, "t", code))
    return FALSE;
  struct subscription_row row;
  if (query != NULL && !read_row (query, TRUE, &row, error))
    return FALSE;
  *ret = query == NULL ? NULL : copy (&row);
  return TRUE;
}

gboolean
subscription_fail_unknown (struct ledger *ledger, const char *code, GError **error)
{
  error_set (error, ERROR_NOT_FOUND, "there is no subscription '%s'", code);
  return nearest_add_hint (ledger, SQL_SUBSCRIPTION_CODES, code, "`billctl subscription list` shows the subscriptions", error);
}

gboolean
subscription_find (struct ledger *ledger, const char *code, struct subscription_row **ret, GError **error)
{
  struct subscription_row *row = NULL;
  if (!subscription_look_up (ledger, code, &row, error))
    return FALSE;
  if (row == NULL)
    return subscription_fail_unknown (ledger, code, error);
  *ret = row;
  return TRUE;
}

gboolean
subscription_customer (struct ledger *ledger, gint64 id, gint64 *ret_customer_id, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_SUBSCRIPTION_CUSTOMER, 0, ret_customer_id, error, "i", id);
}

gboolean
subscription_id_by_code (struct ledger *ledger, const char *code, gint64 *ret_id, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_SUBSCRIPTION_FIND_ID, 0, ret_id, error, "t", code);
}

gboolean
subscription_payer (struct ledger *ledger, gint64 customer_id, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_CUSTOMER_PAYER, customer_id, ret, error, "i", customer_id);
}

static gboolean
walk_new (struct ledger *ledger, enum statement id, struct subscription_walk **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), id, &query, error))
    return FALSE;
  struct subscription_walk *walk = g_new0 (struct subscription_walk, 1);
  walk->query = query;
  walk->with_plan = id != SQL_SUBSCRIPTION_WALK;
  *ret = walk;
  return TRUE;
}

gboolean
subscription_walk_begin (struct ledger *ledger, gint64 first_payer_id, gint64 last_payer_id, struct subscription_walk **ret,
                         GError **error)
{
  if (!walk_new (ledger, SQL_SUBSCRIPTION_WALK, ret, error))
    return FALSE;
  db_bind ((*ret)->query, "ii", first_payer_id, last_payer_id);
  return TRUE;
}

gboolean
subscription_list_begin (struct ledger *ledger, const struct subscription_filter *filter, struct subscription_walk **ret, GError **error)
{
  gboolean of_customer = filter->customer_id != 0;
  if (!walk_new (ledger, of_customer ? SQL_SUBSCRIPTION_LIST_OF_CUSTOMER : SQL_SUBSCRIPTION_LIST, ret, error))
    return FALSE;
  (*ret)->plan_code = g_strdup (filter->plan_code);
  if (of_customer)
    db_bind ((*ret)->query, "it", filter->customer_id, (*ret)->plan_code);
  else
    db_bind ((*ret)->query, "t", (*ret)->plan_code);
  return TRUE;
}

gboolean
subscription_walk_next (struct subscription_walk *walk, const struct subscription_row **ret, GError **error)
{
  gboolean row = FALSE;
  if (!db_step (walk->query, &row, error))
    return FALSE;
  if (row && !read_row (walk->query, walk->with_plan, &walk->row, error))
    return FALSE;
  *ret = row ? &walk->row : NULL;
  return TRUE;
}

void
subscription_walk_free (struct subscription_walk *walk)
{
  if (walk == NULL)
    return;
  db_query_free (walk->query);
  g_free (walk->plan_code);
  g_free (walk);
}

gboolean
subscription_insert (struct ledger *ledger, const struct subscription *subscription, gint64 *ret_id, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (subscription->fee_interval, interval);
  if (!db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_INSERT, NULL, error, "tiitttiiIiiiii", subscription->code, subscription->customer_id,
                   subscription->plan_version_id, interval, alignment_name (subscription->alignment),
                   subscription_status_name (subscription->status), (gint64) subscription->start.day, (gint64) subscription->anchor.day,
                   (gint64) subscription->end.day, !subscription->has_end, subscription->fees_billed, subscription->fees_from_us,
                   subscription->usage_billed, subscription->usage_from_us, ledger_now_us (ledger)))
    return FALSE;
  if (ret_id != NULL)
    *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
subscription_item_insert (struct ledger *ledger, gint64 subscription_id, const struct subscription_item *item, GError **error)
{
  char quantity[DECIMAL_TEXT_SIZE];
  decimal_format (item->quantity, quantity);
  known_note (ledger, KNOWN_ITEM, subscription_id);
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_ITEM_INSERT, NULL, error, "ittt", subscription_id,
                     item_kind_names[item->kind], item->code, quantity);
}

static gboolean
read_item (struct query *query, struct subscription_item *ret, GError **error)
{
  gsize length = 0;
  const char *text = db_text (query, 2, &length);
  const char *code = db_text (query, 1, NULL);
  enum subscription_item_kind kind =
    strcmp (db_text (query, 0, NULL), item_kind_names[SUBSCRIPTION_ADDON]) == 0 ? SUBSCRIPTION_ADDON : SUBSCRIPTION_QUANTITY;
  struct decimal quantity;
  if (decimal_parse (text, length, &quantity) != DECIMAL_OK)
    return error_set (error, ERROR_LEDGER, "a subscription has %s '%s' of %s", item_kind_names[kind], text, code);
  *ret = (struct subscription_item){ kind, g_strdup (code), quantity };
  return TRUE;
}

static void
item_clear (gpointer data)
{
  struct subscription_item *item = data;
  g_free ((gpointer) item->code);
}

gboolean
subscription_items_read (struct ledger *ledger, gint64 subscription_id, struct subscription_items *ret, GError **error)
{
  g_autoptr (query_t) query = NULL;
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (struct subscription_item));
  g_array_set_clear_func (items, item_clear);
  gboolean row = FALSE, has = TRUE;
  *ret = (struct subscription_items){ 0 };
  if (!known_has (ledger, KNOWN_ITEM, subscription_id, &has, error) || !has)
    return !has;
  if (!db_query (ledger_db (ledger), SQL_SUBSCRIPTION_ITEMS, &query, error))
    return FALSE;
  db_bind (query, "i", subscription_id);
  for (;;) {
    if (!db_step (query, &row, error))
      return FALSE;
    if (!row)
      break;
    struct subscription_item item;
    if (!read_item (query, &item, error))
      return FALSE;
    g_array_append_val (items, item);
  }
  ret->count = items->len;
  ret->items = (struct subscription_item *) g_array_steal (items, NULL);
  return TRUE;
}

void
subscription_items_clear (struct subscription_items *items)
{
  for (gsize i = 0; i < items->count; i++)
    item_clear (&items->items[i]);
  g_free (items->items);
  items->items = NULL;
  items->count = 0;
}

gboolean
subscription_addon_billed (struct ledger *ledger, gint64 subscription_id, const char *code, gint64 *ret, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_SUBSCRIPTION_ADDON_BILLED, 0, ret, error, "it", subscription_id, code);
}

gboolean
subscription_addon_set_billed (struct ledger *ledger, gint64 subscription_id, const char *code, gint64 billed, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_ADDON_SET, NULL, error, "iti", subscription_id, code, billed);
}

gboolean
subscription_set_terms (struct ledger *ledger, const struct subscription *subscription, GError **error)
{
  char interval[INTERVAL_TEXT_SIZE];
  interval_format (subscription->fee_interval, interval);
  const char *reason = !subscription->has_end ? NULL : subscription->is_canceled ? "cancel" : "end";
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_SET_TERMS, NULL, error, "iitttItiiI", subscription->id,
                     subscription->plan_version_id, interval, alignment_name (subscription->alignment),
                     subscription_status_name (subscription->status), (gint64) subscription->end.day, !subscription->has_end, reason,
                     subscription->phases, (gint64) subscription->anchor.day, (gint64) subscription->contract_end.day,
                     !subscription->has_contract_end);
}

gboolean
subscription_items_delete (struct ledger *ledger, gint64 subscription_id, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_ITEMS_DELETE, NULL, error, "i", subscription_id);
}

gboolean
subscription_set_billed (struct ledger *ledger, const struct subscription *subscription, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_SUBSCRIPTION_SET_BILLED, NULL, error, "iiiiiiiI", subscription->id, subscription->fees_billed,
                     subscription->fees_from_us, subscription->usage_billed, subscription->usage_from_us, subscription->fees_phase,
                     subscription->usage_phase, subscription->billed_through_us, !subscription->has_billed_through);
}
