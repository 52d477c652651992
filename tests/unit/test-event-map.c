/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of --map and --where: what is understood, what it makes of a row, and what is refused in which words. */
#include "base/error.h"
#include "service/event-map.h"

#include "tap-main.h"

#include <string.h>

enum { ROW_MAX = 8 };

#define COLUMNS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The least that a map must say, with one letter for each column. */
#define LEAST "id=i,customer=c,metric=m,quantity=q,time=t"

static struct event_map *
make_map (const char *text, const char *condition)
{
  const char *const maps[] = { text, NULL }, *const conditions[] = { condition, NULL };
  struct event_map *map = NULL;
  GError *error = NULL;

  ck_assert_msg (event_map_new (maps, conditions, &map, &error), "%s: %s", text, error == NULL ? "" : error->message);
  return map;
}

static void
bind (struct event_map *map, const char *const *columns)
{
  GError *error = NULL;

  ck_assert_msg (event_map_bind (map, columns, "t.csv", &error), "%s", error == NULL ? "" : error->message);
}

/* Cells between '|' as a row. */
static void
fill_row (const char *text, struct csv_field row[ROW_MAX])
{
  for (size_t i = 0; i < ROW_MAX; i++) {
    size_t length = strcspn (text, "|");
    row[i] = (struct csv_field){ text, length };
    text += text[length] == '|' ? length + 1 : length;
  }
}

/* "id/customer/metric/quantity/time/subscription {properties}", '-' for what is missing. */
static char *
apply (struct event_map *map, const char *text)
{
  struct csv_field row[ROW_MAX];
  struct event_fields fields;
  GString *out = g_string_new (NULL);

  fill_row (text, row);
  event_map_apply (map, row, &fields);
  for (int part = 0; part < EVENT_PART_COUNT; part++) {
    if (part == EVENT_REVERSES && fields.of[part].text == NULL) /* hardly any event has one */
      continue;
    g_string_append (out, part > 0 ? "/" : "");
    if (fields.of[part].text == NULL)
      g_string_append_c (out, '-');
    else
      g_string_append_len (out, fields.of[part].text, (gssize) fields.of[part].length);
  }
  if (fields.properties != NULL) {
    g_string_append_c (out, ' ');
    g_string_append_len (out, fields.properties, (gssize) fields.properties_length);
  }
  return g_string_free (out, FALSE);
}

