/* work_scheduler.c: tests of the scheduler by a clock of the tests, against a real receiver on the loopback
 * address. */
#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/timetable.h"
#include "store/schedule.h"
#include "store/setting.h"
#include "store_fixture.h"
#include "work/presence.h"
#include "work/scheduler.h"

#define T0 (NOW - NOW % 60000 + 60000) /* a full minute */
#define CALLS_MAX 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char ids[CALLS_MAX][64];
static size_t calls;
static const char *answer;
static int port;

static const char done[] = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"results\":[]}";
static const char page[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>Hi</p>";
static const char failed[] = "HTTP/1.1 500 Oops\r\nContent-Length: 51\r\nConnection: close\r\n\r\n"
	"{\"results\":[{\"task\":\"ttl\",\"ok\":false,\"error\":\"why\"}]}";
static const char busy[] = "HTTP/1.1 409 Conflict\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/* --- the receiver --- */

static void serve_one(int fd)
{
	char request[4096] = "";
	size_t n = 0;
	ssize_t got;
	/* The body is one JSON object: it ends the request. */
	while (n < sizeof request - 1 && (got = recv(fd, request + n, sizeof request - 1 - n, 0)) > 0) {
		request[n += (size_t)got] = '\0';
		if (strstr(request, "\r\n\r\n{") && request[n - 1] == '}')
			break;
	}
	const char *id = strcasestr(request, "\r\nwebhook-id: ");
	pthread_mutex_lock(&lock);
	const char *text = answer;
	pthread_mutex_unlock(&lock);
	send(fd, text, strlen(text), MSG_NOSIGNAL);
	/* Counted behind the answer: then the caller has it. */
	pthread_mutex_lock(&lock);
	if (id && calls < CALLS_MAX && sscanf(id + 14, "%63s", ids[calls]) == 1)
		calls++;
	pthread_mutex_unlock(&lock);
}

static void *serve(void *ctx)
{
	int listener = (int)(intptr_t)ctx, fd;
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		serve_one(fd);
		close(fd);
	}
	return NULL;
}

static int start_receiver(void **state)
{
	(void)state;
	pthread_t thread;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t in_b = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, in_b) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &in_b) != 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0)
		return -1;
	pthread_detach(thread);
	port = ntohs(in.sin_port);
	log_setup(LOG_ERROR, LOG_TEXT);
	return 0;
}

/* --- a scheduler --- */

struct stage {
	struct fixture f;
	struct conf conf;
	char url[64];
	struct scheduler *s;
	bool changed;
};

static void put(struct stage *st, const char *key, const char *value)
{
	struct db_tx *tx = fixture_begin(&st->f);
	assert_ok(setting_put(tx, str_of(key), str_of(value), NOW, &st->f.err), &st->f.err);
	fixture_commit(&st->f, tx);
	st->changed = true;
}

/* All other tasks are switched off. */
static void set_cron(struct stage *st, const char *ttl)
{
	struct json *setting = json_new_object();
	struct buf text = BUF_INIT(4096);
	for (size_t i = 0; tasks[i]; i++)
		json_set_text(setting, tasks[i]->name, strcmp(tasks[i]->name, "ttl") == 0 ? str_of(ttl) : STR(""));
	json_write(setting, JSON_LINE, &text);
	put(st, "cron", arena_cstr(&st->f.arena, buf_view(&text)));
	json_free(setting);
	buf_release(&text);
}

static int set_up(void **state)
{
	struct stage *st = mem_new(sizeof *st);
	fixture_folder(&st->f);
	assert_ok(db_migrate(st->f.path, &schema_site, PROGRAM, NOW, NULL, &st->f.err), &st->f.err);
	assert_ok(db_rw_open(st->f.path, NULL, &st->f.db, &st->f.err), &st->f.err);
	st->f.ro = db_rw_ro(st->f.db);
	snprintf(st->url, sizeof st->url, "http://127.0.0.1:%d", port);
	st->conf.url = str_of(st->url);
	calls = 0;
	answer = done;
	put(st, "cron_jitter", "0");
	set_cron(st, "* * * * *");
	assert_ok(scheduler_open(&st->conf, &st->s, &st->f.err), &st->f.err);
	*state = st;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *st = *state;
	scheduler_stop(st->s);
	scheduler_close(st->s);
	fixture_close(&st->f);
	free(st);
	return 0;
}

