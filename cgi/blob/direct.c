/* direct.c: bytes that somebody sends straight to a bucket. */
#include "base/base.h"

#include "blob/bucket.h"
#include "blob/direct.h"
#include "blob/type.h"
#include "crypt/rand.h"

static enum rc find(struct blob_store *store, struct bucket **out, struct err *err)
{
	*out = bucket_of(store);
	return *out ? RC_OK : err_set(err, RC_UNSUPPORTED, "nothing can be sent directly to this media store");
}

static struct str key_named(const struct bucket *b, struct str name, char key[BUCKET_KEY_ROOM])
{
	snprintf(key, BUCKET_KEY_ROOM, "%s" BUCKET_INCOMING "%.*s", b->prefix, STR_ARG(str_sub(name, 0, BLOB_DIRECT_NAME_CHARS)));
	return str_of(key);
}

static struct str key_of(const struct bucket *b, const struct blob_direct *direct, char key[BUCKET_KEY_ROOM])
{
	return key_named(b, direct->name, key);
}

/* Of what can be read and proven. */
static struct str key_arrived(const struct bucket *b, const struct blob_direct *direct, const struct blob_arrived *arrived,
			      char key[BUCKET_KEY_ROOM])
{
	return key_named(b, arrived->name[0] ? str_of(arrived->name) : direct->name, key);
}

static bool in_parts(const struct blob_direct *direct)
{
	return !str_empty(str_or_empty(direct->upload));
}

struct str blob_direct_origin(struct blob_store *store, struct arena *arena)
{
	struct bucket *b = bucket_of(store);

	return b ? s3_origin(b->s3, arena) : STR_NONE;
}

enum rc blob_direct_begin(struct blob_store *store, struct blob_direct *direct, struct arena *arena, struct err *err)
{
	char key[BUCKET_KEY_ROOM];
	struct bucket *b;
	enum rc rc = find(store, &b, err);

	direct->upload = STR("");
	if (rc != RC_OK || direct->size_b <= BLOB_DIRECT_PART_B)
		return rc;
	return s3_parts_begin(b->s3, key_of(b, direct, key), arena, &direct->upload, err);
}

static size_t count_parts(const struct blob_direct *direct)
{
	return in_parts(direct) ? (size_t)((direct->size_b + BLOB_DIRECT_PART_B - 1) / BLOB_DIRECT_PART_B) : 1;
}

/* The part `at` as it is to be: its place and length. */
static struct blob_direct_part plan(const struct blob_direct *direct, size_t at)
{
	struct blob_direct_part part = { .size_b = direct->size_b };

	if (!in_parts(direct))
		return part;
	part.from_b = (int64_t)at * BLOB_DIRECT_PART_B;
	part.size_b = direct->size_b - part.from_b;
	if (part.size_b > BLOB_DIRECT_PART_B)
		part.size_b = BLOB_DIRECT_PART_B;
	return part;
}

static enum rc mark_there(struct bucket *b, struct str key, const struct blob_direct *direct, struct arena *arena,
			  struct blob_direct_parts *parts, struct err *err)
{
	struct s3_object object;
	struct s3_parts come;
	enum rc rc;

	if (!in_parts(direct)) {
		rc = s3_head(b->s3, key, &object, err);
		parts->items[0].there = rc == RC_OK && object.size_b == direct->size_b;
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	rc = s3_parts_list(b->s3, key, direct->upload, arena, &come, err);
	for (size_t i = 0; rc == RC_OK && i < come.count; i++) {
		size_t at = (size_t)come.items[i].number - 1;

		if (at < parts->count)
			parts->items[at].there = come.items[i].size_b == parts->items[at].size_b;
	}
	return rc;
}

enum rc blob_direct_parts(struct blob_store *store, const struct blob_direct *direct, int expires_s, bool ask,
			  struct arena *arena, struct blob_direct_parts *out, struct err *err)
{
	struct blob_direct_parts parts = { NULL, count_parts(direct) };
	char room[BUCKET_KEY_ROOM];
	struct bucket *b;
	struct str key;
	enum rc rc = find(store, &b, err);

