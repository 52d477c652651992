/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells: how they are made, and their plain text. */
#include "render/renderer.h"

#include "base/error.h"
#include "core/money.h"

static struct cell
text_cell (enum cell_kind kind, const char *text)
{
  if (text == NULL)
    return cell_null ();
  return (struct cell){ .kind = kind, .text = { .bytes = text, .length = -1 } };
}

static struct cell
number_cell (enum cell_kind kind, gint64 number)
{
  return (struct cell){ .kind = kind, .number = number };
}

struct cell
cell_null (void)
{
  return (struct cell){ .kind = CELL_NULL };
}

struct cell
cell_text (const char *text)
{
  return text_cell (CELL_TEXT, text);
}

struct cell
cell_text_n (const char *text, gsize length)
{
  if (text == NULL)
    return cell_null ();
  return (struct cell){ .kind = CELL_TEXT, .text = { .bytes = text, .length = (gssize) length } };
}

struct cell
cell_code (const char *code)
{
  return text_cell (CELL_CODE, code);
}

struct cell
cell_words (const char *code)
{
  struct cell cell = text_cell (CELL_CODE, code);
  cell.words = TRUE;
  return cell;
}

struct cell
cell_integer (gint64 number)
{
  return number_cell (CELL_INTEGER, number);
}

struct cell
cell_decimal (const char *text)
{
  return text_cell (CELL_DECIMAL, text);
}

struct cell
cell_money (gint64 minor, const struct currency *currency)
{
  if (currency == NULL)
    BUG ("an amount without its currency");
  return (struct cell){ .kind = CELL_MONEY, .number = minor, .currency = currency };
}

struct cell
cell_money_if (gboolean counts, gint64 minor, const struct currency *currency)
{
  struct cell cell = cell_money (minor, currency);
  cell.uncounted = !counts;
  return cell;
}

struct cell
cell_currency (const char *code)
{
  return text_cell (CELL_CURRENCY, code);
}

struct cell
cell_boolean (gboolean value)
{
  return number_cell (CELL_BOOLEAN, value != FALSE);
}

struct cell
cell_date (struct date date)
{
  return number_cell (CELL_DATE, date.day);
}

struct cell
cell_instant (gint64 instant_us)
{
  return number_cell (CELL_INSTANT, instant_us);
}

struct cell
cell_json (const char *json)
{
  return text_cell (CELL_JSON, json);
}

gboolean
cell_has_text (const struct cell *cell)
{
  return cell->kind == CELL_TEXT || cell->kind == CELL_CODE || cell->kind == CELL_DECIMAL || cell->kind == CELL_CURRENCY
         || cell->kind == CELL_JSON;
}

gsize
cell_text_length (const struct cell *cell)
{
  return cell->text.length < 0 ? strlen (cell->text.bytes) : (gsize) cell->text.length;
}

gsize
integer_format (gint64 number, char text[CELL_TEXT_SIZE])
{
  char digits[24];
  gsize start = sizeof digits;
  guint64 rest = number < 0 ? 0 - (guint64) number : (guint64) number;
  do
    {
      digits[--start] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  while (rest > 0);
  if (number < 0)
    digits[--start] = '-';
  memcpy (text, digits + start, sizeof digits - start);
  return sizeof digits - start;
}

G_STATIC_ASSERT ((int) CELL_TEXT_SIZE >= (int) MONEY_TEXT_SIZE);
G_STATIC_ASSERT ((int) CELL_TEXT_SIZE >= (int) INSTANT_TEXT_SIZE);
G_STATIC_ASSERT ((int) CELL_TEXT_SIZE >= (int) DATE_TEXT_SIZE);

gsize
cell_format (const struct cell *cell, char text[CELL_TEXT_SIZE])
{
  switch (cell->kind)
    {
    case CELL_INTEGER:
      return integer_format (cell->number, text);
    case CELL_MONEY:
      return money_format (cell->number, cell->currency, text);
    case CELL_DATE:
      return date_format ((struct date){ (int32_t) cell->number }, text);
    case CELL_INSTANT:
      return instant_format (cell->number, text);
    case CELL_BOOLEAN:
      memcpy (text, cell->number ? "true" : "false", 6 - (gsize) cell->number);
      return 5 - (gsize) cell->number;
    case CELL_NULL:
    case CELL_TEXT:
    case CELL_CODE:
    case CELL_DECIMAL:
    case CELL_CURRENCY:
    case CELL_JSON:
      break;
    }
  return 0;
}
