/* SPDX-License-Identifier: GPL-3.0-or-later */
/* migrate-next LEDGER: opens it for writing as the next version of billctl will, which has one migration more, and says from which version
 * to which it went. */
#include "base/error.h"
#include "store/ledger.h"
#include "store/migrations.h"

#include <stdio.h>

#define NEXT \
  "ALTER TABLE customer ADD COLUMN nickname TEXT;\n" \
  "UPDATE customer SET nickname = 'the ' || code; -- a semicolon; in a comment\n" \
  "CREATE INDEX customer_nickname ON customer (nickname);\n" \
  "CREATE TRIGGER customer_no_delete BEFORE DELETE ON customer BEGIN SELECT raise (ABORT, 'customers stay'); END;\n"

/* Instead of the list in the library. */
const struct migration migrations[] = {
  { 1, "0001-foundation", "" },
  { 2, "0002-engine", "" },
  { 3, "0003-next", NEXT },
  { 0, NULL, NULL },
};

int
main (int argc, char **argv)
{
  g_autoptr (ledger_t) ledger = NULL;
  g_autoptr (GError) error = NULL;
  const struct ledger_open_request request = { .path = argv[argc - 1], .mode = LEDGER_WRITE, .actor = "test", .command = "ledger migrate" };
  if (!ledger_open (&request, &ledger, &error)) {
    g_autofree char *text = error_message_text (error);
    fprintf (stderr, "%s\n", text);
    return error_exit_status (error);
  }
  printf ("%d %d\n", (int) ledger_migrated_from (ledger), (int) ledger_schema_version (ledger));
  return 0;
}
