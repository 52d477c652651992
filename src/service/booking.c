/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Booking: from money events to balanced entries. */
#include "service/booking.h"

#include "base/error.h"
#include "base/json.h"
#include "core/money.h"
#include "core/wide.h"
#include "service/journal.h"
#include "store/ledger.h"

#include <string.h>

/* An entry while it is being put together: one sum per account, so that an invoice of many lines has few postings. */
struct sheet {
  int128 sums[ACCOUNT_END];
  GArray *deferrals; /* struct deferral; NULL: none */
};
typedef struct sheet sheet_t;

static void
sheet_clear (struct sheet *sheet)
{
  g_clear_pointer (&sheet->deferrals, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (sheet_t, sheet_clear)

static void
debit (struct sheet *sheet, enum account account, gint64 amount_minor)
{
  sheet->sums[account] += amount_minor;
}

static void
credit (struct sheet *sheet, enum account account, gint64 amount_minor)
{
  sheet->sums[account] -= amount_minor;
}

/* Adds up with what is earned by the same account over the same days. FALSE on overflow. */
static gboolean
defer (struct sheet *sheet, const struct deferral *added)
{
  if (sheet->deferrals == NULL)
    sheet->deferrals = g_array_new (FALSE, FALSE, sizeof (struct deferral));
  for (guint i = 0; i < sheet->deferrals->len; i++) {
    struct deferral *deferral = &g_array_index (sheet->deferrals, struct deferral, i);
    if (deferral->account == added->account && deferral->from.day == added->from.day && deferral->until.day == added->until.day)
      return money_add (deferral->amount_minor, added->amount_minor, &deferral->amount_minor)
             && money_add (deferral->recognised_minor, added->recognised_minor, &deferral->recognised_minor);
  }
  g_array_append_vals (sheet->deferrals, added, 1);
  return TRUE;
}

static gsize
drop_empty_deferrals (GArray *deferrals)
{
  guint kept = 0;
  for (guint i = 0; i < deferrals->len; i++) {
    struct deferral deferral = g_array_index (deferrals, struct deferral, i);
    if (deferral.amount_minor != 0 || deferral.recognised_minor != 0)
      g_array_index (deferrals, struct deferral, kept++) = deferral;
  }
  g_array_set_size (deferrals, kept);
  return kept;
}

static gboolean
does_not_fit (const char *description, GError **error)
{
  return error_set (error, ERROR_FAILED, "booking %s: an amount does not fit 64 bits of minor units", description);
}

/* Fees that are given back for as much as others are charged, beside them: what waits differs, its sum does not. Both sides are posted,
 * since there is no entry without postings. */
static gboolean
post_both_sides (const struct sheet *sheet, struct posting postings[2])
{
  gint64 sum = 0;
  for (guint i = 0; i < sheet->deferrals->len; i++) {
    gint64 amount_minor = g_array_index (sheet->deferrals, struct deferral, i).amount_minor;
    if (amount_minor > 0 && !money_add (sum, amount_minor, &sum))
      return FALSE;
  }
  postings[0] = (struct posting){ ACCOUNT_DEFERRED_REVENUE, sum };
  postings[1] = (struct posting){ ACCOUNT_DEFERRED_REVENUE, -sum };
  return TRUE;
}

/* Debits first, each side in the order of the chart. Nothing is posted when every account comes to zero and nothing waits; the
 * day must be open nevertheless. */
static gboolean
post (struct ledger *ledger, struct sheet *sheet, struct journal_entry *entry, GError **error)
{
  struct posting postings[ACCOUNT_END];
  for (int side = 0; side < 2; side++)
    for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++) {
      int128 sum = sheet->sums[account];
      if (sum > G_MAXINT64 || sum < G_MININT64)
        return does_not_fit (entry->description, error);
      if (side == 0 ? sum > 0 : sum < 0)
        postings[entry->posting_count++] = (struct posting){ account, (gint64) sum };
    }
  if (sheet->deferrals != NULL) {
    entry->deferral_count = drop_empty_deferrals (sheet->deferrals);
    entry->deferrals = (const struct deferral *) (gpointer) sheet->deferrals->data;
  }
  if (entry->posting_count == 0 && entry->deferral_count == 0)
    return journal_check_open (ledger, entry->day, error);
  if (entry->posting_count == 0) {
    if (!post_both_sides (sheet, postings))
      return does_not_fit (entry->description, error);
    entry->posting_count = 2;
  }
  entry->postings = postings;
  return journal_post (ledger, entry, NULL, error);
}

/* --- Invoices --- */

static enum account
revenue_of (const char *kind)
{
  static const struct {
    const char *kind;
    enum account account;
  } accounts[] = {
    { "base", ACCOUNT_REVENUE_BASE },   { "quantity", ACCOUNT_REVENUE_QUANTITY }, { "addon", ACCOUNT_REVENUE_ADDON },
    { "usage", ACCOUNT_REVENUE_USAGE }, { "spending", ACCOUNT_REVENUE_USAGE },    { "one_off", ACCOUNT_REVENUE_ONE_OFF },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (accounts); i++)
    if (strcmp (accounts[i].kind, kind) == 0)
      return accounts[i].account;
  BUG ("there is no account for lines of kind '%s'", kind);
}

struct service {
  const char *kind;
  gint64 start_us;
  gint64 end_us;
  gint64 issued_at_us;
  const struct timezone *zone;
};

/* Is it a fee for days that are not over when it is issued? Then `ret` has its account and days. The last day is never before that
 * of booking, so that the month in which it is booked is one in which it is earned. */
static gboolean
is_prepaid (const struct service *service, struct date booked, struct deferral *ret)
{
  ret->account = revenue_of (service->kind);
  gboolean fee = ret->account == ACCOUNT_REVENUE_BASE || ret->account == ACCOUNT_REVENUE_QUANTITY || ret->account == ACCOUNT_REVENUE_ADDON;
  if (!fee || service->end_us <= service->issued_at_us || service->end_us <= service->start_us)
    return FALSE;
  ret->from = timezone_date (service->zone, service->start_us);
  ret->until.day = MAX (timezone_date (service->zone, service->end_us - 1).day, booked.day) + 1;
  return TRUE;
}

/* The taxes of an invoice; sums may be 0 where charges and credits cancel out. */
struct tax_sums {
  gint64 on_top;
  gint64 inside;
  gboolean any_on_top;
  gboolean any_inside;
};

static gboolean
sum_taxes (const struct booked_invoice *invoice, struct tax_sums *ret)
{
  struct tax_sums sums = { 0 };
  for (gsize i = 0; i < invoice->tax_count; i++) {
    gboolean inside = strcmp (invoice->taxes[i].kind, "inclusive") == 0;
    gint64 *sum = inside ? &sums.inside : &sums.on_top;
    if (!money_add (*sum, invoice->taxes[i].tax_minor, sum))
      return FALSE;
    sums.any_inside = sums.any_inside || inside;
    sums.any_on_top = sums.any_on_top || strcmp (invoice->taxes[i].kind, "exclusive") == 0;
  }
  *ret = sums;
  return TRUE;
}

/* What the JSON of a line's taxes says is inside its amount. */
static gboolean
parse_inside (const char *taxes, gint64 *ret, GError **error)
{
  g_autoptr (json_object) value = NULL;
  gint64 sum = 0;
  if (!json_parse_text (taxes, strlen (taxes), "taxes of a line", JSON_PLAIN, &value, error))
    return FALSE;
  struct json_node list = { .value = value };
  for (gsize i = 0; i < json_node_length (&list); i++) {
    struct json_node tax = json_node_element (&list, i), kind = json_node_member (&tax, "kind"), amount = json_node_member (&tax, "amount");
    const char *name = NULL;
    gint64 minor = 0;
    if (!json_node_string (&kind, &name, error) || !json_node_int64 (&amount, &minor, error))
      return FALSE;
    if (strcmp (name, "inclusive") == 0 && !money_add (sum, minor, &sum))
      return does_not_fit ("the taxes of a line", error);
  }
  *ret = sum;
  return TRUE;
}

/* The JSON is read only where an invoice has taxes of both sorts. */
static gboolean
tax_inside (const struct tax_sums *sums, const struct invoice_line *line, gint64 *ret, GError **error)
{
  if (!sums->any_inside || !sums->any_on_top || line->taxes == NULL) {
    *ret = sums->any_inside ? line->tax_minor : 0;
    return TRUE;
  }
  return parse_inside (line->taxes, ret, error);
}

static gboolean
book_line (struct sheet *sheet, const struct booked_invoice *invoice, const struct tax_sums *taxes, const struct invoice_line *line,
           GError **error)
{
  const struct service service = { line->kind, line->period_start_us, line->period_end_us, invoice->issued_at_us, invoice->zone };
  struct deferral deferral = { 0 };
  gint64 inside = 0, net = 0;
  if (!tax_inside (taxes, line, &inside, error))
    return FALSE;
  if (!money_subtract (line->amount_minor, line->discount_minor, &net) || !money_subtract (net, inside, &net))
    return does_not_fit (invoice->number, error);
  if (!is_prepaid (&service, journal_day_of (invoice->issued_at_us), &deferral)) {
    credit (sheet, deferral.account, net);
    return TRUE;
  }
  deferral.amount_minor = net;
  credit (sheet, ACCOUNT_DEFERRED_REVENUE, net);
  return defer (sheet, &deferral) ? TRUE : does_not_fit (invoice->number, error);
}

static gboolean
check_total (const struct sheet *sheet, const struct booked_invoice *invoice, GError **error)
{
  int128 sum = 0;
  for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++)
    sum += sheet->sums[account];
  if (sum == 0)
    return TRUE;
  return error_set (error, ERROR_FAILED, "invoice %s cannot be booked: its lines and taxes do not come to its total of %" G_GINT64_FORMAT
                    " minor units", invoice->number, invoice->total_minor);
}

