/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage as it happens: one event, or a stream of JSON lines that are acknowledged once they are durable. */
#ifndef BILLCTL_SERVICE_USAGE_RECORD_H
#define BILLCTL_SERVICE_USAGE_RECORD_H

#include "core/date.h"

#include <glib.h>

struct ledger;

/* Lines that share a transaction at most. */
enum { USAGE_GROUP_MAX = 1000 };

struct usage_record_request {
  const char *customer;
  const char *metric;
  const char *quantity;
  const struct time_text *at;    /* a date is the start of the customer's day; NULL: the as-of time */
  const char *id;                /* NULL: a random UUID */
  const char *subscription;      /* NULL: none */
  const char *const *properties; /* "key=value", NULL-terminated */
  const char *source;            /* NULL: "" */
};

struct usage_record_result {
  char *id;
  gboolean is_duplicate; /* known with the same content, so that nothing was recorded */
  gboolean is_late;      /* falls before what is billed for the customer */
  gint64 at_us;
};
void usage_record_result_clear (struct usage_record_result *result);
typedef struct usage_record_result usage_record_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (usage_record_result_t, usage_record_result_clear)

/* ERROR_REFUSED when the id is known with other content (the time is compared only when it was given), ERROR_NOT_FOUND for an
 * unknown customer, metric or subscription, ERROR_USAGE for what is malformed. */
gboolean usage_record (struct ledger *ledger, const struct usage_record_request *request, struct usage_record_result *ret,
                       GError **error);

enum usage_line_outcome { USAGE_LINE_RECORDED, USAGE_LINE_DUPLICATE, USAGE_LINE_REJECTED };

/* What became of one line. Borrowed until the call returns. */
struct usage_line_result {
  gint64 line;
  const char *id; /* NULL when it could not be read */
  enum usage_line_outcome outcome;
  const char *problem; /* REJECTED: why */
};

struct usage_stream_request {
  const char *path;   /* "-": standard input */
  const char *source; /* NULL: "" */
  /* Told of the lines in their order, a group at a time, when the group is committed; `last`: the group ends here. */
  gboolean (*tell) (void *data, const struct usage_line_result *result, gboolean last, GError **error);
  void *data;
};

struct usage_stream_result {
  gint64 recorded;
  gint64 duplicates;
  gint64 rejected;
  gint64 late; /* of those recorded: fall into a period that is billed already */
};

/* Reads {"id", "customer", "metric", "quantity", "time", "subscription"?, "properties"?} lines to the end. What has been read is
 * committed as soon as no more input waits, at the latest after USAGE_GROUP_MAX lines. A bad line is rejected and the rest goes
 * on. After a failure *ret counts what was committed before it. */
gboolean usage_record_stream (struct ledger *ledger, const struct usage_stream_request *request, struct usage_stream_result *ret,
                              GError **error);

#endif
