/* upload.js: files to the server, piece by piece (tus 1.0), or straight to the store where media lie if the server says so:
 * dropped, pasted or chosen, each with its progress. */

const PIECE_B = 4 << 20, WAITS_MS = [1000, 2000, 5000, 10000, 30000];
const TUS = { "Tus-Resumable": "1.0.0" };
const list = document.getElementById("uploads"), places = [...document.querySelectorAll("[data-uploads]")];
const says = list?.dataset ?? {};

const token = () => document.querySelector("input[name=form_token]").value;
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); addEventListener("online", resolve, { once: true }); });

class Refused extends Error {}

/* fetch() does not tell how much was sent. Gives no answer (status 0) when the server cannot be reached. */
function send(method, url, { headers = {}, body = null, progress, signal } = {}) {
	return new Promise((resolve, reject) => {
		const xhr = new XMLHttpRequest();
		xhr.open(method, url);
		for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
		if (progress) xhr.upload.onprogress = (event) => progress(event.loaded);
		xhr.onload = () => resolve(xhr);
		xhr.onerror = xhr.ontimeout = () => resolve({ status: 0 });
		xhr.onabort = () => reject(new DOMException("", "AbortError"));
		signal?.addEventListener("abort", () => xhr.abort(), { once: true });
		xhr.send(body);
	});
}

export const ask = (method, url, { headers, ...more } = {}) => send(method, url, { headers: { ...TUS, "Form-Token": token(), ...headers }, ...more });

function detail(res, otherwise = says.broken) {
	if (res.status === 401) return says.signedOut;
	try { return JSON.parse(res.responseText).detail ?? otherwise; } catch { return otherwise; }
}

/* Where an upload of the same file that was broken off goes on, also after the page was left. */
const store = {
	key: (file, options) => `platen:upload:${says.url}:${file.name}:${file.size}:${file.lastModified}:${JSON.stringify(options)}`,
	get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
	set: (key, url) => { try { if (url) localStorage.setItem(key, url); else localStorage.removeItem(key); } catch { /* full */ } },
};

class Upload {
	constructor(file, options) {
		Object.assign(this, { file, options, url: null, offset: 0, fails: 0, direct: true, parts: null, stop: new AbortController(), key: store.key(file, options) });
	}

	/* Again and again while nobody is there or the server is in trouble. */
	async ask(method, url, options = {}) {
		for (;;) {
			const res = await ask(method, url, { ...options, signal: this.stop.signal });
			if (res.status && res.status < 500 && res.status !== 423 || res.status === 507) {
				if (method === "PATCH") this.tell?.("");
				return res;
			}
			await this.wait(res.status === 503 ? detail(res, says.waits) : says.waits);
			if (method === "PATCH") return res;
		}
	}

	async wait(why) {
		this.tell?.(why);
		await sleep(WAITS_MS[Math.min(this.fails++, WAITS_MS.length - 1)]);
		this.stop.signal.throwIfAborted();
	}

	take(res) {
		this.parts = res.getResponseHeader("Upload-Direct") ? JSON.parse(res.responseText).parts : null;
	}

	async begin() {
		const { file, options } = this, known = store.get(this.key);
		if (known) {
			const res = await this.ask("GET", known);
			if (res.status === 200 && Number(res.getResponseHeader("Upload-Length")) === file.size) {
				this.url = known;
				this.offset = Number(res.getResponseHeader("Upload-Offset"));
				this.take(res);
				return;
			}
		}
		const meta = Object.entries({ filename: file.name, ...options, ...this.direct ? { direct: 1 } : {} }).map(([name, value]) => `${name} ${base64(String(value))}`);
		const res = await this.ask("POST", says.url, { headers: { "Upload-Length": file.size, "Upload-Metadata": meta.join(",") } });
		if (res.status !== 201) throw new Refused(detail(res));
		this.url = new URL(res.getResponseHeader("Location")).pathname;
		store.set(this.key, this.url);
		this.take(res);
	}

