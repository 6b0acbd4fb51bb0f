/* post_prepare.c: checks a draft field by field and makes everything of it that needs no lock. */
#include "base/base.h"

#include "base/enc.h"
#include "base/json.h"
#include "base/utf8.h"
#include "core/author.h"
#include "core/i18n.h"
#include "core/post_prepared.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "store/revision.h"
#include "text/slug.h"

#define NAME_MAX_B 200
#define LINE_MAX_B 2000
#define EXCERPT_MAX_B 5000

struct prepare_job {
	const struct site *site;
	const struct post_draft *draft;
	struct post_prepared *out;
	struct arena *arena;
	struct err *err;
	const char *writer;       /* role of who wrote the text, where somebody else saves it; else NULL */
};

static enum rc check_line(struct prepare_job *job, const char *field, struct str value, size_t max_b)
{
	if (value.n > max_b)
		return err_set(job->err, RC_LIMIT, "%s is longer than %zu bytes", field, max_b);
	if (!utf8_valid(value))
		return err_set(job->err, RC_INVALID, "%s is not valid UTF-8", field);
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 && value.p[i] != '\n' && value.p[i] != '\r' && value.p[i] != '\t')
			return err_set(job->err, RC_INVALID, "%s has a control character at byte %zu", field, i);
	return RC_OK;
}

static enum rc check_word(struct prepare_job *job, const char *field, struct str value, const char *const *allowed)
{
	for (size_t i = 0; allowed[i]; i++)
		if (str_is(value, allowed[i]))
			return RC_OK;
	return err_set(job->err, RC_INVALID, "%s cannot be '%.*s'", field, STR_ARG(value));
}

static enum rc check_words(struct prepare_job *job)
{
	static const char *const kinds[] = { POST_KIND_POST, POST_KIND_PAGE, NULL };
	static const char *const statuses[] = { POST_STATUS_DRAFT, POST_STATUS_REVIEW, POST_STATUS_PUBLISHED, NULL };
	static const char *const visibilities[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED,
						    POST_VISIBILITY_PASSWORD, POST_VISIBILITY_TEAM, NULL };
	const struct post *post = &job->draft->post;
	enum rc rc = check_word(job, "the kind", post->kind, kinds);
	if (rc == RC_OK)
		rc = check_word(job, "the status", post->status, statuses);
	if (rc == RC_OK)
		rc = check_word(job, "the visibility", post->visibility, visibilities);
	return rc;
}

static enum rc check_texts(struct prepare_job *job)
{
	const struct post *post = &job->draft->post;
	const struct { const char *name; struct str value; size_t max_b; } fields[] = {
		{ "the title", post->title, POST_TITLE_MAX_B },
		{ "the excerpt", post->excerpt, EXCERPT_MAX_B },
		{ "the translation group", post->translation_group, POST_GROUP_MAX_B },
		{ "the template", post->template_name, NAME_MAX_B },
		{ "the search title", post->seo_title, LINE_MAX_B },
		{ "the search description", post->seo_description, LINE_MAX_B },
		{ "the canonical address", post->seo_canonical, LINE_MAX_B },
		{ "the social title", post->social_title, LINE_MAX_B },
		{ "the social description", post->social_description, LINE_MAX_B },
		{ "the social image", post->social_image, LINE_MAX_B },
		{ "the image", post->image, LINE_MAX_B },
		{ "the image's alternative text", post->image_alt, LINE_MAX_B },
		{ "the image's caption", post->image_caption, LINE_MAX_B },
		{ "the import key", post->import_key, ADDRESS_PATH_MAX_B },
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		enum rc rc = check_line(job, fields[i].name, fields[i].value, fields[i].max_b);
		if (rc != RC_OK)
			return rc;
	}
	ptrdiff_t nul = str_find_char(post->markdown, '\0');
	if (nul >= 0)
		return err_set(job->err, RC_INVALID, "the text has a NUL at byte %td", nul);
	if (!str_empty(post->lang) && !lang_is_valid(post->lang))
		return err_set(job->err, RC_INVALID, "'%.*s' is not a language tag", STR_ARG(post->lang));
	return RC_OK;
}

static enum rc check_custom(struct prepare_job *job)
{
	struct json *json = NULL;
	struct post *post = &job->out->post;
	if (str_empty(post->custom)) {
		post->custom = STR("{}");
		return RC_OK;
	}
	enum rc rc = json_parse(post->custom, POST_CUSTOM_MAX_B, &json, job->err);
	if (rc != RC_OK) {
		err_prefix(job->err, "the custom fields");
		return rc;
	}
	if (json_kind(json) != JSON_KIND_OBJECT)
		rc = err_set(job->err, RC_INVALID, "the custom fields are not a JSON object");
	json_free(json);
	return rc;
}

