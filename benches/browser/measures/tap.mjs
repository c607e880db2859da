// From a tap to the page that shows it, and what a tap costs until everything is over.
import { median, percentile } from '../../peers/lib/figures.mjs';
import { floorOf } from '../lib/drift.mjs';
import { idle, setUp, tapAll, withTeacher } from './sheet.mjs';

const TAPS = 50;
/** As on the phones the goals are for, and as the machine is. */
const RATES = [4, 1];

export { setUp };

/** @param {import('../run.mjs').Where} where */
export function measure(where) {
  return withTeacher(where, async (browser) => {
    // Nobody measures a page that has never been tapped: what runs once is compiled before.
    await tapAll(browser, { taps: 10, first: 0 });
    const lines = [];
    for (const [i, rate] of RATES.entries()) {
      await browser.slower(rate);
      const floor = [];
      const before = async () => void floor.push(await browser.evaluate(() => globalThis.bench.spin()));
      const seen = await tapAll(browser, { taps: TAPS, first: 1 + i * 2, before });
      lines.push({ slower: rate, ...figures(seen), idle_ms: await idle(browser, 300), ...floorOf(floor) });
    }
    return lines;
  });
}

function figures(seen) {
  const of = (name) => seen.map((tap) => tap[name]);
  return {
    n: seen.length, p50: median(of('dom')), p95: percentile(of('dom'), 95), waited_ms: median(of('waited')),
    free_ms: median(of('free')), free_p95: percentile(of('free'), 95), painted_ms: median(of('painted')),
    safe_ms: median(of('safe')), shared_ms: median(of('shared')), busy_ms: median(of('busy')),
    script_ms: median(of('script')), style_ms: median(of('style')), layout_ms: median(of('layout')),
  };
}
