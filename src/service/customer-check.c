/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules for the fields of a customer. */
#include "service/customer-check.h"

#include "base/error.h"
#include "base/text.h"
#include "core/currency.h"
#include "core/taxid.h"

#include <string.h>

enum { SHOWN_MAX = 60, LINE_MAX_CHARACTERS = 256, ADDRESS_MAX_CHARACTERS = 2000, EMAIL_MAX_BYTES = 254, LOCALE_MAX = 35 };

/* ISO 3166-1, the two-letter codes. */
static const char countries[] =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
  "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
  "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
  "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
  "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
  "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
  "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

static const char field_names[][15] = {
  [CUSTOMER_CODE] = "code",         [CUSTOMER_NAME] = "name",         [CUSTOMER_EMAIL] = "email",     [CUSTOMER_CURRENCY] = "currency",
  [CUSTOMER_TIMEZONE] = "timezone", [CUSTOMER_LOCALE] = "locale",     [CUSTOMER_ADDRESS] = "address", [CUSTOMER_COUNTRY] = "country",
  [CUSTOMER_REGION] = "region",     [CUSTOMER_TAX_ID] = "tax_id",     [CUSTOMER_TAX_EXEMPT] = "tax_exempt",
  [CUSTOMER_PAYMENT_METHOD] = "payment_method", [CUSTOMER_PARENT] = "parent",
  [CUSTOMER_PAYS] = "payer",     [CUSTOMER_INVOICES] = "invoices",
};

void
customer_values_clear (struct customer_values *values)
{
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++)
    g_clear_pointer (&values->of[i], g_free);
}

const char *
customer_field_name (enum customer_field field)
{
  return field_names[field];
}

/* The value as a message can carry it: harmless and not too long. */
static char *
shown (const char *text)
{
  const char *end = NULL;
  g_utf8_validate (text, -1, &end);
  gsize length = strlen (text);
  if (length <= SHOWN_MAX)
    return text_sanitize (text, -1);
  gsize cut = SHOWN_MAX;
  while (cut > 0 && ((guchar) text[cut] & 0xc0) == 0x80)
    cut--;
  g_autofree char *head = text_sanitize (text, (gssize) cut);
  return g_strconcat (head, "…", NULL);
}

static gboolean
fail (GError **error, enum customer_field field, const char *text, const char *wrong)
{
  g_autofree char *value = shown (text);
  return error_set (error, ERROR_USAGE, "%s '%s' %s", field_names[field], value, wrong);
}

static gboolean
check_code (enum customer_field field, const char *text, GError **error)
{
  if (text_is_code (text))
    return TRUE;
  fail (error, field, text, "is not a code");
  g_autofree char *near = text_to_code (text);
  if (strlen (text) <= SHOWN_MAX && text_is_code (near))
    return error_add_hint (error, "'%s' would be one: letters, digits, '_', '.', ':' and '-', at most 128, a letter or digit first", near);
  return error_add_hint (error, "codes have letters, digits, '_', '.', ':' and '-', at most 128, a letter or digit first");
}

/* Text on one line that shows what it is. */
static gboolean
check_line (enum customer_field field, const char *text, GError **error)
{
  if (!text_is_utf8 (text, -1, NULL))
    return fail (error, field, text, "is not UTF-8");
  if (g_utf8_strlen (text, -1) > LINE_MAX_CHARACTERS)
    return fail (error, field, text, "is longer than 256 characters");
  if (text_is_plain (text, -1))
    return TRUE;
  fail (error, field, text, "has control characters");
  return error_add_hint (error, "write it as plain text on one line");
}

static gboolean
check_email (const char *text, GError **error)
{
  static const char wrong[] = "is not an e-mail address such as billing@acme.example";
  const char *at = strchr (text, '@');
  if (!check_line (CUSTOMER_EMAIL, text, error))
    return FALSE;
  if (at == NULL || at == text || at[1] == '\0' || strchr (at + 1, '@') != NULL || strchr (text, ' ') != NULL
      || strlen (text) > EMAIL_MAX_BYTES)
    return fail (error, CUSTOMER_EMAIL, text, wrong);
  return TRUE;
}

