/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices explained. */
#include "service/explain-private.h"

#include "base/error.h"
#include "base/text.h"
#include "service/counted-lines.h"
#include "service/verify-invoice.h"
#include "store/ledger.h"
#include "store/usage.h"

#include <json-c/json.h>
#include <string.h>

typedef struct explainer explainer_t;

static void
explainer_clear (struct explainer *explainer)
{
  invoice_free (explainer->invoice);
  timezone_cache_free (explainer->zones);
  plan_cache_free (explainer->plans);
  g_string_chunk_free (explainer->text);
  g_array_unref (explainer->lines);
  g_array_unref (explainer->taxes);
  g_hash_table_unref (explainer->places);
  g_clear_pointer (&explainer->events, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (explainer_t, explainer_clear)

void
explanation_free (struct explanation *explanation)
{
  if (explanation == NULL)
    return;
  g_free (explanation->reference);
  g_free (explanation->customer);
  g_free (explanation->customer_name);
  g_free (explanation->status);
  g_free (explanation->timezone);
  explain_node_free (explanation->root);
  g_clear_pointer (&explanation->proved, g_ptr_array_unref);
  g_clear_pointer (&explanation->problems, g_ptr_array_unref);
  g_free (explanation);
}

/* --- Loading --- */

static const char *
keep (const struct explainer *explainer, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert (explainer->text, text);
}

static gboolean
take_line (const struct invoice_line *line, void *data, GError **error)
{
  struct explainer *explainer = data;
  struct invoice_line kept = *line;
  const char **const texts[] = { &kept.kind,         &kept.code,      &kept.description, &kept.quantity,   &kept.unit_price,       &kept.exact_amount,
                                 &kept.ratio,        &kept.category,  &kept.discounts,   &kept.taxes,      &kept.derivation,       &kept.subscription_code };
  (void) error;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = keep (explainer, *texts[i]);
  g_array_append_val (explainer->lines, kept);
  return TRUE;
}

static gboolean
take_tax (const struct invoice_tax *tax, void *data, GError **error)
{
  struct explainer *explainer = data;
  struct invoice_tax kept = *tax;
  const char **const texts[] = { &kept.code, &kept.name, &kept.kind, &kept.percent, &kept.country };
  (void) error;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = keep (explainer, *texts[i]);
  g_array_append_val (explainer->taxes, kept);
  return TRUE;
}

static gboolean
load (struct explainer *explainer, GError **error)
{
  struct ledger *ledger = explainer->ledger;
  if (!invoice_find (ledger, explainer->request->reference, &explainer->invoice, error))
    return FALSE;
  gint64 id = explainer->invoice->id;
  explainer->currency = currency_find (explainer->invoice->currency);
  return timezone_cache_get (explainer->zones, explainer->invoice->timezone, &explainer->zone, error)
         && invoice_each_line (ledger, id, take_line, explainer, error) && invoice_each_tax (ledger, id, take_tax, explainer, error);
}

/* --- Events --- */

static void
listed_free (gpointer data)
{
  struct explain_listed *listed = data;
  g_ptr_array_unref (listed->nodes);
  g_free (listed);
}

static struct explain_listed *
listed_for (struct explainer *explainer, gint64 position)
{
  struct explain_listed *listed = g_hash_table_lookup (explainer->events, &position);
  if (listed != NULL)
    return listed;
  listed = g_new0 (struct explain_listed, 1);
  listed->position = position;
  listed->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) explain_node_free);
  listed->sum = DECIMAL_ZERO;
  listed->fits = TRUE;
  g_hash_table_insert (explainer->events, &listed->position, listed);
  return listed;
}

struct listing {
  struct explainer *explainer;
  struct counted_lines *lines;
};

