/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading invoices: lists and single documents, with their days in the customer's time zone. */
#ifndef BILLCTL_SERVICE_INVOICE_H
#define BILLCTL_SERVICE_INVOICE_H

#include "core/currency.h"
#include "core/date.h"
#include "store/invoice.h"

#include <glib.h>

struct ledger;

/* Text is borrowed until the visitor returns. */
struct invoice_row {
  const char *reference; /* number or draft-N; NULL: it stands nowhere */
  gboolean draft;
  const char *customer;
  const char *customer_name;
  const char *email;    /* may be NULL */
  const char *timezone;
  const char *status;
  gboolean overdue; /* open, and the day by which it is payable is over at the as-of instant */
  const struct currency *currency;
  gint64 billed_at_us;
  gint64 issued_at_us; /* 0 for drafts, as is the next */
  gint64 due_at_us;
  struct date billed_on; /* civil days in the customer's zone, of the time of issue where it is issued */
  struct date issued_on;
  struct date due_on;
  const char *country; /* of the customer, likewise; may be NULL, as the next two */
  const char *tax_id;
  const char *tax_note; /* why there is no tax, as the invoice says it */
  gint64 subtotal_minor;
  gint64 tax_minor;     /* all taxes; total = subtotal - discount + those that are not inside the prices */
  gint64 total_minor;
  gint64 owed_minor;       /* still owed on an open invoice; 0 for all others */
  gint64 discount_minor;
  const char *void_reason; /* may be NULL */
};

struct invoice_line_row {
  gint64 position;
  const char *subscription;
  const char *kind;
  const char *code;
  const char *description;
  gint64 period_start_us;
  gint64 period_end_us;
  struct date period_from;  /* first day */
  struct date period_until; /* the day after the last */
  const char *quantity;
  const char *included;     /* what of it costs nothing; NULL: none of it */
  const char *unit_price;   /* may be NULL */
  const char *exact_amount;
  const char *ratio;        /* may be NULL */
  gint64 amount_minor;
  gint64 discount_minor;
  const char *discounts;    /* JSON; NULL: none */
  gint64 tax_minor;
  const char *taxes;        /* JSON; may be NULL, as the next */
  const char *category;
  const char *role;         /* "regular", "unused", "remaining", "late" */
  const char *derivation;
};

struct invoice_list_request {
  const char *customer; /* code or NULL */
  const char *status;   /* name, or "overdue", or NULL */
  gint64 from_us;       /* on the instant of falling due, half-open */
  gint64 to_us;
  gint64 as_of_us;
};
typedef gboolean (*invoice_row_visit) (const struct invoice_row *row, void *data, GError **error);
typedef gboolean (*invoice_line_row_visit) (const struct invoice_line_row *row, void *data, GError **error);

gboolean invoice_list (struct ledger *ledger, const struct invoice_list_request *request, invoice_row_visit visit, void *data, GError **error);

/* What reduced what is owed on an issued invoice. */
struct invoice_settled {
  gint64 credited_minor;    /* by credit notes */
  gint64 balance_minor;     /* from the customer's balance; below zero: given to it */
  gint64 paid_minor;        /* less what was paid back */
  gint64 written_off_minor;
  const char *replaces;    /* the number of the void invoice that it was issued again for; NULL: none */
  const char *replaced_by; /* likewise, or draft-N */
};

/* Calls `head` once, then `line` for each line, then `foot` with what each rate comes to. */
struct invoice_show_request {
  const char *reference;
  gint64 as_of_us;
  gboolean (*head) (const struct invoice_row *row, const struct invoice_settled *settled, void *data, GError **error);
  invoice_line_row_visit line;
  gboolean (*foot) (const struct invoice_row *row, const struct invoice_tax *taxes, gsize count, void *data, GError **error);
  void *data;
};
/* Of what was drawn up and stands nowhere: a draft without a name. The texts of the invoice are those of its customer today. */
struct invoice_drawn {
  const struct invoice *invoice;
  gsize line_count;
  const struct invoice_line *lines; /* with the codes of their subscriptions */
  gsize tax_count;
  const struct invoice_tax *taxes;
};
gboolean invoice_show_drawn (const struct invoice_drawn *drawn, const struct invoice_show_request *request, GError **error);
gboolean invoice_show (struct ledger *ledger, const struct invoice_show_request *request, GError **error);

#endif
