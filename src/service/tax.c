/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taxes of drafts: which rates hold, and what they come to. */
#include "service/tax.h"

#include "base/error.h"
#include "base/json.h"
#include "core/date.h"
#include "core/tax.h"
#include "core/taxid.h"
#include "store/setting.h"
#include "store/tax.h"

#include <string.h>

/* A rate of the ledger, or one that stands for the reason why there is none. */
struct rate {
  struct tax_rate rate;
  const char *code;
  const char *name;
  const char *percent;
  const char *country; /* NULL: any, as are the next */
  const char *region;
  const char *category;
  gint64 from_day;
  gint64 until_day; /* 0: it holds on */
};

/* The rates for lines of one category, as places in `matches`. */
struct matched {
  const char *category;
  guint first;
  guint count;
};

struct tax_book {
  struct ledger *ledger; /* NULL: a single rate, which is loaded */
  gboolean is_loaded;
  GStringChunk *text;
  GArray *rates;         /* struct rate, by code and day */
  enum tax_rounding rounding;
  struct tax_payer payer;
  gboolean has_payer; /* the next is read */
  struct tax_payer_row row;
  struct rate instead;   /* of all rates, when `replaced` */
  gboolean replaced;
  /* Of the draft at hand: */
  GArray *used;    /* const struct rate *: what the matches refer to */
  GArray *cores;   /* struct tax_rate, beside them */
  GArray *totals;  /* struct tax_total, beside them */
  GArray *matches; /* gsize: places in `used` */
  GArray *matched; /* struct matched */
  GArray *entries; /* struct tax_entry */
  GArray *nets;    /* gint64 */
  GString *scratch;
};

struct tax_book *
tax_book_new (struct ledger *ledger)
{
  struct tax_book *book = g_new0 (struct tax_book, 1);
  book->ledger = ledger;
  book->text = g_string_chunk_new (256);
  book->rates = g_array_new (FALSE, FALSE, sizeof (struct rate));
  book->used = g_array_new (FALSE, FALSE, sizeof (const struct rate *));
  book->cores = g_array_new (FALSE, FALSE, sizeof (struct tax_rate));
  book->totals = g_array_new (FALSE, FALSE, sizeof (struct tax_total));
  book->matches = g_array_new (FALSE, FALSE, sizeof (gsize));
  book->matched = g_array_new (FALSE, FALSE, sizeof (struct matched));
  book->entries = g_array_new (FALSE, FALSE, sizeof (struct tax_entry));
  book->nets = g_array_new (FALSE, FALSE, sizeof (gint64));
  book->scratch = g_string_new (NULL);
  return book;
}

void
tax_book_free (struct tax_book *book)
{
  if (book == NULL)
    return;
  GArray *const arrays[] = { book->rates, book->used, book->cores, book->totals, book->matches, book->matched, book->entries, book->nets };
  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_unref (arrays[i]);
  g_string_chunk_free (book->text);
  g_string_free (book->scratch, TRUE);
  tax_payer_clear (&book->row);
  g_free (book);
}

gboolean
tax_book_single (struct decimal percent, struct tax_book **ret, GError **error)
{
  char text[DECIMAL_TEXT_SIZE];
  gint64 parts = 0;
  decimal_format (percent, text);
  if (!tax_percent_to_parts (percent, &parts)) {
    error_set (error, ERROR_USAGE, "tax '%s' is not a percentage from 0 to 100 with at most %d decimals", text, TAX_PERCENT_PLACES_MAX);
    return error_add_hint (error, "19 is nineteen per cent");
  }
  struct tax_book *book = tax_book_new (NULL);
  const struct rate rate = { .rate = { TAX_EXCLUSIVE, parts },
                             .code = "tax",
                             .name = "Tax",
                             .percent = g_string_chunk_insert (book->text, text),
                             .from_day = TAX_DAY_FIRST };
  g_array_append_val (book->rates, rate);
  book->is_loaded = TRUE;
  *ret = book;
  return TRUE;
}

/* --- The rates of the ledger, and the payer --- */

static const char *
keep (struct tax_book *book, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert_const (book->text, text);
}

