/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax ids: numbers that their owners or tax offices publish, and what one wrong digit makes of them. */
#include "core/taxid.h"

#include "tap-main.h"

#include <string.h>

static const struct {
  const char *country, *text, *stored;
} good[] = {
  { "AT", "ATU13585627", "ATU13585627" },     { "AT", "u 1358 5627", "ATU13585627" },
  { "BE", "BE 0403.019.261", "BE0403019261" }, { "BG", "BG175074752", "BG175074752" },
  { "BG", "7523169263", "BG7523169263" },      { "BG", "7111042925", "BG7111042925" },
  { "CY", "CY-10259033P", "CY10259033P" },     { "CZ", "CZ 25123891", "CZ25123891" },
  { "CZ", "7103192745", "CZ7103192745" },      { "CZ", "640903926", "CZ640903926" },
  { "DE", "DE 136/695 976", "DE136695976" },   { "DE", "de136695976", "DE136695976" },
  { "DK", "DK 13585628", "DK13585628" },       { "EE", "EE100931558", "EE100931558" },
  { "ES", "ESB58378431", "ESB58378431" },      { "ES", "54362315-K", "ES54362315K" },
  { "ES", "X-2482300W", "ESX2482300W" },       { "FI", "FI 20774740", "FI20774740" },
  { "FR", "FR 40 303 265 045", "FR40303265045" }, { "FR", "K7399859412", "FRK7399859412" },
  { "FR", "4Z123456782", "FR4Z123456782" },    { "GR", "EL 094259216", "EL094259216" },
  { "GR", "GR094259216", "EL094259216" },      { "HR", "HR33392005961", "HR33392005961" },
  { "HU", "HU-12892312", "HU12892312" },       { "IE", "IE6433435F", "IE6433435F" },
  { "IE", "6433435OA", "IE6433435OA" },        { "IE", "8D79739I", "IE8D79739I" },
  { "IT", "IT 00743110157", "IT00743110157" }, { "LT", "119511515", "LT119511515" },
  { "LT", "LT 100001919017", "LT100001919017" }, { "LU", "LU 150 274 42", "LU15027442" },
  { "LV", "LV 4000 3521 600", "LV40003521600" }, { "LV", "16117519997", "LV16117519997" },
  { "MT", "MT 1167-9112", "MT11679112" },      { "NL", "NL004495445B01", "NL004495445B01" },
  { "NL", "NL123456789B13", "NL123456789B13" }, { "PL", "PL 8567346215", "PL8567346215" },
  { "PT", "PT 501 964 843", "PT501964843" },   { "RO", "RO 185 472 90", "RO18547290" },
  { "RO", "1630615123457", "RO1630615123457" }, { "SE", "SE556188840401", "SE556188840401" },
  { "SI", "SI 5022 3054", "SI50223054" },      { "SK", "SK 202 274 96 19", "SK2022749619" },
};

START_TEST (published_numbers)
{
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    char stored[TAXID_TEXT_SIZE] = "untouched";

    ck_assert_msg (taxid_check (good[i].country, good[i].text, stored) == TAXID_OK, "%s %s", good[i].country, good[i].text);
    ck_assert_str_eq (stored, good[i].stored);
    /* What is stored is right again. */
    ck_assert_int_eq (taxid_check (good[i].country, stored, stored), TAXID_OK);
    ck_assert_str_eq (stored, good[i].stored);
  }
}
END_TEST

