/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids of the names in events, in hash tables with open addressing. */
#include "service/usage-names.h"

#include "base/error.h"
#include "base/text.h"
#include "core/hash.h"
#include "store/catalog.h"
#include "store/customer.h"
#include "store/ledger.h"
#include "store/setting.h"
#include "store/subscription.h"
#include "store/usage.h"

#include <string.h>

/* SINGLE_MAX: a file with more customers than that has all of them read at once. */
enum { DEFAULT_ISSUER_ID = 1, NAME_LENGTH_MAX = 1024, HINTS_MAX = 20, SINGLE_MAX = 500 };

struct entry {
  guint64 hash;
  char *text; /* NULL: the slot is free */
  gsize length;
  struct usage_name name;
};

struct table {
  struct entry *slots;
  guint size; /* a power of two, never more than half full */
  guint used;
};

struct usage_names {
  struct ledger *ledger;
  struct usage_names_request request;
  struct table tables[EVENT_PART_COUNT];
  gint64 created[EVENT_PART_COUNT];
  guint singles; /* customers that were looked up one by one */
  int hints;
  char *currency; /* of customers that are made here */
  char *timezone;
};

struct usage_names *
usage_names_new (struct ledger *ledger, const struct usage_names_request *request)
{
  struct usage_names *names = g_new0 (struct usage_names, 1);
  names->ledger = ledger;
  names->request = *request;
  return names;
}

void
usage_names_free (struct usage_names *names)
{
  if (names == NULL)
    return;
  for (int part = 0; part < EVENT_PART_COUNT; part++) {
    for (guint i = 0; i < names->tables[part].size; i++)
      g_free (names->tables[part].slots[i].text);
    g_free (names->tables[part].slots);
  }
  g_free (names->currency);
  g_free (names->timezone);
  g_free (names);
}

/* The slot of the text, or the free one where it belongs. */
static struct entry *
find_slot (const struct table *table, guint64 hash, const char *text, gsize length)
{
  for (guint i = (guint) hash & (table->size - 1);; i = (i + 1) & (table->size - 1)) {
    struct entry *slot = &table->slots[i];
    if (slot->text == NULL || (slot->hash == hash && slot->length == length && memcmp (slot->text, text, length) == 0))
      return slot;
  }
}

static void
grow (struct table *table)
{
  struct table larger = { .size = table->size == 0 ? 64 : table->size * 2, .used = table->used };
  larger.slots = g_new0 (struct entry, larger.size);
  for (guint i = 0; i < table->size; i++) {
    const struct entry *entry = &table->slots[i];
    if (entry->text != NULL)
      *find_slot (&larger, entry->hash, entry->text, entry->length) = *entry;
  }
  g_free (table->slots);
  *table = larger;
}

/* --- Customers --- */

static gboolean
create_customer (struct usage_names *names, const char *code, const char *text, gint64 *ret_id, GError **error)
{
  if (names->currency == NULL && !setting_get (names->ledger, "customer.currency", &names->currency, error))
    return FALSE;
  if (names->timezone == NULL && !setting_get (names->ledger, "customer.timezone", &names->timezone, error))
    return FALSE;
  const struct customer customer = {
    .code = code,
    .name = text,
    .currency = names->currency,
    .timezone = names->timezone,
    .issuer_id = DEFAULT_ISSUER_ID,
  };
  names->created[EVENT_CUSTOMER]++;
  return customer_insert (names->ledger, &customer, ret_id, error);
}

static gboolean
fail_unknown (struct usage_names *names, enum event_part part, const char *code, GError **error)
{
  /* Looking for what was meant goes over all names, which a file full of strangers must not do for each. */
  if (names->hints++ >= HINTS_MAX)
    return error_set (error, ERROR_NOT_FOUND, "there is no %s '%s'", event_part_name (part), code);
  if (part == EVENT_CUSTOMER)
    return customer_fail_unknown (names->ledger, code, error);
  if (part == EVENT_SUBSCRIPTION)
    return subscription_fail_unknown (names->ledger, code, error);
  g_autoptr (metric_t) metric = NULL;
  return metric_find (names->ledger, code, &metric, error);
}

static gboolean
look_up_customer (struct usage_names *names, const char *code, const char *text, struct usage_name *ret, GError **error)
{
  if (!customer_id_by_code (names->ledger, code, &ret->id, error))
    return FALSE;
  if (ret->id == 0 && !names->request.create_customers)
    return fail_unknown (names, EVENT_CUSTOMER, code, error);
  if (ret->id == 0)
    return create_customer (names, code, text, &ret->id, error);
  return usage_billed_until (names->ledger, ret->id, &ret->billed_until_us, error);
}

/* --- Metrics --- */

static gboolean
create_metric (struct usage_names *names, const char *code, const char *text, gint64 *ret_id, GError **error)
{
  const struct metric metric = {
    .code = (char *) code,
    .name = (char *) text,
    .unit = (char *) "unit",
    .aggregation = (char *) "sum",
    .negative = (char *) "allow",
    .late = (char *) "bill",
  };
  names->created[EVENT_METRIC]++;
  return metric_insert (names->ledger, &metric, ret_id, error);
}

static gboolean
look_up_metric (struct usage_names *names, const char *code, const char *text, struct usage_name *ret, GError **error)
{
  g_autoptr (metric_t) metric = NULL;
  if (!metric_lookup (names->ledger, code, &metric, error))
    return FALSE;
  if (metric == NULL && !names->request.create_metrics)
    return fail_unknown (names, EVENT_METRIC, code, error);
  ret->negative = metric == NULL || strcmp (metric->negative, "allow") == 0;
  if (metric == NULL)
    return create_metric (names, code, text, &ret->id, error);
  ret->id = metric->id;
  return TRUE;
}

