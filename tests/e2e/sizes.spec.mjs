// The stage at every size: the drawing depends on the size, the document does not.
import { editor, expect, expectAccessible, grow, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";

for (const [replicas, size] of /** @type {const} */ ([[1, "full"], [12, "compact"], [120, "dense"]])) {
  test(`${replicas} pods are drawn at ${size} size and are all in the document`, async ({ page }) => {
    await grow(page, replicas);
    await expect(page.locator(".band:not([hidden])")).toHaveAttribute("data-size", size);
    for (const kind of ["pod", "claim", "volume", "name", "slot"]) {
      await expect(page.locator(`[data-run=a] [data-kind=${kind}]`)).toHaveCount(replicas);
    }
    await expect(page.locator(`[data-kind=pod][data-name=${SET}-${replicas - 1}]`)).toHaveAttribute("data-ready", "1/1");
    await expectAccessible(page);
  });
}

test("claims without pods are folded into one column and stay in the document", async ({ page }) => {
  await grow(page, 12);
  await page.getByLabel("Replicas", { exact: true }).fill("2");
  await page.getByLabel("Replicas", { exact: true }).press("Enter");
  await page.getByRole("button", { name: "Skip" }).click();
  await expect(page.getByText("+10 claims kept")).toBeVisible();
  await expect(page.locator("[data-kind=claim]")).toHaveCount(12);
  await expect(page.locator("[data-kind=slot][data-state=ghost]")).toHaveCount(10);
});

test("a phone shows one column in full and a strip of all", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "?autoplay=0");
  await page.getByRole("button", { name: "Skip" }).click();
  await expect(page.locator("[data-kind=pod]:visible")).toHaveCount(1);
  await expect(page.locator("[data-kind=pod]")).toHaveCount(3);
  await page.getByRole("button", { name: "2", exact: true }).click();
  await expect(page.locator(`[data-kind=pod][data-name=${SET}-2]`)).toBeVisible();
  await page.getByRole("button", { name: "YAML" }).click();
  await expect(editor(page).input).toBeVisible();
  await expectAccessible(page);
});

test("the page fits a width of 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, "?autoplay=0");
  await page.getByRole("button", { name: "Skip" }).click();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
});

test("an embedded page of 800 by 500 shows three columns in full", async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 500 });
  await open(page, "?embed&autoplay=0");
  await page.getByRole("button", { name: "Skip" }).click();
  await expect(editor(page).input).toBeHidden();
  await expect(page.getByRole("link", { name: "Open full page" })).toBeVisible();
  await expect(page.locator("[data-now]")).toBeVisible();
  for (const ordinal of [0, 1, 2]) {
    await expect(page.locator(`[data-kind=pod][data-name=${SET}-${ordinal}]`)).toBeInViewport({ ratio: 1 });
    await expect(page.locator(`[data-kind=volume]`).nth(ordinal)).toBeInViewport({ ratio: 1 });
  }
  await expectAccessible(page);
});

test("with reduced motion nothing starts playing and nothing is animated", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-playing", "false");
  for (let step = 0; step < 4; step += 1) await page.getByRole("button", { name: "Step", exact: true }).click();
  const moved = await page.locator(".stage *").evaluateAll((nodes) => nodes.filter((node) => /** @type {HTMLElement} */ (node).style?.getPropertyValue("--appear") !== "").length);
  expect(moved).toBe(0);
});
