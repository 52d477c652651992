/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pricing models, with amounts worked out by hand from the rules in billctl-catalog(5). */
#include "core/price.h"

#include "tap-main.h"

#include <string.h>

enum { TIERS_MOST = 5 };

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  if (text != NULL)
    ck_assert_msg (decimal_parse (text, strlen (text), &value) == DECIMAL_OK, "\"%s\"", text);
  return value;
}

static void
assert_amount (const struct exact *value, const char *expected, const char *where)
{
  char text[EXACT_TEXT_SIZE];

  exact_format (value, text);
  ck_assert_msg (strcmp (text, expected) == 0, "%s: %s, not %s", where, text, expected);
}

static void
assert_decimal (struct decimal value, const char *expected, const char *where)
{
  char text[DECIMAL_TEXT_SIZE];

  decimal_format (value, text);
  ck_assert_msg (strcmp (text, expected) == 0, "%s: %s, not %s", where, text, expected);
}

/* A tier as a catalog writes it; no up_to: the last one. */
struct tier_text {
  const char *up_to, *unit_price, *flat_price;
};

/* Fills `tiers` up to the first unbounded one; returns how many. */
static size_t
fill_tiers (const struct tier_text texts[], struct price_tier tiers[TIERS_MOST])
{
  size_t count = 0;
  bool last;

  do {
    last = texts[count].up_to == NULL;
    tiers[count] = (struct price_tier){
      .up_to = number (texts[count].up_to),
      .unbounded = last,
      .unit_price = number (texts[count].unit_price),
      .flat_price = number (texts[count].flat_price),
    };
    count++;
  } while (!last);
  return count;
}

static struct usage_total
used (const char *quantity)
{
  return (struct usage_total){ .quantity = number (quantity), .amount = exact_zero (), .event_count = 1 };
}

START_TEST (model_names)
{
  static const char *const names[] = { "flat", "per_unit", "package", "graduated", "volume", "stairstep", "percentage",
                                       "graduated_percentage", "dynamic" };
  enum price_model model;

  ck_assert_uint_eq (sizeof names / sizeof names[0], PRICE_MODEL_COUNT);
  for (int i = 0; i < PRICE_MODEL_COUNT; i++) {
    ck_assert_str_eq (price_model_name ((enum price_model)i), names[i]);
    ck_assert (price_model_parse (names[i], &model) && model == (enum price_model)i);
  }
  ck_assert (!price_model_parse ("", &model) && !price_model_parse ("Flat", &model) && !price_model_parse ("percent", &model));
  ck_assert_str_eq (price_model_name (PRICE_MODEL_COUNT), "");
}
END_TEST

