/* theme-sample.mjs: values for every template in every state, as templates/README.md promises them. */

import { content, arabic, chinese, german, plain, pageText } from "./theme-content.mjs";

const months = ["January", "February", "March", "April", "May", "June", "July", "August",
	"September", "October", "November", "December"];

function date(iso) {
	const [y, m, d] = iso.split("-").map(Number);
	return { iso: `${iso}T09:30:00+02:00`, text: `${months[m - 1]} ${d}, ${y}`,
		short: `${months[m - 1].slice(0, 3)} ${d}, ${y}`,
		day_month: `${months[m - 1].slice(0, 3)} ${d}` };
}

function tag(name) {
	return { name, url: `/tag/${encodeURIComponent(name.toLowerCase())}` };
}

const ada = { name: "Ada Marlowe", url: "/author/ada", picture: { url: "/media/portrait-1.svg" },
	bio: "<p>Ada sets type by hand on Sundays and by machine for the rest of the week. She lives near the sea.</p>" };
const jun = { name: "Jun Okonkwo-Lindström", url: "/author/jun", picture: null, bio: null };

const at = (n, width, height) => `/media/picture-${n}-${width}x${height}.svg`;

/* The part for lists, and another format to be preferred, as of a picture that is prepared. */
function picture(n, width = 1600, height = 900) {
	const url = at(n, width, height), set = [400, 800, 1200].map((w) => `${at(n, w, w * 9 / 16)} ${w}w`).join(", ");
	const more = { has_sources: true, focus_x: 40, focus_y: 70 };
	return { url, alt: "Hills at dusk, drawn in three flat colours", width, height, srcset: `${url} 800w, ${url}?w=1600 1600w`, ...more,
		sources: [{ type: "image/webp", srcset: `${url}?webp 1600w` }],
		card: { url: at(n, 800, 450), width: 800, height: 450, srcset: set, ...more, sources: [{ type: "image/webp", srcset: set }] } };
}

/* Every key of a card is set: a theme may look any of them up without reaching an outer object. */
function card(values) {
	const tags = values.tags ?? [tag("Craft")];
	const authors = values.authors ?? [ada];
	return { url: `/${values.slug ?? "a-post"}`, excerpt: "", updated: null, reading_time: "6 min read",
		featured: false, lang: "en", dir: "ltr", snippet: null, image: null, has_image: false,
		...values, ...(values.image ? { has_image: true } : {}), date: date(values.date ?? "2025-03-14"),
		tags, has_tags: tags.length > 0, tag: tags[0] ?? null,
		authors, has_authors: authors.length > 0, author: authors[0] ?? null };
}

export const cards = [
	card({ slug: "margins", title: "In praise of wide margins", date: "2025-11-03", image: picture(1),
		excerpt: "A margin is not what is left over. It is the part of the page that belongs to the reader: for the thumb, for the eye, for the note that answers back.", tags: [tag("Craft"), tag("Books")], featured: true }),
	card({ slug: "lost-posts", title: "How we lost eleven posts, and why it cannot happen again", date: "2025-10-21", reading_time: "12 min read",
		excerpt: "A power cut, a disk that lied about flushing its cache, and a database that believed it. An account of one bad night and the four rules that came out of it.", tags: [tag("Engineering")], authors: [jun] }),
	card({ slug: "zeilenumbruch", title: "Donaudampfschifffahrtsgesellschaftskapitänsmützen und andere Zumutungen für den Zeilenumbruch", lang: "de", date: "2025-10-02", reading_time: "4 min read",
		excerpt: "Lange Wörter sind kein Fehler der Sprache, sondern eine Prüfung für den Satz. Wer trennen kann, besteht sie.", tags: [tag("Deutsch")] }),
	card({ slug: "small-caps", title: "Small capitals", date: "2025-09-18", excerpt: "Short.", tags: [], image: picture(2, 1200, 1500), reading_time: "1 min read" }),
	card({ slug: "zhongwen", title: "排版的留白：一页纸上最安静的部分", lang: "zh", date: "2025-08-30", excerpt: "留白不是空白。它让文字呼吸，让读者停顿，也让一页纸有了节奏。好的版面从边距开始，而不是从字体开始。", tags: [tag("中文")], image: picture(3) }),
	card({ slug: "arabic", title: "الخط العربي على الشاشة: ملاحظات من الهامش", lang: "ar", dir: "rtl", date: "2025-07-11", excerpt: "ليست الحروف العربية حروفًا لاتينية مقلوبة الاتجاه، بل نظام كامل له إيقاعه ومسافاته.", tags: [tag("العربية")] }),
	card({ slug: "long-title", title: "On the surprisingly long and occasionally tedious history of the footnote, from marginal gloss to hyperlink, with some remarks on why it refuses to die", date: "2024-12-24", excerpt: "Notes wandered from the margin to the foot of the page to the end of the book, and then the web lost them.", tags: [tag("History"), tag("Notes")], authors: [ada, jun], image: picture(4) }),
	card({ slug: "ink", title: "Ink, paper, light", date: "2024-06-01", excerpt: "Three materials and what each of them does to black.", image: picture(5) }),
];
cards.forEach((c, i) => Object.assign(c, { index: i, is_first: i === 0, is_last: i === cards.length - 1 }));

