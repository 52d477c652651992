/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taxes: a rounding for each rate, and parts of it for the lines. */
#include "core/tax.h"

#include "core/money.h"

#include <string.h>

static const char kind_names[][16] = {
  [TAX_EXCLUSIVE] = "exclusive", [TAX_INCLUSIVE] = "inclusive", [TAX_ZERO] = "zero",
  [TAX_EXEMPT] = "exempt",       [TAX_REVERSE_CHARGE] = "reverse_charge",
};

const char *
tax_kind_name (enum tax_kind kind)
{
  return kind_names[kind];
}

bool
tax_kind_parse (const char *text, enum tax_kind *ret)
{
  for (int kind = 0; kind < TAX_KIND_COUNT; kind++)
    if (strcmp (text, kind_names[kind]) == 0) {
      *ret = (enum tax_kind)kind;
      return true;
    }
  return false;
}

bool
tax_percent_to_parts (struct decimal percent, int64_t *ret_parts)
{
  int128 parts = percent.coefficient;

  if (percent.scale > TAX_PERCENT_PLACES_MAX || decimal_sign (percent) < 0
      || decimal_compare (percent, decimal_from_int64 (100)) > 0)
    return false;
  for (int scale = percent.scale; scale < TAX_PERCENT_PLACES_MAX; scale++)
    parts *= 10;
  *ret_parts = (int64_t)parts;
  return true;
}

/* What is rounded together: the entries of one rate whose lines have the same taxes inside their prices. The tax is
 * base × parts / whole. With a sign of -1 it is computed as the mirror image, so that a credit is taxed as what it takes back. */
struct group {
  const struct tax_sheet *sheet;
  size_t rate;
  int64_t parts;
  int64_t whole;
  int sign;
};

static bool
belongs (const struct group *group, const struct tax_entry *entry)
{
  return entry->rate == group->rate && entry->whole == group->whole;
}

static int64_t
divide_rounded (int128 value, int64_t divisor)
{
  const int128 magnitude = value < 0 ? -value : value;
  const int128 rounded = (2 * magnitude + divisor) / ((int128)2 * divisor);

  return (int64_t)(value < 0 ? -rounded : rounded);
}

static int128
divide_floor (int128 value, int64_t divisor)
{
  return value / divisor - (value % divisor < 0);
}

/* What the floor of the entry's part, which stands in tax_minor, leaves of it: from 0 to below `whole`. */
static int64_t
remainder_of (const struct group *group, const struct tax_entry *entry)
{
  return (int64_t)((int128)entry->base_minor * group->sign * group->parts - (int128)entry->tax_minor * group->whole);
}

static size_t
count_from (const struct group *group, int64_t least)
{
  const struct tax_sheet *const sheet = group->sheet;
  size_t count = 0;

  for (size_t i = 0; i < sheet->entry_count; i++)
    count += belongs (group, &sheet->entries[i]) && remainder_of (group, &sheet->entries[i]) >= least;
  return count;
}

/* The largest value that at least `wanted` > 0 remainders reach: built from its highest bit down. */
static int64_t
threshold_for (const struct group *group, size_t wanted)
{
  int64_t threshold = 0, bit = 1;

  while (bit < group->whole)
    bit <<= 1;
  for (; bit != 0; bit >>= 1)
    if (count_from (group, threshold | bit) >= wanted)
      threshold |= bit;
  return threshold;
}

/* One unit more for the largest remainders, the earlier of two equal ones first. A floor is only raised once its own remainder has
 * been read. */
static void
give_out (const struct group *group, size_t units)
{
  const int64_t threshold = threshold_for (group, units);
  size_t ties = units - count_from (group, threshold + 1);

  for (size_t i = 0; i < group->sheet->entry_count; i++) {
    struct tax_entry *const entry = &group->sheet->entries[i];
    const int64_t remainder = belongs (group, entry) ? remainder_of (group, entry) : -1;

    if (remainder > threshold || (remainder == threshold && ties > 0)) {
      ties -= remainder == threshold;
      entry->tax_minor++;
    }
  }
}

static bool
add_bases (const struct group *group, int64_t *ret_minor)
{
  int64_t sum = 0;

  for (size_t i = 0; i < group->sheet->entry_count; i++) {
    const struct tax_entry *const entry = &group->sheet->entries[i];

    if (belongs (group, entry) && !money_add (sum, entry->base_minor, &sum))
      return false;
  }
  *ret_minor = sum;
  return true;
}

/* Of the sum; of the first amount where that is 0, so that there is a mirror image even then. */
static int
sign_of (const struct group *group, int64_t base)
{
  for (size_t i = 0; base == 0 && i < group->sheet->entry_count; i++)
    if (belongs (group, &group->sheet->entries[i]))
      base = group->sheet->entries[i].base_minor;
  return base < 0 ? -1 : 1;
}

