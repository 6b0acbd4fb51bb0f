/* live.js: what the server still works at: its parts of the page are fetched anew until nothing of it waits. Without it they
 * are as they were when the page was opened. */

const WAITS_MS = [1000, 1500, 2500, 4000, 7000, 12000, 20000];
let turn = 0, timer = 0, asks = false;

const waits = () => document.querySelector("[data-unready]") !== null;

/* What is different now: any of them, and one that is no mere number, after which there is no hurry. What somebody is at
 * stays as it is. */
function take(page) {
	let changed = false, news = false;
	for (const old of document.querySelectorAll("[data-live]")) {
		const now = page.getElementById(old.id);
		if (!now || now.outerHTML === old.outerHTML || old.contains(document.activeElement)) continue;
		old.replaceWith(document.adoptNode(now));
		changed = true;
		news ||= !("count" in old.dataset);
	}
	return { changed, news };
}

/* Files that came into the list: each stands where the server has it, and what is picked or typed stays. */
function takeRows(page) {
	const list = document.getElementById("media-rows"), now = page.getElementById("media-rows");
	if (!list || !now) {
		const all = page.getElementById("media-all");
		if (all) document.getElementById("media-all")?.replaceWith(document.adoptNode(all));
		return;
	}
	let at = list.firstElementChild;
	for (const row of [...now.children]) {
		const same = document.getElementById(row.id);
		if (same) at = same.nextElementSibling;
		else list.insertBefore(document.adoptNode(row), at);
	}
}

function later() {
	clearTimeout(timer);
	if (waits() && !document.hidden) timer = setTimeout(() => void look(), WAITS_MS[turn]);
}

/* Who is signed out, or looks at what is gone, is not asked for again. */
async function look(rows = false) {
	if (asks && !rows) return;
	asks = true;
	const res = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
	const text = res?.ok ? await res.text().catch(() => "") : "";
	asks = false;
	if (res && !res.ok && res.status < 500) return;
	const page = new DOMParser().parseFromString(text, "text/html"), { changed, news } = text ? take(page) : {};
	if (rows && text) {
		takeRows(page);
		document.dispatchEvent(new Event("platen:listed"));
	}
	turn = news ? 0 : Math.min(turn + 1, WAITS_MS.length - 1);
	if (changed && !waits()) {
		const said = document.querySelector("[data-live-said]");
		if (said) said.textContent = said.dataset.liveSaid;
	}
	later();
}

/* upload.js says so when it does not show the whole page anew. */
document.addEventListener("platen:came", () => void look(true));
document.addEventListener("visibilitychange", () => {
	turn = 0;
	later();
});
later();
