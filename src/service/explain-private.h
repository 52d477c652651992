/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of explain.h share. */
#ifndef BILLCTL_SERVICE_EXPLAIN_PRIVATE_H
#define BILLCTL_SERVICE_EXPLAIN_PRIVATE_H

#include "base/timezone.h"
#include "core/exact.h"
#include "service/explain.h"
#include "service/plan.h"
#include "store/invoice.h"

#include <glib.h>
#include <json-c/json_object.h>

/* --- Nodes (explain-node.c) --- */

struct explain_node *explain_node_new (enum explain_kind kind, char *label); /* takes the label */
struct explain_node *explain_node_add (struct explain_node *parent, enum explain_kind kind, char *label);
void explain_node_free (struct explain_node *node); /* NULL is fine */
void explain_node_say (struct explain_node *node, const char *format, ...) G_GNUC_PRINTF (2, 3);
void explain_node_set_amount (struct explain_node *node, gint64 amount_minor);
void explain_node_set_exact (struct explain_node *node, const struct exact *exact);

/* Facts. A NULL text is none. */
void explain_fact (struct explain_node *node, const char *key, const char *text);
void explain_fact_integer (struct explain_node *node, const char *key, gint64 value);
void explain_fact_boolean (struct explain_node *node, const char *key, gboolean value);
void explain_fact_date (struct explain_node *node, const char *key, struct date date);
void explain_fact_instant (struct explain_node *node, const char *key, gint64 instant_us);
void explain_fact_json (struct explain_node *node, const char *key, const char *json);

/* What the children that add come to; says so when it is not what stands on the node. */
void explain_node_sum_amounts (struct explain_node *node);
void explain_node_sum_exact (struct explain_node *node);

/* --- Words (explain-words.c); all newly allocated --- */

char *explain_exact_words (const struct exact *exact);
/* value × ratio: all its places, or the first of them and "…" as "...". */
char *explain_unrounded_words (const struct exact *exact, struct ratio ratio);
char *explain_ratio_words (const char *ratio); /* "17/31" -> "17 of 31" */
gboolean explain_parse_ratio (const char *text, struct ratio *ret); /* NULL: 1/1 */
/* A price in as many decimals as the currency has, or more; as it is when it is no decimal. */
char *explain_price_words (const char *price, const struct currency *currency);
char *explain_percent_words (const char *fraction);

/* --- The work --- */

struct explainer {
  struct ledger *ledger;
  const struct explain_request *request;
  struct invoice *invoice;
  const struct currency *currency;
  const struct timezone *zone;
  struct timezone_cache *zones;
  struct plan_cache *plans;
  GStringChunk *text;
  GArray *lines;      /* struct invoice_line, by position */
  GArray *taxes;      /* struct invoice_tax */
  GHashTable *places; /* subscription id -> const struct timezone * */
  GHashTable *events; /* position -> struct explain_listed; NULL: they are not listed */
};

/* The events that count for a line. */
struct explain_listed {
  gint64 position;
  GPtrArray *nodes; /* struct explain_node *, until they are shown */
  struct decimal sum; /* of those in the period */
  gboolean fits;
  gint64 before;    /* how many come before the period, and make the level with which it begins */
  gboolean is_shown;
};

/* One line with all that it came from (explain-line.c). */
gboolean explain_line (struct explainer *explainer, const struct invoice_line *line, struct explain_node **ret, GError **error);
/* The discounts and taxes of a line, as parts of those of the invoice (explain-deduction.c). */
gboolean explain_deductions (struct explainer *explainer, const struct invoice_line *line, struct explain_node *node, GError **error);
gboolean explain_discounts (struct explainer *explainer, struct explain_node *total, GError **error);
gboolean explain_taxes (struct explainer *explainer, struct explain_node *total, GError **error);

/* What a line, or something that it is the difference of, is drawn up by. */
struct explain_figure {
  struct explainer *explainer;
  const struct invoice_line *line;
  json_object *derivation;
  const char *exact_amount; /* as it is stored; NULL: only the derivation says it */
  gint64 amount_minor;
  gboolean negative;        /* an unused part: the exact amount is below zero */
};
/* Puts what the derivation says below the node (explain-rule.c, explain-usage.c). FALSE: it lacks something, or says what cannot be. */
gboolean explain_rule (struct explain_node *node, const struct explain_figure *figure);
gboolean explain_usage (struct explain_node *node, const struct explain_figure *figure);
/* Count, first, last, and the list where it was asked for. */
void explain_events (struct explain_node *parent, const struct explain_figure *figure);
/* All members as they are: of a rule that this program does not know, or a derivation that is not well formed. */
void explain_unknown (struct explain_node *node, json_object *derivation);
/* Less the discount that was agreed, where the derivation has one. */
gboolean explain_agreed_discount (struct explain_node *price, const struct explain_figure *figure, const struct exact *gross,
                                  struct exact *ret);

#endif
