/* preview.js: the post as it would look, beside the text, made by the server while it is typed. */

const PAUSE_MS = 350, LINE_PX = 24;
const form = document.querySelector("form.edit"), pane = document.getElementById("preview");
const button = document.querySelector("[data-preview]"), title = form.elements.namedItem("title");
let frame = null, timer = 0, asking = null;
let tookMs = 0; /* to show it the last time: a long text is shown in longer pauses, so that no key waits for it */
let seen = null; /* of the editor: the uppermost line, with the part of it that is above; is it the end? */
/* Which of the two somebody's hand is at: the other one follows, and its own scrolling leads nothing. */
let leader = "text", watched = null;
const hands = ["wheel", "pointerdown", "pointermove", "touchstart", "keydown"];

/* No script runs in it, whatever the text brings along: the frame and the answer both say so. */
function open() {
	frame = document.createElement("iframe");
	frame.name = "preview-frame";
	frame.title = pane.getAttribute("aria-label");
	frame.setAttribute("sandbox", "allow-same-origin");
	pane.append(frame);
	frame.addEventListener("load", () => {
		follow();
		lookBack();
	});
	const { action, target } = form;
	form.action = button.dataset.preview;
	form.target = frame.name;
	form.submit();
	form.action = action;
	form.target = target;
}

function toggle() {
	const on = !frame;
	button.setAttribute("aria-pressed", String(on));
	pane.hidden = !on;
	document.body.classList.toggle("has-preview", on);
	if (on) return open();
	lead("text");
	frame.remove();
	frame = null;
}

const sourceOf = (node) => node.outerHTML ?? node.textContent.trim();
const withoutLines = (source) => source.replace(/ data-line="\d+"/g, "");
const isSame = (was, is) => was === is || withoutLines(was) === withoutLines(is);

function moveLines(old, fresh) {
	const numbered = (block) => [block, ...block.querySelectorAll("[data-line]")], to = numbered(old);
	for (const [i, block] of numbered(fresh).entries())
		if (to[i] && block.hasAttribute("data-line")) to[i].setAttribute("data-line", block.getAttribute("data-line"));
}

/* Only what differs is put in place of what was there: a long page would be laid out anew with each word. */
function renew(place, html) {
	const made = place.ownerDocument.createElement("template");
	made.innerHTML = html;
	const old = [...place.childNodes], fresh = [...made.content.childNodes];
	const was = old.map(sourceOf), is = fresh.map(sourceOf), most = Math.min(was.length, is.length);
	let head = 0, tail = 0;
	while (head < most && isSame(was[head], is[head])) head++;
	while (tail < most - head && isSame(was.at(-1 - tail), is.at(-1 - tail))) tail++;
	for (let i = -tail; i < head; i++)
		if (was.at(i) !== is.at(i)) moveLines(old.at(i), fresh.at(i));
	for (const node of old.slice(head, old.length - tail)) node.remove();
	const behind = tail ? old.at(-tail) : null;
	for (const node of fresh.slice(head, fresh.length - tail)) place.insertBefore(node, behind);
}

async function update() {
	const place = frame?.contentDocument?.querySelector(".prose");
	if (!place) return;
	asking?.abort();
	asking = new AbortController();
	const body = new URLSearchParams(new FormData(form));
	body.set("part", "text");
	try {
		const res = await fetch(button.dataset.preview, { method: "POST", body, signal: asking.signal, redirect: "error" });
		if (!res.ok) return;
		const html = await res.text(), begin = performance.now();
		renew(place, html);
		const heading = frame.contentDocument.querySelector("h1");
		if (heading) heading.textContent = title.value;
		follow();
		tookMs = performance.now() - begin;
	} catch { /* the next key asks again */ }
}

/* The page in the frame, from when it begins to come. What is left of a turn of the wheel at its end is not for the
 * page around it. */
