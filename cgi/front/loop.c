/* loop.c: an event loop: accepts, watches its connections, hands on what may block. */
#include "base/base.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "front/conn.h"
#include "front/loop.h"

#define EVENTS 64
#define ACCEPT_AGAIN_MS 100
#define ACCEPTS 8 /* at once: a burst starves nobody, and spreads over the loops */

struct queue {
	struct entry *first, *last;
};

struct entry {
	struct conn conn;             /* first: the loop's part is around it */
	struct loop *loop;
	struct queue *queue;          /* NULL: in a thread, or closed */
	struct entry *prev, *next;
	int64_t deadline_us;
	uint32_t watched;             /* 0: not in epoll */
	bool closed;
};

struct loop {
	struct server *server;
	unsigned number, connections_max; /* its share */
	struct listener listener;
	int epoll, wake;
	bool accepting;
	unsigned count, in_threads;
	struct queue idle, waiting;   /* both oldest first: one timeout for all of a queue */
	struct entry *dead;           /* freed once no event of the batch can name them */
	struct exchange *spare;
	_Atomic int stops;            /* calls of loop_stop() */
	int64_t lame_us, end_us;      /* 0 until the drain begins */
	pthread_mutex_t lock;
	struct entry *returned;       /* from threads; by `next` */
	unsigned char bytes[CONN_READ_B];
};

static void queue_remove(struct entry *e)
{
	struct queue *q = e->queue;
	if (!q)
		return;
	*(e->prev ? &e->prev->next : &q->first) = e->next;
	*(e->next ? &e->next->prev : &q->last) = e->prev;
	e->prev = e->next = NULL;
	e->queue = NULL;
}

static void queue_append(struct queue *q, struct entry *e)
{
	e->queue = q;
	e->prev = q->last;
	e->next = NULL;
	*(q->last ? &q->last->next : &q->first) = e;
	q->last = e;
}

/* With nothing to watch it leaves epoll, which would report a hang-up again and again. */
static void watch(struct entry *e, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = e };
	if (events == e->watched)
		return;
	epoll_ctl(e->loop->epoll, !events ? EPOLL_CTL_DEL : e->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
		  e->conn.fd, &event);
	e->watched = events;
}

static void set_accepting(struct loop *loop, bool accepting)
{
	/* EXCLUSIVE: a connection wakes one of the loops. */
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = &loop->listener };
	if (accepting == loop->accepting || loop->listener.fd < 0)
		return;
	epoll_ctl(loop->epoll, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, loop->listener.fd, &event);
	loop->accepting = accepting;
}

static void close_entry(struct entry *e)
{
	struct loop *loop = e->loop;
	queue_remove(e);
	watch(e, 0); /* close(2) alone would not do while a forked child still has a copy */
	if (e->conn.x) {
		exchange_end(e->conn.x, false, e->conn.stage >= STAGE_SEND);
		exchange_free(e->conn.x);
	}
	conn_release(&e->conn);
	close(e->conn.fd);
	e->closed = true;
	e->next = loop->dead;
	loop->dead = e;
	loop->count--;
	if (!loop->lame_us)
		set_accepting(loop, true);
}

static void free_dead(struct loop *loop)
{
	while (loop->dead) {
		struct entry *e = loop->dead;
		loop->dead = e->next;
		free(e);
	}
}

/* In a pool thread. */
static void work_entry(struct pool_task *task, unsigned worker)
{
	struct entry *e = (struct entry *)task;
	struct loop *loop = e->loop;
	conn_work(&e->conn, worker);
	pthread_mutex_lock(&loop->lock);
	bool first = loop->returned == NULL;
	e->next = loop->returned;
	loop->returned = e;
	pthread_mutex_unlock(&loop->lock);
	if (first)
		eventfd_write(loop->wake, 1);
}

static void hand_on(struct entry *e)
{
	struct server *server = e->loop->server;
	queue_remove(e);
	watch(e, 0);
	e->loop->in_threads++;
	e->conn.task.run = work_entry;
	pool_push(conn_is_upload(&e->conn) ? server->bodies : server->pages, &e->conn.task);
}

/* Waits for what the peer must do next. The time for a head is not renewed by its bytes. */
static void await(struct entry *e, uint32_t events)
{
	struct loop *loop = e->loop;
	if (e->queue != &loop->waiting || e->conn.stage != STAGE_HEAD) {
		queue_remove(e);
		e->deadline_us = clock_monotonic_us() + loop->server->config.timeout_ms * INT64_C(1000);
		queue_append(&loop->waiting, e);
	}
	watch(e, events);
}