/* Each country once more, with its last digit off by one. */
START_TEST (wrong_check_digits)
{
  static const struct {
    const char *country, *text;
  } rows[] = {
    { "AT", "U13585626" },    { "BE", "0403019262" },   { "BG", "175074751" },    { "BG", "7523169264" },  { "CY", "10259033Q" },
    { "CZ", "25123892" },     { "CZ", "7103192746" },   { "CZ", "640903927" },    { "DE", "136695975" },   { "DK", "13585627" },
    { "EE", "100931559" },    { "ES", "B58378432" },    { "ES", "54362315L" },    { "ES", "X2482300V" },   { "FI", "20774741" },
    { "FR", "41303265045" },  { "FR", "40303265046" },  { "FR", "K8399859412" },  { "GR", "094259217" },   { "HR", "33392005962" },
    { "HU", "12892313" },     { "IE", "6433435E" },     { "IE", "8D79739J" },     { "IT", "00743110158" }, { "LT", "119511516" },
    { "LU", "15027443" },     { "LV", "40003521601" },  { "LV", "16117519998" },  { "MT", "11679113" },    { "NL", "004495446B01" },
    { "NL", "123456789B14" }, { "PL", "8567346216" },   { "PT", "501964844" },    { "RO", "18547291" },    { "RO", "1630615123458" },
    { "SE", "556188840501" }, { "SI", "50223055" },     { "SK", "2022749618" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char stored[TAXID_TEXT_SIZE] = "untouched";

    ck_assert_msg (taxid_check (rows[i].country, rows[i].text, stored) == TAXID_CHECK, "%s %s", rows[i].country, rows[i].text);
    ck_assert_str_eq (stored, "untouched");
  }
}
END_TEST

START_TEST (wrong_forms)
{
  static const struct {
    const char *country, *text;
  } rows[] = {
    { "AT", "13585627" },    { "AT", "ATU1358562" },   { "BE", "403019261" },   { "CY", "12259033P" },   { "CY", "102590331" },
    { "DE", "" },            { "DE", "DE" },           { "DE", "13669597" },    { "DE", "036695976" },   { "DE", "ATU13585627" },
    { "DE", "13669597X" },   { "DE", "DE 1366959760" }, { "DK", "03585628" },   { "ES", "5437843" },     { "ES", "T58378431" },
    { "FR", "O7399859412" }, { "FR", "4030326504X" },  { "IE", "643343F" },     { "IT", "00000000157" }, { "LT", "119511525" },
    { "NL", "004495445A01" }, { "NL", "004495445" },   { "RO", "1" },           { "RO", "018547290" },   { "SE", "556188840400" },
    { "SK", "2002749619" },  { "PL", "12345678901234567890123456789" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char stored[TAXID_TEXT_SIZE] = "untouched";

    ck_assert_msg (taxid_check (rows[i].country, rows[i].text, stored) == TAXID_FORM, "%s %s", rows[i].country, rows[i].text);
    ck_assert_str_eq (stored, "untouched");
  }
}
END_TEST

START_TEST (countries)
{
  static const char members[][3] = { "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
                                     "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK" };
  static const char others[][3] = { "CH", "GB", "NO", "US", "EL", "XI", "" };
  char stored[TAXID_TEXT_SIZE];

  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    ck_assert (taxid_is_eu (members[i]));
    ck_assert_ptr_nonnull (taxid_form (members[i]));
    ck_assert_str_eq (taxid_prefix (members[i]), strcmp (members[i], "GR") == 0 ? "EL" : members[i]);
  }
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    ck_assert (!taxid_is_eu (others[i]));
    ck_assert_int_eq (taxid_check (others[i], "CHE-123.456.789", stored), TAXID_NO_RULE);
  }
  ck_assert (!taxid_is_eu (NULL));
  ck_assert_ptr_null (taxid_prefix ("CH"));
}
END_TEST

/* Whatever is written, the check neither reads nor writes beyond what it may. */
START_TEST (any_text)
{
  static const char alphabet[] = "0123456789ABELUXYZ+* -.";
  struct random random = random_for_test (1);

  for (int draw = 0; draw < 200000; draw++) {
    const size_t country = (size_t)random_between (&random, 0, sizeof good / sizeof good[0] - 1);
    char text[24] = { 0 }, stored[TAXID_TEXT_SIZE];
    const size_t length = (size_t)random_between (&random, 0, 22);

    for (size_t i = 0; i < length; i++)
      text[i] = alphabet[random_between (&random, 0, sizeof alphabet - 2)];
    if (taxid_check (good[country].country, text, stored) == TAXID_OK)
      ck_assert_int_eq (taxid_check (good[country].country, stored, stored), TAXID_OK);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("taxid");
  TCase *cases = tcase_create ("taxid");

  tcase_add_test (cases, published_numbers);
  tcase_add_test (cases, wrong_check_digits);
  tcase_add_test (cases, wrong_forms);
  tcase_add_test (cases, countries);
  tcase_add_test (cases, any_text);
  suite_add_tcase (suite, cases);
  return suite;
}
