/* doctor.c: `platen doctor`: is everything as it should be? */
#include "base/base.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/command.h"
#include "core/hook_send.h"
#include "core/i18n.h"
#include "core/media_check.h"
#include "core/media_direct.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/place.h"
#include "core/site.h"
#include "core/task.h"
#include "core/timetable.h"
#include "db/admin.h"
#include "store/post.h"
#include "store/worker.h"

struct checkup {
	struct command_call *call;
	struct db_ro *db;
	struct site *site;
	int problems;
};

static void good(const char *what)
{
	printf("ok       %s\n", what);
}

static void bad(struct checkup *c, const char *what, const char *why)
{
	printf("problem  %s: %s\n", what, why);
	c->problems++;
}

static void check_folder(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct file_info info;
	bool nfs = false;
	if (file_stat(c->call->conf->data_dir, &info, &err) != RC_OK)
		bad(c, "data folder", err.msg);
	else if (info.mode & 0077)
		bad(c, "data folder", "others may read it; chmod 700");
	else if (file_is_nfs(c->call->conf->data_dir, &nfs, &err) == RC_OK && nfs)
		bad(c, "data folder", "it is on a network file system, where SQLite's locks do not hold");
	else
		good("data folder");
}

static void check_database(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct db_findings findings;
	if (place_open_ro(c->call->conf, &c->db, &err) != RC_OK) {
		bad(c, "site.db", err.msg);
		return;
	}
	if (db_check(c->db, c->call->arena, &findings, &err) != RC_OK) {
		bad(c, "site.db", err.msg);
		return;
	}
	for (size_t i = 0; i < findings.count; i++)
		bad(c, "site.db", arena_cstr(c->call->arena, findings.items[i]));
	if (findings.count == 0)
		good("site.db: integrity and references");
}

/* By whoever asks: the program that serves may be somebody else. */
static void check_writing(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct db_rw *site = NULL, *traffic = NULL;
	if (!c->db)
		return;
	if (place_open_rw(c->call->conf, &site, &err) != RC_OK)
		bad(c, "site.db", err.msg);
	if (place_open_traffic(c->call->conf, &traffic, &err) != RC_OK)
		bad(c, "traffic.db", err.msg);
	db_rw_close(traffic);
	db_rw_close(site);
}

static void check_site(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct i18n_set *phrases = NULL;
	if (!c->db)
		return;
	if (site_load(c->db, c->call->conf, &c->site, &err) != RC_OK)
		bad(c, "settings", err.msg);
	else
		good("settings");
	if (i18n_load(c->call->conf->lang_dir, &phrases, &err) != RC_OK)
		bad(c, "phrases", err.msg);
	else
		good("phrases");
	i18n_free(phrases);
}

static void check_sweep(struct checkup *c, struct blob_store *blobs)
{
	struct err err = ERR_INIT;
	int64_t count;
	if (blob_sweep(blobs, 0, false, &count, &err) != RC_OK)
		bad(c, "media", arena_printf(c->call->arena, "what uploads leave that were killed cannot be found: %s", err.msg).p);
}

static void check_private(struct checkup *c, struct blob_store *blobs)
{
	struct err err = ERR_INIT;
	enum rc rc = blob_direct_check(blobs, &err);
	if (rc == RC_OK)
		good("media: what is not for readers is private in the store");
	else if (rc != RC_UNSUPPORTED)
		bad(c, "media", err.msg);
}

/* Something is written, read and removed. */
static void check_media(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct blob_store *blobs = NULL;
	if (!c->db) /* perhaps there is not even a data folder, and none is to be made */
		return;
	enum rc rc = media_store_open(c->call->conf, &blobs, &err);
	if (rc == RC_OK)
		rc = blob_check(blobs, &err);
	if (rc != RC_OK)
		bad(c, "media", err.msg);
	else
		good("media: the store is written, read and cleared");
	if (rc == RC_OK) {
		check_sweep(c, blobs);
		check_private(c, blobs);
	}
	media_store_close(blobs);
}

static void check_waiting(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct blob_waiting waiting = { 0 };
	bool stranded = false;
	if (!c->db)
		return;
	enum rc rc = media_send_waiting(c->call->conf, &waiting, &stranded, &err);
	long long count = waiting.count, minutes = (clock_now_ms() - waiting.oldest_ms) / 60000;
	if (rc != RC_OK)
		bad(c, "media", err.msg);
	else if (stranded)
		bad(c, "media", arena_printf(c->call->arena, "%lld files in '" MEDIA_SPOOL "' waited for another store than PLATEN_MEDIA "
					     "names now: platen media copy --from " MEDIA_SPOOL " --to PLACE", count).p);
	else if (count && minutes >= MEDIA_WAITS_LONG_MS / 60000)
		bad(c, "media", arena_printf(c->call->arena, "%lld files (%lld bytes) wait to be sent to the store, the first for %lld "
					     "minutes", count, (long long)waiting.size_b, minutes).p);
	else if (count)
		good(arena_printf(c->call->arena, "media: %lld files (%lld bytes) wait to be sent to the store", count,
				  (long long)waiting.size_b).p);
}

/* Whether each row has its bytes. Bytes without a row, as a crash leaves them, harm nobody; nor does a text that names
 * what is not there. */
