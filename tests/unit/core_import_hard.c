/* core_import_hard.c: what an import must not lose, and folders that mean no good. */
#include "unit.h"

#include <unistd.h>

#include "base/log.h"
#include "core/export.h"
#include "core/post_save.h"
#include "core/rebuild.h"
#include "import_place.h"
#include "store/revision.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/markdown.h"

#define HEAD "---\ntitle: Post\ndate: 2020-01-01\n"

static void add_revision(struct place *p, int64_t post_id, const char *kind)
{
	struct revision revision = { .post_id = post_id, .created_ms = NOW, .kind = str_of(kind), .title = STR("Post") };
	struct db_tx *tx;
	int64_t id;

	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(revision_add(tx, &revision, &id, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
}

static void every_field_that_changes_in_a_file_changes_its_post(void **state)
{
	struct place *p = *state;
	static const char *const fields[] = {
		"canonical: https://example.org/a", "noindex: true", "social_title: S", "social_description: D",
		"social_image: https://example.org/a.png", "translationKey: k", "template: wide", "weight: 3",
		"aliases: [/old]", "password: a password to try", "password: another password",
	};

	put(p, "posts/a.md", HEAD "---\nText\n");
	import(p);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		put(p, "posts/a.md", arena_printf(&p->arena, HEAD "%s\n---\nText\n", fields[i]).p);
		import(p);
		if (p->report.updated != 1)
			fail_msg("'%s' changed nothing", fields[i]);
		import(p);
		assert_int_equal(p->report.unchanged, 1);
	}
}

static void an_edit_counts_however_many_autosaves_follow_it(void **state)
{
	struct place *p = *state;

	put(p, "posts/a.md", HEAD "---\nText\n");
	import(p);
	add_revision(p, post_of(p, "posts/a.md").id, REVISION_SAVE);
	for (int i = 0; i < 30; i++)
		add_revision(p, post_of(p, "posts/a.md").id, REVISION_AUTOSAVE);
	put(p, "posts/a.md", HEAD "---\nAnother text\n");
	import(p);
	assert_int_equal(p->report.conflicts, 1);
	assert_str(post_of(p, "posts/a.md").markdown, "Text\n");
}

static void a_password_that_was_set_here_outlives_the_next_import(void **state)
{
	struct place *p = *state;
	struct str before;

	put(p, "platen.json", "{}");
	put(p, "posts/a.md", HEAD "visibility: password\n---\n\nText\n");
	import(p);
	assert_true(reported(p, "posts/a.md", 0, "set a new one"));
	before = post_of(p, "posts/a.md").password_hash;
	put(p, "posts/a.md", HEAD "visibility: password\n---\n\nAnother text\n");
	import(p);
	assert_int_equal(p->report.updated, 1);
	assert_false(reported(p, "posts/a.md", 0, "set a new one"));
	assert_true(str_eq(post_of(p, "posts/a.md").password_hash, before));
}

static void many_posts_that_cannot_be_stored_do_not_end_the_others(void **state)
{
	struct place *p = *state;
	static char name[60], text[200];

	/* Below a reserved address whatever number is put behind the slug. */
	p->site->permalink.pattern = STR("/:tag/:slug");
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "posts/bad-%d.md", i);
		snprintf(text, sizeof(text), HEAD "tags: [admin]\n---\nText %d\n", i);
		put(p, name, text);
	}
	put(p, "posts/good.md", HEAD "tags: [fine]\n---\nText\n");
	import(p);
	assert_int_equal(p->report.failed, 60);
	assert_int_equal(p->report.added, 1);
	assert_true(reported(p, "posts/bad-59.md", 0, "cannot be used"));
	assert_str(post_of(p, "posts/good.md").path, "/fine/good");
	/* Nothing of a post that was not stored stays behind. */
	struct tags tags;
	assert_ok(tag_list(db_rw_ro(p->db), TAG_BY_NAME, true, NOW, 10, &p->arena, &tags, &p->err), &p->err);
	assert_int_equal(tags.count, 1);
}

