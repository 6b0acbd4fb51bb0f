/* record.h: checks FastCGI records as they arrive, before anything else reads them.
 *
 * libfcgi, which reads the bodies of requests, must not be given everything: it blocks on a request that
 * is not complete, a GET_VALUES record with four names overflows a buffer on its stack, lengths near
 * INT_MAX abort it (CVE-2025-23016), and it forgets the padding of BEGIN_REQUEST and of the empty
 * record that ends PARAMS, so that padding is read as the next record. A connection is therefore
 * scanned here first, byte by byte if it comes to that, and only what was found to be one well-formed
 * request of the responder role reaches the library.
 *
 * Source: FastCGI Specification 1.0, sections 3.3 to 5.3 and 8. */
#ifndef PLATEN_FRONT_RECORD_H
#define PLATEN_FRONT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_HEADER_B 8
#define RECORD_CONTENT_MAX_B 65535
#define RECORD_ROLE_RESPONDER 1
/* BEGIN_REQUEST to the end of PARAMS as it came over the wire: room for the limits of http/request.h
 * and the variables that front servers add. A larger head is scanned to its end but not kept. */
#define RECORD_HEAD_MAX_B ((size_t)128 << 10)
#define RECORD_PARAMS_MAX 512
/* What a peer may send as a head before it is cut off. */
#define RECORD_HEAD_CUTOFF_B ((size_t)4 << 20)

enum record_type {
	RECORD_BEGIN_REQUEST = 1,
	RECORD_ABORT_REQUEST = 2,
	RECORD_END_REQUEST = 3,
	RECORD_PARAMS = 4,
	RECORD_STDIN = 5,
	RECORD_STDOUT = 6,
};

enum record_event {
	RECORD_MORE,  /* all bytes were taken, the request goes on */
	RECORD_HEAD,  /* the bytes taken end PARAMS */
	RECORD_DONE,  /* the bytes taken end STDIN: the request is complete */
	RECORD_BAD,   /* not a request that can be served: `wrong` says why; close the connection */
};

enum record_phase { RECORD_AT_BEGIN, RECORD_IN_PARAMS, RECORD_IN_STDIN, RECORD_AT_END };

/* State of one request's scan; all zero is the start of one. */
struct record_scan {
	enum record_phase phase;
	uint16_t id;
	bool keep;         /* the peer wants the connection kept */
	bool too_large;    /* the head is beyond a limit above: answer 431 */
	bool malformed;    /* a parameter holds NUL, or '=' in its name: answer 400 */
	int64_t content_b; /* bytes of STDIN so far, without framing */
	const char *wrong; /* after RECORD_BAD; a literal */

	size_t head_b, param_count;
	unsigned char header[RECORD_HEADER_B];
	unsigned header_n;
	uint32_t content_left, padding_left;
	unsigned char begin[RECORD_HEADER_B];
	/* The name-value pair that is being scanned: its lengths, then its bytes. */
	enum { PAIR_NAME_LENGTH, PAIR_VALUE_LENGTH, PAIR_NAME, PAIR_VALUE } pair;
	unsigned length_left;
	uint32_t length, name_left, value_left;
};

/* Takes bytes up to the next event and says how many in `*used` (all of them with RECORD_MORE). After
 * RECORD_DONE or RECORD_BAD the scan must be zeroed before it is used again. Linear in `n`. */
enum record_event record_feed(struct record_scan *scan, const unsigned char *bytes, size_t n,
			      size_t *used);

/* Writes a record header without padding: `content_b` at most RECORD_CONTENT_MAX_B. */
void record_header(unsigned char out[RECORD_HEADER_B], enum record_type type, uint16_t id,
		   size_t content_b);

#endif
