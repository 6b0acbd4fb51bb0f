/* post_render.c: what a post's Markdown gives: HTML, table of contents, excerpt, search text. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/mime.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "core/i18n.h"
#include "core/media_shown.h"
#include "core/post_prepared.h"
#include "store/media.h"
#include "store/media_item.h"
#include "text/excerpt.h"

#define MEDIA_PREFIX "/media/"

struct resolver {
	const struct site *site;
	struct db_ro *db; /* NULL: sizes stay unknown */
	bool wide;        /* a page with the template "wide" */
};

static bool is_hash(struct str s)
{
	if (s.n != MEDIA_HASH_LEN)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (enc_hex_digit(s.p[i]) < 0 || (s.p[i] >= 'A' && s.p[i] <= 'F'))
			return false;
	return true;
}

/* The hash of "/media/HASH/name", or STR_NONE. */
static struct str media_hash(struct str address)
{
	struct str prefix = STR(MEDIA_PREFIX);
	if (!str_starts(address, prefix))
		return STR_NONE;
	struct str rest = str_from(address, prefix.n), hash;
	if (!str_split(&rest, '/', &hash) || !is_hash(hash))
		return STR_NONE;
	return hash;
}

void post_find_media(struct str text, struct arena *arena, struct str *hashes, size_t *count)
{
	struct str prefix = STR(MEDIA_PREFIX);
	ptrdiff_t at;
	while (*count < POST_MEDIA_MAX && (at = str_find(text, prefix)) >= 0) {
		text = str_from(text, (size_t)at);
		struct str hash = media_hash(text);
		bool known = !str_given(hash);
		for (size_t i = 0; !known && i < *count; i++)
			known = str_eq(hashes[i], hash);
		if (!known)
			hashes[(*count)++] = arena_str(arena, hash);
		text = str_from(text, prefix.n);
	}
}

/* As wide as its column, which is no wider than this in any theme; of a wide page that is the frame of the whole site. */
#define IMAGE_SIZES "(min-width: 60rem) 48rem, 100vw"
#define WIDE_SIZES "(min-width: 94rem) 82rem, 100vw"
#define WIDE_COLUMN_REM 82

/* What readers choose of when there are variants; until then the address that stands in the text shows the picture. */
static void resolve_picture(const struct resolver *resolver, const struct media_item *item, struct str path,
			    struct arena *arena, struct markdown_image *out)
{
	const struct address_base *base = &resolver->site->base;
	struct media_picture picture;
	struct media_shown shown;
	if (media_picture_of(resolver->db, item, path, arena, &picture, NULL) != RC_OK)
		return;
	media_shown_whole(&picture, base, arena, &shown);
	if (!str_eq(shown.path, path))
		out->src = address_resolve(base, shown.path, arena);
	out->width_px = shown.width_px;
	out->height_px = shown.height_px;
	out->set = shown.set;
	out->sizes = resolver->wide ? STR(WIDE_SIZES) : STR(IMAGE_SIZES);
	if (!str_empty(shown.large))
		out->large = address_resolve(base, shown.large, arena);
	for (size_t i = 0; i < shown.source_count && i < MARKDOWN_SOURCES_MAX; i++) {
		out->sources[i].type = shown.sources[i].type;
		out->sources[i].set = shown.sources[i].set;
		out->source_count = i + 1;
	}
}

/* A film or sound; true: it is one. */
static bool resolve_player(struct str kind, struct str name, struct markdown_image *out)
{
	if (str_is(kind, "video"))
		out->kind = MARKDOWN_VIDEO;
	else if (str_is(kind, "audio"))
		out->kind = MARKDOWN_AUDIO;
	else
		return false;
	out->name = name;
	return true;
}

/* Of what comes with an import only the name says what it is. */
static void resolve_fresh(struct str address, struct markdown_image *out)
{
	struct str mime = str_of(mime_of_name(address));
	ptrdiff_t slash = str_find_char(mime, '/');
	if (slash > 0)
		(void)resolve_player(str_sub(mime, 0, (size_t)slash), STR_NONE, out);
}

static void resolve_image(void *ctx, struct arena *arena, struct str address, struct markdown_image *out)
{
	struct resolver *resolver = ctx;
	struct str path = media_path(&resolver->site->base, address), hash = media_hash(path);
	struct media media;
	out->src = address_resolve(&resolver->site->base, address, arena);
	if (str_given(hash) && resolver->site->fresh_media &&
	    resolver->site->fresh_media(resolver->site->fresh_ctx, hash, &out->width_px, &out->height_px)) {
		resolve_fresh(address, out);
		return;
	}
	if (!str_given(hash) || !resolver->db || media_get(resolver->db, hash, arena, &media, NULL) != RC_OK)
		return;
	out->width_px = (int)media.width_px;
	out->height_px = (int)media.height_px;
	struct media_item item; /* after its bytes were replaced other ones than the address names */
	if (media_item_get(resolver->db, media.item_id, arena, &item, NULL) != RC_OK)
		return;
	out->width_px = (int)item.width_px;
	out->height_px = (int)item.height_px;
	if (!resolve_player(item.kind, item.name, out))
		resolve_picture(resolver, &item, path, arena, out);
}

