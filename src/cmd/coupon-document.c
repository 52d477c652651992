/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons and redemptions as rows. */
#include "cmd/coupon-document.h"

#include "base/json.h"
#include "service/plan-words.h"

const struct column coupon_columns[COUPON_COLUMN_COUNT] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 3 },
  { .key = "discount", .title = "Discount", .kind = CELL_TEXT },
  { .key = "percent", .title = "Percent", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY, .hidden = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY, .hidden = TRUE },
  { .key = "duration", .title = "Duration", .kind = CELL_TEXT },
  { .key = "periods", .title = "Periods", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "covers", .title = "Applies to", .kind = CELL_TEXT, .wrap = TRUE, .spare = 2 },
  { .key = "applies_to", .title = "Applies to, exactly", .kind = CELL_JSON, .hidden = TRUE },
  { .key = "scope", .title = "Scope", .kind = CELL_CODE, .spare = 5 },
  { .key = "per_customer", .title = "Per customer", .kind = CELL_CODE, .spare = 6 },
  { .key = "redeemed", .title = "Redeemed", .kind = CELL_INTEGER },
  { .key = "max_redemptions", .title = "Of", .kind = CELL_INTEGER, .spare = 4 },
  { .key = "expires", .title = "Expires", .kind = CELL_DATE, .spare = 1 },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
};

static void
append_codes (GString *out, const char *key, const char *const *codes, guint chosen)
{
  const char *separator = "";
  g_string_append_printf (out, "%s\"%s\":[", out->len == 1 ? "" : ",", key);
  for (int i = 0; codes[i] != NULL; i++) {
    if ((chosen & 1u << MIN (i, 31)) == 0)
      continue;
    g_string_append (out, separator);
    json_append_string (out, codes[i]);
    separator = ",";
  }
  g_string_append_c (out, ']');
}

