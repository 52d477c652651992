/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a handful of requests under way through the HTTP helper and decides what happens to each. */
#include "stripe/client.h"

#include "base/error.h"
#include "base/process.h"
#include "stripe/rate.h"

#include <string.h>

enum {
  IN_FLIGHT = 4,
  IN_FLIGHT_MAX = 64,
  TIMEOUT_MS = 80000,
  CONNECT_TIMEOUT_MS = 15000,
  HELPER_GRACE_MS = 30000, /* how much later than the request's own timeout the helper must have answered */
  START_TIMEOUT_MS = 30000,
};

/* Requests a second, a little under what Stripe allows: live 100 for an account, test 25, and 25 for one endpoint. Source: "Rate
 * limits" in Stripe's documentation. */
enum { LIVE_PER_SECOND = 85, LIVE_BURST = 10, TEST_PER_SECOND = 20, ENDPOINT_PER_SECOND = 20, BURST = 4 };

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_SENT };

/* One request of a batch until `done` has heard of it. */
struct slot {
  enum slot_state state;
  char *method;
  char *path;
  char *parameters;
  char *idempotency_key;
  gpointer tag;
  int tries;
  gint64 id;            /* of the try that is under way */
  gint64 not_before_us; /* READY: when it may be sent */
  gint64 deadline_us;   /* SENT: when the helper must have answered */
};

struct stripe_client {
  struct process *process;
  char *api_base;
  gboolean live;
  int timeout_ms;
  int delay_percent;
  stripe_log_function log;
  gpointer log_data;
  gint64 last_id;
  struct rate_bucket account_rate;
  GHashTable *endpoint_rates; /* "POST prices" -> struct rate_bucket * */
  gboolean running;
  int slot_count;
  struct slot *slots;
};

static void G_GNUC_PRINTF (3, 4) client_log (struct stripe_client *client, enum stripe_log_level level, const char *format, ...)
{
  if (client->log == NULL)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  client->log (client->log_data, level, message);
}

/* --- start ------------------------------------------------------------------------------------------------------ */

static gboolean
is_loopback (const char *host)
{
  return g_ascii_strcasecmp (host, "localhost") == 0 || strcmp (host, "::1") == 0
         || (g_str_has_prefix (host, "127.") && g_hostname_is_ip_address (host));
}

gboolean
stripe_check_base (const char *base, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, &trouble);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  if (host == NULL || *host == '\0' || g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL) {
    error_set (error, ERROR_USAGE, "API base '%s' is not an address such as " STRIPE_API_BASE, base);
    return FALSE;
  }
  if (strcmp (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  if (strcmp (g_uri_get_scheme (uri), "http") == 0 && is_loopback (host))
    return TRUE;
  error_set (error, ERROR_USAGE, "API base '%s' would carry the key in the clear", base);
  return error_add_hint (error, "use https; plain http is for this machine only (127.0.0.1, localhost)");
}

static int
delay_percent_from_environment (void)
{
  const char *text = g_getenv ("BILLCTL_STRIPE_DELAY_PERCENT");
  guint64 percent;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 100, &percent, NULL))
    return 100;
  return (int)percent;
}

static gboolean
start_helper (struct stripe_client *client, const struct stripe_client_options *options, GError **error)
{
  static const char *const hidden[] = { STRIPE_KEY_VARIABLE, NULL };
  const char *key = stripe_key_text (options->key);
  const struct process_request request = {
    .directory = options->exec_path,
    .name = "billctl-http",
    .secret = key,
    .secret_length = strlen (key),
    .hidden_variables = hidden,
  };
  if (!process_start (&request, &client->process, error))
    return FALSE;
  g_autoptr (GString) line = g_string_new (NULL);
  g_string_append_printf (line, "{\"configure\":{\"max_in_flight\":%d,\"auth_fd\":%d,\"auth_origin\":", client->slot_count,
                          (int)PROCESS_SECRET_FD);
  json_append_string (line, client->api_base);
  g_string_append (line, "}}\n");
  const char *answer;
  gsize length;
  if (!process_write (client->process, line->str, line->len, error))
    return FALSE;
  if (process_read_line (client->process, START_TIMEOUT_MS, &answer, &length) != PROCESS_LINE)
    return error_set (error, ERROR_FAILED, "billctl-http does not answer");
  if (strcmp (answer, "{\"configured\":true}") == 0)
    return TRUE;
  struct helper_answer refusal;
  if (helper_answer_parse (answer, length, &refusal, error))
    error_set (error, ERROR_FAILED, "billctl-http did not take its configuration");
  helper_answer_clear (&refusal);
  return FALSE;
}

