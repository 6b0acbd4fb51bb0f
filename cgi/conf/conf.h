/* conf.h: every setting of the process: one table, from the environment or a platen.env file.
 *
 * The environment wins over the file. An unknown PLATEN_* name, a value out of range or an empty
 * secret is an error that names it. What an editor changes (title, theme ...) is not here but in
 * the database. */
#ifndef PLATEN_CONF_CONF_H
#define PLATEN_CONF_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/nets.h"
#include "base/str.h"

/* Who sends media that are kept in S3. */
enum conf_delivery { CONF_REDIRECT, CONF_STREAM };

enum conf_origin { CONF_FROM_DEFAULT, CONF_FROM_FILE, CONF_FROM_ENVIRONMENT };

struct conf {
	struct arena arena;           /* owns the texts below */
	enum conf_origin *origins;    /* by place in the table, for conf_print() */
	const char *data_dir;         /* PLATEN_DATA: site.db, traffic.db, media/, themes/ */
	struct str url;               /* PLATEN_URL, normalised: no trailing slash ("https://x.org/blog") */
	struct str mount;             /* its path: "" or "/blog" */
	struct str origin;            /* its scheme and host: "https://x.org" */
	const char *listen;           /* PLATEN_LISTEN */
	const char *trusted_proxies;  /* PLATEN_TRUSTED_PROXIES; NULL: none */
	struct nets proxies;          /* the same, read */
	const char *theme_dir;        /* PLATEN_THEMES: folder of the built-in themes; default the installed one */
	const char *admin_dir;        /* PLATEN_ADMIN_TEMPLATES */
	const char *schema_dir;       /* PLATEN_SCHEMA */
	const char *asset_dir;        /* PLATEN_ASSETS */
	const char *lang_dir;         /* PLATEN_LANG: the catalogues of translated texts */
	int log_level, log_format;    /* enum log_level, enum log_format */
	const char *log_file;         /* PLATEN_LOG_FILE; NULL: standard error */
	int64_t log_size_b;           /* PLATEN_LOG_SIZE */
	int64_t log_total_b;          /* PLATEN_LOG_TOTAL */
	int log_days;                 /* PLATEN_LOG_DAYS */
	int loops, workers, body_workers;
	int64_t body_max_b;
	int64_t import_max_b;      /* of the one address that takes archives of sites */
	int64_t upload_max_b;         /* PLATEN_UPLOAD_MAX */
	int64_t page_cache_b;         /* PLATEN_PAGE_CACHE */
	int upgrade;                  /* PLATEN_UPGRADE: 1: databases of an older program are brought up to date at start */
	int pages;                    /* PLATEN_PAGES: 1: the page folder is kept */
	int timeout_ms, lame_duck_ms, grace_ms;
	int busy_timeout_ms;
	int image_megapixels;         /* PLATEN_IMAGE_PIXELS, in millions */
	int64_t image_memory_b;       /* PLATEN_IMAGE_MEMORY */
	int image_timeout_s;          /* PLATEN_IMAGE_TIMEOUT */
	int avif;                     /* PLATEN_AVIF: 1: made beside WebP */
	const char *cron_url;         /* PLATEN_CRON_URL: hook_send.h; NULL: PLATEN_URL */
	const char *ca_file;          /* PLATEN_CA_FILE; NULL: the system's certificates */
	const char *fetch_allow;      /* PLATEN_FETCH_ALLOW: for net/guard.h; NULL: none */
	const char *media;            /* PLATEN_MEDIA: a folder, or "s3://BUCKET/PREFIX"; core/media_store.h reads it */
	const char *media_url;        /* PLATEN_MEDIA_URL; NULL: the site's own address */
	int media_delivery;           /* PLATEN_MEDIA_DELIVERY: enum conf_delivery */
	const char *s3_endpoint;      /* PLATEN_S3_ENDPOINT; NULL: AWS's of the region */
	const char *s3_region, *s3_access_key;
	struct str s3_secret_key;
	int s3_style;                 /* PLATEN_S3_STYLE: 1: BUCKET.HOST */
	const char *s3_storage_class, *s3_sse;
	int s3_direct;                /* PLATEN_S3_DIRECT: 1: browsers send files straight to S3 */
	int64_t s3_spool_b;           /* PLATEN_S3_SPOOL: what may wait here while S3 is away; 0: nothing */
	int s3_public;                /* PLATEN_S3_PUBLIC: 1: everybody may read the bucket */
	struct str hook_keys;         /* PLATEN_HOOK_KEYS; STR_NONE: the one kept in site.db is used */
	struct str secret;            /* PLATEN_SECRET; STR_NONE: the one kept in site.db is used */
};

/* Reads FILE (NULL: $PLATEN_ENV_FILE, else platen.env in the data folder, else none) and the
 * environment. `out` must be zeroed; conf_release() it. */
NODISCARD enum rc conf_load(const char *file, struct conf *out, struct err *err);
/* The same for a program that a web server has started: its working directory says nothing, so it must
 * be told its data folder, by PLATEN_DATA or a PLATEN_ENV_FILE that has it. RC_INVALID also: it is not. */
NODISCARD enum rc conf_load_started(struct conf *out, struct err *err);
void conf_release(struct conf *conf);

/* Called for a setting that keeps its old value. */
typedef void conf_kept(void *ctx, const char *name);

/* For a running program that has read its settings again: what is settled when a program starts
 * (listen, workers, data folder ...) stays in `fresh` as it is in `running`; `kept` hears of every
 * one that would have changed. `fresh` owns all its texts afterwards. */
void conf_keep(const struct conf *running, struct conf *fresh, conf_kept *kept, void *ctx);

/* One line a setting with value, origin, range and help; secrets masked. */
void conf_print(const struct conf *conf, struct buf *out);
/* The same as values: as many lines as there are settings, in `arena`. */
struct conf_line {
	const char *name, *help;
	struct str value;            /* "(secret)" for a secret, "" when it is not set */
	enum conf_origin origin;
};
size_t conf_lines(const struct conf *conf, struct arena *arena, struct conf_line **out);
/* The same table as roff paragraphs for the man page: names, ranges, defaults, help. */
void conf_man(struct buf *out);

#endif
