// The editor alone: the built script in a page of its own, with the same content security policy.
import { readFileSync } from "node:fs";
import { expect, expectAccessible, test as base } from "./harness.mjs";

const MANIFEST = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web # the stem
spec:
  replicas: 3
  paused: yes
`;

const built = readFileSync("dist/index.html", "utf8");
const POLICY = built.match(/<meta http-equiv="Content-Security-Policy"[^>]*>/)[0];
const SCRIPT = `<script type="module" src="${built.match(/data-editor="([^"]*)"/)[1]}" async></script>`;

/** A document with one editor; with `hold` its script is loaded only once `release` is called. */
const test = /** @type {import("@playwright/test").TestType<any, any>} */ (base.extend(/** @type {any} */ ({
  fixture: async ({ page }, use) => {
    let release = () => {};
    const held = new Promise((done) => (release = () => done(undefined)));
    const load = async ({ hold = false, text = MANIFEST } = {}) => {
      await page.route("**/editor.html", (route) => route.fulfill({ contentType: "text/html", body: documentWith(text) }));
      if (hold) await page.route("**/yaml_editor-*.js", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto("./editor.html", { waitUntil: "commit" });
      if (!hold) await page.waitForFunction(() => customElements.get("yaml-editor") !== undefined);
      const editor = page.locator("yaml-editor");
      const input = editor.getByRole("textbox", { name: "YAML" });
      return { editor, input };
    };
    await use({ load, release: () => release() });
  },
})));

/** @param {string} text */
function documentWith(text) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${POLICY}
    <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
    <title>Editor</title>${SCRIPT}</head>
    <body><main><h1>Editor</h1><yaml-editor><textarea aria-label="YAML">${text}</textarea></yaml-editor></main></body></html>`;
}

/**
 * Records the events of a type; returns a function that returns their details.
 * @param {import("@playwright/test").Locator} editor
 * @param {string} type
 */
async function listen(editor, type) {
  await editor.evaluate((node, name) => {
    const heard = (node["heard"] ??= {});
    heard[name] = [];
    node.addEventListener(name, (event) => heard[name].push(/** @type {CustomEvent} */ (event).detail));
  }, type);
  return () => editor.evaluate((node, name) => node["heard"][name], type);
}

/**
 * @param {import("@playwright/test").Locator} editor
 * @param {string} name
 * @param {unknown} value
 */
async function set(editor, name, value) {
  await editor.evaluate((node, [property, given]) => { node[/** @type {string} */ (property)] = given; }, [name, value]);
}

/** @param {import("@playwright/test").Locator} editor */
const text = (editor) => editor.evaluate((node) => node["text"]);

/** @param {string} word */
const at = (word) => ({ from: MANIFEST.indexOf(word), to: MANIFEST.indexOf(word) + word.length });

const DIAGNOSTICS = [
  { ...at("yes"), line: 7, column: 11, severity: "error", message: "json: cannot unmarshal", source: "API server",
    fixes: [{ label: "Write true", ...at("yes"), insert: "true" }] },
  { ...at("replicas"), line: 6, column: 3, severity: "advice", message: "three is plenty" },
];

test("text that was typed into the textarea is kept", async ({ fixture, page }) => {
  const { editor } = await fixture.load({ hold: true });
  const area = page.getByRole("textbox", { name: "YAML" });
  await area.fill("kind: Service\n");
  await page.evaluate(() => { document.querySelector("yaml-editor")["text"] = "set by the page meanwhile"; });
  fixture.release();
  await expect(editor.locator(".cm-content")).toBeFocused();
  expect(await text(editor)).toBe("kind: Service\n");
});

test("properties that were set before the script ran are kept", async ({ fixture }) => {
  const { editor, input } = await fixture.load({ hold: true, text: "" });
  await editor.evaluate((node) => {
    node["text"] = "kind: Pod\n";
    node["readOnly"] = true;
    node["complete"] = async () => [{ label: "early", from: 0 }];
  });
  fixture.release();
  await expect(input).toContainText("kind: Pod");
  expect(await editor.evaluate((node) => [node["readOnly"], typeof node["complete"]])).toEqual([true, "function"]);
});

test("diagnostics that were set before the script ran are at their positions", async ({ fixture }) => {
  const { editor } = await fixture.load({ hold: true });
  await editor.evaluate((node, diagnostics) => { node["diagnostics"] = diagnostics; }, DIAGNOSTICS);
  fixture.release();
  await expect(editor.locator(".cm-lintRange-error")).toHaveText("yes");
  await expect(editor.locator(".messages")).toContainText("json: cannot unmarshal");
});

test("setting the text acts like typing: one edit event, and undo reverts it", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  const edits = await listen(editor, "edit");
  const changed = MANIFEST.replace("replicas: 3", "replicas: 5");
  await set(editor, "text", changed);
  expect(await text(editor)).toBe(changed);
  expect(await edits()).toEqual([{ text: changed }]);
  await set(editor, "text", changed);
  expect(await edits(), "no event for the same text").toHaveLength(1);
  await input.focus();
  await page.keyboard.press("Control+z");
  expect(await text(editor)).toBe(MANIFEST);
  await page.keyboard.press("Control+z");
  expect(await text(editor), "the first text cannot be undone").toBe(MANIFEST);
});

test("typing, moving the cursor and applying dispatch events", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  const [edits, cursors, applied] = [await listen(editor, "edit"), await listen(editor, "cursor"), await listen(editor, "apply")];
  await editor.evaluate((node) => node["reveal"](6, 14, true));
  await page.keyboard.type("0");
  await page.keyboard.press("Control+Enter");
  const after = MANIFEST.replace("replicas: 3", "replicas: 30");
  expect((await edits()).at(-1)).toEqual({ text: after });
  expect((await cursors()).at(-1)).toEqual({ line: 6, column: 15 });
  expect(await applied()).toEqual([{ text: after }]);
  await expect(input).toBeFocused();
});

test("columns count characters, offsets UTF-16 units", async ({ fixture }) => {
  const { editor } = await fixture.load({ text: "a: 🐘🐘b\n" });
  const cursors = await listen(editor, "cursor");
  await editor.evaluate((node) => node["reveal"](1, 6));
  expect(await cursors()).toEqual([{ line: 1, column: 6 }]);
  await set(editor, "diagnostics", [{ from: 7, to: 8, line: 1, column: 6, severity: "error", message: "b is wrong" }]);
  await expect(editor.locator(".cm-lintRange-error")).toHaveText("b");
});

test("diagnostics are at their characters, and errors also below their line", async ({ fixture, page }) => {
  const { editor } = await fixture.load();
  await set(editor, "diagnostics", DIAGNOSTICS);
  await expect(editor.locator(".cm-lintRange-error")).toHaveText("yes");
  await expect(editor.locator(".cm-lintRange-hint")).toHaveText("replicas");
  await expect(editor.locator(".messages")).toHaveCount(1);
  await expect(editor.locator(".messages")).toContainText("Error");
  await expect(editor.locator(".messages")).toContainText("json: cannot unmarshal");
  await editor.locator(".cm-lintRange-hint").hover();
  await expect(editor.locator(".cm-tooltip")).toContainText("Advice");
  await expect(editor.locator(".cm-tooltip")).toContainText("three is plenty");
  await page.mouse.move(0, 0);
  await set(editor, "diagnostics", []);
  await expect(editor.locator(".messages, .cm-lintRange")).toHaveCount(0);
});

test("a fix is applied where its position has moved to", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  await set(editor, "diagnostics", DIAGNOSTICS);
  await input.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# first\n");
  await editor.getByRole("button", { name: "Write true" }).click();
  expect(await text(editor)).toBe(`# first\n${MANIFEST.replace("yes", "true")}`);
});

