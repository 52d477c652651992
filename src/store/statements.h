/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of every SQL text, by name. One list per noun in src/store/sql/; no SQL stands anywhere else but in
 * schema/. The texts keep to what SQLite and PostgreSQL both accept (parameters are written ?1, ?2 …). A WALK may have a row for each
 * customer, event, invoice or posting that there is: it must never be in memory as a whole. */
#ifndef BILLCTL_STORE_STATEMENTS_H
#define BILLCTL_STORE_STATEMENTS_H

enum statement {
#define STATEMENT(name, sql) SQL_##name,
#define WALK(name, sql) SQL_##name,
#include "store/sql/ledger.def"
#include "store/sql/known.def"
#include "store/sql/catalog.def"
#include "store/sql/coupon.def"
#include "store/sql/customer.def"
#include "store/sql/subscription.def"
#include "store/sql/usage.def"
#include "store/sql/invoice.def"
#include "store/sql/journal.def"
#include "store/sql/export.def"
#include "store/sql/stripe.def"
#include "store/sql/one-off.def"
#include "store/sql/settlement.def"
#include "store/sql/issuer.def"
#include "store/sql/tax.def"
#include "store/sql/credit-note.def"
#include "store/sql/verify.def"
#undef STATEMENT
#undef WALK
  SQL_STATEMENT_COUNT
};

const char *statement_name (enum statement id);
const char *statement_sql (enum statement id);
_Bool statement_is_walk (enum statement id);

#endif
