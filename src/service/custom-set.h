/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One term that is set on the command line: "base.month=89.00", "charge.calls.included=5000". The paths are in billctl-subscribe(1). */
#ifndef BILLCTL_SERVICE_CUSTOM_SET_H
#define BILLCTL_SERVICE_CUSTOM_SET_H

#include <glib.h>
#include <json-c/json_object.h>

/* As a change of a plan in a catalog file (catalog_shape_merge); prices of add-ons are in "addon_prices", by their codes. ERROR_USAGE. */
gboolean custom_set_read (const char *text, json_object **ret, GError **error);

#endif
