import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

test("the page starts silently and with its editor", async ({ page }) => {
  await open(page);
  await expect(page).toHaveTitle("StatefulSet Playground");
  await expect(editor(page).input).toBeVisible();
});

test("the editor's text is what was set", async ({ page }) => {
  await open(page);
  const yaml = editor(page);
  const text = "apiVersion: v1\nkind: Service\n# ünïcode 🐘 stays\n";
  await yaml.setText(text);
  expect(await yaml.text()).toBe(text);
});

test("the editor completes and describes fields", async ({ page }) => {
  await open(page, "?autoplay=0");
  const yaml = editor(page);
  await yaml.setText("apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  minR");
  await yaml.input.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("e");
  await expect(yaml.element.getByRole("option", { name: "minReadySeconds" })).toBeVisible();
  // CodeMirror ignores Enter just after the list has opened.
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  expect(await yaml.text()).toMatch(/\n {2}minReadySeconds: ?$/);
  // Messages may still move the line from under the pointer: then hover again.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await yaml.element.locator(".syntax-key", { hasText: "minReadySeconds" }).hover();
    await expect(yaml.element.locator(".description")).toContainText("Minimum number of seconds", { timeout: 2_000 });
  }).toPass();
});

test("the page is accessible", async ({ page }) => {
  await open(page);
  await expectAccessible(page);
});

test("a failed load is reported and can be retried", async ({ page, expectNoise }) => {
  expectNoise(/response 503|503 \(Service Unavailable\)/);
  let broken = true;
  await page.route(/\.wasm/, (route) => (broken ? route.fulfill({ status: 503 }) : route.continue()));
  await page.goto("./");
  await expect(page.getByRole("status")).toContainText("503");
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("#app .skeleton")).toHaveCount(0);
});
