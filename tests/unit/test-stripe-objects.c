/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers, products, prices and meters: what is sent, and what is made of what is there. */
#include "base/error.h"
#include "stripe/objects.h"

#include "tap-main.h"

#include <string.h>

static json_object *
parsed (const char *text)
{
  json_object *object = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert_msg (json_parse_text (text, strlen (text), "test", JSON_PLAIN, &object, &error), "%s",
                 error == NULL ? "" : error->message);
  return object;
}

START_TEST (product_ids_are_ours_and_distinct)
{
  static const struct {
    const char *ledger, *plan, *id;
  } rows[] = {
    { NULL, "pro", "billctl_pro" },
    { "l1", "pro", "billctl_l1_pro" },
    { NULL, "pro-plan", "billctl_pro-plan" },
    { NULL, "pro.plan", "billctl_pro-2eplan" },
    { NULL, "pro-2eplan", "billctl_pro-2d2eplan" },
    { NULL, "a:b-", "billctl_a-3ab-" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *id = stripe_product_id (rows[i].ledger, rows[i].plan);
    ck_assert_str_eq (id, rows[i].id);
  }
}
END_TEST

START_TEST (intervals_and_lookup_keys)
{
  static const struct {
    struct interval interval;
    const char *name;
    int count;
    const char *key;
  } rows[] = {
    { { INTERVAL_DAY, 30 }, "day", 30, "p_day30_usd" },           { { INTERVAL_WEEK, 2 }, "week", 2, "p_week2_usd" },
    { { INTERVAL_MONTH, 1 }, "month", 1, "p_month_usd" },         { { INTERVAL_QUARTER, 1 }, "month", 3, "p_quarter_usd" },
    { { INTERVAL_QUARTER, 12 }, "month", 36, "p_quarter12_usd" }, { { INTERVAL_YEAR, 3 }, "year", 3, "p_year3_usd" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct stripe_recurring recurring;
    g_autofree char *key = NULL;
    ck_assert (stripe_recurring_encode (rows[i].interval, &recurring, NULL));
    ck_assert_str_eq (recurring.interval, rows[i].name);
    ck_assert_int_eq (recurring.count, rows[i].count);
    ck_assert (stripe_price_lookup_key ("p", rows[i].interval, currency_find ("USD"), &key, NULL));
    ck_assert_str_eq (key, rows[i].key);
  }
  static const struct interval too_long[]
      = { { INTERVAL_YEAR, 4 }, { INTERVAL_QUARTER, 13 }, { INTERVAL_MONTH, 37 }, { INTERVAL_WEEK, 157 } };
  for (size_t i = 0; i < G_N_ELEMENTS (too_long); i++) {
    g_autoptr (GError) error = NULL;
    struct stripe_recurring recurring;
    ck_assert (!stripe_recurring_encode (too_long[i], &recurring, &error));
    ck_assert_int_eq (error->code, ERROR_REFUSED);
  }
  g_autofree char *long_plan = g_strnfill (195, 'p');
  char *key = NULL;
  ck_assert (!stripe_price_lookup_key (long_plan, rows[2].interval, currency_find ("USD"), &key, NULL));
}
END_TEST

static struct stripe_price
a_price (void)
{
  return (struct stripe_price){
    .plan = "pro",
    .version = 2,
    .product = "billctl_pro",
    .currency = currency_find ("USD"),
    .amount = { TRUE, "9900" },
    .interval = { INTERVAL_QUARTER, 1 },
    .lookup_key = "pro_quarter_usd",
  };
}

START_TEST (a_price_is_made)
{
  g_autoptr (form_t) form = form_new ();
  struct stripe_price price = a_price ();
  ck_assert (stripe_price_create (&price, FALSE, form, NULL));
  ck_assert_str_eq (form_text (form),
                    "currency=usd&product=billctl_pro&unit_amount=9900&recurring[interval]=month&recurring[interval_count]=3"
                    "&lookup_key=pro_quarter_usd&metadata[billctl_plan]=pro&metadata[billctl_version]=2");
  g_autoptr (form_t) moved = form_new ();
  price.amount = (struct stripe_unit_amount){ FALSE, "0.5" };
  price.ledger = "l1";
  ck_assert (stripe_price_create (&price, TRUE, moved, NULL));
  ck_assert_str_eq (form_text (moved), "currency=usd&product=billctl_pro&unit_amount_decimal=0.5&recurring[interval]=month"
                                       "&recurring[interval_count]=3&lookup_key=pro_quarter_usd&transfer_lookup_key=true"
                                       "&metadata[billctl_plan]=pro&metadata[billctl_version]=2&metadata[billctl_ledger]=l1");
}
END_TEST

/* The object with some of its members replaced by sed-like pairs. */
static const char price_json[]
    = "{\"id\":\"price_1\",\"object\":\"price\",\"product\":\"billctl_pro\",\"currency\":\"usd\",\"active\":true,\"unit_amount\":"
      "9900,"
      "\"unit_amount_decimal\":\"9900\",\"lookup_key\":\"pro_quarter_usd\",\"recurring\":{\"interval\":\"month\",\"interval_"
      "count\":3,"
      "\"usage_type\":\"licensed\"},\"metadata\":{\"billctl_plan\":\"pro\",\"billctl_version\":\"2\"}}";

START_TEST (a_price_is_compared)
{
  static const struct {
    const char *from, *to, *differences;
  } rows[] = {
    { "", "", "" },
    { "\"unit_amount_decimal\":\"9900\",", "", "" },
    { "\"unit_amount_decimal\":\"9900\"", "\"unit_amount_decimal\":\"9900.000\"", "" },
    { "\"billctl_pro\"", "{\"id\":\"billctl_pro\",\"object\":\"product\"}", "" },
    { "\"unit_amount_decimal\":\"9900\"", "\"unit_amount_decimal\":\"9900.5\"", "amount 9900.5, not 9900" },
    { "9900,\"unit_amount_decimal\":\"9900\"", "null,\"unit_amount_decimal\":null", "amount none, not 9900" },
    { "\"billctl_pro\"", "\"prod_9\"", "product prod_9, not billctl_pro" },
    { "\"usd\"", "\"eur\"", "currency eur, not USD" },
    { ":3", ":1", "interval month × 1, not month × 3" },
    { "licensed", "metered", "usage type metered, not licensed" },
    { "{\"interval\":\"month\",\"interval_count\":3,\"usage_type\":\"licensed\"}", "null", "interval none, not month × 3" },
  };
  const struct stripe_price wanted = a_price ();
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) parts = *rows[i].from == '\0' ? NULL : g_strsplit (price_json, rows[i].from, 2);
    g_autofree char *text = parts == NULL ? g_strdup (price_json) : g_strjoinv (rows[i].to, parts);
    g_autoptr (json_object) object = parsed (text);
    g_autoptr (GString) differences = g_string_new (NULL);
    struct stripe_price_seen seen;
    ck_assert (stripe_price_read (object, &seen, NULL));
    ck_assert_int_eq (stripe_price_matches (&wanted, &seen, differences, NULL), *rows[i].differences == '\0');
    ck_assert_str_eq (differences->str, rows[i].differences);
  }
}
END_TEST

