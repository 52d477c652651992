/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of a plan as tables. */
#include "cmd/plan-sections.h"

#include "cmd/plan-charges.h"
#include "service/plan-words.h"

static const struct column price_columns[] = {
  { .key = "interval", .title = "Interval", .kind = CELL_CODE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
};

static const struct column quantity_columns[] = {
  { .key = "code", .title = "Quantity", .kind = CELL_CODE },
  { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "included", .title = "Included", .kind = CELL_DECIMAL },
  { .key = "default", .title = "Default", .kind = CELL_DECIMAL, .hidden = TRUE },
  { .key = "min", .title = "Min", .kind = CELL_DECIMAL },
  { .key = "max", .title = "Max", .kind = CELL_DECIMAL },
  { .key = "interval", .title = "Interval", .kind = CELL_CODE },
  { .key = "price", .title = "Price", .kind = CELL_TEXT },
  { .key = "unit_price", .title = "Unit price", .kind = CELL_DECIMAL, .hidden = TRUE },
};

static const struct column limit_columns[] = {
  { .key = "metric", .title = "Limit", .kind = CELL_CODE },   { .key = "value", .title = "Value", .kind = CELL_DECIMAL },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },      { .key = "reset", .title = "Reset", .kind = CELL_CODE },
  { .key = "alerts", .title = "Alerts %", .kind = CELL_TEXT },
};

static const struct column feature_columns[] = {
  { .key = "feature", .title = "Feature", .kind = CELL_CODE },
  { .key = "value", .title = "Value", .kind = CELL_TEXT },
};

static const struct column addon_columns[] = {
  { .key = "code", .title = "Add-on", .kind = CELL_CODE },       { .key = "name", .title = "Name", .kind = CELL_TEXT },
  { .key = "kind", .title = "Kind", .kind = CELL_CODE },         { .key = "interval", .title = "Interval", .kind = CELL_CODE },
  { .key = "amount", .title = "Amount", .kind = CELL_MONEY },
  { .key = "cycle", .title = "Cycle", .kind = CELL_CODE, .hidden = TRUE },
};

/* Decimals of one row, as text. */
struct decimal_text {
  char text[DECIMAL_TEXT_SIZE];
};

static struct cell
decimal_cell (struct decimal value, struct decimal_text *buffer)
{
  decimal_format (value, buffer->text);
  return cell_decimal (buffer->text);
}

static gboolean
write_prices (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->fee_count; i++) {
    char interval[INTERVAL_TEXT_SIZE];
    interval_format (plan->fees[i].interval, interval);
    const struct cell cells[] = { cell_code (interval), cell_money (plan->fees[i].amount_minor, plan->currency) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_quantity (struct document *document, const struct plan *plan, const struct plan_quantity *quantity, gsize price, GError **error)
{
  struct decimal_text included, initial, least, most, unit_price;
  char interval[INTERVAL_TEXT_SIZE] = "";
  gboolean priced = price < quantity->price_count;
  if (priced)
    interval_format (quantity->prices[price].interval, interval);
  g_autofree char *words = priced ? unit_price_words (quantity->prices[price].unit_price, plan->currency) : NULL;
  const struct cell cells[] = {
    cell_code (quantity->code),
    cell_text (quantity->name),
    decimal_cell (quantity->included, &included),
    decimal_cell (quantity->initial, &initial),
    decimal_cell (quantity->least, &least),
    quantity->has_most ? decimal_cell (quantity->most, &most) : cell_null (),
    priced ? cell_code (interval) : cell_null (),
    cell_text (words),
    priced ? decimal_cell (quantity->prices[price].unit_price, &unit_price) : cell_null (),
  };
  return document_row (document, cells, error);
}

static gboolean
write_quantities (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->quantity_count; i++)
    for (gsize k = 0; k == 0 || k < plan->quantities[i].price_count; k++)
      if (!write_quantity (document, plan, &plan->quantities[i], k, error))
        return FALSE;
  return TRUE;
}

static gboolean
write_limits (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->limit_count; i++) {
    const struct plan_limit *limit = &plan->limits[i];
    struct decimal_text value;
    g_autoptr (GString) alerts = g_string_new (NULL);
    for (gsize k = 0; k < limit->alert_count; k++)
      g_string_append_printf (alerts, "%s%d", k == 0 ? "" : ",", limit->alerts[k]);
    const struct cell cells[] = {
      cell_code (limit->metric),
      limit->unlimited ? cell_decimal ("unlimited") : decimal_cell (limit->value, &value),
      cell_code (plan_limit_kind_names[limit->kind]),
      cell_code (plan_limit_reset_names[limit->reset]),
      limit->alert_count == 0 ? cell_null () : cell_text (alerts->str),
    };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_features (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->feature_count; i++) {
    const struct cell cells[] = { cell_code (plan->features[i].name), cell_text (plan->features[i].value) };
    if (!document_row (document, cells, error))
      return FALSE;
  }
  return TRUE;
}

enum { ADDON_CYCLE = 5 };

static void
narrow_addons (const struct plan *plan, struct column *columns)
{
  for (gsize i = 0; i < plan->addon_count; i++)
    if (plan->addons[i].own_interval)
      columns[ADDON_CYCLE].hidden = FALSE;
}

static gboolean
write_addons (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < plan->addon_count; i++) {
    const struct plan_addon *addon = &plan->addons[i];
    for (gsize k = 0; k < addon->fee_count; k++) {
      char interval[INTERVAL_TEXT_SIZE];
      interval_format (addon->fees[k].interval, interval);
      const struct cell cells[] = {
        cell_code (addon->code),
        cell_text (addon->name),
        cell_code (plan_addon_kind_names[addon->kind]),
        addon->kind == ADDON_ONE_OFF ? cell_null () : cell_code (interval),
        cell_money (addon->fees[k].amount_minor, plan->currency),
        cell_code (plan_addon_cycle_names[addon->own_interval ? ADDON_CYCLE_OWN : ADDON_CYCLE_PLAN]),
      };
      if (!document_row (document, cells, error))
        return FALSE;
    }
  }
  return TRUE;
}

static const struct {
  const char *key;
  const char *title;
  const struct column *columns;
  gsize column_count;
  gboolean (*write) (struct document *document, const struct plan *plan, GError **error);
  void (*narrow) (const struct plan *plan, struct column *columns); /* may be NULL */
} sections[] = {
  { "prices", "Prices", price_columns, G_N_ELEMENTS (price_columns), write_prices, NULL },
  { "quantities", "Quantities", quantity_columns, G_N_ELEMENTS (quantity_columns), write_quantities, NULL },
  { "charges", "Charges", plan_charge_columns, PLAN_CHARGE_COLUMNS, write_plan_charges, narrow_plan_charges },
  { "limits", "Limits", limit_columns, G_N_ELEMENTS (limit_columns), write_limits, NULL },
  { "features", "Features", feature_columns, G_N_ELEMENTS (feature_columns), write_features, NULL },
  { "addons", "Add-ons", addon_columns, G_N_ELEMENTS (addon_columns), write_addons, narrow_addons },
};

gboolean
write_plan_sections (struct document *document, const struct plan *plan, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++) {
    g_autofree struct column *columns = g_memdup2 (sections[i].columns, sections[i].column_count * sizeof *columns);
    if (sections[i].narrow != NULL)
      sections[i].narrow (plan, columns);
    if (!document_begin_section (document, sections[i].key, sections[i].title, columns, sections[i].column_count, error)
        || !sections[i].write (document, plan, error) || !document_end_section (document, error))
      return FALSE;
  }
  return TRUE;
}
