/* choose.js: the dialog in which a picture of the library is chosen, for a field or for the text, or uploaded. Without it
 * an address is written by hand. */

import { begin as beginUploads, captionOf, insert, keepWords, picture } from "./upload.js";

const PAUSE_MS = 250;
/* It comes into the page when it is asked for. */
const dialog = document.getElementById("chooser-template").content.firstElementChild.cloneNode(true), says = dialog.dataset;
const text = document.getElementById("markdown");
const part = (name) => dialog.querySelector(`[data-${name}]`);
const finder = part("find"), search = finder.querySelector("input"), grid = part("grid"), state = part("state"), more = part("more");
const wording = part("wording"), words = wording.querySelector("input"), take = part("take");
/* `before`: where the next page begins, 0: there is none; `asked` names the newest question, which alone is answered. */
let items = [], at = -1, before = 0, asked = 0, wanted = null;

/* --- the pictures --- */

function option(item) {
	const node = document.createElement("li"), image = document.createElement(item.thumb ? "img" : "div"), name = document.createElement("span");
	Object.assign(image, { src: item.thumb, alt: item.alt, loading: "lazy", decoding: "async" });
	Object.assign(name, { textContent: item.name, dir: "auto" });
	node.id = `choice-${item.id}`;
	node.setAttribute("role", "option");
	node.append(image, name);
	return node;
}

/* What is in its place already has words of its own there. */
const wordsOf = (item) => (item && item.address === wanted?.current && wanted.said) || (item?.alt ?? "");

function mark(to) {
	at = Math.min(items.length - 1, to);
	[...grid.children].forEach((node, n) => node.setAttribute("aria-selected", String(n === at)));
	grid.children[at]?.scrollIntoView({ block: "nearest" });
	if (at < 0) grid.removeAttribute("aria-activedescendant");
	else grid.setAttribute("aria-activedescendant", grid.children[at].id);
	words.value = wordsOf(items[at]);
	take.disabled = at < 0;
}

function tell(phrase) {
	state.textContent = phrase;
	if (!items.length && document.activeElement === grid) search.focus();
	grid.hidden = !items.length;
}

function clear() {
	items = [];
	grid.replaceChildren();
	mark(-1);
}

async function load(fresh) {
	const mine = ++asked, q = search.value.trim();
	const query = new URLSearchParams({ kind: "image", q, before: fresh ? 0 : before });
	const answer = await fetch(`${says.url}?${query}`, { redirect: "error" }).then((res) => (res.ok ? res.json() : null), () => null);
	if (mine !== asked) return;
	if (!answer) { tell(says.wrong); return; }
	if (fresh) clear();
	items.push(...answer.items);
	wanted.was ??= answer.items.find(({ address }) => address === wanted.current);
	grid.append(...answer.items.map(option));
	before = answer.before;
	more.hidden = !before;
	tell(items.length ? "" : q ? says.none : says.empty);
}

/* The first of them, whether it is new or was there already. */
function add(item) {
	const there = items.findIndex(({ id }) => id === item.id);
	if (there >= 0) {
		items.splice(there, 1);
		grid.children[there].remove();
	}
	items.unshift(item);
	grid.prepend(option(item));
	tell("");
	mark(0);
	(wording.hidden || item.alt ? grid : words).focus();
}

/* --- choosing --- */

function open(purpose) {
	wanted = purpose;
	search.value = "";
	wording.hidden = !wanted.words;
	if (!dialog.isConnected) {
		document.querySelector("main").append(dialog);
		beginUploads(part("uploads"));
	}
	dialog.showModal();
	clear(); /* what was there the last time may be old */
	more.hidden = true;
	state.textContent = "";
	grid.hidden = false;
	grid.focus();
	void load(true).then(() => mark(items.findIndex(({ address }) => address === wanted.current)));
}

/* Words that a picture had none of are kept with it; who may not do that has them in the own text. */
function choose() {
	const item = items[at], alt = words.value.trim();
	if (!item) return;
	if (wanted.words && alt && !item.alt && alt !== wordsOf(item)) void keepWords(item, alt);
	dialog.close();
	wanted.done(item, alt, wanted.was);
}

function columns() {
	const [first, ...rest] = grid.children, n = rest.findIndex((node) => node.offsetTop > first.offsetTop);
	return n < 0 ? items.length : n + 1;
}

