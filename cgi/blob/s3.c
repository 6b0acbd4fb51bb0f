/* s3.c: the blob store in an S3 bucket. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "blob/bucket.h"
#include "blob/direct.h"
#include "blob/s3.h"
#include "blob/type.h"
#include "blob/unnamed.h"
#include "crypt/digest.h"

#define CHUNK_B ((size_t)64 << 10)
#define UNNAMED "a temporary file"
#define MAC_B 16
#define OTHERS_MAX 8
#define NAMES_MAX 64 /* that one removal takes away */

/* Hashes of what readers must not have stand in addresses: where everybody may read, a name is more than a hash. */
struct str bucket_key(const struct bucket *b, struct str hash, char key[BUCKET_KEY_ROOM])
{
	char text[BLOB_HASH_LEN + 32], mac[2 * MAC_B + 1] = "";
	uint8_t digest[SHA256_B];

	hash = str_sub(hash, 0, BLOB_HASH_LEN);
	if (str_given(b->secret)) {
		snprintf(text, sizeof(text), "platen s3 name %.*s", STR_ARG(hash));
		hmac_sha256(b->secret, str_of(text), digest);
		enc_hex_into(mac, digest, MAC_B);
	}
	snprintf(key, BUCKET_KEY_ROOM, "%s%.*s%s%s", b->prefix, STR_ARG(hash), mac[0] ? "-" : "", mac);
	return str_of(key);
}

struct str bucket_hash(struct str name)
{
	struct str hash = str_sub(name, 0, BLOB_HASH_LEN), rest = str_from(name, BLOB_HASH_LEN);
	bool other = rest.n == 1 + 2 * MAC_B && rest.p[0] == '-';

	for (size_t i = 1; other && i < rest.n; i++)
		other = (rest.p[i] >= '0' && rest.p[i] <= '9') || (rest.p[i] >= 'a' && rest.p[i] <= 'f');
	return blob_is_hash(hash) && (rest.n == 0 || other) ? hash : STR_NONE;
}

/* The key by which the bucket has a blob that is not at its own. RC_NOTFOUND. */
static enum rc other_key(const struct bucket *b, struct str hash, char key[BUCKET_KEY_ROOM], struct err *err)
{
	struct s3_list page = { NULL, 0, STR_NONE };
	char own[BUCKET_KEY_ROOM], begin[BUCKET_KEY_ROOM];
	struct arena arena;
	enum rc rc;

	arena_init(&arena, ARENA_MAX_B);
	bucket_key(b, hash, own);
	snprintf(begin, sizeof(begin), "%s%.*s", b->prefix, STR_ARG(hash));
	rc = s3_list(b->s3, str_of(begin), STR_NONE, STR_NONE, OTHERS_MAX, &arena, &page, err);
	key[0] = '\0';
	for (size_t i = 0; rc == RC_OK && i < page.count; i++)
		if (!str_is(page.items[i].key, own) && str_given(bucket_hash(str_from(page.items[i].key, strlen(b->prefix)))))
			snprintf(key, BUCKET_KEY_ROOM, "%.*s", STR_ARG(page.items[i].key));
	arena_release(&arena);
	return rc == RC_OK && !key[0] ? err_set(err, RC_NOTFOUND, "there is no blob %.*s", STR_ARG(hash)) : rc;
}

/* --- put --- */

struct collected {
	int fd;
	char head[BLOB_TYPE_HEAD_B];
	size_t head_b;
};

static void keep_head(struct collected *c, const char *bytes, size_t n)
{
	size_t room = sizeof(c->head) - c->head_b;

	n = n < room ? n : room;
	memcpy(c->head + c->head_b, bytes, n);
	c->head_b += n;
}

/* All that `read` gives, with its size and hash. */
static enum rc collect(struct collected *c, blob_read_fn *read, void *ctx, int64_t max_b, struct blob_put *put,
		       struct err *err)
{
	struct sha256 *state = sha256_new();
	char *chunk = mem_array(CHUNK_B, 1);
	uint8_t digest[SHA256_B];
	enum rc rc = RC_OK;
	size_t n = 1;

