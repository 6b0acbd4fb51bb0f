/* pictures.mjs: sample pictures drawn from a number: hills under a sky, or a portrait. */

const palettes = [["#e9c9a4", "#c8744f", "#7b3b3a", "#3a2231"], ["#cfe0de", "#7ba7a2", "#3f6b6e", "#1d3b42"],
	["#f0e2b6", "#d2a24c", "#8c5b2b", "#47301f"], ["#d8d5e6", "#9a92bf", "#5f578c", "#2f2b52"], ["#dfe6cf", "#a3b27a", "#5d7243", "#2c3b24"]];

function random(seed) {
	let state = seed * 2654435761 >>> 0 || 1;
	return () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32; };
}

function hill(next, width, height, base) {
	const points = [];
	for (let x = 0; x <= 6; x++) points.push([width * x / 6, height * (base + (next() - .5) * .18)]);
	let path = `M0 ${height}L${points[0].join(" ")}`;
	for (let i = 1; i < points.length; i++) {
		const [ax, ay] = points[i - 1], [bx, by] = points[i], mid = (ax + bx) / 2;
		path += `C${mid} ${ay} ${mid} ${by} ${bx} ${by}`;
	}
	return `${path}V${height}Z`;
}

export function landscape(n, width, height) {
	const next = random(n + 7), [sky, far, mid, near] = palettes[n % palettes.length];
	const sun = `<circle cx="${width * (.2 + next() * .6)}" cy="${height * .3}" r="${Math.min(width, height) * .11}" fill="#fff6e0"/>`;
	const hills = [[far, .5], [mid, .66], [near, .82]].map(([fill, base]) => `<path d="${hill(next, width, height, base)}" fill="${fill}"/>`);
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${sky}"/>${sun}${hills.join("")}</svg>`;
}

export function portrait(n) {
	const [sky, far, mid, near] = palettes[n % palettes.length];
	return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200"><rect width="200" height="200" fill="${sky}"/><path d="M20 200c0-60 40-80 80-80s80 20 80 80z" fill="${mid}"/><circle cx="100" cy="80" r="42" fill="${far}"/><path d="M54 78c0-40 20-56 46-56s46 16 46 56c-14-26-30-34-46-34s-32 8-46 34z" fill="${near}"/></svg>`;
}
