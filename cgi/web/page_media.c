/* page_media.c: media: sent from a folder, or from S3 by way of us or of a redirect. */
#include "base/base.h"

#include <unistd.h>

#include "base/enc.h"
#include "base/mime.h"
#include "core/media_file.h"
#include "http/conditional.h"
#include "store/media.h"
#include "web/pages.h"
#include "web/range.h"

/* How long the address of a file in S3 is good. Of a site that is not open to all it can be passed on. */
#define LINK_S 3600
#define SHUT_LINK_S 300

/* What a browser shows in place: nothing that could act on the site's origin. */
static bool is_harmless(struct str type)
{
	static const char *const kinds[] = {
		"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/svg+xml",
		"image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
		"audio/", "video/", "application/pdf", "text/plain", "text/vtt", "font/",
	};
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_starts(type, str_of(kinds[i])))
			return true;
	return false;
}

/* The type comes from the name in the address, against an allow-list: whoever calls a file x.html
 * gets a download. */
static struct str type_of(struct str name)
{
	struct str type = str_of(mime_of_name(name));
	return is_harmless(type) ? type : STR("application/octet-stream");
}

/* STR_NONE: shown in place. */
static struct str disposition_of(struct str name, struct arena *arena)
{
	if (is_harmless(str_of(mime_of_name(name))))
		return STR_NONE;
	return ARENA_JOIN(arena, STR("attachment; filename*=UTF-8''"), enc_percent_dup(arena, name, ENC_STRICT));
}

/* An SVG shown by itself may hold script: it is confined to nothing. */
static enum rc file_headers(struct visit *v, struct str name, struct err *err)
{
	struct str disposition = disposition_of(name, v->arena);
	response_set(v->res, "Content-Type", type_of(name));
	response_set(v->res, "Content-Security-Policy",
		     STR("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("cross-origin"));
	return str_given(disposition) ? response_header(v->res, "Content-Disposition", disposition, err) : RC_OK;
}

static enum rc send_local(struct visit *v, struct str hash, struct err *err)
{
	int fd = -1;
	int64_t size_b = 0;
	enum rc rc = media_file_open(v->basis->conf, hash, &fd, &size_b, err);
	if (rc != RC_OK)
		return rc;
	v->blob = hash;
	return range_answer(v, fd, size_b, err);
}

/* What a store elsewhere says of us and our keys is no reader's business, and it may be there again soon. */
static enum rc not_now(struct visit *v, enum rc rc, struct err *err)
{
	if (rc == RC_NOTFOUND)
		return rc;
	return visit_fail(v, 503, RC_BUSY, err, arena_str(v->arena, str_of(err->msg)).p);
}

/* Only what will be sent is fetched: nothing for HEAD, or for whoever has it already. */
static enum rc send_fetched(struct visit *v, const struct media *media, struct err *err)
{
	struct conditional now = { response_get(v->res, "ETag"), -1 };
	struct range range = { 0, 0 };
	int64_t size_b = media->size_b;
	int fd = -1;
	enum rc rc = RC_OK;
	if (conditional_check(v->req, &now) != CONDITIONAL_SEND)
		return RC_OK;
	if (v->req->method == HTTP_HEAD) {
		response_set(v->res, "Accept-Ranges", STR("bytes"));
		response_set(v->res, "Content-Length", arena_printf(v->arena, "%lld", (long long)size_b));
		return RC_OK;
	}
	enum range_result wanted = range_wanted(v, size_b, &range);
	if (wanted == RANGE_PART)
		rc = media_file_open_part(v->basis->conf, media->hash, range.from, range.to - range.from + 1, &fd, &size_b, err);
	else if (wanted == RANGE_WHOLE)
		rc = media_file_open(v->basis->conf, media->hash, &fd, &size_b, err);
	if (rc == RC_OK && size_b != media->size_b) {
		close(fd);
		rc = err_set(err, RC_IO, "the blob %.*s has not the size that it should have", STR_ARG(media->hash));
	}
	return rc == RC_OK ? range_answer(v, fd, size_b, err) : not_now(v, rc, err);
}

/* To where the reader gets it without us. The address expires, and so must whoever keeps the redirect. */
static enum rc lead_away(struct visit *v, struct str link, int fresh_s, struct err *err)
{
	enum rc rc = visit_redirect(v, 302, link, err);
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("cross-origin"));
	if (rc == RC_OK && v->site->access == SITE_PUBLIC)
		response_set(v->res, "Cache-Control", arena_printf(v->arena, "public, max-age=%d", fresh_s / 2));
	return rc;
}

enum rc page_media(struct visit *v, struct err *err)
{
	struct str hash = visit_arg(v, "hash"), name = visit_arg(v, "name"), link = STR_NONE;
	struct media_link wanted = {
		type_of(name), disposition_of(name, v->arena), v->site->access == SITE_PUBLIC ? LINK_S : SHUT_LINK_S,
		v->req->method == HTTP_HEAD,
	};
	struct media media;
	int fresh_s = 0;
	enum rc rc = media_get(v->db, hash, v->arena, &media, err);
	if (rc == RC_OK)
		rc = media_file_link(v->basis->conf, hash, &wanted, v->arena, &link, &fresh_s, err);
	if (rc == RC_OK && str_given(link))
		return lead_away(v, link, fresh_s, err);
	if (rc == RC_OK)
		rc = file_headers(v, name, err);
	if (rc != RC_OK)
		return rc;
	response_set(v->res, "ETag", ARENA_JOIN(v->arena, STR("\""), str_sub(hash, 0, 32), STR("\"")));
	return media_file_is_local(v->basis->conf) ? send_local(v, hash, err) : send_fetched(v, &media, err);
}
