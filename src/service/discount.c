/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking discounts off drafts. */
#include "service/discount.h"

#include "base/error.h"
#include "base/json.h"
#include "core/exact.h"
#include "core/money.h"
#include "store/catalog.h"
#include "store/coupon.h"
#include "store/subscription.h"

#include <string.h>

/* A redemption, and the billing instants at which it is used. */
struct held {
  gint64 id;
  char *coupon;
  struct coupon_terms *terms;
  gint64 customer_id;
  gint64 subscription_id; /* 0: all of the customer's */
  gint64 from_us;
  gint64 until_us;
  GArray *uses;           /* struct redemption_use, those of drafts behind those of the ledger */
};

struct discount_rules {
  struct ledger *ledger;
  gboolean is_asked;          /* whether … */
  gboolean is_any;            /* … the ledger has a redemption at all */
  gboolean is_again;          /* what is drawn up was issued before */
  gint64 payer_id;
  GPtrArray *held;            /* struct held, in the order of redeeming */
  const struct plan *supposed_plan; /* of every line; NULL: ask the ledger */
  GHashTable *plans;          /* plan version id -> code */
  GHashTable *metrics;        /* metric id -> code */
  GHashTable *holders;        /* subscription id -> customer id */
  GArray *left, *weights, *parts; /* gint64, one for each line */
  GArray *charges;            /* struct charge: of the drafts before, in their order */
};

/* A fee that may be given back in part. Its texts are those of the sheet. */
struct charge {
  gint64 subscription_id;
  const char *kind;
  const char *code;
  gint64 period_end_us;
  struct discounted_charge paid;
};

static void
free_held (gpointer data)
{
  struct held *held = data;
  g_free (held->coupon);
  coupon_terms_free (held->terms);
  g_array_unref (held->uses);
  g_free (held);
}

struct discount_rules *
discount_rules_new (struct ledger *ledger)
{
  struct discount_rules *rules = g_new0 (struct discount_rules, 1);
  rules->ledger = ledger;
  rules->held = g_ptr_array_new_with_free_func (free_held);
  rules->plans = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  rules->metrics = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  rules->holders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  rules->left = g_array_new (FALSE, TRUE, sizeof (gint64));
  rules->weights = g_array_new (FALSE, TRUE, sizeof (gint64));
  rules->parts = g_array_new (FALSE, TRUE, sizeof (gint64));
  rules->charges = g_array_new (FALSE, FALSE, sizeof (struct charge));
  return rules;
}

void
discount_rules_free (struct discount_rules *rules)
{
  if (rules == NULL)
    return;
  g_ptr_array_unref (rules->held);
  g_hash_table_unref (rules->plans);
  g_hash_table_unref (rules->metrics);
  g_hash_table_unref (rules->holders);
  g_array_unref (rules->left);
  g_array_unref (rules->weights);
  g_array_unref (rules->parts);
  g_array_unref (rules->charges);
  g_free (rules);
}

/* --- Which redemptions --- */

static gboolean
hold (const struct redemption *redemption, void *data, GError **error)
{
  struct discount_rules *rules = data;
  struct held *held = g_new0 (struct held, 1);
  held->id = redemption->id;
  held->coupon = g_strdup (redemption->coupon_code);
  held->customer_id = redemption->customer_id;
  held->subscription_id = redemption->subscription_id;
  held->from_us = redemption->from_us;
  held->until_us = redemption->until_us;
  held->uses = g_array_new (FALSE, FALSE, sizeof (struct redemption_use));
  g_ptr_array_add (rules->held, held);
  return coupon_terms_parse (redemption->definition, &held->terms, error);
}

static gboolean
read_uses (struct discount_rules *rules, GError **error)
{
  for (guint i = 0; i < rules->held->len; i++) {
    struct held *held = g_ptr_array_index (rules->held, i);
    if (!redemption_uses (rules->ledger, held->id, held->uses, error))
      return FALSE;
  }
  return TRUE;
}

