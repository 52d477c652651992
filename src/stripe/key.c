/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds, checks, redacts and wipes the API key. */
#include "stripe/key.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Source of the least length and of what is shown: the rules of Stripe's own command line tool. */
enum { KEY_LENGTH_MIN = 12, KEY_LENGTH_MAX = 255, PREFIX_LENGTH = 8, SHOWN_AT_END = 4, FULLY_SHOWN_FROM = 20, INPUT_MAX = 4096 };

struct stripe_key {
  gsize length;
  gboolean live;
  char text[KEY_LENGTH_MAX + 1];
};

/* --- one key ---------------------------------------------------------------------------------------------------- */

static gboolean
check_prefix (const char *text, gsize length, gboolean *ret_live, GError **error)
{
  static const struct {
    const char *prefix;
    gboolean live;
  } known[] = { { "sk_test_", FALSE }, { "rk_test_", FALSE }, { "sk_live_", TRUE }, { "rk_live_", TRUE } };
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (length > PREFIX_LENGTH && strncmp (text, known[i].prefix, PREFIX_LENGTH) == 0) {
      *ret_live = known[i].live;
      return TRUE;
    }
  if (length > 3 && strncmp (text, "pk_", 3) == 0)
    error_set (error, ERROR_USAGE, "the Stripe key is a publishable one (pk_…), which can do nothing here");
  else if (length > 6 && strncmp (text, "whsec_", 6) == 0)
    error_set (error, ERROR_USAGE, "the Stripe key is the secret of a webhook endpoint (whsec_…)");
  else
    error_set (error, ERROR_USAGE, "the text given as Stripe key is none");
  return error_add_hint (error, "a secret key begins with sk_test_ or sk_live_, a restricted one with rk_test_ or rk_live_");
}

gboolean
stripe_key_new (const char *text, gsize length, struct stripe_key **ret, GError **error)
{
  gboolean live = FALSE;
  if (!check_prefix (text, length, &live, error))
    return FALSE;
  if (length < KEY_LENGTH_MIN || length > KEY_LENGTH_MAX)
    return error_set (error, ERROR_USAGE, "the Stripe key is not complete: it has %zu characters", length);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return error_set (error, ERROR_USAGE, "the Stripe key has a character at place %zu that no key has", i + 1);
  struct stripe_key *key = g_new0 (struct stripe_key, 1);
  key->length = length;
  key->live = live;
  memcpy (key->text, text, length);
  *ret = key;
  return TRUE;
}

void
stripe_key_free (struct stripe_key *key)
{
  if (key == NULL)
    return;
  explicit_bzero (key, sizeof *key);
  g_free (key);
}

const char *
stripe_key_text (const struct stripe_key *key)
{
  return key->text;
}

gboolean
stripe_key_is_live (const struct stripe_key *key)
{
  return key->live;
}

char *
stripe_key_redacted (const struct stripe_key *key)
{
  char *shown = g_strdup (key->text);
  gsize kept = key->length >= FULLY_SHOWN_FROM ? SHOWN_AT_END : 0;
  memset (shown + PREFIX_LENGTH, '*', key->length - PREFIX_LENGTH - kept);
  return shown;
}

/* --- where it comes from ---------------------------------------------------------------------------------------- */

/* Surrounding white space belongs to the file or the variable, not to the key. */
static gboolean
key_from_line (const char *text, gsize length, struct stripe_key **ret, GError **error)
{
  const char *newline = memchr (text, '\n', length);
  if (newline != NULL)
    length = (gsize)(newline - text);
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  while (length > 0 && g_ascii_isspace (text[0]))
    text++, length--;
  return stripe_key_new (text, length, ret, error);
}

static gboolean
key_from_variable (char *value, struct stripe_key **ret, GError **error)
{
  gboolean ok = key_from_line (value, strlen (value), ret, error) || error_prefix (error, STRIPE_KEY_VARIABLE ": ");
  /* The environment as /proc shows it is this very memory. */
  explicit_bzero (value, strlen (value));
  unsetenv (STRIPE_KEY_VARIABLE);
  return ok;
}

