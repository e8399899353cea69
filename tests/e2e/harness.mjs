// What every browser test stands on: the built page served as plain files, and a page that must stay silent.
// Import `test` and `expect` from here, never from Playwright.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { serve } from "../../tools/serve.mjs";

export { expect };

/** Every rule that WCAG 2.2 AA has; a test never switches one off. */
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions
 *   & { noise: Noise, expectNoise: (pattern: RegExp) => void }} TestFixtures
 * @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions
 *   & { folder: string, origin: string }} WorkerFixtures
 */

/**
 * What a page must not do: write to the console, throw, violate its policy, ask for what fails, or leave its origin.
 * `expectNoise(pattern)` in a test that provokes one on purpose; what was expected must then also happen.
 * @type {import("@playwright/test").TestType<TestFixtures, WorkerFixtures>}
 */
export const test = base.extend(/** @type {any} */ ({
  /** What is tested: the release build, or with `test.use` another folder. */
  folder: ["dist", { scope: "worker", option: true }],

  // One server per worker, on any free port: several checkouts can test at once.
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
    // What a page was about to say arrives before its end.
    for (const page of context.pages()) await page.evaluate(() => undefined).catch(() => undefined);
    expect(noise.unexpected(), "console messages, errors, policy violations, failed or foreign requests").toEqual([]);
    expect(noise.missing(), "noise that the test announced but that did not happen").toEqual([]);
  }, { auto: true }],

  expectNoise: async ({ noise }, use) => use((pattern) => noise.expect(pattern)),
}));

class Noise {
  /** @type {string[]} */
  heard = [];
  /** @type {RegExp[]} */
  expected = [];

  /** @param {string} line */
  hear(line) {
    this.heard.push(line);
  }

  /** @param {RegExp} pattern */
  expect(pattern) {
    this.expected.push(pattern);
  }

  unexpected() {
    return this.heard.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  missing() {
    return this.expected.filter((pattern) => !this.heard.some((line) => pattern.test(line))).map(String);
  }
}

/**
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} origin
 * @param {Noise} noise
 */
async function listen(context, origin, noise) {
  await context.exposeBinding("__violation", (_source, line) => noise.hear(`policy: ${line}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const where = `${event.sourceFile}:${event.lineNumber}`;
      /** @type {any} */ (window).__violation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${where}`);
    });
  });
  context.on("console", (message) => {
    noise.hear(`console.${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => noise.hear(`error: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) noise.hear(`foreign request: ${url}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) noise.hear(`response ${response.status()}: ${response.url()}`);
  });
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // A page that is left while it loads aborts its requests; that is no fault of the page.
    if (reason !== "net::ERR_ABORTED") noise.hear(`request failed: ${request.url()} ${reason}`);
  });
}

/**
 * Opens the page and waits until the application has replaced the skeleton and the editor is there.
 * @param {import("@playwright/test").Page} page
 * @param {string} [address] relative to the page: query and fragment
 */
export async function open(page, address = "") {
  await page.goto(`./${address}`);
  await expect(page.locator("#app .skeleton")).toHaveCount(0);
  await page.waitForFunction(() => customElements.get("yaml-editor") !== undefined);
}

/**
 * The whole page, in both themes, with every WCAG 2.2 AA rule.
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
 * The text of the editor, and a way to replace it as typing does.
 * @param {import("@playwright/test").Page} page
 */
export function editor(page) {
  const element = page.locator("yaml-editor");
  return {
    element,
    text: () => element.evaluate((node) => /** @type {any} */ (node).text),
    /** @param {string} text */
    setText: (text) => element.evaluate((node, value) => { /** @type {any} */ (node).text = value; }, text),
    /** The place to type into. */
    input: element.getByRole("textbox", { name: "YAML" }),
  };
}
