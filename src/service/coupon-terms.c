/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupon definitions, read and in words. */
#include "service/coupon-terms.h"

#include "base/error.h"
#include "base/json.h"
#include "core/money.h"
#include "service/plan-words.h"

#include <string.h>

const char *const coupon_kind_names[] = { "base", "quantity", "addon", "usage", "spending", "one_off", NULL };
const char *const coupon_scope_names[] = { "", "subscription", "customer", NULL };

/* --- Reading --- */

static const char *
text_of (json_object *object, const char *key)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, key, &value) && json_object_is_type (value, json_type_string) ? json_object_get_string (value)
                                                                                                          : NULL;
}

static gint64
number_of (json_object *object, const char *key)
{
  json_object *value = NULL;
  return json_object_object_get_ex (object, key, &value) && json_object_is_type (value, json_type_int) ? json_object_get_int64 (value) : 0;
}

static char **
codes_of (json_object *object, const char *key)
{
  json_object *list = NULL;
  gsize count = json_object_object_get_ex (object, key, &list) && json_object_is_type (list, json_type_array) ? json_object_array_length (list) : 0;
  char **codes = g_new0 (char *, count + 1);
  for (gsize i = 0; i < count; i++)
    codes[i] = g_strdup (json_object_get_string (json_object_array_get_idx (list, i)));
  return codes;
}

/* The place of the word in a list; -1 when it is not there. */
static int
place_of (const char *const *words, const char *word)
{
  for (int i = 0; word != NULL && words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0)
      return i;
  return -1;
}

static gboolean
read_discount (json_object *root, struct coupon_terms *terms)
{
  const char *percent = text_of (root, "percent"), *amount = text_of (root, "amount"), *currency = text_of (root, "currency");
  if (percent != NULL) {
    terms->discount.is_percent = true;
    return decimal_parse (percent, strlen (percent), &terms->percent) == DECIMAL_OK
           && decimal_from_percent (terms->percent, &terms->discount.fraction) == DECIMAL_OK;
  }
  if (amount == NULL || currency == NULL)
    return FALSE;
  terms->currency = currency_find (currency);
  return terms->currency != NULL && money_parse (amount, strlen (amount), terms->currency, &terms->discount.amount_minor) == MONEY_OK;
}

/* "once", "forever", or { "periods": N }. */
static gboolean
read_duration (json_object *root, struct coupon_terms *terms)
{
  const char *word = text_of (root, "duration");
  json_object *periods = NULL;
  if (word != NULL) {
    terms->periods = strcmp (word, "once") == 0 ? 1 : 0;
    return terms->periods == 1 || strcmp (word, "forever") == 0;
  }
  terms->periods = json_object_object_get_ex (root, "duration", &periods) ? number_of (periods, "periods") : 0;
  return terms->periods > 0;
}

static gboolean
read_cover (json_object *root, struct coupon_terms *terms)
{
  json_object *cover = NULL;
  json_object_object_get_ex (root, "applies_to", &cover);
  terms->plans = codes_of (cover, "plans");
  terms->metrics = codes_of (cover, "metrics");
  g_auto (GStrv) kinds = codes_of (cover, "kinds");
  for (char **kind = kinds; *kind != NULL; kind++) {
    int place = place_of (coupon_kind_names, *kind);
    if (place < 0)
      return FALSE;
    terms->kinds |= 1u << place;
  }
  return TRUE;
}

static gboolean
read_rules (json_object *root, struct coupon_terms *terms)
{
  const char *expires = text_of (root, "expires"), *scope = text_of (root, "scope");
  struct time_text time;
  terms->redemptions_most = number_of (root, "max_redemptions");
  terms->is_once_per_customer = g_strcmp0 (text_of (root, "per_customer"), "once") == 0;
  int place = scope == NULL ? 0 : place_of (coupon_scope_names, scope);
  if (place < 0)
    return FALSE;
  terms->scope = (enum coupon_scope) place;
  if (expires == NULL)
    return TRUE;
  terms->has_expiry = TRUE;
  if (time_parse (expires, strlen (expires), &time) != TIME_OK || time.has_time)
    return FALSE;
  terms->expires = time.date;
  return TRUE;
}

gboolean
coupon_terms_parse (const char *definition, struct coupon_terms **ret, GError **error)
{
  g_autoptr (json_object) root = NULL;
  g_autoptr (coupon_terms_t) terms = g_new0 (struct coupon_terms, 1);
  if (!json_parse_text (definition, strlen (definition), "coupon", JSON_PLAIN, &root, NULL) || !read_discount (root, terms)
      || !read_duration (root, terms) || !read_cover (root, terms) || !read_rules (root, terms))
    return error_set (error, ERROR_LEDGER, "the ledger has a coupon that is not well formed: %s", definition);
  *ret = g_steal_pointer (&terms);
  return TRUE;
}

