/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invoices of one customer as they are being drawn up: lines with the instant at which each falls due, then one
 * draft per instant, compared with what stands in the ledger and written where it differs. */
#ifndef BILLCTL_SERVICE_DRAFT_H
#define BILLCTL_SERVICE_DRAFT_H

#include "service/aggregate.h"
#include "service/plan.h"
#include "service/tax.h"
#include "store/invoice.h"

#include <glib.h>

struct ledger;

enum line_kind { LINE_BASE, LINE_QUANTITY, LINE_ADDON, LINE_USAGE, LINE_SPENDING, LINE_ONE_OFF };
const char *line_kind_name (enum line_kind kind);

/* Where and when a line belongs. */
struct line_place {
  gint64 subscription_id;
  gint64 phase;       /* number of the phase whose terms, or whose beginning, it is about */
  enum line_role role;
  const char *scope;  /* of the invoice, see struct invoice; NULL: "" */
  const struct plan *plan;
  gint64 due_us;
  gint64 period_index;
  gboolean own_cycle; /* the period is that of an add-on with a cycle of its own */
  gboolean is_first;  /* the first period of the subscription: it bears what is charged once */
  struct window period;
  struct ratio ratio; /* of the whole period */
  gint64 whole_us;    /* how long that is */
  gboolean in_advance; /* usage that is billed event by event */
  struct window estimated_from; /* usage: the period before, whose quantity stands for this one; empty: none does */
};

/* What usage comes to: a quantity in billed units, and a rounded amount. */
struct late_side {
  struct decimal quantity;
  gint64 amount_minor;
};

/* A fee: (count - included) × unit_price × ratio, less the discount of the place's plan; given back where the role is LINE_UNUSED. */
struct fee_line {
  enum line_kind kind;
  const char *code;
  const char *description;
  const char *category; /* NULL: none */
  struct decimal unit_price;
  struct decimal count;
  struct decimal included;
};

struct usage_line {
  const char *code;
  const char *description;
  const char *metric;
  gint64 metric_id;
  const char *category; /* NULL: none */
  enum aggregation aggregation;
  const struct plan_rate *rate;
  const struct conversion *conversion;
  struct decimal discount; /* taken off, as a fraction */
  const struct usage_bucket *bucket;
};

/* What holds the lines of a charge, or all usage of a period, within bounds; place->ratio is that of the usage period. */
struct bound_line {
  const char *code;
  const char *name;   /* of the charge; NULL: all usage, and the line is one of LINE_SPENDING */
  const char *metric; /* NULL likewise */
  gint64 metric_id;   /* 0 likewise */
  const struct price_bounds *bounds;
  const char *category; /* NULL: none */
  gsize first; /* what draft_sheet_mark() said before the lines */
};

/* What a price, or a bound, comes to now, less what was billed for it before. */
struct late_line {
  const char *kind;
  const char *code;
  const char *description;
  const char *metric; /* NULL: all usage */
  gint64 metric_id;
  const char *filter; /* "": none, and so are the next two */
  const char *group;
  const char *bound;  /* the rule of its derivation: "minimum", "maximum_spend" … */
  const char *unit_price;
  const char *category;
  gboolean in_advance;
  const struct usage_event *event; /* of a line in advance, what it is for; NULL: late usage */
  struct late_side before;
  struct late_side after;
  const char *now;    /* the derivation of what it comes to now; NULL: nothing stands for it any more */
};

/* What is charged once, by hand: quantity × unit_price, at an instant. */
struct one_off_line {
  gint64 due_us;          /* of the invoice that it is to stand on */
  const struct currency *currency;
  const char *scope;      /* of that */
  gint64 id;              /* of the charge; 0: a line of a manual invoice */
  gint64 subscription_id; /* 0: none */
  gint64 at_us;           /* when it was to be charged */
  const char *code;
  const char *description;
  const char *category;   /* NULL: none */
  struct decimal quantity;
  struct decimal unit_price;
};

struct draft_sheet; /* of one customer at a time */
struct draft_sheet *draft_sheet_new (void);
void draft_sheet_free (struct draft_sheet *sheet);
typedef struct draft_sheet draft_sheet_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (draft_sheet_t, draft_sheet_free)

void draft_sheet_clear (struct draft_sheet *sheet);

/* Adds a line; a fee whose amount is zero because its price is, is left out. ERROR_FAILED when the amount does not fit. */
gboolean draft_add_fee (struct draft_sheet *sheet, const struct line_place *place, const struct fee_line *fee, GError **error);
gboolean draft_add_usage (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage, GError **error);
/* What the line would say: its quantity in billed units and its rounded amount. */
gboolean draft_rate_usage (const struct line_place *place, const struct usage_line *usage, struct late_side *ret, GError **error);
/* What an event adds to the usage of which it is the latest. */
struct usage_step {
  const struct usage_event *event;
  struct late_side before;
  struct late_side after;
};
/* The part of a split price that one value has; `whole` is what usage_line comes to. */
struct usage_part {
  const char *property;
  const struct usage_share *share;
  gint64 amount_minor;
  struct late_side whole;
};
gboolean draft_add_part (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage,
                         const struct usage_part *part, GError **error);
