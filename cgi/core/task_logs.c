/* task_logs.c: moves the log file away when it is old or large, and removes old ones.
 *
 * platen.log becomes platen.log.20240501-100000 (UTC); whoever writes makes a new one within a second
 * (base/log_file.c). Nothing is copied and no line is lost. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/path.h"
#include "base/zone.h"
#include "core/tasks.h"
#include "crypt/rand.h"
#include "store/worker.h"

#define DAY_MS INT64_C(86400000)
#define LEASE_MS 60000
#define STAMP_CHARS 15        /* 20240501-100000 */
#define FIRST_LINE_B 64

/* What there is, and what is to be done about it. */
struct logs {
	const struct conf *conf;
	struct arena *arena;
	const char *dir, *name;   /* of the log file */
	bool rotate;
	int64_t size_b;           /* of the log file; 0: there is none */
	struct str *old;          /* names of those moved away, the oldest first */
	int64_t *old_size_b;
	size_t old_count, remove; /* so many of the oldest go */
};

/* --- looking --- */

static bool digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* "platen.log.20240501-100000": its stamp, else nothing. */
static bool stamp_of(const struct logs *logs, struct str name, struct str *stamp)
{
	size_t own = strlen(logs->name);
	if (name.n != own + 1 + STAMP_CHARS || !str_starts(name, str_of(logs->name)) || name.p[own] != '.')
		return false;
	*stamp = str_from(name, own + 1);
	return digits(str_sub(*stamp, 0, 8)) && stamp->p[8] == '-' && digits(str_from(*stamp, 9));
}

/* Lines begin with their time, JSON ones after {"time":". False: it is empty, or somebody else's. */
static bool first_time(const char *path, int64_t *ms)
{
	char line[FIRST_LINE_B];
	struct date_parsed parsed;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd >= 0 ? read(fd, line, sizeof line) : -1;
	if (fd >= 0)
		close(fd);
	struct str text = str_n(line, n > 0 ? (size_t)n : 0), json = STR("{\"time\":\"");
	if (str_starts(text, json))
		text = str_from(text, json.n);
	if (text.n < 24 || date_parse(str_sub(text, 0, 24), zone_utc(), &parsed, NULL) != RC_OK)
		return false;
	*ms = parsed.ms;
	return true;
}

static enum rc look_at_current(struct logs *logs, bool rotate, int64_t now_ms, struct err *err)
{
	struct file_info info;
	int64_t began_ms;
	enum rc rc = file_stat(logs->conf->log_file, &info, err);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	if (info.kind != FILE_REGULAR) /* a pipe or a terminal: not ours to move */
		return RC_OK;
	logs->size_b = info.size_b;
	logs->rotate = (rotate && info.size_b > 0) || info.size_b > logs->conf->log_size_b ||
		       (first_time(logs->conf->log_file, &began_ms) && began_ms < now_ms - DAY_MS);
	return RC_OK;
}

static enum rc look_at_old(struct logs *logs, struct err *err)
{
	struct file_entries entries;
	struct file_info info;
	struct str stamp;
	enum rc rc = file_list(logs->dir, logs->arena, &entries, err); /* sorted: by time */
	if (rc != RC_OK)
		return rc;
	logs->old = ARENA_ARRAY(logs->arena, entries.count + 1, struct str);
	logs->old_size_b = ARENA_ARRAY(logs->arena, entries.count + 1, int64_t);
	for (size_t i = 0; i < entries.count; i++) {
		struct str name = str_of(entries.items[i].name);
		if (!stamp_of(logs, name, &stamp) ||
		    file_lstat(path_join(logs->arena, logs->dir, entries.items[i].name), &info, NULL) != RC_OK ||
		    info.kind != FILE_REGULAR)
			continue;
		logs->old_size_b[logs->old_count] = info.size_b;
		logs->old[logs->old_count++] = name;
	}
	return RC_OK;
}

static struct str stamp_at(int64_t ms, struct arena *arena)
{
	struct date d;
	date_civil(zone_utc(), ms, &d);
	return arena_printf(arena, "%04d%02d%02d-%02d%02d%02d", d.year, d.month, d.day, d.hour, d.minute, d.second);
}

