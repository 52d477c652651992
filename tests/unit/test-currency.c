/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The currency table: digits from ISO 4217 list one, and what is not in it. */
#include "core/currency.h"

#include "tap-main.h"

#include <string.h>

START_TEST (digits_and_numbers)
{
  static const struct {
    const char *code;
    int number, digits;
  } rows[] = {
    { "USD", 840, 2 }, { "EUR", 978, 2 }, { "GBP", 826, 2 }, { "CHF", 756, 2 }, { "AED", 784, 2 }, { "ZWG", 924, 2 },
    { "XCG", 532, 2 }, { "MGA", 969, 2 }, { "MRU", 929, 2 }, { "HUF", 348, 2 }, { "ALL", 8, 2 },   { "ISK", 352, 0 },
    { "JPY", 392, 0 }, { "KRW", 410, 0 }, { "UGX", 800, 0 }, { "UYI", 940, 0 }, { "VND", 704, 0 }, { "XPF", 953, 0 },
    { "BHD", 48, 3 },  { "IQD", 368, 3 }, { "JOD", 400, 3 }, { "KWD", 414, 3 }, { "LYD", 434, 3 }, { "OMR", 512, 3 },
    { "TND", 788, 3 }, { "CLF", 990, 4 }, { "UYW", 927, 4 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct currency *currency = currency_find (rows[i].code);

    ck_assert_msg (currency != NULL && strcmp (currency->code, rows[i].code) == 0, "%s", rows[i].code);
    ck_assert_msg (currency->number == rows[i].number && currency->digits == rows[i].digits, "%s", rows[i].code);
  }
}
END_TEST

START_TEST (letter_case_does_not_matter)
{
  ck_assert_ptr_eq (currency_find ("usd"), currency_find ("USD"));
  ck_assert_ptr_eq (currency_find ("Eur"), currency_find ("EUR"));
  ck_assert_ptr_nonnull (currency_find ("usd"));
  ck_assert_ptr_nonnull (currency_find ("zar")); /* both ends of the alphabet */
}
END_TEST

START_TEST (what_is_no_currency)
{
  static const char *const codes[] = {
    "",    "U",   "US",  "USDX", "usd ", " USD", "$",   "U$D", "840", "\xC3\xA9UR",
    "AAA", "ZZZ", "US{", "XAU",  "XAG",  "XXX",  "XTS", "XDR", "XSU", "XUA", /* no minor unit */
    "BGN", "HRK", "DEM", "ANG",  "ZWL",  "SLL",  "CUC", "VEF", "MRO", "STD", /* withdrawn */
  };

  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    ck_assert_msg (currency_find (codes[i]) == NULL, "\"%s\"", codes[i]);
}
END_TEST

START_TEST (table_is_well_formed)
{
  size_t count;
  const struct currency *const table = currency_table (&count);
  int by_digits[5] = { 0 };

  ck_assert_uint_eq (count, 165);
  for (size_t i = 0; i < count; i++) {
    ck_assert_msg (strlen (table[i].code) == 3 && strspn (table[i].code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3, "row %zu", i);
    ck_assert_msg (i == 0 || strcmp (table[i - 1].code, table[i].code) < 0, "%s is not in order", table[i].code);
    ck_assert_ptr_eq (currency_find (table[i].code), &table[i]);
    for (size_t j = 0; j < i; j++)
      ck_assert_msg (table[i].number != table[j].number, "%s and %s", table[i].code, table[j].code);
    ck_assert_msg (table[i].digits >= 0 && table[i].digits <= 4, "%s", table[i].code);
    by_digits[table[i].digits]++;
  }
  ck_assert_int_eq (by_digits[1], 0);
  ck_assert_int_eq (by_digits[3], 7);
  ck_assert_int_eq (by_digits[4], 2);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("currency");
  TCase *tcase = tcase_create ("table");

  tcase_add_test (tcase, digits_and_numbers);
  tcase_add_test (tcase, letter_case_does_not_matter);
  tcase_add_test (tcase, what_is_no_currency);
  tcase_add_test (tcase, table_is_well_formed);
  suite_add_tcase (suite, tcase);
  return suite;
}
