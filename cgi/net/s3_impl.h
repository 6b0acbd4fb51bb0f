/* s3_impl.h: what the files of the S3 client share. Internal to net/. */
#ifndef PLATEN_NET_S3_IMPL_H
#define PLATEN_NET_S3_IMPL_H

#include <stdatomic.h>

#include "base/buf.h"
#include "net/s3.h"
#include "net/s3_xml.h"

#define S3_HEADERS_MAX 12
#define S3_ANSWER_MAX_B ((size_t)4 << 20)  /* an XML answer: a thousand keys take at most 3.5 MB */

struct s3 {
	struct arena arena;                /* owns the texts of the settings */
	struct s3_config config;
	struct str scheme, host;           /* "https"; the host of a bucket, with its port unless it is the scheme's */
	struct str root;                   /* of a path: "" or the bucket */
	struct sigv4_key key;
	atomic_bool silent;                /* the last request got no answer at all */
	atomic_bool asking;                /* while it is silent: somebody asks */
	_Atomic int64_t skew_ms;           /* what the server's clock is ahead of this machine's */
};

/* One request: what is asked, and what came back of it. */
struct s3_call {
	const char *method;
	struct str key;                    /* STR_NONE: the bucket itself */
	struct sigv4_pair query[6];
	size_t query_count;
	struct sigv4_pair headers[S3_HEADERS_MAX]; /* beside Host, the date and the hash of the body */
	size_t header_count;
	const struct s3_source *body;      /* NULL: none */
	char body_sha256[65];              /* filled in by s3_call() */

	s3_sink_fn *sink;                  /* takes the body of a good answer; NULL: it goes to `answer` */
	void *sink_ctx;
	int64_t from_b, length_b;          /* with a sink: what is asked for; see s3_get() */
	struct s3_object *object;          /* with a sink: filled in before its first byte; may be NULL */
	int64_t given_b;                   /* to the sink so far, over all tries */
	bool anonymous;                    /* without a signature */
	int64_t work_b;                    /* that the server copies before it says a word; 0: it answers at once */
	const atomic_bool *stop;           /* somebody may end it; NULL: nobody does */

	int status;
	struct buf answer;                 /* of the last try: XML, or what a sink does not get */
	struct s3_object got;              /* by the headers; size_b -1: not told */
	int64_t first_b;                   /* of Content-Range; -1: none */
	int64_t date_ms, retry_after_ms;   /* of the server; 0: not told */
	int64_t signed_ms;                 /* when, by the clock as it was corrected then */
	struct s3_failure failure;         /* what a status above 299 meant */
};

void s3_call_init(struct s3_call *call, const char *method, struct str key);
void s3_call_release(struct s3_call *call);
void s3_call_query(struct s3_call *call, struct str name, struct str value);
void s3_call_header(struct s3_call *call, struct str name, struct str value);

/* Makes the request, again and again if that may help, until it is answered with a status below 300. On failure
 * call->status and call->failure tell what the server said last; status 0: nothing. */
NODISCARD enum rc s3_perform(struct s3 *s3, struct s3_call *call, struct arena *arena, struct err *err);

/* One try: RC_OK when there was a whole answer, of whatever status. *again: another try may do. */
NODISCARD enum rc s3_try(struct s3 *s3, struct s3_call *call, struct arena *arena, bool *again, struct err *err);

/* The failure that the server's answer means. `arena` gets what is read of it. */
NODISCARD enum rc s3_fail(struct s3 *s3, struct s3_call *call, struct arena *arena, struct err *err);

/* This machine's time, corrected by what the server says. */
int64_t s3_now_ms(struct s3 *s3);
/* The encoded path of an address. */
struct str s3_path(struct s3 *s3, struct str key, struct arena *arena);

/* Puts an object in parts. */
NODISCARD enum rc s3_put_parts(struct s3 *s3, struct str key, const struct s3_source *source, const struct s3_put *put,
			       struct err *err);
/* The headers that each new object gets. */
void s3_put_headers(struct s3 *s3, struct s3_call *call, const struct s3_put *put);

#endif
