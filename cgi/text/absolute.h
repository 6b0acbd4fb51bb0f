/* absolute.h: makes the addresses inside a piece of HTML absolute, for feeds and mails.
 *
 * Feed readers show content far from its page, where a relative address means nothing. */
#ifndef PLATEN_TEXT_ABSOLUTE_H
#define PLATEN_TEXT_ABSOLUTE_H

#include "base/buf.h"
#include "base/html.h"
#include "base/str.h"

/* Appends `html` to `out` with every href, src, srcset, poster and cite made absolute against
 * `page_url`, the absolute http(s) address of the page that the HTML stands on. Left as they are:
 * addresses with a scheme. Left out: comments, script and style elements and event handler
 * attributes, which no reader runs. Of a player of markdown_media.h the link inside it is left. One pass, O(n). Failures stay in `out`. */
void html_absolute(struct html html, struct str page_url, struct buf *out);

/* Appends one address, made absolute as above. */
void url_absolute(struct str address, struct str page_url, struct buf *out);

#endif
