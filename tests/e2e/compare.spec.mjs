// Comparing two runs.
import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";

/** @param {import("@playwright/test").Page} page */
const compare = (page) => page.getByRole("button", { name: "Compare", exact: true });

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} text
 */
const button = (page, text) => page.getByRole("button", { name: text, exact: true });

/**
 * Opens a settled run, and beside it one whose StatefulSet has podManagementPolicy: Parallel.
 * @param {import("@playwright/test").Page} page
 */
async function compareWithParallel(page) {
  await open(page, "?autoplay=0");
  await button(page, "Skip").click();
  const yaml = editor(page);
  const first = await yaml.text();
  const second = first.replace("replicas: 3", "podManagementPolicy: Parallel\n replicas: 3");
  await yaml.setText(second);
  await compare(page).click();
  await expect(page.locator(".stage[data-run=b]")).toBeVisible();
  return { first, second };
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {"a" | "b"} run
 */
const pods = (page, run) => page.locator(`.stage[data-run=${run}] [data-kind=pod]`);

/** @param {import("@playwright/test").Page} page */
async function settle(page) {
  await button(page, "Skip").click();
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
}

test("a comparison starts a second run, plays both, and ends with the run in the editor", async ({ page }) => {
  const { second } = await compareWithParallel(page);
  await expect(compare(page)).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-playing", "true");
  // Parallel creates all pods at once, OrderedReady one after the other.
  await expect(pods(page, "b")).toHaveCount(3);
  expect(await pods(page, "a").count()).toBeLessThan(3);
  for (const run of ["a", "b"]) {
    await expect(page.locator(`[data-now][data-run=${run}]`)).toBeVisible();
    await expect(page.locator(`[data-now][data-run=${run}]`)).not.toHaveAttribute("data-object", "");
  }
  await settle(page);
  await expect(pods(page, "a")).toHaveCount(3);
  await expect(pods(page, "b")).toHaveCount(3);
  await compare(page).click();
  await expect(page.locator(".stage")).toHaveCount(1);
  await expect(page.locator(".stage")).toHaveAttribute("data-run", "a");
  expect(await editor(page).text(), "the run in the editor is kept").toBe(second);
  await expect(pods(page, "a")).toHaveCount(3);
});

test("the transport moves both runs", async ({ page }) => {
  await compareWithParallel(page);
  await button(page, "Pause").click();
  await page.getByLabel("Time", { exact: true }).fill("0");
  await expect(pods(page, "a")).toHaveCount(0);
  await expect(pods(page, "b")).toHaveCount(0);
  const times = page.locator(".run-time");
  for (const show of ["1200", "2600", "700"]) {
    await page.getByLabel("Time", { exact: true }).fill(show);
    const [a, b] = await times.allTextContents();
    expect(a, `at ${show} ms of show`).toBe(b);
  }
  await page.getByLabel("Time", { exact: true }).fill("1000000");
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
});

test("editor, lists and clicks act on the active run, whose name is shown", async ({ page }) => {
  const { first, second } = await compareWithParallel(page);
  await settle(page);
  await expect(page.locator(".run-tag")).toHaveText("Run 2");
  await expect(button(page, "Edit run 2")).toHaveAttribute("aria-pressed", "true");
  await button(page, "Edit run 1").click();
  await expect(page.locator(".run-tag")).toHaveText("Run 1");
  await expect(button(page, "Edit run 1")).toBeFocused();
  expect(await editor(page).text()).toBe(first);
  await page.getByLabel("Replicas", { exact: true }).fill("1");
  await page.getByLabel("Replicas", { exact: true }).press("Enter");
  await settle(page);
  await expect(pods(page, "a")).toHaveCount(1);
  await expect(pods(page, "b")).toHaveCount(3);

  // A click on the other stage makes its run active, and its card acts on it.
  const stage = page.getByRole("region", { name: "Stage of run 2" });
  await stage.getByRole("button", { name: `Actions for pod ${SET}-2` }).click();
  await expect(page.locator(".run-tag")).toHaveText("Run 2");
  expect(await editor(page).text()).toBe(second);
  await expect(page.getByRole("dialog", { name: `Actions for Pod ${SET}-2` })).toHaveCount(1);
  await expect(page.locator(".is-selected")).toHaveCount(1);
  const uid = await page.locator(`.stage[data-run=b] [data-kind=pod][data-name=${SET}-2]`).getAttribute("data-uid");
  await button(page, `Delete pod ${SET}-2`).click();
  await settle(page);
  await expect(page.locator(`.stage[data-run=b] [data-kind=pod][data-name=${SET}-2]`)).not.toHaveAttribute("data-uid", `${uid}`);
  await expect(pods(page, "a")).toHaveCount(1);
});

test("ids are unique and two runs are accessible", async ({ page }) => {
  await compareWithParallel(page);
  await button(page, "Pause").click();
  for (const moment of ["2400", "1000000"]) {
    await page.getByLabel("Time", { exact: true }).fill(moment);
    const twice = await page.evaluate(() => {
      const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });
    expect(twice).toEqual([]);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("a link has only the run in the editor", async ({ page }) => {
  const { second } = await compareWithParallel(page);
  await settle(page);
  await expect.poll(() => page.evaluate(() => location.hash)).not.toBe("");
  // The address is written at most once a second.
  await page.waitForTimeout(1_100);
  await page.reload();
  await expect(page.locator("#app .skeleton")).toHaveCount(0);
  await expect.poll(() => editor(page).text()).toBe(second);
  await expect(page.locator(".stage")).toHaveCount(1);
  await expect(pods(page, "a")).toHaveCount(3);
});

test("an embedded page has no comparison", async ({ page }) => {
  await open(page, "?embed&autoplay=0");
  await expect(compare(page)).toBeHidden();
});
