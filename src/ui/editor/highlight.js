// Syntax highlighting, by classes that yaml_editor.css maps to the page's custom properties.
import { HighlightStyle, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), class: "syntax-key" },
  { tag: [tags.string, tags.special(tags.string)], class: "syntax-string" },
  { tag: tags.content, class: "syntax-string" },
  { tag: [tags.comment, tags.lineComment], class: "syntax-comment" },
  { tag: [tags.labelName, tags.typeName, tags.attributeValue], class: "syntax-anchor" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: "syntax-punctuation" },
  { tag: [tags.meta, tags.keyword], class: "syntax-document" },
]);

/** Plain scalars that YAML 1.1 reads as a boolean or null. */
const WORD = /^(true|false|yes|no|on|off|y|n|null|~)$/i;
const NUMBER = /^[-+]?(0x[\da-f_]+|0b[01_]+|[\d_]+(\.[\d_]*)?(e[-+]?\d+)?|\.\d+|\.inf|\.nan)$/i;

const word = Decoration.mark({ class: "syntax-word" });
const number = Decoration.mark({ class: "syntax-number" });

/** Colours plain scalars that are not strings, which the grammar does not distinguish, in the visible text. */
const scalars = ViewPlugin.fromClass(
  class {
    /** @param {import("@codemirror/view").EditorView} view */
    constructor(view) {
      this.decorations = colour(view);
    }

    /** @param {import("@codemirror/view").ViewUpdate} update */
    update(update) {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || parsed) this.decorations = colour(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** A longer plain scalar is always a string. */
const SCALAR_LENGTH_MAX = 32;

/** @param {import("@codemirror/view").EditorView} view */
function colour(view) {
  const builder = /** @type {RangeSetBuilder<Decoration>} */ (new RangeSetBuilder());
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        if (node.name !== "Literal" || node.node.parent?.name === "Key") return;
        if (node.to - node.from > SCALAR_LENGTH_MAX) return;
        const text = view.state.sliceDoc(node.from, node.to);
        const mark = WORD.test(text) ? word : NUMBER.test(text) ? number : null;
        if (mark) builder.add(node.from, node.to, mark);
      },
    });
  }
  return builder.finish();
}

export const highlighting = [syntaxHighlighting(style), scalars];
