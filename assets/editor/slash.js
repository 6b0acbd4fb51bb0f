/* slash.js: the menu of blocks: "/" at the beginning of a line. */

import { commands } from "./commands.js";
import { inCode } from "./language.js";

/* The slash and what was typed behind it go; the block comes. One step to undo both would hide the slash from
 * those who wanted it: it stays a step of its own. */
function option(entry) {
	const { do: name, mark, also = "" } = entry.dataset, label = entry.textContent.trim();
	return {
		label: `${label} ${also}`, displayLabel: label, detail: mark,
		apply(view, completion, from, to) {
			view.dispatch({ changes: { from: from - 1, to }, userEvent: "input.complete" });
			commands[name].run(view);
		},
	};
}

/* `blocks`: the <template> that names them. */
export function slashMenu(blocks) {
	const options = [...blocks.content.children].map((entry, i) => ({ ...option(entry), boost: -i }));
	return (context) => {
		const typed = context.matchBefore(/^\s*\/[\p{L}\p{N}]*/u);
		if (!typed || inCode(context.state, { from: context.pos, to: context.pos })) return null;
		return { from: typed.from + typed.text.indexOf("/") + 1, options, validFor: /^[\p{L}\p{N}]*$/u };
	};
}
