/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of the Stripe synchronization, from the key to the audit log. */
#include "service/stripe-sync-private.h"

#include "base/error.h"
#include "store/audit.h"
#include "store/ledger.h"
#include "store/setting.h"
#include "stripe/list.h"

#include <string.h>

const char *const stripe_sync_operation_names[] = { "keep", "create", "update", "replace", "retire", NULL };
const char *const stripe_sync_outcome_names[]
  = { "planned", "done", "unchanged", "needs_force", "conflict", "failed", "not_reached", NULL };
const char *const sync_kind_names[] = { "product", "price", "customer" };

enum { TEXT_CHUNK = 16 * 1024 };

/* --- the run's own ---------------------------------------------------------------------------------------------- */

const char *
sync_text (struct sync *sync, const char *text)
{
  return text == NULL ? NULL : g_string_chunk_insert (sync->texts, text);
}

const char *
sync_take_text (struct sync *sync, char *text)
{
  const char *kept = sync_text (sync, text);
  g_free (text);
  return kept;
}

const char *
sync_format (struct sync *sync, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return sync_take_text (sync, text);
}

char *
sync_name (enum sync_kind kind, const char *key)
{
  return g_strconcat (sync_kind_names[kind], " ", key, NULL);
}

void
sync_decide (struct sync_item *item, enum stripe_sync_operation operation, enum stripe_sync_outcome outcome, const char *detail)
{
  item->is_decided = TRUE;
  item->operation = operation;
  item->outcome = outcome;
  item->detail = detail;
}

gboolean
sync_is_dry_run (const struct sync *sync)
{
  return ledger_is_dry_run (sync->ledger);
}

void
sync_count (struct sync *sync, struct sync_item *item)
{
  if (item->is_counted)
    return;
  item->is_counted = TRUE;
  progress_report (sync->request->progress, ++sync->progress_done, sync->progress_total);
}

gboolean
sync_report (struct sync *sync, struct sync_item *item, GError **error)
{
  struct stripe_sync_result *result = sync->result;
  const struct stripe_sync_row row = {
    .operation = item->operation,
    .outcome = item->outcome,
    .object = sync_kind_names[item->kind],
    .key = item->key,
    .stripe_id = item->stripe_id,
    .detail = item->detail,
  };
  sync_count (sync, item);
  if (item->is_absent)
    return TRUE;
  if (item->outcome == STRIPE_SYNC_UNCHANGED)
    result->unchanged++;
  else if (item->outcome == STRIPE_SYNC_DONE || item->outcome == STRIPE_SYNC_PLANNED)
    result->done[item->operation]++;
  else
    result->not_done++;
  return sync->request->report (&row, sync->request->data, error);
}

