/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands, one file each, and the list of them all. */
#ifndef BILLCTL_CMD_COMMANDS_H
#define BILLCTL_CMD_COMMANDS_H

#include "cli/command.h"

/* NULL-terminated, sorted by path. */
extern const struct command *const command_list[];

extern const struct command command_charge_add;
extern const struct command command_charge_list;
extern const struct command command_charge_remove;
extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_config;
extern const struct command command_coupon_apply;
extern const struct command command_coupon_archive;
extern const struct command command_coupon_list;
extern const struct command command_coupon_reactivate;
extern const struct command command_coupon_remove;
extern const struct command command_coupon_show;
extern const struct command command_credit_note_list;
extern const struct command command_credit_note_show;
extern const struct command command_customer_add;
extern const struct command command_customer_adjust;
extern const struct command command_customer_balance;
extern const struct command command_customer_import;
extern const struct command command_customer_list;
extern const struct command command_customer_show;
extern const struct command command_customer_update;
extern const struct command command_estimate;
extern const struct command command_export;
extern const struct command command_help;
extern const struct command command_init;
extern const struct command command_introspect;
extern const struct command command_invoice_create;
extern const struct command command_invoice_credit;
extern const struct command command_invoice_discard;
extern const struct command command_invoice_explain;
extern const struct command command_invoice_finalize;
extern const struct command command_invoice_generate;
extern const struct command command_invoice_list;
extern const struct command command_invoice_numbers;
extern const struct command command_invoice_pay;
extern const struct command command_invoice_preview;
extern const struct command command_invoice_show;
extern const struct command command_invoice_uncollectible;
extern const struct command command_invoice_void;
extern const struct command command_issuer_show;
extern const struct command command_issuer_update;
extern const struct command command_journal_accounts;
extern const struct command command_journal_balance;
extern const struct command command_journal_close;
extern const struct command command_journal_export;
extern const struct command command_journal_show;
extern const struct command command_prorate;
extern const struct command command_report_tax;
extern const struct command command_schedule;
extern const struct command command_stripe_sync;
extern const struct command command_subscribe;
extern const struct command command_subscription_cancel;
extern const struct command command_subscription_change;
extern const struct command command_subscription_extend_trial;
extern const struct command command_subscription_history;
extern const struct command command_subscription_pause;
extern const struct command command_subscription_renew;
extern const struct command command_subscription_resume;
extern const struct command command_subscription_set;
extern const struct command command_subscription_undo;
extern const struct command command_subscription_list;
extern const struct command command_subscription_show;
extern const struct command command_verify;
extern const struct command command_ledger_access_apply;
extern const struct command command_ledger_access_grant;
extern const struct command command_ledger_access_list;
extern const struct command command_ledger_access_revoke;
extern const struct command command_ledger_backup;
extern const struct command command_ledger_copy;
extern const struct command command_ledger_info;
extern const struct command command_ledger_migrate;
extern const struct command command_ledger_restore;
extern const struct command command_ledger_send;
extern const struct command command_metric_list;
extern const struct command command_plans_apply;
extern const struct command command_plans_archive;
extern const struct command command_plans_compare;
extern const struct command command_plans_diff;
extern const struct command command_plans_impact;
extern const struct command command_plans_lint;
extern const struct command command_plans_list;
extern const struct command command_plans_migrate;
extern const struct command command_plans_show;
extern const struct command command_prorate;
extern const struct command command_schedule;
extern const struct command command_stripe_sync;
extern const struct command command_subscribe;
extern const struct command command_subscription_list;
extern const struct command command_subscription_show;
extern const struct command command_tax_list;
extern const struct command command_usage_correct;
extern const struct command command_usage_import;
extern const struct command command_usage_late;
extern const struct command command_usage_record;
extern const struct command command_usage_show;
extern const struct command command_usage_snapshot;
extern const struct command command_usage_void;
extern const struct command command_verify;
extern const struct command command_version;

#endif