function press(event) {
	const ahead = getComputedStyle(grid).direction === "rtl" ? -1 : 1, row = at < 0 ? 1 : columns();
	const to = { ArrowRight: at + ahead, ArrowLeft: at - ahead, ArrowDown: at + row, ArrowUp: at < row ? at : at - row, Home: 0, End: items.length - 1 }[event.key];
	if (event.ctrlKey || event.altKey || event.metaKey) return;
	if (to !== undefined && to >= items.length && before) void load(false).then(() => mark(to));
	else if (to !== undefined) mark(Math.max(0, to));
	else if (event.key === "Enter") choose();
	else if (event.key.length === 1 && event.key !== " ") return search.focus(); /* which gets the letter */
	else return;
	event.preventDefault();
}

grid.addEventListener("keydown", press);
grid.addEventListener("click", (event) => {
	const n = [...grid.children].indexOf(event.target.closest("li"));
	if (n >= 0) mark(n);
});
grid.addEventListener("dblclick", (event) => { if (event.target.closest("li")) choose(); });
take.addEventListener("click", choose);
more.addEventListener("click", () => {
	const next = items.length;
	grid.focus();
	void load(false).then(() => mark(next));
});
words.addEventListener("keydown", (event) => {
	if (event.key !== "Enter" || event.isComposing) return;
	event.preventDefault();
	choose();
});

let timer = 0;
search.addEventListener("input", () => {
	clearTimeout(timer);
	timer = setTimeout(() => void load(true), PAUSE_MS);
});
search.addEventListener("keydown", (event) => {
	if (event.key !== "ArrowDown" || !items.length) return;
	event.preventDefault();
	grid.focus();
	mark(Math.max(0, at));
});
finder.addEventListener("submit", (event) => {
	event.preventDefault();
	clearTimeout(timer);
	void load(true);
});
dialog.addEventListener("platen:uploaded", ({ detail: item }) => {
	if (item.kind === "image") add(item);
	else tell(says.noPicture);
});

/* --- for a field: what is chosen is shown, and can be taken out --- */

function set(field, value) {
	field.value = value;
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function begin(box) {
	const field = document.getElementById(box.dataset.picture), alt = document.getElementById(box.dataset.words ?? "");
	const ways = box.querySelector(".picture-ways"), remove = ways.querySelector("[data-remove]");
	const caption = document.getElementById(box.dataset.caption ?? "");
	let address = field.value, brought = "";
	/* What was typed stays; what came with one picture goes with it. */
	const bring = (text) => {
		if (caption && (!caption.value.trim() || caption.value === brought)) set(caption, text);
		brought = text;
	};
	const show = (url) => {
		box.querySelector("img")?.remove();
		remove.hidden = !field.value;
		address = field.value;
		if (!url) return;
		const image = Object.assign(document.createElement("img"), { src: url, alt: "" });
		image.addEventListener("error", () => image.remove());
		box.prepend(image);
	};
	for (const button of ways.children) button.setAttribute("aria-label", `${button.textContent}: ${field.labels[0].textContent}`);
	ways.hidden = false;
	remove.hidden = !field.value;
	ways.querySelector("[data-choose]").addEventListener("click", () => open({ words: alt, current: field.value, said: alt?.value, done: (item, said, was) => {
		if (was) brought = captionOf(was);
		if (item.address !== field.value) bring(captionOf(item));
		set(field, item.address);
		if (alt) set(alt, said);
		show(item.thumb);
	} }));
	remove.addEventListener("click", () => {
		set(field, "");
		if (alt) set(alt, "");
		bring("");
		field.focus();
	});
	field.addEventListener("change", () => { if (field.value !== address) show(field.value.replace(/^\/(?!\/)/, says.root)); });
	field.addEventListener("input", () => { if (!field.value) show(""); });
}

for (const box of document.querySelectorAll("[data-picture]")) begin(box);

/* --- for the text --- */

const intoText = () => open({ words: true, done: (item, alt) => {
	insert({ text: `${picture(item, alt)}\n` });
	text.focus();
} });

document.querySelector("[data-insert]")?.addEventListener("click", intoText);
/* The editor's own tool asks for it. */
text?.addEventListener("platen:choose", (event) => {
	event.preventDefault();
	intoText();
});
