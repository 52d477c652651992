/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: a scanner that insists on the grammar, json-c for the values, and canonical text. */
#include "base/json.h"

#include "base/error.h"
#include "base/input.h"
#include "base/text.h"

#include <json-c/json_tokener.h>
#include <json-c/linkhash.h>
#include <string.h>

/* Keys of one object are compared one by one up to this many, then by hash. */
enum { KEYS_COMPARED_MAX = 32 };

/* A value in the order of the text: objects and lists stand before what is in them. */
struct mark {
  guint line;
  gsize members; /* of an object */
};

struct scanner {
  const char *text;
  gsize length;
  gsize at;
  const char *what;
  guint line;
  guint depth;
  char *blanked;  /* copy of the text in which comments become spaces; NULL where comments are not allowed */
  GArray *marks;  /* struct mark; NULL when nobody asks for lines */
};

static gboolean scan_value (struct scanner *scanner, GError **error);

static gboolean fail_at (const struct scanner *scanner, gsize at, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail_at (const struct scanner *scanner, gsize at, GError **error, const char *format, ...)
{
  guint line = 1;
  gsize start = 0;
  for (gsize i = 0; i < at; i++)
    if (scanner->text[i] == '\n') {
      line++;
      start = i + 1;
    }
  glong column = g_utf8_strlen (scanner->text + start, (gssize) (at - start)) + 1;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return error_set (error, ERROR_USAGE, "%s:%u:%ld: %s", scanner->what, line, column, message);
}

static gboolean
fail_here (const struct scanner *scanner, const char *wanted, GError **error)
{
  if (scanner->at >= scanner->length)
    return fail_at (scanner, scanner->length, error, "the text ends where %s should follow", wanted);
  const char *here = scanner->text + scanner->at;
  g_autofree char *shown = text_sanitize (here, g_utf8_next_char (here) - here);
  return fail_at (scanner, scanner->at, error, "unexpected character '%s' where %s should follow", shown, wanted);
}

static gboolean
at_end (const struct scanner *scanner)
{
  return scanner->at >= scanner->length;
}

/* The byte at hand, or NUL at the end (NUL never stands in the text). */
static char
peek (const struct scanner *scanner)
{
  return at_end (scanner) ? '\0' : scanner->text[scanner->at];
}

static gboolean
starts_with (const struct scanner *scanner, const char *word)
{
  gsize length = strlen (word);
  return scanner->length - scanner->at >= length && memcmp (scanner->text + scanner->at, word, length) == 0;
}

static void
skip_blanked (struct scanner *scanner)
{
  if (peek (scanner) == '\n')
    scanner->line++;
  else
    scanner->blanked[scanner->at] = ' ';
  scanner->at++;
}

static gboolean
skip_comment (struct scanner *scanner, GError **error)
{
  gsize start = scanner->at;
  if (starts_with (scanner, "//")) {
    while (!at_end (scanner) && peek (scanner) != '\n')
      skip_blanked (scanner);
    return TRUE;
  }
  if (!starts_with (scanner, "/*"))
    return fail_here (scanner, "a comment", error);
  skip_blanked (scanner);
  skip_blanked (scanner);
  while (!at_end (scanner) && !starts_with (scanner, "*/"))
    skip_blanked (scanner);
  if (at_end (scanner))
    return fail_at (scanner, start, error, "this comment has no end");
  skip_blanked (scanner);
  skip_blanked (scanner);
  return TRUE;
}

static gboolean
skip_space (struct scanner *scanner, GError **error)
{
  for (;;) {
    char c = peek (scanner);
    if (c == '\n')
      scanner->line++;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
      scanner->at++;
    else if (c != '/' || scanner->blanked == NULL)
      return TRUE;
    else if (!skip_comment (scanner, error))
      return FALSE;
  }
}

/* The four digits of \uXXXX at `at`; -1 when they are none. */
static int
read_unit (const struct scanner *scanner, gsize at)
{
  int unit = 0;
  for (gsize i = 0; i < 4; i++) {
    int digit = at + i < scanner->length ? g_ascii_xdigit_value (scanner->text[at + i]) : -1;
    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

static gboolean
scan_unicode_escape (struct scanner *scanner, GError **error)
{
  gsize start = scanner->at - 1;
  int unit = read_unit (scanner, scanner->at + 1);
  if (unit < 0)
    return fail_at (scanner, start, error, "\\u must be followed by four hexadecimal digits");
  if (unit == 0)
    return fail_at (scanner, start, error, "a string must not contain the NUL character");
  scanner->at += 5;
  if (unit < 0xD800 || unit > 0xDFFF)
    return TRUE;
  int second = unit < 0xDC00 && starts_with (scanner, "\\u") ? read_unit (scanner, scanner->at + 2) : -1;
  if (second < 0xDC00 || second > 0xDFFF)
    return fail_at (scanner, start, error, "half of a surrogate pair stands alone");
  scanner->at += 6;
  return TRUE;
}

static gboolean
scan_string (struct scanner *scanner, GError **error)
{
  gsize start = scanner->at++;
  for (;;) {
    unsigned char c = (unsigned char) peek (scanner);
    if (at_end (scanner) || c == '\n')
      return fail_at (scanner, start, error, "this string has no closing quote");
    if (c < 0x20)
      return fail_at (scanner, scanner->at, error, "a control character must be written as \\u%04x in a string", c);
    scanner->at++;
    if (c == '"')
      return TRUE;
    if (c != '\\')
      continue;
    if (peek (scanner) == 'u') {
      if (!scan_unicode_escape (scanner, error))
        return FALSE;
    } else if (!at_end (scanner) && strchr ("\"\\/bfnrt", peek (scanner)) != NULL)
      scanner->at++;
    else
      return fail_at (scanner, scanner->at - 1, error, "there is no such escape; a backslash itself is written \\\\");
  }
}

static gsize
skip_digits (struct scanner *scanner)
{
  gsize start = scanner->at;
  while (g_ascii_isdigit (peek (scanner)))
    scanner->at++;
  return scanner->at - start;
}

static gboolean
scan_number (struct scanner *scanner, GError **error)
{
  gsize start = scanner->at;
  gboolean whole = TRUE;
  if (peek (scanner) == '-')
    scanner->at++;
  gsize first = scanner->at, digits = skip_digits (scanner);
  if (digits == 0)
    return fail_here (scanner, "a digit", error);
  if (digits > 1 && scanner->text[first] == '0')
    return fail_at (scanner, start, error, "a number must not begin with 0");
  if (peek (scanner) == '.') {
    whole = FALSE;
    scanner->at++;
    if (skip_digits (scanner) == 0)
      return fail_here (scanner, "a digit", error);
  }
  if (peek (scanner) == 'e' || peek (scanner) == 'E') {
    whole = FALSE;
    scanner->at++;
    if (peek (scanner) == '+' || peek (scanner) == '-')
      scanner->at++;
    if (skip_digits (scanner) == 0)
      return fail_here (scanner, "a digit", error);
  }
  if (!whole)
    return TRUE;
  g_autofree char *text = g_strndup (scanner->text + start, scanner->at - start);
  if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL))
    return fail_at (scanner, start, error, "the number %.40s is too large; write it as a string in quotes", text);
  return TRUE;
}

struct key {
  const char *text; /* still escaped */
  gsize length;
};

struct keys {
  struct key first[KEYS_COMPARED_MAX];
  gsize count;
  GHashTable *more; /* all of them, from the moment that there are too many to compare */
};

/* FALSE when the key was there already. */
static gboolean
keys_add (struct keys *keys, struct key key)
{
  if (keys->more != NULL)
    return g_hash_table_add (keys->more, g_strndup (key.text, key.length));
  for (gsize i = 0; i < keys->count; i++)
    if (keys->first[i].length == key.length && memcmp (keys->first[i].text, key.text, key.length) == 0)
      return FALSE;
  if (keys->count < KEYS_COMPARED_MAX) {
    keys->first[keys->count++] = key;
    return TRUE;
  }
  keys->more = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < keys->count; i++)
    g_hash_table_add (keys->more, g_strndup (keys->first[i].text, keys->first[i].length));
  return g_hash_table_add (keys->more, g_strndup (key.text, key.length));
}

