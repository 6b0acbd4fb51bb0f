/* edit_custom.h: a post's own fields: an object in the store, rows of name and value in the form. */
#ifndef PLATEN_WEB_EDIT_CUSTOM_H
#define PLATEN_WEB_EDIT_CUSTOM_H

#include <stdbool.h>

#include "web/edit.h"

#define EDIT_CUSTOM_KEY_MAX_B 200

/* parent.custom: rows of `name` and `value`, empty ones at the end. */
void edit_custom_values(struct visit *v, struct value *parent, struct str custom);

/* "name: value", a line each; "" for no object. */
struct str edit_custom_lines(struct visit *v, struct str custom);

/* The rows as they were typed: nothing of what cannot be stored is lost. */
void edit_custom_typed_values(struct visit *v, struct value *parent);

/* The rows of the form's fields custom_key and custom_value as a JSON object; an empty row is left out.
 * Of `before` are the kinds of values that are no texts. False: too many, too long, twice or a value without a name;
 * *out has then what there is room for. */
bool edit_custom_take(struct visit *v, struct str before, struct str *out);

#endif
