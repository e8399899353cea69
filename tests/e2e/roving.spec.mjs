// The columns are one tab stop: arrow keys move the focus among them, not the play head.
import { expect, grow, test } from "./harness.mjs";

const SET = "my-db-statefulset";

/**
 * The kind and name of the object that has the focus.
 * @param {import("@playwright/test").Page} page
 */
const focused = (page) => page.evaluate(() => {
  const { kind, name } = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-kind]"))?.dataset ?? {};
  return kind === undefined ? "elsewhere" : `${kind} ${name}`;
});

/**
 * Presses keys and returns what has the focus after each.
 * @param {import("@playwright/test").Page} page
 * @param {string[]} keys
 */
async function press(page, ...keys) {
  const seen = [];
  for (const key of keys) {
    await page.keyboard.press(key);
    seen.push(await focused(page));
  }
  return seen;
}

const pod = (/** @type {number} */ ordinal) => `pod ${SET}-${ordinal}`;
const claim = (/** @type {number} */ ordinal) => `claim my-pvc-${SET}-${ordinal}`;

for (const { size, replicas } of [{ size: "full", replicas: 3 }, { size: "compact", replicas: 12 }, { size: "dense", replicas: 120 }]) {
  test(`${size} columns are one tab stop`, async ({ page }) => {
    await grow(page, replicas);
    await expect(page.locator(".band:not([hidden])")).toHaveAttribute("data-size", size);
    const columns = page.getByRole("toolbar", { name: "Columns" }).locator("visible=true");
    const stops = await columns.evaluate((place) => Array.from(place.querySelectorAll("button, [tabindex]")).filter((node) => /** @type {HTMLElement} */ (node).tabIndex >= 0).length);
    expect(stops, "tab stops within").toBe(0);
    const clock = page.locator("[data-clock]");
    const seq = await clock.getAttribute("data-seq");
    const last = replicas - 1;

    const workload = page.getByRole("button", { name: `StatefulSet ${SET}` });
    await workload.focus();
    expect(await press(page, "Tab", "ArrowLeft", "ArrowRight", "End", "ArrowRight", "Home")).toEqual([pod(0), pod(0), pod(1), pod(last), pod(last), pod(0)]);
    if (size === "dense") {
      const place = () => page.evaluate(() => document.activeElement?.getBoundingClientRect().toJSON());
      const before = await place();
      await press(page, "ArrowDown");
      const below = await place();
      expect([below.left, below.top > before.top]).toEqual([before.left, true]);
      expect(await press(page, "ArrowUp", "ArrowUp")).toEqual([pod(0), pod(0)]);
    } else {
      const [down, disk, right] = await press(page, "ArrowDown", "ArrowDown", "ArrowRight");
      expect([down, disk.split(" ")[0], right.split(" ")[0]]).toEqual([claim(0), "volume", "volume"]);
      expect(right).not.toBe(disk);
      expect(await press(page, "ArrowUp", "ArrowUp", "ArrowUp")).toEqual([claim(1), pod(1), pod(1)]);
    }
    expect(await clock.getAttribute("data-seq"), "the play head has not moved").toBe(seq);

    const here = await focused(page);
    expect(await press(page, "Tab"), "on").not.toContain(here);
    expect(await press(page, "Shift+Tab"), "back to the same button").toEqual([here]);
    await page.keyboard.press("Shift+Tab");
    await expect(workload, "out of the columns backwards").toBeFocused();
    expect(await press(page, "Tab")).toEqual([here]);
    await page.keyboard.press("Enter");
    const card = page.getByRole("dialog");
    await expect(card.getByRole("button", { name: "Show as YAML" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(card).toBeHidden();
    expect(await focused(page), "the focus is back on the object").toBe(here);
  });
}

test("on the time line the arrow keys move the play head", async ({ page }) => {
  await grow(page, 3);
  const time = page.getByLabel("Time", { exact: true });
  await time.focus();
  const before = Number(await time.inputValue());
  await page.keyboard.press("ArrowLeft");
  expect(Number(await time.inputValue())).toBe(before - 1);
  await expect(time).toBeFocused();
});
