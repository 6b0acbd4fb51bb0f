/* progress.js: shows how far a job is while it runs, sends an archive with a bar, and asks for the work where no
 * worker does it. Without it the page looks again by itself. */

const PAUSE_MS = 700, SAY_MS = 10000;
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/* --- a job --- */

function show(card, now) {
	const part = (name) => card.querySelector(`[data-work-${name}]`), bar = card.querySelector("progress");
	part("stage").textContent = now.stage;
	part("count").textContent = now.count;
	part("item").textContent = now.item;
	if (now.total > 0) Object.assign(bar, { max: now.total, value: now.done });
	else bar.removeAttribute("value");
}

/* What is read aloud: a new stage at once, numbers now and then. */
function say(card, now, said) {
	if (now.stage === said.stage && Date.now() - said.at < SAY_MS) return said;
	card.querySelector("[data-work-said]").textContent = `${now.stage} ${now.count}`.trim();
	return { stage: now.stage, at: Date.now() };
}

/* One request at a time does a piece of it; this page goes on asking how far that is. */
function work(card) {
	const sent = new URLSearchParams(new FormData(card.querySelector("form")));
	sent.set("button", "work");
	return fetch(card.dataset.work, { method: "POST", body: sent, redirect: "manual" }).catch(() => null);
}

async function follow(card) {
	let said = { stage: "", at: 0 }, working = null;
	for (;;) {
		const now = await fetch(card.dataset.work, { redirect: "error", headers: { accept: "application/json" } })
			.then((res) => (res.ok ? res.json() : null), () => null);
		if (now && !now.open) return location.assign(now.page);
		if (now) {
			show(card, now);
			said = say(card, now, said);
			if (now.idle && !working) working = work(card).finally(() => { working = null; });
		}
		await wait(PAUSE_MS);
	}
}

for (const card of document.querySelectorAll("[data-work]")) void follow(card);

/* What is ordered here is done while its page is shown, and not before. */
for (const form of document.querySelectorAll("form[data-later], form[data-upload]")) {
	const later = document.createElement("input");
	Object.assign(later, { type: "hidden", name: "later", value: "1" });
	form.append(later);
}

/* --- an archive --- */

function complain(form, text) {
	let line = form.querySelector(".problem");
	if (!line) {
		line = document.createElement("p");
		line.className = "problem";
		line.setAttribute("role", "alert");
		form.querySelector("input[type=file]").after(line);
	}
	line.textContent = text;
}

function sendArchive(form) {
	const request = new XMLHttpRequest(), bar = document.createElement("progress"), button = form.querySelector("button[type=submit]");
	form.querySelector(".problem")?.remove();
	bar.setAttribute("aria-label", form.dataset.sending);
	bar.max = 1;
	button.before(bar);
	button.disabled = true;
	const end = (text) => {
		bar.remove();
		button.disabled = false;
		if (text) complain(form, text);
	};
	request.open("POST", form.action);
	request.responseType = "document";
	request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
	request.addEventListener("error", () => end(form.dataset.broken));
	request.addEventListener("load", () => {
		if (request.responseURL.split("?")[0] !== form.action) return location.assign(request.responseURL);
		end(request.response?.querySelector("main .problem, main .wrong, main p")?.textContent.trim() || form.dataset.broken);
	});
	request.send(new FormData(form));
}

for (const form of document.querySelectorAll("form[data-upload]"))
	form.addEventListener("submit", (event) => {
		const input = form.querySelector("input[type=file]"), file = input.files[0];
		event.preventDefault();
		if (file && file.size > Number(input.dataset.max)) complain(form, input.dataset.large);
		else sendArchive(form);
	});
