/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Books in the files of three programs that keep them as plain text: hledger, ledger and beancount.
 *
 *   journal_writer_new · journal_writer_begin · (journal_writer_entry · journal_writer_posting …) … · journal_writer_assert ·
 *   journal_writer_balance … · journal_writer_close
 *
 * Entries are written as they come and nothing is kept. The balances at the end are assertions: the programs refuse the file when
 * they come to anything else. Text that has a meaning in a format is made harmless. Equal input gives equal bytes. */
#ifndef BILLCTL_RENDER_JOURNAL_H
#define BILLCTL_RENDER_JOURNAL_H

#include "core/currency.h"
#include "core/date.h"

#include <glib.h>
#include <stdio.h>

enum journal_format { JOURNAL_HLEDGER, JOURNAL_LEDGER, JOURNAL_BEANCOUNT };

/* ("liability", "tax_payable") -> "liabilities:tax-payable", in beancount "Liabilities:Tax-Payable"; newly allocated. The types are
 * asset, liability, equity, revenue and expense. */
char *journal_account_name (enum journal_format format, const char *type, const char *code);

struct journal_account {
  const char *type; /* NULL: there is no such account */
  const char *code;
};

struct journal_writer;
/* Postings name accounts by their place in `accounts`. `out` is borrowed. */
struct journal_writer *journal_writer_new (enum journal_format format, FILE *out, const struct journal_account *accounts, gsize count);
void journal_writer_free (struct journal_writer *writer);
typedef struct journal_writer journal_writer_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (journal_writer_t, journal_writer_free)

/* Declares accounts and currencies; `first` is a day that no entry lies before. */
void journal_writer_begin (struct journal_writer *writer, struct date first, const struct currency *const *currencies, gsize count);

struct journal_head {
  gint64 number; /* of the entry; 0: none */
  struct date day;
  const char *kind; /* NULL: none, as are the next */
  const char *customer;
  const char *invoice;
  const char *description;
};
void journal_writer_entry (struct journal_writer *writer, const struct journal_head *head);

struct journal_amount {
  gsize account;
  gint64 minor; /* debit above zero */
  const struct currency *currency;
};
void journal_writer_posting (struct journal_writer *writer, const struct journal_amount *amount);

/* From here on balances at the end of the day, on which the last entry lies. */
void journal_writer_assert (struct journal_writer *writer, struct date day);
void journal_writer_balance (struct journal_writer *writer, const struct journal_amount *amount);

/* Writes what is still held and reports every write error. */
gboolean journal_writer_close (struct journal_writer *writer, GError **error);

#endif
