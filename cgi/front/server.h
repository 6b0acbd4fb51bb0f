/* server.h: what the parts of a FastCGI server share. */
#ifndef PLATEN_FRONT_SERVER_H
#define PLATEN_FRONT_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "front/front.h"
#include "front/pool.h"
#include "front/replay.h"
#include "front/spool.h"

struct server {
	struct front_config config;            /* every 0 replaced by its default */
	const struct front_handler *handler;
	struct pool *pages, *bodies;
	struct replay replay;                  /* the loop's */
	struct spool_room room;
	_Atomic bool stopping;                 /* every connection is closed after its answer */
};

/* Requests may have been sent since the last call; in the loop. */
static inline void server_arrived(const struct server *server)
{
	if (server->handler->arrived)
		server->handler->arrived(server->handler->ctx);
}

/* The configuration with its defaults filled in. */
struct front_config front_defaults(const struct front_config *config);

#endif
