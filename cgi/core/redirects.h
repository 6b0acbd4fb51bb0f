/* redirects.h: what editors do with redirects. All writes need ROLE_EDITOR (RC_DENIED) and the caller's
 * transaction, which a failure leaves to be rolled back. */
#ifndef PLATEN_CORE_REDIRECTS_H
#define PLATEN_CORE_REDIRECTS_H

#include "core/actor.h"
#include "core/site.h"
#include "store/redirect.h"

/* As somebody wrote it. */
struct redirect_form {
	struct str from, to;
	struct str status;        /* "301", "302", "410"; "": 301 */
};

enum redirect_problem {
	REDIRECT_FINE,
	REDIRECT_FROM,            /* not an address below the site */
	REDIRECT_OWN,             /* one that the program itself answers */
	REDIRECT_TO,              /* not an address, or one beside 410 */
	REDIRECT_STATUS,
	REDIRECT_LOOP,            /* it would lead back to where it began */
	REDIRECT_TAKEN,           /* there is one already at `from` */
	REDIRECT_TWICE,           /* in the same list */
	REDIRECT_PROBLEM__MAX
};

/* What is stored for a form: `from` as a path, `to` as the post that is there, a path of the site with or without
 * a query, or an address of the web. Says nothing of what is stored. */
NODISCARD enum rc redirects_read(struct db_ro *db, const struct site *site, const struct redirect_form *form, int64_t now_ms,
				 struct arena *arena, struct redirect *out, enum redirect_problem *problem,
				 struct err *err);

/* Stores one. `old` STR_NONE: a new one, of which there is none at its address yet; else the from_path of the one
 * that is changed. RC_INVALID with *problem. */
NODISCARD enum rc redirects_put(struct db_tx *tx, const struct site *site, struct actor actor,
				const struct redirect_form *form, struct str old, int64_t now_ms, struct arena *arena,
				struct redirect *out, enum redirect_problem *problem, struct err *err);
/* RC_OK also when there is none. */
NODISCARD enum rc redirects_delete(struct db_tx *tx, struct actor actor, struct str from_path, struct err *err);

/* --- many at once: redirect_lines.c --- */

#define REDIRECT_LINES_MAX 5000
#define REDIRECT_LINES_MAX_B ((size_t)2 << 20)
#define REDIRECT_FAULTS_MAX 20

struct redirect_fault {
	int64_t line;             /* from 1 */
	struct str text;          /* the line, or its beginning */
	enum redirect_problem problem;
};

struct redirect_import {
	int64_t added, replaced;
	struct redirect_fault faults[REDIRECT_FAULTS_MAX];
	size_t fault_count;       /* found; beyond the array they are counted only */
};

/* A line each: FROM TO [STATUS], with commas, semicolons, tabs or blanks between; fields may stand in double
 * quotes (RFC 4180). Empty lines, lines that begin with '#' and a first line with the words "from" and "to" are
 * skipped. Those that are there already are replaced. RC_INVALID: with faults, and nothing may be committed;
 * RC_LIMIT: too many lines. */
NODISCARD enum rc redirects_import(struct db_tx *tx, const struct site *site, struct actor actor, struct str text,
				   int64_t now_ms, struct arena *arena, struct redirect_import *out, struct err *err);
/* The fields of one line, borrowed from it or in `arena`. False: a quote does not end. Empty: all of "". */
bool redirect_line_read(struct str line, struct redirect_form *out, struct arena *arena);

#endif
