/* scroll.js: tells which line of the text is uppermost, for the preview beside it, and shows the one that the
 * preview is at. */

import { EditorView, ViewPlugin } from "@codemirror/view";

/* The event "line" of the field: its detail is the number of the line at the upper edge, with the part of it
 * that is above; 0 while the text begins below it. The event "platen:show" asks for such a line to be shown, until it
 * asks for null: heights of lines that were never seen are guesses, and become better when one comes near. */
export function followed(field) {
	return ViewPlugin.fromClass(class {
		constructor(view) {
			this.view = view;
			this.due = 0;
			this.wanted = null;
			this.show = ({ detail }) => { this.wanted = detail; this.go(); };
			this.note = () => { this.due ||= requestAnimationFrame(() => this.tell()); };
			addEventListener("scroll", this.note, { passive: true, capture: true });
			addEventListener("resize", this.note);
			field.addEventListener("platen:show", this.show);
		}
		tell() {
			this.due = 0;
			this.go();
			const { view } = this, top = Math.max(0, edge() - view.documentTop);
			const block = view.lineBlockAtHeight(top), { number } = view.state.doc.lineAt(block.from);
			const part = Math.min(1, Math.max(0, (top - block.top) / block.height));
			const line = edge() > view.documentTop ? number + part : 0;
			field.dispatchEvent(new CustomEvent("line", { detail: { line, isEnd: atEnd() } }));
		}
		go() {
			if (!this.wanted) return;
			const { line, isEnd } = this.wanted, { view } = this, { doc } = view.state, { scrollY } = window;
			const number = Math.min(doc.lines, Math.max(1, Math.floor(line))), block = view.lineBlockAt(doc.line(number).from);
			const top = scrollY + view.documentTop + block.top + Math.min(1, line - number) * block.height - stuck();
			const end = scrollY + view.documentTop + view.contentHeight - innerHeight;
			const to = Math.round(line < 1 ? 0 : isEnd ? Math.max(top, end) : top);
			if (Math.abs(to - scrollY) > 1) scrollTo({ top: to, behavior: "instant" });
		}
		update(update) { if (update.docChanged || update.geometryChanged) this.note(); }
		destroy() {
			removeEventListener("scroll", this.note, { capture: true });
			removeEventListener("resize", this.note);
			field.removeEventListener("platen:show", this.show);
			cancelAnimationFrame(this.due);
		}
	});
}

/* The line that is written in is never behind the tools, nor behind the preview where that covers the lower half. */
export const uncovered = EditorView.scrollMargins.of(() => {
	const pane = document.getElementById("preview");
	return { top: stuck(), bottom: pane && pane.offsetWidth >= innerWidth ? pane.offsetHeight : 0 };
});

/* Below what sticks to the top of the page. */
function edge() {
	return document.getElementById("editor-tools").getBoundingClientRect().bottom;
}

/* Where that will be once the text is scrolled. */
function stuck() {
	return document.getElementById("editor-tools").offsetHeight;
}

function atEnd() {
	const page = document.scrollingElement;
	return page.scrollTop > 0 && page.scrollTop + page.clientHeight >= page.scrollHeight - 2;
}
