/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coupons and redemptions as rows. */
#ifndef BILLCTL_CMD_COUPON_DOCUMENT_H
#define BILLCTL_CMD_COUPON_DOCUMENT_H

#include "cli/command.h"
#include "service/coupon.h"

extern const struct column coupon_columns[];
extern const struct column redemption_columns[];
enum { COUPON_COLUMN_COUNT = 16, REDEMPTION_COLUMN_COUNT = 10 };

/* The fields of a show; a table has those that `coupon list` has. */
gboolean coupon_write_fields (const struct coupon_row *row, struct document *document, enum format format, GError **error);
/* Visitors of service/coupon.h; `data` is the struct document. */
gboolean coupon_write_row (const struct coupon_row *row, void *data, GError **error);
gboolean redemption_write_row (const struct redemption_row *row, void *data, GError **error);

/* What was done to one redemption: a line, or its fields when a format or columns are asked for. */
gboolean redemption_answer (struct invocation *invocation, const struct redemption_row *row, GError **error);

#endif
