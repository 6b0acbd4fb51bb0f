/* export.h: the whole site as a folder of Markdown files, which import.h reads back.
 *
 *     platen.json                  settings, tags, authors, redirects
 *     posts/2024-05-01-hello.md    a post: front matter and Markdown
 *     posts/2024-05-02-two/index.md with the media it refers to beside it
 *     pages/about.md
 *     media/HASH/NAME              the library's files that are beside no post
 *     media.jsonl                  the library, the oldest first: an object a line, with the words for each file, whose hash
 *                                  names it, its focal point, what was turned and cut, and whether it stays unused
 *
 * Passwords, people's e-mail addresses, revisions and the trash are not part of it. The same content
 * gives the same bytes, whatever its ids. */
#ifndef PLATEN_CORE_EXPORT_H
#define PLATEN_CORE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "core/site.h"
#include "db/db.h"

struct blob_store; /* core/media_store.h */

struct export_options {
	const char *dir;
	bool toml;           /* front matter in TOML; default YAML */
	bool force;          /* replace an earlier export */
	struct progress progress;  /* stages: listing, exporting, media, syncing */
};

struct export_report {
	size_t posts, pages, media;
	size_t missing;      /* media that are referred to and not in the blob store */
};

/* Writes into a new folder beside `dir` and exchanges the two at the end, so that a crash leaves in `dir`
 * what was there or the new export. Until its .git folder has moved over, the old one is beside it.
 * RC_EXISTS: `dir` is not empty and no earlier export, or is one and not `force`.
 * RC_CONFLICT: it was stopped. RC_IO, RC_NOSPACE, RC_DENIED. One consistent state of the site. */
NODISCARD enum rc export_run(struct db_ro *db, const struct site *site, struct blob_store *blobs,
			     const struct export_options *options, struct export_report *out, struct err *err);

#endif