const tagCounts = [["Craft", 48], ["Books", 31], ["Engineering", 27], ["History", 12], ["Notes", 9],
	["Deutsch", 7], ["Photography", 5], ["A rather long tag name that wraps", 3], ["中文", 2], ["العربية", 1]]
	.map(([name, count]) => ({ ...tag(name), count, count_label: count === 1 ? "1 post" : `${count} posts` }));

function site(t) {
	const link = (label, url, more = {}) => ({ label, url, current: false, children: [], has_children: false, ...more });
	return { title: "The Folded Page", tagline: "Notes on type, paper and software", lang: "en", dir: "ltr",
		description: "Essays on the making of books and of the programs that make them, published now and then since 2009.",
		url: "/", year: 2025, logo: null, cover: null,
		nav: [link("Essays", "/tag/essays", { current: true }), link("About", "/about", { has_children: true,
			children: [link("The press", "/about/press"), link("Contact", "/about/contact")] }), link("Archive", "/archive")],
		has_nav: true,
		nav_second: [link("Imprint", "/imprint"), link("Privacy", "/privacy")], has_nav_second: true,
		social: [{ name: "mastodon", label: "Mastodon", url: "https://social.example/@press" }], has_social: true,
		search_url: "/search", archive_url: "/archive", feed_url: "/feed.xml", rss_url: "/rss.xml",
		json_feed_url: "/feed.json", copyright: "© 2009–2025 The Folded Page", tags: tagCounts, has_tags: true };
}

const pager = { page: 2, pages: 12, label: "Page 2 of 12", prev_url: "/", next_url: "/page/3", first_url: "/", last_url: "/page/12",
	has_numbers: true,
	numbers: [1, 2, 3, 0, 12].map((n) => ({ n, url: `/page/${n}`, current: n === 2, gap: n === 0 })) };

const toc = `<ol><li><a href="#setting-the-text">Setting the text</a><ol><li><a href="#lists">Lists</a></li><li><a href="#tables">Tables and figures</a></li></ol></li><li><a href="#code">Code</a></li><li><a href="#everything-else">Everything else that a renderer may emit</a></li></ol>`;

function post(values) {
	return { ...card(values), content: values.content, caption: values.caption ?? null, toc_html: values.toc ?? null,
		summary: values.summary ?? null, updated: values.updated ? date(values.updated) : null,
		prev: values.prev ?? null, next: values.next ?? null, has_around: Boolean(values.prev ?? values.next),
		related: values.related ?? [], has_related: Boolean(values.related),
		translations: values.translations ?? [], has_translations: Boolean(values.translations),
		word_count: 1234, markdown_url: "/a-post.md", is_page: false, parent: null,
		breadcrumbs: values.breadcrumbs ?? [], has_breadcrumbs: Boolean(values.breadcrumbs),
		children: values.children ?? [], has_children: Boolean(values.children), has_code: values.has_code ?? false };
}

