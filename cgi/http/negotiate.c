/* negotiate.c: Accept-Encoding and Accept (RFC 9110 section 12.5). */
#include "base/base.h"
#include "http/negotiate.h"

static const char *const coding_names[HTTP_CODING__MAX] = {
	[HTTP_IDENTITY] = "", [HTTP_GZIP] = "gzip", [HTTP_BROTLI] = "br",
};

const char *http_coding_name(enum http_coding coding)
{
	return (unsigned)coding < HTTP_CODING__MAX ? coding_names[coding] : "";
}

/* "0", "1", "0.5", "1.000": thousandths; -1 when malformed. */
static int weight_of(struct str s)
{
	int value, scale = 100;
	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
		return -1;
	value = (s.p[0] - '0') * 1000;
	for (size_t i = 2; i < s.n; i++, scale /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		value += (s.p[i] - '0') * scale;
	}
	return value <= 1000 ? value : -1;
}

/* Takes the next well-formed element "name;param;q=0.5" off *rest; parameters but q are dropped. */
static bool take_element(struct str *rest, struct str *name, int *weight)
{
	struct str element, part;
	while (str_split(rest, ',', &element)) {
		*weight = 1000;
		if (!str_split(&element, ';', name))
			continue;
		*name = str_trim(*name);
		while (str_split(&element, ';', &part)) {
			part = str_trim(part);
			if (str_istarts(part, STR("q=")))
				*weight = weight_of(str_from(part, 2));
		}
		if (name->n > 0 && *weight >= 0)
			return true;
	}
	return false;
}

enum http_coding negotiate_coding(struct str accept_encoding, unsigned available)
{
	int weights[HTTP_CODING__MAX] = { -1, -1, -1 }, any = -1, weight;
	struct str name;
	if (!str_given(accept_encoding))
		return HTTP_IDENTITY;
	while (take_element(&accept_encoding, &name, &weight)) {
		if (str_is(name, "*"))
			any = weight;
		else if (str_ieq(name, STR("identity")))
			weights[HTTP_IDENTITY] = weight;
		else if (str_ieq(name, STR("gzip")) || str_ieq(name, STR("x-gzip")))
			weights[HTTP_GZIP] = weight;
		else if (str_ieq(name, STR("br")))
			weights[HTTP_BROTLI] = weight;
	}
	/* Identity, not named, is what remains when nothing else will do. */
	enum http_coding best = HTTP_IDENTITY;
	int best_weight = weights[HTTP_IDENTITY] >= 0 ? weights[HTTP_IDENTITY] : any > 0 ? any : 0;
	for (int coding = HTTP_GZIP; coding < HTTP_CODING__MAX; coding++) {
		weight = weights[coding] >= 0 ? weights[coding] : any;
		if ((available >> coding & 1) && weight > 0 && weight >= best_weight) {
			best = (enum http_coding)coding;
			best_weight = weight;
		}
	}
	return best;
}

/* How closely a media range names `type`: 3 exactly, 2 its kind, 1 anything, 0 not. */
static int closeness(struct str range, struct str type)
{
	if (str_ieq(range, type))
		return 3;
	if (str_is(range, "*/*") || str_is(range, "*"))
		return 1;
	if (str_ends(range, STR("/*")) && str_istarts(type, str_sub(range, 0, range.n - 1)))
		return 2;
	return 0;
}

int negotiate_weight(struct str accept, const char *type)
{
	int weight, best_weight = 0, best = 0;
	struct str range;
	if (!str_given(accept))
		return 1000;
	while (take_element(&accept, &range, &weight)) {
		int close = closeness(range, str_of(type));
		if (close > best) {
			best = close;
			best_weight = weight;
		}
	}
	return best_weight;
}

bool negotiate_wants_json(struct str accept)
{
	int html = negotiate_weight(accept, "text/html");
	return negotiate_weight(accept, "application/json") > html ||
	       negotiate_weight(accept, "application/problem+json") > html;
}
