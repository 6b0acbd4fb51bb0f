/* menus.js: rows of a menu are moved with Alt and the arrow keys, as by their buttons, or dragged by a grip. */

"use strict";

(() => {
	const LEVELS = 3, STEP_PX = 32, START_PX = 4, EDGE_PX = 60;
	const list = document.querySelector(".menu-rows"), said = document.querySelector("[data-moved]");
	let drag = null;

	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && drag) return end();
		if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
		const button = event.target.closest("[data-row]")?.querySelector(`[data-key="${event.key}"]`);
		if (!button) return;
		event.preventDefault();
		button.form.requestSubmit(button);
	});
	if (!list) return;

	const rows = () => [...list.querySelectorAll("[data-row]")];
	const level = (row) => Number(row.querySelector("[name=level]").value);

	/* A row and those below it move together. */
	function block(row) {
		const all = rows(), at = all.indexOf(row);
		let next = at + 1;
		while (next < all.length && level(all[next]) > level(row)) next++;
		return all.slice(at, next);
	}

	/* Where it would go: in front of the first row whose middle is below the pointer; as deep as it was, more or
	 * less so by how far it was dragged sideways, so that no other row gets another one above it. */
	function place(event) {
		const rest = rows().filter((row) => !drag.block.includes(row));
		const middle = (row) => { const box = row.getBoundingClientRect(); return box.top + box.height / 2; };
		const found = rest.findIndex((row) => middle(row) > event.clientY), at = found < 0 ? rest.length : found;
		const least = at < rest.length ? level(rest[at]) : 1, most = at > 0 ? Math.min(level(rest[at - 1]) + 1, LEVELS) : 1;
		const way = document.documentElement.dir === "rtl" ? -1 : 1;
		const wanted = level(drag.row) + Math.round((event.clientX - drag.x) * way / STEP_PX);
		return { before: rest[at], level: Math.max(Math.min(wanted, most), Math.min(least, most)) };
	}

	function show() {
		const box = list.getBoundingClientRect(), next = drag.to.before?.getBoundingClientRect();
		drag.mark.style.insetBlockStart = `${(next ? next.top : box.bottom) - box.top - 2}px`;
		drag.mark.style.insetInlineStart = `${1 + 2 * (drag.to.level - 1)}rem`;
	}

	function begin() {
		drag.mark = document.createElement("li");
		drag.mark.className = "menu-mark";
		drag.mark.setAttribute("aria-hidden", "true");
		list.append(drag.mark);
		for (const row of drag.block) row.classList.add("dragged");
	}

	function end() {
		drag?.mark?.remove();
		for (const row of drag?.block ?? []) row.classList.remove("dragged");
		drag = null;
	}

	function setLevel(row, to) {
		row.classList.replace(`level-${level(row)}`, `level-${to}`);
		row.querySelector("[name=level]").value = to;
	}

	/* Buttons name their row by its number. */
	function number() {
		rows().forEach((row, at) => {
			for (const button of row.querySelectorAll("button[name=button]")) button.value = button.value.replace(/\d+$/, at);
			for (const label of row.querySelectorAll("label .unseen")) label.textContent = ` ${at + 1}`;
		});
	}

	function drop() {
		const { row, block: moved, to } = drag, deeper = to.level - level(row), was = rows().indexOf(row);
		end();
		for (const one of moved) {
			setLevel(one, Math.min(level(one) + deeper, LEVELS));
			list.insertBefore(one, to.before ?? null);
		}
		const at = rows().indexOf(row);
		if (at === was && !deeper) return;
		number();
		document.querySelector("[data-unsaved]").hidden = false;
		const words = { label: row.querySelector("[name=label]").value || at + 1, at: at + 1, count: rows().length, level: to.level };
		said.textContent = said.dataset.moved.replace(/\{(\w+)\}/g, (all, name) => words[name] ?? all);
	}

	function move(event) {
		if (drag?.id !== event.pointerId) return;
		if (!drag.mark && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START_PX) return;
		if (!drag.mark) begin();
		if (event.clientY < EDGE_PX) window.scrollBy(0, -EDGE_PX / 4);
		if (event.clientY > innerHeight - EDGE_PX) window.scrollBy(0, EDGE_PX / 4);
		drag.to = place(event);
		show();
	}

	/* For pointers only: the buttons say the same to everybody else. */
	function grip(row) {
		const made = document.createElement("span");
		made.className = "menu-grip";
		made.textContent = "⠿";
		made.setAttribute("aria-hidden", "true");
		made.addEventListener("pointerdown", (event) => {
			if (event.button !== 0 || !event.isPrimary) return;
			event.preventDefault();
			made.setPointerCapture(event.pointerId);
			drag = { id: event.pointerId, row, block: block(row), x: event.clientX, y: event.clientY };
		});
		made.addEventListener("pointermove", move);
		made.addEventListener("pointerup", (event) => {
			if (drag?.id !== event.pointerId) return;
			if (drag.mark) drop();
			else end();
		});
		made.addEventListener("pointercancel", end);
		row.classList.add("has-grip");
		row.prepend(made);
	}

	for (const row of rows()) grip(row);
})();
