/* html.js: HTML of word processors and web pages to Markdown. Fetched when something formatted is pasted. */

import { tables, strikethrough } from "@joplin/turndown-plugin-gfm";
import TurndownService from "turndown";
import { clean } from "./clean.js";
import { keepStyles } from "./styles.js";

function service() {
	const made = new TurndownService({ headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*" });
	made.use([tables, strikethrough]);
	made.addRule("strikethrough", { filter: ["del", "s", "strike"], replacement: (content) => content.trim() ? `~~${content}~~` : "" });
	made.addRule("item", {
		filter: "li",
		replacement(content, node) {
			const list = node.parentNode, at = [...list.children].indexOf(node);
			const mark = list.nodeName === "OL" ? `${(Number(list.getAttribute("start")) || 1) + at}. ` : "- ";
			const lines = content.trim().replace(/\n{2,}(?=\s*(?:[-*+]|\d+\.)\s)/g, "\n").replace(/\n(?=.)/g, `\n${" ".repeat(mark.length)}`);
			return `${mark}${lines}${node.nextElementSibling ? "\n" : ""}`;
		},
	});
	made.addRule("checkbox", { filter: (node) => node.nodeName === "INPUT" && node.type === "checkbox", replacement: (content, node) => node.checked ? "[x] " : "[ ] " });
	made.addRule("raised", { filter: ["sub", "sup"], replacement: (content, { localName }) => content.trim() ? `<${localName}>${content}</${localName}>` : "" });
	made.addRule("footnote", { filter: (node) => node.dataset?.footnote !== undefined, replacement: (content, node) => `[^${node.dataset.footnote}]` });
	made.addRule("footnoteText", {
		filter: (node) => node.dataset?.footnoteText !== undefined,
		replacement: (content, node) => `\n\n[^${node.dataset.footnoteText}]: ${content.trim().replace(/\n(?=[^\n])/g, "\n    ")}\n\n`,
	});
	return made;
}

let turndown = null;

/* "" when nothing is left of it. The document that it is read into loads and runs nothing. */
export function toMarkdown(html) {
	const { body } = new DOMParser().parseFromString(keepStyles(html), "text/html");
	clean(body);
	turndown ??= service();
	return turndown.turndown(body).replace(/^[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
}
