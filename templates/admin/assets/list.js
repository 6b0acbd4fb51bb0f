/* list.js: a list of posts or files: picking rows, and keys. Without it the list is a plain form. */

const form = document.querySelector("[data-list]"), help = document.getElementById("keys");
const KEY = "platen-list-keys";
let rows, boxes, last = null;

function look() {
	rows = form ? [...form.querySelectorAll(".pick-row")] : [];
	boxes = rows.map((row) => row.querySelector(".pick")).filter(Boolean);
}
look();

/* --- picking --- */

const all = form?.querySelector("[data-all]"), said = form?.querySelector("[data-picked]");
const action = form?.elements.namedItem("action");

function tell() {
	const n = boxes.filter((box) => box.checked).length;
	all.checked = n > 0 && n === boxes.length;
	all.indeterminate = n > 0 && n < boxes.length;
	form.classList.toggle("has-picks", n > 0);
	said.textContent = said.dataset.picked.replace("{n}", n);
}

/* With Shift, all between this one and the one before become as this one is. */
function pick(box, range) {
	const from = boxes.indexOf(last), to = boxes.indexOf(box);
	if (range && from >= 0)
		for (const one of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
	last = box;
	tell();
}

function fields() {
	for (const field of form.querySelectorAll("[data-for]"))
		field.hidden = !field.dataset.for.split(" ").includes(action.value);
}

if (boxes.length) {
	all.closest("label").hidden = false;
	form.addEventListener("click", (event) => {
		if (boxes.includes(event.target)) pick(event.target, event.shiftKey);
	});
	all.addEventListener("change", () => {
		for (const box of boxes) box.checked = all.checked;
		tell();
	});
	action.addEventListener("change", fields);
	fields();
	tell();
	said.textContent = "";
	document.addEventListener("platen:listed", () => { /* live.js: there are more rows */
		look();
		tell();
	});
}

/* --- keys --- */

const keysOn = () => { try { return localStorage.getItem(KEY) !== "off"; } catch { return true; } };
const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const rowOf = (target) => rows.indexOf(target.closest?.(".pick-row"));

function move(from, step) {
	const row = rows[Math.max(0, Math.min(rows.length - 1, from < 0 ? 0 : from + step))];
	row?.querySelector(".entry-title, .media-name").focus();
	row?.scrollIntoView({ block: "nearest" });
}

/* How many stand beside each other: in a grid the arrows lead in four directions. */
function columns() {
	const n = rows.findIndex((row) => row.offsetTop > rows[0].offsetTop);
	return n > 0 ? n : 1;
}

/* The arrows only where a row has the focus: elsewhere they scroll. */
function wayOf(key) {
	const n = columns(), ahead = getComputedStyle(document.body).direction === "rtl" ? -1 : 1;
	return { j: 1, k: -1, ArrowDown: n, ArrowUp: -n, ...(n > 1 ? { ArrowRight: ahead, ArrowLeft: -ahead } : {}) }[key];
}

function act(event) {
	const at = rowOf(event.target), way = wayOf(event.key);
	if (way && rows.length && (at >= 0 || event.key.length === 1)) {
		move(at, way);
	} else if (event.key === "x" && rows[at]?.querySelector(".pick")) {
		const box = rows[at].querySelector(".pick");
		box.checked = !box.checked;
		pick(box, false);
	} else if (event.key === "/") {
		const search = document.getElementById("q");
		search.focus();
		search.select();
	} else if (event.key === "?") {
		help.showModal();
	} else {
		return;
	}
	event.preventDefault();
}

document.addEventListener("keydown", (event) => {
	const free = !event.defaultPrevented && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
	if (free && !isTyping(event.target) && !document.querySelector("dialog[open]") && (keysOn() || event.key === "?")) act(event);
});

/* Who speaks to the browser, or whose keys stick, can do without. */
const choice = help.querySelector("[data-keys]");
choice.checked = keysOn();
choice.addEventListener("change", () => {
	try { localStorage.setItem(KEY, choice.checked ? "on" : "off"); } catch { /* for this page alone */ }
});
