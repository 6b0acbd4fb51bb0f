/* app.h: what the serving process keeps between requests: databases, the site, its theme.
 *
 * The settings and phrases of the process are its basis (basis.h). The site and its theme change
 * together, as an edition. A request takes both and keeps them to its end, so that a reload never
 * pulls anything from under a page. */
#ifndef PLATEN_WEB_APP_H
#define PLATEN_WEB_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/zone.h"
#include "core/i18n.h"
#include "core/site.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "web/basis.h"
#include "web/skin.h"

struct app;
struct backstage;
struct db_group;
struct db_ro;
struct db_rw;
struct kept;

struct edition {
	unsigned refs;            /* atomic */
	struct basis *basis;      /* it was made with */
	struct site *site;
	struct skin *skin;
	const struct i18n *i18n;  /* of the site's language */
	const struct zone *zone;  /* the site's */
	uint64_t generation;      /* app_generation() when it was made */
};

/* `workers` is how many distinct worker numbers the front uses. Opens no database yet: a process
 * starts and says what is wrong on its pages when the data folder is broken. The caller owns *out:
 * app_close(). `conf` must outlive it. */
NODISCARD enum rc app_open(const struct conf *conf, unsigned workers, struct app **out, struct err *err);
void app_close(struct app *app); /* NULL allowed */
/* Begins what a serving process has beside its requests: pages kept in memory, and a thread. Without it
 * every page is rendered, and a changed theme is not seen. `loops`: of the front, each with a watch of
 * its own. RC_IO. */
NODISCARD enum rc app_start(struct app *app, unsigned loops, struct err *err);
/* The same for plain CGI, a request that the page folder did not answer (folder_page.h): its page is written
 * there. What it needs is read with the request: by app_prepare(). */
void app_start_cgi(struct app *app);
NODISCARD enum rc app_prepare(struct app *app, struct err *err);
bool app_is_serving(const struct app *app); /* app_start() was called: not plain CGI */
struct kept *app_kept(const struct app *app); /* NULL: no pages are kept */
/* Counts the changes of settings and theme: what was made in an earlier generation is out of date. */
uint64_t app_generation(const struct app *app);

/* The basis of requests that begin now; basis_drop() it. */
struct basis *app_basis(struct app *app);
const struct router *app_router(const struct app *app);

/* The callbacks of struct front_handler. */
void app_arrived(void *app, unsigned loop);
bool app_fast(void *app, unsigned loop, struct http_request *req, struct http_response *res);
void app_slow(void *app, unsigned worker, struct http_request *req, struct http_response *res);
void app_refuse(void *app, unsigned worker, struct http_request *req, int status, const char *message,
		struct http_response *res);
struct str app_mount(void *app, struct arena *arena);
bool app_takes_large(void *app, const struct http_request *req);
void app_reload(void *app);
void app_done(void *app, const struct http_request *req, const struct http_response *res,
	      int64_t sent_b, int64_t duration_us);

/* Begins a snapshot on the worker's connection and gives the edition that belongs to it. `basis` is the
 * request's. End with
 * app_leave(). RC_NOTFOUND, RC_CORRUPT, RC_READONLY, RC_IO, RC_BUSY, RC_UNSUPPORTED: no database to
 * read from; RC_INVALID: no theme at all. */
NODISCARD enum rc app_enter(struct app *app, unsigned worker, const struct basis *basis,
			    struct db_ro **db, struct edition **edition, struct err *err);
void app_leave(struct app *app, unsigned worker, struct edition *edition);

/* A connection that writes, for a page that changes something: writers.h. */
NODISCARD enum rc app_borrow_rw(struct app *app, const struct basis *basis, struct db_rw **out, struct err *err);
void app_return_rw(struct app *app, const struct basis *basis, struct db_rw *db, bool good);
/* The cronhooks that find nothing to do share commits (cronhook.h). */
struct db_group *app_hooks(struct app *app);

/* The last good edition, though no database may be there now: for error pages. NULL: none yet.
 * edition_drop() it. */
struct edition *app_last_edition(struct app *app);
void edition_drop(struct edition *edition); /* NULL allowed */

/* After a failure of the database: the worker's connections are opened anew at the next request. */
void app_forget_db(struct app *app, unsigned worker);

/* The worker's connection to traffic.db, opened when it is first needed. */
NODISCARD enum rc app_traffic(struct app *app, unsigned worker, const struct basis *basis, struct db_rw **out,
			      struct err *err);
/* What the admin's pages are made with, of that basis; read by the first who asks. backstage_drop() it. */
NODISCARD enum rc app_backstage(struct app *app, const struct basis *basis, struct backstage **out,
				struct err *err);

/* True when this message was not said within the last minute: a broken disk fails every request, and
 * one line a minute tells as much. */
bool app_says(struct app *app, const char *message);

/* Counts an address that a reader did not find; written down within a minute (lost.h). */
void app_note_lost(struct app *app, struct str path, struct str referrer, int64_t now_ms);
/* The same for a redirect that a reader followed (followed.h), by its from_path. */
void app_note_followed(struct app *app, struct str from_path, int64_t now_ms);
/* Writes down what this process has counted up to now. */
void app_write_counts(struct app *app);

/* The databases are of an older program: noted by who met it, asked by who can change that. Any thread. */
void app_note_outdated(struct app *app);
bool app_is_outdated(const struct app *app);

struct app_counts {
	uint64_t by_class[6];     /* answers by status / 100 */
	uint64_t sent_b;
	int64_t start_us;         /* monotonic */
};
void app_counts(const struct app *app, struct app_counts *out);

#endif
