/* user.h: people: authors with and without a login. */
#ifndef PLATEN_STORE_USER_H
#define PLATEN_STORE_USER_H

#include "db/db.h"

#define USER_ROLE_OWNER "owner"
#define USER_ROLE_EDITOR "editor"
#define USER_ROLE_AUTHOR "author"
#define USER_ROLE_CONTRIBUTOR "contributor"

struct user {
	int64_t id;
	struct str public_id;     /* short, random, unique; made by core */
	struct str email;         /* STR_NONE: an author without a login */
	struct str email_folded;  /* as core folds it; unique; STR_NONE with email */
	struct str password_hash; /* STR_NONE: cannot log in by password */
	struct str role;          /* USER_ROLE_* */
	struct str name;
	struct str slug;          /* unique */
	struct str bio;           /* Markdown */
	struct str bio_html;
	struct str picture, website, lang, timezone;
	int64_t epoch;            /* sessions of an older epoch are over */
	int64_t count;            /* visible posts at now_ms */
	int64_t disabled_ms;      /* 0: not disabled */
	int64_t created_ms, updated_ms;
};

struct users {
	struct user *items;
	size_t count;
};

/* RC_NOTFOUND. Text lives in `arena`. `now_ms` is for the count. */
NODISCARD enum rc user_get(struct db_ro *db, int64_t id, int64_t now_ms, struct arena *arena, struct user *out,
			   struct err *err);
NODISCARD enum rc user_by_public_id(struct db_ro *db, struct str public_id, int64_t now_ms, struct arena *arena,
				    struct user *out, struct err *err);
NODISCARD enum rc user_by_slug(struct db_ro *db, struct str slug, int64_t now_ms, struct arena *arena,
			       struct user *out, struct err *err);
NODISCARD enum rc user_by_email(struct db_ro *db, struct str email_folded, int64_t now_ms, struct arena *arena,
				struct user *out, struct err *err);
/* The one with the lowest id of exactly that name: how an import finds its authors. */
NODISCARD enum rc user_by_name(struct db_ro *db, struct str name, int64_t now_ms, struct arena *arena,
			       struct user *out, struct err *err);
/* Whether several people have exactly that name. */
NODISCARD enum rc user_name_is_shared(struct db_ro *db, struct str name, bool *out, struct err *err);
/* By id, at most `limit`, beginning behind after_id (0: from the start). */
NODISCARD enum rc user_list(struct db_ro *db, int64_t after_id, int64_t now_ms, int64_t limit,
			    struct arena *arena, struct users *out, struct err *err);
/* The authors of one post in its order, without counts and without password_hash. */
NODISCARD enum rc user_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct users *out,
				    struct err *err);
/* How many can sign in with that role: those with a password who are not disabled. */
NODISCARD enum rc user_count_role(struct db_ro *db, struct str role, int64_t *out, struct err *err);

/* Whether anybody has that role, with a login or without. */
NODISCARD enum rc user_role_exists(struct db_ro *db, struct str role, bool *out, struct err *err);
/* Whether that person is there, not disabled and has that role. */
NODISCARD enum rc user_has_role(struct db_ro *db, int64_t id, struct str role, bool *out, struct err *err);

/* RC_EXISTS: e-mail, slug or public id is taken; the message names it. */
NODISCARD enum rc user_insert(struct db_tx *tx, const struct user *user, int64_t *id, struct err *err);
/* Writes every field but id, public_id, password_hash, epoch, created_ms. RC_NOTFOUND, RC_EXISTS. */
NODISCARD enum rc user_update(struct db_tx *tx, const struct user *user, struct err *err);
/* A new password hash and a new epoch: all sessions end. RC_NOTFOUND. */
NODISCARD enum rc user_set_password(struct db_tx *tx, int64_t id, struct str password_hash, int64_t now_ms,
				    struct err *err);
/* The same password hashed anew: sessions stay. Nothing happens when old_hash is no longer the stored one. */
NODISCARD enum rc user_renew_hash(struct db_tx *tx, int64_t id, struct str old_hash, struct str new_hash,
				  int64_t now_ms, struct err *err);

/* A new epoch: all sessions end. RC_NOTFOUND. */
NODISCARD enum rc user_end_sessions(struct db_tx *tx, int64_t id, struct err *err);
/* Whoever wrote with both of them stays once. O(posts of from_id). */
NODISCARD enum rc user_move_posts(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err);
/* The person's posts are moved before. RC_INVALID: they are not; RC_NOTFOUND. */
NODISCARD enum rc user_delete(struct db_tx *tx, int64_t id, struct err *err);

#endif
