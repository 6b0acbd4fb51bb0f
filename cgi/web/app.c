/* app.c: what the serving process keeps between requests: databases, the site, its theme. */
#include "base/base.h"

#include <pthread.h>
#include <signal.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/path.h"
#include "core/cronhook.h"
#include "core/pages.h"
#include "core/place.h"
#include "core/upgrade.h"
#include "crypt/password.h"
#include "store/site.h"
#include "web/access_log.h"
#include "web/app.h"
#include "web/backstage.h"
#include "web/desks.h"
#include "web/fail.h"
#include "web/followed.h"
#include "web/gate.h"
#include "web/kept.h"
#include "web/lost.h"
#include "web/routes.h"
#include "web/writers.h"

#define SAY_AGAIN_US (60 * 1000 * 1000)
/* How often the theme's folder is looked at for changes. */
#define LOOK_US (1000 * 1000)
/* How often what readers did not find is written down. */
#define COUNTS_US (60 * 1000 * 1000)
/* After an upgrade that failed, also where that cannot be written down: a disk that is full may be freed. */
#define UPGRADE_US (60 * 1000 * 1000)

struct app {
	struct router *router;
	struct desks *desks;
	struct writers *writers;
	struct db_group *hooks;     /* cronhooks that find nothing to do */
	pthread_mutex_t basis_lock; /* never held long: the loop takes it */
	struct basis *basis;

	pthread_mutex_t lock;       /* guards what follows, up to the blank line */
	struct edition *edition;
	struct backstage *backstage; /* NULL until somebody came to the admin */
	unsigned backstage_number;  /* of the basis that it was made with */
	bool stale;                 /* SIGHUP came, or the folder changed */
	uint64_t refused_stamp;     /* of a folder that did not load: said once */
	uint64_t said;              /* hash of the failure said last, and when */
	int64_t said_us;

	_Atomic uint64_t generation;
	int64_t look_us;            /* keeper only: when the theme is looked at again */
	uint64_t made_last_look, made_last_trim; /* keeper only: pages made until then */
	struct lost *lost;          /* what readers did not find */
	struct followed *followed;  /* which redirects they followed */
	int64_t counted_us;         /* keeper only: when both are written */
	int64_t upgrade_us;         /* keeper only: when older databases are brought up to date again */
	struct kept kept;           /* all NULL until app_start() */
	_Atomic bool outdated;      /* the databases are of an older program */
	struct app_counts counts;   /* atomic members */
};

/* Those who sign in by plain CGI are processes each. */
static void share_passwords(const struct conf *conf)
{
	struct arena arena;
	arena_init(&arena, 16 << 10);
	password_share(path_join(&arena, conf->data_dir, "password.lock"));
	arena_release(&arena);
}

enum rc app_open(const struct conf *conf, unsigned workers, struct app **out, struct err *err)
{
	struct app *app = mem_new(sizeof *app);
	app->writers = writers_new();
	app->hooks = cronhook_group_new();
	app->lost = lost_new();
	app->followed = followed_new();
	app->desks = desks_new(workers);
	pthread_mutex_init(&app->lock, NULL);
	pthread_mutex_init(&app->basis_lock, NULL);
	app->counts.start_us = clock_monotonic_us();
	app->basis = basis_first(conf);
	share_passwords(conf);
	enum rc rc = routes_build(&app->router, err);
	if (rc != RC_OK) {
		app_close(app);
		return rc;
	}
	*out = app;
	return RC_OK;
}

/* That it cannot be written is no harm to anybody. */
static void write_counts(struct app *app, bool sparing)
{
	struct err err = ERR_INIT, other = ERR_INIT;
	struct basis *basis = app_basis(app);
	if (basis && lost_write(app->lost, basis, sparing, clock_now_ms(), &err) != RC_OK && app_says(app, err.msg))
		log_err(LOG_WARN, "cannot write down what readers did not find", &err);
	if (basis && followed_write(app->followed, basis, sparing, &other) != RC_OK && app_says(app, other.msg))
		log_err(LOG_WARN, "cannot write down which redirects were followed", &other);
	basis_drop(basis);
}

void app_note_lost(struct app *app, struct str path, struct str referrer, int64_t now_ms)
{
	lost_note(app->lost, path, referrer, now_ms);
}

void app_note_followed(struct app *app, struct str from_path, int64_t now_ms)
{
	followed_note(app->followed, from_path, now_ms);
}