static gboolean
load_rate (const struct tax_rate_row *row, void *data, GError **error)
{
  struct tax_book *book = data;
  struct decimal percent;
  struct rate rate = {
    .code = keep (book, row->code),
    .name = keep (book, row->name),
    .percent = keep (book, row->percent),
    .country = keep (book, row->country),
    .region = keep (book, row->region),
    .category = keep (book, row->category),
    .from_day = row->from_day,
    .until_day = row->until_day,
  };
  if (!tax_kind_parse (row->kind, &rate.rate.kind) || decimal_parse (row->percent, strlen (row->percent), &percent) != DECIMAL_OK
      || !tax_percent_to_parts (percent, &rate.rate.parts))
    return error_set (error, ERROR_LEDGER, "the tax rate %s is not well formed", row->code);
  g_array_append_val (book->rates, rate);
  return TRUE;
}

static gboolean
load (struct tax_book *book, GError **error)
{
  g_autofree char *rounding = NULL;
  if (book->is_loaded)
    return TRUE;
  if (!tax_rate_each (book->ledger, NULL, load_rate, book, error) || !setting_get (book->ledger, "invoice.tax-rounding", &rounding, error))
    return FALSE;
  book->rounding = strcmp (rounding, "line") == 0 ? TAX_ROUND_LINE : TAX_ROUND_INVOICE;
  book->is_loaded = TRUE;
  return TRUE;
}

void
tax_book_for (struct tax_book *book, const struct tax_payer *payer)
{
  book->payer = *payer;
  book->has_payer = FALSE;
}

static gboolean
is_reverse_charge (const struct tax_payer_row *row)
{
  char stored[TAXID_TEXT_SIZE];
  return taxid_is_eu (row->issuer_country) && taxid_is_eu (row->country) && strcmp (row->issuer_country, row->country) != 0
         && row->tax_id != NULL && taxid_check (row->country, row->tax_id, stored) == TAXID_OK;
}

static gboolean
read_payer (struct tax_book *book, GError **error)
{
  if (book->has_payer || book->ledger == NULL)
    return TRUE;
  tax_payer_clear (&book->row);
  if (!tax_payer_read (book->ledger, book->payer.customer_id, book->payer.issuer_id, &book->row, error))
    return FALSE;
  book->has_payer = TRUE;
  book->replaced = TRUE;
  if (book->row.exempt != NULL)
    book->instead = (struct rate){ .rate = { TAX_EXEMPT, 0 }, .code = "exempt", .name = book->row.exempt };
  else if (is_reverse_charge (&book->row))
    book->instead = (struct rate){ .rate = { TAX_REVERSE_CHARGE, 0 }, .code = "reverse_charge", .name = "Reverse charge" };
  else
    book->replaced = FALSE;
  book->instead.percent = "0";
  book->instead.country = book->row.country;
  return TRUE;
}

/* --- Which rates hold --- */

struct place {
  const char *country; /* NULL: the rates that name none */
  const char *region;
  const char *category;
  gint64 day;
};

static gboolean
holds (const struct rate *rate, const struct place *place)
{
  return g_strcmp0 (rate->country, place->country) == 0 && (rate->region == NULL || g_strcmp0 (rate->region, place->region) == 0)
         && (rate->category == NULL || g_strcmp0 (rate->category, place->category) == 0) && rate->from_day <= place->day
         && (rate->until_day == 0 || place->day < rate->until_day);
}

/* Is there a rate for the very category, where this one is for any? */
static gboolean
is_replaced (const struct tax_book *book, const struct rate *general, const struct place *place)
{
  for (guint i = 0; general->category == NULL && i < book->rates->len; i++) {
    const struct rate *rate = &g_array_index (book->rates, struct rate, i);
    if (rate->category != NULL && g_strcmp0 (rate->region, general->region) == 0 && holds (rate, place))
      return TRUE;
  }
  return FALSE;
}

/* The place of the rate among those of the draft. */
static gsize
use (struct tax_book *book, const struct rate *rate)
{
  for (guint i = 0; i < book->used->len; i++)
    if (g_array_index (book->used, const struct rate *, i) == rate)
      return i;
  g_array_append_val (book->used, rate);
  g_array_append_val (book->cores, rate->rate);
  return book->used->len - 1;
}

