/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as catalog files write them, as JSON: turned back from definitions, changed, stripped of their prices.
 *
 * What is made shares the values that it is made from, so that they remember the lines that they were read from. Free with
 * json_object_put. */
#ifndef BILLCTL_SERVICE_CATALOG_SHAPE_H
#define BILLCTL_SERVICE_CATALOG_SHAPE_H

#include "base/json.h"

/* A definition as a plan in a file, without code and name; its add-ons are the codes of add-ons. Reading that gives the same definition. */
json_object *catalog_shape_of (json_object *definition);

/* `base` with what `changes` says. An entry of a list of quantities, charges, limits, filters or prices changes the one with the same code,
 * metric, match or interval, and stands behind the others when there is none. Another model of a charge takes its old prices away. What is
 * null is taken away. Anything else is replaced. */
json_object *catalog_shape_merge (json_object *base, json_object *changes);

/* Both changes in one, which keeps what is null: merging it is merging one after the other. */
json_object *catalog_shape_join (json_object *changes, json_object *more);

/* Without what is an amount or a price in some currency, and without the currency. What costs nothing stays so. */
json_object *catalog_shape_without_prices (json_object *plan);

/* The first of these that the changes say nothing of: "minimum_spend", "calls unit_price"; NULL when they say all. Newly allocated. */
char *catalog_shape_find_unsaid (json_object *plan, json_object *changes);

#endif
