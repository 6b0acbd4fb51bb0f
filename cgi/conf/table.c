/* table.c: every setting of the process. */
#include "base/base.h"

#include "conf/conf.h"
#include "conf/table.h"

static const char *const levels[] = { "error", "warn", "info", "debug", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const deliveries[] = { "redirect", "stream", NULL };
static const char *const styles[] = { "path", "virtual", NULL };
static const char *const formats[] = { "text", "json", NULL };

#define AT(field) offsetof(struct conf, field)
#define INT(n, f, d, lo, hi, u, s, h) { .name = n, .type = CONF_INT, .offset = AT(f), .fallback = d, .min = lo, .max = hi, .unit = u, .at_start = s, .help = h }
#define DIR(n, f, d, s, h) { .name = n, .type = CONF_PATH, .offset = AT(f), .fallback = d, .min = 1, .max = 1024, .at_start = s, .help = h }
#define TEXT(n, f, d, lo, hi, h) { .name = n, .type = CONF_TEXT, .offset = AT(f), .fallback = d, .min = lo, .max = hi, .help = h }
#define START true
#define LIVE false
#define IGNORED(n, h) { .name = n, .type = CONF_IGNORED, .help = h }

const struct conf_def conf_table[] = {
	DIR("PLATEN_DATA", data_dir, "var", START, "data folder: site.db, traffic.db, media/, themes/, platen.env"),
	{ .name = "PLATEN_URL", .type = CONF_URL, .offset = AT(url), .fallback = "http://localhost:8080", .max = 1024,
	  .help = "address of the site, also below a path; every link is made from it. After a change of the path: `platen rebuild`" },
	{ .name = "PLATEN_LISTEN", .type = CONF_TEXT, .offset = AT(listen), .fallback = "unix:platen.sock", .min = 1, .max = 200,
	  .at_start = START, .help = "where `platen serve` listens: unix:PATH or HOST:PORT" },
	{ .name = "PLATEN_TRUSTED_PROXIES", .type = CONF_NETS, .offset = AT(trusted_proxies), .min = 0, .max = 4000, .at_start = START,
	  .help = "web servers and CDNs in front of the one that Platen talks to, which are believed when they name the visitor in X-Forwarded-For: addresses and networks, as 10.0.0.7 or fd00::/8, with blanks between, and the word unix for what comes by a unix socket; from all others the header is ignored" },
	DIR("PLATEN_THEMES", theme_dir, "@templates/site", LIVE, "folder of the built-in themes"),
	DIR("PLATEN_ADMIN_TEMPLATES", admin_dir, "@templates/admin", LIVE, "folder of the admin's templates and phrases"),
	DIR("PLATEN_LANG", lang_dir, "@templates/lang", LIVE, "folder of the phrases"),
	DIR("PLATEN_SCHEMA", schema_dir, "@schema", LIVE, "folder of the migrations, for reading; the program carries its own"),
	DIR("PLATEN_ASSETS", asset_dir, "@assets", LIVE, "folder of what all themes share"),
	{ .name = "PLATEN_LOG_LEVEL", .type = CONF_CHOICE, .offset = AT(log_level), .fallback = "info", .choices = levels,
	  .help = "how much is logged" },
	{ .name = "PLATEN_LOG_FORMAT", .type = CONF_CHOICE, .offset = AT(log_format), .fallback = "text", .choices = formats,
	  .help = "lines for people or for programs" },
	{ .name = "PLATEN_LOG_FILE", .type = CONF_PATH, .offset = AT(log_file), .min = 1, .max = 1024,
	  .help = "file for the log; without it standard error. The cronhook task logs moves it away when it is a day old or too large" },
	{ .name = "PLATEN_LOG_SIZE", .type = CONF_SIZE, .offset = AT(log_size_b), .fallback = "16m", .min = 1024,
	  .max = INT64_C(64) << 30, .unit = "bytes", .help = "a log file larger than this is moved away" },
	{ .name = "PLATEN_LOG_TOTAL", .type = CONF_SIZE, .offset = AT(log_total_b), .fallback = "256m", .min = 1024,
	  .max = INT64_C(1) << 40, .unit = "bytes", .help = "log files that were moved away are removed, the oldest first, beyond this" },
	INT("PLATEN_LOG_DAYS", log_days, "30", 1, 3650, "days", LIVE, "log files that were moved away are removed after so long"),
	INT("PLATEN_LOOPS", loops, "0", 0, 2, NULL, START, "threads that answer from memory; 0: two from four processors up, else one"),
	INT("PLATEN_WORKERS", workers, "0", 0, 256, NULL, START, "threads that make pages; 0: twice the processors, at least 4"),
	INT("PLATEN_BODY_WORKERS", body_workers, "0", 0, 512, NULL, START, "threads for requests with a body; 0: twice the workers"),
	{ .name = "PLATEN_BODY_MAX", .type = CONF_SIZE, .offset = AT(body_max_b), .fallback = "32m", .min = 1024,
	  .max = INT64_C(8) << 30, .unit = "bytes", .at_start = START, .help = "largest request body; k, m and g may stand behind the number" },
	{ .name = "PLATEN_IMPORT_MAX", .type = CONF_SIZE, .offset = AT(import_max_b), .fallback = "1g", .min = 1024,
	  .max = INT64_C(64) << 30, .unit = "bytes", .at_start = START, .help = "largest archive that /admin/transfer/import takes, in place of PLATEN_BODY_MAX; one at a time waits on the disk" },
	{ .name = "PLATEN_UPLOAD_MAX", .type = CONF_SIZE, .offset = AT(upload_max_b), .fallback = "2g", .min = 1024,
	  .max = INT64_C(4) << 30, .unit = "bytes", .help = "largest file for the media library; it comes in pieces, whatever PLATEN_BODY_MAX is" },
	{ .name = "PLATEN_PAGE_CACHE", .type = CONF_SIZE, .offset = AT(page_cache_b), .fallback = "32m", .min = 0,
	  .max = INT64_C(64) << 30, .unit = "bytes", .at_start = START, .help = "memory for finished pages; 0: none are kept" },
	{ .name = "PLATEN_UPGRADE", .type = CONF_CHOICE, .offset = AT(upgrade), .fallback = "on", .choices = switches, .at_start = START,
	  .help = "whether a newer program brings the databases up to date when it starts; off: platen migrate does" },
	{ .name = "PLATEN_PAGES", .type = CONF_CHOICE, .offset = AT(pages), .fallback = "off", .choices = switches, .at_start = START,
	  .help = "whether finished pages are also written to DATA/pages, for the web server to serve by itself" },
	INT("PLATEN_TIMEOUT", timeout_ms, "30000", 100, 3600000, "ms", START, "a peer silent for so long within a request is dropped"),
	INT("PLATEN_LAME_DUCK", lame_duck_ms, "6000", 0, 600000, "ms", START,
	    "how long kept connections are served after SIGTERM; longer than the front server keeps them"),
	INT("PLATEN_GRACE", grace_ms, "10000", 0, 600000, "ms", START, "how long requests in flight may run after SIGTERM"),
	INT("PLATEN_BUSY_TIMEOUT", busy_timeout_ms, "5000", 0, 600000, "ms", LIVE, "how long to wait for another process's write"),
	INT("PLATEN_IMAGE_PIXELS", image_megapixels, "100", 1, 2000, "million", LIVE,
	    "a picture with more pixels, width times height, is refused before it is decoded"),
	{ .name = "PLATEN_IMAGE_MEMORY", .type = CONF_SIZE, .offset = AT(image_memory_b), .fallback = "1536m", .min = 256 << 20,
	  .max = INT64_C(64) << 30, .unit = "bytes", .help = "address space of the program that decodes a picture" },
	INT("PLATEN_IMAGE_TIMEOUT", image_timeout_s, "240", 1, 86400, "s", LIVE,
	    "a picture that takes longer, with all that is made of it, is given up"),
	{ .name = "PLATEN_AVIF", .type = CONF_CHOICE, .offset = AT(avif), .fallback = "off", .choices = switches,
	  .help = "whether pictures are made as AVIF, too, where that is smaller than WebP: a sixth less to fetch, three times the work" },
	{ .name = "PLATEN_SECRET", .type = CONF_SECRET, .offset = AT(secret), .min = 32, .max = 256,
	  .help = "signs cookies and tokens; without it the one in site.db is used" },
	{ .name = "PLATEN_HOOK_KEYS", .type = CONF_SECRET, .offset = AT(hook_keys), .min = 32, .max = 1000,
	  .help = "keys of the cronhooks (`platen hook key`), the new and the old while they are changed; without it the one in site.db" },
	{ .name = "PLATEN_CRON_URL", .type = CONF_TEXT, .offset = AT(cron_url), .min = 1, .max = 1024,
	  .help = "where the worker and `platen hook send` find the site's own cronhooks, if not at PLATEN_URL: another address, or HOST:PORT or unix:/PATH to connect to for it" },
	{ .name = "PLATEN_CA_FILE", .type = CONF_PATH, .offset = AT(ca_file), .min = 1, .max = 1024,
	  .help = "certificates to trust instead of the system's when other servers are called" },
	TEXT("PLATEN_FETCH_ALLOW", fetch_allow, NULL, 1, 1000, "pictures of other sites are fetched from public addresses alone, and from these: as 10.0.0.7 or 127.0.0.1:8080, with blanks between"),
	TEXT("PLATEN_MEDIA", media, "media", 1, 1024, "where media are kept: a folder (below the data folder unless it begins with /), or s3://BUCKET or s3://BUCKET/PREFIX"),
	{ .name = "PLATEN_MEDIA_URL", .type = CONF_WEB, .offset = AT(media_url), .max = 1024,
	  .help = "address that media links begin with instead of the site's own: another domain of it, or a CDN that fetches from it. After a change: `platen rebuild`" },
	{ .name = "PLATEN_MEDIA_DELIVERY", .type = CONF_CHOICE, .offset = AT(media_delivery), .fallback = "redirect", .choices = deliveries,
	  .help = "media in S3 are sent by S3, to which the reader is redirected, or fetched from it and sent by us" },
	{ .name = "PLATEN_S3_ENDPOINT", .type = CONF_WEB, .offset = AT(s3_endpoint), .max = 512,
	  .help = "address of the S3 server, as https://s3.example.org; without it AWS's of the region" },
	TEXT("PLATEN_S3_REGION", s3_region, "us-east-1", 1, 64, "region of the bucket"),
	TEXT("PLATEN_S3_ACCESS_KEY", s3_access_key, NULL, 1, 256, "access key of S3: its public half"),
	{ .name = "PLATEN_S3_SECRET_KEY", .type = CONF_SECRET, .offset = AT(s3_secret_key), .min = 1, .max = 256,
	  .help = "secret key of S3" },
	{ .name = "PLATEN_S3_STYLE", .type = CONF_CHOICE, .offset = AT(s3_style), .fallback = "path", .choices = styles,
	  .help = "addresses of objects: HOST/BUCKET/KEY or BUCKET.HOST/KEY" },
	TEXT("PLATEN_S3_STORAGE_CLASS", s3_storage_class, NULL, 1, 64, "storage class of new objects, as STANDARD_IA; without it the bucket's"),
	TEXT("PLATEN_S3_SSE", s3_sse, NULL, 1, 64, "encryption of new objects by the server: AES256 or aws:kms; without it the bucket's"),
	{ .name = "PLATEN_S3_PUBLIC", .type = CONF_CHOICE, .offset = AT(s3_public), .fallback = "off", .choices = switches,
	  .help = "whether everybody may read the bucket: readers are then redirected to addresses that last. Needs PLATEN_SECRET: names are made with it, so that nobody finds what he is not led to" },
	{ .name = "PLATEN_S3_DIRECT", .type = CONF_CHOICE, .offset = AT(s3_direct), .fallback = "off", .choices = switches,
	  .help = "whether browsers of those who write send files straight to S3, below incoming/, from where they are taken when they are proven; the bucket needs a rule for it (CORS)" },
	{ .name = "PLATEN_S3_SPOOL", .type = CONF_SIZE, .offset = AT(s3_spool_b), .fallback = "0", .min = 0,
	  .max = INT64_C(1) << 40, .unit = "bytes", .help = "while S3 is away, so much of what is uploaded waits in the data folder and is sent when it is back; 0: uploads fail meanwhile" },
	IGNORED("PLATEN_ENV_FILE", "the settings file; default platen.env in the data folder"),
	IGNORED("PLATEN_ADMIN_EMAIL", "tools/up: the owner's address"),
	IGNORED("PLATEN_ADMIN_PASSWORD", "tools/up: the owner's password"),
	IGNORED("PLATEN_SHARED_DATA", "tests: folder of real data sets"),
	IGNORED("PLATEN_BUILD", "tests and tools: the build folder"),
	IGNORED("PLATEN_TOP", "tests and tools: the source folder"),
};
const size_t conf_table_count = COUNT_OF(conf_table);
_Static_assert(COUNT_OF(conf_table) <= CONF_TABLE_MAX, "CONF_TABLE_MAX is too small");

const struct conf_def *conf_find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(conf_table); i++)
		if (str_is(name, conf_table[i].name))
			return &conf_table[i];
	return NULL;
}

/* Levenshtein distance, with names beyond the row's length counted as far away. */
static size_t distance(struct str a, struct str b)
{
	size_t row[64];
	if (a.n >= COUNT_OF(row) || b.n >= COUNT_OF(row))
		return COUNT_OF(row);
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t change = diagonal + (a.p[i - 1] != b.p[j - 1]);
			size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			diagonal = row[j];
			row[j] = change < least ? change : least;
		}
	}
	return row[b.n];
}

const char *conf_nearest(struct str name)
{
	const char *best = NULL;
	/* A third of the letters behind "PLATEN_" may be wrong. */
	size_t best_distance = name.n > 7 ? (name.n - 7) / 3 + 1 : 1;
	for (size_t i = 0; i < COUNT_OF(conf_table); i++) {
		size_t d = distance(name, str_of(conf_table[i].name));
		if (d < best_distance) {
			best_distance = d;
			best = conf_table[i].name;
		}
	}
	return best;
}
