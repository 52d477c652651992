/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a fee is earned over its days. */
#include "core/recognition.h"

int64_t
recognition_before (const struct earning *earning, int32_t day)
{
  const int64_t days = (int64_t)earning->until_day - earning->from_day;
  const int64_t elapsed = (int64_t)day - earning->from_day;

  if (elapsed <= 0)
    return 0;
  if (elapsed >= days)
    return earning->amount_minor;
  /* Both parts have the sign of the amount; the second is below days × days, so that nothing overflows. */
  const int64_t whole = earning->amount_minor / days * elapsed;
  const int64_t rest = earning->amount_minor % days * elapsed;
  const int64_t half_away = rest < 0 ? -1 : 1;

  /* rest / days, half away from zero. */
  return whole + (2 * rest + half_away * days) / (2 * days);
}
