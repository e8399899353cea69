// YAML's syntax for the editor, fenced: Lezer builds and walks its trees by recursion, so a text of thousands of nested
// brackets would exhaust the stack, in the middle of an edit or in an idle moment later. Such a text stays uncoloured.
import { yamlLanguage } from "@codemirror/lang-yaml";
import { Language, LanguageSupport } from "@codemirror/language";
import { Parser, Tree } from "@lezer/common";

/** The reader refuses deeper nesting anyway (`YAML_NESTING_MAX` in `src/limits.rs`). */
const DEPTH_MAX = 400;

const inner = yamlLanguage.parser;

/** A tree without syntax, over the whole text. @param {number} length */
const bare = (length) => new Tree(inner.topNode, [], [], length);

/**
 * Whether brackets nest, or indicators such as `- - -` follow each other, more deeply than anybody means.
 * @param {string} text
 */
function tooDeep(text) {
  let depth = 0;
  let row = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === "[" || c === "{") depth += 1;
    else if ((c === "]" || c === "}") && depth > 0) depth -= 1;
    if (c === "-" || c === "?" || c === ":") row += 1;
    else if (c !== " ") row = 0;
    if (depth > DEPTH_MAX || row > DEPTH_MAX) return true;
  }
  return false;
}

class FencedParser extends Parser {
  /** @type {Parser["createParse"]} */
  createParse(input, fragments, ranges) {
    if (tooDeep(input.read(0, input.length))) return finished(input.length);
    const parse = inner.createParse(input, fragments, ranges);
    return {
      get parsedPos() {
        return parse.parsedPos;
      },
      get stoppedAt() {
        return parse.stoppedAt;
      },
      stopAt: (at) => parse.stopAt(at),
      advance() {
        try {
          return parse.advance();
        } catch (error) {
          if (error instanceof RangeError) return bare(input.length);
          throw error;
        }
      },
    };
  }
}

/** @param {number} length @returns {import("@lezer/common").PartialParse} */
function finished(length) {
  return { parsedPos: length, stoppedAt: length, stopAt() {}, advance: () => bare(length) };
}

/** The language, with indentation and folding as CodeMirror's own package has them. */
export const yaml = () => new LanguageSupport(new Language(yamlLanguage.data, new FencedParser(), [], "yaml"));