static enum rc prepare_slug(struct prepare_job *job)
{
	struct post *post = &job->out->post;
	if (str_empty(post->slug)) {
		post->slug = slug_make(job->arena, post->title, SLUG_ASCII,
				       str_empty(post->lang) ? job->site->lang : post->lang, 0);
		/* A title of symbols alone: the date of its beginning makes an address that says something. */
		if (str_empty(post->slug))
			post->slug = arena_printf(job->arena, "%.*s-%04d-%02d-%02d", STR_ARG(post->kind),
						  job->out->permalink.year, job->out->permalink.month,
						  job->out->permalink.day);
		return RC_OK;
	}
	if (!slug_is_valid(post->slug))
		return err_set(job->err, RC_INVALID,
			       "the slug '%.*s' has something other than lower-case letters, digits and single hyphens",
			       STR_ARG(post->slug));
	return RC_OK;
}

static enum rc prepare_path(struct prepare_job *job)
{
	struct str path = job->draft->path;
	job->out->path = STR_NONE;
	if (str_empty(path))
		return RC_OK;
	enum rc rc = address_check(path, job->err);
	job->out->path = arena_str(job->arena, path);
	job->out->post.path_fixed = true;
	return rc;
}

/* A tag is its slug; people of whom that could be made the same are different people. */
static const struct names_of {
	const char *what;
	size_t max, max_b;
	bool by_slug;
} names_of_tags = { "tag", POST_TAGS_MAX, NAME_MAX_B, true },
  names_of_authors = { "author", POST_AUTHORS_MAX, AUTHOR_LABEL_MAX_B, false };

static enum rc prepare_names(struct prepare_job *job, const struct names_of *of, const struct str *names, size_t count,
			     struct prepared_name **out, size_t *out_count)
{
	if (count > of->max)
		return err_set(job->err, RC_LIMIT, "more than %zu %ss", of->max, of->what);
	struct prepared_name *list = ARENA_ARRAY(job->arena, count ? count : 1, struct prepared_name);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		struct str name = str_trim(names[i]);
		if (str_empty(name))
			continue;
		enum rc rc = check_line(job, of->what, name, of->max_b);
		if (rc != RC_OK)
			return rc;
		struct str slug = slug_make(job->arena, name, SLUG_ASCII, job->site->lang, 0);
		if (str_empty(slug)) {
			/* "C++" and "!!!" are names too: their bytes make the slug. */
			struct buf hex = BUF_INIT(NAME_MAX_B * 3);
			enc_hex(&hex, name);
			slug = arena_printf(job->arena, "x-%.*s", STR_ARG(buf_view(&hex)));
			buf_release(&hex);
		}
		bool twice = false;
		for (size_t k = 0; k < n; k++)
			twice |= of->by_slug ? str_eq(list[k].slug, slug) : str_eq(list[k].name, name);
		if (!twice)
			list[n++] = (struct prepared_name){ arena_str(job->arena, name), slug };
	}
	*out = list;
	*out_count = n;
	return RC_OK;
}

static enum rc prepare_aliases(struct prepare_job *job)
{
	const struct post_draft *draft = job->draft;
	if (draft->alias_count > POST_ALIASES_MAX)
		return err_set(job->err, RC_LIMIT, "more than %d old addresses", POST_ALIASES_MAX);
	job->out->aliases = ARENA_ARRAY(job->arena, draft->alias_count + 1, struct str);
	for (size_t i = 0; i < draft->alias_count; i++) {
		enum rc rc = check_line(job, "an old address", draft->aliases[i], ADDRESS_PATH_MAX_B);
		if (rc != RC_OK)
			return rc;
		struct str path = address_tidy(draft->aliases[i], job->arena);
		if (str_given(path) && !address_is_reserved(path))
			job->out->aliases[job->out->alias_count++] = path;
	}
	return RC_OK;
}

static enum rc prepare_password(struct prepare_job *job)
{
	struct str password = job->draft->password;
	struct post *post = &job->out->post;
	job->out->password_given = str_given(password);
	post->password_hash = STR_NONE;
	if (str_empty(password)) {
		/* One that is there may have a password already: post_store() sees to that. */
		if (str_is(post->visibility, POST_VISIBILITY_PASSWORD) && post->id == 0)
			return err_set(job->err, RC_INVALID, "a protected post needs a password");
		return RC_OK;
	}
	char hash[PASSWORD_HASH_MAX_B];
	enum rc rc = password_hash(password, NULL, hash, job->err);
	if (rc == RC_OK)
		post->password_hash = arena_str(job->arena, str_of(hash));
	return rc;
}

