/* visible.c: who may see a post or page at a moment: the one predicate. */
#include "base/base.h"

#include "store/post.h"
#include "web/visible.h"

enum visible visible_at(struct str status, struct str visibility, int64_t published_ms, int64_t now_ms)
{
	if (!str_is(status, POST_STATUS_PUBLISHED) || !published_ms || published_ms > now_ms)
		return VISIBLE_NO;
	if (str_is(visibility, POST_VISIBILITY_PUBLIC) || str_is(visibility, POST_VISIBILITY_UNLISTED))
		return VISIBLE_YES;
	if (str_is(visibility, POST_VISIBILITY_PASSWORD))
		return VISIBLE_PASSWORD;
	return str_is(visibility, POST_VISIBILITY_TEAM) ? VISIBLE_TEAM : VISIBLE_NO;
}
