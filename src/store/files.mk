store_sources = \
  src/store/append-only.c src/store/append-only.h \
  src/store/audit.c src/store/audit.h \
  src/store/catalog.c src/store/catalog.h \
  src/store/coupon.c src/store/coupon.h \
  src/store/customer.c src/store/customer.h \
  src/store/credit-note.c src/store/credit-note.h \
  src/store/copy.c src/store/copy.h \
  src/store/copy-receive.c src/store/copy-receive.h src/store/copy-send.c src/store/copy-stream.c src/store/copy-stream.h \
  src/store/table-proof.c src/store/table-proof.h \
  src/store/db.h src/store/db-calls.c src/store/db-busy.c src/store/db-busy.h \
  src/store/engine.c src/store/engine.h \
  src/store/facts.c src/store/facts.h src/store/place.h \
  src/store/codes.c src/store/codes.h \
  src/store/export.c src/store/export.h \
  src/store/invoice.c src/store/invoice.h \
  src/store/known.c src/store/known.h src/store/sql/known.def \
  src/store/journal.c src/store/journal.h \
  src/store/issuer.c src/store/issuer.h src/store/sql/issuer.def \
  src/store/ledger.c src/store/ledger.h src/store/ledger-private.h src/store/people.c src/store/people.h \
  src/store/migrations.h \
  src/store/nearest.c src/store/nearest.h \
  src/store/phase.c src/store/phase.h \
  src/store/one-off.c src/store/one-off.h \
  src/store/prefix.c src/store/prefix.h \
  src/store/setting.c src/store/setting.h \
  src/store/settlement.c src/store/settlement.h \
  src/store/statements.c src/store/statements.h \
  src/store/stripe.c src/store/stripe.h \
  src/store/subscription.c src/store/subscription.h \
  src/store/tax.c src/store/tax.h \
  src/store/usage.c src/store/usage.h \
  src/store/usage-batch.c src/store/usage-batch.h src/store/usage-lookup.c src/store/usage-lookup.h \
  src/store/usage-late.c src/store/usage-late.h \
  src/store/verify.c src/store/verify.h src/store/verify-private.h src/store/verify-books.c \
  src/store/sql/ledger.def src/store/sql/catalog.def src/store/sql/customer.def src/store/sql/subscription.def \
  src/store/sql/usage.def src/store/sql/invoice.def src/store/sql/journal.def src/store/sql/export.def src/store/sql/stripe.def \
  src/store/sql/credit-note.def src/store/sql/one-off.def src/store/sql/settlement.def src/store/sql/tax.def \
  src/store/sql/coupon.def src/store/sql/verify.def

# One store, two drivers: a program has the one or the other.
libstore_a_SOURCES = $(store_sources) src/store/db-sqlite.c src/store/db-sqlite-access.c src/store/db-sqlite-copy.c src/store/db-sqlite-rows.c \
  src/store/db-sqlite-load.c src/store/db-sqlite-nameless.c src/store/db-sqlite-private.h src/store/db-file.c src/store/db-file.h
nodist_libstore_a_SOURCES = src/store/migrations.c src/store/newest-schema.c
libstore_postgresql_a_SOURCES = $(store_sources) src/store/db-postgresql.c src/store/db-postgresql.h src/store/db-postgresql-open.c \
  src/store/db-postgresql-each.c src/store/db-postgresql-load.c src/store/db-postgresql-schema.c src/store/db-postgresql-whole.c \
  src/store/db-postgresql-access.c src/store/db-postgresql-exchange.c src/store/db-postgresql-roles.c
nodist_libstore_postgresql_a_SOURCES = src/store/migrations.c src/store/newest-schema.c
libstore_postgresql_a_SOURCES += src/store/db-postgresql-rows.c
