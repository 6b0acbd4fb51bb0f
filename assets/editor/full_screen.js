/* full_screen.js: the text alone on the screen. */

import { EditorView, keymap } from "@codemirror/view";

export const isFullScreen = () => document.body.classList.contains("is-writing");

export function toggleFullScreen(view) {
	const on = document.body.classList.toggle("is-writing");
	/* Its tool shows it, too. */
	view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
	if (on) view.focus();
	return true;
}

/* Escape leaves it, as everything that fills the screen. */
export const fullScreen = keymap.of([{ key: "Escape", run: (view) => isFullScreen() && toggleFullScreen(view) }]);
