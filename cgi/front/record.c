/* record.c: checks FastCGI records as they arrive, before libfcgi sees them. */
#include "base/base.h"

#include "front/record.h"

#define VERSION_1 1
#define FLAG_KEEP_CONN 1
#define BEGIN_BODY_B 8

static enum record_event bad(struct record_scan *scan, const char *wrong)
{
	scan->wrong = wrong;
	return RECORD_BAD;
}

/* What the specification allows at this point of a request, less what libfcgi cannot bear. */
static const char *header_problem(const struct record_scan *scan, unsigned type, unsigned id,
				  unsigned padding_b)
{
	if (scan->header[0] != VERSION_1)
		return "unknown protocol version";
	if (id == 0)
		return "management record";
	if (scan->phase != RECORD_AT_BEGIN && type == RECORD_BEGIN_REQUEST)
		return "second request on a busy connection";
	if (scan->phase != RECORD_AT_BEGIN && type == RECORD_ABORT_REQUEST)
		return "request aborted by the peer";
	if (scan->phase != RECORD_AT_BEGIN && id != scan->id)
		return "record of another request";
	if (type != (scan->phase == RECORD_AT_BEGIN ? RECORD_BEGIN_REQUEST :
		     scan->phase == RECORD_IN_PARAMS ? RECORD_PARAMS : RECORD_STDIN))
		return "record type out of place";
	if (type == RECORD_BEGIN_REQUEST && scan->content_left != BEGIN_BODY_B)
		return "wrong length of BEGIN_REQUEST";
	/* libfcgi forgets such padding and takes it for the next record's header. */
	if (padding_b && (type == RECORD_BEGIN_REQUEST || scan->content_left == 0))
		return "padding where none belongs";
	return NULL;
}

/* The eight bytes of a header are there. */
static enum record_event take_header(struct record_scan *scan)
{
	const unsigned char *h = scan->header;
	unsigned id = (unsigned)h[2] << 8 | h[3];
	scan->content_left = (uint32_t)h[4] << 8 | h[5];
	scan->padding_left = h[6];
	const char *problem = header_problem(scan, h[1], id, h[6]);
	if (problem)
		return bad(scan, problem);
	scan->id = (uint16_t)id;
	if (scan->content_left)
		return RECORD_MORE;
	if (scan->phase == RECORD_IN_STDIN) {
		scan->phase = RECORD_AT_END;
		return RECORD_DONE;
	}
	if (!scan->too_large && (scan->pair != PAIR_NAME_LENGTH || scan->length_left))
		return bad(scan, "PARAMS end inside a parameter");
	scan->phase = RECORD_IN_STDIN;
	return RECORD_HEAD;
}

static enum record_event take_begin(struct record_scan *scan, const unsigned char *bytes, size_t n)
{
	memcpy(scan->begin + BEGIN_BODY_B - scan->content_left, bytes, n);
	if (n < scan->content_left)
		return RECORD_MORE;
	if (((unsigned)scan->begin[0] << 8 | scan->begin[1]) != RECORD_ROLE_RESPONDER)
		return bad(scan, "role is not responder");
	scan->keep = scan->begin[2] & FLAG_KEEP_CONN;
	scan->phase = RECORD_IN_PARAMS;
	return RECORD_MORE;
}

/* One byte of a length: one byte below 128, else four with the top bit set. True: it is complete. */
static bool take_length(struct record_scan *scan, unsigned char byte)
{
	if (scan->length_left) {
		scan->length = scan->length << 8 | byte;
		return --scan->length_left == 0;
	}
	scan->length = byte & 0x7F;
	scan->length_left = byte & 0x80 ? 3 : 0;
	return scan->length_left == 0;
}

/* Both lengths of a pair are known: its bytes follow. */
static void begin_pair(struct record_scan *scan)
{
	if (++scan->param_count > RECORD_PARAMS_MAX ||
	    (size_t)scan->name_left + scan->value_left > RECORD_HEAD_MAX_B)
		scan->too_large = true;
	scan->pair = scan->name_left ? PAIR_NAME : scan->value_left ? PAIR_VALUE : PAIR_NAME_LENGTH;
}

/* Bytes of a name or a value, as many as there are. NUL would end the text early in libfcgi, which
 * keeps a pair as "NAME=VALUE", and '=' would move the border between the two. */
static size_t take_pair_bytes(struct record_scan *scan, const unsigned char *bytes, size_t n)
{
	uint32_t *left = scan->pair == PAIR_NAME ? &scan->name_left : &scan->value_left;
	size_t take = n < *left ? n : *left;
	if (memchr(bytes, '\0', take) || (scan->pair == PAIR_NAME && memchr(bytes, '=', take)))
		scan->malformed = true;
	*left -= (uint32_t)take;
	if (*left == 0)
		scan->pair = scan->pair == PAIR_NAME && scan->value_left ? PAIR_VALUE : PAIR_NAME_LENGTH;
	return take;
}

