/* marks.js: what stands within a line: bold, italic, code, links, images. */

import { snippet } from "@codemirror/autocomplete";
import { EditorSelection } from "@codemirror/state";
import { around } from "./language.js";

const block = /^\s*(?:>\s?|#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+)*/;
export const isAddress = (text) => /^(?:https?:\/\/|mailto:)\S+$/i.test(text);

/* The parts of a range that marks can go around: of each line what is not its block's mark. */
function pieces(state, { from, to }) {
	const found = [];
	for (let at = from; at <= to;) {
		const line = state.doc.lineAt(at), begin = line.from + block.exec(line.text)[0].length;
		const first = Math.max(from, Math.min(begin, to)), last = Math.min(to, line.to);
		const text = state.sliceDoc(first, last), inner = text.trim();
		if (inner) found.push({ from: first + text.indexOf(inner), to: first + text.indexOf(inner) + inner.length });
		at = line.to + 1;
	}
	return found;
}

function settle(state, changes, range, inside) {
	const set = state.changes(changes);
	return { changes, range: EditorSelection.range(set.mapPos(range.from, inside), set.mapPos(range.to, -inside)) };
}

function unwrap(state, node, range) {
	const { firstChild: first, lastChild: last } = node;
	return settle(state, [{ from: first.from, to: first.to }, { from: last.from, to: last.to }], range, 1);
}

/* With nothing chosen the word at the cursor; without a word the marks alone, and those that were just put
 * there go again. */
function wrap(state, mark, range) {
	const target = range.empty ? state.wordAt(range.head) : range;
	if (target) {
		const changes = pieces(state, target).flatMap(({ from, to }) => [{ from, insert: mark }, { from: to, insert: mark }]);
		return settle(state, changes, range, 1);
	}
	const { head } = range, n = mark.length;
	if (state.sliceDoc(head - n, head) === mark && state.sliceDoc(head, head + n) === mark)
		return { changes: { from: head - n, to: head + n }, range: EditorSelection.cursor(head - n) };
	return { changes: { from: head, insert: mark + mark }, range: EditorSelection.cursor(head + n) };
}

export function toggleMark(name, mark) {
	return (view) => {
		const { state } = view;
		view.dispatch(state.update(state.changeByRange((range) => {
			const node = around(state, range, name);
			return node ? unwrap(state, node, range) : wrap(state, mark, range);
		}), { userEvent: "input", scrollIntoView: true }));
		return true;
	};
}

/* `mark` is "!" of an image or "". In a link there is already, its address is chosen. */
export function link(mark) {
	return (view) => {
		const { state } = view, range = state.selection.main, text = state.sliceDoc(range.from, range.to);
		const address = around(state, range, mark ? "Image" : "Link")?.getChild("URL");
		if (address) {
			view.dispatch({ selection: { anchor: address.from, head: address.to }, scrollIntoView: true });
		} else if (!text) {
			snippet(`${mark}[#{}](#{https://})`)(view, null, range.from, range.to);
		} else {
			const url = isAddress(text) ? text : "https://", label = isAddress(text) ? "" : text;
			const before = `${mark}[${label}](`, at = range.from + before.length;
			view.dispatch({ changes: { ...{ from: range.from, to: range.to }, insert: `${before}${url})` },
				selection: label ? { anchor: at, head: at + url.length } : { anchor: range.from + mark.length + 1 },
				userEvent: "input", scrollIntoView: true });
		}
		return true;
	};
}
