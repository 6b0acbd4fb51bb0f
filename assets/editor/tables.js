/* tables.js: pasted tables as Markdown has them: a first row that names the columns, cells of one line, and each in
 * one row and one column. */

const SPAN_MAX = 50;
const each = (root, selector, act) => { for (const element of [...root.querySelectorAll(selector)]) act(element); };
const unwrap = (element) => element.replaceWith(...element.childNodes);

function renamed(element, name) {
	const made = element.ownerDocument.createElement(name);
	made.append(...element.childNodes);
	element.replaceWith(made);
	return made;
}

/* A frame around the text is no table. */
function frameToText(table) {
	each(table, "td, th", (cell) => { if (cell.closest("table") === table) renamed(cell, "div"); });
	each(table, "tbody, thead, tr, colgroup, caption", unwrap);
	unwrap(table);
}

/* A table in a cell is what stands in it. */
function innerToText(table) {
	each(table, "td, th", (cell) => cell.append(" "));
	each(table, "td, th, tbody, thead, tfoot, tr, caption", unwrap);
	unwrap(table);
}

/* A cell that covers others stands in the first of them, and the others are empty. */
function spread(table) {
	const due = []; /* of each column: how many rows more a cell above covers */
	for (const row of [...table.rows]) {
		let column = 0;
		const empty = (before) => row.insertBefore(table.ownerDocument.createElement(row.querySelector("td") ? "td" : "th"), before);
		for (let cell = row.cells[0] ?? null; cell || due[column] > 0; column++) {
			if (due[column] > 0) {
				due[column]--;
				empty(cell);
				continue;
			}
			const wide = Math.min(cell.colSpan, SPAN_MAX), high = Math.min(cell.rowSpan || SPAN_MAX, SPAN_MAX), next = cell.nextElementSibling;
			cell.removeAttribute("colspan");
			cell.removeAttribute("rowspan");
			for (let n = 0; n < wide; n++) {
				due[column + n] = high - 1;
				if (n > 0) empty(next);
			}
			column += wide - 1;
			cell = next;
		}
	}
}

function toOneLine(cell) {
	const [first] = cell.querySelectorAll("li");
	each(cell, "li", (item) => item.prepend(item === first ? " " : "; "));
	each(cell, "hr", (rule) => rule.remove());
	each(cell, "pre code", unwrap);
	each(cell, "pre", (pre) => renamed(pre, "code"));
	each(cell, "br", (line) => line.replaceWith(" "));
	each(cell, "p, div, h1, h2, h3, h4, h5, h6", (part) => part.append(" "));
	each(cell, "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, section, article", unwrap);
}

export function tablesToPlain(root) {
	for (const table of [...root.querySelectorAll("table")].reverse()) {
		const first = table.querySelector("tr");
		if (table.parentElement?.closest("table")) { innerToText(table); continue; }
		if (!first || first.cells.length < 2 && table.rows.length < 2) { frameToText(table); continue; }
		each(table, "colgroup, col", (element) => element.remove());
		if (!table.querySelector("th")) for (const cell of [...first.cells]) {
			const { colSpan, rowSpan } = cell, head = renamed(cell, "th");
			Object.assign(head, { colSpan, rowSpan });
		}
		spread(table);
		each(first, "strong", unwrap);
		each(table, "td, th", toOneLine);
	}
}
