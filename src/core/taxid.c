/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax ids of the European Union. A country is a row of the table and a function that sees what stands behind the prefix. */
#include "core/taxid.h"

#include <stdint.h>
#include <string.h>

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static bool
is_letter (char c)
{
  return c >= 'A' && c <= 'Z';
}

static int
digit (char c)
{
  return c - '0';
}

static bool
are_digits (const char *text, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!is_digit (text[i]))
      return false;
  return true;
}

static bool
is_number (const char *text, size_t length)
{
  return strlen (text) == length && are_digits (text, length);
}

static int64_t
value (const char *text, size_t count)
{
  int64_t sum = 0;

  for (size_t i = 0; i < count; i++)
    sum = sum * 10 + digit (text[i]);
  return sum;
}

/* The sum of the digits, each times its weight; as many as there are weights before the 0. */
static int
weigh (const char *text, const int *weights)
{
  int sum = 0;

  for (size_t i = 0; weights[i] != 0; i++)
    sum += digit (text[i]) * weights[i];
  return sum;
}

static const int eight_to_two[] = { 8, 7, 6, 5, 4, 3, 2, 0 };
static const int nine_to_two[] = { 9, 8, 7, 6, 5, 4, 3, 2, 0 };

/* ISO/IEC 7812-1: every second digit from the right is doubled. */
static bool
is_luhn (const char *text, size_t count)
{
  int sum = 0;

  for (size_t i = 0; i < count; i++) {
    const int once = digit (text[count - 1 - i]), twice = once * 2;

    sum += i % 2 == 0 ? once : twice / 10 + twice % 10;
  }
  return sum % 10 == 0;
}

/* ISO/IEC 7064, MOD 11,10. */
static bool
is_mod_11_10 (const char *text, size_t count)
{
  int product = 10;

  for (size_t i = 0; i + 1 < count; i++) {
    const int sum = (digit (text[i]) + product) % 10;

    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (11 - product) % 10 == digit (text[count - 1]);
}

static enum taxid_status
when (bool is_right)
{
  return is_right ? TAXID_OK : TAXID_CHECK;
}

static enum taxid_status
check_austria (const char *id)
{
  int sum = 4;

  if (id[0] != 'U' || !is_number (id + 1, 8))
    return TAXID_FORM;
  for (size_t i = 0; i < 7; i++) {
    const int once = digit (id[i + 1]);

    sum += i % 2 == 0 ? once : once / 5 + once * 2 % 10;
  }
  return when ((10 - sum % 10) % 10 == digit (id[8]));
}

static enum taxid_status
check_belgium (const char *id)
{
  if (!is_number (id, 10) || id[0] > '1')
    return TAXID_FORM;
  return when (97 - value (id, 8) % 97 == value (id + 8, 2));
}

/* Ten digits are those of a person, of a foreigner, or of others. */
static enum taxid_status
check_bulgaria (const char *id)
{
  static const int first[] = { 1, 2, 3, 4, 5, 6, 7, 8, 0 }, second[] = { 3, 4, 5, 6, 7, 8, 9, 10, 0 };
  static const int person[] = { 2, 4, 8, 5, 10, 9, 7, 3, 6, 0 }, foreigner[] = { 21, 19, 17, 13, 11, 9, 7, 3, 1, 0 };
  static const int other[] = { 4, 3, 2, 7, 6, 5, 4, 3, 2, 0 };

  if (is_number (id, 9)) {
    const int sum = weigh (id, first) % 11;

    return when ((sum < 10 ? sum : weigh (id, second) % 11 % 10) == digit (id[8]));
  }
  if (!is_number (id, 10))
    return TAXID_FORM;
  const int last = digit (id[9]);

  return when (weigh (id, person) % 11 % 10 == last || weigh (id, foreigner) % 10 == last
               || (11 - weigh (id, other) % 11) % 11 == last);
}

static enum taxid_status
check_cyprus (const char *id)
{
  static const int odd[] = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21 };
  int sum = 0;

  if (strlen (id) != 9 || !are_digits (id, 8) || !is_letter (id[8]) || strncmp (id, "12", 2) == 0)
    return TAXID_FORM;
  for (size_t i = 0; i < 8; i++)
    sum += i % 2 == 0 ? odd[digit (id[i])] : digit (id[i]);
  return when ('A' + sum % 26 == id[8]);
}

/* Eight digits are a company; nine with a 6 first a special case; else a birth number, of nine digits (before 1954) without a check
 * digit. */
static enum taxid_status
check_czechia (const char *id)
{
  if (is_number (id, 8) && id[0] != '9') {
    const int check = (11 - weigh (id, eight_to_two) % 11) % 11;

    return when ((check == 0 ? 1 : check % 10) == digit (id[7]));
  }
  if (is_number (id, 9) && id[0] == '6') {
    const int sum = weigh (id + 1, eight_to_two) % 11;

    return when ((8 - (10 - sum) % 11 + 10) % 10 == digit (id[8]));
  }
  if (is_number (id, 10))
    return when (value (id, 9) % 11 % 10 == digit (id[9]));
  return is_number (id, 9) ? TAXID_OK : TAXID_FORM;
}

