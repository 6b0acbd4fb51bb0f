/* core_import.c: folders of each generator into a site, again, changed, edited, and out again. */
#include "unit.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "core/export.h"
#include "core/post_save.h"
#include "core/settings.h"
#include "import_place.h"
#include "store/media.h"
#include "store/revision.h"
#include "store/tag.h"
#include "store/user.h"

/* A red pixel. */
static const char png[] =
	"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9c\x63\xf8\xcf\xc0\0"
	"\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xae\x42\x60\x82";

static struct str tags_of(struct place *p, int64_t id)
{
	struct tags tags;
	struct str all = STR("");

	assert_ok(tag_list_of_post(db_rw_ro(p->db), id, &p->arena, &tags, &p->err), &p->err);
	for (size_t i = 0; i < tags.count; i++)
		all = ARENA_JOIN(&p->arena, all, tags.items[i].name, STR(";"));
	return all;
}

static struct str authors_of(struct place *p, int64_t id)
{
	struct users users;
	struct str all = STR("");

	assert_ok(user_list_of_post(db_rw_ro(p->db), id, &p->arena, &users, &p->err), &p->err);
	for (size_t i = 0; i < users.count; i++)
		all = ARENA_JOIN(&p->arena, all, users.items[i].name, STR(";"));
	return all;
}

static int64_t at(int year, int month, int day)
{
	return date_day_ms(NULL, year, month, day);
}

static void a_jekyll_site_comes_over(void **state)
{
	struct place *p = *state;
	struct post post;

	put(p, "_config.yml", "title: T\nrepository: https://example.org/r\nbaseurl: /blog\npermalink: /:year/:title/\n");
	put(p, "_data/authors.yml", "jane: {name: Jane Doe}\n");
	put(p, "_posts/2019-03-04-hello-world.markdown",
	    "---\nlayout: post\ntitle: \"Hello: world\"\nauthor: jane\ntags: one two\ncategory: News\nredirect_from: /old/\n"
	    "version: 1.10\n---\n\nSee [next]({% post_url 2020-01-02-next %}) and [file]({{ site.baseurl }}/assets/a.pdf).\n"
	    "![pic](/assets/pic.png)\n{% highlight ruby %}\nputs\n{% endhighlight %}\n{{ site.repository }} {{ page.version }}\n"
	    "{% include x.html %}\n[x]({{ unknown }}/y)\n");
	put(p, "_posts/2020-01-02-next.md", "---\ntitle: Next\npublished: false\n---\nText\n");
	put(p, "_drafts/idea.md", "---\ntitle: Idea\n---\nText\n");
	put(p, "about.md", "---\ntitle: About\nlayout: page\n---\nMe\n");
	put(p, "README.md", "# Not a post\n");
	put(p, "assets/a.pdf", "%PDF");
	folder_put(&p->tree, "assets/pic.png", str_n(png, sizeof(png) - 1));
	import(p);
	assert_string_equal(p->report.generator, "Jekyll");
	assert_int_equal(p->report.added, 4);
	assert_int_equal(p->report.skipped, 1);
	assert_int_equal(p->report.drafts, 2);
	assert_int_equal(p->report.media, 2);
	post = post_of(p, "_posts/2019-03-04-hello-world.markdown");
	assert_str(post.title, "Hello: world");
	assert_str(post.slug, "hello-world");
	assert_int_equal(post.published_ms, at(2019, 3, 4));
	assert_str(tags_of(p, post.id), "News;one;two;");
	assert_str(authors_of(p, post.id), "Jane Doe;");
	assert_has(post.custom, "\"version\":1.1");
	assert_has(post.markdown, "[next](/next)");
	assert_has(post.markdown, "```ruby\nputs\n```\n");
	assert_has(post.markdown, "https://example.org/r 1.10");
	assert_has(post.markdown, "{% include x.html %}");
	assert_has(post.markdown, "[x](<{{ unknown }}/y>)");
	assert_has(post.markdown, "![pic](/media/");
	assert_has(post.markdown, "/a.pdf)");
	assert_has(post.html, "width=\"1\" height=\"1\"");
	assert_str(redirect_of(p, "/old"), post.path.p);
	assert_str(redirect_of(p, "/2019/hello-world"), post.path.p);
	assert_true(reported(p, "_posts/2019-03-04-hello-world.markdown", 17, "include"));
	assert_str(post_of(p, "about.md").path, "/about");
	assert_str(post_of(p, "about.md").kind, "page");
	assert_str(post_of(p, "_posts/2020-01-02-next.md").status, "draft");
	assert_str(post_of(p, "_drafts/idea.md").status, "draft");
}

