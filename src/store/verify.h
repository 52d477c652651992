/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs about the stored rows. Each appends a text per problem; no text: sound. */
#ifndef BILLCTL_STORE_VERIFY_H
#define BILLCTL_STORE_VERIFY_H

#include <glib.h>

struct ledger;

/* The engine's own check of the file and of every reference. */
gboolean verify_database (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* ERROR_LEDGER for who sees the rows of one customer. */
gboolean verify_sees_all (struct ledger *ledger, GError **error);
/* Tables, indices and triggers are those that the program makes, and rights and policies: the guards stand. */
gboolean verify_schema (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* Totals of invoices and credit notes are the sums of their lines; lines are numbered without a gap, and not credited beyond what they are. */
gboolean verify_invoice_sums (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* No fee period and no usage of a metric in a usage period stands on two invoices, and what stands on issued invoices is counted
 * as billed. */
gboolean verify_periods (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* What is owed on an invoice agrees with its status, both sides of a balance agree, and no balance is below zero. */
gboolean verify_settlements (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* A series of numbers: of invoices or credit notes, of one issuer and year. Text is borrowed. */
struct series_state {
  const char *document; /* "invoice", "credit note" */
  const char *issuer;
  int year;             /* 0: its numbers do not say the year */
  const char *first;
  const char *last;
  gint64 count;         /* given out */
  gint64 missing;       /* of them that no document has */
};
struct series_visitor {
  gboolean (*visit) (const struct series_state *state, void *data, GError **error); /* NULL: none */
  void *data;
};
/* Every number of every series from 1 to the last was given to exactly one document. */
gboolean verify_number_series (struct ledger *ledger, GPtrArray *ret_problems, struct series_visitor visitor, GError **error);
/* Every event has its key and the other way round. */
gboolean verify_usage_keys (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* Every entry of the journal has postings that add up to zero, on its day and on accounts that exist. */
gboolean verify_entries (struct ledger *ledger, gint64 *ret_entries, GPtrArray *ret_problems, GError **error);
/* The books say what the documents do: what is owed on each invoice, what each customer has in balance and in money that is not
 * applied, what was received; and nothing is left of void invoices. */
gboolean verify_books_and_documents (struct ledger *ledger, GPtrArray *ret_problems, GError **error);
/* Whether the invoice was issued before there were books: what was open of it then is brought forward. */
gboolean verify_is_brought_forward (struct ledger *ledger, gint64 invoice_id, gboolean *ret, GError **error);
/* What is deferred of each invoice is what is not earned of its fees. *ret_deferrals: how many were looked at. */
gboolean verify_deferred (struct ledger *ledger, gint64 *ret_deferrals, GPtrArray *ret_problems, GError **error);
/* How many usage events and numbered invoices there are together. */
gboolean verify_size (struct ledger *ledger, gint64 *ret, GError **error);
/* Appends the references (newly allocated texts) of the invoices with discounts. */
gboolean verify_discounted_invoices (struct ledger *ledger, GPtrArray *ret, GError **error);
/* Appends struct verify_taxed: the invoices that have taxes. */
struct verify_taxed {
  gint64 id;
  char reference[64];
};
gboolean verify_taxed_invoices (struct ledger *ledger, GArray *ret, GError **error);
/* Appends the ids (gint64) of all plan versions. */
gboolean verify_plan_version_ids (struct ledger *ledger, GArray *ret, GError **error);

#endif
