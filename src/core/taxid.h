/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax ids of the European Union (VAT numbers): their form and their check digits in each country.
 *
 * A good check digit says that a number was not mistyped, not that it was given to somebody. Sources: the structure of the numbers in
 * the FAQ of VIES (European Commission), and the check digits as the tax offices publish them. */
#ifndef BILLCTL_CORE_TAXID_H
#define BILLCTL_CORE_TAXID_H

#include <stdbool.h>
#include <stddef.h>

enum { TAXID_TEXT_SIZE = 20 };

enum taxid_status {
  TAXID_OK,
  TAXID_NO_RULE, /* a country without a rule here: anything may be right */
  TAXID_FORM,    /* not as long as it should be, or other characters */
  TAXID_CHECK,   /* the form is right, the check digit is not */
};

/* Is the country (ISO 3166 code in upper case) in the European Union, whose tax ids have rules here? NULL: no. */
bool taxid_is_eu (const char *country);

/* What tax ids of the country begin with: its code, but "EL" for Greece; NULL when it has no rule. */
const char *taxid_prefix (const char *country);

/* "9 digits": what stands behind the prefix; NULL when the country has no rule. */
const char *taxid_form (const char *country);

/* Checks a tax id of the country: with or without the prefix, in any case, with spaces, dots, dashes and slashes within. Writes it as
 * it is stored, "DE136695976", when the status is TAXID_OK. */
enum taxid_status taxid_check (const char *country, const char *text, char ret[TAXID_TEXT_SIZE]);

#endif
