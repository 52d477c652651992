-- Schema 2: the whole life of a subscription, discounts, taxes, corrections, and books.
--
-- Conventions as in schema 1. A migration runs with references unchecked; they are checked before it is committed.

-- Who is billed, and how. payer 'parent': on the invoices of the parent; 'parent_apart': on invoices of its own that the parent pays.
-- grouping 'apart': one invoice for each subscription. tax_exempt: NULL, or the reason as invoices say it. The address was JSON with
-- the country in it; it is text now.
ALTER TABLE customer ADD COLUMN country TEXT;
ALTER TABLE customer ADD COLUMN region TEXT;
ALTER TABLE customer ADD COLUMN tax_exempt TEXT;
ALTER TABLE customer ADD COLUMN payment_method TEXT;
ALTER TABLE customer ADD COLUMN grouping TEXT NOT NULL DEFAULT 'together' CHECK (grouping IN ('together', 'apart'));
ALTER TABLE customer ADD COLUMN payer TEXT NOT NULL DEFAULT 'self' CHECK (payer IN ('self', 'parent', 'parent_apart'));
CREATE INDEX customer_parent ON customer (parent_id) WHERE parent_id IS NOT NULL;
UPDATE customer SET country = json_extract (address, '$.country'), address = json_extract (address, '$.text');
ALTER TABLE issuer ADD COLUMN country TEXT;
ALTER TABLE issuer ADD COLUMN region TEXT;
ALTER TABLE issuer ADD COLUMN tax_id TEXT;
ALTER TABLE issuer ADD COLUMN address TEXT;
ALTER TABLE issuer ADD COLUMN credit_note_pattern TEXT NOT NULL DEFAULT 'CN-{year}-{seq:6}';

-- One gapless series per issuer, document and year; year 0 for patterns without {year}.
CREATE TABLE number_series_2 (
  issuer_id INTEGER NOT NULL REFERENCES issuer (id),
  document TEXT NOT NULL CHECK (document IN ('invoice', 'credit_note')),
  year INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  PRIMARY KEY (issuer_id, document, year)
) STRICT, WITHOUT ROWID;
INSERT INTO number_series_2 (issuer_id, document, year, last_number) SELECT issuer_id, 'invoice', year, last_number FROM number_series;
DROP TABLE number_series;
ALTER TABLE number_series_2 RENAME TO number_series;

-- persistent: what was measured stays for the periods after. late: what becomes of events whose period is billed.
ALTER TABLE metric ADD COLUMN persistent INTEGER NOT NULL DEFAULT 0 CHECK (persistent IN (0, 1));
ALTER TABLE metric ADD COLUMN late TEXT NOT NULL DEFAULT 'bill' CHECK (late IN ('bill', 'ignore', 'hold'));

-- variant: '' for the version itself; a currency ('EUR') for its prices in another one; 'custom:N' for the terms of one
-- subscription, which were made from base_id by `overrides` (canonical JSON). Each is complete in itself.
CREATE TABLE plan_version_2 (
  id INTEGER PRIMARY KEY,
  plan_id INTEGER NOT NULL REFERENCES plan (id),
  version INTEGER NOT NULL,
  variant TEXT NOT NULL,
  base_id INTEGER REFERENCES plan_version (id),
  overrides TEXT,
  definition TEXT NOT NULL,
  created_at_us INTEGER NOT NULL,
  UNIQUE (plan_id, version, variant)
) STRICT;
INSERT INTO plan_version_2 (id, plan_id, version, variant, definition, created_at_us)
  SELECT id, plan_id, version, '', definition, created_at_us FROM plan_version;
DROP TABLE plan_version;
ALTER TABLE plan_version_2 RENAME TO plan_version;
CREATE INDEX plan_version_base ON plan_version (base_id) WHERE base_id IS NOT NULL;
CREATE TRIGGER plan_version_no_update BEFORE UPDATE ON plan_version
BEGIN SELECT raise (ABORT, 'plan versions are immutable'); END;
CREATE TRIGGER plan_version_no_delete BEFORE DELETE ON plan_version
BEGIN SELECT raise (ABORT, 'plan versions are immutable'); END;

