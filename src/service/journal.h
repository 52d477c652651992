/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the books: the chart of accounts, entries, balances. */
#ifndef BILLCTL_SERVICE_JOURNAL_H
#define BILLCTL_SERVICE_JOURNAL_H

#include "core/currency.h"
#include "core/date.h"
#include "store/journal.h"

#include <glib.h>

struct ledger;

/* What the accounts are called, by account: [ACCOUNT_CASH] … [ACCOUNT_END - 1]. Strings belong to the chart. */
struct chart {
  struct account_row rows[ACCOUNT_END];
  GStringChunk *text;
};
gboolean chart_load (struct ledger *ledger, struct chart *ret, GError **error);
void chart_clear (struct chart *chart);
typedef struct chart chart_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (chart_t, chart_clear)

/* The books are kept by days: a day, not a time of day. `option` names it in the message. NULL leaves *ret as it is. */
gboolean journal_day (const struct time_text *time, const char *option, struct date *ret, GError **error);

/* The UTC day of an instant, on which what happens then is booked. */
struct date journal_day_of (gint64 at_us);

/* Every day that there is. */
#define JOURNAL_FIRST_DAY ((struct date){ G_MININT32 })
#define JOURNAL_END_OF_DAYS ((struct date){ G_MAXINT32 })

/* Text is borrowed until the visitor returns. */
struct journal_line {
  const struct journal_row *row;
  const struct account_row *account;
  const struct currency *currency;
};
typedef gboolean (*journal_line_visit) (const struct journal_line *line, void *data, GError **error);

struct journal_request {
  struct date from; /* half-open */
  struct date to;
  const char *account;  /* codes and number; NULL: all */
  const char *customer;
  const char *invoice;
  const char *kind;
};
/* Entries by day, their postings one after the other; with an account only its postings. ERROR_USAGE for an empty range,
 * ERROR_NOT_FOUND for an account, customer or invoice that does not exist. */
gboolean journal_list (struct ledger *ledger, const struct journal_request *request, journal_line_visit visit, void *data, GError **error);

struct journal_balance {
  const char *customer; /* NULL: of all */
  const struct account_row *account;
  const struct currency *currency;
  gint64 amount_minor;  /* debit above zero */
};
typedef gboolean (*journal_balance_visit) (const struct journal_balance *balance, void *data, GError **error);
/* What the accounts come to before a day, those that come to zero left out. */
gboolean journal_balances (struct ledger *ledger, const struct balance_query *query, journal_balance_visit visit, void *data, GError **error);

#endif
