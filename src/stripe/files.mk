# SPDX-License-Identifier: GPL-3.0-or-later
# Sources of libstripe.a.
libstripe_a_SOURCES = src/stripe/amount.c src/stripe/amount.h src/stripe/client.c src/stripe/client.h \
  src/stripe/form.c src/stripe/form.h src/stripe/key.c src/stripe/key.h src/stripe/list.c src/stripe/list.h \
  src/stripe/objects.c src/stripe/objects.h src/stripe/objects-private.h src/stripe/price.c src/stripe/rate.c src/stripe/rate.h \
  src/stripe/reply.c src/stripe/reply.h src/stripe/retry.c src/stripe/retry.h
