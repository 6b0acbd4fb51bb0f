/* backstage.c: what the admin's pages are made with. */
#include "base/base.h"

#include "base/path.h"
#include "web/backstage.h"

enum rc backstage_load(const struct basis *basis, struct backstage **out, struct err *err)
{
	struct backstage *backstage = mem_new(sizeof *backstage);
	struct arena scratch;
	arena_init(&scratch, 16 << 10);
	backstage->refs = 1;
	const char *dir = basis->conf->admin_dir;
	enum rc rc = skin_load_folder(dir, basis->conf->mount, BACKSTAGE_ASSETS, &backstage->skin, err);
	if (rc == RC_OK)
		rc = i18n_load(path_join(&scratch, dir, "lang"), &backstage->phrases, err);
	arena_release(&scratch);
	if (rc == RC_OK)
		*out = backstage;
	else
		backstage_drop(backstage);
	return rc;
}

struct backstage *backstage_hold(struct backstage *backstage)
{
	__atomic_add_fetch(&backstage->refs, 1, __ATOMIC_RELAXED);
	return backstage;
}

void backstage_drop(struct backstage *backstage)
{
	if (!backstage || __atomic_sub_fetch(&backstage->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	skin_drop(backstage->skin);
	i18n_free(backstage->phrases);
	free(backstage);
}
