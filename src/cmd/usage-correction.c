/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/usage-correction.h"

#include "base/error.h"
#include "base/text.h"
#include "cmd/commands.h"

static gboolean
answer (const struct invocation *invocation, const char *event_id, const struct usage_correct_result *result, GError **error)
{
  const char *would = invocation->dry_run ? "would be " : "";
  if (!invocation->format_given && invocation->render.columns == NULL) {
    g_autofree char *shown = text_sanitize (event_id, -1);
    fprintf (invocation->render.out, "%s %s%s by %s", shown, would, result->id == NULL ? "voided" : "corrected", result->void_id);
    fprintf (invocation->render.out, result->id == NULL ? "\n" : " and %s\n", result->id);
    return TRUE;
  }
  g_autoptr (document_t) document = NULL;
  return document_new (&invocation->render, &document, error)
         && document_field (document, "event", "Event", cell_text (event_id), error)
         && document_field (document, "voided_by", "Voided by", cell_text (result->void_id), error)
         && document_field (document, "corrected_by", "Corrected by", cell_text (result->id), error)
         && document_field (document, "late", "Late", cell_boolean (result->is_late), error) && document_close (document, error);
}

gboolean
usage_correction (struct invocation *invocation, const struct usage_correct_request *request, GError **error)
{
  g_auto (usage_correct_result_t) result = { 0 };
  if (request->reason != NULL && !text_is_plain (request->reason, -1)) {
    error_set (error, ERROR_USAGE, "reason '%s' has control characters", request->reason);
    return error_add_hint (error, "write it as plain text on one line");
  }
  if (!usage_correct (invocation->ledger, request, &result, error))
    return FALSE;
  if (result.is_late)
    invocation_warn (invocation, "the event falls into a period that is already billed");
  return answer (invocation, request->event_id, &result, error);
}
