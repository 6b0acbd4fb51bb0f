/* str.h: a borrowed piece of text: a pointer and a length.
 *
 * A struct str owns nothing. It lives as long as what it points into (an arena, a literal, a
 * request) and need not end in NUL; where a header promises a NUL behind it, it says so. The empty
 * string is { "", 0 }; { NULL, 0 } means "not given" and str_given() tells them apart. */
#ifndef PLATEN_BASE_STR_H
#define PLATEN_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/* For literals only. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf's "%.*s". */
#define STR_ARG(s) (int)((s).n > 1 << 20 ? 1 << 20 : (s).n), ((s).p ? (s).p : "")

/* The smallest ones are here to be inlined: as calls they were a tenth of the instructions that an
 * answer from memory takes. */

/* NULL gives STR_NONE. */
static inline struct str str_of(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : STR_NONE;
}

static inline struct str str_n(const char *p, size_t n)
{
	return (struct str){ p, n };
}

static inline bool str_given(struct str s)
{
	return s.p != NULL;
}

static inline bool str_empty(struct str s)
{
	return s.n == 0;
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

/* The part from `from` (clamped) to the end. */
static inline struct str str_from(struct str s, size_t from)
{
	if (from > s.n)
		from = s.n;
	return (struct str){ s.p ? s.p + from : NULL, s.n - from };
}

/* The part [from, to) (both clamped). */
static inline struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* "" for what is not given. */
static inline struct str str_or_empty(struct str s)
{
	return str_given(s) ? s : STR("");
}

bool str_ieq(struct str a, struct str b);          /* ASCII letters folded */
int str_cmp(struct str a, struct str b);           /* bytewise; <0, 0, >0 */
bool str_istarts(struct str s, struct str prefix); /* ASCII letters folded */
bool str_ends(struct str s, struct str suffix);
bool str_iends(struct str s, struct str suffix);

/* Position of the first `c` / `needle`, or -1. O(n) and O(n*m). */
ptrdiff_t str_find_char(struct str s, char c);
ptrdiff_t str_rfind_char(struct str s, char c);
ptrdiff_t str_find(struct str s, struct str needle);
/* What stands before the first c; all of it when there is none. */
struct str str_until(struct str s, char c);

/* Whether there is an ASCII control character, line ends and tabs among them. */
bool str_has_control(struct str s);

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* Takes the part before the first `sep` off `*rest` into `*part`; false once nothing is left. A
 * trailing separator gives no empty part after it: "a,b," is "a" and "b". */
bool str_split(struct str *rest, char sep, struct str *part);

/* Takes one line without its "\n" or "\r\n" off `*rest`; false at the end. */
bool str_line(struct str *rest, struct str *line);

/* Decimal integers, whole string, no blanks, no '+'. RC-free: false leaves `*out` untouched. */
bool str_to_i64(struct str s, int64_t *out);
bool str_to_u64(struct str s, uint64_t *out);

#endif
