/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing a catalog file with the ledger, and applying it. */
#include "base/error.h"
#include "base/text.h"
#include "core/money.h"
#include "service/catalog-tax.h"
#include "service/catalog.h"
#include "service/coupon-terms.h"
#include "service/plan-words.h"
#include "store/audit.h"
#include "store/ledger.h"

#include <string.h>

void
catalog_change_free (struct catalog_change *change)
{
  if (change == NULL)
    return;
  g_free (change->code);
  g_ptr_array_unref (change->details);
  g_free (change);
}

char *
catalog_change_text (const struct catalog_change *change)
{
  switch (change->verdict) {
  case CATALOG_UNCHANGED:
    return g_strdup ("unchanged");
  case CATALOG_ADDED:
    return g_strdup ("added");
  case CATALOG_CHANGED:
    return g_strdup ("changed");
  case CATALOG_NEW_VERSION:
    return g_strdup_printf ("new version %" G_GINT64_FORMAT, change->version);
  case CATALOG_NOT_IN_FILE:
    return g_strdup ("not in file");
  case CATALOG_NOT_ALLOWED:
    break;
  }
  return g_strdup ("not allowed");
}

static struct catalog_change *
new_change (GPtrArray *changes, const char *kind, const char *code, enum catalog_verdict verdict)
{
  struct catalog_change *change = g_new (struct catalog_change, 1);
  *change = (struct catalog_change){ .kind = kind, .code = g_strdup (code), .verdict = verdict,
                                     .details = g_ptr_array_new_with_free_func (g_free) };
  g_ptr_array_add (changes, change);
  return change;
}

