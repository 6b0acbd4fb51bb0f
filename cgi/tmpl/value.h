/* value.h: the tree of values that a template is rendered with.
 *
 * Values: object, list, text, html, integer, boolean, null. All nodes live in an arena; texts and
 * keys are borrowed until the render is over. A null, false, an empty list and an empty text or
 * html hide a section; everything else shows it (0 and an empty object too).
 *
 * Text and HTML are two types, and the type decides, not the template:
 * - between elements, {{x}} and {{{x}}} (or {{&x}}) do the same: a text is escaped, an html value
 *   is inserted as it is. Three braces say that the author expects HTML, no more, so no theme can
 *   open a hole for text.
 * - everywhere else (attribute, script, style, title, textarea, comment) an html value counts as
 *   text and is escaped for that place; {{{x}}} there is refused at load.
 *
 * A URL attribute whose whole value is a marker takes http, https and relative addresses; any other
 * scheme becomes '#'. Write href="mailto:{{x}}" in the template, or give the whole link as html.
 *
 * A tree that is no longer changed may be read by any number of threads. */
#ifndef PLATEN_TMPL_VALUE_H
#define PLATEN_TMPL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/html.h"
#include "base/str.h"

struct value;

/* Keys are borrowed NUL-terminated texts, usually literals. A key set twice: the last wins. */
struct value *value_root(struct arena *arena);                              /* an empty object */
struct value *value_object(struct arena *arena, struct value *parent, const char *key);
struct value *value_list(struct arena *arena, struct value *parent, const char *key);
struct value *value_item(struct arena *arena, struct value *list);         /* a new object at its end */
struct value *value_item_text(struct arena *arena, struct value *list, struct str text);
void value_text(struct arena *arena, struct value *object, const char *key, struct str text);
void value_html(struct arena *arena, struct value *object, const char *key, struct html html);
void value_int(struct arena *arena, struct value *object, const char *key, int64_t number);
void value_bool(struct arena *arena, struct value *object, const char *key, bool flag);
/* The same subtree under another key or object: nothing is copied. NULL is null. */
void value_share(struct arena *arena, struct value *object, const char *key, const struct value *value);
void value_share_item(struct arena *arena, struct value *list, const struct value *value);

/* Values that hang nowhere yet, for value_share() or as a root that is no object. */
struct value *value_new_list(struct arena *arena);
struct value *value_new_text(struct arena *arena, struct str text);
struct value *value_new_html(struct arena *arena, struct html html);
struct value *value_new_int(struct arena *arena, int64_t number);
struct value *value_new_bool(struct arena *arena, bool flag);

/* Reading. NULL stands for null and for what is absent, and is a valid argument everywhere. */
enum value_kind {
	VALUE_NULL,
	VALUE_OBJECT,
	VALUE_LIST,
	VALUE_TEXT,
	VALUE_HTML,
	VALUE_INT,
	VALUE_BOOL,
	VALUE__MAX
};

enum value_kind value_kind(const struct value *v);
bool value_shows(const struct value *v);                              /* does a section show? */
/* What a marker prints: the digits of an integer, "true", "false"; nothing for null, list, object. */
struct str value_print(const struct value *v);
size_t value_count(const struct value *list);                         /* 0 for what is no list */
const struct value *value_at(const struct value *list, size_t i);     /* i < value_count() */
/* A key that is looked up often, prepared: borrows the text. */
struct value_key {
	struct str text;
	uint32_t tag;
};
struct value_key value_key_of(struct str text);
/* NULL: no such key (or no object). A key that is null gives a value of that kind. */
const struct value *value_get(const struct value *object, struct value_key key);

#endif