	while (rc == RC_OK && n) {
		rc = read(ctx, chunk, CHUNK_B, &n, err);
		if (rc != RC_OK)
			break;
		put->size_b += (int64_t)n;
		if (put->size_b > max_b)
			rc = err_set(err, RC_LIMIT, "the file is larger than %lld bytes", (long long)max_b);
		else
			rc = file_write_fd(c->fd, UNNAMED, str_n(chunk, n), err);
		sha256_add(state, chunk, n);
		keep_head(c, chunk, n);
	}
	sha256_end(state, digest);
	enc_hex_into(put->hash, digest, sizeof(digest));
	free(chunk);
	return rc;
}

/* Whoever else puts the same bytes at the same time puts the same object. */
static enum rc put_collected(struct bucket *b, const struct collected *c, struct blob_put *put, struct err *err)
{
	struct s3_source source = { .fd = c->fd, .length_b = put->size_b, .sha256 = str_of(put->hash) };
	struct s3_put how = { .type = blob_type(str_n(c->head, c->head_b)), .cache_control = STR(BUCKET_FOR_EVER), .exclusive = true };
	struct s3_object there = { .size_b = -1 };
	char room[BUCKET_KEY_ROOM];
	struct str key = bucket_key(b, str_of(put->hash), room);
	enum rc rc = s3_head(b->s3, key, &there, err);

	put->existed = rc == RC_OK && there.size_b == put->size_b;
	if (put->existed || (rc != RC_OK && rc != RC_NOTFOUND))
		return rc;
	how.exclusive = rc == RC_NOTFOUND; /* one of another size is damaged, and replaced */
	rc = s3_put(b->s3, key, &source, &how, err);
	if (rc == RC_UNSUPPORTED && how.exclusive) { /* a server that knows no conditions */
		how.exclusive = false;
		rc = s3_put(b->s3, key, &source, &how, err);
	}
	put->existed = rc == RC_EXISTS;
	return rc == RC_EXISTS ? RC_OK : rc;
}

static enum rc bucket_put(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b, struct blob_put *out,
			  struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	struct collected c = { .fd = -1 };
	struct blob_put put = { .existed = false };
	enum rc rc = unnamed_open(b->tmp_dir, &c.fd, err);

	if (rc != RC_OK)
		return rc;
	rc = collect(&c, read, ctx, max_b, &put, err);
	if (rc == RC_OK)
		rc = put_collected(b, &c, &put, err);
	close(c.fd);
	if (rc == RC_OK)
		*out = put;
	return rc;
}

static enum rc bucket_put_known(struct blob_store *store, int fd, struct str hash, int64_t size_b, bool *existed,
				struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	struct collected c = { .fd = fd };
	struct blob_put put = { .size_b = size_b };
	enum rc rc = RC_OK;
	ssize_t n = pread(fd, c.head, sizeof(c.head), 0);

	if (n < 0)
		return err_sys(err, RC_IO, errno, "cannot read a blob");
	c.head_b = (size_t)n;
	snprintf(put.hash, sizeof(put.hash), "%.*s", STR_ARG(hash));
	/* Of a large object the server proves its parts, by what each was when it was sent: so the whole is read before. */
	if (size_b > b->part_b)
		rc = blob_prove(fd, hash, size_b, err);
	if (rc == RC_OK)
		rc = put_collected(b, &c, &put, err);
	if (rc == RC_OK)
		*existed = put.existed;
	return rc;
}

/* --- open --- */

struct fetching {
	int fd;
	struct sha256 *state;  /* NULL: a part, which proves nothing */
	int64_t got_b;
};

static enum rc take(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct fetching *f = ctx;

	f->got_b += (int64_t)n;
	if (f->got_b > BLOB_MAX_B)
		return err_set(err, RC_LIMIT, "a blob in S3 is larger than %lld bytes", (long long)BLOB_MAX_B);
	if (f->state)
		sha256_add(f->state, bytes, n);
	return file_write_fd(f->fd, UNNAMED, str_n(bytes, n), err);
}

