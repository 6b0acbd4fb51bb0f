/* styles.js: what the style attributes of pasted HTML say.
 *
 * The page's policy keeps browsers from reading them, also in a document that is never shown, and from what they
 * do read they drop what is Word's own. So they are read here: the attribute is renamed before the HTML is parsed,
 * and with it what would be script or a style sheet, of which the browser would only complain. */

export function keepStyles(html) {
	return html.replace(/<(\/?)(style|script)\b/gi, "<$1x-$2").replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'])(style|on[a-z]+)(?=\s*=)/gi, "$1data-$2"));
}

export function styleOf(element) {
	return element.dataset.style ?? "";
}

/* { "font-weight": "700" }, in lower case. */
export function declared(element) {
	const pairs = styleOf(element).toLowerCase().split(";").map((each) => [each.slice(0, each.indexOf(":")).trim(), each.slice(each.indexOf(":") + 1).trim()]);
	return Object.fromEntries(pairs.filter(([name]) => name));
}
