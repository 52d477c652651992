# SPDX-License-Identifier: GPL-3.0-or-later
# Sources of libcli.a.
libcli_a_SOURCES = src/cli/cli.h src/cli/command.h src/cli/dispatch.c \
  src/cli/globals.c src/cli/globals.h src/cli/lookup.c src/cli/lookup.h src/cli/parse.c src/cli/parse.h \
  src/cli/help.c src/cli/help.h src/cli/manual.c src/cli/manual.h src/cli/complete.c src/cli/complete.h src/cli/external.c src/cli/external.h \
  src/cli/talk.c src/cli/talk.h src/cli/terminal.c src/cli/terminal.h src/cli/progress.c src/cli/progress.h
