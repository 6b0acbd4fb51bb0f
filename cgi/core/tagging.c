/* tagging.c: what editors do with tags. */
#include "base/base.h"

#include "core/address.h"
#include "core/job.h"
#include "core/tagging.h"
#include "store/redirect.h"
#include "store/search_retag.h"
#include "text/slug.h"

static enum rc only_editors(struct db_tx *tx, struct actor actor, struct err *err)
{
	if (actor.role < ROLE_EDITOR)
		return err_set(err, RC_DENIED, "only editors and owners change tags");
	return actor_hold(tx, actor, err);
}

static struct str slug_of(const struct site *site, const struct tagging *form, struct arena *arena)
{
	struct str written = str_trim(form->slug);
	return slug_make(arena, str_empty(written) ? form->profile.name : written, SLUG_ASCII, site->lang, 0);
}

/* Two tags of one name could not be told apart where posts are written. */
static enum rc check_free(struct db_tx *tx, int64_t own_id, struct str slug, struct str name, int64_t now_ms,
			  struct arena *arena, struct tag *other, struct err *err)
{
	struct tag found;
	struct str its_slug;
	int64_t id = 0;
	struct err none = ERR_INIT;
	enum rc rc = tag_by_slug(db_tx_ro(tx), slug, now_ms, arena, &found, &none);
	if (rc == RC_NOTFOUND || (rc == RC_OK && found.id == own_id)) {
		rc = tag_named(db_tx_ro(tx), slug, str_trim(name), arena, &id, &its_slug, &none);
		if (rc == RC_OK && id != own_id)
			rc = tag_get(db_tx_ro(tx), id, now_ms, arena, &found, &none);
		else if (rc == RC_OK)
			return RC_OK;
	}
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	if (other)
		*other = found;
	return err_set(err, RC_EXISTS, "there is a tag '%.*s' already", STR_ARG(found.name));
}

static enum rc check_form(const struct site *site, const struct tagging *form, struct arena *arena, struct str *slug,
			  struct err *err)
{
	enum rc rc = profile_check(&form->profile, err);
	if (rc != RC_OK)
		return rc;
	*slug = slug_of(site, form, arena);
	struct str by_name = slug_make(arena, form->profile.name, SLUG_ASCII, site->lang, 0);
	if (str_empty(by_name) || str_empty(*slug))
		return err_set(err, RC_INVALID, "a tag needs a name with a letter or a digit");
	return RC_OK;
}

/* The index is behind until the job has run. */
static enum rc follow(struct db_tx *tx, int64_t tag_id, int64_t now_ms, struct err *err)
{
	const struct job_order order = { .kind = "retag", .payload = STR_NONE, .unique_key = STR("retag"),
					 .priority = JOB_NORMAL };
	enum rc rc = search_retag_add(tx, tag_id, err);
	return rc == RC_OK ? job_add(tx, &order, now_ms, NULL, NULL, err) : rc;
}

/* What led to the old address leads to the new one at once, not over two. */
static enum rc leave_redirect(struct db_tx *tx, struct str from_slug, struct str to_slug, int64_t now_ms,
			      struct arena *arena, struct err *err)
{
	struct redirect redirect = {
		.from_path = address_tag(from_slug, 1, arena), .to_path = address_tag(to_slug, 1, arena),
		.status = 301, .created_ms = now_ms,
	};
	enum rc rc = redirect_delete(tx, redirect.to_path, err);
	if (rc == RC_OK)
		rc = redirect_repoint(tx, redirect.from_path, redirect.to_path, err);
	return rc == RC_OK ? redirect_put(tx, &redirect, err) : rc;
}

enum rc tagging_add(struct db_tx *tx, const struct site *site, struct actor actor, const struct tagging *form,
		    int64_t now_ms, struct arena *arena, int64_t *id, struct tag *other, struct err *err)
{
	struct str slug;
	enum rc rc = only_editors(tx, actor, err);
	if (rc == RC_OK)
		rc = check_form(site, form, arena, &slug, err);
	if (rc == RC_OK)
		rc = check_free(tx, 0, slug, form->profile.name, now_ms, arena, other, err);
	if (rc == RC_OK)
		rc = tag_ensure(tx, slug, str_trim(form->profile.name), now_ms, id, err);
	return rc == RC_OK ? profile_change_tag(tx, site, actor, slug, &form->profile, now_ms, err) : rc;
}

static enum rc set_slug(struct db_tx *tx, int64_t id, struct str slug, int64_t now_ms, struct arena *arena,
			struct err *err)
{
	struct tag tag;
	enum rc rc = tag_get(db_tx_ro(tx), id, now_ms, arena, &tag, err);
	if (rc != RC_OK || str_eq(tag.slug, slug))
		return rc;
	struct str old = tag.slug;
	tag.slug = slug;
	rc = tag_update(tx, &tag, err);
	return rc == RC_OK ? leave_redirect(tx, old, slug, now_ms, arena, err) : rc;
}

enum rc tagging_change(struct db_tx *tx, const struct site *site, struct actor actor, int64_t id, int64_t seen_ms,
		       const struct tagging *form, int64_t now_ms, struct arena *arena, struct tag *other,
		       struct err *err)
{
	struct tag tag;
	struct str slug;
	enum rc rc = only_editors(tx, actor, err);
	if (rc == RC_OK)
		rc = tag_get(db_tx_ro(tx), id, now_ms, arena, &tag, err);
	if (rc == RC_OK && tag.updated_ms != seen_ms)
		rc = err_set(err, RC_CONFLICT, "the tag '%.*s' was changed meanwhile", STR_ARG(tag.name));
	if (rc == RC_OK)
		rc = check_form(site, form, arena, &slug, err);
	if (rc == RC_OK)
		rc = check_free(tx, id, slug, form->profile.name, now_ms, arena, other, err);
	if (rc == RC_OK) /* each change has a time of its own: it is what a later one is compared with */
		rc = profile_change_tag(tx, site, actor, tag.slug, &form->profile,
					now_ms > tag.updated_ms ? now_ms : tag.updated_ms + 1, err);
	if (rc == RC_OK)
		rc = set_slug(tx, id, slug, now_ms, arena, err);
	if (rc == RC_OK && !str_eq(tag.name, str_trim(form->profile.name)))
		rc = follow(tx, id, now_ms, err);
	return rc;
}

enum rc tagging_merge(struct db_tx *tx, struct actor actor, const struct tag *from, const struct tag *into,
		      int64_t now_ms, struct arena *arena, struct err *err)
{
	enum rc rc = only_editors(tx, actor, err);
	if (rc == RC_OK && from->id == into->id)
		rc = err_set(err, RC_INVALID, "a tag cannot be merged into itself");
	if (rc == RC_OK)
		rc = follow(tx, from->id, now_ms, err);
	if (rc == RC_OK)
		rc = tag_move_posts(tx, from->id, into->id, err);
	if (rc == RC_OK)
		rc = tag_delete(tx, from->id, err);
	return rc == RC_OK ? leave_redirect(tx, from->slug, into->slug, now_ms, arena, err) : rc;
}

enum rc tagging_delete(struct db_tx *tx, struct actor actor, const struct tag *tag, int64_t now_ms, struct err *err)
{
	enum rc rc = only_editors(tx, actor, err);
	if (rc == RC_OK)
		rc = follow(tx, tag->id, now_ms, err);
	return rc == RC_OK ? tag_delete(tx, tag->id, err) : rc;
}
