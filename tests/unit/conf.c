/* conf.c: tests of the process settings: environment, file, ranges, addresses. */
#include "unit.h"

#include <unistd.h>

#include "base/file.h"
#include "conf/conf.h"
#include "conf/table.h"

static char file[64];
static struct conf conf;
static struct err err;

static enum rc load(const char *text)
{
	struct err write_err = ERR_INIT;
	conf_release(&conf);
	err = (struct err)ERR_INIT;
	assert_ok(file_write(file, str_of(text), 0600, &write_err), &write_err);
	return conf_load(file, &conf, &err);
}

static void refused(const char *text, const char *message)
{
	char want[ERR_MSG_MAX_B];
	assert_int_not_equal(load(text), RC_OK);
	/* '@' stands for the file's name. */
	if (message[0] == '@')
		snprintf(want, sizeof want, "%s%s", file, message + 1);
	else
		snprintf(want, sizeof want, "%s", message);
	assert_string_equal(err.msg, want);
}

static int setup(void **state)
{
	(void)state;
	extern char **environ;
	/* Only what tells cmocka its output format stays. */
	static char *kept[] = { NULL, NULL };
	for (char **entry = environ; *entry; entry++)
		if (!strncmp(*entry, "CMOCKA_MESSAGE_OUTPUT=", 22))
			kept[0] = *entry;
	environ = kept;
	snprintf(file, sizeof file, "/tmp/platen-conf-%d", (int)getpid());
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	conf_release(&conf);
	unlink(file);
	return 0;
}

static void lines_are_read_with_quotes_and_comments(void **state)
{
	(void)state;
	assert_ok(load("# a comment\n\nexport PLATEN_DATA='/srv/my blog'\r\nPLATEN_LISTEN=\"unix:/run/\\\"x\\\"\" # y\n"
		       "PLATEN_WORKERS = 8   # eight\nPLATEN_BODY_MAX=2m\nPLATEN_LOG_FORMAT=json"), &err);
	assert_string_equal(conf.data_dir, "/srv/my blog");
	assert_string_equal(conf.listen, "unix:/run/\"x\"");
	assert_int_equal(conf.workers, 8);
	assert_int_equal(conf.body_max_b, 2 << 20);
	assert_int_equal(conf.log_format, 1);
}

/* 64 KiB of empty lines: as many lines as a file may have. */
static void a_file_of_empty_lines_is_no_burden(void **state)
{
	(void)state;
	static char text[65536];
	memset(text, '\n', sizeof text - 1);
	assert_ok(load(text), &err);
	memset(text, '#', sizeof text - 1);
	assert_ok(load(text), &err);
}

static void the_environment_wins_over_the_file(void **state)
{
	(void)state;
	setenv("PLATEN_WORKERS", "3", 1);
	setenv("HOME", "/x", 1);
	assert_ok(load("PLATEN_WORKERS=9\nPLATEN_TIMEOUT=500\n"), &err);
	assert_int_equal(conf.workers, 3);
	assert_int_equal(conf.timeout_ms, 500);
	struct buf out = BUF_INIT(1u << 20);
	conf_print(&conf, &out);
	assert_true(str_find(buf_view(&out), STR("environment; threads that make pages")) > 0);
	assert_true(str_find(buf_view(&out), STR("file; a peer silent")) > 0);
	buf_release(&out);
	unsetenv("PLATEN_WORKERS");
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
	(void)state;
	refused("PLATEN_WORKRES=1\n", "@:1: there is no setting 'PLATEN_WORKRES'; is PLATEN_WORKERS meant?");
	refused("\nnonsense\n", "@:2: this is not NAME=VALUE");
	refused("OTHER=1\n", "@:1: 'OTHER' does not begin with PLATEN_");
	refused("PLATEN_URL=\"x\n", "@:1: a quoted value does not end");
	refused("PLATEN_URL='x' y\n", "@:1: there is something behind the quoted value");
	refused("PLATEN_WORKERS=many\n", "setting PLATEN_WORKERS: 'many' is not a whole number from 0 to 256");
	refused("PLATEN_TIMEOUT=5\n", "setting PLATEN_TIMEOUT: '5' is not a whole number from 100 to 3600000 ms");
	refused("PLATEN_LOG_LEVEL=loud\n", "setting PLATEN_LOG_LEVEL: 'loud' is none of error, warn, info, debug");
	refused("PLATEN_SECRET=short\n", "setting PLATEN_SECRET must have 32 to 256 bytes");
	refused("PLATEN_SECRET=\n", "setting PLATEN_SECRET must have 32 to 256 bytes");
	refused("PLATEN_BODY_MAX=99999999999g\n",
		"setting PLATEN_BODY_MAX: '99999999999g' is not a whole number from 1024 to 8589934592 bytes");
	refused("PLATEN_TRUSTED_PROXIES=10.0.0.1 cdn\n",
		"setting PLATEN_TRUSTED_PROXIES: 'cdn' is neither an address nor a network, as 192.0.2.1 or fd00::/8");
	setenv("PLATEN_NOPE", "1", 1);
	refused("", "environment: there is no setting 'PLATEN_NOPE'");
	unsetenv("PLATEN_NOPE");
}

