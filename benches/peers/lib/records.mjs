// Attendance marks: what every peer carries, 131 bytes of JSON each.

/**
 * @typedef {{id: string, person: string, series: string, date: string, value: string, by: string, at: string}} Mark
 */

const VALUES = ['present', 'excused', 'unknown'];

/**
 * `count` marks whose ids begin with `who`, a letter: no two letters ever meet.
 * @param {string} who
 * @param {number} count
 * @returns {Mark[]}
 */
export function marks(who, count) {
  return Array.from({ length: count }, (_, i) => ({
    id: who + String(i).padStart(7, '0'),
    person: `p${String(i % 400).padStart(4, '0')}`,
    series: `s${String(i % 30).padStart(3, '0')}`,
    date: `2026-11-${String((i % 28) + 1).padStart(2, '0')}`,
    value: VALUES[i % 3],
    by: `k${String(i % 10).padStart(2, '0')}`,
    at: `2026-11-24T09:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}.000Z`,
  }));
}
