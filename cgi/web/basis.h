/* basis.h: what the serving process was told from outside: its settings and the phrases.
 *
 * Immutable and shared by threads; SIGHUP puts a new one in its place. Whoever holds one keeps it
 * alive, so that a reload never pulls anything from under a request. */
#ifndef PLATEN_WEB_BASIS_H
#define PLATEN_WEB_BASIS_H

#include "base/err.h"
#include "conf/conf.h"
#include "core/i18n.h"
#include "web/skin.h"

struct basis {
	unsigned refs;            /* atomic */
	unsigned number;          /* counts the reloads */
	const struct conf *conf;  /* the first one's is the caller's, a later one's its own */
	struct conf own;
	struct i18n_set *phrases; /* NULL only in plain CGI, before app_prepare() */
};

/* The first basis of a process, without phrases as yet; `conf` must outlive it. basis_drop() it. */
struct basis *basis_first(const struct conf *conf);
/* Reads the phrases unless they are there; not while other threads have the basis. The codes of
 * i18n_load(). */
NODISCARD enum rc basis_read_phrases(struct basis *basis, struct err *err);

/* Reads settings and phrases again and makes sure that there is a theme to serve with. What is settled
 * when a process starts stays as it is in `old`; the log names it when it would have changed. On
 * failure nothing has happened: the message tells the file and line, or the setting. */
NODISCARD enum rc basis_next(const struct basis *old, struct basis **out, struct err *err);

struct basis *basis_hold(struct basis *basis);
void basis_drop(struct basis *basis); /* NULL allowed */

/* Where themes are, for skin_load(); lives as long as the basis. */
struct skin_places basis_places(const struct basis *basis);

#endif
