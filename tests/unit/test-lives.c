/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random lives of subscriptions, billed by the services and by the rules written down a second time.
 *
 * The rules here are the plain ones of a period: it is charged whole by the terms that hold at its start and are known when it falls
 * due; each later change that is prorated takes back what is left by the terms before and charges what is left by the new ones. A
 * customer has one subscription, and all of them live in one ledger, billed in a few runs. BILLCTL_LIVES says how many; the seed is
 * printed and BILLCTL_TEST_SEED repeats it. What is checked of each life: the sum of its fees, that no day of anything was given back
 * more than it was charged, that each event was billed once, and that what counts as billed never goes back. Of all: `verify`. */
#include "base/error.h"
#include "core/money.h"
#include "service/billing.h"
#include "service/catalog.h"
#include "service/customer.h"
#include "service/init.h"
#include "service/subscribe.h"
#include "service/subscription-change.h"
#include "service/usage-record.h"
#include "service/verify.h"
#include "store/db.h"
#include "store/ledger.h"

#include "tap-main.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

enum { PLANS = 6, INTERVALS = 3, PHASES_MOST = 40, ROUNDS = 9 };

/* --- What is sold --- */

static const char *const interval_names[INTERVALS] = { "month", "year", "quarter" };
static const struct interval intervals[INTERVALS] = { { INTERVAL_MONTH, 1 }, { INTERVAL_YEAR, 1 }, { INTERVAL_QUARTER, 1 } };

/* In minor units; no two plans charge the same, so that a fee that stays is one of the same plan. */
static const struct sold {
  const char *code;
  enum proration_basis basis;
  gboolean arrears;
  int fee[INTERVALS];
  int seat[INTERVALS];
  int call; /* whole minor units, so that usage is never rounded */
} plans[PLANS] = {
  { "small", BASIS_DAY, FALSE, { 2900, 29001, 2801 }, { 700, 7001, 690 }, 3 },
  { "large", BASIS_DAY, FALSE, { 9999, 99999, 9998 }, { 555, 5555, 550 }, 2 },
  { "odd", BASIS_DAY, FALSE, { 31007, 310070, 30007 }, { 101, 1009, 103 }, 1 },
  { "fine", BASIS_SECOND, FALSE, { 4999, 50003, 4801 }, { 333, 3331, 311 }, 5 },
  { "rear", BASIS_DAY, TRUE, { 4013, 40009, 3989 }, { 419, 4211, 409 }, 7 },
  { "thirty", BASIS_30_360, FALSE, { 6007, 60013, 5903 }, { 607, 6011, 599 }, 11 },
};
static const int care_fee[INTERVALS] = { 1100, 11003, 1051 };

static void
append_prices (GString *text, const char *name, const int prices[INTERVALS])
{
  g_string_append (text, "\"prices\":[");
  for (int i = 0; i < INTERVALS; i++)
    g_string_append_printf (text, "%s{\"interval\":\"%s\",\"%s\":\"%d.%02d\"}", i == 0 ? "" : ",", interval_names[i], name, prices[i] / 100,
                            prices[i] % 100);
  g_string_append_c (text, ']');
}

