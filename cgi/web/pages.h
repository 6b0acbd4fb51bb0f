/* pages.h: the handlers of routes.c, by the file they are in.
 *
 * Each reads the fields of its address, asks the store, fills values and answers. RC_NOTFOUND and
 * every other failure become error pages. */
#ifndef PLATEN_WEB_PAGES_H
#define PLATEN_WEB_PAGES_H

#include "base/err.h"
#include "store/post.h"
#include "web/visit.h"

/* page_home.c */
NODISCARD enum rc page_home(struct visit *v, struct err *err);
NODISCARD enum rc page_home_number(struct visit *v, struct err *err);
/* The list of posts where a static front page has moved it to; RC_NOTFOUND: not its address. */
NODISCARD enum rc page_posts_path(struct visit *v, struct err *err);

/* page_post.c: whatever has a path of its own: posts, pages, their Markdown, old addresses */
NODISCARD enum rc page_path(struct visit *v, struct err *err);
NODISCARD enum rc page_path_form(struct visit *v, struct err *err);
NODISCARD enum rc page_markdown(struct visit *v, struct err *err);
/* Leads on from an address that a redirect knows; RC_NOTFOUND. */
NODISCARD enum rc page_moved(struct visit *v, struct err *err);
/* The same for a page of a list or its feed, whose first page is at `first_page`: "/tag/a/feed.xml" follows
 * "/tag/a". */
NODISCARD enum rc page_moved_list(struct visit *v, struct str first_page, struct err *err);
/* How a post looks, whoever may see it: for its writer. `post` need not be stored. */
NODISCARD enum rc page_post_look(struct visit *v, const struct post *post, struct err *err);
/* The page at that path as the site's front page. */
NODISCARD enum rc page_front(struct visit *v, struct str path, struct err *err);

/* page_tag.c, page_author.c, page_archive.c, page_search.c */
NODISCARD enum rc page_tag(struct visit *v, struct err *err);
NODISCARD enum rc page_author(struct visit *v, struct err *err);
NODISCARD enum rc page_archive(struct visit *v, struct err *err);
NODISCARD enum rc page_archive_year(struct visit *v, struct err *err);
NODISCARD enum rc page_archive_month(struct visit *v, struct err *err);
NODISCARD enum rc page_search(struct visit *v, struct err *err);

/* page_feed.c */
NODISCARD enum rc page_feed_atom(struct visit *v, struct err *err);
NODISCARD enum rc page_feed_rss(struct visit *v, struct err *err);
NODISCARD enum rc page_feed_json(struct visit *v, struct err *err);

/* page_sitemap.c */
NODISCARD enum rc page_sitemap(struct visit *v, struct err *err);
NODISCARD enum rc page_sitemap_part(struct visit *v, struct err *err);

/* page_robots.c */
NODISCARD enum rc page_robots(struct visit *v, struct err *err);
NODISCARD enum rc page_llms(struct visit *v, struct err *err);

/* page_media.c */
NODISCARD enum rc page_media(struct visit *v, struct err *err);
/* What was made of a picture, at an address that may have another one tomorrow. */
NODISCARD enum rc page_media_made(struct visit *v, struct str hash, const char *mime, int64_t size_b, struct str name,
				  struct err *err);
NODISCARD enum rc page_asset(struct visit *v, struct err *err);
/* The asset of that skin which the address names. */
NODISCARD enum rc page_skin_asset(struct visit *v, const struct skin *skin, struct err *err);

/* page_icon.c: /favicon.ico, /apple-touch-icon.png, /site.webmanifest */
NODISCARD enum rc page_favicon(struct visit *v, struct err *err);
NODISCARD enum rc page_touch_icon(struct visit *v, struct err *err);
NODISCARD enum rc page_manifest(struct visit *v, struct err *err);

/* page_health.c */
NODISCARD enum rc page_healthz(struct visit *v, struct err *err);
NODISCARD enum rc page_readyz(struct visit *v, struct err *err);
NODISCARD enum rc page_metrics(struct visit *v, struct err *err);

/* page_cronhook.c: maintenance by signed messages */
NODISCARD enum rc page_cronhook(struct visit *v, struct err *err);
NODISCARD enum rc page_cronhook_get(struct visit *v, struct err *err);

/* page_signin.c */
NODISCARD enum rc page_signin(struct visit *v, struct err *err);
NODISCARD enum rc page_signin_form(struct visit *v, struct err *err);
NODISCARD enum rc page_signout(struct visit *v, struct err *err);
NODISCARD enum rc page_admin_asset(struct visit *v, struct err *err);

