/* post_find.h: the list of posts in the admin: filters that combine, in an order, page by page.
 *
 * Cost: flat, whatever the number of posts. Each order has an index with everything that is filtered by, which is
 * walked. In the usual order the posts of a status, a kind, a tag, an author ... have one of their own: the one that
 * is asked for is walked instead, and of several those entries that they share are found first (post_meet.h). A
 * filter that has none in the order asked for and at most POST_FIND_FEW posts decides before these: its posts are
 * looked at, each by one look at an index. Words are found in the order of their indexes (POST_ORDER_FOUND). Rows
 * that do not match are passed over, POST_FIND_WALK or POST_FIND_VALUES at most. A walk that ends so before the
 * page is full says where to go on (`further`): nothing is ever left out. What is shown of a row is in one entry
 * of an index, so that a page of rows that lie apart reads 50 places and not 200, which is what a list of 100 000
 * posts costs more than one of 100. */
#ifndef PLATEN_STORE_POST_FIND_H
#define PLATEN_STORE_POST_FIND_H

#include "db/db.h"

#define POST_FIND_FEW 500
#define POST_FIND_WALK 10000   /* rows of an index that has everything */
#define POST_FIND_VALUES 3000  /* rows of one that has not: each is looked at */
#define POST_FIND_WORDS 500    /* posts with the words, of the public ones and of the others */
#define POST_FIND_MAX 1000     /* limit is clamped to this */

enum post_order {
	POST_ORDER_CHANGED,    /* last saved first */
	POST_ORDER_NEWEST,     /* by the date of publication, of what has none by that of its beginning */
	POST_ORDER_OLDEST,
	POST_ORDER_TITLE,      /* A to Z, of ASCII letters alone without regard to case */
	POST_ORDER_FOUND,      /* of what has words: first what is public, the last published first, then what is not,
				* the last begun first. Without words POST_ORDER_CHANGED. */
	POST_ORDER__MAX
};

/* Where a page begins or ends: the row with this key and id. */
struct post_mark {
	int64_t id;            /* 0: none */
	int64_t number;        /* the key of an order by time */
	struct str text;       /* of POST_ORDER_TITLE */
};

struct post_find {
	enum post_order order;
	bool in_trash;               /* the trash, else everything but that */
	struct str kind, status, visibility; /* POST_KIND_* ...; "" or STR_NONE: any */
	struct str lang;             /* STR_NONE: any; "": the site's own */
	bool featured;               /* only those */
	int64_t from_ms, until_ms;   /* dated in [from_ms, until_ms); both 0: whenever */
	int64_t tag_id, author_id;   /* 0: any */
	int64_t viewer_id;           /* only what this person wrote or helped to write; 0: everybody's */
	struct str words;            /* all of them, in title, tags or text; "" or STR_NONE: any. In another order than
				      * POST_ORDER_FOUND nothing is found beyond the newest POST_FIND_WORDS posts that
				      * have them. */
	struct post_mark after, before; /* the page behind or before that row; neither: the first */
	int64_t limit;
};

struct post_row {
	struct post_mark mark;
	struct str public_id, title, kind, status, visibility, lang;
	bool featured;
	int64_t published_ms, updated_ms; /* published_ms 0: never */
	int64_t version;
	struct str tag_ids, author_ids;   /* ",7,12," in the post's order; "": none. post_names.h names them */
};

struct post_found {
	struct post_row *rows;       /* in order, in the arena; NULL when count is 0 */
	size_t count;
	bool more;                   /* in the direction asked for there are others */
	struct post_mark further;    /* id 0, or: nothing was looked at from here on */
	bool cut;                    /* more posts than were looked at have the words */
};

/* An empty page is RC_OK. */
NODISCARD enum rc post_find(struct db_ro *db, const struct post_find *query, struct arena *arena,
			    struct post_found *out, struct err *err);

#endif