static enum rc prove(struct fetching *f, struct str hash, struct err *err)
{
	uint8_t digest[SHA256_B];
	char hex[SHA256_HEX_B];

	sha256_end(f->state, digest);
	f->state = NULL;
	enc_hex_into(hex, digest, sizeof(digest));
	if (str_is(hash, hex))
		return RC_OK;
	return err_set(err, RC_CORRUPT, "the blob %.*s is damaged: its bytes have another hash", STR_ARG(hash));
}

enum rc bucket_fetch(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, s3_sink_fn *sink, void *ctx,
		     const atomic_bool *stop, struct s3_object *out, struct err *err)
{
	char room[BUCKET_KEY_ROOM];
	enum rc rc = s3_get_until(b->s3, bucket_key(b, hash, room), from_b, length_b, sink, ctx, stop, out, err);

	if (rc == RC_NOTFOUND && (rc = other_key(b, hash, room, err)) == RC_OK)
		rc = s3_get_until(b->s3, str_of(room), from_b, length_b, sink, ctx, stop, out, err);
	return rc;
}

static enum rc fetch_part(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, bool whole, int *fd,
			  int64_t *size_b, struct err *err)
{
	struct fetching f = { .fd = -1 };
	struct s3_object object;
	enum rc rc = unnamed_open(b->tmp_dir, &f.fd, err);

	if (rc != RC_OK)
		return rc;
	f.state = whole ? sha256_new() : NULL;
	/* At its place, so that a part is where it is in the whole; what is before it takes no room. */
	if (lseek(f.fd, (off_t)from_b, SEEK_SET) < 0)
		rc = err_sys(err, RC_IO, errno, "cannot seek in " UNNAMED);
	if (rc == RC_OK)
		rc = bucket_fetch(b, hash, from_b, length_b, take, &f, NULL, &object, err);
	if (rc == RC_OK && whole)
		rc = prove(&f, hash, err);
	if (rc == RC_OK && lseek(f.fd, (off_t)from_b, SEEK_SET) < 0)
		rc = err_sys(err, RC_IO, errno, "cannot seek in " UNNAMED);
	sha256_free(f.state);
	if (rc != RC_OK) {
		close(f.fd);
		return rc;
	}
	*fd = f.fd;
	*size_b = whole ? f.got_b : object.size_b;
	return RC_OK;
}

static enum rc bucket_open(struct blob_store *store, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	return fetch_part((struct bucket *)store, hash, 0, -1, true, fd, size_b, err);
}

static enum rc bucket_open_part(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
				int64_t *size_b, struct err *err)
{
	return fetch_part((struct bucket *)store, hash, from_b, length_b, false, fd, size_b, err);
}

static enum rc stream(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd, int64_t *size_b,
		      struct blob_stream **out, struct err *err)
{
	return bucket_stream((struct bucket *)store, hash, from_b, length_b, fd, size_b, out, err);
}

/* --- the rest --- */

