/* body.c: the body of a FastCGI request, read through libfcgi from where it was spooled. */
#include "base/base.h"

#include "front/body.h"

/* FCGX_GetStr() takes an int. */
#define READ_MAX_B ((size_t)1 << 30)

static enum rc body_read(struct http_body *http, void *bytes, size_t size_b, size_t *got,
			 struct err *err)
{
	struct body *body = (struct body *)http;
	size_t want = size_b < READ_MAX_B ? size_b : READ_MAX_B;
	if ((int64_t)want > body->left_b)
		want = (size_t)body->left_b;
	if (want && FCGX_GetStr(bytes, (int)want, body->in) != (int)want) {
		body->left_b = 0;
		return err_set(err, RC_IO, "the body of the request cannot be read back");
	}
	body->left_b -= (int64_t)want;
	*got = want;
	return RC_OK;
}

void body_init(struct body *body, FCGX_Stream *in, int64_t content_b)
{
	*body = (struct body){ { body_read, content_b }, in, content_b };
}
