/* clean.js: takes from pasted HTML what word processors add, and makes elements of what they say by styles. */

import { declared, styleOf } from "./styles.js";
import { tablesToPlain } from "./tables.js";
import { listsOfWord } from "./word_lists.js";

const dropped = "x-script, x-style, meta, link, title, template, noscript, svg, button, select, textarea, iframe, object, embed, xml";
const blocks = "p, div, ul, ol, table, h1, h2, h3, h4, h5, h6, blockquote, pre, hr, section, article";
const monospaced = /^["']?(?:courier|consolas|menlo|monaco|source code|lucida console|monospace|[\w -]*\bmono\b)/i;

/* What the style of an element makes of its text; undefined where it says nothing of it. */
const meanings = [
	["strong", (style) => style["font-weight"] && (/^bold/.test(style["font-weight"]) || Number(style["font-weight"]) >= 600)],
	["em", (style) => style["font-style"] && /^(?:italic|oblique)/.test(style["font-style"])],
	["del", (style) => style["text-decoration"] && style["text-decoration"].includes("line-through")],
	["code", (style) => style["font-family"] && monospaced.test(style["font-family"])],
	["sup", (style) => style["vertical-align"] && style["vertical-align"] === "super"],
	["sub", (style) => style["vertical-align"] && style["vertical-align"] === "sub"],
];
const names = { b: "strong", strong: "strong", i: "em", em: "em", del: "del", s: "del", strike: "del", code: "code", tt: "code", kbd: "code", samp: "code" };

const each = (root, selector, act) => { for (const element of [...root.querySelectorAll(selector)]) act(element); };
const unwrap = (element) => element.replaceWith(...element.childNodes);
const bare = (text) => text.replace(/[\s\u00a0\u200b\ufeff]/g, "");

function renamed(element, name) {
	const made = element.ownerDocument.createElement(name);
	made.append(...element.childNodes);
	element.replaceWith(made);
	return made;
}

function dropWhatIsNotSaid(root) {
	const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT), comments = [];
	while (walker.nextNode()) comments.push(walker.currentNode);
	for (const comment of comments) comment.remove();
	each(root, dropped, (element) => element.remove());
	each(root, "[data-style]", (element) => { if (/display:\s*none|mso-hide:\s*all/i.test(styleOf(element))) element.remove(); });
	each(root, "*", (element) => { if (element.localName.includes(":")) unwrap(element); }); /* <o:p> */
}

/* Word's paragraphs that are bold or italic as a whole, unless something in them says otherwise. */
function blocksToElements(root) {
	each(root, "p, td, th", (block) => {
		const style = declared(block);
		for (const [name, says] of meanings.slice(0, 2)) {
			if (!says(style) || [...block.querySelectorAll("[data-style]")].some((element) => says(declared(element)) === false)) continue;
			if (block.closest("h1, h2, h3, h4, h5, h6") || block.querySelector("p, table, li")) continue;
			const made = block.ownerDocument.createElement(name);
			made.append(...block.childNodes);
			block.append(made);
		}
	});
}

/* <span style="font-weight:700"> is <strong>; <b style="font-weight:normal">, which Google wraps all in, is nothing. */
function stylesToElements(root) {
	each(root, "span, font, b, strong, i, em, s, strike, del, u, ins, tt, kbd, samp, a, code", (element) => {
		if (element.closest("pre")) return;
		const face = element.getAttribute("face")?.toLowerCase();
		const style = { ...face && { "font-family": face }, ...declared(element) }, own = names[element.localName], wanted = new Set(own ? [own] : []);
		for (const [name, says] of meanings) {
			const said = says(style);
			if (said) wanted.add(name);
			else if (said === false) wanted.delete(name);
		}
		for (const name of [...wanted].reverse()) {
			const made = element.ownerDocument.createElement(name);
			made.append(...element.childNodes);
			element.append(made);
		}
		if (element.localName !== "a" && !element.dataset.footnote) unwrap(element);
	});
	each(root, ":is(h1, h2, h3, h4, h5, h6, pre) strong, pre :is(em, del), strong strong, em em, del del, code code, sup sup, sub sub", unwrap);
	each(root, "sup", (element) => { if (bare(element.textContent) === element.querySelector("[data-footnote]")?.textContent) unwrap(element); });
	each(root, "pre", (element) => {
		if (element.querySelector("code")) return;
		const made = element.ownerDocument.createElement("code");
		made.append(...element.childNodes);
		element.append(made);
	});
}

/* Marks that touch become one: <b>a</b><b>b</b>; and what is empty goes. */
function joinMarks(root) {
	each(root, "strong, em, del, code", (element) => {
		while (element.nextSibling?.localName === element.localName) {
			element.append(...element.nextSibling.childNodes);
			element.nextSibling.remove();
		}
		if (!bare(element.textContent) && !element.querySelector("img, input")) unwrap(element);
	});
}

