/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalog files without a ledger: definitions, what they parse to, differences in words, and what is refused. */
#include "service/catalog.h"
#include "service/catalog-fields.h"
#include "service/catalog-shape.h"

#include "base/error.h"
#include "service/plan-words.h"

#include "tap-main.h"

#include <string.h>

#define METRICS "\"metrics\":[{\"code\":\"m\",\"name\":\"Minutes\"},{\"code\":\"n\"},{\"code\":\"w\",\"aggregation\":\"weighted_sum\"}," \
  "{\"code\":\"c\",\"aggregation\":\"count\"}]"

static struct catalog *
read_catalog (const char *text, GPtrArray *problems, GError **error)
{
  g_autoptr (json_object) value = NULL;
  struct catalog *catalog = NULL;
  struct catalog_source source = { .path = "c.json", .text = text, .length = strlen (text) };
  if (!catalog_parse (&source, &value, error))
    return NULL;
  return catalog_check (NULL, source.path, value, problems, &catalog, error) ? catalog : NULL;
}

/* A file with one plan; `fields` stand beside its code. */
static struct catalog *
catalog_of (const char *fields)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("{\"currency\":\"USD\"," METRICS ",\"plans\":[{\"code\":\"p\",%s}]}", fields);
  struct catalog *catalog = read_catalog (text, NULL, &error);
  ck_assert_msg (catalog != NULL, "%s: %s", fields, error == NULL ? "" : error->message);
  return catalog;
}

static const struct plan *
terms_of (const struct catalog *catalog)
{
  return ((const struct catalog_plan *) g_ptr_array_index (catalog->plans, 0))->terms;
}

#define MONTHLY "\"prices\":[{\"interval\":\"month\",\"amount\":\"99.00\"}]"

START_TEST (the_definition_is_canonical)
{
  g_autoptr (catalog_t) catalog = catalog_of (MONTHLY);
  ck_assert_str_eq (terms_of (catalog)->definition,
                    "{\"alignment\":\"anniversary\",\"billing\":\"advance\",\"currency\":\"USD\",\"grace_days\":0,"
                    "\"prices\":[{\"amount\":\"99.00\",\"interval\":\"month\"}],\"retries\":0,\"trial_days\":0,"
                    "\"type\":\"subscription\",\"usage_interval\":\"month\"}");
}
END_TEST

START_TEST (the_definition_of_a_charge_is_canonical)
{
  static const char *const rows[][2] = {
    { "\"model\":\"per_unit\",\"unit_price\":\"0.10\"",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"per_unit\",\"name\":\"Minutes\",\"price\":{\"unit_price\":\"0.1\"}}" },
    { "\"model\":\"per_unit\",\"unit_price\":\"1\",\"minimum_amount\":\"0.50\",\"maximum_amount\":\"9.00\"",
      "{\"code\":\"m\",\"maximum_amount\":\"9\",\"metric\":\"m\",\"minimum_amount\":\"0.5\",\"model\":\"per_unit\",\"name\":\"Minutes\","
      "\"price\":{\"unit_price\":\"1\"}}" },
    { "\"model\":\"per_unit\",\"unit_price\":\"1\",\"minimum_amount\":\"0.00\"",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"per_unit\",\"name\":\"Minutes\",\"price\":{\"unit_price\":\"1\"}}" },
    { "\"model\":\"per_unit\",\"unit_price\":\"1\",\"unit_size\":\"1.0\",\"round\":{\"mode\":\"up\"}",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"per_unit\",\"name\":\"Minutes\",\"price\":{\"unit_price\":\"1\"},"
      "\"round\":{\"mode\":\"up\",\"to\":\"1\"}}" },
    { "\"model\":\"per_unit\",\"unit_price\":\"1\",\"unit_size\":\"1e3\"",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"per_unit\",\"name\":\"Minutes\",\"price\":{\"unit_price\":\"1\"},"
      "\"unit_size\":\"1000\"}" },
    { "\"model\":\"stairstep\",\"tiers\":[{\"up_to\":10,\"flat_price\":\"5.00\"},{\"flat_price\":\"9\"}]",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"stairstep\",\"name\":\"Minutes\",\"price\":{\"tiers\":[{\"flat_price\":\"5\","
      "\"up_to\":\"10\"},{\"flat_price\":\"9\"}]}}" },
    { "\"model\":\"percentage\",\"percent\":\"2.90\",\"event_fee\":\"0.30\",\"free_events\":3,\"free_amount\":\"100\","
      "\"event_min\":\"0.5\",\"event_max\":\"20\"",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"percentage\",\"name\":\"Minutes\",\"price\":{\"event_fee\":\"0.3\","
      "\"event_max\":\"20\",\"event_min\":\"0.5\",\"free_amount\":\"100\",\"free_events\":3,\"percent\":\"2.9\"}}" },
    { "\"model\":\"graduated_percentage\",\"tiers\":[{\"up_to\":10,\"percent\":\"1.0\",\"flat_price\":\"2\"},{\"percent\":0}]",
      "{\"code\":\"m\",\"metric\":\"m\",\"model\":\"graduated_percentage\",\"name\":\"Minutes\",\"price\":{\"tiers\":["
      "{\"flat_price\":\"2\",\"percent\":\"1\",\"up_to\":\"10\"},{}]}}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *fields = g_strdup_printf (MONTHLY ",\"charges\":[{\"metric\":\"m\",%s}]", rows[i][0]);
    g_autofree char *part = g_strdup_printf ("\"charges\":[%s]", rows[i][1]);
    g_autoptr (catalog_t) catalog = catalog_of (fields);
    ck_assert_msg (strstr (terms_of (catalog)->definition, part) != NULL, "%s", terms_of (catalog)->definition);
  }
}
END_TEST

