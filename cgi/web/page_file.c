/* page_file.c: files: media from the blob store and the theme's assets. */
#include "base/base.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/mime.h"
#include "core/media_file.h"
#include "http/conditional.h"
#include "store/media.h"
#include "web/pages.h"
#include "web/range.h"

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
 * gets a download. An SVG shown by itself may hold script: it is confined to nothing. */
static enum rc file_headers(struct visit *v, struct str name, struct err *err)
{
	struct str type = str_of(mime_of_name(name));
	bool shown = is_harmless(type);
	response_set(v->res, "Content-Type", shown ? type : STR("application/octet-stream"));
	response_set(v->res, "Content-Security-Policy",
		     STR("default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("cross-origin"));
	if (shown)
		return RC_OK;
	return response_header(v->res, "Content-Disposition",
			       ARENA_JOIN(v->arena, STR("attachment; filename*=UTF-8''"),
					  enc_percent_dup(v->arena, name, ENC_STRICT)), err);
}

enum rc page_media(struct visit *v, struct err *err)
{
	struct media media;
	int fd = -1;
	int64_t size_b = 0;
	struct str hash = visit_arg(v, "hash");
	enum rc rc = media_get(v->db, hash, v->arena, &media, err);
	if (rc == RC_OK)
		rc = media_file_open(v->basis->conf, hash, &fd, &size_b, err);
	if (rc == RC_OK)
		rc = file_headers(v, visit_arg(v, "name"), err);
	if (rc != RC_OK) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	response_set(v->res, "ETag", ARENA_JOIN(v->arena, STR("\""), str_sub(hash, 0, 32), STR("\"")));
	v->blob = hash;
	return range_answer(v, fd, size_b, err);
}

enum rc page_asset(struct visit *v, struct err *err)
{
	return page_skin_asset(v, v->edition->skin, err);
}

enum rc page_skin_asset(struct visit *v, const struct skin *skin, struct err *err)
{
	struct str name = visit_arg(v, "name");
	struct stat st;
	int fd = -1;
	enum rc rc = skin_asset(skin, name, &fd, err);
	if (rc != RC_OK) /* whatever the file system says of a name, to a visitor there is no such file */
		return rc == RC_IO ? rc : err_set(err, RC_NOTFOUND, "the theme has no such file");
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, RC_NOTFOUND, "the theme has no such file");
	}
	response_set(v->res, "Content-Type", str_of(mime_of_name(name)));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("same-origin"));
	response_set(v->res, "ETag", arena_printf(v->arena, "\"%s-%llx\"", skin->hash,
						  (unsigned long long)st.st_size));
	/* An old address, from a page rendered before the theme changed: served, but not kept. It may be
	 * the address of a theme that comes back. */
	v->fleeting = !str_is(visit_arg(v, "hash"), skin->hash);
	if (v->fleeting)
		response_set(v->res, "Cache-Control", STR("no-cache"));
	return range_answer(v, fd, st.st_size, err);
}
