/* column.js: the column beside a text: whether an address is free, tags that are known, how the post looks elsewhere. */

const form = document.querySelector("form.edit[data-autosave]");
const fields = form.elements, field = (name) => fields.namedItem(name);
const given = (name) => field(name)?.value.trim() ?? "";

function after(ms, work) {
	let timer = 0;
	return () => { clearTimeout(timer); timer = setTimeout(work, ms); };
}

/* The newest question alone is answered. */
function asking(url) {
	let sent = null;
	return async (query) => {
		sent?.abort();
		sent = new AbortController();
		try {
			const res = await fetch(`${url}?${new URLSearchParams(query)}`, { signal: sent.signal, redirect: "error" });
			return res.ok ? await res.json() : null;
		} catch {
			return null;
		}
	};
}

/* --- the address --- */

const slug = field("slug"), slugState = document.getElementById("slug-state");
const askAddress = asking(slug.dataset.address);

async function checkAddress() {
	const query = Object.fromEntries(["slug", "title", "kind", "parent", "tags"].map((name) => [name, given(name)]));
	if (!query.slug && !query.title) { slugState.textContent = ""; return; }
	const answer = await askAddress(query);
	if (!answer) return;
	const words = answer.problem ? [answer.problem, answer.slug ? `${slug.dataset.instead} ${answer.slug}` : ""] : [slug.dataset.free, answer.url];
	slugState.textContent = words.join(" ").trim();
	slugState.classList.toggle("wrong", Boolean(answer.problem));
	slug.toggleAttribute("aria-invalid", Boolean(answer.problem));
	if (answer.url && !answer.problem) document.querySelector("[data-look-url]").textContent = answer.url;
}
const addressLater = after(300, () => void checkAddress());
for (const name of ["slug", "title", "kind", "parent"]) field(name)?.addEventListener("input", addressLater);

/* --- tags: a combobox as the ARIA authoring practices have it, for the name that the cursor is in --- */

const tags = field("tags"), askTags = asking(tags.dataset.complete), options = document.createElement("ul");
let active = -1;
options.id = "tags-options";
options.className = "options";
options.hidden = true;
options.setAttribute("role", "listbox");
options.setAttribute("aria-label", tags.dataset.label);
tags.after(options);
for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", options.id], ["aria-expanded", "false"]])
	tags.setAttribute(name, value);

function part() {
	const from = tags.value.lastIndexOf(",", tags.selectionStart - 1) + 1, end = tags.value.indexOf(",", tags.selectionStart);
	return { from, to: end < 0 ? tags.value.length : end };
}

