/* s3_call.c: a request to an S3 server until it is answered: repetitions, the clock, what failures mean. */
#include "base/base.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/log.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "net/s3_impl.h"

#define PAUSE_MAX_MS 5000
#define SKEW_MIN_MS 60000          /* servers allow fifteen minutes */
#define CHUNK_B ((size_t)64 << 10)

void s3_call_init(struct s3_call *call, const char *method, struct str key)
{
	*call = (struct s3_call){ .method = method, .key = key, .length_b = -1, .got.size_b = -1, .first_b = -1 };
	buf_init(&call->answer, S3_ANSWER_MAX_B);
}

void s3_call_release(struct s3_call *call)
{
	buf_release(&call->answer);
}

void s3_call_query(struct s3_call *call, struct str name, struct str value)
{
	if (call->query_count < COUNT_OF(call->query))
		call->query[call->query_count++] = (struct sigv4_pair){ name, value };
}

void s3_call_header(struct s3_call *call, struct str name, struct str value)
{
	if (call->header_count < S3_HEADERS_MAX && str_given(value))
		call->headers[call->header_count++] = (struct sigv4_pair){ name, value };
}

/* --- what failures mean --- */

static const struct meaning {
	const char *code;
	enum rc rc;
	bool again;
	const char *text;  /* NULL: the code itself */
} meanings[] = {
	{ "NoSuchKey", RC_NOTFOUND, false, "there is no such object" },
	{ "NoSuchUpload", RC_NOTFOUND, false, "there is no such upload" },
	{ "NoSuchBucket", RC_INVALID, false, "there is no such bucket" },
	{ "InvalidBucketName", RC_INVALID, false, "the bucket's name is not allowed" },
	{ "SignatureDoesNotMatch", RC_DENIED, false, "the secret key is wrong" },
	{ "InvalidAccessKeyId", RC_DENIED, false, "the access key is not known" },
	{ "AccessDenied", RC_DENIED, false, "access is denied" },
	{ "AllAccessDisabled", RC_DENIED, false, "access is denied" },
	{ "AccountProblem", RC_DENIED, false, "access is denied" },
	{ "ExpiredToken", RC_DENIED, false, "the access key has expired" },
	{ "RequestTimeTooSkewed", RC_DENIED, false, "this machine's clock is wrong" },
	{ "AuthorizationHeaderMalformed", RC_INVALID, false, "the bucket is in another region" },
	{ "PermanentRedirect", RC_INVALID, false, "the bucket is in another region or at another endpoint" },
	{ "TemporaryRedirect", RC_INVALID, false, "the bucket is at another endpoint" },
	{ "IllegalLocationConstraintException", RC_INVALID, false, "the bucket is in another region" },
	{ "InvalidStorageClass", RC_INVALID, false, "the storage class is not known" },
	{ "InvalidEncryptionAlgorithmError", RC_INVALID, false, "the encryption is not known" },
	{ "InvalidRange", RC_INVALID, false, "the part that was asked for is beyond the object's end" },
	{ "NotImplemented", RC_UNSUPPORTED, false, "the server does not know what is asked of it" },
	{ "PreconditionFailed", RC_EXISTS, false, "the object has changed or exists already" },
	{ "EntityTooLarge", RC_LIMIT, false, "the object is too large" },
	{ "QuotaExceeded", RC_NOSPACE, false, "the quota is used up" },
	{ "InsufficientCapacity", RC_NOSPACE, false, "the server is full" },
	{ "XMinioStorageFull", RC_NOSPACE, false, "the server is full" },
	{ "XAmzContentSHA256Mismatch", RC_CORRUPT, true, "the bytes arrived damaged" },
	{ "BadDigest", RC_CORRUPT, true, "the bytes arrived damaged" },
	{ "SlowDown", RC_BUSY, true, "the server is busy" },
	{ "ServiceUnavailable", RC_BUSY, true, "the server is busy" },
	{ "InternalError", RC_IO, true, "the server has failed" },
	{ "OperationAborted", RC_BUSY, true, "another change of the same object is under way" },
	{ "ConditionalRequestConflict", RC_BUSY, true, "another change of the same object is under way" },
	{ "RequestTimeout", RC_TIMEOUT, true, "the request took too long" },
	{ "IncompleteBody", RC_IO, true, "the request was cut" },
};