	/* Straight to the store. False: the browser does not get there, and the server takes the pieces. */
	async straight() {
		let sent = this.parts.reduce((sum, part) => sum + (part.there ? part.size : 0), 0), reached = sent > 0;
		for (let part, fails = 0; (part = this.parts.find(({ there }) => !there)); ) {
			const body = this.file.slice(part.from, part.from + part.size), before = sent;
			const headers = { "Content-Type": "application/octet-stream" }; /* which the address is signed for */
			const res = await send("PUT", part.url, { headers, body, signal: this.stop.signal, progress: (n) => this.moved?.(before + n) });
			if (res.status === 200) {
				part.there = reached = true;
				sent += part.size;
				fails = 0;
				this.tell?.("");
				continue;
			}
			if (!reached || ++fails > 8) return false;
			await this.wait(says.waits);
			const fresh = await this.ask("GET", this.url); /* the addresses may be too old */
			if (fresh.status !== 200) throw new Refused(detail(fresh));
			this.take(fresh);
			if (!this.parts) return false;
			sent = this.parts.reduce((sum, part) => sum + (part.there ? part.size : 0), 0);
		}
		this.offset = this.file.size;
		return true;
	}

	async overTheServer() {
		await ask("DELETE", this.url, { signal: this.stop.signal });
		store.set(this.key, null);
		Object.assign(this, { direct: false, parts: null, offset: 0, fails: 0 });
		this.moved?.(0);
		await this.begin();
	}

	async piece() {
		const body = this.file.slice(this.offset, this.offset + PIECE_B), from = this.offset;
		const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": from };
		const res = await this.ask("PATCH", this.url, { headers, body, progress: (n) => this.moved?.(Math.min(from + n, this.file.size)) });
		if (res.status === 204) {
			this.fails = 0;
			this.offset = Number(res.getResponseHeader("Upload-Offset"));
		} else if (!res.status || res.status >= 500 && res.status !== 507 || res.status === 409 && !this.parts || res.status === 423) {
			const state = await this.ask("HEAD", this.url);
			if (state.status !== 200) throw new Refused(detail(state.status === 401 ? state : res)); /* it is gone: the answer before says why */
			if (!this.parts) this.offset = Number(state.getResponseHeader("Upload-Offset"));
		} else {
			throw new Refused(detail(res));
		}
		this.moved?.(this.offset);
	}

	async run() {
		try {
			await this.begin();
			if (this.parts && !await this.straight()) await this.overTheServer();
			if (this.parts) await this.piece(); /* says that all is there */
			for (;;) {
				while (this.offset < this.file.size) await this.piece();
				const res = await this.ask("GET", this.url);
				if (res.status !== 200) throw new Refused(detail(res));
				const { item } = res.responseText.trim() ? JSON.parse(res.responseText) : {};
				if (item) return item;
				await this.piece(); /* whole, and not yet in the library */
			}
		} catch (error) {
			if (error instanceof Refused && error.message !== says.signedOut) store.set(this.key, null);
			throw error;
		} finally {
			if (this.offset === this.file.size) store.set(this.key, null);
		}
	}

	cancel() {
		this.stop.abort();
		store.set(this.key, null);
		if (this.url) void ask("DELETE", this.url).catch(() => {});
	}
}

/* --- what is seen of it --- */

function make(tag, props = {}, ...children) {
	const node = Object.assign(document.createElement(tag), props);
	node.append(...children);
	return node;
}

