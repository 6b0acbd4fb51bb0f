/* library.h: what the pages of the media library share: what is asked for, and showing it. */
#ifndef PLATEN_WEB_LIBRARY_H
#define PLATEN_WEB_LIBRARY_H

#include <stdbool.h>

#include "store/media_item.h"
#include "tmpl/value.h"
#include "web/visit.h"

struct library {
	struct media_query query;
	bool is_list;              /* with small pictures, a line each; else a grid */
};

/* From the address of the page. */
void library_asked(struct visit *v, struct library *out);
/* From the form that stands on it; from the newest. */
void library_sent(struct visit *v, struct library *out);
/* Its path and query, below the item `before`; 0: from the newest. */
struct str library_path(struct visit *v, const struct library *lib, int64_t before);
/* What library_sent() reads, into `root`: show kind find is_list. */
void library_values(struct visit *v, const struct library *lib, struct value *root);

/* For library_show(): `problem` and the list `problems` are empty, and to be filled with library_problem(). */
struct value *library_root(struct visit *v);
void library_problem(struct visit *v, struct value *problems, struct str name, struct str why);
NODISCARD enum rc library_show(struct visit *v, struct db_ro *db, const struct library *lib, struct value *root, int status,
			       struct err *err);

/* Into `root`, instead of what the address says: ids that went into the trash, "trash" for more than fit, "" for none. */
void library_undo(struct visit *v, struct value *root, struct str undo);
/* Asks whether a file that is used is to go into the trash (page_library_many.c). */
NODISCARD enum rc library_ask_trash(struct visit *v, struct db_ro *db, int64_t id, struct err *err);

/* Authors take care of what they have brought, editors of everything. */
bool library_may_change(const struct visit *v, const struct media_item *item);
/* The kind of place in the person's language, and what it is called. */
struct str library_use_kind(struct visit *v, const struct media_use *use);
struct str library_use_title(const struct media_use *use);

#endif
