/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl-http: carries HTTP requests for billctl, the only program of the family that links libcurl.
 *
 * One request per JSON line on stdin, one reply per line on stdout, matched by "id" and in the order in which they end;
 * http-request.h shows the forms. The first line may configure the helper and is answered by {"configured":true}. A bearer secret
 * comes over an inherited descriptor, goes to one origin only, and stands in no line, argument, variable or message.
 *
 * https always with the certificate checked; plain http and no proxy for this machine; the usual proxy variables otherwise.
 * BILLCTL_HTTP_CA_FILE names certificates to be trusted beside the system's.
 *
 * At the end of stdin what is under way is finished; exit status 0, or 1 when stdout cannot be written. */
#include "base/error.h"
#include "http-request.h"
#include "http-secret.h"
#include "http-transfer.h"
#include "http-url.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 16 * 1024 * 1024, READ_BYTES = 64 * 1024, WAITING_MAX = 256, IDLE_MS = 60000 };

struct helper {
  CURLM *multi;
  struct http_secret *secret;
  struct http_target secret_target;
  char *ca_file;
  GQueue waiting; /* struct http_request * that has no place under way yet */
  GByteArray *input;
  gboolean skipping; /* inside a line that is too long */
  gboolean input_ended;
  gboolean lines_seen;
  gboolean output_failed;
  int max_in_flight;
  int in_flight;
};

static void
write_line (struct helper *helper, GString *line)
{
  gsize done = 0;
  while (!helper->output_failed && done < line->len) {
    ssize_t put = write (STDOUT_FILENO, line->str + done, line->len - done);
    if (put >= 0)
      done += (gsize)put;
    else if (errno != EINTR)
      helper->output_failed = TRUE;
  }
  g_string_free (line, TRUE);
}

static void
refuse (struct helper *helper, gboolean has_id, gint64 id, const GError *error)
{
  g_autofree char *message = error_message_text (error);
  write_line (helper, http_error_reply (has_id, id, "other", message));
}

static gboolean
configure (struct helper *helper, const struct http_configuration *configuration, GError **error)
{
  struct http_target target = { 0 };
  if (configuration->auth_origin != NULL && !http_target_parse (configuration->auth_origin, &target, error))
    return FALSE;
  if (configuration->auth_fd >= 0 && !http_secret_read (configuration->auth_fd, &helper->secret, error)) {
    http_target_clear (&target);
    return FALSE;
  }
  helper->secret_target = target;
  helper->max_in_flight = configuration->max_in_flight;
  return TRUE;
}

static gboolean
take_configuration (struct helper *helper, const struct http_configuration *configuration, gboolean first, GError **error)
{
  if (!first)
    return error_set (error, ERROR_USAGE, "\"configure\" is for the first line only");
  if (!configure (helper, configuration, error))
    return FALSE;
  curl_multi_setopt (helper->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)helper->max_in_flight);
  curl_multi_setopt (helper->multi, CURLMOPT_MAXCONNECTS, (long)helper->max_in_flight);
  write_line (helper, g_string_new ("{\"configured\":true}\n"));
  return TRUE;
}

static void
take_line (struct helper *helper, const char *text, gsize length)
{
  struct http_line line;
  g_autoptr (GError) error = NULL;
  gboolean first = !helper->lines_seen;
  helper->lines_seen = TRUE;
  if (!http_line_parse (text, length, &line, &error)) {
    refuse (helper, line.has_id, line.id, error);
    return;
  }
  if (line.request != NULL)
    g_queue_push_tail (&helper->waiting, line.request);
  else if (!take_configuration (helper, line.configuration, first, &error))
    refuse (helper, FALSE, 0, error);
  http_configuration_free (line.configuration);
}

/* A line of more than LINE_MAX_BYTES is answered once and then dropped up to its end. */
static void
drop_long_line (struct helper *helper)
{
  if (helper->input->len <= LINE_MAX_BYTES)
    return;
  if (!helper->skipping) {
    g_autoptr (GError) error = NULL;
    error_set (&error, ERROR_USAGE, "a line is longer than %d MiB", LINE_MAX_BYTES / 1024 / 1024);
    refuse (helper, FALSE, 0, error);
  }
  helper->skipping = TRUE;
  g_byte_array_set_size (helper->input, 0);
}

static gboolean
has_room (const struct helper *helper)
{
  return helper->waiting.length < WAITING_MAX;
}

static gboolean
has_line (const struct helper *helper)
{
  return memchr (helper->input->data, '\n', helper->input->len) != NULL;
}

static void
split_lines (struct helper *helper)
{
  gsize start = 0;
  const char *newline;
  while (has_room (helper) && (newline = memchr (helper->input->data + start, '\n', helper->input->len - start)) != NULL) {
    const char *text = (const char *)helper->input->data + start;
    gsize length = (gsize)(newline - text);
    if (!helper->skipping && length > 0)
      take_line (helper, text, length);
    helper->skipping = FALSE;
    start += length + 1;
  }
  if (start > 0)
    g_byte_array_remove_range (helper->input, 0, (guint)start);
  if (!has_line (helper))
    drop_long_line (helper);
}

