/* page_sitemap.c: the sitemap: one file, or an index of parts on a large site.
 *
 * A part is a fixed range of post ids, so that an old part never changes because of a new post. */
#include "base/base.h"

#include "core/address.h"
#include "store/post_list.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/sitemap.h"
#include "web/pages.h"

/* Ids of a part; the rest of the protocol's 50 000 is for home, tags and authors in the first one. */
#define PART_IDS 45000
#define PART_TAGS_MAX 2000
#define PART_USERS_MAX 1000
#define BATCH 1000

static struct str part_path(struct visit *v, int64_t part)
{
	return arena_printf(v->arena, "/sitemap-%lld.xml", (long long)part);
}

static enum rc count_parts(struct visit *v, int64_t *parts, struct err *err)
{
	int64_t max_id = 0;
	enum rc rc = post_max_id(v->db, &max_id, err);
	*parts = max_id > PART_IDS ? (max_id + PART_IDS - 1) / PART_IDS : 1;
	return rc;
}

static enum rc write_lists(struct visit *v, struct buf *out, struct err *err)
{
	struct tags tags;
	struct users users;
	enum rc rc = tag_list(v->db, TAG_BY_COUNT, false, v->now_ms, PART_TAGS_MAX, v->arena, &tags, err);
	if (rc == RC_OK)
		rc = user_list(v->db, 0, v->now_ms, PART_USERS_MAX, v->arena, &users, err);
	if (rc != RC_OK)
		return rc;
	sitemap_url(out, visit_absolute(v, STR("/")), 0, STR_NONE, NULL, 0);
	for (size_t i = 0; i < tags.count; i++)
		sitemap_url(out, visit_absolute(v, address_tag(tags.items[i].slug, 1, v->arena)), 0, STR_NONE,
			    NULL, 0);
	for (size_t i = 0; i < users.count; i++) {
		if (users.items[i].count == 0)
			continue;
		sitemap_url(out, visit_absolute(v, address_author(users.items[i].slug, 1, v->arena)), 0,
			    STR_NONE, NULL, 0);
	}
	return RC_OK;
}

static void write_card(struct visit *v, const struct post_card *card, struct arena *scratch,
		       struct buf *out)
{
	const struct address_base *base = &v->site->base;
	if (str_eq(card->path, v->site->front_page))
		return; /* it is the home page */
	struct str image = str_empty(card->image)
				   ? STR_NONE
				   : address_resolve_absolute(base, card->path, card->image, scratch);
	sitemap_url(out, address_absolute(base, card->path, scratch),
		    card->edited_ms > card->published_ms ? card->edited_ms : card->published_ms, image, NULL, 0);
}

static enum rc write_posts(struct visit *v, int64_t part, struct buf *out, struct err *err)
{
	int64_t after = (part - 1) * PART_IDS, to = part * PART_IDS;
	struct post_cards cards = { NULL, BATCH };
	struct arena scratch;
	enum rc rc = RC_OK;
	arena_init(&scratch, ARENA_MAX_B);
	while (rc == RC_OK && cards.count == BATCH) {
		arena_reset(&scratch);
		rc = post_list_sitemap(v->db, after, to, v->now_ms, BATCH, &scratch, &cards, err);
		for (size_t i = 0; rc == RC_OK && i < cards.count; i++) {
			write_card(v, &cards.items[i], &scratch, out);
			after = cards.items[i].id;
		}
	}
	arena_release(&scratch);
	return rc;
}

static enum rc answer_part(struct visit *v, int64_t part, struct err *err)
{
	struct buf body = BUF_INIT(SITEMAP_MAX_B);
	enum rc rc = RC_OK;
	sitemap_begin(&body);
	if (part == 1)
		rc = write_lists(v, &body, err);
	if (rc == RC_OK)
		rc = write_posts(v, part, &body, err);
	sitemap_end(&body);
	if (rc == RC_OK)
		rc = visit_body(v, 200, "application/xml; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}

static enum rc answer_index(struct visit *v, int64_t parts, struct err *err)
{
	struct buf body = BUF_INIT(SITEMAP_MAX_B);
	enum rc rc = RC_OK;
	sitemap_index_begin(&body);
	for (int64_t part = 1; rc == RC_OK && part <= parts; part++) {
		int64_t changed_ms = 0;
		rc = post_sitemap_lastmod(v->db, (part - 1) * PART_IDS, part * PART_IDS, v->now_ms,
					  &changed_ms, err);
		if (rc == RC_OK && (changed_ms || part == 1))
			sitemap_index_part(&body, visit_absolute(v, part_path(v, part)), changed_ms);
	}
	sitemap_index_end(&body);
	if (rc == RC_OK)
		rc = visit_body(v, 200, "application/xml; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}

enum rc page_sitemap(struct visit *v, struct err *err)
{
	int64_t parts;
	enum rc rc = count_parts(v, &parts, err);
	if (rc != RC_OK)
		return rc;
	return parts == 1 ? answer_part(v, 1, err) : answer_index(v, parts, err);
}

enum rc page_sitemap_part(struct visit *v, struct err *err)
{
	struct str prefix = STR("/sitemap-"), suffix = STR(".xml");
	int64_t parts;
	int part;
	if (!str_starts(v->path, prefix) || !str_ends(v->path, suffix) ||
	    !visit_number(str_sub(v->path, prefix.n, v->path.n - suffix.n), INT32_MAX, &part))
		return err_set(err, RC_NOTFOUND, "there is nothing at this address");
	enum rc rc = count_parts(v, &parts, err);
	if (rc == RC_OK && part > parts)
		rc = err_set(err, RC_NOTFOUND, "the sitemap has %lld parts", (long long)parts);
	return rc == RC_OK ? answer_part(v, part, err) : rc;
}