static void
match_place (struct tax_book *book, const struct place *place)
{
  for (guint i = 0; i < book->rates->len; i++) {
    const struct rate *rate = &g_array_index (book->rates, struct rate, i);
    if (holds (rate, place) && !is_replaced (book, rate, place)) {
      gsize index = use (book, rate);
      g_array_append_val (book->matches, index);
    }
  }
}

static struct matched
match (struct tax_book *book, const char *category, gint64 day)
{
  for (guint i = 0; i < book->matched->len; i++) {
    struct matched known = g_array_index (book->matched, struct matched, i);
    if (g_strcmp0 (known.category, category) == 0)
      return known;
  }
  struct matched fresh = { .category = category, .first = book->matches->len };
  struct place place = { book->row.country, book->row.region, category, day };
  if (book->replaced) {
    gsize index = use (book, &book->instead);
    g_array_append_val (book->matches, index);
  } else {
    if (place.country != NULL)
      match_place (book, &place);
    if (book->matches->len == fresh.first) {
      place.country = place.region = NULL;
      match_place (book, &place);
    }
  }
  fresh.count = book->matches->len - fresh.first;
  g_array_append_val (book->matched, fresh);
  return fresh;
}

/* --- What they come to --- */

static gboolean
does_not_fit (GError **error)
{
  return error_set (error, ERROR_FAILED, "the taxes of an invoice do not fit 64 bits of minor units");
}

static void
begin (struct tax_book *book)
{
  GArray *const arrays[] = { book->used, book->cores, book->totals, book->matches, book->matched, book->entries, book->nets };
  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_set_size (arrays[i], 0);
}

static gboolean
add_entries (struct tax_book *book, const struct taxed_draft *draft, GError **error)
{
  const gint64 day = book->payer.zone == NULL ? draft->due_us / MICROSECONDS_PER_DAY : timezone_date (book->payer.zone, draft->due_us).day;
  for (gsize i = 0; i < draft->count; i++) {
    const struct invoice_line *line = &draft->lines[i];
    gint64 net = 0;
    if (__builtin_sub_overflow (line->amount_minor, line->discount_minor, &net))
      return does_not_fit (error);
    g_array_append_val (book->nets, net);
    struct matched matched = match (book, line->category, day);
    for (guint m = matched.first; m < matched.first + matched.count; m++) {
      struct tax_entry entry = { .line = i, .rate = g_array_index (book->matches, gsize, m) };
      g_array_append_val (book->entries, entry);
    }
  }
  return TRUE;
}

void
line_tax_append (GString *out, const struct line_tax *tax)
{
  g_string_append_printf (out, "%s{\"code\":\"%s\",\"kind\":\"%s\",\"percent\":\"%s\",\"base\":%" G_GINT64_FORMAT ",\"amount\":%" G_GINT64_FORMAT "}",
                          out->len == 0 ? "[" : ",", tax->code, tax->kind, tax->percent, tax->base_minor, tax->tax_minor);
}

/* The taxes of the line whose entries begin at `first`; returns where those of the next one begin. */
static guint
write_line (struct tax_book *book, const struct taxed_draft *draft, guint first)
{
  struct invoice_line *line = &draft->lines[g_array_index (book->entries, struct tax_entry, first).line];
  guint i = first;
  g_string_truncate (book->scratch, 0);
  for (; i < book->entries->len; i++) {
    const struct tax_entry *entry = &g_array_index (book->entries, struct tax_entry, i);
    if (&draft->lines[entry->line] != line)
      break;
    const struct rate *rate = g_array_index (book->used, const struct rate *, entry->rate);
    const struct line_tax tax = { rate->code, tax_kind_name (rate->rate.kind), rate->percent, entry->base_minor, entry->tax_minor };
    line->tax_minor += entry->tax_minor; /* no more than the amount for those inside it; checked in all for the others */
    line_tax_append (book->scratch, &tax);
  }
  g_string_append_c (book->scratch, ']');
  line->taxes = g_string_chunk_insert (draft->text, book->scratch->str);
  return i;
}

