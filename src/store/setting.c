/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of one ledger. */
#include "store/setting.h"

#include "base/error.h"
#include "base/text.h"
#include "base/timezone.h"
#include "core/currency.h"
#include "store/db.h"
#include "store/ledger.h"

#include <string.h>

static gboolean
is_boolean (const char *value)
{
  return strcmp (value, "true") == 0 || strcmp (value, "false") == 0;
}

static gboolean
is_tax_rounding (const char *value)
{
  return strcmp (value, "invoice") == 0 || strcmp (value, "line") == 0;
}

gboolean
setting_is_shared (const char *value)
{
  return strcmp (value, "group") == 0;
}

static gboolean
is_sharing (const char *value)
{
  return setting_is_shared (value) || strcmp (value, "false") == 0;
}

static gboolean
is_days (const char *value)
{
  guint64 days = 0;
  return g_ascii_string_to_unsigned (value, 10, 0, 3650, &days, NULL);
}

enum { TEXT_MAX = 1024 };

static gboolean
is_text (const char *value)
{
  return *value != '\0' && strlen (value) <= TEXT_MAX && text_is_plain (value, -1);
}

static gboolean
is_currency (const char *value)
{
  return currency_find (value) != NULL;
}

static gboolean
is_timezone (const char *value)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  const struct timezone *zone = NULL;
  return timezone_cache_get (zones, value, &zone, NULL);
}

#define LEDGER_ID "ledger.id"
enum { LEDGER_ID_LENGTH = 12 };

static const struct setting settings[] = {
  { "customer.currency", "USD", "currency of customers that are added without one", FALSE },
  { "customer.timezone", "UTC", "time zone of customers that are added without one", FALSE },
  { "invoice.auto-finalize", "false", "number and open invoices as soon as they are generated (true or false)", FALSE },
  { "invoice.net-days", "14", "days from issue to due date (0 to 3650)", FALSE },
  { "invoice.tax-rounding", "invoice", "round each tax once per invoice, or on each line as Stripe does (invoice or line)", FALSE },
  { LEDGER_ID, "", "what tells this ledger from others at Stripe; made with it, never changed", TRUE },
  { "ledger.name", "", "what this ledger is called in reports", FALSE },
  { SETTING_SHARED, "false", "who may read and write the file: false for its owner alone, or group for its group too", FALSE },
  { "stripe.key-command", "", "command that prints the Stripe key; the key itself is never kept here", FALSE },
  { "stripe.key-file", "", "file with the Stripe key, readable by its owner alone", FALSE },
  { NULL, NULL, NULL, FALSE },
};

static const struct {
  const char *name;
  gboolean (*check) (const char *value);
  const char *wanted;
} checks[] = {
  { "customer.currency", is_currency, "a currency of ISO 4217, such as EUR" },
  { "customer.timezone", is_timezone, "a time zone such as Europe/Berlin" },
  { "invoice.auto-finalize", is_boolean, "true or false" },
  { "invoice.net-days", is_days, "a whole number from 0 to 3650" },
  { "invoice.tax-rounding", is_tax_rounding, "invoice or line" },
  { "ledger.name", is_text, "plain text on one line of 1024 bytes at most" },
  { SETTING_SHARED, is_sharing, "false or group" },
  { "stripe.key-command", is_text, "a command on one line" },
  { "stripe.key-file", is_text, "the name of a file" },
};

const struct setting *
setting_table (void)
{
  return settings;
}

static const struct setting *
find (const char *name)
{
  for (const struct setting *setting = settings; setting->name != NULL; setting++)
    if (strcmp (setting->name, name) == 0)
      return setting;
  return NULL;
}

static gboolean
fail_unknown (const char *name, GError **error)
{
  const char *names[G_N_ELEMENTS (settings)] = { NULL };
  for (gsize i = 0; settings[i].name != NULL; i++)
    names[i] = settings[i].name;
  error_set (error, ERROR_NOT_FOUND, "there is no setting '%s'", name);
  const char *near = text_nearest (name, names);
  if (near != NULL)
    return error_add_hint (error, "did you mean '%s'?", near);
  return error_add_hint (error, "`billctl config` lists them");
}

gboolean
setting_get (struct ledger *ledger, const char *name, char **ret, GError **error)
{
  const struct setting *setting = find (name);
  if (setting == NULL)
    return fail_unknown (name, error);
  g_autoptr (query_t) row = NULL;
  if (!db_find (ledger_db (ledger), SQL_SETTING_GET, &row, error, "t", name))
    return FALSE;
  *ret = g_strdup (row == NULL ? setting->initial : db_text (row, 0, NULL));
  return TRUE;
}

gboolean
setting_get_boolean (struct ledger *ledger, const char *name, gboolean *ret, GError **error)
{
  g_autofree char *value = NULL;
  if (!setting_get (ledger, name, &value, error))
    return FALSE;
  *ret = strcmp (value, "true") == 0;
  return TRUE;
}

gboolean
setting_get_int64 (struct ledger *ledger, const char *name, gint64 *ret, GError **error)
{
  g_autofree char *value = NULL;
  return setting_get (ledger, name, &value, error) && g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, ret, error);
}

gboolean
setting_set (struct ledger *ledger, const char *name, const char *value, GError **error)
{
  const struct setting *setting = find (name);
  if (setting == NULL)
    return fail_unknown (name, error);
  if (setting->is_fixed)
    return error_set (error, ERROR_REFUSED, "setting %s was made with the ledger and never changes", name);
  if (value == NULL)
    return db_execute (ledger_db (ledger), SQL_SETTING_DELETE, NULL, error, "t", name);
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    if (strcmp (checks[i].name, name) == 0 && !checks[i].check (value))
      return error_set (error, ERROR_USAGE, "setting %s: '%s' is not %s", name, value, checks[i].wanted);
  if (strcmp (name, "customer.currency") == 0)
    value = currency_find (value)->code; /* in upper case */
  return db_execute (ledger_db (ledger), SQL_SETTING_SET, NULL, error, "tt", name, value);
}

gboolean
setting_ledger_id (struct ledger *ledger, char **ret, GError **error)
{
  g_autofree char *known = NULL;
  if (!setting_get (ledger, LEDGER_ID, &known, error))
    return FALSE;
  if (*known == '\0') {
    /* The first two groups of a UUID, before its version: 48 random bits, short enough to stand in ids that people read. */
    g_autofree char *uuid = g_uuid_string_random ();
    GString *id = g_string_new (NULL);
    for (const char *c = uuid; id->len < LEDGER_ID_LENGTH; c++)
      if (*c != '-')
        g_string_append_c (id, *c);
    g_free (known);
    known = g_string_free (id, FALSE);
    if (!db_execute (ledger_db (ledger), SQL_SETTING_SET, NULL, error, "tt", LEDGER_ID, known))
      return FALSE;
  }
  *ret = g_steal_pointer (&known);
  return TRUE;
}
