/* theme_stage.c: the site in another theme than it has, for one person and one request. */
#include "base/base.h"

#include "web/fail.h"
#include "web/routes.h"
#include "web/theme_stage.h"

/* Same origin, since a style sheet and a font are not for other origins; no scripts, whoever wrote them. */
#define SANDBOX "sandbox allow-same-origin allow-forms"

static enum rc load(struct visit *v, struct str theme, struct str settings, struct str mount, struct edition *e,
		    struct err *err)
{
	struct skin_places places = basis_places(v->basis);
	places.mount = mount;
	enum rc rc = skin_load(&places, theme, &e->skin, err);
	if (rc == RC_OK)
		rc = site_load(v->db, v->basis->conf, &e->site, err);
	if (rc != RC_OK)
		return rc;
	e->site->base.mount = mount;
	e->site->theme = theme;
	e->site->noindex = true;
	if (str_given(settings))
		e->site->theme_settings = settings;
	return RC_OK;
}

/* What the site itself answers everybody at that path with GET. */
static const struct route *find_route(struct visit *v, struct str path, struct route_match *match)
{
	if (!router_match(app_router(v->app), HTTP_GET, path, match))
		return NULL;
	const struct route *route = route_at(match->index);
	bool of_site = route->least == ROLE_NONE && (route->flags & ROUTE_DB) && route->cache != CACHE_NONE &&
		       !str_starts(str_of(route->pattern), STR("/admin"));
	return of_site ? route : NULL;
}

static void play(struct visit *v, struct str path)
{
	struct err err = ERR_INIT;
	const struct route *route = find_route(v, path, &v->match);
	v->path = path;
	enum rc rc = route ? route->handler(v, &err) : err_set(&err, RC_NOTFOUND, "the site has no such page");
	if (rc != RC_OK)
		fail_answer(v, &err);
	struct str policy = response_get(v->res, "Content-Security-Policy");
	response_set(v->res, "Content-Security-Policy",
		     str_given(policy) ? ARENA_JOIN(v->arena, policy, STR("; " SANDBOX)) : STR("default-src 'none'; " SANDBOX));
}

enum rc theme_stage_answer(struct visit *v, struct str theme, struct str settings, struct str prefix, struct str path,
			   struct err *err)
{
	struct edition staged = *v->edition, *own = v->edition;
	const struct visit before = *v;
	staged.site = NULL;
	staged.skin = NULL;
	enum rc rc = load(v, theme, settings, ARENA_JOIN(v->arena, v->site->base.mount, prefix), &staged, err);
	if (rc == RC_OK) {
		v->edition = &staged;
		v->site = staged.site;
		v->shut = false;
		v->admin = NULL; /* what is not found is told by the theme, as to a reader */
		play(v, path);
		/* The request ends as it began: the answer's bytes are its own. */
		v->edition = own;
		v->site = own->site;
		v->admin = before.admin;
		v->shut = before.shut;
		v->path = before.path;
		v->match = before.match;
		v->fail_status = 0;
		v->fail_phrase = NULL;
	}
	site_free(staged.site);
	skin_drop(staged.skin);
	return rc;
}
