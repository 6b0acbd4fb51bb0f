/* desk.js: what every page of the admin has: going anywhere by a few letters, and messages that can be put away. */

const PAUSE_MS = 120;
const palette = document.getElementById("palette"), input = palette.querySelector("input");
const list = palette.querySelector("ul"), said = palette.querySelector("[role=status]");
let timer = 0, asking = null, at = 0, from = null;

/* --- going anywhere --- */

const options = () => [...list.querySelectorAll("[role=option]")];

function point(to) {
	const all = options();
	at = all.length ? (to + all.length) % all.length : 0;
	for (const [i, option] of all.entries()) option.setAttribute("aria-selected", String(i === at));
	input.setAttribute("aria-activedescendant", all[at]?.id ?? "");
	all[at]?.scrollIntoView({ block: "nearest" });
}

function show({ actions, posts }) {
	list.replaceChildren(...[...actions, ...posts].map(({ label, url, hint }, i) => {
		const item = document.createElement("li"), option = document.createElement("a"), name = document.createElement("span");
		item.setAttribute("role", "presentation");
		option.id = `palette-${i}`;
		option.setAttribute("role", "option");
		option.href = url;
		option.tabIndex = -1;
		name.textContent = label;
		name.dir = "auto";
		option.append(name);
		if (hint) {
			const state = document.createElement("span");
			state.className = "palette-hint";
			state.textContent = hint;
			option.append(" ", state);
		}
		item.append(option);
		return item;
	}));
	const n = list.children.length;
	said.textContent = n ? palette.dataset.count.replace("{n}", n) : palette.dataset.none;
	said.classList.toggle("unseen", n > 0);
	point(0);
}

async function ask() {
	asking?.abort();
	const mine = asking = new AbortController();
	try {
		const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(input.value)}`, { signal: mine.signal, redirect: "error" });
		if (!answer.ok) throw new Error(answer.statusText);
		const found = await answer.json();
		if (!mine.signal.aborted) show(found);
	} catch {
		if (mine.signal.aborted) return;
		said.textContent = palette.dataset.wrong;
		said.classList.remove("unseen");
	}
}

function open() {
	if (palette.open) return palette.close();
	from = document.activeElement;
	input.value = "";
	palette.showModal();
	ask();
}

palette.addEventListener("close", () => { asking?.abort(); from?.focus?.(); });
palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
input.addEventListener("keydown", (event) => {
	if (event.isComposing) return;
	const steps = { ArrowDown: 1, ArrowUp: -1 };
	if (event.key in steps) point(at + steps[event.key]);
	else if (event.key === "Enter") options()[at]?.click();
	else return;
	event.preventDefault();
});

/* In a post's text the same key makes a link. */
document.addEventListener("keydown", (event) => {
	if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.isComposing || event.key.toLowerCase() !== "k") return;
	if (event.defaultPrevented || event.target.closest?.(".cm-editor, textarea.text") || document.querySelector("dialog[open]:not(#palette)")) return;
	event.preventDefault();
	open();
});
for (const button of document.querySelectorAll("[data-palette]")) {
	button.hidden = false;
	if (/Mac|iP/.test(navigator.platform)) button.querySelector("kbd").textContent = "⌘ K";
	button.addEventListener("click", open);
}

/* --- messages --- */

/* They stay until somebody puts them away or leaves the page. */
for (const message of document.querySelectorAll(".done")) {
	const button = document.createElement("button");
	button.type = "button";
	button.className = "quiet hide";
	button.textContent = "×";
	button.setAttribute("aria-label", palette.dataset.hide);
	button.addEventListener("click", () => message.remove());
	message.append(button);
}