static char *
catalog_text (void)
{
  static const char *const bases[] = { "day", "second", "30/360" };
  GString *text = g_string_new ("{\"currency\":\"USD\",\"metrics\":[{\"code\":\"calls\"}],\"addons\":[{\"code\":\"care\",");
  append_prices (text, "amount", care_fee);
  g_string_append (text, "}],\"plans\":[");
  for (int p = 0; p < PLANS; p++) {
    g_string_append_printf (text, "%s{\"code\":\"%s\",\"proration\":\"%s\",\"billing\":\"%s\",\"addons\":[\"care\"],", p == 0 ? "" : ",", plans[p].code,
                            bases[plans[p].basis], plans[p].arrears ? "arrears" : "advance");
    append_prices (text, "amount", plans[p].fee);
    g_string_append (text, ",\"quantities\":[{\"code\":\"seat\",\"included\":1,\"default\":1,");
    append_prices (text, "unit_price", plans[p].seat);
    g_string_append_printf (text, "}],\"usage_interval\":\"month\",\"charges\":[{\"metric\":\"calls\",\"model\":\"per_unit\",\"unit_price\":\"0.%02d\"}]}",
                            plans[p].call);
  }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

/* --- The model --- */

enum state { ACTIVE, PAUSED, PAUSED_BILLED, ENDED };

struct model_phase {
  enum state state;
  int plan;
  int interval;
  struct date anchor;
  struct date from;
  gint64 from_us;
  int seats;
  gboolean care;
  gboolean prorated;
  gboolean has_settled;
  gint64 settled_us; /* what counted as billed when it was recorded */
};

struct life_model {
  char code[16];
  const struct timezone *zone;
  enum alignment alignment;
  struct date start;
  gboolean has_end;
  struct date end;
  int count;
  struct model_phase phases[PHASES_MOST];
  int events;           /* from its anchor on */
  gboolean rests;       /* there may be some that are not billed */
  gint64 through_us;    /* the last one that was seen */
  GString *story;
};

static struct cycle
cycle_of (const struct life_model *life, const struct model_phase *phase)
{
  return (struct cycle){ phase->anchor, intervals[phase->interval], life->alignment };
}

static gboolean
same_periods (const struct model_phase *a, const struct model_phase *b)
{
  return b->state == ENDED || (a->anchor.day == b->anchor.day && a->interval == b->interval);
}

/* One fee of a phase for a part of a whole period, in minor units, rounded half away from zero. */
static gint64
part_of (const struct life_model *life, const struct model_phase *phase, gint64 price, const struct proration_stretch *part, struct period whole)
{
  const struct proration_stretch all = { whole, timezone_day_start_us (life->zone, whole.start), timezone_day_start_us (life->zone, whole.end) };
  struct ratio ratio = proration_ratio (plans[phase->plan].basis, part, &all);
  int128 numerator = (int128)price * ratio.numerator;
  return (gint64)((2 * numerator + ratio.denominator) / (2 * (int128)ratio.denominator));
}

enum { FEE_BASE, FEE_SEAT, FEE_CARE, FEES };

static gint64
price_of (const struct model_phase *phase, int fee)
{
  if (phase->state == PAUSED || phase->state == ENDED)
    return 0;
  switch (fee) {
  case FEE_BASE:
    return plans[phase->plan].fee[phase->interval];
  case FEE_SEAT:
    return (gint64)plans[phase->plan].seat[phase->interval] * MAX (phase->seats - 1, 0);
  default:
    return phase->care ? care_fee[phase->interval] : 0;
  }
}

static gboolean
is_there (const struct model_phase *phase, int fee)
{
  return phase->state != PAUSED && phase->state != ENDED && (fee != FEE_CARE || phase->care);
}

/* The add-on costs the same in every plan; other fees belong to one. */
static gboolean
stays (const struct model_phase *old, const struct model_phase *new, int fee)
{
  if (!is_there (old, fee) || !is_there (new, fee))
    return is_there (old, fee) == is_there (new, fee);
  return fee == FEE_CARE || (old->plan == new->plan && (fee == FEE_BASE || old->seats == new->seats));
}

static gint64
due_of (const struct model_phase *terms, gint64 from_us, gint64 to_us)
{
  return plans[terms->plan].arrears ? to_us : from_us;
}

static gboolean
settled (const struct model_phase *phase, gint64 due_us)
{
  return phase->has_settled && due_us <= phase->settled_us;
}

/* Charges one period, and what changed within it. FALSE: it never came to be, nor will any after it. */
static gboolean
charge_period (const struct life_model *life, int first, int last, struct period days, struct period whole, gint64 until_us, gint64 *sum)
{
  const gint64 from_us = timezone_day_start_us (life->zone, days.start);
  gint64 to_us = timezone_day_start_us (life->zone, days.end);
  const struct model_phase *terms = &life->phases[first];
  int i;
  for (i = first + 1; i < life->count; i++) {
    const struct model_phase *next = &life->phases[i];
    gboolean by_second = plans[next->plan].basis == BASIS_SECOND && next->state != ENDED;
    gboolean begins = next->from.day < days.start.day || (next->from.day == days.start.day && (!by_second || next->from_us <= from_us));
    if (settled (next, due_of (terms, from_us, to_us)))
      break;
    if (i > last || next->state == ENDED) {
      if (next->from.day <= days.start.day)
        return FALSE;
      /* In advance it is charged whole and given back; in arrears, and before it falls due, it just ends there. */
      if (next->state == ENDED || plans[terms->plan].arrears) {
        if (next->from.day < days.end.day) {
          days.end = next->from;
          to_us = timezone_day_start_us (life->zone, days.end);
        }
      }
      break;
    }
    if (!begins)
      continue;
    terms = next;
  }
  if (due_of (terms, from_us, to_us) > until_us)
    return TRUE;
  struct proration_stretch part = { days, from_us, to_us };
  for (int fee = 0; fee < FEES; fee++)
    *sum += part_of (life, terms, price_of (terms, fee), &part, whole);
  const struct model_phase *charged[FEES] = { terms, terms, terms };
  for (i = (int)(terms - life->phases) + 1; i < life->count; i++) {
    const struct model_phase *next = &life->phases[i];
    gboolean anew = i > last || next->state == ENDED;
    if (next->from.day >= days.end.day)
      break;
    if (next->prorated && next->from_us > part.from_us) {
      part.days.start = next->from;
      part.from_us = next->from_us;
    }
    for (int fee = 0; next->prorated && fee < FEES; fee++) {
      if (!anew && (stays (next - 1, next, fee) || stays (charged[fee], next, fee)))
        continue;
      *sum -= part_of (life, charged[fee], price_of (charged[fee], fee), &part, whole);
      if (!anew)
        *sum += part_of (life, next, price_of (next, fee), &part, whole);
      charged[fee] = next;
    }
    if (anew)
      break;
  }
  return TRUE;
}

/* All that falls due by an instant behind which nothing changes any more. */
static gint64
model_fees (const struct life_model *life, gint64 until_us)
{
  gint64 sum = 0;
  for (int first = 0, last; first < life->count && life->phases[first].state != ENDED; first = last + 1) {
    for (last = first; last + 1 < life->count && same_periods (&life->phases[first], &life->phases[last + 1]); last++)
      ;
    const struct cycle cycle = cycle_of (life, &life->phases[first]);
    struct date begin = life->phases[first].from.day > cycle.anchor.day ? life->phases[first].from : cycle.anchor;
    for (gint64 n = cycle_index (&cycle, begin);; n++) {
      struct period days, whole;
      if (!cycle_period (&cycle, n, &days) || !cycle_full_period (&cycle, n, &whole) || timezone_day_start_us (life->zone, days.start) > until_us)
        break;
      if (days.start.day < begin.day)
        days.start = begin;
      if (life->has_end && days.start.day >= life->end.day)
        break;
      if (life->has_end && days.end.day > life->end.day)
        days.end = life->end;
      if (!charge_period (life, first, last, days, whole, until_us, &sum))
        break;
    }
  }
  return sum;
}

/* --- The ledger --- */

static char *folder;
static struct ledger *ledger;
static struct subscription_context context;

static void
must (gboolean ok, GError **error, const char *what)
{
  ck_assert_msg (ok, "%s: %s", what, *error == NULL ? "?" : (*error)->message);
}

static gboolean
show_nothing (GPtrArray *changes, void *data, GError **error)
{
  (void) changes;
  (void) data;
  (void) error;
  return TRUE;
}

static void
open_ledger (void)
{
  GError *error = NULL;
  folder = g_strdup_printf ("%s/billctl-lives.XXXXXX", g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ());
  ck_assert (g_mkdtemp (folder) != NULL);
  g_autofree char *path = g_build_filename (folder, "ledger.db", NULL), *text = catalog_text ();
  const struct init_request init = { .path = path, .actor = "test", .command = "test" };
  g_auto (init_result_t) result = { NULL, NULL };
  must (ledger_init (&init, &result, &error), &error, "init");
  const struct ledger_open_request request = { .path = path, .mode = LEDGER_WRITE, .actor = "test", .command = "test" };
  must (ledger_open (&request, &ledger, &error), &error, "open");
  const struct catalog_apply_request apply = { .source = { "catalog", text, strlen (text) }, .show = show_nothing };
  must (catalog_apply (ledger, &apply, &error), &error, "apply");
  subscription_context_init (&context, ledger, 0);
}

static void
close_ledger (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  subscription_context_clear (&context);
  ledger_close (ledger);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

static struct time_text
day_text (struct date day)
{
  return (struct time_text){ .date = day };
}

static const char *
text_of (struct date day)
{
  static char texts[4][DATE_TEXT_SIZE];
  static int next;
  next = (next + 1) % 4;
  date_format (day, texts[next]);
  return texts[next];
}

static void
begin_life (struct random *dice, struct life_model *life, int number)
{
  static const char *const zones[] = { "UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati",
                                       "Africa/Cairo", "Australia/Lord_Howe" };
  GError *error = NULL;
  const char *zone = zones[random_between (dice, 0, G_N_ELEMENTS (zones) - 1)];
  g_auto (customer_view_t) view = { 0 };
  g_auto (subscribe_result_t) result = { 0 };
  g_snprintf (life->code, sizeof life->code, "c%d", number);
  struct customer_request customer = { .of = { [CUSTOMER_CODE] = life->code, [CUSTOMER_TIMEZONE] = zone, [CUSTOMER_CURRENCY] = "USD" } };
  must (customer_add (ledger, &customer, &view, &error), &error, "customer");
  must (timezone_cache_get (context.zones, zone, &life->zone, &error), &error, "zone");
  struct date base;
  date_from_civil ((struct civil){ 2025, 12, 25 }, &base);
  life->start = (struct date){ base.day + (gint32)random_between (dice, 0, 45) };
  life->alignment = random_between (dice, 0, 3) == 0 ? ALIGN_CALENDAR : ALIGN_ANNIVERSARY;
  const int trial = random_between (dice, 0, 4) == 0 ? (int)random_between (dice, 1, 30) : 0;
  life->has_end = random_between (dice, 0, 9) == 0;
  life->end = (struct date){ life->start.day + trial + (gint32)random_between (dice, 20, 400) };
  struct model_phase *first = &life->phases[0];
  *first = (struct model_phase){ .plan = (int)random_between (dice, 0, PLANS - 1), .interval = (int)random_between (dice, 0, INTERVALS - 1),
                                 .anchor = { life->start.day + trial }, .from = life->start, .seats = (int)random_between (dice, 1, 4),
                                 .care = random_between (dice, 0, 3) == 0, .from_us = timezone_day_start_us (life->zone, life->start) };
  g_autofree char *seats = g_strdup_printf ("seat=%d", first->seats), *days = g_strdup_printf ("%d", trial);
  const struct time_text start = day_text (life->start), end = day_text (life->end);
  const struct subscribe_request request = {
    .customer = life->code, .plan = plans[first->plan].code, .start = &start, .end = life->has_end ? &end : NULL,
    .interval = interval_names[first->interval], .quantities = (const char *const[]){ seats, NULL },
    .addons = (const char *const[]){ first->care ? "care" : NULL, NULL }, .trial_days = days, .alignment = (int) life->alignment,
  };
  must (subscribe (&context, &request, &result, &error), &error, "subscribe");
  life->rests = life->has_end;
  life->count = 1;
  life->story = g_string_new (NULL);
  g_string_append_printf (life->story, "%s %s%s: %s %s from %s%s trial %d seats %d%s%s%s", life->code, zone, life->alignment == ALIGN_CALENDAR ? " calendar" : "", plans[first->plan].code,
                          interval_names[first->interval], text_of (life->start), first->care ? " care" : "", trial, first->seats,
                          life->has_end ? " end " : "", life->has_end ? text_of (life->end) : "", "\n");
}

/* --- Steps --- */

struct step {
  struct life_model *life;
  struct random *dice;
  struct subscription row; /* as it stood before */
  struct date today;
  struct time_text at;
  gboolean has_at;
  int proration;
};

static struct model_phase *
add_phase (struct step *step, struct date from, gint64 from_us)
{
  struct life_model *life = step->life;
  ck_assert_int_lt (life->count, PHASES_MOST);
  life->phases[life->count] = life->phases[life->count - 1];
  struct model_phase *phase = &life->phases[life->count++];
  phase->from = from;
  phase->from_us = from_us;
  phase->prorated = step->proration != CHANGE_NONE;
  phase->has_settled = step->row.has_billed_through;
  phase->settled_us = step->row.billed_through_us;
  return phase;
}

static void
tell (struct step *step, const char *what, const char *detail)
{
  char now[INSTANT_TEXT_SIZE];
  instant_format (context.at_us, now);
  g_string_append_printf (step->life->story, "%s %s %s%s%s%s\n", now, what, detail, step->has_at ? " at " : "", step->has_at ? text_of (step->at.date) : "",
                          step->proration == CHANGE_NONE ? " none" : step->proration == CHANGE_INVOICE_NOW ? " invoice-now" : "");
}

/* What a rule refuses is fine; anything else is not. */
static gboolean
done (struct step *step, gboolean ok, GError **error)
{
  if (!ok)
    ck_assert_msg (g_error_matches (*error, BILLCTL_ERROR, ERROR_REFUSED) || g_error_matches (*error, BILLCTL_ERROR, ERROR_USAGE), "%s%s",
                   step->life->story->str, (*error)->message);
  g_clear_error (error);
  return ok;
}

static void
step_change (struct step *step)
{
  struct random *dice = step->dice;
  GError *error = NULL;
  const struct model_phase before = step->life->phases[step->life->count - 1];
  struct model_phase wanted = before;
  g_auto (change_result_t) result = { 0 };
  g_autofree char *seats = NULL;
  const int what = (int)random_between (dice, 0, 5);
  if (what <= 1 || what == 5)
    wanted.plan = (int)random_between (dice, 0, PLANS - 1);
  if (what == 2 || what == 5)
    wanted.seats = (int)random_between (dice, 0, 5);
  if (what == 3)
    wanted.care = !wanted.care;
  if (what == 4)
    wanted.interval = (int)random_between (dice, 0, INTERVALS - 1);
  seats = g_strdup_printf ("seat=%d", wanted.seats);
  const char *const quantities[] = { seats, NULL }, *const care[] = { "care", NULL };
  const struct change_request request = {
    .subscription = step->life->code,
    .plan = wanted.plan == before.plan ? NULL : plans[wanted.plan].code,
    .interval = wanted.interval == before.interval ? NULL : interval_names[wanted.interval],
    .quantities = quantities,
    .addons = wanted.care && !before.care ? care : NULL,
    .without = !wanted.care && before.care ? care : NULL,
    .when = step->has_at ? -1 : (int)random_between (dice, -1, 1),
    .at = step->has_at ? &step->at : NULL,
    .proration = step->proration,
  };
  if (!done (step, subscription_change (&context, &request, &result, &error), &error))
    return;
  if (step->has_at)
    ck_assert_int_eq (result.effective.day, step->at.date.day);
  struct model_phase *phase = add_phase (step, result.effective, result.effective_us);
  phase->plan = wanted.plan;
  phase->seats = wanted.seats;
  phase->care = wanted.care;
  phase->interval = wanted.interval;
  if (wanted.interval != before.interval && phase->from.day > before.anchor.day)
    phase->anchor = phase->from;
  tell (step, "change", result.detail);
}

static void
step_pause (struct step *step)
{
  GError *error = NULL;
  g_auto (change_result_t) result = { 0 };
  const struct date day = step->has_at ? step->at.date : step->today;
  const gboolean has_until = random_between (step->dice, 0, 1) == 0;
  const struct time_text until = day_text ((struct date){ day.day + (gint32)random_between (step->dice, 0, 70) });
  const struct pause_request request = {
    .subscription = step->life->code, .at = step->has_at ? &step->at : NULL, .until = has_until ? &until : NULL,
    .billed = random_between (step->dice, 0, 3) == 0, .proration = step->proration,
  };
  if (!done (step, subscription_pause (&context, &request, &result, &error), &error))
    return;
  ck_assert_int_eq (result.effective.day, day.day);
  const enum state before = step->life->phases[step->life->count - 1].state;
  ck_assert_int_eq (before, ACTIVE);
  struct model_phase *phase = add_phase (step, day, timezone_day_start_us (step->life->zone, day));
  phase->state = request.billed ? PAUSED_BILLED : PAUSED;
  step->life->rests |= !request.billed;
  if (has_until) {
    phase = add_phase (step, until.date, timezone_day_start_us (step->life->zone, until.date));
    phase->state = ACTIVE;
  }
  tell (step, "pause", result.detail);
}

static void
step_resume (struct step *step)
{
  GError *error = NULL;
  g_auto (change_result_t) result = { 0 };
  const struct date day = step->has_at ? step->at.date : step->today;
  const struct resume_request request = { step->life->code, step->has_at ? &step->at : NULL, step->proration };
  if (!done (step, subscription_resume (&context, &request, &result, &error), &error))
    return;
  struct model_phase *phase = add_phase (step, day, timezone_day_start_us (step->life->zone, day));
  phase->state = ACTIVE;
  tell (step, "resume", result.detail);
}

static void
step_cancel (struct step *step)
{
  GError *error = NULL;
  g_auto (change_result_t) result = { 0 };
  const struct cancel_request request = {
    .subscription = step->life->code, .at = step->has_at ? &step->at : NULL,
    .now = !step->has_at && random_between (step->dice, 0, 1) == 0, .proration = step->proration,
  };
  if (!done (step, subscription_cancel (&context, &request, &result, &error), &error))
    return;
  struct model_phase *phase = add_phase (step, result.effective, result.effective_us);
  phase->state = ENDED;
  step->life->rests = TRUE;
  tell (step, "cancel", result.detail);
}

static void
step_undo (struct step *step)
{
  GError *error = NULL;
  g_auto (change_result_t) result = { 0 };
  if (!done (step, subscription_undo (&context, step->life->code, &result, &error), &error))
    return;
  step->life->count--;
  tell (step, "undo", result.detail);
}

static void
step_renew (struct step *step)
{
  GError *error = NULL;
  g_auto (change_result_t) result = { 0 };
  const struct renew_request request = {
    .subscription = step->life->code, .periods = random_between (step->dice, 1, 2), .for_ever = random_between (step->dice, 0, 2) == 0,
  };
  if (!done (step, subscription_renew (&context, &request, &result, &error), &error))
    return;
  step->life->has_end = !request.for_ever;
  step->life->end = result.view.row->subscription.contract_end;
  step->has_at = FALSE;
  tell (step, "renew", result.detail);
}

static void
step_event (struct step *step, int number)
{
  GError *error = NULL;
  g_auto (usage_record_result_t) result = { 0 };
  g_autofree char *id = g_strdup_printf ("%s-%d", step->life->code, number);
  const struct time_text at = { .date = { step->today.day }, .has_time = TRUE, .of_day_us = random_between (step->dice, 0, MICROSECONDS_PER_DAY - 1) };
  const struct usage_record_request request = { .customer = step->life->code, .metric = "calls", .quantity = "1", .at = &at, .id = id };
  if (random_between (step->dice, 0, 1) == 0)
    return;
  must (usage_record (ledger, &request, &result, &error), &error, "usage");
  step->life->events += step->today.day >= step->life->phases[0].anchor.day;
}

static gboolean
read_row (const char *customer, struct subscription *ret)
{
  g_autoptr (subscription_row_t) row = NULL;
  g_autofree char *code = g_strdup_printf ("%s-1", customer);
  GError *error = NULL;
  must (subscription_find (ledger, code, &row, &error), &error, code);
  *ret = row->subscription;
  return TRUE;
}

static void
take_step (struct random *dice, struct life_model *life, int number)
{
  static void (*const steps[]) (struct step *) = { step_change, step_change, step_change, step_change, step_pause, step_resume, step_cancel, step_undo, step_renew };
  struct step step = { .life = life, .dice = dice, .today = timezone_date (life->zone, context.at_us), .proration = -1 };
  int chance = (int)random_between (dice, 0, 9);
  read_row (life->code, &step.row);
  ck_assert_msg (!step.row.has_billed_through || step.row.billed_through_us >= life->through_us, "%swhat is billed goes back", life->story->str);
  if (step.row.has_billed_through)
    life->through_us = step.row.billed_through_us;
  step.proration = chance == 0 ? CHANGE_NONE : chance == 1 ? CHANGE_INVOICE_NOW : -1;
  step.has_at = random_between (dice, 0, 2) == 0;
  step.at = day_text ((struct date){ step.today.day + (gint32)random_between (dice, -60, 40) });
  if (life->count + 2 > PHASES_MOST)
    return;
  step_event (&step, number);
  chance = (int)random_between (dice, 0, G_N_ELEMENTS (steps) - 1);
  /* An end stops most of what could go wrong, so that it comes seldom. */
  if (steps[chance] == step_cancel && random_between (dice, 0, 2) != 0)
    return;
  if (steps[chance] == step_cancel && step.proration == CHANGE_INVOICE_NOW)
    step.proration = -1;
  steps[chance] (&step);
}

static gboolean
fail_report (const struct billing_failure *failure, void *data, GError **error)
{
  (void) data;
  (void) error;
  ck_abort_msg ("customer %s cannot be billed: %s", failure->customer, failure->message);
  return FALSE;
}

static void
bill (gint64 at_us, gboolean finalize)
{
  GError *error = NULL;
  struct billing_result result;
  const struct billing_request request = { .finalize = finalize, .as_of_us = at_us, .report_failure = fail_report };
  must (billing_generate (ledger, &request, &result, &error), &error, "generate");
}

/* --- Checks --- */

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql, const char *code)
{
  sqlite3_stmt *statement = NULL;
  ck_assert_msg (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg (db));
  g_autofree char *name = g_strdup_printf ("%s-1", code);
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_TRANSIENT);
  return statement;
}

