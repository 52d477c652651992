/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons and redemptions in the ledger. */
#include "store/coupon.h"

#include "base/error.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/nearest.h"

#include <string.h>

/* --- Coupons --- */

/* A text column of a row. Structs that are handed to visitors borrow it; the cast stands here alone. */
static char *
borrow (struct query *query, int column)
{
  return (char *) (gpointer) (gsize) db_text (query, column, NULL);
}

static struct coupon
read_coupon (struct query *query)
{
  return (struct coupon){
    .id = db_int64 (query, 0),
    .code = borrow (query, 1),
    .name = borrow (query, 2),
    .definition = borrow (query, 3),
    .is_archived = strcmp (db_text (query, 4, NULL), "archived") == 0,
    .created_at_us = db_int64 (query, 5),
    .redeemed = db_int64 (query, 6),
  };
}

void
coupon_free (struct coupon *coupon)
{
  if (coupon == NULL)
    return;
  g_free (coupon->code);
  g_free (coupon->name);
  g_free (coupon->definition);
  g_free (coupon);
}

gboolean
coupon_look_up (struct ledger *ledger, const char *code, struct coupon **ret, GError **error)
{
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_COUPON_FIND, &row, error, "t", code))
    return FALSE;
  *ret = NULL;
  if (row == NULL)
    return TRUE;
  struct coupon *copy = g_new (struct coupon, 1);
  *copy = read_coupon (row);
  copy->code = g_strdup (copy->code);
  copy->name = g_strdup (copy->name);
  copy->definition = g_strdup (copy->definition);
  *ret = copy;
  return TRUE;
}

gboolean
coupon_find (struct ledger *ledger, const char *code, struct coupon **ret, GError **error)
{
  struct coupon *found = NULL;
  if (!coupon_look_up (ledger, code, &found, error))
    return FALSE;
  if (found == NULL) {
    error_set (error, ERROR_NOT_FOUND, "there is no coupon '%s'", code);
    return nearest_add_hint (ledger, SQL_COUPON_CODES, code, "`billctl coupon list` shows them; `billctl plans apply` adds those of a catalog", error);
  }
  *ret = found;
  return TRUE;
}

gboolean
coupon_insert (struct ledger *ledger, const struct coupon *coupon, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_COUPON_INSERT, NULL, error, "ttti", coupon->code, coupon->name, coupon->definition,
                   ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
coupon_update (struct ledger *ledger, const struct coupon *coupon, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_COUPON_UPDATE, NULL, error, "itt", coupon->id, coupon->name, coupon->definition);
}

gboolean
coupon_set_archived (struct ledger *ledger, gint64 id, gboolean is_archived, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_COUPON_SET_STATUS, NULL, error, "it", id, is_archived ? "archived" : "active");
}

gboolean
coupon_each (struct ledger *ledger, coupon_visit visit, void *data, GError **error)
{
  struct query *query = NULL;
  if (!db_cursor (ledger_db (ledger), SQL_COUPON_LIST, &query, error))
    return FALSE;
  gboolean row = FALSE, done = TRUE;
  while ((done = db_step (query, &row, error)) && row) {
    struct coupon coupon = read_coupon (query);
    if (!(done = visit (&coupon, data, error)))
      break;
  }
  db_query_free (query);
  return done;
}

/* --- Redemptions --- */

gboolean
redemption_insert (struct ledger *ledger, const struct redemption *redemption, gint64 *ret_id, GError **error)
{
  if (!db_execute (ledger_db (ledger), SQL_REDEMPTION_INSERT, NULL, error, "iiItii", redemption->coupon_id, redemption->customer_id,
                   redemption->subscription_id, redemption->subscription_id == 0, redemption->definition, redemption->from_us,
                   ledger_now_us (ledger)))
    return FALSE;
  *ret_id = db_last_id (ledger_db (ledger));
  return TRUE;
}

gboolean
redemption_end (struct ledger *ledger, gint64 id, gint64 until_us, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_REDEMPTION_REMOVE, NULL, error, "ii", id, until_us);
}

gboolean
redemption_any (struct ledger *ledger, gboolean *ret, GError **error)
{
  gint64 id = 0;
  if (!db_find_int64 (ledger_db (ledger), SQL_REDEMPTION_ANY, 0, &id, error, ""))
    return FALSE;
  *ret = id != 0;
  return TRUE;
}

static struct redemption
read_redemption (struct query *query)
{
  return (struct redemption){
    .id = db_int64 (query, 0),
    .coupon_id = db_int64 (query, 1),
    .coupon_code = db_text (query, 2, NULL),
    .customer_id = db_int64 (query, 3),
    .customer_code = db_text (query, 4, NULL),
    .subscription_id = db_int64 (query, 5),
    .subscription_code = db_text (query, 6, NULL),
    .definition = db_text (query, 7, NULL),
    .from_us = db_int64 (query, 8),
    .until_us = db_is_null (query, 9) ? G_MAXINT64 : db_int64 (query, 9),
    .uses = db_int64 (query, 10),
    .redeemed_at_us = db_int64 (query, 11),
    .timezone = db_text (query, 12, NULL),
  };
}

gboolean
redemption_each (struct ledger *ledger, enum redemptions_of of, gint64 id, redemption_visit visit, void *data, GError **error)
{
  static const enum statement statements[] = { SQL_REDEMPTION_LIST, SQL_REDEMPTION_OF_COUPON, SQL_REDEMPTION_OF_CUSTOMER,
                                               SQL_REDEMPTION_OF_PAYER, SQL_REDEMPTION_GET };
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), statements[of], &query, error))
    return FALSE;
  db_bind (query, of == REDEMPTIONS_OF_ALL ? "" : "i", id);
  gboolean row = FALSE, done = TRUE;
  while ((done = db_step (query, &row, error)) && row) {
    struct redemption redemption = read_redemption (query);
    if (!(done = visit (&redemption, data, error))) {
      db_reset (query);
      break;
    }
  }
  return done;
}

/* --- Uses --- */

gboolean
redemption_uses (struct ledger *ledger, gint64 id, GArray *ret, GError **error)
{
  struct query *query = NULL;
  if (!db_query (ledger_db (ledger), SQL_REDEMPTION_USES, &query, error))
    return FALSE;
  db_bind (query, "i", id);
  gboolean row = FALSE;
  while (db_step (query, &row, error)) {
    if (!row)
      return TRUE;
    struct redemption_use use = { .billed_at_us = db_int64 (query, 0), .amount_minor = db_int64 (query, 1) };
    g_array_append_val (ret, use);
  }
  return FALSE;
}

gboolean
redemption_use_add (struct ledger *ledger, gint64 id, const struct redemption_use *use, GError **error)
{
  return db_execute (ledger_db (ledger), SQL_REDEMPTION_USE_ADD, NULL, error, "iii", id, use->billed_at_us, use->amount_minor)
         && db_execute (ledger_db (ledger), SQL_REDEMPTION_COUNT, NULL, error, "i", id);
}
