/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redeeming coupons and ending them. */
#include "service/coupon.h"

#include "base/error.h"
#include "service/plan.h"
#include "store/audit.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/subscription.h"

#include <string.h>

static const char *
name_of (const struct coupon_holder *holder)
{
  return holder->subscription_id == 0 ? holder->customer : holder->subscription;
}

/* --- The rules of redeeming --- */

gboolean
coupon_check_redeemable (const struct coupon *coupon, const struct coupon_terms *terms, struct date today, GError **error)
{
  char day[DATE_TEXT_SIZE];
  if (coupon->is_archived) {
    error_set (error, ERROR_REFUSED, "coupon %s is archived: nobody can redeem it any more", coupon->code);
    return error_add_hint (error, "`billctl coupon reactivate %s` takes that back", coupon->code);
  }
  date_format (terms->expires, day);
  if (terms->has_expiry && today.day > terms->expires.day)
    return error_set (error, ERROR_REFUSED, "coupon %s is expired: its last day was %s", coupon->code, day);
  if (terms->redemptions_most > 0 && coupon->redeemed >= terms->redemptions_most)
    return error_set (error, ERROR_REFUSED, "coupon %s is exhausted: it has been redeemed %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " times",
                      coupon->code, coupon->redeemed, terms->redemptions_most);
  return TRUE;
}

static gboolean
check_holder (const struct coupon *coupon, const struct coupon_terms *terms, const struct coupon_holder *holder, GError **error)
{
  gboolean is_customer = holder->subscription_id == 0;
  if (terms->scope == COUPON_ON_SUBSCRIPTION && is_customer) {
    error_set (error, ERROR_REFUSED, "coupon %s is for one subscription, not for a whole customer", coupon->code);
    return error_add_hint (error, "name the subscription; `billctl subscription list --customer %s` shows them", holder->customer);
  }
  if (terms->scope == COUPON_ON_CUSTOMER && !is_customer) {
    error_set (error, ERROR_REFUSED, "coupon %s is for a whole customer, not for one subscription", coupon->code);
    return error_add_hint (error, "billctl coupon apply %s %s", holder->customer, coupon->code);
  }
  if (terms->currency != NULL && terms->currency != holder->currency)
    return error_set (error, ERROR_REFUSED, "coupon %s takes off %s, but %s is billed in %s", coupon->code, terms->currency->code,
                      name_of (holder), holder->currency->code);
  if (!is_customer && terms->plans[0] != NULL && !g_strv_contains ((const char *const *) terms->plans, holder->plan)) {
    g_autofree char *plans = g_strjoinv (", ", terms->plans);
    error_set (error, ERROR_REFUSED, "coupon %s is not for plan %s, which %s is on", coupon->code, holder->plan, holder->subscription);
    return error_add_hint (error, "it is for: %s", plans);
  }
  return TRUE;
}

/* What the customer has of the coupon already. */
struct owned {
  const struct coupon_holder *holder;
  gint64 coupon_id;
  gint64 from_us;
  gboolean any;       /* one that holds or held, of the customer or a subscription of it */
  gboolean same;      /* one of the same holder that holds at from_us or later */
  gint64 same_id;
};

static gboolean
note_owned (const struct redemption *redemption, void *data, GError **error)
{
  struct owned *owned = data;
  g_autoptr (coupon_terms_t) terms = NULL;
  if (redemption->coupon_id != owned->coupon_id || redemption->until_us <= redemption->from_us)
    return TRUE;
  owned->any = TRUE;
  if (redemption->subscription_id != owned->holder->subscription_id || redemption->until_us <= owned->from_us)
    return TRUE;
  if (!coupon_terms_parse (redemption->definition, &terms, error))
    return FALSE;
  if (terms->periods == 0 || redemption->uses < terms->periods) {
    owned->same = TRUE;
    owned->same_id = redemption->id;
  }
  return TRUE;
}

static gboolean
find_owned (struct ledger *ledger, const struct coupon_holder *holder, gint64 coupon_id, gint64 from_us, struct owned *ret, GError **error)
{
  *ret = (struct owned){ .holder = holder, .coupon_id = coupon_id, .from_us = from_us };
  return redemption_each (ledger, REDEMPTIONS_OF_CUSTOMER, holder->customer_id, note_owned, ret, error);
}

static gboolean
check_owned (struct ledger *ledger, const struct coupon *coupon, const struct coupon_terms *terms, const struct coupon_holder *holder,
             gint64 from_us, GError **error)
{
  struct owned owned;
  if (!find_owned (ledger, holder, coupon->id, from_us, &owned, error))
    return FALSE;
  if (owned.same) {
    error_set (error, ERROR_REFUSED, "%s has coupon %s already", name_of (holder), coupon->code);
    return error_add_hint (error, "`billctl coupon remove %s %s` ends it", name_of (holder), coupon->code);
  }
  if (terms->is_once_per_customer && owned.any)
    return error_set (error, ERROR_REFUSED, "coupon %s is once per customer, and customer %s has redeemed it before", coupon->code,
                      holder->customer);
  return TRUE;
}

