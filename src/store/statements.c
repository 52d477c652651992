/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of SQL texts as tables. */
#include "store/statements.h"

static const struct {
  const char *name;
  const char *sql;
  _Bool is_walk;
} statements[] = {
#define STATEMENT(name, sql) { #name, sql, 0 },
#define WALK(name, sql) { #name, sql, 1 },
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
};

const char *
statement_name (enum statement id)
{
  return statements[id].name;
}

const char *
statement_sql (enum statement id)
{
  return statements[id].sql;
}

_Bool
statement_is_walk (enum statement id)
{
  return statements[id].is_walk;
}
