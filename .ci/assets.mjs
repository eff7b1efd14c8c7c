// Lays out what the server serves: names with the hash of their content, so that a browser may
// keep them for ever, and brotli and gzip variants, so that the server never compresses a file.
//
//   node .ci/assets.mjs PKG CSS PUBLIC SITE
//
// SITE/pkg/kestra.<hash>.{js,wasm,css}   and .br, .gz beside each
// SITE/pkg/areas.<hash>.js               the script that fetches the code of areas
// SITE/pkg/<name>.<hash>.wasm            the code of an area, or much that a few areas share
// SITE/pkg/shared.<hash>.pack            all else that several areas share, see `pack`
// SITE/…                                 the files of PUBLIC under their own names, likewise
// SITE/manifest.json                     the names under /pkg/: {"js": …, "wasm": …, "css": …, "loader": …,
//                                        "areas": {"<area>": [what it is made of], …}}
//
// Files that are already right are left alone: cargo embeds them again when their time changes.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [pkg, css, publicDir, site] = process.argv.slice(2);

const filesOf = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true })
        .map((name) => join(dir, name))
        .filter((path) => statSync(path).isFile())
        .sort()
    : [];
const hashOf = (...contents) => {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 16);
};
const same = (path, content) => existsSync(path) && readFileSync(path).equals(content);
// In one step, so that a run that was stopped leaves no half file.
const write = (path, content) => {
  if (same(path, content)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
};

// What is compressed already only grows.
const compressible = new Set([".js", ".wasm", ".pack", ".css", ".svg", ".json", ".webmanifest", ".txt", ".xml", ".ico"]);

const variants = {
  ".br": (content) =>
    brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        // Code repeats itself a few bytes back: such distances in their own right make the program smaller.
        [constants.BROTLI_PARAM_NDIRECT]: 15,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  ".gz": (content) => gzipSync(content, { level: 9 }),
};

const kept = new Set();
const put = (path, content) => {
  const to = join(site, path);
  const unchanged = same(to, content);
  for (const [suffix, compress] of compressible.has(extname(path)) ? Object.entries(variants) : []) {
    if (!(unchanged && existsSync(to + suffix))) {
      const compressed = compress(content);
      // Tiny files: there is no variant, and the server sends the file itself.
      if (compressed.length >= content.length) continue;
      write(to + suffix, compressed);
    }
    kept.add(to + suffix);
  }
  // After its variants: a file that is already right vouches for them.
  write(to, content);
  kept.add(to);
};

// wasm-bindgen writes for readers: its comments and indentation are a tenth of what is sent.
const bare = (text) => text.replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "").replace(/^[ \t]+/gm, "");
const style = readFileSync(css);
// One hash for the program, its script and all areas: none works with another version of the others.
const areas = JSON.parse(readFileSync(join(pkg, "areas.json"), "utf8"));
const stems = [...new Set(Object.values(areas).flat())].sort();
const code = Object.fromEntries(stems.map((stem) => [stem, readFileSync(join(pkg, `${stem}.wasm`))]));
const unnamed = "areas.________________.js";

