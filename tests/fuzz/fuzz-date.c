/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times and intervals: what parses stands for one instant, whose text parses to the same instant. */
#include "fuzz.h"

#include "core/date.h"
#include "core/period.h"

#include <string.h>

static void
check_date (struct date date)
{
  char text[DATE_TEXT_SIZE];
  struct time_text again;
  struct date same;
  size_t length = date_format (date, text);
  HOLDS (length == 10);
  HOLDS (time_parse (text, length, &again) == TIME_OK && again.date.day == date.day && !again.has_time);
  HOLDS (date_from_civil (date_to_civil (date), &same) && same.day == date.day);
}

static void
check_instant (const struct time_text *time)
{
  char text[INSTANT_TEXT_SIZE];
  struct time_text again;
  int64_t instant = time_instant_us (time);
  size_t length = instant_format (instant, text);
  HOLDS (length < sizeof text && text[length] == '\0');
  /* An offset may carry the instant out of the years 0001 … 9999, where there is no text that parses. */
  if (time->date.day - 1 < -719162 || time->date.day + 1 > 2932896)
    return;
  HOLDS (time_parse (text, length, &again) == TIME_OK && again.has_zone && time_instant_us (&again) == instant);
}

static void
check_interval (const char *text, size_t size)
{
  struct interval interval, again;
  char formatted[INTERVAL_TEXT_SIZE];
  if (!interval_parse (text, size, &interval))
    return;
  HOLDS (interval.count >= 1 && interval.count <= 1000);
  size_t length = interval_format (interval, formatted);
  HOLDS (interval_parse (formatted, length, &again) && interval_equal (interval, again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  struct time_text time;
  check_interval (text, size);
  if (time_parse (text, size, &time) != TIME_OK)
    return 0;
  HOLDS (time.of_day_us >= 0 && time.of_day_us < MICROSECONDS_PER_DAY);
  check_date (time.date);
  if (time.has_zone)
    check_instant (&time);
  return 0;
}
