/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs billing cases from public sources against the core. They lie outside the source tree, in the folder that
 * BILLCTL_VECTORS names (else ../shared/vectors beside it), and their README says how to read them.
 *
 * Every case is one line of TAP. A case that follows another rule than billctl(1) is not an oracle: it stands in the
 * table below with the reason, and is skipped. */
#include "core/currency.h"
#include "core/money.h"
#include "core/period.h"
#include "core/price.h"
#include "core/tax.h"

#include <glib.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

enum { TIERS_MOST = PRICE_STEPS_MAX };

static const struct {
  const char *id;
  const char *reason;
} exclusions[] = {
  { "pr-om-inv-gradflat-15 delta",
    "other rule: nothing used costs the first tier's flat part there, so the step from 0 is 100 smaller" },
  { "pr-kb-blk-top-101000", "no such model: blocks of another size in each tier; package has one size, volume no blocks" },
  { "pr-kb-blk-top-2000", "no such model: blocks of another size in each tier; package has one size, volume no blocks" },
  { "pe-om-add-4", "other rule: keeps the anchor's time of day; periods here are civil days" },
  { "pe-om-1st-1", "other rule: keeps the start's time of day, and an anchor before the start" },
  { "pe-om-1st-day", "other rule: keeps the start's time of day, and an anchor before the start" },
  { "pe-om-ph-2", "other rule: keeps the anchor's time of day; periods here are civil days" },
  { "pe-kb-14", "other rule: a billing day apart from the start; an anniversary here begins with the start" },
  { "pe-kb-15-3", "other rule: a billing day apart from the start; an anniversary here begins with the start" },
  { "pe-kb-y-14", "other rule: a billing day apart from the start; an anniversary here begins with the start" },
  { "pn-lago-fee-term-trial", "quirk: the source counts 2 days where its own rule gives 3" },
  { "pn-kb-cyc-q-bcd31", "quirk: counts 92 days back from a clamped date; computed from the anchor it is 90" },
  { "pn-kb-after-multi", "other rule: one part of 92 days over a month of 31; periods here tile, each with its own ratio" },
  { "pn-chargebee-qty", "quirk: the day of change counts for the old quantity; here it belongs to the new one" },
  { "pn-mlytics", "published number follows another rounding: the price of a day is rounded first" },
};

/* The running count of a TAP stream. */
struct tap {
  int count;
  int failed;
};

static void
tap_result (struct tap *tap, bool passed, const char *id, const char *details)
{
  printf ("%sok %d - %s\n", passed ? "" : "not ", ++tap->count, id);
  if (!passed) {
    tap->failed++;
    printf ("# %s\n", details);
  }
}

static void
tap_skip (struct tap *tap, const char *id, const char *reason, const char *what)
{
  printf ("ok %d - %s # SKIP %s%s\n", ++tap->count, id, reason, what);
}

/* Says so when the case is in the table of exclusions. */
static bool
tap_excluded (struct tap *tap, const char *id)
{
  for (size_t i = 0; i < G_N_ELEMENTS (exclusions); i++)
    if (strcmp (exclusions[i].id, id) == 0) {
      tap_skip (tap, id, exclusions[i].reason, "");
      return true;
    }
  return false;
}

/* The string member of an object, NULL when there is none. */
static const char *
member (json_object *object, const char *key)
{
  json_object *value = NULL;

  if (object == NULL || !json_object_object_get_ex (object, key, &value) || value == NULL)
    return NULL;
  return json_object_get_string (value);
}

static json_object *
child (json_object *object, const char *key)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, key, &value);
  return value;
}

static size_t
length_of (json_object *array)
{
  return array != NULL ? json_object_array_length (array) : 0;
}

static struct decimal
number (const char *text)
{
  struct decimal value = DECIMAL_ZERO;

  if (text != NULL && decimal_parse (text, strlen (text), &value) != DECIMAL_OK)
    g_error ("a vector holds \"%s\", which is no decimal", text);
  return value;
}

