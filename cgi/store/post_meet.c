/* post_meet.c: the posts that several indexes have, all of them in the same order: walked side by side. */
#include "base/base.h"
#include "store/post_meet.h"

#define STEPS 24        /* so many in a row, then the index is entered anew */
#define ENTER_LOOKS 8   /* what that costs, in entries */

/* Does a come before b? */
static bool precedes(const struct post_meet *m, const struct post_mark *a, const struct post_mark *b)
{
	if (a->number != b->number)
		return m->rises ? a->number < b->number : a->number > b->number;
	return m->rises ? a->id < b->id : a->id > b->id;
}

static void pass(struct post_meet *m, const struct post_mark *mark)
{
	if (m->at.id == 0 || precedes(m, &m->at, mark))
		m->at = *mark;
}

/* Enters the index at `key`, `id`, which itself is not given. */
static enum rc enter(struct post_meet *m, size_t i, int64_t key, int64_t id, struct err *err)
{
	db_done(m->walks[i].st);
	m->walks[i].st = NULL;
	enum rc rc = db_query(m->db, m->sql[i], &m->walks[i].st, err);
	if (rc != RC_OK)
		return rc;
	m->bind(m->walks[i].st, m->ctx);
	db_bind_i64(m->walks[i].st, 1, key);
	db_bind_i64(m->walks[i].st, 2, id);
	m->looks -= ENTER_LOOKS;
	return RC_OK;
}

static enum rc step(struct post_meet *m, size_t i, struct err *err)
{
	bool row;
	enum rc rc = db_step(m->walks[i].st, &row, err);
	if (rc != RC_OK || !row) {
		m->walks[i].st = NULL; /* which has reset itself */
		m->ended = rc == RC_OK;
		return rc;
	}
	m->walks[i].now = (struct post_mark){ db_col_i64(m->walks[i].st, 0), db_col_i64(m->walks[i].st, 1), STR("") };
	m->looks--;
	return RC_OK;
}

static enum rc begin(struct post_meet *m, struct err *err)
{
	int64_t last = m->rises ? INT64_MIN : INT64_MAX;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < m->count && !m->ended; i++) {
		rc = enter(m, i, m->at.id ? m->at.number : last, m->at.id ? m->at.id : last, err);
		if (rc == RC_OK)
			rc = step(m, i, err);
	}
	return rc;
}

/* To the first that does not come before `goal`. */
static enum rc advance(struct post_meet *m, size_t i, const struct post_mark *goal, struct err *err)
{
	enum rc rc = RC_OK;
	for (int steps = 1; rc == RC_OK && !m->ended && precedes(m, &m->walks[i].now, goal); steps++) {
		pass(m, &m->walks[i].now);
		if (m->looks <= 0)
			break;
		if (steps % STEPS == 0)
			rc = enter(m, i, goal->number, m->rises ? goal->id - 1 : goal->id + 1, err);
		if (rc == RC_OK)
			rc = step(m, i, err);
	}
	return rc;
}

enum rc post_meet_next(struct post_meet *m, struct post_mark *out, bool *found, struct err *err)
{
	enum rc rc = RC_OK;
	*found = false;
	if (!m->ended && !m->walks[0].st)
		rc = begin(m, err);
	else if (!m->ended)
		rc = step(m, 0, err);
	struct post_mark goal = m->walks[0].now;
	size_t agree = 1;
	for (size_t i = 1; rc == RC_OK && !m->ended && m->looks > 0 && agree < m->count; i = (i + 1) % m->count) {
		rc = advance(m, i, &goal, err);
		if (rc != RC_OK || m->ended || precedes(m, &m->walks[i].now, &goal))
			break;
		agree = precedes(m, &goal, &m->walks[i].now) ? 1 : agree + 1;
		goal = m->walks[i].now;
	}
	if (rc != RC_OK || m->ended || agree < m->count)
		return rc;
	pass(m, &goal);
	*out = goal;
	*found = true;
	return RC_OK;
}

void post_meet_done(struct post_meet *m)
{
	for (size_t i = 0; i < m->count; i++)
		db_done(m->walks[i].st);
}
