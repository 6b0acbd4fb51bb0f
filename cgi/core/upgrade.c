/* upgrade.c: a program that is newer than its databases brings them up to date by itself. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "core/place.h"
#include "core/upgrade.h"
#include "db/admin.h"
#include "db/migrate.h"
#include "store/schema.h"

#define LOCK_NAME "upgrade.lock"
#define LOOK_MS 20
#define AGAIN_MS INT64_C(60000)
#define PATHS_MAX_B ((size_t)64 << 10)

/* Stands in the lock's file from the copy on until all steps are done: also when the process is killed between two,
 * it is known of what the copy is. */
struct begun {
	int64_t copied;        /* the last step of site.db when it was copied */
	int64_t site, traffic; /* the steps that were to be reached */
};

static enum rc is_behind(const char *path, const struct db_schema *schema, bool *behind, struct err *err)
{
	struct db_ro *db = NULL;
	enum rc rc = db_ro_open(path, NULL, &db, err);
	if (rc == RC_OK)
		rc = db_schema_is_behind(db, schema, PACKAGE_VERSION, behind, err);
	db_ro_close(db);
	return rc;
}

enum rc upgrade_is_due(const struct conf *conf, bool *out, struct err *err)
{
	struct arena arena;
	bool site = false, traffic = false;
	arena_init(&arena, PATHS_MAX_B);
	enum rc rc = is_behind(path_join(&arena, conf->data_dir, "site.db"), &schema_site, &site, err);
	if (rc == RC_OK && !site)
		rc = is_behind(path_join(&arena, conf->data_dir, "traffic.db"), &schema_traffic, &traffic, err);
	if (rc == RC_OK)
		*out = site || traffic;
	arena_release(&arena);
	return rc;
}

static enum rc last_step(const char *path, int64_t *number, struct err *err)
{
	struct db_ro *db = NULL;
	enum rc rc = db_ro_open(path, NULL, &db, err);
	if (rc == RC_OK)
		rc = db_schema_number(db, PACKAGE_VERSION, number, err);
	db_ro_close(db);
	return rc;
}

/* What is in traffic.db may be lost. */
static enum rc last_step_of_traffic(const char *path, int64_t *number, struct err *err)
{
	*number = 0;
	return file_exists(path) ? last_step(path, number, err) : RC_OK;
}

static bool read_begun(int lock, struct begun *out)
{
	return pread(lock, out, sizeof *out, 0) == (ssize_t)sizeof *out;
}

static enum rc write_begun(int lock, const struct begun *begun, struct err *err)
{
	if (pwrite(lock, begun, sizeof *begun, 0) != (ssize_t)sizeof *begun || fsync(lock) != 0)
		return err_sys(err, RC_IO, errno, "cannot write to '" LOCK_NAME "'");
	return RC_OK;
}

static enum rc copy_site(const struct conf *conf, const char *from, const char *to, struct arena *arena, struct err *err)
{
	struct db_ro *db = NULL;
	const char *part = path_join(arena, conf->data_dir, UPGRADE_COPY ".part");
	enum rc rc = db_ro_open(from, NULL, &db, err);
	if (rc != RC_OK)
		return rc;
	unlink(part); /* of one that was killed: the lock is ours */
	rc = db_copy(db, part, err);
	db_ro_close(db);
	if (rc == RC_OK && rename(part, to) != 0)
		rc = file_fail(err, errno, "rename", part);
	if (rc == RC_OK)
		rc = file_sync_dir(conf->data_dir, err);
	return rc;
}

/* A step that is wrong has left nothing; what those before it have done to the data is told by the copy. Hence it is
 * of the site before the first of them, however often the rest is tried. */
static enum rc keep_copy(const struct conf *conf, int lock, struct arena *arena, struct err *err)
{
	int64_t site = 0, traffic = 0;
	struct begun begun;
	const char *from = path_join(arena, conf->data_dir, "site.db"), *to = path_join(arena, conf->data_dir, UPGRADE_COPY);
	enum rc rc = last_step(from, &site, err);
	if (rc == RC_OK)
		rc = last_step_of_traffic(path_join(arena, conf->data_dir, "traffic.db"), &traffic, err);
	if (rc != RC_OK)
		return rc;
	bool goes_on = read_begun(lock, &begun) && file_exists(to) && site > begun.copied &&
		       (site < begun.site || traffic < begun.traffic);
	if (!goes_on) {
		begun.copied = site;
		rc = copy_site(conf, from, to, arena, err);
	}
	begun.site = schema_site.count;
	begun.traffic = schema_traffic.count;
	return rc == RC_OK ? write_begun(lock, &begun, err) : rc;
}

static enum rc upgrade(const struct conf *conf, int lock, struct arena *arena, int *applied, struct err *err)
{
	bool due = false;
	enum rc rc = upgrade_is_due(conf, &due, err);
	if (rc != RC_OK || !due)
		return rc;
	rc = keep_copy(conf, lock, arena, err);
	if (rc != RC_OK)
		return err_prefix(err, "no copy of site.db could be made before it is changed"), rc;
	rc = place_migrate(conf, clock_now_ms(), applied, err);
	if (rc == RC_OK && ftruncate(lock, 0) != 0)
		rc = err_sys(err, RC_IO, errno, "cannot empty '" LOCK_NAME "'");
	return rc;
}

