/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the next invoices of a customer would be, as things stand or with other terms. Nothing is written. */
#ifndef BILLCTL_SERVICE_PREVIEW_H
#define BILLCTL_SERVICE_PREVIEW_H

#include "core/currency.h"
#include "core/date.h"
#include "service/invoice.h"

#include <glib.h>

struct ledger;

/* What all invoices of a currency come to. */
struct preview_total {
  const struct currency *currency;
  gint64 before_minor; /* as things stand */
  gint64 after_minor;  /* with what is supposed; the same without */
};

struct preview_request {
  const char *customer;
  const struct time_text *at;    /* everything that falls due by then; NULL: by the next instant after the as-of one at which something does */
  const char *const *what_if;    /* "plan=CODE[:VERSION]", "interval=INTERVAL", "quantity.NAME=N", "addon.CODE[=N]"; NULL or empty: nothing */
  const char *subscription;      /* whose terms these would be; NULL: the only one of the customer */
  gint64 as_of_us;               /* when they would be changed */
  struct invoice_show_request show; /* told of each invoice; its reference is not used */
};

struct preview_result {
  char *customer;
  gint64 at_us;
  struct date on;   /* the day of the customer on which that is */
  char *decision;   /* what the change would be, in words; NULL: nothing is supposed */
  gsize invoices;
  GArray *totals;   /* struct preview_total, by currency */
};
void preview_result_clear (struct preview_result *result);
typedef struct preview_result preview_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (preview_result_t, preview_result_clear)

/* ERROR_REFUSED when another customer pays for this one, and for what subscription_change() refuses. What is supposed is recorded by the code
 * that records it, in a transaction of a ledger opened apart, which is always rolled back. */
gboolean invoice_preview (struct ledger *ledger, const struct preview_request *request, struct preview_result *ret, GError **error);

#endif