static enum taxid_status
check_germany (const char *id)
{
  return !is_number (id, 9) || id[0] == '0' ? TAXID_FORM : when (is_mod_11_10 (id, 9));
}

static enum taxid_status
check_denmark (const char *id)
{
  static const int weights[] = { 2, 7, 6, 5, 4, 3, 2, 1, 0 };

  return !is_number (id, 8) || id[0] == '0' ? TAXID_FORM : when (weigh (id, weights) % 11 == 0);
}

static enum taxid_status
check_estonia (const char *id)
{
  static const int weights[] = { 3, 7, 1, 3, 7, 1, 3, 7, 1, 0 };

  return !is_number (id, 9) ? TAXID_FORM : when (weigh (id, weights) % 10 == 0);
}

static enum taxid_status
check_greece (const char *id)
{
  static const int weights[] = { 256, 128, 64, 32, 16, 8, 4, 2, 0 };

  return !is_number (id, 9) ? TAXID_FORM : when (weigh (id, weights) % 11 % 10 == digit (id[8]));
}

static bool
is_spanish_letter (int64_t number, char letter)
{
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == letter;
}

/* An organisation: a letter, 7 digits, and a check digit or letter by what the first letter stands for. */
static enum taxid_status
check_spanish_organisation (const char *id)
{
  int sum = 0;

  if (strchr ("ABCDEFGHJNPQRSUVW", id[0]) == NULL || !are_digits (id + 1, 7))
    return TAXID_FORM;
  for (size_t i = 0; i < 7; i++) {
    const int once = digit (id[i + 1]), twice = once * 2;

    sum += i % 2 != 0 ? once : twice / 10 + twice % 10;
  }
  const int check = (10 - sum % 10) % 10;
  const bool by_letter = "JABCDEFGHI"[check] == id[8], by_digit = '0' + check == id[8];

  if (strncmp (id + 1, "00", 2) == 0 || strchr ("NPQRSW", id[0]) != NULL)
    return when (by_letter);
  return when (by_digit || (by_letter && strchr ("ABEH", id[0]) == NULL));
}

static enum taxid_status
check_spain (const char *id)
{
  if (strlen (id) != 9)
    return TAXID_FORM;
  if (are_digits (id, 8) && is_letter (id[8]))
    return when (is_spanish_letter (value (id, 8), id[8]));
  if (strchr ("XYZ", id[0]) != NULL && are_digits (id + 1, 7) && is_letter (id[8]))
    return when (is_spanish_letter ((id[0] - 'X') * 10000000 + value (id + 1, 7), id[8]));
  if (strchr ("KLM", id[0]) != NULL && are_digits (id + 1, 7) && is_letter (id[8]))
    return when (is_spanish_letter (value (id + 1, 7), id[8]));
  return check_spanish_organisation (id);
}

static enum taxid_status
check_finland (const char *id)
{
  static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 0 };

  return !is_number (id, 8) ? TAXID_FORM : when (weigh (id, weights) % 11 == 0);
}

/* The key before the company's number may have letters, without I and O. Numbers from Monaco have zeros in front and no Luhn digit. */
static enum taxid_status
check_france (const char *id)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

  if (strlen (id) != 11 || !are_digits (id + 2, 9))
    return TAXID_FORM;
  const char *const first = strchr (alphabet, id[0]), *const second = strchr (alphabet, id[1]);
  const int64_t company = value (id + 2, 9);

  if (first == NULL || second == NULL)
    return TAXID_FORM;
  if (strncmp (id + 2, "000", 3) != 0 && !is_luhn (id + 2, 9))
    return TAXID_CHECK;
  if (are_digits (id, 2))
    return when ((12 + 3 * (company % 97)) % 97 == value (id, 2));
  const int64_t high = first - alphabet, low = second - alphabet;
  const int64_t key = is_digit (id[0]) ? high * 24 + low - 10 : high * 34 + low - 100;

  return when ((company + 1 + key / 11) % 11 == key % 11);
}

static enum taxid_status
check_croatia (const char *id)
{
  return !is_number (id, 11) ? TAXID_FORM : when (is_mod_11_10 (id, 11));
}

static enum taxid_status
check_hungary (const char *id)
{
  static const int weights[] = { 9, 7, 3, 1, 9, 7, 3, 1, 0 };

  return !is_number (id, 8) ? TAXID_FORM : when (weigh (id, weights) % 10 == 0);
}