static void add_detail (struct catalog_change *change, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_detail (struct catalog_change *change, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (change->details, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* A field that changes in place. */
static void
compare_field (struct catalog_change *change, const char *field, const char *before, const char *next)
{
  if (g_strcmp0 (before, next) == 0)
    return;
  change->verdict = CATALOG_CHANGED;
  add_detail (change, "%s %s -> %s", field, before, next);
}

static void
compare_fixed_field (struct catalog_change *change, const char *field, const char *before, const char *next)
{
  if (g_strcmp0 (before, next) == 0)
    return;
  change->verdict = CATALOG_NOT_ALLOWED;
  add_detail (change, "%s %s -> %s", field, before == NULL ? "none" : before, next == NULL ? "none" : next);
}

static gboolean
compare_metric (struct ledger *ledger, struct metric *metric, GPtrArray *changes, GError **error)
{
  g_autoptr (metric_t) found = NULL;
  if (!metric_lookup (ledger, metric->code, &found, error))
    return FALSE;
  struct catalog_change *change = new_change (changes, "metric", metric->code, found == NULL ? CATALOG_ADDED : CATALOG_UNCHANGED);
  if (found == NULL) {
    add_detail (change, "%s of %s%s%s%s%s", metric->aggregation, metric->property == NULL ? metric->unit : "property ",
                metric->property == NULL ? "" : metric->property, strcmp (metric->negative, "allow") == 0 ? ", negative allowed" : "",
                metric->persistent ? ", persistent" : "",
                strcmp (metric->late, "ignore") == 0 ? ", late ignored" : strcmp (metric->late, "hold") == 0 ? ", late held" : "");
    return TRUE;
  }
  metric->id = found->id;
  compare_fixed_field (change, "aggregation", found->aggregation, metric->aggregation);
  compare_fixed_field (change, "property", found->property, metric->property);
  compare_fixed_field (change, "persistent", found->persistent ? "yes" : "no", metric->persistent ? "yes" : "no");
  if (change->verdict == CATALOG_NOT_ALLOWED)
    return TRUE;
  compare_field (change, "name", found->name, metric->name);
  compare_field (change, "unit", found->unit, metric->unit);
  compare_field (change, "negative", found->negative, metric->negative);
  compare_field (change, "late", found->late, metric->late);
  return TRUE;
}

static gboolean
compare_credit_event (struct ledger *ledger, const struct credit_event *event, GPtrArray *changes, GError **error)
{
  g_autoptr (credit_event_t) found = NULL;
  if (!credit_event_lookup (ledger, event->code, &found, error))
    return FALSE;
  struct catalog_change *change = new_change (changes, "credit event", event->code, found == NULL ? CATALOG_ADDED : CATALOG_UNCHANGED);
  if (found == NULL)
    add_detail (change, "credits %s", event->credits);
  else
    compare_field (change, "credits", found->credits, event->credits);
  return TRUE;
}

static char *
package_price (const struct credit_package *package)
{
  g_autofree char *amount = amount_words (package->amount_minor, currency_find (package->currency));
  return g_strdup_printf ("%s %s", amount, package->currency);
}

static gboolean
compare_credit_package (struct ledger *ledger, const struct credit_package *package, GPtrArray *changes, GError **error)
{
  g_autoptr (credit_package_t) found = NULL;
  if (!credit_package_lookup (ledger, package->code, &found, error))
    return FALSE;
  g_autofree char *price = package_price (package);
  struct catalog_change *change
      = new_change (changes, "credit package", package->code, found == NULL ? CATALOG_ADDED : CATALOG_UNCHANGED);
  if (found == NULL) {
    add_detail (change, "%s credits for %s", package->credits, price);
    return TRUE;
  }
  g_autofree char *old_price = package_price (found);
  compare_field (change, "name", found->name, package->name);
  compare_field (change, "credits", found->credits, package->credits);
  compare_field (change, "price", old_price, price);
  return TRUE;
}

/* Says which subscriptions a new version leaves where they are. */
static gboolean
tell_subscribers (struct ledger *ledger, gint64 plan_id, struct catalog_change *change, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (struct plan_version_count));
  if (!plan_version_counts (ledger, plan_id, counts, error))
    return FALSE;
  for (guint i = 0; i < counts->len; i++) {
    const struct plan_version_count *count = &g_array_index (counts, struct plan_version_count, i);
    if (count->subscribers > 0)
      add_detail (change, "%" G_GINT64_FORMAT " %s on version %" G_GINT64_FORMAT, count->subscribers,
                  count->subscribers == 1 ? "subscription stays" : "subscriptions stay", count->version);
  }
  return TRUE;
}

static void
describe_new_plan (struct catalog_change *change, const struct catalog_plan *plan)
{
  const struct plan *terms = plan->terms;
  g_autofree char *prices = plan_prices_words (terms);
  change->version = 1;
  if (terms->fee_count == 0)
    add_detail (change, "custom, without a price");
  else
    add_detail (change, "base %s %s", prices, terms->currency->code);
  for (guint i = 0; i < plan->variants->len; i++) {
    const struct plan *variant = g_ptr_array_index (plan->variants, i);
    g_autofree char *others = plan_prices_words (variant);
    add_detail (change, "base %s %s", others, variant->currency->code);
  }
}

static void
compare_plan_texts (struct catalog_change *change, const struct plan_record *before, const struct plan_record *next)
{
  compare_field (change, "name", before->name, next->name);
  if (strcmp (before->description, next->description) != 0) {
    change->verdict = CATALOG_CHANGED;
    add_detail (change, "description");
  }
  if (strcmp (before->metadata, next->metadata) != 0) {
    change->verdict = CATALOG_CHANGED;
    add_detail (change, "metadata");
  }
}

/* Other currencies that the version and the file have, by their codes. */
static gboolean
load_variants (struct ledger *ledger, gint64 plan_id, gint64 version, GPtrArray *variants, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_version_free);
  if (!plan_version_currencies (ledger, plan_id, version, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    struct plan *plan = NULL;
    if (!plan_from_version (g_ptr_array_index (rows, i), &plan, error))
      return FALSE;
    g_ptr_array_add (variants, plan);
  }
  return TRUE;
}

static const struct plan *
find_variant (const GPtrArray *variants, const char *currency)
{
  for (guint i = 0; i < variants->len; i++) {
    const struct plan *plan = g_ptr_array_index (variants, i);
    if (strcmp (plan->currency->code, currency) == 0)
      return plan;
  }
  return NULL;
}

/* What differs in one currency, but for what differs in the plan's own. */
static void
compare_currency (const struct plan *before, const struct plan *next, struct catalog_change *change)
{
  g_autoptr (GPtrArray) details = g_ptr_array_new_with_free_func (g_free);
  plan_differences (before, next, details);
  for (guint i = 0; i < details->len; i++)
    if (!g_ptr_array_find_with_equal_func (change->details, g_ptr_array_index (details, i), g_str_equal, NULL))
      add_detail (change, "in %s: %s", next->currency->code, (const char *) g_ptr_array_index (details, i));
}

static gboolean
compare_variants (struct ledger *ledger, const struct catalog_plan *plan, gint64 version, struct catalog_change *change, GError **error)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  if (!load_variants (ledger, plan->record.id, version, old, error))
    return FALSE;
  for (guint i = 0; i < plan->variants->len; i++) {
    const struct plan *next = g_ptr_array_index (plan->variants, i), *before = find_variant (old, next->currency->code);
    g_autofree char *prices = plan_prices_words (next);
    if (before == NULL)
      add_detail (change, "in %s added: base %s", next->currency->code, prices);
    else
      compare_currency (before, next, change);
  }
  for (guint i = 0; i < old->len; i++) {
    const struct plan *before = g_ptr_array_index (old, i);
    if (find_variant (plan->variants, before->currency->code) == NULL)
      add_detail (change, "in %s removed", before->currency->code);
  }
  return TRUE;
}

/* Have both the same terms in every currency? */
static gboolean
has_same_terms (struct ledger *ledger, const struct catalog_plan *plan, const struct plan *newest, gboolean *ret, GError **error)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func ((GDestroyNotify) plan_free);
  if (!load_variants (ledger, plan->record.id, newest->version, old, error))
    return FALSE;
  gboolean same = strcmp (newest->definition, plan->terms->definition) == 0 && old->len == plan->variants->len;
  for (guint i = 0; same && i < old->len; i++) {
    const struct plan *next = g_ptr_array_index (plan->variants, i), *before = g_ptr_array_index (old, i);
    same = strcmp (before->definition, next->definition) == 0;
  }
  *ret = same;
  return TRUE;
}

