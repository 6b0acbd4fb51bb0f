/* profile.c: `platen tag` and `platen author`: what readers are told about them. */
#include "base/base.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/command.h"
#include "core/place.h"
#include "core/profile.h"
#include "store/tag.h"
#include "store/user.h"

#define LIST_MAX 10000

enum { OPT_NAME, OPT_PICTURE, OPT_WEBSITE, OPT_ACTION };

#define COMMON_OPTIONS \
	[OPT_NAME] = { "--name", "NAME", "the name that readers see (edit)" }, \
	[OPT_PICTURE] = { "--picture", "ADDRESS", "a picture, here or on the web; \"\" removes it (edit)" }, \
	[OPT_WEBSITE] = { "--website", "ADDRESS", "the author's website; \"\" removes it (author edit)" }, \
	[OPT_ACTION] = { "ACTION", NULL, "list | edit SLUG [FILE]: FILE is the text in Markdown, \"-\" standard input" }

static const struct command_option options[] = { COMMON_OPTIONS, { 0 } };

struct profile_call {
	struct command_call *call;
	const struct command *command;
	bool is_tag;
	const char *words[3];
	size_t word_count;
	struct profile change;
};

static enum rc list_tags(struct db_ro *db, struct arena *arena, struct err *err)
{
	struct tags tags;
	enum rc rc = tag_list(db, TAG_BY_NAME, true, clock_now_ms(), LIST_MAX, arena, &tags, err);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++)
		printf("%-30.*s %6lld  %.*s\n", STR_ARG(tags.items[i].slug), (long long)tags.items[i].count,
		       STR_ARG(tags.items[i].name));
	return rc;
}

static enum rc list_authors(struct db_ro *db, struct arena *arena, struct err *err)
{
	struct users users;
	enum rc rc = user_list(db, 0, clock_now_ms(), LIST_MAX, arena, &users, err);
	for (size_t i = 0; rc == RC_OK && i < users.count; i++)
		printf("%-30.*s %6lld  %.*s\n", STR_ARG(users.items[i].slug), (long long)users.items[i].count,
		       STR_ARG(users.items[i].name));
	return rc;
}

static enum rc list(struct profile_call *p, struct err *err)
{
	struct db_ro *db = NULL;
	enum rc rc = place_open_ro(p->call->conf, &db, err);
	if (rc == RC_OK)
		rc = p->is_tag ? list_tags(db, p->call->arena, err) : list_authors(db, p->call->arena, err);
	db_ro_close(db);
	return rc;
}

static enum rc read_text(struct profile_call *p, struct err *err)
{
	const char *file = p->words[2];
	struct buf bytes = BUF_INIT(PROFILE_TEXT_MAX_B);
	enum rc rc = RC_OK;
	if (!file)
		return RC_OK;
	rc = strcmp(file, "-") == 0 ? file_read_fd(0, "standard input", PROFILE_TEXT_MAX_B, &bytes, err)
				    : file_read(file, PROFILE_TEXT_MAX_B, &bytes, err);
	if (rc == RC_OK)
		p->change.text = arena_str(p->call->arena, buf_view(&bytes));
	buf_release(&bytes);
	return rc;
}

static enum rc edit(struct profile_call *p, struct err *err)
{
	struct db_rw *db = NULL;
	struct db_tx *tx = NULL;
	struct site *site = NULL;
	struct str slug = str_of(p->words[1]);
	enum rc rc = read_text(p, err);
	if (rc == RC_OK)
		rc = place_open_rw(p->call->conf, &db, err);
	if (rc == RC_OK)
		rc = site_load(db_rw_ro(db), p->call->conf, &site, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc == RC_OK && p->is_tag)
		rc = profile_change_tag(tx, site, ACTOR_SYSTEM, slug, &p->change, clock_now_ms(), err);
	else if (rc == RC_OK)
		rc = profile_change_author(tx, site, ACTOR_SYSTEM, slug, &p->change, clock_now_ms(), err);
	rc = db_end(tx, rc, err);
	site_free(site);
	db_rw_close(db);
	return rc;
}

static int take_arguments(struct profile_call *p)
{
	struct command_args args = { .command = p->command, .call = p->call };
	struct str *const fields[] = { [OPT_NAME] = &p->change.name, [OPT_PICTURE] = &p->change.picture,
				       [OPT_WEBSITE] = &p->change.website };
	int at;
	while ((at = command_next(&args)) >= 0) {
		if (at != OPT_ACTION)
			*fields[at] = str_of(args.value);
		else if (p->word_count == COUNT_OF(p->words))
			return command_usage(p->command, "unexpected argument '%s'", args.value);
		else
			p->words[p->word_count++] = args.value;
	}
	if (at == -2)
		return EXIT_USAGE;
	if (p->is_tag && str_given(p->change.website))
		return command_usage(p->command, "a tag has no website");
	return EXIT_DONE;
}

static int run(const struct command *command, bool is_tag, struct command_call *call)
{
	struct profile_call p = { .call = call, .command = command, .is_tag = is_tag };
	struct err err = ERR_INIT;
	enum rc rc;
	int status = take_arguments(&p);
	if (status != EXIT_DONE)
		return status;
	if (p.word_count == 1 && strcmp(p.words[0], "list") == 0)
		rc = list(&p, &err);
	else if (p.word_count >= 2 && strcmp(p.words[0], "edit") == 0)
		rc = edit(&p, &err);
	else
		return command_usage(command, "what shall be done? list, or edit SLUG");
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

static int run_tag(struct command_call *call)
{
	return run(&command_tag, true, call);
}

static int run_author(struct command_call *call)
{
	return run(&command_author, false, call);
}

const struct command command_tag = {
	.name = "tag",
	.usage = "tag [--name NAME] [--picture ADDRESS] list | edit SLUG [FILE]",
	.summary = "List tags, describe one",
	.options = options,
	.details = "The description stands at the top of the tag's page and in its search results.",
	.run = run_tag,
};

const struct command command_author = {
	.name = "author",
	.usage = "author [--name NAME] [--picture ADDRESS] [--website ADDRESS] list | edit SLUG [FILE]",
	.summary = "List authors, change a profile",
	.options = options,
	.details = "The text is the author's biography. Accounts are made and given passwords by `platen user`.",
	.run = run_author,
};
