/* nets.h: a list of addresses and networks of IPv4 and IPv6, and whether an address is in it. */
#ifndef PLATEN_BASE_NETS_H
#define PLATEN_BASE_NETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Of IPv4 in the mapped form, ::ffff:a.b.c.d (RFC 4291, 2.5.5.2): both ways of writing it are one address. */
struct ip {
	uint8_t bytes[16];
};

/* "192.0.2.1", "2001:db8::1"; false: it is none of them, *out is untouched. No blanks, ports or names of interfaces. */
bool ip_parse(struct str text, struct ip *out);
/* In the shortest form, of a mapped one as IPv4. */
#define IP_TEXT_MAX_B 46
struct str ip_write(const struct ip *ip, char out[IP_TEXT_MAX_B]);

#define NETS_MAX 64

/* All zeroes: an empty list. Holds no pointers, to be copied. */
struct nets {
	struct net {
		struct ip first;
		uint8_t bits;
	} items[NETS_MAX];
	unsigned count;
	bool unix_sockets;
};

/* Addresses ("192.0.2.1"), networks ("10.0.0.0/8", "fd00::/8"; what stands behind the bits of the network is not looked
 * at) and the word "unix", with blanks or commas between them. RC_INVALID: something else, which the message names;
 * RC_LIMIT: more than NETS_MAX. */
NODISCARD enum rc nets_parse(struct str text, struct nets *out, struct err *err);
/* O(count). A network of IPv6 that is larger than that of the mapped addresses has none of IPv4. */
bool nets_have(const struct nets *nets, const struct ip *ip);
static inline bool nets_empty(const struct nets *nets)
{
	return nets->count == 0 && !nets->unix_sockets;
}

#endif