gboolean
stripe_client_new (const struct stripe_client_options *options, struct stripe_client **ret, GError **error)
{
  const char *base = options->api_base == NULL ? STRIPE_API_BASE : options->api_base;
  if (!stripe_check_base (base, error))
    return FALSE;
  g_autoptr (stripe_client_t) client = g_new0 (struct stripe_client, 1);
  gint64 now_us = g_get_monotonic_time ();
  client->api_base = g_strdup (base);
  while (g_str_has_suffix (client->api_base, "/"))
    client->api_base[strlen (client->api_base) - 1] = '\0';
  client->live = stripe_key_is_live (options->key);
  client->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
  client->delay_percent = delay_percent_from_environment ();
  client->log = options->log;
  client->log_data = options->log_data;
  client->endpoint_rates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  client->slot_count = options->max_in_flight > 0 ? MIN (options->max_in_flight, IN_FLIGHT_MAX) : IN_FLIGHT;
  client->slots = g_new0 (struct slot, (gsize)client->slot_count);
  if (client->live)
    rate_bucket_init (&client->account_rate, LIVE_PER_SECOND, LIVE_BURST, now_us);
  else
    rate_bucket_init (&client->account_rate, TEST_PER_SECOND, BURST, now_us);
  if (!start_helper (client, options, error))
    return FALSE;
  *ret = g_steal_pointer (&client);
  return TRUE;
}

void
stripe_client_free (struct stripe_client *client)
{
  if (client == NULL)
    return;
  process_free (client->process);
  g_hash_table_unref (client->endpoint_rates);
  g_free (client->slots);
  g_free (client->api_base);
  g_free (client);
}

gboolean
stripe_client_is_live (const struct stripe_client *client)
{
  return client->live;
}

/* --- slots ------------------------------------------------------------------------------------------------------ */

static void
slot_fill (struct slot *slot, const struct stripe_request *request, gpointer tag)
{
  gboolean is_post = strcmp (request->method, "POST") == 0;
  if (is_post != (request->idempotency_key != NULL))
    BUG ("%s %s: a POST, and nothing else, has an idempotency key", request->method, request->path);
  if (is_post && (*request->idempotency_key == '\0' || strlen (request->idempotency_key) > STRIPE_IDEMPOTENCY_KEY_MAX))
    BUG ("%s: idempotency key of %zu characters", request->path, strlen (request->idempotency_key));
  *slot = (struct slot){
    .state = SLOT_READY,
    .method = g_strdup (request->method),
    .path = g_strdup (request->path),
    .parameters = g_strdup (request->parameters == NULL ? "" : request->parameters),
    .idempotency_key = g_strdup (request->idempotency_key),
    .tag = tag,
  };
}

static void
slot_clear (struct slot *slot)
{
  g_free (slot->method);
  g_free (slot->path);
  g_free (slot->parameters);
  g_free (slot->idempotency_key);
  *slot = (struct slot){ .state = SLOT_FREE };
}

static gint64
scaled_us (const struct stripe_client *client, gint64 delay_ms)
{
  return delay_ms * 1000 * client->delay_percent / 100;
}

/* "POST /v1/prices/price_1" -> "POST prices": all objects of a kind share one limit. */
static struct rate_bucket *
endpoint_bucket (struct stripe_client *client, const struct slot *slot, gint64 now_us)
{
  g_auto (GStrv) parts = g_strsplit (slot->path, "/", 5);
  const char *collection = g_strv_length (parts) > 2 ? parts[2] : slot->path;
  if (strcmp (collection, "billing") == 0 && parts[3] != NULL)
    collection = parts[3];
  g_autofree char *name = g_strconcat (slot->method, " ", collection, NULL);
  struct rate_bucket *bucket = g_hash_table_lookup (client->endpoint_rates, name);
  if (bucket == NULL) {
    bucket = g_new (struct rate_bucket, 1);
    rate_bucket_init (bucket, ENDPOINT_PER_SECOND, BURST, now_us);
    g_hash_table_insert (client->endpoint_rates, g_steal_pointer (&name), bucket);
  }
  return bucket;
}

