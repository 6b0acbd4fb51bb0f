/* s3.c: an S3 server and a bucket: settings, addresses. */
#include "base/base.h"

#include "base/clock.h"
#include "base/url.h"
#include "crypt/digest.h"
#include "net/s3_impl.h"

/* What all servers agree on (AWS's rules for names), and upper case and "_" of old buckets. */
static bool is_bucket(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && !(name.p[i] >= 'A' && name.p[i] <= 'Z') &&
		    !(name.p[i] >= '0' && name.p[i] <= '9') && !strchr("-._", name.p[i]))
			return false;
	return name.n >= 3 && name.n <= 63 && name.p[0] != '.' && name.p[0] != '-' && str_find(name, STR("..")) < 0;
}

static bool is_plain(struct str text)
{
	return str_given(text) && text.n > 0 && !str_has_control(text) && str_find_char(text, ' ') < 0;
}

static enum rc check(const struct s3_config *c, struct url *endpoint, struct err *err)
{
	enum rc rc = url_parse_web(c->endpoint, endpoint, err);
	if (rc != RC_OK) {
		err_prefix(err, "the S3 endpoint");
		return rc;
	}
	if (str_given(endpoint->userinfo) || str_given(endpoint->query) || str_given(endpoint->fragment) || endpoint->path.n > 1)
		return err_set(err, RC_INVALID, "the S3 endpoint is more than a scheme, a host and a port");
	if (!is_bucket(c->bucket))
		return err_set(err, RC_INVALID, "'%.*s' is no name of an S3 bucket", STR_ARG(str_sub(c->bucket, 0, 64)));
	if (!is_plain(c->region) || !is_plain(c->key_id) || !is_plain(c->secret))
		return err_set(err, RC_INVALID, "S3 needs a region, an access key and a secret key");
	if (str_has_control(str_or_empty(c->storage_class)) || str_has_control(str_or_empty(c->encryption)))
		return err_set(err, RC_INVALID, "the S3 storage class or encryption has control characters");
	return RC_OK;
}

static void copy_texts(struct s3 *s3, const struct s3_config *c)
{
	struct s3_config *own = &s3->config;
	*own = *c;
	own->bucket = arena_str(&s3->arena, c->bucket);
	own->storage_class = str_given(c->storage_class) ? arena_str(&s3->arena, c->storage_class) : STR_NONE;
	own->encryption = str_given(c->encryption) ? arena_str(&s3->arena, c->encryption) : STR_NONE;
	own->ca_file = c->ca_file ? arena_cstr(&s3->arena, str_of(c->ca_file)) : NULL;
	s3->key = (struct sigv4_key){ arena_str(&s3->arena, c->key_id), arena_str(&s3->arena, c->secret),
				      arena_str(&s3->arena, c->region), STR("s3") };
	own->key_id = s3->key.id;
	own->secret = s3->key.secret;
	own->region = s3->key.region;
	own->tries = c->tries > 0 ? c->tries : S3_TRIES;
	own->timeout_ms = c->timeout_ms > 0 ? c->timeout_ms : S3_TIMEOUT_MS;
	own->retry_ms = c->retry_ms > 0 ? c->retry_ms : S3_RETRY_MS;
	own->part_b = c->part_b > 0 ? c->part_b : S3_PART_B;
	own->now_ms = c->now_ms ? c->now_ms : clock_now_ms;
}

/* Host is signed as libcurl sends it: without the port that the scheme has anyway. */
static void set_host(struct s3 *s3, const struct url *endpoint)
{
	bool secure = str_ieq(endpoint->scheme, STR("https"));
	const struct s3_config *c = &s3->config;
	struct str port = endpoint->port && endpoint->port != (secure ? 443 : 80)
				  ? arena_printf(&s3->arena, ":%d", endpoint->port) : STR("");
	s3->scheme = secure ? STR("https") : STR("http");
	s3->host = c->virtual_host ? ARENA_JOIN(&s3->arena, c->bucket, STR("."), endpoint->host, port)
				   : ARENA_JOIN(&s3->arena, endpoint->host, port);
	s3->root = c->virtual_host ? STR("") : c->bucket;
}

