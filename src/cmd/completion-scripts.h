/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of completions/, embedded when billctl is built. */
#ifndef BILLCTL_CMD_COMPLETION_SCRIPTS_H
#define BILLCTL_CMD_COMPLETION_SCRIPTS_H

extern const char completion_script_bash[];
extern const char completion_script_fish[];
extern const char completion_script_zsh[];

#endif
