/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A 64-bit hash that finds candidates for equality; it never decides equality. Stored in ledgers, so it never changes. */
#ifndef BILLCTL_CORE_HASH_H
#define BILLCTL_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* XXH64 of the bytes. Source: the xxHash specification, "XXH64 algorithm description". */
uint64_t hash64 (const void *data, size_t length, uint64_t seed);

#endif