static void the_address_gives_origin_and_mount(void **state)
{
	(void)state;
	const struct { const char *line, *url, *origin, *mount; } cases[] = {
		{ "PLATEN_URL=https://Example.ORG/", "https://example.org", "https://example.org", "" },
		{ "PLATEN_URL=https://example.org:443/blog/", "https://example.org/blog", "https://example.org", "/blog" },
		{ "PLATEN_URL=http://localhost:8080/cgi-bin/platen", "http://localhost:8080/cgi-bin/platen",
		  "http://localhost:8080", "/cgi-bin/platen" },
		{ "PLATEN_URL=http://[::1]:80", "http://[::1]", "http://[::1]", "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_ok(load(cases[i].line), &err);
		assert_str(conf.url, cases[i].url);
		assert_str(conf.origin, cases[i].origin);
		assert_str(conf.mount, cases[i].mount);
	}
	const char *bad[] = { "PLATEN_URL=example.org", "PLATEN_URL=ftp://x.org", "PLATEN_URL=https://x.org/?a",
			      "PLATEN_URL=https://u:p@x.org", "PLATEN_URL=https://x.org/a%20b", "PLATEN_URL=https://x.org//a",
			      "PLATEN_URL=https://x.org/../a", "PLATEN_URL=" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (load(bad[i]) == RC_OK)
			fail_msg("%s was taken", bad[i]);
}

static void secrets_are_masked_and_paths_absolute(void **state)
{
	(void)state;
	assert_ok(load("PLATEN_SECRET=0123456789abcdef0123456789abcdef\nPLATEN_DATA=some/./where"), &err);
	struct buf out = BUF_INIT(1u << 20);
	conf_print(&conf, &out);
	assert_true(str_find(buf_view(&out), STR("0123456789abcdef")) < 0);
	assert_true(str_find(buf_view(&out), STR("(secret)")) > 0);
	assert_int_equal(conf.data_dir[0], '/');
	assert_true(str_ends(str_of(conf.data_dir), STR("/some/where")));
	buf_clear(&out);
	conf_man(&out);
	assert_true(str_find(buf_view(&out), STR(".B PLATEN_URL")) > 0);
	buf_release(&out);
}

static char kept[1024];

static void note_kept(void *ctx, const char *name)
{
	(void)ctx;
	snprintf(kept + strlen(kept), sizeof kept - strlen(kept), "%s ", name);
}

static void what_is_settled_at_the_start_is_kept(void **state)
{
	(void)state;
	struct conf running = { 0 };
	assert_ok(load("PLATEN_LISTEN=unix:/run/a\nPLATEN_WORKERS=3\nPLATEN_DATA=/srv/a\nPLATEN_URL=https://a.example\n"), &err);
	running = conf;
	conf = (struct conf){ 0 };
	assert_ok(load("PLATEN_LISTEN=unix:/run/b\nPLATEN_LOOPS=2\nPLATEN_WORKERS=4\nPLATEN_BODY_WORKERS=5\nPLATEN_BODY_MAX=1m\n"
		       "PLATEN_TIMEOUT=200\nPLATEN_LAME_DUCK=1\nPLATEN_GRACE=2\nPLATEN_DATA=/srv/b\n"
		       "PLATEN_URL=https://b.example\nPLATEN_BUSY_TIMEOUT=7\nPLATEN_LOG_LEVEL=debug\n"
		       "PLATEN_PAGES=on\nPLATEN_PAGE_CACHE=1m\n"), &err);
	kept[0] = '\0';
	conf_keep(&running, &conf, note_kept, NULL);
	assert_string_equal(kept, "PLATEN_DATA PLATEN_LISTEN PLATEN_LOOPS PLATEN_WORKERS PLATEN_BODY_WORKERS PLATEN_BODY_MAX "
				  "PLATEN_PAGE_CACHE PLATEN_PAGES PLATEN_TIMEOUT PLATEN_LAME_DUCK PLATEN_GRACE ");
	assert_int_equal(conf.pages, 0);
	assert_int_equal(conf.workers, 3);
	assert_int_equal(conf.timeout_ms, running.timeout_ms);
	assert_int_equal(conf.body_max_b, running.body_max_b);
	conf_release(&running); /* what was kept is no text of its arena */
	assert_string_equal(conf.listen, "unix:/run/a");
	assert_string_equal(conf.data_dir, "/srv/a");
	assert_string_equal(conf.url.p, "https://b.example");
	assert_int_equal(conf.busy_timeout_ms, 7);
	struct conf again = conf;
	kept[0] = '\0';
	conf_keep(&again, &conf, note_kept, NULL);
	assert_string_equal(kept, "");
}

static void trusted_proxies_are_kept_as_they_were_read(void **state)
{
	(void)state;
	struct conf running = { 0 };
	assert_ok(load("PLATEN_TRUSTED_PROXIES=10.0.0.0/8, unix\n"), &err);
	assert_int_equal(conf.proxies.count, 1);
	running = conf;
	conf = (struct conf){ 0 };
	assert_ok(load("PLATEN_TRUSTED_PROXIES=\n"), &err);
	assert_null(conf.trusted_proxies);
	kept[0] = '\0';
	conf_keep(&running, &conf, note_kept, NULL);
	assert_string_equal(kept, "PLATEN_TRUSTED_PROXIES ");
	conf_release(&running);
	assert_string_equal(conf.trusted_proxies, "10.0.0.0/8, unix");
	assert_true(conf.proxies.count == 1 && conf.proxies.unix_sockets);
}

static void only_what_can_be_kept_is_settled_at_the_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_table_count; i++) {
		enum conf_type type = conf_table[i].type;
		bool cannot = type == CONF_SECRET || type == CONF_URL || type == CONF_IGNORED;
		if (conf_table[i].at_start && cannot)
			fail_msg("conf_keep() cannot keep %s", conf_table[i].name);
	}
}

static void a_file_that_was_asked_for_must_be_there(void **state)
{
	(void)state;
	conf_release(&conf);
	assert_int_equal(conf_load("/nonexistent/platen.env", &conf, &err), RC_NOTFOUND);
	assert_true(str_find(str_of(err.msg), STR("/nonexistent/platen.env")) >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_with_quotes_and_comments),
		cmocka_unit_test(a_file_of_empty_lines_is_no_burden),
		cmocka_unit_test(the_environment_wins_over_the_file),
		cmocka_unit_test(what_is_wrong_is_named_with_its_place),
		cmocka_unit_test(the_address_gives_origin_and_mount),
		cmocka_unit_test(secrets_are_masked_and_paths_absolute),
		cmocka_unit_test(what_is_settled_at_the_start_is_kept),
		cmocka_unit_test(trusted_proxies_are_kept_as_they_were_read),
		cmocka_unit_test(only_what_can_be_kept_is_settled_at_the_start),
		cmocka_unit_test(a_file_that_was_asked_for_must_be_there),
	};
	return cmocka_run_group_tests_name("conf", tests, setup, teardown);
}
