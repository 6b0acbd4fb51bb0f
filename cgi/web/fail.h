/* fail.h: turns a failure into an answer: the only place that knows which status a code has.
 *
 * A browser gets the theme's error page, or a plain one when theme or database are broken; whoever
 * prefers JSON gets a problem document (RFC 9457). The message of a struct err is for the log: a
 * visitor sees a phrase of the catalogue and the request's id. */
#ifndef PLATEN_WEB_FAIL_H
#define PLATEN_WEB_FAIL_H

#include "base/err.h"
#include "web/visit.h"

/* Replaces whatever the response holds. v->fail_status and v->fail_phrase win over err->rc. */
void fail_answer(struct visit *v, const struct err *err);

/* The answer of a program without phrases; logs the reason. `res` is as response_init() left it. */
void fail_start(struct http_response *res, const struct err *err);

/* The status of a code. */
int fail_status(enum rc rc);

#endif
