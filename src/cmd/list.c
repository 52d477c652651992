/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all commands: one row each, sorted by path. */
#include "cmd/commands.h"

const struct command *const command_list[] = {
  &command_complete,
  &command_completion,
  &command_export,
  &command_help,
  &command_introspect,
  &command_invoice_finalize,
  &command_invoice_generate,
  &command_invoice_list,
  &command_invoice_show,
  &command_invoice_void,
  &command_verify,
  &command_version,
  NULL,
};
