/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of one subscription: those of a plan version, with what was agreed otherwise. They are a row of plan_version of their own,
 * complete in itself, that is never sold to anybody else. */
#ifndef BILLCTL_SERVICE_CUSTOM_TERMS_H
#define BILLCTL_SERVICE_CUSTOM_TERMS_H

#include <glib.h>
#include <json-c/json_object.h>

struct ledger;
struct plan;

struct custom_terms_request {
  const char *const *sets; /* "charge.calls.unit_price=0.08", see billctl-subscribe(1); NULL-terminated; may be NULL */
  const char *file;        /* what differs, as a plan in a catalog file; "-" for standard input; NULL: none */
};

/* Reads what was agreed, without a ledger: *ret is NULL when the request is empty. ERROR_USAGE for a path that is none. */
struct custom_terms;
gboolean custom_terms_read (const struct custom_terms_request *request, struct custom_terms **ret, GError **error);
void custom_terms_free (struct custom_terms *terms); /* NULL is fine */
typedef struct custom_terms custom_terms_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (custom_terms_t, custom_terms_free)

/* The currency that they name; NULL: none. */
const char *custom_terms_currency (const struct custom_terms *terms);

/* Inside the caller's transaction: the plan version with these terms, made, with an audit entry, or found if it is there already. They are
 * made from `version_id`; when that is a custom one itself, what it has agreed holds below. Where they come to what the plan has anyway,
 * that is the answer. ERROR_USAGE for what a catalog may not have either; ERROR_NOT_FOUND for a charge, quantity or add-on that is not there. */
gboolean custom_terms_make (struct ledger *ledger, gint64 version_id, const struct custom_terms *terms, gint64 *ret_version_id,
                            GError **error);

/* The same for what `custom_id` has agreed, on another version: `base_id`, which is none of custom terms itself. */
gboolean custom_terms_move (struct ledger *ledger, gint64 custom_id, gint64 base_id, gint64 *ret_version_id, GError **error);

/* The same without writing anything: what `overrides`, those of a custom version, come to on `base`, which may price further `metrics` of
 * a catalog file (NULL: none). Free with plan_free. */
gboolean custom_terms_try (struct ledger *ledger, const char *overrides, const struct plan *base, json_object *metrics, struct plan **ret,
                           GError **error);

/* Appends a text for each term in which a custom version differs from the one that it was made from; nothing for another version. */
gboolean custom_terms_differences (struct ledger *ledger, gint64 version_id, GPtrArray *ret, GError **error);

#endif
