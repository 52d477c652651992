/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger on its way through a pipe, from the program that reads one engine to the program that writes another.
 *
 * A frame is a letter, the length of what follows (32 bits, big-endian), and that:
 *
 *   H  first, a text: "billctl-copy 1\nschema 2\nid UUID\naudit ROWS HASH\nshared false\ntable setting 5\n…", each table of the schema in
 *      its order. The other side answers with a line: "go" and, for each table, how many of its rows it has already.
 *   R  the number of rows (32 bits), and the rows in the form of db.h
 *   E  a table has ended: its proof (store/table-proof.h), of all its rows, also those that the other side had
 *   Z  last, without a text: the ledger is sound, and its audit log too */
#ifndef BILLCTL_STORE_COPY_STREAM_H
#define BILLCTL_STORE_COPY_STREAM_H

#include <glib.h>

struct ledger;
struct process;

enum copy_frame { COPY_HEAD = 'H', COPY_ROWS = 'R', COPY_TABLE_END = 'E', COPY_END = 'Z' };
enum { COPY_FRAME_MAX = 1 << 28, COPY_ROWS_BYTES = 256 * 1024 };
#define COPY_STREAM_NAME "billctl-copy 1"

gboolean copy_frame_send (int fd, enum copy_frame type, const void *bytes, gsize length, GError **error);
/* Borrowed until the next one. When the process ends before it has said all, the error is its own. */
gboolean copy_frame_take (struct process *process, enum copy_frame *ret, const guint8 **ret_bytes, gsize *ret_length, GError **error);

/* The reading side: all of the ledger, as of one instant, to `out`; answers come from `in`. ERROR_LEDGER when it is not sound. */
gboolean copy_send (struct ledger *ledger, int in, int out, GError **error);

#endif
