/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit notes: issuing and reading them. */
#ifndef BILLCTL_SERVICE_CREDIT_NOTE_H
#define BILLCTL_SERVICE_CREDIT_NOTE_H

#include "core/currency.h"
#include "core/date.h"
#include "service/credit-lines.h"
#include "store/credit-note.h"

#include <glib.h>

struct ledger;

struct credit_request {
  const char *invoice;
  struct credit_choice choice;
  enum credit_kind kind;
  const char *reason;
  gint64 as_of_us;
};

/* Where the total went. */
struct credit_result {
  char *number; /* free with credit_result_clear() */
  gint64 total_minor;
  gint64 tax_minor;
  gint64 owed_minor;     /* off what was owed */
  gint64 balance_minor;
  gint64 refunded_minor;
  const char *status;    /* of the invoice then */
  const struct currency *currency;
};
void credit_result_clear (struct credit_result *result);
typedef struct credit_result credit_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (credit_result_t, credit_result_clear)

/* Credits an issued invoice, in one transaction: first what is still owed on it becomes less; what goes beyond that is refunded or
 * goes to the customer's balance. A write-off takes nothing beyond it. ERROR_REFUSED for a draft or a void invoice, for more than is
 * left of a line or of the invoice, and for a refund of more than was paid in money. */
gboolean credit_note_issue (struct ledger *ledger, const struct credit_request *request, struct credit_result *ret, GError **error);

struct credit_note_list_request {
  const char *customer; /* code; NULL: all */
  const char *invoice;  /* number; NULL: all */
  gint64 from_us;       /* half-open, on the time of issue */
  gint64 to_us;
};
gboolean credit_note_list (struct ledger *ledger, const struct credit_note_list_request *request, credit_note_visit visit, void *data,
                           GError **error);

/* Calls `head` once, then `line` for each line. */
struct credit_note_show_request {
  const char *number;
  credit_note_visit head;
  credit_note_line_visit line;
  void *data;
};
gboolean credit_note_show (struct ledger *ledger, const struct credit_note_show_request *request, GError **error);

#endif
