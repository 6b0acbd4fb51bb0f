/* page_media.c: media: sent from a folder, or from S3 by way of us or of a redirect. */
#include "base/base.h"

#include <unistd.h>

#include "base/enc.h"
#include "base/mime.h"
#include "core/media_file.h"
#include "core/media_type.h"
#include "http/conditional.h"
#include "store/media.h"
#include "store/media_item.h"
#include "store/media_variant.h"
#include "web/admin.h"
#include "web/handover.h"
#include "web/pages.h"
#include "web/range.h"

/* How long the address of a file in S3 is good. Of a site that is not open to all it can be passed on. */
#define LINK_S 3600
#define SHUT_LINK_S 300
#define STREAM_MIN_B ((int64_t)2 << 20) /* more than is ever compressed or kept in memory (encode.c, kept.c) */

/* What is sent for a hash: the bytes themselves, or what stands for them. */
struct served {
	struct str hash, mime;
	int64_t size_b;
	bool passing;             /* not what the address names: not to be kept for long */
	bool shown;               /* in place, else it is a download */
};

/* Pictures as they were uploaded have metadata: readers get the copy without, or what was made of it by hand, or while
 * there is none, nothing. What it is may change: the address stands for the picture. */
static enum rc stand_in(struct visit *v, struct str original, struct served *out, struct err *err)
{
	struct media_variants variants;
	const struct media_variant *best = NULL;
	enum rc rc = media_variant_list(v->db, original, v->arena, &variants, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < variants.count; i++) {
		const struct media_variant *one = &variants.items[i];
		bool whole = str_is(one->crop, MEDIA_CROP_CLEAN) || str_is(one->crop, MEDIA_CROP_MOVING) ||
			     str_is(one->crop, MEDIA_CROP_EDITED);
		if (whole || (str_empty(one->crop) && (!best || one->width_px > best->width_px)))
			best = one;
		if (whole)
			break;
	}
	if (!best)
		return err_set(err, RC_NOTFOUND, "the picture is not ready yet");
	*out = (struct served){ best->hash, best->mime, best->size_b, true, false };
	return RC_OK;
}

static enum rc find_served(struct visit *v, struct str hash, struct served *out, struct err *err)
{
	struct media_variant variant;
	struct media_item item;
	struct media media;
	struct err none = ERR_INIT;
	enum rc rc = media_get(v->db, hash, v->arena, &media, &none);
	if (rc == RC_NOTFOUND) {
		rc = media_variant_of_hash(v->db, hash, v->arena, &variant, err);
		if (rc == RC_OK)
			*out = (struct served){ variant.hash, variant.mime, variant.size_b, false, false };
		return rc;
	}
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	rc = media_item_get(v->db, media.item_id, v->arena, &item, err);
	if (rc != RC_OK)
		return rc;
	if (item.trashed_ms)
		return err_set(err, RC_NOTFOUND, "the file is in the trash");
	*out = (struct served){ item.hash, item.mime, item.size_b, !str_eq(item.hash, hash), false };
	return item.private_bytes ? stand_in(v, item.hash, out, err) : RC_OK;
}

/* Documents that may bring their own script or style, whatever they are called; SVG is judged by itself. */
static bool is_xml(struct str mime)
{
	struct str type = str_trim(str_until(mime, ';'));
	return (str_ends(type, STR("/xml")) || str_ends(type, STR("+xml"))) && !str_is(type, "image/svg+xml");
}

/* The type is the one that the content had when it was taken. What a browser could run is a download, and so is what
 * the address calls a page, which is whatever it likes. An SVG's type stays: pictures of a page need it. */
static void judge_name(struct served *file, struct str name)
{
	struct str called = str_of(mime_of_name(name));
	bool svg = str_is(file->mime, "image/svg+xml") && str_eq(file->mime, called);
	bool harmless = media_type_is_shown(called) || str_is(called, "application/octet-stream");
	file->shown = harmless && media_type_is_shown(file->mime);
	if ((!harmless || is_xml(file->mime)) && !svg)
		file->mime = STR("application/octet-stream");
}