static void check_library(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct media_check found;
	if (!c->db)
		return;
	enum rc rc = media_check(c->call->conf, c->db, c->call->arena, &found, &err);
	if (rc != RC_OK)
		bad(c, "media", err.msg);
	else if (found.lost)
		bad(c, "media", arena_printf(c->call->arena, "the store lacks %lld files; the first is %.*s. `platen media mend` makes anew what "
					     "can be made and names the rest, which `platen media copy --from` a copy brings back",
					     (long long)found.lost, STR_ARG(found.first_lost)).p);
	else if (found.misnamed)
		bad(c, "media", arena_printf(c->call->arena, "%lld files have another name in the bucket than readers are led to, as after a "
					     "change of PLATEN_SECRET: `platen media mend` copies them",
					     (long long)found.misnamed).p);
	else
		good(arena_printf(c->call->arena, "media: %lld files are there, %lld without use in the store%s, %lld named that are none",
				  (long long)found.rows, (long long)found.orphans,
				  found.orphans ? " (`platen media mend` removes them)" : "", (long long)found.dangling).p);
}

/* HTML that was rendered with other settings or by an older program. */
static void check_rendered(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct arena arena;
	struct post post;
	int64_t stale = 0, after = 0;
	char stamp[24], text[128];
	enum rc rc = RC_OK;
	if (!c->site)
		return;
	snprintf(stamp, sizeof stamp, "%016llx", (unsigned long long)c->site->render_stamp);
	arena_init(&arena, ARENA_MAX_B);
	while ((rc = post_next(c->db, after, &arena, &post, &err)) == RC_OK) {
		after = post.id;
		stale += !str_is(post.render_stamp, stamp);
		arena_reset(&arena);
	}
	arena_release(&arena);
	snprintf(text, sizeof text, "%lld posts were rendered with other settings; run `platen rebuild`",
		 (long long)stale);
	if (rc != RC_NOTFOUND)
		bad(c, "posts", err.msg);
	else if (stale > 0)
		bad(c, "posts", text);
	else
		good("posts: rendered as the settings say");
}

static void check_theme(struct checkup *c)
{
	struct arena *arena = c->call->arena;
	if (!c->site)
		return;
	if (!place_theme_dir(c->call->conf, c->site->theme, arena))
		bad(c, "theme", arena_printf(arena, "there is no theme '%.*s' in '%s/themes' or '%s'", STR_ARG(c->site->theme),
					     c->call->conf->data_dir, c->call->conf->theme_dir).p);
	else
		good("theme");
}

static void check_overdue(struct checkup *c, int64_t now_ms)
{
	struct err err = ERR_INIT;
	struct json *names = json_new_list();
	if (tasks_overdue(c->db, now_ms, names, &err) != RC_OK)
		bad(c, "maintenance", err.msg);
	else if (json_count(names) == 0)
		good("maintenance: nothing is overdue");
	for (size_t i = 0; i < json_count(names); i++) {
		char text[200];
		snprintf(text, sizeof text, "%.*s is overdue: does a worker or a cron run? `platen hook runs` tells more",
			 STR_ARG(json_text(json_at(names, i), STR(""))));
		bad(c, "maintenance", text);
	}
	json_free(names);
}

/* Which the scheduler leaves out or does at another time. */
static void check_timetable(struct checkup *c)
{
	struct err err = ERR_INIT;
	struct timetable table;
	struct json *faults = json_new_list();
	if (timetable_read(c->db, &table, faults, &err) != RC_OK)
		bad(c, "maintenance", err.msg);
	for (size_t i = 0; i < json_count(faults); i++)
		bad(c, "maintenance", arena_cstr(c->call->arena, json_text(json_at(faults, i), STR(""))));
	json_free(faults);
}

/* Both are right: with a worker, and without one where a cron calls. */
static void check_worker(struct checkup *c, int64_t now_ms)
{
	struct err err = ERR_INIT;
	bool seen = false;
	if (worker_seen(c->db, now_ms, &seen, &err) != RC_OK)
		bad(c, "worker", err.msg);
	else
		good(seen ? "worker: it runs" : "worker: none runs; the cronhook jobs does what is due");
}

static void check_maintenance(struct checkup *c)
{
	int64_t now_ms = clock_now_ms();
	struct err err = ERR_INIT;
	if (hook_send_check(c->call->conf, &err) != RC_OK)
		bad(c, "settings of the process", err.msg);
	if (!c->db)
		return;
	check_worker(c, now_ms);
	check_timetable(c);
	check_overdue(c, now_ms);
}

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_doctor, .call = call };
	struct checkup c = { .call = call };
	if (command_next(&args) != -1)
		return EXIT_USAGE;
	check_folder(&c);
	check_database(&c);
	check_writing(&c);
	check_site(&c);
	check_media(&c);
	check_waiting(&c);
	check_library(&c);
	check_rendered(&c);
	check_theme(&c);
	check_maintenance(&c);
	site_free(c.site);
	db_ro_close(c.db);
	if (c.problems > 0)
		printf("%d problem%s\n", c.problems, c.problems == 1 ? "" : "s");
	return c.problems == 0 ? EXIT_DONE : EXIT_FAILED;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "doctor",
	.summary = "Check the data folder, the database, the settings, the theme and the maintenance",
	.details = "Reads the whole database (integrity and references). Exit status 1 when something is wrong.",
	.run = run,
};
