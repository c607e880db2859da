// What it costs to take in the commands of another device, beside the least a page can do with as many rows.
import { setTimeout as sleep } from 'node:timers/promises';
import { marks } from '../../peers/lib/records.mjs';
import { MEMBERS } from '../../peers/pages/minvei-rows.mjs';
import { median, percentile } from '../../peers/lib/figures.mjs';
import { floorOf } from '../lib/drift.mjs';
import { ROWS, busy, goTo, idle, setUp, withTeacher } from './sheet.mjs';

/** Commands that come at once: more than the server tells on the live channel, so that the app asks for them. */
const COMMANDS = 1_000;
const TIMES = 3;
/** As on the phones the goals are for, and as the machine is. */
const RATES = [4, 1];
/** The page has drawn everything by then. */
const REST_MS = 500;
const IDLE_MS = 1_000;
const PATIENCE_MS = 30_000;

export { setUp };

/** @param {import('../run.mjs').Where} where */
export function measure(where) {
  return withTeacher(where, async (browser, elsewhere) => {
    await goTo(browser, 'a', 0);
    await browser.evaluate(readyFloor, marks('f', ROWS));
    let there = ROWS;
    const next = () => marks('f', (there += COMMANDS)).slice(-COMMANDS);
    // What runs once is compiled before.
    await takenIn(browser, () => elsewhere(next()));
    const lines = [];
    for (const rate of RATES) {
      await browser.slower(rate);
      const [floor, seen] = [[], []];
      for (let i = 0; i < TIMES; i += 1) {
        floor.push(await browser.evaluate(() => globalThis.readRows()) / ROWS);
        seen.push(await takenIn(browser, () => elsewhere(next())));
      }
      const of = (name) => seen.map((one) => one[name] / COMMANDS);
      const base = floorOf(floor);
      lines.push({
        slower: rate, n: COMMANDS * TIMES, ms: median(of('busy')), most_ms: percentile(of('busy'), 100),
        script_ms: median(of('script')), patches: median(seen.map(({ patches }) => patches)), ...base,
        ratio: median(of('busy')) / base.floor_ms,
      });
    }
    await holds(browser, there);
    return lines;
  });
}

/** What the main thread does until it has taken in and drawn what `act` makes known, and would not do anyway. */
async function takenIn(browser, act) {
  const anyway = await idle(browser, IDLE_MS) / IDLE_MS;
  const [kept, from, start] = [await browser.evaluate(() => globalThis.disk.kept), performance.now(), await busy(browser)];
  await act();
  const wanted = { count: 'kept', n: kept + 1, patience: PATIENCE_MS };
  await browser.evaluate((wanted) => globalThis.disk.reached(wanted), wanted);
  await sleep(REST_MS);
  const [ms, end] = [performance.now() - from, await busy(browser)];
  const patches = await browser.evaluate(() => globalThis.disk.kept) - kept;
  return { busy: end.busy - start.busy - anyway * ms, script: end.script - start.script, patches };
}

/** Outside what is measured: is the last of so many marks there? */
async function holds(browser, there) {
  await goTo(browser, 'f', there / MEMBERS - 1);
  const found = await browser.evaluate(() => document.querySelectorAll('.attendance > li[data-answered=yes]').length);
  if (found !== MEMBERS) throw new Error(`the last sheet has ${found} marks and not ${MEMBERS}`);
}

/** In the page: `readRows` tells how long it takes to read the JSON of these rows and to put them into a map. */
function readyFloor(rows) {
  const text = JSON.stringify(rows);
  globalThis.readRows = () => {
    const from = performance.now();
    globalThis.rowsRead = new Map(JSON.parse(text).map((row) => [row.id, row]));
    return performance.now() - from;
  };
}