START_TEST (equal_terms_have_equal_text)
{
  static const char *const pairs[][2] = {
    { MONTHLY, "\"trial_days\":0,\"type\":\"subscription\",\"prices\":[{\"amount\":\"99\",\"interval\":\"monthly\"}],\"name\":\"N\"," 
               "\"description\":\"D\",\"metadata\":{\"k\":\"v\"},\"usage_interval\":\"month\",\"currency\":\"usd\",\"custom\":false" },
    { "\"prices\":[{\"interval\":\"year\",\"amount\":\"1\"},{\"interval\":\"month\",\"amount\":\"2\"}]",
      "\"prices\":[{\"interval\":{\"unit\":\"month\",\"count\":1},\"amount\":\"2.0\"},{\"interval\":\"12 months\",\"amount\":\"1.00\"}]" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"0.10\",\"included\":\"1e3\"}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"code\":\"m\",\"name\":\"Minutes\",\"model\":\"per_unit\",\"unit_price\":\"0.1000\","
              "\"included\":1000,\"filters\":[]}]" },
    { MONTHLY ",\"features\":{\"a\":true,\"b\":\"2\"}", MONTHLY ",\"features\":{\"b\":2,\"a\":\"yes\"}" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"volume\",\"tiers\":[{\"up_to\":5,\"unit_price\":\"1\"},{\"up_to\":null,"
              "\"unit_price\":\"0\",\"flat_price\":\"3\"}]}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"volume\",\"tiers\":[{\"up_to\":\"5.0\",\"unit_price\":\"1.0\",\"flat_price\":"
              "\"0.00\"},{\"flat_price\":\"3.00\"}]}]" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":3}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":\"3.00\",\"event_fee\":\"0\",\"free_events\":0,"
              "\"free_amount\":\"0.00\",\"event_min\":\"0\"}]" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"graduated_percentage\",\"tiers\":[{\"up_to\":5,\"percent\":\"0\"},"
              "{\"percent\":\"2.50\"}]}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"graduated_percentage\",\"tiers\":[{\"up_to\":5,\"flat_price\":\"0\"},"
              "{\"percent\":\"2.5\",\"flat_price\":\"0.00\"}]}]" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (catalog_t) first = catalog_of (pairs[i][0]), second = catalog_of (pairs[i][1]);
    ck_assert_str_eq (terms_of (first)->definition, terms_of (second)->definition);
  }
}
END_TEST

START_TEST (different_terms_have_different_text)
{
  /* A week is not 7 days: they begin on other days when aligned to the calendar. */
  static const char *const fields[] = {
    MONTHLY,
    "\"prices\":[{\"interval\":\"month\",\"amount\":\"99.01\"}]",
    "\"prices\":[{\"interval\":\"week\",\"amount\":\"99.00\"}]",
    "\"prices\":[{\"interval\":\"7 days\",\"amount\":\"99.00\"}]",
    MONTHLY ",\"billing\":\"arrears\"",
    MONTHLY ",\"alignment\":\"calendar\"",
    MONTHLY ",\"trial_days\":14",
    MONTHLY ",\"usage_interval\":\"week\"",
    MONTHLY ",\"credits\":{\"included\":1}",
    MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":1}]",
    MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":1,\"kind\":\"hard\"}]",
    MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":1,\"alerts\":[80]}]",
    MONTHLY ",\"features\":{\"x\":false}",
    MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\"}]",
    MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\"}]",
    MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"filters\":[{\"match\":{\"a\":\"1\"},\"unit_price\":\"1\"}]}]",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    for (gsize k = 0; k < i; k++) {
      g_autoptr (catalog_t) first = catalog_of (fields[i]), second = catalog_of (fields[k]);
      ck_assert_str_ne (terms_of (first)->definition, terms_of (second)->definition);
    }
}
END_TEST

static void
ck_decimal (struct decimal value, const char *text)
{
  g_autofree char *actual = decimal_words (value);
  ck_assert_str_eq (actual, text);
}

START_TEST (everything_arrives_in_the_plan)
{
  g_autoptr (catalog_t) catalog = catalog_of (
      "\"name\":\"Plan\",\"type\":\"hybrid\",\"billing\":\"arrears\",\"alignment\":\"calendar\",\"trial_days\":14,\"grace_days\":3,"
      "\"retries\":2,\"prices\":[{\"interval\":\"year\",\"amount\":\"990.00\"},{\"interval\":\"month\",\"amount\":\"99.50\"}],"
      "\"quantities\":[{\"code\":\"seat\",\"name\":\"Seats\",\"included\":3,\"min\":1,\"max\":50,\"prices\":[{\"interval\":\"year\","
      "\"unit_price\":\"50\"},{\"interval\":\"month\",\"unit_price\":\"5.125\"}]}],"
      "\"charges\":[{\"metric\":\"m\",\"code\":\"c\",\"model\":\"graduated\",\"included\":10,\"tiers\":[{\"up_to\":1000,\"unit_price\":"
      "\"0.5\"},{\"up_to\":null,\"flat_price\":\"7.00\"}]},{\"metric\":\"*\",\"model\":\"dynamic\",\"amount_property\":\"Cost\","
      "\"multiplier\":\"1.1\",\"filters\":[{\"match\":{\"size\":\"s\",\"env\":\"p\"},\"multiplier\":\"2\"}]}],"
      "\"limits\":[{\"metric\":\"m\",\"value\":\"500\",\"kind\":\"hard\",\"reset\":\"calendar-month\",\"alerts\":[80,100]},"
      "{\"metric\":\"seat\",\"value\":\"unlimited\"}],\"features\":{\"sso\":true},\"credits\":{\"included\":\"12.5\"}");
  const struct plan *plan = terms_of (catalog);
  ck_assert_int_eq (plan->type, PLAN_TYPE_HYBRID);
  ck_assert_int_eq (plan->billing, PLAN_IN_ARREARS);
  ck_assert_int_eq (plan->alignment, ALIGN_CALENDAR);
  ck_assert (plan->trial_days == 14 && plan->grace_days == 3 && plan->retries == 2 && !plan->custom);
  /* Shortest interval first; usage is billed by it. */
  ck_assert (plan->fee_count == 2 && plan->fees[0].amount_minor == 9950 && plan->fees[1].amount_minor == 99000);
  ck_assert (plan->usage_interval.unit == INTERVAL_MONTH && plan->usage_interval.count == 1);
  const struct plan_quantity *seat = plan_find_quantity (plan, "seat");
  ck_assert_ptr_nonnull (seat);
  ck_decimal (seat->included, "3");
  ck_decimal (seat->initial, "3"); /* what is included, when the file names no default */
  ck_decimal (seat->most, "50");
  ck_assert_uint_eq (seat->price_count, 2);
  ck_decimal (seat->prices[0].unit_price, "5.125");
  ck_decimal (seat->prices[1].unit_price, "50");
  const struct plan_charge *charge = plan_find_charge (plan, "m"), *rest = plan_find_charge (plan, "n");
  ck_assert_str_eq (charge->code, "c");
  ck_assert_str_eq (charge->name, "Minutes");
  ck_assert (charge->has_default && charge->fallback.price.tier_count == 2 && charge->fallback.price.tiers[1].unbounded);
  ck_decimal (charge->fallback.price.tiers[0].up_to, "1000");
  ck_decimal (charge->fallback.price.tiers[1].flat_price, "7");
  ck_decimal (charge->fallback.price.included, "10");
  ck_assert_str_eq (rest->metric, "*");
  ck_assert_str_eq (rest->amount_property, "Cost");
  ck_assert_uint_eq (rest->filter_count, 1);
  ck_assert_str_eq (rest->filters[0].code, "size=s,env=p");
  ck_decimal (rest->filters[0].price.multiplier, "2");
  ck_assert (plan->limits[0].kind == LIMIT_HARD && plan->limits[0].reset == LIMIT_RESET_CALENDAR_MONTH && !plan->limits[0].unlimited);
  ck_assert (plan->limits[0].alert_count == 2 && plan->limits[0].alerts[1] == 100);
  ck_assert (plan->limits[1].unlimited && plan->limits[1].kind == LIMIT_OVERAGE);
  ck_assert_str_eq (plan->features[0].value, "yes");
  ck_decimal (plan->included_credits, "12.5");
}
END_TEST

START_TEST (settings_arrive_in_the_plan)
{
  g_autoptr (catalog_t) catalog = catalog_of (
      MONTHLY ",\"proration\":\"30/360\",\"trial_payment_method\":\"required\",\"customer\":\"acme\",\"discount_percent\":\"12.5\","
              "\"minimum_spend\":\"50\",\"maximum_spend\":\"200.00\",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":"
              "\"1\"},{\"metric\":\"n\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"discount_percent\":0}]");
  const struct plan *plan = terms_of (catalog);
  ck_assert_int_eq (plan->proration, BASIS_30_360);
  ck_assert_int_eq (plan->trial_payment, TRIAL_PAYMENT_REQUIRED);
  ck_assert_str_eq (plan->customer, "acme");
  ck_decimal (plan->discount, "0.125");
  ck_decimal (plan->spending.minimum, "50");
  ck_decimal (plan->spending.maximum, "200");
  ck_decimal (plan->charges[0].discount, "0.125"); /* the plan's, as it names none */
  ck_decimal (plan->charges[1].discount, "0");
  ck_assert_int_eq (plan->charges[0].billing, PLAN_IN_ARREARS);
  ck_assert (strstr (plan->definition, "\"customer\":\"acme\",\"discount_percent\":\"12.5\"") != NULL);
  ck_assert (strstr (plan->definition, "\"proration\":\"30/360\"") != NULL);
  ck_assert (strstr (plan->definition, "\"discount_percent\":\"0\",\"metric\":\"n\"") != NULL);
}
END_TEST

START_TEST (defaults_are_left_out)
{
  g_autoptr (catalog_t) plain = catalog_of (MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\"}]");
  g_autoptr (catalog_t) spelled = catalog_of (
      MONTHLY ",\"proration\":\"day\",\"trial_payment_method\":\"optional\",\"discount_percent\":\"0.0\",\"minimum_spend\":\"0\",\"charges\":"
              "[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"arrears\",\"discount_percent\":0}]");
  ck_assert_str_eq (terms_of (plain)->definition, terms_of (spelled)->definition);
}
END_TEST

START_TEST (what_is_billed_event_by_event)
{
  g_autoptr (catalog_t) catalog
      = catalog_of (MONTHLY ",\"charges\":[{\"metric\":\"c\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"advance\"}]");
  ck_assert_int_eq (terms_of (catalog)->charges[0].billing, PLAN_IN_ADVANCE);
  ck_assert (strstr (terms_of (catalog)->definition, "[{\"billing\":\"advance\",\"code\":\"c\"") != NULL);
}
END_TEST

START_TEST (metrics_that_stay)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (catalog_t) catalog = read_catalog (
      "{\"metrics\":[{\"code\":\"a\"},{\"code\":\"b\",\"aggregation\":\"max\",\"persistent\":true,\"late\":\"hold\"}]}", NULL, &error);
  ck_assert_msg (catalog != NULL, "%s", error == NULL ? "" : error->message);
  const struct metric *plain = g_ptr_array_index (catalog->metrics, 0), *stays = g_ptr_array_index (catalog->metrics, 1);
  ck_assert (!plain->persistent && stays->persistent);
  ck_assert_str_eq (plain->late, "bill");
  ck_assert_str_eq (stays->late, "hold");
}
END_TEST

#define EUROS(changes) MONTHLY ",\"minimum_spend\":\"5\",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"0.1\",\"included\":3}," \
  "{\"metric\":\"n\",\"model\":\"per_unit\",\"unit_price\":\"0\"}],\"currencies\":{\"EUR\":{" changes "}}"

START_TEST (prices_in_other_currencies)
{
  g_autoptr (catalog_t) catalog = catalog_of (EUROS (
      "\"prices\":[{\"interval\":\"month\",\"amount\":\"89\"}],\"minimum_spend\":null,\"charges\":[{\"metric\":\"m\",\"unit_price\":\"0.09\"}]"));
  const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, 0);
  ck_assert_uint_eq (plan->variants->len, 1);
  const struct plan *euros = g_ptr_array_index (plan->variants, 0);
  ck_assert_str_eq (euros->currency->code, "EUR");
  ck_assert (euros->fee_count == 1 && euros->fees[0].amount_minor == 8900);
  ck_decimal (euros->spending.minimum, "0");
  ck_decimal (plan->terms->spending.minimum, "5");
  ck_decimal (euros->charges[0].fallback.price.unit_price, "0.09");
  ck_decimal (euros->charges[0].fallback.price.included, "3"); /* as in dollars */
  ck_assert_uint_eq (euros->charge_count, 2);
  ck_decimal (plan->terms->charges[0].fallback.price.unit_price, "0.1");
}
END_TEST

