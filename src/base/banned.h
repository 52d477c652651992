/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that nobody may call: the build includes this file in front of every source but the core's, so that their
 * names do not compile. They write without a limit, keep state between calls, depend on the locale or the process's
 * time zone, or hide a number that does not fit. (The core includes no header that has them.) */
#ifndef BILLCTL_BASE_BANNED_H
#define BILLCTL_BASE_BANNED_H

/* What declares them has to come first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

/* Fortified C libraries make macros of some of them, and clang does not poison the name of a macro. */
#undef strcpy
#undef strcat
#undef stpcpy
#undef sprintf
#undef vsprintf
#undef gets

#pragma GCC poison strcpy strcat stpcpy sprintf vsprintf gets
#pragma GCC poison strtok strtok_r localtime gmtime asctime ctime mktime asctime_r ctime_r
#pragma GCC poison atoi atol atoll atof strtod strtof strtold
#pragma GCC poison scanf fscanf sscanf vscanf vfscanf vsscanf
#pragma GCC poison system

#endif
