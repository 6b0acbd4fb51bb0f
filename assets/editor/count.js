/* count.js: how many words there are, and how long they take to read. */

import { ViewPlugin } from "@codemirror/view";

const PAUSE_MS = 300, WORDS_A_MINUTE = 220; /* as the site counts */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]+/gu;
const spaced = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’\u00ad\u200d]*/gu;
const segmenter = Intl.Segmenter ? new Intl.Segmenter(document.documentElement.lang, { granularity: "word" }) : null;

/* What is not read: addresses, names of languages, comments, what is between the bars of a table. */
function readable(text) {
	return text.replace(/<!--[\s\S]*?-->|<\/?[a-z][^>\n]*>/gi, " ").replace(/^(?: {0,3}(?:```|~~~)).*$/gm, " ")
		.replace(/\]\([^()\s]*(?:\s+"[^"\n]*")?\)/g, "] ").replace(/^ {0,3}\[[^\]\n]+\]:\s*\S+.*$/gm, (line) => line.startsWith("[^") ? line.replace(/^\[\^[^\]]+\]:/, "") : " ")
		.replace(/\[\^[^\]\s]+\]/g, " ");
}

/* { words, minutes }: words as a reader of the language counts them, minutes as the site tells them, where each
 * letter of a script without spaces is half a word. */
export function count(source) {
	const text = readable(source);
	let letters = 0, parted = 0;
	const rest = text.replace(unspaced, (run) => {
		const size = [...run].length;
		letters += size;
		if (segmenter) for (const { isWordLike } of segmenter.segment(run)) parted += isWordLike ? 1 : 0;
		return " ";
	});
	const words = rest.match(spaced)?.length ?? 0, half = Math.ceil(letters / 2);
	const minutes = Math.floor((words + half + WORDS_A_MINUTE / 2) / WORDS_A_MINUTE);
	return { words: words + (segmenter ? parted : half), minutes: words + half > 0 ? Math.max(1, minutes) : 0 };
}

export function counted(place, { dataset }) {
	const { lang } = document.documentElement, numbers = new Intl.NumberFormat(lang), plural = new Intl.PluralRules(lang);
	const show = (view) => {
		const { words, minutes } = count(view.state.doc.toString());
		const name = plural.select(words) === "one" ? dataset.word : dataset.words;
		place.textContent = words ? `${numbers.format(words)} ${name} · ${numbers.format(minutes)} ${dataset.minutes}` : "";
		place.hidden = !words;
	};
	return ViewPlugin.fromClass(class {
		constructor(view) { this.timer = setTimeout(show, 0, view); }
		update(update) {
			if (!update.docChanged) return;
			clearTimeout(this.timer);
			this.timer = setTimeout(show, PAUSE_MS, update.view);
		}
		destroy() { clearTimeout(this.timer); }
	});
}
