/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: what RFC 4180 says, what is accepted beyond it, what is refused and where the message points, and that it does not
 * matter how the bytes arrive. */
#include "base/csv.h"
#include "base/error.h"
#include "base/input.h"

#include "tap-main.h"

#include <string.h>
#include <sys/wait.h>

static struct csv_reader *
open_text (const char *text)
{
  struct csv_reader *reader = NULL;
  GError *error = NULL;

  ck_assert_msg (csv_reader_open_memory ("t.csv", text, strlen (text), &reader, &error), "%s", error == NULL ? "" : error->message);
  return reader;
}

/* All records as "a|b;c|d;", a bad one as its message in angle brackets. */
static char *
read_all (struct csv_reader *reader)
{
  GString *out = g_string_new (NULL);
  const struct csv_record *record = NULL;

  for (;;) {
    GError *error = NULL;

    if (!csv_reader_next (reader, &record, &error)) {
      char *message = error_message_text (error);
      g_string_append_printf (out, "<%s>", message);
      g_free (message);
      g_error_free (error);
      if (csv_reader_bad (reader) == NULL)
        break;
      continue;
    }
    if (record == NULL)
      break;
    for (gsize i = 0; i < record->count; i++) {
      g_string_append (out, i > 0 ? "|" : "");
      g_string_append_len (out, record->fields[i].text, (gssize) record->fields[i].length);
    }
    g_string_append_c (out, ';');
  }
  csv_reader_free (reader);
  return g_string_free (out, FALSE);
}

