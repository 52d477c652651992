/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers. */
#include "store/customer.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/nearest.h"

enum { CUSTOMER_COLUMN_COUNT = 19 };

struct customer_walk {
  struct query *query;
  char *currency; /* bound to the query */
  struct customer row;
};

static void
read_row (struct query *query, struct customer *ret)
{
  *ret = (struct customer){
    .id = db_int64 (query, 0),
    .code = db_text (query, 1, NULL),
    .name = db_text (query, 2, NULL),
    .email = db_text (query, 3, NULL),
    .currency = db_text (query, 4, NULL),
    .timezone = db_text (query, 5, NULL),
    .locale = db_text (query, 6, NULL),
    .address = db_text (query, 7, NULL),
    .tax_id = db_text (query, 8, NULL),
    .issuer_id = db_int64 (query, 9),
    .parent_id = db_int64 (query, 10),
    .parent_code = db_text (query, 11, NULL),
    .created_at_us = db_int64 (query, 12),
    .country = db_text (query, 13, NULL),
    .region = db_text (query, 14, NULL),
    .tax_exempt = db_text (query, 15, NULL),
    .payment_method = db_text (query, 16, NULL),
    .payer = db_text (query, 17, NULL),
    .grouping = db_text (query, 18, NULL),
  };
}

static struct customer *
copy (const struct customer *customer)
{
  struct customer *fresh = g_memdup2 (customer, sizeof *customer);
  const char **const texts[] = { &fresh->code,    &fresh->name,    &fresh->email,  &fresh->currency, &fresh->timezone,   &fresh->locale,
                                 &fresh->address, &fresh->country, &fresh->region, &fresh->tax_id,   &fresh->tax_exempt, &fresh->payment_method, &fresh->payer, &fresh->grouping,
                                 &fresh->parent_code };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup (*texts[i]);
  return fresh;
}

void
customer_free (struct customer *customer)
{
  if (customer == NULL)
    return;
  const char *const texts[] = { customer->code,    customer->name,    customer->email,  customer->currency,
                                customer->timezone, customer->locale, customer->address, customer->country,
                                customer->region,  customer->tax_id,  customer->tax_exempt, customer->payment_method, customer->payer, customer->grouping,
                                customer->parent_code };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((gpointer) texts[i]);
  g_free (customer);
}

static struct customer *
take_row (struct query *query)
{
  if (query == NULL)
    return NULL;
  struct customer row;
  read_row (query, &row);
  struct customer *customer = copy (&row);
  db_reset (query);
  return customer;
}

gboolean
customer_look_up (struct ledger *ledger, const char *code, struct customer **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_CUSTOMER_FIND, &query, error, "t", code))
    return FALSE;
  *ret = take_row (query);
  return TRUE;
}

gboolean
customer_fail_unknown (struct ledger *ledger, const char *code, GError **error)
{
  error_set (error, ERROR_NOT_FOUND, "there is no customer '%s'", code);
  return nearest_add_hint (ledger, SQL_CUSTOMER_CODES, code, "`billctl customer list` shows the customers", error);
}

gboolean
customer_find_by_code (struct ledger *ledger, const char *code, struct customer **ret, GError **error)
{
  struct customer *customer = NULL;
  if (!customer_look_up (ledger, code, &customer, error))
    return FALSE;
  if (customer == NULL)
    return customer_fail_unknown (ledger, code, error);
  *ret = customer;
  return TRUE;
}

gboolean
customer_find_by_id (struct ledger *ledger, gint64 id, struct customer **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_find (ledger_db (ledger), SQL_CUSTOMER_FIND_BY_ID, &query, error, "i", id))
    return FALSE;
  struct customer *customer = take_row (query);
  if (customer == NULL)
    return error_set (error, ERROR_NOT_FOUND, "there is no customer with the id %" G_GINT64_FORMAT, id);
  *ret = customer;
  return TRUE;
}

gboolean
customer_id_by_code (struct ledger *ledger, const char *code, gint64 *ret_id, GError **error)
{
  return db_find_int64 (ledger_db (ledger), SQL_CUSTOMER_FIND_ID, 0, ret_id, error, "t", code);
}

gboolean
customer_insert (struct ledger *ledger, const struct customer *customer, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_CUSTOMER_INSERT, NULL, error, "ttttttttiIitttttt", customer->code, customer->name, customer->email,
                   customer->currency, customer->timezone, customer->locale, customer->address, customer->tax_id, customer->issuer_id,
                   customer->parent_id, customer->parent_id == 0, ledger_now_us (ledger), customer->country, customer->region,
                   customer->tax_exempt, customer->payment_method, customer->payer == NULL ? "self" : customer->payer,
                   customer->grouping == NULL ? "together" : customer->grouping))
    return FALSE;
  if (ret_id != NULL)
    *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
customer_update (struct ledger *ledger, const struct customer *customer, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_CUSTOMER_UPDATE, NULL, error, "itttttttiItttttt", customer->id, customer->name, customer->email,
                     customer->currency, customer->timezone, customer->locale, customer->address, customer->tax_id, customer->issuer_id,
                     customer->parent_id, customer->parent_id == 0, customer->country, customer->region, customer->tax_exempt,
                     customer->payment_method, customer->payer, customer->grouping);
}

gboolean
customer_set_payer (struct ledger *ledger, gint64 id, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_CUSTOMER_SET_PAYER, NULL, error, "i", id);
}

gboolean
customer_pays_for_others (struct ledger *ledger, gint64 id, gboolean *ret, GError **error)
{
  gint64 child = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_CUSTOMER_PAYS_FOR, 0, &child, error, "i", id))
    return FALSE;
  *ret = child != 0;
  return TRUE;
}

gboolean
customer_bond (struct ledger *ledger, gint64 id, enum customer_bond *ret, GError **error)
{
  gint64 bond = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_CUSTOMER_IS_BOUND, 0, &bond, error, "i", id))
    return FALSE;
  *ret = (enum customer_bond) bond;
  return TRUE;
}

gboolean
customer_walk_begin (struct ledger *ledger, const struct customer_filter *filter, struct customer_walk **ret, GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), SQL_CUSTOMER_WALK, &query, error))
    return FALSE;
  struct customer_walk *walk = g_new0 (struct customer_walk, 1);
  walk->query = query;
  walk->currency = filter == NULL ? NULL : g_strdup (filter->currency);
  db_bind (query, "t", walk->currency);
  *ret = walk;
  return TRUE;
}

gboolean
customer_walk_next (struct customer_walk *walk, const struct customer **ret, gint64 *ret_subscriptions, GError **error)
{
  gboolean row = FALSE;
  if (!db_step (walk->query, &row, error))
    return FALSE;
  *ret = NULL;
  if (!row)
    return TRUE;
  read_row (walk->query, &walk->row);
  if (ret_subscriptions != NULL)
    *ret_subscriptions = db_int64 (walk->query, CUSTOMER_COLUMN_COUNT);
  *ret = &walk->row;
  return TRUE;
}

void
customer_walk_free (struct customer_walk *walk)
{
  if (walk == NULL)
    return;
  db_query_free (walk->query);
  g_free (walk->currency);
  g_free (walk);
}

gboolean
customer_each_code (struct ledger *ledger, void (*each) (gint64 id, const char *code, gpointer data), gpointer data, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_CUSTOMER_CODES, &query, error))
    return FALSE;
  gboolean row = FALSE;
  for (;;) {
    if (!db_step (query, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    each (db_int64 (query, 0), db_text (query, 1, NULL), data);
  }
}