void app_note_outdated(struct app *app)
{
	/* A web server that has its answer ends a CGI program, and this one has something to do behind it. */
	if (!app_is_serving(app))
		signal(SIGTERM, SIG_IGN);
	app->outdated = true;
}

bool app_is_outdated(const struct app *app)
{
	return app->outdated;
}

void app_write_counts(struct app *app)
{
	write_counts(app, false);
}

void app_close(struct app *app)
{
	if (!app)
		return;
	bool was_serving = app_is_serving(app);
	keeper_close(app->kept.keeper); /* first: its thread looks at the rest */
	write_counts(app, !was_serving);
	lost_free(app->lost);
	followed_free(app->followed);
	folder_free(app->kept.folder);
	for (unsigned i = 0; i < app->kept.loops; i++)
		watch_free(app->kept.watches[i]);
	free(app->kept.watches);
	page_cache_free(app->kept.cache);
	edition_drop(app->edition);
	backstage_drop(app->backstage);
	desks_free(app->desks);
	writers_free(app->writers);
	cronhook_group_free(app->hooks);
	basis_drop(app->basis);
	router_free(app->router);
	pthread_mutex_destroy(&app->basis_lock);
	pthread_mutex_destroy(&app->lock);
	free(app);
}

struct basis *app_basis(struct app *app)
{
	pthread_mutex_lock(&app->basis_lock);
	struct basis *basis = basis_hold(app->basis);
	pthread_mutex_unlock(&app->basis_lock);
	return basis;
}

bool app_takes_large(void *ctx, const struct http_request *req)
{
	struct app *app = ctx;
	struct route_match match;
	return router_match(app->router, req->method, req->path, &match) && route_at(match.index)->flags & ROUTE_LARGE;
}

struct str app_mount(void *ctx, struct arena *arena)
{
	struct app *app = ctx;
	pthread_mutex_lock(&app->basis_lock);
	struct str mount = arena_str(arena, app->basis->conf->mount);
	pthread_mutex_unlock(&app->basis_lock);
	return mount;
}

const struct router *app_router(const struct app *app)
{
	return app->router;
}

static struct edition *edition_hold(struct edition *edition)
{
	if (edition)
		__atomic_add_fetch(&edition->refs, 1, __ATOMIC_RELAXED);
	return edition;
}

