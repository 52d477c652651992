/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoices and their lines, and the gapless number series of each issuer. */
#ifndef BILLCTL_STORE_INVOICE_H
#define BILLCTL_STORE_INVOICE_H

#include <glib.h>

struct ledger;

enum invoice_status { INVOICE_DRAFT, INVOICE_OPEN, INVOICE_PAID, INVOICE_VOIDED, INVOICE_UNCOLLECTIBLE };

/* Text is borrowed from the query that found the row, until its next step; or from the caller when inserting. */
struct invoice {
  gint64 id;
  const char *number; /* NULL for a draft */
  gint64 issuer_id;
  gint64 customer_id;
  const char *currency;
  enum invoice_status status;
  gint64 billed_at_us;
  gint64 issued_at_us; /* 0 for a draft */
  gint64 due_at_us;    /* 0 for a draft */
  gint64 total_minor;
  gint64 usage_seen; /* the last usage id that was there when usage was summed */
  const char *void_reason;
  const char *customer_code; /* reading only, as are the next */
  const char *customer_name; /* when it was issued, as are the next; of a draft: today */
  const char *timezone;
  const char *email;
  const char *country; /* may be NULL, as the next */
  const char *tax_id;
  gboolean manual;       /* drawn up by hand, not from what is due */
  const char *scope;     /* "": together; "s:ID", "c:ID", "m:ID" for one subscription, customer, manual invoice. NULL: "" */
  gint64 subtotal_minor; /* the lines; total = subtotal - discount + the taxes that are not inside the prices */
  gint64 discount_minor;
  gint64 tax_minor;      /* all taxes */
  const char *tax_note;  /* "Reverse charge" …; NULL: none */
  gint64 replaces_id;    /* the void invoice for which it was issued again; 0: none */
  gint64 net_days;       /* of a manual draft: payable so many days after issue; 0: as the setting says */
  gint64 created_at_us;  /* reading only, as is the next */
  gint64 settled_minor;  /* what was paid, credited, written off …: owed is what the total is above it */
};

/* What a line is beside others of its kind. */
enum line_role {
  LINE_REGULAR,
  LINE_UNUSED,    /* the part that a change within a period gives back */
  LINE_REMAINING, /* what that part costs after the change */
  LINE_LATE,      /* usage of a period that was billed before */
};
const char *line_role_name (enum line_role role);

struct invoice_line {
  gint64 invoice_id;
  gint64 position; /* from 1 */
  gint64 subscription_id; /* 0: none, as is the next */
  gint64 plan_version_id;
  gint64 phase;     /* of the subscription, whose terms price it; 0: none */
  enum line_role role;
  const char *kind; /* base, quantity, addon, usage, spending, one_off */
  const char *code;
  gint64 metric_id; /* 0: none */
  const char *description;
  gint64 period_index;
  gint64 period_start_us;
  gint64 period_end_us;
  const char *quantity;
  const char *unit_price;   /* NULL where there is not one price */
  const char *exact_amount; /* major units, unrounded, before the ratio; exact_format() text */
  const char *ratio;        /* "17/31", NULL: whole */
  gint64 amount_minor;      /* exact_amount × ratio, rounded once */
  gint64 discount_minor;    /* its part of the discounts: what is taken off */
  gboolean discount_is_set; /* while drafting: it is that of what the line gives back, and coupons leave it alone */
  gint64 tax_minor;         /* its part of the taxes */
  const char *category;     /* of the product, for taxes; NULL: none */
  const char *discounts;    /* JSON, see billctl-json(5); NULL: none, as is the next */
  const char *taxes;
  const char *derivation;        /* JSON, see billctl-json(5) */
  const char *subscription_code; /* reading only */
};

/* What one tax rate comes to on an invoice. Text is borrowed. */
struct invoice_tax {
  const char *code;
  const char *name;
  const char *kind;    /* exclusive, inclusive, zero, exempt, reverse_charge; only the first is added to the total */
  const char *percent; /* canonical decimal: "19" */
  const char *country; /* NULL: none */
  gint64 base_minor;
  gint64 tax_minor;
};

const char *invoice_status_name (enum invoice_status status);
gboolean invoice_status_parse (const char *text, enum invoice_status *ret);

/* With the id 0 it gets a new one. */
gboolean invoice_insert (struct ledger *ledger, const struct invoice *invoice, gint64 *ret_id, GError **error);
gboolean invoice_line_insert (struct ledger *ledger, const struct invoice_line *line, GError **error);
gboolean invoice_tax_insert (struct ledger *ledger, gint64 invoice_id, gint64 position, const struct invoice_tax *tax, GError **error);
gboolean invoice_delete_draft (struct ledger *ledger, gint64 id, GError **error);
/* Is there a draft of any of these customers? */
gboolean invoice_any_draft (struct ledger *ledger, gint64 first_customer_id, gint64 last_customer_id, gboolean *ret, GError **error);