/* Seven digits and a check letter, then perhaps another letter; the older form has a letter or sign in the second place. */
static enum taxid_status
check_ireland (const char *id)
{
  static const char alphabet[] = "WABCDEFGHIJKLMNOPQRSTUV";
  const size_t length = strlen (id);
  char digits[] = "0000000";
  int sum = 0;

  if ((length != 8 && length != 9) || !is_digit (id[0]) || !are_digits (id + 2, 5))
    return TAXID_FORM;
  if (is_digit (id[1]))
    memcpy (digits, id, 7);
  else if (length == 8 && (is_letter (id[1]) || id[1] == '+' || id[1] == '*')) {
    memcpy (digits + 1, id + 2, 5);
    digits[6] = id[0];
  } else
    return TAXID_FORM;
  const char *const letter = strchr (alphabet, id[7]), *const extra = length == 9 ? strchr (alphabet, id[8]) : alphabet;

  if (letter == NULL || extra == NULL)
    return TAXID_FORM;
  sum = weigh (digits, eight_to_two) + 9 * (int)(extra - alphabet);
  return when (sum % 23 == letter - alphabet);
}

static enum taxid_status
check_italy (const char *id)
{
  return !is_number (id, 11) || value (id, 7) == 0 ? TAXID_FORM : when (is_luhn (id, 11));
}

/* Nine digits, or twelve for those who are registered for a time; the last but one is 1. */
static enum taxid_status
check_lithuania (const char *id)
{
  const size_t length = strlen (id);
  int first = 0, second = 0;

  if ((length != 9 && length != 12) || !are_digits (id, length) || id[length - 2] != '1')
    return TAXID_FORM;
  for (int i = 0; i + 1 < (int)length; i++) {
    first += digit (id[i]) * (1 + i % 9);
    second += digit (id[i]) * (1 + (i + 2) % 9);
  }
  return when ((first % 11 < 10 ? first % 11 : second % 11 % 10) == digit (id[length - 1]));
}

static enum taxid_status
check_luxembourg (const char *id)
{
  return !is_number (id, 8) ? TAXID_FORM : when (value (id, 6) % 89 == value (id + 6, 2));
}

/* A first digit above 3 is a company's. */
static enum taxid_status
check_latvia (const char *id)
{
  static const int company[] = { 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1, 0 }, person[] = { 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 0 };

  if (!is_number (id, 11))
    return TAXID_FORM;
  if (id[0] > '3')
    return when (weigh (id, company) % 11 == 3);
  return when ((1 + weigh (id, person)) % 11 % 10 == digit (id[10]));
}

static enum taxid_status
check_malta (const char *id)
{
  static const int weights[] = { 3, 4, 6, 7, 8, 9, 10, 1, 0 };

  return !is_number (id, 8) || id[0] == '0' ? TAXID_FORM : when (weigh (id, weights) % 37 == 0);
}

/* Companies have the eleven test over nine digits; since 2020 sole traders have ISO/IEC 7064 MOD 97,10 over all of "NL…". */
static enum taxid_status
check_netherlands (const char *id)
{
  if (strlen (id) != 12 || !are_digits (id, 9) || id[9] != 'B' || !are_digits (id + 10, 2))
    return TAXID_FORM;
  if (value (id, 9) > 0 && weigh (id, nine_to_two) % 11 == digit (id[8]))
    return TAXID_OK;
  /* N is 23, L is 21, B is 11. */
  const int64_t body = (INT64_C (2321) * 1000000000 + value (id, 9)) % 97;

  return when ((body * 10000 + 1100 + value (id + 10, 2)) % 97 == 1);
}

static enum taxid_status
check_poland (const char *id)
{
  static const int weights[] = { 6, 5, 7, 2, 3, 4, 5, 6, 7, 0 };

  return !is_number (id, 10) ? TAXID_FORM : when (weigh (id, weights) % 11 == digit (id[9]));
}

static enum taxid_status
check_portugal (const char *id)
{
  if (!is_number (id, 9) || id[0] == '0')
    return TAXID_FORM;
  const int check = 11 - weigh (id, nine_to_two) % 11;

  return when ((check > 9 ? 0 : check) == digit (id[8]));
}

/* Two to ten digits of a company, or the thirteen of a person. */
static enum taxid_status
check_romania (const char *id)
{
  static const int company[] = { 7, 5, 3, 2, 1, 7, 5, 3, 2, 0 }, person[] = { 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9, 0 };
  const size_t length = strlen (id);
  char digits[] = "0000000000";

  if (is_number (id, 13)) {
    const int sum = weigh (id, person) % 11;

    return when ((sum == 10 ? 1 : sum) == digit (id[12]));
  }
  if (length < 2 || length > 10 || !are_digits (id, length) || id[0] == '0')
    return TAXID_FORM;
  memcpy (digits + 10 - length, id, length);
  return when (weigh (digits, company) * 10 % 11 % 10 == digit (digits[9]));
}

