/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left of the lines of an issued invoice after its credit notes, and what a further one takes of them. Reads only. */
#ifndef BILLCTL_SERVICE_CREDIT_LINES_H
#define BILLCTL_SERVICE_CREDIT_LINES_H

#include "core/credit.h"
#include "core/currency.h"
#include "service/tax.h"
#include "store/invoice.h"

#include <glib.h>

struct ledger;

/* One line of the invoice. Text lives as long as the lines. */
struct creditable {
  gint64 position;
  const char *kind;
  const char *description;
  gint64 period_start_us;
  gint64 period_end_us;
  struct credit_line line;
  struct line_tax *taxes; /* of the invoice line, as many as line.tax_count */
};

struct credit_lines;
gboolean credit_lines_load (struct ledger *ledger, const struct invoice *invoice, struct credit_lines **ret, GError **error);
void credit_lines_free (struct credit_lines *lines); /* NULL is fine */
typedef struct credit_lines credit_lines_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (credit_lines_t, credit_lines_free)

gsize credit_lines_count (const struct credit_lines *lines);
const struct creditable *credit_lines_at (const struct credit_lines *lines, gsize index);
/* Of the whole invoice, with taxes. */
gint64 credit_lines_left (const struct credit_lines *lines);

/* One of the three ways of saying what is to be credited. */
struct credit_choice {
  const char *const *lines; /* "2": what is left of it; "2=10.00": so much of its price, and its taxes besides. NULL-terminated */
  const char *amount;       /* with taxes, spread over what is left of all lines; NULL: not that way */
  gboolean all;
};
/* Sets what is taken of each line now. ERROR_USAGE for what is malformed, ERROR_NOT_FOUND for a line that is not there, ERROR_REFUSED
 * for more than what is left. */
gboolean credit_lines_choose (struct credit_lines *lines, const struct credit_choice *choice, GError **error);

struct credit_sums {
  gint64 subtotal_minor;
  gint64 tax_minor;   /* all taxes */
  gint64 total_minor; /* with those on top */
};
/* Of what is taken now. */
gboolean credit_lines_sum (const struct credit_lines *lines, struct credit_sums *ret, GError **error);

/* The taxes of what is taken now, as those of invoice lines are stored; NULL: none. Newly allocated. */
char *creditable_taxes_json (const struct creditable *creditable);

#endif