static void
sync_init (struct sync *sync, struct ledger *ledger, const struct stripe_sync_request *request, struct stripe_sync_result *result)
{
  *sync = (struct sync){ .ledger = ledger, .request = request, .result = result };
  sync->texts = g_string_chunk_new (TEXT_CHUNK);
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
    sync->items[kind] = g_ptr_array_new_with_free_func (g_free);
  sync->retired = g_ptr_array_new_with_free_func (g_free);
  sync->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
sync_clear (struct sync *sync)
{
  stripe_client_free (sync->client);
  g_free (sync->account);
  g_free (sync->ledger_id);
  g_hash_table_unref (sync->known);
  g_ptr_array_unref (sync->retired);
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
    g_ptr_array_unref (sync->items[kind]);
  g_string_chunk_free (sync->texts);
  g_clear_error (&sync->stop_reason);
}

/* --- the key and the client ------------------------------------------------------------------------------------- */

/* A setting for what the command line leaves open; *ret is NULL when it is empty. */
static gboolean
choose (struct ledger *ledger, const char *given, const char *setting, char **ret, GError **error)
{
  g_autofree char *value = g_strdup (given);
  if (value == NULL && !setting_get (ledger, setting, &value, error))
    return FALSE;
  *ret = *value == '\0' ? NULL : g_steal_pointer (&value);
  return TRUE;
}

static void
log_line (gpointer data, enum stripe_log_level level, const char *message)
{
  const struct stripe_sync_request *request = data;
  if (request->log != NULL)
    request->log (request->data, level == STRIPE_LOG_WARNING, message);
}

static gboolean
start_client (struct sync *sync, const struct stripe_key_source *source, GError **error)
{
  g_autoptr (stripe_key_t) key = NULL;
  if (!stripe_key_load (source, &key, error))
    return FALSE;
  const struct stripe_client_options options = {
    .api_base = sync->request->api_base,
    .key = key,
    .exec_path = sync->request->exec_path,
    .timeout_ms = sync->request->timeout_ms,
    .log = log_line,
    .log_data = (gpointer) sync->request,
  };
  return stripe_client_new (&options, &sync->client, error);
}

/* Without a key a dry run goes by what the ledger knows of the account that was written to last. */
static gboolean
open_account (struct sync *sync, GError **error)
{
  const struct stripe_sync_request *request = sync->request;
  const char *variable = g_getenv (STRIPE_KEY_VARIABLE);
  g_autofree char *file = NULL, *command = NULL;
  if (!choose (sync->ledger, request->key_file, "stripe.key-file", &file, error)
      || !choose (sync->ledger, request->key_command, "stripe.key-command", &command, error))
    return FALSE;
  /* What is wrong is said before a key is asked for. */
  if (request->api_base != NULL && !stripe_check_base (request->api_base, error))
    return FALSE;
  gboolean has_key = (variable != NULL && *variable != '\0') || file != NULL || command != NULL;
  if (!has_key && sync_is_dry_run (sync))
    return stripe_account_latest (sync->ledger, &sync->account, error);
  /* A file that the command line names goes before a command that a setting names, and the other way round. */
  const struct stripe_key_source source = {
    .file = request->key_command != NULL && request->key_file == NULL ? NULL : file,
    .command = command,
    .allow_live = request->allow_live,
  };
  return start_client (sync, &source, error) && stripe_account_scope (sync->client, &sync->account, error);
}

/* --- the run ---------------------------------------------------------------------------------------------------- */

static gboolean
load_ledger_id (struct sync *sync, GError **error)
{
  gboolean ok = ledger_begin (sync->ledger, error) && setting_ledger_id (sync->ledger, &sync->ledger_id, error)
                && ledger_commit (sync->ledger, error);
  if (!ok)
    ledger_rollback (sync->ledger);
  return ok;
}

/* Whether the price that takes its place is there, or would be. */
static gboolean
has_successor_ready (const struct sync_item *old)
{
  return old->successor == NULL || old->successor->outcome == STRIPE_SYNC_DONE || old->successor->outcome == STRIPE_SYNC_UNCHANGED
         || old->successor->outcome == STRIPE_SYNC_PLANNED;
}

/* The default price of a product cannot be retired before another one has its place. */
static struct sync_item *
plan_move (struct sync *sync, const struct sync_item *old)
{
  g_autoptr (form_t) form = form_new ();
  struct sync_item *move = g_new0 (struct sync_item, 1);
  *move = (struct sync_item){ .kind = SYNC_PRODUCT, .key = old->product->key, .stripe_id = old->product->stripe_id };
  sync_decide (move, STRIPE_SYNC_UPDATE, STRIPE_SYNC_PLANNED, sync_format (sync, "default price: %s", old->successor->summary));
  stripe_product_set_default_price (old->successor->stripe_id == NULL ? "" : old->successor->stripe_id, form);
  move->path = sync_take_text (sync, form_path (STRIPE_PRODUCTS, move->stripe_id, NULL));
  move->body = sync_text (sync, form_text (form));
  return move;
}

static gboolean
move_default_prices (struct sync *sync, GError **error)
{
  g_autoptr (GPtrArray) moves = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) old_defaults = g_ptr_array_new ();
  for (guint i = 0; i < sync->retired->len; i++) {
    struct sync_item *old = sync->retired->pdata[i];
    if (old->outcome != STRIPE_SYNC_PLANNED)
      continue;
    if (!has_successor_ready (old))
      sync_decide (old, STRIPE_SYNC_RETIRE, STRIPE_SYNC_NOT_REACHED, "not done: the price that takes its place is not there");
    else if (old->successor != NULL && g_strcmp0 (old->product->default_price, old->stripe_id) == 0) {
      g_ptr_array_add (moves, plan_move (sync, old));
      g_ptr_array_add (old_defaults, old);
    }
  }
  sync->progress_total += moves->len;
  if (!sync_act (sync, moves, error))
    return FALSE;
  for (guint i = 0; i < moves->len; i++)
    if (((const struct sync_item *) moves->pdata[i])->outcome >= STRIPE_SYNC_UNCHANGED)
      sync_decide (old_defaults->pdata[i], STRIPE_SYNC_RETIRE, STRIPE_SYNC_NOT_REACHED,
                   "not done: it is still the default price of its product");
  return TRUE;
}