static gboolean
look_up_subscription (struct usage_names *names, const char *code, struct usage_name *ret, GError **error)
{
  g_autoptr (subscription_row_t) row = NULL;
  if (!subscription_look_up (names->ledger, code, &row, error))
    return FALSE;
  if (row == NULL)
    return fail_unknown (names, EVENT_SUBSCRIPTION, code, error);
  ret->id = row->subscription.id;
  ret->customer_id = row->subscription.customer_id;
  return TRUE;
}

/* --- All of them --- */

static gboolean
make_code (enum event_part part, enum event_code how, const char *text, char **ret, GError **error)
{
  g_autofree char *code
      = how == EVENT_CODE_FORMED || (how == EVENT_CODE_LOOSE && !text_is_code (text)) ? text_to_code (text) : g_strdup (text);
  if (how != EVENT_CODE_EXACT && !text_is_code (code)) {
    g_autofree char *shown = text_sanitize (text, -1);
    error_set (error, ERROR_USAGE, "%s '%s' gives no code", event_part_name (part), shown);
    return error_add_hint (error, "a code has up to 128 letters, digits and _ . : -, a letter or digit first");
  }
  *ret = g_steal_pointer (&code);
  return TRUE;
}

static gboolean
check_new_code (const struct usage_names *names, enum event_part part, const char *code, GError **error)
{
  gboolean creates
      = (part == EVENT_CUSTOMER && names->request.create_customers) || (part == EVENT_METRIC && names->request.create_metrics);
  if (!creates || text_is_code (code))
    return TRUE;
  g_autofree char *shown = text_sanitize (code, -1);
  error_set (error, ERROR_USAGE, "%s '%s' is not a code", event_part_name (part), shown);
  return error_add_hint (error, "a code has up to 128 letters, digits and _ . : -, a letter or digit first");
}

static gboolean
look_up (struct usage_names *names, enum event_part part, const char *text, struct usage_name *ret, GError **error)
{
  enum event_code how = part == EVENT_CUSTOMER ? names->request.customer_code
                        : part == EVENT_METRIC ? names->request.metric_code
                                               : EVENT_CODE_EXACT;
  g_autofree char *code = NULL;
  if (!make_code (part, how, text, &code, error) || !check_new_code (names, part, code, error))
    return FALSE;
  switch (part) {
    case EVENT_CUSTOMER:
      return look_up_customer (names, code, text, ret, error);
    case EVENT_METRIC:
      return look_up_metric (names, code, text, ret, error);
    case EVENT_SUBSCRIPTION:
      return look_up_subscription (names, code, ret, error);
    default:
      BUG ("%s is not looked up", event_part_name (part));
  }
}

/* --- Many customers --- */

static struct entry *
slot_for (struct table *table, const char *text, gsize length, guint64 *ret_hash)
{
  if (table->used * 2 >= table->size)
    grow (table);
  *ret_hash = hash64 (text, length, 0);
  return find_slot (table, *ret_hash, text, length);
}

/* A code that is written as it is stands for itself. */
static void
add_customer (const struct usage_customer *customer, void *data)
{
  struct usage_names *names = data;
  struct table *table = &names->tables[EVENT_CUSTOMER];
  gsize length = strlen (customer->code);
  guint64 hash = 0;
  g_autofree char *code = NULL;
  if (!make_code (EVENT_CUSTOMER, names->request.customer_code, customer->code, &code, NULL) || strcmp (code, customer->code) != 0)
    return;
  struct entry *slot = slot_for (table, code, length, &hash);
  if (slot->text != NULL)
    return;
  *slot = (struct entry){ .hash = hash, .text = g_steal_pointer (&code), .length = length,
                          .name = { .id = customer->id, .billed_until_us = customer->billed_until_us } };
  table->used++;
}

static gboolean
read_customers (struct usage_names *names, enum event_part part, GError **error)
{
  if (part != EVENT_CUSTOMER || names->singles > SINGLE_MAX || names->singles++ < SINGLE_MAX)
    return TRUE;
  return usage_customer_each (names->ledger, add_customer, names, error);
}

/* What was not asked for before. */
static gboolean
find_new (struct usage_names *names, enum event_part part, struct csv_field text, struct entry **ret, GError **error)
{
  struct table *table = &names->tables[part];
  struct usage_name name = { .billed_until_us = G_MININT64 };
  guint64 hash = 0;
  if (text.length > NAME_LENGTH_MAX)
    return error_set (error, ERROR_USAGE, "%s: longer than %d bytes", event_part_name (part), NAME_LENGTH_MAX);
  if (!read_customers (names, part, error))
    return FALSE;
  struct entry *slot = slot_for (table, text.text, text.length, &hash);
  if (slot->text == NULL) {
    g_autofree char *copy = g_strndup (text.text, text.length);
    if (!look_up (names, part, copy, &name, error))
      return FALSE;
    *slot = (struct entry){ .hash = hash, .text = g_steal_pointer (&copy), .length = text.length, .name = name };
    table->used++;
  }
  *ret = slot;
  return TRUE;
}

gboolean
usage_names_find (struct usage_names *names, enum event_part part, struct csv_field text, const struct usage_name **ret,
                  GError **error)
{
  guint64 hash = 0;
  struct entry *slot = slot_for (&names->tables[part], text.text, text.length, &hash);
  if (slot->text == NULL && !find_new (names, part, text, &slot, error))
    return FALSE;
  *ret = &slot->name;
  return TRUE;
}

gint64
usage_names_created (const struct usage_names *names, enum event_part part)
{
  return names->created[part];
}