	if (rc != RC_OK)
		return rc;
	key = key_of(b, direct, room);
	parts.items = ARENA_ARRAY(arena, parts.count, struct blob_direct_part);
	for (size_t i = 0; i < parts.count; i++) {
		parts.items[i] = plan(direct, i);
		parts.items[i].url = s3_presign_put(b->s3, key, in_parts(direct) ? direct->upload : STR_NONE, (int)i + 1,
						    parts.items[i].size_b, expires_s, arena);
	}
	if (ask)
		rc = mark_there(b, key, direct, arena, &parts, err);
	if (rc == RC_OK)
		*out = parts;
	return rc;
}

/* The parts are those that were asked for, so that nothing is put together that is too long. */
static enum rc put_together(struct bucket *b, struct str key, const struct blob_direct *direct, struct err *err)
{
	struct s3_parts come = { NULL, 0 };
	struct arena arena;
	bool whole;
	enum rc rc;

	arena_init(&arena, ARENA_MAX_B);
	rc = s3_parts_list(b->s3, key, direct->upload, &arena, &come, err);
	whole = come.count == count_parts(direct);
	for (size_t i = 0; whole && i < come.count; i++)
		whole = come.items[i].number == (int64_t)i + 1 && come.items[i].size_b == plan(direct, i).size_b;
	if (rc == RC_OK && !whole)
		rc = err_set(err, RC_CONFLICT, "not all of the upload has arrived in the store");
	if (rc == RC_OK)
		rc = s3_parts_end(b->s3, key, direct->upload, &come, err);
	arena_release(&arena);
	return rc;
}

static enum rc changed(struct err *err)
{
	return err_set(err, RC_CONFLICT, "the upload was replaced while it was read");
}

static enum rc look(struct bucket *b, struct str key, int64_t size_b, struct s3_object *out, struct err *err)
{
	enum rc rc = s3_head(b->s3, key, out, err);

	if (rc == RC_NOTFOUND)
		return err_set(err, RC_CONFLICT, "nothing of the upload has arrived in the store");
	if (rc == RC_OK && out->size_b != size_b)
		return err_set(err, RC_CONFLICT, "%lld bytes have arrived in the store, and not %lld", (long long)out->size_b,
			       (long long)size_b);
	if (rc == RC_OK && !out->etag[0])
		return err_set(err, RC_UNSUPPORTED, "the store does not tell the tag of an object");
	return rc;
}

/* To a name that is new each time: a copy that the server makes late changes none that is being read. */
static enum rc set_aside(struct bucket *b, struct str key, struct s3_object *object, char name[BLOB_DIRECT_NAME_CHARS + 1],
			 struct err *err)
{
	static const struct s3_put plain = { .exclusive = false };
	char room[BUCKET_KEY_ROOM];
	struct err none = ERR_INIT;
	enum rc rc;

	rand_base62(name, BLOB_DIRECT_NAME_CHARS);
	rc = s3_copy(b->s3, key, str_of(object->etag), object->size_b, key_named(b, str_of(name), room), &plain, err);
	if (rc == RC_EXISTS || rc == RC_NOTFOUND)
		rc = changed(err);
	if (rc == RC_OK)
		rc = look(b, str_of(room), object->size_b, object, err);
	if (rc != RC_OK && s3_delete(b->s3, str_of(room), &none) != RC_OK) /* it is swept */
		err_prefix(err, "a copy is left");
	return rc;
}

enum rc blob_direct_end(struct blob_store *store, const struct blob_direct *direct, struct blob_arrived *out,
			struct err *err)
{
	struct blob_arrived arrived = { .name = "" };
	struct s3_object object;
	char room[BUCKET_KEY_ROOM];
	struct bucket *b;
	struct str key;
	enum rc rc = find(store, &b, err);

