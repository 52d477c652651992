/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ISO 4217 currencies in use, with their number of minor-unit digits. Source: ISO 4217 list one. */
#ifndef BILLCTL_CORE_CURRENCY_H
#define BILLCTL_CORE_CURRENCY_H

#include <stddef.h>
#include <stdint.h>

struct currency {
  char code[4]; /* upper case, NUL-terminated */
  int16_t number;
  int8_t digits; /* 0, 2, 3 or 4 */
};

/* NULL when there is no such currency. Letter case does not matter. Codes without minor units (XAU, XXX, …) are not
 * currencies that something can be billed in and are not found. */
const struct currency *currency_find (const char *code);

/* The whole table, for completion and tests. */
const struct currency *currency_table (size_t *ret_count);

#endif
