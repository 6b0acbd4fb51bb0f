/* redirects.c: what editors do with redirects: reading what they wrote, and storing it. */
#include "base/base.h"

#include "base/url.h"
#include "base/utf8.h"
#include "core/redirects.h"
#include "core/whereto.h"

#define TO_MAX_B 2000

static enum rc only_editors(struct db_tx *tx, struct actor actor, struct err *err)
{
	if (actor.role < ROLE_EDITOR)
		return err_set(err, RC_DENIED, "only editors and owners change redirects");
	return actor_hold(tx, actor, err);
}

/* The lists of tags and authors ask for redirects too, other addresses of the program do not. */
static bool is_of_list(struct str path)
{
	static const char *const starts[] = { "/tag/", "/author/" };
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (str_starts(path, str_of(starts[i])))
			return str_find_char(str_from(path, strlen(starts[i])), '/') < 0;
	return false;
}

static enum redirect_problem read_from(const struct site *site, struct str written, struct arena *arena, struct str *out)
{
	struct str path = whereto_path(site, written, arena);
	if (!str_given(path) && !str_starts(written, STR("//")) && str_find(written, STR(":")) < 0)
		path = address_tidy(written, arena); /* "old/page.html" */
	if (!str_given(path) || path.n < 2 || path.n > ADDRESS_PATH_MAX_B || str_has_control(path) || !utf8_valid(path))
		return REDIRECT_FROM;
	if (address_is_reserved(path) && !is_of_list(path))
		return REDIRECT_OWN;
	*out = path;
	return REDIRECT_FINE;
}

static bool read_status(struct str written, int64_t *out)
{
	static const int64_t known[] = { 301, 302, 410 };
	int64_t status = 301;
	if (!str_empty(written) && !str_to_i64(written, &status))
		return false;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (status == known[i])
			return *out = status, true;
	return false;
}

/* An own address is stored as a path, so that it holds when the site moves. */
static bool read_to(const struct site *site, struct str written, struct arena *arena, struct str *out)
{
	static const char *const web[] = { "http", "https", NULL };
	if (str_empty(written) || written.n > TO_MAX_B || str_has_control(written) || !utf8_valid(written) ||
	    str_find_char(written, ' ') >= 0 || str_find_char(written, '\\') >= 0)
		return false;
	struct str path = whereto_path(site, written, arena);
	if (!str_given(path))
		return *out = written, !str_starts(written, STR("//")) && url_is_absolute(written) && url_is_safe(written, web);
	/* Decoded, it would say something else in a Location: "/%2Fevil.example". */
	if (str_has_control(path) || str_starts(path, STR("//")))
		return false;
	size_t end = 0;
	while (end < written.n && written.p[end] != '?' && written.p[end] != '#')
		end++;
	*out = ARENA_JOIN(arena, path, str_from(written, end));
	return true;
}

enum rc redirects_read(struct db_ro *db, const struct site *site, const struct redirect_form *form, int64_t now_ms,
		       struct arena *arena, struct redirect *out, enum redirect_problem *problem, struct err *err)
{
	struct redirect r = { .to_path = STR_NONE, .created_ms = now_ms };
	struct str to = str_trim(form->to);
	struct whereto end;
	*problem = read_from(site, str_trim(form->from), arena, &r.from_path);
	if (*problem == REDIRECT_FINE && !read_status(str_trim(form->status), &r.status))
		*problem = REDIRECT_STATUS;
	if (*problem == REDIRECT_FINE && (r.status == 410 ? !str_empty(to) : !read_to(site, to, arena, &r.to_path)))
		*problem = REDIRECT_TO;
	if (*problem == REDIRECT_FINE && r.status != 410) {
		enum rc rc = whereto(db, site, r.to_path, now_ms, arena, &end, err);
		if (rc != RC_OK)
			return rc;
		if (str_given(end.path) && str_eq(end.path, r.from_path))
			*problem = REDIRECT_LOOP;
		/* Follows the post wherever it moves. */
		if (end.post_id && str_eq(end.path, r.to_path)) {
			r.post_id = end.post_id;
			r.to_path = STR_NONE;
		}
	}
	if (*problem != REDIRECT_FINE)
		return err_set(err, RC_INVALID, "the redirect is not right");
	*out = r;
	return RC_OK;
}

static enum rc check_free(struct db_tx *tx, struct str from, struct str old, struct arena *arena,
			  enum redirect_problem *problem, struct err *err)
{
	struct redirect other;
	struct str target;
	struct err none = ERR_INIT;
	if (str_given(old) && str_eq(old, from))
		return RC_OK;
	enum rc rc = redirect_get(db_tx_ro(tx), from, arena, &other, &target, &none);
	if (rc == RC_NOTFOUND || (rc == RC_OK && !str_eq(other.from_path, from)))
		return RC_OK;
	*problem = rc == RC_OK ? REDIRECT_TAKEN : *problem;
	return rc == RC_OK ? err_set(err, RC_INVALID, "there is a redirect from there already")
			   : err_set(err, rc, "%s", none.msg);
}

enum rc redirects_put(struct db_tx *tx, const struct site *site, struct actor actor, const struct redirect_form *form,
		      struct str old, int64_t now_ms, struct arena *arena, struct redirect *out,
		      enum redirect_problem *problem, struct err *err)
{
	struct redirect r;
	struct whereto end;
	*problem = REDIRECT_FINE;
	enum rc rc = only_editors(tx, actor, err);
	if (rc == RC_OK)
		rc = redirects_read(db_tx_ro(tx), site, form, now_ms, arena, &r, problem, err);
	if (rc == RC_OK)
		rc = check_free(tx, r.from_path, old, arena, problem, err);
	if (rc == RC_OK && str_given(old))
		rc = redirect_delete(tx, old, err);
	if (rc == RC_OK)
		rc = redirect_put(tx, &r, err);
	if (rc == RC_OK && str_given(r.to_path))
		rc = whereto(db_tx_ro(tx), site, r.to_path, now_ms, arena, &end, err);
	if (rc == RC_OK && str_given(r.to_path) && end.kind == WHERETO_LOOP) {
		*problem = REDIRECT_LOOP;
		rc = err_set(err, RC_INVALID, "the redirect would lead in a circle");
	}
	if (rc == RC_OK)
		*out = r;
	return rc;
}

enum rc redirects_delete(struct db_tx *tx, struct actor actor, struct str from_path, struct err *err)
{
	enum rc rc = only_editors(tx, actor, err);
	return rc == RC_OK ? redirect_delete(tx, from_path, err) : rc;
}
