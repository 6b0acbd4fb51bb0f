/* import_impl.h: what the parts of the import share. Internal to core/import*.c. */
#ifndef PLATEN_CORE_IMPORT_IMPL_H
#define PLATEN_CORE_IMPORT_IMPL_H

#include "base/file.h"
#include "base/zone.h"
#include "blob/blob.h"
#include "core/import.h"
#include "core/post_save.h"
#include "text/frontmatter.h"

enum generator { GENERATOR_UNKNOWN, GENERATOR_HUGO, GENERATOR_JEKYLL, GENERATOR_HEXO, GENERATOR_ZOLA,
		 GENERATOR_ELEVENTY, GENERATOR_PLATEN, GENERATOR__MAX };

/* One Markdown file on its way to a post. Texts live in the importer's arena. */
struct import_page {
	struct str rel;             /* "content/blog/hello/index.md" */
	struct str dir;             /* "content/blog/hello", "" at the top */
	struct str inner;           /* below the content folder, without extension and language */
	struct str name;            /* the last part of that; a bundle's is its folder's */
	struct str title_name;      /* `name` without a date before it */
	struct str name_lang;       /* from "name.de.md" or "de/name.md"; STR_NONE */
	bool bundle;                /* an index.md: files beside it belong to it */
	bool section;               /* an _index.md: describes a folder */
	bool in_posts, in_drafts;   /* below _posts/, _drafts/ */
	bool html;                  /* not Markdown but HTML */
	int name_year, name_month, name_day; /* 0: no date in the name */
	int64_t mtime_ms;
	struct frontmatter fm;
	bool failed, skipped;
	bool password_made;         /* draft.password is one that nobody knows */

	struct post_draft draft;
	struct str given;           /* its address as the front matter gives it; STR_NONE */
	struct str address;         /* where its generator puts it; STR_NONE: unknown */
	struct str expected;        /* where it will be here; STR_NONE: not certain before it is stored */
	struct str group;           /* joins translations; STR_NONE */
	struct str *categories;     /* for addresses */
	size_t category_count;

	struct arena *arena;        /* of what was prepared */
	struct post_prepared *prepared;
	struct err error;           /* why it could not be prepared */
	struct post_saved stored;
	int64_t existing_id;
	bool unchanged, conflict;
};

struct import_media {
	struct str rel;
	struct str address;         /* "/media/HASH/NAME", encoded; STR_NONE: cannot be taken */
	struct str hash, name;
	int64_t size_b;
	int width_px, height_px;    /* 0: unknown */
	bool existed;
	struct str clean;           /* hash of a copy without metadata; "": none was made */
	const char *clean_mime;
	int64_t clean_b;
	const char *mime;           /* NULL: by its name */
	struct str alt;             /* what a text that shows it says in its place; STR_NONE: none did */
	struct str source;          /* where it was fetched; STR_NONE: it is a file of the folder */
	bool private_bytes;
	const struct import_item *item; /* what media.jsonl says of it; NULL: nothing */
};

/* A line of media.jsonl (export.h). Texts live in the importer's arena. */
struct import_item {
	struct str hash, name, type, alt, caption, credit, edit;
	int64_t focal_x, focal_y, created_ms;
	bool pinned, private_bytes;
	size_t line;
};

/* Where an address leads: a page. Sorted by `path`. */
struct import_address {
	struct str path;
	struct import_page *page;
};

/* What a page can be called in a reference. Sorted by `name`, then by the pages' order. */
struct import_name {
	struct str name;
	struct import_page *page;
};

struct importer {
	const struct import_options *options;
	const struct site *site;
	struct db_rw *db;
	struct blob_store *blobs;
	int64_t now_ms;
	struct arena *arena;
	struct arena scratch;           /* of one address: import_resolve() empties it */
	struct err *err;

	struct file_entries tree;       /* sorted by path */
	struct import_page *pages;
	size_t page_count;
	size_t text_b;                  /* of all pages so far */

