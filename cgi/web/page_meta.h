/* page_meta.h: a page that brings its Content-Security-Policy along, for web servers that send it from a
 * file and know nothing of its hashes. */
#ifndef PLATEN_WEB_PAGE_META_H
#define PLATEN_WEB_PAGE_META_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* What a web server has to add to every page of the folder: a <meta> cannot say it (CSP 3, 3.3). */
#define PAGE_META_REST "frame-ancestors 'self'"

/* Appends `page` with a <meta> of `policy`, the value of its header, without what a <meta> must not have
 * (frame-ancestors, report-uri, sandbox). It stands first in <head>, behind a <meta charset>, so that
 * nothing of the page escapes it. RC_UNSUPPORTED, and `out` as it was: something else than comments
 * stands before <head>, or there is none, so no place is early enough. The buffer's status is the
 * caller's to check. O(n). */
NODISCARD enum rc page_meta_policy(struct str page, struct str policy, struct buf *out, struct err *err);

#endif
