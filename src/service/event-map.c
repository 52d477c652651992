/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of --map and --where. */
#include "service/event-map.h"

#include "base/error.h"
#include "base/json-scan.h"
#include "base/text.h"

#include <string.h>

enum { SHOWN_MAX = 80 };

static const char *const part_names[EVENT_PART_COUNT + 1]
    = { "id", "customer", "metric", "quantity", "time", "subscription", "reverses", NULL };
static const char property_mark[] = "property.";

/* A stretch of a value: a column, or text. */
struct piece {
  guint column; /* number in map->columns; COLUMN_NONE: text */
  char *text;
  gsize length;
};
enum { COLUMN_NONE = G_MAXUINT };

struct value {
  GArray *pieces; /* struct piece; NULL: the part is not mapped */
  gboolean is_template;
};

struct property {
  char *key;
  gsize key_length;
  struct value value;
};

struct condition {
  guint column;
  gboolean differs; /* != */
  char *text;
  gsize length;
};

struct event_map {
  gboolean native;
  GPtrArray *columns; /* names; NULL-terminated once it is made */
  GArray *places;     /* guint: where map->columns[i] is in a row */
  struct value parts[EVENT_PART_COUNT];
  GArray *properties;     /* struct property */
  GArray *conditions;     /* struct condition */
  GString *scratch;       /* templates */
  GString *written;       /* properties */
  GArray *row_properties; /* struct event_property */
};

const char *
event_part_name (enum event_part part)
{
  return part_names[part];
}

static void
piece_clear (gpointer data)
{
  g_free (((struct piece *) data)->text);
}

static void
value_clear (struct value *value)
{
  g_clear_pointer (&value->pieces, g_array_unref);
}

static void
property_clear (gpointer data)
{
  struct property *property = data;
  g_free (property->key);
  value_clear (&property->value);
}

static void
condition_clear (gpointer data)
{
  g_free (((struct condition *) data)->text);
}

static struct event_map *
map_alloc (void)
{
  struct event_map *map = g_new0 (struct event_map, 1);
  map->columns = g_ptr_array_new_with_free_func (g_free);
  map->places = g_array_new (FALSE, TRUE, sizeof (guint));
  map->properties = g_array_new (FALSE, FALSE, sizeof (struct property));
  g_array_set_clear_func (map->properties, property_clear);
  map->conditions = g_array_new (FALSE, FALSE, sizeof (struct condition));
  g_array_set_clear_func (map->conditions, condition_clear);
  map->scratch = g_string_new (NULL);
  map->written = g_string_new (NULL);
  map->row_properties = g_array_new (FALSE, FALSE, sizeof (struct event_property));
  return map;
}

void
event_map_free (struct event_map *map)
{
  if (map == NULL)
    return;
  g_ptr_array_unref (map->columns);
  g_array_unref (map->places);
  for (int i = 0; i < EVENT_PART_COUNT; i++)
    value_clear (&map->parts[i]);
  g_array_unref (map->properties);
  g_array_unref (map->conditions);
  g_string_free (map->scratch, TRUE);
  g_string_free (map->written, TRUE);
  g_array_unref (map->row_properties);
  g_free (map);
}

/* The number of the column, which is added when it is new. The name is copied. */
static guint
column_number (struct event_map *map, const char *name)
{
  for (guint i = 0; i < map->columns->len; i++)
    if (map->columns->pdata[i] != NULL && strcmp (map->columns->pdata[i], name) == 0)
      return i;
  g_ptr_array_add (map->columns, g_strdup (name));
  return map->columns->len - 1;
}

