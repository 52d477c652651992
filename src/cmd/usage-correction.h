/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What usage void and usage correct share. */
#ifndef BILLCTL_CMD_USAGE_CORRECTION_H
#define BILLCTL_CMD_USAGE_CORRECTION_H

#include "cli/command.h"
#include "service/usage-correct.h"

/* Checks the reason, corrects and answers. */
gboolean usage_correction (struct invocation *invocation, const struct usage_correct_request *request, GError **error);

#endif
