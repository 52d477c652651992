/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far long work is, on a terminal's standard error. */
#include "cli/progress.h"

#include "base/text.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DELAY_US G_USEC_PER_SEC
#define INTERVAL_US (G_USEC_PER_SEC / 10)

enum mode { MODE_OFF, MODE_TERMINAL, MODE_LINES };

struct progress {
  const char *title;
  const char *unit;
  gint64 total;
  gint64 start_us;
  gint64 next_us; /* not shown again before */
  enum mode mode;
};

/* Columns of the line that stands on the terminal now. There is one standard error, hence one of these. */
static gsize shown_width;

static enum mode
mode_of (const struct invocation *invocation)
{
  const char *wish = g_getenv ("BILLCTL_PROGRESS");
  if (invocation->quiet || g_strcmp0 (wish, "never") == 0)
    return MODE_OFF;
  if (g_strcmp0 (wish, "always") == 0)
    return MODE_LINES;
  return isatty (STDERR_FILENO) == 1 ? MODE_TERMINAL : MODE_OFF;
}

struct progress *
progress_new (const struct invocation *invocation, const char *title, gint64 total, const char *unit)
{
  struct progress *progress = g_new0 (struct progress, 1);
  progress->title = title;
  progress->unit = unit;
  progress->total = total;
  progress->mode = mode_of (invocation);
  progress->start_us = g_get_monotonic_time ();
  progress->next_us = progress->start_us + (progress->mode == MODE_LINES ? 0 : DELAY_US);
  return progress;
}

static void
append_amount (GString *line, gint64 amount, const char *unit)
{
  static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
  if (strcmp (unit, "bytes") != 0 || amount < 1024) {
    g_string_append_printf (line, "%" G_GINT64_FORMAT " %s", amount, unit);
    return;
  }
  gsize i = 0;
  /* Tenths, so that 1536 bytes are 1.5 KiB. */
  gint64 tenths = amount / 1024 * 10 + amount % 1024 * 10 / 1024;
  for (; tenths >= 10240 && i + 1 < G_N_ELEMENTS (units); i++)
    tenths /= 1024;
  g_string_append_printf (line, "%" G_GINT64_FORMAT ".%d %s", tenths / 10, (int) (tenths % 10), units[i]);
}

static void
append_duration (GString *line, gint64 seconds)
{
  if (seconds >= 3600)
    g_string_append_printf (line, "%" G_GINT64_FORMAT " h %d min", seconds / 3600, (int) (seconds / 60 % 60));
  else if (seconds >= 60)
    g_string_append_printf (line, "%d min %d s", (int) (seconds / 60), (int) (seconds % 60));
  else
    g_string_append_printf (line, "%d s", (int) seconds);
}

static char *
describe (const struct progress *progress, gint64 done, gint64 elapsed_us)
{
  GString *line = g_string_new (progress->title);
  g_string_append (line, ": ");
  gint64 total = progress->total;
  if (total > 0) {
    g_string_append_printf (line, "%d%% (", (int) (total < 100 ? done * 100 / total : done / (total / 100)));
    if (strcmp (progress->unit, "bytes") == 0)
      append_amount (line, done, progress->unit);
    else
      g_string_append_printf (line, "%" G_GINT64_FORMAT, done);
    g_string_append (line, " of ");
    append_amount (line, total, progress->unit);
    g_string_append_c (line, ')');
  } else {
    append_amount (line, done, progress->unit);
  }
  gint64 milliseconds = elapsed_us / 1000;
  gint64 rate = milliseconds > 0 && done < G_MAXINT64 / 1000 ? done * 1000 / milliseconds : 0;
  if (rate > 0) {
    g_string_append (line, ", ");
    append_amount (line, rate, progress->unit);
    g_string_append (line, "/s");
  }
  if (rate > 0 && total > done) {
    g_string_append (line, ", ");
    append_duration (line, (total - done + rate - 1) / rate);
    g_string_append (line, " left");
  }
  return g_string_free (line, FALSE);
}

/* Cuts the line at the edge of the terminal: one that wraps could not be wiped. */
static void
cut (char *line, gsize width)
{
  char *end = line;
  while (*end != '\0' && text_display_width (line, g_utf8_next_char (end) - line) <= width)
    end = g_utf8_next_char (end);
  *end = '\0';
}

static void
show (const char *line)
{
  gsize width = text_display_width (line, -1);
  int padding = (int) (shown_width > width ? shown_width - width : 0);
  fprintf (stderr, "\r%s%*s%s", line, padding, "", width == 0 ? "\r" : "");
  fflush (stderr);
  shown_width = width;
}

void
progress_update (struct progress *progress, gint64 done, gint64 total)
{
  if (total > 0)
    progress->total = total;
  if (progress->mode == MODE_OFF)
    return;
  gint64 now_us = g_get_monotonic_time ();
  if (now_us < progress->next_us)
    return;
  g_autofree char *text = describe (progress, done, now_us - progress->start_us);
  g_autofree char *line = text_sanitize (text, -1);
  if (progress->mode == MODE_LINES) {
    fprintf (stderr, "%s\n", line);
    return;
  }
  cut (line, (gsize) MAX (terminal_width () - 1, 1));
  show (line);
  progress->next_us = now_us + INTERVAL_US;
}

static void
report (void *data, gint64 done, gint64 total)
{
  progress_update (data, done, total);
}

struct progress_sink
progress_sink (struct progress *progress)
{
  return (struct progress_sink) { .report = report, .data = progress };
}

void
progress_hide (void)
{
  if (shown_width > 0)
    show ("");
}

void
progress_finish (struct progress *progress)
{
  if (progress == NULL)
    return;
  progress_hide ();
  g_free (progress);
}
