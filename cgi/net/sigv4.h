/* sigv4.h: AWS Signature Version 4, as a header and as a presigned address.
 *
 * Source: "AWS Signature Version 4 for API requests" of AWS's IAM User Guide. The S3 flavour: paths are encoded
 * once and never normalised. What is signed must be what is sent, byte for byte: the encoded path and query are
 * made once, by the functions here, and used for both. The time is a parameter. Pure functions of any thread. */
#ifndef PLATEN_NET_SIGV4_H
#define PLATEN_NET_SIGV4_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define SIGV4_PAIRS_MAX 32                       /* headers, and parameters, of one request */
#define SIGV4_EXPIRES_MAX_S (7 * 24 * 3600)      /* of a presigned address */
#define SIGV4_UNSIGNED STR("UNSIGNED-PAYLOAD")   /* as `payload`: the body is not part of the signature */

struct sigv4_pair {
	struct str name, value;
};

struct sigv4_key {
	struct str id, secret;
	struct str region, service;          /* "eu-central-1", "s3" */
};

struct sigv4 {
	const struct sigv4_key *key;
	struct str method;                   /* "GET" */
	struct str path;                     /* encoded: sigv4_path() */
	const struct sigv4_pair *query;      /* plain; any order */
	size_t query_count;
	const struct sigv4_pair *headers;    /* those that are to be signed, Host among them; any order and case */
	size_t header_count;
	struct str payload;                  /* SHA-256 of the body as hexadecimal digits, or SIGV4_UNSIGNED */
	int64_t now_ms;
};

/* "/" and the key with everything but unreserved characters and "/" as %XX. */
struct str sigv4_path(struct arena *arena, struct str key);
/* "a=1&b=" in the order in which it is signed; at most SIGV4_PAIRS_MAX pairs. */
struct str sigv4_query(struct arena *arena, const struct sigv4_pair *pairs, size_t count);
/* "20150830T123600Z": the value of the header X-Amz-Date. */
struct str sigv4_date(struct arena *arena, int64_t now_ms);

/* The value of the header Authorization for a request that has all of `headers` (X-Amz-Date is signed with them
 * and must not be among them, but must be sent, as sigv4_date() of the same time). */
struct str sigv4_authorization(const struct sigv4 *request, struct arena *arena);

/* The whole query of an address that needs no header but those of `headers`: request->query, what the signature
 * needs, and the signature. Valid for `expires_s` seconds (1 to SIGV4_EXPIRES_MAX_S) from request->now_ms on. */
struct str sigv4_presign(const struct sigv4 *request, int expires_s, struct arena *arena);

#endif