test("diagnostics and badges beyond the text are clamped or ignored", async ({ fixture }) => {
  const { editor } = await fixture.load({ text: "a" });
  await set(editor, "diagnostics", [{ from: -5, to: 900, line: 40, column: 2, severity: "error", message: "far off" }]);
  await set(editor, "live", [{ line: 40, text: "live: 1" }, { line: 0, text: "live: 2" }]);
  await expect(editor.locator(".messages")).toContainText("far off");
  await expect(editor.locator(".live")).toHaveCount(0);
});

test("a badge reports the line to which it has moved", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  const taken = await listen(editor, "takeover");
  await set(editor, "live", [{ line: 6, text: "live: 5" }]);
  await input.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  await editor.getByRole("button", { name: "live: 5" }).click();
  expect(await taken()).toEqual([{ line: 7 }]);
});

test("completions and descriptions are requested from the page", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load({ text: "kind: X\nmeta" });
  await editor.evaluate((node) => {
    node["complete"] = async () => [
      { label: "metadata", detail: "ObjectMeta", info: "Standard object's metadata.", insert: "metadata:", from: 8 },
      { label: "nothing", from: 8 },
    ];
    node["describe"] = async (offset) => (offset < 4 ? "The kind of the object." : null);
  });
  await input.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("d");
  await expect(editor.getByRole("option", { name: "metadata" })).toBeVisible();
  // CodeMirror ignores Enter just after the list has opened.
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  expect(await text(editor)).toBe("kind: X\nmetadata:");
  await editor.locator(".syntax-key").first().hover();
  await expect(editor.locator(".description")).toHaveText("The kind of the object.");
});

