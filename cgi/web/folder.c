/* folder.c: the page folder of a serving process: which finished pages go there, and when it moves. */
#include "base/base.h"

#include <limits.h>

#include "base/clock.h"
#include "base/compress.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/pages.h"
#include "web/folder.h"
#include "web/page_meta.h"

#define COPY_MAX_B ((size_t)16 << 20)
/* Nobody waits for these. */
#define GZIP_LEVEL 7
#define BROTLI_QUALITY 6

/* In page->written_in: a file of the theme, which outlives generations. */
#define WRITTEN_FOR_GOOD UINT_MAX

struct folder {
	struct pages *pages;
	struct pages_owner owner;    /* empty until the first edition */
	uint64_t edition_generation; /* that `owner` was made for */
	char asset_hash[17];
	struct generation *current;  /* as last seen */
	_Atomic unsigned number;     /* counts what `current` was; 0: none */
	unsigned count;
};

struct folder *folder_new(const struct conf *conf)
{
	struct folder *folder = mem_new(sizeof *folder);
	folder->pages = pages_open(conf);
	return folder;
}

void folder_free(struct folder *folder)
{
	if (!folder)
		return;
	generation_drop(folder->current);
	pages_close(folder->pages);
	free(folder);
}

/* Theme and phrases: what a page is made of besides the database, the program and its settings. */
static void owner_of(const struct edition *edition, struct pages_owner *out)
{
	char text[64];
	snprintf(text, sizeof text, "%.16s-%llx", edition->skin->hash,
		 (unsigned long long)i18n_stamp(edition->basis->phrases));
	pages_owner(edition->basis->conf, str_of(text), out);
}

static void take_edition(struct folder *folder, const struct edition *edition)
{
	struct err err = ERR_INIT;
	struct pages_owner owner;
	bool first = !folder->owner.text[0];
	if (!first && edition->generation == folder->edition_generation)
		return;
	owner_of(edition, &owner);
	enum rc rc = first ? pages_claim(folder->pages, &owner, clock_now_ms(), &err) :
			     pages_move(folder->pages, &folder->owner, &owner, clock_now_ms(), &err);
	if (rc != RC_OK) { /* again at the next tick */
		log_err(LOG_WARN, "cannot use the page folder", &err);
		return;
	}
	folder->owner = owner;
	folder->edition_generation = edition->generation;
	snprintf(folder->asset_hash, sizeof folder->asset_hash, "%s", edition->skin->hash);
}

/* The present generation. One that is new makes every page wanted again. */
static struct generation *look(struct folder *folder)
{
	struct generation *seen = folder->owner.text[0] ? pages_generation(folder->pages, &folder->owner) : NULL;
	if (seen != folder->current)
		atomic_store(&folder->number, seen ? ++folder->count : 0);
	generation_drop(folder->current);
	folder->current = seen;
	return seen;
}

static bool sweep(struct folder *folder)
{
	return pages_sweep(folder->pages, str_of(folder->asset_hash[0] ? folder->asset_hash : NULL), clock_now_ms());
}

void folder_take(struct folder *folder, const struct edition *edition)
{
	take_edition(folder, edition);
	look(folder);
	sweep(folder);
}

int folder_tick(struct folder *folder, const struct edition *edition)
{
	if (edition)
		take_edition(folder, edition);
	int next_ms = pages_tick(folder->pages, clock_now_ms(), PAGES_TICK_MS);
	look(folder);
	bool more = sweep(folder);
	return more && next_ms > 20 ? 20 : next_ms;
}

bool folder_wants(const struct folder *folder, struct cached_page *page)
{
	unsigned number = atomic_load_explicit(&folder->number, memory_order_relaxed);
	unsigned written_in = atomic_load_explicit(&page->written_in, memory_order_relaxed);
	return number && page->folder_path.n && written_in != number && written_in != WRITTEN_FOR_GOOD &&
	       atomic_exchange_explicit(&page->written_in, number, memory_order_relaxed) != number;
}

/* "/assets/HASH/NAME" */
static bool write_asset(struct folder *folder, const struct pages_copy *copy)
{
	struct str rest = str_from(copy->path, strlen("/assets/"));
	ptrdiff_t slash = str_find_char(rest, '/');
	return slash > 0 && str_is(str_sub(rest, 0, (size_t)slash), folder->asset_hash) &&
	       pages_write_asset(folder->pages, str_sub(rest, 0, (size_t)slash),
				 str_from(rest, (size_t)slash + 1), copy->body, copy->hash);
}

/* The generation is looked for first and the time is read behind it: the page, which is true for this
 * public_seq at this time, then belongs to it. */
static bool write_page(struct folder *folder, const struct cached_page *page, struct pages_copy *copy)
{
	struct generation *generation = look(folder);
	copy->now_ms = clock_now_ms();
	return generation && copy->now_ms < page->stamp.expires_ms &&
	       page->stamp.generation == folder->edition_generation && pages_write(generation, copy);
}

static bool write_copy(struct folder *folder, struct cached_page *page, struct pages_copy *copy)
{
	bool for_good = page->stamp.seq == PAGE_ANY_SEQ;
	bool written = for_good ? write_asset(folder, copy) : write_page(folder, page, copy);
	if (written)
		atomic_store(&page->written_in, for_good ? WRITTEN_FOR_GOOD : folder->number);
	return written;
}

static bool pack(struct folder *folder, struct cached_page *page, struct pages_copy *copy)
{
	struct err err = ERR_INIT;
	struct str plain = copy->body[PAGES_PLAIN];
	struct buf gzip = BUF_INIT(COPY_MAX_B), brotli = BUF_INIT(COPY_MAX_B);
	copy->body[PAGES_PLAIN] = STR_NONE;
	if (compress_gzip(plain, GZIP_LEVEL, &gzip, &err) == RC_OK)
		copy->body[PAGES_GZIP] = buf_view(&gzip);
	if (compress_brotli(plain, BROTLI_QUALITY, &brotli, &err) == RC_OK)
		copy->body[PAGES_BROTLI] = buf_view(&brotli);
	bool written = write_copy(folder, page, copy);
	buf_release(&gzip);
	buf_release(&brotli);
	return written;
}

bool folder_write(struct folder *folder, struct cached_page *page, bool packed)
{
	struct err err = ERR_INIT;
	struct buf html = BUF_INIT(COPY_MAX_B);
	bool written = false;
	struct str body = cached_page_body(page, HTTP_IDENTITY);
	struct pages_copy copy = { .kind = PAGES_FILE, .path = page->folder_path, .public_seq = page->stamp.seq };
	if (str_starts(cached_page_header(page, "Content-Type"), STR("text/html"))) {
		struct str policy = cached_page_header(page, "Content-Security-Policy");
		/* A page whose policy finds no place is made by Platen each time. */
		if (!str_given(policy) || page_meta_policy(body, policy, &html, &err) != RC_OK || html.rc != RC_OK)
			goto out;
		body = buf_view(&html);
		copy.kind = PAGES_HTML;
	}
	copy.body[PAGES_PLAIN] = body;
	copy.hash = hash_128(body).low;
	written = packed ? pack(folder, page, &copy) : write_copy(folder, page, &copy);
	if (!written)
		atomic_store(&page->written_in, 0);
out:
	buf_release(&html);
	return written && page->compressible && !packed;
}