START_TEST (filters_without_a_price_beside_them)
{
  g_autoptr (catalog_t) catalog = catalog_of (
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"filters\":[{\"match\":{\"a\":\"1\"},\"unit_price\":\"1\"}]}]");
  ck_assert (!plan_find_charge (terms_of (catalog), "m")->has_default);
  ck_assert_ptr_null (plan_find_charge (terms_of (catalog), "n"));
}
END_TEST

START_TEST (paid_per_use_has_an_interval)
{
  g_autoptr (catalog_t) catalog = catalog_of ("\"type\":\"pay_per_use\",\"usage_interval\":\"week\"");
  const struct plan *plan = terms_of (catalog);
  ck_assert (plan->fee_count == 1 && plan->fees[0].amount_minor == 0 && plan->fees[0].interval.unit == INTERVAL_WEEK);
}
END_TEST

START_TEST (addons_are_copied_into_the_plan)
{
  static const char text[] = "{\"currency\":\"KWD\",\"addons\":[{\"code\":\"a\",\"prices\":[{\"interval\":\"month\",\"amount\":\"1.005\"}]},"
                             "{\"code\":\"b\",\"name\":\"B\",\"kind\":\"one_off\",\"amount\":\"7\"}],"
                             "\"plans\":[{\"code\":\"p\",\"custom\":true,\"addons\":[\"b\",\"a\"]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (catalog_t) catalog = read_catalog (text, NULL, &error);
  ck_assert_msg (catalog != NULL, "%s", error == NULL ? "" : error->message);
  const struct plan *plan = terms_of (catalog);
  ck_assert (plan->addon_count == 2 && plan->fee_count == 0 && plan->custom);
  ck_assert_str_eq (plan->addons[0].code, "b");
  ck_assert (plan->addons[0].kind == ADDON_ONE_OFF && plan->addons[0].fees[0].amount_minor == 7000);
  ck_assert (plan_find_addon (plan, "a")->fees[0].amount_minor == 1005); /* the dinar has three decimals */
}
END_TEST

