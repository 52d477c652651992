# SPDX-License-Identifier: GPL-3.0-or-later
# A year of a customer of each example catalog, worked out by hand.
CLI_TESTS += tests/scenarios/scenarios.t
EXTRA_DIST += \
  tests/scenarios/call-center.md \
  tests/scenarios/credits.md \
  tests/scenarios/focus-resale.md \
  tests/scenarios/platform.md \
  tests/scenarios/usage.md \
  tests/scenarios/voice-ai.md
