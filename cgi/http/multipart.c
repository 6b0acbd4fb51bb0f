/* multipart.c: multipart/form-data read piece by piece, with hard limits. */
#include "base/base.h"

#include "base/file.h"
#include "base/utf8.h"
#include "http/form.h"
#include "http/multipart.h"

#define WINDOW_B ((size_t)64 << 10)

struct reader {
	struct http_request *req;
	char window[WINDOW_B];
	size_t from, to;          /* what is read and not yet taken */
	int64_t left_b;           /* that the body may still have */
	bool ended;
	char mark[MULTIPART_BOUNDARY_MAX_B + 5]; /* CR LF "--" boundary */
	size_t mark_n;
	int file_fd;
	struct http_pairs *fields;
	struct multipart_file *files;
	size_t file_count, file_max;
	int64_t written_b;        /* to file_fd */
	size_t parts;
};

struct part {
	struct str name, file_name; /* STR_NONE: not given */
};

static enum rc broken(struct err *err)
{
	return err_set(err, RC_INVALID, "the form's parts are malformed");
}

/* More into the window, whose taken part goes. */
static enum rc fill(struct reader *r, struct err *err)
{
	size_t got = 0;
	memmove(r->window, r->window + r->from, r->to - r->from);
	r->to -= r->from;
	r->from = 0;
	if (r->ended || r->to == WINDOW_B)
		return RC_OK;
	enum rc rc = r->req->body->read(r->req->body, r->window + r->to, WINDOW_B - r->to, &got, err);
	if (rc != RC_OK)
		return rc;
	r->ended = got == 0;
	r->to += got;
	r->left_b -= (int64_t)got;
	return r->left_b < 0 ? err_set(err, RC_LIMIT, "the request's body is larger than allowed") : RC_OK;
}

static struct str view(const struct reader *r)
{
	return str_n(r->window + r->from, r->to - r->from);
}

/* At least `n` bytes in the window; fewer are RC_INVALID: the body ends. */
static enum rc need(struct reader *r, size_t n, struct err *err)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK && r->to - r->from < n && !r->ended)
		rc = fill(r, err);
	return rc == RC_OK && r->to - r->from < n ? broken(err) : rc;
}

/* RFC 2046 lets a boundary have few characters; quoted or not. */
static enum rc read_boundary(struct reader *r, struct err *err)
{
	struct str type = request_header(r->req, "content-type");
	ptrdiff_t at = str_given(type) ? str_find(type, STR("boundary=")) : -1;
	if (!request_has_type(r->req, "multipart/form-data") || at < 0)
		return err_set(err, RC_UNSUPPORTED, "the request's body is not a form with a file");
	struct str boundary = str_from(type, (size_t)at + 9);
	ptrdiff_t end = str_find_char(boundary, ';');
	boundary = str_trim(end < 0 ? boundary : str_sub(boundary, 0, (size_t)end));
	if (boundary.n >= 2 && boundary.p[0] == '"' && boundary.p[boundary.n - 1] == '"')
		boundary = str_sub(boundary, 1, boundary.n - 1);
	if (!boundary.n || boundary.n > MULTIPART_BOUNDARY_MAX_B)
		return broken(err);
	memcpy(r->mark, "\r\n--", 4);
	memcpy(r->mark + 4, boundary.p, boundary.n);
	r->mark_n = boundary.n + 4;
	return RC_OK;
}

/* name="x": the value of a parameter; browsers write a quotation mark in it as %22 (HTML, multipart/form-data
 * encoding algorithm), so that the next one ends it. */
static struct str parameter(struct str header, const char *name)
{
	char key[32];
	snprintf(key, sizeof key, "; %s=\"", name);
	ptrdiff_t at = str_find(header, str_of(key));
	if (at < 0)
		return STR_NONE;
	struct str value = str_from(header, (size_t)at + strlen(key));
	ptrdiff_t end = str_find_char(value, '"');
	return end < 0 ? STR_NONE : str_sub(value, 0, (size_t)end);
}

static enum rc read_head(struct reader *r, struct part *part, struct err *err)
{
	struct str rest, line;
	ptrdiff_t end = -1;
	enum rc rc = RC_OK;
	while (rc == RC_OK && (end = str_find(view(r), STR("\r\n\r\n"))) < 0 && !r->ended &&
	       r->to - r->from < MULTIPART_HEAD_MAX_B)
		rc = fill(r, err);
	if (rc != RC_OK)
		return rc;
	if (end < 0 || (size_t)end > MULTIPART_HEAD_MAX_B)
		return broken(err);
	*part = (struct part){ STR_NONE, STR_NONE };
	rest = str_sub(view(r), 0, (size_t)end);
	while (str_line(&rest, &line))
		if (str_istarts(line, STR("content-disposition:"))) {
			part->name = parameter(line, "name");
			part->file_name = parameter(line, "filename");
		}
	if (!str_given(part->name) || !utf8_valid(part->name) || (str_given(part->file_name) && !utf8_valid(part->file_name)))
		return broken(err);
	part->name = arena_str(r->req->arena, part->name);
	if (str_given(part->file_name))
		part->file_name = arena_str(r->req->arena, part->file_name);
	r->from += (size_t)end + 4;
	return RC_OK;
}

