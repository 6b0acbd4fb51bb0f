/* build.mjs: bundles the editor: `node build.mjs FOLDER STAMP`. Two files: main.js, and html.js, which main.js
 * asks for when something formatted is pasted; and the licences of what is in them. */

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [out, stamp] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));

/* No names of chunks, no hashes, no paths: the same sources make the same bytes anywhere. */
const options = {
	absWorkingDir: path.join(here, ".."), bundle: true, format: "esm", target: ["es2022"], minify: true,
	charset: "utf8", legalComments: "none", metafile: true, write: false, banner: { js: `/* editor ${stamp} */` },
};

/* Every package that gave bytes, with its licence. */
function licences(inputs) {
	const packages = new Set(inputs.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1]).filter(Boolean));
	return [...packages].sort().map((name) => {
		const folder = path.join(here, "../node_modules", name);
		const { version } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
		const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
		return `${name} ${version}\n\n${fs.readFileSync(path.join(folder, file), "utf8").trim()}\n`;
	}).join("\n----\n\n");
}

const inputs = [], files = [];
for (const [name, external] of [["html", []], ["main", ["./html.js"]]]) {
	const made = await build({ ...options, entryPoints: [`editor/${name}.js`], external });
	for (const output of Object.values(made.metafile.outputs))
		inputs.push(...Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input));
	files.push([`${name}.js`, made.outputFiles[0].contents]);
}
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(path.join(out, "licenses.txt"), licences(inputs));
for (const [name, bytes] of files) { /* main.js comes last: where it is, all is whole */
	fs.writeFileSync(path.join(out, `${name}.new`), bytes);
	fs.renameSync(path.join(out, `${name}.new`), path.join(out, name));
}