static void
show_lines (sqlite3 *db, const struct life_model *life)
{
  sqlite3_stmt *s = prepare (db, "SELECT i.number || ' ' || datetime (i.billed_at_us / 1000000, 'unixepoch') || ' ' || l.phase || ' ' || l.role || ' ' || l.code || ' ' || "
                                 "datetime (l.period_start_us / 1000000, 'unixepoch') || ' ' || datetime (l.period_end_us / 1000000, 'unixepoch') || ' ' || "
                                 "l.quantity || ' ' || ifnull (l.ratio, 1) || ' ' || l.amount_minor FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id "
                                 "JOIN subscription s ON s.id = l.subscription_id WHERE s.code = ? ORDER BY i.id, l.position", life->code);
  printf ("# %s", life->story->str);
  while (sqlite3_step (s) == SQLITE_ROW)
    printf ("# %s\n", (const char *)sqlite3_column_text (s, 0));
  sqlite3_finalize (s);
}

/* What was given back of anything by any invoice, less what it was charged by then, in minor units; 0: never more than that. */
static gint64
given_too_much (sqlite3 *db, const struct life_model *life)
{
  sqlite3_stmt *s = prepare (db, "SELECT min (net) FROM (SELECT sum (amount) OVER (PARTITION BY code, period_end_us ORDER BY billed_at_us) AS net "
                                 "FROM (SELECT l.code, l.period_end_us, i.billed_at_us, sum (l.amount_minor) AS amount FROM invoice_line l "
                                 "JOIN invoice i ON i.id = l.invoice_id JOIN subscription s ON s.id = l.subscription_id "
                                 "WHERE s.code = ? AND l.kind <> 'usage' GROUP BY 1, 2, 3))", life->code);
  ck_assert_int_eq (sqlite3_step (s), SQLITE_ROW);
  const gint64 net = sqlite3_column_int64 (s, 0);
  sqlite3_finalize (s);
  return net < 0 ? -net : 0;
}

