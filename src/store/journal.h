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

#endif
