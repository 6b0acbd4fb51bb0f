/* conf_keep.c: what of the settings may change while the program runs. */
#include "base/base.h"

#include "conf/conf.h"
#include "conf/table.h"

static bool keep_text(const char *running, struct conf *fresh, const char **field)
{
	if (*field == running || (*field && running && strcmp(*field, running) == 0))
		return false;
	*field = running ? arena_cstr(&fresh->arena, str_of(running)) : NULL;
	return true;
}

static bool keep_bytes(const void *running, void *field, size_t size_b)
{
	if (memcmp(field, running, size_b) == 0)
		return false;
	memcpy(field, running, size_b);
	return true;
}

static bool keep(const struct conf *running, struct conf *fresh, const struct conf_def *def)
{
	const void *old = (const char *)running + def->offset;
	void *field = (char *)fresh + def->offset;
	switch (def->type) {
	case CONF_PATH:
	case CONF_TEXT:
	case CONF_WEB:
		return keep_text(*(const char *const *)old, fresh, field);
	case CONF_NETS:
		fresh->proxies = running->proxies;
		return keep_text(*(const char *const *)old, fresh, field);
	case CONF_INT:
	case CONF_CHOICE:
		return keep_bytes(old, field, sizeof(int));
	case CONF_SIZE:
		return keep_bytes(old, field, sizeof(int64_t));
	case CONF_SECRET: /* none of these is settled at the start: the tests see to it */
	case CONF_URL:
	case CONF_IGNORED:
		break;
	}
	return false;
}

void conf_keep(const struct conf *running, struct conf *fresh, conf_kept *kept, void *ctx)
{
	for (size_t i = 0; i < conf_table_count; i++) {
		const struct conf_def *def = &conf_table[i];
		if (!def->at_start || !keep(running, fresh, def))
			continue;
		fresh->origins[i] = running->origins[i];
		kept(ctx, def->name);
	}
}
