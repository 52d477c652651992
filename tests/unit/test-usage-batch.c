/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Storing events: each id once, whatever the hash says, and reading them back in rating order. */
#include "core/hash.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/usage-batch.h"
#include "store/usage.h"

#include "tap-main.h"

#include <glib/gstdio.h>
#include <string.h>

static struct ledger *ledger;
static char *folder;

static void
open_ledger (void)
{
  GError *error = NULL;
  char *path;

  folder = g_dir_make_tmp ("billctl-test.XXXXXX", NULL);
  path = g_build_filename (folder, "ledger.db", NULL);
  const struct ledger_open_request request = { .path = path, .mode = LEDGER_WRITE, .actor = "test", .command = "test" };
  ck_assert_msg (ledger_make (&request, &error) && ledger_open (&request, &ledger, &error), "%s", error == NULL ? "" : error->message);
  ck_assert (ledger_begin (ledger, NULL));
  g_free (path);
}

static void
close_ledger (void)
{
  static const char *const names[] = { "ledger.db", "ledger.db-wal", "ledger.db-shm" };

  ledger_close (ledger);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
    char *path = g_build_filename (folder, names[i], NULL);
    g_unlink (path);
    g_free (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

/* An event of customer 1, metric 1, at 1000. */
static struct usage_new
event (const char *id, const char *quantity)
{
  return (struct usage_new){
    .customer_id = 1, .metric_id = 1, .at_us = 1000,
    .event_id = id, .event_id_length = strlen (id), .quantity = quantity, .quantity_length = strlen (quantity),
  };
}

/* What was heard, as "place:outcome[:differs] ". */
static void
hear (void *data, guint place, const char *event_id, gsize event_id_length, enum usage_outcome outcome, const char *differs)
{
  (void) event_id;
  (void) event_id_length;
  g_string_append_printf (data, "%u:%s%s%s ", place, outcome == USAGE_DUPLICATE ? "duplicate" : "conflict", differs == NULL ? "" : ":",
                          differs == NULL ? "" : differs);
}

/* Stores the events in one batch; checks what was heard and how many were recorded. */
static void
store (const struct usage_new *events, gsize count, gint64 want_recorded, const char *want_heard)
{
  struct usage_batch *batch = usage_batch_new (ledger, 0, "");
  GString *heard = g_string_new (NULL);
  const struct usage_listener listener = { .report = hear, .data = heard };
  struct usage_counts counts = { 0 };
  GError *error = NULL;

  for (gsize i = 0; i < count; i++)
    usage_batch_add (batch, &events[i]);
  ck_assert_msg (usage_batch_store (batch, &listener, &counts, &error), "%s", error == NULL ? "" : error->message);
  ck_assert_str_eq (heard->str, want_heard);
  ck_assert_int_eq (counts.recorded, want_recorded);
  ck_assert_int_eq (counts.recorded + counts.duplicates + counts.conflicts, (gint64) count);
  ck_assert_uint_eq (usage_batch_length (batch), 0);
  usage_batch_free (batch);
  g_string_free (heard, TRUE);
}

static void
store_one (struct usage_new one, gint64 want_recorded, const char *want_heard)
{
  store (&one, 1, want_recorded, want_heard);
}

START_TEST (the_same_again)
{
  struct usage_new again = event ("a", "1");

  store_one (event ("a", "1"), 1, "");
  store_one (again, 0, "0:duplicate ");
  again.at_us = 2000;
  again.any_time = TRUE;
  store_one (again, 0, "0:duplicate ");
}
END_TEST

START_TEST (the_same_in_one_batch)
{
  const struct usage_new events[] = { event ("a", "1"), event ("b", "1"), event ("a", "1"), event ("b", "2"), event ("c", "1") };

  store (events, G_N_ELEMENTS (events), 3, "2:duplicate 3:conflict:quantity ");
}
END_TEST

START_TEST (other_content)
{
  struct usage_new first = event ("a", "1"), other;

  first.properties = "{\"x\":\"1\"}";
  first.properties_length = strlen (first.properties);
  store_one (first, 1, "");
  other = first, other.customer_id = 2;
  store_one (other, 0, "0:conflict:customer ");
  other = first, other.metric_id = 2;
  store_one (other, 0, "0:conflict:metric ");
  other = first, other.at_us = 1001;
  store_one (other, 0, "0:conflict:time ");
  other = first, other.quantity = "2";
  store_one (other, 0, "0:conflict:quantity ");
  other = first, other.subscription_id = 1;
  store_one (other, 0, "0:conflict:subscription ");
  other = first, other.properties = NULL;
  store_one (other, 0, "0:conflict:properties ");
  store_one (first, 0, "0:duplicate ");
}
END_TEST

START_TEST (sources_are_apart)
{
  gint64 source = 0, same = 0;
  struct usage_batch *batch;
  struct usage_counts counts = { 0 };
  const struct usage_new one = event ("a", "2");

  store_one (event ("a", "1"), 1, "");
  ck_assert (usage_source (ledger, "feed", &source, NULL));
  ck_assert (usage_source (ledger, "feed", &same, NULL));
  ck_assert_int_ne (source, 0);
  ck_assert_int_eq (source, same);
  batch = usage_batch_new (ledger, source, "feed");
  usage_batch_add (batch, &one);
  ck_assert (usage_batch_store (batch, NULL, &counts, NULL));
  ck_assert_int_eq (counts.recorded, 1);
  usage_batch_free (batch);
}
END_TEST

/* Says that events with this id have the hash of another one: a collision, which no one can wait for. */
static void
make_collide (const char *id, gint64 usage_id)
{
  gint64 hash = (gint64) hash64 (id, strlen (id), hash64 ("", 0, 0));

  ck_assert (db_execute (ledger_db (ledger), SQL_USAGE_KEY_INSERT, NULL, NULL, "ii", hash, usage_id));
}

START_TEST (equal_hashes)
{
  struct usage_new other;

  store_one (event ("a", "1"), 1, "");
  make_collide ("b", 1);
  store_one (event ("b", "7"), 1, "");
  store_one (event ("b", "7"), 0, "0:duplicate ");
  other = event ("b", "8");
  store_one (other, 0, "0:conflict:quantity ");
  store_one (event ("a", "1"), 0, "0:duplicate ");

  const struct usage_new twice[] = { event ("c", "1"), event ("c", "1") };
  make_collide ("c", 1);
  store (twice, 2, 1, "1:duplicate ");
}
END_TEST

/* All events of (customer, metric) in a range, as "time:quantity ". */
static char *
read_range (enum usage_detail detail, gint64 customer_id, gint64 metric_id, gint64 from_us, gint64 to_us)
{
  const struct usage_range range = { .customer_id = customer_id, .metric_id = metric_id, .from_us = from_us, .to_us = to_us };
  struct usage_cursor *cursor = NULL;
  const struct usage_event *one = NULL;
  GString *out = g_string_new (NULL);

  ck_assert (usage_cursor_new (ledger, detail, &cursor, NULL));
  usage_cursor_start (cursor, &range);
  while (usage_cursor_next (cursor, &one, NULL) && one != NULL)
    g_string_append_printf (out, "%d:%s%s%s ", (int) one->at_us, one->quantity, detail == USAGE_FULL ? "=" : "",
                            detail == USAGE_FULL ? one->event_id : "");
  usage_cursor_free (cursor);
  return g_string_free (out, FALSE);
}

START_TEST (rating_order)
{
  static const struct {
    const char *id;
    gint64 customer, metric, at;
    const char *quantity;
  } rows[] = {
    { "1", 2, 1, 5, "1" },  { "2", 1, 2, 9, "2" },   { "3", 1, 1, 300, "3" }, { "4", 1, 1, -5, "4" },
    { "5", 1, 1, 20, "5" }, { "6", 1, 1, 20, "-6" }, { "7", 1, 3, 7, "7" },   { "8", 1, 1, 100, "8" },
  };
  struct usage_new events[G_N_ELEMENTS (rows)];
  GArray *metrics = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 last = 0;
  char *got;

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    events[i] = event (rows[i].id, rows[i].quantity);
    events[i].customer_id = rows[i].customer;
    events[i].metric_id = rows[i].metric;
    events[i].at_us = rows[i].at;
  }
  store (events, G_N_ELEMENTS (rows), G_N_ELEMENTS (rows), "");

  got = read_range (USAGE_FULL, 1, 1, -5, 300);
  ck_assert_str_eq (got, "-5:4=4 20:5=5 20:-6=6 100:8=8 ");
  g_free (got);
  got = read_range (USAGE_RATED, 1, 1, 100, 301);
  ck_assert_str_eq (got, "100:8 300:3 ");
  g_free (got);
  got = read_range (USAGE_RATED, 1, 1, 101, 300);
  ck_assert_str_eq (got, "");
  g_free (got);

  ck_assert (usage_metrics_of (ledger, 1, 8, 300, metrics, NULL));
  ck_assert_uint_eq (metrics->len, 2);
  ck_assert_int_eq (g_array_index (metrics, gint64, 0), 1);
  ck_assert_int_eq (g_array_index (metrics, gint64, 1), 2);
  ck_assert (usage_last_id (ledger, &last, NULL));
  ck_assert_int_eq (last, G_N_ELEMENTS (rows));
  g_array_unref (metrics);
}
END_TEST

/* More events than are brought together at once, in a shuffled order, some of them twice: every one is there once. */
START_TEST (many)
{
  enum { MANY = 5000 };
  struct random random = random_for_test (1);
  struct usage_batch *batch = usage_batch_new (ledger, 0, "");
  struct usage_counts counts = { 0 };
  gint64 seen = 0;

  for (int i = 0; i < 2 * MANY; i++) {
    int number = i < MANY ? (i * 7919) % MANY : (int) random_between (&random, 0, MANY - 1);
    char id[32], quantity[32];
    g_snprintf (id, sizeof id, "event-%d", number);
    g_snprintf (quantity, sizeof quantity, "%d", number);
    struct usage_new one = event (id, quantity);
    one.customer_id = 1 + number % 3;
    one.at_us = number;
    usage_batch_add (batch, &one);
  }
  ck_assert (usage_batch_store (batch, NULL, &counts, NULL));
  ck_assert_int_eq (counts.recorded, MANY);
  ck_assert_int_eq (counts.duplicates, MANY);
  ck_assert_int_eq (counts.conflicts, 0);
  for (gint64 customer = 1; customer <= 3; customer++) {
    struct usage_cursor *cursor = NULL;
    const struct usage_range range = { .customer_id = customer, .metric_id = 1, .from_us = 0, .to_us = MANY };
    const struct usage_event *one = NULL;
    ck_assert (usage_cursor_new (ledger, USAGE_FULL, &cursor, NULL));
    usage_cursor_start (cursor, &range);
    for (gint64 at = customer - 1; usage_cursor_next (cursor, &one, NULL) && one != NULL; at += 3, seen++) {
      char quantity[32];
      g_snprintf (quantity, sizeof quantity, "%d", (int) at);
      ck_assert_int_eq (one->at_us, at);
      ck_assert_str_eq (one->quantity, quantity);
    }
    usage_cursor_free (cursor);
  }
  ck_assert_int_eq (seen, MANY);
  usage_batch_free (batch);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("usage-batch");
  TCase *tcase = tcase_create ("batch");

  tcase_add_checked_fixture (tcase, open_ledger, close_ledger);
  tcase_add_test (tcase, the_same_again);
  tcase_add_test (tcase, the_same_in_one_batch);
  tcase_add_test (tcase, other_content);
  tcase_add_test (tcase, sources_are_apart);
  tcase_add_test (tcase, equal_hashes);
  tcase_add_test (tcase, rating_order);
  tcase_add_test (tcase, many);
  suite_add_tcase (suite, tcase);
  return suite;
}
