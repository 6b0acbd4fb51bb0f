/* media_take.c: takes a file that somebody sent into the library. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/mime.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/job.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "core/picture.h"
#include "img/clean.h"
#include "img/film.h"
#include "store/media.h"
#include "store/media_gone.h"
#include "store/media_variant.h"

/* Invisible signs that turn the direction of what follows: "gpj.exe" would read as "exe.jpg". */
static bool is_turning(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0xfeff || c == 0x2028 || c == 0x2029;
}

static bool is_harmless(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !is_turning(c) && !(c < 0x80 && strchr("\"'<>|*?:`\\/#%&{}", (int)c));
}

struct str media_name(struct arena *arena, struct str name, const char *mime)
{
	struct buf out = BUF_INIT(2048);
	struct str rest = utf8_cut(str_or_empty(name), 1024);
	for (ptrdiff_t at; (at = str_rfind_char(rest, '\\')) >= 0; )
		rest = str_from(rest, (size_t)at + 1);
	rest = path_base(rest);
	uint32_t c;
	while (utf8_next(&rest, &c)) {
		struct str before = STR("-");
		if (!is_harmless(c))
			buf_str(&out, before);
		else
			utf8_put(&out, c);
	}
	struct str made = str_trim(buf_view(&out));
	while (made.n && (made.p[0] == '.' || made.p[0] == '-'))
		made = str_from(made, 1);
	struct str ext = path_ext(made);
	if (made.n > MEDIA_NAME_MAX_B && ext.n && ext.n < 12)
		made = ARENA_JOIN(arena, utf8_cut(made, MEDIA_NAME_MAX_B - ext.n - 1), STR("."), ext);
	else
		made = arena_str(arena, utf8_cut(made, MEDIA_NAME_MAX_B));
	const char *usual = mime_ext(str_of(mime));
	if (!made.n)
		made = ARENA_JOIN(arena, STR("file"), usual ? STR(".") : STR(""), usual ? str_of(usual) : STR(""));
	buf_release(&out);
	return made;
}

struct str media_address(struct arena *arena, const struct media_item *item)
{
	return ARENA_JOIN(arena, STR("/media/"), item->hash, STR("/"), enc_percent_dup(arena, item->name, ENC_STRICT));
}

/* --- into the store --- */

