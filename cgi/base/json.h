/* json.h: JSON values: parse with limits, read with defaults, build, write.
 *
 * A tree belongs to whoever has its root: json_free(). Values got out of it are borrowed. One
 * thread at a time. Texts are always valid UTF-8 without NUL. */
#ifndef PLATEN_BASE_JSON_H
#define PLATEN_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct json; /* one value */

enum json_kind {
	JSON_KIND_NULL, JSON_KIND_BOOL, JSON_KIND_INT, JSON_KIND_REAL, JSON_KIND_TEXT, JSON_KIND_LIST,
	JSON_KIND_OBJECT, JSON_KIND__MAX
};

#define JSON_DEPTH_MAX 64
#define JSON_MAX_B ((size_t)16 << 20)

/* Parses one value with nothing behind it. RC_INVALID with line and column ("line 3, column 14:
 * ..."); a key given twice, NUL and an integer beyond 64 bits are invalid. RC_LIMIT: over `max_b`
 * bytes (at most JSON_MAX_B) or deeper than JSON_DEPTH_MAX. The caller owns *out. */
NODISCARD enum rc json_parse(struct str text, size_t max_b, struct json **out, struct err *err);
void json_free(struct json *value); /* a root; NULL allowed */
struct json *json_clone(const struct json *value); /* a deep copy; the caller owns it */

/* Reading. `value` may be NULL everywhere, and of any kind: then it is as if nothing were there. */
enum json_kind json_kind(const struct json *value); /* NULL: JSON_KIND_NULL */
size_t json_count(const struct json *value);        /* of a list or object, else 0 */
struct json *json_get(const struct json *object, const char *key); /* NULL when absent */
struct json *json_at(const struct json *list, size_t at);          /* NULL beyond the end */
struct str json_text(const struct json *value, struct str otherwise);
int64_t json_int(const struct json *value, int64_t otherwise);     /* of an integer only */
double json_number(const struct json *value, double otherwise);      /* of any number */
bool json_bool(const struct json *value, bool otherwise);
struct str json_get_text(const struct json *object, const char *key, struct str otherwise);
int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise);
bool json_get_bool(const struct json *object, const char *key, bool otherwise);

/* The members of an object in their order: start with a zeroed iterator. */
struct json_iter {
	void *at;
	struct str key;
	struct json *value;
};
bool json_next(const struct json *object, struct json_iter *iter);

/* Building. Malformed UTF-8 in a text or key becomes U+FFFD, NUL too. */
struct json *json_new_object(void);
struct json *json_new_list(void);
struct json *json_new_text(struct str text);
struct json *json_new_int(int64_t number);
struct json *json_new_real(double number); /* not finite: null */
struct json *json_new_bool(bool flag);
struct json *json_new_null(void);
/* Takes `value` (a root) into the object or list; a key that is there is replaced. */
void json_set(struct json *object, const char *key, struct json *value);
void json_set_n(struct json *object, struct str key, struct json *value);
void json_add(struct json *list, struct json *value);
void json_set_text(struct json *object, const char *key, struct str text); /* STR_NONE: null */
void json_set_int(struct json *object, const char *key, int64_t number);
void json_set_bool(struct json *object, const char *key, bool flag);
void json_add_text(struct json *list, struct str text);
/* A new empty object or list in its place; borrowed. */
struct json *json_set_object(struct json *object, const char *key);
struct json *json_set_list(struct json *object, const char *key);
struct json *json_add_object(struct json *list);

enum { JSON_LINE = 0, JSON_PRETTY_TABS = 1, JSON_SORTED_KEYS = 2 };
/* Appends the value; pretty: tabs and a newline at the end. The text may stand inside a script
 * element: see enc_json(). Check buf_status() at the end. */
void json_write(const struct json *value, unsigned flags, struct buf *out);

#endif
