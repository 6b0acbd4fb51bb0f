/* range.c: answers with a file, or the one part of it that was asked for. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "http/conditional.h"
#include "web/encode.h"
#include "web/range.h"

/* Digits only; what does not fit into 63 bits counts as the largest number. */
static bool read_position(struct str s, int64_t *out)
{
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (!str_to_i64(s, out))
		*out = INT64_MAX;
	return true;
}

enum range_result range_parse(struct str header, int64_t size_b, struct range *out)
{
	int64_t from, to;
	if (!str_istarts(header, STR("bytes=")))
		return RANGE_WHOLE;
	struct str set = str_trim(str_from(header, 6));
	ptrdiff_t dash = str_find_char(set, '-');
	if (dash < 0 || str_find_char(set, ',') >= 0)
		return RANGE_WHOLE;
	struct str first = str_sub(set, 0, (size_t)dash), last = str_from(set, (size_t)dash + 1);
	if (!first.n) { /* "-500": the last 500 bytes */
		if (!read_position(last, &to))
			return RANGE_WHOLE;
		if (to == 0 || size_b == 0)
			return RANGE_BEYOND;
		*out = (struct range){ to > size_b ? 0 : size_b - to, size_b - 1 };
		return RANGE_PART;
	}
	if (!read_position(first, &from) || (last.n && !read_position(last, &to)) || (last.n && to < from))
		return RANGE_WHOLE;
	if (from >= size_b)
		return RANGE_BEYOND;
	*out = (struct range){ from, !last.n || to >= size_b ? size_b - 1 : to };
	return RANGE_PART;
}

/* A client that has the file already is told so, whatever part it asks for (RFC 9110, 13.2.2). If-Range: the
 * part is of use only with the file that the client has the rest of. A date is not compared: our files
 * have entity tags. */
static bool range_applies(const struct visit *v)
{
	struct conditional now = { response_get(v->res, "ETag"), -1 };
	if (conditional_check(v->req, &now) != CONDITIONAL_SEND)
		return false;
	struct str condition = request_header(v->req, "if-range");
	return !str_given(condition) || str_eq(condition, response_get(v->res, "ETag"));
}

enum range_result range_wanted(const struct visit *v, int64_t size_b, struct range *out)
{
	struct str header = request_header(v->req, "range");
	if (!str_given(header) || v->req->method != HTTP_GET || !range_applies(v))
		return RANGE_WHOLE;
	return range_parse(header, size_b, out);
}

enum rc range_answer(struct visit *v, int fd, int64_t size_b, struct err *err)
{
	struct range range = { 0, size_b - 1 };
	enum range_result result = range_wanted(v, size_b, &range);
	response_set(v->res, "Accept-Ranges", STR("bytes"));
	if (result == RANGE_BEYOND) {
		if (fd >= 0)
			close(fd);
		v->res->status = 416;
		response_set(v->res, "Content-Range", arena_printf(v->arena, "bytes */%lld", (long long)size_b));
		return RC_OK;
	}
	if (range.from > 0 && lseek(fd, range.from, SEEK_SET) < 0) {
		int saved = errno;
		close(fd);
		return err_sys(err, RC_IO, saved, "cannot read a file");
	}
	v->res->file_fd = fd;
	v->res->file_length_b = size_b;
	if (result == RANGE_PART) {
		/* Of the headers of the whole file this one matters to caches (RFC 9110, 15.3.7). */
		if (encode_is_worth_it(v))
			response_set(v->res, "Vary", STR("Accept-Encoding"));
		v->res->status = 206;
		v->res->file_length_b = range.to - range.from + 1;
		response_set(v->res, "Content-Range",
			     arena_printf(v->arena, "bytes %lld-%lld/%lld", (long long)range.from,
					  (long long)range.to, (long long)size_b));
	}
	return RC_OK;
}
