/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Helper programs: started with pipes on both sides, talked to line by line, reaped.
 *
 * A helper reads requests on its standard input and writes replies on its standard output; what it writes to its
 * standard error is kept (the last 4 KiB) and becomes part of the error message when it fails. Writing and reading
 * cannot deadlock: while process_write() waits for the helper to read, it takes in what the helper writes. Every
 * descriptor is close-on-exec; the child keeps only 0, 1, 2 and, when there is a secret, 3. A helper that went away
 * never raises SIGPIPE in this process. One process belongs to one thread. */
#ifndef BILLCTL_BASE_PROCESS_H
#define BILLCTL_BASE_PROCESS_H

#include <glib.h>

struct process;
typedef struct process process_t; /* for g_autoptr (process_t) only */

enum { PROCESS_SECRET_FD = 3, PROCESS_SECRET_MAX = 4096 };

struct process_request {
  const char *directory;       /* where the helper programs are */
  const char *name;            /* "billctl-xlsx" */
  const char *const *arguments; /* after the program's name; NULL-terminated; may be NULL */
  /* Bytes that the helper reads from descriptor 3 until end of file, so that they stand in no argument list and no
   * environment; at most PROCESS_SECRET_MAX. NULL: there is no descriptor 3. */
  const char *secret;
  gsize secret_length;
  const char *const *hidden_variables; /* of the environment: not for the helper; NULL-terminated; may be NULL */
};

/* ERROR_FAILED with a hint when there is no such program. */
gboolean process_start (const struct process_request *request, struct process **ret, GError **error);

/* Ends the helper when process_finish() did not: closes its input, waits two seconds, then signals it. NULL is fine. */
void process_free (struct process *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (process_t, process_free)

/* Writes all of it, however long the helper takes. ERROR_FAILED when the helper is gone; a reply that it left can
 * still be read. */
gboolean process_write (struct process *process, const char *bytes, gsize length, GError **error);

enum process_read { PROCESS_LINE, PROCESS_TIMEOUT, PROCESS_END };

/* The next line that the helper wrote, without its newline, NUL-terminated; borrowed until the next call with this
 * process. A negative `timeout_ms` waits for ever, 0 only looks. PROCESS_END: the helper closed its output; a last
 * line without a newline comes before it; why it did is known to process_finish(). */
enum process_read process_read_line (struct process *process, int timeout_ms, const char **ret_line, gsize *ret_length);

/* The next `length` bytes that the helper wrote, however long it takes; borrowed until the next call. FALSE: it closed its output before.
 * For helpers that do not write lines. */
gboolean process_read (struct process *process, gsize length, const char **ret);

/* Closes the helper's input, so that it reads an end of file. */
void process_close_input (struct process *process);

/* Closes the input, takes in and drops what the helper still writes, and waits for its end. Unless it exits with
 * status 0: ERROR_FAILED. A helper that exits with status 1 says why in its last line on standard error, which
 * becomes the message as it is; after any other end the message names the helper too. */
gboolean process_finish (struct process *process, GError **error);


/* The same with a program that talks as billctl itself does: its exit status, its last message and the hint become the error. */
gboolean process_finish_ours (struct process *process, GError **error);

/* Tells the helper to end at once, whatever it is doing. */
void process_stop (struct process *process);

#endif