static gboolean
book_invoice (struct sheet *sheet, const struct booked_invoice *invoice, GError **error)
{
  struct tax_sums taxes;
  if (!sum_taxes (invoice, &taxes))
    return does_not_fit (invoice->number, error);
  debit (sheet, ACCOUNT_RECEIVABLE, invoice->total_minor);
  credit (sheet, ACCOUNT_TAX_PAYABLE, taxes.on_top);
  credit (sheet, ACCOUNT_TAX_PAYABLE, taxes.inside);
  for (gsize i = 0; i < invoice->line_count; i++)
    if (!book_line (sheet, invoice, &taxes, &invoice->lines[i], error))
      return FALSE;
  return check_total (sheet, invoice, error);
}

gboolean
booking_invoice_issued (struct ledger *ledger, const struct booked_invoice *invoice, GError **error)
{
  g_auto (sheet_t) sheet = { 0 };
  if (!book_invoice (&sheet, invoice, error))
    return FALSE;
  char description[96];
  g_snprintf (description, sizeof description, "invoice %s", invoice->number);
  struct journal_entry entry = {
    .day = journal_day_of (invoice->issued_at_us),
    .kind = "invoice",
    .customer_id = invoice->customer_id,
    .invoice_id = invoice->id,
    .description = description,
    .currency = invoice->currency,
  };
  return post (ledger, &sheet, &entry, error);
}

