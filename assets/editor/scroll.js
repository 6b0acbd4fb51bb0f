/* scroll.js: tells which line of the text is uppermost, for the preview beside it. */

import { ViewPlugin } from "@codemirror/view";

/* The event "line" of the field: its detail is the number of the line at the upper edge, with the part of it
 * that is above; 0 while the text begins below it. */
export function followed(field) {
	return ViewPlugin.fromClass(class {
		constructor(view) {
			this.view = view;
			this.due = 0;
			this.note = () => { this.due ||= requestAnimationFrame(() => this.tell()); };
			addEventListener("scroll", this.note, { passive: true, capture: true });
			addEventListener("resize", this.note);
		}
		tell() {
			this.due = 0;
			const { view } = this, top = Math.max(0, edge() - view.documentTop);
			const block = view.lineBlockAtHeight(top), { number } = view.state.doc.lineAt(block.from);
			const part = Math.min(1, Math.max(0, (top - block.top) / block.height));
			const line = edge() > view.documentTop ? number + part : 0;
			field.dispatchEvent(new CustomEvent("line", { detail: { line, isEnd: atEnd() } }));
		}
		update(update) { if (update.docChanged || update.geometryChanged) this.note(); }
		destroy() {
			removeEventListener("scroll", this.note, { capture: true });
			removeEventListener("resize", this.note);
			cancelAnimationFrame(this.due);
		}
	});
}

/* Below what sticks to the top of the page. */
function edge() {
	return document.getElementById("editor-tools").getBoundingClientRect().bottom;
}

function atEnd() {
	const page = document.scrollingElement;
	return page.scrollTop > 0 && page.scrollTop + page.clientHeight >= page.scrollHeight - 2;
}
