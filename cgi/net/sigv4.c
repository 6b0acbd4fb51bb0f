/* sigv4.c: AWS Signature Version 4, as a header and as a presigned address. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "net/sigv4.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TEXT_MAX_B ((size_t)64 << 10)
/* What this file adds to the caller's pairs. */
#define OWN_PAIRS 6

struct pairs {
	struct sigv4_pair items[SIGV4_PAIRS_MAX + OWN_PAIRS];
	size_t count;
};

static struct str keep(struct arena *arena, struct buf *text)
{
	struct str kept = arena_str(arena, buf_view(text));
	buf_release(text);
	return kept;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct sigv4_pair *x = a, *y = b;
	int order = str_cmp(x->name, y->name);
	return order ? order : str_cmp(x->value, y->value);
}

struct str sigv4_path(struct arena *arena, struct str key)
{
	struct buf out = BUF_INIT(TEXT_MAX_B);
	struct str part;
	size_t at = 0;
	for (;;) { /* str_split() would lose a "/" at the end, which counts */
		part = str_until(str_from(key, at), '/');
		buf_char(&out, '/');
		enc_percent(&out, part, ENC_STRICT);
		at += part.n + 1;
		if (at > key.n)
			return keep(arena, &out);
	}
}

struct str sigv4_query(struct arena *arena, const struct sigv4_pair *pairs, size_t count)
{
	struct sigv4_pair sorted[SIGV4_PAIRS_MAX + OWN_PAIRS];
	struct buf out = BUF_INIT(TEXT_MAX_B);
	count = count < COUNT_OF(sorted) ? count : COUNT_OF(sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct sigv4_pair){ enc_percent_dup(arena, pairs[i].name, ENC_STRICT),
						 enc_percent_dup(arena, pairs[i].value, ENC_STRICT) };
	qsort(sorted, count, sizeof *sorted, compare_pairs); /* encoded: that is the order which counts */
	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%s%.*s=%.*s", i ? "&" : "", STR_ARG(sorted[i].name), STR_ARG(sorted[i].value));
	return keep(arena, &out);
}

struct str sigv4_date(struct arena *arena, int64_t now_ms)
{
	struct date date;
	date_civil(NULL, now_ms, &date);
	return arena_printf(arena, "%04d%02d%02dT%02d%02d%02dZ", date.year, date.month, date.day, date.hour, date.minute,
			    date.second);
}

/* "20150830/us-east-1/s3/aws4_request" */
static struct str scope(const struct sigv4 *r, struct str date, struct arena *arena)
{
	return arena_printf(arena, "%.*s/%.*s/%.*s/aws4_request", STR_ARG(str_sub(date, 0, 8)), STR_ARG(r->key->region),
			    STR_ARG(r->key->service));
}

/* --- the canonical request --- */

static void copy_pairs(struct pairs *out, const struct sigv4_pair *pairs, size_t count)
{
	out->count = count < SIGV4_PAIRS_MAX ? count : SIGV4_PAIRS_MAX;
	if (out->count)
		memcpy(out->items, pairs, out->count * sizeof *pairs);
}

static void add_pair(struct pairs *out, struct str name, struct str value)
{
	out->items[out->count++] = (struct sigv4_pair){ name, value };
}

