/* edit.js: keeps what is typed: on the server every few seconds, in this browser while that cannot be reached. */

const PAUSE_MS = 1500, LONGEST_MS = 8000, COMPOSED_MS = 30000, RETRY_MS = 4000, HERE_MS = 300, NOT_NOW_MS = 60000, KEEPALIVE_MAX_B = 60000;
const form = document.querySelector("form.edit[data-autosave]");
const dialog = document.getElementById("again");
const state = document.getElementById("kept");
const fields = form.elements, url = form.dataset.autosave, person = fields.namedItem("key").dataset.person;
const prefix = `platen:${url}:`, mine = prefix + fields.namedItem("key").value;
let typed = 0, kept = 0, since = 0, timer = 0, sending = null, quietUntil = 0;
let here = 0, hereTimer = 0, away = false; /* how much of it this browser keeps; the server cannot be reached */
let composedSince = 0, waits = false; /* for the end of a composition */

function say(name, more = "", trouble = false) {
	const text = `${state.dataset[name]}${more}`;
	state.setAttribute("aria-live", trouble ? "polite" : "off");
	state.classList.toggle("trouble", trouble);
	if (state.textContent !== text) state.textContent = text;
}

/* The browser's own store may be full or switched off: then there is the server alone. */
function local(work) {
	try { return work(localStorage); } catch { return null; }
}

/* A password for readers is nothing to keep lying about. */
function written() {
	const data = new FormData(form);
	data.delete("password");
	return new URLSearchParams(data).toString();
}

function keepHere() {
	return local((store) => {
		store.setItem(mine, JSON.stringify({ person, text: written() }));
		here = typed;
		return true;
	});
}

/* Not again what is there already: a page that is left does this behind the back of the one that comes, which may
 * have sent it and taken it away. */
function keepRest() {
	if (here !== typed && kept !== typed) keepHere();
}

function later(ms) {
	clearTimeout(timer);
	timer = setTimeout(() => void save(), ms);
}

function takeAnswer(answer) {
	for (const input of document.querySelectorAll("input[name=form_token]")) input.value = answer.form_token;
	fields.namedItem("unsaved").value = answer.saved_ms;
}

function post(body, options) {
	return fetch(url, { method: "POST", body: new URLSearchParams(body), headers: { accept: "application/json" }, redirect: "error", ...options });
}

/* true: the server has it. `more` are the fields of the dialog. */
async function save(more) {
	if (sending || kept === typed && !more) return false;
	if (!more && (dialog.open || Date.now() < quietUntil)) return false;
	if (isComposing()) {
		waits = true;
		later(COMPOSED_MS);
		return false;
	}
	const at = typed, body = new URLSearchParams(written());
	for (const [name, value] of Object.entries(more ?? {})) body.set(name, value);
	sending = new AbortController();
	try {
		const res = await post(body, { signal: sending.signal });
		const answer = res.ok ? await res.json() : await res.json().catch(() => ({}));
		sending = null;
		if (!res.ok) return refused(res.status, more && "wait", answer);
		takeAnswer(answer);
		kept = at;
		since = 0;
		away = false;
		if (kept === typed) local((store) => store.removeItem(mine));
		else later(PAUSE_MS);
		say("saved", answer.newer ? `. ${answer.newer}` : ` ${answer.at}`, Boolean(answer.newer));
		return true;
	} catch (error) {
		sending = null;
		if (error.name !== "AbortError") cannotReach();
		return false;
	}
}

function cannotReach() {
	away = true;
	say(keepHere() ? "offline" : "lost", "", true);
	later(RETRY_MS);
}

function refused(status, why, answer) {
	if (status === 401 || why) {
		keepHere();
		ask(answer.problem ?? dialog.dataset[why], answer.challenge);
	} else if (status >= 500 || status === 429) {
		cannotReach();
	} else {
		say(keepHere() ? "refused" : "lost", "", true);
	}
	return false;
}

/* The session is over: the password is asked for in place, and the code of whoever has a second step. */
function ask(why, challenge) {
	const problem = dialog.querySelector(".problem"), steps = dialog.querySelector("form").elements;
	for (const [name, off] of [["first", Boolean(challenge)], ["second", !challenge]]) steps[name].hidden = steps[name].disabled = off;
	steps.signin_challenge.value = challenge ?? "";
	problem.hidden = !why;
	problem.textContent = why ?? "";
	say("signedOut", "", true);
	if (!dialog.open) dialog.showModal();
	else steps[challenge ? "signin_code" : "signin_password"].focus();
}