/* Those before the first day that is kept, and the oldest until the rest is small enough. */
static void choose_removals(struct logs *logs, int64_t now_ms)
{
	struct str first = stamp_at(now_ms - logs->conf->log_days * DAY_MS, logs->arena), stamp = STR("");
	int64_t total_b = logs->size_b;
	for (size_t i = 0; i < logs->old_count; i++)
		total_b += logs->old_size_b[i];
	for (; logs->remove < logs->old_count; logs->remove++) {
		bool is_old = stamp_of(logs, logs->old[logs->remove], &stamp) && str_cmp(stamp, first) < 0;
		if (!is_old && total_b <= logs->conf->log_total_b)
			break;
		total_b -= logs->old_size_b[logs->remove];
	}
}

static enum rc look(struct task_call *call, struct logs *logs, struct err *err)
{
	const char *path = call->conf->log_file;
	*logs = (struct logs){ .conf = call->conf, .arena = call->arena };
	json_set_text(call->row, "file", path ? str_of(path) : STR_NONE);
	if (!path)
		return RC_OK;
	const char *slash = strrchr(path, '/');
	logs->dir = slash ? arena_cstr(call->arena, str_n(path, (size_t)(slash - path) + (slash == path))) : ".";
	logs->name = slash ? slash + 1 : path;
	enum rc rc = look_at_current(logs, call->options->rotate, call->now_ms, err);
	if (rc == RC_OK)
		rc = look_at_old(logs, err);
	if (rc == RC_OK)
		choose_removals(logs, call->now_ms);
	return rc;
}

/* --- doing --- */

static enum rc rotate(const struct logs *logs, int64_t now_ms, struct err *err)
{
	const char *to;
	do { /* a name that another one of this second has not taken */
		to = arena_printf(logs->arena, "%s.%.*s", logs->conf->log_file, STR_ARG(stamp_at(now_ms, logs->arena))).p;
		now_ms += 1000;
	} while (file_exists(to));
	if (rename(logs->conf->log_file, to) != 0 && errno != ENOENT)
		return err_sys(err, RC_IO, errno, "cannot move '%s' to '%s'", logs->conf->log_file, to);
	return RC_OK;
}

static enum rc remove_old(const struct logs *logs, struct err *err)
{
	for (size_t i = 0; i < logs->remove; i++) {
		const char *path = path_join(logs->arena, logs->dir, arena_cstr(logs->arena, logs->old[i]));
		if (unlink(path) != 0 && errno != ENOENT)
			return err_sys(err, RC_IO, errno, "cannot remove '%s'", path);
	}
	return RC_OK;
}

/* Of two at once the second would move a file that has just begun. */
static enum rc with_lease(struct task_call *call, const char *owner, bool *ours, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = *ours ? lease_drop(tx, STR("logs"), str_of(owner), err)
		   : lease_take(tx, STR("logs"), str_of(owner), clock_now_ms(), LEASE_MS, ours, NULL, err);
	return db_end(tx, rc, err);
}

static enum rc do_leased(struct task_call *call, struct err *err)
{
	struct logs logs;
	enum rc rc = look(call, &logs, err); /* anew: somebody may just have done it */
	if (rc == RC_OK && logs.rotate)
		rc = rotate(&logs, call->now_ms, err);
	if (rc == RC_OK)
		rc = remove_old(&logs, err);
	return rc;
}

static enum rc idle(struct task_call *call, bool *idle, struct err *err)
{
	struct logs logs;
	enum rc rc = look(call, &logs, err);
	if (rc != RC_OK)
		return rc;
	json_set_int(call->row, "rotated", logs.rotate);
	json_set_int(call->row, "removed", (int64_t)logs.remove);
	call->done = (int64_t)logs.remove + logs.rotate;
	*idle = call->done == 0;
	return RC_OK;
}

static enum rc run(struct task_call *call, struct err *err)
{
	char owner[PUBLIC_ID_CHARS + 1];
	bool nothing, ours = false;
	struct err second = ERR_INIT;
	enum rc rc = idle(call, &nothing, err);
	if (rc != RC_OK || nothing || call->dry_run)
		return rc;
	rand_base62(owner, PUBLIC_ID_CHARS);
	rc = with_lease(call, owner, &ours, err);
	if (rc != RC_OK)
		return rc;
	if (!ours) {
		call->done = 0;
		return RC_OK;
	}
	rc = do_leased(call, err);
	enum rc dropped = with_lease(call, owner, &ours, &second);
	return rc == RC_OK && dropped != RC_OK ? err_set(err, dropped, "%s", second.msg) : rc;
}

static const char *const options[] = { "rotate", NULL };

const struct task task_logs = {
	.name = "logs",
	.summary = "move the log file away when it is a day old or large, remove old ones",
	.options = options,
	.cron = "3 * * * *",
	.overdue_ms = INT64_C(7) * 86400000,
	.run = run,
	.idle = idle,
};
