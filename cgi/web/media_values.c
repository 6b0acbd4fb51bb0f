/* media_values.c: a media item as the admin's pages and scripts get it. */
#include "base/base.h"

#include "core/address.h"
#include "core/media_take.h"
#include "core/media_type.h"
#include "store/job.h"
#include "store/media_variant.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/media_why.h"

#define ANSWER_MAX_B ((size_t)64 << 10)
#define THUMB_PX 320

struct str media_size(struct visit *v, int64_t size_b)
{
	static const char *const units[] = { "KB", "MB", "GB" };
	double size = (double)size_b / 1024;
	size_t unit = 0;
	for (; size >= 1000 && unit + 1 < COUNT_OF(units); unit++)
		size /= 1024;
	struct str text = arena_printf(v->arena, unit && size < 100 ? "%.1f %s" : "%.0f %s", size < 1 ? 1 : size, units[unit]);
	if (str_starts(i18n_lang(v->admin->i18n), STR("de")))
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] == '.')
				return ARENA_JOIN(v->arena, str_sub(text, 0, i), STR(","), str_from(text, i + 1));
	return text;
}

struct str media_look(struct visit *v, struct str address)
{
	return str_empty(address) ? STR("") : address_resolve(&v->site->base, address, v->arena);
}

static struct str page_of(struct visit *v, const struct media_item *media)
{
	return visit_link(v, arena_printf(v->arena, "/admin/media/%lld", (long long)media->id));
}

/* As it was uploaded, where browsers show such files; a picture in the trash, which has no address for readers, smaller. */
static struct str own_file(struct visit *v, const struct media_item *media, bool prepared)
{
	bool small = media->trashed_ms && prepared;
	if (!small && !media_type_is_shown(media->mime) && !str_is(media->mime, "image/svg+xml"))
		return STR("");
	return visit_link(v, arena_printf(v->arena, "/admin/media/%lld/%s", (long long)media->id, small ? "whole" : "file"));
}

/* The smallest variant that is wide enough, or the widest; "": there is none yet that browsers show. */
static struct str thumb_of(struct visit *v, const struct media_item *media)
{
	struct media_variants all;
	const struct media_variant *best = NULL;
	if (!str_is(media->kind, "image"))
		return STR("");
	if (media_variant_list(v->db, media->hash, v->arena, &all, NULL) == RC_OK)
		best = media_variant_near(&all, THUMB_PX);
	if (!best || media->trashed_ms)
		return own_file(v, media, best != NULL);
	return visit_link(v, ARENA_JOIN(v->arena, STR("/media/"), best->hash, STR("/"), media->name));
}

/* Waiting, at work, or waiting to be tried again: its job tells. Without one the next task orders it. */
static struct str progress_of(struct visit *v, const struct media_item *media)
{
	const char *phrase = "media_waits";
	struct job job;
	int64_t id = 0;
	struct str key = arena_printf(v->arena, "%lld", (long long)media->id);
	enum rc rc = job_open_with_key(v->db, STR(JOB_MEDIA_VARIANTS), key, &id, NULL);
	if (rc == RC_OK && id)
		rc = job_get(v->db, id, v->arena, &job, NULL);
	if (rc == RC_OK && id && str_given(job.lease_owner) && job.due_ms > v->now_ms)
		phrase = "media_works";
	else if (rc == RC_OK && id && job.failures)
		phrase = "media_waits_again";
	return i18n_text(v->admin->i18n, phrase);
}

static struct str type_name(struct str mime)
{
	static const char *const names[][2] = { { "image/jpeg", "JPEG" }, { "image/png", "PNG" }, { "image/webp", "WebP" },
						{ "image/avif", "AVIF" }, { "image/gif", "GIF" } };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_is(mime, names[i][0]))
			return str_of(names[i][1]);
	return mime;
}

