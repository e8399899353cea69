// Embedding: two frames in a host page, whose focus, scroll position and history must not change.
import { expect, test } from "./harness.mjs";

/** @param {string} origin */
const host = (origin) => `<!doctype html>
<html lang="en"><head><title>A course</title></head>
<body style="margin:0">
<h1>A course</h1>
<p><label>Notes <input id="notes" autofocus></label></p>
<iframe id="wide" title="Wide" src="${origin}?embed" width="800" height="500"></iframe>
<div style="height:1600px">A long text</div>
<iframe id="small" title="Small" src="${origin}?embed&theme=dark" width="320" height="480"></iframe>
</body></html>`;

/**
 * Opens a host page that contains two frames of the playground.
 * @param {import("@playwright/test").Page} page
 * @param {string} origin
 */
async function openHost(page, origin) {
  const address = new URL("course", origin.endsWith("/") ? origin : `${origin}/`).href;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: host(origin) }));
  await page.goto(address);
}

test("frames play while they are in view and leave the host's focus and scroll position alone", async ({ page, origin }) => {
  await page.setViewportSize({ width: 900, height: 800 });
  await openHost(page, origin);
  await page.locator("#notes").focus();
  const wide = page.frameLocator("#wide");
  const small = page.frameLocator("#small");
  await expect(wide.locator("[data-kind=pod]").first()).toBeVisible();
  await expect(wide.locator("[data-clock]")).toHaveAttribute("data-playing", "true");
  await expect(small.locator("[data-clock]")).toHaveAttribute("data-playing", "false");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("notes");
  expect(await page.evaluate(() => scrollY)).toBe(0);
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);

  await page.locator("#small").scrollIntoViewIfNeeded();
  await expect(small.locator("[data-clock]")).toHaveAttribute("data-playing", "true");
  await expect(wide.locator("[data-clock]")).toHaveAttribute("data-playing", "false");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("notes");
});

test("a frame has stage, sentence, transport and a link to the full page", async ({ page, origin }) => {
  await page.setViewportSize({ width: 900, height: 2600 });
  await openHost(page, origin);
  for (const id of ["#wide", "#small"]) {
    const frame = page.frameLocator(id);
    await expect(frame.locator("[data-kind=pod]").first()).toBeVisible();
    await expect(frame.locator("[data-now]")).toBeVisible();
    await expect(frame.getByRole("button", { name: /^(Play|Pause)$/ })).toBeVisible();
    await expect(frame.getByRole("link", { name: /open full page/i })).toBeVisible();
    await expect(frame.getByRole("textbox", { name: "YAML" })).toHaveCount(0);
    const wider = await frame.locator("html").evaluate((root) => root.scrollWidth > root.clientWidth);
    expect(wider, `${id} scrolls horizontally`).toBe(false);
  }
  await expect(page.frameLocator("#small").locator("html")).toHaveAttribute("data-theme", "dark");
});
