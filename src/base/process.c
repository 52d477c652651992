/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Helper programs behind pipes. */
#include "base/process.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  READ_SIZE = 64 * 1024,
  STDERR_KEPT = 4096,
  FIRST_OWN_FD = 10, /* ours lie above those that the child gets, so that moving them there never overwrites one */
  GRACE_MS = 2000,
  NAP_US = 5000,
};

struct process {
  char *name;
  pid_t pid; /* 0 once reaped */
  int status;
  int input;  /* -1 once closed; likewise below */
  int output;
  int errors;
  GString *lines;    /* read and not yet given out, from `given` on */
  gsize given;
  gsize searched;    /* no newline before this offset */
  GString *complaint;
};

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* --- start ----------------------------------------------------------------------------------------------------- */

/* The descriptors of both sides. */
struct pipes {
  int input[2];
  int output[2];
  int errors[2];
  int secret[2];
};

static void
pipes_close (struct pipes *pipes)
{
  int *const all[] = { pipes->input, pipes->output, pipes->errors, pipes->secret };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      close_fd (&all[i][0]);
      close_fd (&all[i][1]);
    }
}

static gboolean
move_up (int *fd)
{
  int moved = fcntl (*fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);
  if (moved < 0)
    return FALSE;
  close (*fd);
  *fd = moved;
  return TRUE;
}

static gboolean
open_pipe (int fds[2])
{
  return pipe2 (fds, O_CLOEXEC) == 0 && move_up (&fds[0]) && move_up (&fds[1]);
}

/* Fits into the pipe's own buffer, so that nobody need read it now. */
static gboolean
fill_secret (const struct process_request *request, int fds[2])
{
  if (request->secret == NULL)
    return TRUE;
  if (request->secret_length > PROCESS_SECRET_MAX)
    BUG ("a secret of more than %d bytes", (int) PROCESS_SECRET_MAX);
  if (!open_pipe (fds) || write (fds[1], request->secret, request->secret_length) != (ssize_t) request->secret_length)
    return FALSE;
  close_fd (&fds[1]);
  return TRUE;
}

static gboolean
open_pipes (const struct process_request *request, struct pipes *pipes)
{
  return open_pipe (pipes->input) && open_pipe (pipes->output) && open_pipe (pipes->errors)
         && fill_secret (request, pipes->secret) && fcntl (pipes->input[1], F_SETFL, O_NONBLOCK) == 0
         && fcntl (pipes->output[0], F_SETFL, O_NONBLOCK) == 0 && fcntl (pipes->errors[0], F_SETFL, O_NONBLOCK) == 0;
}

static int
prepare_descriptors (posix_spawn_file_actions_t *actions, const struct pipes *pipes)
{
  int failed = posix_spawn_file_actions_adddup2 (actions, pipes->input[0], STDIN_FILENO);
  if (failed == 0)
    failed = posix_spawn_file_actions_adddup2 (actions, pipes->output[1], STDOUT_FILENO);
  if (failed == 0)
    failed = posix_spawn_file_actions_adddup2 (actions, pipes->errors[1], STDERR_FILENO);
  if (failed == 0 && pipes->secret[0] >= 0)
    failed = posix_spawn_file_actions_adddup2 (actions, pipes->secret[0], PROCESS_SECRET_FD);
#if defined __GLIBC_PREREQ
#if __GLIBC_PREREQ (2, 34)
  /* Descriptors of others that are not close-on-exec stay out of the helper too. */
  if (failed == 0)
    failed = posix_spawn_file_actions_addclosefrom_np (actions, PROCESS_SECRET_FD + (pipes->secret[0] >= 0 ? 1 : 0));
#endif
#endif
  return failed;
}

/* The helper starts with the default reaction to SIGPIPE and nothing blocked, whatever this process chose for
 * itself. */
