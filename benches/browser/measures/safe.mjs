// From a tap to the row's own mark that it is saved here, beside a bare strict put in the same page.
import { median, percentile } from '../../peers/lib/figures.mjs';
import { floorOf } from '../lib/drift.mjs';
import { setUp, tapAll, withTeacher } from './sheet.mjs';

const TAPS = 50;

export { setUp };

/** @param {import('../run.mjs').Where} where */
export function measure(where) {
  return withTeacher(where, async (browser) => {
    await browser.send('Performance.enable');
    await browser.evaluate(() => globalThis.bench.openFloor());
    const floor = [];
    const before = async () => void floor.push(await browser.evaluate(() => globalThis.bench.put()));
    await tapAll(browser, { taps: 10, first: 0, before });
    floor.length = 0;
    const seen = await tapAll(browser, { taps: TAPS, first: 1, before });
    const safe = seen.map((tap) => tap.safe);
    const p50 = median(safe);
    const at = (name) => median(seen.map((tap) => tap[name]));
    const base = floorOf(floor);
    return [{
      n: seen.length, p50, p95: percentile(safe, 95), dom_ms: at('dom'), begun_ms: at('begun'),
      complete_ms: at('complete'), ...base, ratio: p50 / base.floor_ms,
    }];
  });
}
