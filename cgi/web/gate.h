/* gate.h: what every request passes on its way to a handler and back.
 *
 * Before the handler: the route and its flags, the snapshot, private and maintenance mode, the
 * origin of forms. After it: canonical addresses, error pages, conditional requests and the headers
 * that every answer has. Handlers check none of this. */
#ifndef PLATEN_WEB_GATE_H
#define PLATEN_WEB_GATE_H

#include "http/request.h"
#include "http/response.h"
#include "web/app.h"

/* Answers a parsed request; `res` is complete afterwards. */
void gate_answer(struct app *app, unsigned worker, struct http_request *req, struct http_response *res);

/* Answers one that the front turned away, with that status. */
void gate_refuse(struct app *app, unsigned worker, struct http_request *req, int status,
		 const char *message, struct http_response *res);

#endif