/* One rounding for the group, and parts of it for its entries. */
static bool
spread (struct group *group)
{
  int64_t base = 0;

  if (!add_bases (group, &base))
    return false;
  group->sign = sign_of (group, base);
  int128 left = (int128)divide_rounded ((int128)base * group->parts, group->whole) * group->sign;

  for (size_t i = 0; i < group->sheet->entry_count; i++) {
    struct tax_entry *const entry = &group->sheet->entries[i];

    if (belongs (group, entry)) {
      entry->tax_minor = (int64_t)divide_floor ((int128)entry->base_minor * group->sign * group->parts, group->whole);
      left -= entry->tax_minor;
    }
  }
  if (left > 0)
    give_out (group, (size_t)left);
  for (size_t i = 0; i < group->sheet->entry_count; i++)
    if (belongs (group, &group->sheet->entries[i]))
      group->sheet->entries[i].tax_minor *= group->sign;
  return true;
}

static void
round_each (const struct group *group)
{
  for (size_t i = 0; i < group->sheet->entry_count; i++) {
    struct tax_entry *const entry = &group->sheet->entries[i];

    if (belongs (group, entry))
      entry->tax_minor = divide_rounded ((int128)entry->base_minor * group->parts, group->whole);
  }
}

/* The next larger `whole` that an entry of the rate has; 0: none. */
static int64_t
next_whole (const struct tax_sheet *sheet, size_t rate, int64_t whole)
{
  int64_t next = 0;

  for (size_t i = 0; i < sheet->entry_count; i++) {
    const struct tax_entry *const entry = &sheet->entries[i];

    if (entry->rate == rate && entry->whole > whole && (next == 0 || entry->whole < next))
      next = entry->whole;
  }
  return next;
}

static bool
compute_rate (const struct tax_sheet *sheet, size_t rate)
{
  struct group group = { sheet, rate, sheet->rates[rate].parts, 0, 1 };

  while ((group.whole = next_whole (sheet, rate, group.whole)) != 0) {
    if (sheet->rounding == TAX_ROUND_LINE)
      round_each (&group);
    else if (!spread (&group))
      return false;
  }
  return true;
}

static bool
compute_kind (const struct tax_sheet *sheet, enum tax_kind kind)
{
  for (size_t rate = 0; rate < sheet->rate_count; rate++)
    if (sheet->rates[rate].kind == kind && !compute_rate (sheet, rate))
      return false;
  return true;
}

/* How many entries from `first` on are those of its line. */
static size_t
line_length (const struct tax_sheet *sheet, size_t first)
{
  size_t length = 1;

  while (first + length < sheet->entry_count && sheet->entries[first + length].line == sheet->entries[first].line)
    length++;
  return length;
}

/* Taxes inside prices are taken of the whole price, so that is their base for now. The lowest amount has no mirror image. */
static bool
begin (const struct tax_sheet *sheet)
{
  for (size_t first = 0, length; first < sheet->entry_count; first += length) {
    int64_t whole = TAX_PARTS_OF_WHOLE;

    if (sheet->nets_minor[sheet->entries[first].line] == INT64_MIN)
      return false;
    length = line_length (sheet, first);
    for (size_t i = first; i < first + length; i++)
      if (sheet->rates[sheet->entries[i].rate].kind == TAX_INCLUSIVE)
        whole += sheet->rates[sheet->entries[i].rate].parts;
    for (size_t i = first; i < first + length; i++) {
      struct tax_entry *const entry = &sheet->entries[i];

      entry->whole = sheet->rates[entry->rate].kind == TAX_INCLUSIVE ? whole : TAX_PARTS_OF_WHOLE;
      entry->base_minor = sheet->nets_minor[entry->line];
      entry->tax_minor = 0;
    }
  }
  return true;
}

/* What is left of each price without the taxes inside it is the base of all rates. */
static bool
take_inclusive (const struct tax_sheet *sheet)
{
  for (size_t first = 0, length; first < sheet->entry_count; first += length) {
    int64_t base = sheet->nets_minor[sheet->entries[first].line];

    length = line_length (sheet, first);
    for (size_t i = first; i < first + length; i++)
      if (!money_subtract (base, sheet->entries[i].tax_minor, &base))
        return false;
    for (size_t i = first; i < first + length; i++)
      sheet->entries[i].base_minor = base;
  }
  return true;
}

static bool
add_up (const struct tax_sheet *sheet)
{
  for (size_t rate = 0; rate < sheet->rate_count; rate++)
    sheet->totals[rate] = (struct tax_total){ 0, 0 };
  for (size_t i = 0; i < sheet->entry_count; i++) {
    struct tax_total *const total = &sheet->totals[sheet->entries[i].rate];

    if (!money_add (total->base_minor, sheet->entries[i].base_minor, &total->base_minor)
        || !money_add (total->tax_minor, sheet->entries[i].tax_minor, &total->tax_minor))
      return false;
  }
  return true;
}

bool
tax_compute (const struct tax_sheet *sheet)
{
  return begin (sheet) && compute_kind (sheet, TAX_INCLUSIVE) && take_inclusive (sheet) && compute_kind (sheet, TAX_EXCLUSIVE)
         && add_up (sheet);
}
