/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices that might be. */
#include "service/preview.h"

#include "base/error.h"
#include "core/money.h"
#include "service/billed-customer.h"
#include "service/due-addon.h"
#include "service/subscription-change.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/subscription.h"

#include <string.h>

typedef struct preview preview_t;
struct preview {
  struct ledger *ledger; /* where it is drawn up: the caller's, or the one that is rolled back */
  const struct preview_request *request;
  struct customer *customer;
  GHashTable *codes; /* subscription id -> code */
  GArray *totals;    /* struct preview_total */
  gsize invoices;
  gint64 at_us;
  struct date on;
  char *decision;
};

static void
preview_clear (struct preview *preview)
{
  customer_free (preview->customer);
  g_hash_table_unref (preview->codes);
  g_clear_pointer (&preview->totals, g_array_unref);
  g_free (preview->decision);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (preview_t, preview_clear)

void
preview_result_clear (struct preview_result *result)
{
  g_free (result->customer);
  g_free (result->decision);
  g_clear_pointer (&result->totals, g_array_unref);
}

/* --- What is supposed --- */

struct supposed {
  char *plan;
  gint64 version;
  const char *interval;
  GPtrArray *quantities; /* "NAME=N", NULL-terminated in the end, as the others */
  GPtrArray *addons;
  GPtrArray *without;
};
typedef struct supposed supposed_t;

static void
supposed_clear (struct supposed *supposed)
{
  g_free (supposed->plan);
  g_ptr_array_unref (supposed->quantities);
  g_ptr_array_unref (supposed->addons);
  g_ptr_array_unref (supposed->without);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (supposed_t, supposed_clear)

static gboolean
no_supposition (const char *text, GError **error)
{
  error_set (error, ERROR_USAGE, "--what-if: '%s' says nothing that could be otherwise", text);
  return error_add_hint (error, "plan=CODE or plan=CODE:VERSION, interval=INTERVAL, quantity.NAME=N, addon.CODE or addon.CODE=N (0: without it)");
}

static gboolean
take_plan (struct supposed *supposed, const char *text, const char *value, GError **error)
{
  const char *colon = strrchr (value, ':');
  char *end = NULL;
  if (supposed->plan != NULL)
    return error_set (error, ERROR_USAGE, "--what-if: '%s': there is another plan already", text);
  gint64 version = colon == NULL ? 0 : g_ascii_strtoll (colon + 1, &end, 10);
  gboolean versioned = colon != NULL && g_ascii_isdigit (colon[1]) && *end == '\0' && version > 0;
  supposed->version = versioned ? version : 0;
  supposed->plan = versioned ? g_strndup (value, (gsize) (colon - value)) : g_strdup (value);
  return *supposed->plan != '\0' || no_supposition (text, error);
}

static gboolean
take_addon (struct supposed *supposed, const char *text, const char *value)
{
  const char *number = strchr (value, '=');
  if (number != NULL && strcmp (number, "=0") == 0)
    g_ptr_array_add (supposed->without, g_strndup (value, (gsize) (number - value)));
  else
    g_ptr_array_add (supposed->addons, g_strdup (value));
  return *value != '\0' && number != value && text != NULL;
}

static gboolean
take (struct supposed *supposed, const char *text, GError **error)
{
  if (g_str_has_prefix (text, "plan="))
    return take_plan (supposed, text, text + strlen ("plan="), error);
  if (g_str_has_prefix (text, "interval=")) {
    supposed->interval = text + strlen ("interval=");
    return TRUE;
  }
  if (g_str_has_prefix (text, "quantity.")) {
    g_ptr_array_add (supposed->quantities, g_strdup (text + strlen ("quantity.")));
    return TRUE;
  }
  if (g_str_has_prefix (text, "addon.") && take_addon (supposed, text, text + strlen ("addon.")))
    return TRUE;
  return no_supposition (text, error);
}

static gboolean
is_supposing (const struct preview_request *request)
{
  return request->what_if != NULL && request->what_if[0] != NULL;
}

static gboolean
suppose (struct preview *preview, GError **error)
{
  const struct preview_request *request = preview->request;
  g_auto (supposed_t) supposed = {
    .quantities = g_ptr_array_new_with_free_func (g_free),
    .addons = g_ptr_array_new_with_free_func (g_free),
    .without = g_ptr_array_new_with_free_func (g_free),
  };
  for (gsize i = 0; request->what_if[i] != NULL; i++)
    if (!take (&supposed, request->what_if[i], error))
      return FALSE;
  g_ptr_array_add (supposed.quantities, NULL);
  g_ptr_array_add (supposed.addons, NULL);
  g_ptr_array_add (supposed.without, NULL);
  const struct change_request change = {
    .subscription = request->subscription == NULL ? request->customer : request->subscription,
    .plan = supposed.plan,
    .version = supposed.version,
    .interval = supposed.interval,
    .quantities = (const char *const *) supposed.quantities->pdata,
    .addons = (const char *const *) supposed.addons->pdata,
    .without = (const char *const *) supposed.without->pdata,
    .when = -1,
    .proration = -1,
  };
  g_auto (subscription_context_t) context;
  subscription_context_init (&context, preview->ledger, request->as_of_us);
  g_auto (change_result_t) result = { 0 };
  if (!subscription_change_within (&context, &change, &result, error))
    return FALSE;
  if (result.view.row->subscription.payer_id != preview->customer->id)
    return error_set (error, ERROR_REFUSED, "subscription %s does not stand on the invoices of %s", result.view.row->subscription.code,
                      request->customer);
  preview->decision = g_strdup_printf ("%s: %s, %s", result.view.row->subscription.code, result.kind, result.detail);
  return TRUE;
}

/* --- When --- */

static gboolean
next_of_addons (struct preview *preview, const struct billed_subscription *billed, gint64 from_us, gint64 *next_us, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  due_addon_codes (&billed->life, codes);
  for (guint i = 0; i < codes->len; i++) {
    struct life_clock clock;
    struct life_position at;
    if (!due_addon_position (preview->ledger, billed, g_ptr_array_index (codes, i), &clock, &at, error))
      return FALSE;
    *next_us = MIN (*next_us, life_next_due (&billed->life, clock, billed->zone, at, from_us));
  }
  return TRUE;
}

/* When something falls due next, after the as-of instant; that instant itself where nothing will. */
static gboolean
find_instant (struct preview *preview, const struct billed_customer *customer, gint64 *ret_us, GError **error)
{
  const struct preview_request *request = preview->request;
  gint64 from_us = request->as_of_us + 1, next_us = G_MAXINT64;
  if (request->at != NULL) {
    *ret_us = timezone_resolve (customer->zone, request->at);
    return TRUE;
  }
  for (guint i = 0; i < customer->subscriptions->len; i++) {
    const struct billed_subscription *billed = &g_array_index (customer->subscriptions, struct billed_subscription, i);
    next_us = MIN (next_us, billed_subscription_next_due (billed, from_us));
    for (gsize p = 1; p < billed->life.count; p++)
      if (billed->life.phases[p].adjust_at_us >= from_us)
        next_us = MIN (next_us, billed->life.phases[p].adjust_at_us);
    if (!next_of_addons (preview, billed, from_us, &next_us, error))
      return FALSE;
  }
  *ret_us = next_us == G_MAXINT64 ? request->as_of_us : next_us;
  return TRUE;
}

/* --- The invoices --- */

static gboolean
load_codes (struct preview *preview, GError **error)
{
  g_autoptr (subscription_walk_t) walk = NULL;
  const struct subscription_row *row = NULL;
  if (!subscription_walk_begin (preview->ledger, preview->customer->id, preview->customer->id, &walk, error))
    return FALSE;
  do {
    if (!subscription_walk_next (walk, &row, error))
      return FALSE;
    if (row != NULL)
      g_hash_table_insert (preview->codes, g_memdup2 (&row->subscription.id, sizeof row->subscription.id), g_strdup (row->subscription.code));
  } while (row != NULL);
  return TRUE;
}

static gboolean
add_total (struct preview *preview, const struct draft_view *view, gboolean after, GError **error)
{
  struct preview_total *total = NULL;
  for (guint i = 0; i < preview->totals->len && total == NULL; i++)
    if (g_array_index (preview->totals, struct preview_total, i).currency == view->currency)
      total = &g_array_index (preview->totals, struct preview_total, i);
  if (total == NULL) {
    const struct preview_total none = { view->currency, 0, 0 };
    g_array_append_val (preview->totals, none);
    total = &g_array_index (preview->totals, struct preview_total, preview->totals->len - 1);
  }
  gint64 *sum = after ? &total->after_minor : &total->before_minor;
  return money_add (*sum, view->total_minor, sum)
         || error_set (error, ERROR_FAILED, "the sum of the invoices does not fit 64 bits of minor units");
}

static gboolean
tell (struct preview *preview, const struct draft_view *view, const struct timezone *zone, GError **error)
{
  const struct customer *customer = preview->customer;
  g_autofree struct invoice_line *lines = g_memdup2 (view->lines, view->line_count * sizeof *view->lines);
  const struct invoice invoice = {
    .customer_id = customer->id,
    .currency = view->currency->code,
    .status = INVOICE_DRAFT,
    .billed_at_us = view->due_us,
    .total_minor = view->total_minor,
    .subtotal_minor = view->subtotal_minor,
    .discount_minor = view->discount_minor,
    .tax_minor = view->tax_minor,
    .tax_note = view->tax_note,
    .customer_code = customer->code,
    .customer_name = customer->name,
    .timezone = timezone_name (zone),
    .email = customer->email,
    .country = customer->country,
    .tax_id = customer->tax_id,
  };
  for (gsize i = 0; i < view->line_count; i++)
    lines[i].subscription_code = g_hash_table_lookup (preview->codes, &lines[i].subscription_id);
  const struct invoice_drawn drawn = { &invoice, view->line_count, lines, view->tax_count, view->taxes };
  preview->invoices++;
  return invoice_show_drawn (&drawn, &preview->request->show, error);
}

/* Only the last time that it is drawn up is shown. */
static gboolean
draw_up (struct preview *preview, gboolean after, gboolean shown, GError **error)
{
  g_autoptr (billed_customer_t) customer = NULL;
  if (!billed_customer_new (preview->ledger, &customer, error) || !billed_customer_load (customer, preview->customer->id, error))
    return FALSE;
  if (!after && !find_instant (preview, customer, &preview->at_us, error))
    return FALSE;
  preview->on = timezone_date (customer->zone, preview->at_us);
  if (!billed_customer_draw_up (customer, preview->at_us, error))
    return FALSE;
  for (gsize i = 0; i < draft_count (customer->sheet); i++) {
    struct draft_view view = draft_at (customer->sheet, i);
    if (!add_total (preview, &view, after, error) || (shown && !tell (preview, &view, customer->zone, error)))
      return FALSE;
  }
  return TRUE;
}

static gint
compare_totals (gconstpointer left, gconstpointer right)
{
  const struct preview_total *a = left, *b = right;
  return strcmp (a->currency->code, b->currency->code);
}

static gboolean
work (struct preview *preview, GError **error)
{
  gboolean supposing = is_supposing (preview->request);
  gint64 payer_id = 0;
  if (!customer_find_by_code (preview->ledger, preview->request->customer, &preview->customer, error)
      || !subscription_payer (preview->ledger, preview->customer->id, &payer_id, error))
    return FALSE;
  if (payer_id != preview->customer->id) {
    /* Who may see this customer alone does not see whose child it is. */
    const char *parent = preview->customer->parent_code;
    error_set (error, ERROR_REFUSED, "the invoices of %s are paid by %s", preview->customer->code, parent == NULL ? "another customer" : parent);
    return parent == NULL ? FALSE : error_add_hint (error, "billctl invoice preview %s", parent);
  }
  if (!load_codes (preview, error) || !draw_up (preview, FALSE, !supposing, error)
      || (supposing && (!suppose (preview, error) || !draw_up (preview, TRUE, TRUE, error))))
    return FALSE;
  for (guint i = 0; !supposing && i < preview->totals->len; i++) {
    struct preview_total *total = &g_array_index (preview->totals, struct preview_total, i);
    total->after_minor = total->before_minor;
  }
  g_array_sort (preview->totals, compare_totals);
  return TRUE;
}

/* The ledger once more, for writing what is never committed. */
static gboolean
open_apart (struct ledger *ledger, gint64 as_of_us, struct ledger **ret, GError **error)
{
  const struct ledger_open_request open = {
    .path = ledger_path (ledger),
    .mode = LEDGER_WRITE,
    .dry_run = TRUE,
    .command = ledger_command (ledger),
    .now_us = as_of_us,
  };
  return ledger_open (&open, ret, error) && ledger_begin (*ret, error);
}

gboolean
invoice_preview (struct ledger *ledger, const struct preview_request *request, struct preview_result *ret, GError **error)
{
  g_autoptr (ledger_t) apart = NULL;
  g_auto (preview_t) preview = {
    .ledger = ledger,
    .request = request,
    .codes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free),
    .totals = g_array_new (FALSE, FALSE, sizeof (struct preview_total)),
  };
  if (is_supposing (request) ? !open_apart (ledger, request->as_of_us, &apart, error) : !ledger_begin_read (ledger, error))
    return FALSE;
  if (apart != NULL)
    preview.ledger = apart;
  gboolean ok = work (&preview, error);
  ledger_rollback (preview.ledger);
  if (!ok)
    return FALSE;
  *ret = (struct preview_result){
    .customer = g_strdup (preview.customer->code),
    .at_us = preview.at_us,
    .on = preview.on,
    .decision = g_steal_pointer (&preview.decision),
    .invoices = preview.invoices,
    .totals = g_steal_pointer (&preview.totals),
  };
  return TRUE;
}
