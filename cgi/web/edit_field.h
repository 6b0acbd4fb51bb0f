/* edit_field.h: one field of a post beside its text: by its name, as the form has it and as people read it. */
#ifndef PLATEN_WEB_EDIT_FIELD_H
#define PLATEN_WEB_EDIT_FIELD_H

#include "web/edit.h"

#define EDIT_AUTHOR "author"

/* The field's own name, static; NULL: there is none of that name. Those of edit_texts, title, tags, slug, custom, kind,
 * visibility, at, parent and EDIT_AUTHOR. */
const char *edit_field_known(struct str name);
/* What the field's text is; of authors a line each. In the visit's arena, or borrowed of `e`. `field` is one that
 * edit_field_known() gave. */
struct str edit_field_text(struct visit *v, const struct edit *e, const char *field);
void edit_field_put(struct edit *e, const char *field, struct str text);
/* What people call it: the phrase of the form; also of "status", "featured" and "seo_noindex". */
struct str edit_field_name(struct visit *v, const char *field);
/* `text` of the field as people read it: words for states, titles for pages; pages that are not this person's business
 * stay unnamed. */
struct str edit_field_shown(struct visit *v, const char *field, struct str text);

#endif