class Row {
	constructor(upload, place) {
		Object.assign(this, { upload, place, list: place.querySelector("[data-upload-list]") ?? list });
		this.bar = make("progress", { max: upload.file.size || 1, value: 0 });
		this.bar.setAttribute("aria-label", upload.file.name);
		this.state = make("p", { className: "upload-state" });
		this.state.setAttribute("role", "status");
		this.stop = this.button(says.cancel);
		this.stop.className = "quiet";
		this.node = make("div", { className: "upload" }, make("span", { className: "upload-name", dir: "auto", textContent: upload.file.name }), this.bar, this.stop, this.state);
		upload.moved = (n) => { this.bar.value = n; };
		upload.tell = (text) => { if (this.state.textContent !== text) this.state.textContent = text; };
		this.list.hidden = false;
		this.list.append(this.node);
	}
	/* Which of the files it is for is heard as well. */
	say(button, text) {
		button.textContent = text;
		button.setAttribute("aria-label", `${text}: ${this.upload.file.name}`);
	}
	button(text) {
		const button = make("button", { type: "button" });
		this.say(button, text);
		return button;
	}
	fail(text, again) {
		this.node.classList.add("upload-failed");
		this.bar.hidden = true;
		this.state.textContent = text;
		const retry = this.button(says.again);
		retry.addEventListener("click", () => {
			again().stop.focus();
			this.remove();
		});
		this.stop.before(retry);
		this.say(this.stop, says.hide);
	}
	done(item) {
		this.node.classList.add("upload-done");
		this.bar.remove();
		this.state.textContent = says.done;
		this.say(this.stop, says.hide);
		if (item.thumb) this.node.prepend(make("img", { src: item.thumb, alt: "" }));
	}
	/* The focus goes to what waits for somebody, this one's next first, or to where files come from. */
	remove() {
		const hadFocus = this.node.contains(document.activeElement), next = this.node.nextElementSibling;
		this.node.remove();
		this.list.hidden = !this.list.childElementCount;
		if (!hadFocus) return;
		const waits = ".upload-alt + input, .upload-failed button";
		const home = this.place.dataset.uploads === "text" ? field : this.place.querySelector("input[type=file]");
		(next?.querySelector(waits) ?? this.list.querySelector(waits) ?? home).focus();
	}
}

/* --- into the text --- */

const field = document.getElementById("markdown");
let count = 0;

