/* job_words.c: what tasks and jobs are called, in the words of the person who is signed in. */
#include "base/base.h"

#include "core/job.h"
#include "web/admin.h"
#include "web/job_words.h"

#define NAME_MAX_B 40

/* "media.variants" has the phrase "job_kind_media_variants". */
static struct str phrase(struct visit *v, const char *prefix, struct str name, struct str otherwise)
{
	char key[NAME_MAX_B + 20];
	size_t n = strlen(prefix);
	if (name.n > NAME_MAX_B)
		return otherwise;
	memcpy(key, prefix, n);
	for (size_t i = 0; i < name.n; i++)
		key[n++] = name.p[i] == '.' || name.p[i] == '-' ? '_' : name.p[i];
	key[n] = '\0';
	struct str found = i18n_text(v->admin->i18n, key);
	return str_is(found, key) ? otherwise : found;
}

struct str task_words(struct visit *v, const struct task *task)
{
	return phrase(v, "task_", str_of(task->name), str_of(task->summary));
}

struct str job_words(struct visit *v, struct str name)
{
	const struct job_kind *kind = job_kind_find(name);
	return phrase(v, "job_kind_", name, kind ? str_of(kind->summary) : name);
}
