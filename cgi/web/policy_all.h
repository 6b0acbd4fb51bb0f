/* policy_all.h: the headers that are the same for all answers. */
#ifndef PLATEN_WEB_POLICY_ALL_H
#define PLATEN_WEB_POLICY_ALL_H

#include "conf/conf.h"
#include "http/request.h"
#include "http/response.h"

/* Adds those that are not set yet: security, the request's id. */
void policy_all(const struct conf *conf, const struct http_request *req, struct http_response *res);

#endif
