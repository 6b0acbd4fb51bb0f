/* cronhook.h: a signed message asks for maintenance: once for each message.
 *
 * The signature is checked first. Then the message's id is committed as running, with a lease, before
 * anything is done; the result is stored with it (with nothing to do, both in one commit). Who sends the
 * message again gets that result and nothing is done; while it runs, he is told to come later; after a failure, or when whoever did it died,
 * it is done again. Tasks are idempotent (task.h). Source: Standard Webhooks 1.0. */
#ifndef PLATEN_CORE_CRONHOOK_H
#define PLATEN_CORE_CRONHOOK_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "crypt/webhook.h"
#include "db/db.h"

#define CRONHOOK_BODY_MAX_B ((size_t)64 << 10)
#define CRONHOOK_ALL "all"

struct db_group;

enum cronhook_outcome {
	CRONHOOK_DONE,        /* now, or it was already: `result` tells */
	CRONHOOK_FAILED,      /* a task did not go well: `result` tells which; the message may be sent again */
	CRONHOOK_RUNNING,     /* somebody else does it: come back after retry_after_s */
	CRONHOOK_CONFLICT,    /* the id belongs to another message */
	CRONHOOK_UNSIGNED,    /* no header, no right signature, or not of now: `message` tells */
	CRONHOOK_MALFORMED,   /* signed, but its body is none: `message` tells, and `option` if it is one of these */
	CRONHOOK_UNKNOWN,     /* no such task */
	CRONHOOK_CLOSED,      /* there is no key */
};

struct cronhook_answer {
	enum cronhook_outcome outcome;
	struct str result;     /* JSON, in the arena */
	bool repeated;         /* the result is of an earlier time */
	int64_t retry_after_s;
	struct str message;
	struct str option;     /* the name of one that is unknown or has a wrong value; not given: the body is wrong */
	bool has_skew;         /* the signature was right but for the time */
	int64_t skew_s;        /* the sender's clock is ahead by so much */
};

/* The keys of the settings, else the site's own. RC_NOTFOUND: there are none; RC_INVALID, RC_LIMIT: the
 * setting holds something else; the message names it and shows nothing of it. */
NODISCARD enum rc cronhook_keys(const struct conf *conf, struct db_ro *db, struct webhook_keys *out, struct err *err);
/* For the start of a program: the keys of the settings are keys. */
NODISCARD enum rc cronhook_check_keys(const struct conf *conf, struct err *err);
/* The site's own key as text in `arena`, made if there is none yet, or anew with `renew`. */
NODISCARD enum rc cronhook_own_key(struct db_rw *db, bool renew, int64_t now_ms, struct arena *arena, struct str *out,
				   struct err *err);
/* The same in a transaction of the caller. */
NODISCARD enum rc cronhook_own_key_tx(struct db_tx *tx, bool renew, int64_t now_ms, struct arena *arena,
				      struct str *out, struct err *err);
/* The site's own key, if it was made; RC_NOTFOUND. */
NODISCARD enum rc cronhook_own_key_there(struct db_ro *db, struct arena *arena, struct str *out, struct err *err);

/* Messages of one moment that find nothing to do, for a process of many threads: db/group.h. */
struct db_group *cronhook_group_new(void);
void cronhook_group_free(struct db_group *group); /* nobody is in it; NULL allowed */

/* A webhook-id that nobody else has. */
struct str cronhook_new_id(struct arena *arena);

/* A name of task.h or CRONHOOK_ALL. */
bool cronhook_is_task(struct str name);

/* Does what the message asks of `task`, or tells why not; no transaction of `db` may be open. Messages with
 * nothing to do share commits with others of `group` (NULL: none). Its body is
 * empty or {"type": ..., "timestamp": ..., "data": {"dry_run": true}}. RC_OK with any outcome; everything
 * else is a failure of ours. */
NODISCARD enum rc cronhook_answer(const struct conf *conf, struct db_rw *db, struct db_group *group,
				  struct str task, const struct webhook_message *message, int64_t now_ms,
				  struct arena *arena, struct cronhook_answer *out, struct err *err);

#endif