/* Microseconds until both limits allow the request; 0: now, and it has been counted. */
static gint64
rate_wait_us (struct stripe_client *client, const struct slot *slot, gint64 now_us)
{
  if (client->delay_percent == 0)
    return 0;
  /* With shortened delays the buckets live in a time that runs faster. */
  gint64 bucket_now_us = now_us * 100 / client->delay_percent;
  struct rate_bucket *endpoint = endpoint_bucket (client, slot, bucket_now_us);
  gint64 wait_us
      = MAX (rate_bucket_wait_us (&client->account_rate, bucket_now_us), rate_bucket_wait_us (endpoint, bucket_now_us));
  if (wait_us > 0)
    return wait_us * client->delay_percent / 100 + 1;
  rate_bucket_take (&client->account_rate);
  rate_bucket_take (endpoint);
  return 0;
}

static gboolean
slot_send (struct stripe_client *client, struct slot *slot, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean is_post = strcmp (slot->method, "POST") == 0;
  gboolean has_query = !is_post && *slot->parameters != '\0';
  g_autofree char *url
      = g_strconcat (client->api_base, slot->path, has_query ? "?" : "", has_query ? slot->parameters : "", NULL);
  slot->id = ++client->last_id;
  g_string_append_printf (line, "{\"id\":%" G_GINT64_FORMAT ",\"method\":\"%s\",\"url\":", slot->id, slot->method);
  json_append_string (line, url);
  g_string_append (line, ",\"headers\":[\"Stripe-Version: " STRIPE_API_VERSION "\",\"User-Agent: billctl/" PACKAGE_VERSION "\"");
  if (is_post) {
    g_autofree char *header = g_strconcat ("Idempotency-Key: ", slot->idempotency_key, NULL);
    g_string_append (line, ",\"Content-Type: application/x-www-form-urlencoded\",");
    json_append_string (line, header);
  }
  g_string_append_c (line, ']');
  if (is_post) {
    g_string_append (line, ",\"body\":");
    json_append_string (line, slot->parameters);
  }
  g_string_append_printf (line, ",\"timeout_ms\":%d,\"connect_timeout_ms\":%d}\n", client->timeout_ms,
                          MIN (client->timeout_ms, CONNECT_TIMEOUT_MS));
  slot->tries++;
  slot->state = SLOT_SENT;
  slot->deadline_us = g_get_monotonic_time () + (gint64)(client->timeout_ms + HELPER_GRACE_MS) * 1000;
  return process_write (client->process, line->str, line->len, error);
}

/* --- what became of a try --------------------------------------------------------------------------------------- */

/* A batch while it runs. `error` keeps the first thing that went wrong; from then on nothing new is taken. */
struct run {
  struct stripe_client *client;
  const struct stripe_batch *batch;
  gboolean failed;
  gboolean exhausted; /* `next` has nothing for now */
  GError *error;
};

static void
run_fail (struct run *run, GError *error)
{
  run->failed = TRUE;
  if (run->error == NULL)
    run->error = error;
  else
    g_error_free (error);
}

static void
finish_slot (struct run *run, struct slot *slot, struct stripe_reply *reply, const GError *failure)
{
  struct slot ended = *slot;
  GError *error = NULL;
  *slot = (struct slot){ .state = SLOT_FREE };
  run->exhausted = FALSE;
  if (reply != NULL)
    reply->tries = ended.tries;
  if (!run->batch->done (run->batch->data, ended.tag, reply, failure, &error))
    run_fail (run, error);
  slot_clear (&ended);
}

static void
fail_slot (struct run *run, struct slot *slot, const char *why, const char *hint)
{
  g_autoptr (GError) failure = NULL;
  error_set (&failure, ERROR_REMOTE, "%s %s: %s", slot->method, slot->path, why);
  if (hint != NULL)
    error_add_hint (&failure, "%s", hint);
  finish_slot (run, slot, NULL, failure);
}

/* The mode of the object must be the key's: a test run never touches live objects, whatever stands between. */
static gboolean
mode_is_right (const struct stripe_client *client, const struct stripe_reply *reply)
{
  json_object *livemode;
  return !stripe_reply_is_success (reply) || !json_object_object_get_ex (reply->body, "livemode", &livemode)
         || !json_object_is_type (livemode, json_type_boolean) || !json_object_get_boolean (livemode) == !client->live;
}

static void
log_answer (struct stripe_client *client, const struct slot *slot, const struct helper_answer *answer)
{
  const char *request_id = answer->reply.request_id == NULL ? "no request id" : answer->reply.request_id;
  if (answer->outcome == RETRY_ANSWERED)
    client_log (client, STRIPE_LOG_DETAIL, "%s %s: %d (%s%s)", slot->method, slot->path, answer->reply.status, request_id,
                answer->reply.replayed ? ", replayed" : "");
  else
    client_log (client, STRIPE_LOG_DETAIL, "%s %s: %s", slot->method, slot->path, answer->failure);
  if (answer->notice != NULL)
    client_log (client, STRIPE_LOG_WARNING, "Stripe: %s", answer->notice);
}

