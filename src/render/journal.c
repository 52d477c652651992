/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hledger, ledger and beancount.
 *
 * Sources: "hledger journal format" (hledger 1.25), "Ledger: Command-Line Accounting" chapter 5, "Beancount Language Syntax". */
#include "render/journal.h"

#include "base/error.h"
#include "core/money.h"
#include "render/output.h"

#include <errno.h>
#include <string.h>

enum { AMOUNT_COLUMN = 36, AMOUNT_WIDTH = 16 };

struct journal_writer {
  enum journal_format format;
  FILE *out;
  struct output output;
  char **names; /* by account; NULL where there is none */
  gsize count;
  struct date assertion_day;
};

char *
journal_account_name (enum journal_format format, const char *type, const char *code)
{
  static const struct {
    const char *type;
    const char *root;
  } roots[] = {
    { "asset", "assets" }, { "liability", "liabilities" }, { "equity", "equity" }, { "revenue", "income" }, { "expense", "expenses" },
  };
  const char *root = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++)
    if (strcmp (roots[i].type, type) == 0)
      root = roots[i].root;
  if (root == NULL)
    BUG ("there is no type of accounts '%s'", type);
  char *name = g_strconcat (root, ":", code, NULL);
  for (char *at = name; *at != '\0'; at++) {
    if (*at == '_')
      *at = '-';
    if (format == JOURNAL_BEANCOUNT && (at == name || at[-1] == ':' || at[-1] == '-'))
      *at = g_ascii_toupper (*at);
  }
  return name;
}

struct journal_writer *
journal_writer_new (enum journal_format format, FILE *out, const struct journal_account *accounts, gsize count)
{
  struct journal_writer *writer = g_new0 (struct journal_writer, 1);
  writer->format = format;
  writer->out = out;
  writer->count = count;
  writer->names = g_new0 (char *, count);
  for (gsize i = 0; i < count; i++)
    if (accounts[i].type != NULL)
      writer->names[i] = journal_account_name (format, accounts[i].type, accounts[i].code);
  output_init (&writer->output, output_to_file, out);
  return writer;
}

void
journal_writer_free (struct journal_writer *writer)
{
  if (writer == NULL)
    return;
  for (gsize i = 0; i < writer->count; i++)
    g_free (writer->names[i]);
  g_free (writer->names);
  output_clear (&writer->output);
  g_free (writer);
}

static void
put (struct journal_writer *writer, const char *text)
{
  output_text (&writer->output, text);
}

static void
put_day (struct journal_writer *writer, struct date day)
{
  char text[DATE_TEXT_SIZE];
  date_format (day, text);
  put (writer, text);
}

static void
put_amount (struct journal_writer *writer, const struct journal_amount *amount)
{
  char text[MONEY_TEXT_SIZE];
  money_format (amount->minor, amount->currency, text);
  put (writer, text);
  put (writer, " ");
  put (writer, amount->currency->code);
}

/* One line: control characters become spaces; hledger and ledger would take what is behind a semicolon for a comment, and
 * hledger what stands before a bar for who is paid. */
static void
put_words (struct journal_writer *writer, const char *text)
{
  for (; *text != '\0'; text++) {
    char byte = *text;
    if (g_ascii_iscntrl (byte))
      byte = ' ';
    else if (byte == ';')
      byte = ',';
    else if (byte == '|')
      byte = '/';
    output_byte (&writer->output, byte);
  }
}

static void
put_quoted (struct journal_writer *writer, const char *text)
{
  output_byte (&writer->output, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      output_byte (&writer->output, '\\');
    output_byte (&writer->output, g_ascii_iscntrl (*text) ? ' ' : *text);
  }
  output_byte (&writer->output, '"');
}

/* An amount as the programs are to write it: "1000.00 USD". hledger wants a mark behind the 1000 in any case. */
static void
declare_currency (struct journal_writer *writer, const struct currency *currency)
{
  if (writer->format == JOURNAL_BEANCOUNT)
    return;
  gboolean hledger = writer->format == JOURNAL_HLEDGER;
  put (writer, "commodity ");
  if (!hledger) {
    put (writer, currency->code);
    put (writer, "\n    format ");
  }
  put (writer, "1000");
  if (currency->digits > 0 || hledger)
    put (writer, ".");
  for (int i = 0; i < currency->digits; i++)
    put (writer, "0");
  put (writer, " ");
  put (writer, currency->code);
  put (writer, "\n");
}

