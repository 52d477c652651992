# SPDX-License-Identifier: GPL-3.0-or-later
# Unit tests of the core: one program for each of its modules, and one for the cases of other billing systems.
core_unit_tests = \
	tests/unit/test-conversion \
	tests/unit/test-credit \
	tests/unit/test-currency \
	tests/unit/test-date \
	tests/unit/test-decimal \
	tests/unit/test-discount \
	tests/unit/test-exact \
	tests/unit/test-hash \
	tests/unit/test-money \
	tests/unit/test-period \
	tests/unit/test-price \
	tests/unit/test-tax \
	tests/unit/test-taxid \
	tests/unit/test-recognition \
	tests/unit/test-wide
check_PROGRAMS += $(core_unit_tests) tests/unit/test-vectors
UNIT_TESTS += $(core_unit_tests) tests/unit/test-vectors

unit_test_frame = tests/unit/tap-main.h tests/unit/random.h tests/unit/exact-bytes.h
unit_test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS)
unit_test_ldadd = libcore.a $(CHECK_LIBS)

tests_unit_test_conversion_SOURCES = tests/unit/test-conversion.c $(unit_test_frame)
tests_unit_test_conversion_CFLAGS = $(unit_test_cflags)
tests_unit_test_conversion_LDADD = $(unit_test_ldadd)
tests_unit_test_credit_SOURCES = tests/unit/test-credit.c $(unit_test_frame)
tests_unit_test_credit_CFLAGS = $(unit_test_cflags)
tests_unit_test_credit_LDADD = $(unit_test_ldadd)
tests_unit_test_currency_SOURCES = tests/unit/test-currency.c $(unit_test_frame)
tests_unit_test_currency_CFLAGS = $(unit_test_cflags)
tests_unit_test_currency_LDADD = $(unit_test_ldadd)
tests_unit_test_date_SOURCES = tests/unit/test-date.c $(unit_test_frame)
tests_unit_test_date_CFLAGS = $(unit_test_cflags)
tests_unit_test_date_LDADD = $(unit_test_ldadd)
tests_unit_test_decimal_SOURCES = tests/unit/test-decimal.c $(unit_test_frame)
tests_unit_test_decimal_CFLAGS = $(unit_test_cflags)
tests_unit_test_decimal_LDADD = $(unit_test_ldadd)
tests_unit_test_discount_SOURCES = tests/unit/test-discount.c $(unit_test_frame)
tests_unit_test_discount_CFLAGS = $(unit_test_cflags)
tests_unit_test_discount_LDADD = $(unit_test_ldadd)
tests_unit_test_exact_SOURCES = tests/unit/test-exact.c $(unit_test_frame)
tests_unit_test_exact_CFLAGS = $(unit_test_cflags)
tests_unit_test_exact_LDADD = $(unit_test_ldadd)
tests_unit_test_hash_SOURCES = tests/unit/test-hash.c $(unit_test_frame)
tests_unit_test_hash_CFLAGS = $(unit_test_cflags)
tests_unit_test_hash_LDADD = $(unit_test_ldadd)
tests_unit_test_money_SOURCES = tests/unit/test-money.c $(unit_test_frame)
tests_unit_test_money_CFLAGS = $(unit_test_cflags)
tests_unit_test_money_LDADD = $(unit_test_ldadd)
tests_unit_test_period_SOURCES = tests/unit/test-period.c $(unit_test_frame)
tests_unit_test_period_CFLAGS = $(unit_test_cflags)
tests_unit_test_period_LDADD = $(unit_test_ldadd)
tests_unit_test_price_SOURCES = tests/unit/test-price.c $(unit_test_frame)
tests_unit_test_price_CFLAGS = $(unit_test_cflags)
tests_unit_test_price_LDADD = $(unit_test_ldadd)
tests_unit_test_tax_SOURCES = tests/unit/test-tax.c $(unit_test_frame)
tests_unit_test_tax_CFLAGS = $(unit_test_cflags)
tests_unit_test_tax_LDADD = $(unit_test_ldadd)
tests_unit_test_taxid_SOURCES = tests/unit/test-taxid.c $(unit_test_frame)
tests_unit_test_taxid_CFLAGS = $(unit_test_cflags)
tests_unit_test_taxid_LDADD = $(unit_test_ldadd)
tests_unit_test_recognition_SOURCES = tests/unit/test-recognition.c $(unit_test_frame)
tests_unit_test_recognition_CFLAGS = $(unit_test_cflags)
tests_unit_test_recognition_LDADD = $(unit_test_ldadd)
tests_unit_test_wide_SOURCES = tests/unit/test-wide.c $(unit_test_frame)
tests_unit_test_wide_CFLAGS = $(unit_test_cflags)
tests_unit_test_wide_LDADD = $(unit_test_ldadd)

tests_unit_test_vectors_SOURCES = tests/unit/test-vectors.c
tests_unit_test_vectors_LDADD = libcore.a $(JSON_LIBS) $(GLIB_LIBS)

# Text and the command line.
check_PROGRAMS += tests/unit/test-text tests/unit/test-cli-options
UNIT_TESTS += tests/unit/test-text tests/unit/test-cli-options
tests_unit_test_text_SOURCES = tests/unit/test-text.c $(unit_test_frame)
tests_unit_test_text_CFLAGS = $(unit_test_cflags)
tests_unit_test_text_LDADD = libbase.a $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_cli_options_SOURCES = tests/unit/test-cli-options.c $(unit_test_frame)
tests_unit_test_cli_options_CFLAGS = $(unit_test_cflags)
tests_unit_test_cli_options_LDADD = libcli.a libbase.a libcore.a $(GLIB_LIBS) $(CHECK_LIBS)