static struct str resolve_link(void *ctx, struct arena *arena, struct str address)
{
	struct resolver *resolver = ctx;
	return address_resolve(&resolver->site->base, address, arena);
}

/* Script in raw HTML is for owners only (DESIGN section 10), whatever the setting says. */
static enum markdown_raw_html raw_html_for(const struct site *site, struct actor actor)
{
	if (site->raw_html == MARKDOWN_RAW_ON && actor.role < ROLE_OWNER)
		return MARKDOWN_RAW_FILTERED;
	return site->raw_html;
}

static struct str headings_json(const struct markdown_result *result, struct arena *arena)
{
	struct json *list = json_new_list();
	for (size_t i = 0; i < result->heading_count; i++) {
		struct json *item = json_add_object(list);
		json_set_int(item, "level", result->headings[i].level);
		json_set_text(item, "id", result->headings[i].id);
		json_set_text(item, "text", result->headings[i].text);
	}
	struct buf out = BUF_INIT(4u << 20);
	json_write(list, JSON_LINE, &out);
	struct str json = out.rc == RC_OK ? arena_str(arena, buf_view(&out)) : STR("[]");
	buf_release(&out);
	json_free(list);
	return json;
}

static struct str excerpt_source(const struct markdown_result *result)
{
	bool more = str_given(result->plain_before_more);
	struct str all = more ? result->plain_before_more : result->plain, first = result->first_paragraph;
	/* Where <!--more--> stands inside the first paragraph, the paragraph ends there. */
	bool whole = !more || str_find(all, first) >= 0;
	/* A first paragraph of a few words ("Update:") says little: the text goes on from there. */
	return whole && first.n >= 80 ? first : all;
}

/* Labels in stored HTML are in the post's own language. */
static void take_labels(const struct site *site, const struct post *post, struct markdown_options *options)
{
	if (!site->phrases)
		return;
	const struct i18n *i18n = i18n_for(site->phrases, str_empty(post->lang) ? site->lang : post->lang);
	options->footnote_back_label = i18n_text(i18n, "footnote_back");
	options->anchor_label = i18n_text(i18n, "anchor");
	options->table_label = i18n_text(i18n, "table");
	options->picture_label = i18n_text(i18n, "picture");
}

static enum rc render(const struct site *site, struct db_ro *db, struct actor actor, struct post *post, bool lines,
		      struct arena *arena, struct str *plain, struct err *err)
{
	struct resolver resolver = { .site = site, .db = db, .wide = str_is(post->template_name, "wide") };
	struct markdown_options options = {
		.raw_html = raw_html_for(site, actor),
		.smart = site->smart,
		.extras = true,
		.column_rem = resolver.wide ? WIDE_COLUMN_REM : MARKDOWN_COLUMN_REM,
		.lines = lines,
		.image = resolve_image,
		.link = resolve_link,
		.ctx = &resolver,
	};
	struct markdown_result result;
	take_labels(site, post, &options);
	enum rc rc = markdown_render(post->markdown, &options, arena, &result, err);
	if (rc != RC_OK)
		return rc;
	post->html = str_n(result.html.p, result.html.n);
	post->html_before_more = result.before_more.p ? str_n(result.before_more.p, result.before_more.n) : STR_NONE;
	post->toc = headings_json(&result, arena);
	post->word_count = result.word_count;
	post->has_code = result.has_code;
	post->excerpt_auto = excerpt_cut(arena, excerpt_source(&result), (size_t)site->excerpt_chars);
	post->render_stamp = arena_printf(arena, "%016llx", (unsigned long long)site->render_stamp);
	*plain = result.plain;
	return RC_OK;
}

enum rc post_render(const struct site *site, struct db_ro *db, struct actor actor, struct post *post,
		    struct arena *arena, struct str *plain, struct err *err)
{
	return render(site, db, actor, post, false, arena, plain, err);
}

void post_local_date(const struct site *site, struct post *post, struct permalink_values *values)
{
	struct date local;
	const struct zone *zone = NULL;
	if (zone_get(site->timezone, &zone, NULL) != RC_OK)
		zone = zone_utc();
	/* A draft has no day yet: its address is made from the day it was begun. */
	date_civil(zone, post->published_ms ? post->published_ms : post->created_ms, &local);
	values->year = local.year;
	values->month = local.month;
	values->day = local.day;
	post->local_ym = post->published_ms ? local.year * 100 + local.month : 0;
}

enum rc post_preview(const struct site *site, struct db_ro *db, struct actor actor, struct post *post, int64_t now_ms,
		     struct arena *arena, struct err *err)
{
	struct str plain;
	if (!utf8_valid(post->title) || str_find_char(post->markdown, '\0') >= 0)
		return err_set(err, RC_INVALID, "the text is not valid");
	if (!post->published_ms)
		post->published_ms = now_ms;
	if (!post->edited_ms)
		post->edited_ms = now_ms;
	if (!str_given(post->path))
		post->path = STR("/preview");
	if (!str_given(post->custom))
		post->custom = STR("{}");
	return render(site, db, actor, post, true, arena, &plain, err);
}
