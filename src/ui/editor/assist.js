// Completions and hover descriptions, which the editor requests from the page, and diagnostics for CodeMirror's linter.
import { autocompletion } from "@codemirror/autocomplete";
import { lintGutter } from "@codemirror/lint";
import { hoverTooltip } from "@codemirror/view";
import { element, SEVERITY_WORDS } from "./marks.js";

/** Completion starts by itself after a word and at the start of a value. */
const STARTS_COMPLETION = /(?:[\w./-]|:\s|-\s)$/;

/** While a word is being typed, the completions are filtered instead of requested again. */
const SAME_WORD = /^[\w./-]*$/;

/** @param {import("./yaml_editor.js").YamlEditor} host */
export function assistance(host) {
  return [
    autocompletion({ override: [(context) => complete(host, context)], icons: false }),
    hoverTooltip((view, offset) => describe(host, view, offset)),
    lintGutter(),
  ];
}

/**
 * @param {import("./yaml_editor.js").YamlEditor} host
 * @param {import("@codemirror/autocomplete").CompletionContext} context
 * @returns {Promise<import("@codemirror/autocomplete").CompletionResult | null>}
 */
async function complete(host, context) {
  const requested = context.explicit || context.matchBefore(STARTS_COMPLETION) !== null;
  const found = requested ? await answer(host.complete, context.pos) : null;
  if (!found?.length) return null;
  const from = Math.min(...found.map((item) => item.from), context.pos);
  const options = found.map(({ label, detail, info, insert }) => ({
    label,
    detail: detail || undefined,
    info: info || undefined,
    apply: insert ?? label,
  }));
  return { from, options, validFor: SAME_WORD };
}

/**
 * @param {import("./yaml_editor.js").YamlEditor} host
 * @param {import("@codemirror/view").EditorView} view
 * @param {number} offset
 * @returns {Promise<import("@codemirror/view").Tooltip | null>}
 */
async function describe(host, view, offset) {
  const text = await answer(host.describe, offset);
  if (!text) return null;
  const word = view.state.wordAt(offset);
  return {
    pos: word?.from ?? offset,
    end: word?.to ?? offset,
    create: () => ({ dom: element("div", "description", text) }),
  };
}

/**
 * The page's answer, or null if it throws: the editor does not report the page's bugs.
 * @template T
 * @param {((offset: number) => Promise<T> | T) | null} ask
 * @param {number} offset
 * @returns {Promise<T | null>}
 */
async function answer(ask, offset) {
  try {
    return ask ? await ask(offset) : null;
  } catch {
    return null;
  }
}

/** @type {Record<string, "error" | "warning" | "hint" | "info">} */
const SEVERITIES = { error: "error", warning: "warning", advice: "hint", info: "info" };

/**
 * A diagnostic for CodeMirror's linter, which underlines it, marks it in the gutter and shows it in a tooltip.
 * @param {import("./yaml_editor.js").Diagnostic} diagnostic within the text
 * @param {(fix: import("./yaml_editor.js").Fix) => void} applyFix
 * @returns {import("@codemirror/lint").Diagnostic}
 */
export function lintDiagnostic(diagnostic, applyFix) {
  const { from, to, severity, message, source, fixes } = diagnostic;
  return {
    from,
    to,
    severity: SEVERITIES[severity] ?? "info",
    message,
    renderMessage: () => {
      const line = element("span", "");
      line.append(element("span", `severity severity-${severity}`, SEVERITY_WORDS[severity]), message);
      if (source) line.append(element("span", "source", source));
      return line;
    },
    actions: (fixes ?? []).map((fix) => ({ name: fix.label, apply: () => applyFix(fix) })),
  };
}
