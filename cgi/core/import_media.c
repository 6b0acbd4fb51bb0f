/* import_media.c: files that posts refer to, into the blob store. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mime.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/import_impl.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "crypt/digest.h"
#include "img/clean.h"
#include "img/run.h"
#include "store/media.h"
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_source.h"
#include "store/media_variant.h"

#define CHUNK_B ((size_t)64 << 10)
#define ALT_MAX_B 2000
#define NOTES_AT_ONCE 500

/* What runs in a reader's browser as part of the site is no media file. */
static bool is_active(struct str rel)
{
	static const char *const exts[] = { "html", "htm", "xhtml", "js", "mjs", "css", "php", "cgi", "wasm" };
	struct str ext = path_ext(rel);

	for (size_t i = 0; i < COUNT_OF(exts); i++)
		if (str_ieq(ext, str_of(exts[i])))
			return true;
	return false;
}

/* The address without storing anything. */
static enum rc hash_only(int fd, struct blob_put *put, struct err *err)
{
	struct sha256 *state = sha256_new();
	char *chunk = mem_array(CHUNK_B, 1);
	uint8_t digest[SHA256_B];
	ssize_t n;

	while (((n = read(fd, chunk, CHUNK_B)) > 0 && put->size_b <= IMPORT_MEDIA_MAX_B) || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		sha256_add(state, chunk, (size_t)n);
		put->size_b += n;
	}
	sha256_end(state, digest);
	enc_hex_into(put->hash, digest, sizeof(digest));
	free(chunk);
	if (n < 0)
		return err_set(err, RC_IO, "cannot be read");
	return put->size_b > IMPORT_MEDIA_MAX_B
		? err_set(err, RC_LIMIT, "larger than %lld bytes", (long long)IMPORT_MEDIA_MAX_B) : RC_OK;
}

/* What an export brings was taken once already, under whatever setting. */
static enum rc tell_type(struct importer *im, struct str head, struct str name, const struct import_item *item, struct media_type *type,
			 struct err *err)
{
	if (!item)
		return media_take_tell(im->site->media_types, head, name, type, err);
	if (media_type_tell(head, item->name, type, NULL) != RC_OK)
		*type = (struct media_type){ mime_of_name(item->name), "other", { .type = IMG_NONE } };
	return RC_OK;
}

/* What kind of file it is, and whether it may tell of place and camera. */
static enum rc tell(struct importer *im, int fd, struct str rel, struct import_media *m, struct media_type *type, struct err *err)
{
	const struct img_limits limits = IMG_LIMITS_DEFAULT;
	int64_t pixels_max = im->options->pixels_max ? im->options->pixels_max : limits.pixels;
	char *bytes = mem_array(MEDIA_HEAD_B, 1);
	ssize_t n = pread(fd, bytes, MEDIA_HEAD_B, 0);
	struct str head = str_n(bytes, n > 0 ? (size_t)n : 0);
	enum rc rc = n > 0 ? RC_OK : n < 0 ? err_set(err, RC_IO, "cannot be read") : err_set(err, RC_INVALID, "it is empty");

	if (rc == RC_OK)
		rc = tell_type(im, head, path_base(rel), m->item, type, err);
	if (rc == RC_OK && (int64_t)type->picture.width_px * type->picture.height_px > pixels_max)
		rc = err_set(err, RC_LIMIT, "the picture has %d x %d pixels, more than %lld million", type->picture.width_px,
			     type->picture.height_px, (long long)pixels_max / 1000000);
	if (rc == RC_OK) {
		m->mime = m->item ? import_library_type(m->item, head) : type->mime;
		m->private_bytes = (m->item && m->item->private_bytes) || media_type_may_tell(head, str_of(type->mime));
	}
	free(bytes);
	return rc;
}

