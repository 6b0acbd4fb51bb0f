/* hook.c: `platen hook`: keys and signatures of the cronhooks, and what they have done. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/json.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/hook.h"
#include "core/cronhook.h"
#include "core/place.h"
#include "core/task.h"
#include "store/task_run.h"

#define KEY_FILE_MAX_B ((size_t)4 << 10)

enum {
	OPT_NEW, OPT_ED25519, OPT_ID, OPT_TIMESTAMP, OPT_SIGNATURE, OPT_BODY, OPT_DRY_RUN, OPT_COUNT, OPT_DATA, OPT_KEY,
	OPT_WAIT, OPT_ACTION,
};

static const struct command_option options[] = {
	{ "--new", NULL, "key: a new key of the site instead of the one there is" },
	{ "--ed25519", NULL, "key: prints a new pair of keys for asymmetric signatures; stores nothing" },
	{ "--id", "ID", "sign, send, verify: webhook-id; sign and send make one up without it" },
	{ "--timestamp", "SECONDS", "sign, verify: webhook-timestamp; default: now" },
	{ "--signature", "TEXT", "verify: webhook-signature" },
	{ "--body", "FILE", "sign, send, verify: the exact bytes of the body; - is standard input" },
	{ "--dry-run", NULL, "run, send: only tell what would be done" },
	{ "--count", "N", "runs: how many; default 20" },
	{ "--data", "JSON", "run, send: options of the task, a JSON object: {\"limit\": 10}" },
	{ "--key", "KEY", "sign, send, verify: this key, or file:PATH that holds it, instead of the site's" },
	{ "--wait", "SECONDS", "send: how long to try again what is busy or not there; default 90" },
	{ "ACTION", "", "key, sign, send, verify, run or runs" },
	{ "TASK", "", "run, send, runs: a task, or all; send: or the address of another site's cronhook" },
	{ NULL, NULL, NULL },
};

struct hook {
	struct command_call *call;
	struct db_rw *db;
	const char *action, *task, *body_file, *key;
	struct str id, timestamp, signature, data;
	struct buf body;
	bool renew, ed25519, dry_run;
	int64_t count, wait_s;
};

static bool read_number(const char *text, int64_t least, int64_t *out)
{
	if (str_to_i64(str_of(text), out) && *out >= least)
		return true;
	command_usage(&command_hook, "'%s' is no number", text);
	return false;
}

static bool read_arguments(struct hook *h)
{
	struct command_args args = { .command = &command_hook, .call = h->call };
	for (int option; (option = command_next(&args)) != -1;) {
		switch (option) {
		case OPT_NEW: h->renew = true; break;
		case OPT_ED25519: h->ed25519 = true; break;
		case OPT_ID: h->id = str_of(args.value); break;
		case OPT_TIMESTAMP: h->timestamp = str_of(args.value); break;
		case OPT_SIGNATURE: h->signature = str_of(args.value); break;
		case OPT_BODY: h->body_file = args.value; break;
		case OPT_DRY_RUN: h->dry_run = true; break;
		case OPT_COUNT:
			if (!read_number(args.value, 1, &h->count))
				return false;
			break;
		case OPT_WAIT:
			if (!read_number(args.value, 0, &h->wait_s))
				return false;
			break;
		case OPT_DATA: h->data = str_of(args.value); break;
		case OPT_KEY: h->key = args.value; break;
		case OPT_ACTION: /* the first operand; every one is given by it */
			if (h->task)
				return command_usage(&command_hook, "unexpected argument '%s'", args.value), false;
			*(h->action ? &h->task : &h->action) = args.value;
			break;
		default: return false;
		}
	}
	return true;
}

static enum rc read_body(struct hook *h, struct err *err)
{
	if (!h->body_file)
		return RC_OK;
	if (strcmp(h->body_file, "-") == 0)
		return file_read_fd(STDIN_FILENO, "standard input", CRONHOOK_BODY_MAX_B, &h->body, err);
	return file_read(h->body_file, CRONHOOK_BODY_MAX_B, &h->body, err);
}

/* --- key --- */

static enum rc print_pair(struct err *err)
{
	char private[WEBHOOK_KEY_TEXT_MAX_B], public[WEBHOOK_KEY_TEXT_MAX_B];
	struct webhook_keys keys;
	webhook_key_make(WEBHOOK_PRIVATE, private);
	enum rc rc = webhook_keys_parse(str_of(private), &keys, err);
	if (rc != RC_OK)
		return rc;
	webhook_key_public(&keys.items[0], public);
	webhook_keys_wipe(&keys);
	printf("%s\n%s\n", private, public);
	return RC_OK;
}

