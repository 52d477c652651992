/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict JSON: the grammar of RFC 8259, what this program refuses beyond it, places in messages, canonical text. */
#include "base/json.h"

#include "base/error.h"

#include "tap-main.h"

#include <string.h>

static char *
message_of (const char *text, enum json_syntax syntax)
{
  g_autoptr (json_object) value = NULL;
  g_autoptr (GError) error = NULL;
  if (json_parse_text (text, strlen (text), "t.json", syntax, &value, &error))
    return g_strdup ("accepted");
  ck_assert (error->domain == BILLCTL_ERROR && error->code == ERROR_USAGE);
  return g_strdup (error->message);
}

START_TEST (accepted_and_canonical)
{
  static const struct {
    const char *text, *canonical;
  } rows[] = {
    { "{\"b\":1, \"a\" : [ true,false , null ]}", "{\"a\":[true,false,null],\"b\":1}" },
    { "{\"a\":{\"z\":1,\"y\":{}},\"A\":[]}", "{\"A\":[],\"a\":{\"y\":{},\"z\":1}}" },
    /* Numbers with a point keep their digits: they are never binary. */
    { "[1.50,-0.0,1e400,123456789.000000000000000001]", "[1.50,-0.0,1e400,123456789.000000000000000001]" },
    { "9223372036854775807", "9223372036854775807" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "\"x\\u00e9\\ud83d\\ude00\\/\\n\"", "\"x\xC3\xA9\xF0\x9F\x98\x80/\\u000a\"" },
    { "\xEF\xBB\xBF[1]", "[1]" },
    { " \t\r\n null \n", "null" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (json_object) value = NULL;
    g_autoptr (GError) error = NULL;
    gboolean parsed = json_parse_text (rows[i].text, strlen (rows[i].text), "t", JSON_PLAIN, &value, &error);
    ck_assert_msg (parsed, "%s: %s", rows[i].text, error == NULL ? "" : error->message);
    g_autofree char *text = json_canonical (value);
    ck_assert_str_eq (text, rows[i].canonical);
  }
}
END_TEST

START_TEST (refused_with_the_place)
{
  static const struct {
    const char *text, *message;
  } rows[] = {
    { "", "t.json:1:1: the text ends where a value should follow" },
    { "{\n  \"a\": 1,\n}", "t.json:3:1: unexpected character '}' where a key in double quotes should follow" },
    { "[1,]", "t.json:1:4: unexpected character ']' where a value should follow" },
    { "[1 2]", "t.json:1:4: unexpected character '2' where ',' or ']' should follow" },
    { "{\"a\" 1}", "t.json:1:6: unexpected character '1' where ':' should follow" },
    { "{} x", "t.json:1:4: unexpected character 'x' where the end of the text should follow" },
    { "{'a':1}", "t.json:1:2: unexpected character ''' where a key in double quotes should follow" },
    { "NaN", "t.json:1:1: unexpected character 'N' where a value should follow" },
    { "-Infinity", "t.json:1:2: unexpected character 'I' where a digit should follow" },
    { "True", "t.json:1:1: unexpected character 'T' where a value should follow" },
    { "nullify", "t.json:1:5: unexpected character 'i' where the end of the text should follow" },
    { "01", "t.json:1:1: a number must not begin with 0" },
    { "+1", "t.json:1:1: unexpected character '+' where a value should follow" },
    { ".5", "t.json:1:1: unexpected character '.' where a value should follow" },
    { "1.", "t.json:1:3: the text ends where a digit should follow" },
    { "9223372036854775808", "t.json:1:1: the number 9223372036854775808 is too large; write it as a string in quotes" },
    { "\"a\tb\"", "t.json:1:3: a control character must be written as \\u0009 in a string" },
    { "\"abc", "t.json:1:1: this string has no closing quote" },
    { "\"\\x\"", "t.json:1:2: there is no such escape; a backslash itself is written \\\\" },
    { "\"\\u0000\"", "t.json:1:2: a string must not contain the NUL character" },
    { "\"\\ud800\"", "t.json:1:2: half of a surrogate pair stands alone" },
    { "\"\\udc00\\ud800\"", "t.json:1:2: half of a surrogate pair stands alone" },
    { "[\"\xC3\xA9\", \"\xFF\"]", "t.json:1:8: not valid UTF-8" },
    { "{\"a\":1,\"a\":2}", "t.json:1:8: the key \"a\" stands twice in this object" },
    { "{\"a\":1,\"\\u0061\":2}", "t.json: a key stands twice in one object, written in two ways" },
    { "[1] // no", "t.json:1:5: unexpected character '/' where the end of the text should follow" },
    { "\xC3\xA9", "t.json:1:1: unexpected character '\xC3\xA9' where a value should follow" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *message = message_of (rows[i].text, JSON_PLAIN);
    ck_assert_str_eq (message, rows[i].message);
  }
}
END_TEST

START_TEST (comments_only_where_asked_for)
{
  static const char text[] = "// one\n{ \"a\": \"// no comment\", /* two\n lines */ \"b\": 2 } // end";
  g_autoptr (json_object) value = NULL;
  ck_assert (json_parse_text (text, strlen (text), "t", JSON_WITH_COMMENTS, &value, NULL));
  g_autofree char *canonical = json_canonical (value);
  ck_assert_str_eq (canonical, "{\"a\":\"// no comment\",\"b\":2}");
  g_autofree char *open = message_of ("[1]\n  /* for ever", JSON_WITH_COMMENTS);
  ck_assert_str_eq (open, "t.json:2:3: this comment has no end");
  g_autofree char *slash = message_of ("1 /", JSON_WITH_COMMENTS);
  ck_assert_str_eq (slash, "t.json:1:3: unexpected character '/' where a comment should follow");
  /* A comment does not hide the place of what is wrong behind it. */
  g_autofree char *behind = message_of ("/* a\nb */ [ ?", JSON_WITH_COMMENTS);
  ck_assert_str_eq (behind, "t.json:2:8: unexpected character '?' where a value should follow");
}
END_TEST

START_TEST (depth_is_limited)
{
  for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
    g_autofree char *open = g_strnfill ((gsize) depth, '['), *close = g_strnfill ((gsize) depth, ']');
    g_autofree char *text = g_strconcat (open, close, NULL), *message = message_of (text, JSON_PLAIN);
    ck_assert_str_eq (message, depth == JSON_DEPTH_MAX ? "accepted" : "t.json:1:65: nested more than 64 deep");
  }
}
END_TEST

START_TEST (many_keys_and_one_of_them_twice)
{
  /* Enough keys for the set that replaces the comparison one by one. */
  for (int twice = 0; twice <= 1; twice++) {
    g_autoptr (GString) text = g_string_new ("{");
    for (int i = 0; i < 100; i++)
      g_string_append_printf (text, "\"k%d\":0,", i);
    g_string_append (text, twice ? "\"k57\":1}" : "\"last\":1}");
    g_autofree char *message = message_of (text->str, JSON_PLAIN);
    ck_assert_msg (twice ? strstr (message, "the key \"k57\" stands twice") != NULL : strcmp (message, "accepted") == 0, "%s", message);
  }
}
END_TEST

START_TEST (not_a_byte_further)
{
  /* Exactly `length` bytes: what stands behind them is not read, or the sanitizers would say so. */
  static const char text[] = "12,\"a\"";
  g_autofree char *exact = g_malloc (2);
  memcpy (exact, text, 2);
  g_autoptr (json_object) value = NULL;
  ck_assert (json_parse_text (exact, 2, "t", JSON_PLAIN, &value, NULL));
  ck_assert_int_eq (json_object_get_int64 (value), 12);
}
END_TEST

START_TEST (nodes_know_their_place)
{
  static const char text[] = "{\n \"plans\": [ 1,\n  {\n   \"name\": 2, \"price\": null } ] }";
  g_autoptr (json_object) value = NULL;
  ck_assert (json_parse_text (text, strlen (text), "t", JSON_WITH_COMMENTS, &value, NULL));
  struct json_node root = { .value = value }, plans = json_node_member (&root, "plans"), plan = json_node_element (&plans, 1);
  struct json_node name = json_node_member (&plan, "name"), price = json_node_member (&plan, "price"), none = json_node_member (&plan, "x");
  g_autofree char *path = json_node_path (&name);
  ck_assert_str_eq (path, "plans[1].name");
  ck_assert_uint_eq (json_node_line (&plan), 3);
  ck_assert_uint_eq (json_node_line (&name), 4);
  ck_assert_uint_eq (json_node_line (&none), 3); /* of the object around it */
  ck_assert_str_eq (json_node_found (&price), "null");
  ck_assert_str_eq (json_node_found (&none), "nothing");
  const char *found = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (!json_node_string (&name, &found, &error));
  ck_assert_str_eq (error->message, "plans[1].name: expected a string, found a number");
  ck_assert_uint_eq (json_node_length (&plans), 2);
  ck_assert_uint_eq (json_node_length (&name), 0);
}
END_TEST

START_TEST (strings_are_escaped)
{
  static const struct {
    const char *text, *json;
  } rows[] = {
    { "plain", "\"plain\"" },
    { "a\"b\\c", "\"a\\\"b\\\\c\"" },
    { "\n\x1B\x7F", "\"\\u000a\\u001b\\u007f\"" },
    { "\xC3\xA9", "\"\xC3\xA9\"" },
    { "x\xFFy", "\"x\xEF\xBF\xBDy\"" },
    { "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) out = g_string_new (NULL);
    json_append_string (out, rows[i].text);
    ck_assert_str_eq (out->str, rows[i].json);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("json");
  TCase *tests = tcase_create ("json");
  tcase_add_test (tests, accepted_and_canonical);
  tcase_add_test (tests, refused_with_the_place);
  tcase_add_test (tests, comments_only_where_asked_for);
  tcase_add_test (tests, depth_is_limited);
  tcase_add_test (tests, many_keys_and_one_of_them_twice);
  tcase_add_test (tests, not_a_byte_further);
  tcase_add_test (tests, nodes_know_their_place);
  tcase_add_test (tests, strings_are_escaped);
  suite_add_tcase (suite, tests);
  return suite;
}
