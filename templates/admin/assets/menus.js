/* menus.js: rows of a menu are moved with Alt and the arrow keys, as by their buttons. */

"use strict";

document.addEventListener("keydown", (event) => {
	if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
	const button = event.target.closest("[data-row]")?.querySelector(`[data-key="${event.key}"]`);
	if (!button) return;
	event.preventDefault();
	button.form.requestSubmit(button);
});
