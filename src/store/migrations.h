/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbered files of schema/, embedded at build time (migrations.c is made by schema/embed.sh). */
#ifndef BILLCTL_STORE_MIGRATIONS_H
#define BILLCTL_STORE_MIGRATIONS_H

struct migration {
  int version;      /* the schema version that it leads to */
  const char *name; /* "0001-foundation" */
  const char *sql;
};

extern const struct migration migrations[]; /* in order; ended by version 0 */

/* What all of them come to in an empty database: one statement each, ended by NULL (newest-schema.c, made by schema/flatten.c). */
extern const char *const newest_schema[];

/* The tables of it, those that others refer to first; ended by one without a name. */
struct table_layout {
  const char *name;
  const char *columns; /* "hash, usage_id", in the order of the table */
  const char *types;   /* a letter each: 'i' a whole number of 64 bits, 't' text */
  const char *key;     /* the columns of its primary key, in the order of that */
};
extern const struct table_layout newest_tables[];

#endif
