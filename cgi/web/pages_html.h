/* pages_html.h: an HTML page as a file, which has no headers of its own. */
#ifndef PLATEN_WEB_PAGES_HTML_H
#define PLATEN_WEB_PAGES_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends `page` with its Content-Security-Policy as a <meta> element at the start of the <head>, behind
 * a <meta charset> if that comes first. frame-ancestors and sandbox have no effect there (CSP 3, 3.3):
 * the web server's own headers must carry them. False: the page has no <head> to put it in. */
bool pages_html(struct str page, struct str policy, struct buf *out);

#endif
