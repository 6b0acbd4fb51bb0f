/* store_accounts.c: what accounts leave behind, and when it goes: unsaved texts, mails, who signed in. */
#include "store_fixture.h"

#include "store/audit.h"
#include "store/autosave.h"
#include "store/expiry.h"
#include "store/outbox.h"
#include "store/revision.h"

#define OLD (NOW - 91 * (int64_t)DAY)

static int64_t person(struct fixture *f, const char *name)
{
	struct user user = { .public_id = str_of(name), .role = STR("author"), .name = str_of(name), .slug = str_of(name) };
	struct db_tx *tx = fixture_begin(f);
	int64_t id;
	assert_ok(user_insert(tx, &user, &id, &f->err), &f->err);
	fixture_commit(f, tx);
	return id;
}

static void keep(struct fixture *f, int64_t user_id, const char *key, int64_t post_id, int64_t version, int64_t at_ms,
		 const char *text)
{
	struct autosave autosave = {
		.user_id = user_id, .key = str_of(key), .post_id = post_id, .version = version, .saved_ms = at_ms,
		.title = *text ? STR("T") : STR(""), .fields = STR("{}"), .markdown = str_of(text),
	};
	struct db_tx *tx = fixture_begin(f);
	assert_ok(autosave_put(tx, &autosave, &f->err), &f->err);
	fixture_commit(f, tx);
}

static int64_t expire(struct fixture *f, enum expiry_kind kind)
{
	int64_t counted, removed;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(expiry_count(db_tx_ro(tx), kind, NOW, 100, &counted, &f->err), &f->err);
	assert_ok(expiry_remove(tx, kind, NOW, 100, &removed, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(counted, removed);
	return removed;
}

static bool is_kept(struct fixture *f, int64_t user_id, const char *key)
{
	struct autosave found;
	return autosave_get(f->ro, user_id, str_of(key), &f->arena, &found, &f->err) == RC_OK;
}

static void an_unsaved_text_never_goes_while_it_is_the_only_copy(void **state)
{
	struct fixture *f = *state;
	int64_t ada = person(f, "ada");
	struct post post = fixture_post(f, "p"), saved = fixture_post(f, "s");
	post.title = saved.title = STR("T");
	saved.markdown = STR("saved as typed");
	int64_t id = fixture_insert(f, &post), other = fixture_insert(f, &saved);
	keep(f, ada, "pending", id, post.version + 1, OLD, "not saved since");
	keep(f, ada, "begun", 0, 0, OLD, "never saved");
	keep(f, ada, "recent", id, post.version - 1, NOW, "saved since, but lately");
	keep(f, ada, "past", id, post.version - 1, OLD, "saved since");
	keep(f, ada, "same", other, saved.version - 1, OLD, "saved as typed");
	keep(f, ada, "empty", 0, 0, OLD, "");
	assert_int_equal(expire(f, EXPIRY_AUTOSAVES), 3);
	assert_true(is_kept(f, ada, "pending") && is_kept(f, ada, "begun") && is_kept(f, ada, "recent"));
	assert_false(is_kept(f, ada, "past") || is_kept(f, ada, "same") || is_kept(f, ada, "empty"));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM revision WHERE kind = 'autosave'"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM revision WHERE markdown = 'saved since'"), 1);
	assert_int_equal(expire(f, EXPIRY_AUTOSAVES), 0);
}

static void what_a_person_has_not_saved_is_left_to_somebody(void **state)
{
	struct fixture *f = *state;
	int64_t ada = person(f, "ada"), bea = person(f, "bea");
	struct post post = fixture_post(f, "p");
	int64_t id = fixture_insert(f, &post);
	keep(f, ada, "p", id, 1, NOW, "over a post");
	keep(f, ada, "n", 0, 0, NOW, "begun");
	keep(f, ada, "both", 0, 0, NOW, "of ada");
	keep(f, bea, "both", 0, 0, NOW, "of bea");
	struct db_tx *tx = fixture_begin(f);
	assert_ok(autosave_leave(tx, ada, bea, &f->err), &f->err);
	assert_ok(user_delete(tx, ada, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM revision WHERE markdown = 'over a post'"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM autosave"), 3);
	assert_int_equal(fixture_number(f, "SELECT count(DISTINCT markdown) FROM autosave"), 3);
	assert_true(is_kept(f, bea, "n") && is_kept(f, bea, "both"));
}

