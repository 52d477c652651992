/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl subscription history. */
#include "cmd/change-document.h"
#include "cmd/commands.h"

static const char *const examples[] = { "billctl subscription history acme", "billctl subscription history acme --format json", NULL };

static const struct column columns[] = {
  { .key = "at", .title = "Recorded", .kind = CELL_INSTANT },
  { .key = "effective_on", .title = "Effective", .kind = CELL_DATE },
  { .key = "event", .title = "Event", .kind = CELL_CODE },
  { .key = "detail", .title = "Detail", .kind = CELL_TEXT, .wrap = TRUE },
};

static gboolean
write_event (const struct subscription_event *event, void *document, GError **error)
{
  const struct cell cells[] = {
    cell_instant (event->at_us),
    cell_date (event->effective),
    cell_code (event->kind),
    cell_text (event->detail),
  };
  return document_row (document, cells, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, invocation->ledger, invocation->as_of_us);
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_begin_list (document, columns, G_N_ELEMENTS (columns), error)
         && subscription_history (&context, invocation->operands[0], write_event, document, error) && document_end_list (document, error)
         && document_close (document, error);
}

const struct command command_subscription_history = {
  .path = "subscription history",
  .summary = "what happened to a subscription",
  .description = "Every transition in the order in which it was recorded: when, from which day on it counts, and what was decided.",
  .examples = examples,
  .operands = change_operands,
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