/* Subscribing is to the newest version from now on; nothing waits for a day in the future. */
static void
tell_day (struct ledger *ledger, struct catalog_change *change)
{
  char instant[INSTANT_TEXT_SIZE];
  instant_format (ledger_now_us (ledger), instant);
  add_detail (change, "sold from %.*s", (int) strlen ("2026-02-28"), instant);
}

static gboolean
compare_plan (struct ledger *ledger, struct catalog_plan *plan, GPtrArray *changes, GError **error)
{
  g_autoptr (plan_record_t) found = NULL;
  g_autoptr (plan_t) newest = NULL;
  if (!plan_record_lookup (ledger, plan->record.code, &found, error))
    return FALSE;
  if (found == NULL) {
    describe_new_plan (new_change (changes, "plan", plan->record.code, CATALOG_ADDED), plan);
    return TRUE;
  }
  gboolean same = FALSE;
  plan->record.id = found->id;
  if (!plan_load (ledger, plan->record.code, 0, &newest, error) || !has_same_terms (ledger, plan, newest, &same, error))
    return FALSE;
  struct catalog_change *change = new_change (changes, "plan", plan->record.code, CATALOG_UNCHANGED);
  change->version = newest->version;
  compare_plan_texts (change, found, &plan->record);
  if (same)
    return TRUE;
  change->verdict = CATALOG_NEW_VERSION;
  change->version++;
  plan_differences (newest, plan->terms, change->details);
  if (!compare_variants (ledger, plan, newest->version, change, error))
    return FALSE;
  tell_day (ledger, change);
  if (strcmp (found->status, "archived") == 0)
    add_detail (change, "the plan is archived");
  return tell_subscribers (ledger, found->id, change, error);
}