/* The last line may lack its newline. */
static void
end_input (struct helper *helper)
{
  helper->input_ended = TRUE;
  if (helper->input->len > 0 && helper->input->data[helper->input->len - 1] != '\n')
    g_byte_array_append (helper->input, (const guint8 *)"\n", 1);
}

static void
read_input (struct helper *helper)
{
  struct pollfd ready = { STDIN_FILENO, POLLIN, 0 };
  if (poll (&ready, 1, 0) <= 0)
    return;
  guint before = helper->input->len;
  g_byte_array_set_size (helper->input, before + READ_BYTES);
  ssize_t got = read (STDIN_FILENO, helper->input->data + before, READ_BYTES);
  g_byte_array_set_size (helper->input, before + (got > 0 ? (guint)got : 0));
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
    end_input (helper);
}

static void
start_waiting (struct helper *helper)
{
  struct http_environment environment = {
    .secret = helper->secret,
    .secret_origin = helper->secret_target.origin,
    .ca_file = helper->ca_file,
  };
  while (helper->in_flight < helper->max_in_flight && !g_queue_is_empty (&helper->waiting)) {
    g_autoptr (GError) error = NULL;
    struct http_request *request = g_queue_pop_head (&helper->waiting);
    struct http_transfer *transfer;
    gint64 id = request->id;
    if (!http_transfer_new (request, &environment, &transfer, &error)) {
      refuse (helper, TRUE, id, error);
      continue;
    }
    curl_multi_add_handle (helper->multi, http_transfer_easy (transfer));
    helper->in_flight++;
  }
}

static void
collect_replies (struct helper *helper)
{
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read (helper->multi, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    struct http_transfer *transfer = http_transfer_of (easy);
    write_line (helper, http_transfer_reply (transfer, result));
    curl_multi_remove_handle (helper->multi, easy);
    http_transfer_free (transfer);
    helper->in_flight--;
  }
}

/* Something can be done without waiting for a peer or for stdin. */
static gboolean
is_busy (const struct helper *helper)
{
  return (helper->waiting.length > 0 && helper->in_flight < helper->max_in_flight) || (has_room (helper) && has_line (helper));
}

static gboolean
has_work (const struct helper *helper)
{
  return !helper->output_failed
         && (!helper->input_ended || helper->input->len > 0 || helper->in_flight > 0 || helper->waiting.length > 0);
}

static gboolean
serve (struct helper *helper)
{
  while (has_work (helper)) {
    int running;
    split_lines (helper);
    start_waiting (helper);
    if (curl_multi_perform (helper->multi, &running) != CURLM_OK)
      return FALSE;
    collect_replies (helper);
    if (is_busy (helper) || !has_work (helper))
      continue;
    struct curl_waitfd wanted = { STDIN_FILENO, CURL_WAIT_POLLIN, 0 };
    gboolean reads = !helper->input_ended && has_room (helper);
    if (curl_multi_poll (helper->multi, &wanted, reads ? 1 : 0, IDLE_MS, NULL) != CURLM_OK)
      return FALSE;
    if (reads)
      read_input (helper);
  }
  return !helper->output_failed;
}

static void
helper_clear (struct helper *helper)
{
  g_queue_clear_full (&helper->waiting, (GDestroyNotify)http_request_free);
  g_byte_array_unref (helper->input);
  http_secret_free (helper->secret);
  http_target_clear (&helper->secret_target);
  g_free (helper->ca_file);
  curl_multi_cleanup (helper->multi);
}

int
main (int argc, char **argv)
{
  if (argc != 1) {
    fprintf (stderr, "usage: %s <REQUESTS >REPLIES\n", argv[0]);
    return ERROR_USAGE;
  }
  signal (SIGPIPE, SIG_IGN);
  /* The secret must not end in a core file. */
  setrlimit (RLIMIT_CORE, &(struct rlimit){ 0, 0 });
  if (curl_global_init (CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    fprintf (stderr, "billctl-http: libcurl does not start\n");
    return ERROR_FAILED;
  }
  const char *ca_file = g_getenv ("BILLCTL_HTTP_CA_FILE");
  struct helper helper = {
    .multi = curl_multi_init (),
    .ca_file = ca_file == NULL || *ca_file == '\0' ? NULL : g_strdup (ca_file),
    .input = g_byte_array_sized_new (READ_BYTES),
    .max_in_flight = HTTP_IN_FLIGHT,
  };
  g_queue_init (&helper.waiting);
  gboolean ok = helper.multi != NULL && serve (&helper);
  helper_clear (&helper);
  curl_global_cleanup ();
  return ok ? 0 : ERROR_FAILED;
}