/* A run over many customers asks the ledger once whether it need ask at all. */
gboolean
discount_rules_for_customer (struct discount_rules *rules, gint64 customer_id, GError **error)
{
  rules->payer_id = customer_id;
  rules->is_again = FALSE;
  g_ptr_array_set_size (rules->held, 0);
  g_array_set_size (rules->charges, 0);
  if (!rules->is_asked && !redemption_any (rules->ledger, &rules->is_any, error))
    return FALSE;
  rules->is_asked = TRUE;
  return !rules->is_any
         || (redemption_each (rules->ledger, REDEMPTIONS_OF_PAYER, customer_id, hold, rules, error) && read_uses (rules, error));
}

gboolean
discount_rules_suppose (struct discount_rules *rules, const struct discount_supposed *supposed, GError **error)
{
  const struct redemption redemption = {
    .id = rules->held->len + 1,
    .coupon_code = supposed->code,
    .definition = supposed->definition,
    .from_us = G_MININT64,
    .until_us = G_MAXINT64,
  };
  rules->supposed_plan = supposed->plan;
  return hold (&redemption, rules, error);
}

/* --- What stands on lines --- */

gboolean
line_discounts_each (const char *discounts, line_discount_visit visit, void *data, GError **error)
{
  g_autoptr (json_object) root = NULL;
  if (discounts == NULL)
    return TRUE;
  if (!json_parse_text (discounts, strlen (discounts), "discounts", JSON_PLAIN, &root, error))
    return FALSE;
  struct json_node list = { .value = root };
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node node = json_node_element (&list, i), coupon = json_node_member (&node, "coupon");
    struct json_node redemption = json_node_member (&node, "redemption"), amount = json_node_member (&node, "amount");
    struct line_discount discount = { 0 };
    if (!json_node_string (&coupon, &discount.coupon, error) || !json_node_int64 (&redemption, &discount.redemption_id, error)
        || !json_node_int64 (&amount, &discount.amount_minor, error) || !visit (&discount, data, error))
      return FALSE;
  }
  return TRUE;
}

/* What each redemption takes off the lines of one invoice. */
static gboolean
tally_discount (const struct line_discount *discount, void *data, GError **error)
{
  GArray *rows = data; /* struct line_discount, without the coupon */
  for (guint i = 0; i < rows->len; i++) {
    struct line_discount *row = &g_array_index (rows, struct line_discount, i);
    if (row->redemption_id == discount->redemption_id)
      return money_add (row->amount_minor, discount->amount_minor, &row->amount_minor)
             || error_set (error, ERROR_FAILED, "the discounts of an invoice do not fit 64 bits of minor units");
  }
  struct line_discount row = { .redemption_id = discount->redemption_id, .amount_minor = discount->amount_minor };
  g_array_append_val (rows, row);
  return TRUE;
}

static gint64
tallied (const GArray *rows, gint64 redemption_id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_array_index (rows, struct line_discount, i).redemption_id == redemption_id)
      return g_array_index (rows, struct line_discount, i).amount_minor;
  return 0;
}

/* Those on lines of the roles in the mask, 1 << role. */
static gboolean
tally_lines (const struct invoice_line *lines, gsize count, guint roles, GArray *ret, GError **error)
{
  for (gsize i = 0; i < count; i++)
    if ((roles & 1u << lines[i].role) != 0 && !line_discounts_each (lines[i].discounts, tally_discount, ret, error))
      return FALSE;
  return TRUE;
}

enum { ON_UNUSED = 1u << LINE_UNUSED, ON_OTHERS = ~(1u << LINE_UNUSED) };

struct used {
  const GArray *given_back;
  enum line_role role;
  line_discount_visit visit;
  void *data;
};

static gboolean
visit_used (const struct line_discount *discount, void *data, GError **error)
{
  const struct used *used = data;
  if (used->role == LINE_REMAINING && tallied (used->given_back, discount->redemption_id) != 0)
    return TRUE;
  return used->visit (discount, used->data, error);
}

