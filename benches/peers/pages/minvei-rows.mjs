// Which row of ours each mark of the harness becomes: one participant at one session of a group.
//
// A sheet of attendance shows one session, so marks of one letter fill sheet after sheet.

/** Led by the teacher who is signed in; they are the demo centre's. */
export const GROUPS = ['norsk-1', 'norsk-2', 'samtale'];
/** Participants of each group, beside the few it has in the demo centre. A session of more is not seen. */
export const MEMBERS = 25;
/** When they are enrolled, and when the measurement takes place: rows are kept on devices for 35 days. */
export const BEGIN = '2026-10-27T09:00';
export const NOW = '2026-11-24T09:00';
/** The demo centre is closed on it; here it is not. */
export const RED_DAY = '2026-11-06';

const DAY_MS = 86_400_000;
const DAYS = 28;
/** How many activities each group has on each weekday. */
const ROUNDS = 11;
const SHEETS = GROUPS.length * DAYS * ROUNDS;
/** The first sheet of each letter; it has all sheets up to the next one. */
const FIRST = { g: 0, h: 1, a: 2, b: 82, f: 122 };

/** @typedef {import('../lib/records.mjs').Mark} Mark */
/** @typedef {{group: string, series: string, date: string}} Sheet */

/** Everybody who is enrolled, and in which group. */
export const people = GROUPS.flatMap((group, g) =>
  Array.from({ length: MEMBERS }, (_, i) => ({ group, person: `p-${g}-${String(i).padStart(3, '0')}` })));

/** Every activity of the week. */
export const series = GROUPS.flatMap((group) => Array.from({ length: 7 * ROUNDS }, (_, i) =>
  ({ id: `m-${group}-${(i % 7) + 1}-${Math.floor(i / 7)}`, group, weekday: (i % 7) + 1 })));

/**
 * The letter and the number of a mark's sheet, counted from the letter's first.
 * @param {Mark} mark
 */
export function numberOf({ id }) {
  return { letter: id[0], number: Math.floor(Number(id.slice(1)) / MEMBERS) };
}

/**
 * The sheet `number` of a letter; two that follow each other are of different groups.
 * @param {string} letter
 * @param {number} number
 * @returns {Sheet}
 */
export function sheet(letter, number) {
  const at = FIRST[letter] + number;
  const end = Math.min(SHEETS, ...Object.values(FIRST).filter((first) => first > FIRST[letter]));
  if (at >= end) throw new Error(`there are rows for ${(end - FIRST[letter]) * MEMBERS} marks of the letter ${letter} only`);
  const group = GROUPS[at % GROUPS.length];
  const turn = Math.floor(at / GROUPS.length);
  const day = new Date(Date.parse(`${BEGIN}Z`) + ((turn % DAYS) + 1) * DAY_MS);
  const [weekday, round] = [day.getUTCDay() || 7, Math.floor(turn / DAYS)];
  return { group, series: `m-${group}-${weekday}-${round}`, date: day.toISOString().slice(0, 10) };
}

/**
 * Whose row on its sheet a mark becomes.
 * @param {Mark} mark
 */
export function personOf({ id }) {
  const { letter, number } = numberOf({ id });
  const g = GROUPS.indexOf(sheet(letter, number).group);
  return people[g * MEMBERS + (Number(id.slice(1)) % MEMBERS)].person;
}

/**
 * What is said of her: one tap each, so that a write is one tap.
 * @param {Mark} mark
 */
export function valueOf({ value }) {
  return value === 'present' ? 'here' : 'away';
}
