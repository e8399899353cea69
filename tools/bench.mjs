// `make bench`: the native measurements (the cargo example `bench`, where there is one), then those in Chromium
// (every tests/bench/*.mjs).
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NATIVE = "examples/bench.rs";
const BROWSER = "tests/bench";

if (existsSync(NATIVE)) run("cargo", ["run", "--locked", "--release", "--example", "bench"]);
const scripts = existsSync(BROWSER) ? readdirSync(BROWSER).filter((name) => name.endsWith(".mjs")).sort() : [];
for (const script of scripts) run("node", [join(BROWSER, script)]);

/**
 * @param {string} command
 * @param {string[]} words
 */
function run(command, words) {
  const { status } = spawnSync(command, words, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
