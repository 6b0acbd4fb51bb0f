/* commands.js: what the tools, their keys and the menu of blocks do, by the names that the page gives them. */

import { around } from "./language.js";
import { cycleHeading, headingLevel, insertFootnote, insertMore, insertRule, insertTable, setHeading, toggleCodeBlock,
	toggleList, toggleQuote } from "./blocks.js";
import { link, toggleMark } from "./marks.js";
import { toggleFullScreen, isFullScreen } from "./full_screen.js";

const tools = document.getElementById("editor-tools");
const at = (name) => (state) => around(state, state.selection.main, name) !== null;
const inList = (name, task) => (state) => {
	const item = around(state, state.selection.main, "ListItem");
	return item?.parent.name === name && Boolean(item.getChild("Task")) === task;
};

/* Whether the page has a library to choose a picture from. */
const chooses = () => !document.getElementById("markdown").dispatchEvent(new CustomEvent("platen:choose", { cancelable: true }));

/* run(view): the command; is(state): whether its tool is pressed. */
export const commands = {
	bold: { run: toggleMark("StrongEmphasis", "**"), is: at("StrongEmphasis") },
	italic: { run: toggleMark("Emphasis", "*"), is: at("Emphasis") },
	strike: { run: toggleMark("Strikethrough", "~~"), is: at("Strikethrough") },
	code: { run: toggleMark("InlineCode", "`"), is: at("InlineCode") },
	link: { run: link("") },
	image: { run: (view) => chooses() || link("!")(view) },
	heading: { run: cycleHeading, is: (state) => headingLevel(state) > 0 },
	heading1: { run: setHeading(1) },
	heading2: { run: setHeading(2) },
	heading3: { run: setHeading(3) },
	heading4: { run: setHeading(4) },
	quote: { run: toggleQuote, is: at("Blockquote") },
	list: { run: toggleList("list"), is: inList("BulletList", false) },
	ordered: { run: toggleList("ordered"), is: inList("OrderedList", false) },
	task: { run: toggleList("task"), is: inList("BulletList", true) },
	codeblock: { run: toggleCodeBlock, is: at("FencedCode") },
	table: { run: insertTable(tools?.dataset.column) },
	footnote: { run: insertFootnote },
	rule: { run: insertRule },
	more: { run: insertMore },
	full: { run: toggleFullScreen, is: isFullScreen },
};