const rich = post({ slug: "margins", title: "In praise of wide margins", date: "2025-11-03", updated: "2025-11-09", image: picture(1, 2000, 1100),
	summary: "A margin is not what is left over. It is the part of the page that belongs to the reader.",
	caption: "The valley before the press moved in. <em>Drawing by the author.</em>", authors: [ada, jun], tags: [tag("Craft"), tag("Books"), tag("History")],
	content, toc, has_code: true, prev: cards[1], next: cards[6], related: [cards[2], cards[3], cards[7]],
	translations: [{ lang: "de", name: "Deutsch", url: "/de/raender" }, { lang: "ar", name: "العربية", url: "/ar/margins" }] });

const years = [2025, 2024, 2023].map((year, i) => ({ year, url: `/archive/${year}`, count: 12, count_label: "12 posts", current: false, has_months: i < 2,
	months: i > 1 ? [] : [["11", "November"], ["7", "July"]].map(([n, name]) => ({ name, url: `/archive/${year}/${n}`, count: 3, count_label: "3 posts",
		has_posts: true, posts: cards.slice(i * 3, i * 3 + 3) })) }));

const sections = tagCounts.slice(0, 3).map((s, i) => ({ ...s, has_posts: true, posts: cards.slice(i * 2, i * 2 + 4) }));

function list(values) { return { posts: cards, has_posts: true, featured: [], has_featured: false, sections: [], has_sections: false, pager: null, ...values }; }

