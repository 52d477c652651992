/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger offers where a command line waits for a code. Reads only. */
#ifndef BILLCTL_SERVICE_COMPLETE_H
#define BILLCTL_SERVICE_COMPLETE_H

#include <glib.h>

struct ledger;

enum code_of {
  CODE_OF_CUSTOMER,
  CODE_OF_PLAN,
  CODE_OF_METRIC,
  CODE_OF_SUBSCRIPTION,
  CODE_OF_INVOICE, /* drafts too */
  CODE_OF_ADDON,   /* of the newest versions of all plans */
  CODE_OF_SETTING,
  CODE_OF_ACCOUNT, /* of the books */
  CODE_OF_CREDIT_NOTE,
  CODE_OF_COUPON,
  CODE_OF_HOLDER, /* customers, then subscriptions */
  CODE_OF_CHARGE, /* one-offs that wait for an invoice */
  CODE_OF_ROLE,   /* that open a ledger on a server */
};

/* More than a person reads; a shell asks again as the word grows. */
enum { COMPLETE_CODES_MAX = 300 };

/* Appends newly allocated texts, "acme" or "acme\tAcme GmbH", of what begins with `prefix`. */
gboolean complete_codes (struct ledger *ledger, enum code_of of, const char *prefix, GPtrArray *ret, GError **error);

#endif