static gboolean
wants_retry (struct stripe_client *client, struct slot *slot, const struct helper_answer *answer)
{
  const struct retry_try done = {
    .outcome = answer->outcome,
    .status = answer->reply.status,
    .should_retry = answer->should_retry,
    .retry_after = answer->retry_after,
    .error_code = answer->reply.error_code,
    .replayed = answer->reply.replayed,
    .number = slot->tries,
  };
  gint64 delay_ms;
  if (!retry_decide (&done, g_random_int_range (0, 1001), &delay_ms))
    return FALSE;
  client_log (client, STRIPE_LOG_DETAIL, "%s %s: trying again in %" G_GINT64_FORMAT " ms", slot->method, slot->path,
              scaled_us (client, delay_ms) / 1000);
  slot->state = SLOT_READY;
  slot->not_before_us = g_get_monotonic_time () + scaled_us (client, delay_ms);
  return TRUE;
}

static void
fail_answer (struct run *run, struct slot *slot, const struct helper_answer *answer)
{
  g_autofree char *why = NULL;
  const char *hint = NULL;
  if (answer->outcome == RETRY_NOT_TRUSTED) {
    why = g_strdup_printf ("the server is not trusted: %s", answer->failure);
    hint = "a company that inspects TLS has a certificate of its own: name it in BILLCTL_HTTP_CA_FILE";
  } else if (answer->outcome == RETRY_NO_ANSWER) {
    why = g_strdup_printf ("no answer from Stripe after %d %s: %s", slot->tries, slot->tries == 1 ? "try" : "tries",
                           answer->failure);
    hint = "run the same command again: it finds out first what Stripe has carried out";
  } else
    why = g_strdup (answer->failure);
  fail_slot (run, slot, why, hint);
}

static struct slot *
find_slot (struct stripe_client *client, gint64 id)
{
  for (int i = 0; i < client->slot_count; i++)
    if (client->slots[i].state == SLOT_SENT && client->slots[i].id == id)
      return &client->slots[i];
  return NULL;
}

static void
take_answer (struct run *run, const char *line, gsize length)
{
  struct stripe_client *client = run->client;
  struct helper_answer answer;
  GError *error = NULL;
  if (!helper_answer_parse (line, length, &answer, &error)) {
    run_fail (run, error);
    return;
  }
  struct slot *slot = find_slot (client, answer.id);
  if (slot != NULL) {
    log_answer (client, slot, &answer);
    if (wants_retry (client, slot, &answer))
      ;
    else if (answer.outcome != RETRY_ANSWERED)
      fail_answer (run, slot, &answer);
    else if (!mode_is_right (client, &answer.reply))
      fail_slot (run, slot,
                 client->live ? "the answer is a test object, but the key is live"
                              : "the answer is a live object, but the key is for tests",
                 NULL);
    else
      finish_slot (run, slot, &answer.reply, NULL);
  }
  helper_answer_clear (&answer);
}

/* The helper is gone or silent: nothing that is under way can be known any more. */
static void
lose_helper (struct run *run, const char *why)
{
  GError *error = NULL;
  for (int i = 0; i < run->client->slot_count; i++)
    if (run->client->slots[i].state != SLOT_FREE)
      fail_slot (run, &run->client->slots[i], why, NULL);
  error_set (&error, ERROR_REMOTE, "%s", why);
  run_fail (run, error);
}

/* --- the run ---------------------------------------------------------------------------------------------------- */

static void
fill_slots (struct run *run)
{
  struct stripe_client *client = run->client;
  for (int i = 0; i < client->slot_count && !run->failed && !run->exhausted; i++) {
    struct stripe_request request = { 0 };
    gpointer tag = NULL;
    GError *error = NULL;
    if (client->slots[i].state != SLOT_FREE)
      continue;
    enum stripe_next next = run->batch->next (run->batch->data, &request, &tag, &error);
    if (next == STRIPE_NEXT_REQUEST)
      slot_fill (&client->slots[i], &request, tag);
    else if (next == STRIPE_NEXT_NONE)
      run->exhausted = TRUE;
    else
      run_fail (run, error);
  }
}

static gboolean
is_active (const struct stripe_client *client)
{
  for (int i = 0; i < client->slot_count; i++)
    if (client->slots[i].state != SLOT_FREE)
      return TRUE;
  return FALSE;
}

