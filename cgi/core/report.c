/* report.c: what a writer may want to know of a post before it is published. */
#include "base/base.h"

#include "base/enc.h"
#include "core/address.h"
#include "core/report.h"
#include "store/media.h"
#include "store/media_item.h"
#include "store/media_variant.h"
#include "store/post_list.h"
#include "store/redirect.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/markdown_survey.h"

struct reporter {
	struct db_ro *db;
	const struct site *site;
	const struct post *post;
	int64_t now_ms;
	struct arena *arena;
	struct report *out;
	size_t looked_up;
	int level;               /* of the heading before; 0: there was none */
};

const char *report_name(enum report_kind kind)
{
	static const char *const names[REPORT__MAX] = {
		[REPORT_NO_ALT] = "no_alt", [REPORT_NO_FILE] = "no_file", [REPORT_LARGE] = "large",
		[REPORT_HEADING] = "heading", [REPORT_DEAD_LINK] = "dead_link", [REPORT_DRAFT_LINK] = "draft_link",
		[REPORT_EMPTY_LINK] = "empty_link", [REPORT_NO_DESCRIPTION] = "no_description",
	};
	return names[kind];
}

static void add(struct reporter *r, enum report_kind kind, int line, struct str detail)
{
	if (r->out->count < REPORT_ITEMS_MAX)
		r->out->items[r->out->count++] = (struct report_item){ kind, line, detail };
	r->out->serious += kind != REPORT_NO_DESCRIPTION;
}

/* --- addresses --- */

/* The path below the site that an address leads to, without query and fragment; STR_NONE: somewhere else. */
static struct str path_of(struct reporter *r, struct str address)
{
	struct str page = str_given(r->post->path) ? r->post->path : STR("/");
	struct str whole = address_resolve_absolute(&r->site->base, page, address, r->arena);
	struct str home = ARENA_JOIN(r->arena, r->site->base.origin, r->site->base.mount), path;
	size_t n = 0, end = 0;
	if (!str_starts(whole, home))
		return STR_NONE;
	path = str_from(whole, home.n);
	if (path.n && path.p[0] != '/' && path.p[0] != '?' && path.p[0] != '#')
		return STR_NONE; /* another port, or a mount that only begins alike */
	while (end < path.n && path.p[end] != '?' && path.p[end] != '#')
		end++;
	char *decoded = arena_alloc(r->arena, end + 1);
	if (!enc_percent_decode_into(decoded, str_sub(path, 0, end), false, &n))
		return STR_NONE;
	while (n > 1 && decoded[n - 1] == '/')
		n--;
	return str_n(decoded, n);
}

static struct str segment(struct str path, size_t number)
{
	struct str rest = str_from(path, 1), part = STR("");
	for (size_t i = 0; i <= number; i++)
		if (!str_split(&rest, '/', &part))
			return STR("");
	return part;
}

enum found { FOUND, FOUND_HIDDEN, FOUND_NOTHING };

