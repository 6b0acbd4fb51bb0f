/* redirect_lines.c: many redirects at once, a line each; all of them or none. */
#include "base/base.h"

#include "base/utf8.h"
#include "core/redirects.h"
#include "core/whereto.h"

#define SHOWN_B 120

static bool parts(char c)
{
	return c == ',' || c == ';' || c == '\t' || c == ' ';
}

/* A field in double quotes; a doubled one stands for itself. */
static bool read_quoted(struct str *rest, struct str *out, struct arena *arena)
{
	char *text = arena_alloc(arena, rest->n + 1);
	size_t n = 0, i = 1;
	for (; i < rest->n; i++) {
		if (rest->p[i] == '"' && (i + 1 == rest->n || rest->p[i + 1] != '"'))
			break;
		if (rest->p[i] == '"')
			i++;
		text[n++] = rest->p[i];
	}
	if (i >= rest->n)
		return false;
	*out = str_n(text, n);
	*rest = str_from(*rest, i + 1);
	return true;
}

/* Blanks around a comma belong to it; two commas are an empty field between them. */
static void skip_parting(struct str *rest)
{
	bool sharp = false;
	while (rest->n && parts(rest->p[0])) {
		bool is_sharp = rest->p[0] == ',' || rest->p[0] == ';';
		if (is_sharp && sharp)
			break;
		sharp = sharp || is_sharp;
		*rest = str_from(*rest, 1);
	}
}

static bool read_field(struct str *rest, struct str *out, struct arena *arena)
{
	size_t n = 0;
	*out = STR("");
	if (rest->n && rest->p[0] == '"') {
		if (!read_quoted(rest, out, arena))
			return false;
	} else {
		while (n < rest->n && !parts(rest->p[n]))
			n++;
		*out = str_sub(*rest, 0, n);
		*rest = str_from(*rest, n);
	}
	skip_parting(rest);
	return true;
}

bool redirect_line_read(struct str line, struct redirect_form *out, struct arena *arena)
{
	struct str rest = str_trim(line);
	struct redirect_form form = { STR(""), STR(""), STR("") };
	if (!read_field(&rest, &form.from, arena) || !read_field(&rest, &form.to, arena) ||
	    !read_field(&rest, &form.status, arena) || !str_empty(rest))
		return false;
	*out = form;
	return true;
}

struct importing {
	struct db_tx *tx;
	const struct site *site;
	int64_t now_ms;
	struct arena *arena;
	struct redirect_import *out;
	struct redirect *items;   /* stored so far, for the check of the whole */
	int64_t *lines;
	size_t count;
};

static void put_fault(struct importing *job, int64_t line, struct str text, enum redirect_problem problem)
{
	struct redirect_import *out = job->out;
	if (out->fault_count < REDIRECT_FAULTS_MAX)
		out->faults[out->fault_count] = (struct redirect_fault){ line, utf8_cut(text, SHOWN_B), problem };
	out->fault_count++;
}

static bool is_skipped(struct str line, bool first)
{
	struct str text = str_trim(line);
	return str_empty(text) || text.p[0] == '#' ||
	       (first && str_istarts(text, STR("from")) && text.n > 4 && parts(text.p[4]) && str_iends(text, STR("to"))) ||
	       (first && str_istarts(text, STR("from,to")));
}

static enum rc store(struct importing *job, const struct redirect *r, int64_t number, struct str line, struct err *err)
{
	struct redirect there = { .created_ms = 0 };
	struct str target;
	struct err none = ERR_INIT;
	enum rc rc = redirect_get(db_tx_ro(job->tx), r->from_path, job->arena, &there, &target, &none);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", none.msg);
	bool same = rc == RC_OK && str_eq(there.from_path, r->from_path);
	for (size_t i = 0; same && i < job->count; i++)
		if (str_eq(job->items[i].from_path, r->from_path)) {
			put_fault(job, number, line, REDIRECT_TWICE);
			return RC_OK;
		}
	*(same ? &job->out->replaced : &job->out->added) += 1;
	job->items[job->count] = *r;
	job->lines[job->count++] = number;
	return redirect_put(job->tx, r, err);
}

static enum rc take_line(struct importing *job, struct str line, int64_t number, struct err *err)
{
	struct redirect_form form;
	struct redirect r;
	struct err why = ERR_INIT;
	enum redirect_problem problem = REDIRECT_FROM;
	if (!redirect_line_read(line, &form, job->arena)) {
		put_fault(job, number, line, REDIRECT_FROM);
		return RC_OK;
	}
	enum rc rc = redirects_read(db_tx_ro(job->tx), job->site, &form, job->now_ms, job->arena, &r, &problem, &why);
	if (rc == RC_INVALID) {
		put_fault(job, number, line, problem);
		return RC_OK;
	}
	return rc == RC_OK ? store(job, &r, number, line, err) : err_set(err, rc, "%s", why.msg);
}

/* Circles are seen when all are there. */
static enum rc check_loops(struct importing *job, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < job->count; i++) {
		struct whereto end;
		if (!str_given(job->items[i].to_path))
			continue;
		rc = whereto(db_tx_ro(job->tx), job->site, job->items[i].to_path, job->now_ms, job->arena, &end, err);
		if (rc == RC_OK && (end.kind == WHERETO_LOOP))
			put_fault(job, job->lines[i], job->items[i].from_path, REDIRECT_LOOP);
	}
	return rc;
}

enum rc redirects_import(struct db_tx *tx, const struct site *site, struct actor actor, struct str text, int64_t now_ms,
			 struct arena *arena, struct redirect_import *out, struct err *err)
{
	struct importing job = {
		.tx = tx, .site = site, .now_ms = now_ms, .arena = arena, .out = out,
		.items = ARENA_ARRAY(arena, REDIRECT_LINES_MAX, struct redirect),
		.lines = ARENA_ARRAY(arena, REDIRECT_LINES_MAX, int64_t),
	};
	struct str rest = text, line;
	bool first = true;
	*out = (struct redirect_import){ 0 };
	enum rc rc = actor.role < ROLE_EDITOR ? err_set(err, RC_DENIED, "only editors and owners change redirects")
					      : actor_hold(tx, actor, err);
	if (rc == RC_OK && text.n > REDIRECT_LINES_MAX_B)
		rc = err_set(err, RC_LIMIT, "the list is longer than %zu bytes", REDIRECT_LINES_MAX_B);
	for (int64_t number = 1; rc == RC_OK && str_line(&rest, &line); number++) {
		if (is_skipped(line, first))
			continue;
		first = false;
		if (job.count == REDIRECT_LINES_MAX)
			rc = err_set(err, RC_LIMIT, "the list has more than %d lines", REDIRECT_LINES_MAX);
		else
			rc = take_line(&job, line, number, err);
	}
	if (rc == RC_OK)
		rc = check_loops(&job, err);
	return rc == RC_OK && out->fault_count ? err_set(err, RC_INVALID, "some lines are wrong") : rc;
}
