/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may open an SQLite ledger: the permissions of its files. SQLite gives the files beside it the mode of the ledger itself. */
#include "base/error.h"
#include "store/db-sqlite-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE_ALONE = 0600, MODE_GROUP = 0660 };

static const char *const endings[] = { "", "-wal", "-shm" };

static gboolean
find_allowed (gboolean *ret, GError **error)
{
  const char *text = g_getenv ("BILLCTL_ALLOW_WORLD_READABLE");
  if (text == NULL || *text == '\0' || strcmp (text, "0") == 0) {
    *ret = FALSE;
    return TRUE;
  }
  *ret = TRUE;
  return strcmp (text, "1") == 0 || error_set (error, ERROR_USAGE, "BILLCTL_ALLOW_WORLD_READABLE has '%s', which is neither 1 nor 0", text);
}

static gboolean
check_mode (const char *file, mode_t mode, gboolean is_shared, GError **error)
{
  if ((mode & (S_IROTH | S_IWOTH)) != 0) {
    error_set (error, ERROR_LEDGER, "the ledger %s may be read or written by everybody (mode %04o)", file, (unsigned) (mode & 07777));
    return error_add_hint (error, "`chmod %o %s`; where everybody is meant to, say BILLCTL_ALLOW_WORLD_READABLE=1",
                           is_shared ? MODE_GROUP : MODE_ALONE, file);
  }
  if ((mode & (S_IRGRP | S_IWGRP)) != 0 && !is_shared) {
    error_set (error, ERROR_LEDGER, "the ledger %s may be read or written by its group (mode %04o), and is not shared", file,
               (unsigned) (mode & 07777));
    return error_add_hint (error, "`chmod %o %s`; to share it, go on with `billctl config ledger.shared group`", MODE_ALONE, file);
  }
  return TRUE;
}

/* Left there from when the ledger was open to more people: what can be mended without a word is. */
static gboolean
narrow (const char *file, const char *shown, mode_t mode, gboolean is_shared, GError **error)
{
  struct stat info;
  if (stat (file, &info) != 0 || (info.st_mode & 0777 & ~mode) == 0 || chmod (file, mode & 0777) == 0)
    return TRUE;
  return check_mode (shown, info.st_mode, is_shared, error);
}

gboolean
db_check_access (struct db *db, gboolean is_shared, GError **error)
{
  gboolean is_allowed = FALSE;
  struct stat info;
  const char *file = db_sqlite_file (db);
  if (!find_allowed (&is_allowed, error))
    return FALSE;
  if (is_allowed || stat (file, &info) != 0)
    return TRUE;
  if (!check_mode (db_path (db), info.st_mode, is_shared, error))
    return FALSE;
  for (gsize i = 1; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *beside = g_strconcat (file, endings[i], NULL), *shown = g_strconcat (db_path (db), endings[i], NULL);
    if (!narrow (beside, shown, info.st_mode, is_shared, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
db_set_access (struct db *db, gboolean is_shared, gboolean check_only, GError **error)
{
  mode_t mode = is_shared ? MODE_GROUP : MODE_ALONE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *file = g_strconcat (db_sqlite_file (db), endings[i], NULL);
    struct stat info;
    if (stat (file, &info) != 0 || (info.st_mode & 0777) == mode)
      continue;
    errno = EPERM;
    if ((geteuid () != 0 && geteuid () != info.st_uid) || (!check_only && chmod (file, mode) != 0)) {
      error_set (error, ERROR_LEDGER, "cannot change who may read %s%s: %s", db_path (db), endings[i], g_strerror (errno));
      return error_add_hint (error, "its owner can");
    }
  }
  return TRUE;
}

/* --- People: whom the system lets read the file --- */

static gboolean
fail_people (const struct db *db, GError **error)
{
  error_set (error, ERROR_REFUSED, "the ledger %s is a file, which has no roles: who may read the file opens it", db_path (db));
  return error_add_hint (error, "`billctl config ledger.shared group` shares it with its group");
}

gboolean
db_check_sees_all (struct db *db, GError **error)
{
  (void) db;
  (void) error;
  return TRUE;
}

void
db_person_clear (struct db_person *person)
{
  g_clear_pointer (&person->role, g_free);
  g_clear_pointer (&person->access, g_free);
  g_clear_pointer (&person->customer, g_free);
}

gboolean
db_people (struct db *db, GArray *ret, GError **error)
{
  (void) ret;
  return fail_people (db, error);
}

gboolean
db_access_grant (struct db *db, const struct db_access_request *request, gboolean *ret_changed, GError **error)
{
  (void) request;
  (void) ret_changed;
  return fail_people (db, error);
}

gboolean
db_access_revoke (struct db *db, const char *role, gboolean *ret_changed, GError **error)
{
  (void) role;
  (void) ret_changed;
  return fail_people (db, error);
}

gboolean
db_access_apply (struct db *db, char **ret_roles, GError **error)
{
  (void) ret_roles;
  return fail_people (db, error);
}

const char *
db_advice (const struct db *db)
{
  (void) db;
  return NULL;
}