/* The mirror image of stored postings. */
static void
take_stored (struct sheet *sheet, const GArray *postings)
{
  for (guint i = 0; i < postings->len; i++) {
    const struct posting *posting = &g_array_index (postings, struct posting, i);
    credit (sheet, posting->account, posting->amount_minor);
  }
}

gboolean
booking_invoice_check (struct ledger *ledger, const struct booked_invoice *invoice, gboolean *ret, GError **error)
{
  g_auto (sheet_t) sheet = { 0 };
  g_autoptr (GArray) postings = g_array_new (FALSE, FALSE, sizeof (struct posting));
  g_autoptr (GArray) deferrals = g_array_new (FALSE, FALSE, sizeof (struct deferral));
  if (!book_invoice (&sheet, invoice, error) || !journal_issue_postings (ledger, invoice->id, postings, error)
      || !journal_issue_deferrals (ledger, invoice->id, deferrals, error))
    return FALSE;
  take_stored (&sheet, postings);
  gboolean same = TRUE;
  for (enum account account = ACCOUNT_CASH; account < ACCOUNT_END; account++)
    same = same && sheet.sums[account] == 0;
  for (guint i = 0; i < deferrals->len; i++) {
    struct deferral deferral = g_array_index (deferrals, struct deferral, i);
    deferral.amount_minor = -deferral.amount_minor;
    deferral.recognised_minor = 0;
    same = same && defer (&sheet, &deferral);
  }
  *ret = same && (sheet.deferrals == NULL || drop_empty_deferrals (sheet.deferrals) == 0);
  return TRUE;
}

