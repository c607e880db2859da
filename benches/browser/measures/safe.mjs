// From a tap to the row's own mark that it is saved here, beside a bare strict put in the same page: when nothing
// else is to be written down, and when all rows are.
import { marks } from '../../peers/lib/records.mjs';
import { MEMBERS } from '../../peers/pages/minvei-rows.mjs';
import { median, percentile } from '../../peers/lib/figures.mjs';
import { floorOf } from '../lib/drift.mjs';
import { ROWS, setUp, tapAll, withTeacher } from './sheet.mjs';

/** Rows that come from elsewhere just before she taps. */
const PATCH = 5_000;
/** Patches that come one by one. The app folds more than 32 of them into its pages when nobody has tapped for 2 s. */
const MANY = 40;
/** Nothing more comes after so long. It is less than what the app waits for. */
const STILL_MS = 300;
const PATIENCE_MS = 15_000;
/** One sheet each, so that neither is always the later one. */
const ORDER = ['quiet', 'fold due', 'fold due', 'quiet'];

export { setUp };

/** @param {import('../run.mjs').Where} where */
export function measure(where) {
  return withTeacher(where, async (browser, elsewhere) => {
    await browser.evaluate(() => globalThis.bench.openFloor());
    const put = () => browser.evaluate(() => globalThis.bench.put());
    await tapAll(browser, { taps: 10, first: 0, before: put });
    const log = new Log(browser, elsewhere);
    const parts = Object.fromEntries(ORDER.map((what) => [what, { seen: [], floor: [], folds: 0, costs: [] }]));
    for (const [i, what] of ORDER.entries()) {
      const part = parts[what];
      let folds;
      const before = async (tap) => {
        if (tap === 0) folds = await (what === 'quiet' ? log.fold() : log.makeDue({ patch: true }));
        part.floor.push(await put());
      };
      part.seen.push(...await tapAll(browser, { taps: MEMBERS, first: 1 + i, before }));
      const meanwhile = await log.folds() - folds;
      part.folds += meanwhile;
      // That it was due is seen when she taps no more.
      if (what !== 'quiet' && meanwhile === 0) part.costs.push(await log.folded(folds + 1));
    }
    return Object.entries(parts).map(([what, part]) => ({ what, ...figures(part) }));
  });
}

function figures({ seen, floor, folds, costs }) {
  const of = (name) => seen.map((tap) => tap[name]);
  const [p50, base] = [median(of('safe')), floorOf(floor)];
  return {
    n: seen.length, p50, p95: percentile(of('safe'), 95), dom_ms: median(of('dom')), begun_ms: median(of('begun')),
    complete_ms: median(of('complete')), folds, ...base, ratio: p50 / base.floor_ms,
    // What a tap would meet that came just then.
    ...costs.length > 0 && {
      fold_blocks_ms: median(costs.map(({ blocks }) => blocks)), fold_writes_ms: median(costs.map(({ writes }) => writes)),
    },
  };
}

/** The log of patches on the device. */
class Log {
  #browser;
  #elsewhere;
  #made = { f: ROWS, b: 0 };

  constructor(browser, elsewhere) {
    this.#browser = browser;
    this.#elsewhere = elsewhere;
  }

  /** How often it has been folded so far. */
  folds() {
    return this.#browser.evaluate(() => globalThis.disk.folds);
  }

  /** Makes it so long that it is to be folded, after a large patch or not. Resolves to how often it was before. */
  async makeDue({ patch }) {
    if (patch) await this.#elsewhere(this.#next('f', PATCH));
    await this.#elsewhere(this.#next('b', MANY), 1);
    await this.#browser.evaluate((ms) => globalThis.disk.still(ms), STILL_MS);
    return this.folds();
  }

  /** Done when it has been folded so often; says what the last time cost. */
  folded(n) {
    return this.#browser.evaluate(async (wanted) => {
      const { disk } = globalThis;
      disk.longest_ms = 0;
      await disk.reached(wanted);
      return { blocks: disk.longest_ms, writes: disk.writing_ms };
    }, { count: 'folds', n, patience: PATIENCE_MS });
  }

  /** Makes it empty. Resolves to how often it has been folded. */
  async fold() {
    await this.folded(await this.makeDue({ patch: false }) + 1);
    return this.folds();
  }

  #next(letter, count) {
    this.#made[letter] += count;
    return marks(letter, this.#made[letter]).slice(-count);
  }
}
