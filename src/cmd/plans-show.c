/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl plans show: one version of a plan with everything in it. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/plan-sections.h"
#include "service/catalog-view.h"
#include "service/plan-words.h"

#include <string.h>

struct args {
  gint64 version;
  const char *currency;
  const char *terms;
};

static const struct option options[] = {
  OPTION_INTEGER (struct args, version, "version", 0, "N", "this version instead of the newest"),
  OPTION_STRING (struct args, terms, "terms", 0, "NAME", "terms of the version that were agreed for subscriptions, such as custom:1"),
  OPTION_STRING_FROM (struct args, currency, "currency", 0, "CODE", "its prices in this currency", COMPLETE_CURRENCY),
  OPTION_END,
};

static const struct operand operands[] = {
  { "PLAN", "code of the plan", COMPLETE_PLAN, OPERAND_ONE },
  OPERAND_END,
};

static const char *const examples[] = {
  "billctl plans show professional",
  "billctl plans show professional --version 1 --format json",
  "billctl plans show professional --currency EUR",
  NULL,
};

static const struct column version_columns[] = {
  { .key = "version", .title = "Version", .kind = CELL_INTEGER },
  { .key = "created_at", .title = "Created", .kind = CELL_INSTANT },
  { .key = "subscribers", .title = "Subscribers", .kind = CELL_INTEGER },
};

/* Settings that most plans leave alone: of them a person is shown what says something. */
static gboolean
write_settings (struct document *document, const struct plan_detail *detail, enum format format, GError **error)
{
  const struct plan *plan = detail->terms;
  g_autofree char *discount = percent_words (plan->discount);
  g_autofree char *least = unit_price_words (plan->spending.minimum, plan->currency);
  g_autofree char *most = unit_price_words (plan->spending.maximum, plan->currency);
  gboolean has_discount = decimal_sign (plan->discount) != 0;
  gboolean has_least = decimal_sign (plan->spending.minimum) != 0, has_most = decimal_sign (plan->spending.maximum) != 0;
  const struct setting_field {
    const char *key, *title;
    struct cell cell;
    gboolean says_something;
  } fields[] = {
    { "terms", "Terms", *plan->variant == '\0' ? cell_null () : cell_code (plan->variant), *plan->variant != '\0' },
    { "currencies", "Sold in", cell_text (detail->currencies), strchr (detail->currencies, ',') != NULL },
    { "customer", "Only for", cell_code (plan->customer), plan->customer != NULL },
    { "proration", "Parts by", cell_code (plan_proration_names[plan->proration]), plan->proration != BASIS_DAY },
    { "trial_payment_method", "Trial payment method", cell_code (plan_trial_payment_names[plan->trial_payment]),
      plan->trial_payment != TRIAL_PAYMENT_OPTIONAL },
    { "discount_percent", "Discount %", has_discount ? cell_decimal (discount) : cell_null (), has_discount },
    { "minimum_spend", "Minimum spend", has_least ? cell_decimal (least) : cell_null (), has_least },
    { "maximum_spend", "Maximum spend", has_most ? cell_decimal (most) : cell_null (), has_most },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if ((fields[i].says_something || format != FORMAT_TABLE)
        && !document_field (document, fields[i].key, fields[i].title, fields[i].cell, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_fields (struct document *document, const struct plan_detail *detail, enum format format, GError **error)
{
  const struct plan *plan = detail->terms;
  g_autofree char *credits = decimal_words (plan->included_credits);
  g_autofree char *usage_interval = interval_words (plan->usage_interval);
  return document_field (document, "code", "Plan", cell_code (detail->record->code), error)
         && document_field (document, "name", "Name", cell_text (detail->record->name), error)
         && document_field (document, "description", "Description", cell_text (detail->record->description), error)
         && document_field (document, "version", "Version", cell_integer (plan->version), error)
         && document_field (document, "status", "Status", cell_code (detail->record->status), error)
         && document_field (document, "type", "Type", cell_code (plan_type_names[plan->type]), error)
         && document_field (document, "custom", "Custom", cell_boolean (plan->custom), error)
         && document_field (document, "currency", "Currency", cell_currency (plan->currency->code), error)
         && document_field (document, "billing", "Billing", cell_code (plan_billing_names[plan->billing]), error)
         && document_field (document, "alignment", "Alignment", cell_code (plan_alignment_names[plan->alignment]), error)
         && document_field (document, "usage_interval", "Usage billed per", cell_text (usage_interval), error)
         && write_settings (document, detail, format, error) && document_field (document, "trial_days", "Trial days", cell_integer (plan->trial_days), error)
         && document_field (document, "grace_days", "Grace days", cell_integer (plan->grace_days), error)
         && document_field (document, "retries", "Retries", cell_integer (plan->retries), error)
         && document_field (document, "included_credits", "Included credits", cell_decimal (credits), error)
         && document_field (document, "metadata", "Metadata", cell_json (detail->record->metadata), error);
}

static gboolean
write_differences (struct document *document, const struct plan_detail *detail, GError **error)
{
  static const struct column columns[] = { { .key = "term", .title = "Term", .kind = CELL_TEXT, .wrap = TRUE } };
  if (!document_begin_section (document, "custom_terms", "Custom terms", columns, G_N_ELEMENTS (columns), error))
    return FALSE;
  for (guint i = 0; i < detail->differences->len; i++) {
    const struct cell cells[] = { cell_text (g_ptr_array_index (detail->differences, i)) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

static gboolean
write_versions (struct document *document, const GArray *versions, GError **error)
{
  if (!document_begin_section (document, "versions", "Versions", version_columns, G_N_ELEMENTS (version_columns), error))
    return FALSE;
  for (guint i = 0; i < versions->len; i++) {
    const struct plan_version_count *version = &g_array_index (versions, struct plan_version_count, i);
    gint64 second_us = version->created_at_us - version->created_at_us % G_USEC_PER_SEC;
    const struct cell cells[] = { cell_integer (version->version), cell_instant (second_us), cell_integer (version->subscribers) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return document_end_section (document, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  g_autoptr (plan_detail_t) detail = NULL;
  g_autoptr (document_t) document = NULL;
  if (args->currency != NULL && args->terms != NULL)
    return error_set (error, ERROR_USAGE, "--currency does not go with --terms, which have one currency");
  if (args->version < 0)
    return error_set (error, ERROR_USAGE, "--version: versions are counted from 1");
  const struct plan_wanted wanted = { invocation->operands[0], args->version, args->currency, args->terms };
  return catalog_find_plan (invocation->ledger, &wanted, &detail, error)
         && document_new (&invocation->render, &document, error) && write_fields (document, detail, invocation->render.format, error)
         && write_plan_sections (document, detail->terms, error) && write_differences (document, detail, error) && write_versions (document, detail->versions, error)
         && document_close (document, error);
}

const struct command command_plans_show = {
  .path = "plans show",
  .summary = "show one plan: prices, quantities, charges, limits, features, add-ons, versions",
  .examples = examples,
  .operands = operands,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ | WRITES_ROWS | USES_PAGER,
  .run = run,
};
