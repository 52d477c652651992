/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is at the other end of the standard streams, and the pager in front of it. */
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager;
static int flush_errno;

void
terminal_secure_streams (void)
{
  /* The wrong way round on purpose: reading the one and writing the others fails as it would on a closed stream.
   * open() takes the lowest free number, hence in this order. */
  const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };
  for (int stream = 0; stream <= 2; stream++)
    if (fcntl (stream, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", modes[stream]) < 0)
      abort ();
}

static gboolean
is_capable (int stream)
{
  const char *term = g_getenv ("TERM");
  return isatty (stream) == 1 && term != NULL && strcmp (term, "dumb") != 0;
}

int
terminal_width (void)
{
  const char *columns = g_getenv ("COLUMNS");
  guint64 number = 0;
  if (columns != NULL && g_ascii_string_to_unsigned (columns, 10, 1, 10000, &number, NULL))
    return (int) number;
  struct winsize size = { 0 };
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

gboolean
terminal_wants_color (enum color color)
{
  if (color != COLOR_AUTO)
    return color == COLOR_ALWAYS;
  const char *no_color = g_getenv ("NO_COLOR");
  return (no_color == NULL || no_color[0] == '\0') && is_capable (STDOUT_FILENO);
}

/* The command line of the pager; NULL when there is to be none. */
static char *
pager_command (void)
{
  const char *command = g_getenv ("BILLCTL_PAGER");
  if (command == NULL)
    command = g_getenv ("PAGER");
  if (command == NULL) {
    g_autofree char *less = g_find_program_in_path ("less");
    return less == NULL ? NULL : g_strdup ("less");
  }
  return command[0] == '\0' || strcmp (command, "cat") == 0 ? NULL : g_strdup (command);
}

/* In the child: the terminal stays its standard output. */
G_NORETURN static void
become_pager (const char *command, int input)
{
  signal (SIGPIPE, SIG_DFL);
  /* F: leave when all fits on the screen, R: colours, X: leave the screen as it is. As for git, a LESS of the user's
   * own wins. */
  setenv ("LESS", "FRX", 0);
  if (dup2 (input, STDIN_FILENO) >= 0)
    execl ("/bin/sh", "sh", "-c", command, (char *) NULL);
  _exit (127);
}

void
pager_start (void)
{
  if (!is_capable (STDOUT_FILENO))
    return;
  g_autofree char *command = pager_command ();
  int ends[2];
  if (command == NULL || pipe2 (ends, O_CLOEXEC) < 0)
    return;
  fflush (stdout);
  pid_t child = fork ();
  if (child == 0)
    become_pager (command, ends[0]);
  if (child > 0 && dup2 (ends[1], STDOUT_FILENO) >= 0) {
    pager = child;
    /* Ctrl-C belongs to the pager; without a reader billctl ends by itself. */
    signal (SIGINT, SIG_IGN);
  }
  close (ends[0]);
  close (ends[1]);
}

gboolean
pager_is_running (void)
{
  return pager > 0;
}

gboolean
pager_finish (void)
{
  enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 }; /* what a shell answers */
  int status = 0;
  if (pager <= 0)
    return TRUE;
  /* The pager ends at the end of its input; the stream itself stays valid for whoever still writes to it. */
  fflush (stdout);
  int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2 (nothing, STDOUT_FILENO) < 0)
    close (STDOUT_FILENO);
  if (nothing >= 0)
    close (nothing);
  while (waitpid (pager, &status, 0) < 0 && errno == EINTR)
    continue;
  pager = 0;
  signal (SIGINT, SIG_DFL);
  return !WIFEXITED (status) || (WEXITSTATUS (status) != NOT_EXECUTABLE && WEXITSTATUS (status) != NOT_FOUND);
}

void
terminal_flush (void)
{
  errno = 0;
  if (fflush (stdout) != 0 && flush_errno == 0)
    flush_errno = errno;
}

int
terminal_flush_errno (void)
{
  return flush_errno;
}

gboolean
terminal_reader_is_gone (void)
{
  struct pollfd stream = { .fd = STDOUT_FILENO, .events = POLLOUT };
  return poll (&stream, 1, 0) == 1 && (stream.revents & (POLLERR | POLLHUP)) != 0;
}