static struct time_text
time_of (const char *text)
{
  struct time_text time = { 0 };

  if (time_parse (text, strlen (text), &time) != TIME_OK)
    g_error ("a vector holds \"%s\", which is no time", text);
  return time;
}

static bool
is_amount (int64_t minor, const char *expected, const struct currency *currency)
{
  int64_t expected_minor = 0;

  return money_parse (expected, strlen (expected), currency, &expected_minor) == MONEY_OK && minor == expected_minor;
}

/* An exclusive tax of one rate on lines, each net of discounts. */
static bool
tax_of (const int64_t nets_minor[], size_t count, const char *percent, int64_t *ret_minor)
{
  struct tax_rate rate = { .kind = TAX_EXCLUSIVE };
  struct tax_total total = { 0 };
  g_autofree struct tax_entry *entries = g_new0 (struct tax_entry, count);
  const struct tax_sheet sheet = { TAX_ROUND_INVOICE, 1, &rate, nets_minor, count, entries, &total };

  for (size_t i = 0; i < count; i++)
    entries[i].line = i;
  if (!tax_percent_to_parts (number (percent), &rate.parts) || !tax_compute (&sheet))
    return false;
  *ret_minor = total.tax_minor;
  return true;
}

/* An amount with its tax. */
static bool
with_tax (int64_t net_minor, const char *percent, int64_t *ret_minor)
{
  int64_t tax_minor;

  return tax_of (&net_minor, 1, percent, &tax_minor) && money_add (net_minor, tax_minor, ret_minor);
}

/* -- pricing.json -- */

/* "1.3" per cent as a fraction; zero for NULL. */
static struct decimal
fraction (const char *percent)
{
  struct decimal value = DECIMAL_ZERO;

  if (decimal_from_percent (number (percent), &value) != DECIMAL_OK)
    g_error ("a vector holds %s per cent, which is too fine", percent);
  return value;
}

static struct price_percentage
read_percentage (json_object *params)
{
  const char *const free_events = member (params, "free_events");

  return (struct price_percentage){
    .rate = fraction (member (params, "rate_percent")),
    .event_fee = number (member (params, "fixed_amount")),
    .free_events = free_events == NULL ? 0 : g_ascii_strtoll (free_events, NULL, 10),
    .free_amount = number (member (params, "free_amount")),
    .event_min = number (member (params, "min_per_event")),
    .event_max = number (member (params, "max_per_event")),
  };
}

/* A price of the core from a case; the tiers go to `tiers`. A last tier with a bound is read as one without: the sources
 * let its price go on, or never get there. false: the case needs what the core does not have, named in *ret_missing. */
static bool
read_price (json_object *params, const char *model, struct price_tier tiers[TIERS_MOST], struct price *ret,
            const char **ret_missing)
{
  json_object *const rows = child (params, "tiers");

  *ret_missing = model;
  *ret = (struct price){ .tiers = tiers, .tier_count = length_of (rows) };
  if (!price_model_parse (model, &ret->model))
    return false;
  for (size_t i = 0; i < ret->tier_count; i++) {
    json_object *const row = json_object_array_get_idx (rows, i);

    tiers[i] = (struct price_tier){
      .up_to = number (member (row, "up_to")),
      .unbounded = i == ret->tier_count - 1,
      .unit_price = ret->model == PRICE_GRADUATED_PERCENTAGE ? fraction (member (row, "rate_percent"))
                                                             : number (member (row, "unit_amount")),
      .flat_price = number (member (row, ret->model == PRICE_STAIRSTEP ? "amount" : "flat_amount")),
    };
  }
  ret->unit_price = number (ret->model == PRICE_FLAT      ? member (params, "amount")
                            : ret->model == PRICE_PACKAGE ? member (params, "package_amount")
                                                          : member (params, "unit_amount"));
  ret->package_size = number (member (params, "package_size"));
  ret->included = number (member (params, "free_units"));
  ret->multiplier = number (member (params, "multiplier"));
  ret->percentage = read_percentage (params);
  return true;
}