void
journal_writer_begin (struct journal_writer *writer, struct date first, const struct currency *const *currencies, gsize count)
{
  if (writer->format == JOURNAL_HLEDGER)
    put (writer, "decimal-mark .\n");
  if (writer->format == JOURNAL_LEDGER)
    put (writer, "tag kind\ntag invoice\n");
  for (gsize i = 0; i < count; i++)
    declare_currency (writer, currencies[i]);
  for (gsize i = 0; i < writer->count; i++) {
    if (writer->names[i] == NULL)
      continue;
    if (writer->format == JOURNAL_BEANCOUNT) {
      put_day (writer, first);
      put (writer, " open ");
    } else
      put (writer, "account ");
    put (writer, writer->names[i]);
    put (writer, "\n");
  }
}

/* What the entry is about, on lines of its own: comments with tags, or metadata. */
static void
put_tag (struct journal_writer *writer, const char *key, const char *value)
{
  if (value == NULL)
    return;
  put (writer, writer->format == JOURNAL_BEANCOUNT ? "  " : "    ; ");
  put (writer, key);
  put (writer, ": ");
  if (writer->format == JOURNAL_BEANCOUNT)
    put_quoted (writer, value);
  else
    put_words (writer, value);
  put (writer, "\n");
}

static void
put_heading (struct journal_writer *writer, const struct journal_head *head)
{
  if (writer->format == JOURNAL_BEANCOUNT) {
    put_quoted (writer, head->customer == NULL ? "" : head->customer);
    put (writer, " ");
    put_quoted (writer, head->description);
    return;
  }
  if (head->number != 0) {
    char number[32];
    g_snprintf (number, sizeof number, "(%" G_GINT64_FORMAT ") ", head->number);
    put (writer, number);
  }
  if (head->customer != NULL) {
    put_words (writer, head->customer);
    put (writer, " | ");
  }
  put_words (writer, head->description);
}

void
journal_writer_entry (struct journal_writer *writer, const struct journal_head *head)
{
  put (writer, "\n");
  put_day (writer, head->day);
  put (writer, " * ");
  put_heading (writer, head);
  put (writer, "\n");
  if (head->number != 0 && writer->format == JOURNAL_BEANCOUNT) {
    char line[48];
    g_snprintf (line, sizeof line, "  entry: %" G_GINT64_FORMAT "\n", head->number);
    put (writer, line);
  }
  put_tag (writer, "kind", head->kind);
  put_tag (writer, "invoice", head->invoice);
}

/* The account, and spaces up to where the amount begins, so that amounts end in one column. */
static void
put_account (struct journal_writer *writer, const struct journal_amount *amount)
{
  char text[MONEY_TEXT_SIZE];
  const char *name = writer->names[amount->account];
  gsize used = strlen (name) + money_format (amount->minor, amount->currency, text);
  put (writer, name);
  output_spaces (&writer->output, used + 2 < AMOUNT_COLUMN + AMOUNT_WIDTH ? AMOUNT_COLUMN + AMOUNT_WIDTH - used : 2);
}

void
journal_writer_posting (struct journal_writer *writer, const struct journal_amount *amount)
{
  put (writer, writer->format == JOURNAL_BEANCOUNT ? "  " : "    ");
  put_account (writer, amount);
  put_amount (writer, amount);
  put (writer, "\n");
}

/* Beancount asserts at the beginning of a day, the other two where the assertion stands. */
void
journal_writer_assert (struct journal_writer *writer, struct date day)
{
  struct journal_head head = { .day = day, .description = "balances" };
  if (writer->format != JOURNAL_BEANCOUNT) {
    journal_writer_entry (writer, &head);
    return;
  }
  put (writer, "\n");
  writer->assertion_day.day = day.day + 1;
}

void
journal_writer_balance (struct journal_writer *writer, const struct journal_amount *amount)
{
  struct journal_amount nothing = { amount->account, 0, amount->currency };
  if (writer->format == JOURNAL_BEANCOUNT) {
    char text[MONEY_TEXT_SIZE];
    money_format (amount->minor, amount->currency, text);
    put_day (writer, writer->assertion_day);
    put (writer, " balance ");
    put_account (writer, amount);
    put (writer, text);
    put (writer, " ~ 0 "); /* to the last digit */
    put (writer, amount->currency->code);
    put (writer, "\n");
    return;
  }
  put (writer, "    ");
  put_account (writer, &nothing);
  put_amount (writer, &nothing);
  put (writer, " = ");
  put_amount (writer, amount);
  put (writer, "\n");
}

gboolean
journal_writer_close (struct journal_writer *writer, GError **error)
{
  output_flush (&writer->output);
  if (writer->output.error_number == 0 && fflush (writer->out) != 0)
    writer->output.error_number = errno;
  if (writer->output.error_number == 0)
    return TRUE;
  return error_set (error, ERROR_FAILED, "cannot write the journal: %s", g_strerror (writer->output.error_number));
}
