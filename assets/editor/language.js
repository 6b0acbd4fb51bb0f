/* language.js: Markdown as the site renders it: GitHub's, with footnotes. */

import { syntaxTree, ensureSyntaxTree, Language } from "@codemirror/language";
import { commonmarkLanguage, markdownLanguage } from "@codemirror/lang-markdown";
import { tags } from "@lezer/highlight";
import { GFM } from "@lezer/markdown";

const OPEN = 91, CLOSE = 93, CARET = 94, COLON = 58, PARSE_MS = 50;

/* [^name] in a line, and [^name]: at the beginning of one. */
const footnotes = {
	defineNodes: [{ name: "FootnoteReference", style: tags.labelName }],
	parseInline: [{
		name: "FootnoteReference",
		before: "Link",
		parse(cx, next, start) {
			if (next !== OPEN || cx.char(start + 1) !== CARET) return -1;
			let end = start + 2;
			for (let char = cx.char(end); char !== CLOSE; char = cx.char(++end))
				if (char < 0 || char <= 32 || char === OPEN || end >= cx.end) return -1;
			if (end === start + 2) return -1;
			return cx.addElement(cx.elt("FootnoteReference", start, end + (cx.char(end + 1) === COLON ? 2 : 1)));
		},
	}],
};

/* The data of CodeMirror's own: by it its commands know that they are in Markdown. */
const language = new Language(markdownLanguage.data, commonmarkLanguage.parser.configure([GFM, footnotes]), [], "markdown");
export const dialect = language.extension;

/* The tree at least up to `to`, or as much of it as there is time for. */
export function treeOf(state, to) {
	return ensureSyntaxTree(state, to, PARSE_MS) ?? syntaxTree(state);
}

/* The innermost node of these names around a range; null when there is none. */
export function around(state, { from, to }, ...names) {
	const tree = treeOf(state, to);
	for (const side of [1, -1])
		for (let node = tree.resolveInner(side > 0 ? from : to, side); node; node = node.parent)
			if (names.includes(node.name) && node.from <= from && node.to >= to) return node;
	return null;
}

export function inCode(state, range) {
	return around(state, range, "FencedCode", "CodeBlock", "InlineCode", "CommentBlock", "HTMLBlock") !== null;
}