test("an exception in the page's callback does not disturb the editor", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load({ text: "" });
  await editor.evaluate((node) => {
    node["complete"] = async () => { throw new Error("no answer"); };
  });
  await input.focus();
  await page.keyboard.type("spec");
  await page.waitForTimeout(300);
  expect(await text(editor)).toBe("spec");
});

test("Tab leaves the editor", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  await input.focus();
  await page.keyboard.press("Tab");
  await expect(input).not.toBeFocused();
  expect(await text(editor)).toBe(MANIFEST);
});

test("text and history are kept when the element is moved", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load();
  await set(editor, "text", "kind: Moved\n");
  await editor.evaluate((node) => document.body.append(node));
  await expect(input).toContainText("kind: Moved");
  await input.focus();
  await page.keyboard.press("Control+z");
  expect(await text(editor)).toBe(MANIFEST);
});

test("the text can be read and set while the element is not in the document", async ({ fixture }) => {
  const { editor } = await fixture.load();
  const result = await editor.evaluate(async (node) => {
    const edits = [];
    node.addEventListener("edit", (event) => edits.push(/** @type {CustomEvent} */ (event).detail.text));
    const parent = node.parentElement;
    node.remove();
    node["text"] = "kind: Away\n";
    await Promise.resolve();
    parent.append(node);
    return { edits, text: node["text"], shown: node.shadowRoot.querySelector(".cm-content").textContent };
  });
  expect(result).toEqual({ edits: ["kind: Away\n"], text: "kind: Away\n", shown: "kind: Away" });
});

test("plain scalars that are not strings are highlighted", async ({ fixture }) => {
  const { editor } = await fixture.load();
  await expect(editor.locator(".syntax-number")).toHaveText(["3"]);
  await expect(editor.locator(".syntax-word")).toHaveText(["yes"]);
  await expect(editor.locator(".syntax-comment")).toHaveText(["# the stem"]);
});

test("messages, badges and the search panel are accessible", async ({ fixture, page }) => {
  await page.setViewportSize({ width: 320, height: 480 });
  const { editor, input } = await fixture.load();
  await set(editor, "diagnostics", DIAGNOSTICS);
  await set(editor, "live", [{ line: 6, text: "live: 5" }]);
  await input.focus();
  await page.keyboard.press("Control+f");
  await expect(editor.getByRole("textbox", { name: "Find" })).toBeFocused();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), "no horizontal scrolling").toBeLessThanOrEqual(320);
});

test("a long text is accessible", async ({ fixture, page }) => {
  await fixture.load({ text: "key: value\n".repeat(200) });
  await expectAccessible(page);
});

test("a text of five megabytes can be edited", async ({ fixture, page }) => {
  const { editor, input } = await fixture.load({ text: "" });
  await editor.evaluate((node) => { node["text"] = "key: value\n".repeat(480_000); });
  await input.focus();
  await page.keyboard.type("x");
  expect(await editor.evaluate((node) => node["text"].length)).toBe(5_280_001);
});
