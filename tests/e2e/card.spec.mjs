// The card of actions: a popover beside its object that takes the focus and returns it.
import { expect, expectAccessible, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";

/** @param {import("@playwright/test").Page} page */
const card = (page) => page.getByRole("dialog", { name: /^Actions for / });

/** @param {import("@playwright/test").Page} page */
async function openSettled(page, address = "?autoplay=0") {
  await open(page, address);
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
}

/**
 * Whether the card is inside the viewport and beside an element.
 * @param {import("@playwright/test").Page} page
 * @param {string} selector
 */
async function expectBeside(page, selector) {
  const [inside, overlaps] = await page.evaluate((object) => {
    const own = document.querySelector(".card").getBoundingClientRect();
    const other = document.querySelector(object).getBoundingClientRect();
    return [
      own.left >= 0 && own.top >= 0 && own.right <= innerWidth && own.bottom <= innerHeight,
      own.left < other.right && other.left < own.right && own.top < other.bottom && other.top < own.bottom,
    ];
  }, selector);
  expect(inside, `the card of ${selector} is inside the viewport`).toBe(true);
  expect(overlaps, `the card covers ${selector}`).toBe(false);
}

for (const { name, size, address } of [
  { name: "a large screen", size: { width: 1440, height: 900 }, address: "?autoplay=0" },
  { name: "an embedded page", size: { width: 800, height: 500 }, address: "?embed&autoplay=0" },
  { name: "a phone", size: { width: 390, height: 844 }, address: "?autoplay=0" },
]) {
  test(`on ${name} the card is beside its object and never covers it`, async ({ page }) => {
    await page.setViewportSize(size);
    await openSettled(page, address);
    for (const kind of ["pod", "claim", "volume"]) {
      await page.locator(`[data-kind=${kind}]:visible button`).first().click();
      await expect(card(page)).toBeVisible();
      await expectBeside(page, `[data-kind=${kind}].is-selected`);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: `StatefulSet ${SET}` }).click();
    await expect(card(page)).toBeVisible();
    await expectBeside(page, ".workload.is-selected");
    await expectAccessible(page);
  });
}

test("the card takes the focus, and gives it back when it is closed or has done its work", async ({ page }) => {
  await openSettled(page);
  const pod = page.getByRole("button", { name: `Actions for pod ${SET}-1` });
  const first = card(page).getByRole("button", { name: "Show as YAML" });
  for (const close of [() => page.keyboard.press("Escape"), () => card(page).getByRole("button", { name: "Close" }).click()]) {
    await pod.click();
    await expect(first).toBeFocused();
    await close();
    await expect(card(page)).toBeHidden();
    await expect(pod).toBeFocused();
  }
  await expect(page.locator(".is-selected")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator(".is-selected")).toHaveCount(0);
  await pod.click();
  await card(page).getByRole("button", { name: `Delete pod ${SET}-1`, exact: true }).press("Enter");
  await expect(card(page)).toBeHidden();
  await expect(pod).toBeFocused();
});

test("a press outside closes the card and keeps the selection; a press on its object clears it, too", async ({ page }) => {
  await openSettled(page);
  const pod = page.getByRole("button", { name: `Actions for pod ${SET}-1` });
  await pod.click();
  await page.locator("[data-now]").click();
  await expect(card(page)).toBeHidden();
  await expect(page.locator(".is-selected")).toHaveAttribute("data-name", `${SET}-1`);
  await pod.click();
  await expect(card(page)).toBeVisible();
  await pod.click();
  await expect(card(page)).toBeHidden();
  await expect(page.locator(".is-selected")).toHaveCount(0);
  await pod.click();
  await page.getByRole("button", { name: `Actions for pod ${SET}-2` }).click({ position: { x: 150, y: 8 } });
  await expect(card(page)).toHaveAccessibleName(`Actions for Pod ${SET}-2`);
});

test("an object in the inspector has its card behind a button", async ({ page }) => {
  await openSettled(page);
  await page.getByRole("tab", { name: "Objects" }).click();
  await page.getByRole("group", { name: "Node", exact: true }).getByRole("button").first().click();
  await expect(card(page)).toBeHidden();
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await expect(card(page)).toHaveAccessibleName("Actions for Node node-1");
  await expectBeside(page, ".object-actions");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Actions", exact: true })).toBeFocused();
  await expect(page.getByLabel("Selected object as YAML")).toContainText("kind: Node");
});