	enum generator generator;
	struct str root;                /* of the generator's site below dir: "" or "docs" */
	struct str content;             /* of its content: "" or "docs/content" */
	struct data *config;            /* the generator's configuration; NULL: none */
	struct data *own;               /* platen.json; NULL: none */
	const struct data *settings;    /* of the platen.json at the top; NULL: none */
	size_t settings_taken;
	struct data *authors;           /* Jekyll's _data/authors.yml; NULL: none */
	struct str lang;                /* the site's in that configuration; STR_NONE */
	const struct zone *zone;        /* for dates without one */
	bool lang_dirs;                 /* content/de/, content/en/ ... */

	struct import_address *addresses;
	size_t address_count;
	struct import_name *names;      /* by name; NULL: not made yet */
	size_t name_count;
	struct import_media *media;
	size_t media_count, media_cap;
	uint32_t *media_index;          /* by hash of `rel`, number + 1; as many places as a power of two */
	size_t media_places;
	struct str alt;                 /* of the picture whose address is being resolved; STR_NONE */
	size_t remote, remote_taken;    /* pictures of other sites; of these from an earlier import */
	size_t fetched;
	const struct import_media **by_hash; /* those that are taken; sorted; NULL: not made yet */
	size_t hash_count;
	struct import_item *items;      /* by hash */
	size_t item_count;

	struct import_problem *problems;
	size_t problem_count, problem_cap;
	struct str said_file;           /* what the last problems were about, */
	size_t said;                    /* and how many they were */
};

/* import_report.c. Of notes and warnings about one file only the first hundreds are kept; errors are
 * kept always. */
void import_problem(struct importer *im, enum import_severity severity, struct str file, int line,
		    const char *fmt, ...) PRINTF_LIKE(5, 6);
#define IMPORT_WARN(im, page, line, ...) import_problem(im, IMPORT_WARNING, (page)->rel, line, __VA_ARGS__)
#define IMPORT_TELL(im, page, line, ...) import_problem(im, IMPORT_NOTE, (page)->rel, line, __VA_ARGS__)
void import_page_failed(struct importer *im, struct import_page *page, int line, const struct err *err);
void import_report_fill(struct importer *im, struct import_report *out);

/* Tells how far the import is; any failure ends it. */
#define IMPORT_PROGRESS(im, stage, done, total, item) \
	progress_tell(&(im)->options->progress, stage, (int64_t)(done), (int64_t)(total), item, (im)->err)

/* import_walk.c: finds the files and reads the front matter. */
NODISCARD enum rc import_walk(struct importer *im);
/* The entry at that path below dir, NULL when there is none. */
const struct file_entry *import_find_file(const struct importer *im, struct str rel);

/* import_site.c: which generator it is, its folders and its configuration. */
void import_detect(struct importer *im);
const char *import_generator_name(enum generator generator);
/* A scalar of the configuration by dotted name ("url", "params.cdn"); STR_NONE: not there. */
struct str import_config(const struct importer *im, const char *dotted);
/* Any tree below a dotted name of a map; NULL. */
struct data *import_dotted(struct data *map, struct str dotted);

/* import_names.c: what the path of a file says. */
void import_name(struct importer *im, struct import_page *page);
/* A language code such as "de" or "pt-BR" that a file or folder may be named for. */
bool import_is_lang(struct str s);
/* `rel` below the folder `folder` ("" is everything): the rest; STR_NONE: it is not below. */
struct str import_below(struct str rel, struct str folder);

/* import_fields.c: front matter to draft. */
void import_fields(struct importer *im, struct import_page *page);
/* What needs the table of addresses: images, and what is left over. */
void import_fields_late(struct importer *im, struct import_page *page);
/* The member of a map whose key is `key` but for ASCII case. */
struct data *import_key(const struct data *map, const char *key);