static gboolean
scan_member (struct scanner *scanner, struct keys *keys, GError **error)
{
  if (peek (scanner) != '"')
    return fail_here (scanner, "a key in double quotes", error);
  gsize start = scanner->at;
  if (!scan_string (scanner, error))
    return FALSE;
  struct key key = { scanner->text + start + 1, scanner->at - start - 2 };
  if (!keys_add (keys, key)) {
    g_autofree char *name = text_sanitize (key.text, (gssize) key.length);
    return fail_at (scanner, start, error, "the key \"%s\" stands twice in this object", name);
  }
  if (!skip_space (scanner, error))
    return FALSE;
  if (peek (scanner) != ':')
    return fail_here (scanner, "':'", error);
  scanner->at++;
  return scan_value (scanner, error) && skip_space (scanner, error);
}

/* Steps over ',' or the closing bracket; *ret_more: another item follows. */
static gboolean
scan_separator (struct scanner *scanner, char close, gboolean *ret_more, GError **error)
{
  char c = peek (scanner);
  if (c != ',' && c != close)
    return fail_here (scanner, close == '}' ? "',' or '}'" : "',' or ']'", error);
  scanner->at++;
  *ret_more = c == ',';
  return skip_space (scanner, error);
}

static gboolean
scan_members (struct scanner *scanner, struct keys *keys, gsize *ret_count, GError **error)
{
  gboolean more = TRUE;
  gsize count = 0;
  while (more) {
    if (!scan_member (scanner, keys, error) || !scan_separator (scanner, '}', &more, error))
      return FALSE;
    count++;
  }
  *ret_count = count;
  return TRUE;
}

