/* shelf.h: what an address of the admin's list of posts asks for, and such addresses. */
#ifndef PLATEN_WEB_SHELF_H
#define PLATEN_WEB_SHELF_H

#include "http/request.h"
#include "store/post_find.h"
#include "web/admin.h"

#define SHELF_AT_ONCE 50

/* The fields of the address, in this order. */
enum shelf_field {
	SHELF_SHOW, SHELF_Q, SHELF_KIND, SHELF_AUTHOR, SHELF_TAG, SHELF_LANG, SHELF_MONTH, SHELF_VISIBILITY,
	SHELF_FEATURED, SHELF_SORT, SHELF_FIELD__MAX
};

struct shelf {
	/* As they came; "" where nothing came or nothing that there can be. In the visit's arena. */
	struct str fields[SHELF_FIELD__MAX];
	struct str after, before;    /* the page, as it came; "" */
	struct post_find find;       /* the same for the store, and what the person may see */
	struct str author_name, tag_name; /* of what was found; as typed where nothing was */
	bool nobody;                 /* no such author, tag: nothing can match */
};

/* The names of the parts of the list ("all", "drafts" ...), NULL behind the last. */
extern const char *const shelf_parts[], *const shelf_sorts[];

/* Any bytes: what makes no sense is not asked for. `params` are those of an address, or of a form that has kept
 * one. */
NODISCARD enum rc shelf_read(struct visit *v, struct db_ro *db, const struct http_pairs *params, struct shelf *out,
			     struct err *err);
/* The order, also where none was asked for. */
struct str shelf_sort(const struct shelf *shelf);
/* The order where none is asked for. */
const char *shelf_usual_sort(const struct shelf *shelf);
/* Is anything but a part of the list asked for? */
bool shelf_is_filtered(const struct shelf *shelf);

/* "?show=drafts&q=ice": what is asked for without `left_out` (SHELF_FIELD__MAX: all of it). */
struct str shelf_query(struct visit *v, const struct shelf *shelf, enum shelf_field left_out);
/* The same with all of it and the page. */
struct str shelf_here(struct visit *v, const struct shelf *shelf);
/* The link of the list with it. */
struct str shelf_link(struct visit *v, const struct shelf *shelf, enum shelf_field left_out);
/* The same for another value of a field. */
struct str shelf_link_with(struct visit *v, const struct shelf *shelf, enum shelf_field field, struct str value);
/* The link of the page behind ("after") or before ("before") that row. */
struct str shelf_link_at(struct visit *v, const struct shelf *shelf, const char *where, const struct post_mark *mark);

/* page_posts.c: answers with the list and `problem`, a key of the phrases or NULL. What a form that was sent from it
 * has picked stays picked. */
NODISCARD enum rc posts_show(struct visit *v, struct shelf *shelf, const char *problem, int status, struct err *err);

#endif