/* Reads up to `size` bytes or the end, whichever is first. */
static gboolean
read_input (int descriptor, char *buffer, gsize size, gsize *ret_length, GError **error)
{
  gsize length = 0;
  while (length < size) {
    ssize_t got = read (descriptor, buffer + length, size - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return error_set (error, ERROR_FAILED, "reading the Stripe key: %s", g_strerror (errno));
    if (got == 0)
      break;
    length += (gsize)got;
  }
  *ret_length = length;
  return TRUE;
}

static gboolean
check_private (int descriptor, const char *path, GError **error)
{
  struct stat status;
  if (fstat (descriptor, &status) != 0)
    return error_set (error, ERROR_FAILED, "Stripe key file %s: %s", path, g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return error_set (error, ERROR_REFUSED, "Stripe key file %s is not a plain file", path);
  if (status.st_uid != geteuid ())
    return error_set (error, ERROR_REFUSED, "Stripe key file %s belongs to somebody else", path);
  if ((status.st_mode & 077) == 0)
    return TRUE;
  error_set (error, ERROR_REFUSED, "Stripe key file %s can be read by others (mode %04o)", path,
             (unsigned)status.st_mode & 07777);
  return error_add_hint (error, "chmod 600 %s, and consider the key as known", path);
}

static gboolean
key_from_file (const char *path, struct stripe_key **ret, GError **error)
{
  char text[INPUT_MAX];
  gsize length = 0;
  /* Opened without waiting: a named pipe is refused below, not waited for. */
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0)
    return error_set (error, ERROR_USAGE, "Stripe key file %s: %s", path, g_strerror (errno));
  gboolean ok = check_private (descriptor, path, error) && read_input (descriptor, text, sizeof text, &length, error)
                && (key_from_line (text, length, ret, error) || error_prefix (error, "%s: ", path));
  close (descriptor);
  explicit_bzero (text, sizeof text);
  return ok;
}

/* Takes in and drops the rest, so that the command is not ended by a closed pipe. */
static void
drain (int descriptor)
{
  char rest[256];
  while (read (descriptor, rest, sizeof rest) > 0 || errno == EINTR)
    errno = 0;
  explicit_bzero (rest, sizeof rest);
}

static gboolean
wait_for_command (GPid pid, GError **error)
{
  int status = 0;
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    continue;
  g_spawn_close_pid (pid);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  if (WIFSIGNALED (status))
    return error_set (error, ERROR_FAILED, "the command for the Stripe key was ended by signal %d", WTERMSIG (status));
  return error_set (error, ERROR_FAILED, "the command for the Stripe key failed with status %d", WEXITSTATUS (status));
}

/* The command keeps our stdin and stderr: a password manager may ask for its passphrase. */
static gboolean
key_from_command (const char *command, struct stripe_key **ret, GError **error)
{
  const char *const arguments[] = { "/bin/sh", "-c", command, NULL };
  g_autoptr (GError) trouble = NULL;
  GPid pid;
  int output;
  if (!g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                                 NULL, &pid, NULL, &output, NULL, &trouble))
    return error_set (error, ERROR_FAILED, "running the command for the Stripe key: %s", trouble->message);
  char text[INPUT_MAX];
  gsize length = 0;
  gboolean read = read_input (output, text, sizeof text, &length, error);
  drain (output);
  close (output);
  gboolean ok = wait_for_command (pid, read ? error : NULL) && read
                && (key_from_line (text, length, ret, error) || error_prefix (error, "the output of the command: "));
  explicit_bzero (text, sizeof text);
  return ok;
}

static gboolean
find_key (const struct stripe_key_source *source, char *variable, struct stripe_key **ret, GError **error)
{
  if (variable != NULL)
    return key_from_variable (variable, ret, error);
  if (source->file != NULL)
    return key_from_file (source->file, ret, error);
  if (source->command != NULL)
    return key_from_command (source->command, ret, error);
  error_set (error, ERROR_USAGE, "there is no Stripe key");
  return error_add_hint (error, "set " STRIPE_KEY_VARIABLE ", or name a file (--key-file) or a command (--key-command) that holds it");
}

gboolean
stripe_key_load (const struct stripe_key_source *source, struct stripe_key **ret, GError **error)
{
  g_autoptr (stripe_key_t) key = NULL;
  char *variable = getenv (STRIPE_KEY_VARIABLE);
  if (variable != NULL && *variable == '\0')
    variable = NULL;
  if (!find_key (source, variable, &key, error))
    return FALSE;
  if (key->live && !source->allow_live) {
    error_set (error, ERROR_REFUSED, "the Stripe key is a live one: it moves real money");
    return error_add_hint (error, "use a test key (sk_test_…, rk_test_…), or accept this one with --live");
  }
  *ret = g_steal_pointer (&key);
  return TRUE;
}
