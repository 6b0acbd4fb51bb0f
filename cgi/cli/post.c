/* post.c: `platen post`: posts and pages from the command line. */
#include "base/base.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/zone.h"
#include "cli/command.h"
#include "core/author.h"
#include "core/i18n.h"
#include "core/place.h"
#include "core/post_save.h"
#include "store/post_list.h"

#define LIST_PAGE 500

enum { OPT_TITLE, OPT_SLUG, OPT_PATH, OPT_TAG, OPT_AUTHOR, OPT_STATUS, OPT_KIND, OPT_VISIBILITY, OPT_PASSWORD,
       OPT_AT, OPT_LANG, OPT_TRANSLATION, OPT_PARENT, OPT_EXCERPT, OPT_IMAGE, OPT_IMAGE_ALT, OPT_FEATURED,
       OPT_TEMPLATE, OPT_ACTION };

static const struct command_option options[] = {
	[OPT_TITLE] = { "--title", "TEXT", "title (add, edit)" },
	[OPT_SLUG] = { "--slug", "SLUG", "last part of the address (add, edit)" },
	[OPT_PATH] = { "--path", "ADDRESS", "the whole address (/about/us) in place of the pattern's (add, edit)" },
	[OPT_TAG] = { "--tag", "NAME", "a tag; may be given several times (add, edit)" },
	[OPT_AUTHOR] = { "--author", "NAME", "an author, as \"Name (slug)\" where several have that name; may be given several times (add, edit)" },
	[OPT_STATUS] = { "--status", "STATUS", "draft, review or published (add: draft); also trash (list)" },
	[OPT_KIND] = { "--kind", "KIND", "post or page (add: post)" },
	[OPT_VISIBILITY] = { "--visibility", "WHO", "public, unlisted, password or team (add, edit)" },
	[OPT_PASSWORD] = { "--password-file", "FILE", "first line is the password of a protected post (add, edit)" },
	[OPT_AT] = { "--at", "TIME", "when it is published, in the site's time zone (add, edit, publish)" },
	[OPT_LANG] = { "--lang", "TAG", "language, when it is not the site's (add, edit)" },
	[OPT_TRANSLATION] = { "--translation", "GROUP", "posts with the same word are translations (add, edit)" },
	[OPT_PARENT] = { "--parent", "WHICH", "the page above this one (add, edit)" },
	[OPT_EXCERPT] = { "--excerpt", "TEXT", "what lists and search engines show (add, edit)" },
	[OPT_IMAGE] = { "--image", "ADDRESS", "feature image, here or on the web (add, edit)" },
	[OPT_IMAGE_ALT] = { "--image-alt", "TEXT", "what the feature image shows, in words (add, edit)" },
	[OPT_FEATURED] = { "--featured", "YES", "yes or no (add, edit)" },
	[OPT_TEMPLATE] = { "--template", "NAME", "a variant of the theme's page, such as wide (add, edit)" },
	[OPT_ACTION] = { "ACTION", NULL, "list | show WHICH | add FILE | edit WHICH [FILE] | publish WHICH | "
			 "unpublish WHICH | trash WHICH | restore WHICH | delete WHICH" },
	{ 0 },
};

struct post_call {
	struct command_call *call;
	struct post_draft draft;
	struct str tags[POST_TAGS_MAX], authors[POST_AUTHORS_MAX];
	const char *values[COUNT_OF(options)]; /* options that were given */
	const char *action, *which, *file;
	struct db_rw *db;
	struct site *site;
	struct i18n_set *phrases;
};

static enum rc open_all(struct post_call *p, struct err *err)
{
	enum rc rc = place_open_rw(p->call->conf, &p->db, err);
	if (rc == RC_OK)
		rc = site_load(db_rw_ro(p->db), p->call->conf, &p->site, err);
	if (rc == RC_OK)
		rc = i18n_load(p->call->conf->lang_dir, &p->phrases, err);
	if (rc == RC_OK)
		p->site->phrases = p->phrases;
	return rc;
}

