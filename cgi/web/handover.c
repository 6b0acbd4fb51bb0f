/* handover.c: leaves the sending of a media file to the web server. */
#include "base/base.h"

#include <unistd.h>

#include "web/handover.h"
#include "web/range.h"

#define BUCKET "X-Accel-Proxy"

static const char *const ways[] = { "X-Accel-Redirect", "X-Sendfile" };

/* The header that was asked for, with its prefix in *prefix; NULL: none that we know. */
static const char *read_way(struct str wanted, struct str *prefix)
{
	ptrdiff_t space = str_given(wanted) ? str_find_char(wanted, ' ') : -1;
	for (size_t i = 0; i < COUNT_OF(ways) && space > 0; i++) {
		if (!str_is(str_sub(wanted, 0, (size_t)space), ways[i]))
			continue;
		*prefix = str_from(wanted, (size_t)space + 1);
		return ways[i];
	}
	return NULL;
}

/* If-None-Match has been answered by now. The others are compared with a tag or a date of the web server's
 * own making, should it get to see them. */
static bool has_conditions(const struct http_request *req)
{
	static const char *const names[] = { "if-range", "if-match", "if-modified-since", "if-unmodified-since" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_given(request_header(req, names[i])))
			return true;
	return false;
}

static void drop(struct http_response *res, const char *name)
{
	size_t kept = 0;
	for (size_t i = 0; i < res->header_count; i++)
		if (!str_is(str_of(res->headers[i].name), name))
			res->headers[kept++] = res->headers[i];
	res->header_count = kept;
}

/* "X-Accel-Proxy /.platen-bucket": what stands behind the blank; STR_NONE. */
static struct str bucket_prefix(const struct visit *v)
{
	struct str wanted = str_or_empty(v->req->send_media);
	return str_starts(wanted, STR(BUCKET " /")) ? str_from(wanted, sizeof BUCKET) : STR_NONE;
}

bool handover_has_bucket(const struct visit *v)
{
	return str_given(bucket_prefix(v));
}

bool handover_fits(const struct visit *v, int64_t size_b)
{
	struct range range;
	bool part = str_given(request_header(v->req, "range"));
	return v->req->method == HTTP_GET && size_b > 0 && !has_conditions(v->req) &&
	       (!part || range_wanted(v, size_b, &range) == RANGE_PART);
}

static void hand_bucket(struct visit *v)
{
	struct str cache = response_get(v->res, "Cache-Control");
	response_set(v->res, "X-Accel-Redirect", ARENA_JOIN(v->arena, bucket_prefix(v), STR("/"), v->blob));
	response_set(v->res, "X-Platen-Object", v->object);
	drop(v->res, "Cache-Control");
	if (str_given(cache))
		response_set(v->res, "X-Platen-Cache-Control", cache);
}

void handover(struct visit *v)
{
	struct str prefix;
	if (str_given(v->object) && v->res->status == 200)
		return hand_bucket(v);
	const char *way = read_way(v->req->send_media, &prefix);
	/* Of several ranges, or with HEAD, others would send what we do not. */
	bool whole = v->res->status == 200 && !str_given(request_header(v->req, "range"));
	if (!way || !str_given(v->blob) || !(whole || v->res->status == 206) || v->res->file_fd < 0 ||
	    has_conditions(v->req))
		return;
	close(v->res->file_fd);
	v->res->file_fd = -1;
	v->res->body = STR("");
	/* The web server reads the range again and says these itself. */
	v->res->status = 200;
	drop(v->res, "Accept-Ranges");
	drop(v->res, "Content-Range");
	/* As blob/folder.c places it. */
	response_set(v->res, way, arena_printf(v->arena, "%.*s/%.2s/%.2s/%.*s", STR_ARG(prefix), v->blob.p,
					       v->blob.p + 2, STR_ARG(v->blob)));
}
