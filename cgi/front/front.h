/* front.h: the CGI and FastCGI fronts: they turn what a web server sends into http_request values,
 * hand them to two callbacks and write the answers. A front knows neither cache nor pages.
 *
 * FastCGI: loop threads and two pools, and none of them ever waits for a peer: sockets are read and
 * written as far as they go at once (loop.h, out.h). What arrives is checked (record.h) before anything reads
 * it: the parameters of a head (params.h), and libfcgi, from memory, the records of a body (replay.h). A
 * body is collected until it is complete (spool.h), so a handler reads it without delay and libfcgi
 * never sees half of one. Threads run handlers and what touches a
 * disk. Hence a slow or hostile peer costs a descriptor and some 100 KB, not a thread. */
#ifndef PLATEN_FRONT_FRONT_H
#define PLATEN_FRONT_FRONT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/nets.h"
#include "base/str.h"
#include "http/request.h"
#include "http/response.h"

#define FRONT_LOOPS_MAX 2

/* `loop` is 0..loops-1: each loop thread calls for itself, beside the others. */
struct front_handler {
	void *ctx;
	/* Called in a loop when requests may have been sent since its last call: whatever `fast` looked
	 * at before is too old for the next one that it answers. Every request that `fast` sees was
	 * received, at least its first byte, before the latest call of its loop. Must not block. May be
	 * NULL. */
	void (*arrived)(void *ctx, unsigned loop);
	/* Answers from memory inside a loop: never blocks, no SQL beyond a counter, no locks held
	 * long. True: `res` is complete. False: the request goes to `slow`. NULL: always slow. */
	bool (*fast)(void *ctx, unsigned loop, struct http_request *req, struct http_response *res);
	/* Answers in a pool thread; `worker` is 0..workers-1 and tells which per-thread state
	 * (database connections) to use. Always leaves a complete response. */
	void (*slow)(void *ctx, unsigned worker, struct http_request *req, struct http_response *res);
	/* Makes the page for a request that is not handed on: malformed (400), outside the mount (404),
	 * body too large (413), target too long (414), too many or too large headers (431), a method
	 * nobody knows (501), no room for the body (503). Called like `slow`, but the derived fields of
	 * `req` may be empty, and so may `method_name` and `target`; `message` is for the visitor. Always
	 * leaves a complete response with that status. NULL: the front answers in plain text itself. */
	void (*refuse)(void *ctx, unsigned worker, struct http_request *req, int status,
		       const char *message, struct http_response *res);
	/* The path of the site's address as it is now, in `arena`: for a program whose settings change
	 * while it runs. Called in the loops, so it must not block. NULL: front_config.mount. */
	struct str (*mount)(void *ctx, struct arena *arena);
	/* Whether the request may have a body up to large_body_max_b. Called in the loops with the derived fields of
	 * `req`, so it must not block. NULL: none may. */
	bool (*takes_large)(void *ctx, const struct http_request *req);
	/* SIGHUP came: called in the main thread. May be NULL. */
	void (*reload)(void *ctx);
	/* After the answer of a request was written or given up: for the access log. Called in its loop
	 * (so it must not block long), and in the main thread for CGI. `sent_b` counts bytes of the
	 * body, -1: the peer went away first. May be NULL. */
	void (*done)(void *ctx, const struct http_request *req, const struct http_response *res,
		     int64_t sent_b, int64_t duration_us);
};

struct front_config {
	const char *listen;        /* "unix:PATH", "HOST:PORT", "fd:N"; the header of front_listen() */
	unsigned loops;            /* at most FRONT_LOOPS_MAX; 0: two from four cores up, else one */
	unsigned workers;          /* page pool; 0: max(4, 2 x cores) */
	unsigned body_workers;     /* threads for requests with a body; 0: 2 x workers */
	unsigned connections_max;  /* more wait in the backlog; each loop has its share; 0: 4096 */
	int64_t body_max_b;        /* 413 beyond it; 0: 32 MiB */
	int64_t large_body_max_b;  /* the same for what front_handler.takes_large names, if it is more; one such
	                            * body at a time waits in the spool, the next is refused (503) */
	int timeout_ms;            /* a peer silent for so long in the middle of a request is dropped; 0: 10 s */
	int lame_duck_ms;          /* how long kept connections are still served after SIGTERM */
	int grace_ms;              /* how long requests in flight may still run after SIGTERM */
	const char *spool_dir;     /* where large bodies wait until they are complete; NULL: $TMPDIR, /var/tmp */
	int64_t spool_max_b;       /* all of them together, else 503; 0: 16 x body_max_b */
	struct str mount;          /* path of PLATEN_URL, for request_parse(); see front_handler.mount */
	const struct nets *trusted; /* proxies.h; NULL: REMOTE_ADDR is the visitor */
};

/* How this process was started, by descriptor 0, LISTEN_FDS and GATEWAY_INTERFACE (FASTCGI notes:
 * a listening socket on descriptor 0 is FastCGI, LISTEN_FDS gives descriptor 3). */
enum front_kind { FRONT_NONE, FRONT_CGI, FRONT_FASTCGI };
enum front_kind front_detect(int *fd);

/* Number of distinct `loop` values that `arrived` and `fast` will see. */
unsigned front_loop_count(const struct front_config *config);

/* Number of distinct `worker` values that `slow` will see (page pool and body threads together). */
unsigned front_worker_count(const struct front_config *config);

/* Blocks SIGTERM, SIGINT, SIGHUP and SIGUSR1 in this thread and those it makes later, and ignores
 * SIGPIPE. For a main() that starts threads before front_serve(), which does it too. A program that is
 * executed inherits both: whoever spawns one must reset them. */
void front_block_signals(void);

/* Serves until SIGTERM or SIGINT and drains; RC_OK after a clean drain, RC_TIMEOUT when grace_ms were
 * over first (or a second signal came): then requests are still being worked on in threads that use
 * `config` and `handler`, and the caller must end the process at once. Any other code: it could not
 * start. Must be called from the main thread before any other thread exists, or after
 * front_block_signals().
 *
 * The drain: the listening socket is closed (a unix socket's path is removed only if no successor has
 * put its own there), connections in its backlog are still served unless it was inherited, every kept
 * connection is closed after its next answer or when lame_duck_ms are over: longer than the web
 * server's own keepalive time, so that no idle connection is closed that it is about to use. Closing
 * behind an answer follows it at once, but not in one system call: a web server that sends its next
 * GET in that moment must repeat it (nginx: fastcgi_next_upstream error). */
NODISCARD enum rc front_serve(const struct front_config *config, const struct front_handler *handler,
			      struct err *err);

/* One request from the environment and standard input; the answer goes to standard output. `slow` is
 * called with worker 0; `fast` is not used. A body that ends before CONTENT_LENGTH gives the handler
 * RC_IO when it reads so far. RC_IO: the answer could not be written. */
NODISCARD enum rc front_cgi(const struct front_config *config, const struct front_handler *handler,
			    struct err *err);

/* Asks `fast` alone, of loop 0, for the same request, unless it has a body or will be refused. *answered
 * false (and RC_OK): nothing was read from standard input or written, so that front_cgi() or another program
 * can answer it. */
NODISCARD enum rc front_cgi_fast(const struct front_config *config, const struct front_handler *handler,
				 bool *answered, struct err *err);

/* For a CGI program that cannot even start: answers 500 and tells the visitor no more than that. */
void front_cgi_cannot_start(void);

#endif