/* At most so many files does a text refer to. */
static size_t count_media(struct str text)
{
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(text, STR("/media/"))) >= 0; n++)
		text = str_from(text, (size_t)at + 7);
	return n;
}

/* A file that nobody is known to refer to is removed one day, so none may be left out. */
static enum rc prepare_media(struct prepare_job *job)
{
	const struct post *post = &job->out->post;
	const struct str texts[] = { post->markdown, post->image, post->social_image, post->custom, post->excerpt };
	size_t room = 1;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		room += count_media(texts[i]);
	job->out->media = ARENA_ARRAY(job->arena, room < POST_MEDIA_MAX ? room : POST_MEDIA_MAX, struct str);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		post_find_media(texts[i], job->arena, job->out->media, &job->out->media_count);
	if (job->out->media_count == POST_MEDIA_MAX)
		return err_set(job->err, RC_LIMIT, "the post refers to %d files or more", POST_MEDIA_MAX);
	return RC_OK;
}

static void prepare_times(struct prepare_job *job, int64_t now_ms)
{
	struct post *post = &job->out->post;
	post->updated_ms = job->draft->updated_ms ? job->draft->updated_ms : now_ms;
	post->edited_ms = post->updated_ms;
	if (post->created_ms == 0 && post->id == 0)
		post->created_ms = post->published_ms ? post->published_ms : now_ms;
	if (str_is(post->status, POST_STATUS_PUBLISHED) && post->published_ms == 0)
		post->published_ms = now_ms;
	post_local_date(job->site, post, &job->out->permalink);
}

static void put_names(struct json *fields, const char *key, const struct prepared_name *names, size_t count)
{
	struct json *list = json_set_list(fields, key);
	for (size_t i = 0; i < count; i++)
		json_add_text(list, names[i].name);
}

static struct str hash_of(struct str title, struct str fields, struct str markdown, struct arena *arena)
{
	const struct str parts[] = { title, STR("\n"), fields, STR("\n"), markdown };
	struct sha256 *state = sha256_new();
	uint8_t digest[SHA256_B];
	char hex[SHA256_HEX_B];
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		sha256_add(state, parts[i].p, parts[i].n);
	sha256_end(state, digest);
	enc_hex_into(hex, digest, sizeof digest);
	return arena_str(arena, str_of(hex));
}

static enum rc write_fields(struct prepare_job *job, const struct json *fields)
{
	struct buf out = BUF_INIT(POST_CUSTOM_MAX_B * 2 + (4u << 20));
	json_write(fields, JSON_SORTED_KEYS, &out);
	enum rc rc = buf_status(&out, "the fields of a revision", job->err);
	if (rc == RC_OK)
		job->out->revision_fields = arena_str(job->arena, buf_view(&out));
	buf_release(&out);
	return rc;
}

/* What a revision keeps beside title and Markdown, and the hash of all of it: equal hashes mean that a
 * writer has changed nothing but, perhaps, the password. */
static enum rc prepare_revision(struct prepare_job *job)
{
	const struct post *post = &job->out->post;
	const struct { const char *key; struct str value; } texts[] = {
		{ "kind", post->kind }, { "status", post->status }, { "visibility", post->visibility },
		{ "slug", post->slug }, { "path", job->out->path }, { "excerpt", post->excerpt },
		{ "lang", post->lang }, { "translation_group", post->translation_group },
		{ "template", post->template_name }, { "image", post->image }, { "image_alt", post->image_alt },
		{ "image_caption", post->image_caption }, { "seo_title", post->seo_title },
		{ "seo_description", post->seo_description }, { "seo_canonical", post->seo_canonical },
		{ "social_title", post->social_title }, { "social_description", post->social_description },
		{ "social_image", post->social_image }, { "custom", post->custom },
	};
	struct json *fields = json_new_object();
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		json_set_text(fields, texts[i].key, texts[i].value);
	json_set_bool(fields, "featured", post->featured);
	json_set_bool(fields, "seo_noindex", post->seo_noindex);
	json_set_int(fields, "published_ms", post->published_ms);
	json_set_int(fields, "parent_id", post->parent_id);
	json_set_int(fields, "menu_order", post->menu_order);
	put_names(fields, "tags", job->out->tags, job->out->tag_count);
	put_names(fields, "authors", job->out->authors, job->out->author_count);
	struct json *aliases = json_set_list(fields, "aliases");
	for (size_t i = 0; i < job->out->alias_count; i++)
		json_add_text(aliases, job->out->aliases[i]);
	enum rc rc = write_fields(job, fields);
	if (rc == RC_OK)
		job->out->post.content_hash = hash_of(post->title, job->out->revision_fields, post->markdown, job->arena);
	if (rc == RC_OK && job->writer) {
		json_set_text(fields, "writer", str_of(job->writer));
		rc = write_fields(job, fields);
	}
	json_free(fields);
	return rc;
}