gboolean
discount_used_each (const struct invoice_line *lines, gsize count, line_discount_visit visit, void *data, GError **error)
{
  g_autoptr (GArray) given_back = g_array_new (FALSE, FALSE, sizeof (struct line_discount));
  if (!tally_lines (lines, count, ON_UNUSED, given_back, error))
    return FALSE;
  for (gsize i = 0; i < count; i++) {
    struct used used = { given_back, lines[i].role, visit, data };
    if (lines[i].role != LINE_UNUSED && !line_discounts_each (lines[i].discounts, visit_used, &used, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_uses (struct ledger *ledger, const struct discount_issue *issue, gint64 sign, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (struct line_discount));
  if (!discount_used_each (issue->lines, issue->count, tally_discount, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const struct line_discount *row = &g_array_index (rows, struct line_discount, i);
    const struct redemption_use use = { issue->billed_at_us, sign * row->amount_minor };
    if (!redemption_use_add (ledger, row->redemption_id, &use, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
discount_count_uses (struct ledger *ledger, const struct discount_issue *issue, GError **error)
{
  return add_uses (ledger, issue, 1, error);
}

/* The lines of an invoice with what is needed of them here. */
struct stored_lines {
  GStringChunk *text;
  GArray *lines; /* struct invoice_line */
};

static void
stored_lines_clear (struct stored_lines *stored)
{
  g_string_chunk_free (stored->text);
  g_array_unref (stored->lines);
}
typedef struct stored_lines stored_lines_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (stored_lines_t, stored_lines_clear)

static gboolean
store_line (const struct invoice_line *line, void *data, GError **error)
{
  struct stored_lines *stored = data;
  const struct invoice_line kept = { .role = line->role,
                                     .discounts = line->discounts == NULL ? NULL : g_string_chunk_insert (stored->text, line->discounts) };
  (void) error;
  g_array_append_val (stored->lines, kept);
  return TRUE;
}

static struct stored_lines
new_stored_lines (void)
{
  return (struct stored_lines){ g_string_chunk_new (1024), g_array_new (FALSE, FALSE, sizeof (struct invoice_line)) };
}

gboolean
discount_give_back (struct ledger *ledger, const struct invoice *invoice, GError **error)
{
  g_auto (stored_lines_t) stored = new_stored_lines ();
  if (!invoice_each_line (ledger, invoice->id, store_line, &stored, error))
    return FALSE;
  const struct discount_issue issue = { invoice->billed_at_us, (const struct invoice_line *) (gpointer) stored.lines->data,
                                        stored.lines->len };
  return add_uses (ledger, &issue, -1, error);
}

static gint
compare_rows (gconstpointer left, gconstpointer right)
{
  const struct line_discount *a = left, *b = right;
  return (a->redemption_id > b->redemption_id) - (a->redemption_id < b->redemption_id);
}

/* The use at the instant; NULL when there is none. */
static struct redemption_use *
use_at (const struct held *held, gint64 due_us)
{
  for (guint i = 0; i < held->uses->len; i++) {
    struct redemption_use *use = &g_array_index (held->uses, struct redemption_use, i);
    if (use->billed_at_us == due_us)
      return use;
  }
  return NULL;
}

/* What it took itself is free again, unless a void one has given it back already. */
static void
free_own (struct discount_rules *rules, const struct invoice *invoice, const GArray *own)
{
  for (guint i = 0; i < rules->held->len && invoice->status != INVOICE_VOIDED; i++) {
    struct held *held = g_ptr_array_index (rules->held, i);
    struct redemption_use *use = use_at (held, invoice->billed_at_us);
    if (use != NULL)
      use->amount_minor -= tallied (own, held->id);
  }
}

gboolean
discount_rules_for_invoice (struct discount_rules *rules, const struct invoice *invoice, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (struct line_discount));
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (struct line_discount));
  g_auto (stored_lines_t) stored = new_stored_lines ();
  rules->payer_id = invoice->customer_id;
  rules->is_again = TRUE;
  g_ptr_array_set_size (rules->held, 0);
  if (!invoice_each_line (rules->ledger, invoice->id, store_line, &stored, error))
    return FALSE;
  const struct invoice_line *lines = (const struct invoice_line *) (gpointer) stored.lines->data;
  if (!tally_lines (lines, stored.lines->len, ON_OTHERS, rows, error)
      || !discount_used_each (lines, stored.lines->len, tally_discount, own, error))
    return FALSE;
  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    if (!redemption_each (rules->ledger, REDEMPTION_BY_ID, g_array_index (rows, struct line_discount, i).redemption_id, hold, rules, error))
      return FALSE;
  if (!read_uses (rules, error))
    return FALSE;
  if (rules->held->len != rows->len)
    return error_set (error, ERROR_LEDGER, "the ledger lacks a redemption that stands on invoice %s", invoice->number);
  free_own (rules, invoice, own);
  return TRUE;
}

/* --- Which lines --- */

static gint64 *
new_key (gint64 id)
{
  gint64 *key = g_new (gint64, 1);
  *key = id;
  return key;
}

static gboolean
find_plan (struct discount_rules *rules, gint64 version_id, const char **ret, GError **error)
{
  g_autoptr (plan_version_t) version = NULL;
  if (rules->supposed_plan != NULL || version_id == 0) {
    *ret = rules->supposed_plan == NULL ? NULL : rules->supposed_plan->code;
    return TRUE;
  }
  *ret = g_hash_table_lookup (rules->plans, &version_id);
  if (*ret != NULL)
    return TRUE;
  if (!plan_version_get (rules->ledger, version_id, &version, error))
    return FALSE;
  *ret = version->plan_code;
  g_hash_table_insert (rules->plans, new_key (version_id), g_steal_pointer (&version->plan_code));
  return TRUE;
}

/* A charge for every metric has the code of each. */
static const char *
supposed_metric (const struct plan *plan, const char *code)
{
  for (gsize i = 0; i < plan->charge_count; i++)
    if (strcmp (plan->charges[i].code, code) == 0 && strcmp (plan->charges[i].metric, "*") != 0)
      return plan->charges[i].metric;
  return code;
}

static gboolean
find_metric (struct discount_rules *rules, const struct invoice_line *line, const char **ret, GError **error)
{
  g_autoptr (metric_t) metric = NULL;
  gint64 id = line->metric_id;
  *ret = NULL;
  if (rules->supposed_plan != NULL)
    *ret = supposed_metric (rules->supposed_plan, line->code);
  if (id == 0 || rules->supposed_plan != NULL)
    return TRUE;
  *ret = g_hash_table_lookup (rules->metrics, &id);
  if (*ret != NULL)
    return TRUE;
  if (!metric_get (rules->ledger, id, &metric, error))
    return FALSE;
  *ret = metric->code;
  g_hash_table_insert (rules->metrics, new_key (id), g_steal_pointer (&metric->code));
  return TRUE;
}

static gboolean
find_customer (struct discount_rules *rules, gint64 subscription_id, gint64 *ret, GError **error)
{
  const gint64 *known = g_hash_table_lookup (rules->holders, &subscription_id);
  *ret = known == NULL ? 0 : *known;
  if (known != NULL)
    return TRUE;
  if (!subscription_customer (rules->ledger, subscription_id, ret, error))
    return FALSE;
  g_hash_table_insert (rules->holders, new_key (subscription_id), new_key (*ret));
  return TRUE;
}

/* A promotion of the payer is for all that it is billed; one of somebody else is for that customer's subscriptions. */
static gboolean
belongs_to (struct discount_rules *rules, const struct held *held, const struct invoice_line *line, gboolean *ret, GError **error)
{
  gint64 customer_id = 0;
  *ret = held->subscription_id != 0 ? held->subscription_id == line->subscription_id : held->customer_id == rules->payer_id;
  if (*ret || held->subscription_id != 0 || line->subscription_id == 0)
    return TRUE;
  if (!find_customer (rules, line->subscription_id, &customer_id, error))
    return FALSE;
  *ret = held->customer_id == customer_id;
  return TRUE;
}

static gboolean
is_eligible (struct discount_rules *rules, const struct held *held, const struct invoice_line *line, gboolean *ret, GError **error)
{
  struct coupon_line about = { .kind = line->kind };
  *ret = FALSE;
  if (line->role == LINE_UNUSED)
    return TRUE;
  if (!belongs_to (rules, held, line, ret, error))
    return FALSE;
  if (!*ret)
    return TRUE;
  if (!find_plan (rules, line->plan_version_id, &about.plan, error) || !find_metric (rules, line, &about.metric, error))
    return FALSE;
  *ret = coupon_terms_cover (held->terms, &about);
  return TRUE;
}

/* --- Taking it off --- */

static gboolean
holds_at (const struct discount_rules *rules, const struct held *held, const struct discount_draft *draft)
{
  gint64 due_us = draft->due_us;
  if (rules->is_again)
    return use_at (held, due_us) != NULL;
  if (due_us < held->from_us || due_us >= held->until_us)
    return FALSE;
  if (held->terms->currency != NULL && held->terms->currency != draft->currency)
    return FALSE;
  return held->terms->periods == 0 || held->uses->len < held->terms->periods || use_at (held, due_us) != NULL;
}

static void
note_use (struct held *held, gint64 due_us, gint64 taken_minor)
{
  struct redemption_use *use = use_at (held, due_us), first = { due_us, taken_minor };
  if (use == NULL)
    g_array_append_val (held->uses, first);
  else
    use->amount_minor += taken_minor;
}

/* The text of the line with one more discount; what it had is a list with something in it. */
static void
write_part (const struct discount_draft *draft, struct invoice_line *line, const struct held *held, gint64 part_minor)
{
  g_autoptr (GString) text = g_string_new (line->discounts == NULL ? "[" : line->discounts);
  if (line->discounts != NULL)
    text->str[text->len - 1] = ',';
  g_string_append (text, "{\"coupon\":");
  json_append_string (text, held->coupon);
  g_string_append_printf (text, ",\"redemption\":%" G_GINT64_FORMAT ",\"amount\":%" G_GINT64_FORMAT "}]", held->id, part_minor);
  line->discounts = g_string_chunk_insert (draft->text, text->str);
  line->discount_minor += part_minor;
}

/* What one redemption is taken off at an instant. */
struct taking {
  struct held *held;
  const struct discount_draft *draft;
  struct discount discount;
  gboolean on_remaining; /* lines that cost what a part of a period costs after a change */
  gboolean on_others;
};

/* What is left of the lines that it is for. */
static gboolean
look_at_lines (struct discount_rules *rules, const struct taking *taking, GError **error)
{
  for (gsize i = 0; i < taking->draft->count; i++) {
    const struct invoice_line *line = &taking->draft->lines[i];
    gboolean is_for = FALSE;
    if ((line->role == LINE_REMAINING ? taking->on_remaining : taking->on_others)
        && !is_eligible (rules, taking->held, line, &is_for, error))
      return FALSE;
    g_array_index (rules->left, gint64, i) = is_for ? line->amount_minor - line->discount_minor : 0;
  }
  return TRUE;
}

/* *ret_others: what of it was taken off others than remaining lines. */
static gboolean
take_off (struct discount_rules *rules, const struct taking *taking, gint64 *ret_others, gint64 *ret_remaining, GError **error)
{
  const struct discount_draft *draft = taking->draft;
  gint64 taken_minor = 0, *parts = (gint64 *) (gpointer) rules->parts->data;
  *ret_others = *ret_remaining = 0;
  if (!look_at_lines (rules, taking, error))
    return FALSE;
  if (discount_take (&taking->discount, draft->currency, (const gint64 *) (gpointer) rules->left->data, draft->count,
                     (gint64 *) (gpointer) rules->weights->data, parts, &taken_minor)
      != DISCOUNT_OK)
    return error_set (error, ERROR_FAILED, "coupon %s: the sum of the lines does not fit 64 bits of minor units", taking->held->coupon);
  for (gsize i = 0; taken_minor != 0 && i < draft->count; i++) {
    if (parts[i] == 0)
      continue;
    write_part (draft, &draft->lines[i], taking->held, parts[i]);
    *(draft->lines[i].role == LINE_REMAINING ? ret_remaining : ret_others) += parts[i];
  }
  return TRUE;
}

/* What comes back on this draft with unused parts of charges goes on for the rest of their period: a percentage holds there, and of an
 * amount there is what came back. That is no new instant. */
static gboolean
take (struct discount_rules *rules, struct held *held, const struct discount_draft *draft, gint64 given_back_minor, GError **error)
{
  gboolean goes_on = given_back_minor != 0, holds = holds_at (rules, held, draft), is_percent = held->terms->discount.is_percent;
  const struct redemption_use *use = use_at (held, draft->due_us);
  struct taking taking = { held, draft, held->terms->discount, goes_on || holds, holds };
  gint64 others_minor = 0, remaining_minor = 0;
  if (!goes_on && !holds)
    return TRUE;
  if (goes_on && !is_percent) {
    taking.discount.amount_minor = -given_back_minor;
    taking.on_others = FALSE;
    if (!take_off (rules, &taking, &others_minor, &remaining_minor, error))
      return FALSE;
    taking.discount = held->terms->discount;
    taking.on_others = holds;
    taking.on_remaining = FALSE;
  }
  if (!is_percent && use != NULL)
    taking.discount.amount_minor = MAX (taking.discount.amount_minor - use->amount_minor, 0);
  if ((taking.on_others || taking.on_remaining) && !take_off (rules, &taking, &others_minor, &remaining_minor, error))
    return FALSE;
  gint64 used_minor = goes_on ? others_minor : others_minor + remaining_minor;
  if (used_minor != 0)
    note_use (held, draft->due_us, used_minor);
  return TRUE;
}

/* --- Giving it back --- */

struct share_text {
  GArray *weights; /* gint64 */
  GPtrArray *coupons;
  GArray *ids; /* gint64 */
};

static gboolean
note_part (const struct line_discount *discount, void *data, GError **error)
{
  struct share_text *text = data;
  (void) error;
  g_array_append_val (text->weights, discount->amount_minor);
  g_array_append_val (text->ids, discount->redemption_id);
  g_ptr_array_add (text->coupons, g_strdup (discount->coupon));
  return TRUE;
}

static gboolean
spread_share (const struct share_text *text, gint64 share_minor, char **ret, GError **error)
{
  g_autoptr (GArray) parts = g_array_sized_new (FALSE, TRUE, sizeof (gint64), text->ids->len);
  g_autoptr (GString) out = g_string_new ("[");
  g_array_set_size (parts, text->ids->len);
  if (!money_distribute (share_minor, (const gint64 *) (gpointer) text->weights->data, text->ids->len, (gint64 *) (gpointer) parts->data))
    return error_set (error, ERROR_LEDGER, "the coupons of a line do not add up to its discount");
  for (guint i = 0; i < text->ids->len; i++) {
    if (g_array_index (parts, gint64, i) == 0)
      continue;
    g_string_append (out, out->len == 1 ? "{\"coupon\":" : ",{\"coupon\":");
    json_append_string (out, g_ptr_array_index (text->coupons, i));
    g_string_append_printf (out, ",\"redemption\":%" G_GINT64_FORMAT ",\"amount\":%" G_GINT64_FORMAT "}",
                            g_array_index (text->ids, gint64, i), g_array_index (parts, gint64, i));
  }
  g_string_append_c (out, ']');
  *ret = g_strdup (out->str);
  return TRUE;
}

gboolean
discount_share (const struct discounted_charge *charge, gint64 unused_minor, gint64 *ret_minor, char **ret_discounts, GError **error)
{
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (gint64)), ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) coupons = g_ptr_array_new_with_free_func (g_free);
  struct share_text text = { weights, coupons, ids };
  const struct exact whole = exact_from_decimal (decimal_from_int64 (charge->discount_minor));
  gint64 share_minor = 0;
  if (!exact_round (&whole, (struct ratio){ unused_minor, charge->amount_minor }, 0, &share_minor))
    return error_set (error, ERROR_FAILED, "the discount of an unused part does not fit");
  if (!line_discounts_each (charge->discounts, note_part, &text, error))
    return FALSE;
  if (share_minor != 0 && !spread_share (&text, share_minor, ret_discounts, error))
    return FALSE;
  *ret_minor = share_minor;
  return TRUE;
}

static gboolean
is_part_of (const struct charge *charge, const struct invoice_line *line)
{
  return charge->subscription_id == line->subscription_id && charge->period_end_us == line->period_end_us
         && strcmp (charge->kind, line->kind) == 0 && strcmp (charge->code, line->code) == 0;
}

/* What stands on an issued invoice was found there. What comes first on a draft, or on this one, is the last charge of the same. */
static gboolean
give_back (const struct discount_rules *rules, const struct discount_draft *draft, struct invoice_line *line, GError **error)
{
  for (guint i = rules->charges->len; i-- > 0;) {
    const struct charge *charge = &g_array_index (rules->charges, struct charge, i);
    g_autofree char *discounts = NULL;
    if (!is_part_of (charge, line))
      continue;
    if (!discount_share (&charge->paid, line->amount_minor, &line->discount_minor, &discounts, error))
      return FALSE;
    line->discounts = discounts == NULL ? NULL : g_string_chunk_insert (draft->text, discounts);
    return TRUE;
  }
  return TRUE;
}

/* Is there something on the draft, before the line, that it may be a part of? */
static gboolean
has_own_charge (const struct discount_draft *draft, const struct invoice_line *line)
{
  for (const struct invoice_line *other = draft->lines; other < line; other++) {
    const struct charge charge = { other->subscription_id, other->kind, other->code, other->period_end_us, { 0 } };
    if (other->role != LINE_UNUSED && is_part_of (&charge, line))
      return TRUE;
  }
  return FALSE;
}

/* What the drafts before charged is known before coupons are taken off this one, … */
static gboolean
give_back_earlier (struct discount_rules *rules, const struct discount_draft *draft, GError **error)
{
  for (gsize i = 0; i < draft->count; i++) {
    struct invoice_line *line = &draft->lines[i];
    if (line->role == LINE_UNUSED && !line->discount_is_set && !has_own_charge (draft, line) && !give_back (rules, draft, line, error))
      return FALSE;
  }
  return TRUE;
}

/* … what it charges itself only after that. */
static gboolean
give_back_own (struct discount_rules *rules, const struct discount_draft *draft, GError **error)
{
  for (gsize i = 0; i < draft->count; i++) {
    struct invoice_line *line = &draft->lines[i];
    const struct charge charge = { line->subscription_id, line->kind, line->code, line->period_end_us,
                                   { line->amount_minor, line->discount_minor, line->discounts } };
    if (line->role == LINE_UNUSED && !line->discount_is_set && has_own_charge (draft, line) && !give_back (rules, draft, line, error))
      return FALSE;
    if ((line->role == LINE_REGULAR || line->role == LINE_REMAINING) && line->amount_minor > 0)
      g_array_append_val (rules->charges, charge);
  }
  return TRUE;
}

gboolean
discount_apply (struct discount_rules *rules, const struct discount_draft *draft, GError **error)
{
  g_autoptr (GArray) given_back = g_array_new (FALSE, FALSE, sizeof (struct line_discount));
  if (rules->held->len == 0)
    return TRUE;
  g_array_set_size (rules->left, (guint) draft->count);
  g_array_set_size (rules->weights, (guint) draft->count);
  g_array_set_size (rules->parts, (guint) draft->count);
  if ((!rules->is_again && !give_back_earlier (rules, draft, error))
      || !tally_lines (draft->lines, draft->count, ON_UNUSED, given_back, error))
    return FALSE;
  for (guint i = 0; i < rules->held->len; i++) {
    struct held *held = g_ptr_array_index (rules->held, i);
    if (!take (rules, held, draft, tallied (given_back, held->id), error))
      return FALSE;
  }
  return rules->is_again || give_back_own (rules, draft, error);
}
