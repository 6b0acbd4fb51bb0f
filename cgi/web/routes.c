/* routes.c: THE table of addresses. */
#include "base/base.h"

#include "web/pages.h"
#include "web/routes.h"

#define ROUTE(method, pattern, handler, flags, cache) \
	{ HTTP_##method, pattern, handler, flags, CACHE_##cache, ROLE_NONE }
/* Behind the sign-in; the site may be private or in maintenance. */
#define ADMIN(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM, CACHE_NONE, ROLE_##least }
/* The same for what is dangerous: the password was given a short time ago. */
#define PROVEN(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM | ROUTE_PROVEN, CACHE_NONE, ROLE_##least }
/* The same with a file in the form. */
#define UPLOAD(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM | ROUTE_PROVEN | ROUTE_UPLOAD, CACHE_NONE, ROLE_##least }

/* The same with an archive of a whole site. */
#define ARCHIVE(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM | ROUTE_PROVEN | ROUTE_UPLOAD | ROUTE_LARGE, CACHE_NONE, ROLE_##least }
/* What a script of the admin sends and gets. */
#define SCRIPT(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM | ROUTE_SCRIPT, CACHE_NONE, ROLE_##least }

/* A form with files for the library. */
#define FILES(method, pattern, handler, least) \
	{ HTTP_##method, pattern, handler, ROUTE_DB | ROUTE_OPEN | ROUTE_FORM | ROUTE_UPLOAD | ROUTE_FILES, CACHE_NONE, ROLE_##least }

static const struct route routes[] = {
	ROUTE(GET,  "/",                          page_home,          ROUTE_DB, PAGE),
	ROUTE(GET,  "/page/:page",                page_home_number,   ROUTE_DB, PAGE),

	ROUTE(GET,  "/tag/:slug",                 page_tag,           ROUTE_DB, PAGE),
	ROUTE(GET,  "/tag/:slug/page/:page",      page_tag,           ROUTE_DB, PAGE),
	ROUTE(GET,  "/author/:slug",              page_author,        ROUTE_DB, PAGE),
	ROUTE(GET,  "/author/:slug/page/:page",   page_author,        ROUTE_DB, PAGE),
	ROUTE(GET,  "/archive",                   page_archive,       ROUTE_DB | ROUTE_QUERY, PAGE),
	ROUTE(GET,  "/archive/:year",             page_archive_year,  ROUTE_DB | ROUTE_QUERY, PAGE),
	ROUTE(GET,  "/archive/:year/:month",      page_archive_month, ROUTE_DB | ROUTE_QUERY, PAGE),
	ROUTE(GET,  "/search",                    page_search,        ROUTE_DB | ROUTE_QUERY, PAGE),

	ROUTE(GET,  "/feed.xml",                  page_feed_atom,     ROUTE_DB, PAGE),
	ROUTE(GET,  "/rss.xml",                   page_feed_rss,      ROUTE_DB, PAGE),
	ROUTE(GET,  "/feed.json",                 page_feed_json,     ROUTE_DB, PAGE),
	ROUTE(GET,  "/tag/:tag/feed.xml",         page_feed_atom,     ROUTE_DB, PAGE),
	ROUTE(GET,  "/tag/:tag/rss.xml",          page_feed_rss,      ROUTE_DB, PAGE),
	ROUTE(GET,  "/tag/:tag/feed.json",        page_feed_json,     ROUTE_DB, PAGE),
	ROUTE(GET,  "/author/:author/feed.xml",   page_feed_atom,     ROUTE_DB, PAGE),
	ROUTE(GET,  "/author/:author/rss.xml",    page_feed_rss,      ROUTE_DB, PAGE),
	ROUTE(GET,  "/author/:author/feed.json",  page_feed_json,     ROUTE_DB, PAGE),

	ROUTE(GET,  "/sitemap.xml",               page_sitemap,       ROUTE_DB, PAGE),
	ROUTE(GET,  "/robots.txt",                page_robots,        ROUTE_DB | ROUTE_OPEN, PAGE),
	ROUTE(GET,  "/llms.txt",                  page_llms,          ROUTE_DB, PAGE),

	ROUTE(GET,  "/favicon.ico",               page_favicon,       ROUTE_DB, PAGE),
	ROUTE(GET,  "/apple-touch-icon.png",      page_touch_icon,    ROUTE_DB, PAGE),
	ROUTE(GET,  "/site.webmanifest",          page_manifest,      ROUTE_DB, PAGE),

	ROUTE(GET,  "/preview/:token",            page_shared,        ROUTE_DB | ROUTE_OPEN, NONE),
	ROUTE(GET,  "/preview/:token/page",       page_shared_page,   ROUTE_DB | ROUTE_OPEN, NONE),

	ROUTE(GET,  "/media/:hash/:name",         page_media,         ROUTE_DB, FILE),
	ROUTE(GET,  "/assets/:hash/*name",        page_asset,         ROUTE_DB | ROUTE_OPEN | ROUTE_KEEP, FILE),

	ROUTE(GET,  "/admin/signin",              page_signin,        ROUTE_DB | ROUTE_OPEN, NONE),
	ROUTE(POST, "/admin/signin",              page_signin_form,   ROUTE_DB | ROUTE_OPEN | ROUTE_FORM, NONE),
	ROUTE(GET,  "/admin/assets/:hash/*name",  page_admin_asset,   ROUTE_DB | ROUTE_OPEN, FILE),
	ADMIN(GET,  "/admin",                     page_admin,         CONTRIBUTOR),
	ADMIN(POST, "/admin/signout",             page_signout,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts",               page_posts,         CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/bulk",          page_bulk_form,     CONTRIBUTOR),
	PROVEN(POST, "/admin/posts/delete",       page_bulk_delete_form, EDITOR),
	ADMIN(POST, "/admin/posts/undo",          page_bulk_undo_form, CONTRIBUTOR),
	ADMIN(GET,  "/admin/palette",             page_palette,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/new",           page_edit_new,      CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/new",           page_edit_form,     CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/new/autosave",  page_autosave,      CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/new/preview",   page_preview,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/new/address",   page_address,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/complete/tags",       page_complete_tags, CONTRIBUTOR),
	ADMIN(GET,  "/admin/complete/posts",      page_complete_posts, CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/:id/address",   page_address,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/:id",           page_edit,          CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/:id",           page_edit_form,     CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/:id/autosave",  page_autosave,      CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/:id/presence",  page_presence,      CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/:id/links",     page_links,         CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/:id/links",     page_links_form,    CONTRIBUTOR),
	ADMIN(GET,  "/admin/review",              page_review,        EDITOR),
	ADMIN(POST, "/admin/review",              page_review_form,   EDITOR),
	ADMIN(POST, "/admin/posts/:id/preview",   page_preview,       CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/:id/revisions", page_revisions,     CONTRIBUTOR),
	ADMIN(GET,  "/admin/posts/:id/revisions/:revision", page_revision,      CONTRIBUTOR),
	ADMIN(POST, "/admin/posts/:id/revisions/:revision", page_revision_form, CONTRIBUTOR),

	ROUTE(GET,  "/admin/first",               page_first,         ROUTE_DB | ROUTE_OPEN, NONE),
	ROUTE(POST, "/admin/first",               page_first_form,    ROUTE_DB | ROUTE_OPEN | ROUTE_FORM, NONE),
	ADMIN(GET,  "/admin/tags",                page_tags,          EDITOR),
	ADMIN(POST, "/admin/tags",                page_tags_form,     EDITOR),
	ADMIN(GET,  "/admin/tags/:id",            page_tag_edit,      EDITOR),
	ADMIN(POST, "/admin/tags/:id",            page_tag_form,      EDITOR),

	ROUTE(GET,  "/admin/welcome/:token",      page_welcome,       ROUTE_DB | ROUTE_OPEN, NONE),
	ROUTE(POST, "/admin/welcome/:token",      page_welcome_form,  ROUTE_DB | ROUTE_OPEN | ROUTE_FORM, NONE),
	ADMIN(GET,  "/admin/people",              page_people,        OWNER),
	PROVEN(POST, "/admin/people",             page_people_form,   OWNER),
	ADMIN(GET,  "/admin/people/:id",          page_person,        OWNER),
	PROVEN(POST, "/admin/people/:id",         page_person_form,   OWNER),
	ADMIN(GET,  "/admin/settings",            page_settings,      OWNER),
	ADMIN(GET,  "/admin/settings/:section",   page_settings,      OWNER),
	ADMIN(POST, "/admin/settings/:section",   page_settings_form, OWNER),
	ADMIN(GET,  "/admin/settings/code",       page_settings,      OWNER),
	PROVEN(POST, "/admin/settings/code",      page_settings_form, OWNER),
	ADMIN(GET,  "/admin/transfer",            page_transfer,      OWNER),
	PROVEN(POST, "/admin/transfer",           page_transfer_form, OWNER),
	PROVEN(GET,  "/admin/transfer/exports/:id", page_export_file,  OWNER),
	PROVEN(POST, "/admin/transfer/exports/:id", page_export_proven, OWNER),
	ADMIN(GET,  "/admin/transfer/import",     page_transfer,      OWNER),
	ARCHIVE(POST, "/admin/transfer/import",    page_import_upload, OWNER),
	ADMIN(GET,  "/admin/transfer/import/:id", page_import,        OWNER),
	PROVEN(POST, "/admin/transfer/import/:id", page_import_form,  OWNER),
	ADMIN(GET,  "/admin/progress/:job",       page_progress,      CONTRIBUTOR),
	ADMIN(POST, "/admin/progress/:job",       page_progress_form, CONTRIBUTOR),
	ADMIN(GET,  "/admin/themes",              page_themes,        OWNER),
	ADMIN(POST, "/admin/themes",              page_themes_form,   OWNER),
	ADMIN(GET,  "/admin/themes/upload",       page_themes,        OWNER),
	UPLOAD(POST, "/admin/themes/upload",      page_theme_upload,  OWNER),
	PROVEN(POST, "/admin/themes/:name/delete", page_theme_delete, OWNER),
	ADMIN(GET,  "/admin/themes/:name/archive", page_theme_archive, OWNER),
	ADMIN(GET,  "/admin/themes/:name",        page_theme,         OWNER),
	ADMIN(POST, "/admin/themes/:name",        page_theme_form,    OWNER),
	ADMIN(POST, "/admin/themes/:name/look",   page_theme_look,    OWNER),
	ADMIN(GET,  "/admin/themes/:name/preview", page_theme_preview, OWNER),
	ADMIN(GET,  "/admin/themes/:name/preview/*path", page_theme_preview, OWNER),
	ADMIN(GET,  "/admin/settings/system",     page_settings_system, OWNER),
	ADMIN(GET,  "/admin/redirects",           page_redirects,     EDITOR),
	ADMIN(POST, "/admin/redirects",           page_redirects_form, EDITOR),
	ADMIN(GET,  "/admin/redirects/edit",      page_redirect,      EDITOR),
	ADMIN(POST, "/admin/redirects/edit",      page_redirect_form, EDITOR),
	ADMIN(GET,  "/admin/redirects/import",    page_redirects_import, EDITOR),
	ADMIN(POST, "/admin/redirects/import",    page_redirects_import_form, EDITOR),
	ADMIN(GET,  "/admin/menus",               page_menus,         OWNER),
	ADMIN(POST, "/admin/menus",               page_menus_form,    OWNER),
	ADMIN(GET,  "/admin/missing",             page_missing,       EDITOR),
	ADMIN(POST, "/admin/missing",             page_missing_form,  EDITOR),
	ADMIN(GET,  "/admin/jobs",                page_jobs,          OWNER),
	ADMIN(POST, "/admin/jobs",                page_jobs_form,     OWNER),
	ADMIN(GET,  "/admin/jobs/runs",           page_jobs_runs,     OWNER),
	ADMIN(GET,  "/admin/jobs/open",           page_jobs_open,     OWNER),
	PROVEN(GET,  "/admin/jobs/key",           page_jobs_key,      OWNER),
	PROVEN(POST, "/admin/jobs/key",           page_jobs_key_form, OWNER),
	ADMIN(GET,  "/admin/audit",               page_audit,         OWNER),
	ADMIN(GET,  "/admin/profile",             page_profile,       CONTRIBUTOR),
	ADMIN(POST, "/admin/profile",             page_profile_form,  CONTRIBUTOR),
	ADMIN(POST, "/admin/profile/login",       page_login_form,    CONTRIBUTOR),
	ADMIN(GET,  "/admin/second",              page_second,        CONTRIBUTOR),
	PROVEN(POST, "/admin/second",             page_second_form,   CONTRIBUTOR),
	ADMIN(GET,  "/admin/sessions",            page_sessions,      CONTRIBUTOR),
	ADMIN(POST, "/admin/sessions",            page_sessions_form, CONTRIBUTOR),

	ADMIN(GET,  "/admin/media",               page_library,       CONTRIBUTOR),
	ADMIN(POST, "/admin/media",               page_library_form,  CONTRIBUTOR),
	PROVEN(POST, "/admin/media/delete",       page_library_delete_form, EDITOR),
	ADMIN(GET,  "/admin/media/upload",        page_library,       CONTRIBUTOR),
	FILES(POST, "/admin/media/upload",        page_library_upload, CONTRIBUTOR),
	ADMIN(GET,  "/admin/media/choose",        page_library_choose, CONTRIBUTOR),
	ADMIN(GET,  "/admin/media/:id",           page_library_item,  CONTRIBUTOR),
	ADMIN(POST, "/admin/media/:id",           page_library_item_form, CONTRIBUTOR),
	ADMIN(GET,  "/admin/media/:id/edit",      page_library_edit,  CONTRIBUTOR),
	ADMIN(POST, "/admin/media/:id/edit",      page_library_edit_form, CONTRIBUTOR),
	SCRIPT(POST, "/admin/media/:id/alt",      page_library_alt,   CONTRIBUTOR),
	ADMIN(GET,  "/admin/media/:id/file",      page_media_original, CONTRIBUTOR),
	ADMIN(GET,  "/admin/media/:id/whole",     page_media_whole,   CONTRIBUTOR),
	SCRIPT(OPTIONS, "/admin/media/uploads",   page_uploads_options, CONTRIBUTOR),
	SCRIPT(POST, "/admin/media/uploads",      page_uploads_begin, CONTRIBUTOR),
	SCRIPT(GET,  "/admin/media/uploads/:id",  page_uploads_state, CONTRIBUTOR),
	SCRIPT(PATCH, "/admin/media/uploads/:id", page_uploads_piece, CONTRIBUTOR),
	SCRIPT(DELETE, "/admin/media/uploads/:id", page_uploads_end,  CONTRIBUTOR),

	ROUTE(GET,  "/cronhooks/:task",           page_cronhook_get,  ROUTE_OPEN | ROUTE_REFUSAL, NONE),
	ROUTE(POST, "/cronhooks/:task",           page_cronhook,      ROUTE_OPEN, NONE),

	ROUTE(GET,  "/healthz",                   page_healthz,       ROUTE_OPEN, NONE),
	ROUTE(GET,  "/readyz",                    page_readyz,        ROUTE_DB | ROUTE_OPEN, NONE),
	ROUTE(GET,  "/metrics",                   page_metrics,       ROUTE_OPEN, NONE),

	/* Posts and pages, where their permalinks put them, and what they once were called. */
	ROUTE(GET,  "/*path",                     page_path,          ROUTE_DB | ROUTE_ANY_PATH, PAGE),
	ROUTE(POST, "/",                          page_path_form,     ROUTE_DB | ROUTE_ANY_PATH | ROUTE_FORM, NONE),
	ROUTE(POST, "/*path",                     page_path_form,     ROUTE_DB | ROUTE_ANY_PATH | ROUTE_FORM, NONE),
};

const struct route *route_at(int index)
{
	return &routes[index];
}

enum rc routes_build(struct router **out, struct err *err)
{
	struct router *router = router_new();
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		enum rc rc = router_add(router, routes[i].method, routes[i].pattern, (int)i, err);
		if (rc != RC_OK) {
			router_free(router);
			return rc;
		}
	}
	*out = router;
	return RC_OK;
}
