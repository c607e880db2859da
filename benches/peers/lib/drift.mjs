// How far a floor moved while something was measured on it.

/** What was measured on a floor that moved by more than this says nothing. */
const MOST = 2;

/**
 * @param {[number, number][]} moves of each floor, what it was earlier and what it was later
 */
export function driftOf(moves) {
  const drift = Math.max(...moves.map(([early, late]) => Math.max(early, late) / Math.min(early, late)));
  return { drift, void: drift > MOST };
}
