// Builds the page as static files: `node tools/build.mjs [--debug] [--dist FOLDER]`.
//
// Functions marked with `#[wasm_split(NAME)]` are moved, with the code and the data that only they reach, from the main
// module into the chunk NAME, which the page requests when it first needs it. What several chunks need is in a shared one,
// which comes with the first of them. The steps: bundle scripts and style sheet;
// compile; split; make wasm-bindgen's glue for the main module; optimise all modules; name every file by its content;
// write the document. The glue and the splitter's loaders are bundled into one script, because each imports the other,
// so that neither could be named by its content; and a second copy of the glue would start a second simulation.
import { build, transform } from "esbuild";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { WASM_OPT } from "./wasm_opt.mjs";

const { values: options } = parseArgs({
  options: { debug: { type: "boolean", default: false }, dist: { type: "string", default: "dist" } },
});

const NAME = "statefulset-playground";
const TARGETS = ["chrome123", "firefox125", "safari17.5"];
/** What wasm-bindgen and the splitter call the main module; the splitter's script imports this name. */
const MAIN = "main";

const target = resolve(process.env.CARGO_TARGET_DIR ?? "target");
const profile = options.debug ? "dev" : "web";
const compiled = join(target, "wasm32-unknown-unknown", options.debug ? "debug" : "web", `${NAME}.wasm`);
const work = join(target, `page-${profile}`);
const split = join(work, "split");
const glue = join(work, "glue");

rmSync(work, { recursive: true, force: true });
for (const folder of [split, glue]) mkdirSync(folder, { recursive: true });
await bundle();
run("cargo", ["build", "--locked", "--quiet", "--target", "wasm32-unknown-unknown", "--profile", profile, "--bin", NAME]);
run("wasm-split-cli", [compiled, split]);
run("wasm-bindgen", [
  "--target", "web", "--no-typescript", "--keep-lld-exports",
  ...(options.debug ? ["--keep-debug"] : []),
  "--out-name", MAIN, "--out-dir", glue, join(split, `${MAIN}.wasm`),
]);
await write();

/** Bundles and minifies the start module, the editor and the style sheet. */
async function bundle() {
  await build({
    entryPoints: { boot: "src/web/boot.js", yaml_editor: "src/ui/editor/yaml_editor.js", main: "style/main.css" },
    outdir: work,
    bundle: true,
    minify: true,
    format: "esm",
    target: TARGETS,
    plugins: [shadowSheets()],
    legalComments: "none",
    logLevel: "warning",
  });
}

/** Style sheets of shadow roots are imported by scripts as minified text. */
function shadowSheets() {
  return {
    name: "shadow sheets",
    setup({ onLoad }) {
      onLoad({ filter: /src\/ui\/.*\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGETS });
        return { contents: code.trim(), loader: "text" };
      });
    },
  };
}

/** Optimises the modules and writes all files. */
async function write() {
  const dist = options.dist;
  rmSync(dist, { recursive: true, force: true });
  cpSync("public", dist, { recursive: true });
  const main = add(dist, `${NAME}-*_bg.wasm`, optimised(join(glue, `${MAIN}_bg.wasm`)));
  const loaders = join(split, "__wasm_split.js");
  writeFileSync(loaders, named(dist, readFileSync(loaders, "utf8")));
  const { outputFiles: [script] } = await build({
    entryPoints: [join(glue, `${MAIN}.js`)],
    bundle: true,
    minify: !options.debug,
    format: "esm",
    target: TARGETS,
    write: false,
    plugins: [neighbours()],
    // wasm-bindgen lists the module of the loaders once for each function that it imports from there.
    logOverride: { "duplicate-object-key": "silent" },
    logLevel: "warning",
  });
  const files = {
    css: add(dist, "main-*.css", readFileSync(join(work, "main.css"))),
    boot: add(dist, "boot-*.js", readFileSync(join(work, "boot.js"))),
    editor: add(dist, "yaml_editor-*.js", readFileSync(join(work, "yaml_editor.js"))),
    glue: add(dist, `${NAME}-*.js`, Buffer.from(script.contents)),
    wasm: main,
  };
  const document = readFileSync("index.html", "utf8").replace(/\{(\w+)(\.integrity)?\}/g, (_, name, integrity) => {
    const file = files[name];
    if (!file) throw new Error(`index.html names ${name}, which is no file of the page`);
    return integrity ? file.integrity : `./${file.name}`;
  });
  writeFileSync(join(dist, "index.html"), document);
}

/** The glue imports the loaders and these import the glue; the splitter writes them into another folder. */
function neighbours() {
  return {
    name: "neighbours",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\/(__wasm_split|main)\.js$/ }, ({ path }) => ({
        path: join(path.endsWith(`${MAIN}.js`) ? glue : split, path),
      }));
    },
  };
}

/**
 * Writes the chunks that the loaders request, and puts their names and hashes into the requests.
 * @param {string} dist
 * @param {string} source
 */
function named(dist, source) {
  const request = /fetch\(new URL\("\.\/((?:split|chunk)_\w+)\.wasm", import\.meta\.url\)\)/g;
  const result = source.replace(request, (_, chunk) => {
    const file = add(dist, `${chunk.replace("split_", "chunk-").replace("chunk_", "chunk-shared-")}-*.wasm`, optimised(join(split, `${chunk}.wasm`)));
    return `fetch(new URL("./${file.name}", import.meta.url), { integrity: "${file.integrity}" })`;
  });
  const chunks = readdirSync(split).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name));
  if (chunks.length !== result.split("integrity:").length - 1) {
    throw new Error(`the loaders do not request each of ${chunks.join(", ")} once`);
  }
  return result;
}

/** @param {string} path */
function optimised(path) {
  if (options.debug) return readFileSync(path);
  const out = `${path}.opt`;
  run("wasm-opt", [...WASM_OPT, "-o", out, path]);
  return readFileSync(out);
}

/**
 * Writes a file whose name contains a hash of its content.
 * @param {string} folder
 * @param {string} pattern the name, with `*` for the hash
 * @param {Buffer} content
 */
function add(folder, pattern, content) {
  const hash = createHash("sha384").update(content).digest();
  const name = pattern.replace("*", hash.toString("hex").slice(0, 16));
  writeFileSync(join(folder, name), content);
  return { name, integrity: `sha384-${hash.toString("base64")}` };
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"] });
}
