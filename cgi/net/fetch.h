/* fetch.h: one HTTP request to a server, with limits on everything that the server decides.
 *
 * libcurl is loaded when the first request is made: a program that makes none does not pay for it. TLS is
 * verified, only http and https are spoken, HTTP/1.1 without compression; proxies, .netrc and cookies of
 * the environment play no part. Functions may be called in any thread and block until the answer is
 * there. */
#ifndef PLATEN_NET_FETCH_H
#define PLATEN_NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FETCH_TIMEOUT_MS 30000
#define FETCH_BODY_MAX_B ((size_t)1 << 20)
#define FETCH_HEADERS_MAX_B ((size_t)64 << 10)  /* of the answer and whatever comes before it */

struct sockaddr;

struct fetch_header {
	struct str name, value;
};

struct fetch {
	const char *method;                 /* "GET", "POST" ... */
	struct str url;                     /* http or https, without user and password */
	const struct fetch_header *headers; /* added to Host, User-Agent and Accept */
	size_t header_count;
	struct str body;                    /* STR_NONE: none */
	struct str via;                     /* "HOST:PORT" or "unix:PATH": where to connect, whatever the
	                                     * address says; TLS is still verified for its host. STR_NONE */
	const char *ca_file;                /* certificates to trust instead of the system's; NULL */
	bool (*allowed)(const struct sockaddr *address); /* asked about each address before it is connected
	                                                  * to: guard_is_public. NULL: all of them */
	struct str allowed_too;             /* those of this list (guard_is_listed) are called whatever `allowed` says */
	bool (*take)(void *ctx, struct str bytes); /* gets the body piece by piece, whatever the status: `body` is
	                                     * empty then. False ends the request, RC_IO. NULL: into memory */
	int redirects_max;                  /* 0: a redirect is the answer */
	int timeout_ms;                     /* for all of it; 0: FETCH_TIMEOUT_MS */
	size_t body_max_b;                  /* of the answer; 0: FETCH_BODY_MAX_B */
	bool (*cancelled)(void *ctx);       /* asked once a second or more often; may be NULL */
	void *ctx;                          /* of `cancelled` and `take` */
};

struct fetched {
	int status;                         /* 200 ... also 404 and 500: an answer is an answer */
	struct fetch_header *headers;       /* of the last answer, in the order in which they came */
	size_t header_count;
	struct str body;
	struct str address;                 /* who answered: "192.0.2.1", or a unix socket's path */
	int64_t duration_ms;
};

/* Makes the request; everything of *out lives in `arena`. The message of a failure names the host, and
 * nothing else of the address, which may hold secrets. RC_INVALID: the address or a header is none;
 * RC_DENIED: `allowed` refused every address; RC_TIMEOUT: the time is over; RC_LIMIT: the answer is larger
 * than allowed; RC_BUSY: cancelled; RC_IO: not reached, or it does not speak HTTP; RC_CORRUPT: its
 * certificate is not right; RC_UNSUPPORTED: there is no libcurl on this machine. */
NODISCARD enum rc fetch(const struct fetch *request, struct arena *arena, struct fetched *out, struct err *err);

/* The first header of that name, whatever its letters' case; STR_NONE: none. */
struct str fetched_header(const struct fetched *fetched, const char *name);

#endif