gboolean
coupon_redeem (struct ledger *ledger, const struct coupon_holder *holder, const struct coupon_redeeming *redeeming, gint64 *ret_id,
               GError **error)
{
  g_autoptr (coupon_t) coupon = NULL;
  g_autoptr (coupon_terms_t) terms = NULL;
  if (!coupon_find (ledger, redeeming->code, &coupon, error) || !coupon_terms_parse (coupon->definition, &terms, error)
      || !coupon_check_redeemable (coupon, terms, timezone_date (holder->zone, redeeming->at_us), error)
      || !check_holder (coupon, terms, holder, error) || !check_owned (ledger, coupon, terms, holder, redeeming->from_us, error))
    return FALSE;
  const struct redemption redemption = {
    .coupon_id = coupon->id,
    .customer_id = holder->customer_id,
    .subscription_id = holder->subscription_id,
    .definition = coupon->definition,
    .from_us = redeeming->from_us,
  };
  g_autofree char *discount = coupon_discount_words (terms), *duration = coupon_duration_words (terms);
  char from[DATE_TEXT_SIZE];
  date_format (timezone_date (holder->zone, redeeming->from_us), from);
  return redemption_insert (ledger, &redemption, ret_id, error)
         && audit_add (ledger, error, "coupon %s for %s %s: %s off, %s, from %s", coupon->code,
                       holder->subscription_id == 0 ? "customer" : "subscription", name_of (holder), discount, duration, from);
}

/* --- Who is meant --- */

struct found_holder {
  struct coupon_holder holder;
  struct customer *customer;
  struct subscription_row *row;
  struct plan_version *version;
  struct plan *plan;
  struct timezone_cache *zones;
};

static void
found_holder_clear (struct found_holder *found)
{
  g_clear_pointer (&found->customer, customer_free);
  g_clear_pointer (&found->row, subscription_row_free);
  g_clear_pointer (&found->version, plan_version_free);
  g_clear_pointer (&found->plan, plan_free);
  g_clear_pointer (&found->zones, timezone_cache_free);
}
typedef struct found_holder found_holder_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (found_holder_t, found_holder_clear)

/* Both codes may be the same word. */
static gboolean
choose_holder (struct ledger *ledger, const struct coupon_request *request, struct found_holder *found, GError **error)
{
  const char *code = request->holder;
  if ((request->scope != COUPON_ON_SUBSCRIPTION && !customer_look_up (ledger, code, &found->customer, error))
      || (request->scope != COUPON_ON_CUSTOMER && !subscription_look_up (ledger, code, &found->row, error)))
    return FALSE;
  if (found->customer != NULL && found->row != NULL) {
    error_set (error, ERROR_USAGE, "both a customer and a subscription are called '%s'", code);
    return error_add_hint (error, "say which is meant: --scope customer or --scope subscription");
  }
  if (found->customer != NULL || found->row != NULL)
    return TRUE;
  if (request->scope == COUPON_ON_CUSTOMER)
    return customer_fail_unknown (ledger, code, error);
  if (request->scope == COUPON_ON_SUBSCRIPTION)
    return subscription_fail_unknown (ledger, code, error);
  error_set (error, ERROR_NOT_FOUND, "there is no customer or subscription '%s'", code);
  return error_add_hint (error, "`billctl customer list` and `billctl subscription list` show them");
}

static gboolean
find_holder (struct ledger *ledger, const struct coupon_request *request, struct found_holder *found, GError **error)
{
  struct coupon_holder *holder = &found->holder;
  found->zones = timezone_cache_new ();
  if (!choose_holder (ledger, request, found, error))
    return FALSE;
  if (found->row == NULL) {
    holder->customer_id = found->customer->id;
    holder->customer = found->customer->code;
    holder->currency = currency_find (found->customer->currency);
    return timezone_cache_get (found->zones, found->customer->timezone, &holder->zone, error);
  }
  const struct subscription *subscription = &found->row->subscription;
  if (!plan_version_get (ledger, subscription->plan_version_id, &found->version, error)
      || !plan_parse (found->version->definition, found->version->plan_code, found->version->plan_name, &found->plan, error))
    return FALSE;
  holder->customer_id = subscription->customer_id;
  holder->customer = found->row->customer_code;
  holder->subscription_id = subscription->id;
  holder->subscription = subscription->code;
  holder->plan = found->plan->code;
  holder->currency = found->plan->currency;
  return timezone_cache_get (found->zones, found->row->timezone, &holder->zone, error);
}