static gboolean
list_event (void *data, const struct due_counted *counted, GError **error)
{
  const struct listing *listing = data;
  const struct usage_event *event = counted->event;
  gint64 position = 0;
  struct decimal quantity;
  char at[INSTANT_TEXT_SIZE];
  (void) error;
  if (!counted_lines_find (listing->lines, counted, &position))
    return TRUE;
  struct explain_listed *listed = listed_for (listing->explainer, position);
  gboolean before = event->at_us < counted->place->period.from_us;
  instant_format (event->at_us, at);
  struct explain_node *node = explain_node_new (
    EXPLAIN_EVENT, g_strdup_printf ("%s  %s  %s%s%s%s", at, event->event_id, event->quantity, event->properties == NULL ? "" : "  ",
                                    event->properties == NULL ? "" : event->properties, before ? "  (before the period)" : ""));
  node->position = position;
  explain_fact (node, "at", at);
  explain_fact (node, "id", event->event_id);
  explain_fact (node, "source", event->source);
  explain_fact (node, "quantity", event->quantity);
  explain_fact_json (node, "properties", event->properties);
  explain_fact_boolean (node, "before_period", before);
  listed->before += before;
  if (!before)
    listed->fits = listed->fits && decimal_parse (event->quantity, event->quantity_length, &quantity) == DECIMAL_OK
                   && decimal_add (listed->sum, quantity, &listed->sum) == DECIMAL_OK;
  g_ptr_array_add (listed->nodes, node);
  return TRUE;
}

static void
know_lines (const struct explainer *explainer, struct counted_lines *lines)
{
  for (guint i = 0; i < explainer->lines->len; i++) {
    const struct invoice_line *line = &g_array_index (explainer->lines, struct invoice_line, i);
    gboolean wanted = explainer->request->line == 0 || explainer->request->line == line->position;
    json_object *derivation = wanted && strcmp (line->kind, "usage") == 0 ? json_tokener_parse (line->derivation) : NULL;
    if (derivation != NULL && !derivation_is_bound (derivation))
      counted_lines_add (lines, line, derivation);
    json_object_put (derivation);
  }
}

/* --- Proof --- */

static void
say_proved (struct explanation *explanation, const struct invoice_proof *found, gboolean draft)
{
  g_autofree char *lines = text_counted (found->lines, "line"), *events = text_counted (found->events, "event");
  g_autofree char *taxes = text_counted (found->taxes, "tax rate"), *discounts = text_counted (found->discounts, "line");
  g_ptr_array_add (explanation->proved, g_strdup_printf ("%s drawn up again from subscription, plan version and %s that %s: quantity, price, "
                                                         "amount and derivation are the same",
                                                         lines, events, draft ? "there were when the draft was drawn up" : "there were then"));
  g_ptr_array_add (explanation->proved, g_strdup ("each amount is its exact amount, rounded once"));
  if (found->discounts > 0)
    g_ptr_array_add (explanation->proved, g_strdup_printf ("the discounts on %s %s", discounts,
                                                           draft ? "add up; a draft takes them again when it is issued" : "taken again are the same"));
  if (found->taxes > 0)
    g_ptr_array_add (explanation->proved, g_strdup_printf ("%s computed again on the lines: base and amount are the same", taxes));
  g_ptr_array_add (explanation->proved, g_strdup ("subtotal, discount, tax and total add up"));
}

/* The events are those of the proof: what is listed is what counts. */
static gboolean
prove (struct explainer *explainer, struct explanation *explanation, GError **error)
{
  const struct explain_request *request = explainer->request;
  g_autoptr (counted_lines_t) lines = counted_lines_new ();
  struct listing listing = { explainer, lines };
  struct invoice_proof found;
  if (request->events) {
    explainer->events = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, listed_free);
    know_lines (explainer, lines);
  }
  explanation->problems = g_ptr_array_new_with_free_func (g_free);
  if (!verify_invoice (explainer->ledger, explainer->invoice, request->events ? list_event : NULL, &listing, &found, explanation->problems, error))
    return FALSE;
  if (request->verify && explanation->problems->len == 0) {
    explanation->proved = g_ptr_array_new_with_free_func (g_free);
    say_proved (explanation, &found, explainer->invoice->status == INVOICE_DRAFT);
  }
  return TRUE;
}

/* --- The tree --- */

