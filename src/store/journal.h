/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal in the ledger: balanced entries, fees that wait to be earned, and the months that are closed.
 *
 * An amount is a debit above zero and a credit below. Entries are only ever added. */
#ifndef BILLCTL_STORE_JOURNAL_H
#define BILLCTL_STORE_JOURNAL_H

#include "core/date.h"

#include <glib.h>

struct ledger;

/* The chart of accounts; the values are the ids in the table `account`. */
enum account {
  ACCOUNT_CASH = 1,
  ACCOUNT_RECEIVABLE,
  ACCOUNT_DEFERRED_REVENUE,
  ACCOUNT_TAX_PAYABLE,
  ACCOUNT_CUSTOMER_BALANCE,
  ACCOUNT_CREDIT_LIABILITY,
  ACCOUNT_UNAPPLIED_CASH,
  ACCOUNT_REVENUE_BASE,
  ACCOUNT_REVENUE_QUANTITY,
  ACCOUNT_REVENUE_ADDON,
  ACCOUNT_REVENUE_USAGE,
  ACCOUNT_REVENUE_ONE_OFF,
  ACCOUNT_BREAKAGE,
  ACCOUNT_WRITE_OFFS,
  ACCOUNT_OPENING_BALANCE,
  ACCOUNT_END /* one behind the last */
};

struct posting {
  enum account account;
  gint64 amount_minor; /* never 0 */
};

/* Part of an entry's deferred revenue: goes to `account` evenly over the days from … until - 1. */
struct deferral {
  enum account account;
  gint64 amount_minor;     /* what is earned: above zero for a fee, below zero where it is taken back */
  gint64 recognised_minor; /* what of it the entry booked to `account` itself */
  struct date from;
  struct date until;       /* half-open, > from */
};

/* Text is borrowed. */
struct journal_entry {
  struct date day;         /* when it is booked: a UTC day */
  const char *kind;        /* "invoice", "payment" …: see billctl-journal-show(1) */
  gint64 customer_id;      /* 0: none, as are the next */
  gint64 invoice_id;
  gint64 document_id;      /* of what `kind` says: the credit note, payment … */
  const char *description; /* one line */
  const char *currency;
  const struct posting *postings;
  gsize posting_count;
  const struct deferral *deferrals;
  gsize deferral_count;
};

/* Adds an entry inside the caller's transaction, stamped with the ledger's as-of time. Postings that do not add up to zero are
 * a programmer's error. ERROR_REFUSED when its day lies in a closed month or before one. *ret_id may be NULL. */
gboolean journal_post (struct ledger *ledger, const struct journal_entry *entry, gint64 *ret_id, GError **error);

/* A month as year × 12 + month - 1. */
gint64 journal_month_of (struct date day);
struct date journal_month_start (gint64 month);
/* "2026-01" */
char *journal_month_name (gint64 month);

/* The last closed month; everything before it is closed too. 0: none is. */
gboolean journal_closed_through (struct ledger *ledger, gint64 *ret, GError **error);
/* ERROR_REFUSED with the rule when `day` lies in a closed month. */
gboolean journal_check_open (struct ledger *ledger, struct date day, GError **error);
gboolean journal_month_insert (struct ledger *ledger, gint64 month, GError **error);

/* What the invoice was booked as when it was issued: appends struct posting, and struct deferral whose recognised_minor is all
 * that has been recognised of it to date. Nothing when it was not booked. */
gboolean journal_issue_postings (struct ledger *ledger, gint64 invoice_id, GArray *ret, GError **error);
gboolean journal_issue_deferrals (struct ledger *ledger, gint64 invoice_id, GArray *ret, GError **error);

/* What has been recognised of a deferral that was booked on `booked`, when months are closed through `closed_through`. */
gint64 journal_recognised (const struct deferral *deferral, struct date booked, gint64 closed_through);

/* --- Reading --- */

/* A row of the chart; text is borrowed until the next one. */
struct account_row {
  enum account account;
  const char *code; /* "deferred_revenue" */
  const char *name; /* "Deferred revenue" */
  const char *type; /* asset, liability, equity, revenue, expense */
};
typedef gboolean (*account_visit) (const struct account_row *row, void *data, GError **error);
gboolean journal_each_account (struct ledger *ledger, account_visit visit, void *data, GError **error);

/* ERROR_NOT_FOUND with a did-you-mean hint. */
gboolean journal_account_find (struct ledger *ledger, const char *code, enum account *ret, GError **error);

/* The days of the first entry, and of the last one before `before`; *ret_any is FALSE when there is none. */
gboolean journal_first_day (struct ledger *ledger, struct date *ret, gboolean *ret_any, GError **error);
gboolean journal_last_day (struct ledger *ledger, struct date before, struct date *ret, gboolean *ret_any, GError **error);

struct journal_filter {
  struct date from; /* half-open */
  struct date to;
  gint64 customer_id;   /* 0: all, as is the next */
  gint64 invoice_id;
  const char *kind;     /* NULL: all */
  enum account account; /* only its postings; 0: all */
};

/* A posting with its entry; text is borrowed until the next one. */
struct journal_row {
  gint64 entry_id;
  struct date day;
  const char *kind;
  const char *description;
  const char *customer; /* code; NULL: none, as is the next */
  const char *invoice;  /* number */
  gint64 document_id;   /* 0: none */
  gint64 at_us;
  enum account account;
  const char *currency;
  gint64 amount_minor;
};
typedef gboolean (*journal_visit) (const struct journal_row *row, void *data, GError **error);
/* In the order of days, then of being booked; the postings of an entry one after the other. */
gboolean journal_each (struct ledger *ledger, const struct journal_filter *filter, journal_visit visit, void *data, GError **error);

struct account_balance {
  const char *customer; /* NULL when not asked by customer */
  enum account account;
  const char *currency;
  gint64 amount_minor;
};
typedef gboolean (*account_balance_visit) (const struct account_balance *row, void *data, GError **error);
/* What the accounts come to before a day, by account and currency; or by customer first. */
struct balance_query {
  struct date before;
  gboolean by_customer;
};
gboolean journal_each_balance (struct ledger *ledger, const struct balance_query *query, account_balance_visit visit, void *data, GError **error);

struct deferral_row {
  struct deferral deferral; /* as it was booked */
  const char *currency;
  struct date booked;
  gint64 invoice_id;
  gint64 customer_id;
};
typedef gboolean (*deferral_visit) (const struct deferral_row *row, void *data, GError **error);
/* Every deferral of which the month may earn something: booked before it with days in it or later, or booked in it; in no order. */
gboolean journal_each_open_deferral (struct ledger *ledger, gint64 month, deferral_visit visit, void *data, GError **error);

#endif
