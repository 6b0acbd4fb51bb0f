/* export_post.c: one post as a file, with its media beside it. */
#include "base/base.h"

#include "base/date.h"
#include "base/file.h"
#include "base/path.h"
#include "core/export_impl.h"
#include "core/post_save.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/mdlink.h"

#define FILE_MAX_B ((size_t)32 << 20)
#define ALIASES_MAX 200

struct job {
	struct exporter *ex;
	const struct post *post;
	struct arena *arena;
	struct export_files *files;
	enum rc rc;               /* of the address callback */
	struct str image, social_image, markdown;
};

struct str export_post_name(const struct post *post, struct arena *arena)
{
	struct str slug = str_empty(post->slug) ? STR("untitled") : post->slug;
	struct date d;

	if (str_is(post->kind, POST_KIND_PAGE) || !post->published_ms)
		return arena_str(arena, slug);
	date_civil(NULL, post->published_ms, &d);
	return arena_printf(arena, "%04d-%02d-%02d-%.*s", d.year, d.month, d.day, STR_ARG(slug));
}

static struct str beside(void *ctx, enum mdlink_kind kind, struct str address, int line)
{
	struct job *job = ctx;
	struct str name = STR_NONE;

	(void)kind, (void)line;
	if (job->rc == RC_OK)
		job->rc = export_file_for(job->files, address, &name);
	return name;
}

static enum rc field_image(struct job *job, struct str value, struct str *out)
{
	struct str name;
	enum rc rc = export_file_for(job->files, value, &name);

	*out = str_given(name) ? name : value;
	return rc;
}

/* What only code, custom fields or the excerpt name is kept too, under its own address. */
static enum rc other_media(struct job *job)
{
	struct medias list;
	enum rc rc = media_list_of_post(job->ex->db, job->post->id, job->arena, &list, job->ex->err);

	for (size_t i = 0; rc == RC_OK && i < list.count; i++) {
		struct str name, address = ARENA_JOIN(job->arena, STR("/media/"), list.items[i].hash, STR("/"),
						      str_empty(list.items[i].name) ? STR("file") : list.items[i].name);
		bool there = false;

		rc = export_current(job->ex, address, job->arena, &address);
		for (size_t k = 0; rc == RC_OK && k < job->files->count; k++)
			there |= str_eq(job->files->items[k].hash, str_sub(address, 7, 7 + BLOB_HASH_LEN));
		if (rc == RC_OK && !there)
			rc = export_file_for(job->files, address, &name);
	}
	return rc;
}

/* LF alone, as import reads it. */
static struct str without_cr(struct str s, struct arena *arena)
{
	char *copy = arena_alloc(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			copy[n++] = s.p[i];
	return str_n(copy, n);
}

static enum rc resolve_media(struct job *job)
{
	struct str markdown = without_cr(job->post->markdown, job->arena);
	enum rc rc = mdlink_rewrite(markdown, beside, job, job->arena, &job->markdown, job->ex->err);

	if (rc == RC_OK)
		rc = job->rc;
	if (rc == RC_OK)
		rc = field_image(job, job->post->image, &job->image);
	if (rc == RC_OK)
		rc = field_image(job, job->post->social_image, &job->social_image);
	return rc == RC_OK ? other_media(job) : rc;
}

static enum rc put_tags(struct job *job, const struct export_fields *f)
{
	struct tags tags;
	enum rc rc = tag_list_of_post(job->ex->db, job->post->id, job->arena, &tags, job->ex->err);

	if (rc != RC_OK)
		return rc;
	struct str *names = ARENA_ARRAY(job->arena, tags.count + 1, struct str);
	for (size_t i = 0; i < tags.count; i++)
		names[i] = tags.items[i].name;
	export_list(f, "tags", names, tags.count);
	return RC_OK;
}

static enum rc put_authors(struct job *job, const struct export_fields *f)
{
	struct users users;
	enum rc rc = user_list_of_post(job->ex->db, job->post->id, job->arena, &users, job->ex->err);

	if (rc != RC_OK)
		return rc;
	struct str *names = ARENA_ARRAY(job->arena, users.count + 1, struct str);
	for (size_t i = 0; i < users.count; i++)
		names[i] = users.items[i].name;
	export_list(f, "authors", names, users.count);
	return RC_OK;
}

static enum rc put_aliases(struct job *job, const struct export_fields *f)
{
	struct redirects redirects;
	enum rc rc = redirect_list_of_post(job->ex->db, job->post->id, job->arena, &redirects, job->ex->err);

	if (rc != RC_OK)
		return rc;
	struct str *names = ARENA_ARRAY(job->arena, redirects.count + 1, struct str);
	for (size_t i = 0; i < redirects.count; i++)
		names[i] = redirects.items[i].from_path;
	export_list(f, "aliases", names, redirects.count);
	return RC_OK;
}

static enum rc put_names(struct job *job, const struct export_fields *f)
{
	enum rc rc = put_tags(job, f);

