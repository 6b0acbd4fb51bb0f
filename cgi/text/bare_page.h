/* bare_page.h: a whole HTML page that needs nothing else: for when theme or database are broken. */
#ifndef PLATEN_TEXT_BARE_PAGE_H
#define PLATEN_TEXT_BARE_PAGE_H

#include "base/buf.h"
#include "base/str.h"

struct bare_page {
	struct str lang, dir;
	struct str title, message;
	struct str note;   /* small print; may be empty */
};

/* Appends the page. No style of its own beyond the browser's, so that no policy has to allow one. */
void bare_page_write(const struct bare_page *page, struct buf *out);

#endif
