/* scan.h: follows HTML text byte by byte and knows where the next marker would stand.
 *
 * A cut-down tokenizer of the HTML standard (section 13.2.5), stricter than a browser: what it
 * cannot follow for certain is an error, so that no marker is ever escaped for the wrong place. */
#ifndef PLATEN_TMPL_SCAN_H
#define PLATEN_TMPL_SCAN_H

#include "base/str.h"

enum spot {
	SPOT_DATA,           /* between elements */
	SPOT_LESS,           /* behind a '<' there */
	SPOT_TAG_NAME,
	SPOT_IN_TAG,         /* where an attribute could begin */
	SPOT_ATTR_NAME,
	SPOT_AFTER_ATTR,     /* blanks after an attribute's name */
	SPOT_BEFORE_VALUE,   /* behind '=' */
	SPOT_VALUE,          /* in quotes */
	SPOT_VALUE_BARE,
	SPOT_COMMENT,
	SPOT_DECLARATION,    /* <!doctype ...> and the like */
	SPOT_RAW,            /* text of an element like script or title */
	SPOT__MAX
};

enum element {
	ELEMENT_OTHER,
	ELEMENT_SCRIPT,
	ELEMENT_STYLE,
	ELEMENT_ESCAPABLE,   /* title, textarea: text with character references */
	ELEMENT_OPAQUE,      /* iframe, xmp ...: text without */
	ELEMENT_NOSCRIPT,
	ELEMENT_META,
	ELEMENT_ANIMATION,   /* of SVG: can set another element's address */
	ELEMENT__MAX
};

enum attr {
	ATTR_PLAIN,
	ATTR_URL,
	ATTR_STYLE,
	ATTR_EVENT,          /* onclick ... */
	ATTR_SRCDOC,
	ATTR_ANIMATED,       /* to, from, by, values of an animation */
	ATTR_REFRESH,        /* content of a meta element with http-equiv */
	ATTR__MAX
};

#define SCAN_NAME_MAX_B 31

struct scan {
	enum spot spot;
	enum element element;   /* of the tag or raw text that we are in */
	enum attr attr;         /* of the value that we are in */
	char name[SCAN_NAME_MAX_B + 1];     /* element, lower case, cut */
	char attr_name[SCAN_NAME_MAX_B + 1];
	unsigned name_n, attr_n;
	char quote;             /* around the value */
	bool end_tag, noscript;
	bool http_equiv, meta_marker; /* in a meta element: seen, and a marker in its content */
	bool foreign_script;    /* a script element that holds data, by its type */
	bool need_gap;          /* a section has just ended or begun behind a name: a blank must follow */
	unsigned matched;       /* bytes of "</name", "-->" or "<!--" that were seen just now */
	/* Inside a URL: could a scheme still come, may a marker be part of it, is it a dangerous one? */
	bool scheme_open, scheme_marker, scheme_bad;
	char scheme[12];
	unsigned scheme_n;
	/* Inside script and style: the string or comment that we are in, and CSS's url( ). */
	char code_quote, code_last;
	bool code_escape, in_url;
	unsigned url_matched;
};

/* Feeds text. NULL, or what is wrong, with the number of bytes up to there in *at. */
const char *scan_text(struct scan *s, struct str text, size_t *at);

/* Where the scan is, for a marker: what is wrong with a marker here, or NULL. */
const char *scan_marker(const struct scan *s);
/* A marker's value has been put here. */
void scan_past_marker(struct scan *s);

/* Before a section's beginning or end: a name that ended there is finished. NULL, or what is wrong. */
const char *scan_at_section(struct scan *s);
/* Two ways lead here, with the section and without: false when they are in different places. `s`
 * becomes what holds for both. */
bool scan_join(struct scan *s, const struct scan *other);

/* For messages: "inside an attribute" ... */
const char *scan_describe(const struct scan *s);

#endif
