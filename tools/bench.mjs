// `make bench`: runs the native benchmarks (cargo's examples), those in Chromium (tests/bench/*.mjs) and the size report.
// Each prints Markdown, which is shown and written to docs/benchmarks.md.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";

const NATIVE = ["bench", "timeline"];
const BROWSER = "tests/bench";
const OUT = "docs/benchmarks.md";

const parts = [machine()];
for (const example of NATIVE.filter((name) => existsSync(`examples/${name}.rs`) || existsSync(`examples/${name}/main.rs`))) {
  parts.push(await run("cargo", ["run", "--locked", "--release", "--quiet", "--example", example]));
}
for (const script of readdirSync(BROWSER).filter((name) => name.endsWith(".mjs")).sort()) {
  parts.push(await run("node", [join(BROWSER, script)]));
}
const sizes = await run("node", ["tools/size.mjs", "dist"], [0, 1]);
parts.push(`## Sizes\n\n\`\`\`text\n${sizes.trimEnd()}\n\`\`\``);
const costs = await run("node", ["tools/parts.mjs"]);
parts.push(`Size of the parts of the Wasm, each compressed by itself:\n\n\`\`\`text\n${costs.trimEnd()}\n\`\`\``);
mkdirSync("docs", { recursive: true });
writeFileSync(OUT, `${parts.map((part) => part.trim()).join("\n\n")}\n`);
console.log(`\nwritten to ${OUT}`);

function machine() {
  const model = cpus()[0]?.model.replace(/\s+/g, " ").trim() || "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `# Benchmarks\n\nMeasured by \`make bench\` on ${date}: ${availableParallelism()} cores (${model}), ${memory} GB, ${platform()}. `
    + "Times are medians unless stated otherwise; no test asserts them.";
}

/**
 * @param {string} command
 * @param {string[]} words
 * @param {number[]} fine exit codes after which to continue; sizes over budget are a result too
 * @returns {Promise<string>} its output
 */
function run(command, words, fine = [0]) {
  return new Promise((done) => {
    const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      process.stdout.write(chunk);
    });
    child.on("close", (code) => {
      if (fine.includes(code ?? -1)) done(printed);
      else process.exit(code ?? 1);
    });
  });
}
