# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of what goes to Stripe: the HTTP helper and the client, against a fake server.
STRIPE_TESTS = tests/stripe/http.t
EXTRA_DIST += tests/stripe/http.t tests/stripe/fake-stripe.py tests/stripe/fake_stripe_objects.py