/* Names in lower case and in order; those of the same name stay as they follow each other. */
static void sort_headers(struct pairs *headers, struct arena *arena)
{
	for (size_t i = 0; i < headers->count; i++) {
		struct sigv4_pair pair = headers->items[i];
		char *name = arena_cstr(arena, pair.name);
		size_t at = i;
		for (char *p = name; *p; p++)
			*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		pair.name = str_of(name);
		for (; at > 0 && str_cmp(headers->items[at - 1].name, pair.name) > 0; at--)
			headers->items[at] = headers->items[at - 1];
		headers->items[at] = pair;
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without white space at both ends, and one space for several. */
static void put_value(struct buf *out, struct str value)
{
	value = str_trim(value);
	for (size_t i = 0; i < value.n; i++)
		if (!is_space(value.p[i]))
			buf_char(out, value.p[i]);
		else if (!is_space(value.p[i - 1]))
			buf_char(out, ' ');
}

static bool is_repeated(const struct pairs *headers, size_t i)
{
	return i > 0 && str_eq(headers->items[i].name, headers->items[i - 1].name);
}

/* "host:example.org\nx-amz-date:...\n" */
static void put_headers(struct buf *out, const struct pairs *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		if (is_repeated(headers, i))
			buf_char(out, ',');
		else
			buf_printf(out, "%s%.*s:", i ? "\n" : "", STR_ARG(headers->items[i].name));
		put_value(out, headers->items[i].value);
	}
	buf_char(out, '\n');
}

/* "host;x-amz-date" */
static struct str header_names(const struct pairs *headers, struct arena *arena)
{
	struct buf out = BUF_INIT(TEXT_MAX_B);
	for (size_t i = 0; i < headers->count; i++)
		if (!is_repeated(headers, i))
			buf_printf(&out, "%s%.*s", i ? ";" : "", STR_ARG(headers->items[i].name));
	return keep(arena, &out);
}

static void derive_key(const struct sigv4 *r, struct str date, struct arena *arena, uint8_t key[SHA256_B])
{
	struct str first = ARENA_JOIN(arena, STR("AWS4"), r->key->secret);
	hmac_sha256(first, str_sub(date, 0, 8), key);
	hmac_sha256(str_n((char *)key, SHA256_B), r->key->region, key);
	hmac_sha256(str_n((char *)key, SHA256_B), r->key->service, key);
	hmac_sha256(str_n((char *)key, SHA256_B), STR("aws4_request"), key);
	secret_wipe((char *)(uintptr_t)first.p, first.n);
}

static struct str sign(const struct sigv4 *r, const struct pairs *headers, struct str query, struct str date,
		       struct arena *arena)
{
	struct buf text = BUF_INIT(4 * TEXT_MAX_B);
	uint8_t key[SHA256_B], signature[SHA256_B];
	char hex[SHA256_HEX_B];
	buf_printf(&text, "%.*s\n%.*s\n%.*s\n", STR_ARG(r->method), STR_ARG(r->path), STR_ARG(query));
	put_headers(&text, headers);
	buf_printf(&text, "\n%.*s\n%.*s", STR_ARG(header_names(headers, arena)), STR_ARG(r->payload));
	sha256_hex(buf_view(&text), hex);
	buf_clear(&text);
	buf_printf(&text, ALGORITHM "\n%.*s\n%.*s\n%s", STR_ARG(date), STR_ARG(scope(r, date, arena)), hex);
	derive_key(r, date, arena, key);
	hmac_sha256(str_n((char *)key, SHA256_B), buf_view(&text), signature);
	buf_release(&text);
	secret_wipe(key, sizeof key);
	enc_hex_into(hex, signature, sizeof signature);
	return arena_str(arena, str_of(hex));
}

struct str sigv4_authorization(const struct sigv4 *r, struct arena *arena)
{
	struct str date = sigv4_date(arena, r->now_ms);
	struct pairs headers;
	copy_pairs(&headers, r->headers, r->header_count);
	add_pair(&headers, STR("x-amz-date"), date);
	sort_headers(&headers, arena);
	struct str signature = sign(r, &headers, sigv4_query(arena, r->query, r->query_count), date, arena);
	return arena_printf(arena, ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%.*s", STR_ARG(r->key->id),
			    STR_ARG(scope(r, date, arena)), STR_ARG(header_names(&headers, arena)), STR_ARG(signature));
}

struct str sigv4_presign(const struct sigv4 *r, int expires_s, struct arena *arena)
{
	struct str date = sigv4_date(arena, r->now_ms);
	struct pairs headers, query;
	copy_pairs(&headers, r->headers, r->header_count);
	sort_headers(&headers, arena);
	copy_pairs(&query, r->query, r->query_count);
	add_pair(&query, STR("X-Amz-Algorithm"), STR(ALGORITHM));
	add_pair(&query, STR("X-Amz-Credential"), ARENA_JOIN(arena, r->key->id, STR("/"), scope(r, date, arena)));
	add_pair(&query, STR("X-Amz-Date"), date);
	add_pair(&query, STR("X-Amz-Expires"), arena_printf(arena, "%d", expires_s));
	add_pair(&query, STR("X-Amz-SignedHeaders"), header_names(&headers, arena));
	struct str text = sigv4_query(arena, query.items, query.count);
	return ARENA_JOIN(arena, text, STR("&X-Amz-Signature="), sign(r, &headers, text, date, arena));
}
