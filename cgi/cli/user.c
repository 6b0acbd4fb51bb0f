/* user.c: `platen user`: the accounts, for whoever owns the data folder. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "core/people.h"
#include "core/place.h"
#include "core/second.h"
#include "core/team.h"
#include "store/audit.h"
#include "store/user.h"

#define LIST_PAGE 200
#define PASSWORD_LINE_MAX_B 1024

enum { OPT_ROLE, OPT_NAME, OPT_STDIN, OPT_QUIET, OPT_ACTION };

static const struct command_option options[] = {
	[OPT_ROLE] = { "--role", "ROLE", "owner, editor, author or contributor (add: author; list: all; role)" },
	[OPT_NAME] = { "--name", "NAME", "name that readers see (add)" },
	[OPT_STDIN] = { "--password-stdin", NULL, "read the password from standard input (add, passwd)" },
	[OPT_QUIET] = { "--quiet", NULL, "addresses only (list)" },
	[OPT_ACTION] = { "ACTION", NULL, "list | add EMAIL | passwd EMAIL | role EMAIL | enable EMAIL | totp-off EMAIL | password" },
	{ 0 },
};

struct user_call {
	struct command_call *call;
	const char *action, *email, *name;
	enum role role;
	bool password_stdin, quiet;
};

static int list(struct user_call *u, struct err *err)
{
	struct db_ro *db = NULL;
	struct users page = { 0 };
	int64_t after = 0;
	enum rc rc = place_open_ro(u->call->conf, &db, err);
	do {
		if (rc == RC_OK)
			rc = user_list(db, after, clock_now_ms(), LIST_PAGE, u->call->arena, &page, err);
		for (size_t i = 0; rc == RC_OK && i < page.count; i++) {
			const struct user *user = &page.items[i];
			after = user->id;
			if (u->role != ROLE_NONE && !str_is(user->role, role_name(u->role)))
				continue;
			if (u->quiet && str_given(user->email))
				printf("%.*s\n", STR_ARG(user->email));
			else if (!u->quiet)
				printf("%-12.*s %-30.*s %.*s\n", STR_ARG(user->role),
				       STR_ARG(str_given(user->email) ? user->email : STR("(no login)")),
				       STR_ARG(user->name));
		}
	} while (rc == RC_OK && page.count == LIST_PAGE);
	db_ro_close(db);
	return rc == RC_OK ? EXIT_DONE : command_fail(err);
}

/* From standard input, or made up. */
static enum rc get_password(struct user_call *u, struct str *out, struct err *err)
{
	char line[PASSWORD_LINE_MAX_B];
	if (!u->password_stdin) {
		*out = people_random_password(u->call->arena);
		return RC_OK;
	}
	if (!fgets(line, sizeof line, stdin))
		return err_set(err, RC_INVALID, "no password came on standard input");
	struct str rest = str_of(line), password = STR("");
	(void)str_line(&rest, &password);
	*out = arena_str(u->call->arena, password);
	return RC_OK;
}

/* Owners read in the audit log what was done past the admin. */
static enum rc note(struct user_call *u, struct db_tx *tx, int64_t now_ms, struct err *err)
{
	static const struct { const char *action, *noted; } words[] = {
		{ "add", "user_add" }, { "passwd", "user_passwd" }, { "totp-off", "second_off" },
		{ "role", "role" }, { "enable", "enable" },
	};
	struct audit entry = { .at_ms = now_ms, .who = STR("platen user"), .object = str_of(u->email),
			       .remote_addr = STR("") };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(u->action, words[i].action) == 0)
			entry.action = str_of(words[i].noted);
	return audit_add(tx, &entry, err);
}

/* To an account that is there. */
static enum rc apply(struct user_call *u, struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err)
{
	struct user there;
	struct arena *arena = u->call->arena;
	enum rc rc = user_by_email(db_tx_ro(tx), people_fold_email(str_of(u->email), arena), now_ms, arena, &there, err);
	if (rc == RC_NOTFOUND)
		return err_set(err, rc, "there is no account with the address '%s'", u->email);
	if (rc != RC_OK)
		return rc;
	if (strcmp(u->action, "totp-off") == 0)
		return second_off(tx, ACTOR_SYSTEM, there.id, err);
	if (strcmp(u->action, "role") == 0)
		return team_set_role(tx, ACTOR_SYSTEM, there.id, u->role, now_ms, arena, err);
	if (strcmp(u->action, "enable") == 0)
		return team_disable(tx, ACTOR_SYSTEM, there.id, false, now_ms, arena, err);
	return people_set_password(tx, ACTOR_SYSTEM, there.id, hash, now_ms, err);
}