START_TEST (models_without_tiers)
{
  static const struct {
    enum price_model model;
    const char *unit_price, *package_size, *included, *quantity, *billable, *amount;
  } rows[] = {
    { PRICE_FLAT, "99", NULL, NULL, "160", "160", "99" },
    { PRICE_FLAT, "99", NULL, NULL, "0", "0", "0" },
    { PRICE_FLAT, "99", NULL, "100", "100", "0", "0" },
    { PRICE_FLAT, "99", NULL, "100", "100.5", "0.5", "99" },
    { PRICE_FLAT, "99", NULL, NULL, "-1", "-1", "-99" },
    { PRICE_PER_UNIT, "0.002", NULL, NULL, "15.5", "15.5", "0.031" },
    { PRICE_PER_UNIT, "0.002", NULL, NULL, "0", "0", "0" },
    { PRICE_PER_UNIT, "0.10", NULL, "100", "105", "5", "0.5" },
    { PRICE_PER_UNIT, "0.10", NULL, "100", "100", "0", "0" },
    { PRICE_PER_UNIT, "0.10", NULL, "100", "40", "0", "0" },
    { PRICE_PER_UNIT, "0.10", NULL, "0.5", "1.75", "1.25", "0.125" },
    { PRICE_PER_UNIT, "0.10", NULL, "100", "-40", "-40", "-4" },
    { PRICE_PER_UNIT, "-2", NULL, NULL, "3", "3", "-6" },
    { PRICE_PER_UNIT, "9.984E-7", NULL, NULL, "1000000", "1000000", "0.9984" },
    { PRICE_PACKAGE, "15", "10", NULL, "22", "22", "45" },
    { PRICE_PACKAGE, "15", "10", NULL, "20", "20", "30" },
    { PRICE_PACKAGE, "15", "10", NULL, "0", "0", "0" },
    { PRICE_PACKAGE, "15", "10", NULL, "0.001", "0.001", "15" },
    { PRICE_PACKAGE, "15", "10", "5", "15", "10", "15" },
    { PRICE_PACKAGE, "15", "10", "5", "15.1", "10.1", "30" },
    { PRICE_PACKAGE, "15", "10", "5", "-15", "-15", "-30" },
    { PRICE_PACKAGE, "0.10", "1000", "10000", "12345", "2345", "0.3" },
    { PRICE_PACKAGE, "1.5", "0.25", NULL, "0.6", "0.6", "4.5" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct price price = {
      .model = rows[i].model,
      .included = number (rows[i].included),
      .unit_price = number (rows[i].unit_price),
      .package_size = number (rows[i].package_size),
    };
    const struct usage_total usage = used (rows[i].quantity);
    struct price_result result;
    char where[32];

    snprintf (where, sizeof where, "row %zu", i);
    ck_assert_msg (price_rate (&price, &usage, &result) == PRICE_OK, "%s", where);
    assert_decimal (result.billable, rows[i].billable, where);
    assert_amount (&result.amount, rows[i].amount, where);
    ck_assert_msg (result.step_count == (strcmp (rows[i].billable, "0") != 0), "%s: %zu steps", where, result.step_count);
  }
}
END_TEST

struct tiered_row {
  enum price_model model;
  const struct tier_text *tiers;
  const char *included, *quantity, *amount;
  size_t steps;
};

static void
check_tiered (const struct tiered_row *row, size_t number_of_row)
{
  struct price_tier tiers[TIERS_MOST];
  const struct price price = {
    .model = row->model,
    .included = number (row->included),
    .tiers = tiers,
    .tier_count = fill_tiers (row->tiers, tiers),
  };
  const struct usage_total usage = used (row->quantity);
  struct price_result result;
  char where[32];

  snprintf (where, sizeof where, "row %zu", number_of_row);
  ck_assert_msg (price_rate (&price, &usage, &result) == PRICE_OK, "%s", where);
  assert_amount (&result.amount, row->amount, where);
  ck_assert_msg (result.step_count == row->steps, "%s: %zu steps", where, result.step_count);
}

START_TEST (tiered_models)
{
  static const struct tier_text flats[] = { { "10", "10", "2" }, { "20", "5", "3" }, { NULL, "5", "3" } };
  static const struct tier_text decimals[] = { { "0.1", "10", "0" }, { "1", "5", "0" }, { NULL, "2", "0" } };
  static const struct tier_text free_first[] = { { "1000", "0", "0" }, { NULL, "0.001", "0" } };
  static const struct tier_text only[] = { { NULL, "0.5", "4" } };
  static const struct tiered_row rows[] = {
    { PRICE_GRADUATED, flats, NULL, "0", "0", 0 },        /* no usage reaches no tier: no flat part either */
    { PRICE_GRADUATED, flats, NULL, "1", "12", 1 },       /* 10 + 2 */
    { PRICE_GRADUATED, flats, NULL, "10", "102", 1 },     /* the bound is inside: 100 + 2 */
    { PRICE_GRADUATED, flats, NULL, "10.5", "107.5", 2 }, /* 102 + 2.5 + 3 */
    { PRICE_GRADUATED, flats, NULL, "12", "115", 2 },     /* 102 + 10 + 3 */
    { PRICE_GRADUATED, flats, NULL, "20", "155", 2 },     /* 102 + 50 + 3 */
    { PRICE_GRADUATED, flats, NULL, "21", "163", 3 },     /* 155 + 5 + 3 */
    { PRICE_GRADUATED, flats, "8", "20", "115", 2 },      /* as 12 */
    { PRICE_GRADUATED, flats, "20", "20", "0", 0 },
    { PRICE_GRADUATED, flats, "8", "-12", "-115", 2 }, /* mirrored, without the allowance */
    { PRICE_GRADUATED, decimals, NULL, "0.1", "1", 1 },
    { PRICE_GRADUATED, decimals, NULL, "0.5", "3", 2 }, /* 1 + 0.4 × 5 */
    { PRICE_GRADUATED, decimals, NULL, "1", "5.5", 2 }, /* 1 + 0.9 × 5 */
    { PRICE_GRADUATED, decimals, NULL, "1.000000000000000001", "5.500000000000000002", 3 },
    { PRICE_GRADUATED, decimals, NULL, "3", "9.5", 3 },
    { PRICE_GRADUATED, decimals, NULL, "-0.5", "-3", 2 },
    { PRICE_GRADUATED, free_first, NULL, "1000", "0", 1 },
    { PRICE_GRADUATED, free_first, NULL, "1234.5", "0.2345", 2 },
    { PRICE_GRADUATED, only, NULL, "3", "5.5", 1 },
    { PRICE_VOLUME, flats, NULL, "0", "0", 0 },
    { PRICE_VOLUME, flats, NULL, "10", "102", 1 },
    { PRICE_VOLUME, flats, NULL, "10.000000000000000001", "53.000000000000000005", 1 }, /* × 5 + 3 */
    { PRICE_VOLUME, flats, NULL, "12", "63", 1 },
    { PRICE_VOLUME, flats, NULL, "20", "103", 1 },
    { PRICE_VOLUME, flats, NULL, "21", "108", 1 },
    { PRICE_VOLUME, flats, "2", "12", "102", 1 }, /* as 10 */
    { PRICE_VOLUME, flats, NULL, "-12", "-63", 1 },
    { PRICE_VOLUME, decimals, NULL, "0.1", "1", 1 },
    { PRICE_VOLUME, decimals, NULL, "0.11", "0.55", 1 },
    { PRICE_VOLUME, only, NULL, "3", "5.5", 1 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check_tiered (&rows[i], i);
}
END_TEST

START_TEST (stairs_and_shares)
{
  static const struct tier_text stairs[] = { { "10", "0", "2" }, { "20.5", "0", "3" }, { NULL, "0", "0" } };
  static const struct tier_text shares[] = { { "1000", "0.01", "0" }, { "5000", "0.005", "10" }, { NULL, "0.001", "0" } };
  static const struct tiered_row rows[] = {
    { PRICE_STAIRSTEP, stairs, NULL, "0", "0", 0 },
    { PRICE_STAIRSTEP, stairs, NULL, "0.001", "2", 1 },
    { PRICE_STAIRSTEP, stairs, NULL, "10", "2", 1 },
    { PRICE_STAIRSTEP, stairs, NULL, "10.1", "3", 1 }, /* not 2 + 3 */
    { PRICE_STAIRSTEP, stairs, NULL, "20.5", "3", 1 },
    { PRICE_STAIRSTEP, stairs, NULL, "9999", "0", 1 },
    { PRICE_STAIRSTEP, stairs, "10", "20", "2", 1 }, /* as 10 */
    { PRICE_STAIRSTEP, stairs, NULL, "-12", "-3", 1 },
    { PRICE_GRADUATED_PERCENTAGE, shares, NULL, "999.99", "9.9999", 1 },
    { PRICE_GRADUATED_PERCENTAGE, shares, NULL, "1000", "10", 1 },
    { PRICE_GRADUATED_PERCENTAGE, shares, NULL, "3000", "30", 2 },      /* 10 + 10 + 2000 × 0.5 % */
    { PRICE_GRADUATED_PERCENTAGE, shares, NULL, "7500.50", "42.5005", 3 }, /* 10 + 10 + 20 + 2500.50 × 0.1 % */
    { PRICE_GRADUATED_PERCENTAGE, shares, "500", "1000", "5", 1 },
    { PRICE_GRADUATED_PERCENTAGE, shares, NULL, "-3000", "-30", 2 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check_tiered (&rows[i], i);
}
END_TEST

START_TEST (steps_tell_how_the_amount_came_about)
{
  static const struct tier_text texts[] = { { "10", "10", "2" }, { "20", "5", "3" }, { NULL, "1", "0" } };
  struct price_tier tiers[TIERS_MOST];
  const struct price price = { .model = PRICE_GRADUATED, .tiers = tiers, .tier_count = fill_tiers (texts, tiers) };
  const struct usage_total usage = used ("-22.5");
  struct price_result result;
  const struct price_step *step = result.steps;

  ck_assert_int_eq (price_rate (&price, &usage, &result), PRICE_OK);
  ck_assert_uint_eq (result.step_count, 3);
  assert_decimal (step->quantity, "-10", "first quantity");
  assert_decimal (step->unit_price, "10", "first price");
  assert_decimal (step->flat_price, "-2", "first flat part");
  assert_decimal (step->tier_from, "0", "first lower bound");
  assert_decimal (step->tier_to, "10", "first upper bound");
  ck_assert (step->tiered && !step->unbounded);
  assert_amount (&step->amount, "-102", "first amount");
  step++;
  assert_decimal (step->quantity, "-10", "second quantity");
  assert_decimal (step->tier_from, "10", "second lower bound");
  assert_decimal (step->tier_to, "20", "second upper bound");
  assert_amount (&step->amount, "-53", "second amount");
  step++;
  assert_decimal (step->quantity, "-2.5", "third quantity");
  assert_decimal (step->tier_from, "20", "third lower bound");
  ck_assert (step->tiered && step->unbounded);
  assert_amount (&step->amount, "-2.5", "third amount");
  assert_amount (&result.amount, "-157.5", "total");
}
END_TEST

START_TEST (steps_of_packages_count_blocks)
{
  const struct price price = { .model = PRICE_PACKAGE, .unit_price = number ("15"), .package_size = number ("10") };
  const struct usage_total usage = used ("22");
  struct price_result result;

  ck_assert_int_eq (price_rate (&price, &usage, &result), PRICE_OK);
  ck_assert_uint_eq (result.step_count, 1);
  assert_decimal (result.steps[0].quantity, "3", "blocks");
  assert_decimal (result.steps[0].unit_price, "15", "price of a block");
  ck_assert (!result.steps[0].tiered);
}
END_TEST

START_TEST (dynamic_amounts)
{
  static const struct {
    const char *amount, *quantity, *multiplier, *expected;
    size_t steps;
  } rows[] = {
    { "0.101", "1", "1", "0.101", 1 },
    { "100", "7", "1.1", "110", 1 },
    { "20000.50", "13302.712904456820057", "1.1", "22000.55", 1 },
    { "0.000000000000000003", "1", "1.000000000000000001", "0.000000000000000003000000000000000003", 1 },
    { "-12.34", "-1", "1.1", "-13.574", 1 }, /* a correction carries its own sign */
    { "5", "0", "2", "10", 1 },              /* amounts without a quantity */
    { "0", "5", "2", "0", 1 },
    { "0", "0", "2", "0", 0 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct price price = { .model = PRICE_DYNAMIC, .multiplier = number (rows[i].multiplier) };
    const struct usage_total usage = {
      .quantity = number (rows[i].quantity),
      .amount = exact_from_decimal (number (rows[i].amount)),
      .event_count = 1,
    };
    struct price_result result;
    char where[32];

    snprintf (where, sizeof where, "row %zu", i);
    ck_assert_msg (price_rate (&price, &usage, &result) == PRICE_OK, "%s", where);
    assert_amount (&result.amount, rows[i].expected, where);
    assert_decimal (result.billable, rows[i].quantity, where);
    ck_assert_msg (result.step_count == rows[i].steps, "%s: %zu steps", where, result.step_count);
    if (rows[i].steps == 1)
      assert_amount (&result.steps[0].amount, rows[i].expected, where);
  }
}
END_TEST

/* The terms of a percentage; NULL: none. */
struct percentage_text {
  const char *rate, *event_fee, *free_amount, *event_min, *event_max;
  int64_t free_events;
};

static struct price
percentage_of (const struct percentage_text *text)
{
  return (struct price){
    .model = PRICE_PERCENTAGE,
    .percentage = {
      .rate = number (text->rate),
      .event_fee = number (text->event_fee),
      .free_events = text->free_events,
      .free_amount = number (text->free_amount),
      .event_min = number (text->event_min),
      .event_max = number (text->event_max),
    },
  };
}

/* Adds the events, which end at the first NULL. */
static struct usage_total
used_events (const struct price *price, const char *const events[])
{
  struct usage_total usage = { .quantity = DECIMAL_ZERO };

  for (size_t i = 0; events[i] != NULL; i++) {
    const struct decimal amount = number (events[i]);

    ck_assert_int_eq (price_event_add (price, &usage, amount), PRICE_OK);
    ck_assert_int_eq (decimal_add (usage.quantity, amount, &usage.quantity), DECIMAL_OK);
    usage.event_count++;
  }
  return usage;
}

START_TEST (percentages)
{
  static const struct percentage_text plain = { .rate = "0.029", .event_fee = "0.30" };
  static const struct percentage_text two_free = { .rate = "0.01", .event_fee = "1", .free_events = 2 };
  static const struct percentage_text amount_free = { .rate = "0.01", .event_fee = "1", .free_amount = "100" };
  static const struct percentage_text both_free = { .rate = "0.01", .event_fee = "1", .free_amount = "100", .free_events = 2 };
  static const struct percentage_text clamped = { .rate = "0.1", .event_fee = "1", .event_min = "2", .event_max = "5" };
  static const struct percentage_text least = { .rate = "0.1", .free_events = 1, .event_min = "2" };
  static const struct percentage_text fee_only = { .event_fee = "0.05" };
  static const struct {
    const struct percentage_text *terms;
    const char *events[6];
    const char *billable, *amount;
    size_t steps;
  } rows[] = {
    { &plain, { NULL }, "0", "0", 0 },
    { &plain, { "100" }, "100", "3.2", 2 },
    { &plain, { "100", "0.01" }, "100.01", "3.50029", 2 }, /* 2.90029 + 2 × 0.30 */
    { &plain, { "0" }, "0", "0.3", 1 },                    /* an event of nothing is an event */
    { &plain, { "100", "-100" }, "0", "0", 0 },            /* reversed, with its fee */
    { &plain, { "-100" }, "-100", "-3.2", 2 },
    { &two_free, { "1000", "500" }, "0", "0", 0 },
    { &two_free, { "1000", "500", "40", "60" }, "100", "3", 2 },
    { &two_free, { "1000", "-1000", "500", "40", "60" }, "60", "1.6", 2 }, /* the reversal gives the free event back */
    { &two_free, { "10", "20", "300", "-300", "50" }, "50", "1.5", 2 },
    { &amount_free, { "60", "40" }, "0", "0", 0 },              /* just reached, not exceeded */
    { &amount_free, { "60", "40", "0" }, "0", "1", 1 },
    { &amount_free, { "60", "50", "30" }, "40", "2.4", 2 },     /* 10 of 50, then 30 */
    { &amount_free, { "300" }, "200", "3", 2 },
    { &amount_free, { "300", "-300", "90" }, "0", "0", 0 },     /* as if it had never been */
    { &amount_free, { "300", "-250", "90" }, "40", "1.4", 2 },  /* 200 billed ones and 50 free ones go, 50 of 90 are free */
    { &amount_free, { "50", "-80" }, "-30", "-1.3", 2 },        /* 50 were free */
    { &both_free, { "10", "20", "5" }, "5", "1.05", 2 },        /* the number ends it */
    { &both_free, { "150", "5", "5" }, "60", "3.6", 2 },        /* the amount ends it */
    { &clamped, { "1", "10", "20", "50" }, "81", "12", 4 },     /* 1.10 -> 2; 2; 3; 6 -> 5 */
    { &clamped, { "1", "-1", "50", "-50" }, "0", "0", 0 },
    { &clamped, { "-1", "-50" }, "-51", "-7", 4 },
    { &least, { "5", "5", "30" }, "35", "5", 2 },               /* free; 0.5 -> 2; 3 */
    { &fee_only, { "5", "7" }, "12", "0.1", 2 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct price price = percentage_of (rows[i].terms);
    const struct usage_total usage = used_events (&price, rows[i].events);
    struct price_result result;
    struct exact sum = exact_zero ();
    char where[32];

    snprintf (where, sizeof where, "row %zu", i);
    ck_assert_msg (price_rate (&price, &usage, &result) == PRICE_OK, "%s", where);
    assert_decimal (result.billable, rows[i].billable, where);
    assert_amount (&result.amount, rows[i].amount, where);
    ck_assert_msg (result.step_count == rows[i].steps, "%s: %zu steps", where, result.step_count);
    for (size_t step = 0; step < result.step_count; step++)
      ck_assert (exact_add (&sum, &result.steps[step].amount, &sum));
    assert_amount (&sum, rows[i].amount, where);
  }
}
END_TEST

START_TEST (steps_of_percentages)
{
  static const struct percentage_text terms
      = { .rate = "0.1", .event_fee = "1", .free_events = 1, .event_min = "2", .event_max = "5" };
  static const char *const events[] = { "400", "1", "4", "50", NULL };
  const struct price price = percentage_of (&terms);
  const struct usage_total usage = used_events (&price, events);
  struct price_result result;

  /* 400 is free. 55 × 10 % = 5.5, 3 fees; 1.10 and 1.40 are raised to 2, which adds 1.5; 6 is cut to 5. */
  ck_assert_int_eq (price_rate (&price, &usage, &result), PRICE_OK);
  ck_assert_int_eq (usage.events.free_count, 1);
  assert_decimal (usage.events.free, "400", "free");
  ck_assert_uint_eq (result.step_count, 4);
  assert_decimal (result.steps[0].quantity, "55", "share of");
  assert_amount (&result.steps[0].amount, "5.5", "share");
  ck_assert_int_eq (result.steps[1].part, PRICE_PART_EVENT_FEE);
  assert_decimal (result.steps[1].quantity, "3", "fees");
  assert_amount (&result.steps[1].amount, "3", "fees");
  ck_assert_int_eq (result.steps[2].part, PRICE_PART_EVENT_MIN);
  assert_decimal (result.steps[2].quantity, "2", "raised");
  assert_amount (&result.steps[2].amount, "1.5", "raised");
  ck_assert_int_eq (result.steps[3].part, PRICE_PART_EVENT_MAX);
  assert_decimal (result.steps[3].quantity, "1", "cut");
  assert_decimal (result.steps[3].unit_price, "5", "the maximum");
  assert_amount (&result.steps[3].amount, "-1", "cut");
  assert_amount (&result.amount, "9", "total");
}
END_TEST

START_TEST (which_percentages_need_the_order)
{
  ck_assert (!price_needs_order (&(struct price){ .model = PRICE_PERCENTAGE }));
  ck_assert (price_needs_order (&(struct price){ .model = PRICE_PERCENTAGE, .percentage = { .free_events = 1 } }));
  ck_assert (price_needs_order (&(struct price){ .model = PRICE_PERCENTAGE, .percentage = { .free_amount = { 1, 0 } } }));
  ck_assert (!price_needs_order (&(struct price){ .model = PRICE_GRADUATED_PERCENTAGE }));
}
END_TEST

START_TEST (bounds_of_a_charge)
{
  static const struct {
    const char *minimum, *maximum; /* NULL: none */
    struct ratio ratio;
    int64_t charged_minor, change_minor;
    enum price_bound bound;
  } rows[] = {
    { NULL, NULL, { 1, 1 }, 12345, 0, PRICE_BOUND_NONE },
    { "100", NULL, { 1, 1 }, 0, 10000, PRICE_BOUND_MINIMUM },
    { "100", NULL, { 1, 1 }, 9999, 1, PRICE_BOUND_MINIMUM },
    { "100", NULL, { 1, 1 }, 10000, 0, PRICE_BOUND_NONE },
    { "100", NULL, { 1, 1 }, -500, 10500, PRICE_BOUND_MINIMUM },
    { "100", NULL, { 17, 31 }, 0, 5484, PRICE_BOUND_MINIMUM }, /* 54.8387… */
    { "0.01", NULL, { 1, 2 }, 0, 1, PRICE_BOUND_MINIMUM },     /* half a cent, away from zero */
    { "0.01", NULL, { 1, 3 }, 0, 0, PRICE_BOUND_NONE },
    { NULL, "100", { 1, 1 }, 10000, 0, PRICE_BOUND_NONE },
    { NULL, "100", { 1, 1 }, 10001, -1, PRICE_BOUND_MAXIMUM },
    { NULL, "100", { 17, 31 }, 9000, -3516, PRICE_BOUND_MAXIMUM },
    { "50", "100", { 1, 1 }, 75, 4925, PRICE_BOUND_MINIMUM },
    { "50", "100", { 1, 1 }, 7500, 0, PRICE_BOUND_NONE },
    { "50", "50", { 1, 1 }, 7500, -2500, PRICE_BOUND_MAXIMUM },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct price_bounds bounds = { number (rows[i].minimum), number (rows[i].maximum) };
    enum price_bound bound;
    int64_t change_minor = 42;

    ck_assert_msg (price_bounds_apply (&bounds, rows[i].ratio, 2, rows[i].charged_minor, &bound, &change_minor), "row %zu", i);
    ck_assert_msg (bound == rows[i].bound && change_minor == rows[i].change_minor, "row %zu: %lld", i, (long long)change_minor);
    ck_assert (price_has_bounds (&bounds) == (i > 0));
  }
}
END_TEST

START_TEST (bounds_too_large)
{
  const struct price_bounds huge = { number ("1e20"), DECIMAL_ZERO }, most = { DECIMAL_ZERO, number ("1e20") };
  const struct price_bounds large = { number ("92233720368547758.07"), DECIMAL_ZERO };
  enum price_bound bound;
  int64_t change_minor;

  ck_assert (!price_bounds_apply (&huge, RATIO_ONE, 2, 0, &bound, &change_minor));
  ck_assert (!price_bounds_apply (&most, RATIO_ONE, 2, 0, &bound, &change_minor));
  ck_assert (!price_bounds_apply (&large, RATIO_ONE, 2, -1, &bound, &change_minor));
  ck_assert (price_bounds_apply (&large, RATIO_ONE, 2, 1, &bound, &change_minor));
  ck_assert_int_eq (change_minor, INT64_MAX - 1);
}
END_TEST

START_TEST (malformed_prices)
{
  static const struct price_tier none_unbounded[] = { { .up_to = { 10, 0 } }, { .up_to = { 20, 0 } } };
  static const struct price_tier falling[] = { { .up_to = { 20, 0 } }, { .up_to = { 10, 0 } }, { .unbounded = true } };
  static const struct price_tier repeated[] = { { .up_to = { 10, 0 } }, { .up_to = { 10, 0 } }, { .unbounded = true } };
  static const struct price_tier from_zero[] = { { .up_to = { 0, 0 } }, { .unbounded = true } };
  static const struct price_tier unbounded_first[] = { { .unbounded = true }, { .unbounded = true } };
  static const struct price_tier good[PRICE_STEPS_MAX + 1] = { { .unbounded = true } };
  static const struct price_tier unit_priced[] = { { .up_to = { 10, 0 }, .unit_price = { 1, 0 } }, { .unbounded = true } };
  const struct decimal one = { 1, 0 }, minus_one = { -1, 0 };
  const struct {
    struct price price;
    enum price_status status;
  } rows[] = {
    { { .model = PRICE_GRADUATED, .tiers = good, .tier_count = 1 }, PRICE_OK },
    { { .model = PRICE_GRADUATED, .tiers = good, .tier_count = 0 }, PRICE_BAD_TIERS },
    { { .model = PRICE_VOLUME, .tiers = NULL, .tier_count = 0 }, PRICE_BAD_TIERS },
    { { .model = PRICE_GRADUATED, .tiers = good, .tier_count = PRICE_STEPS_MAX + 1 }, PRICE_BAD_TIERS },
    { { .model = PRICE_GRADUATED, .tiers = none_unbounded, .tier_count = 2 }, PRICE_BAD_TIERS },
    { { .model = PRICE_VOLUME, .tiers = falling, .tier_count = 3 }, PRICE_BAD_TIERS },
    { { .model = PRICE_VOLUME, .tiers = repeated, .tier_count = 3 }, PRICE_BAD_TIERS },
    { { .model = PRICE_GRADUATED, .tiers = from_zero, .tier_count = 2 }, PRICE_BAD_TIERS },
    { { .model = PRICE_GRADUATED, .tiers = unbounded_first, .tier_count = 2 }, PRICE_BAD_TIERS },
    { { .model = PRICE_PACKAGE, .package_size = { 0, 0 } }, PRICE_BAD_PACKAGE },
    { { .model = PRICE_PACKAGE, .package_size = minus_one }, PRICE_BAD_PACKAGE },
    { { .model = PRICE_PACKAGE, .package_size = one }, PRICE_OK },
    { { .model = PRICE_PER_UNIT, .included = minus_one }, PRICE_BAD_INCLUDED },
    { { .model = PRICE_DYNAMIC, .included = one }, PRICE_BAD_INCLUDED },
    { { .model = PRICE_DYNAMIC }, PRICE_OK },
    { { .model = PRICE_STAIRSTEP, .tiers = good, .tier_count = 1 }, PRICE_OK },
    { { .model = PRICE_STAIRSTEP, .tiers = unit_priced, .tier_count = 2 }, PRICE_BAD_TIERS },
    { { .model = PRICE_GRADUATED_PERCENTAGE, .tiers = unit_priced, .tier_count = 2 }, PRICE_OK },
    { { .model = PRICE_GRADUATED_PERCENTAGE, .tiers = good, .tier_count = 0 }, PRICE_BAD_TIERS },
    { { .model = PRICE_PERCENTAGE }, PRICE_OK },
    { { .model = PRICE_PERCENTAGE, .included = one }, PRICE_BAD_INCLUDED },
    { { .model = PRICE_PERCENTAGE, .percentage = { .rate = minus_one } }, PRICE_BAD_PERCENTAGE },
    { { .model = PRICE_PERCENTAGE, .percentage = { .event_fee = minus_one } }, PRICE_BAD_PERCENTAGE },
    { { .model = PRICE_PERCENTAGE, .percentage = { .free_events = -1 } }, PRICE_BAD_PERCENTAGE },
    { { .model = PRICE_PERCENTAGE, .percentage = { .free_amount = minus_one } }, PRICE_BAD_PERCENTAGE },
    { { .model = PRICE_PERCENTAGE, .percentage = { .event_min = { 2, 0 }, .event_max = one } }, PRICE_BAD_PERCENTAGE },
    { { .model = PRICE_PERCENTAGE, .percentage = { .event_min = one, .event_max = one } }, PRICE_OK },
    { { .model = PRICE_PERCENTAGE, .percentage = { .event_min = one } }, PRICE_OK },
    { { .model = PRICE_MODEL_COUNT }, PRICE_BAD_MODEL },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct usage_total usage = used ("5");
    struct price_result result;

    ck_assert_msg (price_check (&rows[i].price) == rows[i].status, "row %zu", i);
    ck_assert_msg (price_rate (&rows[i].price, &usage, &result) == rows[i].status, "row %zu", i);
  }
}
END_TEST

START_TEST (as_many_tiers_as_there_are_steps)
{
  struct price_tier tiers[PRICE_STEPS_MAX];
  const struct price price = { .model = PRICE_GRADUATED, .tiers = tiers, .tier_count = PRICE_STEPS_MAX };
  const struct usage_total usage = used ("64");
  struct price_result result;

  /* Tier i holds unit i + 1 and costs i + 1: 1 + 2 + … + 64 = 2080. */
  for (int i = 0; i < PRICE_STEPS_MAX; i++)
    tiers[i] = (struct price_tier){
      .up_to = decimal_from_int64 (i + 1),
      .unbounded = i == PRICE_STEPS_MAX - 1,
      .unit_price = decimal_from_int64 (i + 1),
    };
  ck_assert_int_eq (price_rate (&price, &usage, &result), PRICE_OK);
  ck_assert_uint_eq (result.step_count, PRICE_STEPS_MAX);
  assert_amount (&result.amount, "2080", "64 tiers");
}
END_TEST

START_TEST (amounts_too_large)
{
  static const char *const huge = "99999999999999999999999999999999999999";
  static const struct tier_text steep[] = { { NULL, "1000", "0" } };
  static const struct tier_text steep_first[]
      = { { "100000", "99999999999999999999999999999999999999", "0" }, { NULL, "0", "0" } };
  struct price_tier tiers[TIERS_MOST], first_tiers[TIERS_MOST];
  const struct price rows[] = {
    { .model = PRICE_PER_UNIT, .unit_price = number (huge) },
    { .model = PRICE_PACKAGE, .unit_price = number ("1"), .package_size = number ("0.1") },
    { .model = PRICE_GRADUATED, .tiers = tiers, .tier_count = fill_tiers (steep, tiers) },
    { .model = PRICE_GRADUATED, .tiers = first_tiers, .tier_count = fill_tiers (steep_first, first_tiers) },
    { .model = PRICE_VOLUME, .tiers = tiers, .tier_count = 1 },
    { .model = PRICE_DYNAMIC, .multiplier = number ("1000") },
    /* 10^38 - 1 less 0.5 has 39 digits. */
    { .model = PRICE_PER_UNIT, .unit_price = number ("1"), .included = number ("0.5") },
  };
  const struct usage_total usage = {
    .quantity = number (huge),
    .amount = exact_from_decimal (number (huge)),
    .event_count = 1,
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct price_result result;

    ck_assert_msg (price_rate (&rows[i], &usage, &result) == PRICE_OVERFLOW, "row %zu", i);
  }
}
END_TEST

START_TEST (events_too_large)
{
  static const char *const huge = "99999999999999999999999999999999999999";
  static const struct percentage_text steep = { .rate = "99999999999999999999999999999999999999" };
  static const struct percentage_text half = { .rate = "0.01", .free_amount = "0.5" };
  const struct price too_much = percentage_of (&steep), too_fine = percentage_of (&half), plain = { .model = PRICE_PERCENTAGE };
  struct usage_total usage = { .quantity = DECIMAL_ZERO };

  ck_assert_int_eq (price_event_add (&too_much, &usage, number (huge)), PRICE_OVERFLOW);
  usage = (struct usage_total){ .quantity = DECIMAL_ZERO };
  ck_assert_int_eq (price_event_add (&too_fine, &usage, number (huge)), PRICE_OVERFLOW);
  usage = (struct usage_total){ .quantity = DECIMAL_ZERO };
  ck_assert_int_eq (price_event_add (&plain, &usage, number (huge)), PRICE_OK);
  ck_assert_int_eq (price_event_add (&plain, &usage, number (huge)), PRICE_OVERFLOW);
}
END_TEST

START_TEST (graduated_amounts_are_the_same_slice_by_slice)
{
  struct random random = random_for_test (1);

  for (int i = 0; i < 5000; i++) {
    /* Whole units, one after the other, each at the price of its own tier: the rule itself, without its shortcut. */
    struct price_tier tiers[TIERS_MOST];
    int64_t bound = 0, sum = 0;
    const int64_t quantity = random_between (&random, 0, 120);
    const struct price price = { .model = PRICE_GRADUATED, .tiers = tiers, .tier_count = TIERS_MOST };
    const struct usage_total usage = { .quantity = decimal_from_int64 (quantity), .amount = exact_zero (), .event_count = 1 };
    struct price_result result;
    struct exact expected;
    size_t tier = 0;

    for (size_t j = 0; j < TIERS_MOST; j++) {
      bound += random_between (&random, 1, 30);
      tiers[j] = (struct price_tier){
        .up_to = decimal_from_int64 (bound),
        .unbounded = j == TIERS_MOST - 1,
        .unit_price = decimal_from_int64 (random_between (&random, 0, 50)),
        .flat_price = decimal_from_int64 (random_between (&random, 0, 50)),
      };
    }
    for (int64_t unit = 1; unit <= quantity; unit++) {
      if (unit == 1)
        sum += (int64_t)tiers[0].flat_price.coefficient;
      if (!tiers[tier].unbounded && unit > (int64_t)tiers[tier].up_to.coefficient)
        sum += (int64_t)tiers[++tier].flat_price.coefficient;
      sum += (int64_t)tiers[tier].unit_price.coefficient;
    }
    expected = exact_from_decimal (decimal_from_int64 (sum));
    ck_assert_msg (price_rate (&price, &usage, &result) == PRICE_OK, "draw %d", i);
    ck_assert_msg (exact_compare (&result.amount, &expected) == 0, "draw %d: %lld units", i, (long long)quantity);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("price");
  TCase *models = tcase_create ("models");
  TCase *limits = tcase_create ("limits");

  tcase_add_test (models, model_names);
  tcase_add_test (models, models_without_tiers);
  tcase_add_test (models, tiered_models);
  tcase_add_test (models, stairs_and_shares);
  tcase_add_test (models, steps_tell_how_the_amount_came_about);
  tcase_add_test (models, steps_of_packages_count_blocks);
  tcase_add_test (models, dynamic_amounts);
  tcase_add_test (models, percentages);
  tcase_add_test (models, steps_of_percentages);
  tcase_add_test (models, which_percentages_need_the_order);
  tcase_add_test (models, bounds_of_a_charge);
  tcase_add_test (models, graduated_amounts_are_the_same_slice_by_slice);
  tcase_set_timeout (models, 60);
  suite_add_tcase (suite, models);
  tcase_add_test (limits, malformed_prices);
  tcase_add_test (limits, as_many_tiers_as_there_are_steps);
  tcase_add_test (limits, amounts_too_large);
  tcase_add_test (limits, events_too_large);
  tcase_add_test (limits, bounds_too_large);
  suite_add_tcase (suite, limits);
  return suite;
}
