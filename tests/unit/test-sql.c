/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every statement of the catalogue, prepared in a fresh ledger; and the query plans of all that touch the tables that grow
 * with the events: they must find their rows through an index, and must not sort them. */
#include "store/db.h"
#include "store/ledger.h"

#include "tap-main.h"

#include <glib/gstdio.h>
#include <string.h>

/* The tables with a row for every event, line, or command that ever ran. */
static const char *const large_tables[] = { "usage", "usage_key", "invoice_line", "audit", "journal_entry", "posting", "deferral" };

/* Statements that have to read such a table from end to end, or to sort what they read of it. Those of verify (VERIFY_…) all
 * read whole tables: that is what they are for. */
static const struct {
  const char *name;
  const char *reason;
} exceptions[] = {
  { "AUDIT_ALL", "verify checks the whole chain" },
  { "AUDIT_FIRST", "stops at its first row: LIMIT 1 in the order of the table" },
  { "AUDIT_LAST", "stops at its first row: LIMIT 1 in the order of the table" },
  { "JOURNAL_FIRST_DAY", "stops at its first row: LIMIT 1 in the order of an index" },
  { "JOURNAL_BALANCES", "adds up every posting, in the order of its index" },
  { "JOURNAL_BALANCES_BY_CUSTOMER", "adds up every posting, by customers whom postings do not name" },
  { "JOURNAL_WALK_INVOICE", "sorts the entries of one invoice" },
  { "EXPORT_USAGE", "exports the whole table, in its own order" },
  { "EXPORT_LINES_CUSTOMER", "sorts the lines of one customer" },
};

static struct ledger *ledger;
static char *folder;

static void
make_ledger (void)
{
  folder = g_dir_make_tmp ("billctl-sql-XXXXXX", NULL);
  ck_assert_ptr_nonnull (folder);
  g_autofree char *path = g_build_filename (folder, "ledger.db", NULL);
  struct ledger_open_request request = { .path = path, .mode = LEDGER_WRITE, .actor = "test", .command = "init" };
  g_autoptr (GError) error = NULL;
  if (!ledger_make (&request, &error) || !ledger_open (&request, &ledger, &error))
    ck_abort_msg ("%s", error->message);
}

static void
remove_ledger (void)
{
  ledger_close (ledger);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (directory)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

static const char *
exception_for (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (strcmp (exceptions[i].name, name) == 0)
      return exceptions[i].reason;
  return g_str_has_prefix (name, "VERIFY_") ? "verify reads everything" : NULL;
}

/* Whether `name` is the table itself or what the statement calls it: "usage u", "usage AS u". */
static gboolean
means_table (const char *sql, const char *name, const char *table)
{
  if (strcmp (name, table) == 0)
    return TRUE;
  g_autofree char *pattern = g_strdup_printf ("\\b(FROM|JOIN|,) *%s +(AS +)?%s\\b", table, name);
  return g_regex_match_simple (pattern, sql, 0, 0);
}

static gboolean
touches_large_table (const char *sql)
{
  for (gsize i = 0; i < G_N_ELEMENTS (large_tables); i++) {
    g_autofree char *pattern = g_strdup_printf ("\\b(FROM|JOIN|,) *%s\\b", large_tables[i]);
    if (g_regex_match_simple (pattern, sql, 0, 0))
      return TRUE;
  }
  return FALSE;
}

/* "SCAN u USING COVERING INDEX …" reads all of an index: as long a way as the table itself. */
static gboolean
is_scan_of_large_table (const char *sql, const char *step)
{
  if (!g_str_has_prefix (step, "SCAN "))
    return FALSE;
  g_auto (GStrv) words = g_strsplit (step, " ", 3);
  for (gsize i = 0; i < G_N_ELEMENTS (large_tables); i++)
    if (words[1] != NULL && means_table (sql, words[1], large_tables[i]))
      return TRUE;
  return FALSE;
}

/* Rows that come in the order of an index, but for runs of equal keys that are sorted by one more column, are not a sort of
 * the table ("USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"). */
static gboolean
is_sort (const char *step)
{
  return g_str_has_prefix (step, "USE TEMP B-TREE") && strstr (step, "PART OF") == NULL && strstr (step, "LAST TERM") == NULL;
}

/* A newly allocated text of what is wrong with the plan, or NULL. */
static char *
plan_fault (enum statement id)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const char *sql = statement_sql (id);
  if (!db_explain (ledger_db (ledger), id, steps, &error))
    return g_strdup (error->message);
  for (guint i = 0; i < steps->len; i++) {
    const char *step = steps->pdata[i];
    if (is_scan_of_large_table (sql, step))
      return g_strdup (step);
    if (is_sort (step) && touches_large_table (sql))
      return g_strdup (step);
  }
  return NULL;
}

