/* value.h: the tree of values that a template is rendered with.
 *
 * Values: object, list, text, html, integer, boolean, null. All nodes live in an arena; texts are
 * borrowed until the render is over. An empty text, an empty list, null and false hide a section.
 * Text and HTML are two types: {{x}} escapes a text for its context and inserts an html value as it
 * is; {{{x}}} of a text is refused at load unless the theme author's template says so in a place
 * where it is safe. */
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
/* The same subtree under another key or object: nothing is copied. */
void value_share(struct arena *arena, struct value *object, const char *key, const struct value *value);

#endif