static void note(struct fixture *f, const char *action, const char *addr, int64_t at_ms)
{
	struct audit entry = { .at_ms = at_ms, .who = STR("w"), .action = str_of(action), .object = STR(""),
			       .remote_addr = str_of(addr) };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(audit_add(tx, &entry, &f->err), &f->err);
	fixture_commit(f, tx);
}

static void sign_ins_go_before_what_changed_something(void **state)
{
	struct fixture *f = *state;
	static const char *const passing[] = { AUDIT_SIGNIN, AUDIT_SIGNIN_FAILED, AUDIT_SIGNOUT, AUDIT_SIGNOUT_THERE };
	for (size_t i = 0; i < COUNT_OF(passing); i++)
		for (int old = 0; old < 2; old++)
			note(f, passing[i], "x", old ? OLD : NOW);
	note(f, "role", "x", OLD);
	note(f, "role", "x", NOW - 401 * (int64_t)DAY);
	assert_int_equal(expire(f, EXPIRY_AUDIT_PASSING), COUNT_OF(passing));
	assert_int_equal(expire(f, EXPIRY_AUDIT), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM audit"), COUNT_OF(passing) + 1);
}

static bool has_room(struct fixture *f, const char *addr)
{
	bool room = false;
	assert_ok(audit_has_room(f->ro, str_of(addr), NOW - 1000, 3, &room, &f->err), &f->err);
	return room;
}

static void failures_fill_no_table(void **state)
{
	struct fixture *f = *state;
	assert_true(has_room(f, "a"));
	note(f, AUDIT_SIGNIN, "a", NOW);
	note(f, AUDIT_SIGNIN_FAILED, "a", NOW - 1000);
	assert_true(has_room(f, "a"));
	note(f, AUDIT_SIGNIN_FAILED, "a", NOW);
	assert_false(has_room(f, "a"));
	assert_true(has_room(f, "b"));
	note(f, AUDIT_SIGNIN_FAILED, "b", NOW);
	note(f, AUDIT_SIGNIN_FAILED, "c", NOW);
	assert_false(has_room(f, "d"));
}

static void a_mail_waits_until_what_it_says_is_over(void **state)
{
	struct fixture *f = *state;
	struct outbox_mails mails;
	int64_t ada = person(f, "ada"), bea = person(f, "bea");
	struct outbox_mail mail = { .user_id = ada, .to = STR("a@example.org"), .subject = STR("s"), .text = STR("t"),
				    .made_ms = NOW, .expires_ms = NOW + 1 };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(outbox_add(tx, &mail, &f->err), &f->err);
	mail.user_id = bea;
	assert_ok(outbox_add(tx, &mail, &f->err), &f->err);
	mail.expires_ms = NOW - 1;
	assert_ok(outbox_add(tx, &mail, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(outbox_list(f->ro, NOW, 10, &f->arena, &mails, &f->err), &f->err);
	assert_int_equal(mails.count, 2);
	assert_true(str_is(mails.items[0].to, "a@example.org"));
	assert_int_equal(expire(f, EXPIRY_OUTBOX), 1);
	tx = fixture_begin(f);
	assert_ok(outbox_clear(tx, ada, &f->err), &f->err);
	assert_ok(user_delete(tx, bea, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM outbox"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(an_unsaved_text_never_goes_while_it_is_the_only_copy),
		store_test(what_a_person_has_not_saved_is_left_to_somebody),
		store_test(sign_ins_go_before_what_changed_something),
		store_test(failures_fill_no_table),
		store_test(a_mail_waits_until_what_it_says_is_over),
	};
	return cmocka_run_group_tests_name("what accounts leave", tests, NULL, NULL);
}
