// <yaml-editor>: a YAML editor with diagnostics. The page uses the element's interface, never CodeMirror's.
//
// Properties  text (get and set; setting acts like typing), diagnostics, live, readOnly, theme ("light" | "dark" | "auto")
// Callbacks   complete(offset), describe(offset): for completion and hover; may be null
// Methods     reveal(line, column, focus), focus()
// Events      edit {text}, cursor {line, column}, apply {text} (Ctrl/Cmd-Enter), takeover {line}; all bubble
//
// Offsets count UTF-16 units; lines and columns count from 1, columns in characters. Line ends in `text` are "\n".
// Until this script has run, a <textarea> inside the element is the editor; a text typed there is kept.
import { completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, undoDepth } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { ChangeSet, Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { assistance, lintDiagnostic } from "./assist.js";
import { highlighting } from "./highlight.js";
import { yaml } from "./language.js";
import { element, marks, showBadges, showMessages } from "./marks.js";
import css from "./yaml_editor.css";

/**
 * @typedef {{ label: string, from: number, to: number, insert: string }} Fix
 * @typedef {{ from: number, to: number, line: number, column: number,
 *   severity: "error" | "warning" | "advice" | "info", message: string, source?: string, fixes?: Fix[] }} Diagnostic
 * @typedef {{ line: number, text: string }} Live a badge at the end of a line, with its whole text
 * @typedef {{ label: string, detail?: string, info?: string, insert?: string, from: number }} Completion
 *   `from` is the start of the word that is replaced, the same for all
 */

/** Messages below lines move the text, so they are shown only after this pause in typing. */
const TYPING_PAUSE_MS = 600;

const PROPERTIES = ["diagnostics", "live", "readOnly", "theme", "complete", "describe"];

const HELP = "Tab leaves the editor. Escape closes suggestions and panels. Control Space opens suggestions, "
  + "Control ] and Control [ change the indentation, F8 goes to the next diagnostic, Control Enter applies the text.";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

const CONTENT_ATTRIBUTES = {
  "aria-label": "YAML",
  "aria-describedby": "help",
  autocomplete: "off",
  "data-gramm": "false",
  // Editable content is focusable without it, but accessibility checkers look for the attribute.
  tabindex: "0",
};

/** The line that was revealed last, highlighted for a moment. */
const highlightLine = /** @type {import("@codemirror/state").StateEffectType<number>} */ (StateEffect.define());
const revealedLine = StateField.define({
  create: () => Decoration.none,
  update: (set, transaction) => {
    const at = transaction.effects.find((effect) => effect.is(highlightLine));
    if (at) return Decoration.set(Decoration.line({ class: "revealed" }).range(at.value));
    return transaction.docChanged ? Decoration.none : set;
  },
  provide: (self) => EditorView.decorations.from(self),
});

export class YamlEditor extends HTMLElement {
  /** @type {((offset: number) => Promise<Completion[]>) | null} */
  #complete = null;
  /** @type {((offset: number) => Promise<string | null>) | null} */
  #describe = null;
  /** @type {EditorView | null} null while the element is not in the document */
  #view = null;
  #state = EditorState.create();
  #writable = new Compartment();
  #readOnly = false;
  /** @type {Diagnostic[]} */
  #diagnostics = [];
  /** @type {Live[]} */
  #live = [];
  /** The changes since the diagnostics were set, to map their offsets. */
  #changes = ChangeSet.empty(0);
  #lastTyped = -Infinity;
  #messagesTimer = 0;
  /** The types of events that will be dispatched after this task. */
  #pending = new Set();
  #cursor = "";

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const help = element("p", "help", HELP);
    help.id = "help";
    root.append(element("div", "editor"), help);
    this.#state = this.#create("");
  }

  connectedCallback() {
    // The text first: the other properties have offsets in it.
    this.#upgrade("text");
    this.#adoptTextarea();
    for (const name of PROPERTIES) this.#upgrade(name);
    if (this.#view) return;
    this.#view = new EditorView({
      state: this.#state,
      parent: this.shadowRoot.querySelector(".editor"),
      root: this.shadowRoot,
      dispatchTransactions: (transactions, view) => {
        view.update(transactions);
        this.#state = view.state;
      },
    });
  }

  disconnectedCallback() {
    this.#view?.destroy();
    this.#view = null;
  }

  get text() {
    return this.#state.doc.toString();
  }

  set text(value) {
    const change = difference(this.text, String(value).replace(/\r\n?/g, "\n"));
    if (!change) return;
    // The first text cannot be undone.
    const first = this.#state.doc.length === 0 && undoDepth(this.#state) === 0;
    this.#dispatch({ changes: change, userEvent: "input.set", annotations: Transaction.addToHistory.of(!first) });
  }

  get diagnostics() {
    return this.#diagnostics;
  }

  set diagnostics(value) {
    const length = this.#state.doc.length;
    const within = (/** @type {number} */ offset) => Math.max(0, Math.min(Math.trunc(offset) || 0, length));
    this.#diagnostics = Array.from(value ?? [], (diagnostic) => {
      const from = within(diagnostic.from);
      return { ...diagnostic, from, to: Math.max(from, within(diagnostic.to)) };
    });
    this.#changes = ChangeSet.empty(length);
    this.#dispatch(setDiagnostics(this.#state, this.#diagnostics.map((diagnostic) => lintDiagnostic(diagnostic, this.#applyFix))));
    this.#showMessagesSoon();
  }

  get live() {
    return this.#live;
  }

  set live(value) {
    this.#live = Array.from(value ?? []);
    this.#dispatch({ effects: showBadges(this.#state.doc, this.#live, (line) => this.#emit("takeover", { line })) });
  }

  get readOnly() {
    return this.#readOnly;
  }

  set readOnly(value) {
    this.#readOnly = Boolean(value);
    this.#dispatch({ effects: this.#writable.reconfigure(EditorState.readOnly.of(this.#readOnly)) });
  }

  get complete() {
    return this.#complete;
  }

  set complete(value) {
    this.#complete = value;
  }

  get describe() {
    return this.#describe;
  }

  set describe(value) {
    this.#describe = value;
  }

  get theme() {
    return this.getAttribute("theme") ?? "auto";
  }

  set theme(value) {
    if (value === "light" || value === "dark") this.setAttribute("theme", value);
    else this.removeAttribute("theme");
  }

  focus() {
    this.#view?.focus();
  }

  /**
   * Moves the cursor to a position, scrolls it to the middle and highlights its line for a moment.
   * @param {number} line
   * @param {number} [column]
   * @param {boolean} [focus] also move the focus, which opens a phone's on-screen keyboard
   */
  reveal(line, column = 1, focus = false) {
    const { doc } = this.#state;
    const target = doc.line(Math.max(1, Math.min(Math.trunc(line) || 1, doc.lines)));
    const before = Array.from(target.text).slice(0, Math.max(0, column - 1)).join("");
    const at = target.from + before.length;
    const effects = [highlightLine.of(target.from), EditorView.scrollIntoView(at, { y: "center" })];
    this.#dispatch({ selection: EditorSelection.cursor(at), effects });
    if (focus) this.focus();
  }

  /** @param {string} doc */
  #create(doc) {
    return EditorState.create({
      doc,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => this.#emit("apply", { text: this.text }) }])),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        yaml(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        highlighting,
        search(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(CONTENT_ATTRIBUTES),
        assistance(this),
        marks,
        revealedLine,
        this.#writable.of(EditorState.readOnly.of(false)),
        keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => this.#onUpdate(update)),
      ],
    });
  }

  /** @param {import("@codemirror/view").ViewUpdate} update */
  #onUpdate({ docChanged, selectionSet, changes, transactions }) {
    if (docChanged) {
      this.#changes = this.#changes.compose(changes);
      if (transactions.some((transaction) => transaction.isUserEvent("input.type"))) this.#lastTyped = performance.now();
      this.#emitSoon("edit");
    }
    if (docChanged || selectionSet) this.#emitSoon("cursor");
  }

  /**
   * Dispatches to the view; without one, changes the state and does what the update listener would do.
   * @param {import("@codemirror/state").TransactionSpec} spec
   */
  #dispatch(spec) {
    if (this.#view) {
      this.#view.dispatch(spec);
      return;
    }
    const transaction = this.#state.update(spec);
    this.#state = transaction.state;
    if (!transaction.docChanged) return;
    this.#changes = this.#changes.compose(transaction.changes);
    this.#emitSoon("edit");
  }

  /**
   * A property that was set before the element was upgraded hides the accessor: delete it and set it again.
   * @param {string} name
   */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const early = this[name];
    delete this[name];
    this[name] = early;
  }

  /** A text typed before this script ran takes precedence over what the page has set. */
  #adoptTextarea() {
    const textarea = this.querySelector("textarea");
    if (!textarea) return;
    const typed = textarea.value !== textarea.defaultValue;
    if (typed || this.#state.doc.length === 0) this.text = textarea.value;
    const focused = document.activeElement === textarea;
    const at = Math.min(textarea.selectionEnd, this.#state.doc.length);
    textarea.remove();
    if (focused) queueMicrotask(() => this.#view?.focus());
    if (focused) this.#dispatch({ selection: EditorSelection.cursor(at) });
  }

  /** @param {Fix} fix with offsets in the text at the time the diagnostics were set */
  #applyFix = ({ from, to, insert }) => {
    const map = (/** @type {number} */ offset) => this.#changes.mapPos(Math.min(offset, this.#changes.length));
    const start = map(from);
    this.#dispatch({ changes: { from: start, to: Math.max(start, map(to)), insert }, userEvent: "input.fix" });
    this.focus();
  };

  #showMessagesSoon() {
    clearTimeout(this.#messagesTimer);
    const wait = this.#lastTyped + TYPING_PAUSE_MS - performance.now();
    if (wait <= 0) this.#showMessages();
    else this.#messagesTimer = window.setTimeout(() => this.#showMessages(), wait);
  }

  #showMessages() {
    const moved = this.#diagnostics.map((diagnostic) => ({ ...diagnostic, from: this.#changes.mapPos(diagnostic.from) }));
    this.#dispatch({ effects: showMessages(this.#state.doc, moved, this.#applyFix) });
  }

  /**
   * Dispatches an event after this task, once for all changes in it, so that setting a property never calls back.
   * @param {"edit" | "cursor"} type
   */
  #emitSoon(type) {
    if (this.#pending.has(type)) return;
    this.#pending.add(type);
    queueMicrotask(() => {
      this.#pending.delete(type);
      if (type === "edit") this.#emit("edit", { text: this.text });
      else this.#emitCursor();
    });
  }

  #emitCursor() {
    const { head } = this.#state.selection.main;
    const line = this.#state.doc.lineAt(head);
    const column = Array.from(line.text.slice(0, head - line.from)).length + 1;
    const cursor = `${line.number}:${column}`;
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#emit("cursor", { line: line.number, column });
  }

  /**
   * @param {string} type
   * @param {object} detail
   * @returns {true} to be the result of a key binding
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    return true;
  }
}

/**
 * The smallest single change from `before` to `after`, so that cursor and decorations elsewhere keep their positions.
 * @param {string} before
 * @param {string} after
 */
function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

// After parsing: an element that is upgraded while the document is parsed has no textarea yet.
const define = () => customElements.define("yaml-editor", YamlEditor);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