static void what_has_no_field_of_its_own_stays_a_custom_field(void **state)
{
	struct place *p = *state;
	static const struct { const char *line, *kept; } fields[] = {
		{ "summary: [one, two]", "\"summary\"" },
		{ "summary: s\nseo_description: d\ndescription: The third", "The third" },
		{ "weight: heavy", "heavy" },
		{ "featured: by the editors", "by the editors" },
		{ "images: [https://example.org/a.png, https://example.org/b.png]", "b.png" },
		{ "image: {src: 'https://example.org/a.png', alt: A, credit: Ada}", "Ada" },
		{ "image: true", "image" },
		{ "status: sleeping", "sleeping" },
		{ "lang: klingon!", "klingon!" },
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		put(p, "posts/a.md", arena_printf(&p->arena, HEAD "%s\n---\nText %zu\n", fields[i].line, i).p);
		import(p);
		assert_int_equal(p->report.failed, 0);
		assert_has(post_of(p, "posts/a.md").custom, fields[i].kept);
	}
}

static void lists_longer_than_a_post_can_have_are_kept(void **state)
{
	struct place *p = *state;
	struct buf text = BUF_INIT(1 << 20);

	BUF_LIT(&text, HEAD "tags: [");
	for (int i = 0; i < POST_TAGS_MAX + 5; i++)
		buf_printf(&text, "%st%d", i ? ", " : "", i);
	BUF_LIT(&text, "]\naliases:\n");
	for (int i = 0; i < POST_ALIASES_MAX + 5; i++)
		buf_printf(&text, "- /old/%d\n", i);
	BUF_LIT(&text, "---\nText\n");
	folder_put(&p->tree, "posts/a.md", buf_view(&text));
	buf_release(&text);
	import(p);
	assert_int_equal(p->report.added, 1);
	assert_true(reported(p, "posts/a.md", 4, "5 tags more than 100"));
	assert_has(post_of(p, "posts/a.md").custom, "\"t104\"");
	assert_has(post_of(p, "posts/a.md").custom, "/old/1004");
	assert_str(redirect_of(p, "/old/998"), "/a");
}

static void a_picture_of_the_social_networks_leaves_the_words_of_the_other(void **state)
{
	struct place *p = *state;
	struct post post;

	put(p, "posts/a.md", HEAD "image: {src: 'https://example.org/a.png', alt: A cat}\n"
	    "images: [{src: 'https://example.org/b.png'}]\n---\nText\n");
	import(p);
	post = post_of(p, "posts/a.md");
	assert_str(post.image_alt, "A cat");
	assert_str(post.social_image, "https://example.org/b.png");
}

static void a_date_called_published_publishes(void **state)
{
	struct place *p = *state;
	struct post post;

	put(p, "posts/a.md", "---\ntitle: A\npublished: \"2020-01-02\"\n---\nText\n");
	put(p, "posts/b.md", "---\ntitle: B\npublished: 2020-01-02\n---\nText\n");
	import(p);
	post = post_of(p, "posts/a.md");
	assert_str(post.status, POST_STATUS_PUBLISHED);
	assert_int_equal(post.published_ms, post_of(p, "posts/b.md").published_ms);
	assert_int_equal(post.local_ym, 202001);
}

static void an_unknown_visibility_publishes_nothing(void **state)
{
	struct place *p = *state;

	put(p, "posts/a.md", HEAD "visibility: members\n---\nText\n");
	import(p);
	assert_str(post_of(p, "posts/a.md").status, POST_STATUS_DRAFT);
	assert_true(reported(p, "posts/a.md", 4, "not known"));
}

static void folders_that_are_left_out_are_told(void **state)
{
	struct place *p = *state;

	put(p, "posts/themes/a.md", HEAD "---\nText\n");
	put(p, "posts/b.md", HEAD "---\nText\n");
	import(p);
	assert_int_equal(p->report.added, 1);
	assert_true(reported(p, "posts/themes", 0, "not taken"));
}