static void answers(const char *text)
{
	pthread_mutex_lock(&lock);
	answer = text;
	pthread_mutex_unlock(&lock);
}

static size_t count_calls(void)
{
	pthread_mutex_lock(&lock);
	size_t n = calls;
	pthread_mutex_unlock(&lock);
	return n;
}

static int64_t settled(struct stage *st)
{
	int64_t ms = 0;
	enum rc rc = schedule_settled(st->f.ro, STR("ttl"), &ms, &st->f.err);
	assert_true(rc == RC_OK || rc == RC_NOTFOUND);
	return ms;
}

static void tick(struct stage *st, int64_t now_ms)
{
	scheduler_tick(st->s, st->f.db, true, st->changed, now_ms);
	st->changed = false;
}

/* Nothing is due at `now_ms`. A call that was begun would have to be taken before the next, so that whoever
 * counts at the end sees it. */
static void is_quiet(struct stage *st, int64_t now_ms)
{
	size_t before = count_calls();
	tick(st, now_ms);
	tick(st, now_ms);
	assert_int_equal(count_calls(), before);
}

/* One call is made at `now_ms`, with the id of the moment `due_ms`; what came of it is taken. */
static void is_called(struct stage *st, int64_t now_ms, int64_t due_ms)
{
	char wanted[64];
	size_t before = count_calls();
	int64_t until_us = clock_monotonic_us() + 10000000, settled_before = settled(st);
	tick(st, now_ms);
	while (count_calls() == before && clock_monotonic_us() < until_us)
		sched_yield();
	assert_int_equal(count_calls(), before + 1);
	snprintf(wanted, sizeof wanted, "cron_ttl_%lld", (long long)due_ms);
	assert_string_equal(ids[before], wanted);
	/* The receiver is ahead of the caller by a moment. */
	bool settles = answer == done;
	for (int64_t end_us = clock_monotonic_us() + (settles ? 10000000 : 100000); clock_monotonic_us() < end_us;) {
		tick(st, now_ms);
		if (settles && settled(st) != settled_before)
			break;
		sched_yield();
	}
	assert_int_equal(count_calls(), before + 1);
	assert_int_equal(settled(st), settles ? now_ms : settled_before);
}

/* --- tests --- */

static void a_call_is_made_when_it_is_due_and_once(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0 + 1000); /* what came before the site is nothing */
	is_quiet(st, T0 + 59999);
	is_called(st, T0 + 60000, T0 + 60000);
	is_quiet(st, T0 + 60001);
	is_quiet(st, T0 + 119999);
	is_called(st, T0 + 121000, T0 + 120000);
}

static void what_was_missed_is_done_once(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	is_called(st, T0 + 10 * (int64_t)DAY + 30000, T0 + 60000);
	is_quiet(st, T0 + 10 * (int64_t)DAY + 31000);
	is_called(st, T0 + 10 * (int64_t)DAY + 60000, T0 + 10 * (int64_t)DAY + 60000);
}

static void a_clock_that_is_set_back_begins_anew(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	is_called(st, T0 + 60000, T0 + 60000);
	is_quiet(st, T0 - DAY);
	assert_int_equal(settled(st), T0 - DAY);
	is_called(st, T0 - DAY + 60000, T0 - DAY + 60000);
}

static void a_call_that_failed_stands_for_those_after_it(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	answers(failed);
	is_called(st, T0 + 60000, T0 + 60000);
	is_quiet(st, T0 + 60000 + 29000);
	is_called(st, T0 + 60000 + 30000, T0 + 60000);
	is_quiet(st, T0 + 119999);
	answers(done);
	is_called(st, T0 + 120000, T0 + 60000);
	is_called(st, T0 + 180000, T0 + 180000);
}

