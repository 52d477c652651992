/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl journal show: the entries of the books. */
#include "cmd/commands.h"
#include "cmd/journal-document.h"
#include "service/journal.h"

struct args {
  struct time_argument from;
  struct time_argument to;
  const char *account;
  const char *customer;
  const char *invoice;
  int kind;
};

static const struct option options[] = {
  OPTION_TIME (struct args, from, "from", 0, "booked on this day or later"),
  OPTION_TIME (struct args, to, "to", 0, "booked before this day"),
  OPTION_STRING_FROM (struct args, account, "account", 'a', "ACCOUNT", "only postings to this account", COMPLETE_ACCOUNT),
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only this customer", COMPLETE_CUSTOMER),
  OPTION_STRING_FROM (struct args, invoice, "invoice", 'i', "INVOICE", "only what concerns this invoice", COMPLETE_INVOICE),
  OPTION_CHOICE (struct args, kind, "kind", 'k', journal_kinds, "only entries of this kind"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl journal show --from 2026-01-01 --to 2026-02-01",
  "billctl journal show --invoice INV-2026-000001",
  "billctl journal show --account receivable --customer acme --format csv",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  struct journal_request request = {
    .from = JOURNAL_FIRST_DAY,
    .to = JOURNAL_END_OF_DAYS,
    .account = args->account,
    .customer = args->customer,
    .invoice = args->invoice,
    .kind = args->kind < 0 ? NULL : journal_kinds[args->kind],
  };
  g_autoptr (document_t) document = NULL;
  if (!journal_day (args->from.given ? &args->from.time : NULL, "--from", &request.from, error)
      || !journal_day (args->to.given ? &args->to.time : NULL, "--to", &request.to, error)
      || !document_new (&invocation->render, &document, error))
    return FALSE;
  return journal_document_begin (document, error) && journal_list (invocation->ledger, &request, journal_document_row, document, error)
         && document_end_list (document, error) && document_close (document, error);
}

const struct command command_journal_show = {
  .path = "journal show",
  .summary = "list the entries of the books",
  .description = "A row is a posting; the postings of an entry follow each other and add up to zero. Entries come by the day on which they "
                 "are booked, a day in UTC. With --account only the postings to that account are listed.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
