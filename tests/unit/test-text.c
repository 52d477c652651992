/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for terminals, codes, near misses. */
#include "base/text.h"

#include "tap-main.h"

#include <string.h>

START_TEST (display_width)
{
  const struct {
    const char *text;
    gsize width;
  } rows[] = {
    { "", 0 },
    { "abc", 3 },
    { "M\xc3\xbcller", 6 },                  /* ü */
    { "Mu\xcc\x88ller", 6 },                 /* u and a combining diaeresis */
    { "\xe6\x9d\xb1\xe4\xba\xac", 4 },       /* 東京 */
    { "\xf0\x9f\x98\x80", 2 },               /* U+1F600 */
    { "\xef\xbd\xb1", 1 },                   /* half-width katakana A */
    { "a\xe2\x80\x8b" "b", 2 },              /* zero width space */
    { "a\xff" "b", 3 },                      /* not UTF-8 */
    { "\xe6\x9d", 2 },                       /* cut short */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    ck_assert_msg (text_display_width (rows[i].text, -1) == rows[i].width, "row %zu", i);
  ck_assert_uint_eq (text_display_width ("\xe6\x9d\xb1\xe4\xba\xac", 3), 2);
}
END_TEST

START_TEST (sanitize)
{
  const struct {
    const char *text, *safe;
  } rows[] = {
    { "", "" },
    { "plain \\ text", "plain \\ text" },
    { "M\xc3\xbcller", "M\xc3\xbcller" },
    { "red\x1b[31m", "red\\x1b[31m" },
    { "a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd" },
    { "bell\a del\x7f", "bell\\x07 del\\x7f" },
    { "c1 \xc2\x9b" "31m", "c1 \\u{9b}31m" },
    { "\xc2\x85", "\\u{85}" },
    { "\xc2\xa0", "\xc2\xa0" }, /* no-break space is the first one beyond C1 */
    { "bidi \xe2\x80\xae" "txt\xe2\x80\xac", "bidi \\u{202e}txt\\u{202c}" },
    { "\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}" },
    { "\xe2\x80\xa8", "\\u{2028}" },
    { "\xef\xbb\xbf" "bom", "\\u{feff}bom" },
    { "bad \xff\xfe", "bad \\xff\\xfe" },
    { "cut \xe6\x9d", "cut \\xe6\\x9d" },
    { "\xc0\xaf", "\\xc0\\xaf" },         /* overlong '/' */
    { "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *safe = text_sanitize (rows[i].text, -1);
    ck_assert_str_eq (safe, rows[i].safe);
  }
  g_autofree char *with_nul = text_sanitize ("a\0b", 3);
  ck_assert_str_eq (with_nul, "a\\x00b");
  g_autofree char *part = text_sanitize ("abc\x1b", 3);
  ck_assert_str_eq (part, "abc");
}
END_TEST

/* Whatever comes in, what goes out is UTF-8 without a control character, and sanitising it again changes nothing. */
START_TEST (sanitized_bytes_are_harmless)
{
  struct random random = random_for_test (1);
  for (int round = 0; round < 2000; round++) {
    char bytes[24];
    for (gsize i = 0; i < sizeof bytes; i++)
      bytes[i] = (char) random_bits (&random);
    g_autofree char *once = text_sanitize (bytes, sizeof bytes);
    g_autofree char *twice = text_sanitize (once, -1);
    ck_assert (text_is_utf8 (once, -1, NULL));
    ck_assert_str_eq (once, twice);
    for (const char *at = once; *at != '\0'; at++)
      ck_assert ((guchar) *at >= 0x20 && *at != 0x7f);
    ck_assert (text_is_plain (once, -1));
    gboolean is_unchanged = strlen (once) == sizeof bytes && memcmp (once, bytes, sizeof bytes) == 0;
    ck_assert_int_eq (text_is_plain (bytes, sizeof bytes), is_unchanged);
  }
}
END_TEST

START_TEST (plain)
{
  ck_assert (text_is_plain ("", -1));
  ck_assert (text_is_plain ("Größe 東京 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", -1));
  ck_assert (!text_is_plain ("a\tb", -1));
  ck_assert (!text_is_plain ("\x1b[31m", -1));
  ck_assert (!text_is_plain ("a\xc2\x9b" "1m", -1));
  ck_assert (!text_is_plain ("a\xe2\x80\xae" "b", -1));
  ck_assert (!text_is_plain ("a\xff", -1));
  ck_assert (text_is_plain ("ab\n", 2));
}
END_TEST

START_TEST (utf8)
{
  gsize offset = 99;
  ck_assert (text_is_utf8 ("", -1, &offset));
  ck_assert (text_is_utf8 ("\xe6\x9d\xb1", 3, &offset));
  ck_assert_uint_eq (offset, 99);
  ck_assert (!text_is_utf8 ("ab\xff", -1, &offset));
  ck_assert_uint_eq (offset, 2);
  ck_assert (!text_is_utf8 ("a\0b", 3, &offset));
  ck_assert_uint_eq (offset, 1);
  ck_assert (!text_is_utf8 ("\xe6\x9d\xb1", 2, NULL));
}
END_TEST

START_TEST (to_code)
{
  const struct {
    const char *text, *code;
  } rows[] = {
    { "Amazon EC2", "amazon_ec2" },
    { "Box Usage: t3.micro", "box_usage_t3_micro" },
    { "  --Already_a__code--  ", "already_a_code" },
    { "M\xc3\xbcller", "m_ller" },
    { "\xe6\x9d\xb1", "" },
    { "", "" },
    { "9 lives", "9_lives" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *code = text_to_code (rows[i].text);
    ck_assert_str_eq (code, rows[i].code);
  }
}
END_TEST

START_TEST (codes)
{
  const char *const good[] = { "a", "Z9", "acme", "INV-2026-000001", "a.b:c_d-e", "0" };
  const char *const bad[] = { "", "-a", "_a", ".a", "a b", "a/b", "a\n", "m\xc3\xbcller", "a=b" };
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    ck_assert_msg (text_is_code (good[i]), "'%s'", good[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (!text_is_code (bad[i]), "'%s'", bad[i]);
  g_autofree char *longest = g_strnfill (128, 'x');
  g_autofree char *longer = g_strnfill (129, 'x');
  ck_assert (text_is_code (longest));
  ck_assert (!text_is_code (longer));
}
END_TEST

START_TEST (counted)
{
  g_autofree char *none = text_counted (0, "event"), *one = text_counted (1, "event"), *many = text_counted (1000, "event");
  ck_assert_str_eq (none, "0 events");
  ck_assert_str_eq (one, "1 event");
  ck_assert_str_eq (many, "1000 events");
}
END_TEST

START_TEST (edit_distance)
{
  const struct {
    const char *from, *to;
    gsize distance;
  } rows[] = {
    { "", "", 0 },          { "", "abc", 3 },        { "abc", "", 3 },       { "same", "same", 0 },
    { "kitten", "sitting", 3 }, { "fomat", "format", 1 }, { "ofrmat", "format", 1 }, { "ab", "ba", 1 },
    { "invoice", "invoices", 1 }, { "list", "LIST", 4 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    ck_assert_msg (text_edit_distance (rows[i].from, rows[i].to) == rows[i].distance, "'%s' '%s'", rows[i].from,
                   rows[i].to);
}
END_TEST

START_TEST (nearest)
{
  const char *const verbs[] = { "finalize", "generate", "list", "show", "void", NULL };
  ck_assert_str_eq (text_nearest ("lsit", verbs), "list");
  ck_assert_str_eq (text_nearest ("finalise", verbs), "finalize");
  ck_assert_str_eq (text_nearest ("gen", verbs), "generate"); /* the beginning of one only */
  ck_assert_ptr_null (text_nearest ("lots", verbs)); /* two changes in four letters */
  ck_assert_ptr_null (text_nearest ("bill", verbs));
  ck_assert_ptr_null (text_nearest ("", verbs));
  const char *const pairs[] = { "ab", "cd", NULL };
  ck_assert_ptr_null (text_nearest ("xy", pairs)); /* every letter replaced is no likeness */
  const char *const starts[] = { "import-file", "import-feed", NULL };
  ck_assert_ptr_null (text_nearest ("import", starts));
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("text");
  TCase *tests = tcase_create ("text");
  tcase_add_test (tests, display_width);
  tcase_add_test (tests, sanitize);
  tcase_add_test (tests, sanitized_bytes_are_harmless);
  tcase_add_test (tests, plain);
  tcase_add_test (tests, utf8);
  tcase_add_test (tests, to_code);
  tcase_add_test (tests, codes);
  tcase_add_test (tests, counted);
  tcase_add_test (tests, edit_distance);
  tcase_add_test (tests, nearest);
  suite_add_tcase (suite, tests);
  return suite;
}
