// Main-thread work per frame during a rollout at 1×, from a trace of Chromium: the CPU time of all tasks on the page's main
// thread between two frames.
import { withBrowser } from "../../tools/browser.mjs";
import { milliseconds, percentile, table } from "./lib/figures.mjs";

const SETS = [
  { pods: 3, budget: "8" },
  { pods: 30, budget: "8" },
  { pods: 100, budget: "8" },
  { pods: 1000, budget: "12" },
];
const TRACED_MS = 8_000;
const TIMEOUT_MS = 120_000;

const rows = [];
await withBrowser(async (browser, url) => {
  for (const { pods, budget } of SETS) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${url}?autoplay=0`);
    await apply(page, manifest(pods, "web:1"));
    await skipToQuiet(page, pods);
    await apply(page, manifest(pods, "web:2"));
    const trace = await traced(browser, page);
    const work = workPerFrame(trace);
    rows.push([String(pods), String(work.length), ...[50, 95, 100].map((rank) => milliseconds(percentile(work, rank))), budget]);
    await page.close();
  }
});
console.log("## Frames\n\nMain-thread milliseconds per frame during a rollout at 1×; the budget is for the 95th percentile.\n");
console.log(table(["pods", "frames", "median", "95th percentile", "longest", "budget"], rows));

/**
 * @param {number} replicas
 * @param {string} image
 */
function manifest(replicas, image) {
  return `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: None
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: ${replicas}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: ${image}
`;
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} text
 */
async function apply(page, text) {
  await page.waitForFunction(() => customElements.get("yaml-editor") && document.querySelector('[data-run="a"]'));
  await page.locator("yaml-editor").evaluate((node, value) => { node["text"] = value; }, text);
  await page.getByRole("button", { name: "Apply" }).click();
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {number} pods
 */
async function skipToQuiet(page, pods) {
  const ready = page.locator(`[data-kind="statefulset"][data-name="web"][data-ready="${pods}"]`);
  const end = Date.now() + TIMEOUT_MS;
  while ((await ready.count()) === 0) {
    if (Date.now() > end) throw new Error(`${pods} pods were not ready after ${TIMEOUT_MS / 1000} s`);
    await page.getByRole("button", { name: "Skip" }).click();
    await page.waitForTimeout(100);
  }
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {import("@playwright/test").Page} page
 */
async function traced(browser, page) {
  await browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
  const play = page.getByRole("button", { name: "Play", exact: true });
  if (await play.count()) await play.click();
  await page.waitForTimeout(TRACED_MS);
  return JSON.parse((await browser.stopTracing()).toString()).traceEvents;
}

/**
 * @param {any[]} events
 * @returns {number[]} milliseconds of each frame, in order
 */
function workPerFrame(events) {
  const frames = events.filter(({ name }) => name === "FireAnimationFrame");
  const main = mostFrequent(frames.map(({ pid, tid }) => `${pid}:${tid}`));
  if (main === undefined) throw new Error("the trace has no frames: nothing was playing");
  const ours = events.filter(({ pid, tid }) => `${pid}:${tid}` === main);
  const starts = ours.filter(({ name }) => name === "FireAnimationFrame").map(({ ts }) => ts).sort((a, b) => a - b);
  const tasks = ours.filter(({ name }) => name === "RunTask");
  const work = new Array(Math.max(0, starts.length - 1)).fill(0);
  for (const { ts, dur, tdur } of tasks) {
    const index = upperBound(starts, ts + dur / 2) - 1;
    if (index >= 0 && index < work.length) work[index] += (tdur ?? dur) / 1000;
  }
  return work;
}

/** @param {string[]} values */
function mostFrequent(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1])[0]?.[0];
}

/**
 * The number of sorted values that are at most `limit`.
 * @param {number[]} sorted
 * @param {number} limit
 */
function upperBound(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
