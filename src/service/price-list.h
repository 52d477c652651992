/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans, metrics and coupons for the calculators: those of a catalog file, or of a ledger. */
#ifndef BILLCTL_SERVICE_PRICE_LIST_H
#define BILLCTL_SERVICE_PRICE_LIST_H

#include "service/plan.h"
#include "store/catalog.h"
#include "store/coupon.h"

#include <glib.h>

struct price_list_request {
  const char *catalog; /* a file, "-" for standard input; NULL: the ledger */
  const char *ledger_path;
  gint64 now_us;
  GPtrArray *problems; /* of the file: as catalog_check() has them */
};

/* What it hands out is owned by it. A file is whole in itself: no ledger is asked for what it lacks. */
struct price_list;
gboolean price_list_open (const struct price_list_request *request, struct price_list **ret, GError **error);
void price_list_free (struct price_list *list);
typedef struct price_list price_list_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (price_list_t, price_list_free)

/* ERROR_NOT_FOUND with what there is. `version` 0: the newest; of a file there is only one. */
gboolean price_list_plan (struct price_list *list, const char *code, gint64 version, const struct plan **ret, GError **error);
/* The same with its prices in a currency (upper case): *ret is NULL when it has none. */
gboolean price_list_plan_in (struct price_list *list, const struct plan *plan, const char *currency, const struct plan **ret, GError **error);
gboolean price_list_coupon (struct price_list *list, const char *code, const struct coupon **ret, GError **error);
gboolean price_list_metric (struct price_list *list, const char *code, const struct metric **ret, GError **error);

/* Appends the codes of the plans that are not archived: in the order of the file, of a ledger by code. */
gboolean price_list_codes (struct price_list *list, GPtrArray *ret, GError **error);

#endif