/* page_dashboard.c: the first page of the admin */
NODISCARD enum rc page_admin(struct visit *v, struct err *err);

/* page_posts.c: the admin's list of posts; page_bulk.c: one action on many of them */
NODISCARD enum rc page_posts(struct visit *v, struct err *err);
NODISCARD enum rc page_bulk_form(struct visit *v, struct err *err);
NODISCARD enum rc page_bulk_delete_form(struct visit *v, struct err *err);
NODISCARD enum rc page_bulk_undo_form(struct visit *v, struct err *err);

/* page_palette.c: where one can go from anywhere, as JSON */
NODISCARD enum rc page_palette(struct visit *v, struct err *err);

/* page_tags.c: what editors do with tags */
NODISCARD enum rc page_tags(struct visit *v, struct err *err);
NODISCARD enum rc page_tags_form(struct visit *v, struct err *err);
NODISCARD enum rc page_tag_edit(struct visit *v, struct err *err);
NODISCARD enum rc page_tag_form(struct visit *v, struct err *err);

/* page_redirects.c: old addresses, and where they lead */
NODISCARD enum rc page_redirects(struct visit *v, struct err *err);
NODISCARD enum rc page_redirects_form(struct visit *v, struct err *err);
NODISCARD enum rc page_redirect(struct visit *v, struct err *err);
NODISCARD enum rc page_redirect_form(struct visit *v, struct err *err);

/* page_redirects_import.c: many at once */
NODISCARD enum rc page_redirects_import(struct visit *v, struct err *err);
NODISCARD enum rc page_redirects_import_form(struct visit *v, struct err *err);

/* page_menus.c: the site's navigation menus */
NODISCARD enum rc page_menus(struct visit *v, struct err *err);
NODISCARD enum rc page_menus_form(struct visit *v, struct err *err);

/* page_missing.c: what readers did not find */
NODISCARD enum rc page_missing(struct visit *v, struct err *err);
NODISCARD enum rc page_missing_form(struct visit *v, struct err *err);

/* page_jobs.c: maintenance, for owners */
NODISCARD enum rc page_jobs(struct visit *v, struct err *err);
NODISCARD enum rc page_jobs_form(struct visit *v, struct err *err);

/* page_jobs_list.c: its runs, and the jobs that run or wait */
NODISCARD enum rc page_jobs_runs(struct visit *v, struct err *err);
NODISCARD enum rc page_jobs_open(struct visit *v, struct err *err);

/* page_jobs_key.c: what calls for it from elsewhere need */
NODISCARD enum rc page_jobs_key(struct visit *v, struct err *err);
NODISCARD enum rc page_jobs_key_form(struct visit *v, struct err *err);

/* page_profile.c: one's own account */
NODISCARD enum rc page_profile(struct visit *v, struct err *err);
NODISCARD enum rc page_profile_form(struct visit *v, struct err *err);
NODISCARD enum rc page_login_form(struct visit *v, struct err *err);

/* page_people.c: the team */
NODISCARD enum rc page_people(struct visit *v, struct err *err);
NODISCARD enum rc page_people_form(struct visit *v, struct err *err);
NODISCARD enum rc page_person(struct visit *v, struct err *err);
NODISCARD enum rc page_person_form(struct visit *v, struct err *err);

/* page_first.c: the first owner */
NODISCARD enum rc page_first(struct visit *v, struct err *err);
NODISCARD enum rc page_first_form(struct visit *v, struct err *err);
/* page_welcome.c: where a one-time link leads */
NODISCARD enum rc page_welcome(struct visit *v, struct err *err);
NODISCARD enum rc page_welcome_form(struct visit *v, struct err *err);

/* page_settings.c: the site's settings */
NODISCARD enum rc page_settings(struct visit *v, struct err *err);
NODISCARD enum rc page_settings_form(struct visit *v, struct err *err);
NODISCARD enum rc page_settings_system(struct visit *v, struct err *err);

/* page_progress.c: how far a job is */
NODISCARD enum rc page_progress(struct visit *v, struct err *err);
NODISCARD enum rc page_progress_form(struct visit *v, struct err *err);

/* page_transfer.c: the site's content out as an archive, and in */
NODISCARD enum rc page_transfer(struct visit *v, struct err *err);
NODISCARD enum rc page_transfer_form(struct visit *v, struct err *err);
NODISCARD enum rc page_export_file(struct visit *v, struct err *err);
NODISCARD enum rc page_export_proven(struct visit *v, struct err *err);
enum rc page_export_proven(struct visit *v, struct err *err);
NODISCARD enum rc page_import_upload(struct visit *v, struct err *err);
NODISCARD enum rc page_import(struct visit *v, struct err *err);
NODISCARD enum rc page_import_form(struct visit *v, struct err *err);