static struct str type_of(struct visit *v, const struct served *file)
{
	bool text = str_starts(file->mime, STR("text/")) && str_find_char(file->mime, ';') < 0;
	return text ? ARENA_JOIN(v->arena, file->mime, STR("; charset=utf-8")) : file->mime;
}

/* RFC 6266, with the name in both forms: what cannot read the second takes the first (RFC 8187, 4.2). STR_NONE: shown
 * in place. */
static struct str disposition_of(const struct served *file, struct str name, struct arena *arena)
{
	struct buf plain = BUF_INIT(4096);
	if (file->shown)
		return STR_NONE;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c < 0x80 || c >= 0xc0) /* one sign for one letter */
			buf_char(&plain, c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '%' ? '_' : (char)c);
	}
	struct str out = ARENA_JOIN(arena, STR("attachment; filename=\""), buf_view(&plain), STR("\"; filename*=UTF-8''"),
				    enc_percent_dup(arena, name, ENC_STRICT));
	buf_release(&plain);
	return out;
}

/* Whatever it does all the same, it does without an origin: an SVG shown by itself may hold script. What plays cannot, and
 * the page that a browser makes for it must be let fetch it. */
static struct str policy_of(const struct served *file)
{
	bool plays = str_starts(file->mime, STR("video/")) || str_starts(file->mime, STR("audio/"));
	return plays ? STR("default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin; frame-ancestors 'self'")
		     : STR("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'");
}

static enum rc file_headers(struct visit *v, const struct served *file, struct str name, struct err *err)
{
	struct str disposition = disposition_of(file, name, v->arena);
	response_set(v->res, "Content-Type", type_of(v, file));
	response_set(v->res, "X-Content-Type-Options", STR("nosniff"));
	response_set(v->res, "Content-Security-Policy", policy_of(file));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("cross-origin"));
	response_set(v->res, "ETag", ARENA_JOIN(v->arena, STR("\""), str_sub(file->hash, 0, 32), STR("\"")));
	if (file->passing) {
		v->fleeting = true;
		if (v->site->access == SITE_PUBLIC)
			response_set(v->res, "Cache-Control", STR("public, max-age=300"));
	}
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

/* What is small comes wholly first, proven, and may be compressed and kept; of what is large the first byte goes on when it
 * has come. *stream as blob_stream_open(). */
static enum rc fetch(struct visit *v, const struct served *file, int64_t from_b, int64_t length_b, int *fd, int64_t *size_b,
		     struct blob_stream **stream, struct err *err)
{
	const struct conf *conf = v->basis->conf;
	*stream = NULL;
	if ((length_b < 0 ? file->size_b : length_b) >= STREAM_MIN_B)
		return media_file_stream(conf, file->hash, from_b, length_b, fd, size_b, stream, err);
	return length_b < 0 ? media_file_open(conf, file->hash, fd, size_b, err)
			    : media_file_open_part(conf, file->hash, from_b, length_b, fd, size_b, err);
}

static enum rc answer_fetched(struct visit *v, const struct served *file, int fd, int64_t size_b, struct blob_stream *stream,
			      struct err *err)
{
	if (size_b != file->size_b) {
		close(fd);
		if (stream)
			media_file_end(stream);
		return not_now(v, err_set(err, RC_IO, "the blob %.*s has not the size that it should have", STR_ARG(file->hash)), err);
	}
	if (stream) {
		v->res->owner = stream;
		v->res->release = media_file_end;
		v->res->await = media_file_await;
	}
	return range_answer(v, fd, size_b, err);
}