static const char *
keep_text (const struct taxed_draft *draft, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert (draft->text, text);
}

static gboolean
write_total (struct tax_book *book, const struct taxed_draft *draft, guint index, GArray *taxes, struct taxed_result *result)
{
  const struct rate *rate = g_array_index (book->used, const struct rate *, index);
  const struct tax_total *total = &g_array_index (book->totals, struct tax_total, index);
  const struct invoice_tax tax = {
    .code = keep_text (draft, rate->code),
    .name = keep_text (draft, rate->name),
    .kind = tax_kind_name (rate->rate.kind),
    .percent = keep_text (draft, rate->percent),
    .country = keep_text (draft, rate->country),
    .base_minor = total->base_minor,
    .tax_minor = total->tax_minor,
  };
  g_array_append_val (taxes, tax);
  if (rate->rate.kind == TAX_EXCLUSIVE && __builtin_add_overflow (result->added_minor, total->tax_minor, &result->added_minor))
    return FALSE;
  return !__builtin_add_overflow (result->tax_minor, total->tax_minor, &result->tax_minor);
}

/* Could there be a rate, if only the customer were somewhere? */
static gboolean
lacks_place (const struct tax_book *book)
{
  gboolean any = FALSE;
  for (guint i = 0; i < book->rates->len; i++)
    any = any || g_array_index (book->rates, struct rate, i).country != NULL;
  return any && book->ledger != NULL && book->row.country == NULL;
}

gboolean
tax_apply (struct tax_book *book, const struct taxed_draft *draft, GArray *taxes, struct taxed_result *ret, GError **error)
{
  struct taxed_result result = { 0 };
  *ret = result;
  if (!load (book, error))
    return FALSE;
  if (book->rates->len == 0)
    return TRUE;
  begin (book);
  if (!read_payer (book, error) || !add_entries (book, draft, error))
    return FALSE;
  g_array_set_size (book->totals, book->used->len);
  const struct tax_sheet sheet = {
    .rounding = book->rounding,
    .rate_count = book->used->len,
    .rates = (const struct tax_rate *) (gpointer) book->cores->data,
    .nets_minor = (const gint64 *) (gpointer) book->nets->data,
    .entry_count = book->entries->len,
    .entries = (struct tax_entry *) (gpointer) book->entries->data,
    .totals = (struct tax_total *) (gpointer) book->totals->data,
  };
  if (!tax_compute (&sheet))
    return does_not_fit (error);
  for (guint i = 0; i < book->entries->len;)
    i = write_line (book, draft, i);
  for (guint i = 0; i < book->used->len; i++)
    if (!write_total (book, draft, i, taxes, &result))
      return does_not_fit (error);
  if (book->replaced)
    result.note = keep_text (draft, book->instead.name);
  result.no_place = book->used->len == 0 && lacks_place (book);
  *ret = result;
  return TRUE;
}

/* --- Reading them back --- */

static gboolean
member_text (const struct json_node *object, const char *key, const char **ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  return json_node_string (&node, ret, error);
}

static gboolean
member_int64 (const struct json_node *object, const char *key, gint64 *ret, GError **error)
{
  struct json_node node = json_node_member (object, key);
  return json_node_int64 (&node, ret, error);
}

gboolean
line_taxes_each (const char *taxes, line_tax_visit visit, void *data, GError **error)
{
  g_autoptr (json_object) root = NULL;
  if (taxes == NULL)
    return TRUE;
  if (!json_parse_text (taxes, strlen (taxes), "taxes", JSON_PLAIN, &root, error))
    return FALSE;
  const struct json_node list = { .value = root };
  for (gsize i = 0; i < json_node_length (&list); i++) {
    const struct json_node node = json_node_element (&list, i);
    struct line_tax tax = { 0 };
    if (!member_text (&node, "code", &tax.code, error) || !member_text (&node, "kind", &tax.kind, error)
        || !member_text (&node, "percent", &tax.percent, error) || !member_int64 (&node, "base", &tax.base_minor, error)
        || !member_int64 (&node, "amount", &tax.tax_minor, error) || !visit (&tax, data, error))
      return FALSE;
  }
  return TRUE;
}