static int
check_life (sqlite3 *db, const struct life_model *life, gint64 until_us)
{
  const gint64 expected = model_fees (life, until_us);
  sqlite3_stmt *s = prepare (db, "SELECT total (l.amount_minor) FROM invoice_line l JOIN subscription s ON s.id = l.subscription_id "
                                 "WHERE s.code = ? AND l.kind <> 'usage'", life->code);
  ck_assert_int_eq (sqlite3_step (s), SQLITE_ROW);
  const gint64 actual = sqlite3_column_int64 (s, 0);
  sqlite3_finalize (s);
  s = prepare (db, "SELECT total (l.quantity) FROM invoice_line l JOIN subscription s ON s.id = l.subscription_id WHERE s.code = ? AND l.kind = 'usage'",
               life->code);
  ck_assert_int_eq (sqlite3_step (s), SQLITE_ROW);
  const gint64 too_much = given_too_much (db, life);
  const int counted = sqlite3_column_int (s, 0);
  sqlite3_finalize (s);
  if (counted > life->events || (counted != life->events && !life->rests))
    printf ("# %s has %d events, of which %d are billed\n", life->code, life->events, counted);
  else if (too_much > 0)
    printf ("# %s gets %" G_GINT64_FORMAT " more than it is charged\n", life->code, too_much);
  else if (actual == expected)
    return 0;
  printf ("# %s is billed %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT "\n", life->code, actual, expected);
  return 1;
}

static gboolean
print_outcome (const struct verify_outcome *outcome, void *data, GError **error)
{
  (void) data;
  (void) error;
  for (guint i = 0; i < MIN (outcome->problems->len, 10); i++)
    printf ("# %s: %s\n", outcome->check, (const char *)g_ptr_array_index (outcome->problems, i));
  return TRUE;
}

static gint64
days_after (int days)
{
  struct date base;
  date_from_civil ((struct civil){ 2026, 1, 1 }, &base);
  return (base.day + days) * MICROSECONDS_PER_DAY;
}

/* Some rounds of steps, each at a time of its own, and a run behind most; the answer is when all has fallen due. */
static gint64
live (struct random *dice, struct life_model *lives, int count)
{
  int day = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < count; i++) {
      context.at_us = days_after (day) + random_between (dice, 0, 20 * 3600) * MICROSECONDS_PER_SECOND;
      if (round == 0)
        begin_life (dice, &lives[i], i);
      else
        take_step (dice, &lives[i], round);
    }
    day++;
    if (random_between (dice, 0, 3) != 0)
      bill (days_after (day) + random_between (dice, 0, 3600) * MICROSECONDS_PER_SECOND, random_between (dice, 0, 2) != 0);
    day += (int)random_between (dice, 1, 45);
  }
  return days_after (day + 420);
}