/* For what came without a code: the answer to HEAD, or a page of a server in front. */
static const struct { int status; const char *code; } statuses[] = {
	{ 301, "PermanentRedirect" }, { 307, "TemporaryRedirect" }, { 401, "AccessDenied" }, { 403, "AccessDenied" },
	{ 404, "NoSuchKey" }, { 408, "RequestTimeout" }, { 409, "OperationAborted" }, { 412, "PreconditionFailed" },
	{ 413, "EntityTooLarge" }, { 416, "InvalidRange" }, { 429, "SlowDown" }, { 500, "InternalError" }, { 502, "InternalError" },
	{ 501, "NotImplemented" }, { 503, "ServiceUnavailable" }, { 504, "InternalError" }, { 507, "QuotaExceeded" },
};

static const struct meaning *find_meaning(struct str code)
{
	for (size_t i = 0; i < COUNT_OF(meanings); i++)
		if (str_is(code, meanings[i].code))
			return &meanings[i];
	return NULL;
}

static const struct meaning *meaning_of(const struct s3_call *call)
{
	const struct meaning *found = find_meaning(call->failure.code);
	for (size_t i = 0; !found && i < COUNT_OF(statuses); i++)
		if (statuses[i].status == call->status)
			found = find_meaning(str_of(statuses[i].code));
	return found;
}

/* What is shown of a text that the server chose. */
static bool is_word(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!(text.p[i] >= 'a' && text.p[i] <= 'z') && !(text.p[i] >= 'A' && text.p[i] <= 'Z') &&
		    !(text.p[i] >= '0' && text.p[i] <= '9') && text.p[i] != '-')
			return false;
	return text.n > 0 && text.n <= 64;
}

enum rc s3_fail(struct s3 *s3, struct s3_call *call, struct arena *arena, struct err *err)
{
	call->failure = (struct s3_failure){ STR(""), STR("") };
	if (call->answer.len > 0 && s3_xml_failure(buf_view(&call->answer), arena, &call->failure, NULL) != RC_OK)
		call->failure = (struct s3_failure){ STR(""), STR("") };
	const struct meaning *m = meaning_of(call);
	struct str code = is_word(call->failure.code) ? call->failure.code : arena_printf(arena, "HTTP %d", call->status);
	struct str region = is_word(call->failure.region)
				    ? ARENA_JOIN(arena, STR("; it is in "), call->failure.region) : STR("");
	return err_set(err, m ? m->rc : call->status >= 500 ? RC_IO : RC_UNSUPPORTED,
		       "S3 bucket '%.*s' at '%.*s': %s%.*s (%.*s)", STR_ARG(s3->config.bucket), STR_ARG(s3->host),
		       m ? m->text : "the request is refused", STR_ARG(region), STR_ARG(code));
}

/* --- repetitions --- */

/* Half of it is chance, so that those who were turned away together do not come back together. */
static void pause_before(struct s3 *s3, const struct s3_call *call, int tries)
{
	int64_t most_ms = (int64_t)s3->config.retry_ms << (tries < 10 ? tries : 10);
	if (most_ms > PAUSE_MAX_MS)
		most_ms = PAUSE_MAX_MS;
	int64_t ms = most_ms / 2 + (int64_t)rand_below((uint64_t)(most_ms / 2 + 1));
	if (call->retry_after_ms > ms)
		ms = call->retry_after_ms < PAUSE_MAX_MS ? call->retry_after_ms : PAUSE_MAX_MS;
	struct timespec left = { ms / 1000, (long)(ms % 1000) * 1000000 };
	while (nanosleep(&left, &left) != 0)
		continue;
}