static gboolean
scan_object (struct scanner *scanner, GError **error)
{
  guint mark = scanner->marks == NULL ? 0 : scanner->marks->len - 1;
  scanner->at++;
  if (!skip_space (scanner, error))
    return FALSE;
  if (peek (scanner) == '}') {
    scanner->at++;
    return TRUE;
  }
  struct keys keys = { .count = 0 };
  gsize count = 0;
  gboolean done = scan_members (scanner, &keys, &count, error);
  if (keys.more != NULL)
    g_hash_table_unref (keys.more);
  if (done && scanner->marks != NULL)
    g_array_index (scanner->marks, struct mark, mark).members = count;
  return done;
}

static gboolean
scan_list (struct scanner *scanner, GError **error)
{
  scanner->at++;
  if (!skip_space (scanner, error))
    return FALSE;
  if (peek (scanner) == ']') {
    scanner->at++;
    return TRUE;
  }
  gboolean more = TRUE;
  while (more)
    if (!scan_value (scanner, error) || !skip_space (scanner, error) || !scan_separator (scanner, ']', &more, error))
      return FALSE;
  return TRUE;
}

static gboolean
scan_word (struct scanner *scanner, GError **error)
{
  static const char *const words[] = { "true", "false", "null" };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (starts_with (scanner, words[i])) {
      scanner->at += strlen (words[i]);
      return TRUE;
    }
  return fail_here (scanner, "a value", error);
}

static gboolean
scan_nested (struct scanner *scanner, char open, GError **error)
{
  if (scanner->depth == JSON_DEPTH_MAX)
    return fail_at (scanner, scanner->at, error, "nested more than %d deep", JSON_DEPTH_MAX);
  scanner->depth++;
  gboolean done = open == '{' ? scan_object (scanner, error) : scan_list (scanner, error);
  scanner->depth--;
  return done;
}

static gboolean
scan_value (struct scanner *scanner, GError **error)
{
  if (!skip_space (scanner, error))
    return FALSE;
  if (scanner->marks != NULL) {
    struct mark mark = { .line = scanner->line };
    g_array_append_val (scanner->marks, mark);
  }
  char c = peek (scanner);
  if (c == '{' || c == '[')
    return scan_nested (scanner, c, error);
  if (c == '"')
    return scan_string (scanner, error);
  if (c == '-' || g_ascii_isdigit (c))
    return scan_number (scanner, error);
  return scan_word (scanner, error);
}

static gboolean
scan_document (struct scanner *scanner, GError **error)
{
  if (!scan_value (scanner, error) || !skip_space (scanner, error))
    return FALSE;
  return at_end (scanner) || fail_here (scanner, "the end of the text", error);
}

/* Writes the lines into the values, in the order of the text. FALSE when an object has fewer members than were read, as
 * happens when one key is written in two ways ("a" and "\u0061"). */
