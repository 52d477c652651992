/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Repeatable draws for property tests (an additive counter, mixed; the quality suffices for test data). */
#ifndef BILLCTL_TESTS_UNIT_RANDOM_H
#define BILLCTL_TESTS_UNIT_RANDOM_H

#include "core/wide.h"

struct random {
  uint64_t state;
};

static inline uint64_t
random_bits (struct random *random)
{
  uint64_t mixed = random->state += UINT64_C (0x9E3779B97F4A7C15);

  mixed = (mixed ^ mixed >> 32) * UINT64_C (0xD6E8FEB86659FD93);
  mixed = (mixed ^ mixed >> 32) * UINT64_C (0xD6E8FEB86659FD93);
  return mixed ^ mixed >> 32;
}

/* low … high, both included. */
static inline int64_t
random_between (struct random *random, int64_t low, int64_t high)
{
  const uint64_t span = (uint64_t)high - (uint64_t)low + 1;
  const uint64_t bits = random_bits (random);

  return (int64_t)((uint64_t)low + (span == 0 ? bits : bits % span));
}

/* 0 … 2^bits - 1, for 0 … 127 bits, with small numbers as likely as large ones. */
static inline int128
random_up_to_bits (struct random *random, int bits)
{
  const uint128 wide = (uint128)random_bits (random) << 64 | random_bits (random);
  const int kept = (int)random_between (random, 0, bits);

  return kept == 0 ? 0 : (int128)(wide >> (128 - kept));
}

#endif
