/* guard.c: which network addresses belong to everybody, and which to this machine and its neighbours. */
#include "base/base.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/guard.h"

struct net4 {
	uint32_t first;
	int bits;
};

#define NET4(a, b, c, d, bits) { (uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d), bits }

/* The whole of 192.0.0.0/24 and 198.18.0.0/15 also holds the few addresses in it that are reachable:
 * nobody has a web server there. */
static const struct net4 special4[] = {
	NET4(0, 0, 0, 0, 8),        /* this network */
	NET4(10, 0, 0, 0, 8),       /* private use */
	NET4(100, 64, 0, 0, 10),    /* behind a carrier's NAT */
	NET4(127, 0, 0, 0, 8),      /* loopback */
	NET4(169, 254, 0, 0, 16),   /* link-local: metadata services of clouds */
	NET4(172, 16, 0, 0, 12),    /* private use */
	NET4(192, 0, 0, 0, 24),     /* protocol assignments */
	NET4(192, 0, 2, 0, 24),     /* documentation */
	NET4(192, 88, 99, 0, 24),   /* 6to4 relays, deprecated */
	NET4(192, 168, 0, 0, 16),   /* private use */
	NET4(198, 18, 0, 0, 15),    /* benchmarks */
	NET4(198, 51, 100, 0, 24),  /* documentation */
	NET4(203, 0, 113, 0, 24),   /* documentation */
	NET4(224, 0, 0, 0, 4),      /* multicast */
	NET4(240, 0, 0, 0, 4),      /* reserved, and the broadcast address */
};

struct net6 {
	uint8_t first[16];
	int bits;
};

static const struct net6 global6 = { { 0x20 }, 3 };
static const struct net6 mapped6 = { { [10] = 0xff, 0xff }, 96 };
static const struct net6 nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
static const struct net6 sixtofour = { { 0x20, 0x02 }, 16 };

/* Of what lies in the global 2000::/3. */
static const struct net6 special6[] = {
	{ { 0x20, 0x01 }, 23 },              /* protocol assignments, Teredo and ORCHID among them */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },  /* documentation */
	{ { 0x3f, 0xff }, 20 },              /* documentation */
};

static bool is_public4(uint32_t address)
{
	for (size_t i = 0; i < COUNT_OF(special4); i++)
		if ((address ^ special4[i].first) >> (32 - special4[i].bits) == 0)
			return false;
	return true;
}

static bool is_in6(const uint8_t *address, const struct net6 *net)
{
	int whole = net->bits / 8, rest = net->bits % 8;
	return memcmp(address, net->first, (size_t)whole) == 0 &&
	       (rest == 0 || (address[whole] ^ net->first[whole]) >> (8 - rest) == 0);
}

static uint32_t read4(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_public6(const uint8_t *address)
{
	if (is_in6(address, &mapped6) || is_in6(address, &nat64))
		return is_public4(read4(address + 12));
	if (is_in6(address, &sixtofour))
		return is_public4(read4(address + 2));
	for (size_t i = 0; i < COUNT_OF(special6); i++)
		if (is_in6(address, &special6[i]))
			return false;
	return is_in6(address, &global6);
}

bool guard_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return is_public4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	if (address->sa_family == AF_INET6)
		return is_public6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
	return false;
}

static bool is_one_of(struct str list, const char *address)
{
	for (size_t at = 0, end; at < list.n; at = end + 1) {
		for (end = at; end < list.n && !strchr(" \t,", list.p[end]); end++)
			;
		if (str_is(str_sub(list, at, end), address))
			return true;
	}
	return false;
}

bool guard_is_listed(struct str list, const struct sockaddr *address)
{
	char host[NI_MAXHOST], port[NI_MAXSERV], both[NI_MAXHOST + NI_MAXSERV + 4];
	bool v6 = address->sa_family == AF_INET6;
	socklen_t n = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if ((!v6 && address->sa_family != AF_INET) ||
	    getnameinfo(address, n, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return false;
	snprintf(both, sizeof both, v6 ? "[%s]:%s" : "%s:%s", host, port);
	return is_one_of(list, host) || is_one_of(list, both);
}
