/* author.c: people as authors are named: by their name, and where that is another's, too, as "Name (slug)". */
#include "base/base.h"

#include "core/author.h"

/* "Name (slug)", both being that person's. A name that looks like that is nobody else's way to stand for somebody:
 * whoever has the slug comes first. */
static enum rc find_labelled(struct db_ro *db, struct str text, struct arena *arena, struct user *out, struct err *err)
{
	ptrdiff_t open = str_rfind_char(text, '(');
	struct user user;
	if (open < 2 || text.p[open - 1] != ' ' || text.p[text.n - 1] != ')')
		return err_set(err, RC_NOTFOUND, "there is no such person");
	struct str name = str_sub(text, 0, (size_t)open - 1), slug = str_sub(text, (size_t)open + 1, text.n - 1);
	enum rc rc = user_by_slug(db, slug, INT64_MAX, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	if (!str_eq(user.name, name))
		return err_set(err, RC_NOTFOUND, "there is no such person");
	*out = user;
	return RC_OK;
}

static enum rc find_of_post(struct db_ro *db, int64_t post_id, struct str name, struct arena *arena, struct user *out,
			    struct err *err)
{
	struct users users = { NULL, 0 };
	enum rc rc = post_id ? user_list_of_post(db, post_id, arena, &users, err) : RC_OK;
	for (size_t i = 0; i < users.count; i++) {
		if (str_eq(users.items[i].name, name)) {
			*out = users.items[i];
			return RC_OK;
		}
	}
	return rc == RC_OK ? err_set(err, RC_NOTFOUND, "there is no such person") : rc;
}

static enum rc find_only(struct db_ro *db, struct str name, struct arena *arena, struct user *out, struct err *err)
{
	struct user user;
	bool several = false;
	enum rc rc = user_by_name(db, name, INT64_MAX, arena, &user, err);
	if (rc == RC_OK)
		rc = user_name_is_shared(db, name, &several, err);
	if (rc == RC_OK && several)
		rc = err_set(err, RC_CONFLICT, "several people are called '%.*s': say 'Name (slug)'", STR_ARG(name));
	if (rc == RC_OK)
		*out = user;
	return rc;
}

enum rc author_find(struct db_ro *db, int64_t post_id, struct str text, struct arena *arena, struct user *out,
		    struct err *err)
{
	struct str name = str_trim(text);
	enum rc rc = find_labelled(db, name, arena, out, err);
	if (rc == RC_NOTFOUND)
		rc = find_of_post(db, post_id, name, arena, out, err);
	if (rc == RC_NOTFOUND)
		rc = find_only(db, name, arena, out, err);
	return rc;
}

enum rc author_label(struct db_ro *db, int64_t user_id, struct str name, struct str slug, struct arena *arena,
		     struct str *out, struct err *err)
{
	struct user user;
	bool shared = false;
	enum rc rc = find_labelled(db, name, arena, &user, err);
	bool is_anothers = rc == RC_OK && user.id != user_id;
	if (rc == RC_OK || rc == RC_NOTFOUND)
		rc = user_name_is_shared(db, name, &shared, err);
	if (rc == RC_OK)
		*out = shared || is_anothers ? ARENA_JOIN(arena, name, STR(" ("), slug, STR(")")) : name;
	return rc;
}
