/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main() of a unit test: runs one suite and writes TAP, and nothing else, to standard output.
 *
 * A property test draws from `test_seed`, which is printed before the tests run; BILLCTL_TEST_SEED=N runs the same
 * draws again. CK_FORK=no keeps everything in one process, for a debugger. */
#ifndef BILLCTL_TESTS_UNIT_TAP_MAIN_H
#define BILLCTL_TESTS_UNIT_TAP_MAIN_H

#include "random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t test_seed;

/* Starts the draws of one test; `stream` keeps tests apart. */
static inline struct random
random_for_test (uint64_t stream)
{
  return (struct random){ test_seed ^ stream * UINT64_C (0x9E3779B97F4A7C15) };
}

static Suite *make_suite (void);

int
main (void)
{
  const char *const wish = getenv ("BILLCTL_TEST_SEED");
  SRunner *runner;
  int failed;

  test_seed = wish != NULL ? strtoull (wish, NULL, 10) : (uint64_t)time (NULL) * 65536 + (uint64_t)getpid ();
  printf ("# BILLCTL_TEST_SEED=%llu\n", (unsigned long long)test_seed);
  fflush (stdout); /* before Check forks, or every child prints it again */

  runner = srunner_create (make_suite ());
  srunner_set_tap (runner, "-");
  srunner_run_all (runner, CK_SILENT);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
