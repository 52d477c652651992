/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl journal export: the books for hledger, ledger, beancount, or as rows. */
#include "base/error.h"
#include "cmd/commands.h"
#include "cmd/journal-document.h"
#include "cmd/output-file.h"
#include "render/journal.h"
#include "service/journal-export.h"

#include <string.h>

static const char *const formats[] = { "hledger", "ledger", "beancount", "csv", NULL };
enum { AS_CSV = JOURNAL_BEANCOUNT + 1 };

struct args {
  int format;
  const char *output;
  struct time_argument from;
  struct time_argument to;
};

static const struct option options[] = {
  OPTION_CHOICE (struct args, format, "format", 'f', formats, "for which program; else hledger"),
  OPTION_STRING_FROM (struct args, output, "output", 'o', "FILE", "write to FILE; '-' is standard output", COMPLETE_FILE),
  OPTION_TIME (struct args, from, "from", 0, "entries of this day or later; what was before is brought forward"),
  OPTION_TIME (struct args, to, "to", 0, "entries before this day"),
  OPTION_END,
};

static const char *const examples[] = {
  "billctl journal export | hledger -f - balance",
  "billctl journal export --format beancount -o books.beancount",
  "billctl journal export --format ledger --from 2026-01-01 --to 2027-01-01 -o 2026.ledger",
  "billctl journal export --format csv -o postings.csv",
  NULL,
};

/* --- The three programs --- */

struct text {
  enum journal_format format;
  FILE *out;
  struct journal_writer *writer;
  gint64 entry; /* whose postings are being written */
};
typedef struct text text_t;

static void
text_clear (struct text *text)
{
  journal_writer_free (text->writer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (text_t, text_clear)

static struct journal_amount
amount_of (const struct journal_balance *balance)
{
  return (struct journal_amount){ balance->account->account, balance->amount_minor, balance->currency };
}

static gboolean
begin_text (const struct journal_books *books, void *data, GError **error)
{
  struct text *text = data;
  struct journal_account accounts[ACCOUNT_END] = { { NULL, NULL } };
  (void) error;
  for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++)
    accounts[account] = (struct journal_account){ books->chart->rows[account].type, books->chart->rows[account].code };
  text->writer = journal_writer_new (text->format, text->out, accounts, ACCOUNT_END);
  journal_writer_begin (text->writer, books->first, (const struct currency *const *) (gpointer) books->currencies->pdata,
                        books->currencies->len);
  const struct journal_head forward = { .day = books->first, .kind = "opening", .description = "balances brought forward" };
  if (books->opening->len > 0)
    journal_writer_entry (text->writer, &forward);
  for (guint i = 0; i < books->opening->len; i++) {
    struct journal_amount amount = amount_of (&g_array_index (books->opening, struct journal_balance, i));
    journal_writer_posting (text->writer, &amount);
  }
  return TRUE;
}

static gboolean
write_line (const struct journal_line *line, void *data, GError **error)
{
  struct text *text = data;
  const struct journal_row *row = line->row;
  (void) error;
  if (row->entry_id != text->entry) {
    const struct journal_head head = {
      .number = row->entry_id,
      .day = row->day,
      .kind = row->kind,
      .customer = row->customer,
      .invoice = row->invoice,
      .description = row->description,
    };
    journal_writer_entry (text->writer, &head);
    text->entry = row->entry_id;
  }
  const struct journal_amount amount = { row->account, row->amount_minor, line->currency };
  journal_writer_posting (text->writer, &amount);
  return TRUE;
}

static gboolean
end_text (const struct journal_books *books, void *data, GError **error)
{
  struct text *text = data;
  if (books->closing->len > 0)
    journal_writer_assert (text->writer, books->last);
  for (guint i = 0; i < books->closing->len; i++) {
    struct journal_amount amount = amount_of (&g_array_index (books->closing, struct journal_balance, i));
    journal_writer_balance (text->writer, &amount);
  }
  return journal_writer_close (text->writer, error);
}

static gboolean
write_text (struct invocation *invocation, struct journal_export_request *request, enum journal_format format, FILE *out, GError **error)
{
  g_auto (text_t) text = { .format = format, .out = out };
  request->begin = begin_text;
  request->line = write_line;
  request->end = end_text;
  request->data = &text;
  return journal_export (invocation->ledger, request, error);
}

/* --- Rows --- */

static gboolean
begin_rows (const struct journal_books *books, void *data, GError **error)
{
  (void) books;
  return journal_document_begin (data, error);
}

static gboolean
end_rows (const struct journal_books *books, void *data, GError **error)
{
  (void) books;
  return document_end_list (data, error) && document_close (data, error);
}

static gboolean
write_rows (struct invocation *invocation, struct journal_export_request *request, FILE *out, GError **error)
{
  struct render_request render = invocation->render;
  g_autoptr (document_t) document = NULL;
  render.format = FORMAT_CSV;
  render.out = out;
  if (out != invocation->render.out)
    render.width = 0;
  if (!document_new (&render, &document, error))
    return FALSE;
  request->begin = begin_rows;
  request->line = journal_document_row;
  request->end = end_rows;
  request->data = document;
  return journal_export (invocation->ledger, request, error);
}

static gboolean
run (struct invocation *invocation, GError **error)
{
  const struct args *args = invocation->args;
  const char *output = args->output == NULL || strcmp (args->output, "-") == 0 ? NULL : args->output;
  int format = args->format < 0 ? JOURNAL_HLEDGER : args->format;
  g_auto (output_file_t) file = { 0 };
  struct journal_export_request request = {
    .from = JOURNAL_FIRST_DAY,
    .to = JOURNAL_END_OF_DAYS,
    .today = journal_day_of (invocation->as_of_us),
  };
  if (!journal_day (args->from.given ? &args->from.time : NULL, "--from", &request.from, error)
      || !journal_day (args->to.given ? &args->to.time : NULL, "--to", &request.to, error)
      || (output != NULL && !output_file_open (&file, output, error)))
    return FALSE;
  FILE *out = output == NULL ? invocation->render.out : file.stream;
  gboolean ok = format == AS_CSV ? write_rows (invocation, &request, out, error)
                                 : write_text (invocation, &request, (enum journal_format) format, out, error);
  if (!ok || (output != NULL && !output_file_finish (&file, error)))
    return FALSE;
  if (output != NULL)
    invocation_say (invocation, "the books are written to %s", output);
  return TRUE;
}

const struct command command_journal_export = {
  .path = "journal export",
  .summary = "write the books for hledger, ledger or beancount",
  .description = "The file declares accounts and currencies, has every entry, and ends with assertions of what each account comes to, so "
                 "that these programs refuse it when they come to anything else. csv has the rows of 'billctl journal show'. A file appears "
                 "under its name only when it is complete.",
  .examples = examples,
  .options = options,
  .args_size = sizeof (struct args),
  .needs = NEEDS_LEDGER_READ,
  .run = run,
};
