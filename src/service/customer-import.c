/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers from a CSV file.
 *
 * Good rows are written as they come, inside one transaction, so that later rows are checked against them; a problem anywhere ends in
 * a rollback. Parents are set when all rows are there. */
#include "service/customer-import.h"

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "service/customer.h"
#include "store/audit.h"
#include "store/ledger.h"

#include <string.h>

enum { DEFAULT_ISSUER_ID = 1 };

/* A row whose parent is still to be set. */
struct child {
  gint64 line;
  char *code;
  char *parent;
};

struct import {
  struct ledger *ledger;
  gboolean update;
  struct csv_reader *reader;
  struct timezone_cache *zones;
  int columns[CUSTOMER_FIELD_COUNT]; /* -1: not in the file */
  GHashTable *lines;                 /* code -> line it stands on */
  GArray *children;                  /* struct child */
  GPtrArray *problems;               /* texts */
  GError *first_problem;
  gboolean is_malformed;             /* some problem is more than a refusal */
  struct customer_import_result result;
};

static void
child_clear (gpointer data)
{
  struct child *child = data;
  g_free (child->code);
  g_free (child->parent);
}

static void
import_init (struct import *import, struct ledger *ledger, gboolean update)
{
  *import = (struct import){
    .ledger = ledger,
    .update = update,
    .zones = timezone_cache_new (),
    .lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .children = g_array_new (FALSE, FALSE, sizeof (struct child)),
    .problems = g_ptr_array_new_with_free_func (g_free),
  };
  g_array_set_clear_func (import->children, child_clear);
}

static void
import_clear (struct import *import)
{
  csv_reader_free (import->reader);
  timezone_cache_free (import->zones);
  g_hash_table_unref (import->lines);
  g_array_unref (import->children);
  g_ptr_array_unref (import->problems);
  g_clear_error (&import->first_problem);
}
typedef struct import import_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (import_t, import_clear)

static gboolean
is_full (const struct import *import)
{
  return import->problems->len >= CUSTOMER_PROBLEMS_MAX;
}

/* Takes the error over as a problem of the file. */
static void
note_problem (struct import *import, GError *problem)
{
  g_autofree char *message = error_message_text (problem);
  g_autofree char *hint = error_hint_text (problem);
  if (!g_error_matches (problem, BILLCTL_ERROR, ERROR_REFUSED))
    import->is_malformed = TRUE;
  if (!is_full (import))
    g_ptr_array_add (import->problems, hint == NULL ? g_strdup (message) : g_strdup_printf ("%s (%s)", message, hint));
  if (import->first_problem == NULL)
    import->first_problem = problem;
  else
    g_error_free (problem);
}

/* Likewise, with the place. */
static void
note_row_problem (struct import *import, gint64 line, GError *problem)
{
  error_prefix (&problem, "%s: line %" G_GINT64_FORMAT ": ", csv_reader_name (import->reader), line);
  note_problem (import, problem);
}

/* Errors of the ledger itself are no problems of the file. */
static gboolean
is_problem (const GError *error)
{
  return error->domain == BILLCTL_ERROR && (error->code == ERROR_USAGE || error->code == ERROR_REFUSED || error->code == ERROR_NOT_FOUND);
}

static gboolean
fail_column (const struct import *import, const char *name, GError **error)
{
  const char *known[CUSTOMER_FIELD_COUNT + 1] = { NULL };
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++)
    known[i] = customer_field_name ((enum customer_field) i);
  g_autofree char *shown = text_sanitize (name, (gssize) MIN (strlen (name), 60));
  error_set (error, ERROR_USAGE, "%s: line 1: there is no column '%s'", csv_reader_name (import->reader), shown);
  csv_hint_separator (csv_reader_columns (import->reader), error);
  const char *near = strlen (name) > 60 ? NULL : text_nearest (name, known);
  if (near != NULL)
    return error_add_hint (error, "did you mean '%s'?", near);
  g_autofree char *list = g_strjoinv (", ", (char **) (gpointer) known);
  return error_add_hint (error, "the columns are: %s", list);
}

static gboolean
read_header (struct import *import, GError **error)
{
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++)
    import->columns[i] = csv_reader_column (import->reader, customer_field_name ((enum customer_field) i));
  for (const char *const *name = csv_reader_columns (import->reader); *name != NULL; name++) {
    gboolean known = FALSE;
    for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++)
      known = known || strcmp (*name, customer_field_name ((enum customer_field) i)) == 0;
    if (!known)
      return fail_column (import, *name, error);
  }
  return import->columns[CUSTOMER_CODE] >= 0
         || error_set (error, ERROR_USAGE, "%s: line 1: the column 'code' is missing", csv_reader_name (import->reader));
}