static void a_flood_of_notes_hides_nothing_of_other_files(void **state)
{
	struct place *p = *state;
	struct buf text = BUF_INIT(4 << 20);
	double begun_us;

	BUF_LIT(&text, HEAD "---\n");
	for (int i = 0; i < 150000; i++)
		BUF_LIT(&text, "[a](b) ");
	folder_put(&p->tree, "posts/flood.md", buf_view(&text));
	buf_release(&text);
	folder_put(&p->tree, "posts/nul.md", STR("---\ntitle: N\n---\n\0\n"));
	put(p, "posts/z.md", HEAD "---\n![missing](z.png)\n");
	begun_us = cpu_us();
	import(p);
	assert_worked_at_most(5000, begun_us, "a flood of notes");
	assert_true(reported(p, "posts/nul.md", 0, "NUL byte"));
	assert_true(reported(p, "posts/z.md", 5, "missing file"));
	assert_true(reported(p, "posts/flood.md", 0, "not listed"));
	assert_true(p->report.problem_count < 1000);
	/* A link that leads nowhere leaves nothing behind in memory. */
	assert_true(p->arena.used_b < (size_t)16 << 20);
}

static void names_of_files_cannot_write_on_the_terminal(void **state)
{
	struct place *p = *state;
	struct buf out = BUF_INIT(1 << 20);

	put(p, "posts/\x1b]0;x\x07\n.md", HEAD "---\nText\n");
	put(p, "posts/\xff.md", HEAD "---\nText\n");
	put(p, "posts/\xe2\x80\xae" "dm.md", HEAD "expiryDate: never\n---\nText\n");
	import(p);
	assert_int_equal(p->report.failed, 2);
	import_report_text(&p->report, false, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.bytes[i] >= ' ' || out.bytes[i] == '\n');
	assert_true(str_find(buf_view(&out), STR("\xe2\x80\xae")) < 0);
	assert_true(str_find(buf_view(&out), STR("\xff")) < 0);
	buf_clear(&out);
	import_report_json(&p->report, false, &out);
	assert_has(buf_view(&out), "not valid UTF-8");
	buf_release(&out);
}

static void a_hostile_platen_json_brings_in_nothing_bad(void **state)
{
	struct place *p = *state;
	struct redirect redirect;
	struct tags tags;
	struct str target;
	static const char *const refused[] = { "/admin", "/", "/to-script", "/to-header", "/post", "x" };

	put(p, "platen.json",
	    "{\"tags\": [{\"slug\": \"../x\", \"name\": \"X\", \"description\": \"d\"}, "
	    "{\"slug\": \"bad-image\", \"name\": \"B\", \"image\": \"javascript:alert(1)\"}, "
	    "{\"slug\": \"good\", \"name\": \"Good\", \"description\": \"*d*\"}, 7],"
	    "\"authors\": [{\"name\": \"Eve\", \"slug\": \"ada\", \"bio\": \"b\"}, "
	    "{\"name\": \"Mallory\", \"slug\": \"mallory\", \"website\": \"javascript:alert(1)\"}, "
	    "{\"name\": \"Bob\", \"slug\": \"bob\", \"bio\": \"b\"}],"
	    "\"redirects\": [{\"from\": \"/admin\", \"to\": \"/x\"}, {\"from\": \"/\", \"to\": \"https://evil.example\"}, "
	    "{\"from\": \"/to-script\", \"to\": \"javascript:alert(1)\"}, "
	    "{\"from\": \"/to-header\", \"to\": \"/x\\r\\nSet-Cookie: a=b\"}, {\"from\": \"/post\", \"to\": \"/x\"}, "
	    "{\"from\": \"/bad-status\", \"to\": \"/x\", \"status\": 200}, {\"from\": \"/old\", \"to\": \"/new\"}]}");
	put(p, "posts/a.md", HEAD "slug: post\nauthors: [Ada]\n---\n\nText\n");
	import(p);
	assert_int_equal(p->report.added, 1);
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (redirect_get(db_rw_ro(p->db), str_of(refused[i]), &p->arena, &redirect, &target, &p->err) == RC_OK)
			fail_msg("a redirect from %s", refused[i]);
	assert_str(redirect_of(p, "/old"), "/new");
	assert_ok(tag_list(db_rw_ro(p->db), TAG_BY_NAME, true, NOW, 10, &p->arena, &tags, &p->err), &p->err);
	assert_int_equal(tags.count, 1);
	assert_str(tags.items[0].description_html, "<p><em>d</em></p>\n");
	struct user user;
	assert_ok(user_by_slug(db_rw_ro(p->db), STR("ada"), NOW, &p->arena, &user, &p->err), &p->err);
	assert_str(user.name, "Ada");
	assert_ok(user_by_slug(db_rw_ro(p->db), STR("bob"), NOW, &p->arena, &user, &p->err), &p->err);
	assert_str(user.bio, "b");
	assert_int_equal(user_by_slug(db_rw_ro(p->db), STR("mallory"), NOW, &p->arena, &user, &p->err), RC_NOTFOUND);
	assert_true(reported(p, "platen.json", 0, "redirects: "));
}

