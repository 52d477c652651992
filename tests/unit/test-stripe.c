/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to Stripe and what comes back: parameters, amounts, keys, retries, rates, replies. */
#include "base/error.h"
#include "stripe/amount.h"
#include "stripe/form.h"
#include "stripe/key.h"
#include "stripe/rate.h"
#include "stripe/reply.h"
#include "stripe/retry.h"

#include "tap-main.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- parameters ------------------------------------------------------------------------------------------------- */

START_TEST (names_keep_their_brackets_and_values_are_encoded)
{
  g_autoptr (form_t) form = form_new ();
  form_add (form, "name", "Müller & Co=1+1 [x]%\n");
  form_add (form, "recurring[interval]", "month");
  form_add_element (form, "lookup_keys", 12, "a.b-c_d~e");
  form_add_integer (form, "amount", G_MININT64);
  form_add_boolean (form, "active", TRUE);
  form_add (form, "description", "");
  ck_assert_str_eq (form_text (form), "name=M%C3%BCller%20%26%20Co%3D1%2B1%20%5Bx%5D%25%0A&recurring[interval]=month"
                                      "&lookup_keys[12]=a.b-c_d~e&amount=-9223372036854775808&active=true&description=");
}
END_TEST

START_TEST (metadata_has_limits)
{
  g_autoptr (form_t) form = form_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *fits = g_strnfill (500, 'x');
  g_autofree char *long_text = g_strnfill (501, 'x');
  ck_assert (form_is_empty (form));
  ck_assert (form_add_metadata (form, "billctl_plan", "pro", NULL));
  ck_assert_str_eq (form_text (form), "metadata[billctl_plan]=pro");
  ck_assert (form_add_metadata (form, "b", fits, NULL));
  ck_assert (!form_add_metadata (form, "c", long_text, &error));
  ck_assert_int_eq (error->code, ERROR_USAGE);
}
END_TEST

START_TEST (ids_in_paths_are_encoded)
{
  g_autofree char *plain = form_path ("/v1/prices", "price_1", NULL);
  g_autofree char *odd = form_path ("/v1/customers", "a/../b?c", "sources");
  ck_assert_str_eq (plain, "/v1/prices/price_1");
  ck_assert_str_eq (odd, "/v1/customers/a%2F..%2Fb%3Fc/sources");
}
END_TEST

/* --- amounts ---------------------------------------------------------------------------------------------------- */

