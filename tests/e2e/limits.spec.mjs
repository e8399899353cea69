// Hostile and broken input: the page reports the error, keeps the text and stays usable.
import { deflateRawSync } from "node:zlib";
import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

/** @param {import("@playwright/test").Page} page */
const pods = (page) => page.locator("[data-run=a] [data-kind=pod]");

/**
 * Replaces the text and applies it.
 * @param {import("@playwright/test").Page} page
 * @param {string} text
 */
async function apply(page, text) {
  await editor(page).setText(text);
  await page.getByRole("button", { name: "Apply", exact: true }).click();
}

/**
 * Checks that the page still reacts to a click.
 * @param {import("@playwright/test").Page} page
 */
async function expectAlive(page) {
  await expect(page.getByRole("button", { name: /^(Play|Pause)$/ })).toBeEnabled();
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await expect(page.locator("#panic-report")).toHaveCount(0);
}

const first = async (/** @type {import("@playwright/test").Page} */ page) => {
  await open(page, "?autoplay=0");
  return editor(page).text();
};

test("2147483647 replicas neither hang nor crash the page", async ({ page }) => {
  const text = (await first(page))
    .replaceAll("my-db-statefulset", "huge")
    .replace("replicas: 3", "podManagementPolicy: Parallel\n replicas: 2147483647");
  await apply(page, text);
  const set = page.locator("[data-kind=statefulset][data-name=huge]");
  await expect(set).toHaveAttribute("data-desired", "2147483647");
  await expectAlive(page);
  expect(await editor(page).text()).toBe(text);
});

for (const { name, text, says } of [
  { name: "five megabytes of text", text: `# ${"x".repeat(5 * 1024 * 1024)}\n`, says: /MiB|bytes|large|long/i },
  {
    name: "an alias bomb",
    text: ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghi".split("").map((key, i) => {
      const before = "abcdefgh"[i];
      return `${key}: &${key} [${Array(9).fill(`*${before}`).join(", ")}]`;
    })].join("\n"),
    says: /alias/i,
  },
  { name: "five thousand levels of nesting", text: `a: ${"[".repeat(5_000)}${"]".repeat(5_000)}\n`, says: /nest|deep|depth|level/i },
  { name: "a binary file", text: "\u0000\u0001\u0002PNG\u001a\n\uFFFD\uFFFD", says: /control characters|cannot|special|not allowed/i },
]) {
  test(`${name}: the page reports the error and keeps the text`, async ({ page }) => {
    await first(page);
    const before = await pods(page).count();
    await apply(page, text);
    await expect(page.locator("[data-diagnostic=error], [data-refusal]").first()).toContainText(says);
    await expect(pods(page)).toHaveCount(before);
    await expectAlive(page);
    expect((await editor(page).text()).length).toBe(text.length);
  });
}

test("three hundred levels of nesting are an ordinary error", async ({ page }) => {
  await first(page);
  await apply(page, `a: ${"[".repeat(300)}${"]".repeat(300)}\n`);
  await expect(page.locator("[data-diagnostic=error], [data-refusal]").first()).toBeVisible();
  await expectAlive(page);
});

test("an empty text can be applied", async ({ page }) => {
  await first(page);
  await apply(page, "");
  await expectAlive(page);
  expect(await editor(page).text()).toBe("");
});

const bomb = () => deflateRawSync(Buffer.alloc(64 * 1024 * 1024)).toString("base64url");

for (const { name, fragment } of [
  { name: "a damaged link", fragment: "#0.AAAA!!!!" },
  { name: "a link of another program", fragment: "#pako:eNpLTEpOSU1Lz8jMAgA" },
  { name: "a link of a newer format", fragment: "#7.AAAA" },
  { name: "a deflate bomb", fragment: `#0.${bomb()}` },
]) {
  test(`${name} is reported, and the page opens`, async ({ page }) => {
    await open(page, `?autoplay=0${fragment}`);
    await expect(page.getByText(/link/i).first()).toBeVisible();
    expect(await editor(page).text()).toContain("kind: StatefulSet");
    await expectAlive(page);
  });
}

test("the page works with blocked storage", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
    }
  });
  await open(page);
  await expect(pods(page).first()).toBeVisible();
  await expectAlive(page);
});

test("a panic is reported, and the text is kept", async ({ page }) => {
  await open(page, "?autoplay=0");
  await editor(page).setText("kind: Precious\n");
  await page.evaluate(() => window.dispatchEvent(new CustomEvent("simulation-panic", { detail: "stopped at src/x.rs:1:2:\nimpossible" })));
  const report = page.getByRole("dialog", { name: "The simulation has stopped" });
  await expect(report).toBeVisible();
  await expect(report.getByRole("textbox", { name: "Your text" })).toHaveValue("kind: Precious\n");
  await expect(report).toContainText("impossible");
  await expectAccessible(page);
  await report.getByRole("button", { name: "Start over" }).click();
  await expect(page.locator("#panic-report")).toHaveCount(0);
  await expect.poll(() => editor(page).text()).toContain("kind: StatefulSet");
});
