// Time from navigation to first paint, stage and pods, each run in a new browser context (cold HTTP cache, local server).
import { withBrowser } from "../../tools/browser.mjs";
import { median, milliseconds, table } from "./lib/figures.mjs";

const RUNS = 7;
const TIMEOUT_MS = 60_000;

const MOMENTS = [
  { name: "first paint", budget: "", selector: "", count: 0 },
  { name: "stage visible", budget: "1000", selector: '[data-run="a"]', count: 1 },
  { name: "first pod", budget: "2000", selector: '[data-run="a"] [data-kind="pod"]', count: 1 },
  { name: "three pods Ready", budget: "", selector: '[data-run="a"] [data-kind="pod"][data-ready="1/1"]', count: 3 },
];

/** @type {Map<string, number[]>} */
const taken = new Map(MOMENTS.map(({ name }) => [name, []]));
await withBrowser(async (browser, url) => {
  for (let round = 0; round < RUNS; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(watch, MOMENTS.filter(({ selector }) => selector));
    await page.goto(url);
    await page.waitForFunction(() => window["moments"].done, null, { timeout: TIMEOUT_MS });
    const moments = await page.evaluate(() => ({
      "first paint": performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      ...window["moments"].at,
    }));
    for (const [name, times] of taken) times.push(moments[name]);
    await context.close();
  }
});

console.log(`## Start\n\nMilliseconds after navigation, ${RUNS} runs.\n`);
console.log(table(["moment", "median", "slowest", "budget"], MOMENTS.map(({ name, budget }) => {
  const times = taken.get(name);
  return [name, milliseconds(median(times)), milliseconds(Math.max(...times)), budget];
})));

/**
 * Runs in the page: records at every frame which moments have been reached.
 * @param {{ name: string, selector: string, count: number }[]} moments
 */
function watch(moments) {
  const state = { at: /** @type {Record<string, number>} */ ({}), done: false };
  window["moments"] = state;
  const look = () => {
    for (const { name, selector, count } of moments) {
      if (!(name in state.at) && document.querySelectorAll(selector).length >= count) state.at[name] = performance.now();
    }
    state.done = moments.every(({ name }) => name in state.at);
    if (!state.done) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
