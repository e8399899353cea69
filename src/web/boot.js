// Starts the application: loads the generated glue and the Wasm, and says in plain words what is going on when that
// takes long or fails. An external module, because the page's policy forbids inline scripts.

import { listenForPanics } from "./report.js";

/** After this long a person deserves to know that the page is still loading. */
const SLOW_MS = 1_500;

/** A failure before the application runs. */
class BootError extends Error {
  /**
   * @param {string} sentence what a person reads
   * @param {unknown} cause what a developer reads
   */
  constructor(sentence, cause) {
    super(sentence, { cause });
  }
}

const app = /** @type {HTMLElement} */ (document.querySelector('meta[name="app"]'));
const status = document.getElementById("boot-status");

/** A frame in a dark page shall not flash white until the application reads the same parameter. */
function wearTheme() {
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

/** @param {number} attempt counted from 0; a browser remembers a module that failed, so a retry asks by another name */
async function start(attempt) {
  if (typeof WebAssembly !== "object") {
    throw new BootError("This browser has no WebAssembly, or it is switched off. The simulation cannot run without it.", "no WebAssembly");
  }
  const suffix = attempt === 0 ? "" : `?retry=${attempt}`;
  const glue = await import(new URL(app.dataset.js + suffix, document.baseURI).href).catch((error) => {
    throw new BootError(unreachable("program"), error);
  });
  const wasm = await fetch(new URL(app.dataset.wasm + suffix, document.baseURI)).catch((error) => {
    throw new BootError(unreachable("simulation"), error);
  });
  if (!wasm.ok) {
    throw new BootError(`The server answered ${wasm.status} for the simulation's file. A new version may have been published meanwhile.`, wasm.url);
  }
  await glue.default({ module_or_path: wasm }).catch((error) => {
    throw new BootError("The simulation arrived but could not be started.", error);
  });
}

/** @param {string} part */
function unreachable(part) {
  return navigator.onLine
    ? `The ${part} could not be loaded: the connection broke off, or a new version was published meanwhile.`
    : `The ${part} could not be loaded: this device is offline.`;
}

/** @param {string} text */
function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  status?.replaceChildren(line);
}

/**
 * @param {unknown} error
 * @param {number} attempt
 */
function sayFailure(error, attempt) {
  const sentence = error instanceof BootError ? error.message : "The simulation could not be started.";
  const cause = String(error instanceof BootError ? error.cause : error);
  say(sentence);
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
  const slow = setTimeout(() => say("Loading the simulation …"), attempt === 0 ? SLOW_MS : 0);
  try {
    await start(attempt);
  } catch (error) {
    sayFailure(error, attempt);
  } finally {
    clearTimeout(slow);
  }
}

wearTheme();
listenForPanics();
run(0);
