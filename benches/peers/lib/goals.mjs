// Which figure of which workload is held against which goal.
import { judged } from './summary.mjs';

const OURS = 'minvei';

/**
 * As `Goal` in summary.mjs, with the workload and the figure it is about.
 * @type {(import('./summary.mjs').Goal & {workload: string, figure: string})[]}
 */
const GOALS = [
  {
    goal: 1, what: 'single writes, until B holds all', workload: 'singles', figure: 'ms', unit: 'ms',
    quicker: { yjs: 4, zero: 50 },
  },
  {
    goal: 3, what: 'from A to B, median', workload: 'latency', figure: 'p50', unit: 'ms',
    within: { budget: 1 }, quicker: { zero: 6 },
  },
  { goal: 3, what: 'from A to B, 95 %', workload: 'latency', figure: 'p95', unit: 'ms' },
  {
    goal: 4, what: 'first pull, committed', workload: 'first-pull', figure: 'ms', unit: 'ms',
    quicker: { yjs: 4, zero: 8, pouchdb: 60 },
  },
  { goal: 5, what: 'bytes for a row of the first pull', workload: 'first-pull', figure: 'bytes_per_row', unit: 'B', most: 20 },
  { goal: 5, what: 'bytes sent for a queued write', workload: 'week', figure: 'bytes_per_write', unit: 'B', most: 45 },
  { goal: 13, what: 'a week offline, until both hold all', workload: 'week', figure: 'ms', unit: 'ms', quicker: { pouchdb: 20 } },
  { goal: 13, what: 'requests for that: a push, a pull', workload: 'week', figure: 'requests', unit: 'requests', most: 2 },
];

/**
 * One line for each goal whose workload was measured.
 * @param {object[]} lines
 */
export function goalLines(lines) {
  return GOALS.map((goal) => {
    const of = lines.filter(({ workload }) => workload === goal.workload);
    const rounds = [...new Set(of.map(({ round }) => round))];
    return rounds.length > 0 && judged(goal, rounds.map((round) => roundOf(goal, of.filter((line) => line.round === round))));
  }).filter((line) => line !== false);
}

/**
 * What one round says. Only times have a floor, and only they are void when it moves; who speaks on a socket makes no
 * requests, and is left out of them.
 * @returns {import('./summary.mjs').Round}
 */
function roundOf({ figure, unit, within = {} }, lines) {
  const figures = Object.fromEntries(lines.filter((line) => line[figure] > 0).map((line) => [line.peer, line[figure]]));
  const { [OURS]: ours, ...peers } = figures;
  const [{ floors, drift, void: isVoid }] = lines;
  if (unit !== 'ms') return { ours, peers, floors: {}, drift, void: false };
  const budget = 'budget' in within && peers.yjs !== undefined && { budget: budgetOf(peers.yjs, floors) };
  return { ours, peers, floors: { ...floors, ...budget }, drift, void: isVoid };
}

/** What Yjs takes, which is durable nowhere, and what it costs to be durable on a device and at the server. */
function budgetOf(yjs, { fdatasync_ms: sync, strict_put_ms: put }) {
  return yjs + 1.2 * sync + put;
}