static gboolean
check_currency (const char *text, char **ret, GError **error)
{
  const struct currency *currency = currency_find (text);
  if (currency != NULL) {
    *ret = g_strdup (currency->code);
    return TRUE;
  }
  fail (error, CUSTOMER_CURRENCY, text, "is not a currency of ISO 4217 to bill in");
  gsize count = 0;
  const struct currency *table = currency_table (&count);
  g_autofree const char **codes = g_new0 (const char *, count + 1);
  for (gsize i = 0; i < count; i++)
    codes[i] = table[i].code;
  g_autofree char *upper = g_ascii_strup (text, -1);
  const char *near = strlen (text) > 8 ? NULL : text_nearest (upper, codes);
  /* Among codes of three letters, two changes are no likeness. */
  if (near != NULL && text_edit_distance (upper, near) == 1)
    return error_add_hint (error, "did you mean '%s'?", near);
  return error_add_hint (error, "currencies have three letters, such as USD or EUR");
}

static gboolean
check_timezone (struct timezone_cache *zones, const char *text, GError **error)
{
  const struct timezone *zone = NULL;
  g_autoptr (GError) problem = NULL;
  if (timezone_cache_get (zones, text, &zone, &problem))
    return TRUE;
  if (!g_error_matches (problem, BILLCTL_ERROR, ERROR_USAGE)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  g_autofree char *hint = error_hint_text (problem);
  fail (error, CUSTOMER_TIMEZONE, text, "is not a time zone");
  return hint == NULL ? FALSE : error_add_hint (error, "%s", hint);
}

/* The shape of BCP 47: "de", "de-DE", "zh-Hant-TW". */
static gboolean
check_locale (const char *text, char **ret, GError **error)
{
  g_autofree char *locale = g_strdelimit (g_strdup (text), "_", '-');
  g_auto (GStrv) parts = g_strsplit (locale, "-", -1);
  gboolean good = strlen (locale) <= LOCALE_MAX;
  for (guint i = 0; good && parts[i] != NULL; i++) {
    gsize length = strlen (parts[i]);
    good = length >= (i == 0 ? 2 : 1) && length <= (i == 0 ? 3 : 8);
    for (gsize j = 0; good && j < length; j++)
      good = i == 0 ? g_ascii_isalpha (parts[i][j]) : g_ascii_isalnum (parts[i][j]);
  }
  if (!good)
    return fail (error, CUSTOMER_LOCALE, text, "is not a locale such as de-DE");
  *ret = g_steal_pointer (&locale);
  return TRUE;
}

gboolean
customer_check_country (const char *what, const char *text, char **ret, GError **error)
{
  g_autofree char *code = g_ascii_strup (text, -1);
  if (strlen (code) == 2 && strchr (code, ' ') == NULL && strstr (countries, code) != NULL) {
    *ret = g_steal_pointer (&code);
    return TRUE;
  }
  g_autofree char *value = shown (text);
  error_set (error, ERROR_USAGE, "%s '%s' is not a country code of ISO 3166", what, value);
  return error_add_hint (error, strcmp (code, "UK") == 0 ? "did you mean 'GB'?" : "countries have two letters, such as DE or US");
}

gboolean
customer_check_tax_id (const char *country, char **tax_id, GError **error)
{
  char stored[TAXID_TEXT_SIZE];
  if (country == NULL || *tax_id == NULL)
    return TRUE;
  enum taxid_status status = taxid_check (country, *tax_id, stored);
  if (status == TAXID_NO_RULE)
    return TRUE;
  if (status == TAXID_OK) {
    g_free (*tax_id);
    *tax_id = g_strdup (stored);
    return TRUE;
  }
  g_autofree char *value = shown (*tax_id);
  error_set (error, ERROR_USAGE, "tax_id '%s' is not a tax id of %s: %s", value, country,
             status == TAXID_FORM ? "it has another form" : "its check digit is wrong");
  return error_add_hint (error, "after %s it has %s%s; without one, leave it empty", taxid_prefix (country), taxid_form (country),
                         status == TAXID_FORM ? "" : ", of which one is mistyped");
}

/* As tax rates name it: short, without blanks around it. */
static gboolean
check_region (const char *text, char **ret, GError **error)
{
  g_autofree char *region = g_ascii_strup (text, -1);
  if (!text_is_code (region)) {
    fail (error, CUSTOMER_REGION, text, "is not a code");
    return error_add_hint (error, "write it as the tax rates do, such as CA or BY");
  }
  *ret = g_steal_pointer (&region);
  return TRUE;
}

/* Several lines are fine; each of them is plain text. */
static gboolean
check_address (const char *text, char **ret, GError **error)
{
  if (!text_is_utf8 (text, -1, NULL))
    return fail (error, CUSTOMER_ADDRESS, text, "is not UTF-8");
  if (g_utf8_strlen (text, -1) > ADDRESS_MAX_CHARACTERS)
    return fail (error, CUSTOMER_ADDRESS, text, "is longer than 2000 characters");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    gsize length = strlen (*line);
    if (length > 0 && (*line)[length - 1] == '\r')
      (*line)[length - 1] = '\0';
    g_autofree char *safe = text_sanitize (*line, -1);
    if (strcmp (safe, *line) != 0)
      return fail (error, CUSTOMER_ADDRESS, text, "has control characters");
  }
  *ret = g_strjoinv ("\n", lines);
  return TRUE;
}

