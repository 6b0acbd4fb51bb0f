/* profile.c: what readers are told about tags and authors. */
#include "base/base.h"

#include "base/url.h"
#include "base/utf8.h"
#include "core/profile.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/markdown.h"

static enum rc check_text(const char *field, struct str value, size_t max_b, struct err *err)
{
	if (value.n > max_b)
		return err_set(err, RC_LIMIT, "%s is longer than %zu bytes", field, max_b);
	if (!utf8_valid(value))
		return err_set(err, RC_INVALID, "%s is not valid UTF-8", field);
	return RC_OK;
}

enum rc profile_check(const struct profile *change, struct err *err)
{
	static const char *const web[] = { "http", "https", NULL };
	enum rc rc = check_text("the name", change->name, PROFILE_NAME_MAX_B, err);
	if (rc == RC_OK && str_given(change->name) && str_empty(str_trim(change->name)))
		rc = err_set(err, RC_INVALID, "the name is empty");
	if (rc == RC_OK)
		rc = check_text("the text", change->text, PROFILE_TEXT_MAX_B, err);
	if (rc == RC_OK)
		rc = check_text("the picture's address", change->picture, PROFILE_URL_MAX_B, err);
	if (rc == RC_OK && !url_is_safe(change->picture, web))
		rc = err_set(err, RC_INVALID, "'%.*s' cannot be a picture's address", STR_ARG(change->picture));
	if (rc == RC_OK)
		rc = check_text("the website", change->website, PROFILE_URL_MAX_B, err);
	if (rc == RC_OK && !str_empty(change->website) &&
	    (!url_is_absolute(change->website) || !url_is_safe(change->website, web)))
		rc = err_set(err, RC_INVALID, "'%.*s' is not the address of a website", STR_ARG(change->website));
	return rc;
}

static enum rc render(const struct site *site, struct str source, struct arena *arena, struct str *html,
		      struct err *err)
{
	struct markdown_options options = { .raw_html = MARKDOWN_RAW_FILTERED, .smart = site->smart, .extras = true };
	struct markdown_result result;
	enum rc rc = markdown_render(source, &options, arena, &result, err);
	if (rc == RC_OK)
		*html = str_n(result.html.p, result.html.n);
	return rc;
}

/* Takes what is given into the stored fields; *html follows *text. */
static enum rc take(const struct profile *change, const struct site *site, struct str *name, struct str *text,
		    struct str *html, struct str *picture, struct arena *arena, struct err *err)
{
	if (str_given(change->name))
		*name = str_trim(change->name);
	if (str_given(change->picture))
		*picture = change->picture;
	if (!str_given(change->text))
		return RC_OK;
	*text = change->text;
	return render(site, change->text, arena, html, err);
}

enum rc profile_change_tag(struct db_tx *tx, const struct site *site, struct actor actor, struct str slug,
			   const struct profile *change, int64_t now_ms, struct err *err)
{
	struct arena arena;
	struct tag tag;
	if (actor.role < ROLE_EDITOR)
		return err_set(err, RC_DENIED, "only editors and owners change tags");
	enum rc rc = profile_check(change, err);
	if (rc == RC_OK)
		rc = actor_hold(tx, actor, err);
	if (rc != RC_OK)
		return rc;
	arena_init(&arena, ARENA_MAX_B);
	rc = tag_by_slug(db_tx_ro(tx), slug, now_ms, &arena, &tag, err);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, rc, "there is no tag '%.*s'", STR_ARG(slug));
	if (rc == RC_OK)
		rc = take(change, site, &tag.name, &tag.description, &tag.description_html, &tag.image, &arena, err);
	if (rc == RC_OK) {
		tag.updated_ms = now_ms;
		rc = tag_update(tx, &tag, err);
	}
	arena_release(&arena);
	return rc;
}

enum rc profile_change_author(struct db_tx *tx, const struct site *site, struct actor actor, struct str slug,
			      const struct profile *change, int64_t now_ms, struct err *err)
{
	struct arena arena;
	struct user user;
	enum rc rc = profile_check(change, err);
	if (rc == RC_OK)
		rc = actor_hold(tx, actor, err);
	if (rc != RC_OK)
		return rc;
	arena_init(&arena, ARENA_MAX_B);
	rc = user_by_slug(db_tx_ro(tx), slug, now_ms, &arena, &user, err);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, rc, "there is no author '%.*s'", STR_ARG(slug));
	if (rc == RC_OK && actor.role != ROLE_OWNER && actor.user_id != user.id)
		rc = err_set(err, RC_DENIED, "only owners change other people's profiles");
	if (rc == RC_OK)
		rc = take(change, site, &user.name, &user.bio, &user.bio_html, &user.picture, &arena, err);
	if (rc == RC_OK) {
		if (str_given(change->website))
			user.website = change->website;
		user.updated_ms = now_ms;
		rc = user_update(tx, &user, err);
	}
	arena_release(&arena);
	return rc;
}
