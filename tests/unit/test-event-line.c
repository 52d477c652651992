/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as JSON lines: exact numbers, escapes, canonical properties, and what is refused where. */
#include "base/error.h"
#include "service/event-line.h"

#include "tap-main.h"

#include <string.h>

/* "id/customer/metric/quantity/time/subscription {properties}", '-' for what is missing, or the message. */
static char *
parse (const char *text, gsize length)
{
  struct event_line *line = event_line_new ();
  struct event_fields fields;
  GString *out = g_string_new (NULL);
  GError *error = NULL;

  if (!event_line_parse (line, text, length, &fields, &error)) {
    ck_assert_int_eq (error->code, ERROR_USAGE);
    g_string_free (out, TRUE);
    out = g_string_new (NULL);
    char *message = error_message_text (error);
    g_string_append (out, message);
    g_free (message);
    g_error_free (error);
    event_line_free (line);
    return g_string_free (out, FALSE);
  }
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
  event_line_free (line);
  return g_string_free (out, FALSE);
}

static void
check (const char *text, const char *want)
{
  char *got = parse (text, strlen (text));

  ck_assert_msg (strcmp (got, want) == 0, "%s gives %s", text, got);
  g_free (got);
}

START_TEST (whole_events)
{
  check ("{\"id\":\"1\",\"customer\":\"acme\",\"metric\":\"calls\",\"quantity\":1.50,\"time\":\"now\",\"subscription\":\"S\"}",
         "1/acme/calls/1.50/now/S");
  check (" { \"time\" : \"now\" ,\t\"id\" : \"1\" } \r", "1/-/-/-/now/-");
  check ("{}", "-/-/-/-/-/-");
  check ("{\"id\":null,\"quantity\":\"3\",\"properties\":null}", "-/-/-/3/-/-");
  check ("{\"id\":17}", "17/-/-/-/-/-");
}
END_TEST

/* A number is never a floating point number on its way. */
START_TEST (exact_numbers)
{
  check ("{\"quantity\":123456789012345678901234567890}", "-/-/-/123456789012345678901234567890/-/-");
  check ("{\"quantity\":0.1000000000000000055511151231257827}", "-/-/-/0.1000000000000000055511151231257827/-/-");
  check ("{\"quantity\":-9.984E-7}", "-/-/-/-9.984E-7/-/-");
  check ("{\"quantity\":1e400}", "-/-/-/1e400/-/-");
  check ("{\"quantity\":0}", "-/-/-/0/-/-");
}
END_TEST

START_TEST (escapes)
{
  check ("{\"id\":\"a\\\"b\\\\c\\/d\"}", "a\"b\\c/d/-/-/-/-/-");
  check ("{\"id\":\"\\u00e9\\u20ac\"}", "é€/-/-/-/-/-");
  check ("{\"id\":\"\\ud83d\\uDE00!\"}", "😀!/-/-/-/-/-");
  check ("{\"\\u0069d\":\"1\"}", "1/-/-/-/-/-");
  check ("{\"id\":\"\\b\\f\\n\\r\\t\"}", "\b\f\n\r\t/-/-/-/-/-");
}
END_TEST

/* Sorted by key, all values text, what is empty or null left out: equal properties have equal text. */
START_TEST (properties)
{
  check ("{\"properties\":{\"b\":\"2\",\"a\":\"1\"}}", "-/-/-/-/-/- {\"a\":\"1\",\"b\":\"2\"}");
  check ("{\"properties\":{\"n\":1.50,\"t\":true,\"f\":false,\"x\":null,\"e\":\"\"}}",
         "-/-/-/-/-/- {\"f\":\"false\",\"n\":\"1.50\",\"t\":\"true\"}");
  check ("{\"properties\":{\"x\":null}}", "-/-/-/-/-/-");
  check ("{\"properties\":{\"q\":\"\\\"\\\\\\u0001é\"}}", "-/-/-/-/-/- {\"q\":\"\\\"\\\\\\u0001é\"}");
}
END_TEST