static void close_all(struct post_call *p)
{
	site_free(p->site);
	i18n_free(p->phrases);
	db_rw_close(p->db);
}

/* By address ("/2024/hello"), number or slug. */
static enum rc find_named(struct post_call *p, const char *name, struct post *out, struct err *err)
{
	struct arena *arena = p->call->arena;
	struct db_ro *db = db_rw_ro(p->db);
	struct str which = str_of(name);
	int64_t id;
	enum rc rc = RC_NOTFOUND;
	if (which.n > 0 && which.p[0] == '/')
		rc = post_by_path(db, which, arena, out, err);
	else if (str_to_i64(which, &id))
		rc = post_get(db, id, arena, out, err);
	if (rc == RC_NOTFOUND)
		rc = post_by_slug(db, which, STR_NONE, arena, out, err);
	if (rc == RC_NOTFOUND)
		rc = post_by_slug_in_trash(db, which, arena, out, err);
	if (rc == RC_NOTFOUND)
		return err_set(err, rc, "there is no post or page '%s' (an address, a slug or a number)", name);
	return rc;
}

static enum rc find(struct post_call *p, struct post *out, struct err *err)
{
	return find_named(p, p->which, out, err);
}

/* What `list` calls the state of a post: one that its time will show is scheduled. */
static struct str state_of(const struct post_card *card, int64_t now_ms)
{
	bool published = str_eq(card->status, STR(POST_STATUS_PUBLISHED));
	return published && card->published_ms > now_ms ? STR("scheduled") : card->status;
}

static enum rc list(struct post_call *p, struct err *err)
{
	struct post_cards page = { 0 };
	int64_t before_ms = INT64_MAX, before_id = INT64_MAX;
	enum rc rc;
	do {
		rc = post_list_any(db_rw_ro(p->db), 0, str_of(p->values[OPT_KIND]), str_of(p->values[OPT_STATUS]), before_ms,
				   before_id, LIST_PAGE, 0, p->call->arena, &page, err);
		for (size_t i = 0; rc == RC_OK && i < page.count; i++) {
			const struct post_card *card = &page.items[i];
			printf("%6lld %-5.*s %-9.*s %-40.*s %.*s\n", (long long)card->id, STR_ARG(card->kind),
			       STR_ARG(state_of(card, clock_now_ms())),
			       STR_ARG(str_given(card->path) ? card->path : STR("-")), STR_ARG(card->title));
			before_ms = card->updated_ms;
			before_id = card->id;
		}
	} while (rc == RC_OK && page.count == LIST_PAGE);
	return rc;
}

static enum rc show(struct post_call *p, struct err *err)
{
	struct post post;
	enum rc rc = find(p, &post, err);
	if (rc == RC_OK)
		fwrite(post.markdown.p, 1, post.markdown.n, stdout);
	return rc;
}

static enum rc read_text(struct post_call *p, struct err *err)
{
	struct buf bytes = BUF_INIT(MARKDOWN_SOURCE_MAX_B);
	enum rc rc = strcmp(p->file, "-") == 0
			     ? file_read_fd(0, "standard input", MARKDOWN_SOURCE_MAX_B, &bytes, err)
			     : file_read(p->file, MARKDOWN_SOURCE_MAX_B, &bytes, err);
	if (rc == RC_OK)
		p->draft.post.markdown = arena_str(p->call->arena, buf_view(&bytes));
	buf_release(&bytes);
	return rc;
}

static enum rc read_password(struct post_call *p, struct err *err)
{
	struct str text, rest, line = STR("");
	if (!p->values[OPT_PASSWORD])
		return RC_OK;
	enum rc rc = file_load(p->values[OPT_PASSWORD], 4096, p->call->arena, &text, err);
	if (rc != RC_OK)
		return rc;
	rest = text;
	(void)str_line(&rest, &line);
	p->draft.password = line;
	return RC_OK;
}

