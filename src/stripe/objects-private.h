/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that map objects share. */
#ifndef BILLCTL_STRIPE_OBJECTS_PRIVATE_H
#define BILLCTL_STRIPE_OBJECTS_PRIVATE_H

#include "stripe/objects.h"

/* A member by name that is text; NULL for null, missing and anything else. */
const char *object_text (json_object *object, const char *name);
json_object *object_member (json_object *object, const char *name);
gboolean object_boolean (json_object *object, const char *name); /* FALSE when it is none */
const char *object_metadata (json_object *object, const char *key);

/* The id of an object that must be of this kind; ERROR_REMOTE. */
gboolean object_identity (json_object *object, const char *kind, const char **ret, GError **error);

/* ERROR_REMOTE when a needed text is NULL. */
gboolean object_needs (const char *value, const char *kind, const char *name, GError **error);

/* Checks the length, then adds. `what` is for the message: "name of plan pro". */
gboolean add_limited (struct form *form, const char *name, const char *value, glong most, const char *what, GError **error);

/* Adds name=value when it is not what was seen (NULL equals ""), and notes the field. */
gboolean add_changed (struct form *form, const char *name, const char *value, const char *seen, glong most, GString *fields,
                      GError **error);
void note_field (GString *fields, const char *name);

/* metadata[key]=value unless it is there already; a NULL value is left alone. */
gboolean add_changed_metadata (struct form *form, const char *key, const char *value, const char *seen, GString *fields,
                               GError **error);

#endif
