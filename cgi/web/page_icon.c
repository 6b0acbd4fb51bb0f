/* page_icon.c: the site's icons where browsers look for them, and its web manifest. */
#include "base/base.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/address.h"
#include "http/conditional.h"
#include "web/pages.h"
#include "web/range.h"
#include "web/skin.h"

#define MANIFEST_MAX_B ((size_t)16 << 10)
#define SHORT_NAME_CHARS 12 /* what fits below an icon */
#define KEPT STR("public, max-age=3600") /* the address stays when another picture is chosen */

static void may_be_kept(struct visit *v)
{
	v->fleeting = true;
	if (v->site->access == SITE_PUBLIC)
		response_set(v->res, "Cache-Control", KEPT);
}

/* The theme's, or the one of the default theme. */
static enum rc open_default(struct visit *v, const char *name, int *fd, struct err *err)
{
	struct err why = ERR_INIT;
	if (skin_asset(v->edition->skin, str_of(name), fd, &why) == RC_OK)
		return RC_OK;
	const char *path = path_join(v->arena, path_join(v->arena, v->basis->conf->theme_dir, SKIN_DEFAULT "/assets"), name);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd >= 0 ? RC_OK : err_set(err, RC_NOTFOUND, "there is no icon");
}

static enum rc send_default(struct visit *v, const char *name, const char *mime, struct err *err)
{
	struct stat st;
	int fd = -1;
	enum rc rc = open_default(v, name, &fd, err);
	if (rc != RC_OK)
		return rc;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, RC_NOTFOUND, "there is no icon");
	}
	response_set(v->res, "Content-Type", str_of(mime));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("cross-origin"));
	response_set(v->res, "ETag", arena_printf(v->arena, "\"%llx-%llx\"", (unsigned long long)st.st_mtim.tv_sec,
						  (unsigned long long)st.st_size));
	may_be_kept(v);
	return range_answer(v, fd, st.st_size, err);
}

/* What cannot be made, or is not made yet, is the picture itself, wherever that is. */
static enum rc answer(struct visit *v, const struct site_icon *icon, const char *name, const char *mime, struct err *err)
{
	if (str_empty(v->site->icon))
		return send_default(v, name, mime, err);
	if (str_empty(icon->hash)) {
		v->fleeting = true;
		return visit_redirect(v, 302, address_resolve_absolute(&v->site->base, STR("/"), v->site->icon, v->arena), err);
	}
	enum rc rc = page_media_made(v, icon->hash, mime, icon->size_b, str_of(name), err);
	if (rc == RC_OK && v->res->status < 300)
		may_be_kept(v);
	return rc;
}

enum rc page_favicon(struct visit *v, struct err *err)
{
	return answer(v, &v->site->icons.ico, "favicon.ico", "image/vnd.microsoft.icon", err);
}

enum rc page_touch_icon(struct visit *v, struct err *err)
{
	return answer(v, &v->site->icons.apple, "apple-touch-icon.png", "image/png", err);
}

static void add_icon(struct json *list, struct str src, const char *sizes, const char *type)
{
	struct json *icon = json_add_object(list);
	json_set_text(icon, "src", src);
	json_set_text(icon, "sizes", str_of(sizes));
	json_set_text(icon, "type", str_of(type));
}

static void add_made(struct visit *v, struct json *list, const struct site_icon *icon, const char *sizes)
{
	if (str_empty(icon->hash))
		return;
	struct str path = ARENA_JOIN(v->arena, STR("/media/"), icon->hash, STR("/icon-"), str_of(sizes), STR(".png"));
	add_icon(list, address_resolve(&v->site->base, path, v->arena), sizes, "image/png");
}

static void add_icons(struct visit *v, struct json *list)
{
	const struct site_icons *icons = &v->site->icons;
	if (str_empty(v->site->icon) || !str_empty(icons->ico.hash))
		add_icon(list, visit_link(v, STR("/favicon.ico")), "16x16 32x32 48x48", "image/vnd.microsoft.icon");
	if (str_empty(v->site->icon))
		add_icon(list, visit_link(v, STR("/apple-touch-icon.png")), "180x180", "image/png");
	add_made(v, list, &icons->apple, "180x180");
	add_made(v, list, &icons->small, "192x192");
	add_made(v, list, &icons->large, "512x512");
}

/* W3C, Web Application Manifest. The site stays in the browser, with its address. */
enum rc page_manifest(struct visit *v, struct err *err)
{
	struct buf body = BUF_INIT(MANIFEST_MAX_B);
	struct json *manifest = json_new_object();
	char etag[ETAG_MAX_B];
	json_set_text(manifest, "name", v->site->title);
	if (utf8_count(v->site->title) <= SHORT_NAME_CHARS)
		json_set_text(manifest, "short_name", v->site->title);
	if (!str_empty(v->site->description))
		json_set_text(manifest, "description", v->site->description);
	json_set_text(manifest, "lang", v->site->lang);
	json_set_text(manifest, "dir", str_of(lang_dir(v->site->lang)));
	json_set_text(manifest, "start_url", visit_link(v, STR("/")));
	json_set_text(manifest, "scope", visit_link(v, STR("/")));
	json_set_text(manifest, "display", STR("browser"));
	add_icons(v, json_set_list(manifest, "icons"));
	json_write(manifest, JSON_LINE, &body);
	json_free(manifest);
	response_set(v->res, "ETag", etag_write(etag, hash_128(buf_view(&body)), NULL));
	may_be_kept(v);
	enum rc rc = visit_body(v, 200, "application/manifest+json", &body, err);
	buf_release(&body);
	return rc;
}
