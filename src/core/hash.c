/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XXH64, written from the xxHash specification. Names follow its text. */
#include "core/hash.h"

static const uint64_t prime_1 = UINT64_C (0x9E3779B185EBCA87);
static const uint64_t prime_2 = UINT64_C (0xC2B2AE3D27D4EB4F);
static const uint64_t prime_3 = UINT64_C (0x165667B19E3779F9);
static const uint64_t prime_4 = UINT64_C (0x85EBCA77C2B2AE63);
static const uint64_t prime_5 = UINT64_C (0x27D4EB2F165667C5);

static uint64_t
rotate_left (uint64_t value, int bits)
{
  return value << bits | value >> (64 - bits);
}

/* Lanes are little endian on every machine, so that a ledger can move between them. */
static uint64_t
lane_32 (const unsigned char *bytes)
{
  return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
}

static uint64_t
lane_64 (const unsigned char *bytes)
{
  return lane_32 (bytes) | lane_32 (bytes + 4) << 32;
}

static uint64_t
round_lane (uint64_t accumulator, uint64_t lane)
{
  return rotate_left (accumulator + lane * prime_2, 31) * prime_1;
}

static uint64_t
merge_accumulator (uint64_t hash, uint64_t accumulator)
{
  return (hash ^ round_lane (0, accumulator)) * prime_1 + prime_4;
}

/* Steps 1 to 3: whole stripes of 32 bytes. Advances *bytes behind them. */
static uint64_t
hash_stripes (const unsigned char **bytes, size_t length, uint64_t seed)
{
  const unsigned char *at = *bytes;
  uint64_t a = seed + prime_1 + prime_2, b = seed + prime_2, c = seed, d = seed - prime_1;
  uint64_t hash;

  for (; length >= 32; length -= 32, at += 32) {
    a = round_lane (a, lane_64 (at));
    b = round_lane (b, lane_64 (at + 8));
    c = round_lane (c, lane_64 (at + 16));
    d = round_lane (d, lane_64 (at + 24));
  }
  *bytes = at;
  hash = rotate_left (a, 1) + rotate_left (b, 7) + rotate_left (c, 12) + rotate_left (d, 18);
  hash = merge_accumulator (hash, a);
  hash = merge_accumulator (hash, b);
  hash = merge_accumulator (hash, c);
  return merge_accumulator (hash, d);
}

/* Step 6: mixes all bits into all bits. */
static uint64_t
avalanche (uint64_t hash)
{
  hash ^= hash >> 33;
  hash *= prime_2;
  hash ^= hash >> 29;
  hash *= prime_3;
  return hash ^ hash >> 32;
}

uint64_t
hash64 (const void *data, size_t length, uint64_t seed)
{
  const unsigned char *at = data;
  size_t rest = length;
  uint64_t hash = seed + prime_5;

  if (length >= 32) {
    hash = hash_stripes (&at, length, seed);
    rest = length % 32;
  }
  hash += length;
  for (; rest >= 8; rest -= 8, at += 8)
    hash = rotate_left (hash ^ round_lane (0, lane_64 (at)), 27) * prime_1 + prime_4;
  if (rest >= 4) {
    hash = rotate_left (hash ^ lane_32 (at) * prime_1, 23) * prime_2 + prime_3;
    rest -= 4;
    at += 4;
  }
  for (; rest > 0; rest--, at++)
    hash = rotate_left (hash ^ *at * prime_5, 11) * prime_1;
  return avalanche (hash);
}