/* The check digit of card numbers (ISO/IEC 7812-1, annex B). */
static gboolean
has_card_check_digit (const char *digits, gsize count)
{
  int sum = 0;
  for (gsize i = 0; i < count; i++) {
    int digit = digits[count - 1 - i] - '0';
    if (i % 2 == 1)
      digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

/* Is there a run of 13 to 19 digits that could be a card number, however it is spaced, or is all of it digits of such a length? */
static gboolean
looks_like_card (const char *text)
{
  enum { LEAST = 13, MOST = 19 };
  g_autoptr (GString) run = g_string_new (NULL);
  gboolean only_digits = TRUE;
  for (const char *c = text;; c++) {
    if (g_ascii_isdigit (*c))
      g_string_append_c (run, *c);
    else if (*c != ' ' && *c != '-' && *c != '.') {
      gboolean all = *c == '\0' && only_digits && run->len >= LEAST - 1;
      if (all || (run->len >= LEAST && run->len <= MOST && has_card_check_digit (run->str, run->len)))
        return TRUE;
      if (*c == '\0')
        return FALSE;
      only_digits = FALSE;
      g_string_truncate (run, 0);
    }
  }
}

/* The ledger has no place for what must be kept secret. The number is not repeated in the message. */
const char *const customer_payer_names[] = { "self", "parent", "parent_apart", NULL };
const char *const customer_grouping_names[] = { "together", "apart", NULL };

/* One of some words, '-' for '_'; the first one is what an empty text means. */
static gboolean
check_choice (enum customer_field field, const char *text, const char *const *names, GError **error)
{
  for (gsize i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], text) == 0)
      return TRUE;
  g_autofree char *all = g_strjoinv (", ", (char **) (gpointer) (gsize) names);
  return error_set (error, ERROR_USAGE, "%s '%s' is none of %s", customer_field_name (field), text, all);
}

static gboolean
check_payment_method (const char *text, GError **error)
{
  if (!check_line (CUSTOMER_PAYMENT_METHOD, text, error))
    return FALSE;
  if (!looks_like_card (text))
    return TRUE;
  error_set (error, ERROR_REFUSED, "payment_method looks like the number of a card: it is not kept here");
  return error_add_hint (error, "give the token that the payment provider has for it, such as pm_1Nx…");
}

static gboolean
may_be_empty (enum customer_field field)
{
  return field != CUSTOMER_CODE && field != CUSTOMER_NAME && field != CUSTOMER_CURRENCY && field != CUSTOMER_TIMEZONE;
}

