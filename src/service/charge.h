/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-off charges: adding, listing and taking them back. When they are billed is said in one-offs.h. */
#ifndef BILLCTL_SERVICE_CHARGE_H
#define BILLCTL_SERVICE_CHARGE_H

#include "core/currency.h"
#include "core/date.h"

#include <glib.h>

struct ledger;

struct charge_request {
  const char *customer;
  const char *amount;       /* as typed; or the next two */
  const char *quantity;
  const char *unit_price;
  gboolean is_credit;       /* the amount is given, not taken */
  const char *description;
  const char *code;         /* NULL: "one-off" */
  const char *category;     /* of the product, for taxes; NULL: none */
  const char *subscription; /* code; NULL: of none */
  const struct time_text *at; /* a date is a day of the customer's zone; NULL: now */
  gint64 as_of_us;
};

/* Text is borrowed until the visitor returns; or it is its own, to be freed with charge_row_clear(). */
struct charge_row {
  gint64 id;
  const char *customer;
  const char *subscription; /* NULL: none */
  gint64 due_us;
  struct date due_on;       /* in the customer's zone */
  const char *code;
  const char *description;
  const char *category;     /* NULL: none */
  const char *quantity;
  const char *unit_price;
  gint64 amount_minor;
  const struct currency *currency;
  const char *status;       /* "waiting", "billed", "removed" */
  const char *invoice;      /* its number; NULL: none */
};
void charge_row_clear (struct charge_row *row);
typedef struct charge_row charge_row_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (charge_row_t, charge_row_clear)

typedef gboolean (*charge_visit) (const struct charge_row *row, void *data, GError **error);

/* Adds it in one transaction. */
gboolean charge_add (struct ledger *ledger, const struct charge_request *request, struct charge_row *ret, GError **error);
/* ERROR_REFUSED when it is billed or removed already. */
gboolean charge_remove (struct ledger *ledger, gint64 id, struct charge_row *ret, GError **error);
/* `customer`: code, or NULL for all. */
gboolean charge_list (struct ledger *ledger, const char *customer, gboolean only_waiting, charge_visit visit, void *data, GError **error);

#endif
