/* hook_send.h: sends a signed message, once: to this site's own cronhooks or to somebody else.
 *
 * Source: Standard Webhooks 1.0: who sends a message again keeps its id and signs it anew with the time. */
#ifndef PLATEN_CORE_HOOK_SEND_H
#define PLATEN_CORE_HOOK_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"
#include "crypt/webhook.h"

#define HOOK_SEND_ANSWER_MAX_B ((size_t)1 << 20)

struct sockaddr;

struct hook_send {
	struct str url;
	struct str via;                       /* fetch.h; STR_NONE */
	const char *ca_file;                  /* fetch.h; NULL */
	const struct webhook_keys *keys;
	struct str id;                        /* webhook-id: cronhook_new_id() */
	struct str body;
	int timeout_ms;                       /* 0: fetch.h's */
	bool (*allowed)(const struct sockaddr *address); /* guard_is_public for strangers' addresses */
	bool (*cancelled)(void *ctx);
	void *ctx;
};

struct hook_sent {
	int status;             /* 200 ... */
	struct str body;        /* of the answer, in the arena */
	bool done;              /* 2xx */
	bool again;             /* sent again with the same id it may be taken: 408, 409 with a time, 429, 5xx */
	int64_t retry_after_s;  /* what the answer says; -1: nothing */
	int64_t duration_ms;
};

/* RC_OK with any answer. The codes of fetch() and webhook_sign() otherwise. Blocks; any thread. */
NODISCARD enum rc hook_send(const struct hook_send *message, struct arena *arena, struct hook_sent *out,
			    struct err *err);

/* Whether that success is an answer of a site's own cronhook: any other server says 200 to what it does not know,
 * only a cronhook has rows. `answer`: its body as JSON, NULL: it is none. RC_DENIED with where to look. */
NODISCARD enum rc hook_send_check_own(const struct hook_sent *sent, const struct json *answer, struct err *err);

/* Sets url, via and ca_file of `out` for the site's own cronhook `task`, by PLATEN_CRON_URL. */
void hook_send_to_self(const struct conf *conf, struct str task, struct arena *arena, struct hook_send *out);
/* RC_INVALID: PLATEN_CRON_URL is neither an address nor unix:/PATH nor HOST:PORT, or there is no PLATEN_CA_FILE. */
NODISCARD enum rc hook_send_check(const struct conf *conf, struct err *err);

/* {"type": TYPE, "timestamp": ..., "data": ...} in `arena`; `data` is borrowed, NULL: {}. RC_LIMIT: longer than
 * a cronhook takes. */
NODISCARD enum rc hook_send_body(struct str type, const struct json *data, int64_t now_ms, struct arena *arena,
				 struct str *out, struct err *err);

#endif
