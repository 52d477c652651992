/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late usage to look at, and to be let go. */
#ifndef BILLCTL_SERVICE_LATE_LIST_H
#define BILLCTL_SERVICE_LATE_LIST_H

#include "store/usage.h"

#include <glib.h>

struct ledger;

/* "open", "billed", "ignored", "held", in the order of the enum, NULL-terminated. */
extern const char *const usage_late_status_names[];

struct late_list_request {
  const char *customer; /* NULL: all */
  const char *metric;   /* NULL: all */
  int status;           /* enum usage_late_status; -1: all */
  usage_late_visit visit;
  void *data;
};
gboolean late_list (struct ledger *ledger, const struct late_list_request *request, GError **error);

/* Releases what is held of the customer and metric of the request; *ret says how many events that are. */
gboolean late_release (struct ledger *ledger, const struct late_list_request *request, gint64 *ret, GError **error);

#endif
