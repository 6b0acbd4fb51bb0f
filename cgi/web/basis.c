/* basis.c: what the serving process was told from outside: its settings and the phrases. */
#include "base/base.h"

#include "base/log.h"
#include "web/basis.h"

static struct basis *basis_new(unsigned number)
{
	struct basis *basis = mem_new(sizeof *basis);
	basis->refs = 1;
	basis->number = number;
	basis->conf = &basis->own;
	return basis;
}

struct basis *basis_first(const struct conf *conf)
{
	struct basis *basis = basis_new(0);
	basis->conf = conf;
	return basis;
}

enum rc basis_read_phrases(struct basis *basis, struct err *err)
{
	return basis->phrases ? RC_OK : i18n_load(basis->conf->lang_dir, &basis->phrases, err);
}

/* Without this one the site could not show a page. */
static enum rc check_theme(const struct basis *basis, struct err *err)
{
	struct skin *skin = NULL;
	struct skin_places places = basis_places(basis);
	enum rc rc = skin_load(&places, STR(SKIN_DEFAULT), &skin, err);
	skin_drop(skin);
	return rc;
}

static void log_kept(void *ctx, const char *name)
{
	(void)ctx;
	LOG(LOG_WARN, "setting needs a restart", LOG_S("setting", str_of(name)));
}

enum rc basis_next(const struct basis *old, struct basis **out, struct err *err)
{
	struct basis *basis = basis_new(old->number + 1);
	enum rc rc = conf_load(NULL, &basis->own, err);
	if (rc == RC_OK) {
		conf_keep(old->conf, &basis->own, log_kept, NULL);
		rc = basis_read_phrases(basis, err);
	}
	if (rc == RC_OK)
		rc = check_theme(basis, err);
	if (rc != RC_OK) {
		basis_drop(basis);
		return rc;
	}
	if (!str_eq(old->conf->mount, basis->conf->mount))
		LOG(LOG_WARN, "links in posts begin with the old path; run platen rebuild",
		    LOG_S("old", old->conf->mount), LOG_S("new", basis->conf->mount));
	*out = basis;
	return RC_OK;
}

struct basis *basis_hold(struct basis *basis)
{
	__atomic_add_fetch(&basis->refs, 1, __ATOMIC_RELAXED);
	return basis;
}

void basis_drop(struct basis *basis)
{
	if (!basis || __atomic_sub_fetch(&basis->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	i18n_free(basis->phrases);
	conf_release(&basis->own);
	free(basis);
}

struct skin_places basis_places(const struct basis *basis)
{
	const struct conf *conf = basis->conf;
	return (struct skin_places){ conf->data_dir, conf->theme_dir, conf->mount };
}
