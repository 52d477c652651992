/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens in the life of a subscription after it began: changes of plan and terms, cancellation, pauses, renewal, trials.
 *
 * Each is one transaction: a phase that is recorded or taken back, an event of the history, a row of the audit log. Nothing that
 * is billed changes: what a change costs or gives back is lines that fall due at an instant of their own, and the result shows them
 * as they would be drawn up now. */
#ifndef BILLCTL_SERVICE_SUBSCRIPTION_CHANGE_H
#define BILLCTL_SERVICE_SUBSCRIPTION_CHANGE_H

#include "service/custom-terms.h"
#include "service/subscription.h"

#include <glib.h>

enum change_when { CHANGE_NOW, CHANGE_AT_PERIOD_END };
enum change_proration {
  CHANGE_CREATE,      /* the lines of the change stand on the next invoice */
  CHANGE_NONE,        /* there are none: the new terms count from the next period on, what is paid stays paid */
  CHANGE_INVOICE_NOW, /* they fall due with the change itself */
};

/* A line that a change will bring; text is owned by the result. */
struct change_line {
  char *description;
  struct date from;
  struct date until;
  char *quantity;
  char *included;   /* what of it costs nothing; NULL: none of it */
  char *unit_price; /* may be NULL */
  char *exact_amount;
  char *ratio; /* NULL: whole */
  gint64 amount_minor;
  struct date due_on;
};

struct change_result {
  struct subscription_view view; /* as it stands afterwards */
  gint64 first_phase;            /* number of the first phase that was recorded */
  const char *kind;              /* "upgrade", "cancellation" … */
  char *detail;                  /* one line in words: what was decided, and why */
  struct date effective;
  gint64 effective_us;
  gboolean has_due;
  gint64 due_us;  /* when the lines fall due */
  const struct currency *currency;
  GArray *lines;                 /* struct change_line */
  gint64 total_minor;            /* of the lines */
};
void change_result_clear (struct change_result *result);
typedef struct change_result change_result_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (change_result_t, change_result_clear)

/* NULL, 0 and -1 stand for what is not given. Borrowed. */
struct change_request {
  const char *subscription;      /* its code, or that of a customer who has one */
  const char *plan;              /* code; NULL: the plan stays */
  gint64 version;                /* of the plan; 0: the newest of a new plan, the present one of a plan that stays */
  const char *interval;
  const char *const *quantities; /* "CODE=N"; what is not named stays as far as the plan has it */
  const char *const *addons;     /* "CODE" or "CODE=N" */
  const char *const *without;    /* codes of add-ons that go */
  gint64 plan_version_id;        /* terms that are there already, instead of plan, version and terms; 0: none */
  const struct custom_terms *terms; /* what was agreed otherwise than the plan has it; NULL: nothing new */
  int when;                      /* enum change_when; -1: now for an upgrade, at the end of the period for a downgrade */
  const struct time_text *at;    /* instead of when */
  int proration;                 /* enum change_proration; -1: CHANGE_CREATE */
};

/* ERROR_REFUSED: canceled, expired, before the start or before a change that is recorded already, another currency, an archived or
 * custom plan, nothing that would change. */
gboolean subscription_change (struct subscription_context *context, const struct change_request *request, struct change_result *ret,
                              GError **error);
/* The same within a transaction of the caller, who commits. */
gboolean subscription_change_within (struct subscription_context *context, const struct change_request *request, struct change_result *ret,
                                     GError **error);

struct cancel_request {
  const char *subscription;
  gboolean now;               /* today is the last day; else the period that is paid for is the last one */
  const struct time_text *at; /* the first day that is not billed any more; instead of now */
  int proration;              /* CHANGE_NONE: prepaid days are not given back; else they are */
  const char *reason;
};
gboolean subscription_cancel (struct subscription_context *context, const struct cancel_request *request, struct change_result *ret,
                              GError **error);
/* The same as subscription_undo(), for a cancellation only. */
gboolean subscription_cancel_undo (struct subscription_context *context, const char *subscription, struct change_result *ret, GError **error);
/* Takes back what was recorded last, if nothing of it was billed and it did not take effect, or on the day it does: a change, a
 * pause, a cancellation. */
gboolean subscription_undo (struct subscription_context *context, const char *subscription, struct change_result *ret, GError **error);

struct pause_request {
  const char *subscription;
  const struct time_text *at;    /* the first day of the pause; NULL: today */
  const struct time_text *until; /* the first day after it; NULL: until it is resumed */
  gboolean billed;               /* fees and usage go on */
  int proration;                 /* CHANGE_NONE: days that are paid for are not given back, nor charged when it resumes */
};
gboolean subscription_pause (struct subscription_context *context, const struct pause_request *request, struct change_result *ret,
                             GError **error);
struct resume_request {
  const char *subscription;
  const struct time_text *at; /* the first day after the pause; NULL: today */
  int proration;
};
gboolean subscription_resume (struct subscription_context *context, const struct resume_request *request, struct change_result *ret,
                              GError **error);

/* A subscription that ends goes on: for some more periods, until a day, or for ever. */
struct renew_request {
  const char *subscription;
  gint64 periods;                /* 0: none given */
  const struct time_text *until; /* the first day that is not billed any more */
  gboolean for_ever;
};
gboolean subscription_renew (struct subscription_context *context, const struct renew_request *request, struct change_result *ret,
                             GError **error);

/* Every transition, in the order in which it was recorded. */
gboolean subscription_history (struct subscription_context *context, const char *subscription, subscription_event_visit visit, void *data,
                               GError **error);

/* The trial ends later, or sooner, as long as it lasts. */
struct trial_request {
  const char *subscription;
  gint64 days;                   /* more than so far; 0: none given */
  const struct time_text *until; /* the first paid day */
};
gboolean subscription_extend_trial (struct subscription_context *context, const struct trial_request *request, struct change_result *ret,
                                    GError **error);

#endif