static enum rc bucket_exists(struct blob_store *store, struct str hash, bool *exists, struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	struct s3_object object;
	char room[BUCKET_KEY_ROOM];
	enum rc rc = s3_head(b->s3, bucket_key(b, hash, room), &object, err);

	if (rc == RC_NOTFOUND)
		rc = other_key(b, hash, room, err);
	if (rc == RC_OK || rc == RC_NOTFOUND)
		*exists = rc == RC_OK;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* By every name that it has had: each secret made another one. A server may go on listing what it has removed. */
static enum rc bucket_remove(struct blob_store *store, struct str hash, struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	char room[BUCKET_KEY_ROOM];
	enum rc rc = s3_delete(b->s3, bucket_key(b, hash, room), err);

	for (int names = 0; rc == RC_OK && names < NAMES_MAX; names++) {
		rc = other_key(b, hash, room, err);
		if (rc == RC_OK)
			rc = s3_delete(b->s3, str_of(room), err);
	}
	if (rc == RC_OK)
		return err_set(err, RC_BUSY, "the blob %.*s still has other names in the bucket", STR_ARG(hash));
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Hexadecimal digits come before all that else is below the prefix but other digits and capitals, which nobody
 * puts there: whatever is no address is passed over. */
static void add_page(const struct bucket *b, const struct s3_list *page, size_t limit, struct blob_list *list)
{
	for (size_t i = 0; i < page->count && list->count < limit; i++) {
		struct str hash = bucket_hash(str_from(page->items[i].key, strlen(b->prefix)));
		bool again = list->count && str_given(hash) && str_eq(list->hashes[list->count - 1], hash);

		if (str_given(hash) && !again)
			list->hashes[list->count++] = hash;
	}
}

static enum rc bucket_list(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
			   struct blob_list *out, struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	struct blob_list list = { ARENA_ARRAY(arena, limit + 1, struct str), 0 };
	struct str start = STR_NONE, token = STR_NONE;
	enum rc rc = RC_OK;

	if (str_given(after) && after.n > 0) /* behind its names of both kinds: "-" comes before "." */
		start = arena_printf(arena, "%s%.*s.", b->prefix, STR_ARG(after));
	do {
		struct s3_list page = { NULL, 0, STR_NONE };

		rc = s3_list(b->s3, str_of(b->prefix), start, token, limit, arena, &page, err);
		if (rc == RC_OK)
			add_page(b, &page, limit, &list);
		token = page.next;
	} while (rc == RC_OK && str_given(token) && list.count < limit);
	if (rc == RC_OK)
		*out = list;
	return rc;
}

static bool is_incoming(struct str name)
{
	struct str id = str_from(name, strlen(BUCKET_INCOMING));

	for (size_t i = 0; i < id.n; i++)
		if (!(id.p[i] >= '0' && id.p[i] <= '9') && !(id.p[i] >= 'a' && id.p[i] <= 'z') && !(id.p[i] >= 'A' && id.p[i] <= 'Z'))
			return false;
	return str_starts(name, STR(BUCKET_INCOMING)) && id.n == BLOB_DIRECT_NAME_CHARS;
}

/* Another's uploads may lie beside ours, all over the bucket when there is no prefix. */
static bool is_ours(const struct bucket *b, const struct s3_upload *upload)
{
	struct str prefix = str_of(b->prefix), name = str_from(upload->key, prefix.n);

	return str_starts(upload->key, prefix) && (str_given(bucket_hash(name)) || is_incoming(name));
}

/* What was sent directly and never taken. */
static enum rc sweep_incoming(struct bucket *b, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	struct s3_list page = { NULL, 0, STR_NONE };
	struct str token = STR_NONE;
	char next[S3_TOKEN_MAX_B], prefix[BUCKET_KEY_ROOM];
	enum rc rc = RC_OK;

	snprintf(prefix, sizeof(prefix), "%s" BUCKET_INCOMING, b->prefix);
	do {
		struct arena arena;

		arena_init(&arena, ARENA_MAX_B);
		rc = s3_list(b->s3, str_of(prefix), STR_NONE, token, S3_LIST_MAX, &arena, &page, err);
		for (size_t i = 0; rc == RC_OK && i < page.count; i++) {
			if (page.items[i].modified_ms >= before_ms || !is_incoming(str_from(page.items[i].key, strlen(b->prefix))))
				continue;
			if (remove)
				rc = s3_delete(b->s3, page.items[i].key, err);
			*count += rc == RC_OK;
		}
		if (rc == RC_OK && str_given(page.next))
			snprintf(next, sizeof(next), "%.*s", STR_ARG(page.next));
		token = rc == RC_OK && str_given(page.next) ? str_of(next) : STR_NONE;
		arena_release(&arena);
	} while (str_given(token));
	return rc;
}

static enum rc sweep_page(struct bucket *b, const struct s3_uploads *page, int64_t before_ms, bool remove, int64_t *count,
			  struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < page->count; i++) {
		if (page->items[i].begun_ms >= before_ms || !is_ours(b, &page->items[i]))
			continue;
		if (remove)
			rc = s3_abort(b->s3, page->items[i].key, page->items[i].id, err);
		*count += rc == RC_OK;
	}
	return rc;
}

static enum rc bucket_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	struct bucket *b = (struct bucket *)store;
	struct s3_uploads uploads = { .more = true };
	enum rc rc = RC_OK;

	*count = 0;
	while (rc == RC_OK && uploads.more) {
		struct arena arena;
		int64_t old = 0;

		arena_init(&arena, ARENA_MAX_B);
		rc = s3_uploads(b->s3, str_of(b->prefix), &arena, &uploads, err);
		if (rc == RC_OK)
			rc = sweep_page(b, &uploads, before_ms, remove, &old, err);
		*count += old;
		arena_release(&arena);
		if (!remove || old == 0)
			break;
	}
	return rc == RC_OK ? sweep_incoming(b, before_ms, remove, count, err) : rc;
}

