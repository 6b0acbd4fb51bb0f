/* timetable.c: when the scheduler has each task done. */
#include "base/base.h"

#include "core/settings.h"
#include "core/timetable.h"
#include "store/setting.h"

#define SETTING_MAX_B ((size_t)16 << 10)
#define OTHERWISE "@daily"

enum rc timetable_check(const struct json *setting, struct err *err)
{
	struct json_iter iter = { 0 };
	struct cron cron;
	while (json_next(setting, &iter)) {
		struct str text = json_text(iter.value, STR_NONE);
		if (!task_find(iter.key))
			return err_set(err, RC_INVALID, "there is no task '%.*s'", STR_ARG(iter.key));
		if (!str_given(text))
			return err_set(err, RC_INVALID, "the time of '%.*s' is no text", STR_ARG(iter.key));
		enum rc rc = str_empty(text) ? RC_OK : cron_parse(text, &cron, err);
		if (rc != RC_OK) {
			err_prefix(err, "%.*s", STR_ARG(iter.key));
			return RC_INVALID;
		}
	}
	return RC_OK;
}

static enum rc setting_or_default(struct db_ro *db, const char *key, struct arena *arena, struct str *out,
				  struct err *err)
{
	enum rc rc = setting_get(db, str_of(key), arena, out, err);
	if (rc != RC_NOTFOUND)
		return rc;
	*out = str_of(setting_find(str_of(key))->fallback);
	return RC_OK;
}

enum rc timetable_setting(struct db_ro *db, struct json **out, struct err *err)
{
	struct arena arena;
	struct str text;
	arena_init(&arena, 64 << 10);
	enum rc rc = setting_or_default(db, "cron", &arena, &text, err);
	if (rc == RC_OK) {
		rc = json_parse(text, SETTING_MAX_B, out, err);
		rc = rc == RC_OK ? RC_OK : RC_INVALID;
	}
	arena_release(&arena);
	return rc;
}

/* What is stored was checked then; a newer program or a person with a tool may have written what this one does
 * not know. */
enum rc timetable_time_of(const struct json *setting, const struct task *task, struct cron *out, struct err *err)
{
	const struct json *value = json_get(setting, task->name);
	struct str text = json_text(value, STR_NONE);
	if (json_kind(value) == JSON_KIND_NULL)
		text = str_of(task->cron ? task->cron : OTHERWISE);
	if (str_given(text) && str_empty(text))
		return err_set(err, RC_NOTFOUND, "the task '%s' is switched off", task->name);
	enum rc rc = str_given(text) ? cron_parse(text, out, err) : err_set(err, RC_INVALID, "the time is no text");
	if (rc == RC_OK)
		return RC_OK;
	err_prefix(err, "setting 'cron': %s", task->name);
	return RC_INVALID;
}

static void note(struct json *faults, const struct err *why)
{
	if (faults)
		json_add_text(faults, str_of(why->msg));
}

static enum rc read_zone(struct db_ro *db, struct timetable *t, struct json *faults, struct err *err)
{
	struct arena arena;
	struct err why = ERR_INIT;
	struct str text;
	arena_init(&arena, 64 << 10);
	enum rc rc = setting_or_default(db, "timezone", &arena, &text, err);
	if (rc == RC_OK && zone_get(text, &t->zone, &why) != RC_OK) {
		err_prefix(&why, "setting 'timezone', UTC stands in for it");
		note(faults, &why);
		t->zone = zone_utc();
	}
	arena_release(&arena);
	return rc;
}

static enum rc read_jitter(struct db_ro *db, struct timetable *t, struct err *err)
{
	struct arena arena;
	struct str text;
	int64_t jitter_s = 0;
	arena_init(&arena, 4 << 10);
	enum rc rc = setting_or_default(db, "cron_jitter", &arena, &text, err);
	if (rc == RC_OK && str_to_i64(text, &jitter_s))
		t->jitter_ms = jitter_s * 1000;
	arena_release(&arena);
	return rc;
}

static enum rc read_lines(struct db_ro *db, struct timetable *t, struct json *faults, struct err *err)
{
	struct json *setting = NULL;
	struct err why = ERR_INIT;
	enum rc rc = timetable_setting(db, &setting, &why);
	if (rc == RC_INVALID) {
		err_prefix(&why, "setting 'cron', every task has its own time");
		note(faults, &why);
	} else if (rc != RC_OK) {
		return err_set(err, rc, "%s", why.msg);
	}
	for (size_t i = 0; tasks[i]; i++) {
		struct timetable_line *line = &t->lines[t->count];
		rc = timetable_time_of(setting, tasks[i], &line->cron, &why);
		if (rc == RC_INVALID)
			note(faults, &why);
		line->task = tasks[i];
		t->count += rc == RC_OK;
	}
	json_free(setting);
	return RC_OK;
}

enum rc timetable_read(struct db_ro *db, struct timetable *out, struct json *faults, struct err *err)
{
	struct timetable t = { .count = 0 };
	enum rc rc = read_zone(db, &t, faults, err);
	if (rc == RC_OK)
		rc = read_jitter(db, &t, err);
	if (rc == RC_OK)
		rc = read_lines(db, &t, faults, err);
	if (rc == RC_OK)
		*out = t;
	return rc;
}
