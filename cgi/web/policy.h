/* policy.h: the headers that every answer has: security, caching, the request's id. */
#ifndef PLATEN_WEB_POLICY_H
#define PLATEN_WEB_POLICY_H

#include "base/str.h"
#include "web/visit.h"

/* Adds the default headers that the handler has not set. */
void policy_headers(struct visit *v);

/* Sets the Content-Security-Policy of an HTML page. Inline script and style need their hash in it:
 * `head` is what head.h wrote (the owner's code and the theme's colours are there), `content` the
 * post's own HTML where the site lets authors write scripts. What stands elsewhere in `page` never
 * runs, however it got there; only style elements of the theme's own <head> are let through too. */
void policy_page(struct visit *v, struct str page, struct str head, struct str content);

#endif