function shown() {
	const page = frame?.contentDocument;
	if (!page?.scrollingElement) return null;
	if (page !== watched) {
		watched = page;
		page.documentElement.style.overscrollBehavior = "contain";
		for (const name of hands) page.addEventListener(name, (event) => lead("preview", event), { passive: true });
		page.addEventListener("scroll", lookBack, { passive: true });
	}
	return page;
}

/* A pointer that rests while the page moves under it is no hand. */
function lead(name, event) {
	if (leader === name || /^pointer(?:move|enter)$/.test(event?.type) && !event.movementX && !event.movementY) return;
	leader = name;
	shown();
	if (name === "text") ask(null);
}

/* The blocks of the page stand in order: the two around what `isBehind` is asked for, and how far down they are. */
function around(page, isBehind) {
	const blocks = [...page.querySelectorAll(".prose [data-line]")], at = blocks.findIndex(isBehind);
	return [blocks[at < 0 ? blocks.length - 1 : at - 1], blocks[at]];
}

const lineOf = (block) => Number(block.dataset.line);
const topOf = (block) => block.getBoundingClientRect().top + block.ownerDocument.scrollingElement.scrollTop;

/* The height in the page of the text's line `line`. */
function heightOf(page, line) {
	const [before, after] = around(page, (block) => lineOf(block) > line);
	if (!before) return 0;
	const top = topOf(before), from = lineOf(before);
	if (!after) return Math.min(top + before.offsetHeight, top + (line - from) * LINE_PX);
	return top + (topOf(after) - top) * (line - from) / (lineOf(after) - from);
}

/* The other way round: the line of the text at a height of the page; 0 above the text. */
function lineAt(page, height) {
	const [before, after] = around(page, (block) => topOf(block) > height);
	if (!before) return 0;
	const top = topOf(before), from = lineOf(before);
	if (!after) return from + (height - top) / LINE_PX;
	return from + (lineOf(after) - from) * (height - top) / (topOf(after) - top);
}

const roomOf = (page) => page.scrollingElement.scrollHeight - page.scrollingElement.clientHeight;

/* As far down as the text is: by the line that the editor names, or in proportion beside the plain field. */
function follow() {
	const page = shown(), field = form.elements.namedItem("markdown");
	if (!page || leader !== "text") return;
	const room = roomOf(page);
	if (seen) {
		page.scrollingElement.scrollTop = seen.isEnd ? room : heightOf(page, seen.line);
		return;
	}
	const inside = field.scrollHeight - field.clientHeight, box = field.getBoundingClientRect();
	const outside = box.height - innerHeight;
	const part = inside > 20 ? field.scrollTop / inside : outside > 0 ? Math.min(1, Math.max(0, -box.top / outside)) : 0;
	page.scrollingElement.scrollTop = part * room;
}

/* Tells the editor which line to show; null: it need not any more. */
function ask(detail) {
	form.elements.namedItem("markdown").dispatchEvent(new CustomEvent("platen:show", { detail }));
}

/* As far down in the text as the preview is. */
function lookBack() {
	const page = shown();
	if (!page || leader !== "preview") return;
	const { scrollTop } = page.scrollingElement;
	ask({ line: scrollTop > 0 ? lineAt(page, scrollTop) : 0, isEnd: scrollTop > 0 && scrollTop >= roomOf(page) - 2 });
}

if (button) {
	button.hidden = false;
	button.addEventListener("click", toggle);
	form.addEventListener("input", () => {
		clearTimeout(timer);
		if (frame) timer = setTimeout(() => void update(), PAUSE_MS + 3 * tookMs);
	});
	for (const name of hands) addEventListener(name, (event) => lead("text", event), { passive: true });
	pane.addEventListener("pointerenter", (event) => lead("preview", event));
	addEventListener("scroll", follow, { passive: true });
	form.elements.namedItem("markdown").addEventListener("scroll", follow, { passive: true });
	form.elements.namedItem("markdown").addEventListener("line", (event) => {
		seen = event.detail;
		follow();
	});
}