static enum rc found_if(enum rc rc, enum found *found)
{
	*found = rc == RC_NOTFOUND ? FOUND_NOTHING : FOUND;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* An address copied from a page of the site may be that of a size made for readers. */
static enum rc get_file(struct reporter *r, struct str hash, struct media *out, struct err *err)
{
	struct media_variant variant;
	enum rc rc = media_get(r->db, hash, r->arena, out, err);
	if (rc != RC_NOTFOUND)
		return rc;
	rc = media_variant_of_hash(r->db, hash, r->arena, &variant, err);
	if (rc == RC_OK)
		*out = (struct media){ .hash = variant.hash, .name = STR(""), .mime = variant.mime, .size_b = variant.size_b,
				       .width_px = variant.width_px, .height_px = variant.height_px };
	return rc;
}

/* What the program itself answers: pages of tags, people and files are there or not, the rest is. */
static enum rc find_own(struct reporter *r, struct str path, enum found *found, struct err *err)
{
	struct tag tag;
	struct user user;
	struct media media;
	struct str first = segment(path, 0), second = segment(path, 1);
	*found = FOUND;
	if (str_is(first, "media"))
		return found_if(get_file(r, second, &media, err), found);
	if (str_is(first, "tag")) {
		enum rc rc = found_if(tag_by_slug(r->db, second, r->now_ms, r->arena, &tag, err), found);
		if (rc == RC_OK && *found == FOUND && tag.count == 0)
			*found = FOUND_HIDDEN;
		return rc;
	}
	if (str_is(first, "author"))
		return found_if(user_by_slug(r->db, second, r->now_ms, r->arena, &user, err), found);
	return RC_OK;
}

static enum rc find_card(struct reporter *r, int64_t id, enum found *found, struct err *err)
{
	struct post_card card;
	enum rc rc = post_card_get(r->db, id, 0, r->arena, &card, err);
	if (rc != RC_OK)
		return found_if(rc, found);
	bool seen = str_is(card.status, POST_STATUS_PUBLISHED) && card.published_ms <= r->now_ms &&
		    !str_is(card.visibility, POST_VISIBILITY_TEAM);
	*found = str_is(card.status, POST_STATUS_TRASH) ? FOUND_NOTHING : seen || id == r->post->id ? FOUND : FOUND_HIDDEN;
	return RC_OK;
}

static enum rc find_redirect(struct reporter *r, struct str path, enum found *found, struct err *err)
{
	struct redirect redirect;
	struct str target;
	enum rc rc = redirect_get(r->db, path, r->arena, &redirect, &target, err);
	if (rc != RC_OK)
		return found_if(rc, found);
	*found = str_given(target) ? FOUND : FOUND_NOTHING;
	return redirect.post_id ? find_card(r, redirect.post_id, found, err) : RC_OK;
}

static enum rc find(struct reporter *r, struct str path, enum found *found, struct err *err)
{
	struct str there;
	int64_t id;
	bool posts = !str_empty(r->site->front_page) && str_starts(path, r->site->posts_path);
	*found = FOUND;
	if (path.n <= 1 || posts || (str_given(r->post->path) && str_eq(path, r->post->path)))
		return RC_OK;
	if (address_is_reserved(path))
		return find_own(r, path, found, err);
	if (str_ends(path, STR(".md")))
		path = str_sub(path, 0, path.n - 3);
	enum rc rc = post_path_fold(r->db, path, r->arena, &there, &id, err);
	if (rc == RC_NOTFOUND)
		return find_redirect(r, path, found, err);
	return rc == RC_OK ? find_card(r, id, found, err) : rc;
}

/* --- what a document has --- */

static enum rc report_link(struct reporter *r, const struct survey_item *item, struct err *err)
{
	enum found found;
	bool nowhere = str_empty(item->address) || str_is(item->address, "#");
	if (nowhere || str_empty(item->text)) {
		add(r, REPORT_EMPTY_LINK, item->line, nowhere ? item->text : item->address);
		return RC_OK;
	}
	struct str path = item->address.p[0] == '#' ? STR_NONE : path_of(r, item->address);
	if (!str_given(path) || r->looked_up++ >= REPORT_LINKS_MAX)
		return RC_OK;
	enum rc rc = find(r, path, &found, err);
	if (rc == RC_OK && found != FOUND)
		add(r, found == FOUND_HIDDEN ? REPORT_DRAFT_LINK : REPORT_DEAD_LINK, item->line, item->address);
	return rc;
}

/* Of such a picture readers get smaller files, or will before long; of one that moves only itself. */
static enum rc is_made_smaller(struct reporter *r, const struct media *media, bool *smaller, struct err *err)
{
	struct media_variants all;
	struct media_item item;
	enum rc rc = media_item_get(r->db, media->item_id, r->arena, &item, err);
	*smaller = rc == RC_OK && str_is(item.state, MEDIA_STATE_WAITING);
	if (rc != RC_OK || !str_is(item.state, MEDIA_STATE_READY))
		return rc == RC_NOTFOUND ? RC_OK : rc;
	rc = media_variant_list(r->db, item.hash, r->arena, &all, err);
	*smaller = rc == RC_OK;
	for (size_t i = 0; rc == RC_OK && i < all.count; i++)
		*smaller = *smaller && !str_is(all.items[i].crop, MEDIA_CROP_MOVING);
	return rc;
}

static enum rc report_file(struct reporter *r, struct str address, int line, struct err *err)
{
	struct media media;
	struct str path = str_empty(address) ? STR_NONE : path_of(r, address);
	if (!str_given(path) || path.n < 2 || !str_is(segment(path, 0), "media") || r->looked_up++ >= REPORT_LINKS_MAX)
		return RC_OK;
	enum rc rc = get_file(r, segment(path, 1), &media, err);
	if (rc == RC_NOTFOUND) {
		add(r, REPORT_NO_FILE, line, address);
		return RC_OK;
	}
	bool smaller = false;
	bool large = rc == RC_OK && (media.size_b > REPORT_LARGE_B || media.width_px > REPORT_LARGE_PX ||
				     media.height_px > REPORT_LARGE_PX);
	large = large && str_starts(media.mime, STR("image/"));
	if (large)
		rc = is_made_smaller(r, &media, &smaller, err);
	if (rc == RC_OK && large && !smaller)
		add(r, REPORT_LARGE, line, media.name);
	return rc;
}

static enum rc report_image(struct reporter *r, const struct survey_item *item, struct err *err)
{
	if (str_empty(item->text))
		add(r, REPORT_NO_ALT, item->line, item->address);
	return report_file(r, item->address, item->line, err);
}

/* The title stands above: the highest level in a text may be the first or the second. */
static void report_heading(struct reporter *r, const struct survey_item *item)
{
	int most = r->level ? r->level + 1 : 2;
	if (item->level > most)
		add(r, REPORT_HEADING, item->line, item->text);
	r->level = item->level;
}

static enum rc report_text(struct reporter *r, struct err *err)
{
	struct survey survey;
	enum rc rc = markdown_survey(r->post->markdown, r->arena, &survey, err);
	for (size_t i = 0; rc == RC_OK && i < survey.count; i++) {
		const struct survey_item *item = &survey.items[i];
		if (item->kind == SURVEY_HEADING)
			report_heading(r, item);
		else
			rc = item->kind == SURVEY_LINK ? report_link(r, item, err) : report_image(r, item, err);
	}
	return rc;
}

static enum rc report_settings(struct reporter *r, struct err *err)
{
	const struct post *post = r->post;
	if (!str_empty(post->image) && str_empty(str_trim(post->image_alt)))
		add(r, REPORT_NO_ALT, 0, post->image);
	if (str_empty(str_trim(post->excerpt)) && str_empty(str_trim(post->seo_description)))
		add(r, REPORT_NO_DESCRIPTION, 0, STR(""));
	enum rc rc = report_file(r, post->image, 0, err);
	return rc == RC_OK ? report_file(r, post->social_image, 0, err) : rc;
}

enum rc report_make(struct db_ro *db, const struct site *site, const struct post *post, int64_t now_ms,
		    struct arena *arena, struct report *out, struct err *err)
{
	struct report report = { ARENA_ARRAY(arena, REPORT_ITEMS_MAX, struct report_item), 0, 0 };
	struct reporter r = { .db = db, .site = site, .post = post, .now_ms = now_ms, .arena = arena, .out = &report };
	enum rc rc = report_text(&r, err);
	if (rc == RC_OK)
		rc = report_settings(&r, err);
	if (rc == RC_OK)
		*out = report;
	return rc;
}