/* Somebody without a shell sees it among the files. */
static void tell_failure(const struct conf *conf, const char *path, const struct err *why)
{
	char text[sizeof why->msg + 200];
	struct err ignored = ERR_INIT;
	snprintf(text, sizeof text, "Platen %s cannot bring the databases up to date: %s\n%s\n", PACKAGE_VERSION, why->msg,
		 conf->upgrade ? "It tries again a minute later when somebody asks for a page, and whenever it is started."
			       : "The command `platen migrate` tries again.");
	if (file_write(path, str_of(text), 0600, &ignored) != RC_OK)
		log_err(LOG_ERROR, "cannot write down why", &ignored);
}

/* A date in the future is a clock that was wrong. */
static bool failed_lately(const char *failed)
{
	struct file_info info;
	struct err ignored = ERR_INIT;
	if (file_lstat(failed, &info, &ignored) != RC_OK)
		return false;
	int64_t age_ms = clock_now_ms() - info.mtime_ns / 1000000;
	return age_ms >= 0 && age_ms < AGAIN_MS;
}

static enum rc take_lock(const struct conf *conf, bool waits, struct arena *arena, int *out, struct err *err)
{
	int lock = open(path_join(arena, conf->data_dir, LOCK_NAME), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return err_sys(err, RC_IO, errno, "cannot open '" LOCK_NAME "'");
	if (flock(lock, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0) {
		*out = lock;
		return RC_OK;
	}
	close(lock);
	return err_set(err, RC_BUSY, "another process brings the databases up to date");
}

enum how { RUN_AGAIN, RUN_AT_START, RUN_BY_HAND };

/* By hand it is told there. */
static void log_end(enum how how, enum rc rc, int applied, const struct err *err)
{
	if (how == RUN_BY_HAND)
		return;
	if (rc != RC_OK)
		log_err(LOG_ERROR, "cannot bring the databases up to date", err);
	else if (applied > 0)
		LOG(LOG_INFO, "the databases were brought up to date", LOG_I("steps", applied));
}

/* One at a time, and again not at once. */
static enum rc run(const struct conf *conf, enum how how, int *applied, struct err *err)
{
	struct arena arena;
	int lock = -1;
	arena_init(&arena, PATHS_MAX_B);
	const char *failed = path_join(&arena, conf->data_dir, UPGRADE_FAILED);
	enum rc rc = take_lock(conf, how == RUN_BY_HAND, &arena, &lock, err);
	if (rc == RC_OK && how == RUN_AGAIN && failed_lately(failed)) {
		rc = err_set(err, RC_BUSY, "the databases could not be brought up to date a moment ago");
	} else if (rc == RC_OK) {
		rc = upgrade(conf, lock, &arena, applied, err);
		if (rc == RC_OK)
			unlink(failed);
		else
			tell_failure(conf, failed, err);
		log_end(how, rc, *applied, err);
	}
	if (lock >= 0)
		close(lock);
	arena_release(&arena);
	return rc;
}

enum rc upgrade_by_hand(const struct conf *conf, int *applied, struct err *err)
{
	bool due = false;
	struct err why = ERR_INIT;
	*applied = 0;
	enum rc rc = upgrade_is_due(conf, &due, &why);
	if (rc == RC_NOTFOUND || rc == RC_INTERNAL) /* none, or one that another process makes now: without its first step */
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	return due ? run(conf, RUN_BY_HAND, applied, err) : RC_OK;
}

enum rc upgrade_again(const struct conf *conf, struct err *err)
{
	bool due = false;
	int applied = 0;
	enum rc rc = upgrade_is_due(conf, &due, err);
	return rc == RC_OK && due && conf->upgrade ? run(conf, RUN_AGAIN, &applied, err) : rc;
}

/* Nobody waits for this process, nor for what it holds open: a web server takes a CGI program's answer as ended
 * when nobody can write to it any more. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	setsid();
	for (int fd = 0; null >= 0 && fd <= 2; fd++)
		dup2(null, fd);
}

static enum rc begin(const struct conf *conf, enum how how, struct err *err)
{
	int applied = 0;
	struct err told = ERR_INIT;
	pid_t child = fork();
	if (child < 0)
		return err_sys(err, RC_IO, errno, "cannot begin a process");
	if (child == 0) {
		detach();
		_exit(fork() == 0 && run(conf, how, &applied, &told) != RC_OK);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return RC_OK;
}

enum rc upgrade_begin(const struct conf *conf, int64_t wait_ms, bool *due, struct err *err)
{
	int64_t until_us = clock_monotonic_us() + wait_ms * 1000;
	const struct timespec look = { .tv_nsec = LOOK_MS * 1000000L };
	enum rc rc = upgrade_is_due(conf, due, err);
	if (rc == RC_OK && *due && conf->upgrade)
		rc = begin(conf, wait_ms > 0 ? RUN_AT_START : RUN_AGAIN, err);
	while (rc == RC_OK && *due && conf->upgrade && clock_monotonic_us() < until_us) {
		nanosleep(&look, NULL);
		rc = upgrade_is_due(conf, due, err);
	}
	return rc;
}
