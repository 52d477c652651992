# SPDX-License-Identifier: GPL-3.0-or-later
# The pure core: arithmetic that needs nothing but the C language.
libcore_a_SOURCES = \
	src/core/conversion.c src/core/conversion.h \
	src/core/credit.c src/core/credit.h \
	src/core/currency.c src/core/currency.h \
	src/core/date.c src/core/date.h \
	src/core/decimal.c src/core/decimal.h \
	src/core/discount.c src/core/discount.h \
	src/core/exact.c src/core/exact.h \
	src/core/hash.c src/core/hash.h \
	src/core/money.c src/core/money.h \
	src/core/period.c src/core/period.h \
	src/core/price.c src/core/price.h \
	src/core/proration.c src/core/proration.h \
	src/core/recognition.c src/core/recognition.h \
	src/core/tax.c src/core/tax.h \
	src/core/taxid.c src/core/taxid.h \
	src/core/wide.c src/core/wide.h
