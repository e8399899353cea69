// YAML for the editor, with a limit on nesting: Lezer builds and walks its trees recursively, so that a text with
// thousands of nested brackets would overflow the stack. Such a text is not parsed and stays uncoloured.
import { yamlLanguage } from "@codemirror/lang-yaml";
import { Language, LanguageSupport } from "@codemirror/language";
import { Parser, Tree } from "@lezer/common";

/** The same as `YAML_NESTING_MAX` in `src/limits.rs`: the page reports an error for deeper nesting. */
const DEPTH_MAX = 400;

const inner = yamlLanguage.parser;

/** A tree without nodes, for the whole text. @param {number} length */
const emptyTree = (length) => new Tree(inner.topNode, [], [], length);

/**
 * Whether brackets, or indicators such as `- - -`, nest too deeply to be parsed.
 * @param {string} text
 */
function tooDeep(text) {
  let depth = 0;
  let indicators = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === "[" || c === "{") depth += 1;
    else if ((c === "]" || c === "}") && depth > 0) depth -= 1;
    if (c === "-" || c === "?" || c === ":") indicators += 1;
    else if (c !== " ") indicators = 0;
    if (depth > DEPTH_MAX || indicators > DEPTH_MAX) return true;
  }
  return false;
}

class LimitedParser extends Parser {
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
          if (error instanceof RangeError) return emptyTree(input.length);
          throw error;
        }
      },
    };
  }
}

/** @param {number} length @returns {import("@lezer/common").PartialParse} */
function finished(length) {
  return { parsedPos: length, stoppedAt: length, stopAt() {}, advance: () => emptyTree(length) };
}

/** The language, with the indentation and folding of CodeMirror's own package. */
export const yaml = () => new LanguageSupport(new Language(yamlLanguage.data, new LimitedParser(), [], "yaml"));
