// Medians and percentiles, rounded as they are printed.

/** @param {number[]} values */
export function median(values) {
  return percentile(values, 50);
}

/**
 * The smallest of `values` that at least `percent` of them do not exceed.
 * @param {number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

/** @param {number[]} values */
export function sum(values) {
  return values.reduce((all, one) => all + one, 0);
}

/**
 * Three digits after the point, in what lies within too; what is no number stays as it is.
 * @param {Record<string, unknown>} line
 */
export function rounded(line) {
  return JSON.parse(JSON.stringify(line, (_, value) => typeof value === 'number' ? Math.round(value * 1000) / 1000 : value));
}
