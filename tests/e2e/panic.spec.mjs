// A real panic, which only a debug build can provoke; limits.spec.mjs only dispatches the event to the release build.
import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

test.use({ folder: "target/debug-dist" });

/** A line that is not applied, so that neither a link nor the saved session has it. */
const TYPED = "# mine, and nowhere else";

test("a panic during a change is reported, and unapplied text is kept", async ({ page, expectNoise }) => {
  expectNoise(/RuntimeError: unreachable/);
  await open(page);
  const { input, text } = editor(page);
  await input.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type(`${TYPED}\n`);
  await expect(page.locator("[data-run=a] [data-kind=pod]").first()).toBeVisible();
  const written = await text();
  expect(written).toMatch(new RegExp(`^${TYPED}\n`));

  await page.evaluate(() => window.dispatchEvent(new Event("debug-panic")));
  const report = page.getByRole("dialog", { name: "The simulation has stopped" });
  await expect(report).toBeVisible();
  const happened = report.getByRole("region", { name: "What happened" });
  await expect(happened).toContainText(/^StatefulSet Playground \d+\.\d+\.\d+ stopped at src\/ui\/state\.rs:\d+:\d+:\nasked to panic$/);
  await expect(report.getByRole("textbox", { name: "Your text" })).toHaveValue(written);
  await expectAccessible(page);

  // Errors of pending callbacks neither hide nor replace the report.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  await expect(page.locator("#panic-report")).toHaveCount(1);
  await expect(happened).toContainText("asked to panic");
});

test("after a panic the page can be reloaded with the same session", async ({ page, expectNoise }) => {
  expectNoise(/RuntimeError: unreachable/);
  await open(page, "?autoplay=0");
  await page.getByLabel("Replicas", { exact: true }).fill("2");
  await page.getByLabel("Replicas", { exact: true }).press("Enter");
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.evaluate(() => window.dispatchEvent(new Event("debug-panic")));
  await page.getByRole("button", { name: "Load the page again" }).click();
  await expect(page.locator("#panic-report")).toHaveCount(0);
  await expect.poll(() => editor(page).text()).toContain("replicas: 2");
  await expect(page.locator("[data-kind=statefulset]")).toHaveAttribute("data-desired", "2");
});
