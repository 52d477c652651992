/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Billed units, worked out by hand from the rules in billctl-catalog(5). */
#include "core/conversion.h"

#include "tap-main.h"

#include <string.h>

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  if (text != NULL)
    ck_assert_msg (decimal_parse (text, strlen (text), &value) == DECIMAL_OK, "\"%s\"", text);
  return value;
}

START_TEST (conversions)
{
  static const struct {
    const char *unit_size; /* NULL: none */
    enum conversion_rounding rounding;
    const char *block, *quantity, *billed; /* NULL: does not fit */
  } rows[] = {
    { NULL, CONVERSION_EXACT, NULL, "12.345", "12.345" },
    { NULL, CONVERSION_EXACT, NULL, "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
    { "1000", CONVERSION_EXACT, NULL, "52300", "52.3" },
    { "1000", CONVERSION_EXACT, NULL, "-52300", "-52.3" },
    { "1000", CONVERSION_EXACT, NULL, "0", "0" },
    { "60", CONVERSION_EXACT, NULL, "100", "1.666666666666666667" },
    { "60", CONVERSION_EXACT, NULL, "-100", "-1.666666666666666667" },
    { "2", CONVERSION_EXACT, NULL, "0.000000000000000001", "0.000000000000000001" }, /* half a place, away from zero */
    { "0.5", CONVERSION_EXACT, NULL, "3", "6" },
    { "1", CONVERSION_EXACT, NULL, "99999999999999999999", "99999999999999999999" },
    { "0.5", CONVERSION_EXACT, NULL, "99999999999999999999", NULL },
    { NULL, CONVERSION_UP, "1", "7", "7" },
    { NULL, CONVERSION_UP, "1", "7.000000000000000001", "8" },
    { NULL, CONVERSION_UP, "1", "-7.1", "-8" }, /* the mirror image */
    { NULL, CONVERSION_UP, "6", "61", "66" },
    { NULL, CONVERSION_UP, "0.25", "1.01", "1.25" },
    { NULL, CONVERSION_UP, "1", "0", "0" },
    { NULL, CONVERSION_DOWN, "1", "7.999999999999999999", "7" },
    { NULL, CONVERSION_DOWN, "1", "0.9", "0" },
    { NULL, CONVERSION_DOWN, "1", "-0.9", "0" },
    { NULL, CONVERSION_DOWN, "6", "66", "66" },
    { NULL, CONVERSION_DOWN, "6", "65.9", "60" },
    { NULL, CONVERSION_NEAREST, "1", "7.5", "8" },
    { NULL, CONVERSION_NEAREST, "1", "7.499999999999999999", "7" },
    { NULL, CONVERSION_NEAREST, "1", "-7.5", "-8" },
    { NULL, CONVERSION_NEAREST, "0.1", "1.25", "1.3" },
    { NULL, CONVERSION_NEAREST, "5", "12", "10" },
    { "60", CONVERSION_UP, "1", "61", "2" },   /* seconds to started minutes */
    { "60", CONVERSION_UP, "0.1", "61", "1.1" }, /* 1.0166… */
    { "60", CONVERSION_DOWN, "0.5", "119", "1.5" },
    { "60", CONVERSION_NEAREST, "1", "90", "2" },
    { "3", CONVERSION_UP, "1", "9", "3" },     /* exactly 3, not a third three times */
    { "1073741824", CONVERSION_UP, "0.001", "1", "0.001" },
    { "0.000000000000000001", CONVERSION_UP, "0.000000000000000001", "1", "1000000000000000000" },
    { "0.000000000000000001", CONVERSION_DOWN, "1", "99999999999999999999999999999999999999", NULL },
    { "999999999999999999", CONVERSION_DOWN, "1", "99999999999999999999999999999999999999", "100000000000000000100" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct conversion conversion = { number (rows[i].unit_size), rows[i].rounding, number (rows[i].block) };
    struct decimal billed;
    char text[DECIMAL_TEXT_SIZE] = "";

    ck_assert_msg (conversion_check (&conversion), "row %zu", i);
    if (conversion_apply (&conversion, number (rows[i].quantity), &billed) == DECIMAL_OK)
      decimal_format (billed, text);
    ck_assert_msg (strcmp (text, rows[i].billed == NULL ? "" : rows[i].billed) == 0, "row %zu: %s", i, text);
  }
}
END_TEST

START_TEST (malformed_conversions)
{
  const struct decimal minus_one = { -1, 0 }, long_one = { INT64_C (1000000000000000000), 0 };
  const struct conversion rows[] = {
    { .unit_size = minus_one },
    { .unit_size = long_one },
    { .rounding = CONVERSION_UP },
    { .rounding = CONVERSION_DOWN, .block = minus_one },
    { .rounding = CONVERSION_NEAREST, .block = long_one },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    ck_assert_msg (!conversion_check (&rows[i]) && !conversion_is_none (&rows[i]), "row %zu", i);
  ck_assert (conversion_is_none (&(struct conversion){ .rounding = CONVERSION_EXACT }));
}
END_TEST

START_TEST (rounded_quantities_are_the_multiples_around_the_quantity)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 20000; i++) {
    /* quantity = count × block + rest, 0 < rest < block, all at one random scale. */
    const int64_t count = random_between (&random, 0, 1000000), block = random_between (&random, 2, INT64_C (1000000000));
    const int64_t rest = random_between (&random, 1, block - 1), nearest = rest * 2 >= block ? count + 1 : count;
    const int scale = (int)random_between (&random, 0, 9);
    const int64_t expected[] = { count + 1, count, nearest };
    struct decimal quantity;

    ck_assert (decimal_make (count * block + rest, scale, &quantity) == DECIMAL_OK);
    for (int mode = CONVERSION_UP; mode <= CONVERSION_NEAREST; mode++) {
      struct conversion conversion = { .rounding = (enum conversion_rounding)mode };
      struct decimal billed, wanted;

      ck_assert (decimal_make (block, scale, &conversion.block) == DECIMAL_OK);
      ck_assert (decimal_make (expected[mode - CONVERSION_UP] * block, scale, &wanted) == DECIMAL_OK);
      ck_assert_msg (conversion_apply (&conversion, quantity, &billed) == DECIMAL_OK, "draw %d", i);
      ck_assert_msg (decimal_compare (billed, wanted) == 0, "draw %d, mode %d", i, mode);
    }
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("conversion");
  TCase *conversion = tcase_create ("conversion");

  tcase_add_test (conversion, conversions);
  tcase_add_test (conversion, malformed_conversions);
  tcase_add_test (conversion, rounded_quantities_are_the_multiples_around_the_quantity);
  tcase_set_timeout (conversion, 60);
  suite_add_tcase (suite, conversion);
  return suite;
}
