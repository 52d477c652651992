-- Schema 1: the ledger as it is first made.
--
-- Conventions: *_us are microseconds since 1970-01-01T00:00:00Z; *_day are civil days since 1970-01-01; *_minor are minor
-- units of the row's currency; quantities and unit prices are canonical decimal text. Rows that must never change are
-- guarded by triggers here and by the authorizer of src/store/db-sqlite.c. Checks on tables that are written by the 100,000
-- are spelled with OR: SQLite builds a temporary table for an IN list at every insert.

CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  command TEXT NOT NULL,
  change TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE issuer (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  number_pattern TEXT NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT;

-- One gapless series per issuer and year; year 0 for patterns without {year}.
CREATE TABLE number_series (
  issuer_id INTEGER NOT NULL REFERENCES issuer (id),
  year INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  PRIMARY KEY (issuer_id, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT,
  currency TEXT NOT NULL,
  timezone TEXT NOT NULL,
  locale TEXT,
  address TEXT,
  tax_id TEXT,
  issuer_id INTEGER NOT NULL REFERENCES issuer (id),
  parent_id INTEGER REFERENCES customer (id),
  created_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE metric (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  aggregation TEXT NOT NULL CHECK (aggregation IN ('count', 'sum', 'max', 'last', 'unique', 'weighted_sum')),
  property TEXT,
  negative TEXT NOT NULL CHECK (negative IN ('refuse', 'allow')),
  created_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE plan (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  metadata TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
  created_at_us INTEGER NOT NULL
) STRICT;

-- The terms of one version as canonical JSON; complete in itself (add-ons are copied in).
CREATE TABLE plan_version (
  id INTEGER PRIMARY KEY,
  plan_id INTEGER NOT NULL REFERENCES plan (id),
  version INTEGER NOT NULL,
  definition TEXT NOT NULL,
  created_at_us INTEGER NOT NULL,
  UNIQUE (plan_id, version)
) STRICT;

CREATE TABLE credit_event (
  code TEXT NOT NULL PRIMARY KEY,
  credits TEXT NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_package (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  credits TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- fees_billed and usage_billed count the fee and usage periods that stand on issued invoices; *_from_us is the instant at which
-- the next one starts. It is kept, not computed, so that a change of the customer's time zone leaves neither gap nor overlap.
CREATE TABLE subscription (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  plan_version_id INTEGER NOT NULL REFERENCES plan_version (id),
  fee_interval TEXT NOT NULL,
  alignment TEXT NOT NULL CHECK (alignment IN ('anniversary', 'calendar')),
  status TEXT NOT NULL CHECK (status IN ('trialing', 'active', 'past_due', 'paused', 'canceled', 'expired')),
  start_day INTEGER NOT NULL,
  anchor_day INTEGER NOT NULL,
  end_day INTEGER,
  fees_billed INTEGER NOT NULL,
  fees_from_us INTEGER NOT NULL,
  usage_billed INTEGER NOT NULL,
  usage_from_us INTEGER NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX subscription_customer ON subscription (customer_id);
CREATE INDEX subscription_plan_version ON subscription (plan_version_id);

CREATE TABLE subscription_item (
  subscription_id INTEGER NOT NULL REFERENCES subscription (id),
  kind TEXT NOT NULL CHECK (kind IN ('quantity', 'addon')),
  code TEXT NOT NULL,
  quantity TEXT NOT NULL,
  PRIMARY KEY (subscription_id, kind, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- The events. Kept narrow and without foreign keys: rows arrive by the million and their ids come from our own lookups;
-- `billctl verify` proves the references.
CREATE TABLE usage (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  subscription_id INTEGER,
  metric_id INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  properties TEXT
) STRICT;
CREATE INDEX usage_rating ON usage (customer_id, metric_id, at_us, subscription_id, quantity);

-- 64-bit hash of (source, event id) -> candidate; the stored event id decides. True collisions go to the second table.
CREATE TABLE usage_key (
  hash INTEGER PRIMARY KEY,
  usage_id INTEGER NOT NULL
) STRICT;
CREATE TABLE usage_key_collision (
  hash INTEGER NOT NULL,
  usage_id INTEGER NOT NULL,
  PRIMARY KEY (hash, usage_id)
) STRICT, WITHOUT ROWID;

-- Events that came after the usage period that they fall into was billed: they stand on no invoice.
CREATE TABLE usage_late (
  usage_id INTEGER PRIMARY KEY REFERENCES usage (id)
) STRICT;

CREATE TABLE usage_import (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  source_id INTEGER NOT NULL REFERENCES usage_source (id),
  file TEXT NOT NULL,
  first_usage_id INTEGER,
  last_usage_id INTEGER,
  recorded INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  rejected INTEGER NOT NULL
) STRICT;

-- billed_at_us: the instant at which everything on the invoice fell due. usage_seen: the last usage id that was
-- there when its usage was summed. name … timezone: those of the customer when it was issued; NULL in a draft.
CREATE TABLE invoice (
  id INTEGER PRIMARY KEY,
  number TEXT UNIQUE,
  issuer_id INTEGER NOT NULL REFERENCES issuer (id),
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  currency TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status = 'draft' OR status = 'open' OR status = 'paid' OR status = 'void' OR status = 'uncollectible'),
  billed_at_us INTEGER NOT NULL,
  issued_at_us INTEGER,
  due_at_us INTEGER,
  total_minor INTEGER NOT NULL,
  usage_seen INTEGER NOT NULL,
  void_reason TEXT,
  created_at_us INTEGER NOT NULL,
  name TEXT,
  email TEXT,
  address TEXT,
  tax_id TEXT,
  timezone TEXT,
  CHECK ((status = 'draft') = (number IS NULL)),
  CHECK ((status = 'draft') = (issued_at_us IS NULL)),
  CHECK ((status = 'draft') = (timezone IS NULL))
) STRICT;
CREATE INDEX invoice_customer ON invoice (customer_id, billed_at_us);
CREATE UNIQUE INDEX invoice_draft ON invoice (customer_id, billed_at_us, currency) WHERE status = 'draft';

-- One row per line: amount_minor is exact_amount (major units, unrounded) times ratio (NULL: 1), rounded once. `derivation`
-- is the JSON of billctl-json(5) that says how exact_amount came about.
CREATE TABLE invoice_line (
  invoice_id INTEGER NOT NULL REFERENCES invoice (id),
  position INTEGER NOT NULL,
  subscription_id INTEGER NOT NULL,
  plan_version_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'base' OR kind = 'quantity' OR kind = 'addon' OR kind = 'usage'),
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
  derivation TEXT NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT, WITHOUT ROWID;

-- What exists at Stripe, per account; `content` is a hash of what was sent last.
CREATE TABLE stripe_object (
  account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('customer', 'product', 'price', 'meter')),
  local_key TEXT NOT NULL,
  stripe_id TEXT NOT NULL,
  content TEXT NOT NULL,
  synced_at_us INTEGER NOT NULL,
  PRIMARY KEY (account, kind, local_key)
) STRICT, WITHOUT ROWID;

-- Everything that leaves the machine: the intent is committed with its idempotency key before the request is sent.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  operation TEXT NOT NULL,
  local_key TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('intended', 'done', 'failed')),
  remote_id TEXT,
  request_id TEXT,
  error TEXT,
  created_at_us INTEGER NOT NULL,
  settled_at_us INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (channel, account, status) WHERE status = 'intended';

CREATE TRIGGER usage_no_update BEFORE UPDATE ON usage BEGIN SELECT raise (ABORT, 'usage events are append-only'); END;
CREATE TRIGGER usage_no_delete BEFORE DELETE ON usage BEGIN SELECT raise (ABORT, 'usage events are append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT raise (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT raise (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER plan_version_no_update BEFORE UPDATE ON plan_version
BEGIN SELECT raise (ABORT, 'plan versions are immutable'); END;
CREATE TRIGGER plan_version_no_delete BEFORE DELETE ON plan_version
BEGIN SELECT raise (ABORT, 'plan versions are immutable'); END;

-- An issued invoice keeps every figure and who it was issued to; only its status may move on, from void nowhere, and a draft
-- may become open.
CREATE TRIGGER invoice_issued_no_update BEFORE UPDATE ON invoice WHEN old.status <> 'draft' AND (
  new.id <> old.id OR new.number IS NOT old.number OR new.issuer_id <> old.issuer_id OR new.customer_id <> old.customer_id
  OR new.currency <> old.currency OR new.status = 'draft' OR new.billed_at_us <> old.billed_at_us
  OR new.issued_at_us IS NOT old.issued_at_us OR new.due_at_us IS NOT old.due_at_us
  OR new.total_minor <> old.total_minor OR new.usage_seen <> old.usage_seen OR new.created_at_us <> old.created_at_us
  OR new.name IS NOT old.name OR new.email IS NOT old.email OR new.address IS NOT old.address OR new.tax_id IS NOT old.tax_id
  OR new.timezone IS NOT old.timezone OR old.status = 'void'
  OR (new.void_reason IS NOT old.void_reason AND new.status <> 'void'))
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;
CREATE TRIGGER invoice_issued_no_delete BEFORE DELETE ON invoice WHEN old.status <> 'draft'
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;
CREATE TRIGGER invoice_line_issued_no_update BEFORE UPDATE ON invoice_line
BEGIN SELECT raise (ABORT, 'invoice lines are replaced with their draft, never changed'); END;
CREATE TRIGGER invoice_line_issued_no_delete BEFORE DELETE ON invoice_line
WHEN (SELECT status FROM invoice WHERE id = old.invoice_id) <> 'draft'
BEGIN SELECT raise (ABORT, 'an issued invoice never changes'); END;

INSERT INTO issuer (id, code, name, number_pattern, created_at_us) VALUES (1, 'default', 'Default issuer', 'INV-{year}-{seq:6}', 0);
INSERT INTO usage_source (id, name) VALUES (0, '');