START_TEST (a_price_in_step_needs_no_update)
{
  g_autoptr (json_object) object = parsed (price_json);
  struct stripe_price wanted = a_price ();
  struct stripe_price_seen seen;
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GString) fields = g_string_new (NULL);
  ck_assert (stripe_price_read (object, &seen, NULL));
  ck_assert (stripe_price_update (&wanted, &seen, form, fields, NULL));
  ck_assert (form_is_empty (form));
  wanted.version = 3;
  seen.active = FALSE;
  seen.lookup_key = NULL;
  ck_assert (stripe_price_update (&wanted, &seen, form, fields, NULL));
  ck_assert_str_eq (form_text (form),
                    "active=true&lookup_key=pro_quarter_usd&transfer_lookup_key=true&metadata[billctl_version]=3");
  ck_assert_str_eq (fields->str, "active, lookup_key, billctl_version");
}
END_TEST

START_TEST (objects_of_another_kind_are_refused)
{
  static const char *const texts[] = { "{\"id\":\"x\",\"object\":\"product\"}", "{\"object\":\"price\"}", "{}",
                                       "{\"id\":\"x\",\"object\":\"price\",\"currency\":\"usd\"}" };
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (json_object) object = parsed (texts[i]);
    g_autoptr (GError) error = NULL;
    struct stripe_price_seen seen;
    ck_assert (!stripe_price_read (object, &seen, &error));
    ck_assert_int_eq (error->code, ERROR_REMOTE);
  }
}
END_TEST

START_TEST (a_product_is_made_and_kept_in_step)
{
  const struct stripe_product wanted
      = { .ledger = "l1", .plan = "pro", .name = "Professional", .description = "", .active = TRUE };
  g_autoptr (form_t) create = form_new ();
  ck_assert (stripe_product_create (&wanted, create, NULL));
  ck_assert_str_eq (form_text (create),
                    "id=billctl_l1_pro&name=Professional&metadata[billctl_plan]=pro&metadata[billctl_ledger]=l1");
  g_autoptr (json_object) object
      = parsed ("{\"id\":\"billctl_l1_pro\",\"object\":\"product\",\"name\":\"Pro\",\"description\":\"old\",\"active\":false,"
                "\"default_price\":{\"id\":\"price_7\"},\"metadata\":{\"billctl_plan\":\"pro\",\"billctl_ledger\":\"l1\"}}");
  struct stripe_product_seen seen;
  g_autoptr (form_t) update = form_new ();
  g_autoptr (GString) fields = g_string_new (NULL);
  ck_assert (stripe_product_read (object, &seen, NULL));
  ck_assert_str_eq (seen.default_price, "price_7");
  ck_assert (stripe_product_is_ours (&wanted, &seen));
  ck_assert (stripe_product_update (&wanted, &seen, update, fields, NULL));
  ck_assert_str_eq (form_text (update), "name=Professional&description=&active=true");
  ck_assert_str_eq (fields->str, "name, description, active");
  const struct stripe_product other = { .ledger = "l2", .plan = "pro", .name = "Pro", .active = TRUE };
  ck_assert (!stripe_product_is_ours (&other, &seen));
}
END_TEST