/* Only what will be sent is fetched: nothing for HEAD, or for whoever has it already. */
static enum rc send_fetched(struct visit *v, const struct served *file, struct err *err)
{
	struct conditional now = { response_get(v->res, "ETag"), -1 };
	struct range range = { 0, 0 };
	struct blob_stream *stream = NULL;
	int64_t size_b = file->size_b;
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
		rc = fetch(v, file, range.from, range.to - range.from + 1, &fd, &size_b, &stream, err);
	else if (wanted == RANGE_WHOLE)
		rc = fetch(v, file, 0, -1, &fd, &size_b, &stream, err);
	return rc == RC_OK ? answer_fetched(v, file, fd, size_b, stream, err) : not_now(v, rc, err);
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

static enum rc send(struct visit *v, const struct served *file, struct str name, struct err *err)
{
	enum rc rc = file_headers(v, file, name, err);
	if (rc != RC_OK)
		return rc;
	return media_file_is_local(v->basis->conf) ? send_local(v, file->hash, err) : send_fetched(v, file, err);
}

/* The web server gets it from the bucket and keeps it; what it cannot judge goes through us. */
static enum rc send_by_proxy(struct visit *v, const struct served *file, struct str name, struct err *err)
{
	struct str object = STR_NONE;
	enum rc rc = file_headers(v, file, name, err);
	if (rc == RC_OK && handover_fits(v, file->size_b))
		rc = media_file_object(v->basis->conf, file->hash, v->arena, &object, err);
	if (rc != RC_OK || !str_given(object))
		return rc == RC_OK ? send_fetched(v, file, err) : rc;
	v->blob = file->hash;
	v->object = object;
	return RC_OK;
}

/* In the way that this site's media come to readers. */
static enum rc send_to_reader(struct visit *v, const struct served *file, struct str name, struct err *err)
{
	struct str link = STR_NONE;
	int fresh_s = 0;
	if (handover_has_bucket(v) && !media_file_is_local(v->basis->conf))
		return send_by_proxy(v, file, name, err);
	struct media_link wanted = {
		type_of(v, file), disposition_of(file, name, v->arena), v->site->access == SITE_PUBLIC ? LINK_S : SHUT_LINK_S,
		v->req->method == HTTP_HEAD,
	};
	enum rc rc = media_file_link(v->basis->conf, file->hash, &wanted, v->arena, &link, &fresh_s, err);
	if (rc == RC_OK && str_given(link))
		return lead_away(v, link, fresh_s, err);
	return rc == RC_OK ? send(v, file, name, err) : rc;
}

enum rc page_media(struct visit *v, struct err *err)
{
	struct str name = visit_arg(v, "name");
	struct served file;
	enum rc rc = find_served(v, visit_arg(v, "hash"), &file, err);
	if (rc != RC_OK)
		return rc;
	judge_name(&file, name);
	return send_to_reader(v, &file, name, err);
}

enum rc page_media_made(struct visit *v, struct str hash, const char *mime, int64_t size_b, struct str name, struct err *err)
{
	const struct served file = { hash, str_of(mime), size_b, true, true };
	return send_to_reader(v, &file, name, err);
}

static enum rc find_item(struct visit *v, struct media_item *out, struct err *err)
{
	int64_t id;
	if (!str_to_i64(visit_arg(v, "id"), &id))
		return err_set(err, RC_NOTFOUND, "there is no such file");
	return media_item_get(v->db, id, v->arena, out, err);
}

/* The bytes as they were uploaded, for those who work on the site: through us, wherever they lie. */
enum rc page_media_original(struct visit *v, struct err *err)
{
	struct media_item item;
	enum rc rc = find_item(v, &item, err);
	if (rc != RC_OK)
		return rc;
	struct served file = { .hash = item.hash, .mime = item.mime, .size_b = item.size_b };
	file.shown = media_type_is_shown(item.mime) && str_empty(admin_asked(v, "save", 8));
	return send(v, &file, item.name, err);
}

#define WHOLE_PX 1280

/* The picture without its edit, small and in a format that browsers show; for want of that as it was uploaded. */
enum rc page_media_whole(struct visit *v, struct err *err)
{
	struct media_item item;
	struct media_variants all = { NULL, 0 };
	enum rc rc = find_item(v, &item, err);
	if (rc == RC_OK)
		rc = media_variant_list(v->db, item.hash, v->arena, &all, err);
	if (rc != RC_OK)
		return rc;
	struct served file = { item.hash, item.mime, item.size_b, false, media_type_is_shown(item.mime) };
	const struct media_variant *made = str_empty(item.edit) ? media_variant_near(&all, WHOLE_PX) : NULL;
	for (size_t i = 0; i < all.count; i++)
		made = str_is(all.items[i].crop, MEDIA_CROP_WHOLE) ? &all.items[i] : made;
	if (made)
		file = (struct served){ made->hash, made->mime, made->size_b, false, true };
	return send(v, &file, item.name, err);
}