function links(root) {
	each(root, "a", (element) => {
		const href = element.getAttribute("href") ?? "";
		const google = /^https:\/\/www\.google\.[a-z.]+\/url\?/.test(href) ? new URL(href).searchParams.get("q") : null;
		if (google) element.setAttribute("href", google);
		element.removeAttribute("title");
		if (!/^(?:https?:|mailto:|tel:|\/|#)/i.test(google ?? href) || !bare(element.textContent) && !element.querySelector("img")) unwrap(element);
		else if (/^#_(?:Toc|Hlk|Ref)|^#heading=|^#bookmark=/.test(href)) unwrap(element);
	});
}

/* Pictures on the writer's own disk cannot be shown: what they show stays as text. */
function images(root) {
	each(root, "img", (element) => {
		const src = element.getAttribute("src") ?? "", alt = element.getAttribute("alt") ?? "";
		if (!/^(?:https?:)?\/\//i.test(src)) element.replaceWith(alt);
		else if (element.width === 1 || element.height === 1) element.remove();
		else element.removeAttribute("title");
	});
}

/* Word's: <a href="#_ftn1" name="_ftnref1">[1]</a> and, where the text is, <div id="ftn1"> with a link back to
 * "#_ftnref1"; "edn" of endnotes. Google's go to "#ftnt1" and "#ftnt_ref1", LibreOffice's to "#sdfootnote1sym" and
 * "#sdfootnote1anc". */
function noteOf(href) {
	const [, word, back, n] = /#_?(ftnt?|edn)(_?ref)?_?(\d+)$/.exec(href) ?? [];
	if (n) return { isBack: Boolean(back), label: word === "edn" ? `e${n}` : n };
	const [, kind, number, end] = /#sd(foot|end)note(\d+)(sym|anc)$/.exec(href) ?? [];
	return number ? { isBack: end === "anc", label: kind === "end" ? `e${number}` : number } : null;
}

function footnotes(root) {
	each(root, "a[href*='#']", (element) => {
		const note = noteOf(element.getAttribute("href"));
		if (!note) return;
		if (!note.isBack) {
			const made = element.ownerDocument.createElement("span");
			made.dataset.footnote = note.label;
			made.textContent = note.label;
			(element.closest("sup") ?? element).replaceWith(made);
			return;
		}
		const text = element.parentElement.closest("[id^=ftn], [id^=edn], [id^=sdfootnote], [id^=sdendnote]") ?? element.closest("p, div");
		element.remove();
		if (!text || text.dataset.footnoteText) return;
		for (const block of [text, text.parentElement])
			if (block.previousElementSibling?.localName === "hr") block.previousElementSibling.remove();
		renamed(text, "div").dataset.footnoteText = note.label;
	});
	each(root, "hr[align=left][width='33%']", (element) => element.remove());
}

/* A list directly in a list belongs to the item before it; items are one paragraph, not one in another. */
function lists(root) {
	each(root, ":is(ul, ol) > :is(ul, ol)", (element) => {
		const before = element.previousElementSibling;
		if (before?.localName === "li") before.append(element);
	});
	each(root, "li", (element) => {
		if (element.getAttribute("role") === "checkbox") {
			const box = element.ownerDocument.createElement("input");
			box.type = "checkbox";
			if (element.getAttribute("aria-checked") === "true") box.setAttribute("checked", "");
			each(element, ":scope > img, :scope > div > img", (picture) => picture.remove());
			(element.querySelector("p") ?? element).prepend(box);
		}
		const paragraphs = element.querySelectorAll(":scope > p, :scope > div");
		if (paragraphs.length === 1) unwrap(paragraphs[0]);
	});
}

function wordParagraphs(root) {
	each(root, "p.MsoTitle", (element) => renamed(element, "h1"));
	each(root, "p.MsoSubtitle", (element) => renamed(element, "h2"));
	each(root, "p.MsoQuote, p.MsoIntenseQuote", (element) => {
		const quote = element.ownerDocument.createElement("blockquote");
		element.before(quote);
		quote.append(element);
	});
}

function emptyBlocks(root) {
	each(root, "p, h1, h2, h3, h4, h5, h6, div, li, blockquote", (element) => {
		if (!bare(element.textContent) && !element.querySelector("img, input, hr, table")) element.remove();
	});
	each(root, "br", (element) => { /* Google's, between blocks; Word's, at an end */
		const beside = [element.previousSibling, element.nextSibling].map((node, i) =>
			node?.nodeType === Node.TEXT_NODE && !bare(node.data) ? i ? node.nextSibling : node.previousSibling : node);
		if (beside.some((node) => !node || node.matches?.(blocks))) element.remove();
	});
}

function spaces(root) {
	const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	while (walker.nextNode())
		walker.currentNode.data = walker.currentNode.data.replace(/[\u200b\u00ad\ufeff]/g, "").replace(/\u00a0+/g, (run) => run.length > 1 ? " " : "\u00a0");
}

export function clean(root) {
	footnotes(root);
	listsOfWord(root);
	dropWhatIsNotSaid(root);
	wordParagraphs(root);
	lists(root);
	images(root);
	links(root);
	blocksToElements(root);
	stylesToElements(root);
	joinMarks(root);
	tablesToPlain(root);
	emptyBlocks(root);
	spaces(root);
}
