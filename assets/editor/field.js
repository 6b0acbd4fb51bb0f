/* field.js: the form's field and the editor in its place: each has what the other has. */

import { Annotation, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const PAUSE_MS = 400, LARGE_CHARS = 100000, LARGE_PAUSE_MS = 1000;
const fromField = Annotation.define();

/* Somebody may be typing into the field already: the editor comes in a pause, never into the middle of a
 * composition or between two keys. */
export function settled(field) {
	if (document.activeElement !== field) return Promise.resolve();
	return new Promise((resolve) => {
		let timer = 0, composing = false;
		const noted = ["keydown", "input", "compositionstart", "compositionend", "blur"];
		const wait = (event) => {
			if (event?.type === "compositionstart") composing = true;
			if (event?.type === "compositionend" || event?.type === "blur") composing = false;
			clearTimeout(timer);
			if (!composing && !event?.isComposing) timer = setTimeout(done, PAUSE_MS);
		};
		const done = () => {
			for (const name of noted) field.removeEventListener(name, wait);
			resolve();
		};
		for (const name of noted) field.addEventListener(name, wait);
		wait();
	});
}

/* Keeps the field in step. A large text is copied after a pause only, or when somebody asks for the form. */
function outward(field) {
	let view = null, timer = 0;
	const flush = () => {
		clearTimeout(timer);
		timer = 0;
		if (view) field.value = view.state.doc.toString();
	};
	field.form?.addEventListener("formdata", (event) => {
		if (!timer) return;
		flush();
		event.formData.set(field.name, field.value);
	});
	return EditorView.updateListener.of((update) => {
		if (!update.docChanged || update.transactions.some((each) => each.annotation(fromField))) return;
		view = update.view;
		if (view.state.doc.length < LARGE_CHARS) flush();
		else timer ||= setTimeout(flush, LARGE_PAUSE_MS);
		field.dispatchEvent(new InputEvent("input", { bubbles: true }));
	});
}

/* What others put into the field: a script, or the browser that comes back to the page. */
function inward(field, view) {
	const take = (event) => {
		if (event instanceof InputEvent || field.value === view.state.doc.toString()) return;
		view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: field.value }, annotations: fromField.of(true) });
	};
	field.addEventListener("input", take);
	addEventListener("pageshow", take);
}

/* Whatever leads to the field leads to the editor: its label, a link of an error, a script, the browser that
 * finds it invalid. */
function lead(field, label, view) {
	const focus = () => view.focus();
	field.focus = focus;
	field.addEventListener("invalid", focus);
	label.addEventListener("click", focus);
	field.addEventListener("platen:line", (event) => {
		const line = view.state.doc.line(Math.min(event.detail.line, view.state.doc.lines));
		event.preventDefault();
		view.dispatch({ selection: { anchor: line.from, head: line.to }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
		focus();
	});
	/* Text for a place of the window, else where the cursor is; or in the place of a text that is there once. `fit`
	 * makes it suit what is before and behind it. */
	field.addEventListener("platen:insert", (event) => {
		const { instead, at, fit } = event.detail, doc = view.state.doc.toString();
		const found = instead ? doc.indexOf(instead) : -1;
		event.preventDefault();
		if (instead && found < 0) return;
		const range = instead ? { from: found, to: found + instead.length }
			: { from: (at && view.posAtCoords(at)) ?? view.state.selection.main.to };
		const text = fit ? fit(doc.slice(0, range.from), doc.slice(range.from)) : event.detail.text;
		view.dispatch({ changes: { ...range, insert: text }, userEvent: "input.upload",
			selection: instead ? undefined : { anchor: range.from + text.length } });
	});
	addEventListener("click", (event) => {
		if (!event.target.closest?.(`a[href$="#${field.id}"]`)) return;
		event.preventDefault();
		focus();
	});
}

export function stand(field, tools, extensions) {
	const label = field.labels[0], hadFocus = document.activeElement === field;
	const { selectionStart: anchor, selectionEnd: head } = field;
	label.id ||= "markdown-label";
	const state = EditorState.create({ doc: field.value, extensions: [extensions(label), outward(field)] });
	const view = new EditorView({ state });
	/* The form hears of changes from the field alone, not of those in the bar for searching. */
	view.dom.addEventListener("input", (event) => event.stopPropagation());
	field.after(view.dom);
	label.removeAttribute("for");
	field.hidden = true;
	field.removeAttribute("dir"); /* to guess it, Chromium takes seconds each time that a megabyte is put in */
	tools.hidden = false;
	inward(field, view);
	lead(field, label, view);
	view.dispatch({ selection: hadFocus ? { anchor: Math.min(anchor, view.state.doc.length), head: Math.min(head, view.state.doc.length) } : undefined });
	if (hadFocus) view.focus();
	return view;
}
