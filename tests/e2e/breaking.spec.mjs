// Breaking things: from the card of an object and from the list of all faults; what is broken is in view, with the way
// to mend it.
import { expect, expectAccessible, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";

/** @param {import("@playwright/test").Page} page */
async function openSettled(page, address = "?autoplay=0") {
  await open(page, address);
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
}

/** @param {import("@playwright/test").Page} page */
const list = (page) => page.getByRole("dialog", { name: "Break something" });

for (const { name, size, address } of [
  { name: "a large screen", size: { width: 1440, height: 900 }, address: "?autoplay=0" },
  { name: "an embedded page", size: { width: 800, height: 500 }, address: "?embed&autoplay=0" },
  { name: "a phone", size: { width: 390, height: 844 }, address: "?autoplay=0" },
]) {
  test(`on ${name} a fault is found by its name, explained by the sentence, and mended`, async ({ page }) => {
    await page.setViewportSize(size);
    await openSettled(page, address);
    await page.getByRole("button", { name: "Break", exact: true }).click();
    const search = list(page).getByLabel("Search faults");
    await expect(search).toBeFocused();
    await expectAccessible(page);
    await search.fill("no such thing");
    await expect(list(page)).toContainText("Nothing that exists now can be broken in this way.");
    await search.fill("readiness statefulset-1");
    await list(page).getByRole("button", { name: `Fail readiness of ${SET}-1` }).click();
    await expect(list(page)).toBeHidden();
    const fault = page.locator("[data-fault=not-ready]");
    await expect(fault).toHaveAttribute("data-target", `${SET}-1`);
    await expect(fault).toBeVisible();
    await page.getByRole("button", { name: "Skip", exact: true }).click();
    await expect(page.locator("[data-now]")).toContainText("readiness probe fails");
    await expect(page.locator(`[data-kind=pod][data-name="${SET}-1"]`)).toHaveAttribute("data-ready", "0/1");
    await expectAccessible(page);
    await fault.getByRole("button", { name: "Fix the readiness probe" }).click();
    await expect(page.locator("[data-fault]")).toHaveCount(0);
    await page.getByRole("button", { name: "Skip", exact: true }).click();
    await expect(page.locator(`[data-kind=pod][data-name="${SET}-1"]`)).toHaveAttribute("data-ready", "1/1");
  });
}

test("the card of a pod breaks it by keyboard, and what kubectl can do is a line", async ({ page }) => {
  await openSettled(page);
  await page.getByRole("button", { name: `Actions for pod ${SET}-2` }).click();
  const card = page.getByRole("dialog", { name: /^Actions for / });
  for (const group of ["Look", "Change", "Break"]) await expect(card.getByRole("group", { name: group })).toBeVisible();
  await card.getByRole("button", { name: `Crash once ${SET}-2` }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(page.locator(`[data-kind=pod][data-name="${SET}-2"]`)).toHaveAttribute("data-restarts", "1");

  await page.getByRole("tab", { name: "Objects" }).click();
  await page.getByRole("navigation", { name: "Objects" }).getByRole("button", { name: "node-2", exact: true }).click();
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await card.getByRole("button", { name: "Cordon node-2" }).click();
  await expect(page.locator("[data-fault=drained]")).toHaveAttribute("data-target", "node-2");
  await page.getByRole("tab", { name: "kubectl" }).click();
  await expect(page.getByRole("log", { name: "kubectl" })).toContainText("node/node-2 cordoned");
  await page.getByRole("button", { name: "Uncordon node-2" }).click();
  await expect(page.locator("[data-fault]")).toHaveCount(0);
});
