// <yaml-editor>: the YAML text with its diagnostics. The page sees an element, never CodeMirror.
//
// Properties  text (get and set; setting acts like typing), diagnostics, live, readOnly, theme ("light" | "dark" | "auto")
// Callbacks   complete(offset), describe(offset): asked while a person writes; may be null
// Methods     reveal(line, column, focus), focus()
// Events      edit {text}, cursor {line, column}, apply {text} (Ctrl/Cmd-Enter), takeover {line}; all bubble
//
// Offsets count UTF-16 units; lines and columns count from 1, columns in characters. Line ends in `text` are "\n".
// Until this script has run, a <textarea> inside the element works; its text, if a person changed it, is carried over.
import { completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, undoDepth } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { ChangeSet, Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { assistance, shown } from "./assist.js";
import { highlighting } from "./highlight.js";
import { yaml } from "./language.js";
import { element, marks, showBadges, showMessages } from "./marks.js";
import css from "./yaml_editor.css";

/**
 * @typedef {{ label: string, from: number, to: number, insert: string }} Fix
 * @typedef {{ from: number, to: number, line: number, column: number,
 *   severity: "error" | "warning" | "advice" | "info", message: string, source?: string, fixes?: Fix[] }} Diagnostic
 * @typedef {{ line: number, text: string }} Live a badge at the end of a line; `text` is all that it says
 * @typedef {{ label: string, detail?: string, info?: string, insert?: string, from: number }} Completion
 *   `from` is where the word begins that it replaces, the same for all
 */

/** Messages below lines move the text, so they wait until a person has stopped typing for this long. */
const TYPING_PAUSE_MS = 600;

const PROPERTIES = ["diagnostics", "live", "readOnly", "theme", "complete", "describe"];

const HELP = "Tab leaves the editor. Escape closes suggestions and panels. Control Space suggests, "
  + "Control ] and Control [ indent, F8 goes to the next message, Control Enter applies.";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

const CONTENT_ATTRIBUTES = {
  "aria-label": "YAML",
  "aria-describedby": "help",
  autocomplete: "off",
  "data-gramm": "false",
  // Editable content can be focused anyway, but tools that look for a tab stop want it said.
  tabindex: "0",
};

/** The line that was last revealed, lit for a moment. */
const lightUp = /** @type {import("@codemirror/state").StateEffectType<number>} */ (StateEffect.define());
const lit = StateField.define({
  create: () => Decoration.none,
  update: (set, transaction) => {
    const at = transaction.effects.find((effect) => effect.is(lightUp));
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
  /** @type {EditorView | null} null while the element is in no document */
  #view = null;
  #state = EditorState.create();
  #writable = new Compartment();
  #readOnly = false;
  /** @type {Diagnostic[]} */
  #diagnostics = [];
  /** @type {Live[]} */
  #live = [];
  /** What happened to the text since the diagnostics came, because the offsets of their fixes are older. */
  #since = ChangeSet.empty(0);
  #lastTyped = -Infinity;
  #messagesTimer = 0;
  /** The events that are due once the present task is over. */
  #due = new Set();
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
    // The text comes first: all else speaks of places in it.
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
    // The first text is where undoing ends.
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
    this.#since = ChangeSet.empty(length);
    this.#dispatch(setDiagnostics(this.#state, this.#diagnostics.map((diagnostic) => shown(diagnostic, this.#applyFix))));
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
   * Puts the cursor at a place, shows it in the middle and lights its line for a moment.
   * @param {number} line
   * @param {number} [column]
   * @param {boolean} [focus] also take the keyboard focus, which opens the keyboard of a phone
   */
  reveal(line, column = 1, focus = false) {
    const { doc } = this.#state;
    const place = doc.line(Math.max(1, Math.min(Math.trunc(line) || 1, doc.lines)));
    const before = Array.from(place.text).slice(0, Math.max(0, column - 1)).join("");
    const at = place.from + before.length;
    const effects = [lightUp.of(place.from), EditorView.scrollIntoView(at, { y: "center" })];
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
        lit,
        this.#writable.of(EditorState.readOnly.of(false)),
        keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => this.#follow(update)),
      ],
    });
  }

  /** @param {import("@codemirror/view").ViewUpdate} update */
  #follow({ docChanged, selectionSet, changes, transactions }) {
    if (docChanged) {
      this.#since = this.#since.compose(changes);
      if (transactions.some((transaction) => transaction.isUserEvent("input.type"))) this.#lastTyped = performance.now();
      this.#emitSoon("edit");
    }
    if (docChanged || selectionSet) this.#emitSoon("cursor");
  }

  /**
   * With a view it goes through the view; without one the state changes alone, and the listener is told by hand.
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
    this.#since = this.#since.compose(transaction.changes);
    this.#emitSoon("edit");
  }

  /**
   * A property that was set on the element before this class existed hides the accessor: set it anew.
   * @param {string} name
   */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const early = this[name];
    delete this[name];
    this[name] = early;
  }

  /** What a person typed before this script ran wins over what the page set meanwhile. */
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

  /** @param {Fix} fix with offsets of the text that the diagnostics were made for */
  #applyFix = ({ from, to, insert }) => {
    const place = (/** @type {number} */ offset) => this.#since.mapPos(Math.min(offset, this.#since.length));
    const start = place(from);
    this.#dispatch({ changes: { from: start, to: Math.max(start, place(to)), insert }, userEvent: "input.fix" });
    this.focus();
  };

  #showMessagesSoon() {
    clearTimeout(this.#messagesTimer);
    const wait = this.#lastTyped + TYPING_PAUSE_MS - performance.now();
    if (wait <= 0) this.#showMessages();
    else this.#messagesTimer = window.setTimeout(() => this.#showMessages(), wait);
  }

  #showMessages() {
    const moved = this.#diagnostics.map((diagnostic) => ({ ...diagnostic, from: this.#since.mapPos(diagnostic.from) }));
    this.#dispatch({ effects: showMessages(this.#state.doc, moved, this.#applyFix) });
  }

  /**
   * After the present task, and once for all that happened in it: whoever sets a property is never called back meanwhile.
   * @param {"edit" | "cursor"} type
   */
  #emitSoon(type) {
    if (this.#due.has(type)) return;
    this.#due.add(type);
    queueMicrotask(() => {
      this.#due.delete(type);
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
   * @returns {true} so that it can end a key binding
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    return true;
  }
}

/**
 * The one change that makes `after` of `before`, so that the cursor and the marks elsewhere stay where they are.
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

// Not before the document is read: an element that is upgraded while it is parsed does not see its textarea yet.
const define = () => customElements.define("yaml-editor", YamlEditor);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
