/* address_plan.c: what another pattern of addresses would do to the posts that are there. */
#include "base/base.h"

#include "base/date.h"
#include "base/zone.h"
#include "core/address_plan.h"
#include "store/post.h"
#include "store/post_address.h"

#define BATCH 1000

struct planning {
	struct db_ro *db;
	struct permalink permalink;
	const struct zone *zone;
	struct address_plan *plan;
	struct arena *arena;   /* of the examples */
	struct arena scratch;  /* of a batch */
};

static struct str path_of(struct planning *p, const struct post_address *post)
{
	struct date local;
	struct permalink_values values = {
		.slug = post->slug, .public_id = post->public_id, .tag_slug = post->tag_slug,
		.author_slug = post->author_slug,
	};
	date_civil(p->zone, post->published_ms ? post->published_ms : post->created_ms, &local);
	values.year = local.year;
	values.month = local.month;
	values.day = local.day;
	return permalink_path(p->permalink, &values, &p->scratch);
}

/* The last posts are the newest: older examples make room. */
static void add_example(struct planning *p, struct str from, struct str to)
{
	struct address_plan *plan = p->plan;
	size_t kept = plan->example_count < ADDRESS_PLAN_EXAMPLES ? plan->example_count : ADDRESS_PLAN_EXAMPLES - 1;
	memmove(&plan->examples[1], &plan->examples[0], kept * sizeof plan->examples[0]);
	plan->examples[0] = (struct address_example){ arena_str(p->arena, from), arena_str(p->arena, to) };
	plan->example_count = kept + 1;
}

static enum rc add_post(struct planning *p, const struct post_address *post, bool shown, struct err *err)
{
	struct str path = path_of(p, post);
	bool taken = false;
	p->plan->posts++;
	if (!str_given(post->path) || str_eq(path, post->path))
		return RC_OK;
	enum rc rc = post_path_taken(p->db, path, post->id, &taken, err);
	if (rc != RC_OK)
		return rc;
	if (taken || address_check(path, NULL) != RC_OK) {
		p->plan->stays++;
		return RC_OK;
	}
	p->plan->moves++;
	p->plan->redirects += post->published_ms != 0;
	if (shown)
		add_example(p, post->path, path);
	return RC_OK;
}

enum rc address_plan_make(struct db_ro *db, const struct site *site, struct str pattern, struct arena *arena,
			  struct address_plan *out, struct err *err)
{
	struct post_addresses posts;
	struct planning p = { .db = db, .permalink = { pattern }, .plan = out, .arena = arena };
	int64_t after_id = 0;
	enum rc rc = RC_OK;
	*out = (struct address_plan){ 0 };
	if (zone_get(site->timezone, &p.zone, NULL) != RC_OK)
		p.zone = zone_utc();
	arena_init(&p.scratch, ARENA_MAX_B);
	do {
		arena_reset(&p.scratch);
		rc = post_address_list(db, after_id, BATCH, &p.scratch, &posts, err);
		for (size_t i = 0; rc == RC_OK && i < posts.count; i++) {
			/* Of each batch only its last ones can be among the newest: the arena holds a few for each. */
			rc = add_post(&p, &posts.items[i], i + ADDRESS_PLAN_EXAMPLES >= posts.count, err);
			after_id = posts.items[i].id;
		}
	} while (rc == RC_OK && posts.count == BATCH);
	arena_release(&p.scratch);
	return rc;
}