static void a_hugo_site_comes_over(void **state)
{
	struct place *p = *state;
	struct post post, german;

	put(p, "hugo.toml", "baseURL = 'https://x/'\ndefaultContentLanguage = 'en'\n[permalinks]\nblog = '/:year/:month/:slug/'\n");
	put(p, "content/_index.md", "---\ntitle: Home\n---\n");
	put(p, "content/blog/_index.md", "---\ntitle: Blog\n---\n");
	put(p, "content/blog/first/index.md",
	    "+++\ntitle = 'First'\ndate = 2024-02-03T10:00:00+02:00\nlastmod = 2024-03-01\ndescription = 'D'\nslug = 'one'\n"
	    "tags = ['a', 'b']\naliases = ['/very/old/', 'beside']\nweight = 3\n[cover]\nimage = 'pic.png'\nalt = 'Alt'\n"
	    "[params]\nauthor = 'Ann'\nx = [1, 2.5, true]\n+++\n\n![p](pic.png) [b](../second/) [r]({{< relref \"second.md\" >}})\n"
	    "![gone](gone.png)\n\n{{< figure src=\"pic.png\" alt=\"A\" caption=\"C\" >}}\n{{< note >}}n{{< /note >}}\n"
	    "## H {#own}\n`{{</* youtube x */>}}`\n");
	folder_put(&p->tree, "content/blog/first/pic.png", str_n(png, sizeof(png) - 1));
	put(p, "content/blog/second.md", "---\ntitle: Second\ndate: 2030-01-01\nurl: /kept/Second.html\n---\nText\n");
	put(p, "content/blog/second.de.md", "---\ntitle: Zweiter\ndate: 2024-01-01\ndraft: true\n---\nText\n");
	put(p, "content/about.md", "---\ntitle: About\n---\nMe\n");
	put(p, "content/bare.md", "# Bare title\n\nText\n");
	put(p, "content/json.md", "{\n\"title\": \"Json\", \"date\": \"2024-01-05\"\n}\nText\n");
	put(p, "content/old.md", "---\ntitle: Old\ndate: 2020-01-01\nexpiryDate: 2021-01-01\n---\nText\n");
	import(p);
	assert_string_equal(p->report.generator, "Hugo");
	assert_int_equal(p->report.added, 7);
	assert_int_equal(p->report.skipped, 2);
	assert_int_equal(p->report.scheduled, 1);
	post = post_of(p, "content/blog/first/index.md");
	assert_int_equal(post.published_ms, at(2024, 2, 3) + 8 * 3600000);
	assert_int_equal(post.edited_ms, at(2024, 3, 1));
	assert_str(post.slug, "one");
	assert_str(post.excerpt, "D");
	assert_int_equal(post.menu_order, 3);
	assert_str(authors_of(p, post.id), "Ann;");
	assert_has(post.image, "/pic.png");
	assert_str(post.image_alt, "Alt");
	assert_has(post.custom, "\"x\":[1,2.5,true]");
	assert_str(redirect_of(p, "/very/old"), post.path.p);
	assert_str(redirect_of(p, "/2024/02/one"), post.path.p);
	assert_str(redirect_of(p, "/2024/02/beside"), post.path.p);
	assert_has(post.markdown, "[b](/kept/Second.html) [r](/kept/Second.html)");
	assert_has(post.markdown, "![gone](gone.png)");
	assert_has(post.markdown, "*C*");
	assert_has(post.markdown, "{{< note >}}n{{< /note >}}");
	assert_has(post.markdown, "`{{< youtube x >}}`");
	assert_true(reported(p, "content/blog/first/index.md", 19, "gone.png"));
	assert_true(reported(p, "content/blog/first/index.md", 22, "note"));
	assert_true(reported(p, "content/blog/first/index.md", 23, "anchor"));
	assert_str(post_of(p, "content/blog/second.md").path, "/kept/Second.html");
	german = post_of(p, "content/blog/second.de.md");
	assert_str(german.lang, "de");
	assert_str(german.translation_group, "blog/second");
	assert_str(post_of(p, "content/blog/second.md").translation_group, "blog/second");
	assert_str(post_of(p, "content/about.md").kind, "page");
	assert_str(post_of(p, "content/bare.md").title, "Bare title");
	assert_str(post_of(p, "content/bare.md").markdown, "Text\n");
	assert_str(post_of(p, "content/json.md").title, "Json");
	assert_str(post_of(p, "content/old.md").status, "draft");
}

