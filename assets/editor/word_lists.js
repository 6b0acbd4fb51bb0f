/* word_lists.js: Word's lists, which are paragraphs with a mark in front, as lists.
 *
 * <p class=MsoListParagraph style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">a.<span> </span></span>Text</p>
 */

import { styleOf } from "./styles.js";

const level = (element) => Number(/mso-list:[^;]*\blevel(\d)/i.exec(styleOf(element))?.[1] ?? 0);

/* Takes the mark out of an item; tells whether it counts. */
function takeMark(element) {
	const mark = [...element.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
	const text = mark?.textContent.trim() ?? "";
	mark?.remove();
	return { isOrdered: /^\(?(?:\d+|[a-z]|[ivxlc]+)[.)]/i.test(text), start: /^\d+/.test(text) ? Number.parseInt(text, 10) : 1 };
}

export function listsOfWord(root) {
	let open = []; /* the lists that the item before was in, outermost first */
	let last = null;
	for (const element of [...root.querySelectorAll("p")]) {
		const depth = level(element);
		if (!depth) continue;
		const { isOrdered, start } = takeMark(element), document = element.ownerDocument;
		if (!last || element.previousElementSibling !== last) open = [];
		open.length = Math.min(open.length, depth);
		let list = open[depth - 1];
		if (!list) {
			list = document.createElement(isOrdered ? "ol" : "ul");
			if (isOrdered && start !== 1) list.setAttribute("start", String(start));
			const above = open.at(-1)?.lastElementChild;
			if (above) above.append(list);
			else element.before(list);
			while (open.length < depth) open.push(list); /* a level that was skipped */
		}
		const item = document.createElement("li");
		item.append(...element.childNodes);
		list.append(item);
		element.remove();
		last = open[0];
	}
}
