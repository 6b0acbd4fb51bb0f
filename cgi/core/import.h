/* import.h: takes a folder of Markdown files, as blog generators keep them, into the site.
 *
 * Known are Hugo, Jekyll, Hexo, Zola, Eleventy and Platen's own export; others are read by their
 * front matter alone. Everything is read, checked and rendered first; then one short transaction
 * writes all of it: settings, media, posts, tags, people, redirects. Each file is known again by its path (import_key): running an import twice changes
 * nothing, a changed file updates its post, and a post that somebody has edited in Platen since is
 * left alone and reported. */
#ifndef PLATEN_CORE_IMPORT_H
#define PLATEN_CORE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "core/site.h"
#include "db/db.h"

struct blob_store;   /* core/media_store.h */
struct media_remote; /* core/media_remote.h */

#define IMPORT_FILES_MAX 1000000
#define IMPORT_TEXT_MAX_B ((size_t)8 << 20)   /* of one Markdown file */
#define IMPORT_TEXTS_MAX_B ((size_t)512 << 20) /* of all of them: they are in memory at once */
#define IMPORT_MEDIA_MAX_B ((int64_t)4 << 30) /* of one other file: BLOB_MAX_B */
#define IMPORT_ARENA_MAX_B ((size_t)4 << 30)  /* for the arena that is handed in */

enum import_severity {
	IMPORT_NOTE,      /* worth knowing, nothing is lost */
	IMPORT_WARNING,   /* something could not be taken as it was */
	IMPORT_ERROR,     /* the file was not taken */
	IMPORT_SEVERITY__MAX
};

struct import_problem {
	enum import_severity severity;
	struct str file;     /* below the folder; empty: the folder as a whole */
	int line;            /* 0: the whole file */
	struct str message;
};

struct import_report;

struct import_options {
	const char *dir;
	bool dry_run;        /* reads, checks and reports, but writes neither posts nor media */
	bool force;          /* also over posts that were edited since; a revision keeps the old text */
	bool fetch;          /* import_into(): pictures that posts show from other sites come along. In a dry run they
	                      * are counted alone */
	struct media_remote *remote; /* import_run(): what fetches them; NULL: they stay where they are */
	int64_t pixels_max;  /* of a picture; 0: as img_run() has it without settings. import_into() takes the site's */
	int threads;         /* for rendering; 0: as many as there are processors, at most 8 */
	struct progress progress; /* stages: reading, resolving, fetching, rendering, writing */
	/* The last of the import's transaction: a failure takes all of the import back, RC_OK is followed by the
	 * commit alone. Not called in a dry run. NULL: nothing. */
	enum rc (*last)(void *ctx, struct db_tx *tx, const struct import_report *report, struct err *err);
	void *last_ctx;
};

struct import_report {
	const char *generator;                 /* "Hugo", "unknown" ... */
	size_t files;                          /* Markdown files seen */
	size_t added, updated, unchanged, conflicts, failed, skipped;
	size_t posts, pages, drafts, scheduled; /* among those that were taken */
	size_t settings;                       /* of platen.json, that were not set here yet */
	size_t media;                          /* files put into the blob store */
	int64_t media_b;
	size_t remote;                         /* pictures that posts show from other sites, */
	size_t fetched, fetched_before;        /* of these now, and by an earlier import: these are among `media` */
	size_t warnings, notes;
	struct import_problem *problems;       /* by file and line */
	size_t problem_count;
};

/* The site as it will be with the settings that an export of Platen brings (platen.json), for import_run():
 * they are tried in a transaction that is taken back. Without such a file the site as it is. The caller owns
 * *out. RC_INVALID: the file is damaged. */
NODISCARD enum rc import_site_load(struct db_rw *db, const struct conf *conf, const struct import_options *options,
				   int64_t now_ms, struct site **out, struct err *err);

/* Everything in *out lives in `arena`. A file that cannot be taken is counted and reported, and does
 * not fail the import. Settings of platen.json that are set here already stay, unless options->force; one
 * that cannot be taken is reported. Fails when the folder cannot be read (RC_NOTFOUND, RC_IO), is too large
 * (RC_LIMIT), platen.json is damaged (RC_INVALID), it was stopped (RC_CONFLICT), or the transaction fails
 * (RC_BUSY, RC_NOSPACE ...): then nothing of the database has changed. Bytes of media may have been put, which
 * come first and which no row names then. `blobs` may be NULL in a dry run. */
NODISCARD enum rc import_run(struct db_rw *db, const struct site *site, struct blob_store *blobs,
			     const struct import_options *options, int64_t now_ms, struct arena *arena,
			     struct import_report *out, struct err *err);

/* The whole way: loads the site, its phrases and the media store, and runs the import. A picture that cannot be fetched
 * stays where it is and is reported. */
NODISCARD enum rc import_into(struct db_rw *db, const struct conf *conf, const struct import_options *options,
			      int64_t now_ms, struct arena *arena, struct import_report *out, struct err *err);

/* Appends the report: counts, then "file:line: message" lines; or one JSON object. */
void import_report_text(const struct import_report *report, bool dry_run, struct buf *out);
void import_report_json(const struct import_report *report, bool dry_run, struct buf *out);

#endif
