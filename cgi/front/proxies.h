/* proxies.h: who the visitor is where other web servers, a CDN for example, stand in front of ours. */
#ifndef PLATEN_FRONT_PROXIES_H
#define PLATEN_FRONT_PROXIES_H

#include "base/nets.h"
#include "http/request.h"

#define PROXIES_HOPS_MAX 32

/* Sets req->remote_addr: where it is one of `trusted`, to the rightmost address of X-Forwarded-For that is none of
 * them. Each server writes whom it got the request from behind what was there, so all that stands further to the left
 * is what the visitor claims. Where no such address is found, since all are trusted, one is not an address or there
 * are more than PROXIES_HOPS_MAX, it is the last one that could be believed. Addresses may have a port.
 *
 * REMOTE_ADDR without an address ("", "unix:" of nginx, "@" of Caddy) is what came by a unix socket: trusted where
 * `trusted` has the word for it. Everything else stays as it is: with an empty list nothing is looked at. */
void proxies_apply(const struct nets *trusted, struct http_request *req);

#endif
