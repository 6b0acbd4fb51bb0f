/* first_run.c: the first owner, made in the browser by whoever can read the data folder. */
#include "base/base.h"

#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "core/first_run.h"
#include "core/settings.h"
#include "core/throttle.h"
#include "crypt/digest.h"
#include "crypt/rand.h"

#define FILE_MAX_B 1024 /* editors of hosting panels may add a line */

static const char *token_path(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, FIRST_RUN_FILE);
}

enum rc first_run_is_open(struct db_ro *db, bool *out, struct err *err)
{
	bool there = true;
	enum rc rc = user_role_exists(db, STR(USER_ROLE_OWNER), &there, err);
	if (rc == RC_OK)
		*out = !there;
	return rc;
}

/* RC_NOTFOUND: no file, or none with a token in it. */
static enum rc read_token(const char *path, struct arena *arena, struct str *out, struct err *err)
{
	struct str text;
	enum rc rc = file_load(path, FILE_MAX_B, arena, &text, err);
	if (rc != RC_OK)
		return rc;
	*out = str_trim(text);
	return out->n == SECRET_TOKEN_CHARS ? RC_OK : err_set(err, RC_NOTFOUND, "'%s' has no token", path);
}

enum rc first_run_prepare(const struct conf *conf, struct arena *arena, const char **path, struct err *err)
{
	char token[SECRET_TOKEN_CHARS + 2];
	struct str there;
	struct err why = ERR_INIT;
	*path = token_path(conf, arena);
	enum rc rc = read_token(*path, arena, &there, &why);
	if (rc == RC_OK)
		return RC_OK;
	if (rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", why.msg);
	rand_base62(token, SECRET_TOKEN_CHARS);
	token[SECRET_TOKEN_CHARS] = '\n';
	rc = file_write(*path, str_n(token, SECRET_TOKEN_CHARS + 1), 0600, err);
	secret_wipe(token, sizeof token);
	if (rc == RC_OK)
		LOG(LOG_WARN, "the site has no owner: the token for the first is in this file", LOG_S("path", str_of(*path)));
	return rc;
}

enum rc first_run_check(const struct conf *conf, struct db_rw *traffic, struct str token, struct str remote_addr,
			int64_t now_ms, struct arena *arena, int64_t *wait_ms, struct err *err)
{
	struct throttle throttle = throttle_of_address(STR("first-run"), remote_addr, now_ms, arena);
	struct err why = ERR_INIT;
	struct str right;
	int64_t number;
	enum rc rc = throttle_take(traffic, &throttle, &number, wait_ms, err);
	if (rc != RC_OK)
		return rc;
	rc = read_token(token_path(conf, arena), arena, &right, &why);
	if (rc != RC_OK || !secret_eq(right, str_trim(token)))
		return err_set(err, RC_DENIED, "this is not the token");
	return throttle_right_alone(traffic, number, err);
}

static enum rc set_title(struct db_tx *tx, struct str title, int64_t now_ms, struct err *err)
{
	bool rebuild; /* a title stands in no stored text */
	return str_empty(title) ? RC_OK
				: setting_change(tx, ACTOR_SYSTEM, STR("title"), title, now_ms, &rebuild, err);
}

enum rc first_run_take(struct db_tx *tx, const struct user_new *person, struct str hash, struct str title,
		       int64_t now_ms, struct arena *arena, struct user *out, struct err *err)
{
	bool open = false;
	int64_t id = 0;
	struct user_new owner = *person;
	owner.role = ROLE_OWNER;
	enum rc rc = first_run_is_open(db_tx_ro(tx), &open, err);
	if (rc == RC_OK && !open)
		rc = err_set(err, RC_NOTFOUND, "there is an owner already");
	if (rc == RC_OK)
		rc = people_create(tx, ACTOR_SYSTEM, &owner, hash, now_ms, &id, err);
	if (rc == RC_OK)
		rc = set_title(tx, title, now_ms, err);
	return rc == RC_OK ? user_get(db_tx_ro(tx), id, now_ms, arena, out, err) : rc;
}

void first_run_end(const struct conf *conf, struct arena *arena)
{
	struct err why = ERR_INIT;
	if (file_remove_tree(token_path(conf, arena), &why) != RC_OK)
		log_err(LOG_WARN, "the token of the first run stays, and opens nothing any more", &why);
}