enum rc s3_open(const struct s3_config *config, struct s3 **out, struct err *err)
{
	struct url endpoint;
	enum rc rc = check(config, &endpoint, err);
	if (rc != RC_OK)
		return rc;
	struct s3 *s3 = mem_new(sizeof *s3);
	arena_init(&s3->arena, 1 << 20);
	copy_texts(s3, config);
	set_host(s3, &endpoint);
	*out = s3;
	return RC_OK;
}

void s3_close(struct s3 *s3)
{
	if (!s3)
		return;
	secret_wipe((char *)(uintptr_t)s3->key.secret.p, s3->key.secret.n);
	arena_release(&s3->arena);
	free(s3);
}

int64_t s3_now_ms(struct s3 *s3)
{
	return s3->config.now_ms() + atomic_load(&s3->skew_ms);
}

struct str s3_path(struct s3 *s3, struct str key, struct arena *arena)
{
	if (!s3->root.n || !str_given(key))
		return sigv4_path(arena, s3->root.n ? s3->root : str_or_empty(key));
	return ARENA_JOIN(arena, sigv4_path(arena, s3->root), sigv4_path(arena, key));
}

struct str s3_address(struct s3 *s3, struct str key, struct arena *arena)
{
	return ARENA_JOIN(arena, s3->scheme, STR("://"), s3->host, s3_path(s3, key, arena));
}

struct str s3_origin(struct s3 *s3, struct arena *arena)
{
	return ARENA_JOIN(arena, s3->scheme, STR("://"), s3->host);
}

static struct str presign(struct s3 *s3, struct str key, struct sigv4 *request, int expires_s, struct arena *arena)
{
	int most_s = expires_s < SIGV4_EXPIRES_MAX_S ? expires_s : SIGV4_EXPIRES_MAX_S;
	int64_t now_ms = s3_now_ms(s3), same_ms = (int64_t)most_s * 1000 / 4;
	request->key = &s3->key;
	request->path = s3_path(s3, key, arena);
	request->payload = SIGV4_UNSIGNED;
	request->now_ms = same_ms > 0 ? now_ms - now_ms % same_ms : now_ms;
	return ARENA_JOIN(arena, s3_address(s3, key, arena), STR("?"), sigv4_presign(request, most_s, arena));
}

struct str s3_presign(struct s3 *s3, const char *method, struct str key, const struct sigv4_pair *query, size_t count,
		      int expires_s, struct arena *arena)
{
	const struct sigv4_pair host = { STR("host"), s3->host };
	struct sigv4 request = { .method = str_of(method), .query = query, .query_count = count, .headers = &host,
				 .header_count = 1 };
	return presign(s3, key, &request, expires_s, arena);
}

/* The length is signed, too, so that nobody puts more than he was allowed; and the type, so that nobody puts a page. */
struct str s3_presign_put(struct s3 *s3, struct str key, struct str upload_id, int number, int64_t length_b, int expires_s,
			  struct arena *arena)
{
	const struct sigv4_pair headers[] = { { STR("host"), s3->host },
					      { STR("content-length"), arena_printf(arena, "%lld", (long long)length_b) },
					      { STR("content-type"), STR(S3_PRESIGNED_TYPE) } };
	const struct sigv4_pair query[] = { { STR("partNumber"), arena_printf(arena, "%d", number) }, { STR("uploadId"), upload_id } };
	struct sigv4 request = { .method = STR("PUT"), .query = query, .query_count = str_given(upload_id) ? COUNT_OF(query) : 0,
				 .headers = headers, .header_count = COUNT_OF(headers) };
	return presign(s3, key, &request, expires_s, arena);
}
