# SPDX-License-Identifier: GPL-3.0-or-later
# Helper programs: heavy libraries live in processes of their own.
pkglibexec_PROGRAMS += billctl-xlsx
billctl_xlsx_SOURCES = libexec/billctl-xlsx.c libexec/xlsx-book.c libexec/xlsx-book.h
billctl_xlsx_LDADD = libbase.a libcore.a $(XLSXWRITER_LIBS) $(JSON_LIBS) $(GLIB_LIBS)
