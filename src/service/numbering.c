/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out numbers of invoices and credit notes. */
#include "service/numbering.h"

#include "core/date.h"
#include "store/invoice.h"
#include "store/setting.h"

struct numbering {
  struct ledger *ledger;
  int year;
  gint64 issued_at_us;
  gint32 net_days;
  GArray *series; /* struct number_series */
  char *number;
};

static void
clear_series (gpointer data)
{
  number_series_clear (data);
}

gboolean
numbering_new (struct ledger *ledger, gint64 issued_at_us, struct numbering **ret, GError **error)
{
  gint64 days = 0;
  if (!setting_get_int64 (ledger, "invoice.net-days", &days, error))
    return FALSE;
  struct numbering *numbering = g_new0 (struct numbering, 1);
  gint64 day = issued_at_us / MICROSECONDS_PER_DAY - (issued_at_us % MICROSECONDS_PER_DAY < 0);
  numbering->ledger = ledger;
  numbering->year = date_to_civil ((struct date){ (gint32) day }).year;
  numbering->issued_at_us = issued_at_us;
  numbering->net_days = (gint32) days;
  numbering->series = g_array_new (FALSE, FALSE, sizeof (struct number_series));
  g_array_set_clear_func (numbering->series, clear_series);
  *ret = numbering;
  return TRUE;
}

void
numbering_free (struct numbering *numbering)
{
  if (numbering == NULL)
    return;
  g_array_unref (numbering->series);
  g_free (numbering->number);
  g_free (numbering);
}

static struct number_series *
find_series (struct numbering *numbering, enum number_document document, gint64 issuer_id, GError **error)
{
  for (guint i = 0; i < numbering->series->len; i++) {
    struct number_series *series = &g_array_index (numbering->series, struct number_series, i);
    if (series->issuer_id == issuer_id && series->document == document)
      return series;
  }
  struct number_series series;
  if (!number_series_load (numbering->ledger, issuer_id, document, numbering->year, &series, error))
    return NULL;
  g_array_append_val (numbering->series, series);
  return &g_array_index (numbering->series, struct number_series, numbering->series->len - 1);
}

static gboolean
next (struct numbering *numbering, enum number_document document, gint64 issuer_id, const char **ret, GError **error)
{
  struct number_series *series = find_series (numbering, document, issuer_id, error);
  if (series == NULL)
    return FALSE;
  g_free (numbering->number);
  numbering->number = number_series_next (series);
  *ret = numbering->number;
  return TRUE;
}

gboolean
numbering_next (struct numbering *numbering, gint64 issuer_id, const char **ret, GError **error)
{
  return next (numbering, NUMBER_OF_INVOICE, issuer_id, ret, error);
}

gboolean
numbering_next_credit_note (struct numbering *numbering, gint64 issuer_id, const char **ret, GError **error)
{
  return next (numbering, NUMBER_OF_CREDIT_NOTE, issuer_id, ret, error);
}

gint64
numbering_due_at_us (const struct numbering *numbering, const struct timezone *zone)
{
  return numbering_due_after_us (numbering, zone, 0);
}

gint64
numbering_due_after_us (const struct numbering *numbering, const struct timezone *zone, gint64 net_days)
{
  struct date day = timezone_date (zone, numbering->issued_at_us);
  day.day += net_days == 0 ? numbering->net_days : (gint32) net_days;
  return timezone_day_start_us (zone, day);
}

gboolean
numbering_store (struct numbering *numbering, GError **error)
{
  for (guint i = 0; i < numbering->series->len; i++)
    if (!number_series_store (numbering->ledger, &g_array_index (numbering->series, struct number_series, i), error))
      return FALSE;
  g_array_set_size (numbering->series, 0);
  return TRUE;
}