static gboolean fail_map (const char *text, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail_map (const char *text, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *shown = text_sanitize (text, (gssize) MIN (strlen (text), SHOWN_MAX));
  error_set (error, ERROR_USAGE, "--map '%s': %s", shown, what);
  return error_add_hint (error, "--map KEY=VALUE,KEY=VALUE: a value is a column, a 'literal', or a template such as {A}_{B}");
}

/* --- Values --- */

static void
add_text (struct value *value, GString *text)
{
  if (text->len == 0)
    return;
  struct piece piece = { .column = COLUMN_NONE, .text = g_strndup (text->str, text->len), .length = text->len };
  g_array_append_val (value->pieces, piece);
  g_string_truncate (text, 0);
}

static void
add_column (struct event_map *map, struct value *value, const char *name)
{
  struct piece piece = { .column = column_number (map, name) };
  g_array_append_val (value->pieces, piece);
}

/* 'literal' */
static gboolean
parse_literal (const char *text, struct value *value, GError **error)
{
  g_autoptr (GString) literal = g_string_new (NULL);
  const char *at = text + 1;
  while (*at != '\0' && (*at != '\'' || at[1] == '\'')) {
    g_string_append_c (literal, *at);
    at += *at == '\'' ? 2 : 1;
  }
  if (*at == '\0')
    return fail_map (text, error, "the quote is not closed");
  if (at[1] != '\0')
    return fail_map (text, error, "text behind the closing quote");
  add_text (value, literal);
  return TRUE;
}

/* text{Column}text */
static gboolean
parse_template (struct event_map *map, const char *text, struct value *value, GError **error)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  value->is_template = TRUE;
  for (const char *at = text; *at != '\0'; at++) {
    if (*at != '{' && *at != '}') {
      g_string_append_c (plain, *at);
      continue;
    }
    if (at[1] == *at) {
      g_string_append_c (plain, *at++);
      continue;
    }
    const char *close = *at == '{' ? strchr (at, '}') : NULL;
    if (close == NULL)
      return fail_map (text, error, *at == '{' ? "the brace is not closed" : "a closing brace without an opening one");
    if (close == at + 1)
      return fail_map (text, error, "no column between the braces");
    add_text (value, plain);
    g_autofree char *name = g_strndup (at + 1, (gsize) (close - at) - 1);
    add_column (map, value, name);
    at = close;
  }
  add_text (value, plain);
  return TRUE;
}

static gboolean
parse_value (struct event_map *map, const char *text, struct value *value, GError **error)
{
  value->pieces = g_array_new (FALSE, FALSE, sizeof (struct piece));
  g_array_set_clear_func (value->pieces, piece_clear);
  if (text[0] == '\'')
    return parse_literal (text, value, error);
  if (strpbrk (text, "{}") != NULL)
    return parse_template (map, text, value, error);
  add_column (map, value, text);
  return TRUE;
}

/* --- Maps --- */

static gboolean
add_property (struct event_map *map, const char *key, const char *text, GError **error)
{
  for (guint i = 0; i < map->properties->len; i++)
    if (strcmp (g_array_index (map->properties, struct property, i).key, key) == 0)
      return fail_map (text, error, "the property '%s' is mapped twice", key);
  struct property property = { .key = g_strdup (key), .key_length = strlen (key) };
  gboolean ok = parse_value (map, text, &property.value, error);
  g_array_append_val (map->properties, property);
  return ok;
}

static gboolean
add_assignment (struct event_map *map, char *assignment, GError **error)
{
  char *equals = strchr (assignment, '=');
  if (equals == NULL || equals == assignment)
    return fail_map (assignment, error, "expected KEY=VALUE");
  *equals = '\0';
  char *key = g_strstrip (assignment), *text = g_strstrip (equals + 1);
  if (*key == '\0' || *text == '\0')
    return fail_map (key, error, *key == '\0' ? "there is no key before '='" : "there is no value behind '='");
  for (int i = 0; i < EVENT_PART_COUNT; i++) {
    if (strcmp (key, part_names[i]) != 0)
      continue;
    if (map->parts[i].pieces != NULL)
      return fail_map (text, error, "'%s' is mapped twice", key);
    return parse_value (map, text, &map->parts[i], error);
  }
  if (g_str_has_prefix (key, property_mark))
    key += strlen (property_mark);
  if (*key == '\0')
    return fail_map (text, error, "the property has no name");
  return add_property (map, key, text, error);
}

/* The end of the assignment that begins at `text`: a comma outside quotes and braces, or the end. */
static const char *
assignment_end (const char *text)
{
  const char *equals = strchr (text, '=');
  gboolean quoted = FALSE, braced = FALSE;
  const char *value = equals == NULL ? "" : equals + 1 + strspn (equals + 1, " \t");
  gboolean is_literal = *value == '\'';
  for (; *text != '\0'; text++) {
    if (*text == '\'' && is_literal && text >= value)
      quoted = !quoted;
    else if (!quoted && (*text == '{' || *text == '}'))
      braced = *text == '{';
    else if (*text == ',' && !quoted && !braced)
      break;
  }
  return text;
}

