/* head.h: writes what stands in <head>: metadata, OpenGraph, Twitter card, JSON-LD, links.
 *
 * Pure: texts and absolute addresses in, HTML out. Empty or missing texts leave their element out. */
#ifndef PLATEN_TEXT_HEAD_H
#define PLATEN_TEXT_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum head_kind {
	HEAD_SITE,     /* the home page: a WebSite with its search */
	HEAD_POST,     /* a BlogPosting */
	HEAD_PAGE,     /* a WebPage */
	HEAD_LIST,     /* a CollectionPage: tag, archive */
	HEAD_PROFILE,  /* a ProfilePage: author */
	HEAD_BARE,     /* errors, search, password forms: nothing for machines */
	HEAD_KIND__MAX
};

struct head_person {
	struct str name, url;
};

struct head_feed {
	const char *type;      /* media type */
	struct str title, url;
};

struct head_alternate {
	struct str lang, url;
};

struct head_icon {
	const char *rel;       /* "icon", "apple-touch-icon", "manifest" */
	const char *type, *sizes; /* NULL: left out */
	struct str url;
};

struct head_crumb {
	struct str name, url;
};

struct head {
	enum head_kind kind;
	struct str lang;
	struct str title;       /* of the document: "A post - The site" */
	struct str headline;    /* of the thing itself: "A post" */
	struct str description;
	struct str canonical;   /* absolute; STR_NONE on errors */
	struct str prev_url, next_url; /* neighbours of a list's page */
	bool noindex;
	struct str site_name, site_url, site_description, search_url; /* search_url ends in "q=" */
	struct str logo;        /* of the publisher */
	const struct head_icon *icons;
	size_t icon_count;
	struct str social_title, social_description; /* empty: headline and description */
	struct str image, image_alt, image_type;     /* media type; empty: unknown */
	int image_width_px, image_height_px;         /* 0: unknown */
	struct str twitter;     /* "@name" */
	int64_t published_ms, modified_ms;           /* HEAD_POST */
	const struct head_person *authors;
	size_t author_count;
	const struct str *tags;
	size_t tag_count;
	int word_count;
	const struct head_crumb *crumbs;             /* from the home page down to this one */
	size_t crumb_count;
	const struct head_feed *feeds;
	size_t feed_count;
	const struct head_alternate *alternates;     /* this page among them */
	size_t alternate_count;
	struct str code;        /* HTML of an owner, inserted at the end as it is */
};

/* Appends the HTML to `out`; failures stay there. */
void head_write(const struct head *head, struct buf *out);

#endif
