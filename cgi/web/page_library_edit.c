/* page_library_edit.c: a picture of the library turned, mirrored and cut; its original stays. */
#include "base/base.h"

#include "core/media_edit.h"
#include "store/media_variant.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/pages.h"

#define PREVIEW_PX 1280
#define MAX_TEXT_B 20

static const struct { const char *name; int ratio_w, ratio_h; } shapes[] = {
	{ "free", 0, 0 }, { "1:1", 1, 1 }, { "4:3", 4, 3 }, { "3:4", 3, 4 }, { "16:9", 16, 9 }, { "9:16", 9, 16 },
};
static const struct { const char *name; int turn; } turns[] = {
	{ "left", 3 }, { "right", 1 }, { "mirror", IMG_MIRRORED }, { "flip", IMG_MIRRORED | 2 },
};

/* What the form says. The texts are shown again as they were typed when they make no edit. */
struct cut {
	struct img_edit edit;
	struct str x, y, width, height;
	size_t shape;
	int64_t version;
	const char *problem;       /* a key of the phrases; NULL: it is fine */
};

static void set_texts(struct visit *v, struct cut *cut, struct img_rect own)
{
	struct img_rect part = img_edit_part(&cut->edit, own);
	cut->x = arena_printf(v->arena, "%d", part.x);
	cut->y = arena_printf(v->arena, "%d", part.y);
	cut->width = arena_printf(v->arena, "%d", part.width);
	cut->height = arena_printf(v->arena, "%d", part.height);
}

static void cut_of(struct visit *v, const struct media_item *item, struct cut *out)
{
	struct img_rect own = media_own_size(item);
	*out = (struct cut){ .version = item->version };
	if (img_edit_read(item->edit, &out->edit, NULL) != RC_OK || !img_edit_fits(&out->edit, own))
		out->edit = (struct img_edit){ 0 };
	set_texts(v, out, own);
}

/* --- the page --- */