START_TEST (amounts_go_there_and_back)
{
  /* docs.stripe.com/currencies: 10 USD is 1000, 500 JPY is 500, 5.120 KWD is 5120, 5 ISK is 500, 5 UGX likewise; MGA counts
   * whole. */
  static const struct {
    const char *code;
    gint64 minor, amount;
  } rows[] = {
    { "USD", 1000, 1000 },
    { "JPY", 500, 500 },
    { "KWD", 5120, 5120 },
    { "ISK", 5, 500 },
    { "UGX", 5, 500 },
    { "MGA", 300, 3 },
    { "HUF", 12345, 12345 },
    { "TWD", 101, 101 },
    { "EUR", -250, -250 },
    { "XPF", 7, 7 },
    { "USD", 0, 0 },
    { "OMR", 10, 10 },
    { "USD", 999999999999, 999999999999 },
    { "ISK", 9999999999, 999999999900 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct currency *currency = currency_find (rows[i].code);
    gint64 amount = -1, minor = -1;
    ck_assert_msg (stripe_amount_encode (rows[i].minor, currency, &amount, NULL), "row %zu is refused", i);
    ck_assert_msg (amount == rows[i].amount, "row %zu: %ld", i, (long)amount);
    ck_assert_msg (stripe_amount_decode (rows[i].amount, currency, &minor, NULL), "row %zu does not come back", i);
    ck_assert_msg (minor == rows[i].minor, "row %zu comes back as %ld", i, (long)minor);
  }
}
END_TEST

START_TEST (amounts_without_an_exact_counterpart_are_refused)
{
  /* 5.124 KWD would have to become 5.120 or 5.130; 2.50 MGA has no whole amount; Stripe takes no IQD, LYD, CLF. */
  static const struct {
    const char *code;
    gint64 minor;
    const char *message;
  } rows[] = {
    { "KWD", 5124, "5.124 KWD has no exact amount" },
    { "MGA", 250, "2.50 MGA has no exact amount" },
    { "IQD", 1000, "no amounts in IQD" },
    { "LYD", 1000, "no amounts in LYD" },
    { "CLF", 10000, "no amounts in CLF" },
    { "USD", 1000000000000, "twelve digits" },
    { "ISK", 10000000000, "twelve digits" },
    { "USD", G_MININT64, "twelve digits" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    gint64 amount = 42;
    ck_assert_msg (!stripe_amount_encode (rows[i].minor, currency_find (rows[i].code), &amount, &error), "row %zu is taken", i);
    ck_assert_int_eq (error->code, ERROR_REFUSED);
    ck_assert_msg (strstr (error->message, rows[i].message) != NULL, "row %zu: %s", i, error->message);
    ck_assert_int_eq (amount, 42);
  }
}
END_TEST

START_TEST (stripe_amounts_that_are_no_whole_minor_units_are_refused)
{
  gint64 minor = 42;
  ck_assert (!stripe_amount_decode (1250, currency_find ("ISK"), &minor, NULL));
  ck_assert (!stripe_amount_decode (G_MAXINT64, currency_find ("MGA"), &minor, NULL));
  ck_assert_int_eq (minor, 42);
}
END_TEST

START_TEST (charges_have_a_minimum)
{
  /* docs.stripe.com/currencies, minimum charge amounts. */
  static const struct {
    const char *code;
    gint64 least;
  } rows[] = { { "USD", 50 },  { "EUR", 50 },  { "GBP", 30 },  { "JPY", 50 },   { "KRW", 50 },    { "MXN", 1000 }, { "SEK", 300 },
               { "DKK", 250 }, { "PLN", 200 }, { "HKD", 400 }, { "CZK", 1500 }, { "HUF", 17500 }, { "THB", 1000 }, { "KES", 1 } };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct currency *currency = currency_find (rows[i].code);
    g_autoptr (GError) error = NULL;
    ck_assert_msg (stripe_amount_check_charge (rows[i].least, currency, NULL), "%s: the minimum", rows[i].code);
    ck_assert_msg (!stripe_amount_check_charge (rows[i].least - 1, currency, &error), "%s: below the minimum", rows[i].code);
    ck_assert_int_eq (error->code, ERROR_REFUSED);
  }
  g_autoptr (GError) error = NULL;
  stripe_amount_check_charge (49, currency_find ("USD"), &error);
  ck_assert_str_eq (error->message, "0.49 USD is below the 0.50 that Stripe charges at least");
  ck_assert (!stripe_amount_check_charge (-100, currency_find ("USD"), NULL));
  ck_assert (!stripe_amount_check_charge (STRIPE_AMOUNT_MAX + 1, currency_find ("USD"), NULL));
}
END_TEST

static struct decimal
decimal_of (const char *text)
{
  struct decimal value;
  ck_assert_int_eq (decimal_parse (text, strlen (text), &value), DECIMAL_OK);
  return value;
}

START_TEST (unit_prices_are_whole_or_have_twelve_decimals)
{
  static const struct {
    const char *code, *price, *text; /* NULL: refused */
    gboolean is_integer;
  } rows[] = {
    { "USD", "29", "2900", TRUE },
    { "USD", "0", "0", TRUE },
    { "USD", "0.002", "0.2", FALSE },
    { "USD", "0.00000000000001", "0.000000000001", FALSE },
    { "USD", "0.000000000000001", NULL, FALSE },
    { "USD", "-1", NULL, FALSE },
    { "USD", "9999999999.99", "999999999999", TRUE },
    { "USD", "10000000000", NULL, FALSE },
    { "USD", "99999999999999999999999999999999999999", NULL, FALSE },
    { "JPY", "0.5", "0.5", FALSE },
    { "JPY", "500", "500", TRUE },
    { "ISK", "5", "500", TRUE },
    { "ISK", "0.5", NULL, FALSE },
    { "KWD", "5.12", "5120", TRUE },
    { "KWD", "5.124", NULL, FALSE },
    { "MGA", "2.5", "2.5", FALSE },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct stripe_unit_amount amount;
    gboolean ok = stripe_unit_amount_encode (decimal_of (rows[i].price), currency_find (rows[i].code), &amount, NULL);
    ck_assert_msg (ok == (rows[i].text != NULL), "row %zu", i);
    if (!ok)
      continue;
    ck_assert_str_eq (amount.text, rows[i].text);
    ck_assert_msg (amount.is_integer == rows[i].is_integer, "row %zu", i);
  }
}
END_TEST

/* --- retries ---------------------------------------------------------------------------------------------------- */

START_TEST (what_is_tried_again)
{
  static const struct {
    const char *what;
    struct retry_try done;
    gboolean again;
  } rows[] = {
    { "no answer", { .outcome = RETRY_NO_ANSWER, .number = 1 }, TRUE },
    { "no answer, third", { .outcome = RETRY_NO_ANSWER, .number = 3 }, FALSE },
    { "certificate", { .outcome = RETRY_NOT_TRUSTED, .number = 1 }, FALSE },
    { "refused here", { .outcome = RETRY_NOT_SENT, .number = 1 }, FALSE },
    { "200", { .status = 200, .number = 1 }, FALSE },
    { "400", { .status = 400, .number = 1 }, FALSE },
    { "401", { .status = 401, .number = 1 }, FALSE },
    { "402", { .status = 402, .number = 1 }, FALSE },
    { "404", { .status = 404, .number = 1 }, FALSE },
    { "409", { .status = 409, .number = 1 }, TRUE },
    { "424", { .status = 424, .number = 1 }, TRUE },
    { "500", { .status = 500, .number = 2 }, TRUE },
    { "500, third", { .status = 500, .number = 3 }, FALSE },
    { "503", { .status = 503, .number = 1 }, TRUE },
    { "500 replayed", { .status = 500, .replayed = TRUE, .number = 1 }, FALSE },
    { "429, fourth", { .status = 429, .number = 4 }, TRUE },
    { "429, fifth", { .status = 429, .number = 5 }, FALSE },
    { "429, stay away for a minute", { .status = 429, .retry_after = "60", .number = 1 }, TRUE },
    { "429, stay away for longer", { .status = 429, .retry_after = "61", .number = 1 }, FALSE },
    { "500, told not to", { .status = 500, .should_retry = "false", .number = 1 }, FALSE },
    { "409, told not to", { .status = 409, .should_retry = "false", .number = 1 }, FALSE },
    { "429, told not to", { .status = 429, .should_retry = "false", .number = 1 }, FALSE },
    { "400, told to", { .status = 400, .should_retry = "true", .number = 1 }, TRUE },
    { "400, told to, third", { .status = 400, .should_retry = "true", .number = 3 }, FALSE },
    { "400, told nonsense", { .status = 400, .should_retry = "maybe", .number = 1 }, FALSE },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 delay_ms;
    ck_assert_msg (retry_decide (&rows[i].done, 500, &delay_ms) == rows[i].again, "%s", rows[i].what);
  }
}
END_TEST

START_TEST (how_long_is_waited)
{
  /* Stripe's libraries: half to all of min (0.5 × 2^(n-1), 5) seconds, and half a second at the least. */
  static const struct {
    struct retry_try done;
    int jitter;
    gint64 delay_ms;
  } rows[] = {
    { { .status = 500, .number = 1 }, 0, 500 },
    { { .status = 500, .number = 1 }, 1000, 500 },
    { { .status = 500, .number = 2 }, 0, 500 },
    { { .status = 500, .number = 2 }, 1000, 1000 },
    { { .status = 429, .number = 3 }, 1000, 2000 },
    { { .status = 429, .number = 4 }, 0, 2000 },
    { { .status = 429, .number = 4 }, 1000, 4000 },
    { { .status = 429, .number = 1, .retry_after = "7" }, 1000, 7000 },
    { { .status = 429, .number = 4, .retry_after = "1" }, 1000, 4000 },
    { { .status = 503, .number = 1, .retry_after = "Wed, 21 Oct 2026 07:28:00 GMT" }, 0, 500 },
    { { .status = 503, .number = 1, .retry_after = "-5" }, 0, 500 },
    { { .outcome = RETRY_NO_ANSWER, .number = 2, .retry_after = "9" }, 1000, 1000 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 delay_ms = -1;
    ck_assert (retry_decide (&rows[i].done, rows[i].jitter, &delay_ms));
    ck_assert_msg (delay_ms == rows[i].delay_ms, "row %zu: %ld", i, (long)delay_ms);
  }
}
END_TEST

START_TEST (a_bucket_lets_through_its_burst_and_then_its_rate)
{
  struct rate_bucket bucket;
  rate_bucket_init (&bucket, 20, 4, 1000);
  for (int i = 0; i < 4; i++) {
    ck_assert_int_eq (rate_bucket_wait_us (&bucket, 1000), 0);
    rate_bucket_take (&bucket);
  }
  ck_assert_int_eq (rate_bucket_wait_us (&bucket, 1000), 50000); /* a twentieth of a second */
  ck_assert_int_eq (rate_bucket_wait_us (&bucket, 41000), 10000);
  ck_assert_int_eq (rate_bucket_wait_us (&bucket, 51000), 0);
}
END_TEST

START_TEST (in_no_second_more_than_burst_and_rate_are_taken)
{
  struct random random = random_for_test (1);
  struct rate_bucket bucket;
  gint64 taken[2000];
  gint64 now = 0;
  int count = 0;
  rate_bucket_init (&bucket, 20, 4, now);
  while (count < 2000) {
    gint64 wait = rate_bucket_wait_us (&bucket, now);
    if (wait > 0)
      now += random_between (&random, 0, 3) == 0 ? wait / 2 : wait; /* sometimes looked at too early */
    else {
      rate_bucket_take (&bucket);
      taken[count++] = now;
      if (random_between (&random, 0, 15) == 0)
        now += random_between (&random, 0, 3000000);
    }
  }
  for (int i = 24; i < count; i++)
    ck_assert_msg (taken[i] - taken[i - 24] >= 1000000, "25 within a second at %d", i);
}
END_TEST

/* --- keys ------------------------------------------------------------------------------------------------------- */

START_TEST (keys_have_a_shape)
{
  static const struct {
    const char *text, *message; /* NULL: a key */
    gboolean live;
  } rows[] = {
    { "sk_test_51H8abcdefXYZ", NULL, FALSE },
    { "rk_test_51H8abcdefXYZ", NULL, FALSE },
    { "sk_live_51H8abcdefXYZ", NULL, TRUE },
    { "rk_live_51H8_abcdefXY", NULL, TRUE },
    { "pk_test_51H8abcdefXYZ", "publishable", FALSE },
    { "whsec_51H8abcdefXYZ", "webhook", FALSE },
    { "sk_test_", "is none", FALSE },
    { "sk_test_abc", "not complete", FALSE },
    { "sk_prod_51H8abcdefXYZ", "is none", FALSE },
    { "", "is none", FALSE },
    { "sk_test_51H8 abcdefXYZ", "at place 13", FALSE },
    { "sk_test_51H8abcd\xc3\xa9"
      "fXYZ",
      "at place 17", FALSE },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (stripe_key_t) key = NULL;
    g_autoptr (GError) error = NULL;
    gboolean ok = stripe_key_new (rows[i].text, strlen (rows[i].text), &key, &error);
    ck_assert_msg (ok == (rows[i].message == NULL), "row %zu", i);
    if (ok) {
      ck_assert_int_eq (stripe_key_is_live (key), rows[i].live);
      ck_assert_str_eq (stripe_key_text (key), rows[i].text);
      continue;
    }
    ck_assert_int_eq (error->code, ERROR_USAGE);
    ck_assert_msg (strstr (error->message, rows[i].message) != NULL, "row %zu: %s", i, error->message);
    ck_assert_msg (strlen (rows[i].text) < 9 || strstr (error->message, rows[i].text + 8) == NULL, "row %zu quotes the key", i);
  }
}
END_TEST

START_TEST (keys_are_shown_redacted)
{
  static const struct {
    const char *text, *shown;
  } rows[] = { { "sk_test_51H8abcdefXYZ", "sk_test_*********fXYZ" }, { "sk_test_1234", "sk_test_****" } };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (stripe_key_t) key = NULL;
    ck_assert (stripe_key_new (rows[i].text, strlen (rows[i].text), &key, NULL));
    g_autofree char *shown = stripe_key_redacted (key);
    ck_assert_str_eq (shown, rows[i].shown);
  }
}
END_TEST

static const char a_key[] = "sk_test_51H8abcdefXYZ";

static void
assert_refused (const struct stripe_key_source *source, enum error_code code, const char *message)
{
  g_autoptr (GError) error = NULL;
  struct stripe_key *key = NULL;
  ck_assert (!stripe_key_load (source, &key, &error));
  ck_assert_ptr_null (key);
  ck_assert_int_eq (error->code, (int)code);
  ck_assert_msg (strstr (error->message, message) != NULL, "%s", error->message);
}

static void
assert_loaded (const struct stripe_key_source *source, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (stripe_key_t) key = NULL;
  ck_assert_msg (stripe_key_load (source, &key, &error), "%s", error == NULL ? "" : error->message);
  ck_assert_str_eq (stripe_key_text (key), text);
}

START_TEST (the_variable_wins_and_is_gone_afterwards)
{
  char *place;
  g_setenv (STRIPE_KEY_VARIABLE, a_key, TRUE);
  place = getenv (STRIPE_KEY_VARIABLE);
  assert_loaded (&(struct stripe_key_source){ .file = "/nonexistent", .command = "false" }, a_key);
  ck_assert_ptr_null (getenv (STRIPE_KEY_VARIABLE));
  ck_assert_str_eq (place, "");
  g_setenv (STRIPE_KEY_VARIABLE, "nonsense", TRUE);
  assert_refused (&(struct stripe_key_source){ .command = "echo sk_test_51H8abcdefXYZ" }, ERROR_USAGE, STRIPE_KEY_VARIABLE);
  ck_assert_ptr_null (getenv (STRIPE_KEY_VARIABLE));
}
END_TEST

START_TEST (an_empty_variable_is_none)
{
  g_setenv (STRIPE_KEY_VARIABLE, "", TRUE);
  assert_refused (&(struct stripe_key_source){ 0 }, ERROR_USAGE, "there is no Stripe key");
  assert_loaded (&(struct stripe_key_source){ .command = "echo sk_test_51H8abcdefXYZ" }, a_key);
}
END_TEST

START_TEST (a_key_file_must_be_ours_alone)
{
  g_autofree char *folder = g_dir_make_tmp ("billctl-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key", NULL);
  const struct stripe_key_source source = { .file = path };
  g_unsetenv (STRIPE_KEY_VARIABLE);
  assert_refused (&source, ERROR_USAGE, "No such file");
  ck_assert (g_file_set_contents (path, " sk_test_51H8abcdefXYZ \nsecond line\n", -1, NULL));
  static const mode_t open_modes[] = { 0640, 0604, 0620, 0660, 0644 };
  for (size_t i = 0; i < G_N_ELEMENTS (open_modes); i++) {
    g_chmod (path, open_modes[i]);
    assert_refused (&source, ERROR_REFUSED, "chmod 600");
  }
  g_chmod (path, 0600);
  assert_loaded (&source, a_key);
  g_chmod (path, 0400);
  assert_loaded (&source, a_key);
  assert_refused (&(struct stripe_key_source){ .file = folder }, ERROR_REFUSED, "not a plain file");
  g_unlink (path);
  ck_assert (g_file_set_contents (path, "", -1, NULL));
  g_chmod (path, 0600);
  assert_refused (&source, ERROR_USAGE, "is none");
  g_unlink (path);
  g_rmdir (folder);
}
END_TEST

START_TEST (a_key_command_gives_its_first_line)
{
  g_unsetenv (STRIPE_KEY_VARIABLE);
  assert_loaded (&(struct stripe_key_source){ .command = "printf 'sk_test_51H8abcdefXYZ\\nrest\\n'" }, a_key);
  assert_refused (&(struct stripe_key_source){ .command = "echo sk_test_51H8abcdefXYZ; exit 3" }, ERROR_FAILED, "status 3");
  assert_refused (&(struct stripe_key_source){ .command = "kill -9 $$" }, ERROR_FAILED, "signal 9");
  assert_refused (&(struct stripe_key_source){ .command = "true" }, ERROR_USAGE, "the output of the command");
  assert_refused (&(struct stripe_key_source){ .command = "head -c 100000 /dev/zero | tr '\\0' x" }, ERROR_USAGE, "is none");
}
END_TEST

START_TEST (a_live_key_must_be_asked_for)
{
  g_unsetenv (STRIPE_KEY_VARIABLE);
  assert_refused (&(struct stripe_key_source){ .command = "echo sk_live_51H8abcdefXYZ" }, ERROR_REFUSED, "live");
  assert_loaded (&(struct stripe_key_source){ .command = "echo sk_live_51H8abcdefXYZ", .allow_live = TRUE },
                 "sk_live_51H8abcdefXYZ");
}
END_TEST

/* --- replies ---------------------------------------------------------------------------------------------------- */

START_TEST (helper_lines_are_taken_apart)
{
  struct helper_answer answer;
  static const char good[]
      = "{\"id\":7,\"status\":404,\"headers\":{\"request-id\":\"req_1\",\"stripe-should-retry\":\"false\",\"retry-after\":\"3\","
        "\"idempotent-replayed\":\"true\"},\"body\":\"{\\\"error\\\":{\\\"type\\\":\\\"invalid_request_error\\\","
        "\\\"code\\\":\\\"resource_missing\\\",\\\"param\\\":\\\"id\\\",\\\"message\\\":\\\"No such \\\\u001bprice\\\"}}\"}";
  g_autoptr (GError) error = NULL;
  ck_assert (helper_answer_parse (good, strlen (good), &answer, NULL));
  ck_assert_int_eq (answer.id, 7);
  ck_assert_int_eq (answer.outcome, RETRY_ANSWERED);
  ck_assert_str_eq (answer.should_retry, "false");
  ck_assert_str_eq (answer.retry_after, "3");
  ck_assert (answer.reply.replayed);
  ck_assert (!stripe_reply_check (&answer.reply, "GET /v1/prices/x", &error));
  ck_assert_int_eq (error->code, ERROR_REMOTE);
  ck_assert_str_eq (error->message,
                    "Stripe refused GET /v1/prices/x: No such \\x1bprice (status 404, code resource_missing, parameter id, "
                    "request req_1)");
  helper_answer_clear (&answer);
}
END_TEST

START_TEST (broken_answers_are_no_answers)
{
  static const struct {
    const char *line;
    enum retry_outcome outcome;
  } rows[] = {
    { "{\"id\":1,\"status\":200,\"headers\":{},\"body\":\"{\\\"id\\\":\\\"pri\"}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"status\":200,\"headers\":{},\"body\":\"<html>\"}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"status\":200,\"headers\":{},\"body\":\"[]\"}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"status\":200}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"status\":502,\"headers\":{},\"body\":\"<html>\"}", RETRY_ANSWERED },
    { "{\"id\":1,\"error\":{\"kind\":\"cut\",\"message\":\"x\"}}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"error\":{\"kind\":\"timeout\",\"message\":\"x\"}}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"error\":{\"kind\":\"connect\",\"message\":\"x\"}}", RETRY_NO_ANSWER },
    { "{\"id\":1,\"error\":{\"kind\":\"tls\",\"message\":\"x\"}}", RETRY_NOT_TRUSTED },
    { "{\"id\":1,\"error\":{\"kind\":\"other\",\"message\":\"x\"}}", RETRY_NOT_SENT },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct helper_answer answer;
    ck_assert_msg (helper_answer_parse (rows[i].line, strlen (rows[i].line), &answer, NULL), "row %zu", i);
    ck_assert_msg (answer.outcome == rows[i].outcome, "row %zu", i);
    helper_answer_clear (&answer);
  }
  static const char *const none[]
      = { "", "x", "{}", "{\"id\":1}", "{\"id\":null,\"error\":{\"kind\":\"other\",\"message\":\"x\"}}" };
  for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
    struct helper_answer answer;
    ck_assert_msg (!helper_answer_parse (none[i], strlen (none[i]), &answer, NULL), "line %zu", i);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("stripe");
  TCase *parameters = tcase_create ("parameters");
  tcase_add_test (parameters, names_keep_their_brackets_and_values_are_encoded);
  tcase_add_test (parameters, metadata_has_limits);
  tcase_add_test (parameters, ids_in_paths_are_encoded);
  suite_add_tcase (suite, parameters);
  TCase *amounts = tcase_create ("amounts");
  tcase_add_test (amounts, amounts_go_there_and_back);
  tcase_add_test (amounts, amounts_without_an_exact_counterpart_are_refused);
  tcase_add_test (amounts, stripe_amounts_that_are_no_whole_minor_units_are_refused);
  tcase_add_test (amounts, charges_have_a_minimum);
  tcase_add_test (amounts, unit_prices_are_whole_or_have_twelve_decimals);
  suite_add_tcase (suite, amounts);
  TCase *retries = tcase_create ("retries");
  tcase_add_test (retries, what_is_tried_again);
  tcase_add_test (retries, how_long_is_waited);
  tcase_add_test (retries, a_bucket_lets_through_its_burst_and_then_its_rate);
  tcase_add_test (retries, in_no_second_more_than_burst_and_rate_are_taken);
  suite_add_tcase (suite, retries);
  TCase *keys = tcase_create ("keys");
  tcase_add_test (keys, keys_have_a_shape);
  tcase_add_test (keys, keys_are_shown_redacted);
  tcase_add_test (keys, the_variable_wins_and_is_gone_afterwards);
  tcase_add_test (keys, an_empty_variable_is_none);
  tcase_add_test (keys, a_key_file_must_be_ours_alone);
  tcase_add_test (keys, a_key_command_gives_its_first_line);
  tcase_add_test (keys, a_live_key_must_be_asked_for);
  suite_add_tcase (suite, keys);
  TCase *replies = tcase_create ("replies");
  tcase_add_test (replies, helper_lines_are_taken_apart);
  tcase_add_test (replies, broken_answers_are_no_answers);
  suite_add_tcase (suite, replies);
  return suite;
}
