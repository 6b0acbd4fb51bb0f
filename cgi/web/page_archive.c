/* page_archive.c: the posts by year and month. */
#include "base/base.h"

#include "base/date.h"
#include "core/address.h"
#include "store/archive.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/values.h"

/* Posts a page of a year or month: titles only, so more than elsewhere. */
#define ARCHIVE_PER_PAGE 100

struct period {
	int year, month;    /* 0: not given */
};

/* "/archive/2024/03", further pages as "?page=2". */
static struct str archive_link(const struct visit *v, const void *ctx, int n)
{
	const struct period *period = ctx;
	struct str path = address_archive(period->year, period->month, v->arena);
	struct str link = visit_link(v, path);
	return n == 1 ? link : arena_printf(v->arena, "%.*s?page=%d", STR_ARG(link), n);
}

/* A month that begins at noon in no zone's neighbour month. */
static int64_t month_ms(const struct visit *v, int year, int month)
{
	struct date date = { .year = year, .month = month, .day = 15, .hour = 12 };
	return date_ms(v->edition->zone, &date);
}

static struct str period_name(const struct visit *v, const struct period *period)
{
	if (!period->month)
		return arena_printf(v->arena, "%d", period->year);
	return i18n_date(v->i18n, month_ms(v, period->year, period->month), v->site->timezone,
			 I18N_DATE_MONTH_YEAR, v->arena);
}

static struct str archive_title(const struct visit *v, const struct period *period)
{
	if (!period->year)
		return i18n_text(v->i18n, "archive_title");
	struct i18n_pair pair = { "period", period_name(v, period) };
	return i18n_fill(v->i18n, "archive_title_of", &pair, 1, v->arena);
}

/* The cards of one month; a page's cards stand in order of time, so a month's are together. */
static struct post_cards cards_of(const struct post_cards *cards, int64_t ym)
{
	struct post_cards out = { NULL, 0 };
	for (size_t i = 0; i < cards->count; i++) {
		if (cards->items[i].local_ym != ym)
			continue;
		if (!out.count)
			out.items = &cards->items[i];
		out.count++;
	}
	return out;
}

/* On a year's page a month without a card there stands on another page of it. */
static enum rc month_values(struct visit *v, struct value *months, const struct archive_month *month,
			    const struct period *period, const struct post_cards *cards, struct err *err)
{
	int year = (int)(month->ym / 100), number = (int)(month->ym % 100);
	struct post_cards own = cards_of(cards, month->ym);
	if (period->year && !own.count)
		return RC_OK;
	struct value *item = value_item(v->arena, months);
	values_counted(v, item, i18n_month(v->i18n, number), address_archive(year, number, v->arena),
		       month->count);
	return values_cards(v, item, "posts", "has_posts", &own, err);
}

static void year_head(struct visit *v, struct value *item, int year, int64_t count,
		      const struct period *period)
{
	value_text(v->arena, item, "year", arena_printf(v->arena, "%d", year));
	value_text(v->arena, item, "url", visit_link(v, address_archive(year, 0, v->arena)));
	value_int(v->arena, item, "count", count);
	value_text(v->arena, item, "count_label", i18n_count(v->i18n, "posts_count", count, v->arena));
	value_bool(v->arena, item, "current", year == period->year);
}

/* Whether a year stands with its months: all on the first page, one on its own, none on a month's. */
static bool is_open(const struct period *period, int year)
{
	return !period->year || (period->year == year && !period->month);
}

/* The years of `archive`, all of them on every page: they lead on. */
static enum rc years(struct visit *v, struct value *object, const struct archive *archive,
		     const struct period *period, const struct post_cards *cards, struct err *err)
{
	struct value *list = value_list(v->arena, object, "years");
	for (size_t i = 0; i < archive->count;) {
		int year = (int)(archive->items[i].ym / 100);
		bool open = is_open(period, year);
		struct value *item = value_item(v->arena, list);
		struct value *months = value_list(v->arena, item, "months");
		int64_t count = 0;
		for (; i < archive->count && archive->items[i].ym / 100 == year; i++) {
			enum rc rc = open ? month_values(v, months, &archive->items[i], period, cards, err) : RC_OK;
			if (rc != RC_OK)
				return rc;
			count += archive->items[i].count;
		}
		year_head(v, item, year, count, period);
		value_bool(v->arena, item, "has_months", open);
	}
	value_bool(v->arena, object, "has_years", archive->count > 0);
	return RC_OK;
}