START_TEST (a_customer_is_made_and_kept_in_step)
{
  const struct stripe_customer wanted = { .code = "acme",
                                          .name = "Acme GmbH",
                                          .email = "billing@acme.example",
                                          .country = "DE",
                                          .address = "Main Street 1\n10115 Berlin\nHof\n" };
  g_autoptr (form_t) create = form_new ();
  ck_assert (stripe_customer_create (&wanted, create, NULL));
  ck_assert_str_eq (form_text (create),
                    "name=Acme%20GmbH&email=billing%40acme.example&address[line1]=Main%20Street%201"
                    "&address[line2]=10115%20Berlin%2C%20Hof&address[country]=DE&metadata[billctl_customer]=acme");
  g_autoptr (json_object) object
      = parsed ("{\"id\":\"cus_1\",\"object\":\"customer\",\"name\":\"Acme GmbH\",\"email\":null,\"address\":{"
                "\"line1\":\"Main Street 1\",\"line2\":null,\"country\":\"DE\"},\"metadata\":{\"billctl_customer\":\"acme\"}}");
  struct stripe_customer_seen seen;
  g_autoptr (form_t) update = form_new ();
  g_autoptr (GString) fields = g_string_new (NULL);
  ck_assert (stripe_customer_read (object, &seen, NULL));
  ck_assert (stripe_customer_is_ours (&wanted, &seen));
  ck_assert (stripe_customer_update (&wanted, &seen, update, fields, NULL));
  ck_assert_str_eq (form_text (update), "email=billing%40acme.example&address[line1]=Main%20Street%201"
                                        "&address[line2]=10115%20Berlin%2C%20Hof&address[country]=DE");
  ck_assert_str_eq (fields->str, "email, address");
}
END_TEST

START_TEST (text_that_is_too_long_is_named)
{
  g_autofree char *name = g_strnfill (257, 'n');
  const struct stripe_customer wanted = { .code = "acme", .name = name };
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GError) error = NULL;
  ck_assert (!stripe_customer_create (&wanted, form, &error));
  ck_assert_int_eq (error->code, ERROR_USAGE);
  ck_assert_str_eq (error->message, "the name has 257 characters, Stripe takes 256");
}
END_TEST

START_TEST (a_deleted_customer_is_nobody)
{
  g_autoptr (json_object) object = parsed ("{\"id\":\"cus_1\",\"object\":\"customer\",\"deleted\":true}");
  const struct stripe_customer wanted = { .code = "acme", .name = "Acme" };
  struct stripe_customer_seen seen;
  ck_assert (stripe_customer_read (object, &seen, NULL));
  ck_assert (seen.deleted);
  ck_assert (!stripe_customer_is_ours (&wanted, &seen));
}
END_TEST

START_TEST (meters_only_for_what_stripe_aggregates)
{
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GError) error = NULL;
  const struct stripe_meter calls = { .event_name = "api_calls", .display_name = "API calls", .aggregation = "sum" };
  const struct stripe_meter peak = { .event_name = "peak", .display_name = "Peak", .aggregation = "max" };
  ck_assert (stripe_meter_create (&calls, form, NULL));
  ck_assert_str_eq (form_text (form),
                    "display_name=API%20calls&event_name=api_calls&default_aggregation[formula]=sum&customer_mapping[type]=by_id"
                    "&customer_mapping[event_payload_key]=stripe_customer_id&value_settings[event_payload_key]=value");
  ck_assert (!stripe_meter_create (&peak, form, &error));
  ck_assert_int_eq (error->code, ERROR_REFUSED);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("stripe objects");
  TCase *objects = tcase_create ("objects");
  tcase_add_test (objects, product_ids_are_ours_and_distinct);
  tcase_add_test (objects, intervals_and_lookup_keys);
  tcase_add_test (objects, a_price_is_made);
  tcase_add_test (objects, a_price_is_compared);
  tcase_add_test (objects, a_price_in_step_needs_no_update);
  tcase_add_test (objects, objects_of_another_kind_are_refused);
  tcase_add_test (objects, a_product_is_made_and_kept_in_step);
  tcase_add_test (objects, a_customer_is_made_and_kept_in_step);
  tcase_add_test (objects, text_that_is_too_long_is_named);
  tcase_add_test (objects, a_deleted_customer_is_nobody);
  tcase_add_test (objects, meters_only_for_what_stripe_aggregates);
  suite_add_tcase (suite, objects);
  return suite;
}