-- The terms in the row are those that were recorded last; `phases` counts the rows of subscription_phase, 1 when there are none.
-- payer_id: whose invoices it stands on. billed_through_us: everything that fell due by then stands on issued invoices.
-- fees_phase, usage_phase: the phase with whose periods fees_billed and usage_billed count. end_day is where it ends as things
-- stand, contract_end_day where it was agreed to end when it began; end_reason: why it has an end_day.
ALTER TABLE subscription ADD COLUMN payer_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscription ADD COLUMN phases INTEGER NOT NULL DEFAULT 1;
ALTER TABLE subscription ADD COLUMN fees_phase INTEGER NOT NULL DEFAULT 1;
ALTER TABLE subscription ADD COLUMN usage_phase INTEGER NOT NULL DEFAULT 1;
ALTER TABLE subscription ADD COLUMN billed_through_us INTEGER;
ALTER TABLE subscription ADD COLUMN contract_end_day INTEGER;
ALTER TABLE subscription ADD COLUMN end_reason TEXT CHECK (end_reason IN ('end', 'cancel'));
UPDATE subscription SET payer_id = customer_id,
  contract_end_day = end_day, end_reason = CASE WHEN end_day IS NULL THEN NULL ELSE 'end' END,
  billed_through_us = (SELECT max (i.billed_at_us) FROM invoice i
    WHERE i.customer_id = subscription.customer_id AND i.status <> 'draft' AND subscription.fees_billed + subscription.usage_billed > 0);
CREATE INDEX subscription_payer ON subscription (payer_id);

-- What a subscription is billed by from an instant on, which is on from_day, until the next one; an 'ended' one is the last.
-- items: {"addon":{CODE:N},"quantity":{CODE:N}}, canonical. settled_us: billed_through_us of the subscription when the phase was
-- recorded. adjust_at_us: when what the change itself costs falls due: with `prorated`, the unused part of what was charged before
-- and the remaining part under the new terms; one-off add-ons that came with it.
CREATE TABLE subscription_phase (
  subscription_id INTEGER NOT NULL REFERENCES subscription (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'paused_billed', 'ended')),
  from_day INTEGER NOT NULL,
  from_us INTEGER NOT NULL,
  plan_version_id INTEGER NOT NULL REFERENCES plan_version (id),
  fee_interval TEXT NOT NULL,
  alignment TEXT NOT NULL CHECK (alignment IN ('anniversary', 'calendar')),
  anchor_day INTEGER NOT NULL,
  items TEXT NOT NULL,
  settled_us INTEGER,
  adjust_at_us INTEGER NOT NULL,
  prorated INTEGER NOT NULL CHECK (prorated IN (0, 1)),
  recorded_at_us INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, number)
) STRICT, WITHOUT ROWID;

-- How many periods of an add-on with a cycle of its own are billed.
CREATE TABLE subscription_addon (
  subscription_id INTEGER NOT NULL REFERENCES subscription (id),
  code TEXT NOT NULL,
  billed INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, code)
) STRICT, WITHOUT ROWID;

