/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that fail: in words, and when to give up. */
#include "service/stripe-sync-private.h"

#include "base/error.h"

/* So many failures in a row that are not the object's own, each after its tries: Stripe is out of reach. */
enum { TROUBLES_MAX = 4 };

char *
sync_trouble_text (const struct stripe_reply *reply, const GError *failure)
{
  if (reply == NULL)
    return error_message_text (failure);
  GString *text = g_string_new (reply->error_message == NULL ? "the answer gives no reason" : reply->error_message);
  g_string_append_printf (text, " (status %d", reply->status);
  const struct {
    const char *name, *value;
  } parts[] = {
    { "type", reply->error_type },
    { "code", reply->error_code },
    { "parameter", reply->error_param },
    { "request", reply->request_id },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].value != NULL)
      g_string_append_printf (text, ", %s %s", parts[i].name, parts[i].value);
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

void
sync_stop (struct sync *sync, const GError *reason)
{
  sync->is_stopped = TRUE;
  if (sync->stop_reason == NULL && reason != NULL)
    sync->stop_reason = g_error_copy (reason);
}

/* The key is not accepted, or may not do this; too many requests; trouble on the other side. */
static gboolean
is_general (const struct stripe_reply *reply)
{
  return reply == NULL || reply->status == 401 || reply->status == 403 || reply->status == 429 || reply->status >= 500;
}

void
sync_note_reply (struct sync *sync, const char *what, const struct stripe_reply *reply, const GError *failure)
{
  if (!is_general (reply)) {
    sync->troubles = 0;
    return;
  }
  sync->troubles++;
  if (sync->troubles < TROUBLES_MAX && (reply == NULL || reply->status != 401))
    return;
  g_autoptr (GError) reason = NULL;
  if (reply != NULL)
    stripe_reply_check (reply, what, &reason);
  sync_stop (sync, reply != NULL ? reason : failure);
}
