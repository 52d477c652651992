/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl invoice generate: draw up everything that is due. */
#include "base/text.h"
#include "cli/progress.h"
#include "cmd/billed-invoice.h"
#include "cmd/commands.h"
#include "service/billing.h"

struct args {
  const char *customer;
  gboolean finalize;
  gboolean late;
  gboolean estimate_missing;
};

static const struct option options[] = {
  OPTION_STRING_FROM (struct args, customer, "customer", 'c', "CODE", "only this customer", COMPLETE_CUSTOMER),
  OPTION_FLAG (struct args, finalize, "finalize", 0, "number and open the invoices in the same transaction"),
  OPTION_FLAG (struct args, late, "late", 0, "bill late usage by itself where nothing else is due"),
  OPTION_FLAG (struct args, estimate_missing, "estimate-missing", 0, "let the period before stand for usage that did not come"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl invoice generate --as-of 2026-02-01 --dry-run",
  "billctl invoice generate --as-of 2026-02-01",
  "billctl invoice generate --customer acme --finalize",
  "billctl invoice generate --as-of 2026-02-01 --estimate-missing",
  NULL,
};

static void
say_result (const struct invocation *invocation, const struct billing_result *result)
{
  gint64 changed = result->drafted + result->rebuilt + result->issued + result->discarded;
  g_autoptr (GString) text = g_string_new (NULL);
  const struct {
    gint64 count;
    const char *what;
  } parts[] = {
    { result->issued, "issued" }, { result->drafted, "drafted" },     { result->rebuilt, "rebuilt" },
    { result->discarded, "discarded" }, { result->unchanged, "unchanged" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].count > 0)
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT " %s", text->len == 0 ? "" : ", ", parts[i].count, parts[i].what);
  if (changed == 0 && result->unchanged == 0)
    invocation_say (invocation, "nothing is due");
  else if (changed == 0)
    invocation_say (invocation, "nothing new is due: %s", text->str);
  else
    invocation_say (invocation, "invoices: %s", text->str);
  if (result->no_place > 0)
    invocation_say (invocation, "%" G_GINT64_FORMAT " %s no tax, because %s customer has no country: `billctl customer update` gives it one",
                    result->no_place, result->no_place == 1 ? "invoice has" : "invoices have", result->no_place == 1 ? "its" : "their");
  if (result->estimates > 0) {
    g_autofree char *lines = text_counted (result->estimates, "line");
    invocation_say (invocation, "%s estimated: `billctl usage late --estimates` lists those that are issued", lines);
  }
  if (result->late > 0) {
    invocation_say (invocation, "%" G_GINT64_FORMAT " events came after their period was billed and stand on no invoice", result->late);
    invocation_say (invocation, "`billctl usage late` lists them");
  }
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_auto (billed_invoice_writer_t) writer = { .invocation = invocation };
  if (!billed_invoice_begin (&writer, error))
    return FALSE;
  struct progress *progress = progress_new (invocation, "billing", 0, "subscriptions");
  struct progress_sink sink = progress_sink (progress);
  struct billing_request request = {
    .customer = args->customer,
    .finalize = args->finalize,
    .late = args->late,
    .estimate_missing = args->estimate_missing,
    .as_of_us = invocation->as_of_us,
    .report_invoice = billed_invoice_row,
    .report_failure = billed_invoice_warn,
    .data = &writer,
    .progress = &sink,
  };
  struct billing_result result = { 0 };
  gboolean ok = billing_generate (invocation->ledger, &request, &result, error);
  progress_finish (progress);
  if (!ok || !billed_invoice_end (&writer, error))
    return FALSE;
  say_result (invocation, &result);
  billed_invoice_settle (invocation, result.failed);
  return TRUE;
}

const struct command command_invoice_generate = {
  .path = "invoice generate",
  .summary = "draw up invoices for everything that is due",
  .description = "Makes drafts for all fees and usage that fell due by the as-of time, one invoice per customer and due instant. "
                 "A draft is rebuilt by the next run, an issued invoice never changes; a late run fills every missed period in order.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