static int
check_lives (const struct life_model *lives, int count, gint64 until_us)
{
  int wrong = 0;
  sqlite3 *db = NULL;
  ck_assert_int_eq (sqlite3_open_v2 (ledger_path (ledger), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  for (int i = 0; i < count; i++)
    if (check_life (db, &lives[i], until_us) != 0 && wrong++ < 5)
      show_lines (db, &lives[i]);
  sqlite3_close (db);
  return wrong;
}

/* Ledgers that fit the cache, so that many lives take as long as they are many. */
START_TEST (test_lives)
{
  enum { TOGETHER = 400 };
  const char *wish = g_getenv ("BILLCTL_LIVES");
  const int wanted = wish == NULL ? TOGETHER : (int)g_ascii_strtoll (wish, NULL, 10);
  struct random dice = random_for_test (1);
  for (int lived = 0; lived < wanted; lived += TOGETHER) {
    const int count = MIN (TOGETHER, wanted - lived);
    g_autofree struct life_model *lives = g_new0 (struct life_model, (gsize)count);
    const struct verify_request request = { .report = print_outcome };
    GError *error = NULL;
    gint64 problems = 0;
    open_ledger ();
    const gint64 until_us = live (&dice, lives, count);
    bill (until_us, TRUE);
    const int wrong = check_lives (lives, count, until_us);
    must (verify_ledger (ledger, &request, &problems, &error), &error, "verify");
    fflush (stdout);
    for (int i = 0; i < count; i++)
      g_string_free (lives[i].story, TRUE);
    close_ledger ();
    ck_assert_int_eq (problems, 0);
    ck_assert_int_eq (wrong, 0);
  }
}
END_TEST

static Suite *
make_suite (void)
{
  Suite *suite = suite_create ("lives");
  TCase *tcase = tcase_create ("lives");
  tcase_set_timeout (tcase, 0);
  tcase_add_test (tcase, test_lives);
  suite_add_tcase (suite, tcase);
  return suite;
}
