/* presence.js: says that this post is open here, and who else has it open. */

const notice = document.getElementById("others"), BEAT_MS = 20000;
const token = document.querySelector("form.edit input[name=form_token]");

async function beat() {
	if (document.hidden) return;
	try {
		const res = await fetch(notice.dataset.url, { method: "POST", redirect: "error", body: new URLSearchParams({ form_token: token.value }) });
		if (!res.ok) return;
		const { others } = await res.json();
		if (notice.textContent !== others) notice.textContent = others;
	} catch {
		/* The next one may come through. */
	}
}
if (notice?.dataset.url) {
	setInterval(() => void beat(), BEAT_MS);
	document.addEventListener("visibilitychange", () => void beat());
}
