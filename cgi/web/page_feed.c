/* page_feed.c: the feeds of the site, of a tag and of an author, each in three formats. */
#include "base/base.h"

#include "base/enc.h"
#include "core/address.h"
#include "core/media_shown.h"
#include "crypt/digest.h"
#include "store/media.h"
#include "store/media_item.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/feed.h"
#include "web/pages.h"
#include "web/values.h"

#define ENCLOSURES_MAX 20

/* What a feed is of. */
struct channel {
	struct post_query query;
	struct str title;
	struct str path;      /* of the page it belongs to; "" for the site */
};

static enum rc tag_channel(struct visit *v, struct channel *out, struct err *err)
{
	struct tag tag;
	enum rc rc = tag_by_slug(v->db, visit_arg(v, "tag"), v->now_ms, v->arena, &tag, err);
	if (rc != RC_OK)
		return rc;
	if (tag.count == 0)
		return err_set(err, RC_NOTFOUND, "the tag has no posts");
	out->query.scope = POST_SCOPE_TAG;
	out->query.scope_id = tag.id;
	out->title = page_title(v, tag.name);
	out->path = address_tag(tag.slug, 1, v->arena);
	return RC_OK;
}

static enum rc author_channel(struct visit *v, struct channel *out, struct err *err)
{
	struct user user;
	enum rc rc = user_by_slug(v->db, visit_arg(v, "author"), v->now_ms, v->arena, &user, err);
	if (rc != RC_OK)
		return rc;
	if (user.count == 0)
		return err_set(err, RC_NOTFOUND, "the author has no posts");
	out->query.scope = POST_SCOPE_AUTHOR;
	out->query.scope_id = user.id;
	out->title = page_title(v, user.name);
	out->path = address_author(user.slug, 1, v->arena);
	return RC_OK;
}

static enum rc find_channel(struct visit *v, struct channel *out, struct err *err)
{
	*out = (struct channel){
		.query = { .scope = POST_SCOPE_ALL, .now_ms = v->now_ms, .limit = v->site->feed_items,
			   .flags = POST_LIST_REFS | POST_LIST_HTML },
		.title = v->site->title, .path = STR(""),
	};
	if (str_given(visit_arg(v, "tag")))
		return tag_channel(v, out, err);
	if (str_given(visit_arg(v, "author")))
		return author_channel(v, out, err);
	return RC_OK;
}

/* A post's permanent id: a UUID of version 8 (RFC 9562, 5.8) made of its public id, so that neither
 * a new address nor another domain makes readers show it again. */
static struct str post_urn(struct visit *v, struct str public_id)
{
	uint8_t b[SHA256_B];
	sha256(ARENA_JOIN(v->arena, STR("platen post "), public_id), b);
	b[6] = (uint8_t)(0x80 | (b[6] & 0x0F));
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3F));
	return arena_printf(v->arena, "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
			    b[13], b[14], b[15]);
}

static struct str absolute_or_none(struct visit *v, struct str page_path, struct str address)
{
	return str_empty(address) ? STR_NONE
				  : address_resolve_absolute(&v->site->base, page_path, address, v->arena);
}

static void entry_people(struct visit *v, const struct post_card *card, struct feed_entry *entry)
{
	struct feed_person *authors = ARENA_ARRAY(v->arena, card->author_count + 1, struct feed_person);
	struct str *tags = ARENA_ARRAY(v->arena, card->tag_count + 1, struct str);
	for (size_t i = 0; i < card->author_count; i++)
		authors[i] = (struct feed_person){
			card->authors[i].name,
			visit_absolute(v, address_author(card->authors[i].slug, 1, v->arena)),
			absolute_or_none(v, STR("/"), card->authors[i].picture),
		};
	for (size_t i = 0; i < card->tag_count; i++)
		tags[i] = card->tags[i].name;
	entry->authors = authors;
	entry->author_count = card->author_count;
	entry->categories = tags;
	entry->category_count = card->tag_count;
}

/* Sound and films of a post, and where in its text each is. */
struct enclosures {
	struct feed_file files[ENCLOSURES_MAX];
	ptrdiff_t places[ENCLOSURES_MAX];
	size_t count;
};

static void insert_file(struct enclosures *to, ptrdiff_t place, const struct feed_file *file)
{
	size_t k = to->count++;
	for (; k > 0 && to->places[k - 1] > place; k--) {
		to->places[k] = to->places[k - 1];
		to->files[k] = to->files[k - 1];
	}
	to->places[k] = place;
	to->files[k] = *file;
}

/* What is there now counts: a file that was replaced has another size than the bytes that its address names. */
static enum rc add_file(struct visit *v, const struct post_card *card, const struct media *media, struct enclosures *to,
			struct err *err)
{
	struct str path = ARENA_JOIN(v->arena, STR("/media/"), media->hash, STR("/"));
	ptrdiff_t place = str_find(card->html, path);
	struct media_item item;
	if (place < 0 || to->count == ENCLOSURES_MAX)
		return RC_OK;
	enum rc rc = media_item_get(v->db, media->item_id, v->arena, &item, err);
	if (rc != RC_OK)
		return rc;
	if (item.trashed_ms || !(str_is(item.kind, "audio") || str_is(item.kind, "video")))
		return RC_OK;
	path = ARENA_JOIN(v->arena, path, enc_percent_dup(v->arena, item.name, ENC_SEGMENT));
	struct feed_file file = {
		.url = address_resolve_absolute(&v->site->base, STR("/"), path, v->arena), .type = item.mime, .title = item.name,
		.size_b = item.size_b,
	};
	insert_file(to, place, &file);
	return RC_OK;
}

