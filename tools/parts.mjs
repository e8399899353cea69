// The size of each part of the main module: `node tools/parts.mjs`, after `make build`.
//
// Runs wasm-opt on the compiled page with names kept, and counts each function for the crate that defines it, and for our
// own crate for the module. Parts are compressed one by one, so the sums are only approximate; instances of generic code
// count for the crate that defines it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { WASM_OPT } from "./wasm_opt.mjs";

/** Where build.mjs leaves the main module before it is optimised. */
const WORK = `${process.env.CARGO_TARGET_DIR ?? "target"}/page-web`;
const OWN = "statefulset_playground";
const KB = 1000;
const SHOWN_FROM_BYTES = 2 * KB;

const named = `${WORK}/named.wasm`;
execFileSync("wasm-opt", [...WASM_OPT, "-g", "-o", named, `${WORK}/glue/main_bg.wasm`]);

const module = read(readFileSync(named));
/** @type {Map<string, Buffer[]>} */
const parts = new Map([["static data", [module.data]]]);
for (const { name, body } of module.functions) {
  const part = partOf(name);
  parts.set(part, [...(parts.get(part) ?? []), body]);
}
const rows = [...parts].map(([part, bodies]) => {
  const bytes = Buffer.concat(bodies);
  return { part, raw: bytes.length, brotli: brotli(bytes) };
});
const small = rows.filter(({ brotli }) => brotli < SHOWN_FROM_BYTES);
const shown = rows.filter((row) => !small.includes(row)).sort((a, b) => b.brotli - a.brotli);
const sum = (/** @type {"raw" | "brotli"} */ column) => small.reduce((total, row) => total + row[column], 0);
console.log(line("kilobytes", "raw", "brotli"));
for (const { part, raw, brotli } of shown) console.log(line(part, kilobytes(raw), kilobytes(brotli)));
console.log(line(`${small.length} smaller parts`, kilobytes(sum("raw")), kilobytes(sum("brotli"))));

/**
 * The functions of a WebAssembly module, with their names, and its data.
 * @param {Buffer} bytes
 */
function read(bytes) {
  let at = 8;
  const number = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const slice = () => {
    const length = number();
    at += length;
    return bytes.subarray(at - length, at);
  };
  /** @type {Buffer[]} */
  const bodies = [];
  /** @type {Map<number, string>} */
  const names = new Map();
  let imported = 0;
  let data = bytes.subarray(0, 0);
  const sections = {
    /** Imports: they are numbered before functions, and the main module imports only functions. */
    2: () => (imported = number()),
    10: () => {
      for (let left = number(); left > 0; left -= 1) bodies.push(slice());
    },
    11: (/** @type {number} */ end) => (data = bytes.subarray(at, end)),
    0: (/** @type {number} */ end) => {
      if (slice().toString() !== "name") return;
      while (at < end) {
        const kind = bytes[at++];
        const next = number() + at;
        if (kind === 1) for (let left = number(); left > 0; left -= 1) names.set(number(), slice().toString());
        at = next;
      }
    },
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    sections[section]?.(end);
    at = end;
  }
  return { data, functions: bodies.map((body, index) => ({ name: names.get(index + imported) ?? "", body })) };
}

/** @param {string} name such as `<core::iter::Map<I,F> as core::iter::Iterator>::next` */
function partOf(name) {
  const path = name.replace(/\$LT\$/g, "<").replace(/\$RF\$/g, "&").replace(/\$u20\$/g, " ");
  const [, crate, inside] = path.replace(/^[_<&(*[ ]+(mut |dyn )*/, "").match(/^(\w+)(?:::(\w+))?/) ?? [];
  if (!crate) return "without a name";
  return crate === OWN && inside ? `our ${inside}` : crate;
}

/** @param {Buffer} bytes */
function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / KB).toFixed(1);
}

/** @param {string[]} cells */
function line(...[name, raw, size]) {
  return `${name.padEnd(28)}${raw.padStart(10)}${size.padStart(10)}`;
}
