/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One tree, three ways to write it. */
#include "cmd/explain-document.h"

#include "base/json.h"
#include "base/text.h"
#include "core/money.h"

#include <stdio.h>
#include <string.h>

/* Where nothing says how wide the terminal is, and the widest that a reader can follow from a text to its amount. */
enum { WIDTH_USUAL = 80, WIDTH_LEAST = 40, WIDTH_MOST = 120, INDENT = 2, INDENT_MOST = 16, TEXT_LEAST = 16 };

/* --- Text --- */

struct sheet {
  FILE *out;
  const struct currency *currency;
  int width;
};

/* How many bytes of the text fill at most so many columns, cut at a space where there is one. */
static gsize
fitting (const char *text, int columns)
{
  gsize end = 0, space = 0;
  if (text_display_width (text, -1) <= (gsize) columns)
    return strlen (text);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gsize next = (gsize) (g_utf8_next_char (at) - text);
    if (text_display_width (text, (gssize) next) > (gsize) columns)
      return space > 0 ? space : MAX (end, (gsize) (g_utf8_next_char (text) - text));
    if (*at == ' ')
      space = (gsize) (at - text);
    end = next;
  }
  return end;
}

/* The text in lines that leave `room` columns free on the right, the first one behind `bullet`; the amount stands at the end of the
 * last. */
static void
write_text (const struct sheet *sheet, int depth, const char *bullet, const char *text, const char *amount)
{
  g_autofree char *safe = text_sanitize (text, -1);
  int indent = MIN (depth * INDENT, INDENT_MOST), hang = indent + (int) strlen (bullet);
  int room = amount == NULL ? 0 : (int) strlen (amount) + 1;
  int columns = MAX (sheet->width - hang - room, TEXT_LEAST);
  const char *rest = safe;
  gboolean first = TRUE;
  do {
    gsize length = fitting (rest, columns);
    gboolean last = rest[length] == '\0';
    fprintf (sheet->out, "%*s%s%.*s", first ? indent : hang, "", first ? bullet : "", (int) length, rest);
    if (last && amount != NULL)
      fprintf (sheet->out, "%*s", MAX (sheet->width - hang - (int) text_display_width (rest, (gssize) length), (int) strlen (amount) + 1), amount);
    fputc ('\n', sheet->out);
    rest += length;
    while (*rest == ' ')
      rest++;
    first = FALSE;
  } while (*rest != '\0');
}

static void
write_node (const struct sheet *sheet, const struct explain_node *node, int depth)
{
  g_autofree char *label = node->exact_amount == NULL ? g_strdup (node->label) : g_strdup_printf ("%s = %s", node->label, node->exact_amount);
  char amount[MONEY_TEXT_SIZE];
  if (node->has_amount)
    money_format (node->amount_minor, sheet->currency, amount);
  write_text (sheet, depth, depth == 0 ? "" : "- ", label, node->has_amount ? amount : NULL);
  for (guint i = 0; i < node->words->len; i++)
    write_text (sheet, depth, depth == 0 ? "" : "  ", g_ptr_array_index (node->words, i), NULL);
  for (guint i = 0; i < node->children->len; i++)
    write_node (sheet, g_ptr_array_index (node->children, i), depth + 1);
}

static gboolean
print (const struct invocation *invocation, const struct explanation *explanation)
{
  int width = invocation->render.width == 0 ? WIDTH_USUAL : CLAMP (invocation->render.width, WIDTH_LEAST, WIDTH_MOST);
  const struct sheet sheet = { invocation->render.out, explanation->currency, width };
  char day[DATE_TEXT_SIZE];
  date_format (explanation->billed_on, day);
  g_autofree char *head = g_strdup_printf ("%s, %s, for %s (%s), fell due %s", explanation->reference, explanation->status, explanation->customer,
                                           explanation->customer_name, day);
  g_autofree char *scale = g_strdup_printf ("Amounts in %s, days of %s.", explanation->currency->code, explanation->timezone);
  write_text (&sheet, 0, "", head, NULL);
  write_text (&sheet, 0, "", scale, NULL);
  fputc ('\n', sheet.out);
  write_node (&sheet, explanation->root, 0);
  if (explanation->proved == NULL)
    return TRUE;
  fputs ("\nProved:\n", sheet.out);
  for (guint i = 0; i < explanation->proved->len; i++)
    write_text (&sheet, 0, "- ", g_ptr_array_index (explanation->proved, i), NULL);
  return TRUE;
}

/* --- JSON --- */

static const char *const sums[] = { NULL, "amount", "exact_amount" };

static void
append_text (GString *out, const char *key, const char *text)
{
  g_string_append_printf (out, ",\"%s\":", key);
  if (text == NULL)
    g_string_append (out, "null");
  else
    json_append_string (out, text);
}

static void
append_texts (GString *out, const GPtrArray *texts)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < texts->len; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    json_append_string (out, g_ptr_array_index (texts, i));
  }
  g_string_append_c (out, ']');
}

