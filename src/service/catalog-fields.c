/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of catalog files. */
#include "service/catalog-fields.h"

#include <stddef.h>

#define PRICE_FIELDS                                                                                                             \
  "amount", "unit_price", "package_price", "package_size", "tiers", "multiplier", "included", "percent", "event_fee",            \
      "free_events", "free_amount", "event_min", "event_max"

const char *const catalog_file_fields[]
    = { "catalog", "currency", "metrics", "addons", "credit_events", "credit_packages", "plans", "coupons", "taxes", NULL };
const char *const catalog_metric_fields[] = { "code", "name", "unit", "aggregation", "property", "negative", "persistent", "late", NULL };
const char *const catalog_addon_fields[] = { "code", "name", "category", "kind", "cycle", "amount", "prices", "currency", "currencies", NULL };
const char *const catalog_addon_price_fields[] = { "amount", "prices", NULL };
const char *const catalog_credit_event_fields[] = { "event", "credits", NULL };
const char *const catalog_credit_package_fields[] = { "code", "name", "credits", "amount", "currency", NULL };
const char *const catalog_plan_fields[] = {
  "code",           "name",       "description", "metadata", "currency",       "currencies",       "customer",      "type",
  "custom",         "prices",     "billing",     "alignment", "proration",     "usage_interval",   "minimum_spend", "maximum_spend",
  "discount_percent", "trial_days", "trial_payment_method", "grace_days", "retries", "quantities", "charges",       "limits",
  "features",       "addons",     "credits",     "category", NULL,
};
const char *const catalog_currency_fields[] = { "prices", "quantities", "charges", "minimum_spend", "maximum_spend", NULL };
const char *const catalog_fee_fields[] = { "interval", "amount", NULL };
const char *const catalog_quantity_fields[]
    = { "code", "name", "category", "included", "default", "min", "max", "unit_price", "prices", NULL };
const char *const catalog_quantity_price_fields[] = { "interval", "unit_price", NULL };
const char *const catalog_charge_fields[] = {
  "code", "name", "category", "metric", "model", "billing", "group_by", "discount_percent", "filters", "amount_property",
  "minimum_amount", "maximum_amount",
  "unit_size", "round", PRICE_FIELDS, NULL,
};
const char *const catalog_filter_fields[] = { "match", PRICE_FIELDS, NULL };
const char *const catalog_price_fields[] = { PRICE_FIELDS, NULL };
const char *const catalog_tier_fields[] = { "up_to", "unit_price", "percent", "flat_price", NULL };
const char *const catalog_rounding_fields[] = { "mode", "to", NULL };
const char *const catalog_limit_fields[] = { "metric", "value", "kind", "reset", "alerts", NULL };
const char *const catalog_credits_fields[] = { "included", NULL };
const char *const catalog_coupon_fields[] = { "code", "name", "percent", "amount", "currency", "duration", "applies_to", "max_redemptions",
                                              "expires", "per_customer", "scope", NULL };
const char *const catalog_coupon_cover_fields[] = { "plans", "metrics", "kinds", NULL };
const char *const catalog_coupon_duration_fields[] = { "periods", NULL };
const char *const catalog_tax_fields[]
    = { "code", "name", "kind", "percent", "country", "region", "category", "from", "until", NULL };
const char *const catalog_interval_fields[] = { "unit", "count", NULL };

const struct catalog_object catalog_objects[] = {
  { "catalog", catalog_file_fields },
  { "metric", catalog_metric_fields },
  { "addon", catalog_addon_fields },
  { "addon_price", catalog_addon_price_fields },
  { "credit_event", catalog_credit_event_fields },
  { "credit_package", catalog_credit_package_fields },
  { "plan", catalog_plan_fields },
  { "plan_currency", catalog_currency_fields },
  { "fee", catalog_fee_fields },
  { "quantity_object", catalog_quantity_fields },
  { "quantity_price", catalog_quantity_price_fields },
  { "charge", catalog_charge_fields },
  { "filter", catalog_filter_fields },
  { "tier", catalog_tier_fields },
  { "rounding", catalog_rounding_fields },
  { "limit", catalog_limit_fields },
  { "credits", catalog_credits_fields },
  { "coupon", catalog_coupon_fields },
  { "coupon_cover", catalog_coupon_cover_fields },
  { "coupon_duration", catalog_coupon_duration_fields },
  { "interval", catalog_interval_fields },
  { "tax", catalog_tax_fields },
  { NULL, NULL },
};
