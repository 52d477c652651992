/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl customer add. */
#include "cmd/commands.h"
#include "cmd/customer-document.h"

struct args {
  const char *name, *email, *currency, *timezone, *locale, *address, *country, *region, *tax_id, *tax_exempt, *payment_method, *parent;
  int payer, invoices;
};

static const struct option options[] = {
  OPTION_STRING (struct args, name, "name", 'n', "TEXT", "name on invoices; the code when it is not given"),
  OPTION_STRING (struct args, email, "email", 'e', "ADDRESS", "where invoices go"),
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "currency of the invoices; default: customer.currency", COMPLETE_CURRENCY),
  OPTION_STRING_FROM (struct args, timezone, "timezone", 0, "ZONE", "zone of the billing days; default: customer.timezone", COMPLETE_TIMEZONE),
  OPTION_STRING (struct args, locale, "locale", 0, "TAG", "language and region, such as de-DE"),
  OPTION_STRING (struct args, address, "address", 0, "TEXT", "postal address, of several lines if need be"),
  OPTION_STRING (struct args, country, "country", 0, "CC", "two-letter code of the country"),
  OPTION_STRING (struct args, region, "region", 0, "CODE", "state or province, as tax rates name it"),
  OPTION_STRING (struct args, tax_id, "tax-id", 0, "TEXT", "tax or VAT number; checked for countries of the EU"),
  OPTION_STRING (struct args, tax_exempt, "tax-exempt", 0, "REASON", "charge no tax; invoices give the reason"),
  OPTION_STRING (struct args, payment_method, "payment-method", 0, "TOKEN", "what the payment provider calls it; never the number of a card"),
  OPTION_STRING_FROM (struct args, parent, "parent", 0, "CODE", "customer that this one belongs to", COMPLETE_CUSTOMER),
  OPTION_CHOICE (struct args, payer, "payer", 0, customer_payer_choices, "who pays: itself, or the parent, on its invoices or on one apart"),
  OPTION_CHOICE (struct args, invoices, "invoices", 0, customer_grouping_names, "one invoice for all subscriptions, or one for each"),
  OPTION_END,
};

static const struct operand operands[] = {
  { "CODE", "code of the new customer: letters, digits, '_', '.', ':' and '-'", COMPLETE_NONE, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl customer add acme --name \"Acme GmbH\" --email billing@acme.example --currency USD --timezone Europe/Berlin",
  NULL,
};

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const struct customer_request request = { .of = {
    [CUSTOMER_CODE] = invocation->operands[0],
    [CUSTOMER_NAME] = args->name,
    [CUSTOMER_EMAIL] = args->email,
    [CUSTOMER_CURRENCY] = args->currency,
    [CUSTOMER_TIMEZONE] = args->timezone,
    [CUSTOMER_LOCALE] = args->locale,
    [CUSTOMER_ADDRESS] = args->address,
    [CUSTOMER_COUNTRY] = args->country,
    [CUSTOMER_REGION] = args->region,
    [CUSTOMER_TAX_ID] = args->tax_id,
    [CUSTOMER_TAX_EXEMPT] = args->tax_exempt,
    [CUSTOMER_PAYMENT_METHOD] = args->payment_method,
    [CUSTOMER_PARENT] = args->parent,
    [CUSTOMER_PAYS] = args->payer < 0 ? NULL : customer_payer_names[args->payer],
    [CUSTOMER_INVOICES] = args->invoices < 0 ? NULL : customer_grouping_names[args->invoices],
  } };
  g_auto (customer_view_t) view = { 0 };
  return customer_add (invocation->ledger, &request, &view, error) && customer_document_answer (invocation, &view, error);
}

const struct command command_customer_add = {
  .path = "customer add",
  .summary = "add a customer",
  .description = "Billing days are civil days in the customer's time zone, and everything is invoiced in its currency. Control "
                 "characters are refused in every field; an address may have several lines.",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_WRITE | WRITES_ROWS,
  .run = run,
};
