/* paste.js: what is pasted from word processors and web pages comes as Markdown; an address over words as link. */

import { EditorView, ViewPlugin } from "@codemirror/view";
import { inCode } from "./language.js";
import { isAddress } from "./marks.js";

const HTML_MAX_CHARS = 4 << 20;
/* Of programs that mean their plain text when they give coloured HTML, too. */
const plainOnes = ["vscode-editor-data"];
const formatted = /<(?:a\s|b\b|strong|i\b|em\b|h[1-6]|li\b|table|img|blockquote|pre|code|del|s\b|p\b|div|br|hr|span[^>]+style)/i;

function linked(view, text) {
	const range = view.state.selection.main, chosen = view.state.sliceDoc(range.from, range.to);
	if (range.empty || chosen.includes("\n") || !isAddress(text) || isAddress(chosen) || inCode(view.state, range)) return false;
	view.dispatch({ changes: { from: range.from, to: range.to, insert: `[${chosen}](${text})` },
		selection: { anchor: range.from + chosen.length + text.length + 4 }, userEvent: "input.paste", scrollIntoView: true });
	return true;
}

/* Blocks stand apart from what is before and behind them. */
function fitted({ doc }, { from, to }, text) {
	if (!text.includes("\n") && !/^(?:#{1,6} |[-*+] |\d+\. |> |\|)/.test(text)) return text;
	const before = doc.sliceString(doc.lineAt(from).from, from), after = doc.sliceString(to, doc.lineAt(to).to);
	return (before.trim() ? "\n\n" : "") + text + (after.trim() ? "\n\n" : "");
}

/* Where it goes, while what turns it into Markdown is still on its way. */
const waiting = ViewPlugin.fromClass(class {
	constructor() { this.ranges = new Set(); }
	update({ docChanged, changes }) {
		if (!docChanged) return;
		for (const range of this.ranges) {
			range.from = changes.mapPos(range.from, 1);
			range.to = Math.max(range.from, changes.mapPos(range.to, -1));
		}
	}
});

async function rich(view, html, plain, tools) {
	const { from, to } = view.state.selection.main, range = { from, to }, { ranges } = view.plugin(waiting);
	ranges.add(range);
	let text = plain;
	try {
		const { toMarkdown } = await import("./html.js");
		text = toMarkdown(html) || plain;
	} catch { /* cannot be fetched: what it says is better than nothing */ }
	ranges.delete(range);
	const insert = view.state.toText(fitted(view.state, range, text));
	view.dispatch({ changes: { ...range, insert }, selection: { anchor: range.from + insert.length }, userEvent: "input.paste",
		scrollIntoView: true, effects: text === plain ? [] : EditorView.announce.of(tools.dataset.pasted) });
}

/* Mod-Shift-V: browsers give no HTML then. */
export function richPaste(tools) {
	const paste = (event, view) => {
		const data = event.clipboardData, plain = data?.getData("text/plain") ?? "", html = data?.getData("text/html") ?? "";
		const take = () => { event.preventDefault(); return true; };
		if (view.state.readOnly || !data) return false;
		if (linked(view, plain.trim())) return take();
		if (!html || html.length > HTML_MAX_CHARS || plainOnes.some((type) => data.types.includes(type))) return false;
		if (!formatted.test(html) || inCode(view.state, view.state.selection.main)) return false;
		void rich(view, html, plain, tools);
		return take();
	};
	return [waiting, EditorView.domEventHandlers({ paste })];
}