static gboolean
attach_marks (json_object *value, const GArray *marks, guint *position)
{
  struct mark mark = g_array_index (marks, struct mark, (*position)++);
  json_type type = json_object_get_type (value);
  /* json-c keeps the digits of a number with a point in the same slot. */
  if (value != NULL && type != json_type_double)
    json_object_set_userdata (value, GUINT_TO_POINTER (mark.line), NULL);
  if (type == json_type_array) {
    for (gsize i = 0; i < json_object_array_length (value); i++)
      if (!attach_marks (json_object_array_get_idx (value, i), marks, position))
        return FALSE;
  } else if (type == json_type_object) {
    if ((gsize) json_object_object_length (value) != mark.members)
      return FALSE;
    json_object_object_foreach (value, key, member) {
      (void) key;
      if (!attach_marks (member, marks, position))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
build (const char *text, gsize length, const char *what, json_object **ret, GError **error)
{
  struct json_tokener *tokener = json_tokener_new_ex (JSON_DEPTH_MAX + 2);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT);
  json_object *value = json_tokener_parse_ex (tokener, text, (int) length);
  if (json_tokener_get_error (tokener) == json_tokener_continue)
    value = json_tokener_parse_ex (tokener, "", 1); /* a number at the very end waits for what follows */
  enum json_tokener_error status = json_tokener_get_error (tokener);
  json_tokener_free (tokener);
  if (status != json_tokener_success)
    return error_set (error, ERROR_USAGE, "%s: %s", what, json_tokener_error_desc (status));
  *ret = value;
  return TRUE;
}

gboolean
json_parse_text (const char *text, gsize length, const char *what, enum json_syntax syntax, json_object **ret, GError **error)
{
  if (length >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0) {
    text += 3;
    length -= 3;
  }
  gsize bad = 0;
  struct scanner scanner = { .text = text, .length = length, .what = what, .line = 1 };
  if (length > G_MAXINT)
    return error_set (error, ERROR_USAGE, "%s: larger than 2 GiB", what);
  if (!text_is_utf8 (text, (gssize) length, &bad))
    return fail_at (&scanner, bad, error, "not valid UTF-8");
  g_autofree char *blanked = syntax == JSON_WITH_COMMENTS ? g_strndup (text, length) : NULL;
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (struct mark));
  scanner.blanked = blanked;
  scanner.marks = syntax == JSON_WITH_COMMENTS || memchr (text, '\\', length) != NULL ? marks : NULL;
  g_autoptr (json_object) value = NULL;
  if (!scan_document (&scanner, error) || !build (blanked == NULL ? text : blanked, length, what, &value, error))
    return FALSE;
  guint position = 0;
  if (scanner.marks != NULL && !attach_marks (value, marks, &position))
    return error_set (error, ERROR_USAGE, "%s: a key stands twice in one object, written in two ways", what);
  *ret = g_steal_pointer (&value);
  return TRUE;
}

gboolean
json_read_file (const char *path, enum json_syntax syntax, json_object **ret, GError **error)
{
  g_autoptr (input_t) input = NULL;
  if (!input_open (path, &input, error))
    return FALSE;
  while (!input->ended) {
    if (!input_more (input, error))
      return FALSE;
    if (input->length > JSON_FILE_MAX)
      return error_set (error, ERROR_USAGE, "%s is larger than %d MiB", input->name, JSON_FILE_MAX / (1024 * 1024));
  }
  return json_parse_text (input->bytes, input->length, input->name, syntax, ret, error);
}

void
json_append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0';) {
    unsigned char c = (unsigned char) *at;
    if (c == '"' || c == '\\') {
      g_string_append_c (out, '\\');
      g_string_append_c (out, (char) c);
      at++;
    } else if (c < 0x20 || c == 0x7F) {
      g_string_append_printf (out, "\\u%04x", c);
      at++;
    } else if (c < 0x80) {
      g_string_append_c (out, (char) c);
      at++;
    } else if (g_utf8_get_char_validated (at, -1) >= (gunichar) -2) {
      g_string_append (out, "\xEF\xBF\xBD");
      at++;
    } else {
      const char *next = g_utf8_next_char (at);
      g_string_append_len (out, at, next - at);
      at = next;
    }
  }
  g_string_append_c (out, '"');
}

static void append_canonical (GString *out, json_object *value);

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_canonical_object (GString *out, json_object *value)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  json_object_object_foreach (value, name, unused) {
    (void) unused;
    g_ptr_array_add (keys, name);
  }
  g_ptr_array_sort (keys, compare_keys);
  g_string_append_c (out, '{');
  for (guint i = 0; i < keys->len; i++) {
    const char *key = g_ptr_array_index (keys, i);
    if (i > 0)
      g_string_append_c (out, ',');
    json_append_string (out, key);
    g_string_append_c (out, ':');
    append_canonical (out, json_object_object_get (value, key));
  }
  g_string_append_c (out, '}');
}