/* What readers get of a picture or a film: not for one that has it from an earlier time. *damaged: its pieces do not fit. */
static enum rc put_clean(struct importer *im, int fd, const struct blob_put *put, const struct media_type *type,
			 struct blob_put *clean, bool *damaged, struct err *err)
{
	struct media_source source = { .fd = fd, .size_b = put->size_b, .name = STR("") };
	struct media there;
	struct err none = ERR_INIT;
	enum rc rc;

	if (media_get(db_rw_ro(im->db), str_of(put->hash), im->arena, &there, &none) == RC_OK && there.private_bytes)
		return RC_OK;
	rc = media_put_public(im->blobs, &source, type, clean, err);
	*damaged = rc == RC_OK && !clean->hash[0] && img_clean_knows(type->picture.type);
	return rc;
}

/* What an export says of a file that comes with it. */
static void find_item(struct importer *im, const struct blob_put *put, struct import_media *m)
{
	const struct import_item *item = import_library_find(im, str_of(put->hash));

	if (item && !is_active(item->name))
		m->item = item;
}

static enum rc put_file(struct importer *im, struct str rel, struct import_media *m, struct blob_put *put,
			struct media_type *type, struct blob_put *clean, bool *damaged, struct err *err)
{
	const char *path = arena_cstr(im->arena, rel);
	bool writes = im->blobs && !im->options->dry_run;
	enum rc rc;
	int fd;

	rc = file_open_below(im->options->dir, path, &fd, err);
	if (rc != RC_OK)
		return rc;
	rc = hash_only(fd, put, err);
	if (rc == RC_OK) {
		find_item(im, put, m);
		rc = tell(im, fd, rel, m, type, err);
	}
	/* An import that is run again finds nearly all of them there: looking costs less than writing. */
	if (rc == RC_OK && writes)
		rc = blob_exists(im->blobs, str_of(put->hash), &put->existed, err);
	if (rc == RC_OK && writes && !put->existed)
		rc = lseek(fd, 0, SEEK_SET) == 0 ? blob_put_fd(im->blobs, fd, path, IMPORT_MEDIA_MAX_B, put, err)
						 : err_set(err, RC_IO, "cannot be read");
	if (rc == RC_OK && writes)
		rc = put_clean(im, fd, put, type, clean, damaged, err);
	close(fd);
	return rc;
}

/* Where the number of `rel` is in the index, or belongs. */
static uint32_t *place_of(struct importer *im, struct str rel)
{
	size_t at = (size_t)hash_str(rel, hash_seed()) & (im->media_places - 1);

	while (im->media_index[at] && !str_eq(im->media[im->media_index[at] - 1].rel, rel))
		at = (at + 1) & (im->media_places - 1);
	return &im->media_index[at];
}

static void grow_index(struct importer *im)
{
	im->media_places = im->media_places ? im->media_places * 2 : 256;
	free(im->media_index);
	im->media_index = mem_array(im->media_places, sizeof(*im->media_index));
	for (size_t i = 0; i < im->media_count; i++)
		*place_of(im, im->media[i].rel) = (uint32_t)i + 1;
}

struct import_media *import_media_find(struct importer *im, struct str rel)
{
	uint32_t number = im->media_places ? *place_of(im, rel) : 0;

	return number ? &im->media[number - 1] : NULL;
}

struct import_media *import_media_add(struct importer *im, struct str rel)
{
	if (im->media_count == im->media_cap) {
		im->media_cap = im->media_cap ? im->media_cap * 2 : 64;
		im->media = mem_grow(im->media, im->media_cap, sizeof(*im->media));
	}
	if (im->media_count * 2 >= im->media_places)
		grow_index(im);
	*place_of(im, rel) = (uint32_t)im->media_count + 1;
	im->media[im->media_count] = (struct import_media){ .rel = rel, .address = STR_NONE, .alt = im->alt };
	return &im->media[im->media_count++];
}

void import_media_address(struct importer *im, struct import_media *m)
{
	m->address = ARENA_JOIN(im->arena, STR("/media/"), m->hash, STR("/"),
				enc_percent_dup(im->arena, m->name, ENC_STRICT));
}