START_TEST (values)
{
  static const struct {
    const char *map, *row, *want;
  } rows[] = {
    { LEAST, "1|acme|calls|2|now", "1/acme/calls/2/now/-" },
    { LEAST ",subscription=x", "1|acme|calls|2|now|S-1", "1/acme/calls/2/now/S-1" },
    { " id = i , customer=c,metric=m,quantity=q , time=t", "1|acme|calls|2|now", "1/acme/calls/2/now/-" },
    { "id=i,customer='acme',metric='it''s, ok',quantity='1',time=t", "7|x|y|z|now", "7/acme/it's, ok/1/now/-" },
    { "id={i}-{t},customer=c,metric={m}_{q},quantity=q,time=t", "1|a|b|2|n", "1-n/a/b_2/2/n/-" },
    { "id={i}{{x}},customer=c,metric=m,quantity=q,time=t", "1|a|b|2|n", "1{x}/a/b/2/n/-" },
    { "id=i,customer=c,metric={m, with comma},quantity=q,time=t", "1|a||2|n|deep", "1/a/deep/2/n/-" },
    { "id=i,customer=c,metric=m's,quantity=q,time=t", "1|a||2|n||odd", "1/a/odd/2/n/-" },
    { LEAST ",cost=x", "1|a|b|2|n|0.10", "1/a/b/2/n/- {\"cost\":\"0.10\"}" },
    { LEAST ",property.id=x,b=i,a=c", "1|acme|b|2|n|9", "1/acme/b/2/n/- {\"a\":\"acme\",\"b\":\"1\",\"id\":\"9\"}" },
    { LEAST ",p={x}", "1|a|b|2|n|say \"hi\"\\\n", "1/a/b/2/n/- {\"p\":\"say \\\"hi\\\"\\\\\\u000a\"}" },
    /* What is missing: nothing, and the word NULL, but no other word. */
    { LEAST ",p=x", "NULL|null||Null|N|NULL", "-/-/-/Null/N/-" },
    { "id=i,customer=c,metric={m}_{q},quantity=q,time=t", "1|a|NULL|2|n", "1/a/_2/2/n/-" },
    { "id=i,customer=c,metric={m}_{x},quantity=q,time=t", "1|a|NULL|2|n|", "1/a/-/2/n/-" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct event_map *map = make_map (rows[i].map, NULL);
    char *got;

    bind (map, COLUMNS ("i", "c", "m", "q", "t", strstr (rows[i].map, "comma") != NULL ? "m, with comma" : "x", "m's"));
    got = apply (map, rows[i].row);
    ck_assert_msg (strcmp (got, rows[i].want) == 0, "%s of %s gives %s", rows[i].map, rows[i].row, got);
    g_free (got);
    event_map_free (map);
  }
}
END_TEST

START_TEST (several_maps)
{
  const char *const maps[] = { "id=i,customer=c", "metric=m,quantity=q", "time=t", NULL };
  struct event_map *map = NULL;
  char *got;

  ck_assert (event_map_new (maps, COLUMNS ("m!=x"), &map, NULL));
  bind (map, COLUMNS ("t", "q", "m", "c", "i"));
  got = apply (map, "now|2|calls|acme|1");
  ck_assert_str_eq (got, "1/acme/calls/2/now/-");
  g_free (got);
  event_map_free (map);
}
END_TEST

START_TEST (codes)
{
  struct event_map *map = make_map ("id=i,customer=c,metric={m}_{q},quantity=q,time=t", NULL);
  struct event_map *native = NULL;

  ck_assert_int_eq (event_map_code (map, EVENT_CUSTOMER), EVENT_CODE_LOOSE);
  ck_assert_int_eq (event_map_code (map, EVENT_METRIC), EVENT_CODE_FORMED);
  ck_assert (event_map_new ((const char *const[]){ NULL }, (const char *const[]){ NULL }, &native, NULL));
  ck_assert_int_eq (event_map_code (native, EVENT_CUSTOMER), EVENT_CODE_EXACT);
  event_map_free (map);
  event_map_free (native);
}
END_TEST

START_TEST (conditions)
{
  static const struct {
    const char *condition, *row;
    bool holds;
  } rows[] = {
    { "x=Usage", "1|a|b|2|n|Usage", true },  { "x=Usage", "1|a|b|2|n|usage", false },
    { "x=Usage", "1|a|b|2|n|Usages", false }, { "x!=Usage", "1|a|b|2|n|Tax", true },
    { "x!=Usage", "1|a|b|2|n|Usage", false }, { "x=", "1|a|b|2|n|", true },
    { "x=", "1|a|b|2|n|1", false },          { "x!=", "1|a|b|2|n|1", true },
    { "x=NULL", "1|a|b|2|n|NULL", true },    { "x=a=b", "1|a|b|2|n|a=b", true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct event_map *map = make_map (LEAST, rows[i].condition);
    struct csv_field row[ROW_MAX];

    bind (map, COLUMNS ("i", "c", "m", "q", "t", "x"));
    fill_row (rows[i].row, row);
    ck_assert_msg (event_map_accepts (map, row) == rows[i].holds, "%s of %s", rows[i].condition, rows[i].row);
    event_map_free (map);
  }
}
END_TEST

START_TEST (all_conditions_must_hold)
{
  struct event_map *map = NULL;
  struct csv_field row[ROW_MAX];

  ck_assert (event_map_new (COLUMNS (LEAST), COLUMNS ("c=acme", "q!=0"), &map, NULL));
  bind (map, COLUMNS ("i", "c", "m", "q", "t"));
  fill_row ("1|acme|b|2|n", row);
  ck_assert (event_map_accepts (map, row));
  fill_row ("1|acme|b|0|n", row);
  ck_assert (!event_map_accepts (map, row));
  fill_row ("1|bolt|b|2|n", row);
  ck_assert (!event_map_accepts (map, row));
  event_map_free (map);
}
END_TEST

START_TEST (native)
{
  struct event_map *map = NULL;
  char *got;

  ck_assert (event_map_new ((const char *const[]){ NULL }, (const char *const[]){ NULL }, &map, NULL));
  bind (map, COLUMNS ("time", "zone", "quantity", "metric", "customer", "id", "area"));
  got = apply (map, "now|eu|2|calls|acme|1|NULL");
  ck_assert_str_eq (got, "1/acme/calls/2/now/- {\"area\":\"NULL\",\"zone\":\"eu\"}");
  g_free (got);
  got = apply (map, "now||2|calls||1|");
  ck_assert_str_eq (got, "1/-/calls/2/now/-");
  g_free (got);
  event_map_free (map);
}
END_TEST

START_TEST (refused)
{
  static const struct {
    const char *map, *want;
  } rows[] = {
    { "", "--map '': expected KEY=VALUE" },
    { "id", "--map 'id': expected KEY=VALUE" },
    { "=x", "--map '=x': expected KEY=VALUE" },
    { "id=", "--map 'id': there is no value behind '='" },
    { "id=i,", "--map '': expected KEY=VALUE" },
    { "id='x", "--map ''x': the quote is not closed" },
    { "id='x'y", "--map ''x'y': text behind the closing quote" },
    { "id={x", "--map '{x': the brace is not closed" },
    { "id=x}", "--map 'x}': a closing brace without an opening one" },
    { "id={}", "--map '{}': no column between the braces" },
    { "id=a,id=b", "--map 'b': 'id' is mapped twice" },
    { "p=a,property.p=b", "--map 'b': the property 'p' is mapped twice" },
    { "property.=b", "--map 'b': the property has no name" },
    { "id=\xff", "--map 'id=\\xff': it is not UTF-8" },
    { "id=a,time=t", "--map does not say where to find: customer, metric, quantity" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct event_map *map = NULL;
    GError *error = NULL;
    char *message;

    ck_assert_msg (!event_map_new (COLUMNS (rows[i].map), (const char *const[]){ NULL }, &map, &error), "%s", rows[i].map);
    ck_assert_int_eq (error->code, ERROR_USAGE);
    message = error_message_text (error);
    ck_assert_str_eq (message, rows[i].want);
    g_free (message);
    g_error_free (error);
  }
}
END_TEST

static void
check_refused_columns (struct event_map *map, const char *const *columns, const char *want, const char *want_hint)
{
  GError *error = NULL;
  char *message, *hint;

  ck_assert (!event_map_bind (map, columns, "t.csv", &error));
  ck_assert_int_eq (error->code, ERROR_USAGE);
  message = error_message_text (error);
  hint = error_hint_text (error);
  ck_assert_str_eq (message, want);
  ck_assert_msg (g_strcmp0 (hint, want_hint) == 0, "%s", hint);
  g_free (message);
  g_free (hint);
  g_error_free (error);
  event_map_free (map);
}

START_TEST (unknown_columns)
{
  struct event_map *map = NULL;

  check_refused_columns (make_map ("id=Id,customer=c,metric=m,quantity=Quantitiy,time=t", NULL),
                         COLUMNS ("Id", "c", "m", "Quantity", "t"),
                         "t.csv: there is no column 'Quantitiy'; there are: Id, c, m, Quantity, t", "did you mean 'Quantity'?");
  check_refused_columns (make_map (LEAST, "Kind=x"), COLUMNS ("i", "c", "m", "q", "t"),
                         "t.csv: there is no column 'Kind'; there are: i, c, m, q, t", NULL);
  ck_assert (event_map_new ((const char *const[]){ NULL }, (const char *const[]){ NULL }, &map, NULL));
  check_refused_columns (map, COLUMNS ("id", "customer", "qty", "time"),
                         "t.csv: line 1: the header lacks metric, quantity; it has: id, customer, qty, time",
                         "name the columns of another layout with --map id=COLUMN,customer=COLUMN,…");
}
END_TEST

START_TEST (malformed_conditions)
{
  static const char *const rows[] = { "", "x", "=1", "!=1" };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct event_map *map = NULL;
    GError *error = NULL;

    ck_assert_msg (!event_map_new (COLUMNS (LEAST), COLUMNS (rows[i]), &map, &error), "%s", rows[i]);
    ck_assert_int_eq (error->code, ERROR_USAGE);
    ck_assert_msg (strstr (error->message, "expected COLUMN=VALUE or COLUMN!=VALUE") != NULL, "%s", error->message);
    g_error_free (error);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("event-map");
  TCase *tcase = tcase_create ("map");

  tcase_add_test (tcase, values);
  tcase_add_test (tcase, several_maps);
  tcase_add_test (tcase, codes);
  tcase_add_test (tcase, conditions);
  tcase_add_test (tcase, all_conditions_must_hold);
  tcase_add_test (tcase, native);
  tcase_add_test (tcase, refused);
  tcase_add_test (tcase, unknown_columns);
  tcase_add_test (tcase, malformed_conditions);
  suite_add_tcase (suite, tcase);
  return suite;
}