static void a_page_of_somebody_else_is_no_answer(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	answers(page);
	is_called(st, T0 + 60000, T0 + 60000);
	assert_int_equal(settled(st), T0);
	is_called(st, T0 + 60000 + 30000, T0 + 60000);
}

static void a_pause_grows_up_to_the_next_time(void **state)
{
	struct stage *st = *state;
	set_cron(st, "0 * * * *");
	int64_t hour = T0 - T0 % 3600000 + 3600000;
	is_quiet(st, hour - 1000);
	answers(failed);
	is_called(st, hour, hour);
	is_called(st, hour + 30000, hour);
	is_quiet(st, hour + 30000 + 59000);
	is_called(st, hour + 30000 + 60000, hour);
	is_quiet(st, hour + 90000 + 119000);
	is_called(st, hour + 90000 + 120000, hour);
}

static void who_says_when_to_come_back_is_asked_then(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	answers(busy);
	is_called(st, T0 + 60000, T0 + 60000);
	is_quiet(st, T0 + 65000);
	answers(done);
	is_called(st, T0 + 66000, T0 + 60000);
}

static void a_change_of_the_setting_counts_at_once(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	set_cron(st, "@every 10s");
	is_called(st, T0 + 10000, T0 + 10000);
	set_cron(st, "");
	is_quiet(st, T0 + DAY);
	set_cron(st, "@every 10s");
	is_called(st, T0 + DAY + 2000, T0 + 20000); /* what was left out meanwhile is done once */
}

/* As nobody could write it with `platen config`: by hand, by a newer program. */
static void an_expression_that_cannot_be_read_stops_its_own_task_alone(void **state)
{
	struct stage *st = *state;
	struct json *late = json_new_list(), *faults = json_new_list();
	struct timetable table;
	is_quiet(st, T0);
	put(st, "cron", "{\"ttl\":\"@every 10s\",\"publish\":\"nonsense\",\"jobs\":7,\"logs\":\"\",\"optimize\":\"\"}");
	is_called(st, T0 + 10000, T0 + 10000);
	assert_ok(tasks_overdue(st->f.ro, T0, late, &st->f.err), &st->f.err);
	assert_int_equal(json_count(late), 2);
	assert_str(json_text(json_at(late, 0), STR("")), "publish");
	assert_str(json_text(json_at(late, 1), STR("")), "jobs");
	assert_ok(timetable_read(st->f.ro, &table, faults, &st->f.err), &st->f.err);
	assert_int_equal(table.count, 1);
	assert_int_equal(json_count(faults), 2);
	assert_true(str_find(json_text(json_at(faults, 0), STR("")), STR("publish: 'nonsense'")) >= 0);
	json_free(late);
	json_free(faults);
}

/* Its age stands in for the run that never was; what is switched off is not missed. */
static void a_task_that_nobody_ever_called_for_is_late_when_the_site_is_old(void **state)
{
	struct stage *st = *state;
	struct json *young = json_new_list(), *old = json_new_list();
	put(st, "cron", "{\"jobs\":\"\"}");
	assert_ok(tasks_overdue(st->f.ro, NOW + DAY, young, &st->f.err), &st->f.err);
	assert_int_equal(json_count(young), 0);
	assert_ok(tasks_overdue(st->f.ro, NOW + INT64_C(4) * DAY, old, &st->f.err), &st->f.err);
	assert_int_equal(json_count(old), 2);
	assert_str(json_text(json_at(old, 0), STR("")), "ttl");
	assert_str(json_text(json_at(old, 1), STR("")), "publish");
	json_free(young);
	json_free(old);
}

static void an_unreadable_timetable_or_zone_is_not_the_end_of_maintenance(void **state)
{
	struct stage *st = *state;
	struct json *faults = json_new_list(), *late = json_new_list();
	struct timetable table;
	put(st, "cron", "{\"ttl\":");
	put(st, "timezone", "Atlantis/Capital");
	assert_ok(timetable_read(st->f.ro, &table, faults, &st->f.err), &st->f.err);
	assert_int_equal(json_count(faults), 2);
	assert_true(table.count >= 5 && table.zone == zone_utc());
	assert_ok(tasks_overdue(st->f.ro, T0, late, &st->f.err), &st->f.err);
	assert_int_equal(json_count(late), 0);
	json_free(late);
	json_free(faults);
}