# Documents, helper programs, and the spreadsheets that one of them writes.
check_PROGRAMS += tests/unit/test-render tests/unit/test-process
UNIT_TESTS += tests/unit/test-render tests/unit/test-process
tests_unit_test_render_SOURCES = tests/unit/test-render.c $(unit_test_frame)
tests_unit_test_render_CFLAGS = $(unit_test_cflags)
tests_unit_test_render_LDADD = librender.a libbase.a libcore.a $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_process_SOURCES = tests/unit/test-process.c $(unit_test_frame)
tests_unit_test_process_CFLAGS = $(unit_test_cflags)
tests_unit_test_process_LDADD = librender.a libbase.a libcore.a $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/xlsx.t
EXTRA_DIST += tests/unit/xlsx.t tests/unit/xlsx_test.py

# The catalogue of SQL texts.
check_PROGRAMS += tests/unit/test-sql
UNIT_TESTS += tests/unit/test-sql
tests_unit_test_sql_SOURCES = tests/unit/test-sql.c $(unit_test_frame)
tests_unit_test_sql_CFLAGS = $(unit_test_cflags)
tests_unit_test_sql_LDADD = libstore.a libbase.a libcore.a $(SQLITE_LIBS) $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)

# What goes to Stripe and what comes back.
check_PROGRAMS += tests/unit/test-stripe tests/unit/test-stripe-objects
UNIT_TESTS += tests/unit/test-stripe tests/unit/test-stripe-objects
tests_unit_test_stripe_SOURCES = tests/unit/test-stripe.c $(unit_test_frame)
tests_unit_test_stripe_CFLAGS = $(unit_test_cflags)
tests_unit_test_stripe_LDADD = libstripe.a libbase.a libcore.a $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_stripe_objects_SOURCES = tests/unit/test-stripe-objects.c $(unit_test_frame)
tests_unit_test_stripe_objects_CFLAGS = $(unit_test_cflags)
tests_unit_test_stripe_objects_LDADD = $(tests_unit_test_stripe_LDADD)

# Time zones.
check_PROGRAMS += tests/unit/test-timezone
UNIT_TESTS += tests/unit/test-timezone
tests_unit_test_timezone_SOURCES = tests/unit/test-timezone.c $(unit_test_frame)
tests_unit_test_timezone_CFLAGS = $(unit_test_cflags)
tests_unit_test_timezone_LDADD = libbase.a libcore.a $(GLIB_LIBS) $(CHECK_LIBS)

# JSON and catalogs.
check_PROGRAMS += tests/unit/test-json tests/unit/test-catalog
UNIT_TESTS += tests/unit/test-json tests/unit/test-catalog
tests_unit_test_json_SOURCES = tests/unit/test-json.c $(unit_test_frame)
tests_unit_test_json_CFLAGS = $(unit_test_cflags)
tests_unit_test_json_LDADD = libbase.a libcore.a $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_catalog_SOURCES = tests/unit/test-catalog.c $(unit_test_frame)
tests_unit_test_catalog_CFLAGS = $(unit_test_cflags)
tests_unit_test_catalog_LDADD = libservice.a libstore.a librender.a libbase.a libcore.a $(SQLITE_LIBS) $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)

# Usage on its way in.
check_PROGRAMS += tests/unit/test-csv tests/unit/test-event-map tests/unit/test-event-line tests/unit/test-usage-batch
UNIT_TESTS += tests/unit/test-csv tests/unit/test-event-map tests/unit/test-event-line tests/unit/test-usage-batch
usage_test_ldadd = libservice.a libstore.a librender.a libbase.a libcore.a $(SQLITE_LIBS) $(JSON_LIBS) $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_csv_SOURCES = tests/unit/test-csv.c $(unit_test_frame)
tests_unit_test_csv_CFLAGS = $(unit_test_cflags)
tests_unit_test_csv_LDADD = libbase.a libcore.a $(GLIB_LIBS) $(CHECK_LIBS)
tests_unit_test_event_map_SOURCES = tests/unit/test-event-map.c $(unit_test_frame)
tests_unit_test_event_map_CFLAGS = $(unit_test_cflags)
tests_unit_test_event_map_LDADD = $(usage_test_ldadd)
tests_unit_test_event_line_SOURCES = tests/unit/test-event-line.c $(unit_test_frame)
tests_unit_test_event_line_CFLAGS = $(unit_test_cflags)
tests_unit_test_event_line_LDADD = $(usage_test_ldadd)
tests_unit_test_usage_batch_SOURCES = tests/unit/test-usage-batch.c $(unit_test_frame)
tests_unit_test_usage_batch_CFLAGS = $(unit_test_cflags)
tests_unit_test_usage_batch_LDADD = $(usage_test_ldadd)

# Periods of subscriptions, and random lives against a model of their own.
check_PROGRAMS += tests/unit/test-life tests/unit/test-lives
UNIT_TESTS += tests/unit/test-life tests/unit/test-lives
tests_unit_test_life_SOURCES = tests/unit/test-life.c $(unit_test_frame)
tests_unit_test_life_CFLAGS = $(unit_test_cflags)
tests_unit_test_life_LDADD = $(usage_test_ldadd)
tests_unit_test_lives_SOURCES = tests/unit/test-lives.c $(unit_test_frame)
tests_unit_test_lives_CFLAGS = $(unit_test_cflags)
tests_unit_test_lives_LDADD = $(usage_test_ldadd)
