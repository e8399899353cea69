// Chunks: code that is requested when it is first needed. What a person does before it is there is neither lost nor
// done at another moment.
import { expect, open, test } from "./harness.mjs";

const CONSOLE = /\/chunk-console-[0-9a-f]+\.wasm$/;
const SET = "my-db-statefulset";

/**
 * The chunks that a page requests from now on, by their names without hash. What several chunks need comes with the first
 * of them, in one with a number.
 * @param {import("@playwright/test").Page} page
 */
function requested(page) {
  /** @type {string[]} */
  const names = [];
  page.on("request", (request) => {
    const name = request.url().match(/\/chunk-(.*)-[0-9a-f]+\.wasm$/)?.[1];
    if (name && !/\d$/.test(name)) names.push(name);
  });
  return names;
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} line
 */
async function enter(page, line) {
  // Without the pointer or the focus, which would load the console before the line is entered.
  await page.evaluate(() => /** @type {HTMLElement} */ ([...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "kubectl")).click());
  const prompt = page.getByLabel("kubectl line");
  await prompt.fill(line);
  await prompt.press("Enter");
}

/** @param {import("@playwright/test").Page} page */
const log = (page) => page.locator(".terminal-log");

test("the first view of an embedded page requests no chunk and no editor", async ({ page }) => {
  const chunks = requested(page);
  /** @type {string[]} */
  const editors = [];
  page.on("request", (request) => { if (request.url().includes("yaml_editor")) editors.push(request.url()); });
  await open(page, "?embed");
  await expect(page.locator(`[data-kind=pod][data-name=${SET}-0]`)).toHaveAttribute("data-ready", "1/1");
  expect(chunks).toEqual([]);
  expect(editors).toEqual([]);
});

test("the terminal's first line loads the console, once", async ({ page }) => {
  const chunks = requested(page);
  await open(page, "?autoplay=0");
  await expect.poll(() => chunks, "the validation comes after the first frame").toEqual(["check"]);
  await enter(page, "get sts");
  await expect(log(page)).toContainText(`${SET}   0/3`);
  await enter(page, `scale sts ${SET} --replicas=1`);
  await expect(log(page)).toContainText(`${SET} scaled`);
  expect(chunks).toEqual(["check", "console"]);
});

test("the pointer over the tab of the terminal loads the console", async ({ page }) => {
  const chunks = requested(page);
  await open(page, "?autoplay=0");
  await page.getByRole("tab", { name: "kubectl" }).hover();
  await expect.poll(() => chunks).toContain("console");
});

test("a console that cannot be loaded is explained and tried again, and no line is lost", async ({ page, expectNoise }) => {
  expectNoise(/request failed: .*chunk-console/);
  expectNoise(/console\.error: .*(Failed to load resource|Failed to fetch)/);
  let failures = 0;
  await page.route(CONSOLE, (route) => {
    failures += 1;
    return failures <= 2 ? route.abort() : route.continue();
  });
  await open(page, "?autoplay=0");
  await enter(page, "get sts");
  await enter(page, `scale sts ${SET} --replicas=1`);
  await expect(log(page)).toContainText("kubectl could not be loaded");
  await expect(log(page)).toContainText("Trying again.");
  await expect(log(page)).toContainText(`${SET}   0/3`);
  await expect(log(page)).toContainText(`${SET} scaled`);
  await expect(log(page)).not.toContainText("could not be loaded");
  expect(failures).toBe(3);
});

test("a link replays identically when the console comes seconds later", async ({ page, context }) => {
  await open(page, "?autoplay=0");
  await enter(page, `scale sts ${SET} --replicas=2`);
  await enter(page, `delete pod ${SET}-0 --wait=false`);
  await page.getByRole("button", { name: "Skip" }).click();
  const settled = page.locator("[data-kind=statefulset]");
  await expect(settled).toHaveAttribute("data-ready", "2");
  await expect.poll(() => new URL(page.url()).hash.length).toBeGreaterThan(10);
  await page.waitForTimeout(1_500);
  const address = page.url();
  const shown = async (/** @type {import("@playwright/test").Page} */ other) => {
    await other.getByRole("tab", { name: "Events" }).click();
    return {
      hash: new URL(other.url()).hash,
      events: await other.getByRole("tabpanel").innerText(),
      sentence: await other.locator(".sentence").first().innerText(),
      pods: await other.locator("[data-kind=pod]").evaluateAll((pods) => pods.map((pod) => ({ .../** @type {HTMLElement} */ (pod).dataset }))),
    };
  };
  const before = await shown(page);
  const late = await context.newPage();
  await late.route(CONSOLE, async (route) => {
    await new Promise((done) => setTimeout(done, 3_000));
    await route.continue();
  });
  await late.goto(address);
  await expect(late.locator("[data-kind=statefulset]")).toHaveAttribute("data-ready", "2");
  expect(await shown(late)).toEqual(before);
});
