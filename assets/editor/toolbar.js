/* toolbar.js: the tools above the text: one stop of Tab, arrows among them; and their keys. */

import { ViewPlugin } from "@codemirror/view";

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const keysOf = (button) => (button.dataset.keys ?? "").split(" ").filter(Boolean);

/* "Mod-Shift-7" as it is written on keys here: Ctrl+Shift+7 or ⇧⌘7. */
function keyName(keys, { dataset }) {
	const parts = keys.split("-"), last = parts.pop(), name = last === "Enter" ? "↵" : last.toUpperCase();
	if (isMac) return [...parts.map((part) => ({ Mod: "⌘", Shift: "⇧", Alt: "⌥" })[part]).sort().reverse(), name].join("");
	return [...parts.map((part) => ({ Mod: dataset.ctrl, Shift: dataset.shift, Alt: "Alt" })[part]), name].join("+");
}

function ariaKeys(keys) {
	return keys.replace("Mod", isMac ? "Meta" : "Control").replaceAll("-", "+");
}

/* Those of the menu of blocks come first: its "Heading" is always one of the second level. */
export function toolKeys(tools, blocks, commands) {
	return [...blocks.content.children, ...tools.querySelectorAll("[data-do]")].flatMap((button) =>
		keysOf(button).map((key) => ({ key, run: commands[button.dataset.do].run, preventDefault: true })));
}

/* Only one of them is a stop of Tab: the one that was used last. */
function rove(tools, buttons) {
	const stop = (button) => { for (const each of buttons) each.tabIndex = each === button ? 0 : -1; };
	stop(buttons[0]);
	tools.addEventListener("focusin", (event) => stop(event.target.closest("[data-do]")));
	tools.addEventListener("keydown", (event) => {
		const at = buttons.indexOf(document.activeElement), back = getComputedStyle(tools).direction === "rtl" ? 1 : -1;
		const to = { ArrowLeft: at + back, ArrowRight: at - back, Home: 0, End: buttons.length - 1 }[event.key];
		if (to === undefined || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
		event.preventDefault();
		buttons.at(to % buttons.length).focus();
	});
}

function press(buttons, commands, state) {
	for (const button of buttons) {
		const { is } = commands[button.dataset.do];
		if (is) button.setAttribute("aria-pressed", String(is(state)));
	}
}

export function toolbar(tools, commands) {
	const buttons = [...tools.querySelectorAll("[data-do]")];
	for (const button of buttons) {
		const [keys] = keysOf(button);
		button.dataset.tip = button.getAttribute("aria-label") + (keys ? ` (${keyName(keys, tools)})` : "");
		if (keys) button.setAttribute("aria-keyshortcuts", ariaKeys(keys));
	}
	rove(tools, buttons);
	return ViewPlugin.define((view) => {
		let due = 0;
		/* The text keeps its selection and its cursor while a tool is pressed. */
		tools.addEventListener("mousedown", (event) => { if (event.target.closest("[data-do]")) event.preventDefault(); });
		tools.addEventListener("click", (event) => {
			const button = event.target.closest("[data-do]");
			if (!button) return;
			commands[button.dataset.do].run(view);
			view.focus();
		});
		return {
			update() {
				due ||= requestAnimationFrame(() => {
					due = 0;
					press(buttons, commands, view.state);
				});
			},
		};
	});
}
