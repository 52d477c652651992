/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact decimals for unit prices and quantities: 38 significant digits, up to 18 of them after the point.
 *
 * Source of the rule: "Money and quantities" in billctl(1). A decimal is a value type and always canonical: no
 * trailing zeros after the point, and zero is {0, 0}; so equal values have equal text. */
#ifndef BILLCTL_CORE_DECIMAL_H
#define BILLCTL_CORE_DECIMAL_H

#include "core/wide.h"

#include <stddef.h>

enum { DECIMAL_DIGITS_MAX = 38, DECIMAL_SCALE_MAX = 18, DECIMAL_TEXT_SIZE = 44 };

struct decimal {
  int128 coefficient; /* |coefficient| < 10^38 */
  int scale;          /* digits after the point, 0 … 18: value = coefficient / 10^scale */
};

#define DECIMAL_ZERO ((struct decimal){ 0, 0 })

enum decimal_status {
  DECIMAL_OK,
  DECIMAL_SYNTAX,          /* not a plain or exponent decimal ("1,5", "NaN", "", "0x1", " 1") */
  DECIMAL_TOO_MANY_DIGITS, /* more than 38 significant digits, or too large ("1e400") */
  DECIMAL_TOO_FINE,        /* more than 18 digits after the point, trailing zeros not counted */
  DECIMAL_OVERFLOW,        /* a result does not fit */
};

/* Reads exactly `length` bytes: [+-]digits[.digits][(e|E)[+-]digits], at least one digit before or after the point.
 * Trailing zeros after the point are accepted beyond 18 places, as cloud exports write them. */
enum decimal_status decimal_parse (const char *text, size_t length, struct decimal *ret);

/* Plain notation, NUL-terminated, never an exponent; returns the length. */
size_t decimal_format (struct decimal value, char text[DECIMAL_TEXT_SIZE]);

/* What the status means, in words that finish the sentence "quantity X …". */
const char *decimal_status_text (enum decimal_status status);

struct decimal decimal_from_int64 (int64_t value);
int decimal_sign (struct decimal value);                  /* -1, 0, 1 */
int decimal_compare (struct decimal a, struct decimal b); /* -1, 0, 1 */
struct decimal decimal_negate (struct decimal value);

/* coefficient / 10^scale for a scale of 0 … 18, made canonical. */
enum decimal_status decimal_make (int128 coefficient, int scale, struct decimal *ret);

/* DECIMAL_OK or DECIMAL_OVERFLOW; *ret is untouched on overflow. */
enum decimal_status decimal_add (struct decimal a, struct decimal b, struct decimal *ret);
enum decimal_status decimal_subtract (struct decimal a, struct decimal b, struct decimal *ret);

/* percent / 100 and back, exactly: "1.3" and 0.013. DECIMAL_OVERFLOW when that takes more digits than a decimal has. */
enum decimal_status decimal_from_percent (struct decimal percent, struct decimal *ret);
enum decimal_status decimal_to_percent (struct decimal fraction, struct decimal *ret);

/* ceil (value / block): the number of started blocks; 0 for value <= 0. DECIMAL_OVERFLOW too when block is not above 0. */
enum decimal_status decimal_started_blocks (struct decimal value, struct decimal block, struct decimal *ret);

#endif
