/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taxes: figures by hand, and what holds for any lines and rates. */
#include "core/tax.h"

#include "core/money.h"
#include "tap-main.h"

#include <string.h>

enum { ENTRIES_MAX = 64 };

#define PERCENT(n) ((int64_t)(n) * (TAX_PARTS_OF_WHOLE / 100))

/* Lines, each with the rates that a mask names; results in the entries and totals. */
struct example {
  struct tax_rate rates[4];
  size_t rate_count;
  int64_t nets[ENTRIES_MAX];
  unsigned masks[ENTRIES_MAX];
  size_t line_count;
  enum tax_rounding rounding;
  struct tax_entry entries[ENTRIES_MAX * 4];
  size_t entry_count;
  struct tax_total totals[4];
};

static bool
run (struct example *example)
{
  example->entry_count = 0;
  for (size_t line = 0; line < example->line_count; line++)
    for (size_t rate = 0; rate < example->rate_count; rate++)
      if (example->masks[line] & 1U << rate)
        example->entries[example->entry_count++] = (struct tax_entry){ .line = line, .rate = rate };
  const struct tax_sheet sheet = {
    .rounding = example->rounding,
    .rate_count = example->rate_count,
    .rates = example->rates,
    .nets_minor = example->nets,
    .entry_count = example->entry_count,
    .entries = example->entries,
    .totals = example->totals,
  };

  return tax_compute (&sheet);
}

static int64_t
tax_of (const struct example *example, size_t line, size_t rate)
{
  for (size_t i = 0; i < example->entry_count; i++)
    if (example->entries[i].line == line && example->entries[i].rate == rate)
      return example->entries[i].tax_minor;
  return 0;
}

