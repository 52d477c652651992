/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing issuers. */
#include "service/issuer.h"

#include "base/error.h"
#include "base/timezone.h"
#include "service/customer-check.h"
#include "store/audit.h"
#include "store/ledger.h"

#include <string.h>

enum { PATTERN_MAX = 40 };

static const char field_names[][24] = {
  [ISSUER_NAME] = "name",     [ISSUER_ADDRESS] = "address",
  [ISSUER_COUNTRY] = "country", [ISSUER_REGION] = "region",
  [ISSUER_TAX_ID] = "tax_id", [ISSUER_NUMBER_PATTERN] = "number_pattern",
  [ISSUER_CREDIT_NOTE_PATTERN] = "credit_note_pattern",
};

/* What goes by the rules of customers. */
static const enum customer_field customer_fields[] = {
  [ISSUER_NAME] = CUSTOMER_NAME,     [ISSUER_ADDRESS] = CUSTOMER_ADDRESS, [ISSUER_COUNTRY] = CUSTOMER_COUNTRY,
  [ISSUER_REGION] = CUSTOMER_REGION, [ISSUER_TAX_ID] = CUSTOMER_TAX_ID,
};

/* Letters, digits and some signs; {year} and one {seq:N}. */
static gboolean
is_pattern (const char *text)
{
  int sequences = 0;
  if (strlen (text) > PATTERN_MAX || g_str_has_prefix (text, "draft"))
    return FALSE;
  while (*text != '\0') {
    if (g_str_has_prefix (text, "{year}"))
      text += strlen ("{year}");
    else if (g_str_has_prefix (text, "{seq:") && g_ascii_isdigit (text[5]) && text[5] != '0' && text[6] == '}') {
      sequences++;
      text += strlen ("{seq:6}");
    } else if (g_ascii_isalnum (*text) || strchr ("-_./#:", *text) != NULL)
      text++;
    else
      return FALSE;
  }
  return sequences == 1;
}

static gboolean
check_pattern (enum issuer_field field, const char *text, GError **error)
{
  if (is_pattern (text))
    return TRUE;
  error_set (error, ERROR_USAGE, "%s '%s' is not a pattern for numbers", field_names[field], text);
  return error_add_hint (error, "such as INV-{year}-{seq:6}: letters, digits and - _ . / # :, with one {seq:N}, %d characters at most",
                         PATTERN_MAX);
}

static gboolean
check_unnumbered (struct ledger *ledger, const struct issuer *issuer, enum issuer_field field, GError **error)
{
  gint64 last = 0;
  enum number_document document = field == ISSUER_NUMBER_PATTERN ? NUMBER_OF_INVOICE : NUMBER_OF_CREDIT_NOTE;
  if (!issuer_last_number (ledger, issuer->id, document, &last, error))
    return FALSE;
  return last == 0
         || error_set (error, ERROR_REFUSED, "%s: issuer %s has given numbers by the one that it has, so it stays", field_names[field],
                       issuer->code);
}

static char **
field_of (struct issuer *issuer, enum issuer_field field)
{
  char **const fields[] = {
    [ISSUER_NAME] = &issuer->name,
    [ISSUER_ADDRESS] = &issuer->address,
    [ISSUER_COUNTRY] = &issuer->country,
    [ISSUER_REGION] = &issuer->region,
    [ISSUER_TAX_ID] = &issuer->tax_id,
    [ISSUER_NUMBER_PATTERN] = &issuer->number_pattern,
    [ISSUER_CREDIT_NOTE_PATTERN] = &issuer->credit_note_pattern,
  };
  return fields[field];
}

static gboolean
check_field (struct timezone_cache *zones, enum issuer_field field, const char *text, char **ret, GError **error)
{
  if (field < ISSUER_NUMBER_PATTERN)
    return customer_check (zones, customer_fields[field], text, ret, error);
  if (!check_pattern (field, text, error))
    return FALSE;
  *ret = g_strdup (text);
  return TRUE;
}

/* The texts as they are stored, with those that are not given as they are. */
static gboolean
merge (const struct issuer_request *request, struct issuer *issuer, GError **error)
{
  g_autoptr (timezone_cache_t) zones = timezone_cache_new ();
  for (int i = 0; i < ISSUER_FIELD_COUNT; i++) {
    char *text = NULL, **field = field_of (issuer, (enum issuer_field) i);
    if (request->of[i] == NULL)
      continue;
    if (!check_field (zones, (enum issuer_field) i, request->of[i], &text, error))
      return FALSE;
    g_free (*field);
    *field = text;
  }
  gboolean given = request->of[ISSUER_TAX_ID] != NULL || request->of[ISSUER_COUNTRY] != NULL;
  return !given || customer_check_tax_id (issuer->country, &issuer->tax_id, error);
}

gboolean
issuer_get (struct ledger *ledger, const char *code, struct issuer *ret, GError **error)
{
  return issuer_find (ledger, code, ret, error);
}

static gboolean
change (struct ledger *ledger, const struct issuer_request *request, struct issuer *issuer, gboolean *ret_changed, GError **error)
{
  g_auto (issuer_t) before = { 0 };
  g_autoptr (GString) changed = g_string_new (NULL);
  if (!issuer_find (ledger, request->code, &before, error) || !issuer_find (ledger, request->code, issuer, error)
      || !merge (request, issuer, error))
    return FALSE;
  for (int i = 0; i < ISSUER_FIELD_COUNT; i++) {
    enum issuer_field field = (enum issuer_field) i;
    if (g_strcmp0 (*field_of (&before, field), *field_of (issuer, field)) == 0)
      continue;
    if (field >= ISSUER_NUMBER_PATTERN && !check_unnumbered (ledger, issuer, field, error))
      return FALSE;
    g_string_append_printf (changed, "%s%s", changed->len > 0 ? ", " : "", field_names[i]);
  }
  *ret_changed = changed->len > 0;
  return changed->len == 0
         || (issuer_update (ledger, issuer, error) && audit_add (ledger, error, "issuer %s changed: %s", issuer->code, changed->str));
}

gboolean
issuer_change (struct ledger *ledger, const struct issuer_request *request, struct issuer *ret, gboolean *ret_changed, GError **error)
{
  g_auto (issuer_t) issuer = { 0 };
  gboolean changed = FALSE;
  if (!ledger_begin (ledger, error))
    return FALSE;
  if (!change (ledger, request, &issuer, &changed, error) || !ledger_commit (ledger, error)) {
    ledger_rollback (ledger);
    return FALSE;
  }
  *ret = issuer;
  *ret_changed = changed;
  issuer = (struct issuer){ 0 };
  return TRUE;
}