START_TEST (malformed)
{
  check ("", "column 1: expected an object, '{'");
  check ("[]", "column 1: expected an object, '{'");
  check ("{\"id\":\"1\"", "column 10: the text ends inside an object");
  check ("{\"id\":\"1", "column 9: the text ends inside a string");
  check ("{\"id\"", "column 6: the text ends inside an object");
  check ("{\"id\":", "column 7: the text ends here");
  check ("{\"id\":\"1\"}x", "column 11: something stands behind the object");
  check ("{\"id\":\"1\",}", "column 11: expected a key in double quotes");
  check ("{\"id\" \"1\"}", "column 7: expected ':'");
  check ("{id:1}", "column 2: expected a key in double quotes");
  check ("{\"quantity\":01}", "column 13: a number with a leading zero");
  check ("{\"quantity\":1.}", "column 15: expected a digit");
  check ("{\"quantity\":-}", "column 14: expected a digit");
  check ("{\"quantity\":1e}", "column 15: expected a digit");
  check ("{\"quantity\":.5}", "column 13: expected a string, a number, true, false or null");
  check ("{\"quantity\":NaN}", "column 13: expected a string, a number, true, false or null");
  check ("{\"id\":\"a\tb\"}", "column 9: a control character in a string");
  check ("{\"id\":\"\\x\"}", "column 9: an unknown escape in a string");
  check ("{\"id\":\"\\u12g4\"}", "column 10: expected four hexadecimal digits after '\\u'");
  check ("{\"id\":\"\\ud83d\"}", "column 14: half of a surrogate pair");
  check ("{\"id\":\"\\ude00\"}", "column 14: half of a surrogate pair");
  check ("{\"id\":\"\\u0000\"}", "column 14: a NUL character");
  check ("{\"id\":\"\xe9\"}", "column 8: a byte that is not UTF-8");
}
END_TEST

START_TEST (nul_byte)
{
  char *got = parse ("{\"id\":\"a\0b\"}", 12);

  ck_assert_str_eq (got, "column 9: a NUL byte");
  g_free (got);
}
END_TEST

START_TEST (members_that_are_wrong)
{
  check ("{\"id\":\"1\",\"id\":\"1\"}", "member 'id': it stands twice");
  check ("{\"properties\":{\"a\":1,\"a\":1}}", "properties: member 'a': it stands twice");
  check ("{\"properties\":{},\"properties\":{}}", "member 'properties': it stands twice");
  check ("{\"properties\":{\"\":1}}", "properties: a property has no name");
  check ("{\"properties\":{\"a\":{}}}", "properties: member 'a': a property is a string, a number, true, false or null");
  check ("{\"properties\":[]}", "column 15: expected an object, '{'");
  check ("{\"quantity\":true}", "member 'quantity': expected a number or a string");
  check ("{\"id\":[1]}", "member 'id': expected a string");
  check ("{\"qantity\":1}", "member 'qantity': it is not known");
}
END_TEST

START_TEST (members_by_name)
{
  static const char *const names[] = { "a", "b", "c", "d", NULL };
  static const char text[] = "{\"x\":{\"a\":[1,{\"b\":2}]},\"b\":\"B\\u0021\",\"c\":null,\"a\":1.0,\"d\":{\"a\":1}}";
  struct event_line *line = event_line_new ();
  struct csv_field values[4];

  ck_assert (event_line_members (line, text, sizeof text - 1, names, values, NULL));
  ck_assert_uint_eq (values[0].length, 3);
  ck_assert_int_eq (memcmp (values[0].text, "1.0", 3), 0);
  ck_assert_uint_eq (values[1].length, 2);
  ck_assert_int_eq (memcmp (values[1].text, "B!", 2), 0);
  ck_assert_ptr_null (values[2].text);
  ck_assert_ptr_null (values[3].text);
  event_line_free (line);
}
END_TEST

START_TEST (nesting)
{
  static const char *const names[] = { "a", NULL };
  struct csv_field value;
  struct event_line *line = event_line_new ();
  GString *deep = g_string_new ("{\"x\":");
  GError *error = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  ck_assert (!event_line_members (line, deep->str, deep->len, names, &value, &error));
  ck_assert_msg (strstr (error->message, "nested too deeply") != NULL, "%s", error->message);
  g_error_free (error);
  g_string_free (deep, TRUE);
  event_line_free (line);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("event-line");
  TCase *tcase = tcase_create ("json");

  tcase_add_test (tcase, whole_events);
  tcase_add_test (tcase, exact_numbers);
  tcase_add_test (tcase, escapes);
  tcase_add_test (tcase, properties);
  tcase_add_test (tcase, malformed);
  tcase_add_test (tcase, nul_byte);
  tcase_add_test (tcase, members_that_are_wrong);
  tcase_add_test (tcase, members_by_name);
  tcase_add_test (tcase, nesting);
  suite_add_tcase (suite, tcase);
  return suite;
}
