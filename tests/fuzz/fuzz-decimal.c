/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimals: whatever parses is canonical, prints as text that parses to the same value, and keeps the laws of addition. */
#include "fuzz.h"

#include "core/decimal.h"
#include "core/exact.h"

#include <string.h>

static void
check_round_trip (struct decimal value)
{
  char text[DECIMAL_TEXT_SIZE];
  struct decimal again;
  size_t length = decimal_format (value, text);
  HOLDS (length < sizeof text && text[length] == '\0' && strlen (text) == length);
  HOLDS (decimal_parse (text, length, &again) == DECIMAL_OK);
  HOLDS (again.coefficient == value.coefficient && again.scale == value.scale);
  HOLDS (strpbrk (text, "eE+ ") == NULL);
}

static void
check_sum (struct decimal a, struct decimal b)
{
  struct decimal sum, back;
  if (decimal_add (a, b, &sum) != DECIMAL_OK)
    return;
  check_round_trip (sum);
  if (decimal_subtract (sum, b, &back) == DECIMAL_OK)
    HOLDS (decimal_compare (back, a) == 0);
}

static void
check_product (struct decimal a, struct decimal b)
{
  struct exact product, again;
  char text[EXACT_TEXT_SIZE];
  if (!exact_product (a, b, &product))
    return;
  size_t length = exact_format (&product, text);
  HOLDS (exact_parse (text, length, &again) && exact_compare (&product, &again) == 0);
  int64_t minor = 0;
  exact_round (&product, (struct ratio){ 7, 31 }, 2, &minor);
}

/* Two decimals, a blank between them; the second may be missing. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  const char *blank = size == 0 ? NULL : memchr (text, ' ', size);
  size_t first = blank == NULL ? size : (size_t) (blank - text);
  struct decimal a = DECIMAL_ZERO, b = DECIMAL_ZERO;
  struct exact parsed;
  if (exact_parse (text, first, &parsed)) {
    char again[EXACT_TEXT_SIZE];
    HOLDS (exact_format (&parsed, again) == first && memcmp (again, text, first) == 0);
  }
  if (decimal_parse (text, first, &a) != DECIMAL_OK)
    return 0;
  check_round_trip (a);
  check_round_trip (decimal_negate (a));
  if (blank == NULL || decimal_parse (blank + 1, size - first - 1, &b) != DECIMAL_OK)
    return 0;
  check_sum (a, b);
  check_product (a, b);
  HOLDS (decimal_compare (a, b) == -decimal_compare (b, a));
  struct decimal blocks;
  if (decimal_sign (b) > 0 && decimal_started_blocks (a, b, &blocks) == DECIMAL_OK)
    HOLDS (decimal_sign (blocks) >= 0 && blocks.scale == 0);
  return 0;
}
