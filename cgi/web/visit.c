/* visit.c: one request on its way through the gate and a page. */
#include "base/base.h"

#include <unistd.h>

#include "core/address.h"
#include "web/visit.h"

struct str visit_arg(const struct visit *v, const char *name)
{
	return route_param(&v->match, name);
}

void visit_reset(struct visit *v)
{
	if (v->res->release)
		v->res->release(v->res->owner);
	if (v->res->file_fd >= 0)
		close(v->res->file_fd);
	response_init(v->res, v->arena);
}

enum rc visit_fail(struct visit *v, int status, enum rc rc, struct err *err, const char *message)
{
	v->fail_status = status;
	return err_set(err, rc, "%s", message);
}

enum rc visit_cannot_make(struct err *err)
{
	err->rc = RC_INTERNAL;
	return RC_INTERNAL;
}

enum rc visit_body(struct visit *v, int status, const char *type, struct buf *body, struct err *err)
{
	size_t n = 0;
	if (buf_status(body, "the page", err) != RC_OK)
		return visit_cannot_make(err);
	char *bytes = buf_take(body, &n);
	v->res->status = status;
	v->res->body = str_n(bytes, n);
	v->res->release = free;
	v->res->owner = bytes;
	response_set(v->res, "Content-Type", str_of(type));
	return RC_OK;
}

enum rc visit_text(struct visit *v, int status, struct str text, struct err *err)
{
	struct buf body = BUF_INIT((size_t)1 << 20);
	buf_str(&body, text);
	BUF_LIT(&body, "\n");
	enum rc rc = visit_body(v, status, "text/plain; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}

enum rc visit_redirect(struct visit *v, int status, struct str link, struct err *err)
{
	enum rc rc = response_header(v->res, "Location", link, err);
	return rc == RC_OK ? visit_text(v, status, link, err) : rc;
}

struct str visit_link(const struct visit *v, struct str path)
{
	return address_link(&v->site->base, path, v->arena);
}

struct str visit_absolute(const struct visit *v, struct str path)
{
	return address_absolute(&v->site->base, path, v->arena);
}

bool visit_number(struct str text, int max, int *out)
{
	int64_t n;
	if (text.n > 9 || (text.n && text.p[0] == '0') || !str_to_i64(text, &n) || n < 1 || n > max)
		return false;
	*out = (int)n;
	return true;
}
