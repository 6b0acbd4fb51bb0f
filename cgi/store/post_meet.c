/* post_meet.c: the posts that several indexes have, all of them in the same order: walked side by side. */
#include "base/base.h"
#include "store/post_meet.h"

#define STEPS 24        /* so many in a row, then the index is entered anew */
#define ENTER_LOOKS 8   /* what that costs, in entries */

/* Does the entry that walk `i` is at come before the mark (-1), is it that (0), or behind (1)? Ids are read of equal
 * keys alone: most of the cost is in columns. */
static int side(const struct post_meet *m, size_t i, const struct post_mark *mark)
{
	int64_t a = m->walks[i].key, b = mark->number;
	if (a == b) {
		a = db_col_i64(m->walks[i].st, 0);
		b = mark->id;
	}
	return a == b ? 0 : (a < b) == m->rises ? -1 : 1;
}

static struct post_mark mark_of(const struct post_meet *m, size_t i)
{
	return (struct post_mark){ db_col_i64(m->walks[i].st, 0), m->walks[i].key, STR("") };
}

/* What comes before the goal was passed. */
static void stop_before(struct post_meet *m, const struct post_mark *goal)
{
	m->at = *goal;
	if (!m->rises)
		m->at.id++;
	else if (--m->at.id == 0)
		m->at = (struct post_mark){ INT64_MAX, goal->number - 1, STR("") };
}

static enum rc enter(struct post_meet *m, size_t i, bool ties, int64_t key, int64_t id, struct err *err)
{
	const struct post_meet_index *of = &m->of[i];
	db_done(m->walks[i].st);
	m->walks[i].st = NULL;
	enum rc rc = db_query(m->db, ties ? of->ties : of->rest, &m->walks[i].st, err);
	if (rc != RC_OK)
		return rc;
	if (str_given(of->text))
		db_bind_str(m->walks[i].st, 1, of->text);
	else
		db_bind_i64(m->walks[i].st, 1, of->number);
	db_bind_i64(m->walks[i].st, 2, key);
	if (ties)
		db_bind_i64(m->walks[i].st, 3, id);
	m->walks[i].in_ties = ties;
	m->walks[i].key = key;
	m->looks -= ENTER_LOOKS;
	return RC_OK;
}

static enum rc step(struct post_meet *m, size_t i, struct err *err)
{
	bool row;
	enum rc rc = db_step(m->walks[i].st, &row, err);
	if (rc == RC_OK && !row && m->walks[i].in_ties) {
		m->walks[i].st = NULL; /* which has reset itself */
		rc = enter(m, i, false, m->walks[i].key, 0, err);
		if (rc == RC_OK)
			rc = db_step(m->walks[i].st, &row, err);
	}
	if (rc != RC_OK || !row) {
		m->walks[i].st = NULL;
		m->ended = rc == RC_OK;
		return rc;
	}
	m->walks[i].key = db_col_i64(m->walks[i].st, 1);
	m->looks--;
	return RC_OK;
}

static enum rc begin(struct post_meet *m, struct err *err)
{
	int64_t first = m->rises ? INT64_MIN : INT64_MAX;
	bool marked = m->at.id != 0;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < m->count && !m->ended; i++) {
		rc = enter(m, i, marked, marked ? m->at.number : first, m->at.id, err);
		if (rc == RC_OK)
			rc = step(m, i, err);
	}
	return rc;
}

/* To the first that does not come before `goal`. */
static enum rc advance(struct post_meet *m, size_t i, const struct post_mark *goal, struct err *err)
{
	enum rc rc = RC_OK;
	for (int steps = 1; rc == RC_OK && !m->ended && m->looks > 0 && side(m, i, goal) < 0; steps++) {
		if (steps % STEPS == 0)
			rc = enter(m, i, true, goal->number, m->rises ? goal->id - 1 : goal->id + 1, err);
		if (rc == RC_OK)
			rc = step(m, i, err);
	}
	return rc;
}

/* From the entries where the walks are to one that all of them have. */
static enum rc meet(struct post_meet *m, struct post_mark *goal, bool *found, struct err *err)
{
	enum rc rc = RC_OK;
	size_t agree = 1;
	*goal = mark_of(m, 0);
	for (size_t i = 1; agree < m->count; i = (i + 1) % m->count) {
		rc = advance(m, i, goal, err);
		if (rc != RC_OK || m->ended || m->looks <= 0)
			return rc;
		agree = side(m, i, goal) == 0 ? agree + 1 : 1;
		if (agree == 1)
			*goal = mark_of(m, i);
	}
	*found = true;
	return rc;
}

enum rc post_meet_next(struct post_meet *m, struct post_mark *out, bool *found, struct err *err)
{
	struct post_mark goal;
	enum rc rc = RC_OK;
	*found = false;
	/* Where a walk ended before the others were asked, `at` is before that entry. */
	if (m->looks <= 0)
		return RC_OK;
	if (!m->ended)
		rc = m->walks[0].st ? step(m, 0, err) : begin(m, err);
	if (rc != RC_OK || m->ended)
		return rc;
	rc = meet(m, &goal, found, err);
	if (rc != RC_OK || m->ended)
		return rc;
	if (*found)
		*out = m->at = goal;
	else
		stop_before(m, &goal);
	return RC_OK;
}

void post_meet_done(struct post_meet *m)
{
	for (size_t i = 0; i < m->count; i++)
		db_done(m->walks[i].st);
}