static enum rc read_time(struct post_call *p, struct err *err)
{
	const struct zone *zone = NULL;
	struct date_parsed date;
	if (!p->values[OPT_AT])
		return RC_OK;
	enum rc rc = zone_get(p->site->timezone, &zone, err);
	if (rc == RC_OK)
		rc = date_parse(str_of(p->values[OPT_AT]), zone, &date, err);
	if (rc == RC_OK)
		p->draft.post.published_ms = date.ms;
	return rc;
}

static void take_options(struct post_call *p)
{
	struct post *post = &p->draft.post;
	struct { int option; struct str *to; } fields[] = {
		{ OPT_TITLE, &post->title }, { OPT_SLUG, &post->slug }, { OPT_STATUS, &post->status },
		{ OPT_KIND, &post->kind }, { OPT_VISIBILITY, &post->visibility }, { OPT_LANG, &post->lang },
		{ OPT_PATH, &p->draft.path }, { OPT_TRANSLATION, &post->translation_group },
		{ OPT_EXCERPT, &post->excerpt }, { OPT_IMAGE, &post->image }, { OPT_IMAGE_ALT, &post->image_alt },
		{ OPT_TEMPLATE, &post->template_name },
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (p->values[fields[i].option])
			*fields[i].to = str_of(p->values[fields[i].option]);
	if (p->values[OPT_SLUG] || p->values[OPT_PATH])
		p->draft.slug_exact = true;
	if (p->values[OPT_FEATURED])
		post->featured = strcmp(p->values[OPT_FEATURED], "yes") == 0;
}

static enum rc read_parent(struct post_call *p, struct err *err)
{
	struct post parent;
	if (!p->values[OPT_PARENT])
		return RC_OK;
	enum rc rc = find_named(p, p->values[OPT_PARENT], &parent, err);
	if (rc == RC_OK && !str_is(parent.kind, POST_KIND_PAGE))
		rc = err_set(err, RC_INVALID, "'%s' is not a page", p->values[OPT_PARENT]);
	if (rc == RC_OK)
		p->draft.post.parent_id = parent.id;
	return rc;
}

/* What an edit leaves alone stays as it is. */
static enum rc keep_names(struct post_call *p, int64_t id, struct err *err)
{
	struct post_card card;
	enum rc rc = post_card_get(db_rw_ro(p->db), id, POST_LIST_REFS, p->call->arena, &card, err);
	for (size_t i = 0; rc == RC_OK && p->draft.tag_count == 0 && i < card.tag_count && i < POST_TAGS_MAX; i++)
		p->tags[i] = card.tags[i].name;
	if (rc == RC_OK && p->draft.tag_count == 0)
		p->draft.tag_count = card.tag_count;
	for (size_t i = 0; rc == RC_OK && p->draft.author_count == 0 && i < card.author_count && i < POST_AUTHORS_MAX; i++)
		rc = author_label(db_rw_ro(p->db), card.authors[i].id, card.authors[i].name, card.authors[i].slug,
				  p->call->arena, &p->authors[i], err);
	if (rc == RC_OK && p->draft.author_count == 0)
		p->draft.author_count = card.author_count;
	return rc;
}

/* One of several with that name is not a matter of luck. */
static enum rc check_authors(struct post_call *p, struct err *err)
{
	struct user user;
	for (size_t i = 0; i < p->draft.author_count; i++) {
		enum rc rc = author_find(db_rw_ro(p->db), p->draft.post.id, p->authors[i], p->call->arena, &user, err);
		if (rc != RC_OK && rc != RC_NOTFOUND)
			return rc == RC_CONFLICT ? RC_INVALID : rc;
	}
	return RC_OK;
}

static enum rc save(struct post_call *p, struct err *err)
{
	struct post_prepared *prepared = NULL;
	struct post_saved saved;
	struct db_tx *tx = NULL;
	p->draft.tags = p->tags;
	p->draft.authors = p->authors;
	enum rc rc = read_password(p, err);
	if (rc == RC_OK)
		rc = check_authors(p, err);
	if (rc == RC_OK)
		rc = read_time(p, err);
	if (rc == RC_OK)
		rc = read_parent(p, err);
	if (rc == RC_OK)
		rc = post_prepare(p->site, db_rw_ro(p->db), ACTOR_SYSTEM, &p->draft, clock_now_ms(), p->call->arena,
				  &prepared, err);
	if (rc == RC_OK)
		rc = db_begin(p->db, &tx, err);
	if (rc == RC_OK)
		rc = post_store(tx, p->site, ACTOR_SYSTEM, prepared, NULL, &saved, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK)
		printf("%lld %.*s\n", (long long)saved.id,
		       STR_ARG(address_absolute(&p->site->base, saved.path, p->call->arena)));
	return rc;
}

static enum rc add(struct post_call *p, struct err *err)
{
	struct post *post = &p->draft.post;
	post->kind = STR(POST_KIND_POST);
	post->status = STR(POST_STATUS_DRAFT);
	post->visibility = STR(POST_VISIBILITY_PUBLIC);
	p->file = p->which;
	take_options(p);
	enum rc rc = read_text(p, err);
	return rc == RC_OK ? save(p, err) : rc;
}

static enum rc edit(struct post_call *p, const char *status, struct err *err)
{
	enum rc rc = find(p, &p->draft.post, err);
	if (rc != RC_OK)
		return rc;
	struct post *post = &p->draft.post;
	if (post->path_fixed)
		p->draft.path = post->path;
	take_options(p);
	if (status)
		post->status = str_of(status);
	if (p->file)
		rc = read_text(p, err);
	if (rc == RC_OK)
		rc = keep_names(p, post->id, err);
	return rc == RC_OK ? save(p, err) : rc;
}

static enum rc dispose(struct post_call *p, struct err *err)
{
	struct post post;
	struct db_tx *tx = NULL;
	enum rc rc = find(p, &post, err);
	if (rc == RC_OK)
		rc = db_begin(p->db, &tx, err);
	if (rc == RC_OK && strcmp(p->action, "trash") == 0)
		rc = post_trash(tx, ACTOR_SYSTEM, post.id, clock_now_ms(), err);
	else if (rc == RC_OK && strcmp(p->action, "restore") == 0)
		rc = post_restore(tx, ACTOR_SYSTEM, post.id, clock_now_ms(), err);
	else if (rc == RC_OK && !str_is(post.status, POST_STATUS_TRASH))
		rc = err_set(err, RC_CONFLICT, "'%.*s' is not in the trash; `platen post trash` comes first",
			     STR_ARG(post.title));
	else if (rc == RC_OK) {
		rc = search_remove(tx, post.id, NULL, err);
		if (rc == RC_OK)
			rc = post_delete(tx, post.id, err);
	}
	return db_end(tx, rc, err);
}

struct action {
	const char *name;
	int words;       /* operands it needs */
	int more;        /* and may have */
};
static const struct action actions[] = {
	{ "list", 0, 0 }, { "show", 1, 0 }, { "add", 1, 0 }, { "edit", 1, 1 }, { "publish", 1, 0 },
	{ "unpublish", 1, 0 }, { "trash", 1, 0 }, { "restore", 1, 0 }, { "delete", 1, 0 },
};

static enum rc act(struct post_call *p, struct err *err)
{
	if (strcmp(p->action, "list") == 0)
		return list(p, err);
	if (strcmp(p->action, "show") == 0)
		return show(p, err);
	if (strcmp(p->action, "add") == 0)
		return add(p, err);
	if (strcmp(p->action, "edit") == 0)
		return edit(p, NULL, err);
	if (strcmp(p->action, "publish") == 0)
		return edit(p, POST_STATUS_PUBLISHED, err);
	if (strcmp(p->action, "unpublish") == 0)
		return edit(p, POST_STATUS_DRAFT, err);
	return dispose(p, err);
}

static int take_argument(struct post_call *p, int at, const char *value)
{
	if (at == OPT_TAG && p->draft.tag_count < POST_TAGS_MAX)
		p->tags[p->draft.tag_count++] = str_of(value);
	else if (at == OPT_AUTHOR && p->draft.author_count < POST_AUTHORS_MAX)
		p->authors[p->draft.author_count++] = str_of(value);
	else if (at == OPT_TAG || at == OPT_AUTHOR)
		return command_usage(&command_post, "too many tags or authors");
	else if (at != OPT_ACTION)
		p->values[at] = value;
	else if (!p->action)
		p->action = value;
	else if (!p->which)
		p->which = value;
	else if (!p->file)
		p->file = value;
	else
		return command_usage(&command_post, "unexpected argument '%s'", value);
	return EXIT_DONE;
}

/* What may stand behind the options that choose. */
static int check_choices(const struct post_call *p)
{
	static const struct { int option; const char *choices[6]; } table[] = {
		{ OPT_STATUS, { POST_STATUS_DRAFT, POST_STATUS_REVIEW, POST_STATUS_PUBLISHED, POST_STATUS_TRASH } },
		{ OPT_KIND, { POST_KIND_POST, POST_KIND_PAGE } },
		{ OPT_VISIBILITY, { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_PASSWORD,
				    POST_VISIBILITY_TEAM } },
	};
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const char *value = p->values[table[i].option];
		bool known = !value;
		for (const char *const *choice = table[i].choices; !known && *choice; choice++)
			known = strcmp(*choice, value) == 0;
		if (!known)
			return command_usage(&command_post, "%s cannot be '%s'", options[table[i].option].name, value);
	}
	return EXIT_DONE;
}

