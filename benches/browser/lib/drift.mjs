// The floor of a line, from samples taken in between.
import { driftOf } from '../../peers/lib/drift.mjs';
import { median } from '../../peers/lib/figures.mjs';

/**
 * The samples are given in the order in which they were taken: the earlier half is held against the later one.
 * @param {number[]} samples
 */
export function floorOf(samples) {
  const middle = Math.ceil(samples.length / 2);
  const [early, late] = [samples.slice(0, middle), samples.slice(-middle)].map(median);
  return { floor_ms: median(samples), ...driftOf([[early, late]]) };
}