/* At the cursor, or where `detail` says. */
export function insert(detail) {
	if (!field.dispatchEvent(new CustomEvent("platen:insert", { detail, cancelable: true }))) return;
	const { instead, fit } = detail, at = instead ? field.value.indexOf(instead) : field.selectionEnd;
	if (at < 0) return;
	const text = fit ? fit(field.value.slice(0, at), field.value.slice(at)) : detail.text;
	field.setRangeText(text, at, at + (instead ?? "").length, instead ? "preserve" : "end");
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/* What may stand between the brackets of a link. */
export const plain = (text) => text.replace(/[[\]\\\n]/g, " ").trim();

/* What stands below a picture: its caption, and who it is from. */
export const captionOf = ({ caption, credit }) => (caption && credit ? `${caption} (${credit})` : caption || credit).replace(/\s+/g, " ").trim();

/* A picture in a text; a title is what readers see below it. */
export function picture(item, alt) {
	const title = captionOf(item).replace(/[\\"&]/g, "\\$&");
	return `![${plain(alt)}](${item.address}${title && ` "${title}"`})`;
}

/* Words for a picture of the library, also when the page is left meanwhile. null: they are there, or the person may not
 * put them there; else what is wrong. */
export async function keepWords(item, alt) {
	const options = { method: "POST", keepalive: true, redirect: "error", headers: { "Form-Token": token() } };
	const res = await fetch(`${item.page}/alt`, { ...options, body: new URLSearchParams({ alt }) }).catch(() => null);
	if (!res) return says.broken;
	return res.ok || res.status === 403 ? null : detail({ status: res.status, responseText: await res.text().catch(() => "") });
}

/* A film or sound has its caption there, too: what a link to it says. */
export function link(item) {
	const caption = ["video", "audio"].includes(item.kind) ? captionOf(item) : "";
	return `[${plain(caption || item.name)}](${item.address})`;
}

/* Asks for words. The text has them as they are typed, where the picture is: whoever saves it need not press anything
 * before. The library gets them when they are whole. */
function askAlt(row, item, written) {
	const input = make("input", { id: `upload-alt-${item.id}-${++count}`, value: item.alt, dir: "auto", autocomplete: "off" });
	const keep = row.button(says.keep);
	let known = item.alt, going = null;
	const write = () => {
		const text = picture(item, input.value);
		if (text !== written) insert({ instead: written, text });
		written = text;
	};
	const send = () => {
		const alt = input.value.trim();
		if (input.isConnected && alt !== known) {
			known = alt;
			going = keepWords(item, alt);
		}
		return going;
	};
	const done = async () => {
		write();
		const wrong = await send();
		if (!wrong) return row.remove();
		known = null; /* to be sent again */
		row.state.textContent = wrong;
	};
	keep.addEventListener("click", () => void done());
	input.addEventListener("input", (event) => { if (!event.isComposing) write(); });
	input.addEventListener("compositionend", write);
	input.addEventListener("change", () => void send());
	input.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		void done();
	});
	field.form.addEventListener("submit", () => {
		write();
		void send();
	}, true);
	addEventListener("pagehide", () => void send());
	row.state.before(make("label", { className: "upload-alt", htmlFor: input.id, textContent: says.alt }), input, keep);
}

/* A paragraph of its own, whatever is before and behind it. */
function paragraph(text) {
	return (before, after) => {
		const gap = !before.trim() || /\n[ \t]*\n[ \t]*$/.test(before.slice(-200)) ? "" : /\n[ \t]*$/.test(before.slice(-200)) ? "\n" : "\n\n";
		return `${gap}${text}${!after.trim() || /^[ \t]*\n/.test(after.slice(0, 200)) ? "" : "\n"}`;
	};
}

/* Places for what is on its way: pictures that come together are one paragraph, which is a gallery, sound and films
 * have one each, and what else there is stands in the text. */
function intoText(files, at) {
	const kinds = { image: [], media: [], other: [] };
	const marks = files.map((file) => {
		const [, kind] = file.type.match(/^(image|audio|video)\//) ?? [];
		const mark = `${kind === "image" ? "!" : ""}[${says.going} ${plain(file.name)}…](upload:${Date.now()}-${++count})`;
		kinds[kind === "image" ? kind : kind ? "media" : "other"].push(mark);
		return mark;
	});
	const text = `${[kinds.image.join("\n"), ...kinds.media, kinds.other.join("\n")].filter(Boolean).join("\n\n")}\n`;
	insert({ text, at, fit: kinds.other.length === files.length ? null : paragraph(text) });
	return marks.map((mark) => ({
		done(item, row) {
			const written = item.kind === "image" ? picture(item, item.alt) : link(item);
			insert({ instead: mark, text: written });
			if (item.kind === "image" && !item.alt) askAlt(row, item, written);
		},
		failed: () => insert({ instead: `${mark}\n`, text: "" }),
	}));
}

/* --- one after the other, two at a time --- */

const waiting = [];
let running = 0;

async function next() {
	if (running >= 2 || !waiting.length) return;
	const { upload, row, target, again } = waiting.shift();
	running++;
	try {
		const item = await upload.run();
		row.done(item);
		target.done(item, row);
	} catch (error) {
		target.failed?.();
		if (error.name === "AbortError") row.remove();
		else row.fail(error instanceof Refused ? error.message : says.broken, again);
	}
	running--;
	if (!running && !waiting.length) target.rest?.();
	void next();
}

/* What becomes of a file that is in the library: the page is shown anew, or live.js shows what is new while there is still
 * something to read of others, or something typed; or whoever chooses a picture is given it. */
const isTyped = (input) => input.type !== "hidden" && input.value !== input.defaultValue;
let came = false;
const reload = {
	done: () => { came = true; },
	rest: () => {
		if (!came) return;
		came = false;
		const about = document.querySelectorAll(".media-item form.card :is(input, textarea)");
		if (document.getElementById("media-all") ? list.querySelector(".upload-failed") : [...about].some(isTyped)) document.dispatchEvent(new Event("platen:came"));
		else location.reload();
	},
};
const handOver = (place) => ({
	done: (item, row) => {
		row.remove();
		place.dispatchEvent(new CustomEvent("platen:uploaded", { detail: item, bubbles: true }));
	},
});

/* Gives the row of the last one. */
function take(files, place, at) {
	const how = place.dataset.uploads, inText = how === "text" ? intoText(files, at) : [];
	let last = null;
	for (const [n, file] of files.entries()) {
		const options = how === "library" ? { library: 1 } : how === "replace" ? { library: 1, replaces: place.dataset.replaces } : {};
		const upload = new Upload(file, options), row = new Row(upload, place);
		const target = inText[n] ?? (how === "choose" ? handOver(place) : reload);
		const job = { upload, row, target, again: () => take([file], place) };
		last = row;
		row.stop.addEventListener("click", () => {
			const at = waiting.indexOf(job);
			if (at >= 0) { waiting.splice(at, 1); target.failed?.(); }
			if (!row.node.matches(".upload-done, .upload-failed")) upload.cancel();
			row.remove();
		});
		waiting.push(job);
		void next();
		void next();
	}
	return last;
}

/* Takes what is chosen, dropped and pasted there. */
export function begin(place) {
	const how = place.dataset.uploads, input = place.querySelector("input[type=file]"), dialog = place.closest("dialog");
	place.hidden = false;
	input.addEventListener("change", () => {
		take([...input.files], place);
		input.value = "";
	});
	if (how === "library" || how === "replace") { /* what the form says of itself is not true of this way */
		input.required = false;
		place.querySelector("button[type=submit]").hidden = true;
		place.querySelector("#files-hint").textContent = place.dataset.hint ?? "";
	}
	const zone = dialog ?? document.querySelector(how === "text" ? ".writing" : "main");
	const has = (event) => event.dataTransfer?.types.includes("Files");
	zone.addEventListener("dragover", (event) => {
		if (!has(event)) return;
		event.preventDefault();
		zone.classList.add("drops");
	}, true);
	zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("drops"); }, true);
	zone.addEventListener("drop", (event) => {
		zone.classList.remove("drops");
		if (!event.dataTransfer.files.length) return;
		event.preventDefault();
		event.stopPropagation();
		take([...event.dataTransfer.files], place, { x: event.clientX, y: event.clientY });
	}, true);
	/* Word processors give a picture of the text beside it: the text is what is meant. */
	document.addEventListener("paste", (event) => {
		const files = [...event.clipboardData?.files ?? []], over = document.querySelector("dialog:modal");
		if (!files.length || over !== dialog || event.clipboardData.types.includes("text/plain")) return;
		event.preventDefault();
		event.stopPropagation();
		take(files, place);
	}, true);
}