/* One folder a language, beside one that is none: as on a real site of thirty languages. */
static void folders_named_for_languages_are_languages(void **state)
{
	struct place *p = *state;
	struct post german;

	put(p, "config/_default/hugo.toml", "defaultContentLanguage = 'en'\n");
	put(p, "content/en/docs/limits.md", "---\ntitle: Limits\ndate: 2024-01-01\n---\nText\n");
	put(p, "content/de/docs/limits.md", "---\ntitle: Grenzen\ndate: 2024-01-02\n---\nText\n");
	put(p, "content/pt-br/docs/limits.md", "---\ntitle: Limites\ndate: 2024-01-02\n---\nText\n");
	put(p, "content/base-l10n/note.md", "---\ntitle: Note\ndate: 2024-01-02\n---\nText\n");
	import(p);
	german = post_of(p, "content/de/docs/limits.md");
	assert_str(german.lang, "de");
	assert_str(german.translation_group, "docs/limits");
	assert_str(post_of(p, "content/en/docs/limits.md").translation_group, "docs/limits");
	assert_str(post_of(p, "content/pt-br/docs/limits.md").lang, "pt-br");
	assert_str(post_of(p, "content/base-l10n/note.md").lang, "");
	assert_str(german.path, "/de/docs/limits");
	assert_str(redirect_of(p, "/docs/limits"), post_of(p, "content/en/docs/limits.md").path.p);
}

static void a_section_with_a_short_name_is_no_language(void **state)
{
	struct place *p = *state;

	put(p, "hugo.toml", "baseURL = 'https://x/'\n");
	put(p, "content/it/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\nText\n");
	put(p, "content/my/b.md", "---\ntitle: B\ndate: 2024-01-01\n---\nText\n");
	put(p, "content/posts/c.md", "---\ntitle: C\ndate: 2024-01-01\n---\nText\n");
	import(p);
	assert_str(post_of(p, "content/it/a.md").lang, "");
	assert_str(post_of(p, "content/my/b.md").lang, "");
}

