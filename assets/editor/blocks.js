/* blocks.js: what whole lines are: headings, quotes, lists, code, tables, footnotes. */

import { snippet } from "@codemirror/autocomplete";
import { around } from "./language.js";

const forms = {
	list: { is: /^[-*+]\s+(?!\[[ xX]\]\s)/, mark: () => "- " },
	task: { is: /^[-*+]\s+\[[ xX]\]\s+/, mark: () => "- [ ] " },
	ordered: { is: /^\d+[.)]\s+/, mark: (n) => `${n}. ` },
};
const anyForm = /^(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|#{1,6}\s+)/;
const item = /^(\s*)([-*+]|\d+[.)])(\s+)/;

function chosenLines(state) {
	const lines = [], { from, to } = state.selection.main;
	for (let line = state.doc.lineAt(from); ; line = state.doc.lineAt(line.to + 1)) {
		lines.push(line);
		if (line.to >= to) break;
	}
	const filled = lines.filter((line) => line.text.trim());
	return filled.length ? filled : lines.slice(0, 1);
}

function apply(view, changes) {
	const set = view.state.changes(changes), { anchor, head } = view.state.selection.main;
	view.dispatch({ changes: set, selection: { anchor: set.mapPos(anchor, 1), head: set.mapPos(head, 1) }, userEvent: "input", scrollIntoView: true });
	return true;
}

/* Where the text of a line begins: behind what indents and quotes it. */
function inset(text) {
	return /^(?:\s*>\s?)*\s*/.exec(text)[0].length;
}

/* Lines that are all of this form lose it; otherwise all get it, in place of the one they have. */
export function toggleList(name) {
	return (view) => {
		const lines = chosenLines(view.state), form = forms[name];
		const off = lines.every((line) => form.is.test(line.text.slice(inset(line.text))));
		return apply(view, lines.map((line, i) => {
			const at = inset(line.text), old = anyForm.exec(line.text.slice(at))?.[0] ?? "";
			return { from: line.from + at, to: line.from + at + old.length, insert: off ? "" : form.mark(i + 1) };
		}));
	};
}

export function setHeading(level) {
	return (view) => {
		const lines = chosenLines(view.state), mark = `${"#".repeat(level)} `;
		const off = lines.every((line) => line.text.slice(inset(line.text)).startsWith(mark));
		return apply(view, lines.map((line) => {
			const at = inset(line.text), old = anyForm.exec(line.text.slice(at))?.[0] ?? "";
			return { from: line.from + at, to: line.from + at + old.length, insert: off ? "" : mark };
		}));
	};
}

/* No heading, one of the second level, one of the third, none again. */
export function cycleHeading(view) {
	const level = headingLevel(view.state);
	return setHeading(level === 2 || level === 3 ? 3 : 2)(view);
}

export function headingLevel(state) {
	const { head } = state.selection.main, line = state.doc.lineAt(head);
	return /^#{1,6}(?=\s)/.exec(line.text.slice(inset(line.text)))?.[0].length ?? 0;
}

export function toggleQuote(view) {
	const { state } = view, { from, to } = state.selection.main, lines = [];
	for (let line = state.doc.lineAt(from); ; line = state.doc.lineAt(line.to + 1)) {
		lines.push(line);
		if (line.to >= to) break;
	}
	const off = lines.every((line) => /^\s*>/.test(line.text) || lines.length > 1 && !line.text.trim());
	return apply(view, lines.map((line) => {
		const old = /^\s*>\s?/.exec(line.text)?.[0] ?? "";
		return off ? { from: line.from, to: line.from + old.length } : { from: line.from, insert: "> " };
	}));
}

/* --- items of lists --- */

function step(match) {
	return /\d/.test(match[2]) ? match[2].length + 1 : 2;
}

/* Tab: an item goes below the one before it. False where there is none, so that Tab leaves the text. */
export function indentItem(view) {
	const { state } = view, lines = chosenLines(state), match = item.exec(lines[0].text);
	const before = lines[0].number > 1 ? state.doc.line(lines[0].number - 1).text : "";
	const above = item.exec(before);
	if (!match || !(above ? above[1].length >= match[1].length : /^\s+\S/.test(before))) return false;
	const width = step(above ?? match);
	return apply(view, lines.map((line) => ({ from: line.from, insert: " ".repeat(width) })));
}

export function outdentItem(view) {
	const lines = chosenLines(view.state), match = item.exec(lines[0].text);
	if (!match?.[1]) return false;
	const width = Math.min(match[1].length, /\d/.test(match[2]) ? 3 : 2);
	return apply(view, lines.map((line) => ({ from: line.from, to: line.from + Math.min(width, /^\s*/.exec(line.text)[0].length) })));
}

/* --- blocks of their own --- */

/* Where a new block goes: the blank line that the cursor is in, or below the line it is in; with blank lines
 * around it. */
function place(state) {
	const line = state.doc.lineAt(state.selection.main.to), blank = !line.text.trim();
	const previous = line.number > 1 ? state.doc.line(line.number - 1).text.trim() : "";
	const next = line.number < state.doc.lines ? state.doc.line(line.number + 1).text.trim() : "";
	return { from: blank ? line.from : line.to, to: line.to, before: blank ? previous ? "\n" : "" : "\n\n", after: next ? "\n" : "" };
}

/* `template` as of snippet(): its places are gone through with Tab. */
function insertBlock(template) {
	return (view) => {
		const { from, to, before, after } = place(view.state);
		snippet(before + template + after)(view, null, from, to);
		return true;
	};
}

export const insertRule = insertBlock("---\n\n#{}");
export const insertMore = insertBlock("<!--more-->\n\n#{}");

export const insertTable = (column) =>
	insertBlock(`| #{${column} 1} | #{${column} 2} |\n| --- | --- |\n| #{} | #{} |\n| #{} | #{} |`);

/* Lines that are chosen become code; with nothing chosen an empty block. In a block its fences go. */
export function toggleCodeBlock(view) {
	const { state } = view, { main } = state.selection, fenced = around(state, main, "FencedCode");
	if (fenced) {
		const first = state.doc.lineAt(fenced.from), last = state.doc.lineAt(fenced.to);
		const closed = last.number > first.number && /^\s*(?:```|~~~)/.test(last.text);
		return apply(view, [{ from: first.from, to: Math.min(first.to + 1, state.doc.length) }, ...closed ? [{ from: last.from - 1, to: last.to }] : []]);
	}
	if (main.empty) return insertBlock("```#{}\n#{}\n```")(view);
	const first = state.doc.lineAt(main.from), last = state.doc.lineAt(main.to);
	return apply(view, [{ from: first.from, insert: "```\n" }, { from: last.to, insert: "\n```" }]);
}

/* A number that is not taken, its text at the end, and the cursor there. */
export function insertFootnote(view) {
	const { state } = view, text = state.doc.toString(), { to } = state.selection.main;
	const taken = [...text.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
	const name = `[^${Math.max(0, ...taken) + 1}]`;
	const last = state.doc.line(state.doc.lines).text, end = state.doc.length;
	const gap = /^\[\^[^\]]+\]:/.test(last) ? "\n" : last.trim() || to === end ? "\n\n" : "\n";
	const changes = state.changes([{ from: to, insert: name }, { from: end, insert: `${gap}${name}: ` }]);
	view.dispatch({ changes, selection: { anchor: changes.newLength }, userEvent: "input", scrollIntoView: true });
	return true;
}