static void an_export_with_many_redirects_comes_back_whole(void **state)
{
	struct place *p = *state;
	struct buf text = BUF_INIT(8 << 20);

	BUF_LIT(&text, "{\"redirects\": [");
	for (int i = 0; i < 30000; i++)
		buf_printf(&text, "%s{\"from\": \"/a/rather/long/old/address/%d\", \"to\": \"/new/%d\", \"status\": 301}",
			   i ? "," : "", i, i);
	BUF_LIT(&text, "]}");
	folder_put(&p->tree, "platen.json", buf_view(&text));
	buf_release(&text);
	import(p);
	assert_int_equal(p->report.warnings, 0);
	assert_str(redirect_of(p, "/a/rather/long/old/address/29999"), "/new/29999");
}

static void translations_below_long_paths_belong_together(void **state)
{
	struct place *p = *state;
	struct str folder = STR("posts");

	for (int i = 0; i < 6; i++)
		folder = ARENA_JOIN(&p->arena, folder, STR("/a-folder-with-a-name-of-some-length-0123456789"));
	put(p, ARENA_JOIN(&p->arena, folder, STR("/x.en.md")).p, HEAD "slug: x\n---\nText\n");
	put(p, ARENA_JOIN(&p->arena, folder, STR("/x.de.md")).p, HEAD "slug: y\n---\nText\n");
	import(p);
	assert_int_equal(p->report.added, 2);
	assert_true(str_eq(post_of(p, ARENA_JOIN(&p->arena, folder, STR("/x.en.md")).p).translation_group,
			   post_of(p, ARENA_JOIN(&p->arena, folder, STR("/x.de.md")).p).translation_group));
}

static void a_setting_that_is_refused_stops_no_other(void **state)
{
	struct place *p = *state;

	put(p, "platen.json", arena_printf(&p->arena, "{\"settings\": {\"copyright\": \"%0400d\", \"nonsense\": \"1\", "
					   "\"feed_items\": \"many\", \"tagline\": \"Taken\"}}", 0).p);
	log_setup(LOG_ERROR, LOG_TEXT);
	import(p);
	assert_str(p->site->tagline, "Taken");
}

static void a_link_to_elsewhere_is_called_one(void **state)
{
	struct place *p = *state;

	put(p, "posts/a.md", HEAD "---\n![x](x.png) ![y](y.png)\n");
	assert_int_equal(symlink("/etc/hostname", path_join(&p->arena, p->tree.path, "posts/x.png")), 0);
	import(p);
	assert_true(reported(p, "posts/a.md", 5, "symbolic link"));
	assert_true(reported(p, "posts/a.md", 5, "missing file: y.png"));
	assert_int_equal(p->report.media, 0);
}

