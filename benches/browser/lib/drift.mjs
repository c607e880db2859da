// How far a floor moved while something was measured on it.
import { median } from '../../peers/lib/figures.mjs';

/** A round whose floor moved by more than this says nothing. */
const MOST = 2;

/**
 * The floor of a line, from its samples in the order in which they were taken: the earlier half is
 * held against the later one.
 * @param {number[]} samples
 */
export function floorOf(samples) {
  const middle = Math.ceil(samples.length / 2);
  const [early, late] = [samples.slice(0, middle), samples.slice(-middle)].map(median);
  const drift = Math.max(early, late) / Math.min(early, late);
  return { floor_ms: median(samples), drift, void: drift > MOST };
}
