/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is owed on issued invoices: at issue, and as payments, balances, credits and write-offs come in. All of it happens inside the
 * caller's transaction. */
#ifndef BILLCTL_SERVICE_SETTLEMENT_H
#define BILLCTL_SERVICE_SETTLEMENT_H

#include "service/booking.h"
#include "store/invoice.h"
#include "store/settlement.h"

#include <glib.h>

struct ledger;

/* The customer's balance is used for it as far as it reaches; a total below zero goes to the balance. What owes nothing then is paid
 * at once. */
gboolean settlement_at_issue (struct ledger *ledger, const struct booked_invoice *invoice, GError **error);

/* What payments, balance and credit notes have not settled, whether it was written off or not. */
gint64 settlement_unsettled (const struct invoice *invoice, const struct settlement_sums *sums);

/* Uses so much of the customer's balance for the invoice (below zero: gives it back); the caller has seen that it is there. */
gboolean settlement_use_balance (struct ledger *ledger, const struct invoice *invoice, gint64 amount_minor, GError **error);

/* So much, on the day of that instant in the books. */
struct settled_amount {
  gint64 minor;
  gint64 at_us;
};
/* Below zero: takes it back. */
gboolean settlement_apply_payment (struct ledger *ledger, const struct invoice *invoice, gint64 payment_id, struct settled_amount amount,
                                   GError **error);
gboolean settlement_write_off (struct ledger *ledger, const struct invoice *invoice, struct settled_amount amount, GError **error);

/* Takes a write-off back, where there is one, as far as the amount was settled otherwise. */
gboolean settlement_restore (struct ledger *ledger, const struct invoice *invoice, const struct settlement_sums *sums,
                             struct settled_amount amount, GError **error);

/* Paid where nothing is owed any more, uncollectible where the rest is written off, else open. *ret may be NULL. */
gboolean settlement_renew_status (struct ledger *ledger, const struct invoice *invoice, enum invoice_status *ret, GError **error);

/* Adds a movement to the customer's balance; the caller books it. ERROR_FAILED when the balance would not fit. */
gboolean settlement_move_balance (struct ledger *ledger, const struct balance_movement *movement, gint64 *ret_id, GError **error);

/* ERROR_REFUSED for a draft or a void invoice. */
gboolean settlement_check_issued (const struct invoice *invoice, GError **error);

#endif