/* Whoever has redeemed it keeps what was redeemed, whatever it becomes. */
static gboolean
compare_coupon (struct ledger *ledger, struct coupon *coupon, GPtrArray *changes, GError **error)
{
  g_autoptr (coupon_t) found = NULL;
  g_autoptr (coupon_terms_t) before = NULL, next = NULL;
  if (!coupon_look_up (ledger, coupon->code, &found, error) || !coupon_terms_parse (coupon->definition, &next, error)
      || (found != NULL && !coupon_terms_parse (found->definition, &before, error)))
    return FALSE;
  struct catalog_change *change = new_change (changes, "coupon", coupon->code, found == NULL ? CATALOG_ADDED : CATALOG_UNCHANGED);
  if (found == NULL) {
    g_autofree char *discount = coupon_discount_words (next), *duration = coupon_duration_words (next), *cover = coupon_cover_words (next);
    add_detail (change, "%s off, %s%s%s", discount, duration, *cover == '\0' ? "" : ": ", cover);
    return TRUE;
  }
  coupon->id = found->id;
  compare_field (change, "name", found->name, coupon->name);
  if (strcmp (found->definition, coupon->definition) == 0)
    return TRUE;
  change->verdict = CATALOG_CHANGED;
  coupon_terms_differences (before, next, change->details);
  if (found->redeemed > 0)
    add_detail (change, "%" G_GINT64_FORMAT " redeemed before %s as %s", found->redeemed, found->redeemed == 1 ? "stays" : "stay",
                found->redeemed == 1 ? "it is" : "they are");
  return TRUE;
}

static gboolean
compare_tax (struct ledger *ledger, const struct catalog_tax *tax, GPtrArray *changes, GError **error)
{
  struct catalog_change *change = new_change (changes, "tax", tax->code, CATALOG_UNCHANGED);
  return catalog_tax_compare (ledger, tax, change->details, &change->verdict, error);
}

/* One change per object, in the order metrics, credit events, credit packages, plans, coupons, taxes. Ids are filled into the catalog. */
static gboolean
compare (struct ledger *ledger, struct catalog *catalog, GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < catalog->metrics->len; i++)
    if (!compare_metric (ledger, g_ptr_array_index (catalog->metrics, i), changes, error))
      return FALSE;
  for (guint i = 0; i < catalog->credit_events->len; i++)
    if (!compare_credit_event (ledger, g_ptr_array_index (catalog->credit_events, i), changes, error))
      return FALSE;
  for (guint i = 0; i < catalog->credit_packages->len; i++)
    if (!compare_credit_package (ledger, g_ptr_array_index (catalog->credit_packages, i), changes, error))
      return FALSE;
  for (guint i = 0; i < catalog->plans->len; i++)
    if (!compare_plan (ledger, g_ptr_array_index (catalog->plans, i), changes, error))
      return FALSE;
  for (guint i = 0; i < catalog->coupons->len; i++)
    if (!compare_coupon (ledger, g_ptr_array_index (catalog->coupons, i), changes, error))
      return FALSE;
  for (guint i = 0; i < catalog->taxes->len; i++)
    if (!compare_tax (ledger, g_ptr_array_index (catalog->taxes, i), changes, error))
      return FALSE;
  return TRUE;
}

static gboolean
refuse (const struct catalog_change *change, GError **error)
{
  g_ptr_array_add (change->details, NULL);
  g_autofree char *details = g_strjoinv ("; ", (char **) change->details->pdata);
  error_set (error, ERROR_REFUSED, "metric '%s' exists and cannot come to measure something else: %s", change->code, details);
  return error_add_hint (error, "give the new measurement a code of its own");
}

static gboolean
write_metric (struct ledger *ledger, const struct metric *metric, const struct catalog_change *change, GError **error)
{
  gint64 id = 0;
  return change->verdict == CATALOG_ADDED ? metric_insert (ledger, metric, &id, error) : metric_update (ledger, metric, error);
}