static void a_zola_site_comes_over(void **state)
{
	struct place *p = *state;
	struct post post;

	put(p, "config.toml", "base_url = 'https://x'\n");
	put(p, "content/a.md",
	    "+++\npath = \"2017/07/20/Rust-1.19\"\ntitle = \"A\"\nauthors = [\"X Y\"]\naliases = [\"2017/old.html\"]\n"
	    "[taxonomies]\ntags = [\"t\"]\n[extra]\nrelease = true\n+++\n\n[b](@/sub/b.md#h) {{ youtube(id=\"q\") }} {{ keep }}\n");
	put(p, "content/sub/b.md", "+++\ntitle = \"B\"\ndate = 2018-01-01\n+++\nText [a](@/gone.md)\n");
	put(p, "content/2019-05-06-dated.md", "+++\ntitle = \"C\"\n+++\nText\n");
	import(p);
	assert_string_equal(p->report.generator, "Zola");
	post = post_of(p, "content/a.md");
	assert_str(post.path, "/2017/07/20/Rust-1.19");
	assert_true(post.path_fixed);
	assert_int_equal(post.published_ms, at(2017, 7, 20));
	assert_str(redirect_of(p, "/2017/old.html"), "/2017/07/20/Rust-1.19");
	assert_str(tags_of(p, post.id), "t;");
	assert_has(post.markdown, "[b](/b#h) <https://www.youtube.com/watch?v=q> {{ keep }}");
	assert_int_equal(post_of(p, "content/2019-05-06-dated.md").published_ms, at(2019, 5, 6));
	assert_true(reported(p, "content/sub/b.md", 5, "@/gone.md"));
}

static void a_hexo_site_comes_over(void **state)
{
	struct place *p = *state;
	struct post post;

	put(p, "_config.yml", "title: T\nlanguage: es\n");
	put(p, "source/_posts/one.md",
	    "---\ntitle: Uno\npermalink: Uno-Dos\ndate: 2019-03-14 18:59:27\ntags:\n- A\n- B\ncategories:\n- [C, D]\n"
	    "thumbnail: /images/t.png\n---\n![i](/images/t.png)\n<!-- more -->\n[two](../two/) {% post_link two 'T' %}\n`{{ x }}`\n");
	put(p, "source/_posts/two.md", "title: Dos\ndate: 2019/04/01 10:00:00\npermalink: two\n---\nText\n");
	put(p, "source/docs/a.md", "---\ntitle: DA\n---\n[b](b.html#x)\n");
	put(p, "source/docs/b.md", "---\ntitle: DB\n---\nText\n");
	put(p, "source/about/index.md", "---\ntitle: Sobre\n---\nYo\n");
	folder_put(&p->tree, "source/images/t.png", str_n(png, sizeof(png) - 1));
	import(p);
	assert_string_equal(p->report.generator, "Hexo");
	post = post_of(p, "source/_posts/one.md");
	assert_str(post.path, "/Uno-Dos");
	assert_str(tags_of(p, post.id), "C;D;A;B;");
	assert_has(post.image, "/t.png");
	assert_has(post.markdown, "<!--more-->\n[two](/two) [T](/two)\n`{{ x }}`");
	assert_str(post_of(p, "source/_posts/two.md").title, "Dos");
	assert_str(post_of(p, "source/about/index.md").path, "/about");
	assert_str(post_of(p, "source/docs/a.md").path, "/docs/a");
	assert_has(post_of(p, "source/docs/a.md").markdown, "[b](/docs/b#x)");
	assert_int_equal(p->report.warnings, 0);
}

