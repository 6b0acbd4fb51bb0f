/* media_remote.c: pictures that texts show from other sites, fetched into the media store. */
#include "base/base.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mime.h"
#include "base/path.h"
#include "base/url.h"
#include "base/utf8.h"
#include "blob/unnamed.h"
#include "core/media_remote.h"
#include "net/fetch.h"
#include "net/guard.h"
#include "store/media_source.h"

#define REDIRECTS_MAX 5
#define HOSTS_MAX 512      /* that are remembered because they did not answer */
#define HOST_FAILURES_MAX 2
#define SCRATCH_MAX_B ((size_t)1 << 20)

struct failing {
	uint64_t host;       /* hash of host and port */
	int failures;
};

struct media_remote {
	const struct conf *conf;
	struct blob_store *blobs;
	struct str types;
	const struct progress *progress;
	int64_t begun_us, count, size_b;
	bool stopped;
	struct failing hosts[HOSTS_MAX];
	size_t host_count;
};

struct media_remote *media_remote_open(const struct conf *conf, struct blob_store *blobs, struct str types,
				       const struct progress *progress)
{
	struct media_remote *r = mem_new(sizeof *r);
	r->conf = conf;
	r->blobs = blobs;
	r->types = types;
	r->progress = progress;
	r->begun_us = clock_monotonic_us();
	return r;
}

void media_remote_close(struct media_remote *remote)
{
	free(remote);
}

/* --- the address --- */

static bool is_plain(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7F && !strchr("\"<>\\^`{|}", c);
}

struct str media_remote_url(struct arena *arena, struct str address)
{
	struct buf out = BUF_INIT(MEDIA_SOURCE_MAX_B);
	struct str made = STR_NONE, rest = str_trim(address);
	struct url url;
	if (str_starts(rest, STR("//")))
		buf_str(&out, STR("https:"));
	for (size_t i = 0; i < rest.n && rest.p[i] != '#'; i++)
		if (is_plain(rest.p[i]))
			buf_char(&out, rest.p[i]);
		else
			buf_printf(&out, "%%%02X", (unsigned)(unsigned char)rest.p[i]);
	if (out.rc == RC_OK && url_parse_web(buf_view(&out), &url, NULL) == RC_OK && str_given(url.host))
		made = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return made;
}

static struct str decoded(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.n + 1);
	size_t n = 0;
	return enc_percent_decode_into(copy, text, false, &n) && utf8_valid(str_n(copy, n)) ? str_n(copy, n) : text;
}

/* "picture.php" is no picture's name. */
struct str media_remote_name(struct arena *arena, struct str address, const char *mime)
{
	struct url url;
	struct str last = url_split(address, &url, NULL) == RC_OK ? path_base(url.path) : STR("");
	struct str name = media_name(arena, decoded(arena, last), mime);
	const char *ext = mime_ext(str_of(mime));
	if (!ext || str_starts(str_of(mime_of_name(name)), str_of(mime)))
		return name;
	bool known = !str_is(str_of(mime_of_name(name)), "application/octet-stream") || str_is(path_ext(name), "php");
	struct str stem = known && path_ext(name).n ? path_stem(name) : name;
	return media_name(arena, ARENA_JOIN(arena, stem, STR("."), str_of(ext)), mime);
}

/* --- limits --- */

static struct failing *failing_of(struct media_remote *r, const struct url *url, bool make)
{
	uint64_t hash = hash_mix(hash_str(url->host, hash_seed()), (uint64_t)url->port);
	for (size_t i = 0; i < r->host_count; i++)
		if (r->hosts[i].host == hash)
			return &r->hosts[i];
	if (!make || r->host_count == HOSTS_MAX)
		return NULL;
	r->hosts[r->host_count] = (struct failing){ .host = hash };
	return &r->hosts[r->host_count++];
}

static enum rc check_limits(struct media_remote *r, const struct url *url, struct err *err)
{
	const struct failing *failing = failing_of(r, url, false);
	if (r->count >= MEDIA_REMOTE_COUNT_MAX)
		return err_set(err, RC_LIMIT, "%d pictures were asked for, more are not at once", MEDIA_REMOTE_COUNT_MAX);
	if (r->size_b >= MEDIA_REMOTE_ALL_MAX_B)
		return err_set(err, RC_LIMIT, "%lld MB were fetched, more are not at once", (long long)(r->size_b >> 20));
	if (clock_monotonic_us() - r->begun_us > (int64_t)MEDIA_REMOTE_ALL_S * 1000000)
		return err_set(err, RC_TIMEOUT, "fetching took more than %d minutes: the rest the next time", MEDIA_REMOTE_ALL_S / 60);
	if (failing && failing->failures >= HOST_FAILURES_MAX)
		return err_set(err, RC_IO, "'%.*s' did not answer before", STR_ARG(url->host));
	return RC_OK;
}

static enum rc tell(struct media_remote *r, struct str url, struct err *err)
{
	if (!r->stopped && progress_tell(r->progress, "fetching", r->count, 0, url, NULL) == RC_OK)
		return RC_OK;
	r->stopped = true;
	return err_set(err, RC_CONFLICT, "it was cancelled");
}