/* In the order of the text. Of a post whose text is not for everybody there are none. */
static enum rc entry_files(struct visit *v, const struct post_card *card, struct feed_entry *entry, struct err *err)
{
	struct medias all = { NULL, 0 };
	if (!str_given(card->html) || str_find(card->html, STR("/media/")) < 0)
		return RC_OK;
	enum rc rc = media_list_of_post(v->db, card->id, v->arena, &all, err);
	struct enclosures *found = ARENA_ARRAY(v->arena, 1, struct enclosures);
	found->count = 0;
	for (size_t i = 0; rc == RC_OK && i < all.count; i++)
		if (str_starts(all.items[i].mime, STR("audio/")) || str_starts(all.items[i].mime, STR("video/")))
			rc = add_file(v, card, &all.items[i], found, err);
	entry->files = found->files;
	entry->file_count = found->count;
	return rc;
}

/* The whole post, or what stands above <!--more-->, or the excerpt alone. */
static struct html entry_content(const struct visit *v, const struct post_card *card)
{
	if (!str_given(card->html))
		return HTML_NONE;
	if (v->site->feed_full)
		return html_stored(card->html);
	return str_given(card->html_before_more) ? html_stored(card->html_before_more) : HTML_NONE;
}

/* As wide as a reader of feeds shows it. Where ours cannot be looked up its own address does. */
static struct str entry_image(struct visit *v, const struct post_card *card)
{
	struct str address = card_image(card);
	struct media_picture *picture = NULL;
	struct media_shown shown;
	if (media_picture_find(v->db, &v->site->base, address, v->arena, &picture, NULL) == RC_OK && picture) {
		if (picture->item.trashed_ms)
			return STR_NONE;
		media_shown_feed(picture, v->arena, &shown);
		address = shown.path;
	}
	return absolute_or_none(v, card->path, address);
}

static enum rc fill_entry(struct visit *v, const struct post_card *card, struct feed_entry *entry, struct err *err)
{
	*entry = (struct feed_entry){
		.id = post_urn(v, card->public_id), .url = visit_absolute(v, card->path),
		.title = title_of(v, card->title, card->published_ms), .lang = card->lang, .content = entry_content(v, card),
		.summary = card_excerpt(v, card), .image = entry_image(v, card),
		.published_ms = card->published_ms,
		.updated_ms = card->edited_ms > card->published_ms ? card->edited_ms : card->published_ms,
	};
	entry_people(v, card, entry);
	return entry_files(v, card, entry, err);
}

static struct str feed_icon(struct visit *v)
{
	const struct site_icon *icon = &v->site->icons.small;
	struct str address = v->site->icon;
	if (!str_empty(icon->hash))
		address = ARENA_JOIN(v->arena, STR("/media/"), icon->hash, STR("/icon-192x192.png"));
	return absolute_or_none(v, STR("/"), address);
}

static enum rc fill_feed(struct visit *v, const struct channel *channel, const struct post_cards *cards,
			 struct feed *feed, struct err *err)
{
	struct feed_entry *entries = ARENA_ARRAY(v->arena, cards->count + 1, struct feed_entry);
	*feed = (struct feed){
		.title = channel->title, .lang = v->site->lang, .copyright = v->site->copyright,
		.subtitle = str_empty(v->site->description) ? v->site->tagline : v->site->description,
		.home_url = visit_absolute(v, channel->path.n ? channel->path : STR("/")),
		.self_url = visit_absolute(v, v->path),
		/* The Atom feed's own address names the feed in every format. */
		.id = visit_absolute(v, ARENA_JOIN(v->arena, channel->path, STR("/feed.xml"))),
		.icon = feed_icon(v),
		.logo = absolute_or_none(v, STR("/"), v->site->logo),
		.entries = entries, .entry_count = cards->count,
	};
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < cards->count; i++) {
		rc = fill_entry(v, &cards->items[i], &entries[i], err);
		if (entries[i].updated_ms > feed->updated_ms)
			feed->updated_ms = entries[i].updated_ms;
	}
	return rc;
}

static enum rc answer(struct visit *v, enum feed_format format, struct err *err)
{
	struct channel channel;
	struct post_cards cards;
	struct feed feed;
	struct buf body = BUF_INIT(FEED_MAX_B);
	enum rc rc = find_channel(v, &channel, err);
	if (rc == RC_NOTFOUND && str_given(visit_arg(v, "tag")))
		return page_moved_list(v, address_tag(visit_arg(v, "tag"), 1, v->arena), err);
	if (rc == RC_OK)
		rc = post_list(v->db, &channel.query, v->arena, &cards, err);
	if (rc == RC_OK)
		rc = fill_feed(v, &channel, &cards, &feed, err);
	if (rc != RC_OK)
		return rc;
	feed_write(&feed, format, &body);
	rc = visit_body(v, 200, feed_content_type(format), &body, err);
	buf_release(&body);
	return rc;
}

enum rc page_feed_atom(struct visit *v, struct err *err)
{
	return answer(v, FEED_ATOM, err);
}

enum rc page_feed_rss(struct visit *v, struct err *err)
{
	return answer(v, FEED_RSS, err);
}

enum rc page_feed_json(struct visit *v, struct err *err)
{
	return answer(v, FEED_JSON, err);
}
