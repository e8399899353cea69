// Screenshots of the built page in target/screenshots/, in three sizes and both themes: at the start, while pods are being
// created, and settled.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { withBrowser } from "./browser.mjs";

const OUT = "target/screenshots";
const SIZES = [[1440, 900], [800, 500], [390, 844]];
const THEMES = /** @type {const} */ (["light", "dark"]);
const MIDWAY_MS = 3_500;
const SETTLED_MS_MAX = 40_000;

mkdirSync(OUT, { recursive: true });
await withBrowser(async (browser, url) => {
  for (const [width, height] of SIZES) {
    await Promise.all(THEMES.map((theme) => record(browser, url, width, height, theme)));
  }
});

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {number} width
 * @param {number} height
 * @param {"light" | "dark"} theme
 */
async function record(browser, url, width, height, theme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
  const shoot = async (moment) => {
    const path = join(OUT, `${width}x${height}-${theme}-${moment}.png`);
    await page.screenshot({ path });
    console.log(path);
  };
  await page.goto(`${url}?theme=${theme}`);
  await page.waitForSelector("#app .skeleton", { state: "detached" });
  await shoot("1-start");
  await page.waitForTimeout(MIDWAY_MS);
  await shoot("2-midway");
  const quiet = page.waitForSelector('[data-clock][data-quiet="true"][data-playing="false"]', { state: "attached", timeout: SETTLED_MS_MAX });
  await quiet.catch(() => console.error(`${width}x${height} ${theme}: not quiet after ${SETTLED_MS_MAX / 1000} s, taken as it is`));
  await shoot("3-settled");
  await page.close();
}
