// At random positions of a rollout, an element exists if and only if its object exists at the play head (docs/dom.md),
// whichever way the play head got there.
import { expect, open, test } from "./harness.mjs";

/** The kinds that are drawn on the stage, by their `data-kind`. */
const KINDS = Object.freeze({
  pod: "Pod",
  claim: "PersistentVolumeClaim",
  volume: "PersistentVolume",
  statefulset: "StatefulSet",
  service: "Service",
});

const SEED = 20_260_101;
const POSITIONS = 48;

/**
 * A seeded generator of numbers from 0 to 1 (mulberry32).
 * @param {number} state
 */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs in the page: the elements on the stage with their data attributes, and the objects that the inspector lists.
 * @param {Record<string, string>} kinds
 */
function look(kinds) {
  const describe = (/** @type {Element} */ element) => {
    const attributes = Array.from(element.attributes, ({ name, value }) => `${name}=${value}`);
    return attributes.filter((text) => text.startsWith("data-")).sort().join(" ");
  };
  const elements = Array.from(document.querySelectorAll(".stage[data-run=a] [data-kind]"));
  const list = document.querySelector("nav[aria-label=Objects]");
  const objects = Object.entries(kinds).flatMap(([kind, name]) =>
    Array.from(list?.querySelectorAll(`[role=group][aria-label=${name}] button`) ?? [], (entry) => `${kind} ${entry.textContent}`));
  return {
    seq: /** @type {HTMLElement} */ (document.querySelector("[data-clock]")).dataset.seq ?? "",
    elements: elements.map(describe).sort(),
    names: elements.map((element) => /** @type {HTMLElement} */ (element).dataset).map(({ kind, name }) => `${kind} ${name}`).sort(),
    objects: objects.sort(),
  };
}

/** @param {import("@playwright/test").Page} page */
const frame = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/**
 * @param {import("@playwright/test").Page} page
 * @param {number} show milliseconds of show time
 */
async function scrub(page, show) {
  await page.getByLabel("Time", { exact: true }).fill(String(show));
  await frame(page);
  return page.evaluate(look, KINDS);
}

/**
 * Creates three pods and rolls out another image.
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<number>} the length of the time line in milliseconds of show time
 */
async function rollOut(page) {
  await open(page, "?autoplay=0");
  const clock = page.locator("[data-clock]");
  const skip = async () => {
    await page.getByRole("button", { name: "Skip", exact: true }).click();
    await expect(clock).toHaveAttribute("data-quiet", "true");
  };
  await skip();
  await page.getByLabel("Image", { exact: true }).fill("my-db-image:2");
  await page.getByLabel("Image", { exact: true }).press("Enter");
  await skip();
  await expect(page.locator("[data-kind=statefulset]")).toHaveAttribute("data-updated", "3");
  await page.getByRole("tab", { name: "Objects" }).click();
  return Number(await page.getByLabel("Time", { exact: true }).getAttribute("max"));
}

/**
 * @param {Awaited<ReturnType<typeof scrub>>} moment
 * @param {string} where
 */
function expectOneToOne({ names, objects }, where) {
  const own = names.filter((name) => Object.keys(KINDS).includes(name.split(" ")[0]));
  expect(own, `${where}: the stage shows what exists`).toEqual(objects);
  expect(names.filter((name, index) => names.indexOf(name) !== index), `${where}: elements of one kind and name`).toEqual([]);
}

test("at every position the stage has the objects that exist, and no others", async ({ page }) => {
  const length = await rollOut(page);
  const next = random(SEED);
  const positions = Array.from({ length: POSITIONS }, () => Math.round(next() * length));
  /** @type {Map<number, Awaited<ReturnType<typeof scrub>>>} */
  const seen = new Map();
  let steps = { forwards: 0, backwards: 0 };
  let before = length;
  for (const show of positions) {
    const moment = await scrub(page, show);
    expectOneToOne(moment, `at ${show} ms`);
    steps[show > before ? "forwards" : "backwards"] += 1;
    before = show;
    seen.set(show, moment);
  }
  expect(Math.min(steps.forwards, steps.backwards), "both directions were tested").toBeGreaterThan(POSITIONS / 4);
  expect(new Set([...seen.values()].map(({ elements }) => elements.join())).size, "the positions differ").toBeGreaterThan(POSITIONS / 2);

  // The same positions, coming from the beginning and from the end.
  for (const show of positions.slice(0, POSITIONS / 4)) {
    await scrub(page, 0);
    expect(await scrub(page, show), `at ${show} ms, from before`).toEqual(seen.get(show));
    await scrub(page, length);
    expect(await scrub(page, show), `at ${show} ms, from after`).toEqual(seen.get(show));
  }
});

test("the stage is empty at the beginning, and the same again at the end", async ({ page }) => {
  const length = await rollOut(page);
  const end = await scrub(page, length);
  const beginning = await scrub(page, 0);
  expectOneToOne(beginning, "at the beginning");
  expect(beginning.names.filter((name) => /^(pod|claim|volume) /.test(name))).toEqual([]);
  expect(await scrub(page, length), "and back at the end").toEqual(end);
  expect(end.names.filter((name) => name.startsWith("pod "))).toHaveLength(3);
});

test("the inspector shows the object on the stage, not an earlier one of the same name", async ({ page }) => {
  const length = await rollOut(page);
  const next = random(SEED + 1);
  /** @type {Set<string>} */
  const uids = new Set();
  for (let round = 0; round < 12; round += 1) {
    await scrub(page, Math.round(next() * length));
    for (const pod of await page.locator(".stage [data-kind=pod]").all()) {
      const name = await pod.getAttribute("data-name");
      const uid = await pod.getAttribute("data-uid");
      await page.getByRole("navigation", { name: "Objects" }).getByRole("group", { name: "Pod", exact: true }).getByRole("button", { name: `${name}`, exact: true }).click();
      const yaml = page.getByLabel("Selected object as YAML");
      await expect(yaml).toContainText(`uid: ${uid}`);
      await expect(yaml).toContainText(`name: ${name}`);
      uids.add(`${uid}`);
    }
  }
  expect(uids.size, "pods of both revisions were seen").toBeGreaterThan(3);
});
