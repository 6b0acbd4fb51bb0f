/* names.c: blobs of a bucket that are not where links lead to. */
#include "base/base.h"

#include "blob/bucket.h"
#include "blob/names.h"
#include "blob/type.h"

/* The names of a blob follow each other in the bucket's order, perhaps over the end of a page. */
struct names {
	struct bucket *b;
	bool mend;
	blob_name_fn *tell;
	void *ctx;
	char hash[BLOB_HASH_LEN + 1]; /* of the blob at hand; "": none yet */
	char key[BUCKET_KEY_ROOM];    /* one that it has */
	bool own;                     /* its own is among them */
};

struct head {
	char bytes[BLOB_TYPE_HEAD_B];
	size_t n;
};

static enum rc take_head(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct head *head = ctx;
	size_t room = sizeof(head->bytes) - head->n;

	(void)err;
	n = n < room ? n : room;
	memcpy(head->bytes + head->n, bytes, n);
	head->n += n;
	return RC_OK;
}

/* What is removed meanwhile needs no name. */
static enum rc give_own(struct names *names, struct err *err)
{
	struct bucket *b = names->b;
	struct s3_put put = { .cache_control = STR(BUCKET_FOR_EVER) };
	struct s3_object object;
	struct head head = { .n = 0 };
	char own[BUCKET_KEY_ROOM];
	enum rc rc = s3_head(b->s3, str_of(names->key), &object, err);

	if (rc == RC_OK && object.size_b > 0)
		rc = s3_get(b->s3, str_of(names->key), 0, BLOB_TYPE_HEAD_B, take_head, &head, NULL, err);
	if (rc == RC_OK) {
		put.type = blob_type(str_n(head.bytes, head.n));
		rc = s3_copy(b->s3, str_of(names->key), str_of(object.etag), object.size_b,
			     bucket_key(b, str_of(names->hash), own), &put, err);
	}
	return rc == RC_NOTFOUND || rc == RC_EXISTS ? RC_OK : rc;
}

static enum rc settle(struct names *names, struct err *err)
{
	enum rc rc;

	if (!names->hash[0] || names->own)
		return RC_OK;
	rc = names->tell(names->ctx, str_of(names->hash), err);
	return rc == RC_OK && names->mend ? give_own(names, err) : rc;
}

static enum rc see(struct names *names, struct str key, struct err *err)
{
	struct str hash = bucket_hash(str_from(key, strlen(names->b->prefix)));
	char own[BUCKET_KEY_ROOM];
	enum rc rc = RC_OK;

	if (!str_given(hash))
		return RC_OK;
	if (!str_is(hash, names->hash)) {
		rc = settle(names, err);
		snprintf(names->hash, sizeof(names->hash), "%.*s", STR_ARG(hash));
		names->own = false;
	}
	snprintf(names->key, sizeof(names->key), "%.*s", STR_ARG(key));
	names->own = names->own || str_eq(key, bucket_key(names->b, hash, own));
	return rc;
}

enum rc blob_names(struct blob_store *store, bool mend, blob_name_fn *tell, void *ctx, struct err *err)
{
	struct names names = { .b = bucket_of(store), .mend = mend, .tell = tell, .ctx = ctx };
	char next[S3_TOKEN_MAX_B] = "";
	enum rc rc = RC_OK;

	if (!names.b)
		return RC_OK;
	do {
		struct s3_list page = { NULL, 0, STR_NONE };
		struct arena arena;

		arena_init(&arena, ARENA_MAX_B);
		rc = s3_list(names.b->s3, str_of(names.b->prefix), STR_NONE, next[0] ? str_of(next) : STR_NONE, S3_LIST_MAX, &arena,
			     &page, err);
		for (size_t i = 0; rc == RC_OK && i < page.count; i++)
			rc = see(&names, page.items[i].key, err);
		snprintf(next, sizeof(next), "%.*s", STR_ARG(rc == RC_OK ? str_or_empty(page.next) : STR("")));
		arena_release(&arena);
	} while (next[0]);
	return rc == RC_OK ? settle(&names, err) : rc;
}
