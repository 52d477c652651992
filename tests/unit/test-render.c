/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document as CSV, JSON, NDJSON and table: every expected text is written out by hand. */
#include "base/error.h"
#include "render/document.h"

#include "tap-main.h"

#include <signal.h>
#include <string.h>

#define MIDNIGHT_2026 INT64_C (1767225600000000) /* 2026-01-01T00:00:00Z: 20454 days */

static const struct column invoice_columns[] = {
  { .key = "number", .title = "Number", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
  { .key = "lines", .title = "Lines", .kind = CELL_INTEGER },
  { .key = "usage", .title = "Usage", .kind = CELL_DECIMAL },
  { .key = "paid", .title = "Paid", .kind = CELL_BOOLEAN },
  { .key = "due", .title = "Due", .kind = CELL_DATE },
  { .key = "issued_at", .title = "Issued", .kind = CELL_INSTANT, .hidden = TRUE },
  { .key = "properties", .title = "Properties", .kind = CELL_JSON, .hidden = TRUE },
};

static void
must (gboolean done, GError *error)
{
  ck_assert_msg (done, "%s", error == NULL ? "no error set" : error->message);
}

static void
add_row (struct document *document, const struct cell *cells)
{
  GError *error = NULL;
  must (document_row (document, cells, &error), error);
}

/* Three currencies with 2, 0 and 3 digits, nulls, and texts that each format must handle in its own way. */
static void
add_invoices (struct document *document)
{
  const struct cell rows[][G_N_ELEMENTS (invoice_columns)] = {
    { cell_code ("INV-1"), cell_text ("Müller, \"Söhne\""), cell_money (9900, currency_find ("USD")), cell_currency ("usd"),
      cell_integer (3), cell_decimal ("0.0000009984"), cell_boolean (TRUE), cell_date ((struct date){ 20454 }),
      cell_instant (MIDNIGHT_2026), cell_json ("{\"region\": \"eu\",\n \"sizes\": [1, 2], \"none\": {}}") },
    { cell_code ("INV-2"), cell_text ("=HYPERLINK(1)"), cell_money (-100, currency_find ("JPY")), cell_currency ("JPY"),
      cell_integer (INT64_MIN), cell_decimal ("-5"), cell_boolean (FALSE), cell_date ((struct date){ -1 }),
      cell_instant (MIDNIGHT_2026 + 123000), cell_json ("[]") },
    { cell_code ("INV-3"), cell_text ("\033[31m東京\xff"), cell_money (1, currency_find ("KWD")), cell_currency ("KWD"), cell_null (),
      cell_null (), cell_null (), cell_null (), cell_null (), cell_null () },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    add_row (document, rows[i]);
}

static void
fill_invoices (struct document *document)
{
  GError *error = NULL;
  must (document_begin_list (document, invoice_columns, G_N_ELEMENTS (invoice_columns), &error), error);
  add_invoices (document);
  must (document_end_list (document, &error), error);
}

static void
fill_empty_list (struct document *document)
{
  GError *error = NULL;
  must (document_begin_list (document, invoice_columns, 3, &error), error);
  must (document_end_list (document, &error), error);
}

static void
fill_fields (struct document *document)
{
  GError *error = NULL;
  must (document_field (document, "code", "Code", cell_code ("acme"), &error), error);
  must (document_field (document, "time_zone", "Time zone", cell_text_n ("Europe/Berlin and more", 13), &error), error);
  must (document_field (document, "balance", "Balance", cell_money (-5, currency_find ("USD")), &error), error);
  must (document_field (document, "tax_id", "Tax id", cell_text (NULL), &error), error);
}

static void
fill_show (struct document *document)
{
  static const struct column others[] = { { .key = "note", .title = "Note", .kind = CELL_TEXT } };
  const struct cell line[] = { cell_code ("fee"), cell_text ("Base"), cell_money (9900, currency_find ("USD")) };
  const struct cell note[] = { cell_text ("late") };
  GError *error = NULL;
  fill_fields (document);
  must (document_begin_section (document, "lines", "Lines", invoice_columns, 3, &error), error);
  add_row (document, line);
  must (document_end_section (document, &error), error);
  must (document_begin_section (document, "notes", "Notes", others, 1, &error), error);
  add_row (document, note);
  must (document_end_section (document, &error), error);
  must (document_begin_section (document, "payments", "Payments", others, 1, &error), error);
  must (document_end_section (document, &error), error);
}

/* What the document comes out as; free() it. */
static char *
rendered (struct render_request request, void (*fill) (struct document *document))
{
  char *bytes = NULL;
  size_t length = 0;
  GError *error = NULL;
  struct document *document = NULL;
  request.out = open_memstream (&bytes, &length);
  must (document_new (&request, &document, &error), error);
  fill (document);
  must (document_close (document, &error), error);
  document_free (document);
  ck_assert_int_eq (fclose (request.out), 0);
  return bytes;
}

static void
expect (struct render_request request, void (*fill) (struct document *document), const char *expected)
{
  char *bytes = rendered (request, fill);
  ck_assert_str_eq (bytes, expected);
  free (bytes);
}

/* --- CSV ------------------------------------------------------------------------------------------------------- */

START_TEST (csv_list)
{
  expect ((struct render_request){ .format = FORMAT_CSV }, fill_invoices,
          "number,name,total,currency,lines,usage,paid,due,issued_at,properties\n"
          "INV-1,\"Müller, \"\"Söhne\"\"\",99.00,USD,3,0.0000009984,true,2026-01-01,2026-01-01T00:00:00Z,"
          "\"{\"\"region\"\": \"\"eu\"\",\n \"\"sizes\"\": [1, 2], \"\"none\"\": {}}\"\n"
          "INV-2,'=HYPERLINK(1),-100,JPY,-9223372036854775808,-5,false,1969-12-31,2026-01-01T00:00:00.123Z,[]\n"
          "INV-3,\033[31m東京\xff,0.001,KWD,,,,,,\n");
  expect ((struct render_request){ .format = FORMAT_CSV, .no_header = TRUE }, fill_empty_list, "");
  expect ((struct render_request){ .format = FORMAT_CSV }, fill_empty_list, "number,name,total\n");
}
END_TEST

static const struct column one_text[] = { { .key = "text", .title = "Text", .kind = CELL_TEXT } };

static void
expect_text (enum format format, int width, struct cell cell, const char *expected)
{
  char *bytes = NULL;
  size_t length = 0;
  GError *error = NULL;
  struct document *document = NULL;
  const struct render_request request = {
    .format = format, .no_header = TRUE, .width = width, .out = open_memstream (&bytes, &length)
  };
  must (document_new (&request, &document, &error), error);
  must (document_begin_list (document, one_text, 1, &error), error);
  add_row (document, &cell);
  must (document_end_list (document, &error) && document_close (document, &error), error);
  document_free (document);
  fclose (request.out);
  ck_assert_str_eq (bytes, expected);
  free (bytes);
}

START_TEST (csv_quotes_only_what_needs_it)
{
  static const struct
  {
    const char *text, *csv;
  } rows[] = {
    { "plain", "plain\n" },
    { " two  spaces ", " two  spaces \n" },
    { "semi;colon", "semi;colon\n" },
    { "a,b", "\"a,b\"\n" },
    { "\"", "\"\"\"\"\n" },
    { "two\nlines", "\"two\nlines\"\n" },
    { "old\rmac", "\"old\rmac\"\n" },
    { "", "\"\"\n" }, /* a line of one empty cell would be no line to a reader */
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    expect_text (FORMAT_CSV, 0, cell_text (rows[i].text), rows[i].csv);
  expect_text (FORMAT_CSV, 0, cell_null (), "\"\"\n");
}
END_TEST

START_TEST (csv_guards_formulas)
{
  static const struct
  {
    const char *text, *csv;
  } rows[] = {
    { "=1+1", "'=1+1\n" },
    { "+49 30", "'+49 30\n" },
    { "-1", "'-1\n" },
    { "@sum", "'@sum\n" },
    { "\tx", "'\tx\n" },
    { "\rx", "\"'\rx\"\n" },
    { "=\"a,b\"", "\"'=\"\"a,b\"\"\"\n" },
    { "1=1", "1=1\n" },
    { "'=1", "'=1\n" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    expect_text (FORMAT_CSV, 0, cell_text (rows[i].text), rows[i].csv);
  expect_text (FORMAT_CSV, 0, cell_code ("-x"), "'-x\n");
  expect_text (FORMAT_CSV, 0, cell_json ("-1"), "'-1\n");
  expect_text (FORMAT_CSV, 0, cell_decimal ("-1.5"), "-1.5\n");
  expect_text (FORMAT_CSV, 0, cell_integer (-1), "-1\n");
  expect_text (FORMAT_CSV, 0, cell_money (-1, currency_find ("EUR")), "-0.01\n");
}
END_TEST

START_TEST (csv_is_exact_for_programs_and_harmless_on_a_terminal)
{
  expect_text (FORMAT_CSV, 0, cell_text ("a\033[2Jb"), "a\033[2Jb\n");
  expect_text (FORMAT_CSV, 80, cell_text ("a\033[2Jb"), "a\\x1b[2Jb\n");
}
END_TEST

/* Longer than every buffer on the way, with what must be escaped on both sides of the 8 KiB and 64 KiB marks. */
START_TEST (huge_text)
{
  g_autoptr (GString) text = g_string_new (NULL), csv = g_string_new ("\""), json = g_string_new ("{\"text\":\"");
  for (int i = 0; i < 40000; i++)
    {
      g_string_append (text, "ab\"東京");
      g_string_append (csv, "ab\"\"東京");
      g_string_append (json, "ab\\\"東京");
    }
  g_string_append (csv, "\"\n");
  g_string_append (json, "\"}\n");
  expect_text (FORMAT_CSV, 0, cell_text (text->str), csv->str);
  expect_text (FORMAT_NDJSON, 0, cell_text (text->str), json->str);
  g_autofree char *plain = g_strnfill (200000, 'x'), *line = g_strconcat (plain, "\n", NULL);
  expect_text (FORMAT_CSV, 0, cell_text (plain), line);
  expect_text (FORMAT_TABLE, 0, cell_text (plain), line);
}
END_TEST

/* --- JSON ------------------------------------------------------------------------------------------------------ */

START_TEST (json_list)
{
  expect ((struct render_request){ .format = FORMAT_JSON }, fill_invoices,
          "[\n"
          "  {\"number\": \"INV-1\", \"name\": \"Müller, \\\"Söhne\\\"\", \"total\": 9900, \"currency\": \"usd\", \"lines\": 3, "
          "\"usage\": \"0.0000009984\", \"paid\": true, \"due\": \"2026-01-01\", \"issued_at\": \"2026-01-01T00:00:00Z\", "
          "\"properties\": {\"region\": \"eu\", \"sizes\": [1, 2], \"none\": {}}},\n"
          "  {\"number\": \"INV-2\", \"name\": \"=HYPERLINK(1)\", \"total\": -100, \"currency\": \"jpy\", "
          "\"lines\": -9223372036854775808, \"usage\": \"-5\", \"paid\": false, \"due\": \"1969-12-31\", "
          "\"issued_at\": \"2026-01-01T00:00:00.123Z\", \"properties\": []},\n"
          "  {\"number\": \"INV-3\", \"name\": \"\\u001b[31m東京\xEF\xBF\xBD\", \"total\": 1, \"currency\": \"kwd\", \"lines\": null, "
          "\"usage\": null, \"paid\": null, \"due\": null, \"issued_at\": null, \"properties\": null}\n"
          "]\n");
  expect ((struct render_request){ .format = FORMAT_JSON }, fill_empty_list, "[]\n");
}
END_TEST

START_TEST (ndjson_list)
{
  expect ((struct render_request){ .format = FORMAT_NDJSON, .columns = "number,total,currency,properties" }, fill_invoices,
          "{\"number\":\"INV-1\",\"total\":9900,\"currency\":\"usd\",\"properties\":{\"region\":\"eu\",\"sizes\":[1,2],\"none\":{}}}\n"
          "{\"number\":\"INV-2\",\"total\":-100,\"currency\":\"jpy\",\"properties\":[]}\n"
          "{\"number\":\"INV-3\",\"total\":1,\"currency\":\"kwd\",\"properties\":null}\n");
  expect ((struct render_request){ .format = FORMAT_NDJSON }, fill_empty_list, "");
}
END_TEST

START_TEST (json_show)
{
  expect ((struct render_request){ .format = FORMAT_JSON }, fill_show,
          "{\n"
          "  \"code\": \"acme\",\n"
          "  \"time_zone\": \"Europe/Berlin\",\n"
          "  \"balance\": -5,\n"
          "  \"tax_id\": null,\n"
          "  \"lines\": [\n"
          "    {\n"
          "      \"number\": \"fee\",\n"
          "      \"name\": \"Base\",\n"
          "      \"total\": 9900\n"
          "    }\n"
          "  ],\n"
          "  \"notes\": [\n"
          "    {\n"
          "      \"note\": \"late\"\n"
          "    }\n"
          "  ],\n"
          "  \"payments\": []\n"
          "}\n");
  expect ((struct render_request){ .format = FORMAT_NDJSON }, fill_show, "{\"number\":\"fee\",\"name\":\"Base\",\"total\":9900}\n");
  expect ((struct render_request){ .format = FORMAT_NDJSON }, fill_fields,
          "{\"code\":\"acme\",\"time_zone\":\"Europe/Berlin\",\"balance\":-5,\"tax_id\":null}\n");
}
END_TEST

static void
fill_nothing (struct document *document)
{
  (void) document;
}

static void
fill_json_field (struct document *document)
{
  GError *error = NULL;
  must (document_field (document, "a", "A", cell_json (" {\"x\":[1,{\"y\":\"}\\\"]\"}],\"z\":[ ]} "), &error), error);
  must (document_field (document, "b", "B", cell_json (""), &error), error);
}

START_TEST (json_inside_json)
{
  expect ((struct render_request){ .format = FORMAT_JSON }, fill_json_field,
          "{\n"
          "  \"a\": {\n"
          "    \"x\": [\n"
          "      1,\n"
          "      {\n"
          "        \"y\": \"}\\\"]\"\n"
          "      }\n"
          "    ],\n"
          "    \"z\": []\n"
          "  },\n"
          "  \"b\": null\n"
          "}\n");
  expect ((struct render_request){ .format = FORMAT_JSON }, fill_nothing, "{}\n");
  /* What is no JSON cannot break a line in two. */
  expect_text (FORMAT_NDJSON, 0, cell_json ("]}\n\"open"), "{\"text\":]}\"open}\n");
}
END_TEST

START_TEST (json_strings)
{
  static const struct
  {
    const char *text;
    gsize length;
    const char *json;
  } rows[] = {
    { "\b\t\n\f\r\"\\/", 8, "{\"text\":\"\\b\\t\\n\\f\\r\\\"\\\\/\"}\n" },
    { "a\0b", 3, "{\"text\":\"a\\u0000b\"}\n" },
    { "\x7f\x1f", 2, "{\"text\":\"\\u007f\\u001f\"}\n" },
    { "\xC2\x9B" "2J", 4, "{\"text\":\"\\u009b2J\"}\n" },              /* the one-character form of ESC [ */
    { "\xC2\xA0", 2, "{\"text\":\"\xC2\xA0\"}\n" },
    { "\xC0\xAF", 2, "{\"text\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}\n" },    /* overlong '/' */
    { "\xED\xA0\x80", 3, "{\"text\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}\n" }, /* half a surrogate pair */
    { "\xF4\x90\x80\x80", 4, "{\"text\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}\n" }, /* above U+10FFFF */
    { "x\xE6\x9D", 3, "{\"text\":\"x\xEF\xBF\xBD\xEF\xBF\xBD\"}\n" },  /* cut in the middle */
    { "\xF0\x9F\x98\x80", 4, "{\"text\":\"\xF0\x9F\x98\x80\"}\n" },
    { "\xE6\x9D\xB1 and more", 3, "{\"text\":\"\xE6\x9D\xB1\"}\n" },   /* not a byte beyond the length */
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    expect_text (FORMAT_NDJSON, 0, cell_text_n (rows[i].text, rows[i].length), rows[i].json);
}
END_TEST

/* --- table ----------------------------------------------------------------------------------------------------- */

START_TEST (table_list)
{
  expect ((struct render_request){ .format = FORMAT_TABLE }, fill_invoices,
          "Number  Name              Total  Currency                 Lines         Usage  Paid  Due\n"
          "INV-1   Müller, \"Söhne\"   99.00  USD                          3  0.0000009984  yes   2026-01-01\n"
          "INV-2   =HYPERLINK(1)      -100  JPY       -9223372036854775808            -5  no    1969-12-31\n"
          "INV-3   \\x1b[31m東京\\xff  0.001  KWD\n"
          "Total                      -100  JPY\n"
          "Total                     0.001  KWD\n"
          "Total                     99.00  USD\n");
  expect ((struct render_request){ .format = FORMAT_TABLE }, fill_empty_list, "Number  Name  Total\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .no_header = TRUE }, fill_empty_list, "");
}
END_TEST

START_TEST (table_choice_and_colour)
{
  expect ((struct render_request){ .format = FORMAT_TABLE, .colour = TRUE, .columns = "number, issued_at" }, fill_invoices,
          "\033[1mNumber  Issued\033[0m\n"
          "INV-1   2026-01-01T00:00:00Z\n"
          "INV-2   2026-01-01T00:00:00.123Z\n"
          "INV-3\n");
  /* Without the currency's own column the totals say which one they are in. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .no_header = TRUE, .columns = "total,number" }, fill_invoices,
          "99.00  INV-1\n"
          " -100  INV-2\n"
          "0.001  INV-3\n"
          " -100  Total JPY\n"
          "0.001  Total KWD\n"
          "99.00  Total USD\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .no_header = TRUE, .columns = "total" }, fill_invoices,
          "99.00\n -100\n0.001\n");
}
END_TEST

static void
fill_wide (struct document *document)
{
  static const struct column columns[] = {
    { .key = "code", .title = "Code", .kind = CELL_CODE },
    { .key = "name", .title = "Name", .kind = CELL_TEXT },
    { .key = "note", .title = "Note", .kind = CELL_TEXT },
  };
  /* The second name has two columns for each character; the third is "e" with a combining accent, twelve times. */
  const struct cell rows[][3] = {
    { cell_code ("a-code-of-some-length"), cell_text ("a name of thirty columns or so"), cell_text ("short") },
    { cell_code ("b"), cell_text ("東京都千代田区丸の内一丁目九番"), cell_text ("note with 22 columns!!") },
    { cell_code ("c"), cell_text ("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"), cell_text ("x") },
  };
  GError *error = NULL;
  must (document_begin_list (document, columns, 3, &error), error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    add_row (document, rows[i]);
  must (document_end_list (document, &error), error);
}

START_TEST (table_shortens_text)
{
  /* 21 + 2 + 30 + 2 + 22 = 77 columns */
  const char *whole = "Code                   Name                            Note\n"
                      "a-code-of-some-length  a name of thirty columns or so  short\n"
                      "b                      東京都千代田区丸の内一丁目九番  note with 22 columns!!\n"
                      "c                      e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301                    x\n";
  expect ((struct render_request){ .format = FORMAT_TABLE }, fill_wide, whole);
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 77 }, fill_wide, whole);
  /* 5 columns less: the widest text gives them; a wide character that does not fit leaves a column empty. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 72 }, fill_wide,
          "Code                   Name                       Note\n"
          "a-code-of-some-length  a name of thirty columns…  short\n"
          "b                      東京都千代田区丸の内一丁…  note with 22 columns!!\n"
          "c                      e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301               x\n");
  /* 41 columns is the least that 21 + 8 + 8 and the gaps need: accents stay with their letters. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 41 }, fill_wide,
          "Code                   Name      Note\n"
          "a-code-of-some-length  a name …  short\n"
          "b                      東京都…   note wi…\n"
          "c                      e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301…  x\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 40 }, fill_wide, whole);
}
END_TEST

static void
fill_changes (struct document *document)
{
  static const struct column columns[] = {
    { .key = "code", .title = "Code", .kind = CELL_CODE },
    { .key = "detail", .title = "Detail", .kind = CELL_TEXT, .wrap = TRUE },
    { .key = "count", .title = "Count", .kind = CELL_INTEGER },
  };
  const struct cell rows[][3] = {
    { cell_code ("basic"), cell_text ("base month 9.00 -> 10.00 USD; no trial"), cell_integer (12) },
    { cell_code ("pro"), cell_text ("東京都千代田区丸の内一丁目九番"), cell_integer (7) },
    { cell_code ("max"), cell_text ("short"), cell_integer (1) },
  };
  GError *error = NULL;
  must (document_begin_list (document, columns, 3, &error), error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    add_row (document, rows[i]);
  must (document_end_list (document, &error), error);
}

/* 5 + 2 + 38 + 2 + 5 = 52 columns */
START_TEST (table_wraps_text)
{
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 52 }, fill_changes,
          "Code   Detail                                  Count\n"
          "basic  base month 9.00 -> 10.00 USD; no trial     12\n"
          "pro    東京都千代田区丸の内一丁目九番              7\n"
          "max    short                                       1\n");
  /* Words stay whole; text without a space is broken where the line is full. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 32, .colour = TRUE }, fill_changes,
          "\033[1mCode   Detail              Count\033[0m\n"
          "basic  base month 9.00 ->     12\n"
          "       10.00 USD; no\n"
          "       trial\n"
          "pro    東京都千代田区丸の      7\n"
          "       内一丁目九番\n"
          "max    short                   1\n");
}
END_TEST

static void
fill_spare (struct document *document)
{
  static const struct column columns[] = {
    { .key = "code", .title = "Code", .kind = CELL_CODE },
    { .key = "name", .title = "Name", .kind = CELL_TEXT, .spare = 1 },
    { .key = "issued", .title = "Issued", .kind = CELL_DATE, .spare = 2 },
    { .key = "total", .title = "Total", .kind = CELL_MONEY, .total = TRUE },
  };
  const struct currency *usd = currency_find ("USD");
  const struct cell rows[][4] = {
    { cell_code ("INV-1"), cell_text ("a name of 21 columns!"), cell_date ((struct date){ 20454 }), cell_money (9900, usd) },
    { cell_code ("INV-2"), cell_text ("b"), cell_date ((struct date){ 20454 }), cell_money_if (FALSE, 100, usd) },
  };
  GError *error = NULL;
  must (document_begin_list (document, columns, 4, &error), error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    add_row (document, rows[i]);
  must (document_end_list (document, &error), error);
}

static void
fill_empty_spare (struct document *document)
{
  static const struct column columns[] = {
    { .key = "code", .title = "Code", .kind = CELL_CODE },
    { .key = "id", .title = "Id", .kind = CELL_TEXT, .spare = 1 },
    { .key = "detail", .title = "Detail", .kind = CELL_TEXT },
  };
  const struct cell row[] = { cell_code ("INV-1"), cell_null (), cell_text ("12 columns !") };
  GError *error = NULL;
  must (document_begin_list (document, columns, 3, &error), error);
  add_row (document, row);
  must (document_end_list (document, &error), error);
}

/* Rather than shortening what is there, leave out what is not: 5 + 2 + 2 + 2 + 12 = 23 columns. */
START_TEST (table_leaves_out_what_is_empty)
{
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 23 }, fill_empty_spare,
          "Code   Id  Detail\nINV-1      12 columns !\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 22 }, fill_empty_spare,
          "Code   Detail\nINV-1  12 columns !\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 20, .no_header = TRUE }, fill_empty_spare,
          "INV-1  12 columns !\n");
}
END_TEST

START_TEST (table_leaves_out_what_it_can_spare)
{
  /* 9 + 2 + 21 + 2 + 10 + 2 + 5 = 51 columns; 46 when the name is shortened to 16, 39 without the date, 34 with both. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 51 }, fill_spare,
          "Code       Name                   Issued      Total\n"
          "INV-1      a name of 21 columns!  2026-01-01  99.00\n"
          "INV-2      b                      2026-01-01   1.00\n"
          "Total USD                                     99.00\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 46 }, fill_spare,
          "Code       Name              Issued      Total\n"
          "INV-1      a name of 21 co…  2026-01-01  99.00\n"
          "INV-2      b                 2026-01-01   1.00\n"
          "Total USD                                99.00\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 45 }, fill_spare,
          "Code       Name                   Total\n"
          "INV-1      a name of 21 columns!  99.00\n"
          "INV-2      b                       1.00\n"
          "Total USD                         99.00\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 37 }, fill_spare,
          "Code       Name                 Total\n"
          "INV-1      a name of 21 colum…  99.00\n"
          "INV-2      b                     1.00\n"
          "Total USD                       99.00\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 33 }, fill_spare,
          "Code       Total\n"
          "INV-1      99.00\n"
          "INV-2       1.00\n"
          "Total USD  99.00\n");
  /* What was asked for by name is there. */
  expect ((struct render_request){ .format = FORMAT_TABLE, .width = 16, .columns = "issued,total", .no_header = TRUE }, fill_spare,
          "2026-01-01  99.00\n2026-01-01   1.00\nTotal USD   99.00\n");
  /* And all of it where nobody sits in front of it. */
  expect ((struct render_request){ .format = FORMAT_CSV, .width = 25 }, fill_spare,
          "code,name,issued,total\nINV-1,a name of 21 columns!,2026-01-01,99.00\nINV-2,b,2026-01-01,1.00\n");
}
END_TEST

START_TEST (table_show)
{
  expect ((struct render_request){ .format = FORMAT_TABLE }, fill_show,
          "Code:       acme\n"
          "Time zone:  Europe/Berlin\n"
          "Balance:    -0.05\n"
          "Tax id:\n"
          "\n"
          "Lines\n"
          "Number     Name  Total\n"
          "fee        Base  99.00\n"
          "Total USD        99.00\n"
          "\n"
          "Notes\n"
          "Note\n"
          "late\n"); /* "Payments", a section without rows, says nothing */
}
END_TEST

static void
fill_large_totals (struct document *document)
{
  const struct cell row[] = { cell_code ("x"), cell_text ("y"), cell_money (INT64_MAX, currency_find ("USD")) };
  GError *error = NULL;
  must (document_begin_list (document, invoice_columns, 3, &error), error);
  add_row (document, row);
  add_row (document, row);
  add_row (document, row);
  must (document_end_list (document, &error), error);
}

START_TEST (table_total_that_does_not_fit)
{
  expect ((struct render_request){ .format = FORMAT_TABLE, .no_header = TRUE, .columns = "number,total" }, fill_large_totals,
          "x          92233720368547758.07\n"
          "x          92233720368547758.07\n"
          "x          92233720368547758.07\n"
          "Total USD             too large\n");
}
END_TEST

/* --- choice of columns ----------------------------------------------------------------------------------------- */

START_TEST (columns_are_chosen_in_every_format)
{
  expect ((struct render_request){ .format = FORMAT_CSV, .columns = "total,number" }, fill_invoices,
          "total,number\n99.00,INV-1\n-100,INV-2\n0.001,INV-3\n");
  expect ((struct render_request){ .format = FORMAT_JSON, .columns = "due,number" }, fill_invoices,
          "[\n  {\"due\": \"2026-01-01\", \"number\": \"INV-1\"},\n  {\"due\": \"1969-12-31\", \"number\": \"INV-2\"},\n"
          "  {\"due\": null, \"number\": \"INV-3\"}\n]\n");
  expect ((struct render_request){ .format = FORMAT_CSV, .columns = "name" }, fill_show, "name\nBase\n");
  expect ((struct render_request){ .format = FORMAT_CSV, .columns = "balance,code" }, fill_fields, "balance,code\n-0.05,acme\n");
  expect ((struct render_request){ .format = FORMAT_TABLE, .columns = "tax_id,code" }, fill_fields, "Tax id:\nCode:    acme\n");
  expect ((struct render_request){ .format = FORMAT_JSON, .columns = "code" }, fill_fields, "{\n  \"code\": \"acme\"\n}\n");
}
END_TEST

static void
expect_refused (const char *columns, const char *message, const char *hint)
{
  char *bytes = NULL;
  size_t length = 0;
  const struct render_request request = { .format = FORMAT_JSON, .columns = columns, .out = open_memstream (&bytes, &length) };
  g_autoptr (GError) error = NULL;
  struct document *document = NULL;
  must (document_new (&request, &document, &error), error);
  ck_assert (!document_begin_list (document, invoice_columns, 3, &error));
  ck_assert (g_error_matches (error, BILLCTL_ERROR, ERROR_USAGE));
  g_autofree char *said = error_message_text (error), *hinted = error_hint_text (error);
  ck_assert_str_eq (said, message);
  ck_assert_pstr_eq (hinted, hint);
  document_free (document);
  fclose (request.out);
  ck_assert_uint_eq (length, 0);
  free (bytes);
}

START_TEST (unknown_columns_are_refused)
{
  const char *known = "the columns are number, name, total";
  expect_refused ("number,nam", "there is no column 'nam'", known);
  expect_refused ("", "there is no column ''", known);
  expect_refused ("number,,name", "there is no column ''", known);
  expect_refused ("due", "there is no column 'due'", known);
  expect_refused ("name,number,name", "column 'name' is named twice", NULL);
}
END_TEST

/* --- write errors ---------------------------------------------------------------------------------------------- */

static void
expect_write_error (enum format format, FILE *out, guint64 rows, const char *message)
{
  const struct render_request request = { .format = format, .out = out };
  const struct cell cells[] = { cell_code ("INV-1"), cell_text ("a name"), cell_money (1, currency_find ("USD")) };
  g_autoptr (GError) error = NULL;
  struct document *document = NULL;
  must (document_new (&request, &document, &error), error);
  gboolean good = document_begin_list (document, invoice_columns, 3, &error);
  for (guint64 i = 0; good && i < rows; i++)
    good = document_row (document, cells, &error);
  good = good && document_end_list (document, &error) && document_close (document, &error);
  ck_assert (!good);
  ck_assert (g_error_matches (error, BILLCTL_ERROR, ERROR_FAILED));
  ck_assert_str_eq (error->message, message);
  document_free (document);
  fclose (out);
}

START_TEST (full_disk)
{
  for (enum format format = FORMAT_TABLE; format <= FORMAT_CSV; format++)
    {
      /* Few rows: only the last flush can tell. Many: the buffer and then stdio's buffer were flushed before. */
      expect_write_error (format, fopen ("/dev/full", "w"), 1, "writing the output: No space left on device");
      expect_write_error (format, fopen ("/dev/full", "w"), 20000, "writing the output: No space left on device");
    }
}
END_TEST

START_TEST (closed_pipe)
{
  int ends[2];
  ck_assert_ptr_ne (signal (SIGPIPE, SIG_IGN), SIG_ERR);
  ck_assert_int_eq (pipe (ends), 0);
  close (ends[0]);
  expect_write_error (FORMAT_CSV, fdopen (ends[1], "w"), 20000, "writing the output: Broken pipe");
}
END_TEST

/* An error shows before the last row of a long export, not only at its end. */
START_TEST (long_exports_stop_early)
{
  const struct render_request request = { .format = FORMAT_NDJSON, .out = fopen ("/dev/full", "w") };
  const struct cell cells[] = { cell_code ("INV-1"), cell_text ("a name"), cell_money (1, currency_find ("USD")) };
  struct document *document = NULL;
  int rows = 0;
  must (document_new (&request, &document, NULL), NULL);
  must (document_begin_list (document, invoice_columns, 3, NULL), NULL);
  while (rows < 1000000 && document_row (document, cells, NULL))
    rows++;
  ck_assert_int_lt (rows, 100000);
  document_free (document);
  fclose (request.out);
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("render");
  TCase *tests = tcase_create ("formats");
  tcase_add_test (tests, csv_list);
  tcase_add_test (tests, csv_quotes_only_what_needs_it);
  tcase_add_test (tests, csv_guards_formulas);
  tcase_add_test (tests, csv_is_exact_for_programs_and_harmless_on_a_terminal);
  tcase_add_test (tests, huge_text);
  tcase_add_test (tests, json_list);
  tcase_add_test (tests, ndjson_list);
  tcase_add_test (tests, json_show);
  tcase_add_test (tests, json_inside_json);
  tcase_add_test (tests, json_strings);
  tcase_add_test (tests, table_list);
  tcase_add_test (tests, table_choice_and_colour);
  tcase_add_test (tests, table_shortens_text);
  tcase_add_test (tests, table_wraps_text);
  tcase_add_test (tests, table_leaves_out_what_is_empty);
  tcase_add_test (tests, table_leaves_out_what_it_can_spare);
  tcase_add_test (tests, table_show);
  tcase_add_test (tests, table_total_that_does_not_fit);
  tcase_add_test (tests, columns_are_chosen_in_every_format);
  tcase_add_test (tests, unknown_columns_are_refused);
  tcase_add_test (tests, full_disk);
  tcase_add_test (tests, closed_pipe);
  tcase_add_test (tests, long_exports_stop_early);
  suite_add_tcase (suite, tests);
  return suite;
}
