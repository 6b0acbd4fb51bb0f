/* media_shown.h: a picture of ours as readers get it: in which files, how large, and where its focal point is. */
#ifndef PLATEN_CORE_MEDIA_SHOWN_H
#define PLATEN_CORE_MEDIA_SHOWN_H

#include "core/address.h"
#include "db/db.h"
#include "store/media_item.h"
#include "store/media_variant.h"

/* A picture that an address names. */
struct media_picture {
	struct media_item item;
	struct media_variants variants;
	struct str path;                 /* "/media/HASH/name", as the address has it */
};

/* The picture of "/media/HASH/name", with or without what the site's addresses begin with; *out is in the arena, NULL: it is
 * none of ours, or not there. Readers do not get one whose item is in the trash: pages leave it out. */
NODISCARD enum rc media_picture_find(struct db_ro *db, const struct address_base *base, struct str address,
				     struct arena *arena, struct media_picture **out, struct err *err);

/* The same for a picture whose item is known; `path` is "/media/HASH/name" and, like the item, used as long as *out is. */
NODISCARD enum rc media_picture_of(struct db_ro *db, const struct media_item *item, struct str path, struct arena *arena,
				   struct media_picture *out, struct err *err);
/* "/media/..." of an address that may have before it what the site's addresses or links to media begin with. */
struct str media_path(const struct address_base *base, struct str address);

#define MEDIA_SHOWN_SOURCES_MAX 2

struct media_shown {
	struct str path;                 /* of a file that every program can show; for address_resolve() */
	struct str mime;
	int width_px, height_px;         /* of the picture, which `path` may be smaller than; 0: unknown */
	struct str large;                /* the widest that was made, of the same kind as `path`; "": none */
	struct str set;                  /* the same in several widths, "URL 400w, URL 800w"; "": there is one */
	struct {
		struct str type, set;    /* other formats, the smaller one first */
	} sources[MEDIA_SHOWN_SOURCES_MAX];
	size_t source_count;
	int focus_x, focus_y;            /* thousandths of what this shows */
};

/* All of it. `path` is the smallest file of at least 1280 px, the widest where none is; until they are made, what was
 * uploaded, without its metadata. */
void media_shown_whole(const struct media_picture *picture, const struct address_base *base, struct arena *arena,
		       struct media_shown *out);
/* The same, but `path` is the smallest file that covers so many pixels (0: any number), the widest where none does: for
 * portraits and logos, which are shown small whatever was uploaded. */
void media_shown_small(const struct media_picture *picture, const struct address_base *base, int width_px, int height_px,
		       struct arena *arena, struct media_shown *out);
/* The part that lists show; false: the picture is too small for it. */
bool media_shown_card(const struct media_picture *picture, const struct address_base *base, struct arena *arena,
		      struct media_shown *out);
/* One file, of a type that all who show links can read: the shape for them, or for want of that all of it, as wide as it
 * was made. */
void media_shown_social(const struct media_picture *picture, struct arena *arena, struct media_shown *out);
/* The same for feeds: all of it, no wider than need be. */
void media_shown_feed(const struct media_picture *picture, struct arena *arena, struct media_shown *out);

#endif