/* Prices a quantity, with the events' own amounts for the models that want them. */
static bool
rate (const struct price *price, const char *quantity, json_object *events, struct exact *ret)
{
  struct usage_total usage = { .quantity = number (quantity), .amount = exact_zero () };
  struct price_result result;

  for (size_t i = 0; i < length_of (events); i++) {
    const struct decimal value = number (json_object_get_string (json_object_array_get_idx (events, i)));
    const struct exact amount = exact_from_decimal (value);

    usage.event_count++;
    if (price->model == PRICE_DYNAMIC && !exact_add (&usage.amount, &amount, &usage.amount))
      return false;
    if (price_model_is_by_event (price->model) && price_event_add (price, &usage, value) != PRICE_OK)
      return false;
  }
  if (price_rate (price, &usage, &result) != PRICE_OK)
    return false;
  *ret = result.amount;
  return true;
}

/* Takes the percentage of the charge off an amount, rounds it and holds it within the bounds of the charge. */
static bool
round_within (json_object *params, const struct exact *amount, const struct currency *currency, int64_t *ret_minor)
{
  struct exact net;
  struct decimal rest;
  const struct price_bounds bounds = { number (member (params, "minimum_amount")), number (member (params, "maximum_amount")) };
  enum price_bound bound;
  int64_t change_minor = 0;

  if (decimal_subtract (decimal_from_int64 (1), fraction (member (params, "discount_percent")), &rest) != DECIMAL_OK
      || !exact_multiply (amount, rest, &net) || !exact_round (&net, RATIO_ONE, currency->digits, ret_minor)
      || !price_bounds_apply (&bounds, RATIO_ONE, currency->digits, *ret_minor, &bound, &change_minor))
    return false;
  *ret_minor += change_minor;
  return true;
}

static void
check_delta (struct tap *tap, json_object *item, const struct price *price, const struct currency *currency, int64_t minor)
{
  g_autofree char *id = g_strdup_printf ("%s delta", member (item, "id"));
  struct exact prior;
  int64_t prior_minor = 0;

  if (tap_excluded (tap, id))
    return;
  tap_result (tap,
              rate (price, member (item, "prior_quantity"), NULL, &prior)
                  && round_within (child (item, "params"), &prior, currency, &prior_minor)
                  && is_amount (minor - prior_minor, member (item, "expected_delta"), currency),
              id, member (item, "expected_delta"));
}

static void
check_pricing (struct tap *tap, json_object *item)
{
  const char *const id = member (item, "id"), *const unrounded = member (item, "expected_unrounded");
  const char *const gross = member (item, "expected_total_with_tax");
  const struct currency *const currency = currency_find (member (item, "currency"));
  g_autofree struct price_tier *tiers = g_new0 (struct price_tier, TIERS_MOST);
  g_autofree char *details = NULL;
  const char *missing;
  char text[EXACT_TEXT_SIZE] = "no amount";
  struct price price;
  struct exact amount;
  int64_t minor = 0;
  bool passed;

  if (tap_excluded (tap, id))
    return;
  if (!read_price (child (item, "params"), member (item, "model"), tiers, &price, &missing)) {
    tap_skip (tap, id, "model not covered yet: ", missing);
    return;
  }
  passed = rate (&price, member (item, "quantity"), child (item, "events"), &amount);
  if (passed) {
    exact_format (&amount, text);
    passed = round_within (child (item, "params"), &amount, currency, &minor)
             && is_amount (minor, member (item, "expected_amount"), currency);
  }
  if (passed && unrounded != NULL) {
    const struct exact expected = exact_from_decimal (number (unrounded));

    passed = exact_compare (&amount, &expected) == 0;
  }
  if (passed && gross != NULL)
    passed = with_tax (minor, member (item, "tax_percent"), &minor) && is_amount (minor, gross, currency);
  details = g_strdup_printf ("%s, expected %s", text, member (item, "expected_amount"));
  tap_result (tap, passed, id, details);
  if (member (item, "expected_delta") != NULL)
    check_delta (tap, item, &price, currency, minor);
}

