/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XXH64 against the sanity vectors that are published with xxHash, and against digests of texts. */
#include "core/hash.h"

#include "tap-main.h"

#include <string.h>

enum { BUFFER_SIZE = 2367 };

static const uint64_t seed_32 = 2654435761; /* the vectors' second seed */

/* The buffer that the published vectors are made from. */
static void
fill_sanity_buffer (unsigned char buffer[BUFFER_SIZE])
{
  uint64_t state = seed_32;

  for (size_t i = 0; i < BUFFER_SIZE; i++, state *= UINT64_C (11400714785074694797))
    buffer[i] = (unsigned char)(state >> 56);
}

START_TEST (published_vectors)
{
  const struct {
    size_t length;
    uint64_t seed, expected;
  } rows[] = {
    { 0, 0, UINT64_C (0xEF46DB3751D8E999) },        { 0, seed_32, UINT64_C (0xAC75FDA2929B17EF) },
    { 1, 0, UINT64_C (0xE934A84ADB052768) },        { 1, seed_32, UINT64_C (0x5014607643A9B4C3) },
    { 3, 0, UINT64_C (0xFF7E1959CB50794A) },        { 3, seed_32, UINT64_C (0xAA8584E83660F7D1) },
    { 4, 0, UINT64_C (0x9136A0DCA57457EE) },        { 8, 0, UINT64_C (0xCDBCF538E71D1348) },
    { 8, seed_32, UINT64_C (0xFE0C047A5353CDAC) },  { 14, 0, UINT64_C (0x8282DCC4994E35C8) },
    { 14, seed_32, UINT64_C (0xC3BD6BF63DEB6DF0) }, { 16, 0, UINT64_C (0x98C90B57FDFCB55C) },
    { 17, 0, UINT64_C (0x0D39A2D051A30C2C) },       { 17, seed_32, UINT64_C (0x495CD68A647C7A22) },
    { 24, 0, UINT64_C (0xF75A6DEA42DC5BF4) },       { 32, 0, UINT64_C (0x18B216492BB44B70) },
    { 32, seed_32, UINT64_C (0xB3F33BDF93ADE409) }, { 100, 0, UINT64_C (0x4BFE019CD91D9EA4) },
    { 222, 0, UINT64_C (0xB641AE8CB691C174) },      { 222, seed_32, UINT64_C (0x20CB8AB7AE10C14A) },
    { 2367, 0, UINT64_C (0xA82418DDEC0EA581) },     { 2367, seed_32, UINT64_C (0xA36A93C18052673A) },
  };
  unsigned char buffer[BUFFER_SIZE];

  fill_sanity_buffer (buffer);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    ck_assert_msg (hash64 (buffer, rows[i].length, rows[i].seed) == rows[i].expected, "length %zu, seed %llu", rows[i].length,
                   (unsigned long long)rows[i].seed);
}
END_TEST

START_TEST (texts)
{
  const char *const text = "Nobody inspects the spammish repetition";

  ck_assert_uint_eq (hash64 ("a", 1, 0), UINT64_C (0xD24EC4F1A98C6E5B));
  ck_assert_uint_eq (hash64 ("abc", 3, 0), UINT64_C (0x44BC2CF5AD770999));
  ck_assert_uint_eq (hash64 (text, strlen (text), 0), UINT64_C (0xFBCEA83C8A378BF1));
}
END_TEST

START_TEST (alignment_does_not_matter)
{
  unsigned char buffer[BUFFER_SIZE], shifted[BUFFER_SIZE + 8];

  fill_sanity_buffer (buffer);
  for (size_t by = 0; by < 8; by++) {
    memcpy (shifted + by, buffer, BUFFER_SIZE);
    ck_assert_uint_eq (hash64 (shifted + by, BUFFER_SIZE, 0), UINT64_C (0xA82418DDEC0EA581));
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("hash");
  TCase *tcase = tcase_create ("xxh64");

  tcase_add_test (tcase, published_vectors);
  tcase_add_test (tcase, texts);
  tcase_add_test (tcase, alignment_does_not_matter);
  suite_add_tcase (suite, tcase);
  return suite;
}
