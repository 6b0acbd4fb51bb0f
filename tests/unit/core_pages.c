/* core_pages.c: the page folder: who may write what where, and that no change leaves an old page. */
#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "core/pages_impl.h"
#include "core/place.h"
#include "folder.h"
#include "store/post.h"
#include "store/setting.h"
#include "store/site.h"

#define NOW 1700000000000

struct place {
	struct folder folder;
	struct conf conf;
	struct db_rw *db;
	struct pages *pages;
	struct pages_owner owner, other;
	struct err err;
};

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	folder_make(&p->folder);
	clock_set_ms(NOW);
	p->conf.data_dir = p->folder.path;
	p->conf.url = STR("https://example.org");
	p->conf.busy_timeout_ms = 100;
	assert_ok(place_init(&p->conf, NOW, &p->err), &p->err);
	assert_ok(place_open_rw(&p->conf, &p->db, &p->err), &p->err);
	pages_owner(&p->conf, STR("quire"), &p->owner);
	pages_owner(&p->conf, STR("broadside"), &p->other);
	p->pages = pages_open(&p->conf);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	pages_close(p->pages);
	db_rw_close(p->db);
	folder_remove(&p->folder);
	clock_set_ms(-1);
	free(p);
	return 0;
}

static const char *at(struct place *p, const char *name)
{
	return path_join3(&p->folder.arena, p->folder.path, "pages", name);
}

static void claim(struct place *p)
{
	assert_ok(pages_claim(p->pages, &p->owner, clock_now_ms(), &p->err), &p->err);
}

static struct pages_name linked(struct place *p)
{
	struct pages_name name = { .text = "" };
	if (!pages_readlink(AT_FDCWD, at(p, "current"), &name))
		assert_string_equal(name.text, "");
	return name;
}

static int64_t seq(struct place *p)
{
	int64_t value = -1;
	assert_ok(site_public_seq(db_rw_ro(p->db), &value, &p->err), &p->err);
	return value;
}

static enum rc change(struct place *p, struct err *err)
{
	struct db_tx *tx;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(site_touch(tx, &p->err), &p->err);
	return db_commit(tx, err);
}