/* -- periods.json -- */

static struct date
local_date (GTimeZone *zone, const char *text)
{
  const struct time_text time = time_of (text);
  const int64_t second = time_instant_us (&time) / MICROSECONDS_PER_SECOND;
  const int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, second);
  const int64_t local = second + g_time_zone_get_offset (zone, interval);

  return (struct date){ (int32_t)((local - (local % 86400 + 86400) % 86400) / 86400) };
}

/* Does the local day begin at this instant? */
static bool
is_midnight (GTimeZone *zone, struct date date, const char *text)
{
  const struct time_text time = time_of (text);
  int64_t second = (int64_t)date.day * 86400;
  const int interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_STANDARD, &second);

  return second - g_time_zone_get_offset (zone, interval) == time_instant_us (&time) / MICROSECONDS_PER_SECOND;
}

/* The cycle of a case. An anniversary needs its anchor; a calendar cycle begins with the start, or long ago. */
static struct cycle
read_cycle (json_object *item, GTimeZone *zone)
{
  const char *const anchor = member (item, "anchor"), *const start = member (item, "start");
  struct cycle cycle = { .anchor = { 0 }, .alignment = ALIGN_CALENDAR };
  g_autofree char *interval = g_strdup_printf ("%s:%s", member (item, "interval"), member (item, "interval_count"));

  if (!interval_parse (interval, strlen (interval), &cycle.interval))
    g_error ("a vector holds the interval \"%s\"", interval);
  if (strcmp (member (item, "alignment"), "anniversary") == 0)
    cycle.alignment = ALIGN_ANNIVERSARY;
  if (anchor != NULL || start != NULL)
    cycle.anchor = local_date (zone, anchor != NULL ? anchor : start);
  return cycle;
}

static void
check_period (struct tap *tap, json_object *item)
{
  const char *const id = member (item, "id"), *const days = member (item, "days");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (member (item, "timezone"));
  g_autofree char *details = NULL;
  struct cycle cycle;
  struct period period = { { 0 }, { 0 } };
  char start[DATE_TEXT_SIZE], end[DATE_TEXT_SIZE];
  bool passed;

  if (tap_excluded (tap, id))
    return;
  if (zone == NULL) {
    tap_skip (tap, id, "this machine has no time zone ", member (item, "timezone"));
    return;
  }
  cycle = read_cycle (item, zone);
  passed = cycle_period (&cycle, cycle_index (&cycle, local_date (zone, member (item, "at"))), &period)
           && is_midnight (zone, period.start, member (item, "period_start"))
           && is_midnight (zone, period.end, member (item, "period_end"))
           && (days == NULL || period.end.day - period.start.day == (int)g_ascii_strtoll (days, NULL, 10));
  date_format (period.start, start);
  date_format (period.end, end);
  details = g_strdup_printf ("%s to %s local, expected %s to %s", start, end, member (item, "period_start"),
                             member (item, "period_end"));
  tap_result (tap, passed, id, details);
}

/* -- proration.json -- */

/* "27/31", or "1". */
static struct ratio
read_ratio (const char *text)
{
  struct ratio ratio = RATIO_ONE;
  char *end = NULL;

  ratio.numerator = g_ascii_strtoll (text, &end, 10);
  if (*end == '/')
    ratio.denominator = g_ascii_strtoll (end + 1, &end, 10);
  if (*end != '\0' || ratio.denominator <= 0)
    g_error ("a vector holds the ratio \"%s\"", text);
  return ratio;
}

