/* server.h: what the parts of a FastCGI server share. */
#ifndef PLATEN_FRONT_SERVER_H
#define PLATEN_FRONT_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "front/front.h"
#include "front/pool.h"
#include "front/replay.h"
#include "front/spool.h"

struct loop;

struct server {
	struct front_config config;            /* every 0 replaced by its default */
	const struct front_handler *handler;
	struct pool *pages, *bodies;
	struct loop *loops[FRONT_LOOPS_MAX];   /* config.loops of them */
	pthread_mutex_t replay_lock;           /* of the loops, for microseconds and only when a body comes */
	struct replay replay;
	struct spool_room room, large_room;
	_Atomic bool stopping;                 /* every connection is closed after its answer */
};

/* Requests may have been sent since the last call; in that loop. */
static inline void server_arrived(const struct server *server, unsigned loop)
{
	if (server->handler->arrived)
		server->handler->arrived(server->handler->ctx, loop);
}

/* The configuration with its defaults filled in. */
struct front_config front_defaults(const struct front_config *config);

#endif
