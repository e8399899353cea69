// One screenshot: node tools/shot.mjs URL OUT.png [--size 1440x900] [--theme light|dark] [--wait MS] [--eval JS]
// [--motion reduce] [--full]. URL is an address, or query and fragment of the page in dist/, which is then served.
// --eval runs in the page before the wait. Console messages go to stderr.
import { parseArgs } from "node:util";
import { withBrowser } from "./browser.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "1440x900" },
    theme: { type: "string", default: "light" },
    wait: { type: "string", default: "1000" },
    motion: { type: "string", default: "no-preference" },
    eval: { type: "string" },
    full: { type: "boolean", default: false },
  },
});
const [address, out] = positionals;
if (out === undefined) {
  console.error("usage: node tools/shot.mjs URL OUT.png [--size 1440x900] [--theme dark] [--wait 3000] [--eval JS] [--full]");
  process.exit(2);
}
const [width, height] = values.size.split("x").map(Number);
const absolute = /^https?:/.test(address);

await withBrowser(async (browser, url) => {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: /** @type {any} */ (values.theme),
    reducedMotion: /** @type {any} */ (values.motion),
  });
  page.on("console", (message) => console.error(`console.${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => console.error(`error: ${error.stack ?? error}`));
  await page.goto(absolute ? address : url + address);
  if (values.eval) {
    const result = await page.evaluate(values.eval);
    if (result !== undefined) console.log(JSON.stringify(result, null, 2));
  }
  await page.waitForTimeout(Number(values.wait));
  await page.screenshot({ path: out, fullPage: values.full });
}, absolute ? address : undefined);
