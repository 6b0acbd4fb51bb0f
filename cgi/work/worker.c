/* worker.c: the process that does jobs and, one of several, calls the site's own cronhooks: its time loop. */
#include "base/base.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "core/cronhook.h"
#include "core/hook_send.h"
#include "core/pages.h"
#include "core/place.h"
#include "work/complaint.h"
#include "work/crew.h"
#include "work/presence.h"
#include "work/scheduler.h"
#include "work/worker.h"

#define TICK_US 1000000
#define ENDING_TICK_US 20000

struct working {
	const struct conf *conf;
	struct presence presence;
	struct db_rw *db;                       /* of the time loop */
	struct db_ro *watch;
	uint32_t version;
	struct crew *crews[JOB_CLASS__MAX];
	int64_t due_ms[JOB_CLASS__MAX];         /* when something of the class may be taken; 0: nothing */
	struct scheduler *scheduler;
	struct pages *pages;                    /* NULL: there is no page folder */
	int64_t tick_us, extended_us, alive_us; /* monotonic: last time */
	int64_t watchdog_us;
	struct complaint asking, renewing, sharing;
};

/* --- one tick --- */

/* A failed question counts as a change: whoever asks next gets the failure himself. */
static bool has_changed(struct working *w)
{
	uint32_t version = w->version;
	bool same = db_data_version(w->watch, &version, &(struct err)ERR_INIT) == RC_OK && version == w->version;
	w->version = version;
	return !same;
}

static bool is_time(int64_t *last_us, int64_t every_us)
{
	int64_t now_us = clock_monotonic_us();
	if (*last_us && now_us - *last_us < every_us)
		return false;
	*last_us = now_us;
	return true;
}

static void wake_crews(struct working *w, bool changed, int64_t now_ms)
{
	struct err err = ERR_INIT;
	for (int class = 0; class < JOB_CLASS__MAX; class++) {
		bool due = w->due_ms[class] && w->due_ms[class] <= now_ms;
		if (!changed && !due)
			continue;
		if (jobs_next_due(db_rw_ro(w->db), (enum job_class)class, now_ms, &w->due_ms[class], &err) != RC_OK)
			complain(&w->asking, LOG_ERROR, "cannot tell which jobs are due", &err);
		else if (w->due_ms[class] && w->due_ms[class] <= now_ms)
			crew_wake(w->crews[class]);
	}
}

static void extend_leases(struct working *w, int64_t now_ms)
{
	struct err err = ERR_INIT;
	for (int class = 0; class < JOB_CLASS__MAX; class++)
		if (crew_extend(w->crews[class], w->db, now_ms, &err) != RC_OK)
			complain(&w->renewing, LOG_WARN, "cannot renew the leases of jobs", &err);
}

static void share(struct working *w, int64_t now_ms)
{
	struct err err = ERR_INIT;
	for (int class = 0; class < JOB_CLASS__MAX; class++)
		if (crew_share(w->crews[class], w->db, now_ms, &err) != RC_OK)
			complain(&w->sharing, LOG_WARN, "cannot give back what waits behind a slow job", &err);
}

static void tick(struct working *w)
{
	int64_t now_ms = clock_now_ms();
	bool changed = has_changed(w);
	if (w->watchdog_us && is_time(&w->alive_us, w->watchdog_us / 3))
		notify_alive();
	bool leads = presence_tick(&w->presence, w->db, now_ms);
	if (is_time(&w->extended_us, JOB_RENEW_MS * INT64_C(1000)))
		extend_leases(w, now_ms);
	share(w, now_ms);
	wake_crews(w, changed, now_ms);
	scheduler_tick(w->scheduler, w->db, leads, changed, now_ms);
}

/* Microseconds until something is to be done again. A timed publication takes pages away at its moment, also
 * between ticks and while no program serves. */
static int64_t do_what_is_due(struct working *w)
{
	if (is_time(&w->tick_us, TICK_US))
		tick(w);
	int64_t wait_us = w->tick_us + TICK_US - clock_monotonic_us();
	int wait_ms = wait_us > 0 ? (int)((wait_us + 999) / 1000) : 1; /* rounded up: not twice for a rest of it */
	if (w->pages)
		wait_ms = pages_tick(w->pages, clock_now_ms(), wait_ms);
	return wait_ms * INT64_C(1000);
}

/* --- signals --- */

static void wanted_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