void edition_drop(struct edition *edition)
{
	if (!edition || __atomic_sub_fetch(&edition->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	site_free(edition->site);
	skin_drop(edition->skin);
	basis_drop(edition->basis);
	free(edition);
}

/* The theme of `site`: the one that is there when it still fits, else a fresh one, else (a broken
 * edit) the last good one, else the default theme. */
static enum rc pick_skin(struct app *app, const struct basis *basis, const struct site *site,
			 struct skin **out, struct err *err)
{
	struct skin_places places = basis_places(basis);
	struct skin *old = app->edition ? app->edition->skin : NULL;
	bool same = old && str_eq(old->name, site->theme);
	if (same && !app->stale) {
		*out = skin_hold(old);
		return RC_OK;
	}
	if (skin_load(&places, site->theme, out, err) == RC_OK)
		return RC_OK;
	log_err(LOG_ERROR, "cannot load theme", err);
	/* The addresses of its assets begin with the mount that it was loaded for. */
	if (old && str_eq(app->edition->site->base.mount, places.mount)) {
		*out = skin_hold(old);
		return RC_OK;
	}
	if (str_is(site->theme, SKIN_DEFAULT))
		return err->rc;
	return skin_load(&places, STR(SKIN_DEFAULT), out, err);
}

/* With the lock held: makes the edition of the database's present state. */
static enum rc renew_edition(struct app *app, struct db_ro *db, struct err *err)
{
	struct site *site = NULL;
	struct skin *skin = NULL;
	struct basis *basis = app_basis(app);
	enum rc rc = site_load(db, basis->conf, &site, err);
	if (rc == RC_OK)
		rc = pick_skin(app, basis, site, &skin, err);
	if (rc != RC_OK) {
		basis_drop(basis);
		site_free(site);
		return rc;
	}
	struct edition *edition = mem_new(sizeof *edition);
	edition->refs = 1;
	edition->generation = app->generation;
	edition->basis = basis;
	edition->site = site;
	edition->skin = skin;
	edition->i18n = i18n_for(basis->phrases, site->lang);
	if (zone_get(site->timezone, &edition->zone, NULL) != RC_OK)
		edition->zone = zone_utc(); /* it was checked when it was set; the machine lost it */
	edition_drop(app->edition);
	app->edition = edition;
	app->stale = false;
	return RC_OK;
}

/* With the lock held: the next request makes a new edition, and no page of before is given any more. */
static void make_stale(struct app *app)
{
	app->stale = true;
	atomic_fetch_add(&app->generation, 1);
}

static enum rc edition_for(struct app *app, struct db_ro *db, int64_t seq, struct edition **out,
			   struct err *err)
{
	enum rc rc = RC_OK;
	pthread_mutex_lock(&app->lock);
	if (!app->edition || app->stale || app->edition->site->public_seq != seq)
		rc = renew_edition(app, db, err);
	if (rc == RC_OK)
		*out = edition_hold(app->edition);
	pthread_mutex_unlock(&app->lock);
	return rc;
}

struct edition *app_last_edition(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	struct edition *edition = edition_hold(app->edition);
	pthread_mutex_unlock(&app->lock);
	return edition;
}

/* The snapshot comes first and the edition is of what it shows: nothing committed in between can part
 * the two. */
static enum rc enter(struct app *app, struct db_ro *db, struct edition **edition, struct err *err)
{
	int64_t seq = 0;
	enum rc rc = db_snapshot_begin(db, err);
	if (rc != RC_OK)
		return rc;
	rc = site_public_seq(db, &seq, err);
	if (rc == RC_OK)
		rc = edition_for(app, db, seq, edition, err);
	if (rc != RC_OK)
		db_snapshot_end(db);
	return rc;
}

enum rc app_traffic(struct app *app, unsigned worker, const struct basis *basis, struct db_rw **out, struct err *err)
{
	return desks_traffic(app->desks, worker, basis, out, err);
}

enum rc app_backstage(struct app *app, const struct basis *basis, struct backstage **out, struct err *err)
{
	enum rc rc = RC_OK;
	pthread_mutex_lock(&app->lock);
	if (!app->backstage || app->backstage_number != basis->number) {
		struct backstage *fresh = NULL;
		rc = backstage_load(basis, &fresh, err);
		if (rc == RC_OK) {
			backstage_drop(app->backstage);
			app->backstage = fresh;
			app->backstage_number = basis->number;
		}
	}
	if (rc == RC_OK)
		*out = backstage_hold(app->backstage);
	pthread_mutex_unlock(&app->lock);
	return rc;
}

enum rc app_enter(struct app *app, unsigned worker, const struct basis *basis, struct db_ro **db,
		  struct edition **edition, struct err *err)
{
	enum rc rc = desks_site(app->desks, worker, basis, db, err);
	return rc == RC_OK ? enter(app, *db, edition, err) : rc;
}

void app_leave(struct app *app, unsigned worker, struct edition *edition)
{
	struct db_ro *db = desks_open_site(app->desks, worker);
	if (db)
		db_snapshot_end(db);
	edition_drop(edition);
}

enum rc app_borrow_rw(struct app *app, const struct basis *basis, struct db_rw **out, struct err *err)
{
	return writers_borrow(app->writers, basis, out, err);
}

void app_return_rw(struct app *app, const struct basis *basis, struct db_rw *db, bool good)
{
	writers_return(app->writers, basis, db, good);
}

struct db_group *app_hooks(struct app *app)
{
	return app->hooks;
}

void app_forget_db(struct app *app, unsigned worker)
{
	desks_clear(app->desks, worker);
}

bool app_says(struct app *app, const char *message)
{
	uint64_t hash = hash_str(str_of(message), 0);
	int64_t now_us = clock_monotonic_us();
	pthread_mutex_lock(&app->lock);
	bool says = hash != app->said || now_us - app->said_us > SAY_AGAIN_US;
	if (says) {
		app->said = hash;
		app->said_us = now_us;
	}
	pthread_mutex_unlock(&app->lock);
	return says;
}

/* A changed folder makes the edition stale. Looking at its files takes longer than a lock is held. */
static void look_at_skin(struct app *app)
{
	uint64_t stamp;
	struct edition *edition = app_last_edition(app);
	if (edition && skin_stamp(edition->skin, &stamp) && stamp != edition->skin->stamp) {
		pthread_mutex_lock(&app->lock);
		if (app->edition == edition && stamp != app->refused_stamp) {
			make_stale(app);
			app->refused_stamp = stamp; /* should it not load, then not again until it changes */
		}
		pthread_mutex_unlock(&app->lock);
	}
	edition_drop(edition);
}

static void open_watch(struct app *app, struct watch *watch)
{
	struct err err = ERR_INIT;
	struct db_ro *db = NULL;
	struct basis *basis = app_basis(app);
	if (place_open_watch(basis->conf, &db, &err) == RC_OK)
		watch_give(watch, db);
	basis_drop(basis); /* the pages themselves say what is wrong with the database */
}

static void open_watches(struct app *app)
{
	for (unsigned i = 0; i < app->kept.loops; i++)
		if (watch_is_blind(app->kept.watches[i]))
			open_watch(app, app->kept.watches[i]);
}

/* The edition of the database's present state, though no request wants one yet: the page folder belongs
 * to a theme. */
static struct edition *present_edition(struct app *app)
{
	struct err err = ERR_INIT;
	struct db_ro *db = NULL;
	struct edition *edition = NULL;
	struct basis *basis = app_basis(app);
	if (place_open_ro(basis->conf, &db, &err) == RC_OK && enter(app, db, &edition, &err) == RC_OK)
		db_snapshot_end(db);
	db_ro_close(db);
	basis_drop(basis);
	return edition;
}

static int look_at_folder(struct app *app)
{
	struct edition *edition = app_last_edition(app);
	/* After a change of theme or settings it may be that all requests are answered from the folder. */
	if (!edition || edition->generation != app_generation(app)) {
		edition_drop(edition);
		edition = present_edition(app);
	}
	int next_ms = folder_tick(app->kept.folder, edition);
	edition_drop(edition);
	return next_ms;
}

/* After a time of many new pages, those that went have left gaps between those that stay: a sixth of the
 * heap after a crawl. So do connections that were closed. */
static void give_back_at_rest(struct app *app, int64_t now_us)
{
	struct page_cache_counts counts;
	page_cache_counts(app->kept.cache, &counts);
	bool closed = desks_rest(app->desks, now_us);
	if (closed || (counts.made == app->made_last_look && counts.made != app->made_last_trim)) {
		mem_give_back();
		app->made_last_trim = counts.made;
	}
	app->made_last_look = counts.made;
}

/* The upgrade at the start has failed, or somebody put older databases there. */
static void look_at_upgrade(struct app *app, int64_t now_us)
{
	struct err err = ERR_INIT;
	struct basis *basis = app_basis(app);
	enum rc rc = upgrade_again(basis->conf, &err);
	if (rc == RC_OK)
		app->outdated = false; /* whoever meets them still notes it again */
	else if (rc != RC_BUSY)
		app->upgrade_us = now_us + UPGRADE_US;
	basis_drop(basis);
}

/* In the keeper's thread. */
static int tick(void *ctx)
{
	struct app *app = ctx;
	int64_t now_us = clock_monotonic_us();
	if (now_us >= app->look_us) {
		app->look_us = now_us + LOOK_US;
		look_at_skin(app);
		open_watches(app);
		give_back_at_rest(app, now_us);
		writers_rest(app->writers, now_us);
		if (app->outdated && now_us >= app->upgrade_us)
			look_at_upgrade(app, now_us);
	}
	if (now_us >= app->counted_us) {
		app->counted_us = now_us + COUNTS_US;
		write_counts(app, false);
	}
	return app->kept.folder ? look_at_folder(app) : LOOK_US / 1000;
}

static bool write_to_folder(void *ctx, struct cached_page *page, bool packed)
{
	struct app *app = ctx;
	return folder_write(app->kept.folder, page, packed);
}

enum rc app_prepare(struct app *app, struct err *err)
{
	return basis_read_phrases(app->basis, err);
}

void app_start_cgi(struct app *app)
{
	const struct conf *conf = app->basis->conf;
	if (!conf->pages)
		return;
	app->kept.cache = page_cache_new(0);
	app->kept.folder = folder_new(conf);
}

enum rc app_start(struct app *app, unsigned loops, struct err *err)
{
	const struct conf *conf = app->basis->conf;
	struct keeper_calls calls = { .ctx = app, .tick = tick };
	if (app_prepare(app, err) != RC_OK || cronhook_check_keys(conf, err) != RC_OK)
		return err->rc;
	app->kept.cache = page_cache_new((size_t)conf->page_cache_b);
	app->kept.remembers = conf->page_cache_b > 0;
	app->kept.watches = mem_new(loops * sizeof(struct watch *));
	for (app->kept.loops = 0; app->kept.loops < loops; app->kept.loops++)
		app->kept.watches[app->kept.loops] = watch_new();
	open_watches(app);
	if (conf->pages) {
		app->kept.folder = folder_new(conf);
		calls.write = write_to_folder;
	} else if (pages_switch_off(conf, err) != RC_OK) {
		return err->rc;
	}
	return keeper_open(app->kept.cache, &calls, &app->kept.keeper, err);
}

bool app_is_serving(const struct app *app)
{
	return app->kept.keeper != NULL;
}

struct kept *app_kept(const struct app *app)
{
	return app->kept.cache ? (struct kept *)(uintptr_t)&app->kept : NULL;
}

uint64_t app_generation(const struct app *app)
{
	return atomic_load_explicit(&app->generation, memory_order_acquire);
}

void app_arrived(void *ctx, unsigned loop)
{
	struct app *app = ctx;
	if (app->kept.watches)
		watch_arrived(app->kept.watches[loop]);
}

bool app_fast(void *ctx, unsigned loop, struct http_request *req, struct http_response *res)
{
	struct app *app = ctx;
	return app->kept.remembers && kept_answer(&app->kept, loop, app_generation(app), req, res);
}

/* Gives the new basis out; the old one ends with the last request that holds it. */
static void take_basis(struct app *app, struct basis *fresh)
{
	pthread_mutex_lock(&app->basis_lock);
	struct basis *old = app->basis;
	app->basis = fresh;
	pthread_mutex_unlock(&app->basis_lock);
	basis_drop(old);
}

void app_reload(void *ctx)
{
	struct app *app = ctx;
	struct basis *fresh = NULL;
	struct err err = ERR_INIT;
	/* Only this thread changes app->basis, so it may read it without the lock. */
	if (basis_next(app->basis, &fresh, &err) != RC_OK)
		log_err(LOG_ERROR, "cannot reload the settings; the old ones stay", &err);
	pthread_mutex_lock(&app->lock);
	if (fresh)
		take_basis(app, fresh);
	make_stale(app);
	app->refused_stamp = 0;
	pthread_mutex_unlock(&app->lock);
	if (!fresh)
		return;
	log_setup((enum log_level)fresh->conf->log_level, (enum log_format)fresh->conf->log_format);
	log_to_file(fresh->conf->log_file);
	LOG(LOG_INFO, "settings reloaded", LOG_S("url", fresh->conf->url));
}

/* In plain CGI, where app_start() has not seen to it. */
static bool is_prepared(struct app *app, struct http_response *res)
{
	struct err err = ERR_INIT;
	if (app_prepare(app, &err) == RC_OK)
		return true;
	fail_start(res, &err);
	return false;
}

void app_slow(void *ctx, unsigned worker, struct http_request *req, struct http_response *res)
{
	struct app *app = ctx;
	desks_sit(app->desks, worker);
	if (app_is_serving(app) || is_prepared(app, res))
		gate_answer(app, worker, req, res);
	desks_rise(app->desks, worker);
}

void app_refuse(void *ctx, unsigned worker, struct http_request *req, int status, const char *message,
		struct http_response *res)
{
	struct app *app = ctx;
	desks_sit(app->desks, worker);
	if (app_is_serving(app) || is_prepared(app, res))
		gate_refuse(app, worker, req, status, message, res);
	desks_rise(app->desks, worker);
}

void app_done(void *ctx, const struct http_request *req, const struct http_response *res,
	      int64_t sent_b, int64_t duration_us)
{
	struct app *app = ctx;
	unsigned class = res->status >= 100 && res->status < 600 ? (unsigned)res->status / 100 : 0;
	__atomic_add_fetch(&app->counts.by_class[class], 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&app->counts.sent_b, (uint64_t)(sent_b > 0 ? sent_b : 0), __ATOMIC_RELAXED);
	access_log(req, res, sent_b, duration_us);
}

void app_counts(const struct app *app, struct app_counts *out)
{
	for (size_t i = 0; i < COUNT_OF(out->by_class); i++)
		out->by_class[i] = __atomic_load_n(&app->counts.by_class[i], __ATOMIC_RELAXED);
	out->sent_b = __atomic_load_n(&app->counts.sent_b, __ATOMIC_RELAXED);
	out->start_us = app->counts.start_us;
}
