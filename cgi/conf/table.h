/* table.h: the table of process settings. Internal to conf/. */
#ifndef PLATEN_CONF_TABLE_H
#define PLATEN_CONF_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum conf_type {
	CONF_PATH,     /* const char *: a path, made absolute */
	CONF_TEXT,     /* const char * */
	CONF_WEB,      /* const char *: an http or https address, without "/" at its end, query and fragment */
	CONF_NETS,     /* const char *: for base/nets.h, with proxies derived */
	CONF_SECRET,   /* struct str, never printed */
	CONF_URL,      /* struct str, with mount and origin derived */
	CONF_INT,      /* int */
	CONF_SIZE,     /* int64_t: bytes, with k, m or g behind */
	CONF_CHOICE,   /* int: the place in `choices` */
	CONF_IGNORED,  /* known, but read by the tools and not by the program */
};

struct conf_def {
	const char *name;      /* "PLATEN_URL" */
	enum conf_type type;
	size_t offset;         /* of the field in struct conf */
	const char *fallback;  /* NULL: not set; PATH "@x": below PLATEN_DATADIR */
	int64_t min, max;      /* INT, SIZE: range; TEXT, PATH, SECRET: length in bytes */
	const char *const *choices;
	const char *unit;      /* "ms"; may be NULL */
	bool at_start;         /* read when the program starts and not again: conf_keep() */
	const char *help;
};

extern const struct conf_def conf_table[];
extern const size_t conf_table_count;
#define CONF_TABLE_MAX 64

/* The entry of that name, or NULL. */
const struct conf_def *conf_find(struct str name);
/* The name that looks most like it, for "did you mean"; NULL when none is near. */
const char *conf_nearest(struct str name);

#endif