static struct str joined_names(const struct prepared_name *names, size_t count, struct arena *arena)
{
	struct buf out = BUF_INIT((NAME_MAX_B + 1) * POST_TAGS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&out, ' ');
		buf_str(&out, names[i].name);
	}
	struct str s = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return s;
}

static enum rc check_draft(struct prepare_job *job)
{
	enum rc rc = check_words(job);
	if (rc == RC_OK)
		rc = check_texts(job);
	if (rc == RC_OK && str_empty(str_trim(job->draft->post.title)) && str_empty(str_trim(job->draft->post.markdown)))
		rc = err_set(job->err, RC_INVALID, "there is neither a title nor a text");
	if (rc == RC_OK)
		rc = check_custom(job);
	return rc;
}

/* What the hash of the content is made of. */
static enum rc prepare_fields(struct prepare_job *job, int64_t now_ms)
{
	const struct post_draft *draft = job->draft;
	struct post_prepared *out = job->out;
	out->arena = job->arena;
	out->now_ms = now_ms;
	out->post = draft->post;
	out->slug_exact = draft->slug_exact;
	out->revision_kind = draft->revision_kind ? draft->revision_kind : "save";
	enum rc rc = check_draft(job);
	if (rc != RC_OK)
		return rc;
	prepare_times(job, now_ms);
	rc = prepare_slug(job);
	if (rc == RC_OK)
		rc = prepare_path(job);
	if (rc == RC_OK)
		rc = prepare_names(job, &names_of_tags, draft->tags, draft->tag_count, &out->tags, &out->tag_count);
	if (rc == RC_OK)
		rc = prepare_names(job, &names_of_authors, draft->authors, draft->author_count, &out->authors,
				   &out->author_count);
	if (rc == RC_OK)
		rc = prepare_aliases(job);
	return rc == RC_OK ? prepare_revision(job) : rc;
}

enum rc post_prepare(const struct site *site, struct db_ro *db, struct actor actor, const struct post_draft *draft,
		     int64_t now_ms, struct arena *arena, struct post_prepared **out, struct err *err)
{
	struct post_prepared *prepared = ARENA_NEW(arena, struct post_prepared);
	struct prepare_job job = { .site = site, .draft = draft, .out = prepared, .arena = arena, .err = err };
	const char *kind = draft->revision_kind;
	if (kind && (strcmp(kind, REVISION_STATE) == 0 || strcmp(kind, REVISION_RESTORE) == 0))
		job.writer = role_name(actor.role);
	enum rc rc = prepare_fields(&job, now_ms);
	if (rc == RC_OK)
		rc = prepare_password(&job);
	if (rc == RC_OK)
		rc = prepare_media(&job);
	if (rc != RC_OK)
		return rc;
	prepared->tag_names = joined_names(prepared->tags, prepared->tag_count, arena);
	rc = post_render(site, db, actor, &prepared->post, arena, &prepared->plain, err);
	if (rc == RC_OK)
		*out = prepared;
	return rc;
}

enum rc post_prepare_fields(const struct site *site, const struct post_draft *draft, int64_t now_ms, struct arena *arena,
			    struct post_prepared **out, struct err *err)
{
	struct post_prepared *prepared = ARENA_NEW(arena, struct post_prepared);
	struct prepare_job job = { .site = site, .draft = draft, .out = prepared, .arena = arena, .err = err };
	enum rc rc = prepare_fields(&job, now_ms);
	if (rc == RC_OK)
		*out = prepared;
	return rc;
}

enum rc post_content_hash(const struct site *site, const struct post_draft *draft, int64_t now_ms,
			  struct arena *arena, struct str *hash, struct err *err)
{
	struct post_prepared *prepared;
	enum rc rc = post_prepare_fields(site, draft, now_ms, arena, &prepared, err);
	if (rc == RC_OK)
		*hash = prepared->post.content_hash;
	return rc;
}