static enum rc take(struct reader *r, const struct part *part, struct buf *text, size_t n, struct err *err)
{
	enum rc rc = RC_OK;
	struct str bytes = str_n(r->window + r->from, n);
	if (str_given(part->file_name)) {
		rc = file_write_fd(r->file_fd, "the file that was sent", bytes, err);
		r->written_b += (int64_t)n;
	} else {
		buf_str(text, bytes);
		rc = buf_status(text, "a field of the form", err);
	}
	r->from += n;
	return rc;
}

/* Until the next boundary, of which a part may stand at the window's end. */
static enum rc read_content(struct reader *r, const struct part *part, struct buf *text, struct err *err)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK) {
		ptrdiff_t at = str_find(view(r), str_n(r->mark, r->mark_n));
		size_t have = r->to - r->from;
		if (at >= 0) {
			rc = take(r, part, text, (size_t)at, err);
			r->from += rc == RC_OK ? r->mark_n : 0;
			return rc;
		}
		if (have > r->mark_n)
			rc = take(r, part, text, have - r->mark_n, err);
		if (rc == RC_OK && r->ended)
			return broken(err);
		if (rc == RC_OK)
			rc = fill(r, err);
	}
	return rc;
}

static enum rc read_part(struct reader *r, struct err *err)
{
	struct part part;
	struct buf text = BUF_INIT(MULTIPART_FIELD_MAX_B);
	enum rc rc = read_head(r, &part, err);
	if (rc == RC_OK && ++r->parts > MULTIPART_PARTS_MAX)
		rc = err_set(err, RC_LIMIT, "the form has more than %d parts", MULTIPART_PARTS_MAX);
	if (rc == RC_OK && str_given(part.file_name) && r->file_count == r->file_max)
		rc = err_set(err, RC_INVALID, "the form has more than %zu files", r->file_max);
	int64_t from_b = r->written_b;
	if (rc == RC_OK)
		rc = read_content(r, &part, &text, err);
	if (rc == RC_OK && str_given(part.file_name))
		r->files[r->file_count++] = (struct multipart_file){ part.file_name, from_b, r->written_b - from_b };
	else if (rc == RC_OK && (!utf8_valid(buf_view(&text)) || str_find_char(buf_view(&text), '\0') >= 0))
		rc = broken(err);
	else if (rc == RC_OK)
		r->fields->items[r->fields->count++] =
			(struct http_pair){ part.name, arena_str(r->req->arena, buf_view(&text)) };
	buf_release(&text);
	return rc;
}

/* Behind a boundary: "--" ends the body, CR LF begins a part. */
static enum rc read_parts(struct reader *r, struct err *err)
{
	for (;;) {
		enum rc rc = need(r, 2, err);
		if (rc != RC_OK)
			return rc;
		if (memcmp(r->window + r->from, "--", 2) == 0)
			return RC_OK;
		if (memcmp(r->window + r->from, "\r\n", 2) != 0)
			return broken(err);
		r->from += 2;
		rc = read_part(r, err);
		if (rc != RC_OK)
			return rc;
	}
}

/* What stands behind the end is read, or the front could not take the connection's next request. */
static enum rc read_rest(struct reader *r, struct err *err)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK && !r->ended) {
		r->from = r->to;
		rc = fill(r, err);
	}
	return rc;
}

enum rc multipart_read_files(struct http_request *req, int64_t max_b, int file_fd, struct http_pairs *fields,
			     struct multipart_file *files, size_t file_max, size_t *file_count, struct err *err)
{
	struct http_pairs read = { ARENA_ARRAY(req->arena, MULTIPART_PARTS_MAX + 1, struct http_pair), 0 };
	struct reader *r = mem_new(sizeof *r);
	*r = (struct reader){ .req = req, .left_b = max_b, .file_fd = file_fd, .fields = &read, .files = files, .file_max = file_max };
	enum rc rc = req->body ? read_boundary(r, err) : err_set(err, RC_UNSUPPORTED, "the request has no body");
	if (rc == RC_OK)
		rc = need(r, r->mark_n, err);
	/* The first boundary may be the first line. */
	if (rc == RC_OK && memcmp(r->window, r->mark + 2, r->mark_n - 2) != 0)
		rc = broken(err);
	if (rc == RC_OK) {
		r->from = r->mark_n - 2;
		rc = read_parts(r, err);
	}
	if (rc == RC_OK)
		rc = read_rest(r, err);
	if (rc == RC_OK) {
		*fields = read;
		*file_count = r->file_count;
	}
	free(r);
	return rc;
}

enum rc multipart_read(struct http_request *req, int64_t max_b, int file_fd, struct http_pairs *fields,
		       struct str *file_name, struct err *err)
{
	struct multipart_file file = { .name = STR_NONE };
	size_t count = 0;
	enum rc rc = multipart_read_files(req, max_b, file_fd, fields, &file, 1, &count, err);
	if (rc == RC_OK)
		*file_name = count ? file.name : STR_NONE;
	return rc;
}
