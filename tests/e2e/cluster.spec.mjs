// The behaviour of the cluster, read only from the attributes in docs/dom.md.
import { editor, expect, expectAccessible, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";
const NAMES = [0, 1, 2].map((ordinal) => `${SET}-${ordinal}`);

/** @typedef {{ seq: number, quiet: boolean, pods: Record<string, any>, claims: Record<string, any>, names: Record<string, boolean> }} Picture */

/**
 * Runs in the page: the objects on the stage at the play head.
 * @returns {Picture}
 */
function look() {
  const stage = /** @type {HTMLElement} */ (document.querySelector(".stage[data-run=a]"));
  const clock = /** @type {HTMLElement} */ (document.querySelector("[data-clock]"));
  const all = (/** @type {string} */ kind) => Array.from(stage.querySelectorAll(`[data-kind=${kind}]`), (node) => ({ .../** @type {HTMLElement} */ (node).dataset }));
  const byName = (/** @type {any[]} */ list) => Object.fromEntries(list.map((data) => [data.name, data]));
  return {
    seq: Number(clock.dataset.seq),
    quiet: clock.dataset.quiet === "true",
    pods: byName(all("pod")),
    claims: byName(all("claim")),
    names: Object.fromEntries(all("name").map((data) => [/** @type {string} */ (data.name).split(".")[0], data.resolves === "true"])),
  };
}

/** @param {import("@playwright/test").Page} page */
const picture = (page) => page.evaluate(look);

/**
 * Clicks a button of the transport and waits until the stage is updated.
 * @param {import("@playwright/test").Page} page
 * @param {string} name
 */
async function press(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/**
 * Steps until nothing is pending, and returns the pictures after all steps.
 * @param {import("@playwright/test").Page} page
 */
async function stepThrough(page) {
  const pictures = [await picture(page)];
  for (let step = 0; step < 400 && !pictures.at(-1)?.quiet; step += 1) {
    await press(page, "Step");
    pictures.push(await picture(page));
  }
  expect(pictures.at(-1)?.quiet, "the run settles").toBe(true);
  return pictures;
}

/** @param {import("@playwright/test").Page} page */
async function settle(page) {
  await press(page, "Skip");
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} label
 * @param {string} value
 */
async function fill(page, label, value) {
  const field = page.getByLabel(label, { exact: true });
  const { seq } = await picture(page);
  await field.fill(value);
  await field.press("Enter");
  await press(page, "Pause").catch(() => undefined);
  // Back to the command, however late the pause was.
  for (let back = 0; back < 200 && (await picture(page)).seq > seq; back += 1) await press(page, "Back");
}

/**
 * The order in which something became true of pods.
 * @param {Picture[]} pictures
 * @param {(pod: any) => boolean} holds
 */
function order(pictures, holds) {
  /** @type {string[]} */
  const seen = [];
  for (const { pods } of pictures) {
    for (const [name, pod] of Object.entries(pods)) {
      if (holds(pod) && !seen.includes(name)) seen.push(name);
    }
  }
  return seen;
}

const ready = (/** @type {any} */ pod) => pod?.ready === "1/1";

test("pods are created in ordinal order, each after its predecessor is ready", async ({ page }) => {
  await open(page, "?autoplay=0");
  const pictures = await stepThrough(page);
  expect(order(pictures, () => true)).toEqual(NAMES);
  for (const { pods } of pictures) {
    if (pods[NAMES[1]]) expect(ready(pods[NAMES[0]]), "0 is ready when 1 exists").toBe(true);
    if (pods[NAMES[2]]) expect(ready(pods[NAMES[1]]), "1 is ready when 2 exists").toBe(true);
  }
  expect(Object.keys(pictures.at(-1)?.claims ?? {}).sort()).toEqual(NAMES.map((name) => `my-pvc-${name}`));
});

test("a pod's DNS name resolves only while the pod is ready", async ({ page }) => {
  await open(page, "?autoplay=0");
  const pictures = await stepThrough(page);
  for (const { pods, names } of pictures) {
    for (const name of NAMES) {
      if (names[name]) expect(pods[name], `${name} resolves`).toMatchObject({ ready: "1/1" });
    }
  }
  expect(pictures.at(-1)?.names).toEqual(Object.fromEntries(NAMES.map((name) => [name, true])));
});

test("scaling down deletes the highest ordinal first and keeps the claims; scaling up reuses them", async ({ page }) => {
  await open(page, "?autoplay=0");
  await settle(page);
  const before = await picture(page);
  await fill(page, "Replicas", "1");
  const down = await stepThrough(page);
  expect(order(down, (pod) => pod.terminating === "true")).toEqual([NAMES[2], NAMES[1]]);
  for (const { claims } of down) expect(Object.keys(claims)).toHaveLength(3);
  expect(Object.keys(down.at(-1)?.pods ?? {})).toEqual([NAMES[0]]);
  await expect(page.locator("[data-kind=slot][data-ordinal='2']")).toHaveAttribute("data-state", "ghost");

  await fill(page, "Replicas", "3");
  await settle(page);
  const after = await picture(page);
  for (const name of Object.keys(before.claims)) {
    expect(after.claims[name].uid, name).toBe(before.claims[name].uid);
    expect(after.claims[name].volume, name).toBe(before.claims[name].volume);
  }
  expect(Object.keys(after.pods).sort()).toEqual(NAMES);
});

test("a rollout updates the highest ordinal first", async ({ page }) => {
  await open(page, "?autoplay=0");
  await settle(page);
  const old = (await picture(page)).pods[NAMES[0]].revision;
  await fill(page, "Image", "my-db-image:2");
  const pictures = await stepThrough(page);
  const updated = order(pictures, (pod) => pod.revision !== old);
  expect(updated).toEqual([...NAMES].reverse());
  await expect(page.locator("[data-kind=statefulset]")).toHaveAttribute("data-updated", "3");
});

test("a deleted pod is recreated with the same claim", async ({ page }) => {
  await open(page, "?autoplay=0");
  await settle(page);
  const before = await picture(page);
  await page.getByRole("button", { name: `Actions for pod ${NAMES[1]}` }).click();
  await page.getByRole("button", { name: `Delete pod ${NAMES[1]}`, exact: true }).click();
  await settle(page);
  const after = await picture(page);
  expect(after.pods[NAMES[1]].uid).not.toBe(before.pods[NAMES[1]].uid);
  expect(after.claims[`my-pvc-${NAMES[1]}`].uid).toBe(before.claims[`my-pvc-${NAMES[1]}`].uid);
});

test("Back and Step show the same pictures again", async ({ page }) => {
  await open(page, "?autoplay=0");
  const pictures = await stepThrough(page);
  const walked = pictures.slice(-12);
  for (const earlier of walked.slice(0, -1).reverse()) {
    await press(page, "Back");
    expect(await picture(page)).toEqual(earlier);
  }
  for (const later of walked.slice(1)) {
    await press(page, "Step");
    expect(await picture(page)).toEqual(later);
  }
});

test("a YAML error is shown at its line and changes nothing in the cluster", async ({ page }) => {
  await open(page, "?autoplay=0");
  await settle(page);
  await editor(page).setText("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n   labels: {}\n");
  const problem = page.locator("[data-diagnostic]").first();
  await expect(problem).toHaveAttribute("data-line", "5");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page.locator("[data-refusal]").first()).toBeVisible();
  expect(Object.keys((await picture(page)).pods).sort()).toEqual(NAMES);
});

test("what nothing acts on is one line, which opens", async ({ page }) => {
  await open(page, "?autoplay=0");
  const text = await editor(page).text();
  const line = page.getByRole("button", { name: /nothing here acts on/ });
  await expect(line).toHaveCount(0);
  await editor(page).setText(`${text}---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  dnsPolicy: Default
  containers:
  - {name: web, image: nginx, terminationMessagePath: /dev/log}
`);
  await expect(line).toHaveText("2 entries are stored, but nothing here acts on them");
  await expect(page.locator(".editor-state")).not.toContainText("problem");
  await expect(line).toHaveAttribute("aria-expanded", "false");
  await line.click();
  await expect(page.getByRole("button", { name: "spec.containers[0].terminationMessagePath" })).toBeVisible();
  await expectAccessible(page);
  await line.click();
  await expect(page.getByRole("button", { name: "spec.dnsPolicy" })).toHaveCount(0);
});

for (const width of [1440, 800, 390]) {
  test(`a long sentence is shown in full at a width of ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await open(page, "?autoplay=0");
    await settle(page);
    const name = "configuration-of-the-hashring-that-the-receive-controller-generates";
    const tab = page.getByRole("navigation").getByRole("button", { name: "YAML" });
    if (await tab.isVisible()) await tab.click();
    await editor(page).setText(`apiVersion: v1
kind: Pod
metadata: {name: thanos-receive-of-the-first-availability-zone}
spec:
  containers:
  - {name: web, image: nginx, envFrom: [{configMapRef: {name: ${name}}}]}
`);
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    const stage = page.getByRole("navigation").getByRole("button", { name: "Stage" });
    if (await stage.isVisible()) await stage.click();
    await settle(page);
    const sentence = page.locator(".sentence-text");
    await expect(sentence).toContainText("does not exist");
    expect(await sentence.evaluate((node) => node.scrollHeight - node.clientHeight)).toBeLessThanOrEqual(1);
    await expect(sentence).toBeInViewport({ ratio: 1 });
  });
}

test("the sentence names what is waiting, and says when all is as wanted", async ({ page }) => {
  await open(page, "?autoplay=0");
  await press(page, "Step");
  await expect(page.locator("[data-now]")).not.toHaveAttribute("data-object", "");
  await settle(page);
  await expect(page.locator("[data-now]")).toContainText("as wanted");
});

test("stage, card and lists are accessible", async ({ page }) => {
  await open(page, "?autoplay=0");
  for (let step = 0; step < 9; step += 1) await press(page, "Step");
  await expectAccessible(page);
  await settle(page);
  await page.getByRole("button", { name: `Actions for pod ${NAMES[0]}` }).click();
  await page.getByRole("tab", { name: "Objects" }).click();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Events" }).click();
  await expectAccessible(page);
});

test("keys of playback act on the stage", async ({ page }) => {
  await open(page, "?autoplay=0");
  const seq = () => picture(page).then((seen) => seen.seq);
  await page.locator(".stage").click({ position: { x: 5, y: 300 } });
  await page.keyboard.press(".");
  await expect.poll(seq).toBeGreaterThan(0);
  const here = await seq();
  await page.keyboard.press("ArrowRight");
  await expect.poll(seq).toBeGreaterThan(here);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(seq).toBe(here);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
