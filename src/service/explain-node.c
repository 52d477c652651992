/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of explanations. */
#include "service/explain-private.h"

#include "base/json.h"
#include "core/date.h"
#include "core/money.h"

#include <string.h>

static const char *const kind_names[] = {
  "total", "subtotal", "line", "discounts", "discount", "tax", "price", "step", "quantity", "events", "event", "bound", "charged", "now",
  "before", "whole", "other",
};

const char *
explain_kind_name (enum explain_kind kind)
{
  return kind_names[kind];
}

struct explain_node *
explain_node_new (enum explain_kind kind, char *label)
{
  struct explain_node *node = g_new0 (struct explain_node, 1);
  node->kind = kind;
  node->label = label;
  node->words = g_ptr_array_new_with_free_func (g_free);
  node->facts = g_string_new (NULL);
  node->children = g_ptr_array_new_with_free_func ((GDestroyNotify) explain_node_free);
  return node;
}

struct explain_node *
explain_node_add (struct explain_node *parent, enum explain_kind kind, char *label)
{
  struct explain_node *node = explain_node_new (kind, label);
  g_ptr_array_add (parent->children, node);
  return node;
}

void
explain_node_free (struct explain_node *node)
{
  if (node == NULL)
    return;
  g_free (node->label);
  g_ptr_array_unref (node->words);
  g_string_free (node->facts, TRUE);
  g_free (node->exact_amount);
  g_ptr_array_unref (node->children);
  g_free (node);
}

void
explain_node_say (struct explain_node *node, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (node->words, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
explain_node_set_amount (struct explain_node *node, gint64 amount_minor)
{
  node->has_amount = TRUE;
  node->amount_minor = amount_minor;
}

void
explain_node_set_exact (struct explain_node *node, const struct exact *exact)
{
  g_free (node->exact_amount);
  node->exact_amount = explain_exact_words (exact);
}

/* --- Facts --- */

static void
add_key (struct explain_node *node, const char *key)
{
  if (node->facts->len > 0)
    g_string_append_c (node->facts, ',');
  json_append_string (node->facts, key);
  g_string_append_c (node->facts, ':');
}

void
explain_fact (struct explain_node *node, const char *key, const char *text)
{
  if (text == NULL)
    return;
  add_key (node, key);
  json_append_string (node->facts, text);
}

void
explain_fact_integer (struct explain_node *node, const char *key, gint64 value)
{
  add_key (node, key);
  g_string_append_printf (node->facts, "%" G_GINT64_FORMAT, value);
}

void
explain_fact_boolean (struct explain_node *node, const char *key, gboolean value)
{
  explain_fact_json (node, key, value ? "true" : "false");
}

void
explain_fact_date (struct explain_node *node, const char *key, struct date date)
{
  char text[DATE_TEXT_SIZE];
  date_format (date, text);
  explain_fact (node, key, text);
}

void
explain_fact_instant (struct explain_node *node, const char *key, gint64 instant_us)
{
  char text[INSTANT_TEXT_SIZE];
  instant_format (instant_us, text);
  explain_fact (node, key, text);
}

void
explain_fact_json (struct explain_node *node, const char *key, const char *json)
{
  if (json == NULL)
    return;
  add_key (node, key);
  g_string_append (node->facts, json);
}

/* --- Sums --- */

void
explain_node_sum_amounts (struct explain_node *node)
{
  gint64 sum_minor = 0;
  gboolean fits = TRUE;
  for (guint i = 0; i < node->children->len; i++) {
    const struct explain_node *child = g_ptr_array_index (node->children, i);
    if (child->adds && child->has_amount)
      fits = money_add (sum_minor, child->amount_minor, &sum_minor) && fits;
  }
  if (fits && node->has_amount && sum_minor == node->amount_minor)
    node->sum = EXPLAIN_SUM_OF_AMOUNTS;
  else
    explain_node_say (node, "what stands below does not add up to this; --verify says what differs");
}

void
explain_node_sum_exact (struct explain_node *node)
{
  struct exact sum = exact_zero (), one;
  gboolean fits = TRUE;
  for (guint i = 0; i < node->children->len && fits; i++) {
    const struct explain_node *child = g_ptr_array_index (node->children, i);
    if (child->adds && child->exact_amount != NULL)
      fits = exact_parse (child->exact_amount, strlen (child->exact_amount), &one) && exact_add (&sum, &one, &sum);
  }
  if (fits && node->exact_amount != NULL && exact_parse (node->exact_amount, strlen (node->exact_amount), &one) && exact_compare (&one, &sum) == 0)
    node->sum = EXPLAIN_SUM_OF_EXACT;
  else
    explain_node_say (node, "what stands below does not add up to this; --verify says what differs");
}