static enum rc store(struct user_call *u, const struct user_new *user, struct str hash, struct err *err)
{
	struct db_rw *db = NULL;
	struct db_tx *tx = NULL;
	int64_t id, now_ms = clock_now_ms();
	enum rc rc = place_open_rw(u->call->conf, &db, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc == RC_OK && strcmp(u->action, "add") == 0)
		rc = people_create(tx, ACTOR_SYSTEM, user, hash, now_ms, &id, err);
	else if (rc == RC_OK)
		rc = apply(u, tx, hash, now_ms, err);
	if (rc == RC_OK)
		rc = note(u, tx, now_ms, err);
	rc = db_end(tx, rc, err);
	db_rw_close(db);
	return rc;
}

static int change(struct user_call *u, struct err *err)
{
	struct user_new user = { .email = str_of(u->email), .name = str_of(u->name),
				 .role = u->role == ROLE_NONE ? ROLE_AUTHOR : u->role };
	struct str hash;
	enum rc rc = get_password(u, &user.password, err);
	if (rc == RC_OK)
		rc = people_check(&user, err);
	if (rc == RC_OK)
		rc = people_hash(user.password, u->call->arena, &hash, err);
	if (rc == RC_OK)
		rc = store(u, &user, hash, err);
	if (rc != RC_OK)
		return command_fail(err);
	/* Only now: a password of an account that was not made would mislead. */
	if (!u->password_stdin)
		printf("password %.*s\n", STR_ARG(user.password));
	printf("%s %s\n", strcmp(u->action, "add") == 0 ? "added" : "changed the password of", u->email);
	return EXIT_DONE;
}

/* What needs no password. */
static int change_access(struct user_call *u, struct err *err)
{
	struct user_new user = { .email = str_of(u->email) };
	if (store(u, &user, STR_NONE, err) != RC_OK)
		return command_fail(err);
	if (strcmp(u->action, "role") == 0)
		printf("%s is %s\n", u->email, role_name(u->role));
	else
		printf("%s %s\n", u->email, strcmp(u->action, "enable") == 0 ? "may sign in" : "signs in with the password alone");
	return EXIT_DONE;
}

static bool is_among(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static int run(struct command_call *call)
{
	struct user_call u = { .call = call };
	struct command_args args = { .command = &command_user, .call = call };
	static const char *const with_password[] = { "add", "passwd" }, *const without[] = { "role", "enable", "totp-off" };
	struct err err = ERR_INIT;
	int at;
	while ((at = command_next(&args)) >= 0) {
		if (at == OPT_ROLE) {
			u.role = role_from_name(str_of(args.value));
			if (u.role == ROLE_NONE)
				return command_usage(&command_user, "there is no role '%s'", args.value);
		} else if (at == OPT_NAME) {
			u.name = args.value;
		} else if (at == OPT_STDIN) {
			u.password_stdin = true;
		} else if (at == OPT_QUIET) {
			u.quiet = true;
		} else if (!u.action) {
			u.action = args.value;
		} else if (!u.email) {
			u.email = args.value;
		} else {
			return command_usage(&command_user, "unexpected argument '%s'", args.value);
		}
	}
	if (at == -2)
		return EXIT_USAGE;
	if (!u.action)
		return command_usage(&command_user, "what shall be done? list, add, passwd, role, enable, totp-off or password");
	if (strcmp(u.action, "list") == 0 && !u.email)
		return list(&u, &err);
	if (strcmp(u.action, "password") == 0 && !u.email) {
		printf("%.*s\n", STR_ARG(people_random_password(call->arena)));
		return EXIT_DONE;
	}
	bool takes_password = is_among(u.action, with_password, COUNT_OF(with_password));
	if (!takes_password && !is_among(u.action, without, COUNT_OF(without)))
		return command_usage(&command_user, "there is no action '%s'", u.action);
	if (!u.email)
		return command_usage(&command_user, "%s needs an e-mail address", u.action);
	if (strcmp(u.action, "role") == 0 && u.role == ROLE_NONE)
		return command_usage(&command_user, "role needs --role");
	return takes_password ? change(&u, &err) : change_access(&u, &err);
}

const struct command command_user = {
	.name = "user",
	.usage = "user [OPTIONS] list | add EMAIL | passwd EMAIL | role EMAIL | enable EMAIL | totp-off EMAIL | password",
	.summary = "List accounts, make one, set a password or a role",
	.options = options,
	.details = "Without --password-stdin a password is made up and printed once. A changed password ends all "
		   "sessions of that person, and so does another role (role EMAIL --role ROLE); the last owner stays one. "
		   "enable lets in again whom an owner has disabled. totp-off ends the second step of somebody whose phone and "
		   "recovery codes are gone. `platen user password` only prints a random password.",
	.run = run,
};
