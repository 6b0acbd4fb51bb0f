/* people.c: making accounts and setting passwords. */
#include "base/base.h"

#include "base/utf8.h"
#include "core/people.h"
#include "crypt/password.h"
#include "crypt/rand.h"
#include "store/user.h"
#include "text/slug.h"

#define EMAIL_MAX_B 254 /* RFC 5321 section 4.5.3.1.3, without the angle brackets */
#define NAME_MAX_B 200
#define SLUG_TRIES_MAX 1000

/* One '@' with something on both sides and nothing that could end a mail header. */
bool people_email_is_valid(struct str email)
{
	ptrdiff_t at = str_find_char(email, '@');
	if (email.n > EMAIL_MAX_B || at < 1 || (size_t)at + 1 >= email.n || str_rfind_char(email, '@') != at)
		return false;
	for (size_t i = 0; i < email.n; i++)
		if ((unsigned char)email.p[i] <= ' ' || strchr("<>()[],;:\\\"\x7F", email.p[i]))
			return false;
	return utf8_valid(email);
}

enum rc people_check(const struct user_new *user, struct err *err)
{
	if (!people_email_is_valid(user->email))
		return err_set(err, RC_INVALID, "'%.*s' is not an e-mail address", STR_ARG(user->email));
	if (user->name.n > NAME_MAX_B || !utf8_valid(user->name))
		return err_set(err, RC_INVALID, "the name is longer than %d bytes or not UTF-8", NAME_MAX_B);
	if (user->role == ROLE_NONE)
		return err_set(err, RC_INVALID, "the role is none of owner, editor, author, contributor");
	if (user->password.n < USER_PASSWORD_MIN_B)
		return err_set(err, RC_INVALID, "the password is shorter than %d bytes", USER_PASSWORD_MIN_B);
	if (user->password.n > USER_PASSWORD_MAX_B)
		return err_set(err, RC_LIMIT, "the password is longer than %d bytes", USER_PASSWORD_MAX_B);
	return RC_OK;
}

enum rc people_hash(struct str password, struct arena *arena, struct str *hash, struct err *err)
{
	char encoded[PASSWORD_HASH_MAX_B];
	enum rc rc = password_hash(password, NULL, encoded, err);
	if (rc == RC_OK)
		*hash = arena_str(arena, str_of(encoded));
	return rc;
}

struct str people_fold_email(struct str email, struct arena *arena)
{
	struct buf out = BUF_INIT(EMAIL_MAX_B * 4);
	utf8_fold_str(email, &out);
	struct str s = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return s;
}

enum rc people_create(struct db_tx *tx, struct actor actor, const struct user_new *new, struct str hash,
		      int64_t now_ms, int64_t *id, struct err *err)
{
	struct arena arena;
	char public_id[PUBLIC_ID_CHARS + 1];
	if (actor.role != ROLE_OWNER)
		return err_set(err, RC_DENIED, "only owners make accounts");
	arena_init(&arena, 1 << 20);
	rand_base62(public_id, PUBLIC_ID_CHARS);
	struct str local = str_sub(new->email, 0, (size_t)str_find_char(new->email, '@'));
	struct user user = {
		.public_id = str_of(public_id),
		.email = new->email,
		.email_folded = people_fold_email(new->email, &arena),
		.password_hash = hash,
		.role = str_of(role_name(new->role)),
		.name = str_empty(str_trim(new->name)) ? local : str_trim(new->name),
		.created_ms = now_ms,
		.updated_ms = now_ms,
	};
	struct user taken;
	enum rc rc = user_by_email(db_tx_ro(tx), user.email_folded, now_ms, &arena, &taken, err);
	if (rc == RC_OK)
		rc = err_set(err, RC_EXISTS, "there is an account with the address '%.*s'", STR_ARG(new->email));
	else if (rc == RC_NOTFOUND)
		rc = RC_OK;
	struct str slug = slug_make(&arena, user.name, SLUG_ASCII, STR_NONE, 0);
	if (str_empty(slug))
		slug = user.public_id;
	bool free_slug = false;
	for (int n = 1; rc == RC_OK && !free_slug && n < SLUG_TRIES_MAX; n++) {
		user.slug = n == 1 ? slug : arena_printf(&arena, "%.*s-%d", STR_ARG(slug), n);
		rc = user_by_slug(db_tx_ro(tx), user.slug, now_ms, &arena, &taken, err);
		free_slug = rc == RC_NOTFOUND;
		rc = free_slug ? RC_OK : rc;
	}
	if (rc == RC_OK)
		rc = user_insert(tx, &user, id, err);
	arena_release(&arena);
	return rc;
}

enum rc people_set_password(struct db_tx *tx, struct actor actor, int64_t user_id, struct str hash, int64_t now_ms,
			    struct err *err)
{
	if (actor.role != ROLE_OWNER && actor.user_id != user_id)
		return err_set(err, RC_DENIED, "only owners change other people's passwords");
	return user_set_password(tx, user_id, hash, now_ms, err);
}

struct str people_random_password(struct arena *arena)
{
	char text[21];
	rand_base32(text, 20); /* 100 bits in groups of five */
	return arena_printf(arena, "%.5s-%.5s-%.5s-%.5s", text, text + 5, text + 10, text + 15);
}
