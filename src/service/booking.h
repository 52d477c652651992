/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Booking: what each money event posts to the journal. Every function adds one balanced entry inside the caller's transaction,
 * or none where there is nothing to book, and none of them reads documents: what is booked is what the caller holds.
 *
 * What all of them share:
 *   - An entry is booked on the UTC day of its instant. ERROR_REFUSED when the month of that day, or a later one, is closed;
 *     the caller rolls back, and nothing has changed.
 *   - `currency` is an ISO code; amounts are its minor units. An amount of 0 books nothing.
 *   - Where an amount says "may be negative", the negative is the mirror image of the positive: it undoes it.
 *   - ERROR_FAILED when what is given does not add up (a total that is not that of the lines) or does not fit 64 bits.
 *
 *   event                debit                                        credit
 *   invoice issued       receivable                                   revenue_*, deferred_revenue, tax_payable
 *   invoice voided       the mirror image; what was recognised since comes off revenue_* instead of deferred_revenue
 *   credit note          revenue_* (write-off: write_offs),           receivable, customer_balance, cash
 *                        deferred_revenue, tax_payable
 *   payment              cash                                         unapplied_cash
 *   payment applied      unapplied_cash                               receivable
 *   balance applied      customer_balance                             receivable
 *   written off          write_offs                                   receivable
 *   negative invoice     receivable                                   customer_balance
 *   overpayment kept     unapplied_cash                               customer_balance
 *   balance paid out     customer_balance                             cash
 *   balance adjusted     write_offs                                   customer_balance */
#ifndef BILLCTL_SERVICE_BOOKING_H
#define BILLCTL_SERVICE_BOOKING_H

#include "base/timezone.h"
#include "store/invoice.h"

#include <glib.h>

struct ledger;

/* An invoice at the moment of being issued: the lines and taxes that are stored with it. Fees (base, quantity, addon, of any
 * role) whose service period ends after issued_at_us go to deferred_revenue and are earned over the civil days of that period;
 * everything else is revenue at once. Amounts are net of discounts and of taxes inside the prices. */
struct booked_invoice {
  gint64 id;
  gint64 customer_id; /* who owes it */
  const char *number;
  const char *currency;
  gint64 billed_at_us; /* when it fell due */
  gint64 issued_at_us;
  const struct timezone *zone; /* of the customer: whose days its periods are */
  gint64 total_minor;
  const struct invoice_line *lines;
  gsize line_count;
  const struct invoice_tax *taxes;
  gsize tax_count;
};
gboolean booking_invoice_issued (struct ledger *ledger, const struct booked_invoice *invoice, GError **error);

/* Is that what is in the books for it? *ret says so; for `verify`. Not for an invoice that was brought forward. */
gboolean booking_invoice_check (struct ledger *ledger, const struct booked_invoice *invoice, gboolean *ret, GError **error);

/* Mirrors what booking_invoice_issued() (or the opening of an older ledger) booked. Settlements and credit notes are not touched:
 * they must have been undone before. */
struct booked_void {
  gint64 invoice_id;
  gint64 customer_id;
  const char *number;
  const char *currency;
  gint64 at_us;
};
gboolean booking_invoice_voided (struct ledger *ledger, const struct booked_void *voided, GError **error);

/* A line of a credit note; amounts above zero. Its period and kind are those of the invoice line that it credits. */
struct booked_credit_line {
  const char *kind;        /* of the invoice line: base, quantity … */
  gint64 period_start_us;
  gint64 period_end_us;
  gint64 net_minor;        /* without taxes, also without those inside the price */
  gint64 tax_minor;        /* all taxes of it */
};

/* The total of a credit note, which is the sum of net and tax of its lines, goes three ways, each >= 0: off what is owed on the
 * invoice, to the customer's balance, back as money. The movement of the balance (kind credit_note) and the settlement (kind
 * credit_note) that the caller stores for it must not be booked again.
 *
 * A fee that was deferred is taken back evenly over its period: what was recognised of it in closed months comes off revenue
 * now, the rest off deferred revenue. With write_off the service was delivered and the debt is lost: what is recognised goes to
 * write_offs instead of off revenue. */
struct booked_credit_note {
  gint64 id;
  gint64 invoice_id;
  gint64 customer_id;
  const char *number;
  const char *invoice_number;
  const char *currency;
  gint64 at_us;
  gint64 invoice_issued_at_us;
  const struct timezone *zone; /* of the invoice */
  gboolean write_off;
  gint64 owed_minor;     /* off what is owed on the invoice */
  gint64 balance_minor;  /* to the customer's balance */
  gint64 refunded_minor; /* back as money */
  const struct booked_credit_line *lines;
  gsize line_count;
};
gboolean booking_credit_note (struct ledger *ledger, const struct booked_credit_note *note, GError **error);

/* Money received, not yet applied to any invoice; may be negative: money given back that was not applied. */
struct booked_payment {
  gint64 id;
  gint64 customer_id;
  const char *currency;
  gint64 amount_minor;
  gint64 at_us;
  const char *reference; /* may be NULL */
};
gboolean booking_payment (struct ledger *ledger, const struct booked_payment *payment, GError **error);

enum booked_settlement_kind { BOOKED_PAYMENT_APPLIED, BOOKED_BALANCE_APPLIED, BOOKED_WRITTEN_OFF };

/* What reduces what is owed on an invoice (a row of `settlement` but for kind credit_note); may be negative. */
struct booked_settlement {
  enum booked_settlement_kind kind;
  gint64 document_id; /* the payment; 0 for the other kinds */
  gint64 invoice_id;
  gint64 customer_id;
  const char *invoice_number;
  const char *currency;
  gint64 amount_minor;
  gint64 at_us;
};
gboolean booking_settlement (struct ledger *ledger, const struct booked_settlement *settlement, GError **error);

/* A negative invoice that becomes a balance: instead of booking_settlement(), for the settlement (kind balance, negative) and the
 * movement (kind negative_invoice) together. amount_minor > 0: what is given to the customer. */
struct booked_negative_invoice {
  gint64 invoice_id;
  gint64 customer_id;
  const char *invoice_number;
  const char *currency;
  gint64 amount_minor;
  gint64 at_us;
};
gboolean booking_negative_invoice (struct ledger *ledger, const struct booked_negative_invoice *invoice, GError **error);

enum booked_balance_kind {
  BOOKED_OVERPAYMENT,         /* unapplied cash becomes a balance */
  BOOKED_BALANCE_RETURNED,    /* a balance is paid out: amount_minor < 0 */
  BOOKED_BALANCE_ADJUSTED,    /* given or taken by hand */
};

/* The movements of a balance (rows of balance_movement) that no other function here books. amount_minor is that of the movement:
 * above zero in the customer's favour. */
struct booked_balance {
  enum booked_balance_kind kind;
  gint64 movement_id;
  gint64 customer_id;
  const char *customer; /* its code */
  const char *currency;
  gint64 amount_minor;
  gint64 at_us;
};
gboolean booking_balance (struct ledger *ledger, const struct booked_balance *balance, GError **error);

#endif
