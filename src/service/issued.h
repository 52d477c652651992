/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What issuing an invoice brings with it, however it came to be issued. */
#ifndef BILLCTL_SERVICE_ISSUED_H
#define BILLCTL_SERVICE_ISSUED_H

#include "service/booking.h"

/* Inside the transaction that stores the number: counts what its coupons are used for, books it, settles it with the customer's balance,
 * and takes its one-off charges off the list of those that wait. */
gboolean issued_record (struct ledger *ledger, const struct booked_invoice *invoice, GError **error);

#endif
