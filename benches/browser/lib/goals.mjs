// Which figure of which measurement is held against which goal.
import { judged } from '../../peers/lib/summary.mjs';

/**
 * @typedef {object} About which lines and which figure of them; `floors` names those of a line that stand beside it
 * @property {Record<string, unknown>} of
 * @property {string} figure
 * @property {Record<string, string>} floors
 */

/** @type {(import('../../peers/lib/summary.mjs').Goal & About)[]} */
const GOALS = [
  {
    goal: 6, what: 'tap to changed page, 95 %, processor 4 × slower', of: { measure: 'tap', slower: 4 }, figure: 'p95',
    unit: 'ms', floors: { loop: 'floor_ms' }, most: 8,
  },
  ...[4, 1].map((slower) => ({
    goal: 6, what: `a command taken in, processor ${slower} × slower`, of: { measure: 'apply', slower }, figure: 'ms',
    unit: 'ms', floors: { reading: 'floor_ms' }, most: 0.1,
  })),
  ...['quiet', 'fold due'].flatMap((what) => [
    {
      goal: 7, what: `tap to safe, ${what}, median`, of: { measure: 'safe', what }, figure: 'p50', unit: 'ms',
      floors: { put: 'floor_ms' }, within: { put: 1.3 },
    },
    {
      goal: 7, what: `tap to safe, ${what}, 95 %`, of: { measure: 'safe', what }, figure: 'p95', unit: 'ms',
      floors: { put: 'floor_ms' },
    },
  ]),
  {
    goal: 7, what: 'folds while she taps', of: { measure: 'safe', what: 'fold due' }, figure: 'folds', unit: 'folds',
    floors: {}, most: 0,
  },
  ...Object.entries({ shell: 1.1, plan: 2 }).map(([what, limit]) => ({
    goal: 8, what: `warm start, offline: ${what}`, of: { measure: 'warm', what }, figure: 'ms', unit: 'ms',
    floors: { file: 'floor_ms' }, within: { file: limit },
  })),
  {
    goal: 9, what: 'cold start: first paint', of: { measure: 'cold', what: 'first paint' }, figure: 'ms', unit: 'ms',
    floors: { file: 'floor_ms' }, most: 500,
  },
  {
    goal: 9, what: 'cold start: usable', of: { measure: 'cold', what: 'usable' }, figure: 'ms', unit: 'ms',
    floors: { file: 'floor_ms', bytes: 'byte_limit_ms' }, within: { bytes: 1.15 },
  },
];

/**
 * One line for each goal whose measurement was made.
 * @param {object[]} lines
 */
export function goalLines(lines) {
  const measured = new Set(lines.map(({ measure }) => measure));
  return GOALS.filter(({ of }) => measured.has(of.measure)).map((goal) => {
    const mine = lines.filter((line) => Object.entries(goal.of).every(([key, value]) => line[key] === value));
    return judged(goal, mine.map((line) => ({
      ours: line[goal.figure], drift: line.drift, void: line.void, peers: {},
      floors: Object.fromEntries(Object.entries(goal.floors).map(([name, key]) => [name, line[key]])),
    })));
  });
}
