// The terminal in the dock, and the fidelity view.
import { expect, expectAccessible, open, test } from "./harness.mjs";

const SET = "my-db-statefulset";

/** @param {import("@playwright/test").Page} page */
const prompt = (page) => page.getByLabel("kubectl line");

/** @param {import("@playwright/test").Page} page */
const log = (page) => page.getByRole("log", { name: "kubectl" });

/**
 * Opens the settled page with its terminal.
 * @param {import("@playwright/test").Page} page
 */
async function openTerminal(page) {
  await open(page, "?autoplay=0");
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-quiet", "true");
  await page.getByRole("tab", { name: "kubectl" }).click();
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} line
 */
async function enter(page, line) {
  await prompt(page).fill(line);
  await prompt(page).press("Enter");
}

test("commands print their output and change the cluster", async ({ page }) => {
  await openTerminal(page);
  await enter(page, "get pods");
  await expect(log(page)).toContainText(/NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE/);
  await expect(log(page)).toContainText(new RegExp(`${SET}-2\\s+1/1\\s+Running\\s+0`));
  await enter(page, `scale sts ${SET} --replicas=1`);
  await expect(log(page)).toContainText(`statefulset.apps/${SET} scaled`);
  await expect(page.locator("[data-kind=pod]")).toHaveCount(1);
  // The text is not changed; a badge shows the cluster's value.
  await expect(page.locator("yaml-editor")).toContainText("live: 1");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.locator("[data-kind=pod]")).toHaveCount(3);
  await expect(log(page)).not.toContainText("scaled");
});

test("errors are kubectl's and change nothing", async ({ page }) => {
  await openTerminal(page);
  await enter(page, "get pod web-9");
  await expect(log(page)).toContainText('Error from server (NotFound): pods "web-9" not found');
  await enter(page, "kubectl get pods --bogus");
  await expect(log(page)).toContainText("error: unknown flag: --bogus");
  await enter(page, `label pod ${SET}-0 'a=b`);
  await expect(log(page)).toContainText("unexpected EOF");
  await expect(page.locator("[data-kind=pod]")).toHaveCount(3);
});

test("a watch runs until it is stopped", async ({ page }) => {
  await openTerminal(page);
  await enter(page, "get pods -w");
  await enter(page, `delete pod ${SET}-0`);
  await expect(log(page)).toContainText(new RegExp(`${SET}-0\\s+1/1\\s+Terminating`));
  await log(page).getByRole("button", { name: "Stop" }).click();
  await expect(log(page)).toContainText("^C");
  await expect(log(page).getByRole("button", { name: "Stop" })).toHaveCount(0);
});

test("the prompt has completion and history, and is no keyboard trap", async ({ page }) => {
  await openTerminal(page);
  await prompt(page).pressSequentially("desc");
  await prompt(page).press("Tab");
  await expect(prompt(page)).toHaveValue("describe ");
  await prompt(page).pressSequentially("pod my-db-statefulset-1");
  await prompt(page).press("Enter");
  await expect(log(page)).toContainText(/Name:\s+my-db-statefulset-1/);
  await expect(log(page)).toContainText("Successfully assigned default/my-db-statefulset-1");
  await expect(prompt(page)).toHaveValue("");
  await prompt(page).press("ArrowUp");
  await expect(prompt(page)).toHaveValue("describe pod my-db-statefulset-1");
  await prompt(page).press("ArrowDown");
  await expect(prompt(page)).toHaveValue("");
  await prompt(page).press("Tab");
  await expect(prompt(page)).not.toBeFocused();
});

test("explain loads its descriptions", async ({ page }) => {
  await openTerminal(page);
  await enter(page, "explain sts.spec.serviceName");
  await expect(log(page)).toContainText("FIELD: serviceName <string>");
  await expect(log(page)).toContainText("the service that governs this StatefulSet");
});

test("a button's command is shown in the terminal, and its time moves the play head", async ({ page }) => {
  await openTerminal(page);
  await page.getByRole("button", { name: "One replica more" }).click();
  await expect(log(page)).toContainText("kubectl apply -f manifest.yaml");
  await expect(page.locator("[data-kind=pod]")).toHaveCount(4);
  await log(page).getByRole("button", { name: /^Go to/ }).first().click();
  await expect(page.locator("[data-kind=pod]")).toHaveCount(0);
  await expect(page.locator("[data-clock]")).toHaveAttribute("data-playing", "false");
});

test("the terminal is accessible with output and errors", async ({ page }) => {
  await openTerminal(page);
  await enter(page, "get pods");
  await enter(page, "get nothing");
  await enter(page, "get pods -w");
  await expectAccessible(page);
});

test("the note in the header opens the fidelity view", async ({ page }) => {
  await open(page, "?autoplay=0");
  await page.getByRole("button", { name: /Kubernetes 1\.36/ }).click();
  const dialog = page.getByRole("dialog", { name: "How faithful is it?" });
  await expect(dialog).toContainText("v1.36.3");
  for (const family of ["traces", "walks", "dns", "verdicts", "verdict-texts", "console"]) {
    await expect(dialog.getByRole("rowheader", { name: family, exact: true })).toBeVisible();
  }
  await expect(dialog.getByRole("heading", { name: "Known gaps" })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close fidelity" }).click();
  await expect(dialog).toBeHidden();
});

test("on a phone the terminal is a tab", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "?autoplay=0");
  await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "kubectl" }).click();
  await enter(page, "get sts -o name");
  await expect(log(page)).toContainText(`statefulset.apps/${SET}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wider, "the page scrolls horizontally").toBe(false);
});
