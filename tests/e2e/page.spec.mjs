import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

test("the page starts without a word on the console and with its editor", async ({ page }) => {
  await open(page);
  await expect(page).toHaveTitle("StatefulSet Playground");
  await expect(editor(page).input).toBeVisible();
});

test("what is set in the editor is what is read from it", async ({ page }) => {
  await open(page);
  const yaml = editor(page);
  const text = "apiVersion: v1\nkind: Service\n# ünïcode 🐘 stays\n";
  await yaml.setText(text);
  expect(await yaml.text()).toBe(text);
});

test("nothing in the page keeps anyone out", async ({ page }) => {
  await open(page);
  await expectAccessible(page);
});

test("a failed load says why and can be tried again", async ({ page, expectNoise }) => {
  expectNoise(/response 503|503 \(Service Unavailable\)/);
  let broken = true;
  await page.route(/\.wasm/, (route) => (broken ? route.fulfill({ status: 503 }) : route.continue()));
  await page.goto("./");
  await expect(page.getByRole("status")).toContainText("503");
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("#app .skeleton")).toHaveCount(0);
});