-- The history of a subscription: every transition. detail: one line in words.
CREATE TABLE subscription_event (
  id INTEGER PRIMARY KEY,
  subscription_id INTEGER NOT NULL REFERENCES subscription (id),
  at_us INTEGER NOT NULL,
  effective_day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX subscription_event_subscription ON subscription_event (subscription_id);
CREATE TRIGGER subscription_event_no_update BEFORE UPDATE ON subscription_event
BEGIN SELECT raise (ABORT, 'the history of a subscription is append-only'); END;
CREATE TRIGGER subscription_event_no_delete BEFORE DELETE ON subscription_event
BEGIN SELECT raise (ABORT, 'the history of a subscription is append-only'); END;

-- Coupons, and who has them. definition: canonical JSON; that of a redemption is the coupon's at the time of redeeming. It holds
-- for what falls due from from_us on, and before removed_at_us. uses: how many rows of redemption_use it has.
CREATE TABLE coupon (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
  created_at_us INTEGER NOT NULL
) STRICT;
CREATE TABLE redemption (
  id INTEGER PRIMARY KEY,
  coupon_id INTEGER NOT NULL REFERENCES coupon (id),
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  subscription_id INTEGER REFERENCES subscription (id),
  definition TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  removed_at_us INTEGER,
  redeemed_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX redemption_customer ON redemption (customer_id);
CREATE INDEX redemption_coupon ON redemption (coupon_id, customer_id);
CREATE TRIGGER redemption_no_update BEFORE UPDATE ON redemption WHEN new.id <> old.id OR new.coupon_id <> old.coupon_id
  OR new.customer_id <> old.customer_id OR new.subscription_id IS NOT old.subscription_id OR new.definition <> old.definition
  OR new.from_us <> old.from_us OR new.redeemed_at_us <> old.redeemed_at_us
BEGIN SELECT raise (ABORT, 'a redemption keeps what it was redeemed with'); END;
CREATE TRIGGER redemption_no_delete BEFORE DELETE ON redemption BEGIN SELECT raise (ABORT, 'redemptions are ended, never deleted'); END;

-- The instants at which what fell due bears a redemption on issued invoices, and what it took off those that are not void.
CREATE TABLE redemption_use (
  redemption_id INTEGER NOT NULL REFERENCES redemption (id),
  billed_at_us INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (redemption_id, billed_at_us)
) STRICT, WITHOUT ROWID;

-- Tax rates as the catalog has them now. percent: canonical decimal. An issued invoice has its own copy in invoice_tax.
CREATE TABLE tax_rate (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('exclusive', 'inclusive', 'zero', 'exempt')),
  percent TEXT NOT NULL,
  country TEXT,
  region TEXT,
  category TEXT,
  from_day INTEGER NOT NULL,
  until_day INTEGER,
  created_at_us INTEGER NOT NULL,
  UNIQUE (code, from_day)
) STRICT;

-- Events that came after the usage period that they fall into was billed. policy: that of the metric when the event came; what was
-- there before schema 2 is held. invoice_id: the issued invoice from which on it counts; NULL: it does not count yet.
CREATE TABLE usage_late_2 (
  usage_id INTEGER PRIMARY KEY REFERENCES usage (id),
  customer_id INTEGER NOT NULL,
  metric_id INTEGER NOT NULL,
  policy TEXT NOT NULL CHECK (policy IN ('bill', 'ignore', 'hold')),
  invoice_id INTEGER REFERENCES invoice (id),
  released_at_us INTEGER
) STRICT;
INSERT INTO usage_late_2 (usage_id, customer_id, metric_id, policy)
  SELECT u.id, u.customer_id, u.metric_id, 'hold' FROM usage_late l JOIN usage u ON u.id = l.usage_id;
DROP TABLE usage_late;
ALTER TABLE usage_late_2 RENAME TO usage_late;
CREATE INDEX usage_late_customer ON usage_late (customer_id);

-- An event that takes back another one whole, of the same customer and metric: neither counts.
CREATE TABLE usage_reversal (
  usage_id INTEGER PRIMARY KEY REFERENCES usage (id),
  original_id INTEGER NOT NULL UNIQUE REFERENCES usage (id),
  customer_id INTEGER NOT NULL,
  metric_id INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_reversal_of ON usage_reversal (customer_id, metric_id, usage_id, original_id);
CREATE TRIGGER usage_reversal_no_update BEFORE UPDATE ON usage_reversal BEGIN SELECT raise (ABORT, 'usage events are append-only'); END;
CREATE TRIGGER usage_reversal_no_delete BEFORE DELETE ON usage_reversal BEGIN SELECT raise (ABORT, 'usage events are append-only'); END;

-- scope: '' for what is billed together; 's:ID' for one subscription, 'c:ID' for one customer whose parent pays, 'm:ID' for a
-- manual invoice. total = subtotal - discount + the taxes that are not inside the prices. tax_minor: all taxes.
-- replaces_id: the void invoice that it was issued again for. brought_forward: issued before there were books. net_days: a manual draft
-- is payable so many days after its issue, whatever the setting says. kind 'manual' is what is issued again, too: the generator leaves
-- both alone. tax_note: such as 'Reverse charge'. country, region: as name … timezone.
ALTER TABLE invoice ADD COLUMN kind TEXT NOT NULL DEFAULT 'periodic' CHECK (kind IN ('periodic', 'manual'));
ALTER TABLE invoice ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice ADD COLUMN subtotal_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN discount_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN tax_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN tax_note TEXT;
ALTER TABLE invoice ADD COLUMN replaces_id INTEGER REFERENCES invoice (id);
ALTER TABLE invoice ADD COLUMN brought_forward INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN net_days INTEGER;
ALTER TABLE invoice ADD COLUMN country TEXT;
ALTER TABLE invoice ADD COLUMN region TEXT;
DROP TRIGGER invoice_issued_no_update;
DROP INDEX invoice_draft;
UPDATE invoice SET subtotal_minor = total_minor, brought_forward = (status <> 'draft'), country = json_extract (address, '$.country'), address = json_extract (address, '$.text');
CREATE UNIQUE INDEX invoice_draft ON invoice (customer_id, billed_at_us, currency, scope) WHERE status = 'draft';
CREATE INDEX invoice_replaces ON invoice (replaces_id) WHERE replaces_id IS NOT NULL;
CREATE TRIGGER invoice_issued_no_update BEFORE UPDATE ON invoice WHEN old.status <> 'draft' AND (
  new.id <> old.id OR new.number IS NOT old.number OR new.issuer_id <> old.issuer_id OR new.customer_id <> old.customer_id
  OR new.currency <> old.currency OR new.status = 'draft' OR new.billed_at_us <> old.billed_at_us
  OR new.issued_at_us IS NOT old.issued_at_us OR new.due_at_us IS NOT old.due_at_us
  OR new.total_minor <> old.total_minor OR new.usage_seen <> old.usage_seen OR new.created_at_us <> old.created_at_us
  OR new.name IS NOT old.name OR new.email IS NOT old.email OR new.address IS NOT old.address OR new.tax_id IS NOT old.tax_id
  OR new.timezone IS NOT old.timezone OR new.kind <> old.kind OR new.scope <> old.scope
  OR new.subtotal_minor <> old.subtotal_minor OR new.discount_minor <> old.discount_minor OR new.tax_minor <> old.tax_minor
  OR new.tax_note IS NOT old.tax_note OR new.country IS NOT old.country OR new.region IS NOT old.region OR new.replaces_id IS NOT old.replaces_id
  OR new.brought_forward <> old.brought_forward OR old.status = 'void'
  OR (new.void_reason IS NOT old.void_reason AND new.status <> 'void'))
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;

-- role: 'regular'; 'unused' and 'remaining' for the two sides of a change within a period; 'late' for usage of a period that was
-- billed before. phase: that of the subscription whose terms price it. discounts, taxes: JSON of billctl-json(5), NULL: none;
-- discount_minor and tax_minor are their sums.
CREATE TABLE invoice_line_2 (
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  position INTEGER NOT NULL,
  subscription_id INTEGER,
  plan_version_id INTEGER,
  phase INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'base' OR kind = 'quantity' OR kind = 'addon' OR kind = 'usage' OR kind = 'spending' OR kind = 'one_off'),
  role TEXT NOT NULL CHECK (role = 'regular' OR role = 'unused' OR role = 'remaining' OR role = 'late'),
  code TEXT NOT NULL,
  metric_id INTEGER,
  description TEXT NOT NULL,
  period_index INTEGER NOT NULL,
  period_start_us INTEGER NOT NULL,
  period_end_us INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  unit_price TEXT,
  exact_amount TEXT NOT NULL,
  ratio TEXT,
  amount_minor INTEGER NOT NULL,
  discount_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  category TEXT,
  discounts TEXT,
  taxes TEXT,
  derivation TEXT NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO invoice_line_2 SELECT invoice_id, position, subscription_id, plan_version_id, 1, kind, 'regular', code, metric_id, description,
  period_index, period_start_us, period_end_us, quantity, unit_price, exact_amount, ratio, amount_minor, 0, 0, NULL, NULL, NULL, derivation
  FROM invoice_line ORDER BY invoice_id, position;
DROP TABLE invoice_line;
ALTER TABLE invoice_line_2 RENAME TO invoice_line;
CREATE INDEX invoice_line_usage ON invoice_line (subscription_id, period_index) WHERE kind = 'usage' OR kind = 'spending';
CREATE TRIGGER invoice_line_issued_no_update BEFORE UPDATE ON invoice_line
BEGIN SELECT raise (ABORT, 'invoice lines are replaced with their draft, never changed'); END;
CREATE TRIGGER invoice_line_issued_no_delete BEFORE DELETE ON invoice_line
WHEN (SELECT status FROM invoice WHERE id = old.invoice_id) <> 'draft'
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;

-- What each tax rate comes to on an invoice: one rounding each.
CREATE TABLE invoice_tax (
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'exclusive' OR kind = 'inclusive' OR kind = 'zero' OR kind = 'exempt' OR kind = 'reverse_charge'),
  percent TEXT NOT NULL,
  country TEXT,
  base_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER invoice_tax_no_update BEFORE UPDATE ON invoice_tax
BEGIN SELECT raise (ABORT, 'the taxes of an invoice are replaced with their draft, never changed'); END;
CREATE TRIGGER invoice_tax_issued_no_delete BEFORE DELETE ON invoice_tax
WHEN (SELECT status FROM invoice WHERE id = old.invoice_id) <> 'draft'
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;

-- One-off charges that wait for the next invoice; removed_at_us: taken back before that. invoice_id: the issued invoice.
CREATE TABLE one_off (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  subscription_id INTEGER REFERENCES subscription (id),
  due_us INTEGER NOT NULL,
  code TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity TEXT NOT NULL,
  unit_price TEXT NOT NULL,
  currency TEXT NOT NULL,
  category TEXT,
  invoice_id INTEGER REFERENCES invoice (id),
  removed_at_us INTEGER,
  created_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX one_off_open ON one_off (customer_id) WHERE invoice_id IS NULL AND removed_at_us IS NULL;

-- Money received; amount_minor is below zero where it was paid back.
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed', 'refunded')),
  method TEXT NOT NULL,
  reference TEXT,
  received_at_us INTEGER NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_customer ON payment (customer_id);

-- kind: how the credited amount reaches the customer. Amounts are above zero; total = the lines with their taxes.
CREATE TABLE credit_note (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  issuer_id INTEGER NOT NULL REFERENCES issuer (id),
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  currency TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('refund', 'balance', 'write_off')),
  reason TEXT NOT NULL,
  subtotal_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  total_minor INTEGER NOT NULL,
  issued_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX credit_note_invoice ON credit_note (invoice_id);
CREATE TABLE credit_note_line (
  credit_note_id INTEGER NOT NULL REFERENCES credit_note (id),
  position INTEGER NOT NULL,
  invoice_position INTEGER NOT NULL,
  description TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  taxes TEXT,
  PRIMARY KEY (credit_note_id, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER credit_note_no_update BEFORE UPDATE ON credit_note BEGIN SELECT raise (ABORT, 'credit notes never change'); END;
CREATE TRIGGER credit_note_no_delete BEFORE DELETE ON credit_note BEGIN SELECT raise (ABORT, 'credit notes never change'); END;
CREATE TRIGGER credit_note_line_no_update BEFORE UPDATE ON credit_note_line BEGIN SELECT raise (ABORT, 'credit notes never change'); END;
CREATE TRIGGER credit_note_line_no_delete BEFORE DELETE ON credit_note_line BEGIN SELECT raise (ABORT, 'credit notes never change'); END;

-- What reduces what is owed on an issued invoice; amounts are negative where one is undone, and where money goes back.
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  kind TEXT NOT NULL CHECK (kind IN ('balance', 'payment', 'credit_note', 'write_off')),
  amount_minor INTEGER NOT NULL,
  payment_id INTEGER REFERENCES payment (id),
  credit_note_id INTEGER REFERENCES credit_note (id),
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX settlement_invoice ON settlement (invoice_id, kind, amount_minor);
CREATE TRIGGER settlement_no_update BEFORE UPDATE ON settlement BEGIN SELECT raise (ABORT, 'settlements are append-only'); END;
CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement BEGIN SELECT raise (ABORT, 'settlements are append-only'); END;

-- Money that the seller owes the customer: above zero in the customer's favour.
CREATE TABLE balance_movement (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('credit_note', 'negative_invoice', 'overpayment', 'applied', 'returned', 'adjustment')),
  invoice_id INTEGER REFERENCES invoice (id),
  credit_note_id INTEGER REFERENCES credit_note (id),
  payment_id INTEGER REFERENCES payment (id),
  note TEXT,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX balance_movement_customer ON balance_movement (customer_id, currency, amount_minor);
CREATE INDEX balance_movement_invoice ON balance_movement (invoice_id) WHERE invoice_id IS NOT NULL;
-- Invoices of before: nothing is owed on those that came to nothing or less, and what they came to below that is the customer's.
INSERT INTO settlement (invoice_id, kind, amount_minor, at_us) SELECT id, 'balance', total_minor, issued_at_us FROM invoice
  WHERE status = 'open' AND total_minor < 0 ORDER BY id;
INSERT INTO balance_movement (customer_id, currency, amount_minor, kind, invoice_id, at_us)
  SELECT customer_id, currency, -total_minor, 'negative_invoice', id, issued_at_us FROM invoice
  WHERE status = 'open' AND total_minor < 0 ORDER BY id;
UPDATE invoice SET status = 'paid' WHERE status = 'open' AND total_minor <= 0;
CREATE TRIGGER balance_movement_no_update BEFORE UPDATE ON balance_movement BEGIN SELECT raise (ABORT, 'movements of a balance are append-only'); END;
CREATE TRIGGER balance_movement_no_delete BEFORE DELETE ON balance_movement BEGIN SELECT raise (ABORT, 'movements of a balance are append-only'); END;

-- The books. amount_minor: debit above zero, credit below; the postings of an entry add up to zero. day: when it is booked, a UTC day.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('asset', 'liability', 'equity', 'revenue', 'expense'))
) STRICT;
CREATE TABLE journal_entry (
  id INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  customer_id INTEGER,
  invoice_id INTEGER,
  document_id INTEGER,
  description TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_entry_invoice ON journal_entry (invoice_id);
CREATE INDEX journal_entry_day ON journal_entry (day);
CREATE TABLE posting (
  entry_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  currency TEXT NOT NULL,
  day INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_account ON posting (account_id, currency, day, amount_minor);
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;

-- Prepaid fees: amount_minor is earned evenly over the days from_day … until_day - 1; negative where some are taken back.
-- recognised_minor: what of it the entry itself booked as earned, because its months were closed before.
CREATE TABLE deferral (
  entry_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  recognised_minor INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  until_day INTEGER NOT NULL,
  PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX deferral_until ON deferral (until_day);
CREATE TRIGGER deferral_no_update BEFORE UPDATE ON deferral BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER deferral_no_delete BEFORE DELETE ON deferral BEGIN SELECT raise (ABORT, 'the journal is append-only'); END;

-- Months that are closed, as year × 12 + month - 1: nothing may be booked into them any more.
CREATE TABLE journal_month (
  month INTEGER PRIMARY KEY,
  closed_at_us INTEGER NOT NULL
) STRICT;
CREATE TRIGGER journal_month_no_update BEFORE UPDATE ON journal_month BEGIN SELECT raise (ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER journal_month_no_delete BEFORE DELETE ON journal_month BEGIN SELECT raise (ABORT, 'a closed month stays closed'); END;

INSERT INTO account (id, code, name, type) VALUES
  (1, 'cash', 'Cash', 'asset'), (2, 'receivable', 'Accounts receivable', 'asset'),
  (3, 'deferred_revenue', 'Deferred revenue', 'liability'), (4, 'tax_payable', 'Tax payable', 'liability'),
  (5, 'customer_balance', 'Customer balances', 'liability'), (6, 'credit_liability', 'Credits sold and not used', 'liability'),
  (7, 'unapplied_cash', 'Unapplied cash', 'liability'), (8, 'revenue_base', 'Base fees', 'revenue'),
  (9, 'revenue_quantity', 'Licences', 'revenue'), (10, 'revenue_addon', 'Add-ons', 'revenue'),
  (11, 'revenue_usage', 'Usage', 'revenue'), (12, 'revenue_one_off', 'One-off charges', 'revenue'),
  (13, 'breakage', 'Breakage', 'revenue'), (14, 'write_offs', 'Write-offs', 'expense'),
  (15, 'opening_balance', 'Brought forward', 'equity');

-- What stood open before there were books is brought forward, on the day on which it was issued: what was owed, and what customers
-- have from invoices below zero.
INSERT INTO journal_entry (id, day, kind, customer_id, invoice_id, description, at_us)
  SELECT row_number () OVER (ORDER BY issued_at_us, id), (issued_at_us - (CASE WHEN issued_at_us < 0 THEN 86399999999 ELSE 0 END)) / 86400000000,
    'opening', customer_id, id, 'invoice ' || number || ' brought forward', issued_at_us
  FROM invoice WHERE status NOT IN ('draft', 'void') AND total_minor <> 0 ORDER BY issued_at_us, id;
INSERT INTO posting (entry_id, position, account_id, currency, day, amount_minor)
  SELECT e.id, 1, CASE WHEN i.total_minor < 0 THEN 5 ELSE 2 END, i.currency, e.day, i.total_minor FROM journal_entry e JOIN invoice i ON i.id = e.invoice_id;
INSERT INTO posting (entry_id, position, account_id, currency, day, amount_minor)
  SELECT e.id, 2, 15, i.currency, e.day, -i.total_minor FROM journal_entry e JOIN invoice i ON i.id = e.invoice_id;