static void an_export_is_taken_word_for_word(void **state)
{
	struct place *p = *state;
	struct post post;
	struct users users;

	put(p, "platen.json", "{}");
	put(p, "posts/a.md", HEAD "slug: a\nexcerpt: \" \"\nauthors: [\"A  b\"]\n---\n\n[x](b) [y](b.md) ![z](z.png)\n");
	put(p, "posts/b.md", HEAD "slug: b\n---\n\nText\n");
	import(p);
	assert_int_equal(p->report.notes + p->report.warnings, 0);
	post = post_of(p, "posts/a.md");
	assert_str(post.markdown, "[x](b) [y](b.md) ![z](z.png)\n");
	assert_str(post.excerpt, " ");
	assert_ok(user_list_of_post(db_rw_ro(p->db), post.id, &p->arena, &users, &p->err), &p->err);
	assert_str(users.items[0].name, "A  b");
}

static void a_long_name_of_a_file_keeps_its_end(void **state)
{
	struct place *p = *state;
	struct export_options options = { .dir = path_join(&p->arena, p->out.path, "x") };
	struct export_report report;
	struct file_entries files;
	char name[260];

	snprintf(name, sizeof(name), "posts/a/%0200d.pdf", 0);
	put(p, name, "%PDF");
	put(p, "posts/a/index.md", arena_printf(&p->arena, HEAD "---\n[x](%0200d.pdf)\n", 0).p);
	import(p);
	assert_ok(export_run(db_rw_ro(p->db), p->site, p->blobs, &options, &report, &p->err), &p->err);
	assert_int_equal(report.media, 1);
	assert_ok(file_list(path_join(&p->arena, options.dir, "posts/2020-01-01-a"), &p->arena, &files, &p->err), &p->err);
	assert_true(str_ends(str_of(files.items[0].name), STR("00.pdf")));
}

static void a_text_with_a_nul_is_refused(void **state)
{
	struct place *p = *state;
	struct post_draft draft = {
		.post = { .kind = STR(POST_KIND_POST), .status = STR(POST_STATUS_DRAFT), .title = STR("T"),
			  .visibility = STR(POST_VISIBILITY_PUBLIC), .markdown = STR("a\0b") },
		.password = STR_NONE,
	};
	struct post_prepared *prepared;

	assert_int_equal(post_prepare(p->site, db_rw_ro(p->db), ACTOR_SYSTEM, &draft, NOW, &p->arena, &prepared, &p->err),
			 RC_INVALID);
	assert_has(str_of(p->err.msg), "a NUL at byte 1");
}

static void a_rebuild_moves_no_post_to_an_address_of_the_program(void **state)
{
	struct place *p = *state;
	struct rebuild_counts counts;

	put(p, "posts/a.md", HEAD "tags: [admin]\n---\nText\n");
	put(p, "posts/b.md", "---\ntitle: B\ndate: 2020-01-01\ntags: [fine]\n---\nText\n");
	import(p);
	p->site->permalink.pattern = STR("/:tag/:slug");
	assert_ok(rebuild_all(p->db, p->site, NOW, NULL, NULL, &counts, &p->err), &p->err);
	assert_str(post_of(p, "posts/a.md").path, "/a");
	assert_str(post_of(p, "posts/b.md").path, "/fine/b");
}

