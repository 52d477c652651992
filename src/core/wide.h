/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The widest integers that billing needs: 128 bits for one decimal, 256 bits for the product of two.
 *
 * Pure arithmetic: no allocation, no floating point, no I/O. Every operation that can overflow says so. */
#ifndef BILLCTL_CORE_WIDE_H
#define BILLCTL_CORE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* A signed 256-bit integer in two's complement, least significant limb first. */
struct wide {
  uint64_t limb[4];
};

struct wide wide_from_int128 (int128 value);
bool wide_is_negative (const struct wide *value);
bool wide_is_zero (const struct wide *value);
int wide_compare (const struct wide *a, const struct wide *b); /* -1, 0, 1 */
struct wide wide_product (int128 a, int128 b);                 /* never overflows */

/* Each returns false and leaves *ret alone when the result does not fit 256 bits. */
bool wide_add (const struct wide *a, const struct wide *b, struct wide *ret);
bool wide_subtract (const struct wide *a, const struct wide *b, struct wide *ret);
bool wide_multiply (const struct wide *a, uint64_t factor, struct wide *ret);
bool wide_to_int64 (const struct wide *value, int64_t *ret);
bool wide_to_int128 (const struct wide *value, int128 *ret);

/* Quotient rounded half away from zero. The divisor is positive. */
struct wide wide_divide_rounded (const struct wide *value, const struct wide *divisor);

/* Truncated quotient by a positive 64-bit divisor; *ret_remainder has the sign of the value's magnitude (>= 0). */
struct wide wide_divide_small (const struct wide *value, uint64_t divisor, uint64_t *ret_remainder);

#endif
