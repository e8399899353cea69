// Widgets in the text: error messages below their lines, and badges with the cluster's value at the ends of lines.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

/** The label of each severity, so that colour is not the only distinction. */
export const SEVERITY_WORDS = { error: "Error", warning: "Warning", advice: "Advice", info: "Note" };

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** The messages of one line, with their fixes. */
class Messages extends WidgetType {
  /**
   * @param {import("./yaml_editor.js").Diagnostic[]} diagnostics
   * @param {(fix: import("./yaml_editor.js").Fix) => void} applyFix
   */
  constructor(diagnostics, applyFix) {
    super();
    this.diagnostics = diagnostics;
    this.applyFix = applyFix;
  }

  /** @param {Messages} other */
  eq(other) {
    return JSON.stringify(this.diagnostics) === JSON.stringify(other.diagnostics);
  }

  toDOM() {
    const block = element("div", "messages");
    const box = element("div", "messages-box");
    block.append(box);
    for (const { severity, message, fixes } of this.diagnostics) {
      const line = element("div", "message");
      line.append(element("span", `severity severity-${severity}`, SEVERITY_WORDS[severity]), message);
      for (const fix of fixes ?? []) line.append(" ", button("fix", fix.label, () => this.applyFix(fix)));
      box.append(line);
    }
    return block;
  }

  ignoreEvent() {
    return true;
  }
}

/** One badge at the end of a line. */
class Badge extends WidgetType {
  /**
   * @param {string} text
   * @param {(view: EditorView, node: HTMLElement) => void} take
   */
  constructor(text, take) {
    super();
    this.text = text;
    this.take = take;
  }

  /** @param {Badge} other */
  eq(other) {
    return this.text === other.text;
  }

  /** @param {EditorView} view */
  toDOM(view) {
    const node = button("live", this.text, () => this.take(view, node));
    node.title = "The cluster has another value: copy it into the text";
    return node;
  }

  ignoreEvent() {
    return true;
  }
}

/**
 * @param {string} className
 * @param {string} label
 * @param {() => void} press
 */
function button(className, label, press) {
  const node = /** @type {HTMLButtonElement} */ (element("button", className, label));
  node.type = "button";
  node.addEventListener("click", press);
  return node;
}

/** A set of decorations that an effect replaces and that is mapped through changes of the text. */
function decorations() {
  const replace = /** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").DecorationSet>} */ (StateEffect.define());
  const field = StateField.define({
    create: () => Decoration.none,
    update: (set, transaction) => {
      const moved = set.map(transaction.changes);
      return transaction.effects.reduce((kept, effect) => (effect.is(replace) ? effect.value : kept), moved);
    },
    provide: (self) => EditorView.decorations.from(self),
  });
  return { replace, field };
}

const messages = decorations();
const badges = decorations();

export const marks = [messages.field, badges.field];

/**
 * The effect that shows error messages below their lines.
 * @param {import("@codemirror/state").Text} doc
 * @param {import("./yaml_editor.js").Diagnostic[]} diagnostics
 * @param {(fix: import("./yaml_editor.js").Fix) => void} applyFix
 */
export function showMessages(doc, diagnostics, applyFix) {
  /** @type {Map<number, import("./yaml_editor.js").Diagnostic[]>} */
  const byLine = new Map();
  for (const diagnostic of diagnostics.filter(({ severity }) => severity === "error")) {
    const end = doc.lineAt(Math.min(diagnostic.from, doc.length)).to;
    byLine.set(end, [...(byLine.get(end) ?? []), diagnostic]);
  }
  const ranges = [...byLine].map(([end, ofLine]) =>
    Decoration.widget({ widget: new Messages(ofLine, applyFix), block: true, side: 1 }).range(end));
  return messages.replace.of(Decoration.set(ranges, true));
}

/**
 * The effect that shows the badges; those for lines that do not exist are left out.
 * @param {import("@codemirror/state").Text} doc
 * @param {import("./yaml_editor.js").Live[]} live
 * @param {(line: number) => void} takeOver called with the badge's line at that time
 */
export function showBadges(doc, live, takeOver) {
  const take = (/** @type {EditorView} */ view, /** @type {HTMLElement} */ node) => takeOver(view.state.doc.lineAt(view.posAtDOM(node)).number);
  const ranges = live
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, text }) => Decoration.widget({ widget: new Badge(text, take), side: 1 }).range(doc.line(line).to));
  return badges.replace.of(Decoration.set(ranges, true));
}
