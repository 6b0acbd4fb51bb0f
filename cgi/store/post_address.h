/* post_address.h: what the addresses of posts are made of, for many posts at once. */
#ifndef PLATEN_STORE_POST_ADDRESS_H
#define PLATEN_STORE_POST_ADDRESS_H

#include "db/db.h"

struct post_address {
	int64_t id, published_ms, created_ms; /* published_ms 0: never */
	struct str public_id, slug;
	struct str path;                      /* STR_NONE: it has none */
	struct str tag_slug, author_slug;     /* of the first of each; "": none */
};

struct post_addresses {
	struct post_address *items;
	size_t count;
};

/* Posts whose address the pattern makes (no pages, none with an address of its own), by id behind `after_id`,
 * at most `limit`. */
NODISCARD enum rc post_address_list(struct db_ro *db, int64_t after_id, int64_t limit, struct arena *arena,
				    struct post_addresses *out, struct err *err);

#endif
