/* handover.h: leaves the sending of a media file to the web server, where it has said that it can.
 *
 * The web server gives the variable SEND_MEDIA with a request: the header that it takes for "send this file
 * instead" and, behind a space, what stands before the file's place in the media folder:
 * "X-Accel-Redirect /.platen-media" (nginx, Caddy) or "X-Sendfile /var/lib/platen/media". Whether the visitor
 * may have the file is decided before, as ever; the headers are the answer's own. */
#ifndef PLATEN_WEB_HANDOVER_H
#define PLATEN_WEB_HANDOVER_H

#include "web/visit.h"

/* For an answer that is finished but for its body. Nothing happens unless v->blob names the answer's file,
 * and when the request has conditions that only we can judge: the web server does not know our ETag. */
void handover(struct visit *v);

#endif
