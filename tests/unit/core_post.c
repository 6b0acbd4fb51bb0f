/* core_post.c: tests of saving, moving, trashing and rebuilding posts on a real data folder. */
#include "unit.h"

#include <unistd.h>

#include "base/file.h"
#include "core/author.h"
#include "core/place.h"
#include "core/people.h"
#include "core/post_save.h"
#include "core/profile.h"
#include "core/rebuild.h"
#include "core/settings.h"
#include "core/site.h"
#include "store/post_list.h"
#include "store/redirect.h"
#include "store/revision.h"
#include "store/site.h"
#include "store/tag.h"
#include "store/user.h"

#define NOW INT64_C(1700000000000) /* 2023-11-14T22:13:20Z */

struct place {
	char dir[64];
	struct conf conf;
	struct arena arena;
	struct db_rw *db;
	struct site *site;
	struct err err;
};

static void reload_site(struct place *p)
{
	site_free(p->site);
	p->site = NULL;
	assert_ok(site_load(db_rw_ro(p->db), &p->conf, &p->site, &p->err), &p->err);
}

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	snprintf(p->dir, sizeof p->dir, "/tmp/platen-core-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	arena_init(&p->arena, ARENA_MAX_B);
	p->conf.data_dir = p->dir;
	p->conf.origin = STR("https://example.org");
	p->conf.mount = STR("");
	p->conf.busy_timeout_ms = 1000;
	assert_ok(place_init(&p->conf, NOW, &p->err), &p->err);
	assert_ok(place_open_rw(&p->conf, &p->db, &p->err), &p->err);
	reload_site(p);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	site_free(p->site);
	db_rw_close(p->db);
	arena_release(&p->arena);
	assert_ok(file_remove_tree(p->dir, &p->err), &p->err);
	free(p);
	return 0;
}

static struct post_draft draft(const char *title, const char *markdown)
{
	return (struct post_draft){
		.post = { .kind = STR(POST_KIND_POST), .status = STR(POST_STATUS_PUBLISHED),
			  .visibility = STR(POST_VISIBILITY_PUBLIC), .title = str_of(title),
			  .markdown = str_of(markdown), .published_ms = NOW },
		.password = STR_NONE,
	};
}

static enum rc save_as(struct place *p, struct actor actor, const struct post_draft *d, struct post_saved *out)
{
	struct post_prepared *prepared;
	struct db_tx *tx;
	enum rc rc = post_prepare(p->site, db_rw_ro(p->db), actor, d, NOW, &p->arena, &prepared, &p->err);
	if (rc != RC_OK)
		return rc;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	rc = post_store(tx, p->site, actor, prepared, NULL, out, &p->err);
	if (rc == RC_OK)
		assert_ok(db_commit(tx, &p->err), &p->err);
	else
		db_rollback(tx);
	return rc;
}

static enum rc save(struct place *p, const struct post_draft *d, struct post_saved *out)
{
	return save_as(p, ACTOR_SYSTEM, d, out);
}

static struct post get(struct place *p, int64_t id)
{
	struct post post;
	assert_ok(post_get(db_rw_ro(p->db), id, &p->arena, &post, &p->err), &p->err);
	return post;
}

static int64_t public_seq(struct place *p)
{
	int64_t seq;
	assert_ok(site_public_seq(db_rw_ro(p->db), &seq, &p->err), &p->err);
	return seq;
}

static void a_saved_post_has_everything_derived(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("Hello, Wörld!", "First paragraph.\n\n## Part\n\nMore.\n");
	struct str tags[] = { STR("Big News"), STR("C++"), STR("big news") };
	struct str authors[] = { STR("Ada Lovelace") };
	d.tags = tags;
	d.tag_count = COUNT_OF(tags);
	d.authors = authors;
	d.author_count = COUNT_OF(authors);
	assert_ok(save(p, &d, &saved), &p->err);
	assert_str(saved.path, "/hello-world");
	struct post post = get(p, saved.id);
	assert_true(str_find(post.html, STR("<p>First paragraph.</p>")) >= 0);
	assert_true(str_find(post.toc, STR("Part")) >= 0);
	assert_int_equal(post.local_ym, 202311);
	struct post_card card;
	assert_ok(post_card_get(db_rw_ro(p->db), saved.id, POST_LIST_REFS, &p->arena, &card, &p->err), &p->err);
	assert_int_equal(card.tag_count, 2);
	assert_str(card.tags[0].slug, "big-news");
	assert_str(card.tags[1].name, "C++");
	assert_str(card.authors[0].name, "Ada Lovelace");
	assert_true(str_find(card.excerpt, STR("First paragraph.")) >= 0);
}