static void schedule(struct place *p, int64_t at_ms)
{
	struct db_tx *tx;
	int64_t id;
	struct post post = {
		.public_id = arena_printf(&p->folder.arena, "id%lld", (long long)at_ms), .kind = STR("post"),
		.status = STR("published"), .visibility = STR("public"), .slug = STR("s"),
		.path = arena_printf(&p->folder.arena, "/s%lld", (long long)at_ms), .published_ms = at_ms,
		.edited_ms = NOW, .updated_ms = NOW, .created_ms = NOW, .title = STR("T"), .lang = STR(""),
		.template_name = STR(""), .image = STR(""), .image_alt = STR(""), .image_caption = STR(""),
		.excerpt = STR(""), .excerpt_auto = STR(""), .seo_title = STR(""), .seo_description = STR(""),
		.seo_canonical = STR(""), .social_title = STR(""), .social_description = STR(""),
		.social_image = STR(""), .render_stamp = STR(""), .content_hash = STR(""), .custom = STR("{}"),
		.toc = STR("[]"), .html = STR(""), .markdown = STR(""),
	};
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(post_insert(tx, &post, &id, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
}

static struct pages_copy copy_of(struct place *p, const char *path, const char *text)
{
	return (struct pages_copy){ .kind = PAGES_HTML, .path = str_of(path), .body = { str_of(text) },
				    .hash = 77, .public_seq = seq(p), .now_ms = clock_now_ms() };
}

static bool write_page(struct place *p, const char *path, const char *text)
{
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, path, text);
	bool written = generation && pages_write(generation, &copy);
	generation_drop(generation);
	return written;
}

/* What a web server would find. */
static void assert_served(struct place *p, const char *file, const char *want)
{
	struct str text = STR_NONE;
	const char *path = arena_printf(&p->folder.arena, "%s/%s", at(p, "current"), file).p;
	enum rc rc = file_load(path, 1 << 20, &p->folder.arena, &text, &p->err);
	if (!want)
		assert_int_equal(rc, RC_NOTFOUND);
	else
		assert_str(text, want);
}

static void a_page_becomes_a_file_of_the_current_generation(void **state)
{
	struct place *p = *state;
	struct stat st;
	claim(p);
	assert_true(write_page(p, "/", "home"));
	assert_true(write_page(p, "/about", "about"));
	assert_true(write_page(p, "/tag/gr\xC3\xBC\xC3\x9F" "e", "tag"));
	assert_served(p, "page/.html", "home");
	assert_served(p, "page/about.html", "about");
	assert_served(p, "page/tag/gr\xC3\xBC\xC3\x9F" "e.html", "tag");
	assert_int_equal(stat(at(p, "current/page/about.html"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_mtim.tv_sec, pages_mtime(77));
	assert_int_equal(stat(at(p, "current/page/tag"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_true(write_page(p, "/about", "about again"));
	assert_served(p, "page/about.html", "about again");
}

static void a_page_has_its_address_as_a_second_name(void **state)
{
	struct place *p = *state;
	struct stat st, again;
	claim(p);
	assert_true(write_page(p, "/", "home"));
	assert_true(write_page(p, "/about", "about"));
	assert_true(write_page(p, "/old.html", "old"));
	assert_true(write_page(p, "/x.gz", "x"));
	assert_served(p, "path/.page-", "home");
	assert_served(p, "path/about", "about");
	assert_served(p, "path/old.html", "old");
	assert_served(p, "path/x.gz", NULL);
	assert_int_equal(stat(at(p, "current/path/about"), &st), 0);
	assert_int_equal(stat(at(p, "current/page/about.html"), &again), 0);
	assert_int_equal(st.st_ino, again.st_ino);
	assert_true(write_page(p, "/about", "about again"));
	assert_served(p, "path/about", "about again");
	assert_int_equal(stat(at(p, "current/page/about.html"), &st), 0);
	assert_int_equal(st.st_nlink, 2);
}

static void a_page_above_others_is_found_in_their_folder(void **state)
{
	struct place *p = *state;
	static const struct str bodies[PAGES_CODING__MAX] = { STR("ink"), STR("gz"), STR("br") };
	claim(p);
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/tag/ink", "ink");
	memcpy(copy.body, bodies, sizeof bodies);
	assert_true(pages_write(generation, &copy));
	assert_served(p, "path/tag/ink", "ink");
	assert_served(p, "path/tag/ink.br", "br");
	assert_true(write_page(p, "/tag/ink/page/2", "two"));
	assert_served(p, "path/tag/ink/page/2", "two");
	assert_served(p, "path/tag/ink/.page-ink", "ink");
	assert_served(p, "path/tag/ink/.page-ink.gz", "gz");
	assert_served(p, "path/tag/ink.br", NULL);
	copy.body[PAGES_GZIP] = STR("gz again");
	assert_true(pages_write(generation, &copy));
	assert_served(p, "path/tag/ink/.page-ink.gz", "gz again");
	assert_served(p, "path/tag/ink.gz", NULL);
	assert_true(write_page(p, "/tag", "tags"));
	assert_served(p, "path/tag/.page-tag", "tags");
	generation_drop(generation);
}

static void second_names_begin_with_the_site_s_path(void **state)
{
	struct place *p = *state;
	p->conf.mount = STR("/my/blog");
	claim(p);
	assert_true(write_page(p, "/", "home"));
	assert_true(write_page(p, "/a", "a"));
	assert_true(write_page(p, "/a/b/c", "c"));
	assert_served(p, "path/my/blog/.page-", "home");
	assert_served(p, "path/my/blog/a/.page-a", "a");
	assert_served(p, "path/my/blog/a/b/c", "c");
	assert_served(p, "page/a.html", "a");
}

static void the_mode_of_files_does_not_come_from_the_umask(void **state)
{
	struct place *p = *state;
	struct stat st;
	mode_t before = umask(077);
	claim(p);
	assert_true(write_page(p, "/a/b", "b"));
	umask(before);
	assert_int_equal(stat(at(p, "current/page/a/b.html"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(stat(at(p, "current/page/a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(at(p, "current/"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(at(p, "lock"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(path_join(&p->folder.arena, p->folder.path, "site.db"), &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
}

static void compressed_bodies_may_come_later(void **state)
{
	struct place *p = *state;
	claim(p);
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/x", "plain");
	assert_true(pages_write(generation, &copy));
	copy.body[PAGES_PLAIN] = STR_NONE;
	copy.body[PAGES_GZIP] = STR("gz");
	copy.body[PAGES_BROTLI] = STR("br");
	assert_true(pages_write(generation, &copy));
	assert_served(p, "page/x.html", "plain");
	assert_served(p, "page/x.html.gz", "gz");
	assert_served(p, "page/x.html.br", "br");
	generation_drop(generation);
}

static void hostile_paths_become_no_files(void **state)
{
	struct place *p = *state;
	char longest[PAGES_NAME_MAX_B + 2], deep[4 * PAGES_DEPTH_MAX];
	static const struct { struct str path; bool html, file; } cases[] = {
		{ STR("/"), true, false }, { STR("/a"), true, true }, { STR("/a/b.c/d"), true, true },
		{ STR("/a.html"), true, false }, { STR("/a.gz"), true, false }, { STR("/feed.xml"), true, true },
		{ STR(""), false, false }, { STR("a"), false, false }, { STR("//"), false, false },
		{ STR("/a/"), false, false }, { STR("//a"), false, false }, { STR("/a//b"), false, false },
		{ STR("/.."), false, false }, { STR("/../a"), false, false }, { STR("/a/../b"), false, false },
		{ STR("/..a"), false, false }, { STR("/.a"), false, false }, { STR("/a/."), false, false },
		{ STR("/a\0b"), false, false }, { STR("/a\nb"), false, false }, { STR("/a\\b"), false, false },
		{ STR("/a\x7F"), false, false }, { STR("/a.html/b"), false, false }, { STR("/a.br/b"), false, false },
		{ STR("/a b"), true, true },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (pages_path_is_fit(PAGES_HTML, cases[i].path) != cases[i].html ||
		    pages_path_is_fit(PAGES_FILE, cases[i].path) != cases[i].file)
			fail_msg("case %zu: '%.*s'", i, STR_ARG(cases[i].path));
	}
	memset(longest, 'a', sizeof longest);
	longest[0] = '/';
	assert_true(pages_path_is_fit(PAGES_HTML, str_n(longest, sizeof longest - 1)));
	assert_false(pages_path_is_fit(PAGES_HTML, str_n(longest, sizeof longest)));
	for (size_t i = 0; i < sizeof deep; i++)
		deep[i] = i % 2 ? 'd' : '/';
	assert_true(pages_path_is_fit(PAGES_HTML, str_n(deep, 2 * PAGES_DEPTH_MAX)));
	assert_false(pages_path_is_fit(PAGES_HTML, str_n(deep, 2 * PAGES_DEPTH_MAX + 2)));
	claim(p);
	assert_false(write_page(p, "/../../site", "x"));
	char *parts = mem_new(PAGES_PATH_MAX_B + 2);
	memset(parts, 'a', PAGES_PATH_MAX_B + 1);
	for (size_t i = 0; i <= PAGES_PATH_MAX_B; i += 200)
		parts[i] = '/';
	assert_true(write_page(p, arena_cstr(&p->folder.arena, str_n(parts, PAGES_PATH_MAX_B)), "x"));
	assert_false(pages_path_is_fit(PAGES_HTML, str_n(parts, PAGES_PATH_MAX_B + 1)));
	free(parts);
}

static void a_name_that_is_taken_otherwise_leaves_no_half_file(void **state)
{
	struct place *p = *state;
	struct file_entries entries;
	claim(p);
	assert_int_equal(mkdir(at(p, "current/page"), 0755), 0);
	assert_int_equal(mkdir(at(p, "current/page/x.html"), 0755), 0);
	assert_false(write_page(p, "/x", "x"));
	folder_put(&p->folder, "pages/current/page/y", STR("a file"));
	assert_false(write_page(p, "/y/z", "z"));
	assert_ok(file_list(at(p, "current/"), &p->folder.arena, &entries, &p->err), &p->err);
	assert_int_equal(entries.count, 1);
}

static void a_commit_that_changes_pages_moves_the_link(void **state)
{
	struct place *p = *state;
	claim(p);
	assert_true(write_page(p, "/a", "old"));
	struct pages_name before = linked(p);
	assert_ok(change(p, &p->err), &p->err);
	struct pages_name after = linked(p);
	assert_string_not_equal(before.text, after.text);
	assert_string_equal(before.owner.text, after.owner.text);
	assert_int_equal(after.public_seq, before.public_seq + 1);
	assert_int_equal(after.public_seq, seq(p));
	assert_served(p, "page/a.html", NULL);
	assert_true(write_page(p, "/a", "new"));
	assert_served(p, "page/a.html", "new");
}

static void a_commit_that_changes_no_page_leaves_the_link(void **state)
{
	struct place *p = *state;
	struct db_tx *tx;
	claim(p);
	struct pages_name before = linked(p);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(setting_put(tx, STR("internal.test"), STR("1"), NOW, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_string_equal(linked(p).text, before.text);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(site_touch(tx, &p->err), &p->err);
	db_rollback(tx);
	assert_string_equal(linked(p).text, before.text);
}

static void a_late_page_lands_where_nobody_reads(void **state)
{
	struct place *p = *state;
	claim(p);
	assert_true(write_page(p, "/a", "a"));
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/late", "late");
	assert_ok(change(p, &p->err), &p->err);
	assert_true(pages_write(generation, &copy));
	assert_served(p, "page/late.html", NULL);
	generation_drop(generation);
}

static void a_page_of_another_state_is_refused(void **state)
{
	struct place *p = *state;
	claim(p);
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/a", "a");
	copy.public_seq--;
	assert_false(pages_write(generation, &copy));
	copy.public_seq += 2;
	assert_false(pages_write(generation, &copy));
	copy.public_seq--;
	copy.now_ms--; /* begun before the generation was seen: perhaps before a timed publication */
	assert_false(pages_write(generation, &copy));
	copy.now_ms++;
	assert_true(pages_write(generation, &copy));
	generation_drop(generation);
}

static void a_failed_commit_links_again(void **state)
{
	struct place *p = *state;
	claim(p);
	assert_true(write_page(p, "/a", "a"));
	struct pages_name before = linked(p);
	/* A deferred foreign key lets COMMIT itself fail, which is then rolled back. */
	struct db_tx *tx;
	struct db_stmt *st;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(site_touch(tx, &p->err), &p->err);
	assert_ok(db_prepare(tx, "PRAGMA defer_foreign_keys = ON", &st, &p->err), &p->err);
	assert_ok(db_run(st, NULL, &p->err), &p->err);
	assert_ok(db_prepare(tx, "INSERT INTO post_tag (post_id, tag_id, position, listed) VALUES (99, 99, 0, 0)", &st,
			     &p->err), &p->err);
	assert_ok(db_run(st, NULL, &p->err), &p->err);
	assert_int_not_equal(db_commit(tx, &p->err), RC_OK);
	struct pages_name after = linked(p);
	assert_string_not_equal(before.text, after.text);
	assert_int_equal(after.public_seq, before.public_seq);
	assert_int_equal(after.public_seq, seq(p));
	assert_served(p, "page/a.html", NULL);
}

static void a_guard_that_fails_fails_the_commit(void **state)
{
	struct place *p = *state;
	char *dir = pages_path(p->conf.data_dir);
	claim(p);
	assert_true(write_page(p, "/a", "a"));
	int64_t before = seq(p);
	/* Somebody holds the lock and does not let go. */
	int fd = open(at(p, "lock"), O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	struct err err = ERR_INIT;
	assert_int_equal(change(p, &err), RC_BUSY);
	assert_non_null(strstr(err.msg, dir));
	assert_int_equal(seq(p), before);
	assert_served(p, "page/a.html", "a");
	close(fd);
	assert_ok(change(p, &p->err), &p->err);
	assert_int_equal(seq(p), before + 1);
	free(dir);
}

static void a_link_that_cannot_be_taken_away_fails_the_commit(void **state)
{
	struct place *p = *state;
	claim(p);
	int64_t before = seq(p);
	/* A folder cannot take the place of a link. */
	assert_int_equal(unlink(at(p, "current")), 0);
	assert_int_equal(mkdir(at(p, "current"), 0755), 0);
	folder_put(&p->folder, "pages/last", STR("in the way"));
	struct err err = ERR_INIT;
	assert_int_not_equal(change(p, &err), RC_OK);
	assert_non_null(strstr(err.msg, "stale"));
	assert_int_equal(seq(p), before);
}

/* A process that dies at the commit leaves no link, and the next one mends it. */
static void die_in_commit(void *ctx, struct db_ro *db, bool committed)
{
	(void)ctx, (void)db, (void)committed;
	_exit(0);
}

static enum rc take_and_go_on(void *ctx, struct db_ro *db, struct err *err)
{
	(void)db;
	struct pages_lock lock;
	enum rc rc = pages_lock(ctx, 100, &lock, err);
	return rc == RC_OK ? pages_take(&lock, err) : rc;
}

static void crash_in_commit(struct place *p)
{
	db_rw_close(p->db);
	pid_t child = fork();
	if (child == 0) {
		char *dir = pages_path(p->conf.data_dir);
		struct db_tx *tx;
		if (place_open_rw(&p->conf, &p->db, &p->err) != RC_OK)
			_exit(1);
		db_rw_guard(p->db, &(struct db_guard){ dir, NULL, take_and_go_on, die_in_commit, NULL });
		if (db_begin(p->db, &tx, &p->err) != RC_OK || site_touch(tx, &p->err) != RC_OK ||
		    db_commit(tx, &p->err) != RC_OK)
			_exit(1);
		_exit(2);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_ok(place_open_rw(&p->conf, &p->db, &p->err), &p->err);
}

static void a_crash_in_a_commit_leaves_no_link(void **state)
{
	struct place *p = *state;
	claim(p);
	assert_true(write_page(p, "/a", "a"));
	struct pages_name before = linked(p);
	crash_in_commit(p);
	assert_string_equal(linked(p).text, "");
	assert_null(pages_generation(p->pages, &p->owner));
	assert_int_equal(seq(p), before.public_seq + 1);
	pages_tick(p->pages, NOW, PAGES_TICK_MS);
	assert_int_equal(linked(p).public_seq, seq(p));
	assert_string_equal(linked(p).owner.text, p->owner.text);
	assert_served(p, "page/a.html", NULL);
	crash_in_commit(p);
	assert_ok(change(p, &p->err), &p->err); /* another writer mends it as well */
	assert_int_equal(linked(p).public_seq, seq(p));
}

static void somebody_elses_generation_takes_no_page(void **state)
{
	struct place *p = *state;
	assert_null(pages_generation(p->pages, &p->owner)); /* none at all */
	claim(p);
	assert_null(pages_generation(p->pages, &p->other));
	assert_ok(pages_claim(p->pages, &p->other, NOW, &p->err), &p->err);
	assert_null(pages_generation(p->pages, &p->owner));
	/* A commit by whoever it may be keeps the owner. */
	assert_ok(change(p, &p->err), &p->err);
	assert_string_equal(linked(p).owner.text, p->other.text);
	struct conf moved = p->conf;
	struct pages_owner third;
	moved.url = STR("https://example.net");
	pages_owner(&moved, STR("quire"), &third);
	assert_string_not_equal(third.text, p->owner.text);
}

static void a_claim_keeps_what_is_right_and_replaces_the_rest(void **state)
{
	struct place *p = *state;
	claim(p);
	struct pages_name first = linked(p);
	claim(p);
	assert_string_equal(linked(p).text, first.text);
	/* The database was replaced by one that knows nothing of the folder. */
	struct pages_name strange;
	pages_name_make(&p->owner, first.public_seq + 5, 0, &strange);
	assert_int_equal(unlink(at(p, "current")), 0);
	assert_int_equal(symlink(strange.text, at(p, "current")), 0);
	claim(p);
	assert_int_equal(linked(p).public_seq, first.public_seq);
	/* The system went down: what is there may be empty files. */
	char text[PAGES_NAME_B];
	snprintf(text, sizeof text, "%s-%08x-%lld-0-0123456789abcdef", p->owner.text, pages_boot() + 1,
		 (long long)first.public_seq);
	assert_int_equal(unlink(at(p, "current")), 0);
	assert_int_equal(symlink(text, at(p, "current")), 0);
	assert_null(pages_generation(p->pages, &p->owner));
	claim(p);
	assert_int_equal(linked(p).boot, pages_boot());
}

static void another_theme_moves_only_ones_own_generation(void **state)
{
	struct place *p = *state;
	claim(p);
	assert_ok(pages_move(p->pages, &p->owner, &p->other, NOW, &p->err), &p->err);
	assert_string_equal(linked(p).owner.text, p->other.text);
	struct pages_name name = linked(p);
	assert_ok(pages_move(p->pages, &p->owner, &p->other, NOW, &p->err), &p->err);
	assert_string_equal(linked(p).text, name.text);
}

static void switched_off_nothing_is_linked_again(void **state)
{
	struct place *p = *state;
	assert_ok(pages_switch_off(&p->conf, &p->err), &p->err); /* never used */
	assert_false(file_exists(at(p, "")));
	claim(p);
	assert_ok(pages_switch_off(&p->conf, &p->err), &p->err);
	assert_string_equal(linked(p).text, "");
	assert_ok(change(p, &p->err), &p->err);
	pages_tick(p->pages, NOW, PAGES_TICK_MS);
	assert_string_equal(linked(p).text, "");
	claim(p);
	assert_int_equal(linked(p).public_seq, seq(p));
}

static void a_folder_switched_on_later_is_noticed_by_open_connections(void **state)
{
	struct place *p = *state;
	assert_ok(change(p, &p->err), &p->err);
	claim(p); /* by another connection than the one that is open all the time */
	assert_true(write_page(p, "/a", "a"));
	assert_ok(change(p, &p->err), &p->err);
	assert_served(p, "page/a.html", NULL);
}

/* The lock is there, but whoever made it died before all writers were known to see it. */
static void a_folder_left_half_made_is_finished(void **state)
{
	struct place *p = *state;
	folder_put(&p->folder, "pages/lock", STR(""));
	struct db_tx *tx;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_int_equal(pages_claim(p->pages, &p->owner, NOW, &p->err), RC_BUSY); /* a writer is at work */
	assert_string_equal(linked(p).text, "");
	db_rollback(tx);
	claim(p);
	assert_string_not_equal(linked(p).text, "");
}

static void a_timed_publication_takes_the_link_and_gives_a_new_one(void **state)
{
	struct place *p = *state;
	claim(p);
	schedule(p, NOW + 10000);
	schedule(p, NOW + 90000);
	assert_int_equal(linked(p).expires_ms, NOW + 10000);
	assert_true(write_page(p, "/a", "before"));
	struct pages_name before = linked(p);
	assert_int_equal(pages_tick(p->pages, NOW, PAGES_TICK_MS), PAGES_TICK_MS);
	assert_int_equal(pages_tick(p->pages, NOW + 9700, PAGES_TICK_MS), 300 - PAGES_MARGIN_MS);
	assert_served(p, "page/a.html", "before");
	clock_set_ms(NOW + 10000 - PAGES_MARGIN_MS);
	assert_int_equal(pages_tick(p->pages, clock_now_ms(), PAGES_TICK_MS), PAGES_MARGIN_MS);
	assert_string_equal(linked(p).text, "");
	assert_served(p, "page/a.html", NULL);
	assert_null(pages_generation(p->pages, &p->owner));
	clock_set_ms(NOW + 10000);
	assert_int_equal(pages_tick(p->pages, clock_now_ms(), PAGES_TICK_MS), PAGES_TICK_MS);
	struct pages_name after = linked(p);
	assert_string_not_equal(before.text, after.text);
	assert_int_equal(after.expires_ms, NOW + 90000);
	assert_int_equal(after.public_seq, before.public_seq);
	assert_string_equal(after.owner.text, before.owner.text);
	/* A page begun before the time must not get into the generation that came after it. */
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/a", "before");
	copy.now_ms = NOW + 9999;
	assert_false(pages_write(generation, &copy));
	copy.now_ms = NOW + 10000;
	assert_true(pages_write(generation, &copy));
	generation_drop(generation);
}

static void a_timer_that_comes_late_makes_up_for_it(void **state)
{
	struct place *p = *state;
	claim(p);
	schedule(p, NOW + 10000);
	assert_true(write_page(p, "/a", "before"));
	clock_set_ms(NOW + 60000);
	assert_null(pages_generation(p->pages, &p->owner));
	pages_tick(p->pages, clock_now_ms(), PAGES_TICK_MS);
	assert_int_equal(linked(p).expires_ms, 0);
	assert_served(p, "page/a.html", NULL);
}

static void plain_cgi_reads_what_is_current(void **state)
{
	struct place *p = *state;
	struct pages_file file;
	struct conf other = p->conf;
	other.url = STR("https://example.net");
	uint64_t program = pages_program();
	assert_false(pages_read(&p->conf, program, STR("/a"), 0, NOW, &file));
	claim(p);
	schedule(p, NOW + 10000);
	assert_true(write_page(p, "/a", "plain"));
	struct generation *generation = pages_generation(p->pages, &p->owner);
	struct pages_copy copy = copy_of(p, "/a", "");
	copy.body[PAGES_PLAIN] = STR_NONE;
	copy.body[PAGES_GZIP] = STR("packed");
	assert_true(pages_write(generation, &copy));
	copy = copy_of(p, "/feed.xml", "<feed/>");
	copy.kind = PAGES_FILE;
	assert_true(pages_write(generation, &copy));
	generation_drop(generation);
	assert_true(pages_read(&p->conf, program, STR("/a"), 0, NOW, &file));
	assert_int_equal(file.size_b, 5);
	assert_int_equal(file.coding, PAGES_PLAIN);
	assert_int_equal(file.mtime_s, pages_mtime(77));
	close(file.fd);
	assert_true(pages_read(&p->conf, program, STR("/a"), 1u << PAGES_GZIP | 1u << PAGES_BROTLI, NOW, &file));
	assert_int_equal(file.coding, PAGES_GZIP);
	close(file.fd);
	assert_true(pages_read(&p->conf, program, STR("/feed.xml"), 0, NOW, &file));
	assert_int_equal(file.kind, PAGES_FILE);
	close(file.fd);
	assert_false(pages_read(&p->conf, program, STR("/b"), 0, NOW, &file));
	assert_false(pages_read(&p->conf, program, STR("/../a"), 0, NOW, &file));
	assert_false(pages_read(&other, program, STR("/a"), 0, NOW, &file));
	assert_false(pages_read(&p->conf, program + 1, STR("/a"), 0, NOW, &file));
	assert_false(pages_read(&p->conf, program, STR("/a"), 0, NOW + 10000, &file));
	assert_ok(change(p, &p->err), &p->err);
	assert_false(pages_read(&p->conf, program, STR("/a"), 0, NOW, &file));
}

static void what_nobody_reads_is_swept(void **state)
{
	struct place *p = *state;
	struct file_entries entries;
	claim(p);
	struct str body[PAGES_CODING__MAX] = { STR("css") };
	assert_true(pages_write_asset(p->pages, STR("0123"), STR("a.css"), body, 5));
	assert_true(pages_write_asset(p->pages, STR("4567"), STR("fonts/b.woff2"), body, 5));
	assert_false(pages_write_asset(p->pages, STR(".."), STR("b.woff2"), body, 5));
	assert_false(pages_write_asset(p->pages, STR("4567"), STR("../b.woff2"), body, 5));
	for (int i = 0; i < 5; i++) {
		for (int n = 0; n < 400; n++)
			assert_true(write_page(p, arena_printf(&p->folder.arena, "/%d/%d", n % 7, n).p, "x"));
		assert_ok(change(p, &p->err), &p->err);
	}
	assert_true(write_page(p, "/kept", "kept"));
	int calls = 1;
	while (pages_sweep(p->pages, STR("0123"), clock_now_ms()))
		assert_true(calls++ < 20);
	assert_true(calls > 3); /* a bounded part each time */
	assert_served(p, "page/kept.html", "kept");
	assert_ok(file_list(at(p, ""), &p->folder.arena, &entries, &p->err), &p->err);
	assert_int_equal(entries.count, 5); /* assets, current, last, lock and one generation */
	assert_true(file_exists(at(p, "assets/4567/fonts/b.woff2"))); /* young */
	pages_sweep(p->pages, STR("0123"), (int64_t)time(NULL) * 1000 + 25 * 3600 * 1000);
	assert_false(file_exists(at(p, "assets/4567")));
	assert_true(file_exists(at(p, "assets/0123/a.css")));
}

static void names_are_read_as_they_were_made(void **state)
{
	struct place *p = *state;
	struct pages_name made, read;
	pages_name_make(&p->owner, INT64_MAX, INT64_MAX, &made);
	assert_true(strlen(made.text) < PAGES_NAME_B - 1);
	assert_true(pages_name_parse(str_of(made.text), &read));
	assert_string_equal(read.text, made.text);
	assert_string_equal(read.owner.text, p->owner.text);
	assert_int_equal(read.boot, pages_boot());
	assert_true(read.public_seq == INT64_MAX && read.expires_ms == INT64_MAX);
	static const char *const bad[] = {
		"", "-", "-----", "../../../etc", "0123456789abcdef-0123456789abcdef-01234567-1-0-0123456789abcde",
		"0123456789abcdef-0123456789abcdef-01234567-1-0-0123456789abcdefg",
		"0123456789abcdef-0123456789abcdef-01234567-1-0-0123456789abcdef-1",
		"0123456789abcdef-0123456789abcdef-01234567-x-0-0123456789abcdef",
		"0123456789ABCDEF-0123456789abcdef-01234567-1-0-0123456789abcdef",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(pages_name_parse(str_of(bad[i]), &read));
	assert_int_equal(pages_mtime(0), 2);
	for (uint64_t hash = 1; hash; hash *= 3, hash = hash > UINT64_MAX / 4 ? 0 : hash)
		assert_true(pages_mtime(hash) >= 2 && pages_mtime(hash) <= INT32_MAX);
	assert_true(pages_mtime(UINT64_MAX) <= INT32_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_has_its_address_as_a_second_name),
		TEST(a_page_above_others_is_found_in_their_folder),
		TEST(second_names_begin_with_the_site_s_path),
		TEST(a_page_becomes_a_file_of_the_current_generation),
		TEST(the_mode_of_files_does_not_come_from_the_umask),
		TEST(compressed_bodies_may_come_later),
		TEST(hostile_paths_become_no_files),
		TEST(a_name_that_is_taken_otherwise_leaves_no_half_file),
		TEST(a_commit_that_changes_pages_moves_the_link),
		TEST(a_commit_that_changes_no_page_leaves_the_link),
		TEST(a_late_page_lands_where_nobody_reads),
		TEST(a_page_of_another_state_is_refused),
		TEST(a_failed_commit_links_again),
		TEST(a_guard_that_fails_fails_the_commit),
		TEST(a_link_that_cannot_be_taken_away_fails_the_commit),
		TEST(a_crash_in_a_commit_leaves_no_link),
		TEST(somebody_elses_generation_takes_no_page),
		TEST(a_claim_keeps_what_is_right_and_replaces_the_rest),
		TEST(another_theme_moves_only_ones_own_generation),
		TEST(switched_off_nothing_is_linked_again),
		TEST(a_folder_switched_on_later_is_noticed_by_open_connections),
		TEST(a_folder_left_half_made_is_finished),
		TEST(a_timed_publication_takes_the_link_and_gives_a_new_one),
		TEST(a_timer_that_comes_late_makes_up_for_it),
		TEST(plain_cgi_reads_what_is_current),
		TEST(what_nobody_reads_is_swept),
		TEST(names_are_read_as_they_were_made),
	};
	return cmocka_run_group_tests_name("core pages", tests, NULL, NULL);
}
