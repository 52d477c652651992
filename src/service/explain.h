/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an invoice came about, as one tree: from the total to taxes, discounts and lines, from a line to its price, the steps of that,
 * the quantity and the events. Both the text that a person reads and the JSON that a program reads are made from it. */
#ifndef BILLCTL_SERVICE_EXPLAIN_H
#define BILLCTL_SERVICE_EXPLAIN_H

#include "core/currency.h"
#include "core/date.h"

#include <glib.h>

struct ledger;

enum explain_kind {
  EXPLAIN_TOTAL,     /* of the invoice */
  EXPLAIN_SUBTOTAL,  /* all lines */
  EXPLAIN_LINE,
  EXPLAIN_DISCOUNTS, /* all that is taken off */
  EXPLAIN_DISCOUNT,  /* what one coupon takes off, of all lines or of one */
  EXPLAIN_TAX,       /* what one rate comes to, of all lines or of one */
  EXPLAIN_PRICE,     /* what is rounded to the amount of a line */
  EXPLAIN_STEP,      /* of a price: a tier, a fee, an agreed discount */
  EXPLAIN_QUANTITY,  /* what was measured and is priced */
  EXPLAIN_EVENTS,
  EXPLAIN_EVENT,
  EXPLAIN_BOUND,     /* a minimum or a maximum */
  EXPLAIN_CHARGED,   /* what it is compared with */
  EXPLAIN_NOW,       /* of a difference: what it comes to */
  EXPLAIN_BEFORE,    /* and what was billed of that */
  EXPLAIN_WHOLE,     /* what a line is a share of */
  EXPLAIN_OTHER,     /* what this version of the program has no words for */
};
const char *explain_kind_name (enum explain_kind kind); /* "total", "line" …, as JSON has it */

/* Which amount of a node is the sum of those of its children that add to it. */
enum explain_sum { EXPLAIN_NO_SUM, EXPLAIN_SUM_OF_AMOUNTS, EXPLAIN_SUM_OF_EXACT };

struct explain_node {
  enum explain_kind kind;
  gint64 position;       /* number of the line that it is or is about; 0: none */
  char *label;           /* a few words */
  GPtrArray *words;      /* char *: sentences below them */
  GString *facts;        /* the figures in them, for programs: members of a JSON object, without its braces */
  gboolean has_amount;
  gint64 amount_minor;   /* rounded */
  char *exact_amount;    /* unrounded, in major units; NULL where there is none */
  enum explain_sum sum;
  gboolean adds;         /* is part of the sum that the parent is */
  GPtrArray *children;   /* struct explain_node * */
};

struct explain_request {
  const char *reference; /* number of the invoice, or draft-N */
  gint64 line;           /* only this one; 0: all */
  gboolean events;       /* list them */
  gboolean verify;       /* prove it first */
};

struct explanation {
  char *reference;
  char *customer;
  char *customer_name;
  char *status;
  char *timezone;
  const struct currency *currency;
  struct date billed_on;
  gint64 total_minor;
  struct explain_node *root;
  GPtrArray *proved;   /* char *: what was proved; NULL unless asked for */
  GPtrArray *problems; /* char *: what the proof found; then there is no tree */
};
void explanation_free (struct explanation *explanation); /* NULL is fine */
typedef struct explanation explanation_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (explanation_t, explanation_free)

/* ERROR_NOT_FOUND when there is no such invoice or line. A difference that the proof finds is no error of this function. Works in a
 * snapshot of its own; nothing is written. */
gboolean explain_invoice (struct ledger *ledger, const struct explain_request *request, struct explanation **ret, GError **error);

#endif
