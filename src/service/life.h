/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a subscription: its phases, and the periods that they give.
 *
 * A phase has terms: plan version, interval, anchor, items. Consecutive phases with the same anchor, interval and alignment are
 * one stretch, whose periods are all computed from the anchor; where a stretch begins anew (another interval), periods begin
 * anew as well. A fee is charged for a whole period by the terms at its start, whatever comes later; what a change within it
 * costs is lines of its own. Usage is cut where the stretch ends, and priced by the terms at its time.
 *
 * What fell due before a phase was recorded was settled without it, and stays so. */
#ifndef BILLCTL_SERVICE_LIFE_H
#define BILLCTL_SERVICE_LIFE_H

#include "base/timezone.h"
#include "core/proration.h"
#include "service/aggregate.h"
#include "service/plan.h"
#include "store/phase.h"

#include <glib.h>

struct ledger;

struct life_phase {
  gint64 number;
  enum phase_state state;
  struct date from;
  gint64 from_us;
  const struct plan *plan; /* owned by the cache */
  struct interval fee_interval;
  enum alignment alignment;
  struct date anchor;
  struct subscription_items items;
  gboolean has_settled;
  gint64 settled_us;
  gint64 adjust_at_us; /* not later than that of a phase that was recorded before it stood on an issued invoice */
  gboolean prorated;
};

struct life {
  gsize count;
  struct life_phase *phases; /* by number, which is by time; the last one may be PHASE_ENDED */
  gboolean has_contract_end;
  struct date contract_end;
};

/* `zone`: of the customer. The life of a subscription that was never changed is one phase, made from its row. */
gboolean life_load (struct ledger *ledger, struct plan_cache *plans, const struct subscription *subscription, const struct timezone *zone,
                    struct life *ret, GError **error);
void life_clear (struct life *life);
typedef struct life life_t;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (life_t, life_clear)

/* Items as a phase row has them, and back: {"addon":{…},"quantity":{…}}. */
char *life_items_text (const struct subscription_items *items);
gboolean life_items_parse (const char *text, struct subscription_items *ret, GError **error);

/* The phase in force at an instant or on a day; the first one before the start. */
const struct life_phase *life_phase_at (const struct life *life, gint64 at_us);
const struct life_phase *life_phase_on (const struct life *life, struct date day);
/* NULL: it goes on. */
const struct life_phase *life_end (const struct life *life);

/* By what periods are counted: the interval of the fees, that of usage, or that of an add-on with a cycle of its own, which always
 * begins with the first anchor. */
struct life_clock {
  enum life_kind { LIFE_KIND_FEES, LIFE_KIND_USAGE, LIFE_KIND_OWN } kind;
  struct interval interval; /* LIFE_KIND_OWN */
};
#define LIFE_FEES ((struct life_clock){ .kind = LIFE_KIND_FEES })
#define LIFE_USAGE ((struct life_clock){ .kind = LIFE_KIND_USAGE })

/* Where a walk over the periods of fees or of usage stands: the next one is number `index` of the stretch that begins with the
 * phase, and starts at from_us. */
struct life_position {
  gsize phase; /* place among the phases */
  gint64 index;
  gint64 from_us;
};
/* Behind what is billed, and at the first day of a stretch. */
struct life_position life_position_billed (const struct life *life, const struct subscription *subscription, struct life_clock clock);
struct life_position life_position_start (const struct life *life, gsize phase, struct life_clock clock, const struct timezone *zone);

/* In the stretch of the phase, at the period that contains the day; at its first one before that. */
struct life_position life_position_on (const struct life *life, gsize phase, struct life_clock clock, const struct timezone *zone,
                                       struct date day);
/* At that period of the first stretch. */
struct life_position life_position_at (const struct life *life, struct life_clock clock, const struct timezone *zone, gint64 index);
/* Do the periods of fees go on from the phase before it? Not where they begin anew, and not behind the end. */
gboolean life_goes_on (const struct life *life, gsize phase);

struct life_period {
  gsize stretch;        /* its first phase */
  gsize last;           /* and its last one */
  gint64 index;
  struct period days;   /* as they are charged: the first and the last period may be short */
  struct period whole;  /* the whole period of which they are a part */
  struct window window;
  struct ratio ratio;   /* of days to the whole */
  gint64 whole_us;      /* the length of the whole */
  gint64 due_us;
  gint64 settled_us;    /* when it falls due if nothing cuts it short: what was recorded later than that does not concern it */
  gsize terms;          /* the phase that was known when it fell due and is in force at its start */
};

/* The period at the position, which is moved to the next one; FALSE when there is none. It starts where the one before it ended,
 * also when the customer's zone has changed since then. */
gboolean life_next (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position *position,
                    struct life_period *ret);

/* When the first period from the position on falls due in which something is charged, not before an instant; G_MAXINT64: none will. */
gint64 life_next_due (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position position,
                      gint64 from_us);

/* As life_next() within one stretch, whatever comes after it. */
gboolean life_step (const struct life *life, struct life_clock clock, const struct timezone *zone, struct life_position *position,
                    struct life_period *ret);

/* Did the period count as billed when the phase was recorded? */
gboolean life_is_settled (const struct life_phase *phase, const struct life_period *period);

/* A part of a period by the basis of the plan. */
struct ratio life_part_ratio (const struct plan *plan, const struct proration_stretch *part, const struct life_period *period,
                              const struct timezone *zone);

/* The period with that number which stands on an issued line that was priced by phase `number`, with the window that stands there.
 * FALSE when there is none. */
gboolean life_again (const struct life *life, struct life_clock clock, const struct timezone *zone, gint64 number, gint64 index,
                     struct window window, struct life_period *ret);

#endif
