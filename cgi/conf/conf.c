/* conf.c: reads the settings of the process from the environment and the settings file. */
#include "base/base.h"

#include <limits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/url.h"
#include "conf/conf.h"
#include "conf/env_file.h"
#include "conf/table.h"

extern char **environ;

struct reading {
	struct conf *conf;
	struct str values[CONF_TABLE_MAX]; /* as given; STR_NONE: not given */
	struct err *err;
};

static void *field(struct conf *conf, const struct conf_def *def)
{
	return (char *)conf + def->offset;
}

static enum rc unknown(struct str name, const char *where, struct err *err)
{
	const char *near = conf_nearest(name);
	return err_set(err, RC_INVALID, "%s: there is no setting '%.*s'%s%s%s", where, STR_ARG(name),
		       near ? "; is " : "", near ? near : "", near ? " meant?" : "");
}

/* Names under PLATEN_TEST_ belong to test harnesses. */
static bool is_foreign(struct str name)
{
	return !str_starts(name, STR("PLATEN_")) || str_starts(name, STR("PLATEN_TEST_"));
}

static enum rc take(struct reading *r, struct str name, struct str value, const char *where, enum conf_origin origin)
{
	if (is_foreign(name))
		return RC_OK;
	const struct conf_def *def = conf_find(name);
	if (!def)
		return unknown(name, where, r->err);
	size_t i = (size_t)(def - conf_table);
	if (def->type == CONF_IGNORED || (str_given(r->values[i]) && r->conf->origins[i] == CONF_FROM_ENVIRONMENT))
		return RC_OK;
	r->values[i] = arena_str(&r->conf->arena, value);
	r->conf->origins[i] = origin;
	return RC_OK;
}

