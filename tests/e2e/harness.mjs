// Fixtures of all browser tests: the built page, served as static files, and a check that it logs no errors and
// makes no unexpected requests.
// Import `test` and `expect` from here, not from Playwright.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { serve } from "../../tools/serve.mjs";

export { expect };

/** All rules of WCAG 2.2 AA; no test disables one. */
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions
 *   & { noise: Noise, expectNoise: (pattern: RegExp) => void }} TestFixtures
 * @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions
 *   & { folder: string, origin: string }} WorkerFixtures
 */

/**
 * Fails a test whose page writes to the console, throws, violates its content security policy, or makes a request that
 * fails or goes to another origin. A test that provokes this calls `expectNoise(pattern)`; then it must also happen.
 * @type {import("@playwright/test").TestType<TestFixtures, WorkerFixtures>}
 */
export const test = base.extend(/** @type {any} */ ({
  /** The folder with the page: the release build, unless `test.use` sets another. */
  folder: ["dist", { scope: "worker", option: true }],

  // One server per worker, on any free port, so that several checkouts can be tested at once.
  origin: [
    async ({ folder }, use) => {
      const server = await serve(folder);
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ origin }, use) => use(origin),

  noise: [async ({ context, origin }, use) => {
    const noise = new Noise();
    await listen(context, origin, noise);
    await use(noise);
    // A round trip, so that pending messages of the page arrive.
    for (const page of context.pages()) await page.evaluate(() => undefined).catch(() => undefined);
    expect(noise.unexpected(), "console messages, errors, policy violations, failed or foreign requests").toEqual([]);
    expect(noise.missing(), "expected noise that did not happen").toEqual([]);
  }, { auto: true }],

  expectNoise: async ({ noise }, use) => use((pattern) => noise.expect(pattern)),
}));

class Noise {
  /** @type {string[]} */
  lines = [];
  /** @type {RegExp[]} */
  expected = [];

  /** @param {string} line */
  add(line) {
    this.lines.push(line);
  }

  /** @param {RegExp} pattern */
  expect(pattern) {
    this.expected.push(pattern);
  }

  unexpected() {
    return this.lines.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  missing() {
    return this.expected.filter((pattern) => !this.lines.some((line) => pattern.test(line))).map(String);
  }
}

/**
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} origin
 * @param {Noise} noise
 */
async function listen(context, origin, noise) {
  await context.exposeBinding("__violation", (_source, line) => noise.add(`policy: ${line}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const where = `${event.sourceFile}:${event.lineNumber}`;
      /** @type {any} */ (window).__violation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${where}`);
    });
  });
  context.on("console", (message) => {
    noise.add(`console.${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => noise.add(`error: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) noise.add(`foreign request: ${url}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) noise.add(`response ${response.status()}: ${response.url()}`);
  });
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Navigation aborts the requests of a page that is still loading.
    if (reason !== "net::ERR_ABORTED") noise.add(`request failed: ${request.url()} ${reason}`);
  });
}

/**
 * Opens the page and waits until the application has replaced the skeleton and the editor is defined.
 * @param {import("@playwright/test").Page} page
 * @param {string} [address] relative to the page: query and fragment
 */
export async function open(page, address = "") {
  await page.goto(`./${address}`);
  await expect(page.locator("#app .skeleton")).toHaveCount(0);
  // An embedded page has no editor.
  const embedded = /[?&]embed(?!=0|=false)/.test(address);
  if (!embedded) await page.waitForFunction(() => customElements.get("yaml-editor") !== undefined);
}

/**
 * Checks the whole page in both themes.
 * @param {import("@playwright/test").Page} page
 */
export async function expectAccessible(page) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze();
    const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target} ${node.failureSummary}`));
    expect(found, `axe, ${colorScheme}`).toEqual([]);
  }
}

/**
 * The editor: its element, its text, and a function that replaces the text.
 * @param {import("@playwright/test").Page} page
 */
export function editor(page) {
  const element = page.locator("yaml-editor");
  return {
    element,
    text: () => element.evaluate((node) => /** @type {any} */ (node).text),
    /** @param {string} text */
    setText: (text) => element.evaluate((node, value) => { /** @type {any} */ (node).text = value; }, text),
    /** The text box. */
    input: element.getByRole("textbox", { name: "YAML" }),
  };
}

/**
 * Applies the default manifest with another number of replicas and waits until all are ready.
 * @param {import("@playwright/test").Page} page
 * @param {number} replicas
 */
export async function grow(page, replicas) {
  await open(page, "?autoplay=0");
  const yaml = editor(page);
  await yaml.setText((await yaml.text()).replace(/replicas: \d+/, `replicas: ${replicas}`));
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(async () => {
    await page.getByRole("button", { name: "Skip" }).click();
    await expect(page.locator("[data-kind=statefulset]")).toHaveAttribute("data-ready", String(replicas), { timeout: 500 });
  }).toPass({ timeout: 45_000 });
}