	if (rc != RC_OK)
		return rc;
	key = key_of(b, direct, room);
	if (in_parts(direct))
		rc = put_together(b, key, direct, err);
	if (rc == RC_OK || rc == RC_NOTFOUND) /* it may have been put together before */
		rc = look(b, key, direct->size_b, &object, err);
	if (rc == RC_OK && !in_parts(direct))
		rc = set_aside(b, key, &object, arrived.name, err);
	if (rc != RC_OK)
		return rc;
	snprintf(arrived.etag, sizeof(arrived.etag), "%s", object.etag);
	*out = arrived;
	return RC_OK;
}

struct taking {
	const struct blob_arrived *arrived;
	struct s3_object object;
	blob_take_fn *take;
	void *ctx;
};

static enum rc take_some(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct taking *t = ctx;

	return strcmp(t->object.etag, t->arrived->etag) == 0 ? t->take(t->ctx, bytes, n, err) : changed(err);
}

enum rc blob_direct_read(struct blob_store *store, const struct blob_direct *direct, const struct blob_arrived *arrived,
			 int64_t from_b, int64_t length_b, blob_take_fn *take, void *ctx, struct err *err)
{
	struct taking t = { .arrived = arrived, .take = take, .ctx = ctx };
	char room[BUCKET_KEY_ROOM];
	struct bucket *b;
	enum rc rc = find(store, &b, err);

	if (rc == RC_OK)
		rc = s3_get(b->s3, key_arrived(b, direct, arrived, room), from_b, length_b, take_some, &t, &t.object, err);
	return rc == RC_CONFLICT || rc == RC_NOTFOUND ? changed(err) : rc;
}

enum rc blob_direct_keep(struct blob_store *store, const struct blob_direct *direct, const struct blob_arrived *arrived,
			 struct str hash, struct str head, bool *existed, struct err *err)
{
	const struct s3_put put = { .type = blob_type(head), .cache_control = STR(BUCKET_FOR_EVER) };
	struct s3_object there = { .size_b = -1 };
	char from[BUCKET_KEY_ROOM], to[BUCKET_KEY_ROOM];
	struct bucket *b;
	enum rc rc = find(store, &b, err);

	if (rc != RC_OK)
		return rc;
	rc = s3_head(b->s3, bucket_key(b, hash, to), &there, err);
	*existed = rc == RC_OK && there.size_b == direct->size_b;
	if (*existed || (rc != RC_OK && rc != RC_NOTFOUND))
		return rc;
	rc = s3_copy(b->s3, key_arrived(b, direct, arrived, from), str_of(arrived->etag), direct->size_b, str_of(to), &put, err);
	return rc == RC_EXISTS || rc == RC_NOTFOUND ? changed(err) : rc;
}

enum rc blob_direct_drop(struct blob_store *store, const struct blob_direct *direct, struct err *err)
{
	char room[BUCKET_KEY_ROOM];
	struct bucket *b;
	enum rc rc = find(store, &b, err);

	if (rc == RC_OK && in_parts(direct))
		rc = s3_abort(b->s3, key_of(b, direct, room), direct->upload, err);
	return rc == RC_OK ? s3_delete(b->s3, key_of(b, direct, room), err) : rc;
}

enum rc blob_direct_leave(struct blob_store *store, const struct blob_arrived *arrived, struct err *err)
{
	char room[BUCKET_KEY_ROOM];
	struct bucket *b;
	enum rc rc = arrived->name[0] ? find(store, &b, err) : RC_OK;

	return rc == RC_OK && arrived->name[0] ? s3_delete(b->s3, key_named(b, str_of(arrived->name), room), err) : rc;
}

/* A sender chooses what his bytes are: in a bucket that everybody may read they would be a page of its domain. */
enum rc blob_direct_check(struct blob_store *store, struct err *err)
{
	static const struct s3_source source = { .fd = -1, .bytes = "platen check", .length_b = 12 };
	static const struct s3_put how = { .exclusive = false };
	char name[BLOB_DIRECT_NAME_CHARS + 1], room[BUCKET_KEY_ROOM];
	bool open = false;
	struct bucket *b;
	struct str key;
	enum rc rc = find(store, &b, err), gone;

	if (rc != RC_OK)
		return rc;
	rand_base62(name, BLOB_DIRECT_NAME_CHARS);
	key = key_named(b, str_of(name), room);
	rc = s3_put(b->s3, key, &source, &how, err);
	if (rc != RC_OK)
		return rc;
	rc = s3_is_open(b->s3, key, &open, err);
	if (rc == RC_OK && open)
		rc = err_set(err, RC_DENIED, "everybody may read all that is in the bucket, below '%s" BUCKET_INCOMING "' too: only "
			     "names with a '-' are for all ('%s*-*')", b->prefix, b->prefix);
	gone = s3_delete(b->s3, key, rc == RC_OK ? err : NULL);
	return rc == RC_OK ? gone : rc;
}
