/* sitemap.h: writes sitemaps and sitemap indexes (sitemaps.org protocol 0.9).
 *
 * A writer, not a value: fifty thousand addresses pass through without being kept. */
#ifndef PLATEN_TEXT_SITEMAP_H
#define PLATEN_TEXT_SITEMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* The protocol's limits for one file. */
#define SITEMAP_URLS_MAX 50000
#define SITEMAP_MAX_B ((size_t)50 << 20)

struct sitemap_alternate {
	struct str lang;   /* BCP 47 */
	struct str url;
};

void sitemap_begin(struct buf *out);
/* `url` is absolute. `changed_ms` 0: unknown. `image` may be STR_NONE. */
void sitemap_url(struct buf *out, struct str url, int64_t changed_ms, struct str image,
		 const struct sitemap_alternate *alternates, size_t count);
void sitemap_end(struct buf *out);

void sitemap_index_begin(struct buf *out);
void sitemap_index_part(struct buf *out, struct str url, int64_t changed_ms);
void sitemap_index_end(struct buf *out);

#endif