static bool
same_ratio (struct ratio a, struct ratio b)
{
  return (int128)a.numerator * b.denominator == (int128)b.numerator * a.denominator;
}

/* The ratio of a component: from its dates where it has them, and then equal to the ratio that the source states. */
static bool
component_ratio (json_object *component, struct ratio *ret)
{
  const char *const stated = member (component, "ratio");

  *ret = stated != NULL ? read_ratio (stated) : RATIO_ONE;
  if (member (component, "period_start") != NULL && member (component, "from") != NULL) {
    const struct period part = { time_of (member (component, "from")).date, time_of (member (component, "to")).date };
    const struct period whole
        = { time_of (member (component, "period_start")).date, time_of (member (component, "period_end")).date };

    *ret = period_ratio (part, whole);
    return stated == NULL || same_ratio (*ret, read_ratio (stated));
  }
  return stated != NULL;
}

/* Checks one component; adds what it comes to onto *net_minor. */
static bool
check_component (json_object *component, const struct currency *currency, int64_t *net_minor)
{
  const char *const expected = member (component, "expected"), *const expected_ratio = member (component, "expected_ratio");
  const char *const quantity = member (component, "quantity"), *const gross = member (component, "expected_with_tax");
  struct decimal price = number (member (component, "price"));
  struct ratio ratio;
  struct exact amount;
  int64_t minor = 0, gross_minor = 0;

  if (!component_ratio (component, &ratio))
    return false;
  if (expected_ratio != NULL) {
    /* Nine places of the ratio: four places of 100000 times it. */
    const struct exact stated = exact_from_decimal (number (expected_ratio));
    const struct exact hundred_thousand = exact_from_decimal (decimal_from_int64 (100000));
    struct exact scaled;
    int64_t ours, theirs;

    if (!exact_round (&hundred_thousand, ratio, 4, &ours) || !exact_multiply (&stated, decimal_from_int64 (100000), &scaled)
        || !exact_round (&scaled, RATIO_ONE, 4, &theirs) || ours != theirs)
      return false;
  }
  if (expected == NULL)
    return expected_ratio != NULL;
  if (expected[0] == '-')
    price = decimal_negate (price);
  if (!exact_product (price, quantity != NULL ? number (quantity) : decimal_from_int64 (1), &amount)
      || !exact_round (&amount, ratio, currency->digits, &minor) || !is_amount (minor, expected, currency))
    return false;
  if (gross != NULL
      && (!with_tax (minor, member (component, "tax_percent"), &gross_minor)
          || !is_amount (gross_minor, gross, currency)))
    return false;
  return money_add (*net_minor, minor, net_minor);
}

static void
check_proration (struct tap *tap, json_object *item)
{
  const char *const id = member (item, "id"), *const expected_net = member (item, "expected_net");
  const struct currency *const currency = currency_find (member (item, "currency"));
  json_object *const components = child (item, "components");
  const char *wrong = NULL;
  int64_t net_minor = 0;

  if (tap_excluded (tap, id))
    return;
  for (size_t i = 0; wrong == NULL && i < length_of (components); i++) {
    json_object *const component = json_object_array_get_idx (components, i);

    if (!check_component (component, currency, &net_minor))
      wrong = member (component, "what");
  }
  if (wrong == NULL && expected_net != NULL && !is_amount (net_minor, expected_net, currency))
    wrong = "net";
  tap_result (tap, wrong == NULL && length_of (components) > 0, id, wrong != NULL ? wrong : "no components");
}

/* -- invoices.json -- */

/* The amount of a field in minor units; 0 when there is none. */
static int64_t
minor_of (json_object *object, const char *key, const struct currency *currency)
{
  const char *const text = member (object, key);
  int64_t minor = 0;

  if (text != NULL && money_parse (text, strlen (text), currency, &minor) != MONEY_OK)
    g_error ("a vector holds the amount \"%s\"", text);
  return minor;
}

