/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledgers that move from one engine to another. */
#include "service/ledger-copy.h"

#include "base/error.h"
#include "base/process.h"
#include "store/copy-stream.h"
#include "store/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIPE_BYTES = 1024 * 1024 };

/* The program that opens such a ledger: this one, a helper, or the one that became this helper. */
static gboolean
find_program (const struct copy_ledger_request *request, char **ret_folder, char **ret_name, GError **error)
{
  const char *name = ledger_engine_program (request->from), *known = g_getenv ("BILLCTL_PROGRAM");
  g_autofree char *program = name == NULL ? g_file_read_link ("/proc/self/exe", error) : g_build_filename (request->exec_path, name, NULL);
  if (program == NULL)
    return FALSE;
  if (name != NULL && !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE)) {
    g_free (program);
    program = strcmp (name, "billctl") != 0 ? NULL : known != NULL ? g_strdup (known) : g_find_program_in_path (name);
  }
  if (program == NULL) {
    g_autofree char *shown = ledger_path_shown (request->from);
    error_set (error, ERROR_LEDGER, "cannot read the ledger %s: %s is not in %s", shown, name, request->exec_path);
    return error_add_hint (error, "install %s, or say with BILLCTL_EXEC_PATH where it is", name);
  }
  *ret_folder = g_path_get_dirname (program);
  *ret_name = g_path_get_basename (program);
  return TRUE;
}

static gboolean
start_source (const struct copy_ledger_request *request, struct process **ret, GError **error)
{
  static const char *const arguments[] = { "ledger", "send", NULL };
  /* May name another ledger, with its password; the rest is as it is here. */
  static const char *const hidden[] = { "BILLCTL_LEDGER", NULL };
  g_autofree char *folder = NULL, *name = NULL;
  if (strlen (request->from) > PROCESS_SECRET_MAX)
    return error_set (error, ERROR_USAGE, "the name of a ledger has %d bytes at most", (int) PROCESS_SECRET_MAX);
  if (!find_program (request, &folder, &name, error))
    return FALSE;
  const struct process_request start = {
    .directory = folder,
    .name = name,
    .arguments = arguments,
    .secret = request->from,
    .secret_length = strlen (request->from),
    .hidden_variables = hidden,
  };
  return process_start (&start, ret, error);
}

/* The place is an operand here, and not what --ledger names. */
static void
drop_option (GError **error)
{
  if (error == NULL || error_exit_status (*error) != ERROR_REFUSED)
    return;
  g_autofree char *text = error_message_text (*error), *hint = error_hint_text (*error);
  char *option = hint == NULL ? NULL : strstr (hint, " with --ledger ");
  if (option == NULL)
    return;
  *option = '\0';
  g_clear_error (error);
  error_set (error, ERROR_REFUSED, "%s", text);
  error_add_hint (error, "%s", hint);
}

gboolean
ledger_copy (const struct copy_ledger_request *request, struct receive_result *ret, GError **error)
{
  g_autoptr (process_t) source = NULL;
  g_auto (new_file_t) file = { 0 };
  const char *name = request->file_name;
  if (!ledger_check_engine (request->to, error) || (name != NULL && !new_file_begin (&file, name, error)) || !start_source (request, &source, error))
    return FALSE;
  const struct receive_request receive = {
    .to = request->to,
    .file = name == NULL ? NULL : &file,
    .source = source,
    .restart = request->restart,
    .without_roles = request->without_roles,
    .dry_run = request->dry_run && name == NULL,
    .now_us = request->now_us,
    .progress = request->progress,
    .tell = request->tell,
    .data = request->data,
  };
  gboolean ok = copy_receive (&receive, ret, error);
  if (!ok) {
    process_stop (source);
    drop_option (error);
  }
  return ok && (name == NULL || request->dry_run || new_file_finish (&file, error));
}

/* --- The other program --- */

static char *
read_name (void)
{
  char bytes[PROCESS_SECRET_MAX + 1];
  gsize length = 0;
  ssize_t got = 0;
  while (length < PROCESS_SECRET_MAX
         && ((got = read (PROCESS_SECRET_FD, bytes + length, PROCESS_SECRET_MAX - length)) > 0 || (got < 0 && errno == EINTR)))
    length += got > 0 ? (gsize) got : 0;
  bytes[length] = '\0';
  return got < 0 || length == 0 ? NULL : g_strdup (bytes);
}

gboolean
ledger_send (const struct send_request *request, GError **error)
{
  g_autofree char *path = isatty (request->out) == 1 ? NULL : read_name ();
  g_autoptr (ledger_t) ledger = NULL;
  if (path == NULL) {
    error_set (error, ERROR_USAGE, "`ledger send` is started by `billctl ledger copy`, for itself");
    return error_add_hint (error, "`billctl ledger copy FROM TO` copies a ledger");
  }
  fcntl (request->out, F_SETPIPE_SZ, PIPE_BYTES);
  const struct ledger_open_request open = { .path = path, .mode = LEDGER_READ, .now_us = request->now_us };
  return ledger_open (&open, &ledger, error) && copy_send (ledger, request->in, request->out, error);
}
