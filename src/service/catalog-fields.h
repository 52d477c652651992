/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields that the objects of a catalog file may have. schema/catalog.schema.json says the same; a test compares both. */
#ifndef BILLCTL_SERVICE_CATALOG_FIELDS_H
#define BILLCTL_SERVICE_CATALOG_FIELDS_H

/* Each list is NULL-terminated. */
extern const char *const catalog_file_fields[];
extern const char *const catalog_metric_fields[];
extern const char *const catalog_addon_fields[];
extern const char *const catalog_addon_price_fields[]; /* of an add-on in one more currency */
extern const char *const catalog_credit_event_fields[];
extern const char *const catalog_credit_package_fields[];
extern const char *const catalog_plan_fields[];
extern const char *const catalog_currency_fields[]; /* of a plan in one more currency */
extern const char *const catalog_fee_fields[];
extern const char *const catalog_quantity_fields[];
extern const char *const catalog_quantity_price_fields[];
extern const char *const catalog_charge_fields[];
extern const char *const catalog_filter_fields[];
extern const char *const catalog_price_fields[]; /* what a charge and a filter have in common */
extern const char *const catalog_tier_fields[];
extern const char *const catalog_rounding_fields[];
extern const char *const catalog_limit_fields[];
extern const char *const catalog_credits_fields[];
extern const char *const catalog_coupon_fields[];
extern const char *const catalog_coupon_cover_fields[]; /* what it applies to */
extern const char *const catalog_coupon_duration_fields[];
extern const char *const catalog_interval_fields[];
extern const char *const catalog_tax_fields[];

/* All of them under the names that the schema gives them; ends with a NULL name. */
extern const struct catalog_object {
  const char *name;
  const char *const *fields;
} catalog_objects[];

#endif
