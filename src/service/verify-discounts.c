/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discounts proved from what is stored. */
#include "service/verify-discounts.h"

#include "base/error.h"
#include "core/money.h"
#include "service/discount.h"
#include "store/coupon.h"
#include "store/verify.h"

#include <string.h>

enum { PROBLEMS_MAX = 100 };

/* One line of the tally of uses: what issued invoices say. */
struct found_use {
  gint64 redemption_id;
  struct redemption_use use;
};

struct discount_proof {
  struct ledger *ledger;
  struct discount_rules *rules;
  GPtrArray *problems;
  GArray *uses;               /* struct found_use, each instant of a redemption once; sorted in the end */
  GHashTable *places;         /* "redemption/instant" -> place in uses + 1 */
  gint64 invoices;
  /* Of the invoice at hand: */
  const struct invoice *invoice;
  char *reference;
  GStringChunk *text;
  GArray *lines;              /* struct invoice_line, with their own texts */
  gint64 sum_minor;           /* of the discounts of a line */
};

static void add_problem (struct discount_proof *proof, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_problem (struct discount_proof *proof, const char *format, ...)
{
  if (proof->problems->len >= PROBLEMS_MAX)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (proof->problems, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* --- Lines --- */

static gboolean
count_use (const struct line_discount *discount, void *data, GError **error)
{
  struct discount_proof *proof = data;
  (void) error;
  const struct invoice *invoice = proof->invoice;
  gint64 amount_minor = invoice->status == INVOICE_VOIDED ? 0 : discount->amount_minor;
  char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, discount->redemption_id, invoice->billed_at_us);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (proof->places, key));
  if (place != 0) {
    g_array_index (proof->uses, struct found_use, place - 1).use.amount_minor += amount_minor;
    g_free (key);
    return TRUE;
  }
  struct found_use found = { discount->redemption_id, { invoice->billed_at_us, amount_minor } };
  g_array_append_val (proof->uses, found);
  g_hash_table_insert (proof->places, key, GUINT_TO_POINTER (proof->uses->len));
  return TRUE;
}

static gboolean
add_discount (const struct line_discount *discount, void *data, GError **error)
{
  struct discount_proof *proof = data;
  (void) error;
  if (!money_add (proof->sum_minor, discount->amount_minor, &proof->sum_minor))
    proof->sum_minor = G_MININT64;
  return TRUE;
}

static const char *
keep (struct discount_proof *proof, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert (proof->text, text);
}

static gboolean
prove_line (const struct invoice_line *line, void *data, GError **error)
{
  struct discount_proof *proof = data;
  struct invoice_line kept = *line;
  gint64 least = MIN (line->amount_minor, 0), most = MAX (line->amount_minor, 0);
  g_autoptr (GError) failure = NULL;
  (void) error;
  proof->sum_minor = 0;
  if (!line_discounts_each (line->discounts, add_discount, proof, &failure))
    add_problem (proof, "line %" G_GINT64_FORMAT " of invoice %s: %s", line->position, proof->reference, failure->message);
  else if (proof->sum_minor != line->discount_minor)
    add_problem (proof, "line %" G_GINT64_FORMAT " of invoice %s has a discount of %" G_GINT64_FORMAT " minor units, its coupons add up to %"
                 G_GINT64_FORMAT, line->position, proof->reference, line->discount_minor, proof->sum_minor);
  if (line->discount_minor < least || line->discount_minor > most)
    add_problem (proof, "line %" G_GINT64_FORMAT " of invoice %s has a discount of %" G_GINT64_FORMAT " minor units on %" G_GINT64_FORMAT,
                 line->position, proof->reference, line->discount_minor, line->amount_minor);
  kept.kind = keep (proof, line->kind);
  kept.code = keep (proof, line->code);
  kept.discounts = keep (proof, line->discounts);
  g_array_append_val (proof->lines, kept);
  return TRUE;
}

/* --- Invoices --- */

static void
take_off (struct discount_proof *proof)
{
  for (guint i = 0; i < proof->lines->len; i++) {
    struct invoice_line *line = &g_array_index (proof->lines, struct invoice_line, i);
    if (line->role == LINE_UNUSED)
      continue;
    line->discount_minor = 0;
    line->discounts = NULL;
  }
}

/* What an invoice bears is taken again off its lines as they are stored. What became void has given its amounts back, perhaps to
 * the invoice that came in its place; a draft is drawn up anew before it is issued. */
static gboolean
prove_again (struct discount_proof *proof, GError **error)
{
  g_autoptr (GArray) stored = g_array_copy (proof->lines);
  const struct discount_draft draft = {
    .due_us = proof->invoice->billed_at_us,
    .currency = currency_find (proof->invoice->currency),
    .lines = (struct invoice_line *) (gpointer) proof->lines->data,
    .count = proof->lines->len,
    .text = proof->text,
  };
  if (proof->invoice->status == INVOICE_DRAFT || proof->invoice->status == INVOICE_VOIDED)
    return TRUE;
  take_off (proof);
  if (!discount_rules_for_invoice (proof->rules, proof->invoice, error) || !discount_apply (proof->rules, &draft, error))
    return FALSE;
  for (guint i = 0; i < stored->len; i++) {
    const struct invoice_line *before = &g_array_index (stored, struct invoice_line, i), *now = &draft.lines[i];
    if (before->discount_minor != now->discount_minor || g_strcmp0 (before->discounts, now->discounts) != 0)
      add_problem (proof, "line %" G_GINT64_FORMAT " of invoice %s has a discount of %" G_GINT64_FORMAT " minor units; taken again it is %"
                   G_GINT64_FORMAT, before->position, proof->reference, before->discount_minor, now->discount_minor);
  }
  return TRUE;
}

/* That they cannot be taken again is a problem like any other. */
static gboolean
prove_invoice (struct discount_proof *proof, const struct invoice *invoice, GError **error)
{
  g_autofree char *reference = invoice_reference (invoice);
  g_autoptr (GError) failure = NULL;
  proof->invoice = invoice;
  proof->reference = reference;
  proof->invoices++;
  g_array_set_size (proof->lines, 0);
  g_string_chunk_clear (proof->text);
  if (!invoice_each_line (proof->ledger, invoice->id, prove_line, proof, error))
    return FALSE;
  if (invoice->status != INVOICE_DRAFT
      && !discount_used_each ((const struct invoice_line *) (gpointer) proof->lines->data, proof->lines->len, count_use, proof, NULL))
    return TRUE; /* said already, of the line */
  if (!prove_again (proof, &failure))
    add_problem (proof, "the discounts of invoice %s cannot be taken again: %s", reference, failure->message);
  return TRUE;
}

static gboolean
prove_invoices (struct discount_proof *proof, GError **error)
{
  g_autoptr (GPtrArray) references = g_ptr_array_new_with_free_func (g_free);
  if (!verify_discounted_invoices (proof->ledger, references, error))
    return FALSE;
  for (guint i = 0; i < references->len; i++) {
    g_autoptr (invoice_t) invoice = NULL;
    if (!invoice_find (proof->ledger, g_ptr_array_index (references, i), &invoice, error) || !prove_invoice (proof, invoice, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Uses --- */

/* The ledger's uses of one redemption are taken out of what was found on invoices. */
static gboolean
prove_redemption (const struct redemption *redemption, void *data, GError **error)
{
  struct discount_proof *proof = data;
  g_autoptr (GArray) counted = g_array_new (FALSE, FALSE, sizeof (struct redemption_use));
  if (!redemption_uses (proof->ledger, redemption->id, counted, error))
    return FALSE;
  gboolean same = redemption->uses == counted->len;
  for (guint i = 0; i < counted->len; i++) {
    const struct redemption_use *use = &g_array_index (counted, struct redemption_use, i);
    g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, redemption->id, use->billed_at_us);
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (proof->places, key));
    same = same && place != 0 && g_array_index (proof->uses, struct found_use, place - 1).use.amount_minor == use->amount_minor;
    g_hash_table_remove (proof->places, key);
  }
  if (!same)
    add_problem (proof, "redemption %" G_GINT64_FORMAT " of coupon %s: its uses are not those that stand on issued invoices", redemption->id,
                 redemption->coupon_code);
  return TRUE;
}

static gint
compare_uses (gconstpointer left, gconstpointer right)
{
  const struct found_use *a = left, *b = right;
  if (a->redemption_id != b->redemption_id)
    return a->redemption_id < b->redemption_id ? -1 : 1;
  return (a->use.billed_at_us > b->use.billed_at_us) - (a->use.billed_at_us < b->use.billed_at_us);
}

static gboolean
prove_uses (struct discount_proof *proof, GError **error)
{
  if (!redemption_each (proof->ledger, REDEMPTIONS_OF_ALL, 0, prove_redemption, proof, error))
    return FALSE;
  g_array_sort (proof->uses, compare_uses);
  for (guint i = 0; i < proof->uses->len; i++) {
    const struct found_use *found = &g_array_index (proof->uses, struct found_use, i);
    g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, found->redemption_id, found->use.billed_at_us);
    if (g_hash_table_contains (proof->places, key))
      add_problem (proof, "redemption %" G_GINT64_FORMAT " stands on an issued invoice, and the use is not counted", found->redemption_id);
  }
  return TRUE;
}

static void
proof_init (struct discount_proof *proof, struct ledger *ledger, GPtrArray *problems)
{
  *proof = (struct discount_proof){
    .ledger = ledger,
    .rules = discount_rules_new (ledger),
    .problems = problems,
    .uses = g_array_new (FALSE, FALSE, sizeof (struct found_use)),
    .places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .lines = g_array_new (FALSE, FALSE, sizeof (struct invoice_line)),
    .text = g_string_chunk_new (4096),
  };
}

static void
proof_clear (struct discount_proof *proof)
{
  discount_rules_free (proof->rules);
  g_array_unref (proof->uses);
  g_hash_table_unref (proof->places);
  g_array_unref (proof->lines);
  g_string_chunk_free (proof->text);
}

gboolean
verify_discounts (struct ledger *ledger, gint64 *ret_invoices, GPtrArray *ret_problems, GError **error)
{
  struct discount_proof proof;
  proof_init (&proof, ledger, ret_problems);
  gboolean done = prove_invoices (&proof, error) && prove_uses (&proof, error);
  *ret_invoices = proof.invoices;
  proof_clear (&proof);
  return done;
}

gboolean
verify_invoice_discounts (struct ledger *ledger, const struct invoice *invoice, GPtrArray *ret_problems, GError **error)
{
  struct discount_proof proof;
  proof_init (&proof, ledger, ret_problems);
  gboolean done = prove_invoice (&proof, invoice, error);
  proof_clear (&proof);
  return done;
}