/* The first instant of the day on which the time falls, or of the as-of day: what falls due on that day is meant too. */
static gint64
day_of (const struct coupon_request *request, const struct timezone *zone)
{
  gint64 at_us = request->from == NULL ? request->at_us : timezone_resolve (zone, request->from);
  return timezone_day_start_us (zone, timezone_date (zone, at_us));
}

/* --- The commands --- */

static gboolean
check_runs (const struct found_holder *found, gint64 at_us, GError **error)
{
  if (found->row == NULL)
    return TRUE;
  enum subscription_status status = subscription_status_on (&found->row->subscription, timezone_date (found->holder.zone, at_us));
  if (status == SUBSCRIPTION_CANCELED || status == SUBSCRIPTION_EXPIRED)
    return error_set (error, ERROR_REFUSED, "subscription %s is %s: nothing of it will be billed that a coupon could lessen",
                      found->holder.subscription, subscription_status_name (status));
  return TRUE;
}

static gboolean
apply_in_transaction (struct ledger *ledger, const struct coupon_request *request, gint64 *ret_id, GError **error)
{
  g_auto (found_holder_t) found = { 0 };
  if (!find_holder (ledger, request, &found, error))
    return FALSE;
  const struct coupon_redeeming redeeming = { request->code, day_of (request, found.holder.zone), request->at_us };
  return check_runs (&found, request->at_us, error) && coupon_redeem (ledger, &found.holder, &redeeming, ret_id, error);
}

static gboolean
remove_in_transaction (struct ledger *ledger, const struct coupon_request *request, gint64 *ret_id, GError **error)
{
  g_auto (found_holder_t) found = { 0 };
  g_autoptr (coupon_t) coupon = NULL;
  struct owned owned;
  if (!find_holder (ledger, request, &found, error) || !coupon_find (ledger, request->code, &coupon, error))
    return FALSE;
  gint64 until_us = day_of (request, found.holder.zone);
  char until[DATE_TEXT_SIZE];
  date_format (timezone_date (found.holder.zone, until_us), until);
  if (!find_owned (ledger, &found.holder, coupon->id, until_us, &owned, error))
    return FALSE;
  if (!owned.same) {
    error_set (error, ERROR_REFUSED, "%s has no coupon %s that would hold on %s or later", name_of (&found.holder), coupon->code, until);
    return error_add_hint (error, "`billctl coupon show %s` says who has it", coupon->code);
  }
  *ret_id = owned.same_id;
  return redemption_end (ledger, owned.same_id, until_us, error)
         && audit_add (ledger, error, "coupon %s of %s %s ended from %s", coupon->code,
                       found.holder.subscription_id == 0 ? "customer" : "subscription", name_of (&found.holder), until);
}

static gboolean
archive_in_transaction (struct ledger *ledger, const char *code, gboolean is_archived, GError **error)
{
  const char *word = is_archived ? "archived" : "active";
  g_autoptr (coupon_t) coupon = NULL;
  if (!coupon_find (ledger, code, &coupon, error))
    return FALSE;
  if (coupon->is_archived == is_archived)
    return error_set (error, ERROR_REFUSED, "coupon %s is %s already", code, word);
  return coupon_set_archived (ledger, coupon->id, is_archived, error) && audit_add (ledger, error, "coupon %s %s", code, word);
}

/* One transaction, with the redemption as it stands at its end. */
static gboolean
run_transaction (struct ledger *ledger, const struct coupon_request *request,
                 gboolean (*work) (struct ledger *ledger, const struct coupon_request *request, gint64 *ret_id, GError **error),
                 struct redeemed **ret, GError **error)
{
  gint64 id = 0;
  g_autoptr (redeemed_t) redeemed = NULL;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!work (ledger, request, &id, error) || !redemption_row_copy (ledger, id, request->at_us, &redeemed, error)
      || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = g_steal_pointer (&redeemed);
  return TRUE;
}

gboolean
coupon_apply (struct ledger *ledger, const struct coupon_request *request, struct redeemed **ret, GError **error)
{
  return run_transaction (ledger, request, apply_in_transaction, ret, error);
}

gboolean
coupon_remove (struct ledger *ledger, const struct coupon_request *request, struct redeemed **ret, GError **error)
{
  return run_transaction (ledger, request, remove_in_transaction, ret, error);
}

gboolean
coupon_archive (struct ledger *ledger, const char *code, gboolean is_archived, GError **error)
{
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!archive_in_transaction (ledger, code, is_archived, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return TRUE;
}