START_TEST (records)
{
  static const struct {
    const char *text, *want;
  } rows[] = {
    { "a,b\n1,2\n3,4\n", "1|2;3|4;" },
    { "a,b\r\n1,2\r\n3,4\r\n", "1|2;3|4;" },
    { "a,b\n1,2", "1|2;" },
    { "a,b\n1,2\r", "1|2;" },
    { "\xef\xbb\xbf" "a,b\n1,2\n", "1|2;" },
    { "a,b\n\n1,2\n\r\n", "1|2;" },
    { "a,b\n,\n", "|;" },
    { "a,b\n\"1,5\",\"x\"\n", "1,5|x;" },
    { "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "say \"hi\"|\";" },
    { "a,b\n\"\",\"\"\n", "|;" },
    { "a,b\n\"two\nlines\",\"and\r\nmore\"\n3,4\n", "two\nlines|and\r\nmore;3|4;" },
    { "a,b\n\"x\",\"y\"\r\n1,\"z\"", "x|y;1|z;" },
    { "a,b\n1,Größe\n", "1|Größe;" },
    { "a,b\n 1 , 2 \n", " 1 | 2 ;" },
    { "\"a\",\"b\"\n1,2\n", "1|2;" },
    { "a\n1\n", "1;" },
    { "a,b\n", "" },
    { "a,b", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *got = read_all (open_text (rows[i].text));
    ck_assert_msg (strcmp (got, rows[i].want) == 0, "%s gives %s", rows[i].text, got);
    g_free (got);
  }
}
END_TEST

/* A bad record costs itself, and reading goes on behind it. */
START_TEST (bad_records)
{
  static const struct {
    const char *text, *want;
  } rows[] = {
    { "a,b\n1\n2,3\n", "<t.csv: line 2: 1 columns where the header has 2>2|3;" },
    { "a,b\n1,2,3,4\n2,3\n", "<t.csv: line 2: 4 columns where the header has 2>2|3;" },
    { "a,b\n1,5\" disk\n2,3\n", "<t.csv: line 2: column 2: a quote inside a field that does not begin with one>2|3;" },
    { "a,b\n\"1\"x,2\n2,3\n", "<t.csv: line 2: column 1: text behind the closing quote>2|3;" },
    { "a,b\n\"m\nn\"x,2\n2,3\n", "<t.csv: line 3: column 1: text behind the closing quote>2|3;" },
    { "a,b\n1,2\n3,\"open\n4,5\n", "1|2;<t.csv: line 3: column 2: the quote that is opened here is never closed>" },
    { "a,b\n\"m\nn\",\"open\n", "<t.csv: line 3: column 2: the quote that is opened here is never closed>" },
    { "a,b\n1,\xff\n2,3\n", "<t.csv: line 2: at byte 3 of the line: byte 0xff is not UTF-8>2|3;" },
    { "a,b\n\"x\ny\xe4z\",1\n2,3\n", "<t.csv: line 3: at byte 2 of the line: byte 0xe4 is not UTF-8>2|3;" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *got = read_all (open_text (rows[i].text));
    ck_assert_msg (strcmp (got, rows[i].want) == 0, "%s gives %s", rows[i].text, got);
    g_free (got);
  }
}
END_TEST

START_TEST (nul_byte)
{
  static const char text[] = "a,b\n1,x\0y\n2,3\n";
  struct csv_reader *reader = NULL;
  char *got;

  ck_assert (csv_reader_open_memory ("t.csv", text, sizeof text - 1, &reader, NULL));
  got = read_all (reader);
  ck_assert_str_eq (got, "<t.csv: line 2: at byte 4 of the line: a NUL byte>2|3;");
  g_free (got);
}
END_TEST

START_TEST (headers)
{
  static const struct {
    const char *text, *want;
  } rows[] = {
    { "", "t.csv: the file is empty" },
    { "\n\r\n", "t.csv: the file is empty" },
    { "a,b,a\n", "t.csv: line 1: the column 'a' stands twice in the header" },
    { "a,\"b\n", "t.csv: line 1: column 2: the quote that is opened here is never closed" },
    { "a,\xff\n", "t.csv: line 1: at byte 3 of the line: byte 0xff is not UTF-8" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct csv_reader *reader = NULL;
    GError *error = NULL;
    char *message;

    ck_assert (!csv_reader_open_memory ("t.csv", rows[i].text, strlen (rows[i].text), &reader, &error));
    ck_assert_ptr_null (reader);
    ck_assert_int_eq (error->code, ERROR_USAGE);
    message = error_message_text (error);
    ck_assert_str_eq (message, rows[i].want);
    g_free (message);
    g_error_free (error);
  }
}
END_TEST

START_TEST (columns_by_name)
{
  struct csv_reader *reader = open_text ("id,\"the time\",\n1,2,3\n");

  ck_assert_int_eq (csv_reader_column (reader, "id"), 0);
  ck_assert_int_eq (csv_reader_column (reader, "the time"), 1);
  ck_assert_int_eq (csv_reader_column (reader, ""), 2);
  ck_assert_int_eq (csv_reader_column (reader, "ID"), -1);
  ck_assert_ptr_null (csv_reader_columns (reader)[3]);
  csv_reader_free (reader);
}
END_TEST

START_TEST (lines_and_raw_bytes)
{
  struct csv_reader *reader = open_text ("a,b\r\n\r\n\"x\ny\",\"1\"\r\n2,3\n");
  const struct csv_record *record = NULL;

  ck_assert (csv_reader_next (reader, &record, NULL));
  ck_assert_int_eq (record->line, 3);
  ck_assert_uint_eq (record->raw_length, strlen ("\"x\ny\",\"1\""));
  ck_assert_int_eq (memcmp (record->raw, "\"x\ny\",\"1\"", record->raw_length), 0);
  ck_assert (csv_reader_next (reader, &record, NULL));
  ck_assert_int_eq (record->line, 5);
  ck_assert_int_eq (csv_reader_position (reader), csv_reader_size (reader));
  csv_reader_free (reader);
}
END_TEST

/* Runs `text` through a pipe, `step` bytes at a time. */
static char *
read_in_steps (const char *text, size_t length, size_t step)
{
  struct csv_reader *reader = NULL;
  int ends[2];
  pid_t child;
  char *path, *got;
  GError *error = NULL;

  ck_assert_int_eq (pipe (ends), 0);
  child = fork ();
  ck_assert_int_ge (child, 0);
  if (child == 0) {
    close (ends[0]);
    for (size_t at = 0; at < length; at += step)
      if (write (ends[1], text + at, MIN (step, length - at)) < 0)
        _exit (1);
    _exit (0);
  }
  close (ends[1]);
  path = g_strdup_printf ("/proc/self/fd/%d", ends[0]);
  ck_assert_msg (csv_reader_open (path, &reader, &error), "%s", error == NULL ? "" : error->message);
  got = read_all (reader);
  close (ends[0]);
  waitpid (child, NULL, 0);
  g_free (path);
  return got;
}

START_TEST (pieces_of_any_size)
{
  static const char text[] = "\xef\xbb\xbfid,\"n,1\"\r\n1,\"two \"\"words\"\"\nand a line\"\r\n\"2\",plain\r\n\r\n3,\"\"";
  char *whole = read_all (open_text (text));

  ck_assert_str_eq (whole, "1|two \"words\"\nand a line;2|plain;3|;");
  for (size_t step = 1; step <= 7; step++) {
    char *got = read_in_steps (text, sizeof text - 1, step);
    ck_assert_msg (strcmp (got, whole) == 0, "in steps of %zu: %s", step, got);
    g_free (got);
  }
  g_free (whole);
}
END_TEST

/* Fields of a megabyte, one of them with a quote in its middle, across many fillings of the window. */
START_TEST (large_fields)
{
  const size_t size = 1024 * 1024;
  GString *text = g_string_new ("a,b\n1,");
  struct csv_reader *reader;
  const struct csv_record *record = NULL;

  for (size_t i = 0; i < size; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\n2,\"");
  for (size_t i = 0; i < size; i++)
    g_string_append (text, i == size / 2 ? "\"\"" : i % 1000 == 0 ? "\n" : ",");
  g_string_append (text, "\"\n3,end\n");

  reader = open_text (text->str);
  ck_assert (csv_reader_next (reader, &record, NULL));
  ck_assert_uint_eq (record->fields[1].length, size);
  ck_assert (csv_reader_next (reader, &record, NULL));
  ck_assert_uint_eq (record->fields[1].length, size);
  ck_assert_int_eq (record->fields[1].text[size / 2], '"');
  ck_assert (csv_reader_next (reader, &record, NULL));
  /* The field ends the file's third record, behind the lines inside the second. */
  ck_assert_int_eq (record->line, 3 + 1 + (gint64) (size + 999) / 1000 - (size / 2 % 1000 == 0));
  csv_reader_free (reader);

  char *got = read_in_steps (text->str, text->len, 65536);
  ck_assert_msg (g_str_has_suffix (got, ";3|end;"), "through a pipe");
  ck_assert_uint_eq (strlen (got), strlen ("1|;2|;3|end;") + 2 * size);
  g_free (got);
  g_string_free (text, TRUE);
}
END_TEST

/* Appends a quoted field of so many bytes, without its closing quote. */
static void
append_field (GString *text, gsize size)
{
  gsize start = text->len;

  g_string_set_size (text, start + size + 1);
  memset (text->str + start, 'x', size + 1);
  text->str[start] = '"';
}

START_TEST (record_limit)
{
  GString *text = g_string_new ("a,b\n1,2\n");
  char *got;

  append_field (text, CSV_RECORD_MAX - 4);
  g_string_append (text, "\",9\n");
  append_field (text, CSV_RECORD_MAX);
  g_string_append (text, "\",9\n3,4\n");
  got = read_all (open_text (text->str));
  ck_assert (g_str_has_prefix (got, "1|2;xxx"));
  ck_assert (g_str_has_suffix (got, "x|9;<t.csv: line 4: the record that begins here is longer than 16 MiB>3|4;"));
  g_free (got);

  /* Where the end is nowhere near, nothing is read any more. */
  g_string_assign (text, "a,b\n1,2\n");
  append_field (text, 3 * CSV_RECORD_MAX);
  g_string_append (text, "\",9\n3,4\n");
  got = read_in_steps (text->str, text->len, 65536);
  ck_assert (g_str_has_prefix (got, "1|2;<"));
  ck_assert (g_str_has_suffix (got, ": line 3: the record that begins here is longer than 16 MiB>"));
  g_free (got);
  g_string_free (text, TRUE);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("csv");
  TCase *tcase = tcase_create ("reader");

  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, records);
  tcase_add_test (tcase, bad_records);
  tcase_add_test (tcase, nul_byte);
  tcase_add_test (tcase, headers);
  tcase_add_test (tcase, columns_by_name);
  tcase_add_test (tcase, lines_and_raw_bytes);
  tcase_add_test (tcase, pieces_of_any_size);
  tcase_add_test (tcase, large_fields);
  tcase_add_test (tcase, record_limit);
  suite_add_tcase (suite, tcase);
  return suite;
}
