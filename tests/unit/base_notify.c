/* base_notify.c: tests of what a service manager is told, with real datagram sockets. */
#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/notify.h"

static char dir[] = "/tmp/platen-notify-XXXXXX";
static char path[64];
static char got[256];

/* A manager's socket at `name`, which NOTIFY_SOCKET then names. */
static int manager(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t n = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	memcpy(address.sun_path, name, n);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

/* The next datagram; "" when there is none. */
static const char *next(int fd)
{
	ssize_t n = recv(fd, got, sizeof got - 1, 0);
	got[n > 0 ? n : 0] = '\0';
	return got;
}

static void a_start_a_reload_and_the_end_are_told(void **state)
{
	(void)state;
	char abstract[64];
	snprintf(abstract, sizeof abstract, "@platen-notify-%ld", (long)getpid());
	const char *const names[] = { path, abstract };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		int fd = manager(names[i]);
		long long at_us = 0;
		int64_t before_us = clock_monotonic_us();
		notify_ready();
		notify_reloading();
		notify_stopping();
		assert_string_equal(next(fd), "READY=1");
		assert_int_equal(sscanf(next(fd), "RELOADING=1\nMONOTONIC_USEC=%lld", &at_us), 1);
		assert_in_range(at_us, before_us, clock_monotonic_us());
		assert_string_equal(next(fd), "STOPPING=1");
		assert_string_equal(next(fd), "");
		close(fd);
	}
	unlink(path);
}

static void without_a_manager_nothing_is_sent(void **state)
{
	(void)state;
	int fd = manager(path);
	unsetenv("NOTIFY_SOCKET");
	notify_ready();
	assert_string_equal(next(fd), "");
	close(fd);
	unlink(path);
}

/* All of it is logged; that nothing is written where it was not meant, the sanitizers see. */
static void a_manager_that_cannot_be_reached_changes_nothing(void **state)
{
	(void)state;
	char longest[sizeof(struct sockaddr_un) + 20];
	memset(longest, 'x', sizeof longest - 1);
	longest[0] = '/';
	longest[sizeof longest - 1] = '\0';
	const char *const names[] = { "", "/", "@", "relative", "vsock:2:1", "/nonexistent/notify", longest };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		notify_ready();
	}
	unsetenv("NOTIFY_SOCKET");
}

/* A manager that does not read has a full queue soon: whoever tells it must not wait for ever. */
static void a_full_queue_is_waited_for_a_second_at_most(void **state)
{
	(void)state;
	int fd = manager(path), writer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	assert_true(writer >= 0);
	while (sendto(writer, "x", 1, 0, (struct sockaddr *)&address, sizeof address) == 1)
		;
	int64_t before_us = clock_monotonic_us();
	notify_ready();
	assert_in_range(clock_monotonic_us() - before_us, 900000, 20000000);
	close(writer);
	close(fd);
	unlink(path);
}

static void the_watchdog_is_for_the_process_that_it_names(void **state)
{
	(void)state;
	char pid[24];
	assert_int_equal(notify_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_us(), 30000000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_us(), 0);
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_us(), 30000000);
	static const char *const none[] = { "", "0", "-5", "soon", "99999999999999999999" };
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		setenv("WATCHDOG_USEC", none[i], 1);
		assert_int_equal(notify_watchdog_us(), 0);
	}
	int fd = manager(path);
	notify_alive();
	assert_string_equal(next(fd), "WATCHDOG=1");
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_a_reload_and_the_end_are_told),
		cmocka_unit_test(without_a_manager_nothing_is_sent),
		cmocka_unit_test(a_manager_that_cannot_be_reached_changes_nothing),
		cmocka_unit_test(the_watchdog_is_for_the_process_that_it_names),
		cmocka_unit_test(a_full_queue_is_waited_for_a_second_at_most),
	};
	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof path, "%s/notify", dir);
	int failed = cmocka_run_group_tests_name("base notify", tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