/* A pair that is there whole, with lengths of a byte, as nearly all are: checked at once, which takes a
 * fifth of the instructions. The size of the pair; 0: it must be taken in steps. */
static size_t take_short_pair(struct record_scan *scan, const unsigned char *bytes, size_t n)
{
	if (n < 2 || (bytes[0] | bytes[1]) & 0x80 || n - 2 < (size_t)bytes[0] + bytes[1] ||
	    scan->length_left || scan->param_count >= RECORD_PARAMS_MAX)
		return 0;
	size_t name_n = bytes[0], both_n = name_n + bytes[1];
	if (memchr(bytes + 2, '\0', both_n) || memchr(bytes + 2, '=', name_n))
		scan->malformed = true;
	scan->param_count++;
	return 2 + both_n;
}

static void take_params(struct record_scan *scan, const unsigned char *bytes, size_t n)
{
	/* Once it is too large nothing of the head is used, so nothing more is understood either. */
	for (size_t at = 0, pair_b; at < n && !scan->too_large;) {
		switch (scan->pair) {
		case PAIR_NAME_LENGTH:
			pair_b = take_short_pair(scan, bytes + at, n - at);
			if (pair_b) {
				at += pair_b;
				break;
			}
			if (take_length(scan, bytes[at++])) {
				scan->name_left = scan->length;
				scan->pair = PAIR_VALUE_LENGTH;
			}
			break;
		case PAIR_VALUE_LENGTH:
			if (take_length(scan, bytes[at++])) {
				scan->value_left = scan->length;
				begin_pair(scan);
			}
			break;
		case PAIR_NAME:
		case PAIR_VALUE:
			at += take_pair_bytes(scan, bytes + at, n - at);
			break;
		}
	}
}

/* Content of the current record, at most what is left of it. */
static enum record_event take_content(struct record_scan *scan, const unsigned char *bytes, size_t n)
{
	enum record_event event = RECORD_MORE;
	if (scan->phase == RECORD_AT_BEGIN)
		event = take_begin(scan, bytes, n);
	else if (scan->phase == RECORD_IN_PARAMS)
		take_params(scan, bytes, n);
	else
		scan->content_b += (int64_t)n;
	scan->content_left -= (uint32_t)n;
	return event;
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One step: a piece of content, of padding, or of a header. */
static enum record_event step(struct record_scan *scan, const unsigned char *bytes, size_t n,
			      size_t *used)
{
	if (scan->header_n < RECORD_HEADER_B) {
		*used = min_size(RECORD_HEADER_B - scan->header_n, n);
		memcpy(scan->header + scan->header_n, bytes, *used);
		scan->header_n += (unsigned)*used;
		if (scan->header_n < RECORD_HEADER_B)
			return RECORD_MORE;
		enum record_event event = take_header(scan);
		if (scan->content_left == 0 && scan->padding_left == 0)
			scan->header_n = 0;
		return event;
	}
	enum record_event event = RECORD_MORE;
	if (scan->content_left) {
		*used = min_size(scan->content_left, n);
		event = take_content(scan, bytes, *used);
	} else {
		*used = min_size(scan->padding_left, n);
		scan->padding_left -= (uint32_t)*used;
	}
	if (scan->content_left == 0 && scan->padding_left == 0)
		scan->header_n = 0;
	return event;
}

enum record_event record_feed(struct record_scan *scan, const unsigned char *bytes, size_t n,
			      size_t *used)
{
	enum record_event event = RECORD_MORE;
	*used = 0;
	while (*used < n && event == RECORD_MORE) {
		bool in_head = scan->phase < RECORD_IN_STDIN;
		size_t taken = 0;
		event = step(scan, bytes + *used, n - *used, &taken);
		*used += taken;
		if (!in_head)
			continue;
		scan->head_b += taken;
		if (scan->head_b > RECORD_HEAD_MAX_B)
			scan->too_large = true;
		if (scan->head_b > RECORD_HEAD_CUTOFF_B)
			event = bad(scan, "endless PARAMS");
	}
	return event;
}

void record_header(unsigned char out[RECORD_HEADER_B], enum record_type type, uint16_t id,
		   size_t content_b)
{
	const unsigned char header[RECORD_HEADER_B] = {
		VERSION_1, (unsigned char)type, (unsigned char)(id >> 8), (unsigned char)id,
		(unsigned char)(content_b >> 8), (unsigned char)content_b, 0, 0,
	};
	memcpy(out, header, sizeof header);
}
