/* serve.c: the FastCGI server: signals, threads, the drain. */
#include "base/base.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/notify.h"
#include "front/loop.h"

/* Told to the main thread when the loop has ended. libfcgi has a handler for it, which never runs:
 * the signal is blocked in every thread. */
#define FRAMING_ROOM_B ((int64_t)1 << 20)
#define LOOP_ENDED SIGUSR1

static void wanted_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, LOOP_ENDED);
}

/* libfcgi's own SIGTERM handler cuts answers and uploads: its signals must be blocked everywhere
 * before FCGX_Init() installs it. */
void front_block_signals(void)
{
	sigset_t set;
	wanted_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

struct loop_thread {
	struct loop *loop;            /* NULL: not started */
	pthread_t thread, main;
	_Atomic bool ended;
	enum rc rc;
	struct err err;
};

static void *run_loop(void *arg)
{
	struct loop_thread *t = arg;
	t->rc = loop_run(t->loop, &t->err);
	atomic_store(&t->ended, true);
	pthread_kill(t->main, LOOP_ENDED);
	return NULL;
}

static void stop(struct server *server)
{
	for (unsigned i = 0; i < server->config.loops; i++)
		loop_stop(server->loops[i]);
	notify_stopping();
}

static void reload(const struct front_handler *handler)
{
	notify_reloading();
	handler->reload(handler->ctx);
	notify_ready();
}

static bool have_ended(struct loop_thread *threads)
{
	for (unsigned i = 0; i < FRONT_LOOPS_MAX; i++)
		if (threads[i].loop && !atomic_load(&threads[i].ended))
			return false;
	return true;
}

static void wait_for_signals(struct server *server, struct loop_thread *threads)
{
	const struct front_handler *handler = server->handler;
	sigset_t set;
	int number;
	wanted_signals(&set);
	while (!have_ended(threads)) {
		if (sigwait(&set, &number) != 0)
			continue;
		if (number == SIGTERM || number == SIGINT)
			stop(server);
		else if (number == SIGHUP && handler->reload)
			reload(handler);
	}
}

static enum rc start_loops(struct server *server, struct loop_thread *threads, struct err *err)
{
	for (unsigned i = 0; i < server->config.loops; i++) {
		struct loop_thread *t = &threads[i];
		*t = (struct loop_thread){ .loop = server->loops[i], .main = pthread_self(), .err = ERR_INIT };
		int failed = pthread_create(&t->thread, NULL, run_loop, t);
		if (failed) {
			t->loop = NULL;
			return err_sys(err, RC_IO, failed, "cannot start an event loop");
		}
	}
	return RC_OK;
}

/* RC_OK, or what the loops ended with: RC_TIMEOUT is all that there is. */
static enum rc join_loops(struct loop_thread *threads, struct err *err)
{
	enum rc rc = RC_OK;
	for (unsigned i = 0; i < FRONT_LOOPS_MAX; i++) {
		if (!threads[i].loop)
			continue;
		pthread_join(threads[i].thread, NULL);
		if (threads[i].rc == RC_OK)
			continue;
		rc = threads[i].rc;
		*err = threads[i].err;
	}
	return rc;
}

static enum rc run(struct server *server, struct err *err)
{
	struct loop_thread threads[FRONT_LOOPS_MAX] = { 0 };
	enum rc rc = start_loops(server, threads, err);
	if (rc != RC_OK) {
		stop(server);
		(void)join_loops(threads, &(struct err)ERR_INIT);
		return rc;
	}
	notify_ready();
	wait_for_signals(server, threads);
	return join_loops(threads, err);
}

/* Each loop has a descriptor of the listening socket to itself, so that each can close it when it has
 * emptied the backlog: the socket ends with the last. */
static enum rc open_loops(struct server *server, struct listener *listener, struct err *err)
{
	enum rc rc = RC_OK;
	for (unsigned i = server->config.loops; rc == RC_OK && i-- > 0;) {
		struct listener own = { .fd = -1 };
		if (i == 0) {
			own = *listener;
			*listener = (struct listener){ .fd = -1 };
		} else {
			rc = listen_copy(listener, &own, err);
		}
		if (rc == RC_OK)
			rc = loop_open(server, i, &own, &server->loops[i], err);
		listen_close(&own);
	}
	return rc;
}

static enum rc open_server(struct server *server, struct err *err)
{
	const struct front_config *config = &server->config;
	struct listener listener = { .fd = -1 };
	enum rc rc = listen_open(config->listen, &listener, err);
	if (rc == RC_OK)
		rc = replay_open(&server->replay, err);
	if (rc == RC_OK)
		rc = pool_open(0, config->workers, &server->pages, err);
	if (rc == RC_OK)
		rc = pool_open(config->workers, config->body_workers, &server->bodies, err);
	if (rc == RC_OK)
		rc = open_loops(server, &listener, err);
	listen_close(&listener);
	return rc;
}

static void close_server(struct server *server)
{
	pool_close(server->pages);
	pool_close(server->bodies);
	for (unsigned i = 0; i < FRONT_LOOPS_MAX; i++)
		loop_close(server->loops[i]);
	replay_close(&server->replay);
	pthread_mutex_destroy(&server->replay_lock);
	free(server);
}

enum rc front_serve(const struct front_config *config, const struct front_handler *handler,
		    struct err *err)
{
	front_block_signals();
	if (FCGX_Init() != 0)
		return err_set(err, RC_INTERNAL, "cannot initialise libfcgi");
	struct server *server = mem_new(sizeof *server);
	server->config = front_defaults(config);
	server->handler = handler;
	server->replay.fd = -1;
	pthread_mutex_init(&server->replay_lock, NULL);
	server->room = (struct spool_room){ .dir = server->config.spool_dir,
					    .max_b = server->config.spool_max_b };
	/* With what frames it: nginx's records are 32 KB. */
	server->large_room = (struct spool_room){ .dir = server->config.spool_dir,
						  .max_b = server->config.large_body_max_b / 8 * 9 + FRAMING_ROOM_B };
	enum rc rc = open_server(server, err);
	if (rc == RC_OK) {
		LOG(LOG_INFO, "serving", LOG_S("listen", str_of(config->listen)),
		    LOG_I("loops", server->config.loops), LOG_I("workers", server->config.workers),
		    LOG_I("body_workers", server->config.body_workers));
		rc = run(server, err);
	}
	/* After RC_TIMEOUT threads still work on requests: the process ends with them. */
	if (rc != RC_TIMEOUT)
		close_server(server);
	return rc;
}
