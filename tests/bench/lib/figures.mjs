// Statistics and tables for the benchmarks.

/** @param {number[]} values */
export function median(values) {
  return percentile(values, 50);
}

/**
 * @param {number[]} values
 * @param {number} rank from 0 to 100 (nearest-rank method)
 */
export function percentile(values, rank) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)];
}

/** @param {number} value */
export function milliseconds(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/**
 * A Markdown table.
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
