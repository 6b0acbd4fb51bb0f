/* config.c: `platen config`: the settings of the process and of the site. */
#include "base/base.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/rebuild.h"
#include "core/people.h"
#include "core/place.h"
#include "core/settings.h"
#include "store/setting.h"

#define VALUE_MAX_B (1u << 20)
#define SHOWN_CHARS 60

enum { OPT_STDIN, OPT_ACTION };

static const struct command_option options[] = {
	[OPT_STDIN] = { "--stdin", NULL, "read the value from standard input (set, set-password)" },
	[OPT_ACTION] = { "ACTION", NULL, "set KEY VALUE | reset KEY | get KEY | set-password | none: print all" },
	{ 0 },
};

static void print_process(const struct conf *conf)
{
	struct buf out = BUF_INIT(VALUE_MAX_B);
	conf_print(conf, &out);
	puts("# Settings of the process: environment or platen.env");
	fwrite(buf_view(&out).p, 1, out.len, stdout);
	buf_release(&out);
}

static void print_setting(const struct setting_def *def, struct str value, bool own)
{
	if (def->type == SETTING_SECRET && value.n > 0)
		value = STR("(secret)");
	struct str shown = utf8_cut_chars(value, SHOWN_CHARS);
	printf("%-20s %-8s %.*s%s\n", def->key, own ? "set" : "default", STR_ARG(shown),
	       shown.n < value.n ? "..." : "");
	printf("%-20s          %s\n", "", def->help);
}

static enum rc print_site(struct command_call *call, struct err *err)
{
	struct db_ro *db = NULL;
	size_t count;
	const struct setting_def *table = settings_table(&count);
	enum rc rc = place_open_ro(call->conf, &db, err);
	if (rc == RC_OK)
		puts("\n# Settings of the site: `platen config set KEY VALUE`");
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		struct str value;
		rc = setting_get(db, str_of(table[i].key), call->arena, &value, err);
		bool own = rc == RC_OK;
		if (rc == RC_NOTFOUND)
			rc = RC_OK;
		if (rc == RC_OK)
			print_setting(&table[i], own ? value : str_of(table[i].fallback), own);
	}
	db_ro_close(db);
	return rc;
}

static int print_all(struct command_call *call)
{
	struct err err = ERR_INIT;
	print_process(call->conf);
	if (print_site(call, &err) != RC_OK)
		printf("\n# Settings of the site: %s\n", err.msg);
	return EXIT_DONE;
}

static int get(struct command_call *call, const char *key)
{
	struct err err = ERR_INIT;
	struct db_ro *db = NULL;
	struct str value;
	const struct setting_def *def = setting_find(str_of(key));
	enum rc rc = def ? place_open_ro(call->conf, &db, &err)
			 : err_set(&err, RC_NOTFOUND, "there is no setting '%s'", key);
	if (rc == RC_OK) {
		rc = setting_get(db, str_of(key), call->arena, &value, &err);
		if (rc == RC_NOTFOUND) {
			value = str_of(def->fallback);
			rc = RC_OK;
		}
	}
	if (rc == RC_OK && def->type == SETTING_SECRET)
		rc = err_set(&err, RC_DENIED, "'%s' is a secret and never printed", key);
	if (rc == RC_OK)
		printf("%.*s\n", (int)value.n, value.p);
	db_ro_close(db);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

/* What is baked into stored HTML and addresses is made again at once. */
static enum rc rebuild(struct command_call *call, struct db_rw *db, int *status, struct err *err)
{
	struct rebuild_counts counts;
	enum rc rc = rebuild_now(call, db, &counts, err);
	if (rc != RC_OK)
		return rc;
	if (counts.posts > 0)
		printf("%lld posts rebuilt, %lld redirects written\n", (long long)counts.posts,
		       (long long)counts.redirects);
	*status = rebuild_tell(&counts);
	return RC_OK;
}

static int change(struct command_call *call, struct str key, struct str value, bool reset)
{
	struct err err = ERR_INIT;
	struct db_rw *db = NULL;
	struct db_tx *tx = NULL;
	bool must_rebuild = false;
	int status = EXIT_DONE;
	const struct setting_def *def = setting_find(key);
	if (reset && def)
		value = str_of(def->fallback);
	enum rc rc = RC_OK;
	if (str_is(key, "theme") && !place_theme_dir(call->conf, value, call->arena))
		rc = err_set(&err, RC_NOTFOUND, "there is no theme '%.*s' in '%s/themes' or '%s'", STR_ARG(value),
			     call->conf->data_dir, call->conf->theme_dir);
	if (rc == RC_OK)
		rc = place_open_rw(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, &err);
	if (rc == RC_OK)
		rc = setting_change(tx, ACTOR_SYSTEM, key, value, clock_now_ms(), &must_rebuild, &err);
	if (rc == RC_OK && reset)
		rc = setting_delete(tx, key, &err);
	rc = db_end(tx, rc, &err);
	if (rc == RC_OK && must_rebuild)
		rc = rebuild(call, db, &status, &err);
	db_rw_close(db);
	return rc == RC_OK ? status : command_fail(&err);
}

static enum rc read_stdin(struct command_call *call, struct str *out, struct err *err)
{
	struct buf in = BUF_INIT(VALUE_MAX_B);
	enum rc rc = file_read_fd(0, "standard input", VALUE_MAX_B, &in, err);
	struct str value = buf_view(&in);
	if (str_ends(value, STR("\n")))
		value.n--;
	*out = arena_str(call->arena, value);
	buf_release(&in);
	return rc;
}

static int set_password(struct command_call *call, struct str password)
{
	struct err err = ERR_INIT;
	struct str hash = STR("");
	if (password.n > 0 && people_hash(password, call->arena, &hash, &err) != RC_OK)
		return command_fail(&err);
	return change(call, STR("access_password"), hash, false);
}

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_config, .call = call };
	const char *words[3] = { NULL, NULL, NULL };
	size_t count = 0;
	bool from_stdin = false;
	struct err err = ERR_INIT;
	struct str value = STR_NONE;
	int at;
	while ((at = command_next(&args)) >= 0) {
		if (at == OPT_STDIN)
			from_stdin = true;
		else if (count == COUNT_OF(words))
			return command_usage(&command_config, "unexpected argument '%s'", args.value);
		else
			words[count++] = args.value;
	}
	if (at == -2)
		return EXIT_USAGE;
	if (from_stdin && read_stdin(call, &value, &err) != RC_OK)
		return command_fail(&err);
	if (count == 0)
		return print_all(call);
	if (strcmp(words[0], "get") == 0 && count == 2)
		return get(call, words[1]);
	if (strcmp(words[0], "set") == 0 && count == (from_stdin ? 2 : 3))
		return change(call, str_of(words[1]), from_stdin ? value : str_of(words[2]), false);
	if (strcmp(words[0], "reset") == 0 && count == 2)
		return change(call, str_of(words[1]), STR(""), true);
	if (strcmp(words[0], "set-password") == 0 && count == 1 && from_stdin)
		return set_password(call, value);
	return command_usage(&command_config, "'%s' with %zu arguments is not understood", words[0], count - 1);
}

const struct command command_config = {
	.name = "config",
	.usage = "config [--stdin] [set KEY VALUE | reset KEY | get KEY | set-password]",
	.summary = "Print all settings, or change one of the site's",
	.options = options,
	.details = "Settings of the process (addresses, folders, limits) come from the environment or platen.env and are "
		   "only printed here. Settings of the site (title, theme, permalinks ...) are in the database. "
		   "`platen config --stdin set-password` sets the password of a private site; an empty one removes it.",
	.run = run,
};
