/* pages.c: the page folder of a process that writes into it: its generation, from first to last. */
#include "core/pages_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"

struct pages *pages_open(const struct conf *conf)
{
	struct pages *pages = mem_new(sizeof *pages);
	pages->conf = conf;
	pages->dir = pages_path(conf->data_dir);
	if (asprintf(&pages->link, "%s/current", pages->dir) < 0)
		mem_fail();
	pthread_mutex_init(&pages->lock, NULL);
	return pages;
}

void pages_close(struct pages *pages)
{
	if (!pages)
		return;
	generation_drop(pages->current);
	pthread_mutex_destroy(&pages->lock);
	free(pages->link);
	free(pages->dir);
	free(pages);
}

struct generation *generation_hold(struct generation *generation)
{
	if (generation)
		atomic_fetch_add_explicit(&generation->refs, 1, memory_order_relaxed);
	return generation;
}

void generation_drop(struct generation *generation)
{
	if (!generation || atomic_fetch_sub_explicit(&generation->refs, 1, memory_order_acq_rel) > 1)
		return;
	close(generation->fd);
	free(generation);
}

/* By its own name and not through the link: what is opened is what was read. */
static struct generation *open_generation(const struct pages *pages, const struct pages_name *name, int64_t seen_ms)
{
	char *path;
	if (asprintf(&path, "%s/%s", pages->dir, name->text) < 0)
		mem_fail();
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return NULL; /* replaced already */
	struct generation *generation = mem_new(sizeof *generation);
	atomic_init(&generation->refs, 1);
	generation->conf = pages->conf;
	generation->fd = fd;
	generation->name = *name;
	generation->seen_ms = seen_ms;
	return generation;
}

static bool is_usable(const struct pages_name *name, const struct pages_owner *owner, int64_t now_ms)
{
	return name->text[0] && strcmp(name->owner.text, owner->text) == 0 &&
	       (name->expires_ms == 0 || now_ms < name->expires_ms);
}

struct generation *pages_generation(struct pages *pages, const struct pages_owner *owner)
{
	struct pages_name name;
	struct generation *generation = NULL;
	bool linked = pages_readlink(AT_FDCWD, pages->link, &name);
	int64_t now_ms = clock_now_ms(); /* behind the look: it was linked no later than that */
	if (!linked || !is_usable(&name, owner, now_ms))
		return NULL;
	pthread_mutex_lock(&pages->lock);
	if (!pages->current || strcmp(pages->current->name.text, name.text) != 0) {
		generation_drop(pages->current);
		/* After a power failure the name may be there and its files not be whole. */
		pages->current = name.boot == pages_boot() ? open_generation(pages, &name, now_ms) : NULL;
	}
	generation = generation_hold(pages->current);
	pthread_mutex_unlock(&pages->lock);
	return generation;
}
