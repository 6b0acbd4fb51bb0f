/* markdown.h: Markdown to HTML by cmark-gfm, with Platen's additions.
 *
 * One parse gives the HTML and what the rest of the program wants to know of a post: headings,
 * links, images, plain text for search, the first paragraph, the number of words. */
#ifndef PLATEN_TEXT_MARKDOWN_H
#define PLATEN_TEXT_MARKDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/html.h"
#include "base/str.h"

#define MARKDOWN_SOURCE_MAX_B ((size_t)8 << 20)
#define MARKDOWN_HTML_MAX_B ((size_t)32 << 20)

enum markdown_raw_html {
	MARKDOWN_RAW_OFF,      /* dropped, a comment stands in its place */
	MARKDOWN_RAW_FILTERED, /* through the allow-list of sanitize.h */
	MARKDOWN_RAW_ON,       /* as written: owners only */
	MARKDOWN_RAW__MAX
};

enum markdown_extension {       /* of cmark-gfm; the plain library has none of them */
	MARKDOWN_TABLES = 1, MARKDOWN_STRIKETHROUGH = 2, MARKDOWN_AUTOLINKS = 4,
	MARKDOWN_TASK_LISTS = 8, MARKDOWN_FOOTNOTES = 16,
	MARKDOWN_TAG_FILTER = 32,  /* GitHub's: needs MARKDOWN_RAW_ON and no extras to matter */
	MARKDOWN_COMMONMARK = 64   /* no extension besides those also named */
};

#define MARKDOWN_SOURCES_MAX 3
#define MARKDOWN_COLUMN_REM 48

enum markdown_media { MARKDOWN_PICTURE, MARKDOWN_VIDEO, MARKDOWN_AUDIO };

struct markdown_image {      /* what the resolver fills for one image; it comes zeroed */
	enum markdown_media kind; /* what is no picture gets a player */
	struct str src;      /* replaces the address; STR_NONE: unchanged */
	struct str large;    /* where a gallery's picture leads to; STR_NONE: to src */
	struct str name;     /* of the file, for a player; may be STR_NONE */
	int width_px, height_px; /* 0: unknown */
	/* The same picture in other widths, "URL 320w, URL 640w", and how wide it is shown; "": only this one. */
	struct str set, sizes;
	struct {
		struct str type, set; /* another format, to be preferred: "image/webp" */
	} sources[MARKDOWN_SOURCES_MAX];
	size_t source_count;
};

struct markdown_options {
	enum markdown_raw_html raw_html;
	bool smart;          /* typographic quotes, dashes, ellipses */
	unsigned extensions; /* of enum markdown_extension; 0: all but the tag filter */
	bool extras;         /* heading anchors, highlighting, lazy images ...; false: the library's output */
	int column_rem;      /* how wide a picture may be shown in any theme; 0: MARKDOWN_COLUMN_REM */
	bool lines;          /* with extras: each block says by data-line="N" where in the source it begins */
	/* Resolves an image or link address of the source (relative page-bundle names, /media/ ...).
	 * May be NULL. `arena` for its results. The first is also asked what a link leads to that stands alone. */
	void (*image)(void *ctx, struct arena *arena, struct str address, struct markdown_image *out);
	struct str (*link)(void *ctx, struct arena *arena, struct str address); /* STR_NONE: unchanged */
	void *ctx;
	struct str footnote_prefix; /* makes ids unique where several posts stand on one page; may be STR_NONE */
	struct str footnote_back_label; /* accessible name of the way back, localised; STR_NONE: "Back to reference" */
	struct str anchor_label;        /* name of a heading's link; STR_NONE: "Link to this section" */
	struct str picture_label;       /* names a gallery's picture that has no words, with a number behind; STR_NONE: "Picture" */
	struct str table_label;         /* names a table's region, with a number behind; STR_NONE: "Table" */
	const struct str *frame_hosts;  /* for MARKDOWN_RAW_FILTERED: whose iframes may stay; see sanitize.h */
	size_t frame_host_count;
};

struct markdown_heading {
	int level;           /* 2 to 6, as written into the HTML: see markdown_render() */
	struct str id;       /* the anchor, unique in the document */
	struct str text;     /* plain */
};

struct markdown_result {
	struct html html;
	struct html before_more;   /* the part above <!--more-->; HTML_NONE: there is none */
	struct str plain;          /* text for search and excerpts, blocks separated by newlines */
	struct str plain_before_more; /* the beginning of `plain` above <!--more-->; STR_NONE: there is none */
	struct str first_paragraph;/* plain */
	struct markdown_heading *headings;
	size_t heading_count;
	struct str *links;         /* addresses as in the output, each once */
	size_t link_count;
	struct str *images;
	size_t image_count;
	struct str first_image;    /* STR_NONE: none */
	int word_count;            /* CJK characters count as half a word each */
	bool has_code;             /* a highlighted block is there */
};

/* Everything in *out lives in `arena`; on failure *out is untouched. RC_LIMIT: source or result over
 * its limit, or the library would take too long (markdown_guard.h); RC_INVALID: not UTF-8. NUL
 * becomes U+FFFD. Thread-safe after markdown_init().
 *
 * With extras, what a theme finds besides plain elements:
 *   <h2 id="slug">...<a class="anchor" href="#slug" aria-label="Link to this section"></a></h2>
 *                                             an empty link: the theme draws its sign
 *   <figure><img ...><figcaption>             an image alone in its paragraph
 *   <figure class="gallery"><div class="gallery-row"><figure class="shape-150"><a href><img ...></a><figcaption>
 *     two and more images of known size with nothing but blanks between them, in rows (gallery.h), the shape also
 *     "shape-67 tall", "shape-250 wide"; the address is that of the large picture, or the link that is written around the image
 *   <figure><video class="player" controls ...><a href download>name</a></video><figcaption>, and <audio>
 *     an image or a link alone in its paragraph that leads to a film or to sound; an image also elsewhere, without
 *     the figure. The caption is the image's title or the link's text
 *   <picture><source type srcset sizes><img srcset sizes ...></picture>   an image that has variants
 *   <div class="table" role="region" tabindex="0" aria-label="Table 1: Head, Head"><table>
 *     with th, td of class align-left, align-center, align-right
 *   <pre class="code" tabindex="0" dir="ltr" data-lang="rust"><code> with the spans of highlight.h
 *   <ul class="contains-task-list"><li class="task-list-item"><label><input type="checkbox" disabled>
 *   <sup class="footnote-ref"><a id="fnref:1" href="#fn:1">1</a></sup>,
 *     <section class="footnotes"><ol><li id="fn:1"> ... <a class="footnote-backref">
 * Headings begin at level 2, below the page's title, and each stands one level below the nearest one
 * before it that the source has above it: no level is skipped.
 * Ids of headings are letters, digits and hyphens only, those of footnotes have a colon, those from
 * raw HTML begin with "user-": a theme that puts an underscore into its ids never meets one of them.
 *
 * Without extras the HTML is the library's own, byte for byte; filtered then means that all of it
 * goes through sanitize_html(). The other results are the same either way. */
NODISCARD enum rc markdown_render(struct str source, const struct markdown_options *options,
				  struct arena *arena, struct markdown_result *out, struct err *err);

/* Registers the extensions; once, before threads start. */
void markdown_init(void);

/* "gfm" or "plain": which library this build uses. */
const char *markdown_flavour(void);

#endif