static void describe(struct visit *v, struct page *page, const struct period *period, struct str title)
{
	page->head.kind = HEAD_LIST;
	page->head.headline = title;
	page->head.title = page_title(v, title);
	page->section = STR("/archive");
	page_crumb(page, i18n_text(v->i18n, "archive"), visit_absolute(v, STR("/archive")));
	if (period->year)
		page_crumb(page, arena_printf(v->arena, "%d", period->year),
			   visit_absolute(v, address_archive(period->year, 0, v->arena)));
	if (period->month)
		page_crumb(page, period_name(v, period),
			   visit_absolute(v, address_archive(period->year, period->month, v->arena)));
}

/* A month is a plain list with a pager; a year and the whole archive are years of months. */
static enum rc list_values(struct visit *v, struct page *page, const struct period *period,
			   const struct listing *listing, struct err *err)
{
	if (period->month)
		return listing_values(v, page, listing, err);
	page->head.canonical = link_absolute(v, archive_link(v, period, listing->page ? listing->page : 1));
	value_list(v->arena, page->root, "posts");
	value_bool(v->arena, page->root, "has_posts", false);
	if (period->year)
		listing_pager(v, page, listing);
	else
		value_absent(v->arena, page->root, "pager");
	return RC_OK;
}

static enum rc show(struct visit *v, const struct period *period, const struct listing *listing,
		    struct err *err)
{
	struct archive archive;
	struct page page;
	struct str title = archive_title(v, period);
	enum rc rc = archive_list(v->db, v->now_ms, v->arena, &archive, err);
	if (rc != RC_OK)
		return rc;
	page_begin(v, &page, "archive");
	describe(v, &page, period, title);
	struct value *object = value_object(v->arena, page.root, "archive");
	value_text(v->arena, object, "title", title);
	rc = years(v, object, &archive, period, &listing->cards, err);
	if (rc == RC_OK)
		rc = list_values(v, &page, period, listing, err);
	return rc == RC_OK ? page_render(v, &page, 200, err) : rc;
}

static enum rc show_period(struct visit *v, const struct period *period, struct err *err)
{
	bool again;
	struct listing listing = {
		.query.scope = period->month ? POST_SCOPE_MONTH : POST_SCOPE_YEAR,
		.query.scope_id = period->month ? period->year * 100 + period->month : period->year,
		.per_page = ARCHIVE_PER_PAGE, .link_of = archive_link, .ctx = period,
	};
	enum rc rc = listing_load(v, &listing, request_param(v->req, "page"), &again, err);
	if (rc != RC_OK)
		return rc;
	if (again)
		return visit_redirect(v, 301, archive_link(v, period, 1), err);
	if (listing.count == 0)
		return err_set(err, RC_NOTFOUND, "no posts of that time");
	return show(v, period, &listing, err);
}

enum rc page_archive(struct visit *v, struct err *err)
{
	struct period all = { 0, 0 };
	struct listing none = { .page = 1, .pages = 1 };
	return show(v, &all, &none, err);
}

enum rc page_archive_year(struct visit *v, struct err *err)
{
	struct period period = { 0, 0 };
	if (!visit_number(visit_arg(v, "year"), 9999, &period.year))
		return err_set(err, RC_NOTFOUND, "not a year");
	return show_period(v, &period, err);
}

/* Months are written with two digits, as the site's own links have them. */
enum rc page_archive_month(struct visit *v, struct err *err)
{
	struct period period = { 0, 0 };
	struct str month = visit_arg(v, "month");
	if (!visit_number(visit_arg(v, "year"), 9999, &period.year) || month.n != 2 ||
	    !visit_number(month.p[0] == '0' ? str_from(month, 1) : month, 12, &period.month))
		return err_set(err, RC_NOTFOUND, "not a month");
	return show_period(v, &period, err);
}
