import { existsSync, readFileSync } from "node:fs";
import { expect, open, test } from "./harness.mjs";

// Written by the native test `page::the_first_manifest_comes_to_rest`.
const NATIVE = "target/first.json";

test("WebAssembly and the native build simulate the same", async ({ page }) => {
  expect(existsSync(NATIVE), `${NATIVE} is missing: run \`make test-rust\` first`).toBe(true);
  const native = JSON.parse(readFileSync(NATIVE, "utf8"));
  await open(page, "?autoplay=0");
  const clock = page.locator('[data-run="a"] [data-clock], [data-run="a"][data-clock]').first();
  await expect(async () => {
    await page.getByRole("button", { name: "Skip" }).click({ timeout: 1_000 });
    await expect(clock).toHaveAttribute("data-quiet", "true", { timeout: 500 });
  }).toPass();
  const uids = (/** @type {string} */ kind) =>
    page.locator(`[data-run="a"] [data-kind="${kind}"]`).evaluateAll((nodes) =>
      Object.fromEntries(nodes.map((node) => [node.getAttribute("data-name"), node.getAttribute("data-uid")])));
  expect({
    seq: Number(await clock.getAttribute("data-seq")),
    clock: Number(await clock.getAttribute("data-clock")),
    pod: await uids("pod"),
    claim: await uids("claim"),
    statefulset: await uids("statefulset"),
  }).toEqual(native);
});