gboolean draft_add_step (struct draft_sheet *sheet, const struct line_place *place, const struct usage_line *usage,
                         const struct usage_step *step, GError **error);

/* The difference of both sides: late usage, where the place's role is LINE_LATE, or what one event adds. */
gboolean draft_add_late (struct draft_sheet *sheet, const struct line_place *place, const struct late_line *late, GError **error);

gboolean draft_add_one_off (struct draft_sheet *sheet, const struct one_off_line *one_off, GError **error);

/* When the first line that is not one of these falls due on an invoice of the scope and the currency, not before `from_us`;
 * G_MAXINT64: never. */
gint64 draft_sheet_next_due (const struct draft_sheet *sheet, const char *scope, const struct currency *currency, gint64 from_us);

/* What stands for the original of an unused part: the discount that was taken off it then. To be called right behind the line; its
 * discount is then not the business of coupons. */
void draft_set_discount (struct draft_sheet *sheet, gint64 discount_minor, const char *discounts); /* NULL: none */
/* The line that was added last; NULL when the last call added none, a fee of zero. */
const struct invoice_line *draft_last_line (const struct draft_sheet *sheet, gsize mark);

/* Adds a line for what the lines since the mark are too little or too much; none when they are within the bounds. */
gsize draft_sheet_mark (const struct draft_sheet *sheet);
gboolean draft_add_bound (struct draft_sheet *sheet, const struct line_place *place, const struct bound_line *bound, GError **error);

/* One draft while discounts are taken off its lines, which are changed in place. */
struct discount_draft {
  gint64 due_us;
  const struct currency *currency;
  struct invoice_line *lines; /* in their order, with discount_minor 0; but for unused ones, which have their own */
  gsize count;
  GStringChunk *text; /* keeps what the lines point to: g_string_chunk_insert() */
};

/* Fills discount_minor and discounts of the lines; not more is taken off a line than its amount. */
struct discount_rules;
typedef gboolean (*discount_apply_func) (struct discount_rules *rules, const struct discount_draft *draft, GError **error);

/* What becomes of the lines of one customer when the sheet is closed: first the discounts, then the taxes on what is left. */
struct draft_rules {
  discount_apply_func apply_discounts; /* NULL: none, and so is the next */
  struct discount_rules *discounts;
  struct tax_book *taxes; /* see tax.h; NULL: none */
};

/* Everything on the sheet belongs to one draft, whenever it falls due, in the order in which it was added. */
void draft_sheet_join (struct draft_sheet *sheet);
void draft_sheet_join_at (struct draft_sheet *sheet, gint64 due_us); /* and falls due then */

/* Sorts the lines into drafts, takes discounts off, adds taxes and totals; afterwards draft_count() drafts, earliest first.
 * `rules` may be NULL: the bare lines. */
gboolean draft_sheet_close (struct draft_sheet *sheet, const struct draft_rules *rules, GError **error);
gsize draft_count (const struct draft_sheet *sheet);

struct draft_view {
  gint64 due_us;
  const struct currency *currency;
  const char *scope;
  gint64 subtotal_minor; /* the lines */
  gint64 discount_minor; /* what is taken off them */
  gint64 tax_minor;      /* all taxes, also those inside the prices */
  gint64 total_minor;
  const char *tax_note;  /* NULL: none */
  gboolean no_place;     /* no tax, because nobody knows where the customer is */
  gsize tax_count;
  const struct invoice_tax *taxes;
  gsize line_count;
  const struct invoice_line *lines; /* strings live until the sheet is cleared */
};
struct draft_view draft_at (const struct draft_sheet *sheet, gsize index);

/* Stores the draft, or the issued invoice, with its lines and taxes. `invoice` has what the view does not say; its figures are set from
 * the view. *ret_id becomes its id. */
gboolean draft_write (const struct draft_view *view, struct ledger *ledger, const struct invoice *invoice, gint64 *ret_id, GError **error);

/* Is the stored draft `invoice_id` the same, line by line, with its discounts and taxes? */
gboolean draft_equals_stored (const struct draft_sheet *sheet, gsize index, struct ledger *ledger, gint64 invoice_id, gboolean *ret,
                              GError **error);

/* Have both lines the same figures, before discounts and taxes? Their descriptions may differ: names may change. */
gboolean line_figures_equal (const struct invoice_line *a, const struct invoice_line *b);

#endif