static void a_second_run_changes_nothing_and_a_changed_file_its_post(void **state)
{
	struct place *p = *state;
	struct post first, second;
	struct post_draft draft;
	struct post_prepared *prepared;
	struct post_saved saved;
	struct revisions revisions;
	struct db_tx *tx;

	put(p, "_posts/2020-01-01-a.md", "---\ntitle: A\n---\nOne\n");
	put(p, "_posts/2020-01-02-b.md", "---\ntitle: B\n---\nOne\n");
	import_from(p, p->tree.path, true, false);
	assert_int_equal(p->report.added, 2);
	assert_int_equal(post_by_import_key(db_rw_ro(p->db), STR("_posts/2020-01-01-a.md"), &p->arena, &first, &p->err),
			 RC_NOTFOUND);
	import(p);
	first = post_of(p, "_posts/2020-01-01-a.md");
	import(p);
	assert_int_equal(p->report.unchanged, 2);
	assert_int_equal(post_of(p, "_posts/2020-01-01-a.md").version, first.version);
	put(p, "_posts/2020-01-01-a.md", "---\ntitle: A2\n---\nTwo\n");
	import(p);
	assert_int_equal(p->report.updated, 1);
	second = post_of(p, "_posts/2020-01-01-a.md");
	assert_int_equal(second.id, first.id);
	assert_str(second.title, "A2");
	assert_str(second.path, "/a");
	/* Edited here: left alone, but for --force, which keeps the text as a revision. */
	draft = (struct post_draft){ .post = second, .password = STR_NONE };
	draft.post.markdown = STR("Mine\n");
	assert_ok(post_prepare(p->site, NULL, ACTOR_SYSTEM, &draft, NOW, &p->arena, &prepared, &p->err), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(post_store(tx, p->site, ACTOR_SYSTEM, prepared, NULL, &saved, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	import(p);
	assert_int_equal(p->report.conflicts, 1);
	assert_true(reported(p, "_posts/2020-01-01-a.md", 0, "edited"));
	assert_str(post_of(p, "_posts/2020-01-01-a.md").markdown, "Mine\n");
	import_from(p, p->tree.path, false, true);
	assert_int_equal(p->report.conflicts, 0);
	assert_str(post_of(p, "_posts/2020-01-01-a.md").markdown, "Two\n");
	assert_ok(revision_list(db_rw_ro(p->db), first.id, INT64_MAX, 10, &p->arena, &revisions, &p->err), &p->err);
	assert_int_equal(revisions.count, 4);
}

static void what_cannot_be_taken_is_reported_and_the_rest_comes_in(void **state)
{
	struct place *p = *state;

	put(p, "_posts/2020-01-01-good.md", "---\ntitle: Good\n---\nText\n");
	put(p, "_posts/2020-01-02-yaml.md", "---\ntitle: Foo: bar\n---\nText\n");
	put(p, "_posts/2020-01-03-twice.md", "---\ntitle: a\ntitle: b\n---\nText\n");
	put(p, "_posts/2020-01-04-open.md", "---\ntitle: a\nText\n");
	put(p, "_posts/2020-01-05-bytes.md", "---\ntitle: a\n---\n\xff\xfe\n");
	put(p, "_posts/2020-01-06-date.md", "---\ntitle: Odd\ndate: next friday\n---\nText\n");
	put(p, "_posts/2020-01-07-path.md", "---\ntitle: Reserved\npermalink: /feed.xml\n---\nText\n");
	put(p, "_posts/2020-01-08-good.md", "---\ntitle: Same slug\n---\nText\n");
	put(p, "_posts/2020-01-09-org.org", "* no Markdown\n");
	put(p, "_posts/2020-01-10-out.md", "---\ntitle: Out\n---\n![x](../../../../etc/passwd) ![y](link.png)\n");
	assert_int_equal(symlink("/etc/passwd", path_join(&p->arena, p->tree.path, "_posts/link.png")), 0);
	import(p);
	assert_int_equal(p->report.failed, 4);
	assert_int_equal(p->report.added, 5);
	assert_int_equal(p->report.media, 0);
	assert_true(reported(p, "_posts/2020-01-02-yaml.md", 2, "mapping"));
	assert_true(reported(p, "_posts/2020-01-03-twice.md", 3, "duplicate key 'title'"));
	assert_true(reported(p, "_posts/2020-01-04-open.md", 1, "not closed"));
	assert_true(reported(p, "_posts/2020-01-05-bytes.md", 0, "UTF-8"));
	assert_true(reported(p, "_posts/2020-01-06-date.md", 3, "next friday"));
	assert_int_equal(post_of(p, "_posts/2020-01-06-date.md").published_ms, at(2020, 1, 6));
	assert_has(post_of(p, "_posts/2020-01-06-date.md").custom, "next friday");
	assert_true(reported(p, "_posts/2020-01-07-path.md", 0, "/feed.xml"));
	assert_true(reported(p, "_posts/2020-01-08-good.md", 0, "/good-2"));
	assert_true(reported(p, "_posts/2020-01-09-org.org", 0, "not Markdown"));
	assert_true(reported(p, "_posts/2020-01-10-out.md", 4, "passwd"));
	assert_true(reported(p, "_posts/2020-01-10-out.md", 4, "link.png"));
}

/* Refused only when it is stored, which begins the writing again without it. */
static void one_post_that_cannot_be_stored_does_not_keep_the_others_out(void **state)
{
	struct place *p = *state;
	char address[ADDRESS_PATH_MAX_B + 1] = "/";

	memset(address + 1, 'x', ADDRESS_PATH_MAX_B - 1);
	put(p, "_posts/2020-01-01-before.md", "---\ntitle: Before\n---\nText\n");
	put(p, "_posts/2020-01-02-long.md",
	    arena_printf(&p->arena, "---\ntitle: Long\npermalink: %s\n---\nText\n", address).p);
	put(p, "_posts/2020-01-03-again.md",
	    arena_printf(&p->arena, "---\ntitle: Again\npermalink: %s\n---\nText\n", address).p);
	put(p, "_posts/2020-01-04-after.md", "---\ntitle: After\n---\nText\n");
	import(p);
	assert_int_equal(p->report.failed, 1);
	assert_int_equal(p->report.added, 3);
	assert_true(reported(p, "_posts/2020-01-03-again.md", 0, "the address"));
	assert_str(post_of(p, "_posts/2020-01-01-before.md").path, "/before");
	assert_str(post_of(p, "_posts/2020-01-04-after.md").path, "/after");
}

/* Every field that a post has, with what is hard to write down. */
static void put_hard_posts(struct place *p)
{
	put(p, "content/a.md",
	    "---\ntitle: \"Yes: #1 'q' \\\"d\\\" \\\\ \\u2028\\u0085\\u00e4\"\ndate: 2020-01-02T03:04:05.678Z\nlang: de\nsummary: 'null'\n"
	    "description: \" - x\"\ntags: ['1.5', 'true', 'a, b', \"c: d\"]\nauthors: ['- Dash', '\xe6\xbc\xa2\xe5\xad\x97']\nfeatured: true\n"
	    "aliases: [/o/1, '/o/\xc3\xbc']\nimage: pic.png\nseo_title: '[x]'\nnoindex: true\nstrange: {a: [1, 2.5, null, {b: 'x\\y'}], c: ''}\n"
	    "---\n\n\n  {{< x >}} ![p](pic.png) ![q](<b c.png>)\n\n    [code](/media/x)\n---\n+++\nend without newline");
	folder_put(&p->tree, "content/pic.png", str_n(png, sizeof(png) - 1));
	put(p, "content/b c.png", "other bytes");
	put(p, "content/sub/pic.png", "third bytes");
	put(p, "content/sub/b.md", "---\ntitle: Yes: #1\n---\n");
	put(p, "content/sub/c.md", "+++\ntitle = 'true'\ndraft = true\n+++\n![p](pic.png) ![p](../pic.png)\n");
	put(p, "content/sub/d.md", "+++\ntitle = '2020-01-01'\ndate = 2020-01-02\nslug='a'\npassword='secret words'\n+++\nText");
	put(p, "content/about.md", "+++\ntitle = 'About'\nurl = '/deep/about'\nweight = -5\nunlisted = true\n+++\n");
}

static void export_to(struct place *p, const char *dir, bool toml)
{
	struct export_options options = { .dir = dir, .toml = toml };
	struct export_report report;
	struct db_ro *db;

	assert_ok(place_open_ro(&p->conf, &db, &p->err), &p->err);
	assert_ok(export_run(db, p->site, p->blobs, &options, &report, &p->err), &p->err);
	assert_int_equal(report.missing, 0);
	db_ro_close(db);
}

static void assert_same_trees(struct arena *arena, const char *a, const char *b)
{
	struct file_entries x, y;
	struct err err = ERR_INIT;

	assert_ok(file_tree(a, arena, &x, &err), &err);
	assert_ok(file_tree(b, arena, &y, &err), &err);
	for (size_t i = 0; i < x.count && i < y.count; i++)
		assert_string_equal(x.items[i].name, y.items[i].name);
	assert_int_equal(x.count, y.count);
	for (size_t i = 0; i < x.count; i++) {
		struct str one, two;

		if (x.items[i].kind != FILE_REGULAR)
			continue;
		assert_ok(file_load(path_join(arena, a, x.items[i].name), 1 << 26, arena, &one, &err), &err);
		assert_ok(file_load(path_join(arena, b, x.items[i].name), 1 << 26, arena, &two, &err), &err);
		if (!str_eq(one, two))
			fail_msg("%s differs:\n%.*s\n----\n%.*s", x.items[i].name, STR_ARG(one), STR_ARG(two));
	}
}

static void change(struct place *p, const char *key, const char *value)
{
	struct db_tx *tx;
	bool rebuild;

	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(setting_change(tx, ACTOR_SYSTEM, str_of(key), str_of(value), NOW, &rebuild, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	site_free(p->site);
	assert_ok(site_load(db_rw_ro(p->db), &p->conf, &p->site, &p->err), &p->err);
}

static void export_import_export_gives_the_same_bytes(void **state)
{
	struct place *p = *state, other = { .db = NULL };
	struct post before, after;

	change(p, "permalink", "/:year/:slug");
	change(p, "title", "A \"title\"");
	put_hard_posts(p);
	import(p);
	assert_int_equal(p->report.failed, 1); /* "Yes: #1" without quotes is no YAML */
	assert_int_equal(p->report.added, 4);
	for (int toml = 0; toml < 2; toml++) {
		const char *one = path_join(&p->arena, p->out.path, toml ? "t1" : "y1");
		const char *two = path_join(&p->arena, p->out.path, toml ? "t2" : "y2");

		memset(&other, 0, sizeof(other));
		place_start(&other);
		export_to(p, one, toml);
		import_from(&other, one, false, false);
		assert_int_equal(other.report.failed, 0);
		assert_int_equal(other.report.added, 4);
		assert_str(other.site->title, "A \"title\"");
		before = post_of(p, "content/a.md");
		after = post_of(&other, "posts/2020-01-02-a/index.md");
		assert_str(after.title, before.title.p);
		assert_str(after.markdown, before.markdown.p);
		assert_str(after.path, before.path.p);
		assert_str(after.excerpt, before.excerpt.p);
		assert_int_equal(after.published_ms, before.published_ms);
		export_to(&other, two, toml);
		assert_same_trees(&p->arena, one, two);
		place_stop(&other);
	}
}

static void an_export_never_takes_the_place_of_other_files(void **state)
{
	struct place *p = *state;
	struct export_options options = { .dir = p->tree.path };
	struct export_report report;
	struct file_entries entries;

	put(p, "precious.txt", "mine");
	for (int force = 0; force < 2; force++) {
		options.force = force;
		assert_int_equal(export_run(db_rw_ro(p->db), p->site, p->blobs, &options, &report, &p->err), RC_EXISTS);
	}
	assert_ok(file_list(p->tree.path, &p->arena, &entries, &p->err), &p->err);
	assert_int_equal(entries.count, 1);
	options.dir = path_join(&p->arena, p->out.path, "x");
	options.force = false;
	assert_ok(export_run(db_rw_ro(p->db), p->site, p->blobs, &options, &report, &p->err), &p->err);
	assert_int_equal(export_run(db_rw_ro(p->db), p->site, p->blobs, &options, &report, &p->err), RC_EXISTS);
	options.force = true;
	assert_ok(export_run(db_rw_ro(p->db), p->site, p->blobs, &options, &report, &p->err), &p->err);
	assert_ok(file_list(p->out.path, &p->arena, &entries, &p->err), &p->err);
	assert_int_equal(entries.count, 1);
}

static const char *shared_blog(struct place *p, const char *name)
{
	const char *data = getenv("PLATEN_SHARED_DATA"), *top = getenv("top_srcdir");
	const char *root = data ? data : path_join(&p->arena, top ? top : ".", "../shared/data");
	const char *dir = path_join3(&p->arena, root, "markdown", name);

	if (!file_exists(dir))
		print_message("# skipped: no %s\n", dir);
	return file_exists(dir) ? dir : NULL;
}

static void real_blogs_come_in_whole_and_stay_the_same(void **state)
{
	static const struct { const char *name, *generator; size_t posts, skipped; } blogs[] = {
		{ "rust-lang-blog", "Zola", 751, 3 }, { "jekyll-news", "Jekyll", 102, 0 },
		{ "linkerd-blog", "Hugo", 157, 1 }, { "academia-binaria-hexo", "Hexo", 27, 0 },
	};
	struct place *p = *state, other = { .db = NULL };
	const char *one = path_join(&p->arena, p->out.path, "1"), *two = path_join(&p->arena, p->out.path, "2");
	size_t all = 0;

	for (size_t i = 0; i < COUNT_OF(blogs); i++) {
		const char *dir = shared_blog(p, blogs[i].name);

		if (!dir)
			return;
		import_from(p, dir, false, false);
		assert_string_equal(p->report.generator, blogs[i].generator);
		assert_int_equal(p->report.failed, 0);
		assert_int_equal(p->report.skipped, blogs[i].skipped);
		assert_int_equal(p->report.added, blogs[i].posts);
		import_from(p, dir, false, false);
		assert_int_equal(p->report.unchanged, blogs[i].posts);
		all += blogs[i].posts;
	}
	place_start(&other);
	export_to(p, one, false);
	import_from(&other, one, false, false);
	assert_int_equal(other.report.added, all);
	export_to(&other, two, false);
	assert_same_trees(&p->arena, one, two);
	place_stop(&other);
}

static void a_thousand_posts_come_over_at_once(void **state)
{
	struct place *p = *state;
	struct buf text = BUF_INIT(1 << 16);

	for (int i = 0; i < 1000; i++) {
		buf_clear(&text);
		buf_printf(&text, "---\ntitle: Post %d\ntags: [a%d, b%d]\n---\n\n", i, i % 7, i % 50);
		for (int k = 0; k < 40; k++)
			buf_printf(&text, "Some words of paragraph %d with *emphasis*, [a link](/x%d) and `code%d`.\n\n", k, k, i);
		folder_put(&p->tree, arena_printf(&p->arena, "_posts/20%02d-01-%02d-post-%d.md", i % 24, i % 28 + 1, i).p,
			   buf_view(&text));
	}
	buf_release(&text);
	import(p);
	assert_int_equal(p->report.added, 1000);
	import(p);
	assert_int_equal(p->report.unchanged, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_jekyll_site_comes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hugo_site_comes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(folders_named_for_languages_are_languages, setup, teardown),
		cmocka_unit_test_setup_teardown(a_section_with_a_short_name_is_no_language, setup, teardown),
		cmocka_unit_test_setup_teardown(a_zola_site_comes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hexo_site_comes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_run_changes_nothing_and_a_changed_file_its_post, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_taken_is_reported_and_the_rest_comes_in, setup, teardown),
		cmocka_unit_test_setup_teardown(one_post_that_cannot_be_stored_does_not_keep_the_others_out, setup, teardown),
		cmocka_unit_test_setup_teardown(export_import_export_gives_the_same_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_never_takes_the_place_of_other_files, setup, teardown),
		cmocka_unit_test_setup_teardown(real_blogs_come_in_whole_and_stay_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(a_thousand_posts_come_over_at_once, setup, teardown),
	};

	markdown_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