static void
append_node (GString *out, const struct explain_node *node)
{
  g_string_append (out, "{\"node\":");
  json_append_string (out, explain_kind_name (node->kind));
  if (node->position == 0)
    g_string_append (out, ",\"line\":null");
  else
    g_string_append_printf (out, ",\"line\":%" G_GINT64_FORMAT, node->position);
  append_text (out, "label", node->label);
  if (node->has_amount)
    g_string_append_printf (out, ",\"amount\":%" G_GINT64_FORMAT, node->amount_minor);
  else
    g_string_append (out, ",\"amount\":null");
  append_text (out, "exact_amount", node->exact_amount);
  append_text (out, "sum_of", sums[node->sum]);
  g_string_append_printf (out, ",\"adds\":%s,\"words\":", node->adds ? "true" : "false");
  append_texts (out, node->words);
  g_string_append_printf (out, ",\"facts\":{%s},\"children\":[", node->facts->str);
  for (guint i = 0; i < node->children->len; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    append_node (out, g_ptr_array_index (node->children, i));
  }
  g_string_append (out, "]}");
}

static gboolean
write_object (struct document *document, const struct explanation *explanation, GError **error)
{
  g_autoptr (GString) tree = g_string_new (NULL), proved = g_string_new (NULL);
  append_node (tree, explanation->root);
  if (explanation->proved != NULL)
    append_texts (proved, explanation->proved);
  return document_field (document, "invoice", "Invoice", cell_code (explanation->reference), error)
         && document_field (document, "status", "Status", cell_code (explanation->status), error)
         && document_field (document, "customer", "Customer", cell_code (explanation->customer), error)
         && document_field (document, "billed_on", "Fell due", cell_date (explanation->billed_on), error)
         && document_field (document, "timezone", "Time zone", cell_text (explanation->timezone), error)
         && document_field (document, "currency", "Currency", cell_currency (explanation->currency->code), error)
         && document_field (document, "total", "Total", cell_money (explanation->total_minor, explanation->currency), error)
         && document_field (document, "proved", "Proved", explanation->proved == NULL ? cell_null () : cell_json (proved->str), error)
         && document_field (document, "tree", "Tree", cell_json (tree->str), error);
}

/* --- Rows --- */

static const struct column columns[] = {
  { .key = "number", .title = "Node", .kind = CELL_INTEGER },
  { .key = "parent", .title = "Of", .kind = CELL_INTEGER },
  { .key = "depth", .title = "Depth", .kind = CELL_INTEGER, .hidden = TRUE },
  { .key = "node", .title = "Kind", .kind = CELL_CODE },
  { .key = "line", .title = "Line", .kind = CELL_INTEGER },
  { .key = "label", .title = "What", .kind = CELL_TEXT },
  { .key = "words", .title = "Words", .kind = CELL_TEXT, .wrap = TRUE },
  { .key = "exact_amount", .title = "Exact amount", .kind = CELL_DECIMAL },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "currency", .title = "Currency", .kind = CELL_CURRENCY },
};

struct rows {
  struct document *document;
  const struct currency *currency;
  gint64 count;
};

static gboolean
write_row (struct rows *rows, const struct explain_node *node, gint64 parent, gint64 depth, GError **error)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gint64 number = ++rows->count;
  for (guint i = 0; i < node->words->len; i++)
    g_string_append_printf (words, "%s%s", i == 0 ? "" : "; ", (const char *) g_ptr_array_index (node->words, i));
  const struct cell cells[] = {
    cell_integer (number),
    parent == 0 ? cell_null () : cell_integer (parent),
    cell_integer (depth),
    cell_code (explain_kind_name (node->kind)),
    node->position == 0 ? cell_null () : cell_integer (node->position),
    cell_text (node->label),
    cell_text (words->str),
    cell_decimal (node->exact_amount),
    node->has_amount ? cell_money (node->amount_minor, rows->currency) : cell_null (),
    cell_currency (rows->currency->code),
  };
  if (!document_row (rows->document, cells, error))
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (!write_row (rows, g_ptr_array_index (node->children, i), number, depth + 1, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_rows (struct document *document, const struct explanation *explanation, GError **error)
{
  struct rows rows = { document, explanation->currency, 0 };
  return document_begin_list (document, columns, G_N_ELEMENTS (columns), error) && write_row (&rows, explanation->root, 0, 0, error)
         && document_end_list (document, error);
}

gboolean
explain_document_write (const struct invocation *invocation, const struct explanation *explanation, GError **error)
{
  g_autoptr (document_t) document = NULL;
  enum format format = invocation->render.format;
  if (format == FORMAT_TABLE && invocation->render.columns == NULL)
    return print (invocation, explanation);
  return document_new (&invocation->render, &document, error)
         && (format == FORMAT_JSON ? write_object (document, explanation, error) : write_rows (document, explanation, error))
         && document_close (document, error);
}