gboolean
customer_check (struct timezone_cache *zones, enum customer_field field, const char *text, char **ret, GError **error)
{
  g_autofree char *stored = NULL;
  gboolean good = TRUE;
  if (*text == '\0') {
    *ret = NULL;
    return may_be_empty (field) ? TRUE : error_set (error, ERROR_USAGE, "%s is empty", field_names[field]);
  }
  switch (field) {
    case CUSTOMER_CODE:
    case CUSTOMER_PARENT:
      good = check_code (field, text, error);
      break;
    case CUSTOMER_EMAIL:
      good = check_email (text, error);
      break;
    case CUSTOMER_CURRENCY:
      good = check_currency (text, &stored, error);
      break;
    case CUSTOMER_TIMEZONE:
      good = check_timezone (zones, text, error);
      break;
    case CUSTOMER_LOCALE:
      good = check_locale (text, &stored, error);
      break;
    case CUSTOMER_ADDRESS:
      good = check_address (text, &stored, error);
      break;
    case CUSTOMER_COUNTRY:
      good = customer_check_country (field_names[CUSTOMER_COUNTRY], text, &stored, error);
      break;
    case CUSTOMER_REGION:
      good = check_region (text, &stored, error);
      break;
    case CUSTOMER_PAYS:
      good = check_choice (field, text, customer_payer_names, error);
      break;
    case CUSTOMER_INVOICES:
      good = check_choice (field, text, customer_grouping_names, error);
      break;
    case CUSTOMER_PAYMENT_METHOD:
      good = check_payment_method (text, error);
      break;
    case CUSTOMER_NAME:
    case CUSTOMER_TAX_EXEMPT:
    case CUSTOMER_TAX_ID:
    case CUSTOMER_FIELD_COUNT:
      good = check_line (field, text, error);
      break;
  }
  if (good)
    *ret = stored == NULL ? g_strdup (text) : g_steal_pointer (&stored);
  return good;
}

void
customer_to_values (const struct customer *customer, struct customer_values *ret)
{
  *ret = (struct customer_values){ .of = {
    [CUSTOMER_CODE] = g_strdup (customer->code),
    [CUSTOMER_NAME] = g_strdup (customer->name),
    [CUSTOMER_EMAIL] = g_strdup (customer->email),
    [CUSTOMER_CURRENCY] = g_strdup (customer->currency),
    [CUSTOMER_TIMEZONE] = g_strdup (customer->timezone),
    [CUSTOMER_LOCALE] = g_strdup (customer->locale),
    [CUSTOMER_ADDRESS] = g_strdup (customer->address),
    [CUSTOMER_COUNTRY] = g_strdup (customer->country),
    [CUSTOMER_REGION] = g_strdup (customer->region),
    [CUSTOMER_TAX_ID] = g_strdup (customer->tax_id),
    [CUSTOMER_TAX_EXEMPT] = g_strdup (customer->tax_exempt),
    [CUSTOMER_PAYMENT_METHOD] = g_strdup (customer->payment_method),
    [CUSTOMER_PAYS] = g_strdup (customer->payer),
    [CUSTOMER_INVOICES] = g_strdup (customer->grouping),
    [CUSTOMER_PARENT] = g_strdup (customer->parent_code),
  } };
}

void
customer_from_values (const struct customer_values *values, struct customer *customer)
{
  customer->code = values->of[CUSTOMER_CODE];
  customer->name = values->of[CUSTOMER_NAME];
  customer->email = values->of[CUSTOMER_EMAIL];
  customer->currency = values->of[CUSTOMER_CURRENCY];
  customer->timezone = values->of[CUSTOMER_TIMEZONE];
  customer->locale = values->of[CUSTOMER_LOCALE];
  customer->address = values->of[CUSTOMER_ADDRESS];
  customer->country = values->of[CUSTOMER_COUNTRY];
  customer->region = values->of[CUSTOMER_REGION];
  customer->tax_id = values->of[CUSTOMER_TAX_ID];
  customer->tax_exempt = values->of[CUSTOMER_TAX_EXEMPT];
  customer->payment_method = values->of[CUSTOMER_PAYMENT_METHOD];
  customer->payer = values->of[CUSTOMER_PAYS] == NULL ? customer_payer_names[0] : values->of[CUSTOMER_PAYS];
  customer->grouping = values->of[CUSTOMER_INVOICES] == NULL ? customer_grouping_names[0] : values->of[CUSTOMER_INVOICES];
  customer->parent_code = values->of[CUSTOMER_PARENT];
}