START_TEST (differences_in_words)
{
  static const struct {
    const char *before, *next, *words;
  } rows[] = {
    { MONTHLY, MONTHLY, "" },
    { MONTHLY, "\"prices\":[{\"interval\":\"month\",\"amount\":\"109.00\"}]", "base month 99.00 -> 109.00 USD" },
    { MONTHLY, "\"prices\":[{\"interval\":\"month\",\"amount\":\"99\"},{\"interval\":\"year\",\"amount\":\"990\"}]",
      "base year added: 990.00 USD" },
    { MONTHLY ",\"trial_days\":7", MONTHLY ",\"trial_days\":14", "trial days 7 -> 14" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"0.1\",\"included\":500}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"package\",\"package_price\":\"0.085\",\"package_size\":10}]",
      "charge m price 0.10 each -> 0.085 per 10; charge m included 500 -> none" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"graduated\",\"tiers\":[{\"up_to\":10,\"unit_price\":\"1\"},{\"unit_price\":"
              "\"0.5\",\"flat_price\":\"2\"}]}]",
      MONTHLY, "charge m removed" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\",\"minimum_amount\":\"5\"}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\",\"minimum_amount\":\"7.5\",\"maximum_amount\":\"10\"}]",
      "charge m at least 5.00 -> 7.50 USD; charge m at most none -> 10.00 USD" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"round\":{\"mode\":\"up\",\"to\":\"0.5\"}}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"round\":{\"mode\":\"nearest\"},\"unit_size\":60}]",
      "charge m unit size none -> 60; charge m rounded up to 0.5 -> nearest to 1" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":\"2.9\",\"event_fee\":\"0.30\"}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":\"0.025\",\"event_min\":\"1\",\"event_max\":\"5\","
              "\"free_events\":10,\"free_amount\":\"50\"}]",
      "charge m price 2.9 % + 0.30 per event -> 0.025 %, at least 1.00 each, at most 5.00 each, first 10 free, first 50.00 of amounts free" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"stairstep\",\"tiers\":[{\"up_to\":10,\"flat_price\":\"0\"},{\"flat_price\":"
              "\"9\"}]}]",
      MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"graduated_percentage\",\"tiers\":[{\"up_to\":10,\"percent\":\"1.5\"},"
              "{\"percent\":1,\"flat_price\":\"2\"}]}]",
      "charge m price stairstep: 0.00 flat to 10, 9.00 flat above -> graduated_percentage: 1.5 % to 10, 1 % + 2.00 flat above" },
    { MONTHLY ",\"minimum_spend\":\"5\"", MONTHLY ",\"minimum_spend\":\"7.5\",\"discount_percent\":10,\"proration\":\"second\"",
      "proration day -> second; discount none -> 10 %; minimum spend 5.00 -> 7.50 USD" },
    { MONTHLY, MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":5,\"kind\":\"hard\"}],\"features\":{\"sso\":true}",
      "limit m added: 5, kind hard; feature sso added: yes" },
    { MONTHLY, MONTHLY ",\"quantities\":[{\"code\":\"s\",\"name\":\"Seats\",\"unit_price\":\"5\"}]",
      "quantity s added: name Seats, price month 5.00 USD" },
    { MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":1},{\"metric\":\"n\",\"value\":1}]",
      MONTHLY ",\"limits\":[{\"metric\":\"n\",\"value\":1},{\"metric\":\"m\",\"value\":1}]", "the order of the parts" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (catalog_t) before = catalog_of (rows[i].before), next = catalog_of (rows[i].next);
    g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
    plan_differences (terms_of (before), terms_of (next), words);
    g_ptr_array_add (words, NULL);
    g_autofree char *text = g_strjoinv ("; ", (char **) words->pdata);
    ck_assert_str_eq (text, rows[i].words);
  }
}
END_TEST

struct refused_row {
  const char *fields, *problem;
};

static void
check_refused (const struct refused_row *row)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("{\"currency\":\"USD\"," METRICS ",\"plans\":[{\"code\":\"p\",%s}]}", row->fields);
  g_autoptr (catalog_t) catalog = read_catalog (text, NULL, &error);
  ck_assert_msg (catalog == NULL, "%s was accepted", row->fields);
  ck_assert_int_eq (error->code, ERROR_USAGE);
  ck_assert_str_eq (error->message, row->problem);
}

