# SPDX-License-Identifier: GPL-3.0-or-later
# What is about PostgreSQL alone, and what brings the command tests to it.
POSTGRESQL_TESTS += tests/postgresql/ledger.t tests/postgresql/sql.t tests/postgresql/bulk.t tests/postgresql/access.t tests/postgresql/roles.t tests/postgresql/tls.t
POSTGRESQL_TESTS += tests/postgresql/faults.t tests/postgresql/failover.t tests/postgresql/bad-server.t
POSTGRESQL_TESTS += tests/postgresql/copy.t tests/postgresql/migrate.t
check_PROGRAMS += tests/postgresql/run-statements
tests_postgresql_run_statements_SOURCES = tests/postgresql/run-statements.c
tests_postgresql_run_statements_LDADD = libstore_postgresql.a libbase.a libcore.a $(POSTGRESQL_LIBS) $(JSON_LIBS) $(GLIB_LIBS)
check_PROGRAMS += tests/postgresql/migrate-next
tests_postgresql_migrate_next_SOURCES = tests/postgresql/migrate-next.c
tests_postgresql_migrate_next_LDADD = libstore_postgresql.a libbase.a libcore.a $(POSTGRESQL_LIBS) $(JSON_LIBS) $(GLIB_LIBS)