static enum rc do_key(struct hook *h, struct err *err)
{
	struct str key;
	if (h->ed25519)
		return print_pair(err);
	if (str_given(h->call->conf->hook_keys) && !h->renew) {
		printf("%.*s\n", STR_ARG(h->call->conf->hook_keys));
		return RC_OK;
	}
	enum rc rc = cronhook_own_key(h->db, h->renew, clock_now_ms(), h->call->arena, &key, err);
	if (rc == RC_OK)
		printf("%.*s\n", STR_ARG(key));
	return rc;
}

/* --- sign, verify, send --- */

/* A key on the command line is seen by whoever lists processes: hence the file. */
static enum rc read_keys(struct hook *h, struct webhook_keys *out, struct err *err)
{
	struct str text = str_of(h->key);
	enum rc rc = RC_OK;
	if (!h->key)
		return cronhook_keys(h->call->conf, h->db ? db_rw_ro(h->db) : NULL, out, err);
	if (str_starts(text, STR("file:")))
		rc = file_load(h->key + 5, KEY_FILE_MAX_B, h->call->arena, &text, err);
	if (rc == RC_OK)
		rc = webhook_keys_parse(text, out, err);
	if (rc != RC_OK)
		err_prefix(err, "--key");
	return rc;
}

static enum rc do_send(struct hook *h, struct err *err)
{
	struct webhook_keys keys;
	struct hook_message message = {
		.where = str_of(h->task), .data = h->data, .id = h->id, .dry_run = h->dry_run, .wait_s = h->wait_s,
		.body = h->body_file ? buf_view(&h->body) : STR_NONE,
	};
	enum rc rc = read_keys(h, &keys, err);
	if (rc != RC_OK)
		return rc;
	rc = hook_send_and_print(h->call, &keys, &message, err);
	webhook_keys_wipe(&keys);
	return rc;
}

static struct webhook_message message_of(struct hook *h)
{
	if (!str_given(h->id))
		h->id = cronhook_new_id(h->call->arena);
	if (!str_given(h->timestamp))
		h->timestamp = arena_printf(h->call->arena, "%lld", (long long)(clock_now_ms() / 1000));
	return (struct webhook_message){ h->id, h->timestamp, h->signature, buf_view(&h->body) };
}

static enum rc do_sign(struct hook *h, struct err *err)
{
	struct webhook_keys keys;
	struct buf signature = BUF_INIT(4096);
	struct webhook_message message = message_of(h);
	enum rc rc = read_keys(h, &keys, err);
	if (rc == RC_OK)
		rc = webhook_sign(&keys, &message, &signature, err);
	if (rc == RC_OK)
		printf("webhook-id: %.*s\nwebhook-timestamp: %.*s\nwebhook-signature: %.*s\n", STR_ARG(message.id),
		       STR_ARG(message.timestamp), STR_ARG(buf_view(&signature)));
	buf_release(&signature);
	return rc;
}

static enum rc do_verify(struct hook *h, struct err *err)
{
	struct webhook_keys keys;
	int64_t skew_s = 0;
	struct webhook_message message = message_of(h);
	enum rc rc = read_keys(h, &keys, err);
	if (rc == RC_OK)
		rc = webhook_verify(&keys, &message, clock_now_ms() / 1000, &skew_s, err);
	if (rc == RC_OK)
		printf("the signature is right, %lld seconds %s\n", (long long)llabs(skew_s), skew_s <= 0 ? "old" : "ahead");
	return rc;
}

/* --- run, runs --- */

static enum rc read_options(struct hook *h, const struct task *task, struct task_options *out, struct err *err)
{
	struct json *data = NULL;
	struct str option;
	enum rc rc = str_given(h->data) ? json_parse(h->data, CRONHOOK_BODY_MAX_B, &data, err) : RC_OK;
	if (rc == RC_OK)
		rc = task_options_read(data, task, out, &option, err);
	json_free(data);
	if (rc == RC_OK && h->dry_run)
		out->dry_run = true;
	return rc == RC_OK ? rc : (err_prefix(err, "--data"), rc);
}