/* The server knows the time better: once a request. HEAD has no code, so that its status must do. Another request may
 * have corrected it since this one was signed: so it is not moved on, but set. */
static bool correct_clock(struct s3 *s3, const struct s3_call *call)
{
	int64_t off_ms = call->date_ms - call->signed_ms;
	bool told = str_is(call->failure.code, "RequestTimeTooSkewed") ||
		    (call->status == 403 && !call->anonymous && strcmp(call->method, "HEAD") == 0);
	if (!told || call->date_ms == 0 || (off_ms < SKEW_MIN_MS && off_ms > -SKEW_MIN_MS))
		return false;
	atomic_store(&s3->skew_ms, call->date_ms - s3->config.now_ms());
	LOG(LOG_WARN, "S3: this machine's clock is wrong", LOG_S("host", s3->host), LOG_I("behind_ms", off_ms));
	return true;
}

static enum rc hash_body(const struct s3_source *body, char hex[SHA256_HEX_B], struct err *err)
{
	struct sha256 *state = sha256_new();
	uint8_t digest[SHA256_B];
	char *chunk = NULL;
	enum rc rc = RC_OK;
	if (body && body->fd < 0)
		sha256_add(state, body->bytes, (size_t)body->length_b);
	else if (body)
		chunk = mem_array(CHUNK_B, 1);
	for (int64_t done_b = 0; chunk && rc == RC_OK && done_b < body->length_b;) {
		int64_t left = body->length_b - done_b;
		ssize_t n = pread(body->fd, chunk, left < (int64_t)CHUNK_B ? (size_t)left : CHUNK_B, (off_t)(body->from_b + done_b));
		if (n <= 0)
			rc = err_sys(err, RC_IO, n < 0 ? errno : EIO, "cannot read a file that is to be sent to S3");
		else
			sha256_add(state, chunk, (size_t)n);
		done_b += n;
	}
	sha256_end(state, digest);
	enc_hex_into(hex, digest, sizeof digest);
	free(chunk);
	return rc;
}

static enum rc repeat(struct s3 *s3, struct s3_call *call, struct arena *arena, struct err *err)
{
	bool again = true, corrected = false;
	for (int tries = 1;; tries++) {
		enum rc rc = s3_try(s3, call, arena, &again, err);
		if (rc == RC_OK && call->status >= 200 && call->status < 300)
			return RC_OK;
		if (rc == RC_OK) {
			rc = s3_fail(s3, call, arena, err);
			const struct meaning *m = meaning_of(call);
			again = m ? m->again : call->status >= 500;
			if (!corrected && correct_clock(s3, call)) {
				corrected = true;
				continue;
			}
		}
		if (rc == RC_TIMEOUT && call->work_b > 0)
			return rc; /* it would begin anew what it may be at still */
		if (!again || tries >= s3->config.tries || (call->stop && atomic_load(call->stop)))
			return rc;
		pause_before(s3, call, tries - 1);
	}
}

/* A server that is silent takes all the time that there is, of each who asks. So one asks at a time, until there is
 * an answer again: then a site whose pages show pictures has threads left for pages. */
enum rc s3_perform(struct s3 *s3, struct s3_call *call, struct arena *arena, struct err *err)
{
	bool alone = atomic_load(&s3->silent);
	enum rc rc = RC_OK;
	if (alone && atomic_exchange(&s3->asking, true))
		return err_set(err, RC_BUSY, "the S3 server '%.*s' is not reached at the moment", STR_ARG(s3->host));
	if (!call->body_sha256[0])
		rc = hash_body(call->body, call->body_sha256, err);
	if (rc == RC_OK) {
		rc = repeat(s3, call, arena, err);
		atomic_store(&s3->silent, call->status == 0 && (rc == RC_IO || rc == RC_TIMEOUT));
	}
	if (alone)
		atomic_store(&s3->asking, false);
	return rc;
}
