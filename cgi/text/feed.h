/* feed.h: writes a feed as Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1.
 *
 * Pure: everything comes in as absolute addresses and texts, nothing is looked up. */
#ifndef PLATEN_TEXT_FEED_H
#define PLATEN_TEXT_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/html.h"
#include "base/str.h"

#define FEED_MAX_B ((size_t)16 << 20)

enum feed_format { FEED_ATOM, FEED_RSS, FEED_JSON, FEED_FORMAT__MAX };

struct feed_person {
	struct str name;
	struct str url;        /* may be STR_NONE */
	struct str picture;    /* may be STR_NONE */
};

struct feed_file {             /* sound or a film that comes with an entry */
	struct str url, type;  /* absolute; a media type */
	struct str title;      /* may be empty */
	int64_t size_b;
};

struct feed_entry {
	struct str id;         /* permanent and unique, a URI: feed_tag_uri() */
	struct str url;
	struct str title;      /* plain text; may be empty */
	struct str lang;       /* STR_NONE: the feed's */
	struct html content;   /* addresses inside may be relative to `url`; HTML_NONE: summary only */
	struct str summary;    /* plain text; may be empty */
	struct str image;      /* address of the feature image; may be STR_NONE */
	const struct feed_file *files; /* the main one first: RSS has room for one */
	size_t file_count;
	const struct feed_person *authors;
	size_t author_count;
	const struct str *categories;
	size_t category_count;
	int64_t published_ms, updated_ms;
};

struct feed {
	struct str id;         /* as for entries */
	struct str title;      /* plain text, not empty */
	struct str subtitle;   /* may be empty */
	struct str home_url;   /* the page that the feed belongs to */
	struct str self_url;   /* this document */
	struct str lang;
	struct str icon;       /* square; may be STR_NONE */
	struct str logo;       /* may be STR_NONE */
	struct str copyright;  /* may be empty */
	int64_t updated_ms;    /* newest change of an entry; 0 when there is none */
	const struct feed_entry *entries;
	size_t entry_count;
};

/* Appends the document. Failures stay in `out`. Characters that XML cannot hold are left out. */
void feed_write(const struct feed *feed, enum feed_format format, struct buf *out);

/* "application/atom+xml; charset=utf-8" ... */
const char *feed_content_type(enum feed_format format);

/* Appends a tag URI (RFC 4151): "tag:example.org,2024:post/AbC". Neither a changed address of the
 * site's pages nor https alters it. `origin` is "https://example.org:8080" (the port is left out),
 * `day_ms` a moment at which the site existed. */
void feed_tag_uri(struct str origin, int64_t day_ms, struct str kind, struct str id, struct buf *out);

#endif