/* What is said is right; what is not said is. */
static bool
agrees (json_object *expected, const char *key, int64_t minor, const struct currency *currency)
{
  return member (expected, key) == NULL || minor_of (expected, key, currency) == minor;
}

/* The lines with a price and a ratio come to their amounts. */
static bool
check_ratio (json_object *line, const struct currency *currency)
{
  const char *const price = member (line, "price"), *const ratio = member (line, "ratio");
  int64_t minor = 0;

  if (price == NULL || ratio == NULL)
    return true;
  const struct exact exact = exact_from_decimal (number (price));

  return exact_round (&exact, read_ratio (ratio), currency->digits, &minor) && minor == minor_of (line, "amount", currency);
}

/* Fills in what each line comes to after its discount; what is taken off the whole invoice is left in *ret_discount_minor. */
static bool
read_lines (json_object *invoice, const struct currency *currency, int64_t nets_minor[], int64_t *ret_total_minor, int64_t *ret_discount_minor)
{
  json_object *const lines = child (invoice, "lines"), *const discounts = child (invoice, "discounts");
  int64_t of_lines_minor = 0;

  for (size_t i = 0; i < length_of (lines); i++) {
    json_object *const line = json_object_array_get_idx (lines, i);
    const int64_t discount = minor_of (line, "discount", currency);

    if (!check_ratio (line, currency))
      return false;
    nets_minor[i] = minor_of (line, "amount", currency) - discount;
    *ret_total_minor += minor_of (line, "amount", currency);
    of_lines_minor += discount;
  }
  for (size_t i = 0; i < length_of (discounts); i++)
    *ret_discount_minor += minor_of (json_object_array_get_idx (discounts, i), "amount", currency);
  return of_lines_minor == 0 || of_lines_minor == *ret_discount_minor;
}

/* Lines, discounts, subtotal, tax on what each line comes to, total, credits, amount due. */
static bool
check_one_invoice (json_object *invoice, const struct currency *currency)
{
  json_object *const lines = child (invoice, "lines"), *const expected = child (invoice, "expected");
  json_object *const first = json_object_array_get_idx (lines, 0), *const own = child (first, "tax_percents");
  json_object *const rates = own != NULL ? own : child (invoice, "tax_percents");
  g_autofree int64_t *nets_minor = g_new0 (int64_t, length_of (lines) + 1);
  int64_t total = 0, discount = 0, tax = 0;

  if (!read_lines (invoice, currency, nets_minor, &total, &discount) || !agrees (expected, "lines_total", total, currency))
    return false;
  for (size_t i = 0; i < length_of (rates); i++) {
    int64_t one = 0;

    if (!tax_of (nets_minor, length_of (lines), json_object_get_string (json_object_array_get_idx (rates, i)), &one))
      return false;
    tax += one;
  }
  return agrees (expected, "subtotal", total - discount, currency) && agrees (expected, "tax", tax, currency)
         && agrees (expected, "total", total - discount + tax, currency)
         && agrees (expected, "amount_due", total - discount + tax - minor_of (expected, "credits_applied", currency), currency);
}

static void
check_invoice (struct tap *tap, json_object *item)
{
  const char *const id = member (item, "id");
  const struct currency *const currency = currency_find (member (item, "currency"));
  json_object *const invoices = child (item, "invoices"), *const note = child (item, "credit_note");
  const char *wrong = length_of (invoices) > 0 ? NULL : "no invoices";

  if (tap_excluded (tap, id))
    return;
  for (size_t i = 0; wrong == NULL && i < length_of (invoices); i++)
    if (!check_one_invoice (json_object_array_get_idx (invoices, i), currency))
      wrong = member (json_object_array_get_idx (invoices, i), "date");
  if (wrong == NULL && note != NULL) {
    json_object *const rate = json_object_array_get_idx (child (json_object_array_get_idx (invoices, 0), "tax_percents"), 0);
    int64_t gross = 0;

    if (!with_tax (minor_of (note, "net", currency), json_object_get_string (rate), &gross)
        || gross != minor_of (note, "total", currency))
      wrong = "credit note";
  }
  tap_result (tap, wrong == NULL, id, wrong != NULL ? wrong : "");
}

