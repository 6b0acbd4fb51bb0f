/* guard.h: which network addresses belong to everybody, and which to this machine and its neighbours.
 *
 * Who may tell the program where to call (a webhook's address, a picture to fetch) could otherwise have it
 * speak with what only this machine reaches: databases, metadata services, routers. The address that is
 * connected to is what is judged, not its name, so that a name that changes its meaning gains nothing. */
#ifndef PLATEN_NET_GUARD_H
#define PLATEN_NET_GUARD_H

#include <stdbool.h>

#include "base/str.h"

struct sockaddr;

/* A global unicast address by IANA's registries of special-purpose addresses (RFC 6890). IPv6 addresses
 * that carry an IPv4 address (mapped, NAT64, 6to4) are judged by that too. Everything but IPv4 and IPv6
 * is not public. */
bool guard_is_public(const struct sockaddr *address);

/* Whether `list` has it: addresses in their shortest form between blanks or commas, each with or without a port
 * ("10.0.0.7", "127.0.0.1:8080", "fd00::1", "[::1]:8080"). Names are none. */
bool guard_is_listed(struct str list, const struct sockaddr *address);

#endif