if (list) for (const place of places) begin(place);

/* The focal point by a click. */
const stage = document.querySelector("[data-focus]"), x = document.getElementById("focal_x"), y = document.getElementById("focal_y");
if (stage && x && y && !x.matches(":disabled")) {
	const dot = make("span", { className: "media-dot" });
	const show = () => { dot.style.left = `${x.value}%`; dot.style.top = `${y.value}%`; };
	stage.append(dot);
	stage.addEventListener("click", (event) => {
		const box = stage.getBoundingClientRect();
		x.value = Math.round(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * 100);
		y.value = Math.round(Math.max(0, Math.min(1, (event.clientY - box.top) / box.height)) * 100);
		show();
	});
	for (const input of [x, y]) input.addEventListener("input", show);
	show();
}

/* The address as it stands in texts. Where the clipboard is kept from scripts, as over plain HTTP, an older way is tried. */
async function copy(from) {
	try {
		await navigator.clipboard.writeText(from.textContent);
		return true;
	} catch {
		getSelection().selectAllChildren(from);
		return document.execCommand("copy");
	}
}
for (const button of document.querySelectorAll("[data-copy]")) {
	const says = button.parentElement.querySelector("[data-copied]");
	button.hidden = false;
	button.addEventListener("click", async () => {
		const { copied, notCopied } = says.dataset;
		says.textContent = await copy(document.getElementById(button.dataset.copy)) ? copied : notCopied;
	});
}