/* Empty lists for what is not restricted. */
static char *
cover_json (const struct coupon_terms *terms)
{
  GString *out = g_string_new ("{");
  append_codes (out, "kinds", coupon_kind_names, terms->kinds);
  append_codes (out, "metrics", (const char *const *) terms->metrics, G_MAXUINT);
  append_codes (out, "plans", (const char *const *) terms->plans, G_MAXUINT);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

typedef gboolean (*cells_writer) (struct document *document, const struct cell *cells, enum format format, GError **error);

static gboolean
write_coupon (const struct coupon_row *row, struct document *document, cells_writer write, enum format format, GError **error)
{
  const struct coupon *coupon = row->coupon;
  const struct coupon_terms *terms = row->terms;
  gboolean is_percent = terms->discount.is_percent;
  g_autofree char *discount = coupon_discount_words (terms), *duration = coupon_duration_words (terms);
  g_autofree char *covers = coupon_cover_words (terms), *cover = cover_json (terms), *percent = decimal_words (terms->percent);
  const struct cell cells[COUPON_COLUMN_COUNT] = {
    cell_code (coupon->code),
    cell_text (coupon->name),
    cell_text (discount),
    is_percent ? cell_decimal (percent) : cell_null (),
    is_percent ? cell_null () : cell_money (terms->discount.amount_minor, terms->currency),
    is_percent ? cell_null () : cell_currency (terms->currency->code),
    cell_text (duration),
    terms->periods == 0 ? cell_null () : cell_integer (terms->periods),
    cell_text (*covers == '\0' ? "everything" : covers),
    cell_json (cover),
    cell_code (terms->scope == COUPON_ANYWHERE ? "any" : coupon_scope_names[terms->scope]),
    cell_code (terms->is_once_per_customer ? "once" : "any"),
    cell_integer (coupon->redeemed),
    terms->redemptions_most == 0 ? cell_null () : cell_integer (terms->redemptions_most),
    terms->has_expiry ? cell_date (terms->expires) : cell_null (),
    cell_code (row->status),
  };
  return write (document, cells, format, error);
}

static gboolean
write_as_row (struct document *document, const struct cell *cells, enum format format, GError **error)
{
  (void) format;
  return document_row (document, cells, error);
}

static gboolean
write_as_fields (struct document *document, const struct cell *cells, enum format format, GError **error)
{
  for (gsize i = 0; i < COUPON_COLUMN_COUNT; i++) {
    const struct column *column = &coupon_columns[i];
    if ((format != FORMAT_TABLE || !column->hidden) && !document_field (document, column->key, column->title, cells[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
coupon_write_row (const struct coupon_row *row, void *data, GError **error)
{
  return write_coupon (row, data, write_as_row, FORMAT_TABLE, error);
}

gboolean
coupon_write_fields (const struct coupon_row *row, struct document *document, enum format format, GError **error)
{
  return write_coupon (row, document, write_as_fields, format, error);
}

const struct column redemption_columns[REDEMPTION_COLUMN_COUNT] = {
  { .key = "redemption", .title = "#", .kind = CELL_INTEGER },
  { .key = "coupon", .title = "Coupon", .kind = CELL_CODE, .spare = 6 },
  { .key = "customer", .title = "Customer", .kind = CELL_CODE },
  { .key = "subscription", .title = "Subscription", .kind = CELL_CODE },
  { .key = "discount", .title = "Discount", .kind = CELL_TEXT },
  { .key = "duration", .title = "Duration", .kind = CELL_TEXT, .spare = 4 },
  { .key = "from", .title = "From", .kind = CELL_DATE, .spare = 1 },
  { .key = "until", .title = "Until", .kind = CELL_DATE, .spare = 3 },
  { .key = "uses", .title = "Uses", .kind = CELL_INTEGER, .spare = 2 },
  { .key = "status", .title = "Status", .kind = CELL_CODE },
};

/* Writes the row, or each cell as a field. */
static gboolean
write_redemption (const struct redemption_row *row, struct document *document, gboolean as_fields, GError **error)
{
  const struct redemption *redemption = row->redemption;
  g_autofree char *discount = coupon_discount_words (row->terms), *duration = coupon_duration_words (row->terms);
  const struct cell cells[REDEMPTION_COLUMN_COUNT] = {
    cell_integer (redemption->id),
    cell_code (redemption->coupon_code),
    cell_code (redemption->customer_code),
    cell_code (redemption->subscription_code),
    cell_text (discount),
    cell_text (duration),
    cell_date (row->from),
    row->has_until ? cell_date (row->until) : cell_null (),
    cell_integer (redemption->uses),
    cell_code (row->status),
  };
  if (!as_fields)
    return document_row (document, cells, error);
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    if (!document_field (document, redemption_columns[i].key, redemption_columns[i].title, cells[i], error))
      return FALSE;
  return TRUE;
}

gboolean
redemption_write_row (const struct redemption_row *row, void *data, GError **error)
{
  return write_redemption (row, data, FALSE, error);
}

static void
print_line (const struct redemption_row *row, FILE *out)
{
  const struct redemption *redemption = row->redemption;
  g_autofree char *discount = coupon_discount_words (row->terms), *duration = coupon_duration_words (row->terms);
  char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
  date_format (row->from, from);
  date_format (row->until, until);
  fprintf (out, "%s: coupon %s, %s off, %s, from %s%s%s\n",
           redemption->subscription_id == 0 ? redemption->customer_code : redemption->subscription_code, redemption->coupon_code, discount,
           duration, from, row->has_until ? " until " : "", row->has_until ? until : "");
}

gboolean
redemption_answer (struct invocation *invocation, const struct redemption_row *row, GError **error)
{
  g_autoptr (document_t) document = NULL;
  if (!invocation->format_given && invocation->render.columns == NULL) {
    print_line (row, invocation->render.out);
    return TRUE;
  }
  return document_new (&invocation->render, &document, error) && write_redemption (row, document, TRUE, error)
         && document_close (document, error);
}
