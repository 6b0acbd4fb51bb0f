/* import_settings.c: the settings that an export of Platen brings (platen.json).
 *
 * What posts look like and where they are depends on them, so the site must be known with them before anything
 * is rendered; and they must not be there without the posts. So they are tried first, in a transaction that is
 * taken back, and written with the posts. */
#include "base/base.h"

#include <unistd.h>

#include "base/path.h"
#include "core/i18n.h"
#include "core/import_impl.h"
#include "core/media_keep.h"
#include "core/media_remote.h"
#include "core/media_store.h"
#include "core/picture.h"
#include "core/rebuild.h"
#include "core/settings.h"
#include "store/post_list.h"
#include "store/setting.h"

enum rc import_settings_read(const struct import_options *options, struct arena *arena, struct data **out,
			     struct err *err)
{
	struct str text;
	struct data *own = NULL;
	enum rc rc = file_load(path_join(arena, options->dir, "platen.json"), IMPORT_OWN_MAX_B, arena, &text, err);

	*out = NULL;
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = data_from_json(text, arena, &own, err);
	if (rc != RC_OK)
		err_prefix(err, "platen.json");
	else
		*out = data_at_key(own, "settings");
	return rc;
}

/* What one of them came to. */
struct taken {
	bool changed, rebuild;
	struct err refused;   /* rc RC_OK: it was not */
};

static enum rc take(struct db_tx *tx, const struct data *d, bool force, int64_t now_ms, struct arena *arena,
		    struct taken *out, struct err *err)
{
	struct str there;
	enum rc rc = setting_get(db_tx_ro(tx), d->key, arena, &there, err);

	*out = (struct taken){ .refused = ERR_INIT };
	if (rc == RC_OK && (!force || str_eq(there, d->text)))
		return RC_OK;
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	rc = setting_change(tx, ACTOR_SYSTEM, d->key, d->text, now_ms, &out->rebuild, &out->refused);
	out->changed = rc == RC_OK;
	/* One that this version does not know or allow is no reason to stop. */
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return RC_OK;
	if (rc != RC_OK && err)
		*err = out->refused;
	return rc;
}

/* Posts that were here before look different by them, too. */
static enum rc follow(struct db_tx *tx, int64_t now_ms, struct err *err)
{
	int64_t last = 0;
	enum rc rc = post_max_id(db_tx_ro(tx), &last, err);

	return rc == RC_OK && last ? rebuild_order(tx, now_ms, err) : rc;
}

enum rc import_settings_store(struct importer *im, struct db_tx *tx)
{
	struct taken taken;
	bool rebuild = false;

	DATA_EACH(d, im->settings) {
		enum rc rc = d->type == DATA_TEXT
				     ? take(tx, d, im->options->force, im->now_ms, im->arena, &taken, im->err)
				     : RC_OK;

		if (rc != RC_OK)
			return rc;
		if (d->type != DATA_TEXT)
			continue;
		if (taken.refused.rc != RC_OK)
			import_problem(im, IMPORT_WARNING, STR("platen.json"), 0, "settings: %s", taken.refused.msg);
		im->settings_taken += taken.changed;
		rebuild |= taken.rebuild;
	}
	return rebuild ? follow(tx, im->now_ms, im->err) : RC_OK;
}

static enum rc load_with(struct db_rw *db, const struct conf *conf, const struct data *settings, bool force,
			 int64_t now_ms, struct site **out, struct arena *arena, struct err *err)
{
	struct db_tx *tx;
	struct taken taken;
	enum rc rc = db_begin(db, &tx, err);

	if (rc != RC_OK)
		return rc;
	DATA_EACH(d, settings)
		if (rc == RC_OK && d->type == DATA_TEXT)
			rc = take(tx, d, force, now_ms, arena, &taken, err);
	if (rc == RC_OK)
		rc = site_load(db_tx_ro(tx), conf, out, err);
	db_rollback(tx);
	return rc;
}

enum rc import_site_load(struct db_rw *db, const struct conf *conf, const struct import_options *options,
			 int64_t now_ms, struct site **out, struct err *err)
{
	struct arena arena;
	struct data *settings;
	enum rc rc;

	arena_init(&arena, IMPORT_ARENA_MAX_B);
	rc = import_settings_read(options, &arena, &settings, err);
	if (rc == RC_OK && settings)
		rc = load_with(db, conf, settings, options->force, now_ms, out, &arena, err);
	else if (rc == RC_OK)
		rc = site_load(db_rw_ro(db), conf, out, err);
	arena_release(&arena);
	return rc;
}

enum rc import_into(struct db_rw *db, const struct conf *conf, const struct import_options *options, int64_t now_ms,
		    struct arena *arena, struct import_report *out, struct err *err)
{
	struct i18n_set *phrases = NULL;
	struct blob_store *blobs = NULL;
	struct site *site = NULL;
	struct import_options run = *options;
	int hold = -1;
	enum rc rc = import_site_load(db, conf, options, now_ms, &site, err);

	/* Nobody removes what was put until its rows are there. */
	if (rc == RC_OK && !options->dry_run)
		rc = media_hold(conf, MEDIA_HOLD_SHARED, &hold, err);

	if (rc == RC_OK)
		rc = i18n_load(conf->lang_dir, &phrases, err);
	if (rc == RC_OK)
		rc = media_store_open(conf, &blobs, err);
	if (rc == RC_OK) {
		site->phrases = phrases;
		run.pixels_max = picture_limits(conf).pixels;
		if (options->fetch && !options->dry_run)
			run.remote = media_remote_open(conf, blobs, site->media_types, &options->progress);
		rc = import_run(db, site, blobs, &run, now_ms, arena, out, err);
	}
	if (hold >= 0)
		close(hold);
	media_remote_close(run.remote);
	media_store_close(blobs);
	site_free(site);
	i18n_free(phrases);
	return rc;
}
