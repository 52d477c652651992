# SPDX-License-Identifier: GPL-3.0-or-later
# Helper programs: heavy libraries live in processes of their own. They are built in libexec/ of the build folder, so that
# BILLCTL_EXEC_PATH=build/libexec makes a program that is not installed find them.
pkglibexec_PROGRAMS += libexec/billctl-http
libexec_billctl_http_SOURCES = libexec/billctl-http.c libexec/http-request.c libexec/http-request.h libexec/http-secret.c \
  libexec/http-secret.h libexec/http-transfer.c libexec/http-transfer.h libexec/http-url.c libexec/http-url.h
libexec_billctl_http_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libexec_billctl_http_LDADD = libbase.a libcore.a $(CURL_LIBS) $(JSON_LIBS) $(GLIB_LIBS)

pkglibexec_PROGRAMS += libexec/billctl-xlsx
libexec_billctl_xlsx_SOURCES = libexec/billctl-xlsx.c libexec/xlsx-book.c libexec/xlsx-book.h
libexec_billctl_xlsx_LDADD = libbase.a libcore.a $(XLSXWRITER_LIBS) $(JSON_LIBS) $(GLIB_LIBS)

# The same commands on ledgers of the other engine: billctl becomes this program when the name of the ledger asks for it.
if HAVE_POSTGRESQL
pkglibexec_PROGRAMS += libexec/billctl-postgresql
endif
libexec_billctl_postgresql_SOURCES = $(billctl_SOURCES)
nodist_libexec_billctl_postgresql_SOURCES = $(nodist_billctl_SOURCES)
libexec_billctl_postgresql_LDADD = libcli.a libservice.a libstore_postgresql.a libstripe.a librender.a libbase.a libcore.a \
  $(POSTGRESQL_LIBS) $(JSON_LIBS) $(GLIB_LIBS)
