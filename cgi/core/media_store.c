/* media_store.c: the blob store that the settings name. */
#include "base/base.h"

#include <pthread.h>

#include "base/path.h"
#include "blob/folder.h"
#include "blob/s3.h"
#include "blob/spool.h"
#include "core/media_store.h"
#include "store/media_gone.h"
#include "crypt/digest.h"

#define SCRATCH_B ((size_t)64 << 10)

/* The bucket that was opened last, and a digest of the settings that it was opened with. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct blob_store *kept;
static uint8_t kept_digest[SHA256_B];

static bool is_bucket(struct str place)
{
	return str_starts(place, STR("s3://"));
}

bool media_store_is_local(const struct conf *conf)
{
	return !conf->media || !is_bucket(str_of(conf->media));
}

const char *media_spool_dir(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, MEDIA_SPOOL);
}

struct str media_store_name(const struct conf *conf, struct arena *arena)
{
	if (media_store_is_local(conf))
		return arena_str(arena, str_of(conf->media ? conf->media : "media"));
	struct str at = conf->s3_endpoint ? str_of(conf->s3_endpoint) : arena_printf(arena, "S3 %s", conf->s3_region);
	return ARENA_JOIN(arena, str_of(conf->media), STR(" ("), at, STR(")"));
}

/* Each setting that the store depends on, and where its text ends. */
static void digest_of(const struct conf *conf, struct str place, struct arena *arena, uint8_t digest[SHA256_B])
{
	const struct str texts[] = {
		place, str_of(conf->s3_endpoint), str_of(conf->s3_region), str_of(conf->s3_access_key), conf->s3_secret_key,
		str_of(conf->s3_storage_class), str_of(conf->s3_sse), str_of(conf->ca_file), str_of(conf->data_dir),
		conf->secret,
	};
	struct sha256 *state = sha256_new();
	struct str flags = arena_printf(arena, "%d %d %lld", conf->s3_style, conf->s3_public, (long long)conf->s3_spool_b);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		sha256_add(state, arena_cstr(arena, str_or_empty(texts[i])), texts[i].n + 1); /* with the NUL */
	sha256_add(state, flags.p, flags.n);
	sha256_end(state, digest);
}

static enum rc check(const struct conf *conf, struct str bucket, struct err *err)
{
	if (str_empty(bucket))
		return err_set(err, RC_INVALID, "setting PLATEN_MEDIA: s3:// needs the name of a bucket behind it");
	if (!conf->s3_access_key || !str_given(conf->s3_secret_key))
		return err_set(err, RC_INVALID, "media in S3 need the settings PLATEN_S3_ACCESS_KEY and PLATEN_S3_SECRET_KEY");
	if (conf->s3_public == 1 && str_empty(conf->secret))
		return err_set(err, RC_INVALID, "setting PLATEN_S3_PUBLIC needs PLATEN_SECRET, which the names of objects are made with");
	return RC_OK;
}

static enum rc open_bucket(const struct conf *conf, struct str place, struct arena *arena, struct blob_store **out,
			   struct err *err)
{
	struct str rest = str_from(place, 5), bucket = str_until(rest, '/'), prefix = str_from(rest, bucket.n + 1);
	enum rc rc = check(conf, bucket, err);
	if (rc != RC_OK)
		return rc;
	while (str_ends(prefix, STR("/")))
		prefix.n--;
	struct blob_s3 settings = {
		.server = {
			.endpoint = conf->s3_endpoint ? str_of(conf->s3_endpoint)
						      : arena_printf(arena, "https://s3.%s.amazonaws.com", conf->s3_region),
			.region = str_of(conf->s3_region), .bucket = bucket, .key_id = str_of(conf->s3_access_key),
			.secret = conf->s3_secret_key, .virtual_host = conf->s3_style == 1,
			.storage_class = str_of(conf->s3_storage_class), .encryption = str_of(conf->s3_sse),
			.ca_file = conf->ca_file,
		},
		.prefix = prefix, .tmp_dir = path_join(arena, conf->data_dir, "media/tmp"), .public = conf->s3_public == 1,
		.secret = conf->secret,
	};
	return blob_s3_open(&settings, out, err);
}

/* What waits is for the bucket of the settings, and for no other one. */
static enum rc open_with_spool(const struct conf *conf, struct str place, struct arena *arena, struct blob_store **out,
			       struct err *err)
{
	struct blob_spool settings = { .dir = media_spool_dir(conf, arena), .max_b = conf->s3_spool_b };
	enum rc rc = open_bucket(conf, place, arena, &settings.behind, err);
	if (rc == RC_OK && conf->media && str_is(place, conf->media))
		return blob_spool_open(&settings, out, err);
	if (rc == RC_OK)
		*out = settings.behind;
	return rc;
}

static enum rc share_bucket(const struct conf *conf, struct str place, struct arena *arena, struct blob_store **out,
			    struct err *err)
{
	uint8_t digest[SHA256_B];
	enum rc rc = RC_OK;
	digest_of(conf, place, arena, digest);
	pthread_mutex_lock(&lock);
	if (!kept || memcmp(digest, kept_digest, sizeof digest) != 0) {
		struct blob_store *fresh = NULL;
		rc = open_with_spool(conf, place, arena, &fresh, err);
		if (rc == RC_OK) {
			blob_close(kept); /* by whoever holds it still, later */
			kept = fresh;
			memcpy(kept_digest, digest, sizeof digest);
		}
	}
	if (rc == RC_OK)
		*out = blob_hold(kept);
	pthread_mutex_unlock(&lock);
	return rc;
}

enum rc media_store_open_at(const struct conf *conf, struct str place, struct blob_store **out, struct err *err)
{
	struct arena arena;
	enum rc rc;
	arena_init(&arena, SCRATCH_B);
	if (is_bucket(place))
		rc = share_bucket(conf, place, &arena, out, err);
	else if (str_starts(place, STR("/")))
		rc = blob_folder_open(arena_cstr(&arena, place), out, err);
	else
		rc = blob_folder_open(path_join(&arena, conf->data_dir, arena_cstr(&arena, place)), out, err);
	arena_release(&arena);
	return rc;
}

enum rc media_store_open(const struct conf *conf, struct blob_store **out, struct err *err)
{
	/* A configuration that was made without reading settings has the default. */
	return media_store_open_at(conf, conf->media ? str_of(conf->media) : STR("media"), out, err);
}

void media_store_close(struct blob_store *store)
{
	blob_close(store);
}

enum rc media_store_fault(enum rc rc, struct err *err)
{
	switch (rc) {
	case RC_OK:
	case RC_IO:
	case RC_NOSPACE:
	case RC_READONLY:
		return rc;
	default:
		if (err)
			err->rc = RC_IO;
		return RC_IO;
	}
}

enum rc media_store_has(struct blob_store *store, struct db_tx *tx, struct str hash, struct err *err)
{
	enum media_gone_state state;
	bool there = true;
	enum rc rc = media_gone_state(db_tx_ro(tx), hash, &state, err);
	if (rc == RC_OK && state == MEDIA_GONE_REMOVED)
		rc = media_store_fault(blob_exists(store, hash, &there, err), err);
	if (rc == RC_OK && (state == MEDIA_GONE_GOING || !there))
		rc = err_set(err, RC_CONFLICT, "the file went out of the store");
	return rc;
}
