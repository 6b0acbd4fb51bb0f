/* address.h: the one builder of the site's addresses.
 *
 * A path ("/hello") is an address below the site's mount, percent-decoded, as posts store it. A link
 * is what goes into href: mount + encoded path ("/blog/hello"). An absolute address adds the origin
 * of PLATEN_URL; the Host header is never used. */
#ifndef PLATEN_CORE_ADDRESS_H
#define PLATEN_CORE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct address_base {
	struct str origin; /* "https://example.org" */
	struct str mount;  /* "" or "/blog" */
	struct str media;  /* what links to media begin with instead of both (PLATEN_MEDIA_URL); STR_NONE: nothing else */
};

#define ADDRESS_PATH_MAX_B 1024
#define ADDRESS_SLUG_MAX_B 200

/* Permalink patterns: literal text and :year :month :day :slug :id :author :tag (the first author's
 * and tag's slug, "untagged" without one). Begins with '/', contains :slug or :id, no trailing slash. */
struct permalink {
	struct str pattern;
};

NODISCARD enum rc permalink_check(struct str pattern, struct err *err);

struct permalink_values {
	struct str slug, public_id, author_slug, tag_slug;
	int year, month, day; /* of publication in the site's zone */
};
struct str permalink_path(struct permalink permalink, const struct permalink_values *values,
			  struct arena *arena);

/* True for paths that the program itself answers ("/feed.xml", "/admin/x", "/tag/y"): no post may
 * take them. */
bool address_is_reserved(struct str path);
/* A well-formed, unreserved path for a post: begins with '/', no empty or dot segment, no control
 * character, '?' or '#', no trailing slash, within the limit, not ending in ".md", which a post's Markdown
 * has, or "/index.html", "/index.htm" or "/index.php", which lead to the path before them. */
NODISCARD enum rc address_check(struct str path, struct err *err);
/* Makes a well-formed path out of what a generator or a person wrote ("2024/hello.html/" or a whole
 * URL): leading slash added, trailing slash and "index.html" dropped. STR_NONE when nothing is left. */
struct str address_tidy(struct str written, struct arena *arena);

/* Links and absolute addresses of a path; `query` (may be STR_NONE) is appended as it is. */
struct str address_link(const struct address_base *base, struct str path, struct arena *arena);
struct str address_absolute(const struct address_base *base, struct str path, struct arena *arena);
/* A link as written in Markdown, a menu or a setting: "/x" gets the mount, unless it is there
 * already, and "/media/x" base->media instead; anything else is unchanged. */
struct str address_resolve(const struct address_base *base, struct str written, struct arena *arena);
/* The same as an absolute address ("/x", "x", "#a", "https://..."): relative ones are taken against
 * `page_path`. */
struct str address_resolve_absolute(const struct address_base *base, struct str page_path,
				    struct str written, struct arena *arena);

struct str address_home(const struct address_base *base, int page, struct arena *arena); /* path-less link */
struct str address_tag(struct str slug, int page, struct arena *arena);                  /* a path */
struct str address_author(struct str slug, int page, struct arena *arena);               /* a path */
struct str address_archive(int year, int month, struct arena *arena);                    /* 0: not given */

#endif
