/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a manual invoice as a person writes them: on the command line, or in a file of JSON or CSV. */
#ifndef BILLCTL_SERVICE_MANUAL_LINES_H
#define BILLCTL_SERVICE_MANUAL_LINES_H

#include "core/decimal.h"

#include <glib.h>

struct manual_line {
  char *description;
  char *code;     /* "one-off" where none is given */
  char *category; /* NULL: none */
  struct decimal quantity;
  struct decimal unit_price;
};

/* Struct manual_line, to be freed with g_array_unref. */
GArray *manual_lines_new (void);
/* "DESCRIPTION;QUANTITY;PRICE[;CATEGORY]". ERROR_USAGE when it is not that. */
gboolean manual_lines_add (GArray *lines, const char *text, GError **error);
/* A list of objects, or columns, of description, quantity, unit_price and if wanted code and category; "-" is CSV on standard input. */
gboolean manual_lines_read (GArray *lines, const char *path, GError **error);

#endif