/* One that was stopped for longer than its lease ends a call of then: what others have done since stays done. */
static void who_comes_back_late_does_not_turn_the_schedule_back(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	is_called(st, T0 + 60000, T0 + 60000);
	struct db_tx *tx = fixture_begin(&st->f);
	assert_ok(schedule_settle(tx, STR("ttl"), T0 + 600000, T0 + 700000, &st->f.err), &st->f.err);
	assert_ok(schedule_settle(tx, STR("ttl"), T0 + 120000, T0 + 700000, &st->f.err), &st->f.err);
	fixture_commit(&st->f, tx);
	assert_int_equal(settled(st), T0 + 600000);
}

/* Berlin: on 2026-03-29 at 2:00 it is 3:00, on 2026-10-25 at 3:00 it is 2:00 again; Lord Howe sets its clocks by
 * half an hour. Each day has one call, at the moved time or the first of the two. */
static void a_time_that_clocks_skip_or_show_twice_is_called_once(void **state)
{
	struct stage *st = *state;
	static const struct { const char *zone, *times; int64_t before_s, due_s, next_s; } all[] = {
		{ "Europe/Berlin", "30 2 * * *", 1774738800, 1774747800, 1774830600 },        /* 03-29 00:00, 03:30 CEST, 03-30 02:30 */
		{ "Europe/Berlin", "30 2 * * *", 1792879200, 1792888200, 1792978200 },        /* 10-25 00:00, 02:30 CEST, 10-26 02:30 CET */
		{ "America/New_York", "30 2 * * *", 1772946000, 1772955000, 1773037800 },     /* 03-08 00:00, 03:30 EDT, 03-09 02:30 */
		{ "America/New_York", "30 1 * * *", 1793505600, 1793511000, 1793601000 },     /* 11-01 00:00, 01:30 EDT, 11-02 01:30 EST */
		{ "Australia/Lord_Howe", "15 2 * * *", 1791034200, 1791042300, 1791126900 },  /* 10-04 00:00, 02:45 +11, 10-05 02:15 */
		{ "Australia/Lord_Howe", "45 1 * * *", 1775307600, 1775313900, 1775402100 },  /* 04-05 00:00, 01:45 +11, 04-06 01:45 +10:30 */
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct db_tx *tx = fixture_begin(&st->f);
		assert_ok(schedule_settle(tx, STR("ttl"), all[i].before_s * 1000, 0, &st->f.err), &st->f.err);
		fixture_commit(&st->f, tx);
		put(st, "timezone", all[i].zone);
		set_cron(st, all[i].times);
		scheduler_tick(st->s, st->f.db, false, true, all[i].before_s * 1000);
		is_quiet(st, all[i].due_s * 1000 - 1);
		is_called(st, all[i].due_s * 1000, all[i].due_s * 1000);
		is_quiet(st, all[i].next_s * 1000 - 1);
		is_called(st, all[i].next_s * 1000, all[i].next_s * 1000);
	}
}

static void the_jitter_is_bounded_by_the_rhythm(void **state)
{
	struct stage *st = *state;
	put(st, "cron_jitter", "600");
	is_quiet(st, T0);
	size_t before = count_calls();
	tick(st, T0 + 60000);
	is_quiet(st, T0 + 60000);
	if (count_calls() == before)
		is_called(st, T0 + 60000 + 15000, T0 + 60000);
}