#define EIGHTY "A sentence of some length that alone is long enough for the excerpt of a whole post."

static void the_excerpt_ends_where_more_stands(void **state)
{
	struct place *p = *state;
	static const struct { const char *markdown, *want; } cases[] = {
		{ "Above.\n\n<!--more-->\n\nBelow.\n", "Above." },
		{ "Above <!--more--> below.\n", "Above" },
		{ "One.\n\nTwo.\n\n<!-- more -->\n\nBelow.\n", "One. Two." },
		{ EIGHTY " <!--more--> Below.\n", EIGHTY },
		{ EIGHTY "\n\nTwo.\n\n<!--more-->\n\nBelow.\n", EIGHTY },
		{ "# " EIGHTY "\n\n<!--more-->\n\n" EIGHTY " Below.\n", EIGHTY },
		{ "<!--more-->\n\nBelow.\n", "" },
		{ "Update:\n\nAll of it.\n", "Update: All of it." },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct post_saved saved;
		struct post_draft d = draft("Cut", cases[i].markdown);
		assert_ok(save(p, &d, &saved), &p->err);
		assert_str(get(p, saved.id).excerpt_auto, cases[i].want);
	}
}

static void a_taken_address_gets_a_number_or_is_refused(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("Same", "x");
	assert_ok(save(p, &d, &saved), &p->err);
	assert_ok(save(p, &d, &saved), &p->err);
	assert_str(saved.path, "/same-2");
	assert_true(saved.slug_changed);
	d.slug_exact = true;
	assert_int_equal(save(p, &d, &saved), RC_EXISTS);
	struct post_draft reserved = draft("Admin", "x");
	assert_ok(save(p, &reserved, &saved), &p->err);
	assert_str(saved.path, "/admin-2");
	reserved.path = STR("/feed.xml");
	assert_int_equal(save(p, &reserved, &saved), RC_INVALID);
}

static struct post_draft page_below(const char *title, int64_t parent_id)
{
	struct post_draft d = draft(title, "x");
	d.post.kind = STR(POST_KIND_PAGE);
	d.post.parent_id = parent_id;
	return d;
}

static void a_page_cannot_stand_below_itself(void **state)
{
	struct place *p = *state;
	struct post_saved top, middle, low, other;
	struct post_draft d = page_below("Top", 0);
	assert_ok(save(p, &d, &top), &p->err);
	d = page_below("Middle", top.id);
	assert_ok(save(p, &d, &middle), &p->err);
	d = page_below("Low", middle.id);
	assert_ok(save(p, &d, &low), &p->err);
	assert_str(low.path, "/top/middle/low");
	const int64_t parents[] = { top.id, middle.id, low.id };
	for (size_t i = 0; i < COUNT_OF(parents); i++) {
		d.post = get(p, top.id);
		d.post.parent_id = parents[i];
		assert_int_equal(save(p, &d, &other), RC_INVALID);
		d.path = STR("/top"); /* an address of its own makes no difference */
		assert_int_equal(save(p, &d, &other), RC_INVALID);
		d.path = STR_NONE;
	}
	/* A parent that the address suggests is none when it stands below the page. */
	d = page_below("Up", 0);
	d.path = STR("/low/up");
	assert_ok(save(p, &d, &other), &p->err);
	d.post = get(p, low.id);
	d.post.parent_id = other.id;
	d.path = STR("/low");
	assert_ok(save(p, &d, &low), &p->err);
	d = (struct post_draft){ .post = get(p, other.id), .path = STR("/low/up"), .password = STR_NONE };
	assert_ok(save(p, &d, &other), &p->err);
	assert_int_equal(get(p, other.id).parent_id, 0);
}

