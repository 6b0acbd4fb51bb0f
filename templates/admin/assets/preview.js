/* preview.js: the post as it would look, beside the text, made by the server while it is typed. */

const PAUSE_MS = 350;
const form = document.querySelector("form.edit"), pane = document.getElementById("preview");
const button = document.querySelector("[data-preview]"), title = form.elements.namedItem("title");
let frame = null, timer = 0, asking = null;
let seen = null; /* of the editor: the uppermost line, with the part of it that is above; is it the end? */

/* No script runs in it, whatever the text brings along: the frame and the answer both say so. */
function open() {
	frame = document.createElement("iframe");
	frame.name = "preview-frame";
	frame.title = pane.getAttribute("aria-label");
	frame.setAttribute("sandbox", "allow-same-origin");
	pane.append(frame);
	frame.addEventListener("load", follow);
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
	frame.remove();
	frame = null;
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
		place.innerHTML = await res.text();
		const heading = frame.contentDocument.querySelector("h1");
		if (heading) heading.textContent = title.value;
		follow();
	} catch { /* the next key asks again */ }
}

/* The height in the page of the text's line `line`, between the two blocks around it; the blocks stand in order. */
function heightOf(page, line) {
	const blocks = [...page.querySelectorAll(".prose [data-line]")];
	const at = blocks.findIndex((block) => Number(block.dataset.line) > line);
	const top = (block) => block.getBoundingClientRect().top + page.scrollingElement.scrollTop;
	const before = blocks[at < 0 ? blocks.length - 1 : at - 1], after = blocks[at];
	if (!before) return 0;
	const from = Number(before.dataset.line), bottom = top(before) + before.offsetHeight;
	if (!after) return Math.min(bottom, top(before) + (line - from) * 24);
	return top(before) + (top(after) - top(before)) * (line - from) / (Number(after.dataset.line) - from);
}

/* As far down as the text is: by the line that the editor names, or in proportion beside the plain field. */
function follow() {
	const page = frame?.contentDocument, field = form.elements.namedItem("markdown");
	if (!page?.scrollingElement) return;
	const room = page.scrollingElement.scrollHeight - page.scrollingElement.clientHeight;
	if (seen) {
		page.scrollingElement.scrollTop = seen.isEnd ? room : heightOf(page, seen.line);
		return;
	}
	const inside = field.scrollHeight - field.clientHeight, box = field.getBoundingClientRect();
	const outside = box.height - innerHeight;
	const part = inside > 20 ? field.scrollTop / inside : outside > 0 ? Math.min(1, Math.max(0, -box.top / outside)) : 0;
	page.scrollingElement.scrollTop = part * room;
}

if (button) {
	button.hidden = false;
	button.addEventListener("click", toggle);
	form.addEventListener("input", () => {
		clearTimeout(timer);
		if (frame) timer = setTimeout(() => void update(), PAUSE_MS);
	});
	addEventListener("scroll", follow, { passive: true });
	form.elements.namedItem("markdown").addEventListener("scroll", follow, { passive: true });
	form.elements.namedItem("markdown").addEventListener("line", (event) => {
		seen = event.detail;
		follow();
	});
}
