/* zone_parse.c: TZif files (RFC 8536), versions 1 to 4. */
#include "base/base.h"
#include "base/zone.h"
#include "base/zone_data.h"

#define HEADER_B 44
#define CHANGES_MAX 5000
#define OFFSET_MAX_S (26 * 3600)

struct cursor {
	const unsigned char *p;
	size_t n;
	bool failed; /* read past the end */
};

static const unsigned char *take(struct cursor *c, size_t n)
{
	static const unsigned char nothing[HEADER_B];
	if (n > c->n) {
		c->failed = true;
		c->n = 0;
		return nothing;
	}
	const unsigned char *p = c->p;
	c->p += n;
	c->n -= n;
	return p;
}

static int64_t take_int(struct cursor *c, size_t n)
{
	const unsigned char *p = take(c, n);
	uint64_t value = p[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[i];
	return (int64_t)value;
}

struct counts {
	int version;
	size_t is_utc, is_std, leap, time, type, chars;
};

static bool take_header(struct cursor *c, struct counts *out)
{
	const unsigned char *p = take(c, 20);
	*out = (struct counts){ .version = p[4] ? p[4] - '0' : 1 };
	bool good = memcmp(p, "TZif", 4) == 0;
	size_t *const fields[] = { &out->is_utc, &out->is_std, &out->leap, &out->time, &out->type, &out->chars };
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		int64_t value = take_int(c, 4);
		good = good && value >= 0 && value <= CHANGES_MAX;
		*fields[i] = good ? (size_t)value : 0;
	}
	return good && !c->failed && out->type >= 1 && out->type <= 256 && out->chars >= 1;
}

static void skip_body(struct cursor *c, const struct counts *n, size_t time_b)
{
	take(c, n->time * (time_b + 1) + n->type * 6 + n->chars + n->leap * (time_b + 4) + n->is_std + n->is_utc);
}

static bool read_types(struct zone *z, struct cursor *c, const struct counts *n)
{
	struct cursor abbrs = { c->p, c->n, c->failed };
	take(&abbrs, n->type * 6);
	const char *chars = (const char *)take(&abbrs, n->chars);
	if (abbrs.failed)
		return false;
	z->types = mem_array(n->type, sizeof *z->types);
	z->type_count = n->type;
	for (size_t i = 0; i < n->type; i++) {
		struct zone_type *type = &z->types[i];
		int64_t offset_s = take_int(c, 4);
		type->dst = *take(c, 1) != 0;
		size_t at = *take(c, 1);
		if (offset_s < -OFFSET_MAX_S || offset_s > OFFSET_MAX_S || at >= n->chars)
			return false;
		type->offset_s = (int)offset_s;
		size_t len = strnlen(chars + at, n->chars - at);
		memcpy(type->abbr, chars + at, len < ZONE_ABBR_MAX_B - 1 ? len : ZONE_ABBR_MAX_B - 1);
	}
	take(c, n->chars);
	return true;
}

static bool read_body(struct zone *z, struct cursor *c, const struct counts *n, size_t time_b)
{
	z->changes = mem_array(n->time, sizeof *z->changes);
	z->change_count = n->time;
	for (size_t i = 0; i < n->time; i++) {
		z->changes[i].s = take_int(c, time_b);
		if (i > 0 && z->changes[i].s <= z->changes[i - 1].s)
			return false;
	}
	for (size_t i = 0; i < n->time; i++) {
		z->changes[i].type = *take(c, 1);
		if (z->changes[i].type >= n->type)
			return false;
	}
	if (!read_types(z, c, n))
		return false;
	take(c, n->leap * (time_b + 4) + n->is_std + n->is_utc);
	return !c->failed;
}

/* A newline, a TZ string (it may be empty), a newline. */
static bool read_footer(struct zone *z, struct cursor *c)
{
	struct str rest = { (const char *)c->p, c->n };
	if (rest.n < 2 || rest.p[0] != '\n')
		return false;
	ptrdiff_t end = str_find_char(str_from(rest, 1), '\n');
	if (end < 0)
		return false;
	z->has_rule = end > 0;
	return end == 0 || zone_rule_parse(str_sub(rest, 1, 1 + (size_t)end), &z->rule);
}

enum rc zone_parse(struct str name, struct str bytes, struct zone **out, struct err *err)
{
	struct cursor c = { (const unsigned char *)bytes.p, bytes.n, false };
	struct counts n;
	struct zone *z = mem_new(sizeof *z);
	enum rc rc = RC_OK;
	memcpy(z->name, name.p, name.n < sizeof z->name - 1 ? name.n : sizeof z->name - 1);
	bool good = take_header(&c, &n);
	if (good && n.version >= 2) {
		skip_body(&c, &n, 4);
		good = take_header(&c, &n) && read_body(z, &c, &n, 8) && read_footer(z, &c);
	} else if (good) {
		good = read_body(z, &c, &n, 4);
	}
	if (!good)
		rc = err_set(err, RC_CORRUPT, "the file of the time zone '%s' is damaged", z->name);
	else if (n.leap > 0)
		rc = err_set(err, RC_UNSUPPORTED, "the time zone '%s' counts leap seconds", z->name);
	if (rc == RC_OK)
		*out = z;
	else
		zone_free(z);
	return rc;
}

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->changes);
	free(zone->types);
	free(zone);
}