static gboolean
retire_prices (struct sync *sync, GError **error)
{
  sync->progress_total += sync->retired->len;
  return move_default_prices (sync, error) && sync_act (sync, sync->retired, error);
}

static gboolean
run_by_looking (struct sync *sync, GError **error)
{
  if (!sync_is_dry_run (sync) && !sync_recover (sync, error))
    return FALSE;
  if (!sync_load_known (sync, error))
    return FALSE;
  sync_look_at_products (sync);
  if (!sync_act (sync, sync->items[SYNC_PRODUCT], error))
    return FALSE;
  sync_look_at_prices (sync);
  if (!sync_act (sync, sync->items[SYNC_PRICE], error) || !retire_prices (sync, error))
    return FALSE;
  sync_look_at_customers (sync);
  return sync_act (sync, sync->items[SYNC_CUSTOMER], error);
}

static gboolean
run_blindly (struct sync *sync, GError **error)
{
  if (!sync_load_known (sync, error))
    return FALSE;
  sync_plan_blindly (sync);
  return sync_act (sync, sync->items[SYNC_PRODUCT], error) && sync_act (sync, sync->items[SYNC_PRICE], error)
         && retire_prices (sync, error) && sync_act (sync, sync->items[SYNC_CUSTOMER], error);
}

static gint64
count_done (const struct stripe_sync_result *result)
{
  gint64 count = 0;
  for (int operation = 0; operation < STRIPE_SYNC_OPERATION_COUNT; operation++)
    count += result->done[operation];
  return count;
}

static gboolean
write_audit (struct sync *sync, GError **error)
{
  const struct stripe_sync_result *result = sync->result;
  gboolean ok = ledger_begin (sync->ledger, error)
                && audit_add (sync->ledger, error,
                              "stripe %s: created %" G_GINT64_FORMAT ", updated %" G_GINT64_FORMAT ", replaced %" G_GINT64_FORMAT
                              ", retired %" G_GINT64_FORMAT ", unchanged %" G_GINT64_FORMAT ", not done %" G_GINT64_FORMAT,
                              sync->account, result->done[STRIPE_SYNC_CREATE], result->done[STRIPE_SYNC_UPDATE],
                              result->done[STRIPE_SYNC_REPLACE], result->done[STRIPE_SYNC_RETIRE], result->unchanged, result->not_done)
                && ledger_commit (sync->ledger, error);
  if (!ok)
    ledger_rollback (sync->ledger);
  return ok;
}

static gboolean
run (struct sync *sync, GError **error)
{
  if (!load_ledger_id (sync, error) || !sync_collect (sync, error) || !open_account (sync, error))
    return FALSE;
  for (int kind = 0; kind < SYNC_KIND_COUNT; kind++)
    sync->progress_total += sync->items[kind]->len;
  sync->result->account = g_strdup (sync->account);
  sync->result->looked = sync->client != NULL;
  if (!(sync->client != NULL ? run_by_looking (sync, error) : run_blindly (sync, error)))
    return FALSE;
  if (!sync_is_dry_run (sync) && !write_audit (sync, error))
    return FALSE;
  if (sync->is_stopped && sync->stop_reason != NULL && count_done (sync->result) == 0) {
    g_propagate_error (error, g_steal_pointer (&sync->stop_reason));
    return FALSE;
  }
  if (sync->stop_reason != NULL)
    sync->result->stopped = error_message_text (sync->stop_reason);
  return TRUE;
}

gboolean
stripe_sync (struct ledger *ledger, const struct stripe_sync_request *request, struct stripe_sync_result *ret, GError **error)
{
  struct sync sync;
  g_auto (stripe_sync_result_t) result = { 0 };
  sync_init (&sync, ledger, request, &result);
  gboolean ok = run (&sync, error);
  sync_clear (&sync);
  if (ok) {
    *ret = result;
    result = (struct stripe_sync_result){ 0 };
  }
  return ok;
}

void
stripe_sync_result_clear (struct stripe_sync_result *result)
{
  g_clear_pointer (&result->account, g_free);
  g_clear_pointer (&result->stopped, g_free);
}