static int
prepare_signals (posix_spawnattr_t *attributes)
{
  sigset_t none, pipe_signal;
  sigemptyset (&none);
  sigemptyset (&pipe_signal);
  sigaddset (&pipe_signal, SIGPIPE);
  int failed = posix_spawnattr_setsigmask (attributes, &none);
  if (failed == 0)
    failed = posix_spawnattr_setsigdefault (attributes, &pipe_signal);
  if (failed == 0)
    failed = posix_spawnattr_setflags (attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return failed;
}

static char **
helper_environment (const struct process_request *request)
{
  char **environment = g_get_environ ();
  for (gsize i = 0; request->hidden_variables != NULL && request->hidden_variables[i] != NULL; i++)
    environment = g_environ_unsetenv (environment, request->hidden_variables[i]);
  return environment;
}

static int
spawn (const struct process_request *request, const char *path, const struct pipes *pipes, pid_t *ret)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_auto (GStrv) environment = helper_environment (request);
  g_ptr_array_add (argv, (gpointer) path);
  for (gsize i = 0; request->arguments != NULL && request->arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) request->arguments[i]);
  g_ptr_array_add (argv, NULL);

  int failed = posix_spawn_file_actions_init (&actions);
  if (failed != 0)
    return failed;
  failed = posix_spawnattr_init (&attributes);
  if (failed == 0)
    {
      failed = prepare_descriptors (&actions, pipes);
      if (failed == 0)
        failed = prepare_signals (&attributes);
      if (failed == 0)
        failed = posix_spawn (ret, path, &actions, &attributes, (char **) argv->pdata, environment);
      posix_spawnattr_destroy (&attributes);
    }
  posix_spawn_file_actions_destroy (&actions);
  return failed;
}

static gboolean
could_not_start (const struct process_request *request, int why, GError **error)
{
  if (why != ENOENT)
    return error_set (error, ERROR_FAILED, "starting the helper program %s/%s: %s", request->directory, request->name,
                      g_strerror (why));
  error_set (error, ERROR_FAILED, "helper program %s was not found in %s", request->name, request->directory);
  return error_add_hint (error, "install it there, or set BILLCTL_EXEC_PATH to the folder that holds the helper programs");
}

gboolean
process_start (const struct process_request *request, struct process **ret, GError **error)
{
  g_autofree char *path = g_build_filename (request->directory, request->name, NULL);
  struct pipes pipes = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
  pid_t pid = 0;
  int failed = open_pipes (request, &pipes) ? spawn (request, path, &pipes, &pid) : errno;
  if (failed != 0)
    {
      pipes_close (&pipes);
      return could_not_start (request, failed, error);
    }
  struct process *process = g_new0 (struct process, 1);
  process->name = g_strdup (request->name);
  process->pid = pid;
  process->input = g_steal_fd (&pipes.input[1]);
  process->output = g_steal_fd (&pipes.output[0]);
  process->errors = g_steal_fd (&pipes.errors[0]);
  process->lines = g_string_new (NULL);
  process->complaint = g_string_new (NULL);
  pipes_close (&pipes);
  *ret = process;
  return TRUE;
}

/* --- both ways ------------------------------------------------------------------------------------------------- */

/* Takes in what there is; closes the descriptor at its end. */
static void
drain (int *fd, GString *into)
{
  char bytes[READ_SIZE];
  ssize_t got = read (*fd, bytes, sizeof bytes);
  if (got > 0)
    g_string_append_len (into, bytes, got);
  else if (got == 0 || (errno != EAGAIN && errno != EINTR))
    close_fd (fd);
}

static void
drain_complaint (struct process *process)
{
  drain (&process->errors, process->complaint);
  if (process->complaint->len > STDERR_KEPT)
    g_string_erase (process->complaint, 0, (gssize) (process->complaint->len - STDERR_KEPT));
}

/* Waits until something can be read from the helper or, when asked, written to it, and takes in what can be read.
 * `deadline` is the end of waiting in the time of g_get_monotonic_time(), or -1. Returns FALSE when it is over. */
