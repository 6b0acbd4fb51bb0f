/* save_kill.c: the program is killed, or the power fails, while posts are saved, published and brought back the
 * way the admin does it: every save that was acknowledged is there afterwards, whole, with its version, its
 * address and its search text, and at most the one that was under way beside them.
 * Usage: save_kill [SAVES] */
#include "../unit/unit.h"
#include "../unit/folder.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/desk.h"
#include "core/people.h"
#include "core/place.h"
#include "db/admin.h"
#include "lossy_vfs.h"
#include "store/redirect.h"
#include "text/markdown.h"

#define NOW INT64_C(1700000000000)
#define PARAGRAPH_MAX 400

static int wanted = 1000;

struct place {
	char folder[64];
	const char *path;
	struct conf conf;
	struct site *site;
	struct arena arena, texts;
	struct err err;
	struct actor writer;
	int64_t post_id;
	struct str public_id;
};

/* What save number n of the post does; the number is the version that it makes. */
enum step { STEP_DRAFT, STEP_PUBLISH, STEP_BRING_BACK, STEP_MOVE, STEP__MAX };

static enum step step_of(int64_t n)
{
	return (enum step)(n % STEP__MAX);
}

/* "17 17 17 ...": a text that was cut or mixed is seen. */
static struct str text_of(int64_t n, struct arena *arena)
{
	struct buf text = BUF_INIT(64 << 10);
	for (int64_t i = 0; i < 20 + n * 37 % PARAGRAPH_MAX; i++)
		buf_printf(&text, "%lld ", (long long)n);
	struct str kept = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* The text that the post has once save n is done: the one brought back is that of the first. */
static struct str text_after(int64_t n, struct arena *arena)
{
	return text_of(step_of(n) == STEP_BRING_BACK ? 1 : n, arena);
}

static enum rc first_revision(struct db_ro *db, int64_t post_id, struct arena *arena, int64_t *id, struct err *err)
{
	struct revisions all = { NULL, 0 };
	int64_t before = INT64_MAX;
	enum rc rc;
	do {
		rc = revision_list(db, post_id, before, 100, arena, &all, err);
		if (rc == RC_OK && all.count)
			before = *id = all.items[all.count - 1].id;
	} while (rc == RC_OK && all.count == 100);
	return rc;
}

static enum rc bring_back(struct place *p, struct db_rw *db, int64_t n)
{
	struct post_saved saved;
	int64_t id = 0;
	enum rc rc = first_revision(db_rw_ro(db), p->post_id, &p->arena, &id, &p->err);
	return rc == RC_OK ? desk_restore(db, p->site, p->writer, p->post_id, n - 1, id, NOW + n, &p->arena, &saved, &p->err)
			   : rc;
}

/* As the page does it: kept unsaved first, prepared without a lock, stored and settled in one transaction. */
static enum rc save(struct place *p, struct db_rw *db, int64_t n)
{
	struct post_draft draft = { .password = STR_NONE, .path = STR_NONE, .slug_exact = step_of(n) == STEP_MOVE };
	struct post_prepared *prepared;
	struct post_saved saved;
	struct db_tx *tx;
	struct str text = text_of(n, &p->arena), title = arena_printf(&p->arena, "Save %lld", (long long)n);
	struct autosave kept = { .key = p->public_id, .post_id = p->post_id, .version = n - 1, .saved_ms = NOW + n,
				 .title = title, .fields = STR("{}"), .markdown = text };
	enum rc rc = desk_autosave(db, p->writer, &kept, 0, &p->err);
	if (rc == RC_OK)
		rc = post_get(db_rw_ro(db), p->post_id, &p->arena, &draft.post, &p->err);
	if (rc != RC_OK)
		return rc;
	draft.post.title = title;
	draft.post.markdown = text;
	draft.post.version = n - 1;
	if (step_of(n) == STEP_PUBLISH)
		draft.post.published_ms = NOW;
	draft.post.status = step_of(n) == STEP_DRAFT ? STR(POST_STATUS_DRAFT) : STR(POST_STATUS_PUBLISHED);
	if (step_of(n) == STEP_MOVE)
		draft.post.slug = arena_printf(&p->arena, "moved-%lld", (long long)n);
	rc = post_prepare(p->site, db_rw_ro(db), p->writer, &draft, NOW + n, &p->arena, &prepared, &p->err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, &p->err);
	if (rc != RC_OK)
		return rc;
	rc = post_store(tx, p->site, p->writer, prepared, NULL, &saved, &p->err);
	if (rc == RC_OK)
		rc = desk_settle(tx, p->writer, p->public_id, p->post_id, kept.saved_ms, &p->err);
	return db_end(tx, rc, &p->err);
}

/* In the child: one save after the other, each reported once it is acknowledged. */
_Noreturn static void write_on(struct place *p, const struct db_options *opt, int64_t from, int report)
{
	struct db_rw *db;
	if (db_rw_open(p->path, opt, &db, &p->err) != RC_OK)
		_exit(1);
	for (int64_t n = from;; n++) {
		enum rc rc = step_of(n) == STEP_BRING_BACK ? bring_back(p, db, n) : save(p, db, n);
		if (rc != RC_OK) {
			fprintf(stderr, "save %lld: %s\n", (long long)n, p->err.msg);
			_exit(1);
		}
		arena_reset(&p->arena);
		if (write(report, &n, sizeof n) != sizeof n)
			_exit(1);
	}
}

static void check_whole(struct place *p, struct db_ro *db)
{
	struct db_findings found;
	assert_ok(db_check(db, &p->arena, &found, &p->err), &p->err);
	for (size_t i = 0; i < found.count; i++)
		print_error("%.*s\n", STR_ARG(found.items[i]));
	assert_int_equal(found.count, 0);
}

/* Each save is a version: the n-th from the first has the text of save n. Of what was kept unsaved those are
 * left aside that became versions, too. */
static void check_versions(struct place *p, struct db_ro *db, int64_t version)
{
	struct revisions all;
	struct revision one;
	int64_t before = INT64_MAX, n = version;
	do {
		assert_ok(revision_list(db, p->post_id, before, 100, &p->arena, &all, &p->err), &p->err);
		for (size_t i = 0; i < all.count; i++) {
			before = all.items[i].id;
			if (str_is(all.items[i].kind, REVISION_AUTOSAVE))
				continue;
			assert_ok(revision_get(db, before, &p->arena, &one, &p->err), &p->err);
			assert_true(str_eq(one.markdown, text_after(n, &p->arena)));
			n--;
		}
		arena_reset(&p->arena);
	} while (all.count == 100);
	assert_int_equal(n, 0);
}

/* In the parent, with the disk as it is now: how many saves there are. */
static int64_t saves_now(struct place *p, bool all)
{
	struct db_rw *db;
	struct post post;
	struct redirect redirect;
	struct str to;
	assert_ok(db_rw_open(p->path, NULL, &db, &p->err), &p->err);
	struct db_ro *ro = db_rw_ro(db);
	assert_ok(post_get(ro, p->post_id, &p->arena, &post, &p->err), &p->err);
	int64_t n = post.version, moved = n - (n % STEP__MAX + 1) % STEP__MAX;
	assert_true(str_eq(post.markdown, text_after(n, &p->arena)));
	assert_true(str_is(post.status, step_of(n) == STEP_DRAFT ? POST_STATUS_DRAFT : POST_STATUS_PUBLISHED));
	if (moved >= STEP_MOVE)
		assert_true(str_eq(post.path, arena_printf(&p->arena, "/moved-%lld", (long long)moved)));
	if (moved > STEP_MOVE) /* where it was before leads to it */
		assert_ok(redirect_get(ro, arena_printf(&p->arena, "/moved-%lld", (long long)moved - STEP__MAX), &p->arena,
				       &redirect, &to, &p->err), &p->err);
	if (all) {
		check_whole(p, ro);
		check_versions(p, ro, n);
	}
	db_rw_close(db);
	arena_reset(&p->arena);
	return n;
}

static pid_t begin(struct place *p, const struct db_options *opt, int64_t from, long writes, uint32_t seed, int *out)
{
	int report[2];
	assert_int_equal(pipe(report), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(report[0]);
		if (opt)
			lossy_begin(writes, seed % 3 != 0, seed);
		write_on(p, opt, from, report[1]);
	}
	close(report[1]);
	*out = report[0];
	return child;
}

static void every_acknowledged_save_survives_the_kill(void **state)
{
	struct place *p = *state;
	int64_t done = 1, kills = 0, n;
	uint32_t seed = 11;
	for (; done < wanted; kills++) {
		int64_t last = done;
		int report, status;
		pid_t child = begin(p, NULL, done + 1, 0, 0, &report);
		seed = seed * 1664525u + 1013904223u;
		for (uint32_t i = (seed >> 8) % 40; i > 0 && read(report, &n, sizeof n) == sizeof n; i--)
			last = n;
		for (volatile uint32_t spin = (seed >> 4) % 2000000; spin > 0; spin--)
			;
		assert_int_equal(kill(child, SIGKILL), 0);
		while (read(report, &n, sizeof n) == sizeof n)
			last = n;
		close(report);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		done = saves_now(p, false);
		assert_in_range(done, last, last + 1);
	}
	assert_int_equal(saves_now(p, true), done);
	print_message("%lld kills, %lld saves, none lost\n", (long long)kills, (long long)done);
}

static void and_the_power_cut_that_drops_what_was_not_synced(void **state)
{
	struct place *p = *state;
	struct db_options opt = { .vfs = "lossy" };
	int64_t done = 1, cuts = 0, n;
	for (; cuts < 20 + wanted / 20; cuts++) {
		int64_t last = done;
		int report, status;
		pid_t child = begin(p, &opt, done + 1, 1 + (long)(cuts * 7919 % 900), (uint32_t)cuts + 1, &report);
		while (read(report, &n, sizeof n) == sizeof n)
			last = n;
		close(report);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == LOSSY_EXIT);
		done = saves_now(p, cuts % 16 == 0);
		assert_in_range(done, last, last + 1);
	}
	assert_int_equal(saves_now(p, true), done);
	print_message("%lld power cuts, %lld saves, none lost\n", (long long)cuts, (long long)done);
}

