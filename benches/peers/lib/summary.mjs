// What all rounds say together: medians of every figure, and whether the goals are reached.
import { median } from './figures.mjs';

/** Numbers of a line that are no figures. */
const NO_FIGURES = new Set(['round', 'drift']);

/**
 * The medians over the rounds that count, for each kind of line.
 * @param {object[]} lines
 * @param {string[]} kinds what tells the kinds from each other
 */
export function medians(lines, kinds) {
  const kindOf = (line) => JSON.stringify(Object.fromEntries(kinds.filter((kind) => kind in line).map((kind) => [kind, line[kind]])));
  const good = lines.filter((line) => line.error === undefined && !line.void);
  return [...new Set(good.map(kindOf))].map((kind) => {
    const of = good.filter((line) => kindOf(line) === kind);
    const isFigure = (key) => typeof of[0][key] === 'number' && !kinds.includes(key) && !NO_FIGURES.has(key);
    const figures = Object.keys(of[0]).filter(isFigure).map((key) => [key, median(of.map((line) => line[key]))]);
    return { summary: 'median', ...JSON.parse(kind), ...Object.fromEntries(figures), rounds: of.length };
  });
}

/**
 * @typedef {object} Goal
 * @property {number} goal its number
 * @property {string} what
 * @property {string} unit less is better
 * @property {number} [most] what is wanted: at most so much,
 * @property {Record<string, number>} [within] at most so many times that floor,
 * @property {Record<string, number>} [quicker] at least so many times as quick as that peer
 */

/**
 * @typedef {object} Round what one round says about a goal
 * @property {number | undefined} ours nothing if it failed
 * @property {Record<string, number>} floors
 * @property {Record<string, number>} peers those that did not fail
 * @property {number} drift
 * @property {boolean} void
 */

/**
 * One line for one goal: `times_floor` is ours in times of a floor, `times_ours` a peer's in times of ours. Each is
 * the median of the ratios inside one round, as machines change between rounds.
 * @param {Goal} goal
 * @param {Round[]} rounds
 */
export function judged({ goal, what, unit, most, within = {}, quicker = {} }, rounds) {
  const good = rounds.filter((round) => !round.void && round.ours !== undefined);
  const figures = good.map((round) => round.ours);
  const ours = good.length > 0 ? median(figures) : undefined;
  /** For each name that any round has among its `group`, the median of what `figure` makes of it. */
  const each = (group, figure) => {
    const names = new Set(good.flatMap((round) => Object.keys(round[group])));
    return Object.fromEntries([...names].map((name) => {
      const having = good.filter((round) => name in round[group]);
      return [name, median(having.map((round) => figure(round[group][name], round)))];
    }));
  };
  const timesFloor = each('floors', (floor, round) => round.ours / floor);
  const timesOurs = each('peers', (peer, round) => peer / round.ours);

  const wants = [
    ...most === undefined ? [] : [{ text: `≤ ${most} ${unit}`, holds: ours <= most, isKnown: ours !== undefined }],
    ...Object.entries(within).map(([name, limit]) =>
      ({ text: `≤ ${limit} × ${name}`, holds: timesFloor[name] <= limit, isKnown: name in timesFloor })),
    ...Object.entries(quicker).map(([name, limit]) =>
      ({ text: `≥ ${limit} × ${name}`, holds: timesOurs[name] >= limit, isKnown: name in timesOurs })),
  ];
  return {
    summary: 'goal', goal, what, unit, ours,
    ...good.length > 0 && { range: [Math.min(...figures), Math.max(...figures)] },
    floors: each('floors', (floor) => floor), times_floor: timesFloor,
    peers: each('peers', (peer) => peer), times_ours: timesOurs,
    wanted: wants.map(({ text }) => text).join(', '), reached: answer(wants, rounds),
    rounds: good.length, void: rounds.filter((round) => round.void).length,
    ...rounds.length > 0 && { drift: Math.max(...rounds.map((round) => round.drift)) },
  };
}

/** One that does not hold is enough for a no; what is not known is never a yes. */
function answer(wants, rounds) {
  if (wants.length === 0) return 'nothing wanted';
  if (rounds.length > 0 && rounds.every((round) => round.void)) return 'void';
  if (wants.some(({ holds, isKnown }) => isKnown && !holds)) return 'no';
  return wants.every(({ isKnown }) => isKnown) ? 'yes' : 'not measured';
}