static gboolean
attend (struct process *process, gboolean to_write, gint64 deadline)
{
  /* poll() passes over negative descriptors. */
  struct pollfd fds[] = {
    { .fd = to_write ? process->input : -1, .events = POLLOUT },
    { .fd = process->output, .events = POLLIN },
    { .fd = process->errors, .events = POLLIN },
  };
  int wait_ms = -1;
  if (deadline >= 0)
    wait_ms = (int) CLAMP ((deadline - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT);
  int ready = poll (fds, G_N_ELEMENTS (fds), wait_ms);
  if (ready == 0)
    return FALSE;
  if (ready > 0 && fds[1].revents != 0)
    drain (&process->output, process->lines);
  if (ready > 0 && fds[2].revents != 0)
    drain_complaint (process);
  return TRUE;
}

/* write() that reports a closed pipe as EPIPE without the signal, whatever the process does about SIGPIPE. */
static ssize_t
write_quietly (int fd, const char *bytes, gsize length)
{
  sigset_t pipe_signal, before, pending;
  const struct timespec at_once = { 0, 0 };
  sigemptyset (&pipe_signal);
  sigaddset (&pipe_signal, SIGPIPE);
  sigpending (&pending);
  gboolean was_pending = sigismember (&pending, SIGPIPE) == 1;
  pthread_sigmask (SIG_BLOCK, &pipe_signal, &before);
  ssize_t written = write (fd, bytes, length);
  int why = errno;
  if (written < 0 && why == EPIPE && !was_pending)
    while (sigtimedwait (&pipe_signal, NULL, &at_once) < 0 && errno == EINTR)
      continue;
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = why;
  return written;
}

gboolean
process_write (struct process *process, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t written = process->input < 0 ? -1 : write_quietly (process->input, bytes, length);
      if (written >= 0)
        {
          bytes += written;
          length -= (gsize) written;
        }
      else if (process->input >= 0 && (errno == EAGAIN || errno == EINTR))
        attend (process, TRUE, -1);
      else
        {
          close_fd (&process->input);
          return error_set (error, ERROR_FAILED, "the helper program %s ended early", process->name);
        }
    }
  return TRUE;
}

/* A line that is complete, or the rest of the output once it is at its end. */
static gboolean
take_line (struct process *process, const char **ret_line, gsize *ret_length)
{
  GString *lines = process->lines;
  char *start = lines->str + process->given;
  char *newline = memchr (lines->str + process->searched, '\n', lines->len - process->searched);
  process->searched = lines->len;
  if (newline == NULL && (process->output >= 0 || process->given == lines->len))
    return FALSE;
  char *end = newline == NULL ? lines->str + lines->len : newline;
  *end = '\0';
  *ret_line = start;
  *ret_length = (gsize) (end - start);
  process->given = MIN ((gsize) (end + 1 - lines->str), lines->len);
  process->searched = process->given;
  return TRUE;
}

static void
forget_given (struct process *process)
{
  g_string_erase (process->lines, 0, (gssize) process->given);
  process->searched -= process->given;
  process->given = 0;
}

enum process_read
process_read_line (struct process *process, int timeout_ms, const char **ret_line, gsize *ret_length)
{
  gint64 deadline = timeout_ms < 0 ? -1 : g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  while (!take_line (process, ret_line, ret_length))
    {
      if (process->output < 0)
        return PROCESS_END;
      forget_given (process);
      if (!attend (process, FALSE, deadline))
        return PROCESS_TIMEOUT;
    }
  return PROCESS_LINE;
}

gboolean
process_read (struct process *process, gsize length, const char **ret)
{
  while (process->lines->len - process->given < length)
    {
      if (process->output < 0)
        return FALSE;
      forget_given (process);
      attend (process, FALSE, -1);
    }
  *ret = process->lines->str + process->given;
  process->given += length;
  process->searched = process->given;
  return TRUE;
}

/* --- end ------------------------------------------------------------------------------------------------------- */

void
process_close_input (struct process *process)
{
  close_fd (&process->input);
}