const struct import_media *import_media_take(struct importer *im, struct str rel, struct import_page *page,
					     int line)
{
	struct import_media *m = import_media_find(im, rel);
	struct blob_put put = { .size_b = 0 }, clean = { .hash = "" };
	struct media_type type;
	struct err err = ERR_INIT;
	bool damaged = false;

	if (m && !str_given(m->alt))
		m->alt = im->alt;
	if (m)
		return str_given(m->address) ? m : NULL;
	m = import_media_add(im, arena_str(im->arena, rel));
	if (is_active(rel)) {
		import_problem(im, IMPORT_WARNING, page ? page->rel : rel, line,
			       "'%.*s' is not taken: pages, scripts and styles are no media files", STR_ARG(rel));
		return NULL;
	}
	if (put_file(im, rel, m, &put, &type, &clean, &damaged, &err) != RC_OK) {
		import_problem(im, IMPORT_WARNING, page ? page->rel : rel, line, "'%.*s' is not taken: %s",
			       STR_ARG(rel), err.msg);
		m->hash = arena_str(im->arena, str_of(put.hash));
		return NULL;
	}
	m->hash = arena_str(im->arena, str_of(put.hash));
	m->name = path_base(m->rel);
	m->size_b = put.size_b;
	m->width_px = type.picture.width_px;
	m->height_px = type.picture.height_px;
	m->existed = put.existed;
	m->clean = arena_str(im->arena, str_of(clean.hash));
	m->clean_mime = type.mime;
	m->clean_b = clean.size_b;
	import_media_address(im, m);
	if (damaged || (m->private_bytes && type.picture.type == IMG_NONE))
		import_problem(im, IMPORT_WARNING, page ? page->rel : rel, line,
			       "'%.*s' is damaged or a kind of picture that readers do not get", STR_ARG(rel));
	return m;
}

static int by_hash(const void *a, const void *b)
{
	const struct import_media *x = *(const struct import_media *const *)a, *y = *(const struct import_media *const *)b;

	return str_cmp(x->hash, y->hash);
}

void import_media_sort(struct importer *im)
{
	im->by_hash = ARENA_ARRAY(im->arena, im->media_count + 1, const struct import_media *);
	for (size_t i = 0; i < im->media_count; i++)
		if (str_given(im->media[i].address))
			im->by_hash[im->hash_count++] = &im->media[i];
	if (im->hash_count)
		qsort(im->by_hash, im->hash_count, sizeof(*im->by_hash), by_hash);
}

