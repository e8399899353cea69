// Starts the application: loads wasm-bindgen's module and the Wasm, and shows a message if that is slow or fails. An
// external module, because the page's content security policy forbids inline scripts.

import { listenForPanics } from "./report.js";

/** After this time a message says that the page is still loading. */
const SLOW_MS = 1_500;

/** A failure before the application runs. */
class BootError extends Error {
  /**
   * @param {string} sentence for the person
   * @param {unknown} cause the error, shown as a detail
   */
  constructor(sentence, cause) {
    super(sentence, { cause });
  }
}

const app = /** @type {HTMLElement} */ (document.querySelector('meta[name="app"]'));
const status = document.getElementById("boot-status");

/** Sets the theme before the application does, so that a frame in a dark page does not flash white. */
function setTheme() {
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

/** Loads the editor, unless the page is embedded, where none is shown. */
function loadEditor() {
  const embed = new URLSearchParams(location.search).get("embed");
  if (embed !== null && embed !== "0" && embed !== "false") return;
  const script = document.createElement("script");
  script.type = "module";
  script.integrity = app.dataset.integrity ?? "";
  script.src = new URL(app.dataset.editor ?? "", document.baseURI).href;
  document.head.append(script);
}

/** @param {number} attempt from 0; browsers cache a module that failed to load, so that a retry needs another URL */
async function start(attempt) {
  if (typeof WebAssembly !== "object") {
    throw new BootError("The simulation needs WebAssembly, which this browser does not have or has disabled.", "no WebAssembly");
  }
  const suffix = attempt === 0 ? "" : `?retry=${attempt}`;
  const glue = await import(new URL(app.dataset.js + suffix, document.baseURI).href).catch((error) => {
    throw new BootError(unreachable("program"), error);
  });
  const wasm = await fetch(new URL(app.dataset.wasm + suffix, document.baseURI)).catch((error) => {
    throw new BootError(unreachable("simulation"), error);
  });
  if (!wasm.ok) {
    throw new BootError(`The server responded with ${wasm.status} to the request for the simulation. A new version may have been published.`, wasm.url);
  }
  await glue.default({ module_or_path: wasm }).catch((error) => {
    throw new BootError("The simulation was loaded but could not be started.", error);
  });
}

/** @param {string} part */
function unreachable(part) {
  return navigator.onLine
    ? `The ${part} could not be loaded: the connection was lost, or a new version was published.`
    : `The ${part} could not be loaded: this device is offline.`;
}

/** @param {string} text */
function show(text) {
  const line = document.createElement("p");
  line.textContent = text;
  status?.replaceChildren(line);
}

/**
 * @param {unknown} error
 * @param {number} attempt
 */
function showFailure(error, attempt) {
  const sentence = error instanceof BootError ? error.message : "The simulation could not be started.";
  const cause = String(error instanceof BootError ? error.cause : error);
  show(sentence);
  const detail = document.createElement("p");
  detail.className = "skeleton-detail";
  detail.textContent = cause;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Try again";
  retry.addEventListener("click", () => run(attempt + 1));
  status?.append(detail, retry);
  status?.setAttribute("data-boot", "failed");
}

/** @param {number} attempt */
async function run(attempt) {
  status?.setAttribute("data-boot", "loading");
  const slow = setTimeout(() => show("Loading the simulation …"), attempt === 0 ? SLOW_MS : 0);
  try {
    await start(attempt);
  } catch (error) {
    showFailure(error, attempt);
  } finally {
    clearTimeout(slow);
  }
}

setTheme();
loadEditor();
listenForPanics();
run(0);