dialog.addEventListener("submit", (event) => {
	event.preventDefault();
	const { signin_password: password, signin_code: code } = event.target.elements;
	void save(Object.fromEntries(new FormData(event.target))).then((done) => {
		password.value = code.value = "";
		if (done) dialog.close();
	});
});
dialog.addEventListener("close", () => { quietUntil = kept === typed ? 0 : Date.now() + NOT_NOW_MS; });
dialog.querySelector("[type=button]").addEventListener("click", () => dialog.close());

function note() {
	typed++;
	since ||= Date.now();
	later(Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - Date.now())));
	if (away) hereTimer ||= setTimeout(() => { hereTimer = 0; keepRest(); }, HERE_MS);
}
form.addEventListener("input", note);

/* What is being composed (Japanese, accents, a telephone's words) is no text yet. One that lies about, or whose end
 * is never told, holds nothing up for long. */
function isComposing() {
	return composedSince > 0 && Date.now() - composedSince < COMPOSED_MS;
}

function composed() {
	composedSince = 0;
	if (!waits) return;
	waits = false;
	later(0);
}
form.addEventListener("compositionstart", () => { composedSince = Date.now(); });
form.addEventListener("compositionend", composed);
form.addEventListener("focusout", composed);

/* Leaving: what is small enough is sent behind the page's back; what is not waits here for the next visit. */
function leave() {
	if (kept === typed) return;
	keepRest();
	const body = written();
	if (body.length < KEEPALIVE_MAX_B && !dialog.open) void post(body, { keepalive: true }).catch(() => {});
}
addEventListener("pagehide", leave);
addEventListener("online", () => void save());
document.addEventListener("visibilitychange", () => { if (document.hidden && kept !== typed) { keepRest(); composed(); void save(); } });

/* Saved by its button: the page that comes next says that it went well, and forgets what was kept here. */
form.addEventListener("submit", (event) => {
	if (event.submitter?.formTarget || form.target) return; /* a preview: the page stays */
	sending?.abort();
	clearTimeout(timer);
	if (kept !== typed) keepHere();
	kept = typed;
	local(() => sessionStorage.setItem("platen:submitted", mine));
});
addEventListener("keydown", (event) => {
	if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.isComposing) {
		event.preventDefault();
		form.requestSubmit(form.querySelector("button[value=save]"));
	}
});

/* What an earlier page of this browser could not send: it is sent now, and offered or taken up. A form that came
 * back filled in has its text, and something to say. */
async function sendLeft() {
	const left = local((store) => Object.keys(store).filter((name) => name.startsWith(prefix))) ?? [];
	for (const name of left) {
		const item = local((store) => store.getItem(name));
		const { person: whose, text } = local(() => JSON.parse(item)) ?? {};
		if (whose !== person || form.dataset.cameBack && name === mine) continue;
		const body = new URLSearchParams(text);
		body.set("form_token", fields.namedItem("form_token").value);
		const res = await post(body).catch(() => null);
		if (!res?.ok) continue;
		local((store) => { if (store.getItem(name) === item) store.removeItem(name); }); /* more may have come */
		const next = new URL(location.href);
		next.search = url.endsWith("/new/autosave") ? new URLSearchParams({ key: body.get("key") }) : "?unsaved=take";
		if (typed === 0) location.replace(next);
	}
}

const done = new URLSearchParams(location.search).get("done");
const submitted = local(() => sessionStorage.getItem("platen:submitted"));
local(() => sessionStorage.removeItem("platen:submitted"));
/* Taken out of the trash it is as it was stored. */
if (done && done !== "restored" && submitted) local((store) => store.removeItem(submitted));
void sendLeft();

/* Typed while this file was on its way: no event told of it. */
function changed(field) {
	if (field.localName === "select") { /* where none is marked in the page the first one is chosen */
		const options = [...field.options], first = !field.multiple && !options.some((option) => option.defaultSelected);
		return options.some((option, n) => option.selected !== (option.defaultSelected || first && n === 0));
	}
	if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
	return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
}
if (form.dataset.cameBack || [...fields].some(changed)) note();