/* What was recognised by now comes off revenue, since deferred_revenue does not hold it any more. */
static gboolean
mirror_deferrals (struct sheet *sheet, GArray *deferrals)
{
  for (guint i = 0; i < deferrals->len; i++) {
    struct deferral deferral = g_array_index (deferrals, struct deferral, i);
    debit (sheet, deferral.account, deferral.recognised_minor);
    credit (sheet, ACCOUNT_DEFERRED_REVENUE, deferral.recognised_minor);
    deferral.amount_minor = -deferral.amount_minor;
    deferral.recognised_minor = -deferral.recognised_minor;
    if (!defer (sheet, &deferral))
      return FALSE;
  }
  return TRUE;
}

gboolean
booking_invoice_voided (struct ledger *ledger, const struct booked_void *voided, GError **error)
{
  g_auto (sheet_t) sheet = { 0 };
  g_autoptr (GArray) postings = g_array_new (FALSE, FALSE, sizeof (struct posting));
  g_autoptr (GArray) deferrals = g_array_new (FALSE, FALSE, sizeof (struct deferral));
  if (!journal_issue_postings (ledger, voided->invoice_id, postings, error)
      || !journal_issue_deferrals (ledger, voided->invoice_id, deferrals, error))
    return FALSE;
  g_autofree char *description = g_strdup_printf ("invoice %s voided", voided->number);
  take_stored (&sheet, postings);
  if (!mirror_deferrals (&sheet, deferrals))
    return does_not_fit (description, error);
  struct journal_entry entry = {
    .day = journal_day_of (voided->at_us),
    .kind = "void",
    .customer_id = voided->customer_id,
    .invoice_id = voided->invoice_id,
    .description = description,
    .currency = voided->currency,
  };
  return post (ledger, &sheet, &entry, error);
}

/* --- Credit notes --- */

static gboolean
credit_line (struct sheet *sheet, const struct booked_credit_note *note, gint64 closed, const struct booked_credit_line *line)
{
  const struct service service = { line->kind, line->period_start_us, line->period_end_us, note->invoice_issued_at_us, note->zone };
  struct deferral deferral = { 0 };
  gboolean prepaid = is_prepaid (&service, journal_day_of (note->invoice_issued_at_us), &deferral);
  gint64 earned = line->net_minor;
  debit (sheet, ACCOUNT_TAX_PAYABLE, line->tax_minor);
  if (prepaid) {
    deferral.amount_minor = -line->net_minor;
    deferral.recognised_minor = journal_recognised (&deferral, journal_day_of (note->invoice_issued_at_us), closed);
    earned = -deferral.recognised_minor;
    debit (sheet, ACCOUNT_DEFERRED_REVENUE, line->net_minor - earned);
  }
  debit (sheet, note->write_off ? ACCOUNT_WRITE_OFFS : deferral.account, earned);
  return !prepaid || defer (sheet, &deferral);
}

gboolean
booking_credit_note (struct ledger *ledger, const struct booked_credit_note *note, GError **error)
{
  g_auto (sheet_t) sheet = { 0 };
  gint64 closed = 0;
  g_autofree char *description = g_strdup_printf ("credit note %s for invoice %s", note->number, note->invoice_number);
  if (!journal_closed_through (ledger, &closed, error))
    return FALSE;
  credit (&sheet, ACCOUNT_RECEIVABLE, note->owed_minor);
  credit (&sheet, ACCOUNT_CUSTOMER_BALANCE, note->balance_minor);
  credit (&sheet, ACCOUNT_CASH, note->refunded_minor);
  int128 rest = (int128) note->owed_minor + note->balance_minor + note->refunded_minor;
  for (gsize i = 0; i < note->line_count; i++) {
    rest -= (int128) note->lines[i].net_minor + note->lines[i].tax_minor;
    if (!credit_line (&sheet, note, closed, &note->lines[i]))
      return does_not_fit (description, error);
  }
  if (rest != 0)
    return error_set (error, ERROR_FAILED, "%s cannot be booked: where it goes does not come to what its lines do", description);
  struct journal_entry entry = {
    .day = journal_day_of (note->at_us),
    .kind = "credit_note",
    .customer_id = note->customer_id,
    .invoice_id = note->invoice_id,
    .document_id = note->id,
    .description = description,
    .currency = note->currency,
  };
  return post (ledger, &sheet, &entry, error);
}

/* --- Money and balances --- */

/* An entry of two postings. */
struct transfer {
  enum account from; /* credited */
  enum account to;   /* debited */
  gint64 amount_minor;
};

