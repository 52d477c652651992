/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every fuzz target is: one function that must survive any bytes, and abort when a property does not hold. With
 * libFuzzer it is linked alone (`make fuzz`); with driver.c it reads files again (`make check` replays the corpus). */
#ifndef BILLCTL_TESTS_FUZZ_H
#define BILLCTL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A property of the code under test. */
#define HOLDS(condition) \
  do { \
    if (!(condition)) { \
      fprintf (stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      abort (); \
    } \
  } while (0)

#endif