bool import_media_size(const void *ctx, struct str hash, int *width_px, int *height_px)
{
	const struct importer *im = ctx;
	size_t low = 0, high = im->hash_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct import_media *m = im->by_hash[middle];
		int order = str_cmp(m->hash, hash);

		if (order == 0) {
			*width_px = m->width_px;
			*height_px = m->height_px;
			return m->width_px > 0;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static enum rc store_clean(struct importer *im, struct db_tx *tx, const struct import_media *m)
{
	struct media_variant clean = {
		.original = m->hash, .hash = m->clean, .mime = str_of(m->clean_mime), .crop = STR(MEDIA_CROP_CLEAN),
		.width_px = m->width_px, .height_px = m->height_px, .size_b = m->clean_b,
	};

	return media_variant_put_clean(tx, &clean, im->now_ms, im->err);
}

/* An import may last for hours, in which the same bytes may have been removed. */
static enum rc still_there(struct importer *im, struct db_tx *tx, const struct import_media *m)
{
	enum rc rc = RC_OK;

	if (!im->blobs || im->options->dry_run)
		return RC_OK;
	rc = media_store_has(im->blobs, tx, m->hash, im->err);
	return rc == RC_OK && !str_empty(m->clean) ? media_store_has(im->blobs, tx, m->clean, im->err) : rc;
}

/* What a post says in a picture's place is what the library has for it, until somebody writes something else; but for an
 * export's, which says so itself. */
static enum rc store_alt(struct importer *im, struct db_tx *tx, const struct import_media *m)
{
	struct media_item item;
	struct str alt = utf8_cut(str_or_empty(m->alt), ALT_MAX_B);
	enum rc rc;

	if (str_empty(alt) || m->item)
		return RC_OK;
	rc = media_item_of_hash(db_tx_ro(tx), m->hash, im->arena, &item, im->err);
	if (rc != RC_OK || !str_empty(item.alt) || !str_is(item.kind, "image"))
		return rc;
	return media_item_set_alt(tx, item.id, alt, im->now_ms, im->err);
}

static enum rc store_one(struct importer *im, struct db_tx *tx, const struct import_media *m)
{
	int64_t created_ms = m->item ? m->item->created_ms : 0;
	struct media media = {
		.hash = m->hash, .name = m->item ? m->item->name : m->name,
		.mime = str_of(m->mime ? m->mime : mime_of_name(m->name)),
		.size_b = m->size_b, .width_px = m->width_px, .height_px = m->height_px,
		.created_ms = created_ms > 0 && created_ms < im->now_ms ? created_ms : im->now_ms,
	}, there;
	struct err none = ERR_INIT;
	bool fresh = media_get(db_tx_ro(tx), m->hash, im->arena, &there, &none) == RC_NOTFOUND;
	enum rc rc = still_there(im, tx, m);

	media.private_bytes = m->private_bytes || !str_empty(m->clean) || media_type_may_tell(STR(""), media.mime);
	if (rc == RC_OK)
		rc = media_put(tx, &media, im->err);
	if (rc == RC_OK && m->item)
		rc = import_library_store(im, tx, m, fresh);
	if (rc == RC_OK && !str_empty(m->clean))
		rc = store_clean(im, tx, m);
	if (rc == RC_OK)
		rc = store_alt(im, tx, m);
	if (rc == RC_OK && str_given(m->source))
		rc = media_source_put(tx, m->source, m->hash, im->err);
	return rc;
}

static int by_line(const void *a, const void *b)
{
	const struct import_media *x = *(const struct import_media *const *)a, *y = *(const struct import_media *const *)b;
	size_t first = x->item ? x->item->line : SIZE_MAX, second = y->item ? y->item->line : SIZE_MAX;

	return first != second ? first < second ? -1 : 1 : x < y ? -1 : x > y;
}

/* Their bytes are there already. A library is stored in its own order, so that it looks as it did. */
enum rc import_media_store(struct importer *im, struct db_tx *tx)
{
	const struct import_media **all = ARENA_ARRAY(im->arena, im->media_count + 1, const struct import_media *);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < im->media_count; i++)
		all[i] = &im->media[i];
	if (im->media_count)
		qsort(all, im->media_count, sizeof(*all), by_line);
	for (size_t i = 0; rc == RC_OK && i < im->media_count; i++)
		if (str_given(all[i]->address))
			rc = store_one(im, tx, all[i]);
	return rc;
}

static enum rc note(struct db_tx *tx, const struct import_media *m, struct err *err)
{
	enum rc rc = str_empty(m->hash) ? RC_OK : media_gone_note(tx, m->hash, clock_now_ms(), err);

	return rc == RC_OK && !str_empty(m->clean) ? media_gone_note(tx, m->clean, clock_now_ms(), err) : rc;
}

static enum rc note_some(struct importer *im, size_t from, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(im->db, &tx, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = from; rc == RC_OK && i < im->media_count && i < from + NOTES_AT_ONCE; i++)
		rc = note(tx, &im->media[i], err);
	return db_end(tx, rc, err);
}

void import_media_forget(struct importer *im)
{
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	if (!im->blobs || im->options->dry_run)
		return;
	for (size_t i = 0; rc == RC_OK && i < im->media_count; i += NOTES_AT_ONCE)
		rc = note_some(im, i, &err);
	if (rc != RC_OK)
		log_err(LOG_WARN, "files of an import that failed stay in the media store", &err);
}
