/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax rates as the catalog has them now. What an issued invoice was taxed by stands on the invoice. */
#ifndef BILLCTL_STORE_TAX_H
#define BILLCTL_STORE_TAX_H

#include <glib.h>

struct ledger;

enum { TAX_DAY_FIRST = -719162 }; /* 0001-01-01: the rate has always held */

/* Text is borrowed: from the caller when writing, from the query until the visitor returns. */
struct tax_rate_row {
  const char *code;
  const char *name;
  const char *kind;     /* tax_kind_name() */
  const char *percent;  /* canonical decimal: "19" */
  const char *country;  /* NULL: any, as are the next */
  const char *region;
  const char *category;
  gint64 from_day;      /* TAX_DAY_FIRST when it has always held */
  gint64 until_day;     /* the first day on which it does not hold; 0: it holds on */
};

typedef gboolean (*tax_rate_visit) (const struct tax_rate_row *rate, void *data, GError **error);

/* By code, then by day; of one code, or all when it is NULL. */
gboolean tax_rate_each (struct ledger *ledger, const char *code, tax_rate_visit visit, void *data, GError **error);
gboolean tax_rate_insert (struct ledger *ledger, const struct tax_rate_row *rate, GError **error);
gboolean tax_rates_delete (struct ledger *ledger, const char *code, GError **error);

/* What decides which rates hold for a customer and its issuer. */
struct tax_payer_row {
  char *country; /* NULL: none, as are the next */
  char *region;
  char *exempt;  /* the reason */
  char *tax_id;
  char *issuer_country;
};
gboolean tax_payer_read (struct ledger *ledger, gint64 customer_id, gint64 issuer_id, struct tax_payer_row *ret, GError **error);
void tax_payer_clear (struct tax_payer_row *payer);

/* What stands on the invoices that were issued in [from_us, to_us) and are not void, by currency and rate; or by currency and
 * country, without what concerns a rate. */
struct tax_issued_row {
  const char *currency;
  const char *country; /* NULL: any */
  const char *code;
  const char *kind;
  const char *percent;
  const char *name;
  gint64 invoices;
  gint64 base_minor;
  gint64 tax_minor;
};
typedef gboolean (*tax_issued_visit) (const struct tax_issued_row *row, void *data, GError **error);
gboolean tax_each_issued (struct ledger *ledger, gint64 from_us, gint64 to_us, gboolean by_country, tax_issued_visit visit, void *data, GError **error);

/* The lines with taxes of the credit notes that were issued then, note by note. */
struct tax_credited_row {
  gint64 note_id;
  gint64 invoice_id;
  const char *currency;
  gint64 amount_minor; /* of the price, with the taxes inside it */
  const char *taxes;   /* JSON: code and amount of each */
};
typedef gboolean (*tax_credited_visit) (const struct tax_credited_row *row, void *data, GError **error);
gboolean tax_each_credited (struct ledger *ledger, gint64 from_us, gint64 to_us, tax_credited_visit visit, void *data, GError **error);

#endif