static void make_post(struct place *p)
{
	struct user_new person = { .email = STR("w@example.org"), .name = STR("W"), .role = ROLE_AUTHOR };
	struct post_draft draft = { .password = STR_NONE, .path = STR_NONE };
	struct post_prepared *prepared;
	struct post_saved saved;
	struct post post;
	struct db_rw *db;
	struct db_tx *tx;
	assert_ok(place_open_rw(&p->conf, &db, &p->err), &p->err);
	assert_ok(site_load(db_rw_ro(db), &p->conf, &p->site, &p->err), &p->err);
	assert_ok(db_begin(db, &tx, &p->err), &p->err);
	assert_ok(people_create(tx, ACTOR_SYSTEM, &person, STR_NONE, NOW, &p->writer.user_id, &p->err), &p->err);
	p->writer.role = ROLE_AUTHOR;
	draft.post = (struct post){ .kind = STR(POST_KIND_POST), .status = STR(POST_STATUS_PUBLISHED), .title = STR("Save 1"),
				    .visibility = STR(POST_VISIBILITY_PUBLIC), .markdown = text_of(1, &p->texts),
				    .slug = STR("first"), .published_ms = NOW };
	assert_ok(post_prepare(p->site, db_tx_ro(tx), p->writer, &draft, NOW, &p->texts, &prepared, &p->err), &p->err);
	assert_ok(post_store(tx, p->site, p->writer, prepared, NULL, &saved, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	p->post_id = saved.id;
	assert_ok(post_get(db_rw_ro(db), saved.id, &p->texts, &post, &p->err), &p->err);
	p->public_id = post.public_id;
	db_rw_close(db);
}

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	markdown_init();
	snprintf(p->folder, sizeof p->folder, "%s/platen-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->folder));
	p->conf.data_dir = p->folder;
	p->conf.url = STR("https://example.org");
	p->conf.busy_timeout_ms = 20000;
	arena_init(&p->arena, ARENA_MAX_B);
	arena_init(&p->texts, ARENA_MAX_B);
	p->path = arena_printf(&p->texts, "%s/site.db", p->folder).p;
	assert_ok(place_init(&p->conf, NOW, &p->err), &p->err);
	make_post(p);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	site_free(p->site);
	assert_ok(file_remove_tree(p->folder, &p->err), &p->err);
	arena_release(&p->arena);
	arena_release(&p->texts);
	free(p);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0 && n < 10000000)
		wanted = (int)n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_acknowledged_save_survives_the_kill, setup, teardown),
		cmocka_unit_test_setup_teardown(and_the_power_cut_that_drops_what_was_not_synced, setup, teardown),
	};
	return cmocka_run_group_tests_name("save kill", tests, NULL, NULL);
}
