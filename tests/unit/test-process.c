/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Helper programs behind pipes, and the spreadsheet rows that go to one. The helpers here are shell scripts. */
#include "base/error.h"
#include "base/process.h"
#include "render/document.h"

#include "tap-main.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char *folder; /* of the scripts of one test */

static void
make_folder (void)
{
  folder = g_dir_make_tmp ("billctl-process-XXXXXX", NULL);
  ck_assert_ptr_nonnull (folder);
}

static void
remove_folder (void)
{
  GDir *listing = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (listing)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_dir_close (listing);
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

static void
write_script (const char *name, const char *body)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = g_strconcat ("#!/bin/sh\n", body, NULL);
  ck_assert (g_file_set_contents (path, text, -1, NULL));
  ck_assert_int_eq (g_chmod (path, 0755), 0);
}

static char *
read_text (const char *name)
{
  char *text = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  ck_assert (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static struct process *
started (const char *body)
{
  const struct process_request request = { .directory = folder, .name = "helper" };
  g_autoptr (GError) error = NULL;
  struct process *process = NULL;
  write_script ("helper", body);
  ck_assert_msg (process_start (&request, &process, &error), "%s", error == NULL ? "" : error->message);
  return process;
}

static void
expect_line (struct process *process, const char *expected)
{
  const char *line = NULL;
  gsize length = 0;
  ck_assert_int_eq (process_read_line (process, 10000, &line, &length), PROCESS_LINE);
  ck_assert_str_eq (line, expected);
  ck_assert_uint_eq (length, strlen (expected));
}

static void
expect_end (struct process *process)
{
  const char *line = NULL;
  gsize length = 0;
  ck_assert_int_eq (process_read_line (process, 10000, &line, &length), PROCESS_END);
}

static void
expect_failure (const char *body, const char *message)
{
  g_autoptr (GError) error = NULL;
  struct process *process = started (body);
  ck_assert (!process_finish (process, &error));
  ck_assert (g_error_matches (error, BILLCTL_ERROR, ERROR_FAILED));
  ck_assert_str_eq (error->message, message);
  process_free (process);
}

/* --- process --------------------------------------------------------------------------------------------------- */

START_TEST (asks_and_answers)
{
  struct process *process = started ("while read -r line; do echo \"got $line\"; done\nprintf 'no newline'\n");
  ck_assert (process_write (process, "one\n", 4, NULL));
  expect_line (process, "got one");
  ck_assert (process_write (process, "two\nthree\n", 10, NULL));
  expect_line (process, "got two");
  expect_line (process, "got three");
  process_close_input (process);
  expect_line (process, "no newline");
  expect_end (process);
  expect_end (process);
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

/* Far more than both pipes hold, echoed while we only write: it must neither block for ever nor lose a byte. */
START_TEST (both_sides_write)
{
  enum { LINES = 40000 };
  g_autoptr (GString) text = g_string_new (NULL);
  struct process *process = started ("exec cat\n");
  for (int i = 0; i < LINES; i++)
    g_string_append_printf (text, "line %d of a long conversation that neither side reads at once\n", i);
  ck_assert (process_write (process, text->str, text->len, NULL));
  process_close_input (process);
  for (int i = 0; i < LINES; i++)
    {
      g_autofree char *expected = g_strdup_printf ("line %d of a long conversation that neither side reads at once", i);
      expect_line (process, expected);
    }
  expect_end (process);
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

START_TEST (a_long_line_comes_whole)
{
  struct process *process = started ("head -c 300000 /dev/zero | tr '\\0' x; echo; echo after\n");
  const char *line = NULL;
  gsize length = 0;
  ck_assert_int_eq (process_read_line (process, 10000, &line, &length), PROCESS_LINE);
  ck_assert_uint_eq (length, 300000);
  ck_assert (line[0] == 'x' && line[length - 1] == 'x');
  expect_line (process, "after");
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

START_TEST (waiting_ends)
{
  struct process *process = started ("read -r line; echo late\n");
  const char *line = NULL;
  gsize length = 0;
  ck_assert_int_eq (process_read_line (process, 0, &line, &length), PROCESS_TIMEOUT);
  ck_assert_int_eq (process_read_line (process, 50, &line, &length), PROCESS_TIMEOUT);
  ck_assert (process_write (process, "\n", 1, NULL));
  expect_line (process, "late");
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

START_TEST (failures_have_words)
{
  expect_failure ("echo 'first words' >&2; echo 'the disk is full' >&2; exit 1\n", "the disk is full");
  expect_failure ("echo 'no such library' >&2; exit 127\n", "helper program helper: no such library");
  expect_failure ("exit 3\n", "helper program helper ended with status 3");
  expect_failure ("kill -KILL $$\n", "helper program helper was ended by signal 9");
}
END_TEST

START_TEST (many_words_do_not_block)
{
  expect_failure ("i=0; while [ $i -lt 20000 ]; do echo \"word $i\" >&2; i=$((i+1)); done; exit 1\n", "word 19999");
}
END_TEST

START_TEST (a_missing_helper_is_named)
{
  const struct process_request request = { .directory = "/nonexistent/libexec", .name = "billctl-xlsx" };
  g_autoptr (GError) error = NULL;
  struct process *process = NULL;
  ck_assert (!process_start (&request, &process, &error));
  ck_assert_ptr_null (process);
  ck_assert (g_error_matches (error, BILLCTL_ERROR, ERROR_FAILED));
  g_autofree char *message = error_message_text (error), *hint = error_hint_text (error);
  ck_assert_str_eq (message, "helper program billctl-xlsx was not found in /nonexistent/libexec");
  ck_assert_str_eq (hint, "install it there, or set BILLCTL_EXEC_PATH to the folder that holds the helper programs");
}
END_TEST

START_TEST (a_helper_that_cannot_run_is_named)
{
  const struct process_request request = { .directory = folder, .name = "plain" };
  g_autofree char *path = g_build_filename (folder, "plain", NULL);
  g_autofree char *expected = g_strdup_printf ("starting the helper program %s: Permission denied", path);
  g_autoptr (GError) error = NULL;
  struct process *process = NULL;
  ck_assert (g_file_set_contents (path, "no program", -1, NULL));
  ck_assert_int_eq (g_chmod (path, 0644), 0);
  ck_assert (!process_start (&request, &process, &error));
  ck_assert_str_eq (error->message, expected);
}
END_TEST

/* The default reaction to SIGPIPE would end this test program. */
START_TEST (a_helper_that_went_away)
{
  g_autofree char *rows = g_strnfill (1000000, 'x');
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_ne (signal (SIGPIPE, SIG_DFL), SIG_ERR);
  struct process *process = started ("echo bye; exec <&-; echo 'had enough' >&2; exit 1\n");
  ck_assert (!process_write (process, rows, 1000000, &error));
  ck_assert_str_eq (error->message, "the helper program helper ended early");
  g_clear_error (&error);
  expect_line (process, "bye");
  ck_assert (!process_finish (process, &error));
  ck_assert_str_eq (error->message, "had enough");
  process_free (process);
}
END_TEST

START_TEST (a_secret_has_its_own_way)
{
  static const char *const arguments[] = { "an argument", NULL }, *const hidden[] = { "BILLCTL_TEST_HIDDEN", NULL };
  const struct process_request request = {
    .directory = folder, .name = "helper", .arguments = arguments, .secret = "sk_test_1", .secret_length = 9, .hidden_variables = hidden
  };
  struct process *process = NULL;
  ck_assert_int_eq (setenv ("BILLCTL_TEST_HIDDEN", "x", 1), 0);
  ck_assert_int_eq (setenv ("BILLCTL_TEST_SEEN", "y", 1), 0);
  write_script ("helper", "cat <&3; echo\necho \"$1 ${BILLCTL_TEST_HIDDEN-unset} ${BILLCTL_TEST_SEEN-unset}\"\n");
  ck_assert (process_start (&request, &process, NULL));
  expect_line (process, "sk_test_1");
  expect_line (process, "an argument unset y");
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

/* Our own descriptors stay ours, even those that are not close-on-exec. */
START_TEST (helpers_inherit_nothing_else)
{
  enum { OURS = 20 };
  ck_assert_int_eq (dup2 (STDOUT_FILENO, OURS), OURS);
  struct process *process = started ("for fd in 1 3 20; do if [ -e /proc/$$/fd/$fd ]; then echo \"$fd\"; fi; done\n");
  close (OURS);
  expect_line (process, "1");
  expect_end (process);
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

START_TEST (descriptors_may_be_low)
{
  /* With 0 and 1 closed here, the pipes get those numbers first. */
  int input = dup (STDIN_FILENO), output = dup (STDOUT_FILENO);
  close (STDIN_FILENO);
  close (STDOUT_FILENO);
  struct process *process = started ("read -r line; echo \"got $line\"\n");
  gboolean written = process_write (process, "it\n", 3, NULL);
  dup2 (input, STDIN_FILENO);
  dup2 (output, STDOUT_FILENO);
  ck_assert (written);
  expect_line (process, "got it");
  ck_assert (process_finish (process, NULL));
  process_free (process);
}
END_TEST

START_TEST (nobody_is_left_behind)
{
  process_free (started ("cat > /dev/null\n"));
  process_free (started ("trap '' TERM; exec > /dev/null; while read -r line; do :; done; exit 0\n"));
  process_free (started ("exec sleep 600\n")); /* does not look at its input: signalled */
  ck_assert_int_eq (waitpid (-1, NULL, WNOHANG), -1);
  ck_assert_int_eq (errno, ECHILD);
}
END_TEST

/* --- spreadsheet rows ------------------------------------------------------------------------------------------ */

static const struct column columns[] = {
  { .key = "code", .title = "Code", .kind = CELL_CODE },         { .key = "name", .title = "Name \"x\"", .kind = CELL_TEXT },
  { .key = "total", .title = "Total", .kind = CELL_MONEY },      { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "count", .title = "Count", .kind = CELL_INTEGER },    { .key = "usage", .title = "Usage", .kind = CELL_DECIMAL },
  { .key = "paid", .title = "Paid", .kind = CELL_BOOLEAN },      { .key = "due", .title = "Due", .kind = CELL_DATE },
  { .key = "issued", .title = "Issued", .kind = CELL_INSTANT, .hidden = TRUE },
};

/* A helper that keeps what it was sent and gives the answer at the announced end. */
static struct document *
spreadsheet (const char *name, const char *answer)
{
  g_autofree char *body = g_strdup_printf ("printf '%%s' \"$1\" > %s/name\nexec > %s/answer.tmp\n: > %s/rows\nwhile IFS= read -r line; do "
                                           "printf '%%s\\n' \"$line\" >> %s/rows\ncase $line in '{\"end\"'*) break;; esac\ndone\n",
                                           folder, folder, folder, folder);
  g_autofree char *script = g_strconcat ("exec 9>&1\n", body, "exec >&9\n", answer, NULL);
  const struct render_request request = { .format = FORMAT_XLSX, .path = name, .exec_path = folder, .title = "Invoices", .as_of_us = 7 };
  g_autoptr (GError) error = NULL;
  struct document *document = NULL;
  write_script ("billctl-xlsx", script);
  ck_assert_msg (document_new (&request, &document, &error), "%s", error == NULL ? "" : error->message);
  return document;
}

static void
add_rows (struct document *document)
{
  const struct cell rows[][G_N_ELEMENTS (columns)] = {
    { cell_code ("INV-1"), cell_text ("=a\tb\\n\n\r"), cell_money (-5, currency_find ("USD")), cell_currency ("usd"), cell_integer (-3),
      cell_decimal ("0.5"), cell_boolean (TRUE), cell_date ((struct date){ 20454 }), cell_instant (1) },
    { cell_null (), cell_text ("\033[31m\xff\xEF\xBF\xBF{東"), cell_money (7, currency_find ("JPY")), cell_null (), cell_null (),
      cell_null (), cell_boolean (FALSE), cell_null (), cell_null () },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    ck_assert (document_row (document, rows[i], NULL));
}

START_TEST (rows_for_a_spreadsheet)
{
  struct document *document = spreadsheet ("/tmp/\xff.xlsx", "echo '{\"ok\":true,\"rows\":2}'\n");
  ck_assert (document_begin_list (document, columns, G_N_ELEMENTS (columns), NULL));
  add_rows (document);
  ck_assert (document_end_list (document, NULL));
  ck_assert (document_close (document, NULL));
  document_free (document);
  g_autofree char *rows = read_text ("rows"), *name = read_text ("name");
  ck_assert_str_eq (name, "/tmp/\xff.xlsx");
  ck_assert_str_eq (rows, "{\"billctl-xlsx\":1,\"as_of_us\":7}\n"
                          "{\"sheet\":\"Invoices\",\"columns\":[{\"title\":\"Code\",\"kind\":\"code\"},{\"title\":\"Name \\\"x\\\"\","
                          "\"kind\":\"text\"},{\"title\":\"Total\",\"kind\":\"money\"},{\"title\":\"Currency\",\"kind\":\"currency\"},"
                          "{\"title\":\"Count\",\"kind\":\"integer\"},{\"title\":\"Usage\",\"kind\":\"decimal\"},{\"title\":\"Paid\","
                          "\"kind\":\"boolean\"},{\"title\":\"Due\",\"kind\":\"date\"},{\"title\":\"Issued (UTC)\",\"kind\":\"instant\"}]}\n"
                          "sINV-1\ts=a\\tb\\\\n\\n\\r\tm-0.05\tsUSD\tn-3\tn0.5\tb1\td20454\tt1\n"
                          "\ts\\\\x1b[31m\xEF\xBF\xBD\xEF\xBF\xBD{東\tm7\t\t\t\tb0\t\t\n"
                          "{\"end\":true,\"rows\":2}\n");
}
END_TEST

START_TEST (a_show_has_sheets)
{
  const struct cell line[] = { cell_code ("fee") };
  struct document *document = spreadsheet ("x.xlsx", "echo '{\"ok\":true,\"rows\":3}'\n");
  ck_assert (document_field (document, "code", "Code", cell_code ("acme"), NULL));
  ck_assert (document_field (document, "at", "Since", cell_instant (5), NULL));
  ck_assert (document_begin_section (document, "lines", "Lines", columns, 1, NULL));
  ck_assert (document_row (document, line, NULL));
  ck_assert (document_end_section (document, NULL));
  ck_assert (document_close (document, NULL));
  document_free (document);
  g_autofree char *rows = read_text ("rows");
  ck_assert_str_eq (rows, "{\"billctl-xlsx\":1,\"as_of_us\":7}\n"
                          "{\"sheet\":\"Invoices\",\"columns\":[{\"title\":\"Field\",\"kind\":\"code\"},{\"title\":\"Value\",\"kind\":\"text\"}]}\n"
                          "sCode\tsacme\n"
                          "sSince (UTC)\tt5\n"
                          "{\"sheet\":\"Lines\",\"columns\":[{\"title\":\"Code\",\"kind\":\"code\"}]}\n"
                          "sfee\n"
                          "{\"end\":true,\"rows\":3}\n");
}
END_TEST

static void
expect_spreadsheet_error (const char *answer, const char *message)
{
  g_autoptr (GError) error = NULL;
  struct document *document = spreadsheet ("out.xlsx", answer);
  ck_assert (document_begin_list (document, columns, G_N_ELEMENTS (columns), NULL));
  add_rows (document);
  ck_assert (document_end_list (document, NULL));
  ck_assert (!document_close (document, &error));
  ck_assert (g_error_matches (error, BILLCTL_ERROR, ERROR_FAILED));
  ck_assert_str_eq (error->message, message);
  document_free (document);
}

START_TEST (spreadsheet_errors)
{
  expect_spreadsheet_error ("echo 'No space left on device' >&2; exit 1\n", "writing out.xlsx: No space left on device");
  expect_spreadsheet_error ("echo '{\"ok\":true,\"rows\":1}'\n", "writing out.xlsx: the helper program billctl-xlsx ended early");
  expect_spreadsheet_error ("exit 0\n", "writing out.xlsx: the helper program billctl-xlsx ended early");
  expect_spreadsheet_error ("kill -KILL $$\n", "writing out.xlsx: helper program billctl-xlsx was ended by signal 9");
}
END_TEST

/* The helper refuses a row of a long export: the reason arrives while rows are still being sent. */
START_TEST (refused_rows)
{
  const struct cell cells[] = { cell_code ("INV-1"), cell_text ("a name"), cell_money (1, currency_find ("USD")) };
  const struct render_request request = { .format = FORMAT_XLSX, .path = "out.xlsx", .exec_path = folder };
  g_autoptr (GError) error = NULL;
  struct document *document = NULL;
  int rows = 0;
  write_script ("billctl-xlsx", "read -r line; exec <&-; echo 'the third row is bad' >&2; exit 1\n");
  ck_assert (document_new (&request, &document, NULL));
  ck_assert (document_begin_list (document, columns, 3, NULL));
  while (rows < 1000000 && document_row (document, cells, &error))
    rows++;
  ck_assert_int_lt (rows, 1000000);
  ck_assert_str_eq (error->message, "writing out.xlsx: the third row is bad");
  document_free (document);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("process");
  TCase *tests = tcase_create ("helpers");
  tcase_add_checked_fixture (tests, make_folder, remove_folder);
  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, asks_and_answers);
  tcase_add_test (tests, both_sides_write);
  tcase_add_test (tests, a_long_line_comes_whole);
  tcase_add_test (tests, waiting_ends);
  tcase_add_test (tests, failures_have_words);
  tcase_add_test (tests, many_words_do_not_block);
  tcase_add_test (tests, a_missing_helper_is_named);
  tcase_add_test (tests, a_helper_that_cannot_run_is_named);
  tcase_add_test (tests, a_helper_that_went_away);
  tcase_add_test (tests, a_secret_has_its_own_way);
  tcase_add_test (tests, helpers_inherit_nothing_else);
  tcase_add_test (tests, descriptors_may_be_low);
  tcase_add_test (tests, nobody_is_left_behind);
  tcase_add_test (tests, rows_for_a_spreadsheet);
  tcase_add_test (tests, a_show_has_sheets);
  tcase_add_test (tests, spreadsheet_errors);
  tcase_add_test (tests, refused_rows);
  suite_add_tcase (suite, tests);
  return suite;
}
