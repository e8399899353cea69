// The report after a panic: the text, buttons that copy it, and what happened. A plain script, because after a panic the
// Wasm no longer runs.

/** The key under which `src/web/storage.rs` keeps the session. */
const STORAGE_KEY = "statefulset-playground";

/** Shows a report of a panic, or of a trap without a panic (out of memory, stack overflow). */
export function listenForPanics() {
  addEventListener("simulation-panic", (event) => show(String(/** @type {CustomEvent} */ (event).detail)));
  addEventListener("error", (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) show(`The simulation stopped: ${event.error.message}`);
  });
}

/** @param {string} report */
function show(report) {
  // Only the first report matters: later errors are consequences of it.
  if (document.getElementById("panic-report")) return;
  const text = /** @type {any} */ (document.querySelector("yaml-editor"))?.text ?? "";
  const dialog = element("dialog", { id: "panic-report", className: "panic-report" });
  dialog.setAttribute("aria-labelledby", "panic-title");
  const kept = element("textarea", { value: text, readOnly: true, spellcheck: false });
  kept.setAttribute("aria-label", "Your text");
  const details = element("pre", { textContent: report, tabIndex: 0 });
  details.setAttribute("aria-label", "What happened");
  details.setAttribute("role", "region");
  const actions = element("div", { className: "panic-actions" });
  actions.append(
    button("Copy the text", (pressed) => copy(text, kept, pressed)),
    button("Copy the report", (pressed) => copy(report, details, pressed)),
    button("Load the page again", () => location.reload()),
    button("Start over", startOver),
  );
  dialog.append(
    element("h2", { id: "panic-title", textContent: "The simulation has stopped" }),
    element("p", {
      textContent: "This is a bug in the page, not in your YAML. Your text is below and can be copied. "
        + "If the page stops again after loading, start over: that discards the saved session.",
    }),
    kept,
    details,
    actions,
  );
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 */
function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/**
 * @param {string} label
 * @param {(pressed: HTMLButtonElement) => void} act
 */
function button(label, act) {
  const made = element("button", { type: "button", textContent: label, className: "button" });
  made.addEventListener("click", () => act(made));
  return made;
}

/**
 * @param {string} text
 * @param {HTMLElement} shown selected if the clipboard is not available, as in many frames
 * @param {HTMLButtonElement} pressed
 */
async function copy(text, shown, pressed) {
  try {
    await navigator.clipboard.writeText(text);
    pressed.textContent = "Copied";
  } catch {
    shown.focus();
    if (shown instanceof HTMLTextAreaElement) shown.select();
    else getSelection()?.selectAllChildren(shown);
  }
}

function startOver() {
  try {
    localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Storage is blocked, so nothing was saved.
  }
  location.href = location.pathname + location.search;
}
