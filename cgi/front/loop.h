/* loop.h: an event loop: accepts, watches its connections, hands on what may block.
 *
 * Whatever a peer does, the loop goes on: it reads what has arrived and writes what fits, each
 * connection a bounded piece at a time. A peer that falls silent in the middle of a request or of an
 * answer is dropped after timeout_ms (a head must be complete within that time, however it trickles);
 * one that is silent between requests may stay, and the longest silent goes when connections_max are
 * reached.
 *
 * There may be several: each accepts from the same socket, has its connections to itself, and shares
 * with the others what is in struct server. */
#ifndef PLATEN_FRONT_LOOP_H
#define PLATEN_FRONT_LOOP_H

#include "front/listen.h"
#include "front/server.h"

struct loop;

/* Takes the listener over. `number`: 0..loops-1. RC_IO: the listener is still the caller's. */
NODISCARD enum rc loop_open(struct server *server, unsigned number, struct listener *listener,
			    struct loop **out, struct err *err);

/* Serves until loop_stop() and then until the last connection is gone. RC_TIMEOUT: grace_ms were over
 * first and requests are still being worked on: threads use the server, nothing of it may be freed. */
NODISCARD enum rc loop_run(struct loop *loop, struct err *err);

/* Begins the drain; the second call ends it. Any thread. */
void loop_stop(struct loop *loop);

/* After loop_run() gave RC_OK and the pools were closed. */
void loop_close(struct loop *loop);

#endif