START_TEST (what_is_refused)
{
  static const struct refused_row rows[] = {
    { "\"prices\":[{\"interval\":\"month\",\"amount\":\"99.001\"}]",
      "c.json:1: plans[0].prices[0].amount: '99.001' is in the wrong number of decimals: USD has 2" },
    { "\"prices\":[{\"interval\":\"month\",\"amount\":99.5}]",
      "c.json:1: plans[0].prices[0].amount: 99.5 is a number: write \"99.50\", a string in major units" },
    { "\"prices\":[{\"interval\":\"month\",\"amount\":\"-1\"}]", "c.json:1: plans[0].prices[0].amount: '-1' is negative; it must be 0 or more" },
    { "\"prices\":[{\"interval\":\"month\",\"amount\":\"1\"},{\"interval\":\"monthly\",\"amount\":\"2\"}]",
      "c.json:1: plans[0].prices[1]: the interval stands twice" },
    { MONTHLY ",\"charge\":[]", "c.json:1: plans[0].charge: there is no such field here, did you mean 'charges'?" },
    { MONTHLY ",\"currency\":\"US\"", "c.json:1: plans[0].currency: 'US' is not an ISO 4217 currency, such as USD or EUR" },
    { MONTHLY ",\"charges\":[{\"metric\":\"minutes\",\"model\":\"flat\",\"amount\":\"1\"}]",
      "c.json:1: plans[0].charges[0].metric: there is no metric 'minutes' in this file or in the ledger" },
    { MONTHLY ",\"charges\":[{\"metric\":\"w\",\"model\":\"dynamic\"}]",
      "c.json:1: plans[0].charges[0].metric: the model dynamic prices what each event costs, and the level of 'w' stays without events" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"volume\",\"tiers\":[{\"up_to\":9,\"unit_price\":\"1\"},{\"up_to\":9,\"unit_price\":"
              "\"1\"},{\"unit_price\":\"1\"}]}]",
      "c.json:1: plans[0].charges[0].tiers[1].up_to: tiers overlap: 9 is not above 9, where the tier before ends" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"volume\",\"tiers\":[{\"up_to\":9,\"unit_price\":\"1\"}]}]",
      "c.json:1: plans[0].charges[0].tiers[0].up_to: the last tier must go on without end: write null" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":0.1}]",
      "c.json:1: plans[0].charges[0].unit_price: 0.1 must be a string: write \"0.1\"" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1,5\"}]",
      "c.json:1: plans[0].charges[0].unit_price: '1,5' is not a decimal number such as 12.5" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"filters\":[{\"match\":{\"a\":\"1\",\"b\":\"2\"},\"unit_price\":\"1\"},"
              "{\"match\":{\"b\":\"2\",\"a\":\"1\"},\"unit_price\":\"2\"}]}]",
      "c.json:1: plans[0].charges[0].filters[1].match: the filter '{\"a\":\"1\",\"b\":\"2\"}' stands twice" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\"},{\"metric\":\"n\",\"code\":\"m\",\"model\":\"flat\","
              "\"amount\":\"1\"}]",
      "c.json:1: plans[0].charges[1].code: the charge 'm' stands twice" },
    { MONTHLY ",\"addons\":[\"x\"]", "c.json:1: plans[0].addons[0]: there is no add-on 'x' in this file" },
    { MONTHLY ",\"quantities\":[{\"code\":\"s\",\"min\":2,\"max\":1,\"unit_price\":\"1\"}]",
      "c.json:1: plans[0].quantities[0].max: the max is below the min" },
    { MONTHLY ",\"quantities\":[{\"code\":\"s\"}]",
      "c.json:1: plans[0].quantities[0]: a quantity needs a unit_price or prices, unless its max is what is included" },
    { MONTHLY ",\"limits\":[{\"metric\":\"m\",\"value\":1},{\"metric\":\"m\",\"value\":2}]",
      "c.json:1: plans[0].limits[1].metric: the limit for 'm' stands twice" },
    { "\"type\":\"pay_per_use\"," MONTHLY, "c.json:1: plans[0].prices: a pay_per_use plan has no base fee; the type with both is hybrid" },
    { MONTHLY ",\"metadata\":{\"a\":1}", "c.json:1: plans[0].metadata.a: expected a string, found a number" },
    { MONTHLY ",\"retries\":2.5", "c.json:1: plans[0].retries: expected a whole number, found 2.5" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_refused (&rows[i]);
}
END_TEST

START_TEST (prices_that_are_refused)
{
  static const struct refused_row rows[] = {
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"stairstep\",\"tiers\":[{\"flat_price\":\"1\",\"unit_price\":\"0\"}]}]",
      "c.json:1: plans[0].charges[0].tiers[0].unit_price: a tier of the model stairstep has no such field; it has up_to, flat_price" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"stairstep\",\"tiers\":[{\"up_to\":null}]}]",
      "c.json:1: plans[0].charges[0].tiers[0]: a tier of the model stairstep has a flat_price" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"graduated_percentage\",\"tiers\":[{\"up_to\":null}]}]",
      "c.json:1: plans[0].charges[0].tiers[0]: a tier has a percent, a flat_price, or both" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":\"101\"}]",
      "c.json:1: plans[0].charges[0].percent: '101' is above 100 %; the model that multiplies amounts is dynamic" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":\"0.00000000000000001\"}]",
      "c.json:1: plans[0].charges[0].percent: '0.00000000000000001' has more than 16 digits after the point" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":1,\"included\":5}]",
      "c.json:1: plans[0].charges[0].included: the model percentage has no such field; it has percent, event_fee, free_events, free_amount, "
      "event_min, event_max" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":1,\"event_min\":\"2\",\"event_max\":\"1.99\"}]",
      "c.json:1: plans[0].charges[0].event_max: the event_max is below the event_min" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":1,\"event_max\":\"0\"}]",
      "c.json:1: plans[0].charges[0].event_max: the most that an event costs is above 0" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":1,\"free_events\":-1}]",
      "c.json:1: plans[0].charges[0].free_events: -1 is not from 0 to 2147483647" },
    { MONTHLY ",\"charges\":[{\"metric\":\"*\",\"model\":\"flat\",\"amount\":\"1\",\"minimum_amount\":\"5\"}]",
      "c.json:1: plans[0].charges[0].minimum_amount: a charge for all metrics has no minimum_amount" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\",\"minimum_amount\":\"5\",\"maximum_amount\":\"4.99\"}]",
      "c.json:1: plans[0].charges[0].maximum_amount: the maximum_amount is below the minimum_amount" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\",\"maximum_amount\":\"0\"}]",
      "c.json:1: plans[0].charges[0].maximum_amount: it must be above 0: leave it out where there is no upper bound" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\",\"minimum_amount\":5}]",
      "c.json:1: plans[0].charges[0].minimum_amount: 5 is a number: write \"5.00\", a string in major units" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"unit_size\":0}]",
      "c.json:1: plans[0].charges[0].unit_size: '0' must be above 0 and have at most 18 digits" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"unit_size\":\"1234567890123456789\"}]",
      "c.json:1: plans[0].charges[0].unit_size: '1234567890123456789' must be above 0 and have at most 18 digits" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"round\":{\"to\":1}}]",
      "c.json:1: plans[0].charges[0].round.mode: rounding needs a mode: one of up, down, nearest" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"round\":{\"mode\":\"none\"}}]",
      "c.json:1: plans[0].charges[0].round.mode: 'none' is not one of up, down, nearest" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"round\":{\"mode\":\"up\",\"to\":\"0\"}}]",
      "c.json:1: plans[0].charges[0].round.to: '0' must be above 0 and have at most 18 digits" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"dynamic\",\"unit_size\":1000}]",
      "c.json:1: plans[0].charges[0].unit_size: the model dynamic prices events, not a quantity" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"percentage\",\"percent\":1,\"round\":{\"mode\":\"up\"}}]",
      "c.json:1: plans[0].charges[0].round: the model percentage prices events, not a quantity" },
    { MONTHLY ",\"charges\":[{\"metric\":\"*\",\"model\":\"percentage\",\"percent\":1}]",
      "c.json:1: plans[0].charges[0].metric: the model percentage prices one metric, not all" },
    { MONTHLY ",\"charges\":[{\"metric\":\"c\",\"model\":\"percentage\",\"percent\":1}]",
      "c.json:1: plans[0].charges[0].metric: the model percentage prices the amount of each event: it needs a metric that is aggregated by "
      "sum, not by count" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_refused (&rows[i]);
}
END_TEST

START_TEST (settings_that_are_refused)
{
  static const struct refused_row rows[] = {
    { MONTHLY ",\"discount_percent\":101", "c.json:1: plans[0].discount_percent: '101' is not a percentage from 0 to 100 with at most 4 decimals" },
    { MONTHLY ",\"discount_percent\":\"1.00001\"",
      "c.json:1: plans[0].discount_percent: '1.00001' is not a percentage from 0 to 100 with at most 4 decimals" },
    { MONTHLY ",\"minimum_spend\":\"10\",\"maximum_spend\":\"9.99\"",
      "c.json:1: plans[0].maximum_spend: the maximum_spend is below the minimum_spend" },
    { MONTHLY ",\"minimum_spend\":\"1000000000000000000\"", "c.json:1: plans[0].minimum_spend: '1000000000000000000' is too large" },
    { MONTHLY ",\"proration\":\"month\"", "c.json:1: plans[0].proration: 'month' is not one of day, second, 30/360" },
    { "\"proration\":\"30/360\",\"prices\":[{\"interval\":\"week\",\"amount\":\"1\"}]",
      "c.json:1: plans[0].proration: 30/360 goes with months, quarters and years, not with days and weeks" },
    { EUROS ("\"prices\":[{\"interval\":\"month\",\"amount\":\"89\"}],\"charges\":[{\"metric\":\"m\",\"unit_price\":\"0.09\"}]"),
      "c.json:1: plans[0].currencies.EUR: it lacks the plan's minimum_spend in EUR; null says that there is none" },
    { EUROS ("\"prices\":[{\"interval\":\"month\",\"amount\":\"89\"}],\"minimum_spend\":\"4\""),
      "c.json:1: plans[0].currencies.EUR: it lacks the plan's m unit_price in EUR; null says that there is none" },
    { MONTHLY ",\"currencies\":{\"EUR\":{\"prices\":[{\"interval\":\"month\",\"amount\":\"1\"}],\"price\":1}}", "c.json:1: plans[0].currencies.EUR.price: there is no such field here, did you mean 'prices'?" },
    { MONTHLY ",\"currencies\":{\"USD\":{}}", "c.json:1: plans[0].currencies.USD: USD is the currency of the prices themselves" },
    { MONTHLY ",\"currencies\":{\"XXY\":{}}",
      "c.json:1: plans[0].currencies.XXY: 'XXY' is not an ISO 4217 currency in upper case, such as USD or EUR" },
    { MONTHLY ",\"currencies\":{\"EUR\":{\"prices\":[{\"interval\":\"month\",\"amount\":\"1.005\"}]}}",
      "c.json:1: plans[0].currencies.EUR.prices[0].amount: '1.005' is in the wrong number of decimals: EUR has 2" },
    { MONTHLY ",\"customer\":\"a b\"",
      "c.json:1: plans[0].customer: 'a b' is not a code: letters, digits and _ . : - without spaces, 128 at most" },
    { "\"prices\":[{\"interval\":{\"unit\":\"day\",\"count\":0},\"amount\":\"1\"}]",
      "c.json:1: plans[0].prices[0].interval: an interval has a unit and a count from 1 to 1000, such as { \"unit\": \"day\", \"count\": 30 }" },
    { "\"prices\":[{\"interval\":\"day:0\",\"amount\":\"1\"}]",
      "c.json:1: plans[0].prices[0].interval: 'day:0' is not an interval such as \"month\", \"year\" or \"30 days\"" },
    { MONTHLY ",\"charges\":[{\"metric\":\"w\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"advance\"}]",
      "c.json:1: plans[0].charges[0].billing: only what is counted or summed up within a period can be billed event by event: 'w' is "
      "weighted_sum" },
    { MONTHLY ",\"charges\":[{\"metric\":\"*\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"advance\"}]",
      "c.json:1: plans[0].charges[0].billing: a charge for all metrics is billed in arrears" },
    { MONTHLY ",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"advance\",\"minimum_amount\":\"1\"}]",
      "c.json:1: plans[0].charges[0].minimum_amount: a charge that is billed in advance has no minimum_amount: its period is not over when it "
      "is billed" },
    { MONTHLY ",\"minimum_spend\":\"5\",\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"1\",\"billing\":\"advance\"}]",
      "c.json:1: plans[0].charges[0].billing: a plan with a minimum_spend or maximum_spend bills all its usage in arrears" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_refused (&rows[i]);
}
END_TEST

START_TEST (metrics_and_addons_that_are_refused)
{
  static const char *const rows[][2] = {
    { "\"metrics\":[{\"code\":\"c\",\"aggregation\":\"count\",\"persistent\":true}]",
      "c.json:1: metrics[0].persistent: a count of events has nothing that stays: sum, max, last or unique have" },
    { "\"metrics\":[{\"code\":\"w\",\"aggregation\":\"weighted_sum\",\"persistent\":true}]",
      "c.json:1: metrics[0].persistent: a weighted_sum stays from period to period by itself: leave it out" },
    { "\"metrics\":[{\"code\":\"c\",\"late\":\"later\"}]", "c.json:1: metrics[0].late: 'later' is not one of bill, ignore, hold" },
    { "\"addons\":[{\"code\":\"a\",\"kind\":\"one_off\",\"cycle\":\"own\",\"amount\":\"1\"}]",
      "c.json:1: addons[0].cycle: a one_off add-on has no cycle" },
    { "\"addons\":[{\"code\":\"a\",\"cycle\":\"own\",\"prices\":[{\"interval\":\"month\",\"amount\":\"1\"},{\"interval\":\"year\",\"amount\":"
      "\"9\"}]}]",
      "c.json:1: addons[0].prices: an add-on in a cycle of its own has one price: its interval is the cycle" },
    { "\"addons\":[{\"code\":\"a\",\"prices\":[{\"interval\":\"month\",\"amount\":\"1\"}],\"currencies\":{\"USD\":{\"prices\":[]}}}]",
      "c.json has 2 problems; nothing was applied" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strdup_printf ("{\"currency\":\"USD\",%s}", rows[i][0]);
    g_autoptr (catalog_t) catalog = read_catalog (text, NULL, &error);
    ck_assert (catalog == NULL);
    ck_assert_str_eq (error->message, rows[i][1]);
  }
}
END_TEST

START_TEST (all_problems_up_to_a_limit)
{
  for (int count = 1; count <= CATALOG_PROBLEMS_MAX + 2; count++) {
    g_autoptr (GString) text = g_string_new ("{\"metrics\":[");
    for (int i = 0; i < count; i++)
      g_string_append_printf (text, "%s{\"code\":\"m%d\",\"unit\":%d}", i == 0 ? "" : ",\n", i, i);
    g_string_append (text, "]}");
    g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) error = NULL;
    g_autoptr (catalog_t) catalog = read_catalog (text->str, problems, &error);
    ck_assert (catalog == NULL);
    ck_assert_uint_eq (problems->len, count == 1 ? 0 : (guint) MIN (count, CATALOG_PROBLEMS_MAX));
    if (count == 2) {
      ck_assert_str_eq (g_ptr_array_index (problems, 1), "c.json:2: metrics[1].unit: expected a string, found a number");
      ck_assert_str_eq (error->message, "c.json has 2 problems; nothing was applied");
    }
    if (count == CATALOG_PROBLEMS_MAX + 2)
      ck_assert_str_eq (error->message, "c.json has 22 problems, of which the first 20 are listed; nothing was applied");
  }
}
END_TEST

START_TEST (damaged_definitions)
{
  static const char *const texts[] = {
    "", "{}", "[]", "null", "{\"alignment\":\"anniversary\"}",
    "{\"alignment\":\"x\",\"billing\":\"advance\",\"currency\":\"USD\",\"grace_days\":0,\"retries\":0,\"trial_days\":0,"
    "\"type\":\"subscription\",\"usage_interval\":\"month\"}",
    "{\"alignment\":\"calendar\",\"billing\":\"advance\",\"charges\":[{\"code\":\"c\",\"metric\":\"m\",\"model\":\"volume\",\"name\":\"n\","
    "\"price\":{\"tiers\":[]}}],\"currency\":\"USD\",\"grace_days\":0,\"retries\":0,\"trial_days\":0,\"type\":\"subscription\","
    "\"usage_interval\":\"month\"}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (plan_t) plan = NULL;
    g_autoptr (GError) error = NULL;
    ck_assert_msg (!plan_parse (texts[i], "p", "P", &plan, &error), "%s", texts[i]);
    ck_assert_ptr_null (plan);
    ck_assert_int_eq (error->code, ERROR_LEDGER);
    ck_assert_msg (g_str_has_prefix (error->message, "the definition of plan 'p' is damaged: "), "%s", error->message);
  }
}
END_TEST

/* The schema of catalog files has the fields that the reader takes, and no others. */
static void
check_object (json_object *schema, const struct catalog_object *object)
{
  json_object *defs = NULL, *part = schema, *properties = NULL, *more = NULL;
  if (strcmp (object->name, "catalog") != 0) {
    ck_assert (json_object_object_get_ex (schema, "$defs", &defs));
    ck_assert_msg (json_object_object_get_ex (defs, object->name, &part), "the schema lacks %s", object->name);
  }
  ck_assert (json_object_object_get_ex (part, "properties", &properties));
  ck_assert (json_object_object_get_ex (part, "additionalProperties", &more) && !json_object_get_boolean (more));
  gsize count = g_strv_length ((char **) (gpointer) (gsize) object->fields);
  for (gsize i = 0; i < count; i++)
    ck_assert_msg (json_object_object_get_ex (properties, object->fields[i], NULL), "the schema lacks %s of %s", object->fields[i],
                   object->name);
  ck_assert_msg ((gsize) json_object_object_length (properties) == count, "%s has other fields in the schema", object->name);
}

START_TEST (the_schema_has_the_same_fields)
{
  g_autoptr (json_object) schema = NULL;
  g_autoptr (GError) error = NULL;
  const char *source = g_getenv ("srcdir");
  g_autofree char *path = g_build_filename (source == NULL ? "." : source, "schema", "catalog.schema.json", NULL);
  ck_assert_msg (json_read_file (path, JSON_PLAIN, &schema, &error), "%s", error == NULL ? "" : error->message);
  for (gsize i = 0; catalog_objects[i].name != NULL; i++)
    check_object (schema, &catalog_objects[i]);
}
END_TEST

/* A definition as a file would write it gives the same definition. */
static void
check_round (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) value = NULL;
  g_autoptr (catalog_t) catalog = NULL;
  ck_assert_msg (json_read_file (path, JSON_WITH_COMMENTS, &value, &error) && catalog_check (NULL, path, value, NULL, &catalog, &error), "%s",
                 error == NULL ? "" : error->message);
  for (guint i = 0; i < catalog->plans->len; i++) {
    const struct catalog_plan *plan = g_ptr_array_index (catalog->plans, i);
    g_autoptr (json_object) definition = NULL, file = json_object_new_object ();
    g_autoptr (catalog_t) again = NULL;
    json_object *plans = json_object_new_array (), *addons = NULL, *metrics = NULL;
    ck_assert (json_parse_text (plan->terms->definition, strlen (plan->terms->definition), "d", JSON_PLAIN, &definition, &error));
    json_object *shape = catalog_shape_of (definition);
    json_object_object_add (shape, "code", json_object_new_string (plan->record.code));
    json_object_array_add (plans, shape);
    json_object_object_add (file, "plans", plans);
    json_object_object_add (file, "currency", json_object_new_string (plan->terms->currency->code));
    if (json_object_object_get_ex (definition, "addons", &addons))
      json_object_object_add (file, "addons", json_object_get (addons));
    if (json_object_object_get_ex (value, "metrics", &metrics))
      json_object_object_add (file, "metrics", json_object_get (metrics));
    ck_assert_msg (catalog_check (NULL, "again", file, NULL, &again, &error), "%s: %s", plan->record.code,
                   error == NULL ? "" : error->message);
    ck_assert_str_eq (terms_of (again)->definition, plan->terms->definition);
  }
}

START_TEST (definitions_can_be_written_as_files)
{
  static const char *const names[] = { "voice-ai", "credits", "usage", "platform", "call-center", "focus-resale" };
  const char *source = g_getenv ("srcdir");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *file = g_strconcat (names[i], ".json", NULL);
    g_autofree char *path = g_build_filename (source == NULL ? "." : source, "examples", "catalogs", file, NULL);
    check_round (path);
  }
}
END_TEST

static json_object *
json_of (const char *text)
{
  json_object *value = NULL;
  ck_assert_msg (json_parse_text (text, strlen (text), "t", JSON_PLAIN, &value, NULL), "%s", text);
  return value;
}

START_TEST (changes_of_plans)
{
  static const struct {
    const char *base, *changes, *merged;
  } rows[] = {
    { "{\"a\":1,\"b\":2}", "{\"b\":null,\"c\":3}", "{\"a\":1,\"c\":3}" },
    { "{\"prices\":[{\"interval\":\"12 months\",\"amount\":\"5\"}]}", "{\"prices\":[{\"interval\":\"year\",\"amount\":\"4\"},{\"interval\":\"day\"}]}",
      "{\"prices\":[{\"amount\":\"4\",\"interval\":\"year\"},{\"interval\":\"day\"}]}" },
    { "{\"charges\":[{\"metric\":\"m\",\"unit_price\":\"1\"},{\"metric\":\"n\",\"code\":\"c\"}]}", "{\"charges\":[{\"code\":\"c\",\"included\":1}]}",
      "{\"charges\":[{\"metric\":\"m\",\"unit_price\":\"1\"},{\"code\":\"c\",\"included\":1,\"metric\":\"n\"}]}" },
    { "{\"charges\":[{\"metric\":\"m\",\"model\":\"flat\",\"amount\":\"1\"}]}", "{\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"2\"}]}",
      "{\"charges\":[{\"metric\":\"m\",\"model\":\"per_unit\",\"unit_price\":\"2\"}]}" },
    { "{\"quantities\":[{\"code\":\"s\",\"prices\":[]}]}", "{\"quantities\":[{\"code\":\"s\",\"unit_price\":\"2\"}]}",
      "{\"quantities\":[{\"code\":\"s\",\"unit_price\":\"2\"}]}" },
    { "{\"filters\":[{\"match\":{\"a\":\"1\",\"b\":\"2\"},\"amount\":\"1\"}]}", "{\"filters\":[{\"match\":{\"b\":\"2\",\"a\":\"1\"},\"amount\":\"3\"}]}",
      "{\"filters\":[{\"amount\":\"3\",\"match\":{\"a\":\"1\",\"b\":\"2\"}}]}" },
    { "{\"tiers\":[1,2]}", "{\"tiers\":[3]}", "{\"tiers\":[3]}" },
    { "{\"features\":{\"a\":\"1\",\"b\":\"2\"}}", "{\"features\":{\"b\":\"3\"}}", "{\"features\":{\"a\":\"1\",\"b\":\"3\"}}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (json_object) base = json_of (rows[i].base), changes = json_of (rows[i].changes);
    g_autoptr (json_object) merged = catalog_shape_merge (base, changes), empty = json_object_new_object ();
    g_autoptr (json_object) joined = catalog_shape_join (empty, changes), late = catalog_shape_merge (base, joined);
    g_autofree char *text = json_canonical (merged), *before = json_canonical (base), *again = json_canonical (late);
    g_autoptr (json_object) same = json_of (rows[i].base);
    g_autofree char *untouched = json_canonical (same);
    ck_assert_str_eq (text, rows[i].merged);
    ck_assert_str_eq (again, rows[i].merged);
    ck_assert_str_eq (before, untouched);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("catalog");
  TCase *tests = tcase_create ("catalog");
  tcase_add_test (tests, the_definition_is_canonical);
  tcase_add_test (tests, the_definition_of_a_charge_is_canonical);
  tcase_add_test (tests, equal_terms_have_equal_text);
  tcase_add_test (tests, different_terms_have_different_text);
  tcase_add_test (tests, everything_arrives_in_the_plan);
  tcase_add_test (tests, settings_arrive_in_the_plan);
  tcase_add_test (tests, defaults_are_left_out);
  tcase_add_test (tests, what_is_billed_event_by_event);
  tcase_add_test (tests, metrics_that_stay);
  tcase_add_test (tests, prices_in_other_currencies);
  tcase_add_test (tests, filters_without_a_price_beside_them);
  tcase_add_test (tests, paid_per_use_has_an_interval);
  tcase_add_test (tests, addons_are_copied_into_the_plan);
  tcase_add_test (tests, differences_in_words);
  tcase_add_test (tests, what_is_refused);
  tcase_add_test (tests, prices_that_are_refused);
  tcase_add_test (tests, settings_that_are_refused);
  tcase_add_test (tests, metrics_and_addons_that_are_refused);
  tcase_add_test (tests, all_problems_up_to_a_limit);
  tcase_add_test (tests, damaged_definitions);
  tcase_add_test (tests, the_schema_has_the_same_fields);
  tcase_add_test (tests, definitions_can_be_written_as_files);
  tcase_add_test (tests, changes_of_plans);
  suite_add_tcase (suite, tests);
  return suite;
}