static gboolean
add_lines (struct explainer *explainer, struct explain_node *total, GError **error)
{
  g_autofree char *counted = text_counted (explainer->lines->len, "line");
  struct explain_node *subtotal = explain_node_add (total, EXPLAIN_SUBTOTAL, g_strdup_printf ("subtotal of %s", counted));
  subtotal->adds = TRUE;
  explain_node_set_amount (subtotal, explainer->invoice->subtotal_minor);
  for (guint i = 0; i < explainer->lines->len; i++) {
    struct explain_node *line = NULL;
    gboolean ok = explain_line (explainer, &g_array_index (explainer->lines, struct invoice_line, i), &line, error);
    g_ptr_array_add (subtotal->children, line);
    if (!ok)
      return FALSE;
  }
  explain_node_sum_amounts (subtotal);
  return TRUE;
}

static gboolean
explain_all (struct explainer *explainer, struct explain_node **ret, GError **error)
{
  const struct invoice *invoice = explainer->invoice;
  struct explain_node *total = *ret = explain_node_new (EXPLAIN_TOTAL, g_strdup ("total"));
  explain_node_set_amount (total, invoice->total_minor);
  if (invoice->tax_note != NULL)
    explain_node_say (total, "%s", invoice->tax_note);
  explain_fact (total, "tax_note", invoice->tax_note);
  if (!add_lines (explainer, total, error) || !explain_discounts (explainer, total, error) || !explain_taxes (explainer, total, error))
    return FALSE;
  explain_node_sum_amounts (total);
  return TRUE;
}

static gboolean
explain_tree (struct explainer *explainer, struct explain_node **ret, GError **error)
{
  gint64 position = explainer->request->line;
  if (position == 0)
    return explain_all (explainer, ret, error);
  if (position <= explainer->lines->len)
    return explain_line (explainer, &g_array_index (explainer->lines, struct invoice_line, position - 1), ret, error);
  g_autofree char *counted = text_counted (explainer->lines->len, "line");
  return error_set (error, ERROR_NOT_FOUND, "there is no line %" G_GINT64_FORMAT " on %s: it has %s", position, explainer->request->reference,
                    counted);
}

static struct explanation *
explanation_new (const struct explainer *explainer)
{
  const struct invoice *invoice = explainer->invoice;
  struct explanation *explanation = g_new0 (struct explanation, 1);
  explanation->reference = invoice_reference (invoice);
  explanation->customer = g_strdup (invoice->customer_code);
  explanation->customer_name = g_strdup (invoice->customer_name);
  explanation->status = g_strdup (invoice_status_name (invoice->status));
  explanation->timezone = g_strdup (invoice->timezone);
  explanation->currency = explainer->currency;
  explanation->billed_on = timezone_date (explainer->zone, invoice->billed_at_us);
  explanation->total_minor = invoice->total_minor;
  return explanation;
}

static gboolean
explain (struct explainer *explainer, struct explanation **ret, GError **error)
{
  const struct explain_request *request = explainer->request;
  if (!load (explainer, error))
    return FALSE;
  g_autoptr (explanation_t) explanation = explanation_new (explainer);
  if ((request->verify || request->events) && !prove (explainer, explanation, error))
    return FALSE;
  gboolean proved = explanation->problems == NULL || explanation->problems->len == 0;
  if (proved && !explain_tree (explainer, &explanation->root, error))
    return FALSE;
  *ret = g_steal_pointer (&explanation);
  return TRUE;
}

gboolean
explain_invoice (struct ledger *ledger, const struct explain_request *request, struct explanation **ret, GError **error)
{
  g_auto (explainer_t) explainer = {
    .ledger = ledger,
    .request = request,
    .zones = timezone_cache_new (),
    .plans = plan_cache_new (ledger),
    .text = g_string_chunk_new (4096),
    .lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line)),
    .taxes = g_array_new (FALSE, FALSE, sizeof (struct invoice_tax)),
    .places = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };
  if (!ledger_begin_read (ledger, error))
    return FALSE;
  gboolean ok = explain (&explainer, ret, error);
  ledger_rollback (ledger);
  return ok;
}
