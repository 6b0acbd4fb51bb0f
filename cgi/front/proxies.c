/* proxies.c: who the visitor is where other web servers stand in front of ours. */
#include "base/base.h"

#include "front/proxies.h"

/* What stands to the left of where one is in the lines of the header, which are one list (RFC 9110, 5.3). */
struct chain {
	const struct http_pairs *headers;
	size_t left;        /* headers that were not looked at */
	struct str rest;    /* of the line; STR_NONE: another one is wanted */
};

/* The entry before the last one that was taken. */
static bool take_last(struct chain *chain, struct str *entry)
{
	while (!str_given(chain->rest)) {
		if (chain->left == 0)
			return false;
		const struct http_pair *header = &chain->headers->items[--chain->left];
		if (str_is(header->name, "x-forwarded-for"))
			chain->rest = str_or_empty(header->value);
	}
	ptrdiff_t comma = str_rfind_char(chain->rest, ',');
	*entry = str_trim(str_from(chain->rest, (size_t)(comma + 1)));
	chain->rest = comma < 0 ? STR_NONE : str_sub(chain->rest, 0, (size_t)comma);
	return true;
}

/* "192.0.2.1:4711", "[2001:db8::1]:4711", "[2001:db8::1]" or a plain one. */
static struct str without_port(struct str text)
{
	ptrdiff_t colon = str_find_char(text, ':'), end = str_find_char(text, ']');
	if (str_starts(text, STR("[")) && end > 0)
		return str_sub(text, 1, (size_t)end);
	return colon > 0 && colon == str_rfind_char(text, ':') ? str_sub(text, 0, (size_t)colon) : text;
}

static bool is_unix_socket(struct str text)
{
	return str_empty(text) || str_is(text, "unix:") || str_is(text, "@");
}

void proxies_apply(const struct nets *trusted, struct http_request *req)
{
	struct chain chain = { &req->headers, req->headers.count, STR_NONE };
	char text[IP_TEXT_MAX_B];
	struct str entry = req->remote_addr;
	bool found = false;
	struct ip ip, last;
	if (nets_empty(trusted))
		return;
	for (int hops = 0; hops <= PROXIES_HOPS_MAX; hops++) {
		bool is_ip = ip_parse(hops ? without_port(entry) : entry, &ip);
		if (is_ip && hops) {
			last = ip;
			found = true;
		}
		if (is_ip ? !nets_have(trusted, &ip) : !trusted->unix_sockets || !is_unix_socket(entry))
			break;
		if (!take_last(&chain, &entry))
			break;
	}
	if (found)
		req->remote_addr = arena_str(req->arena, ip_write(&last, text));
}
