/* nets.c: a list of addresses and networks of IPv4 and IPv6. */
#include "base/base.h"

#include <arpa/inet.h>

#include "base/nets.h"

#define MAPPED_BITS 96

static const uint8_t mapped[MAPPED_BITS / 8] = { [10] = 0xff, 0xff };

static bool is_mapped(const struct ip *ip)
{
	return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

static bool cstr_of(struct str text, char out[IP_TEXT_MAX_B])
{
	if (text.n >= IP_TEXT_MAX_B || (text.n > 0 && memchr(text.p, '\0', text.n)))
		return false;
	if (text.n > 0)
		memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

bool ip_parse(struct str text, struct ip *out)
{
	char cstr[IP_TEXT_MAX_B];
	struct ip ip = { { 0 } };
	if (!cstr_of(text, cstr))
		return false;
	if (inet_pton(AF_INET, cstr, ip.bytes + sizeof mapped) == 1)
		memcpy(ip.bytes, mapped, sizeof mapped);
	else if (inet_pton(AF_INET6, cstr, ip.bytes) != 1)
		return false;
	*out = ip;
	return true;
}

struct str ip_write(const struct ip *ip, char out[IP_TEXT_MAX_B])
{
	bool v4 = is_mapped(ip);
	const char *text = inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? ip->bytes + sizeof mapped : ip->bytes, out, IP_TEXT_MAX_B);
	return text ? str_of(text) : STR("");
}

static bool parse_net(struct str text, struct net *out)
{
	struct str address = str_until(text, '/');
	int64_t bits, all;
	if (!ip_parse(address, &out->first))
		return false;
	all = str_find_char(address, ':') < 0 ? 32 : 128;
	bits = all;
	if (address.n < text.n && (!str_to_i64(str_from(text, address.n + 1), &bits) || bits < 0 || bits > all))
		return false;
	out->bits = (uint8_t)(all == 32 ? MAPPED_BITS + bits : bits);
	return true;
}

static enum rc add(struct nets *nets, struct str word, struct err *err)
{
	if (str_is(word, "unix")) {
		nets->unix_sockets = true;
		return RC_OK;
	}
	if (nets->count == NETS_MAX)
		return err_set(err, RC_LIMIT, "there are more than %d addresses and networks", NETS_MAX);
	if (!parse_net(word, &nets->items[nets->count]))
		return err_set(err, RC_INVALID, "'%.*s' is neither an address nor a network, as 192.0.2.1 or fd00::/8", STR_ARG(word));
	nets->count++;
	return RC_OK;
}

enum rc nets_parse(struct str text, struct nets *out, struct err *err)
{
	struct nets nets = { 0 };
	enum rc rc = RC_OK;
	for (size_t at = 0, end; at < text.n && rc == RC_OK; at = end + 1) {
		for (end = at; end < text.n && !strchr(" \t,", text.p[end]); end++)
			;
		if (end > at)
			rc = add(&nets, str_sub(text, at, end), err);
	}
	if (rc == RC_OK)
		*out = nets;
	return rc;
}

static bool is_in(const struct ip *ip, const struct net *net)
{
	size_t whole = net->bits / 8, rest = net->bits % 8;
	return memcmp(ip->bytes, net->first.bytes, whole) == 0 &&
	       (rest == 0 || (ip->bytes[whole] ^ net->first.bytes[whole]) >> (8 - rest) == 0);
}

bool nets_have(const struct nets *nets, const struct ip *ip)
{
	bool v4 = is_mapped(ip);
	for (unsigned i = 0; i < nets->count; i++)
		if ((!v4 || nets->items[i].bits >= MAPPED_BITS) && is_in(ip, &nets->items[i]))
			return true;
	return false;
}