static void make_idle(struct entry *e)
{
	queue_remove(e);
	queue_append(&e->loop->idle, e);
	watch(e, EPOLLIN);
	if (!e->loop->lame_us)
		set_accepting(e->loop, true); /* it may give way to one that waits */
}

static bool lame_duck_is_over(const struct loop *loop)
{
	return loop->lame_us && clock_monotonic_us() >= loop->lame_us;
}

/* Goes on with a connection after something happened to it. */
static void step(struct entry *e)
{
	struct loop *loop = e->loop;
	switch (conn_next(&e->conn, &loop->spare)) {
	case CONN_IDLE:
		if (lame_duck_is_over(loop))
			close_entry(e);
		else
			make_idle(e);
		break;
	case CONN_READ:
		await(e, EPOLLIN);
		break;
	case CONN_WRITE:
		await(e, EPOLLOUT);
		break;
	case CONN_READ_WRITE:
		await(e, EPOLLIN | EPOLLOUT);
		break;
	case CONN_THREAD:
		hand_on(e);
		break;
	case CONN_CLOSE:
		close_entry(e);
		break;
	}
}

static void on_event(struct entry *e, uint32_t events)
{
	if (e->closed || !e->queue)
		return;
	bool readable = (e->watched & EPOLLIN) && (events & ~(uint32_t)EPOLLOUT);
	if (readable && conn_reads_in_thread(&e->conn)) {
		hand_on(e);
		return;
	}
	if (readable)
		conn_read(&e->conn, e->loop->bytes, &e->loop->spare);
	step(e);
}

static void add_connection(struct loop *loop, int fd)
{
	int one = 1;
	if (loop->listener.tcp)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	struct entry *e = mem_new(sizeof *e);
	e->loop = loop;
	e->conn.server = loop->server;
	e->conn.loop = loop->number;
	e->conn.fd = fd;
	conn_init(&e->conn);
	loop->count++;
	/* A web server writes as soon as it is connected: mostly epoll need not be asked first. */
	conn_read(&e->conn, loop->bytes, &loop->spare);
	server_arrived(loop->server, loop->number);
	step(e);
}

/* The longest idle connection gives way; without one, accepting stops until a connection closes, or, when
 * others have all descriptors, for ACCEPT_AGAIN_MS. */
static bool make_room(struct loop *loop)
{
	if (loop->idle.first)
		close_entry(loop->idle.first);
	else
		set_accepting(loop, false);
	return loop->accepting;
}

static bool is_full(const struct loop *loop)
{
	return loop->count >= loop->connections_max;
}

/* False: there is nothing more to accept now. */
static bool accept_one(struct loop *loop)
{
	if (is_full(loop) && !loop->idle.first)
		return make_room(loop);
	int fd = accept4(loop->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		if (is_full(loop))
			make_room(loop);
		add_connection(loop, fd);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		LOG(LOG_WARN, "out of descriptors", LOG_I("connections", loop->count));
		return make_room(loop);
	}
	return errno == EINTR || errno == ECONNABORTED;
}

static void on_listener(struct loop *loop)
{
	for (int i = 0; i < ACCEPTS && accept_one(loop); i++)
		;
}

/* Takes the listener away. What waits in its backlog is ours alone unless it was inherited: then a
 * successor, or the next start, finds it there. */
static void begin_drain(struct loop *loop)
{
	const struct front_config *config = &loop->server->config;
	int64_t now_us = clock_monotonic_us();
	int grace_ms = config->grace_ms > config->lame_duck_ms ? config->grace_ms : config->lame_duck_ms;
	atomic_store(&loop->server->stopping, true);
	while (!loop->listener.shared && accept_one(loop))
		;
	set_accepting(loop, false);
	listen_close(&loop->listener);
	loop->lame_us = now_us + config->lame_duck_ms * INT64_C(1000);
	loop->end_us = now_us + grace_ms * INT64_C(1000);
	LOG(LOG_INFO, "stopping", LOG_I("connections", loop->count));
}

