/* job_progress.c: how far a job is, and asking it to stop. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/bulk.h"
#include "core/job_progress.h"
#include "core/transfer.h"

#define TELL_US 200000
#define LOOK_US 20000
#define PATH_ROOM 4096
#define TEXT_MAX_B ((size_t)4 << 10)
#define ITEM_MAX_B 300

static bool path_of(const struct conf *conf, int64_t id, const char *ext, char path[PATH_ROOM])
{
	int n = snprintf(path, PATH_ROOM, "%s/jobs/%lld%s", conf->data_dir, (long long)id, ext);
	return n > 0 && n < PATH_ROOM;
}

const char *job_progress_dir(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, "jobs");
}

/* --- telling --- */

/* Without waiting for the disk: whoever reads sees the last one or this one, and after a crash nobody asks. */
static bool replace(const char *path, struct str text)
{
	char fresh[PATH_ROOM + 8];
	snprintf(fresh, sizeof fresh, "%s.new", path);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	bool good = file_write_fd(fd, fresh, text, NULL) == RC_OK;
	close(fd);
	good = good && rename(fresh, path) == 0;
	if (!good)
		unlink(fresh);
	return good;
}

static void make_dir(const struct conf *conf)
{
	char dir[PATH_ROOM];
	if (snprintf(dir, sizeof dir, "%s/jobs", conf->data_dir) < PATH_ROOM && file_mkdirs(dir, 0700, NULL) != RC_OK)
		return; /* nobody sees how far it is, which is no reason not to do it */
}

static void write_progress(const struct job_call *call, const struct job_progress *progress)
{
	char path[PATH_ROOM];
	struct json *json = json_new_object();
	struct buf text = BUF_INIT(TEXT_MAX_B);
	json_set_text(json, "stage", progress->stage);
	json_set_int(json, "done", progress->done);
	json_set_int(json, "total", progress->total);
	json_set_text(json, "item", utf8_cut(progress->item, ITEM_MAX_B));
	json_write(json, JSON_LINE, &text);
	json_free(json);
	if (text.rc == RC_OK && path_of(call->conf, call->job->id, ".json", path) && !replace(path, buf_view(&text)) &&
	    errno == ENOENT) {
		make_dir(call->conf);
		(void)!replace(path, buf_view(&text));
	}
	buf_release(&text);
}

static bool shall_stop(struct job_call *call, int64_t now_us)
{
	char path[PATH_ROOM];
	if (call->stop && atomic_load(call->stop))
		return true;
	if (now_us - call->asked_us < LOOK_US)
		return call->cancelled;
	call->asked_us = now_us;
	call->cancelled = path_of(call->conf, call->job->id, ".stop", path) && access(path, F_OK) == 0;
	return call->cancelled;
}

bool job_tell(void *ctx, const char *stage, int64_t done, int64_t total, struct str item)
{
	struct job_call *call = ctx;
	int64_t now_us = clock_monotonic_us();
	bool new_stage = !call->stage || strcmp(call->stage, stage) != 0;
	if (new_stage || now_us - call->told_us >= TELL_US) {
		struct job_progress progress = { str_of(stage), done, total, item };
		write_progress(call, &progress);
		call->told_us = now_us;
		call->stage = stage;
	}
	return !shall_stop(call, now_us);
}

struct progress job_progress_of(struct job_call *call)
{
	return (struct progress){ job_tell, call };
}

/* --- watching --- */

enum rc job_progress_get(const struct conf *conf, int64_t id, struct arena *arena, struct job_progress *out,
			 struct err *err)
{
	char path[PATH_ROOM];
	struct str text;
	struct json *json = NULL;
	if (!path_of(conf, id, ".json", path))
		return err_set(err, RC_NOTFOUND, "the path is too long");
	enum rc rc = file_load(path, TEXT_MAX_B, arena, &text, err);
	if (rc == RC_OK)
		rc = json_parse(text, TEXT_MAX_B, &json, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct job_progress){
		.stage = arena_str(arena, json_get_text(json, "stage", STR(""))),
		.done = json_get_int(json, "done", 0), .total = json_get_int(json, "total", 0),
		.item = arena_str(arena, json_get_text(json, "item", STR(""))),
	};
	json_free(json);
	return RC_OK;
}

void job_progress_drop(const struct conf *conf, int64_t id)
{
	static const char *const exts[] = { ".json", ".stop", ".json.new" };
	char path[PATH_ROOM];
	for (size_t i = 0; i < COUNT_OF(exts); i++)
		if (path_of(conf, id, exts[i], path))
			unlink(path);
}

bool job_may_watch(struct actor actor, const struct job *job)
{
	struct json *payload = NULL;
	bool transfer = str_is(job->kind, JOB_EXPORT) || str_is(job->kind, JOB_IMPORT), own = false;
	if (str_is(job->kind, JOB_BULK) && json_parse(job->payload, JOB_PAYLOAD_MAX_B, &payload, NULL) == RC_OK)
		own = actor.user_id && json_get_int(payload, "user", 0) == actor.user_id;
	json_free(payload);
	return own || (transfer && actor.role >= ROLE_OWNER);
}

enum rc job_ask_to_stop(const struct conf *conf, int64_t id, struct err *err)
{
	char path[PATH_ROOM];
	if (!path_of(conf, id, ".stop", path))
		return err_set(err, RC_LIMIT, "the path of the data folder is too long");
	make_dir(conf);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return file_fail(err, errno, "make", path);
	close(fd);
	return RC_OK;
}