/* page_themes.c: what the site looks like */
NODISCARD enum rc page_themes(struct visit *v, struct err *err);
NODISCARD enum rc page_themes_form(struct visit *v, struct err *err);
NODISCARD enum rc page_theme(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_form(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_upload(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_delete(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_archive(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_look(struct visit *v, struct err *err);
NODISCARD enum rc page_theme_preview(struct visit *v, struct err *err);

/* page_audit.c: who did what */
NODISCARD enum rc page_audit(struct visit *v, struct err *err);

/* page_second.c: the second step of signing in */
NODISCARD enum rc page_second(struct visit *v, struct err *err);
NODISCARD enum rc page_second_form(struct visit *v, struct err *err);

/* page_sessions.c: where one is signed in */
NODISCARD enum rc page_sessions(struct visit *v, struct err *err);
NODISCARD enum rc page_sessions_form(struct visit *v, struct err *err);

/* page_edit.c: the page where a post is written */
NODISCARD enum rc page_edit_new(struct visit *v, struct err *err);
NODISCARD enum rc page_edit(struct visit *v, struct err *err);
NODISCARD enum rc page_edit_form(struct visit *v, struct err *err);

/* page_address.c: what the script on that page asks while somebody types, in JSON */
NODISCARD enum rc page_address(struct visit *v, struct err *err);
NODISCARD enum rc page_complete_tags(struct visit *v, struct err *err);
NODISCARD enum rc page_complete_posts(struct visit *v, struct err *err);

/* page_autosave.c: what is typed, kept every few seconds */
NODISCARD enum rc page_autosave(struct visit *v, struct err *err);

/* page_preview.c: what is typed, as it would look */
NODISCARD enum rc page_preview(struct visit *v, struct err *err);
/* A post through the theme, with nothing in it that runs. */
NODISCARD enum rc page_preview_look(struct visit *v, const struct post *post, struct err *err);

/* page_shared.c, page_links.c: a draft for whoever has its link; the links of a post */
NODISCARD enum rc page_shared(struct visit *v, struct err *err);
NODISCARD enum rc page_shared_page(struct visit *v, struct err *err);
NODISCARD enum rc page_links(struct visit *v, struct err *err);
NODISCARD enum rc page_links_form(struct visit *v, struct err *err);

/* page_review.c: what waits for an editor */
NODISCARD enum rc page_review(struct visit *v, struct err *err);
NODISCARD enum rc page_review_form(struct visit *v, struct err *err);

/* page_presence.c: who else has a post open */
NODISCARD enum rc page_presence(struct visit *v, struct err *err);

NODISCARD enum rc page_media_original(struct visit *v, struct err *err); /* page_media.c */
NODISCARD enum rc page_media_whole(struct visit *v, struct err *err); /* page_media.c */

/* page_library.c, page_library_many.c, page_library_item.c, page_library_edit.c: the media library */
NODISCARD enum rc page_library(struct visit *v, struct err *err);
NODISCARD enum rc page_library_form(struct visit *v, struct err *err);
NODISCARD enum rc page_library_delete_form(struct visit *v, struct err *err);
NODISCARD enum rc page_library_upload(struct visit *v, struct err *err);
NODISCARD enum rc page_library_choose(struct visit *v, struct err *err);
NODISCARD enum rc page_library_item(struct visit *v, struct err *err);
NODISCARD enum rc page_library_item_form(struct visit *v, struct err *err);
NODISCARD enum rc page_library_edit(struct visit *v, struct err *err);
NODISCARD enum rc page_library_edit_form(struct visit *v, struct err *err);
NODISCARD enum rc page_library_alt(struct visit *v, struct err *err);

/* page_uploads.c: files that come in pieces */
NODISCARD enum rc page_uploads_options(struct visit *v, struct err *err);
NODISCARD enum rc page_uploads_begin(struct visit *v, struct err *err);
NODISCARD enum rc page_uploads_state(struct visit *v, struct err *err);
NODISCARD enum rc page_uploads_piece(struct visit *v, struct err *err);
NODISCARD enum rc page_uploads_end(struct visit *v, struct err *err);

/* page_revisions.c: every save of a post, side by side */
NODISCARD enum rc page_revisions(struct visit *v, struct err *err);
NODISCARD enum rc page_revision(struct visit *v, struct err *err);
NODISCARD enum rc page_revision_form(struct visit *v, struct err *err);

#endif
