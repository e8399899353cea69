// Download sizes of the built page and their budgets: `node tools/size.mjs dist`. Exits with 1 if one is exceeded.
import { readFileSync, readdirSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KB = 1000;

/** A file belongs to the first part whose pattern matches; `budget` is in kilobytes of brotli. */
const PARTS = [
  { name: "Wasm", pattern: /_bg\.wasm$/, budget: 400, first: true },
  { name: "glue", pattern: /^statefulset-playground-.*\.js$/, budget: 12, first: true },
  { name: "editor", pattern: /^yaml_editor-.*\.js$/, budget: 125, first: true },
  { name: "style sheet", pattern: /\.css$/, budget: 15, first: true },
  { name: "page and start script", pattern: /^(index\.html|boot-.*\.js|favicon\.svg|manifest\.webmanifest)$/, budget: null, first: true },
  { name: "on demand", pattern: /./, budget: null, first: false },
];
const FIRST_VIEW_BUDGET = 560;

/** Formats that are already compressed. */
const COMPRESSED = new Set([".png", ".woff2"]);

const folder = process.argv[2] ?? "dist";
const sizes = PARTS.map((part) => ({ ...part, raw: 0, gzip: 0, brotli: 0 }));
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  const part = sizes.find(({ pattern }) => pattern.test(relative(folder, path)));
  const compressed = COMPRESSED.has(extname(path));
  part.raw += bytes.length;
  part.gzip += compressed ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  part.brotli += compressed ? bytes.length : brotli(bytes);
}

const total = { name: "first view", raw: 0, gzip: 0, brotli: 0, budget: FIRST_VIEW_BUDGET };
for (const part of sizes.filter(({ first }) => first)) {
  total.raw += part.raw;
  total.gzip += part.gzip;
  total.brotli += part.brotli;
}

const rows = [...sizes, total];
console.log(row("kilobytes", "raw", "gzip", "brotli", "budget"));
for (const { name, raw, gzip, brotli: size, budget } of rows) {
  const verdict = budget === null ? "" : size <= budget * KB ? String(budget) : `${budget}  EXCEEDED`;
  console.log(row(name, kilobytes(raw), kilobytes(gzip), kilobytes(size), verdict));
}
const missing = sizes.filter(({ budget, raw }) => budget !== null && raw === 0);
for (const { name } of missing) console.log(`${name}: no such file in ${folder}`);
if (missing.length > 0 || rows.some(({ budget, brotli: size }) => budget !== null && size > budget * KB)) process.exitCode = 1;

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
