/* task_options.c: what may be wanted of a task otherwise than usual. */
#include "base/base.h"

#include <stddef.h>

#include "core/task.h"
#include "core/task_options.h"

#define AT(member) offsetof(struct task_options, member)

static const struct option {
	const char *name;
	size_t at;
	int64_t least, most;   /* most 0: true or false */
} options[] = {
	{ "dry_run", AT(dry_run), 0, 0 },
	{ "seconds", AT(seconds), 1, TASK_BUDGET_S },
	{ "limit", AT(limit), 1, TASK_LIMIT_MAX },
	{ "check", AT(check), 0, 0 },
	{ "rotate", AT(rotate), 0, 0 },
};
#define COMMON 2 /* the first of them are every task's */
#define NAME_TOLD_MAX_B 60

static bool knows(const struct task *task, const struct option *option)
{
	for (const char *const *name = task->options; name && *name; name++)
		if (strcmp(*name, option->name) == 0)
			return true;
	return false;
}

static bool is_known(const struct task *task, const struct option *option)
{
	bool known = option < options + COMMON || (task && knows(task, option));
	for (size_t i = 0; !known && !task && tasks[i]; i++)
		known = knows(tasks[i], option);
	return known;
}

static const struct option *find(struct str name, const struct task *task)
{
	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (str_is(name, options[i].name))
			return is_known(task, &options[i]) ? &options[i] : NULL;
	return NULL;
}

static enum rc refuse(const struct task *task, struct str name, struct err *err)
{
	const char *of = task ? task->name : "all";
	if (!str_given(name))
		return err_set(err, RC_INVALID, "the task '%s' has no option with so long a name", of);
	return err_set(err, RC_INVALID, "the task '%s' has no option '%.*s'", of, STR_ARG(name));
}

/* null is as good as nothing. */
static enum rc take(const struct option *option, const struct json *value, struct task_options *out, struct err *err)
{
	void *to = (char *)out + option->at;
	int64_t number = json_int(value, -1);
	if (json_kind(value) == JSON_KIND_NULL)
		return RC_OK;
	if (option->most == 0) {
		if (json_kind(value) != JSON_KIND_BOOL)
			return err_set(err, RC_INVALID, "the option '%s' is neither true nor false", option->name);
		*(bool *)to = json_bool(value, false);
		return RC_OK;
	}
	if (json_kind(value) != JSON_KIND_INT || number < option->least || number > option->most)
		return err_set(err, RC_INVALID, "the option '%s' is not a number from %lld to %lld", option->name,
			       (long long)option->least, (long long)option->most);
	*(int64_t *)to = number;
	return RC_OK;
}

enum rc task_options_read(const struct json *data, const struct task *task, struct task_options *out,
			  struct str *option, struct err *err)
{
	struct json_iter iter = { 0 };
	struct task_options read = TASK_OPTIONS_NONE;
	*option = STR_NONE;
	if (json_kind(data) != JSON_KIND_NULL && json_kind(data) != JSON_KIND_OBJECT)
		return err_set(err, RC_INVALID, "data is no JSON object");
	while (json_next(data, &iter)) {
		const struct option *known = find(iter.key, task);
		*option = iter.key.n <= NAME_TOLD_MAX_B ? iter.key : STR_NONE;
		enum rc rc = known ? take(known, iter.value, &read, err) : refuse(task, *option, err);
		if (rc != RC_OK)
			return rc;
	}
	*option = STR_NONE;
	*out = read;
	return RC_OK;
}
