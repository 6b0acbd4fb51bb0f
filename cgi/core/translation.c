/* translation.c: posts that are translations of each other share a word. */
#include "base/base.h"

#include "core/desk.h"
#include "core/post_writer.h"
#include "core/translation.h"
#include "store/revision.h"
#include "store/tag.h"

struct str translation_word(const struct post *post)
{
	return str_empty(post->translation_group) ? post->public_id : post->translation_group;
}

/* The post as it is stored, to be saved with its word. */
static enum rc draft_of(struct db_ro *db, const struct post *post, struct str word, struct arena *arena,
			struct post_draft *out, struct err *err)
{
	struct tags tags;
	enum rc rc = tag_list_of_post(db, post->id, arena, &tags, err);
	if (rc != RC_OK)
		return rc;
	struct str *names = ARENA_ARRAY(arena, tags.count + 1, struct str);
	for (size_t i = 0; i < tags.count; i++)
		names[i] = tags.items[i].name;
	*out = (struct post_draft){
		.post = *post, .path = post->path_fixed ? post->path : STR_NONE, .slug_exact = true, .password = STR_NONE,
		.tags = names, .tag_count = tags.count, .revision_kind = REVISION_STATE,
	};
	out->post.translation_group = word;
	return RC_OK;
}

enum rc translation_join(struct db_tx *tx, const struct site *site, struct actor actor, int64_t post_id, struct str word,
			 int64_t now_ms, struct arena *arena, struct err *err)
{
	struct post post;
	struct post_draft draft;
	struct post_prepared *prepared = NULL;
	struct post_saved saved;
	struct actor writer;
	struct db_ro *db = db_tx_ro(tx);
	enum rc rc = post_get(db, post_id, arena, &post, err);
	if (rc != RC_OK || str_eq(str_or_empty(post.translation_group), word))
		return rc;
	if (!str_empty(post.translation_group))
		return err_set(err, RC_CONFLICT, "the other post was changed meanwhile");
	rc = desk_check(db, actor, post_id, err);
	if (rc == RC_OK)
		rc = draft_of(db, &post, word, arena, &draft, err);
	if (rc == RC_OK)
		rc = post_writer(db, post_id, now_ms, arena, &writer, err);
	if (rc == RC_OK)
		rc = post_prepare(site, db, writer, &draft, now_ms, arena, &prepared, err);
	return rc == RC_OK ? post_store(tx, site, actor, prepared, NULL, &saved, err) : rc;
}
