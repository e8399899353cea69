// A headless Chromium with the built page, for screenshots and benchmarks.
import { chromium } from "@playwright/test";
import { CHROMIUM_ARGUMENTS, requireChromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";

/**
 * Runs `work` with a browser and the address of the page, and closes both afterwards.
 * @param {(browser: import("@playwright/test").Browser, url: string) => Promise<void>} work
 * @param {string} [url] the address of a running server; without it, dist/ is served
 */
export async function withBrowser(work, url) {
  const server = url ? null : await serve("dist");
  const browser = await chromium.launch({ executablePath: requireChromium(), args: CHROMIUM_ARGUMENTS });
  try {
    await work(browser, url ?? server.url);
  } finally {
    await browser.close();
    await server?.close();
  }
}
