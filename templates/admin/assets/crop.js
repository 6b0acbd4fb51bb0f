/* crop.js: the rectangle that is cut out of a picture, drawn with the mouse, a finger or the keyboard. */

const form = document.querySelector("[data-crop]"), svg = form.querySelector("svg"), frame = svg.querySelector(".crop-frame");
const off = svg.querySelector(".crop-off"), shape = form.elements.shape;
const fields = ["x", "y", "width", "height"].map((name) => form.elements[name]);
const all = { width: +svg.dataset.width, height: +svg.dataset.height };
const LEAST = 10, GRIP_PX = 14, NS = "http://www.w3.org/2000/svg";
const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([right, below]) => {
	const grip = document.createElementNS(NS, "rect");
	grip.setAttribute("class", "crop-grip");
	grip.dataset.corner = `${right}${below}`;
	svg.append(grip);
	return { grip, right, below };
});

let part = { x: 0, y: 0, ...all };

const between = (n, least, most) => Math.min(Math.max(n, least), Math.max(least, most));
const ratio = () => { const [w, h] = shape.value.split(":").map(Number); return h ? w / h : 0; };
const set = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); };

function draw() {
	const side = GRIP_PX / (svg.getScreenCTM()?.a || 1);
	set(frame, part);
	off.setAttribute("d", `M0 0h${all.width}v${all.height}H0zM${part.x} ${part.y}h${part.width}v${part.height}h-${part.width}z`);
	for (const { grip, right, below } of corners)
		set(grip, { x: part.x + right * part.width - side / 2, y: part.y + below * part.height - side / 2, width: side, height: side });
}

/* Whole pixels that lie in the picture. */
function show({ x, y, width, height }) {
	width = between(Math.round(width), Math.min(LEAST, all.width), all.width);
	height = between(Math.round(height), Math.min(LEAST, all.height), all.height);
	part = { x: between(Math.round(x), 0, all.width - width), y: between(Math.round(y), 0, all.height - height), width, height };
	fields.forEach((field) => { field.value = part[field.name]; });
	draw();
}

/* From the corner that stays to where the other one is drawn, in the chosen shape. */
function stretch(from, to) {
	const r = ratio(), left = to.x < from.x, up = to.y < from.y;
	const most = { width: left ? from.x : all.width - from.x, height: up ? from.y : all.height - from.y };
	let width = between(Math.abs(to.x - from.x), LEAST, most.width), height = between(Math.abs(to.y - from.y), LEAST, most.height);
	if (r) {
		width = Math.min(Math.max(width, height * r), most.width, most.height * r);
		height = width / r;
	}
	show({ x: left ? from.x - width : from.x, y: up ? from.y - height : from.y, width, height });
}

/* The largest of that shape inside, in its middle. */
function reshape() {
	const r = ratio();
	if (!r) return;
	const width = Math.min(part.width, part.height * r), height = width / r;
	show({ x: part.x + (part.width - width) / 2, y: part.y + (part.height - height) / 2, width, height });
}

function typed() {
	const numbers = Object.fromEntries(fields.map((field) => [field.name, /^\s*\d+\s*$/.test(field.value) ? +field.value : NaN]));
	const fits = numbers.width > 0 && numbers.height > 0 && numbers.x + numbers.width <= all.width && numbers.y + numbers.height <= all.height;
	if (!fits) return false;
	part = numbers;
	draw();
	return true;
}

function place(event) {
	const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
	return { x: between(at.x, 0, all.width), y: between(at.y, 0, all.height) };
}

svg.addEventListener("pointerdown", (event) => {
	if (event.button) return;
	event.preventDefault();
	const at = place(event), corner = event.target.dataset.corner, before = part;
	const whole = part.width === all.width && part.height === all.height;
	const moves = event.target === frame && !whole;
	const from = corner ? { x: corner[0] === "1" ? part.x : part.x + part.width, y: corner[1] === "1" ? part.y : part.y + part.height } : at;
	const go = (next) => {
		const to = place(next);
		if (moves) show({ ...before, x: before.x + to.x - at.x, y: before.y + to.y - at.y });
		else if (corner || Math.hypot(to.x - at.x, to.y - at.y) >= LEAST) stretch(from, to);
	};
	const end = () => { svg.removeEventListener("pointermove", go); svg.removeEventListener("pointerup", end); svg.removeEventListener("pointercancel", end); };
	svg.setPointerCapture(event.pointerId);
	svg.addEventListener("pointermove", go);
	svg.addEventListener("pointerup", end);
	svg.addEventListener("pointercancel", end);
	frame.focus();
});

frame.addEventListener("keydown", (event) => {
	const step = Math.max(1, Math.round(Math.max(all.width, all.height) / (event.altKey ? 1000 : 100)));
	const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]?.map((n) => n * step);
	if (!by || event.ctrlKey || event.metaKey) return;
	event.preventDefault();
	if (!event.shiftKey) return show({ ...part, x: part.x + by[0], y: part.y + by[1] });
	const r = ratio(), from = { x: part.x, y: part.y };
	const width = part.width + (r && !by[0] ? by[1] * r : by[0]), height = r ? width / r : part.height + by[1];
	stretch(from, { x: from.x + Math.max(width, LEAST), y: from.y + Math.max(height, LEAST) });
});

/* A slider in two directions there is none: it says what it is, and the fields beside it say where it is. */
set(frame, { tabindex: 0, role: "application", "aria-label": frame.dataset.label });
form.classList.add("draws");
shape.addEventListener("change", reshape);
for (const field of fields) field.addEventListener("input", typed);
new ResizeObserver(draw).observe(svg);
if (!typed()) draw();
