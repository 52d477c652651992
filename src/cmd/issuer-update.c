/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl issuer update. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/issuer-document.h"

struct args {
  const char *name, *address, *country, *region, *tax_id, *number_pattern, *credit_note_pattern;
};

static const struct option options[] = {
  OPTION_STRING (struct args, name, "name", 'n', "TEXT", "name on invoices"),
  OPTION_STRING (struct args, address, "address", 0, "TEXT", "postal address, of several lines if need be"),
  OPTION_STRING (struct args, country, "country", 0, "CC", "two-letter code of the country"),
  OPTION_STRING (struct args, region, "region", 0, "CODE", "state or province"),
  OPTION_STRING (struct args, tax_id, "tax-id", 0, "TEXT", "tax or VAT number; checked for countries of the EU"),
  OPTION_STRING (struct args, number_pattern, "number-pattern", 0, "PATTERN", "invoice numbers; only before the first one is given"),
  OPTION_STRING (struct args, credit_note_pattern, "credit-note-pattern", 0, "PATTERN", "likewise for credit notes"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "ISSUER", "code of the issuer; default: default", COMPLETE_NONE, OPERAND_OPTIONAL },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl issuer update --name \"Voice AI GmbH\" --country DE --tax-id DE136695976",
  "billctl issuer update --number-pattern 'R{year}/{seq:5}'",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct issuer_request request = { .code = issuer_document_code (invocation),
                                          .of = {
                                            [ISSUER_NAME] = args->name,
                                            [ISSUER_ADDRESS] = args->address,
                                            [ISSUER_COUNTRY] = args->country,
                                            [ISSUER_REGION] = args->region,
                                            [ISSUER_TAX_ID] = args->tax_id,
                                            [ISSUER_NUMBER_PATTERN] = args->number_pattern,
                                            [ISSUER_CREDIT_NOTE_PATTERN] = args->credit_note_pattern,
                                          } };
  gboolean any = FALSE, changed = FALSE;
  for (int i = 0; i < ISSUER_FIELD_COUNT; i++)
    any = any || request.of[i] != NULL;
  if (!any)
    return error_set (error, ERROR_USAGE, "nothing to change: say which fields, for example --name or --country");
  g_auto (issuer_t) issuer = { 0 };
  if (!issuer_change (invocation->ledger, &request, &issuer, &changed, error))
    return FALSE;
  if (!changed)
    invocation_say (invocation, "nothing to change");
  return issuer_document (invocation, &issuer, error);
}

const struct command command_issuer_update = {
  .path = "issuer update",
  .summary = "change who invoices",
  .description = "Only the fields that are given change; an empty value clears a field that may be empty. The country decides about "
                 "reverse charge. What has been issued stays as it is.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
