/* look.js: names for what stands in the text; editor.css says how each looks. */

import { HighlightStyle, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const spans = HighlightStyle.define([
	...[1, 2, 3, 4, 5, 6].map((level) => ({ tag: tags[`heading${level}`], class: "md-heading" })),
	{ tag: tags.heading, class: "md-strong" },
	{ tag: tags.strong, class: "md-strong" },
	{ tag: tags.emphasis, class: "md-emphasis" },
	{ tag: tags.strikethrough, class: "md-deleted" },
	{ tag: tags.monospace, class: "md-code" },
	{ tag: tags.link, class: "md-link" },
	{ tag: tags.url, class: "md-url" },
	{ tag: tags.string, class: "md-url" },
	{ tag: tags.labelName, class: "md-label" },
	{ tag: tags.comment, class: "md-comment" },
	{ tag: tags.atom, class: "md-task" },
	{ tag: tags.processingInstruction, class: "md-mark" },
	{ tag: tags.contentSeparator, class: "md-mark" },
]);

const blocks = {
	FencedCode: "md-code-line", CodeBlock: "md-code-line", Blockquote: "md-quote-line", Table: "md-table-line",
	HTMLBlock: "md-html-line", CommentBlock: "md-html-line",
};
const lineOf = new Map();
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function lineDecoration(name, isRight) {
	const key = `${name} ${isRight}`;
	if (!lineOf.has(key)) lineOf.set(key, Decoration.line({ class: name || undefined, attributes: isRight ? { dir: "auto" } : undefined }));
	return lineOf.get(key);
}

/* Classes of lines that belong to a block, of what is to be seen. */
function decorate(view) {
	const builder = new RangeSetBuilder();
	for (const { from, to } of view.visibleRanges) {
		const classes = new Map();
		syntaxTree(view.state).iterate({ from, to, enter(node) {
			const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name);
			const name = heading ? `md-heading-line md-heading-${heading[1]}` : blocks[node.name];
			if (!name) return;
			const end = Math.min(node.to, to);
			for (let line = view.state.doc.lineAt(Math.max(node.from, from)); ; line = view.state.doc.lineAt(line.to + 1)) {
				classes.set(line.from, [classes.get(line.from), name].filter(Boolean).join(" "));
				if (line.to >= end) break;
			}
		} });
		for (let line = view.state.doc.lineAt(from); ; line = view.state.doc.lineAt(line.to + 1)) {
			const name = classes.get(line.from) ?? "", isRight = rightToLeft.test(line.text);
			if (name || isRight) builder.add(line.from, line.from, lineDecoration(name, isRight));
			if (line.to >= to) break;
		}
	}
	return builder.finish();
}

const lines = ViewPlugin.fromClass(class {
	constructor(view) { this.decorations = decorate(view); }
	update(update) {
		if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state))
			this.decorations = decorate(update.view);
	}
}, { decorations: (plugin) => plugin.decorations });

export const look = [syntaxHighlighting(spans), lines, EditorView.editorAttributes.of({ class: "editor" })];
