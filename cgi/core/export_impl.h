/* export_impl.h: what the parts of the export share. Internal to core/export*.c. */
#ifndef PLATEN_CORE_EXPORT_IMPL_H
#define PLATEN_CORE_EXPORT_IMPL_H

#include "base/json.h"
#include "blob/blob.h"
#include "core/export.h"
#include "store/post.h"

#define EXPORT_FILES_MAX 2000 /* media of one post */

struct exporter {
	const struct export_options *options;
	const struct site *site;
	struct db_ro *db;
	struct blob_store *blobs;
	const char *dir;             /* the new folder */
	struct export_report report;
	struct buf copied;           /* hashes of the files that are there, each EXPORT_HASH_B of its beginning */
	struct err *err;
};

/* export_media.c: files beside a post. */
struct export_file {
	struct str hash, name;       /* the name it gets */
};

struct export_files {
	struct exporter *ex;
	struct arena *arena;
	const char *dir;             /* where they go; made with the first */
	struct export_file items[EXPORT_FILES_MAX];
	size_t count;
};

/* An address "/media/HASH/NAME" becomes the relative name of a file; STR_NONE: it is none, or its
 * bytes are missing. */
NODISCARD enum rc export_file_for(struct export_files *files, struct str address, struct str *out);
/* Every blob that `text` refers to, into media/HASH/. */
NODISCARD enum rc export_media_of(struct exporter *ex, struct str text, struct arena *arena);
/* `text` with addresses of what was replaced in the library leading to what it is now, which is what readers see. It
 * is itself when there is none. */
NODISCARD enum rc export_current(struct exporter *ex, struct str text, struct arena *arena, struct str *out);
/* A file into media/HASH/, if it is not there. RC_NOTFOUND: no such blob. */
NODISCARD enum rc export_blob_loose(struct exporter *ex, struct str hash, struct str name, struct arena *arena);

/* export_library.c: media.jsonl, and the library's files that nothing before has brought. */
#define EXPORT_HASH_B 32
NODISCARD enum rc export_library(struct exporter *ex, struct arena *arena);

/* export_write.c: front matter in one of the two forms. Empty and false values are left out. */
struct export_fields {
	struct buf *out;
	bool toml;
};
void export_text(const struct export_fields *f, const char *key, struct str value);
void export_flag(const struct export_fields *f, const char *key, bool value);
void export_number(const struct export_fields *f, const char *key, int64_t value);
void export_date(const struct export_fields *f, const char *key, int64_t ms);
void export_list(const struct export_fields *f, const char *key, const struct str *items, size_t count);
void export_object(const struct export_fields *f, const char *key, const struct json *object);

/* export_post.c */
NODISCARD enum rc export_post(struct exporter *ex, const struct post *post, struct str name, struct arena *arena);
/* "2024-05-01-hello", "about": before equal ones are told apart. */
struct str export_post_name(const struct post *post, struct arena *arena);

/* export_site.c: platen.json. */
NODISCARD enum rc export_site(struct exporter *ex, struct arena *arena);

#endif
