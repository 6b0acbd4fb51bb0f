/* problems.c: collects what is wrong with the templates of a theme while it loads. */
#include "base/base.h"
#include "tmpl/problems.h"

#include <stdarg.h>

static struct theme_problem *place_for(struct problems *p, bool fatal)
{
	if (p->count < THEME_PROBLEMS_MAX)
		return &p->items[p->count++];
	for (size_t i = 0; fatal && i < p->count; i++)
		if (!p->items[i].fatal)
			return &p->items[i];
	return NULL;
}

void problems_add(struct problems *p, bool fatal, const char *file, int line, const char *fmt, ...)
{
	char message[ERR_MSG_MAX_B];
	va_list args;
	va_start(args, fmt);
	vsnprintf(message, sizeof message, fmt, args);
	va_end(args);
	p->fatal = p->fatal || fatal;
	for (size_t i = 0; i < p->count; i++) {
		const struct theme_problem *old = &p->items[i];
		if (old->line == line && !strcmp(old->file, file) && !strcmp(old->message, message))
			return;
	}
	struct theme_problem *place = place_for(p, fatal);
	if (!place)
		return;
	*place = (struct theme_problem){ arena_cstr(p->arena, str_of(file)), line, fatal,
					 arena_cstr(p->arena, str_of(message)) };
}

enum rc problems_status(const struct problems *p, struct err *err)
{
	if (!p->fatal)
		return RC_OK;
	for (size_t i = 0; i < p->count; i++) {
		const struct theme_problem *first = &p->items[i];
		if (!first->fatal)
			continue;
		if (!first->line)
			return err_set(err, RC_INVALID, "%s: %s", first->file, first->message);
		return err_set(err, RC_INVALID, "%s:%d: %s", first->file, first->line, first->message);
	}
	return err_set(err, RC_INTERNAL, "a fatal problem was not kept");
}