static void a_new_slug_leaves_a_redirect_behind(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("One", "x");
	assert_ok(save(p, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	d.post.slug = STR("two");
	assert_ok(save(p, &d, &saved), &p->err);
	struct redirect redirect;
	struct str target;
	assert_ok(redirect_get(db_rw_ro(p->db), STR("/one"), &p->arena, &redirect, &target, &p->err), &p->err);
	assert_str(target, "/two");
	/* Links to the old address are not given away by chance ... */
	struct post_draft other = draft("One", "y");
	assert_ok(save(p, &other, &saved), &p->err);
	assert_str(saved.path, "/one-2");
	/* ... but to who asks for it, and then it is no redirect any more. */
	other.post.slug = STR("one");
	other.slug_exact = true;
	assert_ok(save(p, &other, &saved), &p->err);
	assert_str(saved.path, "/one");
	assert_int_equal(redirect_get(db_rw_ro(p->db), STR("/one"), &p->arena, &redirect, &target, &p->err), RC_NOTFOUND);
}

static void saving_over_a_newer_version_is_refused(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("Shared", "first");
	assert_ok(save(p, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	struct post_draft late = d;
	d.post.markdown = STR("second");
	assert_ok(save(p, &d, &saved), &p->err);
	late.post.markdown = STR("third");
	assert_int_equal(save(p, &late, &saved), RC_CONFLICT);
	assert_str(get(p, saved.id).markdown, "second");
	struct revisions revisions;
	assert_ok(revision_list(db_rw_ro(p->db), saved.id, INT64_MAX, 10, &p->arena, &revisions, &p->err), &p->err);
	assert_int_equal(revisions.count, 2);
}

static void contributors_cannot_publish_and_authors_not_touch_others(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("Mine", "x");
	assert_int_equal(save_as(p, (struct actor){ 7, ROLE_CONTRIBUTOR }, &d, &saved), RC_DENIED);
	assert_ok(save(p, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	assert_int_equal(save_as(p, (struct actor){ 7, ROLE_AUTHOR }, &d, &saved), RC_DENIED);
}

static void what_is_published_is_not_a_contributors_any_more(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct db_tx *tx;
	struct actor writer = { 0, ROLE_CONTRIBUTOR };
	struct user_new person = { .email = STR("cara@example.org"), .name = STR("Cara"), .role = ROLE_CONTRIBUTOR };
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(people_create(tx, ACTOR_SYSTEM, &person, STR_NONE, NOW, &writer.user_id, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	struct post_draft d = draft("Hers", "x");
	d.post.status = STR(POST_STATUS_DRAFT);
	assert_ok(save_as(p, writer, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	assert_ok(save_as(p, writer, &d, &saved), &p->err); /* it is hers */
	d.post = get(p, saved.id);
	d.post.status = STR(POST_STATUS_PUBLISHED);
	assert_ok(save(p, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	d.post.status = STR(POST_STATUS_DRAFT);
	assert_int_equal(save_as(p, writer, &d, &saved), RC_DENIED);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_int_equal(post_trash(tx, writer, saved.id, NOW, &p->err), RC_DENIED);
	db_rollback(tx);
	assert_str(get(p, saved.id).status, POST_STATUS_PUBLISHED);
}

static int64_t add_person(struct place *p, const char *name, const char *slug)
{
	struct user user = { .public_id = str_of(slug), .role = STR(USER_ROLE_AUTHOR), .name = str_of(name), .slug = str_of(slug) };
	struct db_tx *tx;
	int64_t id;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(user_insert(tx, &user, &id, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	return id;
}

static struct users authors_of(struct place *p, int64_t post_id)
{
	struct users users;
	assert_ok(user_list_of_post(db_rw_ro(p->db), post_id, &p->arena, &users, &p->err), &p->err);
	return users;
}

static void people_of_one_name_are_told_apart(void **state)
{
	struct place *p = *state;
	struct db_ro *db = db_rw_ro(p->db);
	struct post_saved saved;
	const int64_t first = add_person(p, "Sam", "sam"), second = add_person(p, "Sam", "sam-2"),
		      ada = add_person(p, "Ada", "ada"), sly = add_person(p, "Sam (sam-2)", "sly"),
		      long_one = add_person(p, "Ada (ada", "odd");
	const struct { int64_t id; const char *name, *slug, *label; } people[] = {
		{ first, "Sam", "sam", "Sam (sam)" }, { second, "Sam", "sam-2", "Sam (sam-2)" }, { ada, "Ada", "ada", "Ada" },
		{ sly, "Sam (sam-2)", "sly", "Sam (sam-2) (sly)" }, { long_one, "Ada (ada", "odd", "Ada (ada" },
	};
	struct user found;
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		struct str label;
		assert_ok(author_label(db, people[i].id, str_of(people[i].name), str_of(people[i].slug), &p->arena, &label,
				       &p->err), &p->err);
		assert_str(label, people[i].label);
		assert_ok(author_find(db, 0, label, &p->arena, &found, &p->err), &p->err);
		assert_int_equal(found.id, people[i].id);
	}
	assert_int_equal(author_find(db, 0, STR("Sam"), &p->arena, &found, &p->err), RC_CONFLICT);
	static const char *const nobody[] = { "", " ", "(", ")", "()", " ()", "Ada ()", "Ada (sam)", "sam", "Ada(ada)", "(ada)", " (ada)" };
	for (size_t i = 0; i < COUNT_OF(nobody); i++)
		assert_int_equal(author_find(db, 0, str_of(nobody[i]), &p->arena, &found, &p->err), RC_NOTFOUND);

	/* The post of the second stays his, by his name too; both can have one. */
	const struct str label = STR("Sam (sam-2)"), name = STR("Sam"), both[] = { STR("Sam"), STR("Sam (sam)"), STR("Sam (sam-2)") };
	struct post_draft d = draft("Told apart", "x");
	d.authors = &label;
	d.author_count = 1;
	assert_ok(save(p, &d, &saved), &p->err);
	d.post = get(p, saved.id);
	d.authors = &name;
	assert_ok(save(p, &d, &saved), &p->err);
	assert_int_equal(authors_of(p, saved.id).count, 1);
	assert_int_equal(authors_of(p, saved.id).items[0].id, second);
	d.post = get(p, saved.id);
	d.authors = both;
	d.author_count = COUNT_OF(both);
	assert_ok(save(p, &d, &saved), &p->err);
	assert_int_equal(authors_of(p, saved.id).count, 2);
	assert_int_equal(authors_of(p, saved.id).items[0].id, second);
	assert_int_equal(authors_of(p, saved.id).items[1].id, first);
}

static void raw_html_of_lesser_roles_is_filtered(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct db_tx *tx;
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(setting_change(tx, ACTOR_SYSTEM, STR("raw_html"), STR("on"), NOW, NULL, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	reload_site(p);
	struct post_draft d = draft("Raw", "<script>alert(1)</script>\n");
	assert_ok(save_as(p, (struct actor){ 0, ROLE_EDITOR }, &d, &saved), &p->err);
	assert_true(str_find(get(p, saved.id).html, STR("<script")) < 0);
	d = draft("Raw too", "<script>alert(1)</script>\n");
	assert_ok(save(p, &d, &saved), &p->err);
	assert_true(str_find(get(p, saved.id).html, STR("<script")) >= 0);
}

static void bad_fields_are_named(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct post_draft d = draft("", "");
	assert_int_equal(save(p, &d, &saved), RC_INVALID);
	assert_string_equal(p->err.msg, "there is neither a title nor a text");
	d = draft("x", "\xff");
	assert_int_equal(save(p, &d, &saved), RC_INVALID);
	d = draft("x", "x");
	d.post.slug = STR("Not A Slug");
	assert_int_equal(save(p, &d, &saved), RC_INVALID);
	d = draft("x", "x");
	d.post.custom = STR("[1]");
	assert_int_equal(save(p, &d, &saved), RC_INVALID);
	assert_string_equal(p->err.msg, "the custom fields are not a JSON object");
	d = draft("x", "x");
	d.post.lang = STR("english!");
	assert_int_equal(save(p, &d, &saved), RC_INVALID);
}

static void a_new_pattern_moves_posts_and_keeps_old_addresses(void **state)
{
	struct place *p = *state;
	struct post_saved saved, fixed;
	struct rebuild_counts counts;
	struct db_tx *tx;
	bool rebuild = false;
	struct post_draft d = draft("Moves", "x"), f = draft("Stays", "x");
	f.path = STR("/for/ever");
	assert_ok(save(p, &d, &saved), &p->err);
	assert_ok(save(p, &f, &fixed), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(setting_change(tx, ACTOR_SYSTEM, STR("permalink"), STR("/:year/:month/:slug"), NOW, &rebuild, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_true(rebuild);
	reload_site(p);
	assert_ok(rebuild_all(p->db, p->site, NOW, NULL, NULL, &counts, &p->err), &p->err);
	assert_int_equal(counts.posts, 2);
	assert_int_equal(counts.redirects, 1);
	assert_str(get(p, saved.id).path, "/2023/11/moves");
	assert_str(get(p, fixed.id).path, "/for/ever");
	struct redirect redirect;
	struct str target;
	assert_ok(redirect_get(db_rw_ro(p->db), STR("/moves"), &p->arena, &redirect, &target, &p->err), &p->err);
	assert_str(target, "/2023/11/moves");
	/* Doing it again changes nothing that anybody could see. */
	int64_t seq = public_seq(p);
	assert_ok(rebuild_all(p->db, p->site, NOW, NULL, NULL, &counts, &p->err), &p->err);
	assert_int_equal(counts.changed, 0);
	assert_int_equal(public_seq(p), seq);
}

static void trash_hides_and_restore_brings_back_a_draft(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct db_tx *tx;
	struct post_draft d = draft("Gone", "x");
	assert_ok(save(p, &d, &saved), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(post_trash(tx, ACTOR_SYSTEM, saved.id, NOW, &p->err), &p->err);
	assert_int_equal(post_trash(tx, ACTOR_SYSTEM, saved.id, NOW, &p->err), RC_CONFLICT);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_str(get(p, saved.id).status, POST_STATUS_TRASH);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(post_restore(tx, ACTOR_SYSTEM, saved.id, NOW, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_str(get(p, saved.id).status, POST_STATUS_DRAFT);
}

static void tags_and_authors_have_profiles(void **state)
{
	struct place *p = *state;
	struct post_saved saved;
	struct db_tx *tx;
	struct str tags[] = { STR("News") }, authors[] = { STR("Ada") };
	struct post_draft d = draft("Told", "x");
	d.tags = tags;
	d.tag_count = 1;
	d.authors = authors;
	d.author_count = 1;
	assert_ok(save(p, &d, &saved), &p->err);
	int64_t seq = public_seq(p);
	struct profile change = { .text = STR("All *news*. <script>x</script>"), .picture = STR("/media/x") };
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(profile_change_tag(tx, p->site, ACTOR_SYSTEM, STR("news"), &change, NOW, &p->err), &p->err);
	change.website = STR("https://ada.example");
	change.name = STR(" Ada L. ");
	assert_ok(profile_change_author(tx, p->site, ACTOR_SYSTEM, STR("ada"), &change, NOW, &p->err), &p->err);
	change.website = STR("javascript:alert(1)");
	assert_int_equal(profile_change_author(tx, p->site, ACTOR_SYSTEM, STR("ada"), &change, NOW, &p->err), RC_INVALID);
	change = (struct profile){ .picture = STR("javascript:alert(1)") };
	assert_int_equal(profile_change_tag(tx, p->site, ACTOR_SYSTEM, STR("news"), &change, NOW, &p->err), RC_INVALID);
	change = (struct profile){ .name = STR(" ") };
	assert_int_equal(profile_change_tag(tx, p->site, ACTOR_SYSTEM, STR("news"), &change, NOW, &p->err), RC_INVALID);
	change = (struct profile){ .name = STR("x") };
	assert_int_equal(profile_change_tag(tx, p->site, ACTOR_SYSTEM, STR("nope"), &change, NOW, &p->err), RC_NOTFOUND);
	assert_int_equal(profile_change_tag(tx, p->site, (struct actor){ 5, ROLE_AUTHOR }, STR("news"), &change, NOW,
					    &p->err), RC_DENIED);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_true(public_seq(p) > seq);
	struct tag tag;
	struct user user;
	assert_ok(tag_by_slug(db_rw_ro(p->db), STR("news"), NOW, &p->arena, &tag, &p->err), &p->err);
	assert_true(str_find(tag.description_html, STR("<em>news</em>")) >= 0);
	assert_true(str_find(tag.description_html, STR("script")) < 0);
	assert_str(tag.image, "/media/x");
	assert_str(tag.name, "News");
	assert_ok(user_by_slug(db_rw_ro(p->db), STR("ada"), NOW, &p->arena, &user, &p->err), &p->err);
	assert_str(user.name, "Ada L.");
	assert_str(user.website, "https://ada.example");
}

int main(void)
{
	markdown_init();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_saved_post_has_everything_derived, setup, teardown),
		cmocka_unit_test_setup_teardown(the_excerpt_ends_where_more_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(a_taken_address_gets_a_number_or_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_page_cannot_stand_below_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_slug_leaves_a_redirect_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(saving_over_a_newer_version_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(contributors_cannot_publish_and_authors_not_touch_others, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_published_is_not_a_contributors_any_more, setup, teardown),
		cmocka_unit_test_setup_teardown(people_of_one_name_are_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(raw_html_of_lesser_roles_is_filtered, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_fields_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_pattern_moves_posts_and_keeps_old_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(tags_and_authors_have_profiles, setup, teardown),
		cmocka_unit_test_setup_teardown(trash_hides_and_restore_brings_back_a_draft, setup, teardown),
	};
	return cmocka_run_group_tests_name("core post", tests, NULL, NULL);
}