/* How many subscriptions there are: the size of a run, for progress. */
gboolean invoice_run_size (struct ledger *ledger, gint64 *ret, GError **error);

struct invoice_draft_key {
  gint64 id;
  gint64 customer_id;
  gint64 billed_at_us;
  char currency[4];
  char scope[24];
};
/* Appends the customer's drafts, earliest first; for customer 0 all drafts, by customer. `ret` is a GArray of struct
 * invoice_draft_key. */
gboolean invoice_drafts_of (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error);

/* Likewise the drafts that stand for themselves: manual ones, and those that are issued again. */
gboolean invoice_kept_drafts (struct ledger *ledger, gint64 customer_id, GArray *ret, GError **error);
/* Gives such a draft the scope "m:ID". */
gboolean invoice_name_scope (struct ledger *ledger, gint64 id, GError **error);
/* The number, or draft-N, of what was issued again for it; NULL: nothing. Newly allocated. */
gboolean invoice_replacement (struct ledger *ledger, gint64 id, char **ret, GError **error);

/* Draft -> open: takes down what the customer is called and where it is now. */
struct invoice_issue {
  gint64 id;
  const char *number;
  gint64 issued_at_us;
  gint64 due_at_us;
  gint64 usage_seen;
};
gboolean invoice_issue (struct ledger *ledger, const struct invoice_issue *issue, GError **error);
/* Among open, paid and uncollectible; ERROR_REFUSED from any other status. */
gboolean invoice_set_status (struct ledger *ledger, gint64 id, enum invoice_status status, GError **error);
/* Open or uncollectible -> void; ERROR_REFUSED from any other status. */
gboolean invoice_set_void (struct ledger *ledger, gint64 id, const char *reason, GError **error);

/* `reference`: a number ("INV-2026-000001") or a draft ("draft-17"). ERROR_NOT_FOUND when there is none. The invoice's
 * strings are copied; free with invoice_free. */
gboolean invoice_find (struct ledger *ledger, const char *reference, struct invoice **ret, GError **error);
gboolean invoice_find_by_id (struct ledger *ledger, gint64 id, struct invoice **ret, GError **error);
void invoice_free (struct invoice *invoice);
typedef struct invoice invoice_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (invoice_t, invoice_free)

/* The number, or "draft-17"; newly allocated. */
char *invoice_reference (const struct invoice *invoice);

struct invoice_filter {
  gint64 customer_id; /* 0: all */
  gboolean has_status;
  enum invoice_status status;
  gint64 from_us; /* on billed_at_us, half-open */
  gint64 to_us;
};
typedef gboolean (*invoice_visit) (const struct invoice *invoice, void *data, GError **error);
typedef gboolean (*invoice_line_visit) (const struct invoice_line *line, void *data, GError **error);
gboolean invoice_each (struct ledger *ledger, const struct invoice_filter *filter, invoice_visit visit, void *data, GError **error);
typedef gboolean (*invoice_tax_visit) (const struct invoice_tax *tax, void *data, GError **error);
gboolean invoice_each_tax (struct ledger *ledger, gint64 invoice_id, invoice_tax_visit visit, void *data, GError **error);
gboolean invoice_each_line (struct ledger *ledger, gint64 invoice_id, invoice_line_visit visit, void *data, GError **error);

enum number_document { NUMBER_OF_INVOICE, NUMBER_OF_CREDIT_NOTE };

/* What an issued invoice charged for a fee in the period that ends then; the last one when there were several. Zero amounts when
 * there is none. */
struct invoice_charge_key {
  gint64 customer_id; /* of the invoice */
  gint64 billed_at_us;
  gint64 subscription_id;
  const char *kind;
  const char *code;
  gint64 period_end_us;
};
gboolean invoice_find_charge (struct ledger *ledger, const struct invoice_charge_key *key, gint64 *ret_amount_minor,
                              gint64 *ret_discount_minor, char **ret_discounts, GError **error);

/* Numbers are handed out in one transaction with the invoices that carry them, so that the series has no gap. */
struct number_series {
  gint64 issuer_id;
  enum number_document document;
  int year;            /* 0 for a pattern without {year} */
  gint64 last_number;
  char *pattern;       /* "INV-{year}-{seq:6}" */
};
gboolean number_series_load (struct ledger *ledger, gint64 issuer_id, enum number_document document, int year, struct number_series *ret,
                             GError **error);
char *number_series_next (struct number_series *series); /* newly allocated; counts on */
gboolean number_series_store (struct ledger *ledger, const struct number_series *series, GError **error);
void number_series_clear (struct number_series *series);

#endif
