/* search.c: `platen search`: what a visitor would find. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/command.h"
#include "core/place.h"
#include "store/search.h"

#define HITS_MAX 20

static const struct command_option options[] = {
	{ "WORDS", NULL, "what to look for" },
	{ 0 },
};

/* The markers of a hit become asterisks. */
static void print_marked(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		putchar(s.p[i] == SEARCH_HIT_BEGIN || s.p[i] == SEARCH_HIT_END ? '*' : s.p[i] == '\n' ? ' ' : s.p[i]);
	putchar('\n');
}

static void print_result(const struct search_result *result)
{
	if (str_given(result->corrected))
		printf("nothing found; showing results for '%.*s'\n", STR_ARG(result->corrected));
	for (size_t i = 0; i < result->count; i++) {
		const struct search_hit *hit = &result->hits[i];
		printf("%.*s\n  ", STR_ARG(str_given(hit->card.path) ? hit->card.path : hit->card.slug));
		print_marked(hit->title);
		fputs("  ", stdout);
		print_marked(hit->snippet);
	}
	printf("%s%lld found\n", result->more ? "more than " : "", (long long)result->total);
}

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_search, .call = call };
	struct buf words = BUF_INIT(SEARCH_QUERY_MAX_B * 4);
	struct err err = ERR_INIT;
	struct db_ro *db = NULL;
	struct search_result result;
	int at;
	while ((at = command_next(&args)) >= 0) {
		if (words.len > 0)
			buf_char(&words, ' ');
		buf_cstr(&words, args.value);
	}
	if (at == -2 || words.rc != RC_OK || words.len == 0) {
		bool too_long = words.rc != RC_OK;
		buf_release(&words);
		return at == -2 ? EXIT_USAGE
				: command_usage(&command_search, too_long ? "too many words" : "no words to look for");
	}
	struct search_query query = { .text = buf_view(&words), .now_ms = clock_now_ms(), .limit = HITS_MAX };
	enum rc rc = place_open_ro(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = search_posts(db, &query, call->arena, &result, &err);
	if (rc == RC_OK)
		print_result(&result);
	db_ro_close(db);
	buf_release(&words);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

const struct command command_search = {
	.name = "search",
	.usage = "search WORDS...",
	.summary = "Search the posts as a visitor does",
	.options = options,
	.run = run,
};