	if (rc == RC_OK)
		rc = put_authors(job, f);
	return rc == RC_OK ? put_aliases(job, f) : rc;
}

static void put_state(const struct post *post, const struct export_fields *f)
{
	bool page = str_is(post->kind, POST_KIND_PAGE);

	export_text(f, "type", page ? STR("page") : STR(""));
	export_text(f, "slug", post->slug);
	export_text(f, "path", post->path_fixed || page ? post->path : STR(""));
	export_flag(f, "draft", str_is(post->status, POST_STATUS_DRAFT));
	export_text(f, "status", str_is(post->status, POST_STATUS_REVIEW) ? post->status : STR(""));
	export_text(f, "visibility", str_is(post->visibility, POST_VISIBILITY_PUBLIC) ? STR("") : post->visibility);
	export_date(f, "date", post->published_ms);
	export_date(f, "created", post->created_ms);
	export_date(f, "updated", post->edited_ms);
}

static void put_fields(const struct job *job, const struct export_fields *f)
{
	const struct post *post = job->post;
	struct json *custom = NULL;

	export_text(f, "lang", post->lang);
	export_text(f, "translation_group", post->translation_group);
	export_flag(f, "featured", post->featured);
	export_number(f, "weight", post->menu_order);
	export_text(f, "template", post->template_name);
	export_text(f, "excerpt", post->excerpt);
	export_text(f, "image", job->image);
	export_text(f, "image_alt", post->image_alt);
	export_text(f, "image_caption", post->image_caption);
	export_text(f, "seo_title", post->seo_title);
	export_text(f, "seo_description", post->seo_description);
	export_text(f, "canonical", post->seo_canonical);
	export_flag(f, "noindex", post->seo_noindex);
	export_text(f, "social_title", post->social_title);
	export_text(f, "social_description", post->social_description);
	export_text(f, "social_image", job->social_image);
	if (!str_empty(post->custom) && json_parse(post->custom, POST_CUSTOM_MAX_B, &custom, NULL) == RC_OK)
		export_object(f, "custom", custom);
	json_free(custom);
}

static enum rc put_file(struct job *job, struct buf *out)
{
	struct export_fields f = { out, job->ex->options->toml };
	const char *fence = f.toml ? "+++\n" : "---\n";
	enum rc rc;

	buf_cstr(out, fence);
	export_text(&f, "title", job->post->title);
	put_state(job->post, &f);
	rc = put_names(job, &f);
	put_fields(job, &f);
	buf_cstr(out, fence);
	buf_char(out, '\n');
	buf_str(out, job->markdown);
	return rc == RC_OK ? buf_status(out, "an exported post", job->ex->err) : rc;
}

static enum rc write_plain(const char *path, struct str bytes, struct err *err)
{
	FILE *file = fopen(path, "wxe");
	bool ok = file && fwrite(bytes.p, 1, bytes.n, file) == bytes.n;

	if (file && fclose(file) != 0)
		ok = false;
	return ok ? RC_OK : err_set(err, RC_IO, "cannot write '%s'", path);
}

/* The post with addresses of replaced files leading to what they are now. */
static enum rc with_current(struct exporter *ex, struct post *post, struct arena *arena)
{
	struct str *const texts[] = { &post->markdown, &post->custom, &post->excerpt, &post->image, &post->social_image,
				      &post->image_caption };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(texts); i++)
		rc = export_current(ex, str_or_empty(*texts[i]), arena, texts[i]);
	return rc;
}

enum rc export_post(struct exporter *ex, const struct post *given, struct str name, struct arena *arena)
{
	struct post current = *given, *post = &current;
	bool page = str_is(post->kind, POST_KIND_PAGE);
	const char *base = path_join3(arena, ex->dir, page ? "pages" : "posts", arena_cstr(arena, name));
	struct export_files *files = mem_new(sizeof(*files));
	struct job job = { .ex = ex, .post = post, .arena = arena, .files = files };
	struct buf out = BUF_INIT(FILE_MAX_B);
	const char *path;
	enum rc rc;

	files->ex = ex;
	files->arena = arena;
	files->dir = base;
	rc = with_current(ex, post, arena);
	if (rc == RC_OK)
		rc = resolve_media(&job);
	if (rc == RC_OK)
		rc = put_file(&job, &out);
	path = files->count ? path_join(arena, base, "index.md") : arena_printf(arena, "%s.md", base).p;
	if (rc == RC_OK)
		rc = write_plain(path, buf_view(&out), ex->err);
	if (page)
		ex->report.pages++;
	else
		ex->report.posts++;
	buf_release(&out);
	free(files);
	return rc;
}