/* --- the request --- */

struct taking {
	struct media_remote *remote;
	struct str url;
	int fd;
	bool begun;                /* some of the body came */
	struct err err;            /* of writing */
};

static bool take(void *ctx, struct str bytes)
{
	struct taking *t = ctx;
	t->begun = true;
	t->remote->size_b += (int64_t)bytes.n;
	return file_write_fd(t->fd, "a file for a picture", bytes, &t->err) == RC_OK;
}

static bool is_cancelled(void *ctx)
{
	struct taking *t = ctx;
	return tell(t->remote, t->url, NULL) != RC_OK;
}

/* A host that is not there would cost the time limit for each of its pictures. */
static void note_answer(struct taking *t, const struct url *url, enum rc rc)
{
	bool silent = rc == RC_TIMEOUT || (rc == RC_IO && !t->begun);
	struct failing *failing = failing_of(t->remote, url, silent);
	if (failing)
		failing->failures = silent ? failing->failures + 1 : 0;
}

static enum rc call(struct taking *t, const struct url *url, struct arena *scratch, struct err *err)
{
	static const struct fetch_header headers[] = { { STR("Accept"), STR("image/*, */*;q=0.1") } };
	struct media_remote *r = t->remote;
	int64_t most_b = r->conf->upload_max_b > 0 && r->conf->upload_max_b < MEDIA_REMOTE_MAX_B ? r->conf->upload_max_b
											       : MEDIA_REMOTE_MAX_B;
	struct fetch request = {
		.method = "GET", .url = t->url, .headers = headers, .header_count = COUNT_OF(headers), .ca_file = r->conf->ca_file,
		.allowed = guard_is_public, .allowed_too = str_of(r->conf->fetch_allow ? r->conf->fetch_allow : ""),
		.take = take, .redirects_max = REDIRECTS_MAX, .timeout_ms = MEDIA_REMOTE_TIMEOUT_MS,
		.body_max_b = (size_t)most_b, .cancelled = is_cancelled, .ctx = t,
	};
	struct fetched answer;
	enum rc rc = fetch(&request, scratch, &answer, err);
	if (r->stopped)
		return err_set(err, RC_CONFLICT, "it was cancelled");
	if (t->err.rc != RC_OK)
		return err_set(err, t->err.rc, "%s", t->err.msg);
	note_answer(t, url, rc);
	if (rc == RC_OK && answer.status != 200)
		rc = err_set(err, RC_NOTFOUND, "'%.*s' answers with status %d", STR_ARG(url->host), answer.status);
	return rc;
}

/* --- what came --- */

static enum rc check_picture(struct taking *t, const struct media_source *source, struct err *err)
{
	struct media_type type;
	char *head = mem_array(MEDIA_HEAD_B, 1);
	ssize_t n = pread(t->fd, head, MEDIA_HEAD_B, 0);
	enum rc rc = n < 0 ? err_set(err, RC_IO, "what was fetched cannot be read")
			   : media_type_tell(str_n(head, (size_t)n), source->name, &type, err);
	free(head);
	if (rc == RC_OK && strcmp(type.kind, "image") != 0)
		rc = err_set(err, RC_UNSUPPORTED, n ? "it is no picture" : "it is empty");
	return rc;
}

static enum rc keep(struct taking *t, struct arena *arena, struct media_taken *out, struct err *err)
{
	struct media_source source = { .fd = t->fd, .name = STR(""), .conf = t->remote->conf };
	struct stat st;
	if (fstat(t->fd, &st) != 0)
		return err_set(err, RC_IO, "what was fetched cannot be read");
	source.size_b = st.st_size;
	enum rc rc = check_picture(t, &source, err);
	if (rc == RC_OK)
		rc = media_take_put(t->remote->blobs, t->remote->types, &source, arena, out, err);
	if (rc == RC_OK)
		out->name = media_remote_name(arena, t->url, out->type.mime);
	return rc;
}

enum rc media_remote_fetch(struct media_remote *remote, struct str address, struct arena *arena, struct media_taken *out,
			   struct err *err)
{
	struct taking t = { .remote = remote, .url = address, .fd = -1 };
	struct arena scratch;
	struct url url;
	enum rc rc = url_parse_web(address, &url, err);
	if (rc == RC_OK)
		rc = tell(remote, address, err);
	if (rc == RC_OK)
		rc = check_limits(remote, &url, err);
	if (rc != RC_OK)
		return rc;
	arena_init(&scratch, SCRATCH_MAX_B);
	rc = unnamed_open(path_join(&scratch, remote->conf->data_dir, "media/tmp"), &t.fd, err);
	if (rc == RC_OK) {
		remote->count++; /* whatever the answer is: who sends many errors must not be asked without end */
		rc = call(&t, &url, &scratch, err);
	}
	if (rc == RC_OK)
		rc = keep(&t, arena, out, err);
	if (t.fd >= 0)
		close(t.fd);
	arena_release(&scratch);
	return rc;
}
