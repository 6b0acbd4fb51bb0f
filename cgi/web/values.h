/* values.h: fills value trees as templates/README.md promises them to themes.
 *
 * Every key of a list's item is always set (absent ones to null), so that a name never falls
 * through to an outer object; beside every list stands the flag has_LIST. */
#ifndef PLATEN_WEB_VALUES_H
#define PLATEN_WEB_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "store/post.h"
#include "store/post_list.h"
#include "store/tag.h"
#include "store/user.h"
#include "tmpl/value.h"
#include "web/page.h"
#include "web/visit.h"

/* values_site.c: `site` with its menus; `theme`, `asset`, `t`, `kind` and the is_KIND flags. */
NODISCARD enum rc values_site(struct visit *v, const struct page *page, struct err *err);
/* When site.year is another, in the site's time zone. */
int64_t values_year_ends_ms(const struct zone *zone, int64_t now_ms);

/* values_card.c */
NODISCARD enum rc values_cards(struct visit *v, struct value *object, const char *key,
			       const char *has_key, const struct post_cards *cards, struct err *err);
NODISCARD enum rc values_card(struct visit *v, struct value *object, const struct post_card *card,
			      struct err *err);
/* {iso, text, short, day_month}, or null when at_ms is 0. */
void values_date(struct visit *v, struct value *object, const char *key, int64_t at_ms);
/* A post without a title is called by its date: a link needs a text. */
struct str title_of(const struct visit *v, struct str title, int64_t published_ms);
/* What a list says of a post; of a protected one nothing that its password protects: the excerpt that was
 * written for it is meant for everybody, all else of it is not. */
struct str card_excerpt(const struct visit *v, const struct post_card *card);
struct str card_image(const struct post_card *card); /* its address; empty: none, or not for everybody */
/* name, url, count, count_label: tags and authors in lists of their own. */
void values_counted(struct visit *v, struct value *object, struct str name, struct str path,
		    int64_t count);

/* values_picture.c */
/* {url, alt, width, height, srcset, sources, focus_x, focus_y, card}, or null; and has_image. `address` as written in
 * the post. */
NODISCARD enum rc values_image(struct visit *v, struct value *object, struct str address,
			       struct str alt, struct err *err);
/* What the head says of an image: the shape that is made for those who show links, where it is one of ours. `page_path` is
 * what a relative address is taken against. */
NODISCARD enum rc head_picture(struct visit *v, struct str page_path, struct str address, struct head *head,
			       struct err *err);
/* `picture` of a person, and `logo` and `cover` of the site: {url, width, height, srcset, sources, focus_x, focus_y} of a
 * file that is large enough for where such pictures stand, or null. `address` is used as long as the visit. */
void values_portrait(struct visit *v, struct value *object, struct str address);
void values_logo(struct visit *v, struct value *object, struct str address);
void values_cover(struct visit *v, struct value *object, struct str address);

/* values_post.c: `post` of a post's or page's own page, and what its head says. */
NODISCARD enum rc values_post(struct visit *v, struct page *page, const struct post *post,
			      struct err *err);

/* values_toc.c: `toc`, `has_toc` and `toc_html` from the stored headings (JSON); all absent when they
 * are fewer than the site's setting. */
void values_toc(struct visit *v, struct value *object, struct str headings_json);

/* Sets `key` (a literal) to null. */
void value_absent(struct arena *arena, struct value *object, const char *key);
/* A text, or null when it is empty. */
void value_text_or_null(struct arena *arena, struct value *object, const char *key, struct str text);

#endif