static enum rc read_head(const struct media_source *source, char *head, size_t *n, struct err *err)
{
	size_t want = source->size_b < (int64_t)MEDIA_HEAD_B ? (size_t)source->size_b : MEDIA_HEAD_B;
	for (*n = 0; *n < want; ) {
		ssize_t got = pread(source->fd, head + *n, want - *n, source->from_b + (int64_t)*n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(err, RC_IO, "the file that was sent cannot be read");
		*n += (size_t)got;
	}
	return RC_OK;
}

struct reader {
	const struct media_source *source;
	int64_t at_b;
};

static enum rc read_some(void *ctx, void *bytes, size_t room, size_t *n, struct err *err)
{
	struct reader *r = ctx;
	int64_t left = r->source->size_b - r->at_b;
	ssize_t got;
	if ((int64_t)room > left)
		room = (size_t)left;
	do
		got = room ? pread(r->source->fd, bytes, room, r->source->from_b + r->at_b) : 0;
	while (got < 0 && errno == EINTR);
	if (got < 0 || (got == 0 && room))
		return err_set(err, RC_IO, "the file that was sent cannot be read");
	r->at_b += got;
	*n = (size_t)got;
	return RC_OK;
}

enum rc media_put_clean(struct blob_store *blobs, const struct media_source *source, const struct img_info *info,
			struct blob_put *out, struct err *err)
{
	struct err why = ERR_INIT;
	struct img_clean *clean = NULL;
	enum rc rc = img_clean_open(source->fd, source->from_b, source->size_b, info, &clean, &why);
	if (rc == RC_OK) {
		rc = media_store_fault(blob_put(blobs, img_clean_read, clean, source->size_b + IMG_CLEAN_MORE_B, out, err), err);
		img_clean_close(clean);
		return rc;
	}
	out->hash[0] = '\0';
	return rc == RC_IO ? err_set(err, rc, "%s", why.msg) : RC_OK;
}

static enum rc put_film(struct blob_store *blobs, const struct media_source *source, struct blob_put *out, struct err *err)
{
	struct img_film *film;
	enum rc rc = img_film_open(source->fd, source->from_b, source->size_b, &film, err);
	if (rc != RC_OK || !film)
		return rc;
	rc = media_store_fault(blob_put(blobs, img_film_read, film, BLOB_MAX_B, out, err), err);
	img_film_close(film);
	return rc;
}

enum rc media_put_public(struct blob_store *blobs, const struct media_source *source, const struct media_type *type,
			 struct blob_put *out, struct err *err)
{
	out->hash[0] = '\0';
	if (type->picture.type != IMG_NONE)
		return media_put_clean(blobs, source, &type->picture, out, err);
	return img_film_knows(str_of(type->mime)) ? put_film(blobs, source, out, err) : RC_OK;
}

enum rc media_take_tell(struct str types, struct str head, struct str name, struct media_type *out, struct err *err)
{
	enum rc rc = media_type_tell(head, str_or_empty(name), out, err);
	if (rc == RC_OK && !media_type_is_allowed(types, str_of(out->mime)))
		rc = err_set(err, RC_UNSUPPORTED, "files of the type %s are not taken", out->mime);
	return rc;
}

static enum rc tell(struct str types, const struct media_source *source, struct media_type *type, struct err *err)
{
	size_t n = 0;
	char *head = mem_array(MEDIA_HEAD_B, 1);
	enum rc rc = read_head(source, head, &n, err);
	if (rc == RC_OK)
		rc = media_take_tell(types, str_n(head, n), source->name, type, err);
	free(head);
	return rc;
}

enum rc media_take_put(struct blob_store *blobs, struct str types, const struct media_source *source, struct arena *arena,
		       struct media_taken *out, struct err *err)
{
	struct media_taken taken = { .clean = { .hash = "" } };
	struct reader reader = { source, 0 };
	if (source->size_b <= 0)
		return err_set(err, RC_INVALID, "the file is empty");
	if (source->size_b > BLOB_MAX_B)
		return err_set(err, RC_LIMIT, "the file is larger than %lld bytes", (long long)BLOB_MAX_B);
	enum rc rc = tell(types, source, &taken.type, err);
	if (rc == RC_OK && source->conf && taken.type.picture.type != IMG_NONE)
		rc = picture_check(source->conf, source->fd, source->from_b, source->size_b, err);
	if (rc == RC_OK)
		rc = media_store_fault(blob_put(blobs, read_some, &reader, BLOB_MAX_B, &taken.blob, err), err);
	if (rc == RC_OK)
		rc = media_put_public(blobs, source, &taken.type, &taken.clean, err);
	if (rc != RC_OK)
		return rc;
	taken.name = media_name(arena, source->name, taken.type.mime);
	*out = taken;
	return RC_OK;
}

/* --- into the library --- */

static enum rc put_variant(struct db_tx *tx, const struct media_taken *taken, int64_t now_ms, struct err *err)
{
	struct media_variant clean = {
		.original = str_of(taken->blob.hash), .hash = str_of(taken->clean.hash), .mime = str_of(taken->type.mime),
		.crop = STR(MEDIA_CROP_CLEAN), .width_px = taken->type.picture.width_px,
		.height_px = taken->type.picture.height_px, .size_b = taken->clean.size_b,
	};
	return media_variant_put_clean(tx, &clean, now_ms, err);
}

enum rc media_order_variants(struct db_tx *tx, int64_t item_id, int64_t now_ms, struct err *err)
{
	char payload[64], key[32];
	snprintf(payload, sizeof payload, "{\"item\":%lld}", (long long)item_id);
	snprintf(key, sizeof key, "%lld", (long long)item_id);
	struct job_order order = { .kind = JOB_MEDIA_VARIANTS, .payload = str_of(payload), .unique_key = str_of(key),
				   .priority = JOB_NORMAL };
	return job_add(tx, &order, now_ms, NULL, NULL, err);
}

enum rc media_try_again(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err)
{
	char key[32];
	if (!str_is(item->state, MEDIA_STATE_FAILED))
		return RC_OK;
	snprintf(key, sizeof key, "%lld", (long long)item->id);
	enum rc rc = job_delete_dead_of(tx, STR(JOB_MEDIA_VARIANTS), str_of(key), err);
	if (rc == RC_OK)
		rc = media_item_set_state(tx, item->id, MEDIA_STATE_WAITING, STR(""), STR(""), STR(""), err);
	return rc == RC_OK ? media_order_variants(tx, item->id, now_ms, err) : rc;
}

static const char *first_state(const struct media_taken *taken)
{
	return taken->type.picture.type == IMG_NONE ? MEDIA_STATE_NONE : MEDIA_STATE_WAITING;
}

/* Bytes that are new to the library, or those of an item that is there. What an item had before it was replaced is not
 * what it shows: that becomes an item again. */
static enum rc put_own(struct db_tx *tx, const struct media *media, const struct media_taken *taken,
		       const struct media_taking *taking, struct arena *arena, bool *again, struct err *err)
{
	int64_t expires_ms = taking->pinned ? 0 : taking->now_ms + MEDIA_EXPIRY_MS;
	struct media_item item;
	struct err none = ERR_INIT;
	enum rc rc = media_item_of_blob(db_tx_ro(tx), media->hash, arena, &item, &none);
	*again = rc == RC_OK && !str_eq(item.hash, media->hash);
	rc = media_put(tx, media, err);
	if (rc == RC_OK && *again)
		rc = media_item_detach(tx, media->hash, item.id, str_of(taken->type.kind), first_state(taken), taking->now_ms, err);
	return rc == RC_OK ? media_item_take(tx, media->hash, media->name, taking->actor.user_id, taking->pinned, expires_ms,
					     taking->now_ms, err) : rc;
}

/* The bytes may be what it has already: then there is nothing to replace. Those it had before come back, and so do those
 * that another item had before it was replaced, which that one does not show any more. */
static enum rc put_instead(struct db_tx *tx, const struct media *media, const struct media_taken *taken,
			   const struct media_taking *taking, struct arena *arena, struct err *err)
{
	struct media_item item, other;
	struct media there;
	struct err none = ERR_INIT;
	enum rc rc = media_item_get(db_tx_ro(tx), taking->replaces, arena, &item, err);
	if (rc != RC_OK || str_eq(item.hash, media->hash))
		return rc;
	if (media_item_of_hash(db_tx_ro(tx), media->hash, arena, &other, &none) == RC_OK && other.id != item.id) {
		if (str_eq(other.hash, media->hash) || media_get(db_tx_ro(tx), media->hash, arena, &there, &none) != RC_OK)
			return err_set(err, RC_EXISTS, "these bytes are in the library already");
		rc = media_item_move(tx, media->hash, other.id, item.id, err);
	}
	if (rc == RC_OK) /* pages show them until the job has rendered them anew */
		rc = media_variant_retire_all(tx, item.hash, err);
	if (rc != RC_OK)
		return rc;
	rc = media_item_replace(tx, item.id, media, str_of(taken->type.kind), first_state(taken), err);
	return rc == RC_OK ? media_gone_forget(tx, media->hash, err) : rc;
}

bool media_may_replace(struct actor actor)
{
	return actor.role >= ROLE_EDITOR;
}

enum rc media_take(struct db_tx *tx, struct blob_store *blobs, const struct media_taken *taken,
		   const struct media_taking *taking, struct arena *arena, struct media_item *out, struct err *err)
{
	const struct img_info *picture = &taken->type.picture;
	bool is_picture = picture->type != IMG_NONE, cleaned = taken->clean.hash[0];
	struct media media = {
		.hash = arena_str(arena, str_of(taken->blob.hash)), .name = taken->name, .mime = str_of(taken->type.mime),
		.size_b = taken->blob.size_b, .width_px = picture->width_px, .height_px = picture->height_px,
		.created_ms = taking->now_ms, .pinned = taking->pinned, 
		.private_bytes = is_picture || cleaned || media_type_may_tell(STR(""), str_of(taken->type.mime)),
		.expires_ms = taking->pinned ? 0 : taking->now_ms + MEDIA_EXPIRY_MS,
	};
	bool again = taking->replaces != 0;
	enum rc rc = actor_hold(tx, taking->actor, err);
	if (rc == RC_OK && taking->replaces && !media_may_replace(taking->actor))
		rc = err_set(err, RC_DENIED, "your role does not allow to replace files");
	if (rc == RC_OK)
		rc = media_store_has(blobs, tx, str_of(taken->blob.hash), err);
	if (rc == RC_OK && cleaned)
		rc = media_store_has(blobs, tx, str_of(taken->clean.hash), err);
	if (rc == RC_OK)
		rc = taking->replaces ? put_instead(tx, &media, taken, taking, arena, err)
				      : put_own(tx, &media, taken, taking, arena, &again, err);
	if (rc == RC_OK && cleaned)
		rc = put_variant(tx, taken, taking->now_ms, err);
	if (rc == RC_OK)
		rc = media_item_of_hash(db_tx_ro(tx), media.hash, arena, out, err);
	if (rc == RC_OK && (again || str_is(out->state, MEDIA_STATE_WAITING)))
		rc = media_order_variants(tx, out->id, taking->now_ms, err);
	return rc == RC_OK ? media_send_order(tx, blobs, taking->now_ms, err) : rc;
}