static gboolean
add_map (struct event_map *map, const char *text, GError **error)
{
  if (!text_is_utf8 (text, (gssize) strlen (text), NULL))
    return fail_map (text, error, "it is not UTF-8");
  for (const char *end = text;; text = end + 1) {
    end = assignment_end (text);
    g_autofree char *assignment = g_strndup (text, (gsize) (end - text));
    if (!add_assignment (map, assignment, error))
      return FALSE;
    if (*end == '\0')
      return TRUE;
  }
}

static gboolean
check_parts (const struct event_map *map, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  for (int i = 0; i < EVENT_SUBSCRIPTION; i++)
    if (map->parts[i].pieces == NULL)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", part_names[i]);
  if (missing->len == 0)
    return TRUE;
  error_set (error, ERROR_USAGE, "--map does not say where to find: %s", missing->str);
  return error_add_hint (error, "id, customer, metric, quantity and time are needed, e.g. --map %.*s=COLUMN",
                         (int) strcspn (missing->str, ","), missing->str);
}

static gboolean
add_condition (struct event_map *map, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  gboolean differs = equals != NULL && equals > text && equals[-1] == '!';
  gsize length = equals == NULL ? 0 : (gsize) (equals - text) - (differs ? 1 : 0);
  if (length == 0) {
    g_autofree char *shown = text_sanitize (text, (gssize) MIN (strlen (text), SHOWN_MAX));
    return error_set (error, ERROR_USAGE, "--where '%s': expected COLUMN=VALUE or COLUMN!=VALUE", shown);
  }
  g_autofree char *name = g_strndup (text, length);
  struct condition condition = { .column = column_number (map, name), .differs = differs, .text = g_strdup (equals + 1) };
  condition.length = strlen (condition.text);
  g_array_append_val (map->conditions, condition);
  return TRUE;
}

gboolean
event_map_new (const char *const *maps, const char *const *conditions, struct event_map **ret, GError **error)
{
  g_autoptr (event_map_t) map = map_alloc ();
  map->native = maps[0] == NULL;
  for (; *maps != NULL; maps++)
    if (!add_map (map, *maps, error))
      return FALSE;
  if (!map->native && !check_parts (map, error))
    return FALSE;
  for (; *conditions != NULL; conditions++)
    if (!add_condition (map, *conditions, error))
      return FALSE;
  g_ptr_array_add (map->columns, NULL);
  *ret = g_steal_pointer (&map);
  return TRUE;
}

gboolean
event_map_is_native (const struct event_map *map)
{
  return map->native;
}

gboolean
event_map_has_conditions (const struct event_map *map)
{
  return map->conditions->len > 0;
}

enum event_code
event_map_code (const struct event_map *map, enum event_part part)
{
  if (map->native)
    return EVENT_CODE_EXACT;
  return map->parts[part].is_template ? EVENT_CODE_FORMED : EVENT_CODE_LOOSE;
}

const char *const *
event_map_columns (const struct event_map *map)
{
  return (const char *const *) map->columns->pdata;
}

/* --- Binding --- */

