/* redirect_words.h: what the pages about redirects share. */
#ifndef PLATEN_WEB_REDIRECT_WORDS_H
#define PLATEN_WEB_REDIRECT_WORDS_H

#include "core/redirects.h"
#include "web/admin.h"

/* A field of the form that was sent; "" when it has none. */
struct str redirect_field(const struct visit *v, const char *name);
/* What is wrong, in the person's language. */
struct str redirect_words(const struct visit *v, enum redirect_problem problem);
/* "/admin/redirects/edit?from=...". */
struct str redirect_edit_path(struct visit *v, struct str from);
/* How often it was followed and when last, in words. */
NODISCARD enum rc redirect_used(struct visit *v, struct str from_path, struct str *out, struct err *err);
/* The list that the address asks for: rows, order, filter and where they go on. */
NODISCARD enum rc redirect_list_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err);
/* The options of the field `status`, as a list `kinds` of `root`. */
void redirect_kinds(struct visit *v, struct value *root, struct str chosen);

#endif
