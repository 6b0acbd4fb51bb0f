/* main.c: chooses by how the program was started: FastCGI, CGI, or a command. */
#include "base/base.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "cli/command.h"
#include "conf/conf.h"
#include "core/pages.h"
#include "core/place.h"
#include "core/upgrade.h"
#include "folder_cgi.h"
#include "front/front.h"
#include "text/markdown.h"
#include "web/app.h"

static struct front_config front_config(const struct conf *conf, const char *listen)
{
	return (struct front_config){
		.listen = listen,
		.loops = (unsigned)conf->loops,
		.workers = (unsigned)conf->workers,
		.body_workers = (unsigned)conf->body_workers,
		.body_max_b = conf->body_max_b,
		.large_body_max_b = conf->import_max_b,
		.timeout_ms = conf->timeout_ms,
		.lame_duck_ms = conf->lame_duck_ms,
		.grace_ms = conf->grace_ms,
		.mount = conf->mount,
		.trusted = conf->trusted_proxies ? &conf->proxies : NULL,
	};
}

static struct front_handler front_handler(struct app *app)
{
	return (struct front_handler){
		.ctx = app, .arrived = app_arrived, .fast = app_fast, .slow = app_slow, .refuse = app_refuse, .reload = app_reload, .done = app_done,
		.mount = app_mount, .takes_large = app_takes_large,
	};
}

static enum rc open_app(const struct conf *conf, unsigned workers, struct app **app, struct err *err)
{
	log_setup((enum log_level)conf->log_level, (enum log_format)conf->log_format);
	log_to_file(conf->log_file);
	return app_open(conf, workers, app, err);
}

#define UPGRADE_WAIT_MS 5000

/* A short one is waited for, with requests waiting in the socket, or answered by the program before; during a long
 * one readers see the maintenance page. That it fails is no reason not to say so. */
static void bring_up_to_date(const struct conf *conf, int64_t wait_ms)
{
	bool due = false;
	struct err err = ERR_INIT;
	enum rc rc = upgrade_begin(conf, wait_ms, &due, &err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		log_err(LOG_ERROR, "cannot see whether the databases are up to date", &err);
	else if (rc == RC_OK && due && !conf->upgrade)
		LOG(LOG_ERROR, "the databases are of an older Platen; run platen migrate");
}

/* Serves on `listen` until it is told to stop. */
static enum rc serve(const struct conf *conf, const char *listen, struct err *err)
{
	struct app *app = NULL;
	struct front_config config = front_config(conf, listen);
	mem_for_threads();
	front_block_signals();
	enum rc rc = open_app(conf, front_worker_count(&config), &app, err);
	if (rc != RC_OK)
		return rc;
	struct front_handler handler = front_handler(app);
	bring_up_to_date(conf, UPGRADE_WAIT_MS);
	rc = app_start(app, front_loop_count(&config), err);
	if (rc == RC_OK)
		rc = front_serve(&config, &handler, err);
	if (rc == RC_TIMEOUT) /* threads still use what app_close() would take away */
		_exit(command_fail(err));
	app_close(app);
	return rc;
}

/* Where one has no shell, nobody else makes the data folder. */
static enum rc make_place(const struct conf *conf, struct err *err)
{
	struct arena arena;
	arena_init(&arena, 64 << 10);
	bool there = file_exists(path_join(&arena, conf->data_dir, "site.db"));
	arena_release(&arena);
	return there ? RC_OK : place_init(conf, clock_now_ms(), err);
}

/* *began: what failed is not the start. */
static enum rc answer_cgi(const struct conf *conf, bool *began, struct err *err)
{
	struct app *app = NULL;
	struct front_config config = front_config(conf, NULL);
	enum rc rc = folder_cgi(conf, pages_program(), began, err);
	if (rc != RC_OK || *began)
		return rc;
	rc = make_place(conf, err);
	if (rc == RC_OK)
		rc = open_app(conf, 1, &app, err);
	if (rc != RC_OK)
		return rc;
	app_start_cgi(app);
	struct front_handler handler = front_handler(app);
	*began = true;
	rc = front_cgi(&config, &handler, err);
	bool outdated = app_is_outdated(app);
	app_close(app);
	if (outdated) /* the answer is given: the next request finds it done, or the one after it */
		bring_up_to_date(conf, 0);
	return rc;
}

/* Started by a web server. */
static int serve_front(enum front_kind kind, int fd)
{
	struct conf conf = { 0 };
	struct err err = ERR_INIT;
	char listen[16];
	bool began = false;
	enum rc rc = conf_load_started(&conf, &err);
	if (rc == RC_OK) {
		snprintf(listen, sizeof listen, "fd:%d", fd);
		rc = kind == FRONT_CGI ? answer_cgi(&conf, &began, &err) : serve(&conf, listen, &err);
	}
	if (rc != RC_OK && kind == FRONT_CGI && !began)
		front_cgi_cannot_start();
	conf_release(&conf);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

enum { SERVE_LISTEN };

static const struct command_option serve_options[] = {
	{ "--listen", "WHERE", "unix:PATH, HOST:PORT or fd:N; default: the setting PLATEN_LISTEN" },
	{ NULL, NULL, NULL },
};

static int run_serve(struct command_call *call);

static const struct command command_serve = {
	.name = "serve",
	.usage = "serve [--listen unix:PATH|HOST:PORT|fd:N]",
	.summary = "Serve the site over FastCGI",
	.details = "Answers FastCGI requests until SIGTERM, which lets requests in flight end first. SIGHUP "
		   "reads settings and themes again; what cannot change while the program runs (data folder, "
		   "where it listens, numbers of threads, limits and times of the connections) is logged as "
		   "needing a restart, and settings with an error in them leave the old ones in force.\n\n"
		   "A unix socket on which another program serves is taken over: start the new one, then end "
		   "the old one with SIGTERM, and no request is lost. A service manager is told of start, "
		   "reload and stop where NOTIFY_SOCKET names it.\n\n"
		   "Started by a web server, the program needs no command: with a listening socket "
		   "on descriptor 0, or one passed by systemd, it serves FastCGI there; with GATEWAY_INTERFACE "
		   "set it answers one CGI request. The program platen-cgi does that faster.",
	.options = serve_options,
	.run = run_serve,
};

static int run_serve(struct command_call *call)
{
	struct command_args args = { .command = &command_serve, .call = call };
	struct err err = ERR_INIT;
	const char *listen = call->conf->listen;
	for (int option; (option = command_next(&args)) != -1;) {
		if (option == -2)
			return EXIT_USAGE;
		if (option == SERVE_LISTEN)
			listen = args.value;
	}
	if (serve(call->conf, listen, &err) != RC_OK)
		return command_fail(&err);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	static const struct command *const more[] = { &command_serve };
	int fd = -1;
	/* A limit on the size of files (ulimit -f, LimitFSIZE) is as a full disk, and no reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	markdown_init();
	enum front_kind kind = front_detect(&fd);
	/* Some web servers make arguments of a query (RFC 3875, 4.4): a visitor's are no commands. */
	if (kind == FRONT_CGI || (kind == FRONT_FASTCGI && argc == 1))
		return serve_front(kind, fd);
	return cli_main(argc, argv, more, COUNT_OF(more));
}
