/* main.js: the editor: takes the place of the field that the page has for the text, and keeps it in step. */

import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { deleteMarkupBackward, insertNewlineContinueMarkupCommand } from "@codemirror/lang-markdown";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { indentItem, outdentItem } from "./blocks.js";
import { commands } from "./commands.js";
import { counted } from "./count.js";
import { settled, stand } from "./field.js";
import { fullScreen } from "./full_screen.js";
import { dialect } from "./language.js";
import { look } from "./look.js";
import { richPaste } from "./paste.js";
import { followed, uncovered } from "./scroll.js";
import { slashMenu } from "./slash.js";
import { toolbar, toolKeys } from "./toolbar.js";

const field = document.getElementById("markdown"), tools = document.getElementById("editor-tools");
const blocks = document.getElementById("editor-blocks");

/* What CodeMirror says by itself, in the page's language. */
function phrases({ dataset }) {
	return {
		"Completions": dataset.blocks, "Selection deleted": dataset.deleted, "Control character": dataset.control,
		"Find": dataset.find, "Replace": dataset.replace, "next": dataset.next, "previous": dataset.previous,
		"match case": dataset.matchCase, "regexp": dataset.regexp, "by word": dataset.byWord, "replace": dataset.replace,
		"replace all": dataset.replaceAll, "close": dataset.close, "current match": dataset.match, "on line": dataset.onLine,
		"replaced match on line $": dataset.replacedOne, "replaced $ matches": dataset.replacedAll,
	};
}

/* Lists go on with Enter, and Tab leaves the text as it leaves any field, but for list items, which it moves;
 * after Escape it leaves those, too. */
const writing = keymap.of([
	{ key: "Enter", run: insertNewlineContinueMarkupCommand({ nonTightLists: false }) },
	{ key: "Backspace", run: deleteMarkupBackward },
	{ key: "Tab", run: indentItem, shift: outdentItem },
]);

function extensions(label) {
	const nonce = document.querySelector("script[data-editor]")?.nonce;
	return [
		nonce ? EditorView.cspNonce.of(nonce) : [],
		EditorState.phrases.of(phrases(tools)),
		EditorState.allowMultipleSelections.of(false),
		EditorView.lineWrapping,
		EditorView.perLineTextDirection.of(true),
		EditorView.contentAttributes.of({
			"aria-labelledby": label.id, "aria-describedby": "editor-leave", spellcheck: "true", autocorrect: "on",
			autocapitalize: "sentences", writingsuggestions: "true",
		}),
		placeholder(field.placeholder),
		history(), dialect, look, search({ top: true }),
		autocompletion({ override: [slashMenu(blocks)], icons: false, interactionDelay: 0,
			tooltipClass: () => "editor-blocks", closeOnBlur: true, defaultKeymap: false }),
		Prec.high(keymap.of(completionKeymap)),
		fullScreen, richPaste(tools), counted(document.getElementById("editor-count"), tools), followed(field), uncovered,
		Prec.high(keymap.of(toolKeys(tools, blocks, commands))), toolbar(tools, commands),
		writing, keymap.of([...historyKeymap, ...searchKeymap, ...defaultKeymap]),
	];
}

if (field && tools) {
	await settled(field);
	stand(field, tools, extensions);
}
