# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of what goes to Stripe: the HTTP helper and the client, against a fake server.
STRIPE_TESTS += tests/stripe/http.t tests/stripe/client.t
STRIPE_TESTS += tests/stripe/sync.t tests/stripe/sync-faults.t tests/stripe/sync-kill.t tests/stripe/contract.t
EXTRA_DIST += tests/stripe/sync_runs.py tests/stripe/sync_test.py tests/stripe/sync_faults_test.py tests/stripe/sync_kill_test.py \
  tests/stripe/contract_test.py
EXTRA_DIST += tests/stripe/http_test.py tests/stripe/client_test.py tests/stripe/harness.py tests/stripe/fake-stripe.py \
  tests/stripe/fake_stripe_objects.py

# Drives the client from the tests.
check_PROGRAMS += tests/stripe/stripe-probe
tests_stripe_stripe_probe_SOURCES = tests/stripe/stripe-probe.c
tests_stripe_stripe_probe_LDADD = libstripe.a libbase.a libcore.a $(JSON_LIBS) $(GLIB_LIBS)