static gboolean
write_plan (struct ledger *ledger, struct catalog_plan *plan, const struct catalog_change *change, GError **error)
{
  gint64 id = 0;
  if (change->verdict == CATALOG_ADDED ? !plan_record_insert (ledger, &plan->record, &plan->record.id, error)
                                       : !plan_record_update (ledger, &plan->record, error))
    return FALSE;
  if (change->verdict == CATALOG_CHANGED)
    return TRUE;
  struct plan_version version = { .plan_id = plan->record.id,
                                  .version = change->version,
                                  .definition = (char *) (gpointer) (gsize) plan->terms->definition };
  if (!plan_version_insert (ledger, &version, &id, error))
    return FALSE;
  for (guint i = 0; i < plan->variants->len; i++) {
    const struct plan *terms = g_ptr_array_index (plan->variants, i);
    version.variant = (char *) (gpointer) (gsize) terms->currency->code;
    version.definition = (char *) (gpointer) (gsize) terms->definition;
    if (!plan_version_insert (ledger, &version, &id, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_coupon (struct ledger *ledger, const struct coupon *coupon, const struct catalog_change *change, GError **error)
{
  gint64 id = 0;
  return change->verdict == CATALOG_ADDED ? coupon_insert (ledger, coupon, &id, error) : coupon_update (ledger, coupon, error);
}

static gboolean
write_audit (struct ledger *ledger, const struct catalog_change *change, GError **error)
{
  g_autofree char *text = catalog_change_text (change);
  g_autoptr (GString) details = g_string_new (NULL);
  for (guint i = 0; i < change->details->len; i++)
    g_string_append_printf (details, "%s%s", i == 0 ? ": " : "; ", (const char *) g_ptr_array_index (change->details, i));
  g_autofree char *safe = text_sanitize (details->str, -1);
  return audit_add (ledger, error, "%s %s %s%s", change->kind, change->code, text, safe);
}

/* The object that the change at `index` is about. */
static gboolean
write_object (struct ledger *ledger, const struct catalog *catalog, guint index, const struct catalog_change *change, GError **error)
{
  if (index < catalog->metrics->len)
    return write_metric (ledger, g_ptr_array_index (catalog->metrics, index), change, error);
  index -= catalog->metrics->len;
  if (index < catalog->credit_events->len)
    return credit_event_set (ledger, g_ptr_array_index (catalog->credit_events, index), error);
  index -= catalog->credit_events->len;
  if (index < catalog->credit_packages->len)
    return credit_package_set (ledger, g_ptr_array_index (catalog->credit_packages, index), error);
  index -= catalog->credit_packages->len;
  if (index < catalog->plans->len)
    return write_plan (ledger, g_ptr_array_index (catalog->plans, index), change, error);
  index -= catalog->plans->len;
  if (index < catalog->coupons->len)
    return write_coupon (ledger, g_ptr_array_index (catalog->coupons, index), change, error);
  return catalog_tax_write (ledger, g_ptr_array_index (catalog->taxes, index - catalog->coupons->len), error);
}

static gboolean
apply (struct ledger *ledger, struct catalog *catalog, const struct catalog_apply_request *request, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) catalog_change_free);
  if (!compare (ledger, catalog, changes, error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++) {
    const struct catalog_change *change = g_ptr_array_index (changes, i);
    if (change->verdict == CATALOG_NOT_ALLOWED)
      return refuse (change, error);
  }
  if (!request->show (changes, request->data, error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++) {
    const struct catalog_change *change = g_ptr_array_index (changes, i);
    if (change->verdict != CATALOG_UNCHANGED
        && (!write_object (ledger, catalog, i, change, error) || !write_audit (ledger, change, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
catalog_apply (struct ledger *ledger, const struct catalog_apply_request *request, GError **error)
{
  const struct catalog_source *source = &request->source;
  g_autoptr (catalog_t) catalog = NULL;
  /* Read before the ledger is locked: the file may be a pipe. */
  g_autoptr (json_object) value = NULL;
  if (!catalog_parse (source, &value, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!catalog_check (ledger, source->path, value, request->problems, &catalog, error) || !apply (ledger, catalog, request, error)
      || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  return TRUE;
}

/* What the ledger has, while it is compared with the codes of a file. */
struct leftovers {
  GPtrArray *changes;
  GHashTable *codes; /* of the kind at hand */
};

static gboolean
note_metric (const struct metric *metric, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (!g_hash_table_contains (task->codes, metric->code))
    new_change (task->changes, "metric", metric->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

static gboolean
note_credit_event (const struct credit_event *event, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (!g_hash_table_contains (task->codes, event->code))
    new_change (task->changes, "credit event", event->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

static gboolean
note_credit_package (const struct credit_package *package, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (!g_hash_table_contains (task->codes, package->code))
    new_change (task->changes, "credit package", package->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

static gboolean
note_plan (const struct plan_record *plan, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (!g_hash_table_contains (task->codes, plan->code))
    new_change (task->changes, "plan", plan->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

static gboolean
note_coupon (const struct coupon *coupon, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (!g_hash_table_contains (task->codes, coupon->code))
    new_change (task->changes, "coupon", coupon->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

/* A tax has a row for each of its rates. */
static gboolean
note_tax (const struct tax_rate_row *rate, void *data, GError **error)
{
  const struct leftovers *task = data;
  (void) error;
  if (g_hash_table_add (task->codes, g_strdup (rate->code)))
    new_change (task->changes, "tax", rate->code, CATALOG_NOT_IN_FILE);
  return TRUE;
}

/* The codes of the changes of one kind. */
static GHashTable *
codes_of (const GPtrArray *changes, const char *kind)
{
  GHashTable *codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < changes->len; i++) {
    const struct catalog_change *change = g_ptr_array_index (changes, i);
    if (strcmp (change->kind, kind) == 0)
      g_hash_table_add (codes, g_strdup (change->code));
  }
  return codes;
}

static gboolean
note_leftovers (struct ledger *ledger, GPtrArray *changes, GError **error)
{
  g_autoptr (GHashTable) metrics = codes_of (changes, "metric"), events = codes_of (changes, "credit event");
  g_autoptr (GHashTable) packages = codes_of (changes, "credit package"), plans = codes_of (changes, "plan");
  g_autoptr (GHashTable) coupons = codes_of (changes, "coupon");
  g_autoptr (GHashTable) taxes = codes_of (changes, "tax");
  return metric_each (ledger, note_metric, &(struct leftovers){ changes, metrics }, error)
         && credit_event_each (ledger, note_credit_event, &(struct leftovers){ changes, events }, error)
         && credit_package_each (ledger, note_credit_package, &(struct leftovers){ changes, packages }, error)
         && plan_record_each (ledger, note_plan, &(struct leftovers){ changes, plans }, error)
         && coupon_each (ledger, note_coupon, &(struct leftovers){ changes, coupons }, error)
         && tax_rate_each (ledger, NULL, note_tax, &(struct leftovers){ changes, taxes }, error);
}

gboolean
catalog_diff (struct ledger *ledger, const struct catalog_source *source, GPtrArray *problems, GPtrArray *ret_changes,
              gboolean *ret_differs, GError **error)
{
  g_autoptr (catalog_t) catalog = NULL;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) catalog_change_free);
  g_autoptr (json_object) value = NULL;
  if (!catalog_parse (source, &value, error) || !ledger_begin_read (ledger, error))
    return FALSE;
  gboolean done = catalog_check (ledger, source->path, value, problems, &catalog, error) && compare (ledger, catalog, changes, error)
                  && note_leftovers (ledger, changes, error);
  ledger_rollback (ledger);
  if (!done)
    return FALSE;
  gboolean differs = FALSE;
  for (guint i = 0; i < changes->len; i++)
    differs = differs || ((const struct catalog_change *) g_ptr_array_index (changes, i))->verdict != CATALOG_UNCHANGED;
  g_ptr_array_extend_and_steal (ret_changes, g_steal_pointer (&changes));
  *ret_differs = differs;
  return TRUE;
}
