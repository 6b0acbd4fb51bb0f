/* front.h: the CGI and FastCGI fronts: they turn what a web server sends into http_request values,
 * hand them to two callbacks and write the answers. A front knows neither cache nor pages. */
#ifndef PLATEN_FRONT_FRONT_H
#define PLATEN_FRONT_FRONT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "http/request.h"
#include "http/response.h"

struct front_handler {
	void *ctx;
	/* Answers from memory inside the loop: never blocks, no SQL beyond a counter, no locks held
	 * long. True: `res` is complete. False: the request goes to `slow`. NULL: always slow. */
	bool (*fast)(void *ctx, struct http_request *req, struct http_response *res);
	/* Answers in a pool thread; `worker` is 0..workers-1 and tells which per-thread state
	 * (database connections) to use. Always leaves a complete response. */
	void (*slow)(void *ctx, unsigned worker, struct http_request *req, struct http_response *res);
	/* SIGHUP came: called in the main thread. May be NULL. */
	void (*reload)(void *ctx);
	/* After the answer of a request was written or given up: for the access log. May be NULL. */
	void (*done)(void *ctx, const struct http_request *req, const struct http_response *res,
		     int64_t sent_b, int64_t duration_us);
};

struct front_config {
	const char *listen;        /* "unix:PATH", "HOST:PORT", "fd:N"; the header of front_listen() */
	unsigned workers;          /* page pool; 0: max(4, 2 x cores) */
	unsigned body_workers;     /* threads for requests with a body; 0: 2 x workers */
	unsigned connections_max;  /* more wait in the backlog; 0: 4096 */
	int64_t body_max_b;        /* 413 beyond it */
	int timeout_ms;            /* a peer silent for so long in the middle of a request is dropped */
	int lame_duck_ms;          /* how long kept connections are still served after SIGTERM */
	int grace_ms;              /* how long requests in flight may still run after SIGTERM */
	struct str mount;          /* path of PLATEN_URL, for request_parse() */
};

/* How this process was started, by descriptor 0, LISTEN_FDS and GATEWAY_INTERFACE (FASTCGI notes:
 * a listening socket on descriptor 0 is FastCGI, LISTEN_FDS gives descriptor 3). */
enum front_kind { FRONT_NONE, FRONT_CGI, FRONT_FASTCGI };
enum front_kind front_detect(int *fd);

/* Number of distinct `worker` values that `slow` will see (page pool and body threads together). */
unsigned front_worker_count(const struct front_config *config);

/* Serves until SIGTERM or SIGINT and drains; RC_OK after a clean drain. Must be called from the main
 * thread before any other thread exists: it blocks the signals it waits for. */
NODISCARD enum rc front_serve(const struct front_config *config, const struct front_handler *handler,
			      struct err *err);

/* One request from the environment and standard input; the answer goes to standard output. */
NODISCARD enum rc front_cgi(const struct front_config *config, const struct front_handler *handler,
			    struct err *err);

#endif