/* The text of a field, without the apostrophe with which exports keep spreadsheets from running it. */
static char *
field_text (const struct csv_field *field)
{
  gboolean is_guarded = field->length > 1 && field->text[0] == '\'' && strchr ("=+-@", field->text[1]) != NULL;
  gsize skipped = is_guarded ? 1 : 0;
  return g_strndup (field->text + skipped, field->length - skipped);
}

/* Every field that is not right is a problem of its own. */
static gboolean
read_row (struct import *import, const struct csv_record *record, struct customer_values *ret, gboolean is_given[CUSTOMER_FIELD_COUNT])
{
  gboolean good = TRUE;
  for (int i = 0; i < CUSTOMER_FIELD_COUNT; i++) {
    int column = import->columns[i];
    is_given[i] = column >= 0 && record->fields[column].length > 0;
    if (!is_given[i] && i != CUSTOMER_CODE)
      continue;
    GError *problem = NULL;
    g_autofree char *text = field_text (&record->fields[column]);
    if (!customer_check (import->zones, (enum customer_field) i, text, &ret->of[i], &problem)) {
      note_row_problem (import, record->line, problem);
      good = FALSE;
    }
  }
  return good;
}

static gboolean
check_once (struct import *import, gint64 line, const char *code, GError **error)
{
  gpointer other = g_hash_table_lookup (import->lines, code);
  if (other != NULL)
    return error_set (error, ERROR_USAGE, "code '%s' stands on line %d already", code, GPOINTER_TO_INT (other));
  g_hash_table_insert (import->lines, g_strdup (code), GINT_TO_POINTER ((int) MIN (line, G_MAXINT)));
  return TRUE;
}

static gboolean
add_customer (struct import *import, struct customer_values *values, GError **error)
{
  struct customer fresh = { .issuer_id = DEFAULT_ISSUER_ID };
  if (!customer_complete (import->ledger, values, error))
    return FALSE;
  customer_from_values (values, &fresh);
  if (!customer_insert (import->ledger, &fresh, NULL, error))
    return FALSE;
  import->result.added++;
  return TRUE;
}

static gboolean
change_customer (struct import *import, const struct customer *existing, const struct customer_values *given,
                 const gboolean is_given[CUSTOMER_FIELD_COUNT], GError **error)
{
  g_auto (customer_values_t) values = { { NULL } };
  g_autofree char *changed = NULL;
  customer_to_values (existing, &values);
  if (!customer_merge (import->ledger, existing, given, is_given, &values, &changed, error))
    return FALSE;
  if (changed == NULL) {
    import->result.unchanged++;
    return TRUE;
  }
  if (!import->update) {
    error_set (error, ERROR_REFUSED, "customer %s already exists and differs in %s", existing->code, changed);
    return error_add_hint (error, "--update changes it");
  }
  struct customer fresh = { .id = existing->id, .issuer_id = existing->issuer_id, .parent_id = existing->parent_id };
  customer_from_values (&values, &fresh);
  if (!customer_update (import->ledger, &fresh, error))
    return FALSE;
  import->result.updated++;
  return TRUE;
}

static gboolean
write_row (struct import *import, gint64 line, struct customer_values *given, const gboolean is_given[CUSTOMER_FIELD_COUNT],
           GError **error)
{
  const char *code = given->of[CUSTOMER_CODE];
  g_autoptr (customer_t) existing = NULL;
  if (!check_once (import, line, code, error) || !customer_look_up (import->ledger, code, &existing, error))
    return FALSE;
  if (existing == NULL ? !add_customer (import, given, error) : !change_customer (import, existing, given, is_given, error))
    return FALSE;
  if (is_given[CUSTOMER_PARENT] && (existing == NULL || g_strcmp0 (existing->parent_code, given->of[CUSTOMER_PARENT]) != 0)) {
    struct child child = { line, g_strdup (code), g_strdup (given->of[CUSTOMER_PARENT]) };
    g_array_append_val (import->children, child);
  }
  return TRUE;
}