/* Every state: template, and what differs from the common values. `lang` picks the phrases. */
export const states = {
	"home": { kind: "home", ...list({ featured: [cards[0]], has_featured: true, posts: cards.slice(1), sections, has_sections: true, pager: { ...pager, page: 1, prev_url: null, label: "Page 1 of 12", numbers: pager.numbers.map((n) => ({ ...n, current: n.n === 1 })) } }) },
	"home-plain": { kind: "home", ...list({ posts: cards.map((c) => ({ ...c, image: null, has_image: false })) }) },
	"home-2": { kind: "home", ...list({ pager }) },
	"home-empty": { kind: "home", ...list({ posts: [], has_posts: false }) },
	"home-compact": { kind: "home", theme: { home: "compact", masthead: "bold", columns: "two" }, ...list({ pager }) },
	"home-cards": { kind: "home", theme: { home: "cards", masthead: "plain", columns: "four", accent: "#ffe600" }, ...list({ featured: [cards[6], cards[1]], has_featured: true, sections, has_sections: true, pager }) },
	"post": { kind: "post", post: rich },
	"post-sans": { kind: "post", theme: { typeface: "sans", initial: true, accent: "#00c8ff", sidebar: false }, post: rich },
	"post-plain": { kind: "post", post: post({ slug: "small-caps", title: "Small capitals", content: plain, tags: [], authors: [], next: cards[2], reading_time: "1 min read" }) },
	"post-initial": { kind: "post", theme: { initial: true }, post: post({ slug: "ink", title: cards[6].title, content: plain + plain + plain, tags: tagCounts.concat(tagCounts.map((t) => ({ ...t, name: `${t.name} again` }))), prev: cards[6] }) },
	"post-german": { kind: "post", lang: "de", post: post({ ...cards[2], date: "2025-10-02", content: german, toc: '<ol><li><a href="#trennung">Silbentrennung</a></li></ol>' }) },
	"post-chinese": { kind: "post", pageLang: "zh", post: post({ ...cards[4], date: "2025-08-30", content: chinese }) },
	"post-arabic": { kind: "post", pageLang: "ar", pageDir: "rtl", siteLang: "ar", post: post({ ...cards[5], date: "2025-07-11", content: arabic, prev: cards[5], next: cards[0], has_code: true, toc: '<ol><li><a href="#alhamish">الهامش</a></li></ol>' }) },
	"page": { kind: "page", post: { ...post({ slug: "about", title: "About the press", content: pageText, breadcrumbs: [{ title: "Home", url: "/" }, { title: "About", url: "/about" }], children: cards.slice(0, 3) }), is_page: true } },
	"page-wide": { kind: "page", template: "page-wide", post: { ...post({ slug: "table", title: "Specimens", content }), is_page: true, has_code: true } },
	"tag": { kind: "tag", ...list({ pager }), tag: { name: "Craft", url: "/tag/craft", description: "<p>How things are made, and <em>why</em> it matters that they are made well.</p>", image: picture(3, 1800, 700), has_image: true, count: 48, count_label: "48 posts", feed_url: "/tag/craft/feed.xml" } },
	"tag-empty": { kind: "tag", ...list({ posts: [], has_posts: false }), tag: { name: "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz", url: "/tag/x", description: null, image: null, has_image: false, count: 0, count_label: "0 posts", feed_url: null } },
	"author": { kind: "author", ...list({ posts: cards.slice(0, 4) }), author: { ...ada, website: "https://ada.example/", count: 4, count_label: "4 posts", feed_url: "/author/ada/feed.xml" } },
	"archive": { kind: "archive", ...list({ posts: [], has_posts: false }), archive: { title: "Archive", years, has_years: true } },
	"archive-month": { kind: "archive", ...list({ posts: cards.slice(0, 3) }), archive: { title: "Archive: November 2025", has_years: true, years: years.map((y) => ({ ...y, current: y.year === 2025, months: y.months.map((m) => ({ ...m, posts: [], has_posts: false })) })) } },
	"archive-empty": { kind: "archive", ...list({ posts: [], has_posts: false }), archive: { title: "Archive", years: [], has_years: false } },
	"search": { kind: "search", ...list({ posts: cards.slice(0, 4).map((c) => ({ ...c, snippet: "… the part of the page that belongs to the reader, where a <mark>margin</mark> is not what is left over but what was <mark>margin</mark>al …" })) }), search: { query: "margin", has_query: true, count: 4, count_label: "4 posts found", corrected: null, corrected_url: null, message: "4 posts found" } },
	"search-start": { kind: "search", ...list({ posts: [], has_posts: false }), search: { query: "", has_query: false, count: 0, count_label: "", corrected: null, corrected_url: null, message: null } },
	"search-none": { kind: "search", ...list({ posts: [], has_posts: false }), search: { query: "qwertzuiop", has_query: true, count: 0, count_label: "0 posts", corrected: null, corrected_url: null, message: "No posts match “qwertzuiop”. Try fewer or different words." } },
	"search-corrected": { kind: "search", ...list({ posts: cards.slice(0, 2) }), search: { query: "mragin", has_query: true, count: 2, count_label: "2 posts found", corrected: "margin", corrected_url: "/search?q=margin", message: "No posts match “mragin”. These match “margin”." } },
	"password": { kind: "password", post: { title: "Letters from the archive", url: "/letters" }, form: { action: "/letters", token: "c0ffee", failed: null } },
	"password-failed": { kind: "password", lang: "de", post: null, form: { action: "/", token: "c0ffee", failed: "Dieses Passwort stimmt nicht. Bitte versuchen Sie es noch einmal." } },
	"error-404": { kind: "error", error: { status: 404, title: "Page not found", message: "There is nothing at this address. Perhaps a search finds it.", request_id: "7f3a9c21", search_url: "/search" } },
	"error-503": { kind: "error", notice: "Scheduled maintenance tonight from ten to eleven.", error: { status: 503, title: "Back in a moment", message: "This site is being worked on and will be back shortly.", request_id: "7f3a9c22", search_url: null } },
};

const kinds = ["home", "post", "page", "tag", "author", "archive", "search", "password", "error"];

/* The whole value tree of one state. `theme` are the theme's default settings, `asset` its files,
 * `phrases` the catalogues by language. */
export function values(name, { theme, asset, phrases, head }) {
	const state = states[name];
	const t = phrases[state.lang ?? "en"];
	const settings = { ...theme, ...state.theme };
	for (const key of Object.keys(settings))
		if (typeof settings[key] === "string") settings[`${key}_is_${settings[key]}`] = true;
	const where = { ...site(t), lang: state.siteLang ?? state.lang ?? "en", dir: state.siteLang === "ar" ? "rtl" : "ltr" };
	const flags = Object.fromEntries(kinds.map((k) => [`is_${k}`, k === state.kind]));
	const title = state.post?.title ?? state.tag?.name ?? state.error?.title ?? where.title;
	return { lang: state.pageLang ?? state.lang ?? "en", dir: state.pageDir ?? "ltr", ...flags, code_foot: "", notice: null, site: where,
		asset, t, ...state, theme: settings, head: head(title, settings) };
}
