/* data.h: the value tree of a structured text file (front matter, configuration): what YAML, TOML
 * and JSON have in common, with the line of every value.
 *
 * Everything lives in the arena that the parser was given. Scalars keep the text that was written,
 * so that `title: 2.10` can be read as the title "2.10". Read only once it is built; a tree may be
 * read by several threads. */
#ifndef PLATEN_TEXT_DATA_H
#define PLATEN_TEXT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

enum data_type {
	DATA_NULL,
	DATA_BOOL,
	DATA_INT,
	DATA_FLOAT,
	DATA_TEXT,
	DATA_DATE,  /* a date, a time or both; `text` has it as written */
	DATA_LIST,
	DATA_MAP,
	DATA_TYPE__MAX
};

#define DATA_DEPTH_MAX 64        /* lists and maps in each other */
#define DATA_MEMBERS_MAX 4096    /* of one map: keeps looking for duplicates cheap */

struct data {
	enum data_type type;
	uint8_t mark;            /* of the parser that builds the tree */
	bool boolean;            /* DATA_BOOL */
	int line;                /* where it begins, counted from 1; 0: unknown */
	int64_t integer;         /* DATA_INT */
	double number;           /* DATA_FLOAT, also DATA_INT */
	struct str key;          /* its name as a member of a map, else STR_NONE */
	struct str text;         /* scalars: as written; DATA_TEXT: the value without quotes */
	struct data *first, *last; /* DATA_LIST, DATA_MAP: children in the order of the file */
	struct data *next;       /* sibling */
	size_t count;            /* of children */
};

/* Where a parser stopped. */
struct data_at {
	int line, column;        /* from 1; columns count bytes */
};

struct data *data_new(struct arena *arena, enum data_type type, int line) __attribute__((returns_nonnull));
void data_append(struct data *list, struct data *child);
/* The member `key`, NULL when there is none or `map` is NULL or no map. O(members). */
struct data *data_get(const struct data *map, struct str key);
struct data *data_at_key(const struct data *map, const char *key);
/* Puts `child` behind the others as member `key`. RC_EXISTS: the key is there (the message names it
 * and its line); RC_LIMIT: DATA_MEMBERS_MAX. */
NODISCARD enum rc data_set(struct data *map, struct str key, struct data *child, struct err *err);
/* Takes a member out of its map; false when it is not in it. */
bool data_remove(struct data *map, const struct data *child);

#define DATA_EACH(child, parent) \
	for (struct data *child = (parent) ? (parent)->first : NULL; child; child = child->next)

/* The value as JSON: dates as text, not-a-number and infinities as null. The caller owns it. */
struct json *data_to_json(const struct data *value);
/* A tree from JSON text. Lines stay 0. RC_INVALID (the message has line and column), RC_LIMIT. */
#define DATA_JSON_MAX_B JSON_MAX_B
NODISCARD enum rc data_from_json(struct str source, struct arena *arena, struct data **out,
				 struct err *err);

const char *data_type_name(enum data_type type); /* "text", "list" ...; for messages */

#endif