/* Saved before there was a limit, say. */
static void a_post_that_cannot_be_rendered_holds_no_rebuild_up(void **state)
{
	struct place *p = *state;
	struct rebuild_counts counts;
	struct buf costly = BUF_INIT(1 << 20);
	struct db_tx *tx;
	struct post post;

	put(p, "posts/a.md", HEAD "---\nText\n");
	put(p, "posts/b.md", HEAD "---\nText\n");
	import(p);
	for (int i = 0; i < 100000; i++)
		BUF_LIT(&costly, "a <?");
	post = post_of(p, "posts/a.md");
	post.markdown = buf_view(&costly);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(post_update(tx, &post, post.version, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	buf_release(&costly);
	p->site->permalink.pattern = STR("/blog/:slug");
	assert_ok(rebuild_all(p->db, p->site, NOW, NULL, NULL, &counts, &p->err), &p->err);
	assert_int_equal(counts.posts, 2);
	assert_int_equal(counts.failed, 1);
	assert_has(str_of(counts.first_failure.msg), "'Post': ");
	assert_str(post_of(p, "posts/a.md").path, "/blog/a");
	assert_str(post_of(p, "posts/a.md").html, "<p>Text</p>\n");
	assert_str(post_of(p, "posts/b.md").path, "/blog/b");
}

#define PNG_HEAD "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

/* Each is told by its file, line and reason; what is damaged comes along, for the library shows it and replaces it. */
static void files_that_are_no_good_are_told_and_not_taken(void **state)
{
	struct place *p = *state;
	static const char bomb[] = PNG_HEAD "\0\1\0\0\0\1\0\0\x08\x02\0\0\0\0\0\0\0";
	static const char cut[] = PNG_HEAD "\0\0\0\2\0\0\0\2\x08\x02\0\0\0\xfd\xd4\x9as\0\0\0\x0cIDATx";
	static const struct {
		const char *name, *bytes;
		size_t size_b;
		bool taken;
		const char *said;
	} files[] = {
		{ "bomb.png", bomb, sizeof bomb - 1, false, "65536 x 65536 pixels, more than 100 million" },
		{ "cut.png", cut, sizeof cut - 1, true, "is damaged" },
		{ "page.png", "<!doctype html><script>", 23, false, "scripts" },
		{ "words.jpg", "no picture at all", 17, false, "is called a picture and is none" },
		{ "tool", "\x7f" "ELF\2\1\1\0\0\0\0\0", 12, false, "programs are no media files" },
		{ "any.bin", "\0\1\2\3\xff", 5, false, "application/octet-stream are not taken" },
		{ "empty.pdf", "", 0, false, "it is empty" },
		{ "words.txt", "good", 4, true, NULL },
	};
	size_t taken = 0;

	struct buf text = BUF_INIT(4096);
	BUF_LIT(&text, HEAD "---\n");
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		folder_put(&p->tree, arena_printf(&p->arena, "posts/%s", files[i].name).p, str_n(files[i].bytes, files[i].size_b));
		buf_printf(&text, "[x](%s)\n", files[i].name);
		taken += files[i].taken;
	}
	folder_put(&p->tree, "posts/a.md", buf_view(&text));
	buf_release(&text);
	import(p);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		bool said = files[i].said && reported(p, "posts/a.md", (int)i + 5, files[i].said);
		bool shown = str_find(post_of(p, "posts/a.md").markdown, arena_printf(&p->arena, "/%s)", files[i].name)) >= 0;
		if (said != (files[i].said != NULL) || shown != files[i].taken)
			fail_msg("%s: %s, %s", files[i].name, said ? "told" : "not told", shown ? "taken" : "not taken");
	}
	assert_int_equal(p->report.media, taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_field_that_changes_in_a_file_changes_its_post, setup, teardown),
		cmocka_unit_test_setup_teardown(an_edit_counts_however_many_autosaves_follow_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_password_that_was_set_here_outlives_the_next_import, setup, teardown),
		cmocka_unit_test_setup_teardown(many_posts_that_cannot_be_stored_do_not_end_the_others, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_no_field_of_its_own_stays_a_custom_field, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_longer_than_a_post_can_have_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(a_picture_of_the_social_networks_leaves_the_words_of_the_other, setup, teardown),
		cmocka_unit_test_setup_teardown(a_date_called_published_publishes, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_visibility_publishes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(folders_that_are_left_out_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(files_that_are_no_good_are_told_and_not_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_of_notes_hides_nothing_of_other_files, setup, teardown),
		cmocka_unit_test_setup_teardown(names_of_files_cannot_write_on_the_terminal, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hostile_platen_json_brings_in_nothing_bad, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_with_many_redirects_comes_back_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(translations_below_long_paths_belong_together, setup, teardown),
		cmocka_unit_test_setup_teardown(a_setting_that_is_refused_stops_no_other, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_to_elsewhere_is_called_one, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_is_taken_word_for_word, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_name_of_a_file_keeps_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_text_with_a_nul_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_post_that_cannot_be_rendered_holds_no_rebuild_up, setup, teardown),
		cmocka_unit_test_setup_teardown(a_rebuild_moves_no_post_to_an_address_of_the_program, setup, teardown),
	};

	markdown_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
