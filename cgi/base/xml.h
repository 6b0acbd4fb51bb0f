/* xml.h: writes XML 1.0 into a buf: elements, attributes, text, with what XML forbids left out.
 *
 * Names are literals of the caller. Elements are closed in order by the writer, which keeps the
 * open names: xml_close() needs none. Check xml_end() at the end. */
#ifndef PLATEN_BASE_XML_H
#define PLATEN_BASE_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define XML_DEPTH_MAX 32

struct xml {
	struct buf *out;
	const char *open[XML_DEPTH_MAX];
	size_t depth;
	bool in_tag;   /* the start tag still takes attributes */
	bool had_text; /* the innermost element holds text: no indentation before its end tag */
	bool failed;   /* used wrongly: too deep, an attribute outside a start tag */
};

void xml_begin(struct xml *x, struct buf *out); /* writes the declaration: UTF-8 */
/* A processing instruction such as xml-stylesheet; only before the first element. */
void xml_instruction(struct xml *x, const char *target, struct str content);
void xml_open(struct xml *x, const char *name);
void xml_attr(struct xml *x, const char *name, struct str value);
/* Escaped; malformed UTF-8 and characters that XML 1.0 forbids (section 2.2) are dropped. */
void xml_text(struct xml *x, struct str text);
void xml_cdata(struct xml *x, struct str text); /* "]]>" is split over two sections */
void xml_close(struct xml *x);
/* <name>text</name>; nothing at all when the text is STR_NONE. */
void xml_element(struct xml *x, const char *name, struct str text);
void xml_element_int(struct xml *x, const char *name, int64_t number);
/* Closes what is open. RC_INTERNAL: used wrongly; RC_LIMIT: the buffer was full. */
NODISCARD enum rc xml_end(struct xml *x, const char *what, struct err *err);
/* Just the escaping: for text and for quoted attribute values. */
void xml_escape(struct buf *out, struct str text);

#endif