static gboolean
post_transfer (struct ledger *ledger, struct transfer transfer, struct journal_entry *entry, GError **error)
{
  g_auto (sheet_t) sheet = { 0 };
  debit (&sheet, transfer.to, transfer.amount_minor);
  credit (&sheet, transfer.from, transfer.amount_minor);
  return post (ledger, &sheet, entry, error);
}

gboolean
booking_payment (struct ledger *ledger, const struct booked_payment *payment, GError **error)
{
  gboolean has_reference = payment->reference != NULL && *payment->reference != '\0';
  g_autofree char *description = g_strdup_printf ("payment %" G_GINT64_FORMAT "%s%s%s", payment->id,
                                                  payment->amount_minor < 0 ? " given back" : "", has_reference ? ": " : "",
                                                  has_reference ? payment->reference : "");
  struct journal_entry entry = {
    .day = journal_day_of (payment->at_us),
    .kind = payment->amount_minor < 0 ? "refund" : "payment",
    .customer_id = payment->customer_id,
    .document_id = payment->id,
    .description = description,
    .currency = payment->currency,
  };
  return post_transfer (ledger, (struct transfer){ ACCOUNT_UNAPPLIED_CASH, ACCOUNT_CASH, payment->amount_minor }, &entry, error);
}

gboolean
booking_settlement (struct ledger *ledger, const struct booked_settlement *settlement, GError **error)
{
  static const struct {
    enum account debited;
    const char *kind;
    const char *words;
  } kinds[] = {
    [BOOKED_PAYMENT_APPLIED] = { ACCOUNT_UNAPPLIED_CASH, "payment_applied", "payment applied to" },
    [BOOKED_BALANCE_APPLIED] = { ACCOUNT_CUSTOMER_BALANCE, "balance_applied", "balance applied to" },
    [BOOKED_WRITTEN_OFF] = { ACCOUNT_WRITE_OFFS, "write_off", "written off of" },
  };
  g_autofree char *description = g_strdup_printf ("%s invoice %s%s", kinds[settlement->kind].words, settlement->invoice_number,
                                                  settlement->amount_minor < 0 ? ", undone" : "");
  struct journal_entry entry = {
    .day = journal_day_of (settlement->at_us),
    .kind = kinds[settlement->kind].kind,
    .customer_id = settlement->customer_id,
    .invoice_id = settlement->invoice_id,
    .document_id = settlement->document_id,
    .description = description,
    .currency = settlement->currency,
  };
  struct transfer transfer = { ACCOUNT_RECEIVABLE, kinds[settlement->kind].debited, settlement->amount_minor };
  return post_transfer (ledger, transfer, &entry, error);
}

gboolean
booking_negative_invoice (struct ledger *ledger, const struct booked_negative_invoice *invoice, GError **error)
{
  g_autofree char *description = g_strdup_printf ("invoice %s credited to the balance", invoice->invoice_number);
  struct journal_entry entry = {
    .day = journal_day_of (invoice->at_us),
    .kind = "negative_invoice",
    .customer_id = invoice->customer_id,
    .invoice_id = invoice->invoice_id,
    .description = description,
    .currency = invoice->currency,
  };
  return post_transfer (ledger, (struct transfer){ ACCOUNT_CUSTOMER_BALANCE, ACCOUNT_RECEIVABLE, invoice->amount_minor }, &entry, error);
}

gboolean
booking_balance (struct ledger *ledger, const struct booked_balance *balance, GError **error)
{
  static const struct {
    enum account debited;
    const char *kind;
    const char *words;
  } kinds[] = {
    [BOOKED_OVERPAYMENT] = { ACCOUNT_UNAPPLIED_CASH, "overpayment", "overpayment kept for" },
    [BOOKED_BALANCE_RETURNED] = { ACCOUNT_CASH, "balance_returned", "balance paid out to" },
    [BOOKED_BALANCE_ADJUSTED] = { ACCOUNT_WRITE_OFFS, "balance_adjusted", "balance adjusted of" },
  };
  g_autofree char *description = g_strdup_printf ("%s %s", kinds[balance->kind].words, balance->customer);
  struct journal_entry entry = {
    .day = journal_day_of (balance->at_us),
    .kind = kinds[balance->kind].kind,
    .customer_id = balance->customer_id,
    .document_id = balance->movement_id,
    .description = description,
    .currency = balance->currency,
  };
  struct transfer transfer = { ACCOUNT_CUSTOMER_BALANCE, kinds[balance->kind].debited, balance->amount_minor };
  return post_transfer (ledger, transfer, &entry, error);
}
