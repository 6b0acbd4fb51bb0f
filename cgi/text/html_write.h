/* html_write.h: escapes for the HTML that text/ writes itself. */
#ifndef PLATEN_TEXT_HTML_WRITE_H
#define PLATEN_TEXT_HTML_WRITE_H

#include "base/buf.h"
#include "base/str.h"

/* Appends text for element content or a double-quoted attribute: & < > " become references, all
 * else stays. The same bytes as CommonMark's reference renderer. */
void html_escape(struct buf *out, struct str text);

/* Appends an address for a double-quoted attribute: bytes that may not stand in a URL are
 * percent-encoded, a % that is there stays, & and ' become references. Applying it to its own
 * (unescaped) result changes nothing. The same bytes as CommonMark's reference renderer. */
void html_href(struct buf *out, struct str address);

/* The same percent-encoding without the HTML references: the address as a browser sees it. */
void html_address(struct buf *out, struct str address);

#endif