static enum rc read_environment(struct reading *r)
{
	for (char **entry = environ; entry && *entry; entry++) {
		struct str text = str_of(*entry);
		ptrdiff_t equals = str_find_char(text, '=');
		if (equals < 0)
			continue;
		enum rc rc = take(r, str_sub(text, 0, (size_t)equals), str_from(text, (size_t)equals + 1), "environment",
				  CONF_FROM_ENVIRONMENT);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc take_line(void *ctx, struct str name, struct str value, const char *where)
{
	struct reading *r = ctx;
	if (is_foreign(name))
		return err_set(r->err, RC_INVALID, "%s: '%.*s' does not begin with PLATEN_", where, STR_ARG(name));
	return take(r, name, value, where, CONF_FROM_FILE);
}

/* PLATEN_DATA decides where platen.env is, so it is settled first, by the environment alone. */
static const char *data_dir_of(void)
{
	const char *given = getenv("PLATEN_DATA");
	return given && *given ? given : conf_find(STR("PLATEN_DATA"))->fallback;
}

static enum rc read_file(struct reading *r, const char *file)
{
	struct arena *arena = &r->conf->arena;
	bool asked = true;
	struct str text;
	if (!file)
		file = getenv("PLATEN_ENV_FILE");
	if (!file || !*file) {
		file = path_join(arena, data_dir_of(), "platen.env");
		asked = false;
	}
	enum rc rc = file_load(file, ENV_FILE_MAX_B, arena, &text, r->err);
	if (rc == RC_NOTFOUND && !asked)
		return RC_OK;
	if (rc == RC_OK)
		rc = env_file_parse(text, file, arena, take_line, r, r->err);
	return rc;
}

static enum rc bad(const struct conf_def *def, struct str value, struct err *err)
{
	return err_set(err, RC_INVALID, "setting %s: '%.*s' is not a whole number from %lld to %lld%s%s", def->name,
		       STR_ARG(value), (long long)def->min, (long long)def->max, def->unit ? " " : "",
		       def->unit ? def->unit : "");
}

static enum rc set_number(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	int64_t number, unit = 1;
	struct str digits = value;
	if (def->type == CONF_SIZE && value.n > 0) {
		static const char units[] = "kmg";
		const char *at = strchr(units, value.p[value.n - 1] | 32);
		if (at && *at) {
			unit = INT64_C(1024) << (10 * (at - units));
			digits.n--;
		}
	}
	if (!str_to_i64(digits, &number) || __builtin_mul_overflow(number, unit, &number) || number < def->min ||
	    number > def->max)
		return bad(def, value, err);
	if (def->type == CONF_SIZE)
		*(int64_t *)field(conf, def) = number;
	else
		*(int *)field(conf, def) = (int)number;
	return RC_OK;
}

static enum rc set_choice(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	char allowed[120] = "";
	for (int i = 0; def->choices[i]; i++) {
		size_t len = strlen(allowed);
		if (str_is(value, def->choices[i])) {
			*(int *)field(conf, def) = i;
			return RC_OK;
		}
		snprintf(allowed + len, sizeof allowed - len, "%s%s", i ? ", " : "", def->choices[i]);
	}
	return err_set(err, RC_INVALID, "setting %s: '%.*s' is none of %s", def->name, STR_ARG(value), allowed);
}

static enum rc check_length(const struct conf_def *def, struct str value, struct err *err)
{
	if (memchr(value.p, '\0', value.n) || (int64_t)value.n < def->min || (int64_t)value.n > def->max)
		return err_set(err, RC_INVALID, "setting %s must have %lld to %lld bytes", def->name, (long long)def->min,
			       (long long)def->max);
	return RC_OK;
}

static enum rc set_path(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	char here[PATH_MAX];
	enum rc rc = check_length(def, value, err);
	if (rc != RC_OK)
		return rc;
	const char *path = value.p[0] == '@' ? path_join(&conf->arena, PLATEN_DATADIR, value.p + 1) : value.p;
	if (!path_is_absolute(str_of(path))) {
		if (!getcwd(here, sizeof here))
			return err_set(err, RC_IO, "setting %s: the current folder is not known", def->name);
		path = path_join(&conf->arena, here, path);
	}
	*(const char **)field(conf, def) = path_normalise(&conf->arena, str_of(path)).p;
	return RC_OK;
}

/* Origin and mount: what every address begins with. The host is lower case, a default port goes. */
static enum rc set_url(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	struct url url;
	enum rc rc = url_parse_web(value, &url, err);
	if (rc != RC_OK) {
		err_prefix(err, "setting %s", def->name);
		return rc;
	}
	if (str_given(url.userinfo) || str_given(url.query) || str_given(url.fragment))
		return err_set(err, RC_INVALID, "setting %s: '%.*s' is more than scheme, host, port and path", def->name,
			       STR_ARG(value));
	struct str path = url.path;
	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	if (memchr(path.p, '%', path.n) || str_find(path, STR("//")) >= 0 || str_find(path, STR("/.")) >= 0)
		return err_set(err, RC_INVALID, "setting %s: the path '%.*s' is not plain", def->name, STR_ARG(path));
	bool secure = str_ieq(url.scheme, STR("https"));
	char *host = arena_cstr(&conf->arena, url.host);
	for (char *c = host; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c |= 32;
	bool default_port = url.port == 0 || url.port == (secure ? 443 : 80);
	conf->origin = default_port ? arena_printf(&conf->arena, "http%s://%s", secure ? "s" : "", host)
				    : arena_printf(&conf->arena, "http%s://%s:%d", secure ? "s" : "", host, url.port);
	conf->mount = arena_str(&conf->arena, path);
	conf->url = ARENA_JOIN(&conf->arena, conf->origin, conf->mount);
	return RC_OK;
}

static enum rc set_web(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	struct url url;
	enum rc rc = check_length(def, value, err);
	if (rc == RC_OK && (url_parse_web(value, &url, NULL) != RC_OK || str_given(url.userinfo) || str_given(url.query) ||
			    str_given(url.fragment)))
		rc = err_set(err, RC_INVALID, "setting %s is not an http or https address of a host, perhaps with a path", def->name);
	while (rc == RC_OK && str_ends(value, STR("/")))
		value.n--;
	if (rc == RC_OK)
		*(const char **)field(conf, def) = arena_cstr(&conf->arena, value);
	return rc;
}

static enum rc set_nets(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	enum rc rc = check_length(def, value, err);
	if (rc != RC_OK)
		return rc;
	rc = nets_parse(value, &conf->proxies, err);
	if (rc != RC_OK)
		err_prefix(err, "setting %s", def->name);
	else if (!nets_empty(&conf->proxies))
		*(const char **)field(conf, def) = value.p;
	return rc;
}

static enum rc set(struct conf *conf, const struct conf_def *def, struct str value, struct err *err)
{
	enum rc rc = RC_OK;
	switch (def->type) {
	case CONF_PATH:
		return set_path(conf, def, value, err);
	case CONF_URL:
		return set_url(conf, def, value, err);
	case CONF_INT:
	case CONF_SIZE:
		return set_number(conf, def, value, err);
	case CONF_CHOICE:
		return set_choice(conf, def, value, err);
	case CONF_WEB:
		return set_web(conf, def, value, err);
	case CONF_NETS:
		return set_nets(conf, def, value, err);
	case CONF_TEXT:
		rc = check_length(def, value, err);
		*(const char **)field(conf, def) = value.p;
		return rc;
	case CONF_SECRET:
		rc = check_length(def, value, err);
		*(struct str *)field(conf, def) = value;
		return rc;
	case CONF_IGNORED:
		break;
	}
	return rc;
}

enum rc conf_load(const char *file, struct conf *out, struct err *err)
{
	struct reading r = { .conf = out, .err = err };
	arena_init(&out->arena, 4u << 20);
	out->origins = ARENA_ARRAY(&out->arena, CONF_TABLE_MAX, enum conf_origin);
	enum rc rc = read_environment(&r);
	if (rc == RC_OK)
		rc = read_file(&r, file);
	for (size_t i = 0; rc == RC_OK && i < conf_table_count; i++) {
		const struct conf_def *def = &conf_table[i];
		struct str value = str_given(r.values[i]) ? r.values[i] : str_of(def->fallback);
		if (def->type != CONF_IGNORED && str_given(value))
			rc = set(out, def, value, err);
	}
	return rc;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

enum rc conf_load_started(struct conf *out, struct err *err)
{
	size_t data = (size_t)(conf_find(STR("PLATEN_DATA")) - conf_table);
	bool told = is_set("PLATEN_DATA") || is_set("PLATEN_ENV_FILE");
	enum rc rc = told ? conf_load(NULL, out, err) : RC_OK;
	if (rc != RC_OK)
		return rc;
	if (!told || out->origins[data] == CONF_FROM_DEFAULT)
		return err_set(err, RC_INVALID, "PLATEN_DATA is not set: a program that a web server starts must be told "
			       "its data folder");
	return RC_OK;
}

void conf_release(struct conf *conf)
{
	arena_release(&conf->arena);
	*conf = (struct conf){ 0 };
}
