/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what is measured to what is billed: a larger unit, and a quantity rounded to blocks of it. */
#ifndef BILLCTL_CORE_CONVERSION_H
#define BILLCTL_CORE_CONVERSION_H

#include "core/decimal.h"

/* Of the absolute value: a negative quantity is converted as the mirror image of the positive one. */
enum conversion_rounding {
  CONVERSION_EXACT,   /* as it is, half away from zero to 18 places where it has more */
  CONVERSION_UP,      /* to the next multiple of `block` */
  CONVERSION_DOWN,    /* to the last one */
  CONVERSION_NEAREST, /* to the nearest one, half away from zero */
};

/* All zero: nothing is converted. */
struct conversion {
  struct decimal unit_size; /* so many measured units are one that is billed; zero: 1 */
  enum conversion_rounding rounding;
  struct decimal block; /* unless EXACT, in billed units, above zero */
};

enum { CONVERSION_DIGITS_MAX = 18 }; /* of unit size and block, before and after the point together */

bool conversion_is_none (const struct conversion *conversion);

/* Unit size and block are above zero where they count, and have no more digits than they may. */
bool conversion_check (const struct conversion *conversion);

/* The billed quantity, with one rounding; DECIMAL_OVERFLOW when it does not fit. The conversion is well formed. */
enum decimal_status conversion_apply (const struct conversion *conversion, struct decimal quantity, struct decimal *ret);

#endif
