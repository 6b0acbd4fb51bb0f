/* values_picture.c: pictures of posts, people and the site as values; and what the head says of them. */
#include "base/base.h"

#include "core/address.h"
#include "core/media_shown.h"
#include "web/values.h"

/* Twice what the largest place has for them in the themes. */
#define PORTRAIT_PX 224
#define LOGO_HIGH_PX 144
#define COVER_PX 1280

/* A page that lists posts names few people many times. */
struct picture_seen {
	struct str address;
	const struct value *picture;
	struct picture_seen *next;
};

static void pixels(struct visit *v, struct value *object, const char *key, int px)
{
	if (px > 0)
		value_int(v->arena, object, key, px);
	else
		value_absent(v->arena, object, key);
}

/* A place for a style sheet's class: a tenth is as near as an eye can tell. */
static int tenths(int thousandths)
{
	return (thousandths + 50) / 100 * 10;
}

static void shown_values(struct visit *v, struct value *object, const struct media_shown *shown)
{
	struct value *sources = value_list(v->arena, object, "sources");
	value_text(v->arena, object, "url", address_resolve(&v->site->base, shown->path, v->arena));
	pixels(v, object, "width", shown->width_px);
	pixels(v, object, "height", shown->height_px);
	value_text_or_null(v->arena, object, "srcset", shown->set);
	value_bool(v->arena, object, "has_sources", shown->source_count > 0);
	for (size_t i = 0; i < shown->source_count; i++) {
		struct value *source = value_item(v->arena, sources);
		value_text(v->arena, source, "type", shown->sources[i].type);
		value_text(v->arena, source, "srcset", shown->sources[i].set);
	}
	value_int(v->arena, object, "focus_x", tenths(shown->focus_x));
	value_int(v->arena, object, "focus_y", tenths(shown->focus_y));
}

enum rc values_image(struct visit *v, struct value *object, struct str address, struct str alt,
		     struct err *err)
{
	struct media_shown whole = { .path = address, .focus_x = 500, .focus_y = 500 }, card;
	struct media_picture *picture = NULL;
	value_bool(v->arena, object, "has_image", !str_empty(address));
	if (str_empty(address)) {
		value_absent(v->arena, object, "image");
		return RC_OK;
	}
	enum rc rc = media_picture_find(v->db, &v->site->base, address, v->arena, &picture, err);
	if (rc != RC_OK)
		return rc;
	if (picture && picture->item.trashed_ms)
		return values_image(v, object, STR(""), alt, err);
	if (picture)
		media_shown_whole(picture, &v->site->base, v->arena, &whole);
	bool cut = picture && media_shown_card(picture, &v->site->base, v->arena, &card);
	struct value *image = value_object(v->arena, object, "image");
	value_text(v->arena, image, "alt", alt);
	shown_values(v, image, &whole);
	shown_values(v, value_object(v->arena, image, "card"), cut ? &card : &whole);
	return RC_OK;
}

enum rc head_picture(struct visit *v, struct str page_path, struct str address, struct head *head, struct err *err)
{
	struct media_picture *ours;
	struct media_shown shown;
	enum rc rc = media_picture_find(v->db, &v->site->base, address, v->arena, &ours, err);
	if (rc != RC_OK)
		return rc;
	if (ours && ours->item.trashed_ms)
		return RC_OK;
	if (ours) {
		media_shown_social(ours, v->arena, &shown);
		address = shown.path;
		head->image_type = shown.mime;
		head->image_width_px = shown.width_px;
		head->image_height_px = shown.height_px;
		head->image_alt = str_empty(head->image_alt) ? ours->item.alt : head->image_alt;
	}
	head->image = address_resolve_absolute(&v->site->base, page_path, address, v->arena);
	return RC_OK;
}

/* Without its sizes it is still a picture: failing to look for them is no failure of the page. */
static void small_picture(struct visit *v, struct value *object, const char *key, struct str address, int width_px, int height_px)
{
	struct media_shown shown = { .path = address, .focus_x = 500, .focus_y = 500 };
	struct media_picture *ours = NULL;
	struct err err = ERR_INIT;
	bool found = !str_empty(address) && media_picture_find(v->db, &v->site->base, address, v->arena, &ours, &err) == RC_OK && ours;
	if (str_empty(address) || (found && ours->item.trashed_ms)) {
		value_absent(v->arena, object, key);
		return;
	}
	if (found)
		media_shown_small(ours, &v->site->base, width_px, height_px, v->arena, &shown);
	shown_values(v, value_object(v->arena, object, key), &shown);
}

void values_portrait(struct visit *v, struct value *object, struct str address)
{
	for (const struct picture_seen *seen = v->portraits; seen; seen = seen->next)
		if (str_eq(seen->address, address)) {
			value_share(v->arena, object, "picture", seen->picture);
			return;
		}
	struct picture_seen *seen = ARENA_NEW(v->arena, struct picture_seen);
	small_picture(v, object, "picture", address, PORTRAIT_PX, PORTRAIT_PX);
	*seen = (struct picture_seen){ address, value_get(object, value_key_of(STR("picture"))), v->portraits };
	v->portraits = seen;
}

void values_logo(struct visit *v, struct value *object, struct str address)
{
	small_picture(v, object, "logo", address, 0, LOGO_HIGH_PX);
}

void values_cover(struct visit *v, struct value *object, struct str address)
{
	small_picture(v, object, "cover", address, COVER_PX, 0);
}
