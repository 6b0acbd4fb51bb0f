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

/* What is stored was checked then; a newer program may have written what this one does not know. */
static enum rc add_line(struct timetable *t, const struct task *task, const struct json *setting, struct err *err)
{
	struct str text = json_get_text(setting, task->name, str_of(task->cron ? task->cron : OTHERWISE));
	if (str_empty(text))
		return RC_OK;
	struct timetable_line *line = &t->lines[t->count];
	enum rc rc = cron_parse(text, &line->cron, err);
	if (rc != RC_OK) {
		err_prefix(err, "setting 'cron': %s", task->name);
		return rc;
	}
	line->task = task;
	t->count++;
	return RC_OK;
}

enum rc timetable_read(struct db_ro *db, struct timetable *out, struct err *err)
{
	struct timetable t = { .count = 0 };
	struct arena arena;
	struct str text;
	struct json *setting = NULL;
	int64_t jitter_s = 0;
	arena_init(&arena, 64 << 10);
	enum rc rc = setting_or_default(db, "timezone", &arena, &text, err);
	if (rc == RC_OK)
		rc = zone_get(text, &t.zone, err);
	if (rc == RC_OK)
		rc = setting_or_default(db, "cron_jitter", &arena, &text, err);
	if (rc == RC_OK && str_to_i64(text, &jitter_s))
		t.jitter_ms = jitter_s * 1000;
	if (rc == RC_OK)
		rc = setting_or_default(db, "cron", &arena, &text, err);
	if (rc == RC_OK)
		rc = json_parse(text, SETTING_MAX_B, &setting, err);
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++)
		rc = add_line(&t, tasks[i], setting, err);
	if (rc == RC_OK)
		*out = t;
	json_free(setting);
	arena_release(&arena);
	return rc;
}
