// Processor time of processes and all their descendants, read from /proc.
import { readFileSync, readdirSync } from 'node:fs';

// Linux counts in hundredths of a second on every machine we build for.
const MS_PER_TICK = 10;

/**
 * Milliseconds used so far by `roots`, their living descendants and the children these have waited for.
 * @param {number[]} roots
 */
export function cpuMs(roots) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(stat).filter((found) => found !== undefined);
  const counted = new Set(roots);
  for (let before = -1; before !== counted.size;) {
    before = counted.size;
    for (const { pid, parent } of all) if (counted.has(parent)) counted.add(pid);
  }
  return all.filter(({ pid }) => counted.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) * MS_PER_TICK;
}

/** @param {string} pid */
function stat(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
  // The name stands in parentheses and may hold spaces; the state follows it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number(pid), parent: Number(fields[1]), ticks };
}