static gboolean
find_place (const char *const *columns, const char *name, guint *ret)
{
  for (guint i = 0; columns[i] != NULL; i++) {
    if (strcmp (columns[i], name) == 0) {
      *ret = i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
fail_column (const char *const *columns, const char *name, const char *file, GError **error)
{
  g_autofree char *joined = g_strjoinv (", ", (char **) (gpointer) columns);
  const char *near = strlen (name) > SHOWN_MAX ? NULL : text_nearest (name, columns);
  error_set (error, ERROR_USAGE, "%s: there is no column '%s'; there are: %s", file, name, joined);
  csv_hint_separator (columns, error);
  return near == NULL ? FALSE : error_add_hint (error, "did you mean '%s'?", near);
}

/* A file in our own layout: the columns with the names of the parts, and the others as properties. */
static gboolean
bind_native (struct event_map *map, const char *const *columns, const char *file, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  g_ptr_array_set_size (map->columns, (gint) map->columns->len - 1);
  for (guint i = 0; i < EVENT_SUBSCRIPTION; i++)
    if (!g_strv_contains (columns, part_names[i]))
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", part_names[i]);
  if (missing->len > 0) {
    g_autofree char *joined = g_strjoinv (", ", (char **) (gpointer) columns);
    error_set (error, ERROR_USAGE, "%s: line 1: the header lacks %s; it has: %s", file, missing->str, joined);
    csv_hint_separator (columns, error);
    return error_add_hint (error, "name the columns of another layout with --map id=COLUMN,customer=COLUMN,…");
  }
  for (guint i = 0; columns[i] != NULL; i++) {
    guint part = 0;
    if (columns[i][0] == '\0')
      return error_set (error, ERROR_USAGE, "%s: line 1: column %u has no name", file, i + 1);
    struct value value = { .pieces = g_array_new (FALSE, FALSE, sizeof (struct piece)) };
    g_array_set_clear_func (value.pieces, piece_clear);
    add_column (map, &value, columns[i]);
    if (find_place (part_names, columns[i], &part))
      map->parts[part] = value;
    else {
      struct property property = { .key = g_strdup (columns[i]), .key_length = strlen (columns[i]), .value = value };
      g_array_append_val (map->properties, property);
    }
  }
  g_ptr_array_add (map->columns, NULL);
  return TRUE;
}

static int
compare_property_keys (const void *a, const void *b)
{
  return strcmp (((const struct property *) a)->key, ((const struct property *) b)->key);
}

gboolean
event_map_bind (struct event_map *map, const char *const *columns, const char *file, GError **error)
{
  for (guint i = 0; map->columns->pdata[i] != NULL; i++) {
    guint place = 0;
    if (!find_place (columns, map->columns->pdata[i], &place))
      return fail_column (columns, map->columns->pdata[i], file, error);
  }
  if (map->native && !bind_native (map, columns, file, error))
    return FALSE;
  g_array_set_size (map->places, map->columns->len - 1);
  for (guint i = 0; i < map->places->len; i++)
    find_place (columns, map->columns->pdata[i], &g_array_index (map->places, guint, i));
  g_array_sort (map->properties, compare_property_keys);
  return TRUE;
}

void
event_map_bind_members (struct event_map *map)
{
  g_array_set_size (map->places, map->columns->len - 1);
  for (guint i = 0; i < map->places->len; i++)
    g_array_index (map->places, guint, i) = i;
  g_array_sort (map->properties, compare_property_keys);
}

const char *
event_map_unseen (const struct event_map *map, const gboolean *seen)
{
  for (guint i = 0; i < map->conditions->len; i++) {
    guint column = g_array_index (map->conditions, struct condition, i).column;
    if (!seen[column])
      return map->columns->pdata[column];
  }
  return NULL;
}

/* --- Rows --- */

static struct csv_field
cell (const struct event_map *map, const struct csv_field *row, guint column)
{
  return row[g_array_index (map->places, guint, column)];
}

static gboolean
is_missing (const struct event_map *map, struct csv_field field)
{
  if (field.text == NULL || field.length == 0)
    return TRUE;
  return !map->native && field.length == 4 && (memcmp (field.text, "NULL", 4) == 0 || memcmp (field.text, "null", 4) == 0);
}

gboolean
event_map_accepts (const struct event_map *map, const struct csv_field *row)
{
  for (guint i = 0; i < map->conditions->len; i++) {
    const struct condition *condition = &g_array_index (map->conditions, struct condition, i);
    struct csv_field field = cell (map, row, condition->column);
    gsize length = field.text == NULL ? 0 : field.length;
    gboolean same = length == condition->length && (length == 0 || memcmp (field.text, condition->text, length) == 0);
    if (same == condition->differs)
      return FALSE;
  }
  return TRUE;
}

/* A value of several pieces, appended to the scratch; text is NULL when all its columns are missing. */
static struct csv_field
join_pieces (struct event_map *map, const struct value *value, const struct csv_field *row)
{
  gsize start = map->scratch->len;
  guint columns = 0, missing = 0;
  for (guint i = 0; i < value->pieces->len; i++) {
    const struct piece *piece = &g_array_index (value->pieces, struct piece, i);
    if (piece->column == COLUMN_NONE) {
      g_string_append_len (map->scratch, piece->text, (gssize) piece->length);
      continue;
    }
    struct csv_field field = cell (map, row, piece->column);
    columns++;
    if (is_missing (map, field))
      missing++;
    else
      g_string_append_len (map->scratch, field.text, (gssize) field.length);
  }
  if (columns > 0 && columns == missing)
    return (struct csv_field){ NULL, 0 };
  return (struct csv_field){ map->scratch->str + start, map->scratch->len - start };
}

static struct csv_field
evaluate (struct event_map *map, const struct value *value, const struct csv_field *row)
{
  if (value->pieces == NULL || value->pieces->len == 0)
    return (struct csv_field){ NULL, 0 };
  if (value->pieces->len > 1)
    return join_pieces (map, value, row);
  const struct piece *piece = &g_array_index (value->pieces, struct piece, 0);
  if (piece->column == COLUMN_NONE)
    return (struct csv_field){ piece->text, piece->length };
  struct csv_field field = cell (map, row, piece->column);
  return is_missing (map, field) ? (struct csv_field){ NULL, 0 } : field;
}

/* The scratch must not move while fields point into it. */
static void
reserve_scratch (struct event_map *map, const struct csv_field *row)
{
  gsize wanted = 0;
  for (guint part = 0; part < EVENT_PART_COUNT + map->properties->len; part++) {
    const struct value *value = part < EVENT_PART_COUNT
                                    ? &map->parts[part]
                                    : &g_array_index (map->properties, struct property, part - EVENT_PART_COUNT).value;
    for (guint i = 0; value->pieces != NULL && value->pieces->len > 1 && i < value->pieces->len; i++) {
      const struct piece *piece = &g_array_index (value->pieces, struct piece, i);
      wanted += piece->column == COLUMN_NONE ? piece->length : cell (map, row, piece->column).length;
    }
  }
  if (wanted >= map->scratch->allocated_len)
    g_string_set_size (map->scratch, wanted);
  g_string_truncate (map->scratch, 0);
}

void
event_map_apply (struct event_map *map, const struct csv_field *row, struct event_fields *ret)
{
  reserve_scratch (map, row);
  for (int i = 0; i < EVENT_PART_COUNT; i++)
    ret->of[i] = evaluate (map, &map->parts[i], row);
  g_array_set_size (map->row_properties, map->properties->len);
  for (guint i = 0; i < map->properties->len; i++) {
    const struct property *property = &g_array_index (map->properties, struct property, i);
    struct csv_field field = evaluate (map, &property->value, row);
    g_array_index (map->row_properties, struct event_property, i) = (struct event_property){
      .key = property->key,
      .key_length = property->key_length,
      .value = field.text,
      .value_length = field.text == NULL ? 0 : field.length,
    };
  }
  g_string_truncate (map->written, 0);
  event_properties_write ((struct event_property *) (gpointer) map->row_properties->data, map->row_properties->len, map->written,
                          NULL);
  ret->properties = map->written->len == 0 ? NULL : map->written->str;
  ret->properties_length = map->written->len;
}

/* --- Properties --- */

static int
compare_keys (const struct event_property *a, const struct event_property *b)
{
  int order = memcmp (a->key, b->key, MIN (a->key_length, b->key_length));
  if (order != 0)
    return order;
  return a->key_length < b->key_length ? -1 : a->key_length > b->key_length;
}

/* There are few, and those of a map are in order already. */
static void
sort_properties (struct event_property *properties, gsize count)
{
  for (gsize i = 1; i < count; i++) {
    struct event_property property = properties[i];
    gsize j = i;
    for (; j > 0 && compare_keys (&properties[j - 1], &property) > 0; j--)
      properties[j] = properties[j - 1];
    properties[j] = property;
  }
}

gboolean
event_properties_write (struct event_property *properties, gsize count, GString *out, struct event_property *ret_repeated)
{
  gsize start = out->len;
  sort_properties (properties, count);
  for (gsize i = 0; i < count; i++) {
    const struct event_property *property = &properties[i];
    if (i > 0 && compare_keys (property - 1, property) == 0) {
      *ret_repeated = *property;
      return FALSE;
    }
    if (property->value == NULL || property->value_length == 0)
      continue;
    g_string_append_c (out, out->len == start ? '{' : ',');
    json_append_text (out, property->key, property->key_length);
    g_string_append_c (out, ':');
    json_append_text (out, property->value, property->value_length);
  }
  if (out->len > start)
    g_string_append_c (out, '}');
  return TRUE;
}