/* -- rounding.json, currencies.json -- */

static void
check_rounding (struct tap *tap, json_object *item)
{
  const char *const id = member (item, "id");
  const struct currency *currency;
  struct exact value;
  int64_t minor = 0;

  if (tap_excluded (tap, id))
    return;
  if (strcmp (member (item, "kind"), "round") != 0) {
    tap_skip (tap, id, "kind not covered: ", member (item, "kind"));
    return;
  }
  currency = currency_find (member (item, "currency"));
  value = exact_from_decimal (number (member (item, "value")));
  tap_result (tap,
              exact_round (&value, RATIO_ONE, currency->digits, &minor) && is_amount (minor, member (item, "expected"), currency),
              id, member (item, "expected"));
}

static void
check_currency (struct tap *tap, json_object *item)
{
  const char *const code = member (item, "code"), *const digits = member (item, "minor_units");
  const struct currency *const currency = currency_find (code);

  if (digits == NULL)
    tap_result (tap, currency == NULL, code, "a code without minor units is found");
  else
    tap_result (tap,
                currency != NULL && currency->digits == (int)g_ascii_strtoll (digits, NULL, 10)
                    && currency->number == (int)g_ascii_strtoll (member (item, "numeric"), NULL, 10),
                code, "other digits or number");
}

static void
check_withdrawn (struct tap *tap, json_object *item)
{
  tap_result (tap, currency_find (member (item, "code")) == NULL, member (item, "code"), "a withdrawn code is found");
}

/* Both ways: no currency of ours may be missing there. */
static void
check_currency_count (struct tap *tap, json_object *currencies)
{
  size_t expected = 0, count;

  for (size_t i = 0; i < length_of (currencies); i++)
    expected += member (json_object_array_get_idx (currencies, i), "minor_units") != NULL;
  currency_table (&count);
  tap_result (tap, count == expected, "number of currencies", "the tables differ in length");
}

static void
check_file (struct tap *tap, const char *folder, const char *name, const char *key, void (*check) (struct tap *, json_object *))
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  json_object *const file = json_object_from_file (path);
  json_object *items;

  if (file == NULL) {
    tap_skip (tap, name, "no file ", path);
    return;
  }
  items = child (file, key);
  for (size_t i = 0; i < length_of (items); i++)
    check (tap, json_object_array_get_idx (items, i));
  if (check == check_currency)
    check_currency_count (tap, items);
  json_object_put (file);
}

int
main (void)
{
  const char *const wish = g_getenv ("BILLCTL_VECTORS"), *const source = g_getenv ("srcdir");
  g_autofree char *folder
      = wish != NULL ? g_strdup (wish) : g_build_filename (source != NULL ? source : ".", "..", "shared", "vectors", NULL);
  struct tap tap = { 0, 0 };

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    printf ("1..0 # SKIP no billing vectors in %s\n", folder);
    return 0;
  }
  check_file (&tap, folder, "pricing.json", "cases", check_pricing);
  check_file (&tap, folder, "periods.json", "cases", check_period);
  check_file (&tap, folder, "proration.json", "cases", check_proration);
  check_file (&tap, folder, "invoices.json", "cases", check_invoice);
  check_file (&tap, folder, "rounding.json", "cases", check_rounding);
  check_file (&tap, folder, "currencies.json", "currencies", check_currency);
  check_file (&tap, folder, "currencies.json", "withdrawn_codes", check_withdrawn);
  printf ("1..%d\n", tap.count);
  return tap.failed == 0 ? 0 : 1;
}