static void
reap (struct process *process)
{
  while (process->pid > 0 && waitpid (process->pid, &process->status, 0) < 0 && errno == EINTR)
    continue;
  process->pid = 0;
}

/* The last line that is not empty. */
static char *
last_words (const struct process *process)
{
  g_autofree char *text = g_strchomp (g_strndup (process->complaint->str, process->complaint->len));
  const char *newline = strrchr (text, '\n');
  return g_strdup (newline == NULL ? text : newline + 1);
}

static gboolean
check_status (const struct process *process, GError **error)
{
  if (WIFEXITED (process->status) && WEXITSTATUS (process->status) == 0)
    return TRUE;
  g_autofree char *words = last_words (process);
  if (words[0] != '\0' && WIFEXITED (process->status) && WEXITSTATUS (process->status) == 1)
    return error_set (error, ERROR_FAILED, "%s", words);
  if (words[0] != '\0')
    return error_set (error, ERROR_FAILED, "helper program %s: %s", process->name, words);
  if (WIFSIGNALED (process->status))
    return error_set (error, ERROR_FAILED, "helper program %s was ended by signal %d", process->name,
                      WTERMSIG (process->status));
  return error_set (error, ERROR_FAILED, "helper program %s ended with status %d", process->name,
                    WEXITSTATUS (process->status));
}

static void
end_talk (struct process *process)
{
  close_fd (&process->input);
  while (process->output >= 0 || process->errors >= 0)
    {
      attend (process, FALSE, -1);
      g_string_truncate (process->lines, 0);
    }
  process->given = process->searched = 0;
  reap (process);
}

gboolean
process_finish (struct process *process, GError **error)
{
  end_talk (process);
  return check_status (process, error);
}

/* "billctl: MESSAGE\nhint: HINT\n", behind what was said before. */
gboolean
process_finish_ours (struct process *process, GError **error)
{
  static const char ours[] = "billctl: ", hint[] = "\nhint: ";
  end_talk (process);
  const char *said = g_strrstr (process->complaint->str, ours);
  if (!WIFEXITED (process->status) || WEXITSTATUS (process->status) == 0 || said == NULL)
    return check_status (process, error);
  g_autofree char *message = g_strchomp (g_strdup (said + strlen (ours)));
  char *advice = strstr (message, hint);
  if (advice != NULL)
    *advice = '\0';
  error_set (error, (enum error_code) WEXITSTATUS (process->status), "%s", message);
  return advice == NULL ? FALSE : error_add_hint (error, "%s", advice + strlen (hint));
}

void
process_stop (struct process *process)
{
  if (process->pid > 0)
    kill (process->pid, SIGTERM);
}

/* Meanwhile what the helper still says is taken in and dropped, so that it does not wait for us. */
static gboolean
wait_a_while (struct process *process)
{
  gint64 until = g_get_monotonic_time () + GRACE_MS * 1000;
  while (g_get_monotonic_time () < until)
    {
      pid_t ended = waitpid (process->pid, &process->status, WNOHANG);
      if (ended != 0 && !(ended < 0 && errno == EINTR))
        {
          process->pid = 0;
          return TRUE;
        }
      if (process->output >= 0 || process->errors >= 0)
        attend (process, FALSE, g_get_monotonic_time () + NAP_US);
      else
        g_usleep (NAP_US);
      g_string_truncate (process->lines, 0);
    }
  return FALSE;
}

void
process_free (struct process *process)
{
  if (process == NULL)
    return;
  close_fd (&process->input);
  if (process->pid > 0 && !wait_a_while (process))
    {
      kill (process->pid, SIGTERM);
      if (!wait_a_while (process))
        {
          kill (process->pid, SIGKILL);
          reap (process);
        }
    }
  close_fd (&process->output);
  close_fd (&process->errors);
  g_string_free (process->lines, TRUE);
  g_string_free (process->complaint, TRUE);
  g_free (process->name);
  g_free (process);
}