static struct str bucket_link(struct blob_store *store, struct str hash, const struct blob_link *link,
			      struct arena *arena)
{
	struct bucket *b = (struct bucket *)store;
	struct sigv4_pair query[2] = { { STR("response-content-type"), link->type } };
	size_t count = str_given(link->type);
	char room[BUCKET_KEY_ROOM];
	struct str key = bucket_key(b, hash, room);

	if (b->public) /* servers take no wishes without a signature */
		return s3_address(b->s3, key, arena);
	if (str_given(link->disposition))
		query[count++] = (struct sigv4_pair){ STR("response-content-disposition"), link->disposition };
	return s3_presign(b->s3, link->head ? "HEAD" : "GET", key, query, count, link->expires_s, arena);
}

static void bucket_close(struct blob_store *store)
{
	struct bucket *b = (struct bucket *)store;

	s3_close(b->s3);
	free(b->tmp_dir);
	if (str_given(b->secret)) {
		secret_wipe((char *)(uintptr_t)b->secret.p, b->secret.n);
		free((char *)(uintptr_t)b->secret.p);
	}
	free(b);
}

static const struct blob_ops bucket_ops = {
	.put = bucket_put, .put_known = bucket_put_known, .open = bucket_open, .open_part = bucket_open_part, .stream = stream, .exists = bucket_exists,
	.remove = bucket_remove, .list = bucket_list, .sweep = bucket_sweep, .link = bucket_link, .close = bucket_close,
};

struct bucket *bucket_of(struct blob_store *store)
{
	while (store->ops->behind)
		store = store->ops->behind(store);
	return store->ops == &bucket_ops ? (struct bucket *)store : NULL;
}

enum rc blob_s3_open(const struct blob_s3 *settings, struct blob_store **out, struct err *err)
{
	struct str prefix = str_or_empty(settings->prefix);
	struct bucket *b;
	enum rc rc;

	if (prefix.n > BUCKET_PREFIX_MAX_B)
		return err_set(err, RC_LIMIT, "the prefix in the S3 bucket is longer than %d bytes", BUCKET_PREFIX_MAX_B);
	if (settings->public && str_empty(str_or_empty(settings->secret)))
		return err_set(err, RC_INVALID, "names in a public bucket need a secret");
	b = mem_new(sizeof(*b));
	b->store.ops = &bucket_ops;
	snprintf(b->prefix, sizeof(b->prefix), "%.*s%s", STR_ARG(prefix), prefix.n ? "/" : "");
	b->tmp_dir = mem_dup(settings->tmp_dir, strlen(settings->tmp_dir));
	b->part_b = settings->server.part_b > 0 ? settings->server.part_b : S3_PART_B;
	b->public = settings->public;
	if (b->public)
		b->secret = str_n(mem_dup(settings->secret.p, settings->secret.n), settings->secret.n);
	rc = s3_open(&settings->server, &b->s3, err);
	if (rc == RC_OK)
		*out = &b->store;
	else
		bucket_close(&b->store);
	return rc;
}