static enum rc do_run(struct hook *h, struct err *err)
{
	const struct task *task = h->task ? task_find(str_of(h->task)) : NULL;
	struct task_options wanted;
	int failed = 0;
	if (h->task && !task && strcmp(h->task, CRONHOOK_ALL) != 0)
		return err_set(err, RC_NOTFOUND, "there is no task '%s'", h->task);
	enum rc rc = read_options(h, task, &wanted, err);
	if (rc != RC_OK)
		return rc;
	struct json *rows = json_new_list();
	struct buf text = BUF_INIT((size_t)1 << 20);
	rc = tasks_run(h->call->conf, h->db, task, &wanted, clock_now_ms(), rows, &failed, NULL, err);
	for (size_t i = 0; i < json_count(rows); i++) {
		json_write(json_at(rows, i), JSON_LINE, &text);
		BUF_LIT(&text, "\n");
	}
	fwrite(text.bytes ? text.bytes : "", 1, text.len, stdout);
	if (rc == RC_OK && failed)
		rc = err_set(err, RC_INTERNAL, "%d of %zu tasks failed", failed, json_count(rows));
	json_free(rows);
	buf_release(&text);
	return rc;
}

static enum rc print_overdue(struct hook *h, struct err *err)
{
	struct json *names = json_new_list();
	enum rc rc = tasks_overdue(db_rw_ro(h->db), clock_now_ms(), names, err);
	for (size_t i = 0; i < json_count(names); i++)
		printf("overdue: %.*s\n", STR_ARG(json_text(json_at(names, i), STR(""))));
	json_free(names);
	return rc;
}

static enum rc do_runs(struct hook *h, struct err *err)
{
	struct task_runs runs;
	enum rc rc = task_run_list(db_rw_ro(h->db), str_of(h->task), h->count, h->call->arena, &runs, err);
	for (size_t i = 0; rc == RC_OK && i < runs.count; i++) {
		const struct task_run *run = &runs.items[i];
		printf("%.*s  %-8.*s  %-6s %6lld ms  %.*s\n", STR_ARG(date_rfc3339(h->call->arena, zone_utc(), run->started_ms)),
		       STR_ARG(run->task), !run->ok ? "FAILED" : run->dry_run ? "dry" : "ok",
		       (long long)run->duration_ms, STR_ARG(run->result));
	}
	if (rc == RC_OK && runs.count == 0)
		printf("no task has run yet\n");
	return rc == RC_OK ? print_overdue(h, err) : rc;
}

static const struct {
	const char *name;
	enum rc (*run)(struct hook *h, struct err *err);
} actions[] = {
	{ "key", do_key }, { "sign", do_sign }, { "send", do_send }, { "verify", do_verify },
	{ "run", do_run }, { "runs", do_runs },
};

/* With a key at hand a message is sent, signed or verified where there is no site. */
static bool needs_site(const struct hook *h)
{
	bool has_key = h->key || str_given(h->call->conf->hook_keys);
	return !has_key || (strcmp(h->action, "send") != 0 && strcmp(h->action, "sign") != 0 &&
			    strcmp(h->action, "verify") != 0);
}

static int run(struct command_call *call)
{
	struct hook h = { .call = call, .count = 20, .wait_s = 90, .body = BUF_INIT(CRONHOOK_BODY_MAX_B) };
	struct err err = ERR_INIT;
	size_t at = 0;
	if (!read_arguments(&h))
		return EXIT_USAGE;
	while (at < COUNT_OF(actions) && (!h.action || strcmp(h.action, actions[at].name) != 0))
		at++;
	if (at == COUNT_OF(actions))
		return command_usage(&command_hook, "%s", h.action ? "there is no such action" : "an action is missing");
	enum rc rc = needs_site(&h) ? place_open_rw(call->conf, &h.db, &err) : RC_OK;
	if (rc == RC_OK)
		rc = read_body(&h, &err);
	if (rc == RC_OK)
		rc = actions[at].run(&h, &err);
	db_rw_close(h.db);
	buf_release(&h.body);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

const struct command command_hook = {
	.name = "hook",
	.usage = "hook key|sign|send|verify|run|runs [OPTION ...] [TASK|URL]",
	.summary = "Keys, signatures and records of the cronhooks",
	.details = "Maintenance runs when somebody posts a signed message to /cronhooks/TASK (ttl, publish, optimize, or all): "
		   "a cron job with curl, a systemd timer, a hosted service. Signatures are those of Standard Webhooks.\n\n"
		   "key prints the site's key and makes one first if there is none; sign prints the three headers for a "
		   "body; send signs and sends a message to the site, as any cron would, again with the same id when it "
		   "was not taken, and prints a line a task; verify checks headers; run does a task at once, without a "
		   "message; runs lists what was done and "
		   "names tasks that are overdue.",
	.options = options,
	.run = run,
};
