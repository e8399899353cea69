// Download sizes of the built page and their budgets: `node tools/size.mjs dist`. Exits with 1 if one is exceeded.
import { readFileSync, readdirSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KB = 1000;

/** A file belongs to the first part whose pattern matches; `budget` is in kilobytes of brotli. */
const PARTS = [
  { name: "main module", pattern: /_bg\.wasm$/, budget: 500, first: true, embed: true },
  { name: "glue", pattern: /^statefulset-playground-.*\.js$/, budget: 12, first: true, embed: true },
  { name: "editor", pattern: /^yaml_editor-.*\.js$/, budget: 125, first: true, embed: false },
  { name: "style sheet", pattern: /\.css$/, budget: 15, first: true, embed: true },
  { name: "page and start script", pattern: /^(index\.html|boot-.*\.js|favicon\.svg|manifest\.webmanifest)$/, budget: null, first: true, embed: true },
  { name: "texts on demand", pattern: /\.(json|txt)$/, budget: null, first: false, embed: false },
];
const FIRST_VIEW_BUDGET = 640;
const EMBED_BUDGET = 520;
const CHUNK_BUDGET = 120;

/** Code that is requested on demand; each chunk is a part of its own. */
const CHUNK = /^(chunk-.*)-[0-9a-f]+\.wasm$/;

/** Formats that are already compressed. */
const COMPRESSED = new Set([".png", ".woff2"]);

const folder = process.argv[2] ?? "dist";
const sizes = PARTS.map((part) => ({ ...part, raw: 0, gzip: 0, brotli: 0 }));
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  const part = partOf(relative(folder, path));
  const compressed = COMPRESSED.has(extname(path));
  part.raw += bytes.length;
  part.gzip += compressed ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  part.brotli += compressed ? bytes.length : brotli(bytes);
}

const rows = [
  ...sizes,
  total("first view", FIRST_VIEW_BUDGET, sizes.filter(({ first }) => first)),
  total("first view, embedded", EMBED_BUDGET, sizes.filter(({ embed }) => embed)),
];
console.log(row("kilobytes", "raw", "gzip", "brotli", "budget"));
for (const { name, raw, gzip, brotli: size, budget } of rows) {
  const verdict = budget === null ? "" : size <= budget * KB ? String(budget) : `${budget}  EXCEEDED`;
  console.log(row(name, kilobytes(raw), kilobytes(gzip), kilobytes(size), verdict));
}
const missing = sizes.filter(({ budget, raw }) => budget !== null && raw === 0);
for (const { name } of missing) console.log(`${name}: no such file in ${folder}`);
if (missing.length > 0 || rows.some(({ budget, brotli: size }) => budget !== null && size > budget * KB)) process.exitCode = 1;

/**
 * The part that a file belongs to.
 * @param {string} name
 */
function partOf(name) {
  const chunk = name.match(CHUNK)?.[1];
  const known = sizes.find((part) => (chunk ? part.name === chunk : part.pattern.test(name)));
  if (known) return known;
  if (!chunk) throw new Error(`${name} belongs to no part of the page`);
  const part = { name: chunk, pattern: CHUNK, budget: CHUNK_BUDGET, first: false, embed: false, raw: 0, gzip: 0, brotli: 0 };
  sizes.push(part);
  return part;
}

/**
 * @param {string} name
 * @param {number} budget
 * @param {{ raw: number, gzip: number, brotli: number }[]} parts
 */
function total(name, budget, parts) {
  const sum = (/** @type {"raw" | "gzip" | "brotli"} */ column) => parts.reduce((all, part) => all + part[column], 0);
  return { name, budget, raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
}

/** @param {Buffer} bytes */
function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / KB).toFixed(1);
}

/** @param {string[]} cells */
function row(...cells) {
  const [name, ...figures] = cells;
  return name.padEnd(24) + figures.slice(0, 3).map((figure) => figure.padStart(10)).join("") + (figures[3] ? `   ${figures[3]}` : "");
}