/* import_address.c: where the generator puts a page, and where Platen will. */
void import_address(struct importer *im, struct import_page *page);
NODISCARD enum rc import_address_table(struct importer *im);
/* The page at an address (any form a generator writes), NULL. Uses im->scratch. */
struct import_page *import_page_at(struct importer *im, struct str path);
/* What to write into a link to that page. */
struct str import_link_to(const struct import_page *page);

/* import_media.c: a file of the tree into the blob store, once. NULL: it cannot be taken (reported). */
const struct import_media *import_media_take(struct importer *im, struct str rel, struct import_page *page,
					     int line);
/* Its entry, NULL when it was not asked for yet; a new one. `rel` must stay. The next addition may move all of them. */
struct import_media *import_media_find(struct importer *im, struct str rel);
struct import_media *import_media_add(struct importer *im, struct str rel);
/* "/media/HASH/NAME" of its hash and name. */
void import_media_address(struct importer *im, struct import_media *m);
/* For all that were taken: import_media_size() is site.fresh_media, with the importer. */
void import_media_sort(struct importer *im);
bool import_media_size(const void *im, struct str hash, int *width_px, int *height_px);
NODISCARD enum rc import_media_store(struct importer *im, struct db_tx *tx);
/* At the end of every import, outside of a transaction: of what it put, what no row has is to be removed (media_gone.h). A
 * cancelled import would leave all that it fetched, and nothing else looks for it. */
void import_media_forget(struct importer *im);

/* import_remote.c: the address here of a picture that a page shows from another site: fetched, now or by an earlier
 * import. STR_NONE: it stays where it is (reported, when it was to be fetched), or it is no such address. */
struct str import_remote_take(struct importer *im, struct str address, struct import_page *page, int line);

/* import_body.c: shortcodes and addresses of the text. */
void import_body(struct importer *im, struct import_page *page);
/* The address that a reference from `page` shall have here; STR_NONE: leave it. `media` tells that it
 * is meant to be a file, so that a missing one is reported. */
struct str import_resolve(struct importer *im, struct import_page *page, struct str address, bool media, int line);

/* import_library.c: what an export of Platen says of the media library. */
NODISCARD enum rc import_library_read(struct importer *im);
const struct import_item *import_library_find(const struct importer *im, struct str hash); /* NULL */
/* The type of a file with these first bytes: the one that the export says when its name or its content does, too; NULL: its
 * name's. Static. */
const char *import_library_type(const struct import_item *item, struct str head);
/* Its row is there; `fresh`: since now. What somebody wrote here stays. */
NODISCARD enum rc import_library_store(struct importer *im, struct db_tx *tx, const struct import_media *m, bool fresh);

/* import_own.c: what only Platen's own export has. */
#define IMPORT_OWN_MAX_B JSON_MAX_B /* of platen.json; export_site.c makes none that is larger */
NODISCARD enum rc import_own_media(struct importer *im);
struct str import_random(struct importer *im, size_t chars); /* a public id, a password */
NODISCARD enum rc import_own_store(struct importer *im, struct db_tx *tx);

/* import_settings.c: those of platen.json. *out: NULL when there is no such file. */
NODISCARD enum rc import_settings_read(const struct import_options *options, struct arena *arena, struct data **out,
				       struct err *err);
NODISCARD enum rc import_settings_store(struct importer *im, struct db_tx *tx);

/* import_store.c: compares with what is there, and writes. */
NODISCARD enum rc import_prepare(struct importer *im);
NODISCARD enum rc import_store(struct importer *im, struct import_report *out);
/* Ends a part of the transaction (db.h). `done` RC_OK keeps it; what the folder is to blame for is taken
 * back and gives RC_OK with *bad, for the caller to report `err`; any other failure goes to im->err. */
NODISCARD enum rc import_part_end(struct importer *im, struct db_tx *tx, enum rc done, const struct err *err,
				  bool *bad);

#endif
