/* SPDX-License-Identifier: GPL-3.0-or-later */
/* billctl: billing from the command line. */
#include "cli/cli.h"
#include "cmd/commands.h"

int
main (int argc, char **argv)
{
  (void) argc;
  return cli_main (argv, command_list, g_get_real_time ());
}