static int check_action(const struct post_call *p)
{
	const char *featured = p->values[OPT_FEATURED];
	if (!p->action)
		return command_usage(&command_post, "what shall be done?");
	if (featured && strcmp(featured, "yes") != 0 && strcmp(featured, "no") != 0)
		return command_usage(&command_post, "--featured is 'yes' or 'no', not '%s'", featured);
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		int words = (p->which != NULL) + (p->file != NULL);
		if (strcmp(actions[i].name, p->action) != 0)
			continue;
		if (words < actions[i].words)
			return command_usage(&command_post, "'%s' needs to know which", p->action);
		if (words > actions[i].words + actions[i].more)
			return command_usage(&command_post, "'%s' has an argument too many", p->action);
		return EXIT_DONE;
	}
	return command_usage(&command_post, "there is no action '%s'", p->action);
}

static int run(struct command_call *call)
{
	struct post_call *p = ARENA_NEW(call->arena, struct post_call);
	struct command_args args = { .command = &command_post, .call = call };
	struct err err = ERR_INIT;
	int at, status;
	p->call = call;
	p->draft.password = STR_NONE;
	while ((at = command_next(&args)) >= 0)
		if ((status = take_argument(p, at, args.value)) != EXIT_DONE)
			return status;
	if (at == -2)
		return EXIT_USAGE;
	if ((status = check_action(p)) != EXIT_DONE || (status = check_choices(p)) != EXIT_DONE)
		return status;
	enum rc rc = open_all(p, &err);
	if (rc == RC_OK)
		rc = act(p, &err);
	close_all(p);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

const struct command command_post = {
	.name = "post",
	.usage = "post [OPTIONS] ACTION [WHICH] [FILE]",
	.summary = "List, show, add, edit, publish and remove posts and pages",
	.options = options,
	.details = "WHICH is an address (/hello), a slug or a number. FILE is Markdown, \"-\" is standard input. Every "
		   "change is a revision; removing goes to the trash first.",
	.run = run,
};
