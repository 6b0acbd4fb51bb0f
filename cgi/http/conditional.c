/* conditional.c: entity tags and conditional requests (RFC 9110 sections 8.8 and 13). */
#include "base/base.h"
#include "base/date.h"
#include "http/conditional.h"

struct str etag_write(char out[ETAG_MAX_B], struct hash128 hash, const char *suffix)
{
	int n = snprintf(out, ETAG_MAX_B, "\"%016llx%016llx%s%.8s\"", (unsigned long long)hash.high,
			 (unsigned long long)hash.low, suffix ? "-" : "", suffix ? suffix : "");
	return str_n(out, (size_t)n);
}

static struct str without_weak(struct str tag)
{
	return str_starts(tag, STR("W/")) ? str_from(tag, 2) : tag;
}

/* Takes one tag with its quotes and W/ off *rest; false at the end or where it goes wrong. */
static bool take_tag(struct str *rest, struct str *tag)
{
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t' || rest->p[0] == ','))
		*rest = str_from(*rest, 1);
	size_t n = str_starts(*rest, STR("W/")) ? 2 : 0;
	if (n >= rest->n || rest->p[n] != '"')
		return false;
	for (n++; n < rest->n && rest->p[n] != '"'; n++)
		if ((unsigned char)rest->p[n] < 0x21 || rest->p[n] == 0x7F)
			return false;
	if (n == rest->n)
		return false;
	*tag = str_sub(*rest, 0, n + 1);
	*rest = str_from(*rest, n + 1);
	return true;
}

bool etag_list_has(struct str list, struct str etag, bool weak)
{
	struct str tag;
	if (str_is(str_trim(list), "*"))
		return true;
	while (take_tag(&list, &tag)) {
		if (weak && str_eq(without_weak(tag), without_weak(etag)))
			return true;
		if (!weak && !str_starts(tag, STR("W/")) && str_eq(tag, etag))
			return true;
	}
	return false;
}

/* HTTP dates have whole seconds; false: no such header, or not a date, which is to be ignored. */
static bool date_header(const struct http_request *req, const char *name, int64_t *out_s)
{
	int64_t ms;
	if (!date_parse_http(request_header(req, name), &ms))
		return false;
	*out_s = ms / 1000;
	return true;
}

enum conditional_result conditional_check(const struct http_request *req, const struct conditional *now)
{
	struct str match = request_header(req, "if-match");
	struct str none = request_header(req, "if-none-match");
	bool reads = req->method == HTTP_GET || req->method == HTTP_HEAD;
	bool dated = now->modified_ms >= 0;
	int64_t since_s, modified_s = now->modified_ms / 1000;
	if (str_given(match)) {
		if (!etag_list_has(match, now->etag, false))
			return CONDITIONAL_FAILED;
	} else if (dated && date_header(req, "if-unmodified-since", &since_s) && modified_s > since_s) {
		return CONDITIONAL_FAILED;
	}
	if (str_given(none)) {
		if (etag_list_has(none, now->etag, true))
			return reads ? CONDITIONAL_NOT_MODIFIED : CONDITIONAL_FAILED;
	} else if (reads && dated && date_header(req, "if-modified-since", &since_s) && modified_s <= since_s) {
		return CONDITIONAL_NOT_MODIFIED;
	}
	return CONDITIONAL_SEND;
}

void conditional_answer(const struct http_request *req, struct http_response *res)
{
	struct conditional now = { response_get(res, "ETag"), -1 };
	switch (conditional_check(req, &now)) {
	case CONDITIONAL_NOT_MODIFIED:
		res->status = 304;
		break;
	case CONDITIONAL_FAILED:
		res->status = 412;
		/* Unlike 304 it has a length, which must not be that of what is not sent. */
		res->body = STR("");
		res->file_length_b = 0;
		break;
	default:
		return;
	}
	res->head_only = true;
}