static void take_returned(struct loop *loop)
{
	eventfd_t ignored;
	eventfd_read(loop->wake, &ignored);
	pthread_mutex_lock(&loop->lock);
	struct entry *e = loop->returned;
	loop->returned = NULL;
	pthread_mutex_unlock(&loop->lock);
	while (e) {
		struct entry *next = e->next;
		e->next = NULL;
		loop->in_threads--;
		step(e);
		e = next;
	}
	int stops = atomic_load(&loop->stops);
	if (stops && !loop->lame_us)
		begin_drain(loop);
	if (stops > 1)
		loop->lame_us = loop->end_us = clock_monotonic_us();
}

/* Drops those whose time is over; idle ones when the lame duck's is, unless a request just came. */
static void expire(struct loop *loop, int64_t now_us)
{
	while (loop->waiting.first && loop->waiting.first->deadline_us <= now_us)
		close_entry(loop->waiting.first);
	while (loop->lame_us && loop->lame_us <= now_us && loop->idle.first)
		on_event(loop->idle.first, EPOLLIN);
}

static int64_t earlier(int64_t a_us, int64_t b_us)
{
	return b_us && b_us < a_us ? b_us : a_us;
}

/* There is no connection whose end would tell that a descriptor is free. */
static bool must_accept_again(const struct loop *loop)
{
	return loop->count == 0 && !loop->accepting && !loop->lame_us;
}

/* Milliseconds until something must be done, rounded up; -1: never. */
static int timeout_ms(const struct loop *loop, int64_t now_us)
{
	int64_t at_us = INT64_MAX;
	if (must_accept_again(loop))
		return ACCEPT_AGAIN_MS;
	if (loop->waiting.first)
		at_us = loop->waiting.first->deadline_us;
	if (loop->idle.first)
		at_us = earlier(at_us, loop->lame_us);
	at_us = earlier(at_us, loop->end_us);
	if (at_us == INT64_MAX)
		return -1;
	int64_t left_ms = (at_us - now_us + 999) / 1000;
	return left_ms < 0 ? 0 : left_ms > 60000 ? 60000 : (int)left_ms;
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
	if (event->data.ptr == &loop->listener)
		on_listener(loop);
	else if (event->data.ptr == &loop->wake)
		take_returned(loop);
	else
		on_event(event->data.ptr, event->events);
}

static bool is_finished(const struct loop *loop)
{
	return loop->lame_us && (loop->count == 0 || clock_monotonic_us() >= loop->end_us);
}

enum rc loop_run(struct loop *loop, struct err *err)
{
	struct epoll_event events[EVENTS];
	while (!is_finished(loop)) {
		int n = epoll_wait(loop->epoll, events, EVENTS, timeout_ms(loop, clock_monotonic_us()));
		if (n == 0 && must_accept_again(loop))
			set_accepting(loop, true);
		server_arrived(loop->server, loop->number);
		for (int i = 0; i < n; i++)
			dispatch(loop, &events[i]);
		expire(loop, clock_monotonic_us());
		free_dead(loop);
	}
	while (loop->idle.first)
		close_entry(loop->idle.first);
	while (loop->waiting.first)
		close_entry(loop->waiting.first);
	free_dead(loop);
	if (loop->count)
		return err_set(err, RC_TIMEOUT, "%u requests were still being worked on", loop->count);
	return RC_OK;
}

void loop_stop(struct loop *loop)
{
	atomic_fetch_add(&loop->stops, 1);
	eventfd_write(loop->wake, 1);
}

enum rc loop_open(struct server *server, unsigned number, struct listener *listener, struct loop **out,
		  struct err *err)
{
	struct loop *loop = mem_new(sizeof *loop);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = &loop->wake };
	loop->server = server;
	loop->number = number;
	loop->connections_max = (server->config.connections_max + server->config.loops - 1) / server->config.loops;
	pthread_mutex_init(&loop->lock, NULL);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->epoll < 0 || loop->wake < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) != 0) {
		enum rc rc = err_sys(err, RC_IO, errno, "cannot make an event loop");
		loop->listener.fd = -1;
		loop_close(loop);
		return rc;
	}
	loop->listener = *listener;
	*listener = (struct listener){ .fd = -1 };
	set_accepting(loop, true);
	*out = loop;
	return RC_OK;
}

void loop_close(struct loop *loop)
{
	if (!loop)
		return;
	listen_close(&loop->listener);
	if (loop->epoll >= 0)
		close(loop->epoll);
	if (loop->wake >= 0)
		close(loop->wake);
	if (loop->spare)
		exchange_free(loop->spare);
	pthread_mutex_destroy(&loop->lock);
	free(loop);
}