static gboolean
import_row (struct import *import, const struct csv_record *record, GError **error)
{
  g_auto (customer_values_t) given = { { NULL } };
  gboolean is_given[CUSTOMER_FIELD_COUNT];
  GError *problem = NULL;
  if (!read_row (import, record, &given, is_given)) {
    /* Its children are not to be blamed. */
    if (given.of[CUSTOMER_CODE] != NULL && !g_hash_table_contains (import->lines, given.of[CUSTOMER_CODE]))
      check_once (import, record->line, given.of[CUSTOMER_CODE], NULL);
    return TRUE;
  }
  if (write_row (import, record->line, &given, is_given, &problem))
    return TRUE;
  if (is_problem (problem)) {
    note_row_problem (import, record->line, problem);
    return TRUE;
  }
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
import_rows (struct import *import, const struct progress_sink *progress, GError **error)
{
  while (!is_full (import)) {
    const struct csv_record *record = NULL;
    GError *problem = NULL;
    if (!csv_reader_next (import->reader, &record, &problem)) {
      if (!g_error_matches (problem, BILLCTL_ERROR, ERROR_USAGE)) {
        g_propagate_error (error, problem);
        return FALSE;
      }
      note_problem (import, problem);
      if (csv_reader_bad (import->reader) == NULL)
        return TRUE;
      continue;
    }
    if (record == NULL)
      return TRUE;
    if (!import_row (import, record, error))
      return FALSE;
    progress_report (progress, csv_reader_position (import->reader), csv_reader_size (import->reader));
  }
  return TRUE;
}

static gboolean
set_parent (struct import *import, const struct child *child, GError **error)
{
  g_autoptr (customer_t) customer = NULL;
  g_auto (customer_values_t) values = { { NULL } };
  if (!customer_find_by_code (import->ledger, child->code, &customer, error))
    return FALSE;
  customer_to_values (customer, &values);
  g_free (values.of[CUSTOMER_PARENT]);
  values.of[CUSTOMER_PARENT] = g_strdup (child->parent);
  struct customer fresh = { .id = customer->id, .issuer_id = customer->issuer_id };
  if (!customer_find_parent (import->ledger, customer->id, &values, &fresh.parent_id, error))
    return FALSE;
  customer_from_values (&values, &fresh);
  return customer_update (import->ledger, &fresh, error);
}

static gboolean
set_parents (struct import *import, GError **error)
{
  for (guint i = 0; i < import->children->len && !is_full (import); i++) {
    const struct child *child = &g_array_index (import->children, struct child, i);
    GError *problem = NULL;
    if (set_parent (import, child, &problem))
      continue;
    if (!is_problem (problem)) {
      g_propagate_error (error, problem);
      return FALSE;
    }
    if (problem->code == ERROR_NOT_FOUND && g_hash_table_contains (import->lines, child->parent))
      g_error_free (problem);
    else
      note_row_problem (import, child->line, problem);
  }
  return TRUE;
}

static gboolean
fail_problems (struct import *import, GPtrArray *problems, GError **error)
{
  guint count = import->problems->len;
  if (count == 1) {
    g_propagate_error (error, g_steal_pointer (&import->first_problem));
    return FALSE;
  }
  for (guint i = 0; problems != NULL && i < count; i++)
    g_ptr_array_add (problems, g_strdup (g_ptr_array_index (import->problems, i)));
  return error_set (error, import->is_malformed ? ERROR_USAGE : ERROR_REFUSED, "%s: %u problems%s, nothing was imported",
                    csv_reader_name (import->reader), count, is_full (import) ? " or more" : "");
}

static gboolean
import_all (struct import *import, const struct customer_import_request *request, GPtrArray *problems, GError **error)
{
  if (!import_rows (import, request->progress, error) || !set_parents (import, error))
    return FALSE;
  if (import->problems->len > 0)
    return fail_problems (import, problems, error);
  const struct customer_import_result *result = &import->result;
  if (result->added + result->updated == 0)
    return TRUE;
  return audit_add (import->ledger, error, "customers from %s: %" G_GINT64_FORMAT " added, %" G_GINT64_FORMAT " updated",
                    csv_reader_name (import->reader), result->added, result->updated);
}

gboolean
customer_import (struct ledger *ledger, const struct customer_import_request *request, GPtrArray *problems,
                 struct customer_import_result *ret, GError **error)
{
  g_auto (import_t) import;
  import_init (&import, ledger, request->update);
  if (!csv_reader_open (request->path, &import.reader, error) || !read_header (&import, error) || !ledger_begin (ledger, error))
    return FALSE;
  if (!import_all (&import, request, problems, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = import.result;
  return TRUE;
}