/* Threads that are made later inherit it. */
static void block_signals(void)
{
	sigset_t set;
	wanted_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* True: it is to end. */
static bool is_told_to_end(int64_t wait_us)
{
	sigset_t set;
	struct timespec wait = { .tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000 };
	wanted_signals(&set);
	int number = sigtimedwait(&set, NULL, &wait);
	if (number == SIGHUP)
		LOG(LOG_INFO, "settings of the process are read when the worker starts: restart it");
	return number == SIGTERM || number == SIGINT;
}

/* --- begin and end --- */

static enum rc start(struct working *w, const struct worker_options *options, struct err *err)
{
	enum rc rc = hook_send_check(w->conf, err);
	if (rc == RC_OK)
		rc = cronhook_check_keys(w->conf, err);
	if (rc == RC_OK)
		rc = place_open_rw(w->conf, &w->db, err);
	if (rc == RC_OK)
		rc = place_open_watch(w->conf, &w->watch, err);
	if (rc == RC_OK)
		rc = crew_open(w->conf, JOB_LIGHT, options->light, &w->crews[JOB_LIGHT], err);
	if (rc == RC_OK)
		rc = crew_open(w->conf, JOB_HEAVY, options->heavy, &w->crews[JOB_HEAVY], err);
	if (rc == RC_OK)
		rc = scheduler_open(w->conf, &w->scheduler, err);
	if (rc == RC_OK && w->conf->pages)
		w->pages = pages_open(w->conf);
	return rc;
}

static bool all_have_ended(struct working *w)
{
	if (!scheduler_has_ended(w->scheduler))
		return false;
	for (int class = 0; class < JOB_CLASS__MAX; class++)
		if (w->crews[class] && !crew_has_ended(w->crews[class]))
			return false;
	return true;
}

/* Somebody else takes them at once and not when their leases end. */
static void give_back(struct working *w)
{
	struct err err = ERR_INIT;
	for (int class = 0; class < JOB_CLASS__MAX; class++) {
		size_t count = 0;
		if (crew_give_back(w->crews[class], w->db, clock_now_ms(), &count, &err) != RC_OK)
			log_err(LOG_WARN, "cannot give jobs back; their leases end", &err);
		else if (count)
			LOG(LOG_WARN, "jobs did not end in time and were given back", LOG_I("count", (int64_t)count));
	}
}

static void stop(struct working *w)
{
	for (int class = 0; class < JOB_CLASS__MAX; class++)
		if (w->crews[class])
			crew_stop(w->crews[class]);
	if (w->scheduler)
		scheduler_stop(w->scheduler);
}

/* Leases go on being renewed: a job that takes most of the grace is not lost at its end. */
static bool wait_for_end(struct working *w)
{
	int64_t until_us = clock_monotonic_us() + w->conf->grace_ms * INT64_C(1000);
	while (!all_have_ended(w)) {
		/* A second signal does not wait. */
		if (is_told_to_end(ENDING_TICK_US) || clock_monotonic_us() >= until_us)
			return false;
		if (w->watchdog_us && is_time(&w->alive_us, w->watchdog_us / 3))
			notify_alive();
		if (is_time(&w->extended_us, JOB_RENEW_MS * INT64_C(1000)))
			extend_leases(w, clock_now_ms());
	}
	return true;
}

static void release(struct working *w)
{
	scheduler_close(w->scheduler);
	for (int class = 0; class < JOB_CLASS__MAX; class++)
		crew_close(w->crews[class]);
	pages_close(w->pages);
	db_ro_close(w->watch);
	db_rw_close(w->db);
}

enum rc worker_run(const struct conf *conf, const struct worker_options *options, struct err *err)
{
	struct working w = {
		.conf = conf, .watchdog_us = notify_watchdog_us(), .asking = COMPLAINT_INIT, .renewing = COMPLAINT_INIT,
		.sharing = COMPLAINT_INIT,
	};
	bool ended = true;
	presence_init(&w.presence, clock_now_ms());
	block_signals();
	enum rc rc = start(&w, options, err);
	if (rc == RC_OK) {
		LOG(LOG_INFO, "working", LOG_S("id", str_of(w.presence.id)), LOG_I("light", options->light),
		    LOG_I("heavy", options->heavy));
		for (int class = 0; class < JOB_CLASS__MAX; class++)
			w.due_ms[class] = 1; /* whatever is there already */
		notify_ready();
		while (!is_told_to_end(do_what_is_due(&w)))
			;
		notify_stopping();
	}
	stop(&w);
	if (rc == RC_OK) {
		presence_resign(&w.presence, w.db);
		ended = wait_for_end(&w);
		presence_end(&w.presence, w.db);
	}
	if (!ended) {
		give_back(&w);
		return err_set(err, RC_TIMEOUT, "not everything ended within PLATEN_GRACE");
	}
	release(&w);
	return rc;
}