static void who_does_not_lead_calls_nobody_and_knows_nothing(void **state)
{
	struct stage *st = *state;
	is_quiet(st, T0);
	scheduler_tick(st->s, st->f.db, false, true, T0 + 60000);
	scheduler_tick(st->s, st->f.db, false, true, T0 + 600000);
	assert_int_equal(count_calls(), 0);
	/* Another one did it meanwhile. */
	struct db_tx *tx = fixture_begin(&st->f);
	assert_ok(schedule_settle(tx, STR("ttl"), T0 + 600000, INT64_MAX, &st->f.err), &st->f.err);
	fixture_commit(&st->f, tx);
	is_quiet(st, T0 + 601000);
	is_called(st, T0 + 660000, T0 + 660000);
}

static void every_task_has_a_time_and_comes_before_it_is_overdue(void **state)
{
	struct stage *st = *state;
	struct timetable table;
	size_t count = 0;
	put(st, "cron", "{}");
	put(st, "timezone", "Europe/Berlin");
	while (tasks[count])
		count++;
	assert_ok(timetable_read(st->f.ro, &table, NULL, &st->f.err), &st->f.err);
	assert_int_equal(table.count, count);
	for (size_t i = 0; i < count; i++) {
		int64_t first_ms = cron_next(&table.lines[i].cron, table.zone, T0);
		int64_t next_ms = cron_next(&table.lines[i].cron, table.zone, first_ms);
		assert_true(first_ms > T0 && next_ms > first_ms);
		if (next_ms - first_ms > table.lines[i].task->overdue_ms / 2)
			fail_msg("%s: %lld ms between two runs", table.lines[i].task->name, (long long)(next_ms - first_ms));
	}
}

/* --- who leads --- */

static void the_lease_goes_from_one_to_the_other(void **state)
{
	struct stage *st = *state;
	struct presence first, second;
	presence_init(&first, NOW);
	presence_init(&second, NOW);
	assert_true(presence_tick(&first, st->f.db, NOW));
	assert_false(presence_tick(&second, st->f.db, NOW + 1));
	assert_false(presence_tick(&second, st->f.db, NOW + PRESENCE_LEASE_MS - 1));
	/* The first is silent: hung, or killed. */
	assert_true(presence_tick(&second, st->f.db, NOW + PRESENCE_LEASE_MS));
	first.told_us = 1; /* it wakes up and would tell again */
	assert_false(presence_tick(&first, st->f.db, NOW + PRESENCE_LEASE_MS + 1));
	presence_resign(&second, st->f.db);
	assert_int_equal(fixture_number(&st->f, "SELECT count(*) FROM worker"), 2); /* its jobs may still end */
	presence_end(&second, st->f.db);
	assert_int_equal(fixture_number(&st->f, "SELECT count(*) FROM worker"), 1);
	assert_true(presence_tick(&first, st->f.db, NOW + PRESENCE_LEASE_MS + 2));
	presence_end(&first, st->f.db);
}

#define stage_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(a_call_is_made_when_it_is_due_and_once),
		stage_test(what_was_missed_is_done_once),
		stage_test(a_clock_that_is_set_back_begins_anew),
		stage_test(a_call_that_failed_stands_for_those_after_it),
		stage_test(a_page_of_somebody_else_is_no_answer),
		stage_test(a_pause_grows_up_to_the_next_time),
		stage_test(who_says_when_to_come_back_is_asked_then),
		stage_test(a_change_of_the_setting_counts_at_once),
		stage_test(an_expression_that_cannot_be_read_stops_its_own_task_alone),
		stage_test(a_task_that_nobody_ever_called_for_is_late_when_the_site_is_old),
		stage_test(an_unreadable_timetable_or_zone_is_not_the_end_of_maintenance),
		stage_test(who_comes_back_late_does_not_turn_the_schedule_back),
		stage_test(a_time_that_clocks_skip_or_show_twice_is_called_once),
		stage_test(the_jitter_is_bounded_by_the_rhythm),
		stage_test(who_does_not_lead_calls_nobody_and_knows_nothing),
		stage_test(every_task_has_a_time_and_comes_before_it_is_overdue),
		stage_test(the_lease_goes_from_one_to_the_other),
	};
	return cmocka_run_group_tests_name("work scheduler", tests, start_receiver, NULL);
}
