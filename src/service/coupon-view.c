/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at coupons, and at who has them. */
#include "base/error.h"
#include "core/period.h"
#include "service/coupon.h"
#include "store/ledger.h"

static const char *
status_of (const struct coupon *coupon, const struct coupon_terms *terms, gint64 at_us)
{
  gint64 today = at_us / MICROSECONDS_PER_DAY - (at_us % MICROSECONDS_PER_DAY < 0);
  if (coupon->is_archived)
    return "archived";
  if (terms->has_expiry && today > terms->expires.day)
    return "expired";
  return terms->redemptions_most > 0 && coupon->redeemed >= terms->redemptions_most ? "exhausted" : "active";
}

struct listing {
  gint64 at_us;
  coupon_row_visit visit;
  void *data;
};

static gboolean
visit_coupon (const struct coupon *coupon, void *data, GError **error)
{
  const struct listing *listing = data;
  g_autoptr (coupon_terms_t) terms = NULL;
  if (!coupon_terms_parse (coupon->definition, &terms, error))
    return FALSE;
  const struct coupon_row row = { coupon, terms, status_of (coupon, terms, listing->at_us) };
  return listing->visit (&row, listing->data, error);
}

gboolean
coupon_list (struct ledger *ledger, gint64 at_us, coupon_row_visit visit, void *data, GError **error)
{
  struct listing listing = { at_us, visit, data };
  return coupon_each (ledger, visit_coupon, &listing, error);
}

gboolean
coupon_show (struct ledger *ledger, const char *code, gint64 at_us, coupon_row_visit visit, void *data, GError **error)
{
  struct listing listing = { at_us, visit, data };
  g_autoptr (coupon_t) coupon = NULL;
  return coupon_find (ledger, code, &coupon, error) && visit_coupon (coupon, &listing, error);
}

struct showing {
  const struct redemption_request *request;
  struct timezone_cache *zones;
};

static const char *
redemption_status (const struct redemption *redemption, const struct coupon_terms *terms, gint64 at_us)
{
  if (redemption->until_us <= at_us || redemption->until_us <= redemption->from_us)
    return "ended";
  if (terms->periods > 0 && redemption->uses >= terms->periods)
    return "used_up";
  return redemption->from_us > at_us ? "pending" : "active";
}

static gboolean
visit_redemption (const struct redemption *redemption, void *data, GError **error)
{
  const struct showing *showing = data;
  const struct timezone *zone = NULL;
  g_autoptr (coupon_terms_t) terms = NULL;
  if (!coupon_terms_parse (redemption->definition, &terms, error)
      || !timezone_cache_get (showing->zones, redemption->timezone, &zone, error))
    return FALSE;
  struct redemption_row row = {
    .redemption = redemption,
    .terms = terms,
    .from = timezone_date (zone, redemption->from_us),
    .has_until = redemption->until_us != G_MAXINT64,
    .status = redemption_status (redemption, terms, showing->request->at_us),
  };
  if (row.has_until)
    row.until = timezone_date (zone, redemption->until_us);
  return showing->request->visit (&row, showing->request->data, error);
}

gboolean
redemption_rows (struct ledger *ledger, const struct redemption_request *request, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  struct showing showing = { request, zones };
  return redemption_each (ledger, request->of, request->id, visit_redemption, &showing, error);
}

/* --- One redemption --- */

static gboolean
copy_row (const struct redemption_row *row, void *data, GError **error)
{
  struct redeemed *copy = g_new0 (struct redeemed, 1), **ret = data;
  copy->redemption = *row->redemption;
  copy->redemption.coupon_code = g_strdup (row->redemption->coupon_code);
  copy->redemption.customer_code = g_strdup (row->redemption->customer_code);
  copy->redemption.subscription_code = g_strdup (row->redemption->subscription_code);
  copy->redemption.definition = g_strdup (row->redemption->definition);
  copy->redemption.timezone = g_strdup (row->redemption->timezone);
  copy->row = *row;
  copy->row.redemption = &copy->redemption;
  *ret = copy;
  if (!coupon_terms_parse (copy->redemption.definition, &copy->terms, error))
    return FALSE;
  copy->row.terms = copy->terms;
  return TRUE;
}

void
redeemed_free (struct redeemed *redeemed)
{
  if (redeemed == NULL)
    return;
  g_free ((gpointer) (gsize) redeemed->redemption.coupon_code);
  g_free ((gpointer) (gsize) redeemed->redemption.customer_code);
  g_free ((gpointer) (gsize) redeemed->redemption.subscription_code);
  g_free ((gpointer) (gsize) redeemed->redemption.definition);
  g_free ((gpointer) (gsize) redeemed->redemption.timezone);
  coupon_terms_free (redeemed->terms);
  g_free (redeemed);
}

gboolean
redemption_row_copy (struct ledger *ledger, gint64 id, gint64 at_us, struct redeemed **ret, GError **error)
{
  g_autoptr (redeemed_t) copy = NULL;
  const struct redemption_request request = { REDEMPTION_BY_ID, id, at_us, copy_row, &copy };
  if (!redemption_rows (ledger, &request, error))
    return FALSE;
  *ret = g_steal_pointer (&copy);
  return TRUE;
}
