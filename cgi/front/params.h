/* params.h: the variables of CGI (RFC 3875), from FastCGI or the environment, as an http_request. */
#ifndef PLATEN_FRONT_PARAMS_H
#define PLATEN_FRONT_PARAMS_H

#include "http/request.h"

/* Why a request is not handed on: the status for the visitor and a literal or arena text. */
struct refusal {
	int status;          /* 0: nothing is wrong */
	const char *message;
};

#define PARAMS_NO_LENGTH -2      /* CONTENT_LENGTH is absent or empty */
#define PARAMS_UNKNOWN_LENGTH -1 /* it says so: a chunked body that the front server passes on */

/* Copies what a request needs out of `env` ("NAME=VALUE" texts, NULL at the end, as environ(7)) into
 * the raw fields of `req`, whose arena must be set; of duplicates the first counts. Nothing of `env`
 * is needed afterwards.
 *
 * Target: REQUEST_URI; without it SCRIPT_NAME, PATH_INFO and QUERY_STRING, percent-encoded where the
 * front server decoded them. Headers: HTTP_* in lower case with dashes, CONTENT_TYPE and
 * CONTENT_LENGTH. HTTP_PROXY is dropped (httpoxy, CVE-2016-5385), and so are HTTP_CONTENT_TYPE and
 * HTTP_CONTENT_LENGTH, which a client could use to contradict the server.
 *
 * *length_b becomes CONTENT_LENGTH or one of the values above. With a refusal (400, 414, 431) the
 * fields found before are filled, the others empty: enough for a log line and an error page. */
void params_read(char *const *env, struct http_request *req, int64_t *length_b,
		 struct refusal *refusal);

/* The same from the head of a FastCGI request that record_feed() passed: BEGIN_REQUEST and PARAMS as
 * they came over the wire. libfcgi would give the same (tests/fuzz/fuzz_front.c compares them) for two
 * system calls and two copies of each text more: 1.0 of the 6.5 us that an answer from memory took.
 * O(n); several PARAMS records are joined first. */
void params_read_head(const unsigned char *bytes, size_t n, struct http_request *req, int64_t *length_b,
		      struct refusal *refusal);

#endif
