/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines taken back in parts, worked out by hand; and parts of random lines, which always add up to the whole. */
#include "core/credit.h"

#include "tap-main.h"

/* 10.00 with 19 % on top are 1.90: a third and another one, then the rest. 333/1000 of 1.90 are 0.6327; 666/1000 are 1.2654. */
START_TEST (thirds_of_a_price)
{
  struct credit_tax tax = { .amount = 190, .on_top = true };
  struct credit_line line = { .price = 1000, .taxes = &tax, .tax_count = 1 };
  const int64_t prices[] = { 333, 333, 334 }, taxes[] = { 63, 64, 63 };
  int64_t left;

  for (int i = 0; i < 3; i++) {
    ck_assert (credit_price (&line, prices[i]));
    ck_assert_int_eq (tax.now, taxes[i]);
    line.credited += line.now;
    tax.credited += tax.now;
  }
  ck_assert (credit_left (&line, &left));
  ck_assert_int_eq (left, 0);
}
END_TEST

/* 11.90 with its tax: 5.00 of it are 5.00 / 11.90 x 10.00 = 4.2017 of price and 0.80 of tax. */
START_TEST (an_amount_with_its_tax)
{
  struct credit_tax tax = { .amount = 190, .on_top = true };
  struct credit_line line = { .price = 1000, .taxes = &tax, .tax_count = 1 };
  int64_t now;

  ck_assert (credit_amount (&line, 500));
  ck_assert_int_eq (line.now, 420);
  ck_assert_int_eq (tax.now, 80);
  ck_assert (credit_now (&line, &now));
  ck_assert_int_eq (now, 500);
}
END_TEST

/* 11.90 with 1.90 inside: half of it is 5.95 with 0.95. */
START_TEST (a_tax_inside_the_price)
{
  struct credit_tax tax = { .amount = 190 };
  struct credit_line line = { .price = 1190, .taxes = &tax, .tax_count = 1 };

  ck_assert (credit_amount (&line, 595));
  ck_assert_int_eq (line.now, 595);
  ck_assert_int_eq (tax.now, 95);
}
END_TEST

START_TEST (what_is_refused)
{
  struct credit_tax tax = { .amount = 190, .credited = 95, .on_top = true };
  struct credit_line line = { .price = 1000, .credited = 500, .taxes = &tax, .tax_count = 1 };
  struct credit_line below = { .price = -1000 };

  ck_assert (!credit_price (&line, 501));
  ck_assert (!credit_price (&line, 0));
  ck_assert (!credit_price (&line, -1));
  ck_assert (credit_price (&line, 500));
  ck_assert (!credit_amount (&line, 596));
  ck_assert (!credit_amount (&line, 0));
  ck_assert (!credit_amount (&line, -1));
  ck_assert (credit_amount (&line, 595));
  ck_assert (!credit_price (&below, 1));
  ck_assert (!credit_price (&below, -1001));
  ck_assert (credit_price (&below, -1000));
}
END_TEST

/* Credits a line once more, in one way or the other; at the end all that is left. */
static void
credit_some (struct random *random, struct credit_line *line, bool last)
{
  int64_t left, now;

  ck_assert (credit_left (line, &left));
  if (last)
    credit_rest (line);
  else if (line->price > 0 && left > 0 && random_between (random, 0, 1) == 0) {
    const int64_t amount = random_between (random, 1, left);

    ck_assert (credit_amount (line, amount));
    ck_assert (credit_now (line, &now));
    ck_assert_int_eq (now, amount);
  } else if (line->price != line->credited) {
    const int64_t rest = line->price - line->credited;

    ck_assert (credit_price (line, rest > 0 ? random_between (random, 1, rest) : random_between (random, rest, -1)));
  } else
    line->now = 0;
}

START_TEST (parts_add_up_and_never_exceed_the_whole)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 20000; i++) {
    struct credit_tax taxes[3] = { { 0 } };
    struct credit_line line = { .price = (int64_t)random_up_to_bits (&random, 40), .taxes = taxes };
    const int64_t sign = random_between (&random, 0, 3) == 0 ? -1 : 1;
    const int64_t parts = random_between (&random, 1, 6);

    line.tax_count = (size_t)random_between (&random, 0, 3);
    for (size_t k = 0; k < line.tax_count; k++) {
      taxes[k].amount = sign * random_between (&random, 0, line.price / 4);
      taxes[k].on_top = random_between (&random, 0, 2) != 0;
      taxes[k].base = sign * line.price;
    }
    line.price *= sign;
    for (int64_t part = 1; part <= parts; part++) {
      for (size_t k = 0; k < line.tax_count; k++)
        taxes[k].now = taxes[k].base_now = 0;
      credit_some (&random, &line, part == parts);
      ck_assert_int_ge (line.now * sign, 0);
      line.credited += line.now;
      ck_assert_int_le (line.credited * sign, line.price * sign);
      for (size_t k = 0; k < line.tax_count; k++) {
        ck_assert_int_ge (taxes[k].now * sign, 0);
        taxes[k].credited += taxes[k].now;
        ck_assert_int_eq (taxes[k].base_now, line.now); /* its base is the price */
        taxes[k].base_credited += taxes[k].base_now;
        ck_assert_int_le (taxes[k].credited * sign, taxes[k].amount * sign);
      }
    }
    ck_assert_int_eq (line.credited, line.price);
    for (size_t k = 0; k < line.tax_count; k++)
      ck_assert_int_eq (taxes[k].credited, taxes[k].amount);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("credit");
  TCase *credit = tcase_create ("credit");

  tcase_add_test (credit, thirds_of_a_price);
  tcase_add_test (credit, an_amount_with_its_tax);
  tcase_add_test (credit, a_tax_inside_the_price);
  tcase_add_test (credit, what_is_refused);
  tcase_add_test (credit, parts_add_up_and_never_exceed_the_whole);
  tcase_set_timeout (credit, 60);
  suite_add_tcase (suite, credit);
  return suite;
}
