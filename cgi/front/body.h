/* body.h: the body of a FastCGI request, read through libfcgi from where it was spooled. */
#ifndef PLATEN_FRONT_BODY_H
#define PLATEN_FRONT_BODY_H

#include <fcgiapp.h>

#include "http/request.h"

struct body {
	struct http_body http;  /* first: handlers see only this */
	FCGX_Stream *in;
	int64_t left_b;
};

/* `content_b` bytes of content wait behind `in`, all of them: what a handler reads is complete, and
 * what it leaves unread goes away with the spool. */
void body_init(struct body *body, FCGX_Stream *in, int64_t content_b);

#endif
