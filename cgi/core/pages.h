/* pages.h: the page folder: finished pages as files that a web server sends by itself, never stale.
 *
 *   DATA/pages/lock               flock(): whoever moves the link holds it
 *   DATA/pages/current            -> GENERATION; absent: nothing is served, every request asks Platen
 *   DATA/pages/last               the link as it was when it was taken away
 *   DATA/pages/GENERATION/page/   "/about" is about.html, "/" is .html
 *   DATA/pages/GENERATION/path/   the same pages by the whole paths of their addresses, PLATEN_URL's included:
 *                                 "/about" of a site at /blog is blog/about, a link to about.html; where a
 *                                 folder of that name is needed, "/tag/ink" is tag/ink/.page-ink, "/" .page-
 *   DATA/pages/GENERATION/file/   feeds, robots.txt, *.md by their own names
 *   DATA/pages/assets/HASH/NAME   the theme's files; immutable, they outlive generations
 * and beside each file its .gz and .br. DATA/pages may be a link to a folder elsewhere.
 *
 * A generation is the public site between two changes. Whoever commits a change takes the link away
 * before COMMIT and links a new, empty generation behind it (place_open_rw() sees to that, in every
 * process, whatever its own settings); a crash in between leaves no link and hence no stale page. Pages
 * of a scheduled site have a time in their generation's name at which a timer takes the link. A page is
 * taken into a generation only when the snapshot it was made from has the generation's public_seq, and
 * its time is not before the generation was seen: a late one lands where nobody reads.
 *
 * Lock order: the database's write lock, then the folder's. */
#ifndef PLATEN_CORE_PAGES_H
#define PLATEN_CORE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/db.h"

struct pages;      /* the folder, for a process that writes into it; shared by threads */
struct generation; /* one generation, held open */

/* Who may add to a generation: the same program with the same settings (BUILD, 16 hex digits) and the
 * same theme (THEME, as many): "BUILD-THEME". */
#define PAGES_BUILD_CHARS 16
#define PAGES_OWNER_CHARS (2 * PAGES_BUILD_CHARS + 1)

struct pages_owner {
	char text[PAGES_OWNER_CHARS + 1];
};

/* `theme` is whatever tells one state of theme and phrases from another. */
void pages_owner(const struct conf *conf, struct str theme, struct pages_owner *out);

/* For a process whose setting PLATEN_PAGES is on; touches nothing yet. `conf` must outlive *out.
 * pages_close() it when no generation is held any more. */
struct pages *pages_open(const struct conf *conf);
void pages_close(struct pages *pages); /* NULL allowed */

/* Makes the folder if it is missing, and links an empty generation of `owner` unless the one that is
 * linked is his and of the database's present state. For the start of a process that renders, and in
 * plain CGI for a request that found no generation. Not inside a transaction. RC_UNSUPPORTED: a network
 * file system. On failure nothing is linked that was not before. */
NODISCARD enum rc pages_claim(struct pages *pages, const struct pages_owner *owner, int64_t now_ms, struct err *err);

/* The theme or the settings have changed: a linked generation of `before` gives way to an empty one of
 * `after`. Somebody else's stays (RC_OK too): of two programs that overlap, the one that started last
 * keeps the folder. */
NODISCARD enum rc pages_move(struct pages *pages, const struct pages_owner *before,
			     const struct pages_owner *after, int64_t now_ms, struct err *err);

/* For a program that starts with the folder switched off: takes the link away for good. RC_OK also when
 * there is none. */
NODISCARD enum rc pages_switch_off(const struct conf *conf, struct err *err);

/* For a timer: takes the link away shortly before the site's next timed publication, links a new
 * generation of the same owner behind it, and mends what a process that died left without a link.
 * Gives the milliseconds until it wants to be called again (1 to `most_ms`, which is PAGES_TICK_MS for a program
 * that serves, and up to a second for a stand-in). Logs its failures. */
#define PAGES_TICK_MS 500
int pages_tick(struct pages *pages, int64_t now_ms, int most_ms);

/* For the same timer: removes what nobody reads: old generations, and the theme's files of other hashes
 * than `asset_hash` (STR_NONE: all stay) that are older than a day. Bounded work a call and no lock held
 * while it deletes; true: there is more to do. */
bool pages_sweep(struct pages *pages, struct str asset_hash, int64_t now_ms);

/* The generation that pages of `owner` made from now on may be written to; generation_drop() it. NULL:
 * there is none, or it is somebody else's or at its end. To be called BEFORE the page's snapshot begins
 * and before its time is read. One readlink() while nothing changes. */
struct generation *pages_generation(struct pages *pages, const struct pages_owner *owner);
struct generation *generation_hold(struct generation *generation);
void generation_drop(struct generation *generation); /* NULL allowed */

enum pages_kind {
	PAGES_HTML,  /* an HTML page: its file has .html behind its path */
	PAGES_FILE,  /* whatever has a name with an extension of its own */
	PAGES_KIND__MAX
};

enum pages_coding { PAGES_PLAIN, PAGES_GZIP, PAGES_BROTLI, PAGES_CODING__MAX };

#define PAGES_PATH_MAX_B 1024
#define PAGES_DEPTH_MAX 16
#define PAGES_NAME_MAX_B 240

struct pages_copy {
	enum pages_kind kind;
	struct str path;                      /* decoded and canonical, below the mount: "/", "/tag/x" */
	struct str body[PAGES_CODING__MAX];   /* STR_NONE: not now; gzip and brotli may come later */
	uint64_t hash;                        /* of the plain bytes, also when only the others are given */
	int64_t public_seq;                   /* of the snapshot that the page was made from */
	int64_t now_ms;                       /* the time that it was made for */
};

/* Writes the bodies that are given; readers see whole files or none. False: nothing or not everything
 * was written, because the page is not the generation's, its path cannot be a file's, a file stands where
 * a folder is needed, or the disk is full or nearly so (the last logged, once a minute): the page is then
 * made by Platen each time. The files' time comes from `hash`: web servers make their ETag of it. */
bool pages_write(struct generation *generation, const struct pages_copy *copy);

/* The same for a file of the theme, `name` below assets/`hash_name`: kept whatever happens to pages. */
bool pages_write_asset(struct pages *pages, struct str hash_name, struct str name,
		       const struct str body[PAGES_CODING__MAX], uint64_t hash);

/* Whether a path can be a file's at all: its parts are not empty, do not begin with a dot, have no
 * control character or backslash, and fit; none but an HTML page's last ends like a file of the folder. */
bool pages_path_is_fit(enum pages_kind kind, struct str path);

struct pages_file {
	int fd;                   /* the caller closes it */
	int64_t size_b;
	int64_t mtime_s;          /* for the ETag */
	enum pages_kind kind;
	enum pages_coding coding;
};

/* Tells one build of the program from another: of the running one, and of the executable `file`. False:
 * it cannot be read, or is no program of this machine's kind. */
uint64_t pages_program(void);
bool pages_program_of(const char *file, uint64_t *out);

/* For plain CGI: the file that a web server would send for `path`, in the best of `codings` (bits,
 * 1u << PAGES_GZIP ...; plain is always tried). Needs neither database nor theme, so it trusts a
 * generation of any theme of `program` and these settings. False: there is none, or its time is over. */
bool pages_read(const struct conf *conf, uint64_t program, struct str path, unsigned codings, int64_t now_ms,
		struct pages_file *out);

/* Makes `db` take the link away with each commit that moves public_seq; before any transaction. A commit
 * fails when that cannot be done. */
void pages_guard(struct db_rw *db, const char *data_dir, int busy_timeout_ms);

#endif