// A dozen areas share code in two hundred ways, most of it small: each way is a module of its own. A browser that asked for
// each would wait for dozens of answers, so they travel together: what most areas use, what the areas that are opened first
// use too, and the rest. What few areas share and is large stays by itself.
const FIRST = ["home", "tenants"];
const LARGE = 8_000;
const usersOf = (stem) => Object.keys(areas).filter((area) => areas[area].includes(stem));
function packOf(stem) {
  if (stem.startsWith("split_")) return undefined;
  const users = usersOf(stem);
  if (users.length * 2 > Object.keys(areas).length) return "shared";
  if (code[stem].length > LARGE) return undefined;
  return users.some((area) => FIRST.includes(area)) ? "first" : "others";
}
const packs = {};
for (const stem of stems) if (packOf(stem)) (packs[packOf(stem)] ??= []).push(stem);
const packName = (name) => `${name}.pack`;
// How many modules there are and the length of each, as numbers of 32 bits, then the modules.
function pack(packed) {
  const numbers = new Uint32Array([packed.length, ...packed.map((stem) => code[stem].length)]);
  return Buffer.concat([Buffer.from(numbers.buffer), ...packed.map((stem) => code[stem])]);
}
// The script takes these modules out of their packs instead of fetching each.
function packing(loader) {
  for (const [name, packed] of Object.entries(packs))
    for (const [number, stem] of packed.entries()) {
      const fetched = `const src = fetch(new URL("./${stem}.wasm", import.meta.url));\nsrc.catch(() => {});\nreturn async (imports) => (WebAssembly.instantiateStreaming(src, imports));`;
      if (!loader.includes(fetched)) throw new Error(`the script that fetches areas does not fetch ${stem} as expected`);
      loader = loader.replace(fetched, `const src = unpack("${packName(name)}", ${number});\nsrc.catch(() => {});\nreturn async (imports) => WebAssembly.instantiate(await src, imports);`);
    }
  return `${loader}
const packs = {};
function fetchPack(name) {
packs[name] ??= fetch(new URL(name, import.meta.url)).then((answer) => {
if (!answer.ok) throw new Error(answer.statusText);
return answer.arrayBuffer();
});
packs[name].catch(() => delete packs[name]);
return packs[name];
}
async function unpack(name, number) {
const bytes = await fetchPack(name);
const [count, ...lengths] = new Uint32Array(bytes, 0, new Uint32Array(bytes, 0, 1)[0] + 1);
const from = lengths.slice(0, number).reduce((sum, length) => sum + length, 4 * (count + 1));
return new Uint8Array(bytes, from, lengths[number]);
}
`;
}
const sources = {
  js: bare(readFileSync(join(pkg, "kestra.js"), "utf8")),
  loader: packing(bare(readFileSync(join(pkg, unnamed), "utf8"))),
  wasm: readFileSync(join(pkg, "kestra.wasm")),
};
const build = hashOf(...Object.values(sources), ...Object.values(code));
const builtPack = (name) => `${name}.${build}.pack`;
const areaFile = (stem) => (packOf(stem) ? builtPack(packOf(stem)) : `${stem.replace(/^split_/, "")}.${build}.wasm`);
const names = {
  js: `kestra.${build}.js`,
  wasm: `kestra.${build}.wasm`,
  css: `kestra.${hashOf(style)}.css`,
  loader: unnamed.replace(/_+/, build),
  areas: Object.fromEntries(Object.keys(areas).sort().map((area) => [area, [...new Set(areas[area].map(areaFile))]])),
};
// They know each other by names without it. In the program the name stays as long as it is.
const renames = [
  ["./kestra.js", `./${names.js}`],
  [`./${unnamed}`, `./${names.loader}`],
  ...stems.filter((stem) => !packOf(stem)).map((stem) => [`./${stem}.wasm`, `./${areaFile(stem)}`]),
  ...Object.keys(packs).map((name) => [packName(name), builtPack(name)]),
];
const renamed = (text) => renames.reduce((text, [from, to]) => text.replaceAll(`"${from}"`, `"${to}"`), text);
const program = sources.wasm.toString("latin1").replaceAll(unnamed, names.loader);
put(join("pkg", names.js), Buffer.from(renamed(sources.js)));
put(join("pkg", names.loader), Buffer.from(renamed(sources.loader)));
put(join("pkg", names.wasm), Buffer.from(program, "latin1"));
for (const stem of stems) if (!packOf(stem)) put(join("pkg", areaFile(stem)), code[stem]);
for (const [name, packed] of Object.entries(packs)) put(join("pkg", builtPack(name)), pack(packed));
put(join("pkg", names.css), style);
// Scripts that crates bring along; kestra.js imports them by these paths, which hold a hash.
for (const path of filesOf(join(pkg, "snippets"))) {
  const name = relative(pkg, path);
  const script = bare(readFileSync(path, "utf8")).replace(/^\/\/.*\n/gm, "");
  put(join("pkg", name), Buffer.from(script));
}
for (const path of filesOf(publicDir)) put(relative(publicDir, path), readFileSync(path));

// Last of what is written: a manifest names only files that exist.
const manifest = join(site, "manifest.json");
kept.add(manifest);
write(manifest, Buffer.from(`${JSON.stringify(names, null, 2)}\n`));
for (const path of filesOf(site)) if (!kept.has(path)) rmSync(path);

// What is sent: by everybody first, and by whoever opens an area's first page.
const sent = (name) => {
  const path = join(site, "pkg", name);
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size / 1000;
};
const total = (files) => files.reduce((sum, name) => sum + sent(name), 0).toFixed(1);
const first = ["js", "loader", "wasm", "css"];
console.error(`target/site: ${first.map((kind) => `${kind} ${sent(names[kind]).toFixed(1)}`).join(" + ")} = ${total(first.map((kind) => names[kind]))} KB in brotli for the first page`);
for (const [area, files] of Object.entries(names.areas)) console.error(`  ${area}: ${total(files)} KB once${files.length > 1 ? `, in ${files.length} files` : ""}`);