function mark(at) {
	active = at;
	[...options.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
	if (at < 0) tags.removeAttribute("aria-activedescendant");
	else tags.setAttribute("aria-activedescendant", options.children[at].id);
}

function show(names) {
	options.replaceChildren(...names.map((name, n) => {
		const option = document.createElement("li");
		option.id = `tags-option-${n}`;
		option.setAttribute("role", "option");
		option.textContent = name;
		return option;
	}));
	mark(-1);
	options.hidden = names.length === 0;
	tags.setAttribute("aria-expanded", String(!options.hidden));
}

function take(name) {
	const { from, to } = part(), before = tags.value.slice(0, from).trimEnd(), rest = tags.value.slice(to);
	tags.value = `${before}${before ? " " : ""}${name}${rest || ", "}`;
	const at = tags.value.length - (rest ? rest.length : 0);
	tags.setSelectionRange(at, at);
	show([]);
	tags.dispatchEvent(new Event("input", { bubbles: true }));
}

async function complete() {
	const { from, to } = part(), q = tags.value.slice(from, to).trim();
	const answer = q && document.activeElement === tags ? await askTags({ q }) : null;
	const there = tags.value.split(",").map((name) => name.trim().toLowerCase());
	show((answer?.tags ?? []).filter((name) => !there.includes(name.toLowerCase())));
}

tags.addEventListener("input", after(150, () => void complete()));
tags.addEventListener("blur", () => show([]));
tags.addEventListener("keydown", (event) => {
	const count = options.children.length;
	if (options.hidden || event.isComposing) return;
	if (event.key === "ArrowDown") mark((active + 1) % count);
	else if (event.key === "ArrowUp") mark((active + count - (active < 0 ? 0 : 1)) % count);
	else if (event.key === "Enter" && active >= 0) take(options.children[active].textContent);
	else if (event.key === "Escape") show([]);
	else return;
	event.preventDefault();
});
options.addEventListener("mousedown", (event) => {
	event.preventDefault(); /* the field keeps the focus */
	if (event.target.role === "option" || event.target.localName === "li") take(event.target.textContent);
});

/* --- the post that this one is a translation of: found by its words, taken by its address --- */

const original = field("translation_of"), askPosts = asking(original.dataset.posts);
original.addEventListener("input", after(200, async () => {
	const q = original.value.trim();
	if (!q || q.startsWith("/")) return;
	const answer = await askPosts({ q, but: original.dataset.but });
	original.list.replaceChildren(...(answer?.posts ?? []).map(({ value, label }) => {
		const option = new Option("", value);
		/* Browsers offer what has the typed words in it, which may stand in the text alone. */
		option.label = label.toLowerCase().includes(q.toLowerCase()) ? label : `${label} (${q})`;
		return option;
	}));
}));

/* --- how it looks elsewhere --- */

function cut(text, most) {
	const letters = [...text.replace(/\s+/g, " ").trim()];
	return letters.length > most ? `${letters.slice(0, most).join("").trimEnd()}…` : letters.join("");
}

function look() {
	const search = document.querySelector("[data-look=search]"), share = document.querySelector("[data-look=share]");
	const part = (of, name) => of.querySelector(`[data-look-${name}]`);
	const headline = given("seo_title") || given("title"), site = part(search, "title").dataset.site;
	const description = given("seo_description") || given("excerpt") || part(search, "text").dataset.otherwise;
	part(search, "title").textContent = headline === site || !headline ? site : `${headline} – ${site}`;
	part(search, "text").textContent = cut(description, 160);
	part(share, "title").textContent = given("social_title") || headline;
	part(share, "text").textContent = cut(given("social_description") || description, 160);
	for (const counter of document.querySelectorAll("[data-counts]"))
		counter.textContent = [...field(counter.dataset.counts).value].length;
}
form.addEventListener("input", look);

/* --- one more row when the last one is used --- */

function oneMore(event) {
	const rows = event.target.closest("[data-rows], .names");
	const last = rows?.lastElementChild;
	if (!last?.contains(event.target) || !event.target.value || rows.children.length > 200) return;
	const copies = last.matches("input") ? [last.previousElementSibling, last] : [last];
	for (const element of copies) {
		const copy = element.cloneNode(true);
		for (const input of [copy, ...copy.querySelectorAll("input, textarea")]) {
			if ("value" in input) input.value = "";
			if (input.localName === "textarea") input.textContent = "";
		}
		for (const name of ["id", "for"])
			if (copy.hasAttribute(name)) copy.setAttribute(name, copy.getAttribute(name).replace(/\d+$/, (n) => Number(n) + 1));
		if (copy.localName === "label") copy.textContent = copy.textContent.replace(/\d+$/, (n) => Number(n) + 1);
		rows.append(copy);
	}
}
form.addEventListener("input", oneMore);

/* --- to a line of the text: an editor in its place may take over --- */

document.querySelector(".report")?.addEventListener("click", (event) => {
	const line = Number(event.target.dataset.line), text = field("markdown");
	if (!line) return;
	event.preventDefault();
	if (!text.dispatchEvent(new CustomEvent("platen:line", { detail: { line }, cancelable: true }))) return;
	const lines = text.value.split("\n"), from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
	text.focus();
	text.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
	text.scrollIntoView({ block: "start" });
});