static void
append_canonical (GString *out, json_object *value)
{
  switch (json_object_get_type (value)) {
  case json_type_object:
    append_canonical_object (out, value);
    break;
  case json_type_array:
    g_string_append_c (out, '[');
    for (gsize i = 0; i < json_object_array_length (value); i++) {
      if (i > 0)
        g_string_append_c (out, ',');
      append_canonical (out, json_object_array_get_idx (value, i));
    }
    g_string_append_c (out, ']');
    break;
  case json_type_string:
    json_append_string (out, json_object_get_string (value));
    break;
  case json_type_null:
  case json_type_boolean:
  case json_type_int:
  case json_type_double: /* as it was written */
    g_string_append (out, value == NULL ? "null" : json_object_get_string (value));
    break;
  }
}

void
json_value_free (gpointer value)
{
  json_object_put (value);
}

char *
json_canonical (json_object *value)
{
  GString *out = g_string_new (NULL);
  append_canonical (out, value);
  return g_string_free (out, FALSE);
}

struct json_node
json_node_member (const struct json_node *object, const char *key)
{
  gboolean is_object = json_node_is (object, json_type_object);
  return (struct json_node){ .parent = object, .key = key, .value = is_object ? json_object_object_get (object->value, key) : NULL };
}

struct json_node
json_node_element (const struct json_node *list, gsize index)
{
  gboolean is_there = index < json_node_length (list);
  return (struct json_node){ .parent = list, .index = index, .value = is_there ? json_object_array_get_idx (list->value, index) : NULL };
}

gsize
json_node_length (const struct json_node *list)
{
  return json_node_is (list, json_type_array) ? json_object_array_length (list->value) : 0;
}

gboolean
json_node_is (const struct json_node *node, json_type type)
{
  return json_object_get_type (node->value) == type;
}

static void
append_path (GString *out, const struct json_node *node)
{
  if (node->parent == NULL)
    return;
  append_path (out, node->parent);
  if (node->key == NULL)
    g_string_append_printf (out, "[%" G_GSIZE_FORMAT "]", node->index);
  else
    g_string_append_printf (out, "%s%s", out->len == 0 ? "" : ".", node->key);
}

char *
json_node_path (const struct json_node *node)
{
  GString *out = g_string_new (NULL);
  append_path (out, node);
  return g_string_free (out, FALSE);
}

guint
json_node_line (const struct json_node *node)
{
  for (; node != NULL; node = node->parent)
    if (node->value != NULL && !json_node_is (node, json_type_double) && json_object_get_userdata (node->value) != NULL)
      return GPOINTER_TO_UINT (json_object_get_userdata (node->value));
  return 0;
}

static const char *
type_name (json_type type)
{
  switch (type) {
  case json_type_boolean:
    return "true or false";
  case json_type_double:
  case json_type_int:
    return "a number";
  case json_type_object:
    return "an object";
  case json_type_array:
    return "a list";
  case json_type_string:
    return "a string";
  case json_type_null:
    break;
  }
  return "null";
}

const char *
json_node_found (const struct json_node *node)
{
  const struct json_node *parent = node->parent;
  gboolean missing = node->value == NULL && parent != NULL
                     && (node->key == NULL ? node->index >= json_node_length (parent)
                                           : !json_node_is (parent, json_type_object)
                                               || !json_object_object_get_ex (parent->value, node->key, NULL));
  return missing ? "nothing" : type_name (json_object_get_type (node->value));
}

gboolean
json_node_expect (const struct json_node *node, json_type type, GError **error)
{
  if (json_node_is (node, type))
    return TRUE;
  g_autofree char *path = json_node_path (node);
  const char *wanted = type == json_type_int ? "a whole number" : type_name (type);
  const char *found = type == json_type_int && json_node_is (node, json_type_double) ? json_object_get_string (node->value)
                                                                                     : json_node_found (node);
  return error_set (error, ERROR_USAGE, "%s%sexpected %s, found %s", path, *path == '\0' ? "" : ": ", wanted, found);
}

gboolean
json_node_string (const struct json_node *node, const char **ret, GError **error)
{
  if (!json_node_expect (node, json_type_string, error))
    return FALSE;
  *ret = json_object_get_string (node->value);
  return TRUE;
}

gboolean
json_node_int64 (const struct json_node *node, gint64 *ret, GError **error)
{
  if (!json_node_expect (node, json_type_int, error))
    return FALSE;
  *ret = json_object_get_int64 (node->value);
  return TRUE;
}

gboolean
json_node_boolean (const struct json_node *node, gboolean *ret, GError **error)
{
  if (!json_node_expect (node, json_type_boolean, error))
    return FALSE;
  *ret = json_object_get_boolean (node->value);
  return TRUE;
}