/* Sends what may be sent; *ret_wake_us is when something has to be looked at again. */
static gboolean
send_ready (struct stripe_client *client, gint64 *ret_wake_us, GError **error)
{
  gint64 wake_us = G_MAXINT64;
  for (int i = 0; i < client->slot_count; i++) {
    struct slot *slot = &client->slots[i];
    gint64 now_us = g_get_monotonic_time ();
    if (slot->state == SLOT_READY && slot->not_before_us <= now_us) {
      gint64 wait_us = rate_wait_us (client, slot, now_us);
      if (wait_us > 0)
        slot->not_before_us = now_us + wait_us;
      else if (!slot_send (client, slot, error))
        return FALSE;
    }
    if (slot->state == SLOT_READY)
      wake_us = MIN (wake_us, slot->not_before_us);
    else if (slot->state == SLOT_SENT)
      wake_us = MIN (wake_us, slot->deadline_us);
  }
  *ret_wake_us = wake_us;
  return TRUE;
}

static gboolean
is_overdue (const struct stripe_client *client)
{
  gint64 now_us = g_get_monotonic_time ();
  for (int i = 0; i < client->slot_count; i++)
    if (client->slots[i].state == SLOT_SENT && client->slots[i].deadline_us <= now_us)
      return TRUE;
  return FALSE;
}

/* One turn: send, then wait for a reply or for the time to send more. */
static void
turn (struct run *run)
{
  struct stripe_client *client = run->client;
  g_autoptr (GError) trouble = NULL;
  gint64 wake_us;
  const char *line;
  gsize length;
  if (!send_ready (client, &wake_us, &trouble)) {
    lose_helper (run, "billctl-http ended unexpectedly");
    return;
  }
  int wait_ms = (int)CLAMP ((wake_us - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT);
  switch (process_read_line (client->process, wait_ms, &line, &length)) {
    case PROCESS_LINE:
      take_answer (run, line, length);
      break;
    case PROCESS_END:
      lose_helper (run, "billctl-http ended unexpectedly");
      break;
    case PROCESS_TIMEOUT:
      if (is_overdue (client))
        lose_helper (run, "billctl-http does not answer");
      break;
  }
}

gboolean
stripe_run (struct stripe_client *client, const struct stripe_batch *batch, GError **error)
{
  struct run run = { .client = client, .batch = batch };
  if (client->running)
    BUG ("stripe_run() inside of stripe_run()");
  client->running = TRUE;
  fill_slots (&run);
  while (is_active (client)) {
    turn (&run);
    fill_slots (&run);
  }
  client->running = FALSE;
  if (run.error != NULL)
    g_propagate_error (error, run.error);
  return !run.failed;
}

/* --- one request ------------------------------------------------------------------------------------------------ */

struct single {
  const struct stripe_request *request; /* NULL once it was taken */
  struct stripe_reply *ret;
};

static enum stripe_next
single_next (gpointer data, struct stripe_request *ret, gpointer *ret_tag, GError **error)
{
  struct single *single = data;
  (void)ret_tag;
  (void)error;
  if (single->request == NULL)
    return STRIPE_NEXT_NONE;
  *ret = *single->request;
  single->request = NULL;
  return STRIPE_NEXT_REQUEST;
}

static gboolean
single_done (gpointer data, gpointer tag, struct stripe_reply *reply, const GError *failure, GError **error)
{
  struct single *single = data;
  (void)tag;
  if (reply == NULL) {
    g_propagate_error (error, g_error_copy (failure));
    return FALSE;
  }
  *single->ret = *reply;
  *reply = (struct stripe_reply){ 0 };
  return TRUE;
}

gboolean
stripe_send (struct stripe_client *client, const struct stripe_request *request, struct stripe_reply *ret, GError **error)
{
  struct single single = { request, ret };
  return stripe_run (client, &(struct stripe_batch){ .next = single_next, .done = single_done, .data = &single }, error);
}

gboolean
stripe_fetch (struct stripe_client *client, const struct stripe_request *request, json_object **ret_body, GError **error)
{
  struct stripe_reply reply = { 0 };
  g_autofree char *what = g_strdup_printf ("%s %s", request->method, request->path);
  gboolean ok = stripe_send (client, request, &reply, error) && stripe_reply_check (&reply, what, error);
  if (ok)
    *ret_body = g_steal_pointer (&reply.body);
  stripe_reply_clear (&reply);
  return ok;
}