static enum taxid_status
check_sweden (const char *id)
{
  return !is_number (id, 12) || value (id + 10, 2) == 0 ? TAXID_FORM : when (is_luhn (id, 10));
}

static enum taxid_status
check_slovenia (const char *id)
{
  if (!is_number (id, 8) || id[0] == '0')
    return TAXID_FORM;
  const int check = 11 - weigh (id, eight_to_two) % 11;

  return when (check != 11 && check % 10 == digit (id[7]));
}

static enum taxid_status
check_slovakia (const char *id)
{
  return !is_number (id, 10) || id[0] == '0' || strchr ("234789", id[2]) == NULL ? TAXID_FORM : when (value (id, 10) % 11 == 0);
}

static const struct rule {
  char country[3];
  char prefix[3];
  enum taxid_status (*check) (const char *id);
  const char *form;
} rules[] = {
  { "AT", "AT", check_austria, "U and 8 digits" },
  { "BE", "BE", check_belgium, "10 digits, the first 0 or 1" },
  { "BG", "BG", check_bulgaria, "9 or 10 digits" },
  { "CY", "CY", check_cyprus, "8 digits and a letter" },
  { "CZ", "CZ", check_czechia, "8, 9 or 10 digits" },
  { "DE", "DE", check_germany, "9 digits" },
  { "DK", "DK", check_denmark, "8 digits" },
  { "EE", "EE", check_estonia, "9 digits" },
  { "ES", "ES", check_spain, "9 characters, the first or the last a letter" },
  { "FI", "FI", check_finland, "8 digits" },
  { "FR", "FR", check_france, "2 characters and 9 digits" },
  { "GR", "EL", check_greece, "9 digits" },
  { "HR", "HR", check_croatia, "11 digits" },
  { "HU", "HU", check_hungary, "8 digits" },
  { "IE", "IE", check_ireland, "7 digits and one or two letters" },
  { "IT", "IT", check_italy, "11 digits" },
  { "LT", "LT", check_lithuania, "9 or 12 digits, the last but one 1" },
  { "LU", "LU", check_luxembourg, "8 digits" },
  { "LV", "LV", check_latvia, "11 digits" },
  { "MT", "MT", check_malta, "8 digits" },
  { "NL", "NL", check_netherlands, "9 digits, B, and 2 digits" },
  { "PL", "PL", check_poland, "10 digits" },
  { "PT", "PT", check_portugal, "9 digits" },
  { "RO", "RO", check_romania, "2 to 10 digits" },
  { "SE", "SE", check_sweden, "12 digits" },
  { "SI", "SI", check_slovenia, "8 digits" },
  { "SK", "SK", check_slovakia, "10 digits" },
};

static const struct rule *
find_rule (const char *country)
{
  for (size_t i = 0; country != NULL && i < sizeof rules / sizeof *rules; i++)
    if (strcmp (rules[i].country, country) == 0)
      return &rules[i];
  return NULL;
}

bool
taxid_is_eu (const char *country)
{
  return find_rule (country) != NULL;
}

const char *
taxid_prefix (const char *country)
{
  const struct rule *const rule = find_rule (country);

  return rule == NULL ? NULL : rule->prefix;
}

const char *
taxid_form (const char *country)
{
  const struct rule *const rule = find_rule (country);

  return rule == NULL ? NULL : rule->form;
}

/* Upper case, without what only separates. false when it is too long for any tax id. */
static bool
compact (const char *text, char ret[TAXID_TEXT_SIZE])
{
  size_t length = 0;

  for (; *text != '\0'; text++) {
    if (strchr (" .-/", *text) != NULL)
      continue;
    if (length + 1 == TAXID_TEXT_SIZE)
      return false;
    ret[length++] = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
  }
  ret[length] = '\0';
  return true;
}

enum taxid_status
taxid_check (const char *country, const char *text, char ret[TAXID_TEXT_SIZE])
{
  const struct rule *const rule = find_rule (country);
  char id[TAXID_TEXT_SIZE];

  if (rule == NULL)
    return TAXID_NO_RULE;
  if (!compact (text, id))
    return TAXID_FORM;
  const bool has_prefix = strncmp (id, rule->prefix, 2) == 0 || strncmp (id, rule->country, 2) == 0;
  const char *rest = has_prefix ? id + 2 : id;
  enum taxid_status status = rule->check (rest);

  /* A French key may look like the prefix. */
  if (status == TAXID_FORM && has_prefix)
    status = rule->check (rest = id);
  if (status == TAXID_OK) {
    char stored[TAXID_TEXT_SIZE];

    memcpy (stored, rule->prefix, 2);
    memcpy (stored + 2, rest, strlen (rest) + 1);
    memcpy (ret, stored, strlen (stored) + 1);
  }
  return status;
}