START_TEST (one_exclusive_rate)
{
  static const struct {
    int64_t parts, net, tax;
  } rows[] = {
    { PERCENT (19), 10000, 1900 }, { PERCENT (24), 1429, 343 },  /* 342.96 */
    { PERCENT (24), 1427, 342 },                                 /* 342.48 */
    { PERCENT (20), 548, 110 },                                  /* 109.6 */
    { 23330000, 2571, 600 },                                     /* 599.81… at 23.33 % */
    { PERCENT (5), 10, 1 },                                      /* 0.5 goes away from zero */
    { PERCENT (5), 9, 0 },                                       /* 0.45 */
    { PERCENT (5), -10, -1 },     { PERCENT (5), -9, 0 },        { PERCENT (100), 123, 123 },
    { 0, 123, 0 },                { 1, 50000000, 1 },            /* 0.000001 % of it is 0.5 */
    { 1, 49999999, 0 },           { PERCENT (100), INT64_MAX, INT64_MAX },
    { PERCENT (19), 0, 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct example example = { .rates = { { TAX_EXCLUSIVE, rows[i].parts } }, .rate_count = 1, .nets = { rows[i].net }, .masks = { 1 }, .line_count = 1 };

    for (int rounding = TAX_ROUND_INVOICE; rounding <= TAX_ROUND_LINE; rounding++) {
      example.rounding = (enum tax_rounding)rounding;
      ck_assert (run (&example));
      ck_assert_msg (example.totals[0].tax_minor == rows[i].tax, "row %zu: %lld", i, (long long)example.totals[0].tax_minor);
      ck_assert_int_eq (example.totals[0].base_minor, rows[i].net);
    }
  }
}
END_TEST

START_TEST (one_inclusive_rate)
{
  static const struct {
    int64_t parts, gross, tax;
  } rows[] = {
    { PERCENT (19), 11900, 1900 },
    { PERCENT (19), 10000, 1597 }, /* 1596.64 */
    { PERCENT (20), 9, 2 },        /* 1.5 */
    { PERCENT (20), -9, -2 },
    { PERCENT (20), 3, 1 },        /* 0.5 */
    { PERCENT (20), 2, 0 },        /* 0.33 */
    { PERCENT (100), 5, 3 },       /* 2.5 */
    { 0, 100, 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct example example = { .rates = { { TAX_INCLUSIVE, rows[i].parts } }, .rate_count = 1, .nets = { rows[i].gross }, .masks = { 1 }, .line_count = 1 };

    ck_assert (run (&example));
    ck_assert_msg (example.totals[0].tax_minor == rows[i].tax, "row %zu: %lld", i, (long long)example.totals[0].tax_minor);
    ck_assert_int_eq (example.totals[0].base_minor, rows[i].gross - rows[i].tax);
  }
}
END_TEST

/* Three lines of 0.33 at 10 %: 9.9 in all is 10, not three times 3. The parts are 3.3 each, so the first gets the unit that is left. */
START_TEST (rounded_once_for_the_invoice)
{
  struct example example = { .rates = { { TAX_EXCLUSIVE, PERCENT (10) } }, .rate_count = 1, .nets = { 33, 33, 33 }, .masks = { 1, 1, 1 }, .line_count = 3 };

  ck_assert (run (&example));
  ck_assert_int_eq (example.totals[0].tax_minor, 10);
  ck_assert_int_eq (tax_of (&example, 0, 0), 4);
  ck_assert_int_eq (tax_of (&example, 1, 0), 3);
  ck_assert_int_eq (tax_of (&example, 2, 0), 3);
  example.rounding = TAX_ROUND_LINE;
  ck_assert (run (&example));
  ck_assert_int_eq (example.totals[0].tax_minor, 9);
}
END_TEST

/* 19 % of 0.10, 0.20, 0.35: 1.9, 3.8, 6.65 are 12.35, so 12; floors 1, 3, 6 leave two units for .9 and .8. */
START_TEST (largest_remainder)
{
  struct example example = { .rates = { { TAX_EXCLUSIVE, PERCENT (19) } }, .rate_count = 1, .nets = { 10, 20, 35 }, .masks = { 1, 1, 1 }, .line_count = 3 };

  ck_assert (run (&example));
  ck_assert_int_eq (example.totals[0].tax_minor, 12);
  ck_assert_int_eq (tax_of (&example, 0, 0), 2);
  ck_assert_int_eq (tax_of (&example, 1, 0), 4);
  ck_assert_int_eq (tax_of (&example, 2, 0), 6);
}
END_TEST

/* A downgrade: 0.55 back and 0.20 again at 10 %: -5.5 and 2 are -3.5, so -4. Mirrored: 5.5 and -2 have the floors 5 and -2, which
 * leave one unit for the remainder of .5: 6 and -2. */
START_TEST (credits_mirror_charges)
{
  struct example example = { .rates = { { TAX_EXCLUSIVE, PERCENT (10) } }, .rate_count = 1, .nets = { -55, 20 }, .masks = { 1, 1 }, .line_count = 2 };

  ck_assert (run (&example));
  ck_assert_int_eq (example.totals[0].tax_minor, -4);
  ck_assert_int_eq (tax_of (&example, 0, 0), -6);
  ck_assert_int_eq (tax_of (&example, 1, 0), 2);
  ck_assert_int_eq (example.totals[0].base_minor, -35);
}
END_TEST

/* 114.00 with 5 % and 9 % inside it: 5/114 and 9/114 of it, on a base of 100.00; 2 % on top of that base. */
START_TEST (several_rates_on_a_line)
{
  struct example example = { .rates = { { TAX_INCLUSIVE, PERCENT (5) }, { TAX_EXCLUSIVE, PERCENT (2) }, { TAX_INCLUSIVE, PERCENT (9) }, { TAX_ZERO, 0 } },
                             .rate_count = 4, .nets = { 11400, 1000 }, .masks = { 7, 10 }, .line_count = 2 };

  ck_assert (run (&example));
  ck_assert_int_eq (example.totals[0].tax_minor, 500);
  ck_assert_int_eq (example.totals[0].base_minor, 10000);
  ck_assert_int_eq (example.totals[2].tax_minor, 900);
  ck_assert_int_eq (example.totals[1].tax_minor, 220);
  ck_assert_int_eq (example.totals[1].base_minor, 11000);
  ck_assert_int_eq (example.totals[3].tax_minor, 0);
  ck_assert_int_eq (example.totals[3].base_minor, 1000);
}
END_TEST

START_TEST (kinds_without_tax)
{
  for (int kind = TAX_ZERO; kind <= TAX_REVERSE_CHARGE; kind++) {
    struct example example = { .rates = { { (enum tax_kind)kind, PERCENT (19) } }, .rate_count = 1, .nets = { 10000, -100 }, .masks = { 1, 1 }, .line_count = 2 };
    enum tax_kind parsed = TAX_EXCLUSIVE;

    ck_assert (run (&example));
    ck_assert_int_eq (example.totals[0].tax_minor, 0);
    ck_assert_int_eq (example.totals[0].base_minor, 9900);
    ck_assert (tax_kind_parse (tax_kind_name ((enum tax_kind)kind), &parsed));
    ck_assert_int_eq (parsed, kind);
  }
  enum tax_kind untouched = TAX_ZERO;

  ck_assert (!tax_kind_parse ("vat", &untouched));
  ck_assert_int_eq (untouched, TAX_ZERO);
}
END_TEST

START_TEST (overflow_is_said)
{
  struct example sum = { .rates = { { TAX_EXCLUSIVE, PERCENT (1) } }, .rate_count = 1, .nets = { INT64_MAX, 1 }, .masks = { 1, 1 }, .line_count = 2 };
  struct example lowest = { .rates = { { TAX_EXCLUSIVE, PERCENT (100) } }, .rate_count = 1, .nets = { INT64_MIN }, .masks = { 1 }, .line_count = 1 };
  struct example lines = { .rates = { { TAX_EXCLUSIVE, PERCENT (100) } }, .rate_count = 1, .nets = { INT64_MAX, INT64_MAX }, .masks = { 1, 1 }, .line_count = 2, .rounding = TAX_ROUND_LINE };

  ck_assert (!run (&sum));
  ck_assert (!run (&lowest));
  ck_assert (!run (&lines));
}
END_TEST

START_TEST (percents)
{
  static const struct {
    const char *text;
    bool good;
    int64_t parts;
  } rows[] = {
    { "19", true, 19000000 },    { "0", true, 0 },      { "100", true, 100000000 }, { "8.875", true, 8875000 }, { "0.000001", true, 1 },
    { "100.000001", false, 0 },  { "101", false, 0 },   { "-1", false, 0 },         { "0.0000001", false, 0 },  { "1e30", false, 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct decimal percent;
    int64_t parts = 42;

    ck_assert_int_eq (decimal_parse (rows[i].text, strlen (rows[i].text), &percent), DECIMAL_OK);
    ck_assert_msg (tax_percent_to_parts (percent, &parts) == rows[i].good, "%s", rows[i].text);
    ck_assert_int_eq (parts, rows[i].good ? rows[i].parts : 42);
  }
}
END_TEST

static void
draw (struct random *random, struct example *example)
{
  *example = (struct example){ .rate_count = (size_t)random_between (random, 1, 4), .line_count = (size_t)random_between (random, 1, 20) };
  example->rounding = (enum tax_rounding)random_between (random, TAX_ROUND_INVOICE, TAX_ROUND_LINE);
  for (size_t rate = 0; rate < example->rate_count; rate++)
    example->rates[rate] = (struct tax_rate){ (enum tax_kind)random_between (random, TAX_EXCLUSIVE, TAX_ZERO), random_between (random, 0, TAX_PARTS_OF_WHOLE) };
  for (size_t line = 0; line < example->line_count; line++) {
    const int64_t most = random_between (random, 0, 1) == 0 ? 300 : INT64_C (100000000000);

    example->nets[line] = random_between (random, -most, most);
    example->masks[line] = (unsigned)random_between (random, 0, 15);
  }
}

/* Magnitude × 2, floor and so on would only repeat what is tested: a part is right when it is off by less than one unit. */
static void
check_parts (const struct example *example, size_t rate)
{
  int64_t tax = 0, base = 0;

  for (size_t i = 0; i < example->entry_count; i++) {
    const struct tax_entry *const entry = &example->entries[i];

    if (entry->rate != rate)
      continue;
    ck_assert (money_add (tax, entry->tax_minor, &tax) && money_add (base, entry->base_minor, &base));
    if (example->rates[rate].kind == TAX_EXCLUSIVE) {
      const int128 off = (int128)entry->base_minor * example->rates[rate].parts - (int128)entry->tax_minor * TAX_PARTS_OF_WHOLE;

      ck_assert (off < TAX_PARTS_OF_WHOLE && off > -TAX_PARTS_OF_WHOLE);
    }
  }
  ck_assert_int_eq (tax, example->totals[rate].tax_minor);
  ck_assert_int_eq (base, example->totals[rate].base_minor);
  if (example->rates[rate].kind == TAX_EXCLUSIVE && example->rounding == TAX_ROUND_INVOICE) {
    const int128 off = 2 * ((int128)base * example->rates[rate].parts - (int128)tax * TAX_PARTS_OF_WHOLE);

    /* Half a unit is rounded away from zero, so it is never left on that side. */
    ck_assert (base < 0 ? off > -TAX_PARTS_OF_WHOLE && off <= TAX_PARTS_OF_WHOLE : off < TAX_PARTS_OF_WHOLE && off >= -TAX_PARTS_OF_WHOLE);
  }
}

START_TEST (parts_add_up)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 20000; i++) {
    struct example example;

    draw (&random, &example);
    ck_assert (run (&example));
    for (size_t rate = 0; rate < example.rate_count; rate++)
      check_parts (&example, rate);
    /* A price is what is left of it and the taxes inside it. */
    for (size_t e = 0; e < example.entry_count; e++) {
      const size_t line = example.entries[e].line;
      int64_t price = example.entries[e].base_minor;

      for (size_t rate = 0; rate < example.rate_count; rate++)
        if (example.rates[rate].kind == TAX_INCLUSIVE)
          price += tax_of (&example, line, rate);
      ck_assert_int_eq (price, example.nets[line]);
    }
  }
}
END_TEST

/* All lines taken back cost minus what they cost, line by line. */
START_TEST (mirror_image)
{
  struct random random = random_for_test (2);

  for (int i = 0; i < 20000; i++) {
    struct example there, back;

    draw (&random, &there);
    back = there;
    for (size_t line = 0; line < back.line_count; line++)
      back.nets[line] = -back.nets[line];
    ck_assert (run (&there) && run (&back));
    for (size_t rate = 0; rate < there.rate_count; rate++)
      ck_assert_int_eq (there.totals[rate].tax_minor, -back.totals[rate].tax_minor);
    for (size_t e = 0; e < there.entry_count; e++)
      ck_assert_int_eq (there.entries[e].tax_minor, -back.entries[e].tax_minor);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("tax");
  TCase *cases = tcase_create ("tax");

  tcase_add_test (cases, one_exclusive_rate);
  tcase_add_test (cases, one_inclusive_rate);
  tcase_add_test (cases, rounded_once_for_the_invoice);
  tcase_add_test (cases, largest_remainder);
  tcase_add_test (cases, credits_mirror_charges);
  tcase_add_test (cases, several_rates_on_a_line);
  tcase_add_test (cases, kinds_without_tax);
  tcase_add_test (cases, overflow_is_said);
  tcase_add_test (cases, percents);
  tcase_add_test (cases, parts_add_up);
  tcase_add_test (cases, mirror_image);
  suite_add_tcase (suite, cases);
  return suite;
}