/* The rows come by type and width. */
void media_sizes_values(struct visit *v, struct value *item, const struct media_item *media)
{
	struct media_variants all;
	struct value *list = value_list(v->arena, item, "sizes"), *row = NULL;
	struct str mime = STR_NONE, widths = STR("");
	if (media_variant_list(v->db, media->hash, v->arena, &all, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < all.count; i++) {
		const struct media_variant *one = &all.items[i];
		if (!str_empty(one->crop))
			continue;
		if (!str_given(mime) || !str_eq(mime, one->mime)) {
			row = value_item(v->arena, list);
			mime = one->mime;
			widths = STR("");
			value_text(v->arena, row, "type", type_name(mime));
		}
		widths = arena_printf(v->arena, "%.*s%s%lld", STR_ARG(widths), widths.n ? ", " : "", (long long)one->width_px);
		value_text(v->arena, row, "widths", ARENA_JOIN(v->arena, widths, STR(" px")));
	}
}

void media_item_values(struct visit *v, struct value *item, const struct media_item *media)
{
	static const char *const kinds[] = { "image", "video", "audio", "document", "other" };
	struct value *is = value_object(v->arena, item, "is");
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		value_bool(v->arena, is, kinds[i], str_is(media->kind, kinds[i]));
	value_int(v->arena, item, "id", media->id);
	value_text(v->arena, item, "name", media->name);
	value_text(v->arena, item, "alt", media->alt);
	value_text(v->arena, item, "kind", i18n_text(v->admin->i18n, arena_printf(v->arena, "media_kind_%.*s", STR_ARG(media->kind)).p));
	value_text(v->arena, item, "mime", media->mime);
	value_text(v->arena, item, "size", media_size(v, media->size_b));
	value_text(v->arena, item, "address", media_address(v->arena, media));
	value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/media/"), media->hash, STR("/"), media->name)));
	value_text(v->arena, item, "thumb", thumb_of(v, media));
	value_text(v->arena, item, "page", page_of(v, media));
	value_text(v->arena, item, "dimensions", media->width_px ? arena_printf(v->arena, "%lld × %lld",
		   (long long)media->width_px, (long long)media->height_px) : STR(""));
	value_text(v->arena, item, "at", admin_moment(v, media->created_ms));
	value_text(v->arena, item, "by", media->user_name);
	value_text(v->arena, item, "expires", media->expires_ms ? admin_date(v, media->expires_ms) : STR(""));
	value_bool(v->arena, item, "pinned", media->pinned);
	value_bool(v->arena, item, "used", media->used);
	value_bool(v->arena, item, "trashed", media->trashed_ms != 0);
	value_bool(v->arena, item, "no_alt", str_is(media->kind, "image") && str_empty(media->alt));
	bool waits = str_is(media->state, MEDIA_STATE_WAITING) && !media->trashed_ms;
	value_bool(v->arena, item, "waits", waits);
	value_text(v->arena, item, "progress", waits ? progress_of(v, media) : STR(""));
	value_bool(v->arena, item, "failed", str_is(media->state, MEDIA_STATE_FAILED));
	value_text(v->arena, item, "problem", media->problem);
}

void media_item_json(struct visit *v, struct json *item, const struct media_item *media)
{
	json_set_int(item, "id", media->id);
	json_set_text(item, "address", media_address(v->arena, media));
	json_set_text(item, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/media/"), media->hash, STR("/"), media->name)));
	json_set_text(item, "name", media->name);
	json_set_text(item, "alt", media->alt);
	json_set_text(item, "caption", media->caption);
	json_set_text(item, "credit", media->credit);
	json_set_text(item, "kind", media->kind);
	json_set_text(item, "mime", media->mime);
	json_set_int(item, "width", media->width_px);
	json_set_int(item, "height", media->height_px);
	json_set_text(item, "thumb", thumb_of(v, media));
	json_set_text(item, "page", page_of(v, media));
	json_set_text(item, "state", media->state);
}

static enum rc answer(struct visit *v, int status, const char *type, const struct json *json, struct err *err)
{
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	json_write(json, JSON_LINE, &body);
	enum rc rc = visit_body(v, status, type, &body, err);
	buf_release(&body);
	return rc;
}

enum rc media_item_answer(struct visit *v, const struct media_item *media, struct err *err)
{
	struct json *json = json_new_object();
	media_item_json(v, json_set_object(json, "item"), media);
	enum rc rc = answer(v, 200, "application/json", json, err);
	json_free(json);
	return rc;
}

enum rc media_problem(struct visit *v, int status, struct str text, struct err *err)
{
	struct json *json = json_new_object();
	json_set_int(json, "status", status);
	json_set_text(json, "detail", text);
	enum rc rc = answer(v, status, "application/problem+json", json, err);
	json_free(json);
	return rc;
}

static const char *phrase_of(enum rc rc, int *status)
{
	switch (rc) {
	case RC_UNSUPPORTED:
		*status = 415;
		return "media_wrong_type";
	case RC_INVALID:
		*status = 422;
		return "media_wrong_damaged";
	case RC_LIMIT:
		*status = 413;
		return "media_wrong_large";
	case RC_NOSPACE:
		*status = 507;
		return "media_wrong_room";
	case RC_EXISTS:
		*status = 409;
		return "media_wrong_there";
	default:
		return NULL;
	}
}

struct str media_problem_text(struct visit *v, enum rc rc, const struct err *why, int *status)
{
	const struct i18n_pair pairs[] = { { "size", media_size(v, v->basis->conf->upload_max_b) },
					   { "why", media_why(v->admin->i18n, arena_str(v->arena, str_of(why->msg)), v->arena) } };
	const char *phrase = phrase_of(rc, status);
	return phrase ? i18n_fill(v->admin->i18n, phrase, pairs, COUNT_OF(pairs), v->arena) : STR_NONE;
}

struct str media_refusal_text(struct visit *v, enum rc rc, const struct err *why, int *status)
{
	struct str text = media_problem_text(v, rc == RC_LIMIT ? RC_INVALID : rc, why, status);
	if (rc == RC_LIMIT)
		*status = 413;
	return text;
}
