// Simulation and checks in Chromium: the example bench-web, compiled like the page but without wasm-opt.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { withBrowser } from "../../tools/browser.mjs";
import { serve } from "../../tools/serve.mjs";

const OUT = "target/bench-web";
const TIMEOUT_MS = 300_000;

/** @type {import("node:child_process").ExecFileSyncOptions} */
const quiet = { stdio: ["ignore", "inherit", "inherit"] };
const target = "wasm32-unknown-unknown";
execFileSync("cargo", ["build", "--locked", "--quiet", "--target", target, "--profile", "web", "--example", "bench-web"], quiet);
const wasm = `target/${target}/web/examples/bench-web.wasm`;
execFileSync("wasm-bindgen", ["--target", "web", "--no-typescript", "--out-dir", OUT, wasm], quiet);
writeFileSync(`${OUT}/index.html`, "<!doctype html><title>Benchmark</title>");

const server = await serve(OUT);
await withBrowser(async (browser, url) => {
  const page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(url);
  const tables = await page.evaluate(async () => {
    const bench = await import(`${location.origin}/bench-web.js`);
    await bench.default();
    return { simulation: bench.simulation(10_000), checking: bench.checking() };
  });
  console.log(`## Simulating in Chromium\n\n\`\`\`text\n${tables.simulation}\`\`\``);
  console.log(`\n## From text to diagnostics, in Chromium\n\n\`\`\`text\n${tables.checking}\`\`\``);
}, server.url);
await server.close();