/* SVG's matrix that brings the picture as it is to where it lies when it is turned. */
static struct str matrix(struct visit *v, int turn, struct img_rect own)
{
	const int w = own.width, h = own.height;
	const int quarters[4][6] = { { 1, 0, 0, 1, 0, 0 }, { 0, 1, -1, 0, h, 0 }, { -1, 0, 0, -1, w, h }, { 0, -1, 1, 0, 0, w } };
	int m[6];
	memcpy(m, quarters[turn & 3], sizeof m);
	if (turn & IMG_MIRRORED) {
		m[0] = -m[0];
		m[2] = -m[2];
		m[4] = (turn & 1 ? h : w) - m[4];
	}
	return arena_printf(v->arena, "matrix(%d %d %d %d %d %d)", m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* The picture without its edit, in a format that browsers show: what was made of it before it was edited, or for this. */
static enum rc preview(struct visit *v, struct db_ro *db, const struct media_item *item, struct str *out, struct err *err)
{
	struct media_variants all;
	const struct media_variant *best = NULL;
	bool edited = false;
	enum rc rc = media_variant_list(db, item->hash, v->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
		const struct media_variant *one = &all.items[i];
		edited = edited || str_is(one->crop, MEDIA_CROP_EDITED);
		if (str_empty(one->crop) && (!best || (best->width_px < PREVIEW_PX && one->width_px > best->width_px)))
			best = one;
	}
	if (edited || !best)
		*out = visit_link(v, arena_printf(v->arena, "/admin/media/%lld/whole", (long long)item->id));
	else
		*out = visit_link(v, ARENA_JOIN(v->arena, STR("/media/"), best->hash, STR("/"), item->name));
	return rc;
}

static void shape_values(struct visit *v, const struct cut *cut, struct value *root)
{
	struct value *list = value_list(v->arena, root, "shapes");
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", str_of(shapes[i].name));
		value_text(v->arena, item, "label", i ? str_of(shapes[i].name) : i18n_text(v->admin->i18n, "media_shape_free"));
		value_bool(v->arena, item, "selected", i == cut->shape);
	}
}

static void cut_values(struct visit *v, const struct media_item *item, const struct cut *cut, struct value *root)
{
	struct img_rect own = media_own_size(item), all = img_edit_turned(&cut->edit, own), part = img_edit_part(&cut->edit, own);
	struct value *stage = value_object(v->arena, root, "stage"), *typed = value_object(v->arena, root, "typed");
	value_int(v->arena, stage, "width", all.width);
	value_int(v->arena, stage, "height", all.height);
	value_int(v->arena, stage, "own_width", own.width);
	value_int(v->arena, stage, "own_height", own.height);
	value_text(v->arena, stage, "matrix", matrix(v, cut->edit.turn, own));
	value_int(v->arena, stage, "x", part.x);
	value_int(v->arena, stage, "y", part.y);
	value_int(v->arena, stage, "part_width", part.width);
	value_int(v->arena, stage, "part_height", part.height);
	value_int(v->arena, typed, "turn", cut->edit.turn);
	value_text(v->arena, typed, "x", cut->x);
	value_text(v->arena, typed, "y", cut->y);
	value_text(v->arena, typed, "width", cut->width);
	value_text(v->arena, typed, "height", cut->height);
	value_int(v->arena, root, "version", cut->version);
	shape_values(v, cut, root);
}

static struct str problem_text(struct visit *v, const struct media_item *item, const struct cut *cut)
{
	struct img_rect own = media_own_size(item), all = img_edit_turned(&cut->edit, own);
	const struct i18n_pair pairs[] = {
		{ "width", arena_printf(v->arena, "%d", all.width) }, { "height", arena_printf(v->arena, "%d", all.height) },
		{ "least", arena_printf(v->arena, "%d", MEDIA_EDIT_MIN_PX) },
	};
	return cut->problem ? i18n_fill(v->admin->i18n, cut->problem, pairs, COUNT_OF(pairs), v->arena) : STR("");
}

static enum rc show(struct visit *v, struct db_ro *db, const struct media_item *item, struct cut *cut, int status,
		    struct err *err)
{
	struct value *root = value_root(v->arena);
	struct str here = arena_printf(v->arena, "/admin/media/%lld", (long long)item->id), image = STR("");
	struct img_rect own = media_own_size(item);
	value_text(v->arena, root, "problem", problem_text(v, item, cut));
	if (!img_edit_fits(&cut->edit, own)) /* the rectangle that is drawn; the fields have what was typed */
		cut->edit.crop = (struct img_rect){ 0 };
	enum rc rc = preview(v, db, item, &image, err);
	if (rc != RC_OK)
		return rc;
	cut_values(v, item, cut, root);
	value_text(v->arena, root, "image", image);
	value_text(v->arena, root, "name", item->name);
	value_bool(v->arena, root, "is_edited", !str_empty(item->edit));
	value_text(v->arena, root, "action", visit_link(v, ARENA_JOIN(v->arena, here, STR("/edit"))));
	value_text(v->arena, root, "page", visit_link(v, here));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/media")));
	return admin_render(v, "media_edit", "media", i18n_text(v->admin->i18n, "media_edit"), root, status, err);
}

/* --- who, and what --- */

/* *out false: the answer was given. */
static enum rc may_edit(struct visit *v, struct db_ro *db, struct media_item *item, bool *out, struct err *err)
{
	static const char *const phrases[] = {
		[MEDIA_EDIT_NO_PICTURE] = "media_wrong_picture", [MEDIA_EDIT_MOVES] = "media_wrong_moves",
		[MEDIA_EDIT_NOT_YET] = "media_wrong_not_yet", [MEDIA_EDIT_TRASHED] = "media_in_trash",
	};
	enum media_editable state = MEDIA_EDITABLE;
	int64_t id;
	*out = false;
	if (!str_to_i64(visit_arg(v, "id"), &id))
		return err_set(err, RC_NOTFOUND, "there is no such file");
	enum rc rc = media_item_get(db, id, v->arena, item, err);
	if (rc != RC_OK)
		return rc;
	if (v->admin->who.actor.role < ROLE_EDITOR && (!item->user_id || item->user_id != v->admin->who.user.id))
		return visit_fail(v, 403, RC_DENIED, err, "it is somebody else's file");
	rc = media_editable(db, item, &state, err);
	*out = rc == RC_OK && state == MEDIA_EDITABLE;
	if (rc != RC_OK || *out)
		return rc;
	return page_library_item_refuse(v, db, item, phrases[state], err);
}

enum rc page_library_edit(struct visit *v, struct err *err)
{
	struct media_item item;
	struct cut cut;
	bool may;
	enum rc rc = may_edit(v, v->db, &item, &may, err);
	if (rc != RC_OK || !may)
		return rc;
	cut_of(v, &item, &cut);
	return show(v, v->db, &item, &cut, 200, err);
}

/* --- the form --- */

static bool number(struct str text, int *out)
{
	int64_t n;
	if (!str_to_i64(str_trim(text), &n) || n < INT32_MIN || n > INT32_MAX)
		return false;
	*out = (int)n;
	return true;
}

/* A rectangle of the chosen shape in the one that was drawn, round the focal point. */
static void fit_shape(const struct media_item *item, struct img_edit *edit, size_t shape)
{
	struct img_rect own = media_own_size(item), part = img_edit_part(edit, own);
	struct img_edit before = { 0 };
	int x = (int)item->focal_x, y = (int)item->focal_y;
	if (!shapes[shape].ratio_w)
		return;
	if (img_edit_read(item->edit, &before, NULL) != RC_OK || !img_edit_fits(&before, own))
		before = (struct img_edit){ 0 };
	img_edit_point(&before, edit, own, &x, &y);
	edit->crop = img_crop(part.width, part.height, shapes[shape].ratio_w, shapes[shape].ratio_h, x, y);
	edit->crop.x += part.x;
	edit->crop.y += part.y;
}

static void read_cut(struct visit *v, const struct media_item *item, struct cut *cut)
{
	struct img_rect *crop = &cut->edit.crop;
	struct str shape = admin_field(v, "shape");
	int turn = 0;
	*cut = (struct cut){
		.x = str_sub(admin_field(v, "x"), 0, MAX_TEXT_B), .y = str_sub(admin_field(v, "y"), 0, MAX_TEXT_B),
		.width = str_sub(admin_field(v, "width"), 0, MAX_TEXT_B), .height = str_sub(admin_field(v, "height"), 0, MAX_TEXT_B),
	};
	bool good = number(admin_field(v, "turn"), &turn) && turn >= 0 && turn < IMG_TURN__MAX;
	cut->edit.turn = good ? turn : 0;
	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		if (str_is(shape, shapes[i].name))
			cut->shape = i;
	good = str_to_i64(admin_field(v, "version"), &cut->version) && good;
	if (!good || !number(cut->x, &crop->x) || !number(cut->y, &crop->y) || !number(cut->width, &crop->width) ||
	    !number(cut->height, &crop->height))
		cut->problem = "media_wrong_numbers";
	else if (crop->width < 1 || crop->height < 1 || !img_edit_fits(&cut->edit, media_own_size(item)))
		cut->problem = "media_wrong_crop";
	else
		fit_shape(item, &cut->edit, cut->shape);
}

static enum rc save(struct visit *v, struct db_rw *db, const struct media_item *item, struct cut *cut, const char *action,
		    struct err *err)
{
	struct media_item based = *item;
	struct err why = ERR_INIT;
	struct db_tx *tx;
	based.version = cut->version;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_edit(tx, &based, &cut->edit, v->now_ms, &why);
	if (rc == RC_OK)
		rc = admin_note(v, tx, action, item->name, &why);
	rc = db_end(tx, rc, &why);
	if (rc == RC_CONFLICT || rc == RC_INVALID) {
		cut->problem = rc == RC_CONFLICT ? "media_wrong_changed" : "media_wrong_crop";
		cut->version = rc == RC_CONFLICT ? item->version : cut->version;
		return show(v, db_rw_ro(db), item, cut, rc == RC_CONFLICT ? 409 : 422, err);
	}
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	return admin_redirect(v, arena_printf(v->arena, "/admin/media/%lld", (long long)item->id), "media_edited", err);
}

/* Nothing is kept of it: the form comes back with the picture turned, and what was cut out with it. */
static enum rc show_turned(struct visit *v, struct db_rw *db, const struct media_item *item, struct cut *cut, int turn,
			   struct err *err)
{
	struct img_rect own = media_own_size(item);
	img_edit_turn(&cut->edit, own, turn);
	if (turn & 1)
		cut->shape = 0;
	set_texts(v, cut, own);
	return show(v, db_rw_ro(db), item, cut, 200, err);
}

enum rc page_library_edit_form(struct visit *v, struct err *err)
{
	struct str button = admin_field(v, "button");
	struct media_item item;
	struct cut cut;
	struct db_rw *db;
	bool may = false;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = may_edit(v, db_rw_ro(db), &item, &may, err);
	if (rc != RC_OK || !may)
		return rc;
	read_cut(v, &item, &cut);
	if (str_is(button, "original")) {
		cut.edit = (struct img_edit){ 0 };
		return save(v, db, &item, &cut, "media_original", err);
	}
	if (cut.problem)
		return show(v, db_rw_ro(db), &item, &cut, 422, err);
	for (size_t i = 0; i < COUNT_OF(turns); i++)
		if (str_is(button, turns[i].name))
			return show_turned(v, db, &item, &cut, turns[i].turn, err);
	if (str_is(button, "show"))
		return show_turned(v, db, &item, &cut, 0, err);
	if (!str_is(button, "save"))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	return save(v, db, &item, &cut, "media_edit", err);
}
