/* shim.h: ctemplate behind a C interface. shim.cc is the only C++ of Platen.
 *
 * No exception leaves these functions. shim_probe() and shim_add() take one lock of the process and
 * catch what ctemplate prints; shim_expand() takes no lock of ours and may run in any number of
 * threads. ctemplate's own documentation: "Guide to the Auto-Escape mode". */
#ifndef PLATEN_TMPL_SHIM_H
#define PLATEN_TMPL_SHIM_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/err.h"
#include "base/str.h"

struct render;
struct scope;
struct shim; /* a frozen set of templates in ctemplate's form */

/* The modifiers (":h", ":U=html" ...) that ctemplate's auto-escape chose for the marker "x<number>";
 * false stops. Numbers come in order, from 0. */
typedef bool shim_modifiers_fn(void *user, size_t number, struct str modifiers);

/* Parses `source`, whose markers are called x0, x1, x2 ... in this order, and tells the modifiers.
 * RC_INVALID: ctemplate refuses it, with its own words. RC_INTERNAL: `source` pretends to be
 * ctemplate's dump. */
NODISCARD enum rc shim_probe(struct str source, size_t markers, shim_modifiers_fn *tell, void *user,
			     struct err *err);

NODISCARD enum rc shim_new(struct shim **out, struct err *err);
void shim_free(struct shim *shim); /* NULL allowed; no render may be going on */
NODISCARD enum rc shim_add(struct shim *shim, const char *key, struct str source, struct err *err);
void shim_freeze(struct shim *shim); /* after the last shim_add(), before the first expand */
/* RC_INTERNAL when ctemplate fails; limits are in `r`. */
NODISCARD enum rc shim_expand(const struct shim *shim, const char *key, struct render *r,
			      const struct scope *root, struct err *err);

#ifdef __cplusplus
}
#endif

#endif
