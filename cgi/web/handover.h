/* handover.h: leaves the sending of a media file to the web server, where it has said that it can.
 *
 * The web server gives the variable SEND_MEDIA with a request: the header that it takes for "send this file
 * instead" and, behind a space, what stands before the file's place in the media folder:
 * "X-Accel-Redirect /.platen-media" (nginx, Caddy) or "X-Sendfile /var/lib/platen/media". Whether the visitor
 * may have the file is decided before, as ever; the headers are the answer's own.
 *
 * Media in a bucket it can fetch and keep itself: "X-Accel-Proxy /.platen-bucket" asks for X-Accel-Redirect with the
 * blob's hash behind that, and in X-Platen-Object for the path and query by which the bucket gives it, signed: the
 * web server has no key. Cache-Control stands in X-Platen-Cache-Control then, since the web server would keep it also
 * for the answer that comes in place of a bucket's failure. */
#ifndef PLATEN_WEB_HANDOVER_H
#define PLATEN_WEB_HANDOVER_H

#include "web/visit.h"

/* For an answer that is finished but for its body. Nothing happens unless v->blob names the answer's file,
 * and when the request has conditions that only we can judge: the web server does not know our ETag. */
void handover(struct visit *v);

/* Whether the web server can fetch media from a bucket, */
bool handover_has_bucket(const struct visit *v);
/* and whether it shall for this request, of a file of `size_b` bytes: what is not plain is ours. The answer's ETag must
 * be set; v->blob and v->object are the caller's to set then. */
bool handover_fits(const struct visit *v, int64_t size_b);

#endif
