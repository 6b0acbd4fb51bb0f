/* site.h: the site's settings as one immutable snapshot.
 *
 * Read once per change of public_seq and shared by every page; all texts live in its arena. */
#ifndef PLATEN_CORE_SITE_H
#define PLATEN_CORE_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "core/address.h"
#include "core/icons.h"
#include "db/db.h"
#include "text/markdown.h"

struct i18n_set;

enum site_access { SITE_PUBLIC, SITE_PRIVATE, SITE_MAINTENANCE, SITE_ACCESS__MAX };

struct site_menu_item {
	struct str label;
	struct str url;                /* as written: an address of the site ("/about") or an absolute one */
	struct site_menu_item *children;
	size_t child_count;
};

struct site_link {
	struct str name;               /* "mastodon": picks the icon */
	struct str label;
	struct str url;
};

struct site {
	struct arena arena;
	int64_t public_seq;            /* of the snapshot it was read from */
	struct address_base base;      /* origin and mount: all addresses come from here */
	struct str title, tagline, description, lang, timezone, copyright;
	struct str logo, icon, cover, social_image;   /* addresses of media, or empty */
	struct site_icons icons;       /* made of `icon` */
	struct str twitter;            /* "@name" or empty */
	struct permalink permalink;
	int posts_per_page, feed_items, related_count, toc_min_headings, excerpt_chars;
	struct str theme;              /* folder name */
	struct str theme_settings;     /* JSON object: theme name -> settings object */
	struct site_menu_item *nav, *nav_second;
	size_t nav_count, nav_second_count;
	struct site_link *social;
	size_t social_count;
	struct str front_page;         /* present path of the page shown at "/" ("/about"), or empty: the posts */
	struct str posts_path;         /* where the list of posts is when front_page is set ("/posts") */
	enum site_access access;
	struct str access_password;    /* encoded Argon2id hash; empty: nobody comes in by password */
	struct str maintenance_message;
	bool record_missing;           /* count the addresses that readers do not find */
	bool noindex;                  /* keep search engines out */
	bool smart;                    /* typographic punctuation */
	bool feed_full;                /* whole posts in feeds, else excerpts */
	enum markdown_raw_html raw_html;
	struct str code_head, code_foot; /* HTML by an owner */
	struct str robots_extra;
	struct str media_types;        /* what the media library takes (media_type.h) */
	struct str secret;             /* signs cookies and tokens; 32 random bytes */
	uint64_t render_stamp;         /* changes when stored HTML must be rendered again */
	const struct i18n_set *phrases;/* set by whoever saves posts: labels in rendered HTML; NULL: English */
	/* Set by an import, for pictures whose rows come with its posts: true: it is one of those, *width_px and
	 * *height_px are its size. Asked by several threads. NULL: there are none. */
	bool (*fresh_media)(const void *ctx, struct str hash, int *width_px, int *height_px);
	const void *fresh_ctx;
};

/* Reads all settings in one snapshot. The caller owns *out: site_free(). */
NODISCARD enum rc site_load(struct db_ro *db, const struct conf *conf, struct site **out, struct err *err);
void site_free(struct site *site); /* NULL allowed */

#endif