void
coupon_terms_free (struct coupon_terms *terms)
{
  if (terms == NULL)
    return;
  g_strfreev (terms->plans);
  g_strfreev (terms->metrics);
  g_free (terms);
}

/* --- What it is for --- */

static gboolean
covers_code (char *const *codes, const char *code)
{
  return codes[0] == NULL || (code != NULL && g_strv_contains ((const char *const *) codes, code));
}

gboolean
coupon_terms_cover (const struct coupon_terms *terms, const struct coupon_line *line)
{
  int kind = place_of (coupon_kind_names, line->kind);
  gboolean is_usage = strcmp (line->kind, "usage") == 0;
  if (terms->kinds != 0 && (kind < 0 || (terms->kinds & 1u << kind) == 0))
    return FALSE;
  /* Metrics say which usage; alone they say that usage is meant. */
  if (terms->metrics[0] != NULL && !(is_usage ? covers_code (terms->metrics, line->metric) : terms->kinds != 0))
    return FALSE;
  return covers_code (terms->plans, line->plan);
}

/* --- In words --- */

char *
coupon_discount_words (const struct coupon_terms *terms)
{
  if (terms->discount.is_percent) {
    g_autofree char *percent = decimal_words (terms->percent);
    return g_strconcat (percent, " %", NULL);
  }
  g_autofree char *amount = amount_words (terms->discount.amount_minor, terms->currency);
  return g_strdup_printf ("%s %s", amount, terms->currency->code);
}

char *
coupon_duration_words (const struct coupon_terms *terms)
{
  if (terms->periods == 0)
    return g_strdup ("forever");
  return terms->periods == 1 ? g_strdup ("once") : g_strdup_printf ("%" G_GINT64_FORMAT " periods", terms->periods);
}

char *
coupon_cover_words (const struct coupon_terms *terms)
{
  GString *text = g_string_new (NULL);
  g_autofree char *metrics = g_strjoinv (", ", terms->metrics), *plans = g_strjoinv (", ", terms->plans);
  for (int i = 0; coupon_kind_names[i] != NULL; i++)
    if ((terms->kinds & 1u << i) != 0)
      g_string_append_printf (text, "%s%s", text->len == 0 ? "" : ", ", coupon_kind_names[i]);
  if (terms->metrics[0] != NULL && terms->kinds == 0)
    g_string_append (text, "usage");
  if (terms->metrics[0] != NULL)
    g_string_append_printf (text, " of %s", metrics);
  if (terms->plans[0] != NULL)
    g_string_append_printf (text, "%splan%s %s", text->len == 0 ? "" : "; ", terms->plans[1] == NULL ? "" : "s", plans);
  return g_string_free (text, FALSE);
}

static char *
expiry_words (const struct coupon_terms *terms)
{
  char text[DATE_TEXT_SIZE] = "never";
  if (terms->has_expiry)
    date_format (terms->expires, text);
  return g_strdup (text);
}

static void
add_difference (GPtrArray *ret, const char *what, const char *before, const char *next)
{
  if (strcmp (before, next) != 0)
    g_ptr_array_add (ret, g_strdup_printf ("%s %s -> %s", what, *before == '\0' ? "any" : before, *next == '\0' ? "any" : next));
}

static void
add_count_difference (GPtrArray *ret, const char *what, gint64 before, gint64 next)
{
  g_autofree char *old_words = before == 0 ? g_strdup ("") : g_strdup_printf ("%" G_GINT64_FORMAT, before);
  g_autofree char *new_words = next == 0 ? g_strdup ("") : g_strdup_printf ("%" G_GINT64_FORMAT, next);
  add_difference (ret, what, old_words, new_words);
}

void
coupon_terms_differences (const struct coupon_terms *before, const struct coupon_terms *next, GPtrArray *ret)
{
  static const struct {
    const char *what;
    char *(*words) (const struct coupon_terms *terms);
  } rows[] = {
    { "discount", coupon_discount_words },
    { "duration", coupon_duration_words },
    { "applies to", coupon_cover_words },
    { "expires", expiry_words },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *old_words = rows[i].words (before), *new_words = rows[i].words (next);
    add_difference (ret, rows[i].what, old_words, new_words);
  }
  add_count_difference (ret, "max redemptions", before->redemptions_most, next->redemptions_most);
  add_difference (ret, "per customer", before->is_once_per_customer ? "once" : "", next->is_once_per_customer ? "once" : "");
  add_difference (ret, "scope", coupon_scope_names[before->scope], coupon_scope_names[next->scope]);
}