START_TEST (every_statement_prepares)
{
  for (int id = 0; id < SQL_STATEMENT_COUNT; id++) {
    struct query *query = NULL;
    g_autoptr (GError) error = NULL;
    if (!db_query (ledger_db (ledger), (enum statement) id, &query, &error))
      ck_abort_msg ("%s: %s", statement_name ((enum statement) id), error->message);
  }
}
END_TEST

START_TEST (large_tables_are_found_through_an_index)
{
  g_autoptr (GString) faults = g_string_new ("");
  for (int id = 0; id < SQL_STATEMENT_COUNT; id++) {
    const char *name = statement_name ((enum statement) id);
    g_autofree char *fault = plan_fault ((enum statement) id);
    if (fault != NULL && exception_for (name) == NULL)
      g_string_append_printf (faults, "%s: %s; ", name, fault);
    if (fault == NULL && exception_for (name) != NULL && !g_str_has_prefix (name, "VERIFY_"))
      g_string_append_printf (faults, "%s is no exception any more; ", name);
  }
  ck_assert_str_eq (faults->str, "");
}
END_TEST

/* What drawing up, showing and explaining one invoice asks. However many customers and invoices there are, it finds its rows. */
static const char *const of_one_invoice[] = {
  "INVOICE_BY_NUMBER", "INVOICE_BY_ID", "INVOICE_REPLACEMENT", "INVOICE_LINES", "INVOICE_TAXES", "INVOICE_FIND_CHARGE", "SUBSCRIPTION_WALK", "SUBSCRIPTION_FIND",
  "SUBSCRIPTION_ITEMS", "SUBSCRIPTION_ADDON_BILLED", "CUSTOMER_FIND", "CUSTOMER_PAYER", "PHASES", "PLAN_VERSION_GET", "METRIC_FIND",
  "USAGE_RATED", "USAGE_FULL", "USAGE_FIRST", "USAGE_REVERSALS_OF", "USAGE_LATE_OF_CUSTOMER", "USAGE_LINES_BILLED", "REDEMPTION_GET",
  "REDEMPTION_OF_PAYER", "REDEMPTION_USES", "ONE_OFF_DUE", "ONE_OFF_BY_ID", "TAX_PAYER",
};

START_TEST (one_invoice_is_found_among_many)
{
  g_autoptr (GString) faults = g_string_new ("");
  for (gsize i = 0; i < G_N_ELEMENTS (of_one_invoice); i++) {
    g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_free);
    int id = 0;
    while (id < SQL_STATEMENT_COUNT && strcmp (statement_name ((enum statement) id), of_one_invoice[i]) != 0)
      id++;
    ck_assert_msg (id < SQL_STATEMENT_COUNT, "there is no statement %s", of_one_invoice[i]);
    ck_assert (db_explain (ledger_db (ledger), (enum statement) id, steps, NULL));
    for (guint k = 0; k < steps->len; k++)
      if (g_str_has_prefix (steps->pdata[k], "SCAN "))
        g_string_append_printf (faults, "%s: %s; ", of_one_invoice[i], (const char *) steps->pdata[k]);
  }
  ck_assert_str_eq (faults->str, "");
}
END_TEST

START_TEST (exceptions_are_in_the_catalogue)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exceptions); i++) {
    gboolean is_known = FALSE;
    for (int id = 0; id < SQL_STATEMENT_COUNT; id++)
      is_known = is_known || strcmp (statement_name ((enum statement) id), exceptions[i].name) == 0;
    ck_assert_msg (is_known, "there is no statement %s", exceptions[i].name);
  }
}
END_TEST

/* The test above must see what it is meant to see. */
START_TEST (scans_are_recognised)
{
  ck_assert (is_scan_of_large_table ("SELECT quantity FROM usage", "SCAN usage"));
  ck_assert (is_scan_of_large_table ("SELECT u.id FROM customer c JOIN usage u ON u.customer_id = c.id", "SCAN u"));
  ck_assert (is_scan_of_large_table ("SELECT 1 FROM invoice_line AS l", "SCAN l USING COVERING INDEX x"));
  ck_assert (!is_scan_of_large_table ("SELECT u.id FROM customer c JOIN usage u ON u.customer_id = c.id", "SCAN c"));
  ck_assert (!is_scan_of_large_table ("SELECT u.id FROM usage u WHERE id = ?1", "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"));
  ck_assert (!is_scan_of_large_table ("SELECT name FROM usage_source", "SCAN usage_source"));
  ck_assert (touches_large_table ("SELECT count (*) FROM invoice i, usage u"));
  ck_assert (!touches_large_table ("SELECT code FROM usage_source"));
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("sql");
  TCase *tests = tcase_create ("statements");
  tcase_add_checked_fixture (tests, make_ledger, remove_ledger);
  tcase_add_test (tests, every_statement_prepares);
  tcase_add_test (tests, large_tables_are_found_through_an_index);
  tcase_add_test (tests, one_invoice_is_found_among_many);
  tcase_add_test (tests, exceptions_are_in_the_catalogue);
  tcase_add_test (tests, scans_are_recognised);
  suite_add_tcase (suite, tests);
  return suite;
}
