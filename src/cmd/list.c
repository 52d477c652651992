/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all commands: one row each, sorted by path. */
#include "cmd/commands.h"

const struct command *const command_list[] = {
  &command_complete,
  &command_completion,
  &command_config,
  &command_customer_add,
  &command_customer_import,
  &command_customer_list,
  &command_customer_show,
  &command_customer_update,
  &command_export,
  &command_help,
  &command_init,
  &command_introspect,
  &command_invoice_finalize,
  &command_invoice_generate,
  &command_invoice_list,
  &command_invoice_show,
  &command_invoice_void,
  &command_subscribe,
  &command_subscription_list,
  &command_subscription_show,
  &command_verify,
  &command_version,
  NULL,
};
